#include "Kernel.h"

BODY void ser_multiply_body(const float *x, const float *factors, float *y, size_t count) {
  INDEPENDENT
  for (size_t i = 0; i < count; i++) y[i] = x[i] * factors[i];
}
KERNEL(void, ser_multiply, (const float *x, const float *factors, float *y, size_t count), (x, factors, y, count))

BODY void ser_add_body(const float *x, const float *summands, float *y, size_t count) {
  INDEPENDENT
  for (size_t i = 0; i < count; i++) y[i] = x[i] + summands[i];
}
KERNEL(void, ser_add, (const float *x, const float *summands, float *y, size_t count), (x, summands, y, count))

BODY void ser_scale_shift_body(const float *x, const float *scale, const float *shift, float *y, size_t count) {
  INDEPENDENT
  for (size_t i = 0; i < count; i++) y[i] = x[i] * scale[i] + shift[i];
}
KERNEL(void, ser_scale_shift, (const float *x, const float *scale, const float *shift, float *y, size_t count),
       (x, scale, shift, y, count))

BODY void ser_square_root_body(const float *x, float *y, size_t count) {
  INDEPENDENT
  for (size_t i = 0; i < count; i++) y[i] = __builtin_sqrtf(x[i]);
}
KERNEL(void, ser_square_root, (const float *x, float *y, size_t count), (x, y, count))

KERNEL(float, ser_sum, (const float *x, size_t count), (x, count))

BODY float ser_dot_body(const float *x, const float *y, size_t count) {
  REASSOCIATE
  float sum = 0;
  for (size_t i = 0; i < count; i++) sum += x[i] * y[i];
  return sum;
}
KERNEL(float, ser_dot, (const float *x, const float *y, size_t count), (x, y, count))

// The sums of neighbours, of a in the even quarters and of b in the odd ones.
#define PAIR_SUMS(a, b)                                            \
  (__builtin_shufflevector(a, b, 0, 2, 8, 10, 4, 6, 12, 14) +      \
   __builtin_shufflevector(a, b, 1, 3, 9, 11, 5, 7, 13, 15))

// Four rows at a time share each load of x, and their sums are added up together. The last columns that fill no vector
// are taken with the ones before them, which count as zero.
BODY void ser_add_matrix_vector_body(const float *matrix, size_t rows, size_t columns, const float *x, float *y) {
  size_t whole = columns >= LANES ? columns / LANES * LANES : 0, left = columns - whole, i = 0;
  if (whole > 0) {
    float tail[LANES] = {0};
    for (size_t j = whole; j < columns; j++) tail[j + LANES - columns] = x[j];
    const lanes rest = LOAD(tail);
    for (; i + 4 <= rows; i += 4) {
      const float *row = matrix + i * columns;
      lanes a = {0}, b = {0}, c = {0}, d = {0};
      for (size_t j = 0; j < whole; j += LANES) {
        const lanes part = LOAD(x + j);
        a += LOAD(row + j) * part;
        b += LOAD(row + columns + j) * part;
        c += LOAD(row + 2 * columns + j) * part;
        d += LOAD(row + 3 * columns + j) * part;
      }
      if (left > 0) {
        row += columns - LANES;
        a += LOAD(row) * rest;
        b += LOAD(row + columns) * rest;
        c += LOAD(row + 2 * columns) * rest;
        d += LOAD(row + 3 * columns) * rest;
      }
      const lanes ab = PAIR_SUMS(a, b), cd = PAIR_SUMS(c, d), sums = PAIR_SUMS(ab, cd);
      for (size_t k = 0; k < 4; k++) y[i + k] += sums[k] + sums[k + 4];
    }
  }
  for (; i < rows; i++) y[i] += ser_dot_body(matrix + i * columns, x, columns);
}
KERNEL(void, ser_add_matrix_vector, (const float *matrix, size_t rows, size_t columns, const float *x, float *y),
       (matrix, rows, columns, x, y))

