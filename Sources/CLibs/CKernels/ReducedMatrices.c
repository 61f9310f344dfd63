#include "Kernel.h"

// The largest whole number x is scaled to, so that the sum of `columns` products with a byte fits 32 bits.
#define LARGEST(columns) ((columns) > 516 ? 2147483647.0f / 127.0f / (float)((columns) + 1) : 32767.0f)

BODY float ser_whole_numbers_body(const float *x, size_t count, int16_t *whole) {
  float largest = 0.0f;
  for (size_t i = 0; i < count; i++) {
    const float size = x[i] < 0.0f ? -x[i] : x[i];
    largest = size > largest ? size : largest;
  }
  if (!(largest > 0.0f && largest <= 3e38f)) {
    memset(whole, 0, count * sizeof *whole);
    return largest > 0.0f ? __builtin_nanf("") : 0.0f;
  }
  const float unit = largest / LARGEST(count);
  // Below the normal numbers the factor is no number any more; such an x is nothing beside any bias.
  if (unit < 2e-38f) {
    memset(whole, 0, count * sizeof *whole);
    return 0.0f;
  }
  const float factor = 1.0f / unit;
  for (size_t i = 0; i < count; i++) whole[i] = (int16_t)__builtin_rintf(x[i] * factor);
  return unit;
}
KERNEL(float, ser_whole_numbers, (const float *x, size_t count, int16_t *whole), (x, count, whole))

// Sixteen bytes are the weights of eight rows at two columns. The compiler makes of their products one multiply-add of
// pairs, and nothing is added up across a vector.
typedef int8_t bytes __attribute__((vector_size(16), aligned(1)));
typedef int16_t whole_lanes __attribute__((vector_size(32)));
typedef int32_t wide_lanes __attribute__((vector_size(64)));

BODY void add_pair_products(const int8_t *block, const whole_lanes *pair, int_lanes *sums) {
  const whole_lanes weights = __builtin_convertvector(*(const bytes *)block, whole_lanes);
  const wide_lanes products =
      __builtin_convertvector(weights, wide_lanes) * __builtin_convertvector(*pair, wide_lanes);
  *sums += __builtin_shufflevector(products, products, 0, 2, 4, 6, 8, 10, 12, 14) +
           __builtin_shufflevector(products, products, 1, 3, 5, 7, 9, 11, 13, 15);
}

BODY void repeat_pair(const int16_t *x, whole_lanes *repeated) {
  int32_t pair;
  memcpy(&pair, x, sizeof pair);
  const int_lanes pairs = {pair, pair, pair, pair, pair, pair, pair, pair};
  *repeated = (whole_lanes)pairs;
}

BODY void add_eight(const int_lanes *sums, const float *scales, float unit, float *y) {
  *(lanes *)y += __builtin_convertvector(*sums, lanes) * LOAD(scales) * unit;
}

BODY void ser_add_byte_matrix_vector_body(const int8_t *blocks, const float *scales, size_t rows, size_t pairs,
                                          const int16_t *x, float unit, float *y) {
  size_t row = 0;
  // Four times eight rows share each pair of x.
  for (; row + 4 * LANES <= rows; row += 4 * LANES) {
    int_lanes a = {0}, b = {0}, c = {0}, d = {0};
    for (size_t j = 0; j < pairs; j++) {
      whole_lanes pair;
      repeat_pair(x + 2 * j, &pair);
      add_pair_products(blocks + 16 * j, &pair, &a);
      add_pair_products(blocks + 16 * (pairs + j), &pair, &b);
      add_pair_products(blocks + 16 * (2 * pairs + j), &pair, &c);
      add_pair_products(blocks + 16 * (3 * pairs + j), &pair, &d);
    }
    add_eight(&a, scales + row, unit, y + row);
    add_eight(&b, scales + row + LANES, unit, y + row + LANES);
    add_eight(&c, scales + row + 2 * LANES, unit, y + row + 2 * LANES);
    add_eight(&d, scales + row + 3 * LANES, unit, y + row + 3 * LANES);
    blocks += 16 * 4 * pairs;
  }
  for (; row < rows; row += LANES) {
    int_lanes sums = {0};
    for (size_t j = 0; j < pairs; j++) {
      whole_lanes pair;
      repeat_pair(x + 2 * j, &pair);
      add_pair_products(blocks + 16 * j, &pair, &sums);
    }
    if (row + LANES <= rows) {
      add_eight(&sums, scales + row, unit, y + row);
    } else {
      for (size_t k = 0; row + k < rows; k++) y[row + k] += (float)sums[k] * scales[row + k] * unit;
    }
    blocks += 16 * pairs;
  }
}
KERNEL(void, ser_add_byte_matrix_vector,
       (const int8_t *blocks, const float *scales, size_t rows, size_t pairs, const int16_t *x, float unit, float *y),
       (blocks, scales, rows, pairs, x, unit, y))

BODY void ser_add_block_matrix_vector_body(const float *blocks, const uint16_t *columns, const uint16_t *counts,
                                           size_t rows, const float *x, float *y) {
  for (size_t row = 0; row < rows; row += LANES) {
    const size_t count = *counts++;
    lanes a = {0}, b = {0}, c = {0}, d = {0};
    size_t i = 0;
    for (; i + 4 <= count; i += 4) {
      a += LOAD(blocks + i * LANES) * x[columns[i]];
      b += LOAD(blocks + (i + 1) * LANES) * x[columns[i + 1]];
      c += LOAD(blocks + (i + 2) * LANES) * x[columns[i + 2]];
      d += LOAD(blocks + (i + 3) * LANES) * x[columns[i + 3]];
    }
    for (; i < count; i++) a += LOAD(blocks + i * LANES) * x[columns[i]];
    a += b + c + d;
    if (row + LANES <= rows) {
      *(lanes *)(y + row) += a;
    } else {
      for (size_t k = 0; row + k < rows; k++) y[row + k] += a[k];
    }
    blocks += count * LANES;
    columns += count;
  }
}
KERNEL(void, ser_add_block_matrix_vector,
       (const float *blocks, const uint16_t *columns, const uint16_t *counts, size_t rows, const float *x, float *y),
       (blocks, columns, counts, rows, x, y))