// Four rows of a matrix by `count` vectors at a time, which is known when this is compiled: each number that is read is used
// three or four times, and as many sums as there are registers for hide how long a product takes.
// (With a single vector this takes 1.2 to 1.6 times as long as ser_add_matrix_vector.)
enum { BESIDE = 3 };
BODY void add_four_rows(const float *row, size_t columns, const float *x, size_t count, float *y, size_t distance) {
  const size_t whole = columns / LANES * LANES, left = columns - whole;
  lanes sums[BESIDE][4] = {0};
  for (size_t j = 0; j < whole; j += LANES) {
    for (size_t k = 0; k < 4; k++) {
      const lanes weights = LOAD(row + k * columns + j);
      for (size_t b = 0; b < count; b++) sums[b][k] += weights * LOAD(x + b * columns + j);
    }
  }
  if (left > 0) {
    const int_lanes places = {0, 1, 2, 3, 4, 5, 6, 7}, is_left = places >= (int32_t)(LANES - left);
    for (size_t b = 0; b < count; b++) {
      const lanes rest = (lanes)((int_lanes)LOAD(x + (b + 1) * columns - LANES) & is_left);
      for (size_t k = 0; k < 4; k++) sums[b][k] += LOAD(row + (k + 1) * columns - LANES) * rest;
    }
  }
  for (size_t b = 0; b < count; b++) {
    const lanes first = PAIR_SUMS(sums[b][0], sums[b][1]), second = PAIR_SUMS(sums[b][2], sums[b][3]);
    const lanes pairs = PAIR_SUMS(first, second);
    for (size_t k = 0; k < 4; k++) y[b * distance + k] += pairs[k] + pairs[k + 4];
  }
}

BODY void ser_add_matrix_vectors_body(const float *matrix, size_t rows, size_t columns, const float *x, size_t vectors,
                                      float *y) {
  size_t i = 0;
  for (; columns >= LANES && i + 4 <= rows; i += 4) {
    const float *row = matrix + i * columns;
    size_t b = 0;
    for (; b + BESIDE <= vectors; b += BESIDE) add_four_rows(row, columns, x + b * columns, BESIDE, y + b * rows + i, rows);
    if (vectors - b == 2) add_four_rows(row, columns, x + b * columns, 2, y + b * rows + i, rows);
    if (vectors - b == 1) add_four_rows(row, columns, x + b * columns, 1, y + b * rows + i, rows);
  }
  for (; i < rows; i++) {
    for (size_t b = 0; b < vectors; b++) y[b * rows + i] += ser_dot_body(matrix + i * columns, x + b * columns, columns);
  }
}
KERNEL(void, ser_add_matrix_vectors,
       (const float *matrix, size_t rows, size_t columns, const float *x, size_t vectors, float *y),
       (matrix, rows, columns, x, vectors, y))

BODY void ser_matrix_vector_body(const float *matrix, size_t rows, size_t columns, const float *x, float *y) {
  memset(y, 0, rows * sizeof *y);
  ser_add_matrix_vector_body(matrix, rows, columns, x, y);
}
KERNEL(void, ser_matrix_vector, (const float *matrix, size_t rows, size_t columns, const float *x, float *y),
       (matrix, rows, columns, x, y))

BODY void ser_banded_product_body(const float *weights, const uint32_t *first, const uint32_t *count, size_t bands,
                                  const float *x, float *y) {
  for (size_t b = 0; b < bands; b++) {
    const float *band = x + first[b];
    size_t i = 0;
    lanes sums = {0};
    for (; i + LANES <= count[b]; i += LANES) sums += LOAD(weights + i) * LOAD(band + i);
    float sum = lanes_sum(&sums);
    for (; i < count[b]; i++) sum += weights[i] * band[i];
    y[b] = sum;
    weights += count[b];
  }
}
KERNEL(void, ser_banded_product,
       (const float *weights, const uint32_t *first, const uint32_t *count, size_t bands, const float *x, float *y),
       (weights, first, count, bands, x, y))

BODY void ser_weighted_rows_body(const float *weights, size_t rows, const float *x, size_t stride, float *y,
                                 size_t columns) {
  for (size_t i = 0; i < columns; i++) y[i] = 0.0f;
  for (size_t row = 0; row < rows; row++) {
    INDEPENDENT
    for (size_t i = 0; i < columns; i++) y[i] += weights[row] * x[row * stride + i];
  }
}
KERNEL(void, ser_weighted_rows,
       (const float *weights, size_t rows, const float *x, size_t stride, float *y, size_t columns),
       (weights, rows, x, stride, y, columns))
