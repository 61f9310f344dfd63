#include "CKernels.h"

#include <math.h>
#include <string.h>

// Each kernel is written once, as NAME_body, and compiled for two targets, so that the versions cannot drift apart.
#define BODY static inline __attribute__((always_inline))

// Lets the compiler keep several partial sums; without it no reduction is vectorised.
#define REASSOCIATE _Pragma("clang fp reassociate(on)")

#if defined(__x86_64__)
#define AVX2 __attribute__((target("avx2,fma")))
#define HAS_AVX2 (__builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma"))
#define KERNEL(type, name, parameters, arguments)                                  \
  AVX2 static type name##_avx2 parameters { return name##_body arguments; }        \
  static type name##_plain parameters { return name##_body arguments; }            \
  type name parameters { return HAS_AVX2 ? name##_avx2 arguments : name##_plain arguments; }
#else
#define KERNEL(type, name, parameters, arguments) \
  type name parameters { return name##_body arguments; }
#endif

// Says that no iteration reads what another writes. That holds with the output in place of an input, too, where the
// compiler would otherwise find the arrays to overlap and run its scalar loop.
#define INDEPENDENT _Pragma("clang loop vectorize(assume_safety)")

// MARK: Elementary functions

BODY float float_of_bits(int32_t bits) {
  float value;
  memcpy(&value, &bits, sizeof value);
  return value;
}

BODY int32_t bits_of_float(float value) {
  int32_t bits;
  memcpy(&bits, &value, sizeof bits);
  return bits;
}

BODY float exp_one(float x) {
  x = x < -87.3f ? -87.3f : x;
  x = x > 88.3f ? 88.3f : x;
  // Adding and subtracting 1.5 · 2^23 rounds to the nearest integer; floorf would be a call on the baseline target.
  float n = (x * 1.44269504088896341f + 12582912.0f) - 12582912.0f;
  float r = x - n * 0.693359375f;
  r = r + n * 2.12194440e-4f;
  float p = 1.9875691500e-4f;
  p = p * r + 1.3981999507e-3f;
  p = p * r + 8.3334519073e-3f;
  p = p * r + 4.1665795894e-2f;
  p = p * r + 1.6666665459e-1f;
  p = p * r + 5.0000001201e-1f;
  p = p * (r * r) + r + 1.0f;
  return p * float_of_bits(((int32_t)n + 127) << 23);
}

BODY float log_one(float x) {
  x = x >= 1.17549435e-38f ? x : 1.17549435e-38f;
  int32_t bits = bits_of_float(x);
  int32_t exponent = (bits >> 23) - 126;
  float m = float_of_bits((bits & 0x007fffff) | 0x3f000000);  // in [0.5, 1)
  int low = m < 0.707106781186547524f;
  float e = (float)(exponent - low);
  m = (low ? m + m : m) - 1.0f;
  float z = m * m;
  float p = 7.0376836292e-2f;
  p = p * m - 1.1514610310e-1f;
  p = p * m + 1.1676998740e-1f;
  p = p * m - 1.2420140846e-1f;
  p = p * m + 1.4249322787e-1f;
  p = p * m - 1.6668057665e-1f;
  p = p * m + 2.0000714765e-1f;
  p = p * m - 2.4999993993e-1f;
  p = p * m + 3.3333331174e-1f;
  p = p * m * z + e * -2.12194440e-4f - 0.5f * z;
  return m + p + e * 0.693359375f;
}

BODY float sigmoid_one(float x) {
  x = x > 87.3f ? 87.3f : x;
  float e = exp_one(x < -87.3f ? 87.3f : -x);  // no larger, so that the quotient stays a normal number
  return 1.0f / (1.0f + e);
}

// (e^2x - 1) / (e^2x + 1) cancels near 0; an odd polynomial serves there.
BODY float tanh_one(float x) {
  float z = x * x;
  float p = -5.70498872745e-3f;
  p = p * z + 2.06390887954e-2f;
  p = p * z - 5.37397155531e-2f;
  p = p * z + 1.33314422036e-1f;
  p = p * z - 3.33332819422e-1f;
  float small = x + x * (z * p);
  float limited = x > 20.0f ? 20.0f : x;  // 1 long before; beyond it the quotient would be denormal
  float large = 1.0f - 2.0f / (exp_one(2.0f * limited) + 1.0f);
  return z < 0.390625f ? small : large;
}

BODY float rectify_one(float x) { return x < 0.0f ? 0.0f : x; }

#define ELEMENTARY(name)                                                \
  BODY void ser_##name##_body(const float *x, float *y, size_t count) { \
    INDEPENDENT                                                         \
    for (size_t i = 0; i < count; i++) y[i] = name##_one(x[i]);         \
  }                                                                     \
  KERNEL(void, ser_##name, (const float *x, float *y, size_t count), (x, y, count))

ELEMENTARY(exp)
ELEMENTARY(log)
ELEMENTARY(sigmoid)
ELEMENTARY(tanh)
ELEMENTARY(rectify)

// MARK: Arithmetic

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

BODY float ser_sum_body(const float *x, size_t count) {
  REASSOCIATE
  float sum = 0;
  for (size_t i = 0; i < count; i++) sum += x[i];
  return sum;
}
KERNEL(float, ser_sum, (const float *x, size_t count), (x, count))

BODY float ser_dot_body(const float *x, const float *y, size_t count) {
  REASSOCIATE
  float sum = 0;
  for (size_t i = 0; i < count; i++) sum += x[i] * y[i];
  return sum;
}
KERNEL(float, ser_dot, (const float *x, const float *y, size_t count), (x, y, count))

BODY void ser_matrix_vector_body(const float *matrix, size_t rows, size_t columns, const float *x, float *y) {
  for (size_t i = 0; i < rows; i++) y[i] = ser_dot_body(matrix + i * columns, x, columns);
}
KERNEL(void, ser_matrix_vector, (const float *matrix, size_t rows, size_t columns, const float *x, float *y),
       (matrix, rows, columns, x, y))

typedef float lanes __attribute__((vector_size(32), aligned(4)));
typedef int32_t int_lanes __attribute__((vector_size(32)));
#define LANES (sizeof(lanes) / sizeof(float))
#define LOAD(p) (*(const lanes *)(p))

// By pointer: by value, what a function takes would depend on the target.
BODY void keep_larger(lanes *x, const lanes *y) {
  int_lanes is_larger = *x > *y;
  *x = (lanes)((is_larger & (int_lanes)*x) | (~is_larger & (int_lanes)*y));
}

BODY float lanes_sum(const lanes *x) {
  typedef float quarter __attribute__((vector_size(16)));
  quarter sums = __builtin_shufflevector(*x, *x, 0, 1, 2, 3) + __builtin_shufflevector(*x, *x, 4, 5, 6, 7);
  sums += __builtin_shufflevector(sums, sums, 2, 3, 2, 3);
  return sums[0] + sums[1];
}

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

// MARK: Sorted columns

static inline float lesser(float a, float b) { return a < b ? a : b; }
static inline float greater(float a, float b) { return a > b ? a : b; }

// v makes max(x[i - 1], min(x[i], v)) of rising x[i]: no search and no branch, and all columns side by side. From the
// top, so that the row below is still as it was.
BODY void ser_insert_sorted_body(const float *values, float *sorted, size_t rows, size_t columns) {
  float *row = sorted + rows * columns;
  for (size_t c = 0; c < columns; c++) row[c] = values[c];
  for (; row > sorted; row -= columns) {
    const float *below = row - columns;
    INDEPENDENT
    for (size_t c = 0; c < columns; c++) row[c] = greater(below[c], lesser(row[c], values[c]));
  }
  INDEPENDENT
  for (size_t c = 0; c < columns; c++) row[c] = lesser(row[c], values[c]);
}
KERNEL(void, ser_insert_sorted, (const float *values, float *sorted, size_t rows, size_t columns),
       (values, sorted, rows, columns))

typedef float lanes __attribute__((vector_size(32)));
typedef int32_t lane_mask __attribute__((vector_size(32)));

// Without the old value, z[i] is x[i] below it and x[i + 1] from it on; the new one is inserted into z as above. A few
// columns at a time, as vectors, so that what is carried from row to row stays in registers.
BODY void replace_sorted_block(const float *old, const float *values, float *sorted, size_t rows, size_t columns,
                               size_t width) {
  size_t bytes = width * sizeof(float);
  lanes gone = {0}, v = {0}, x = {0}, next = {0};
  lanes before = (lanes){0} - INFINITY;
  memcpy(&gone, old, bytes);
  memcpy(&v, values, bytes);
  memcpy(&x, sorted, bytes);
  for (size_t i = 1; i <= rows; i++, sorted += columns) {
    if (i < rows) {
      memcpy(&next, sorted + columns, bytes);
    } else {
      next = (lanes){0} + INFINITY;
    }
    lane_mask stays = x < gone;
    lanes z = (lanes)((stays & (lane_mask)x) | (~stays & (lane_mask)next));
    lanes y = __builtin_elementwise_max(before, __builtin_elementwise_min(z, v));
    memcpy(sorted, &y, bytes);
    before = z;
    x = next;
  }
}

BODY void ser_replace_sorted_body(const float *old, const float *values, float *sorted, size_t rows, size_t columns) {
  size_t c = 0;
  for (; c + 8 <= columns; c += 8) replace_sorted_block(old + c, values + c, sorted + c, rows, columns, 8);
  for (; c + 4 <= columns; c += 4) replace_sorted_block(old + c, values + c, sorted + c, rows, columns, 4);
  for (; c < columns; c++) replace_sorted_block(old + c, values + c, sorted + c, rows, columns, 1);
}
KERNEL(void, ser_replace_sorted,
       (const float *old, const float *values, float *sorted, size_t rows, size_t columns),
       (old, values, sorted, rows, columns))

// MARK: Signal analysis

BODY void ser_sanitize_body(const float *x, float *y, size_t count) {
  INDEPENDENT
  for (size_t i = 0; i < count; i++) {
    float magnitude = __builtin_fabsf(x[i]);
    int kept = (magnitude > 1e-10f) & (magnitude <= 1e4f);
    y[i] = kept ? x[i] : 0.0f;
  }
}
KERNEL(void, ser_sanitize, (const float *x, float *y, size_t count), (x, y, count))

BODY void ser_pre_emphasize_body(const float *x, float coefficient, const float *factors, float *y, size_t count) {
  INDEPENDENT
  for (size_t i = 0; i < count; i++) y[i] = (x[i + 1] - coefficient * x[i]) * factors[i];
}
KERNEL(void, ser_pre_emphasize,
       (const float *x, float coefficient, const float *factors, float *y, size_t count),
       (x, coefficient, factors, y, count))

BODY float limited_below(float x, float floor) { return x > floor ? x : floor; }

BODY void ser_scaled_log_body(const float *x, float floor, float factor, float *y, size_t count) {
  INDEPENDENT
  for (size_t i = 0; i < count; i++) y[i] = factor * log_one(limited_below(x[i], floor));
}
KERNEL(void, ser_scaled_log, (const float *x, float floor, float factor, float *y, size_t count),
       (x, floor, factor, y, count))

// The logarithm of a product is one logarithm: mantissas are multiplied, a few at a time so that they cannot overflow,
// and exponents added.
BODY float ser_log_sum_body(const float *x, float floor, size_t count, float *sum) {
  enum { few = 32 };
  const lanes floors = {floor, floor, floor, floor, floor, floor, floor, floor};
  lanes sums = {0}, logarithms = {0};
  int_lanes exponents = {0};
  size_t i = 0;
  while (i + LANES <= count) {
    lanes products = {1, 1, 1, 1, 1, 1, 1, 1};
    for (size_t turn = 0; turn < few && i + LANES <= count; turn++, i += LANES) {
      lanes values = LOAD(x + i);
      keep_larger(&values, &floors);
      int_lanes bits = (int_lanes)values;
      sums += values;
      exponents += (bits >> 23) - 127;
      products *= (lanes)((bits & 0x007fffff) | 0x3f800000);  // in [1, 2)
    }
    for (size_t lane = 0; lane < LANES; lane++) logarithms[lane] += log_one(products[lane]);
  }
  float total = lanes_sum(&sums), logarithm = lanes_sum(&logarithms);
  int32_t exponent = 0;
  for (size_t lane = 0; lane < LANES; lane++) exponent += exponents[lane];
  for (; i < count; i++) {
    float value = limited_below(x[i], floor);
    total += value;
    logarithm += log_one(value);
  }
  *sum = total;
  return logarithm + (float)((double)exponent * 0.69314718055994531);
}
KERNEL(float, ser_log_sum, (const float *x, float floor, size_t count, float *sum), (x, floor, count, sum))

// Puts `value` in its place in a list sorted from the largest down, whose last element goes.
BODY void insert_sorted(float *list, size_t count, float value) {
  size_t place = count - 1;
  for (; place > 0 && list[place - 1] < value; place--) list[place] = list[place - 1];
  list[place] = value;
}

// The mean of the `few` largest of sign · x. The largest in each lane are among them, where there are as many lanes: what
// is below all of those need not be looked at.
BODY float mean_of_largest(const float *x, size_t count, size_t few, float sign, float *list) {
  const float nothing = -__builtin_inff();
  lanes highest = {nothing, nothing, nothing, nothing, nothing, nothing, nothing, nothing};
  for (size_t i = 0; i + LANES <= count; i += LANES) {
    lanes values = LOAD(x + i) * sign;
    keep_larger(&highest, &values);
  }
  float threshold = few > LANES ? nothing : few == 1 ? __builtin_reduce_max(highest) : __builtin_reduce_min(highest);
  for (size_t i = 0; i < few; i++) list[i] = nothing;
  size_t i = 0;
  for (; i + LANES <= count; i += LANES) {
    lanes values = LOAD(x + i) * sign;
    int_lanes candidates = values >= threshold;
    if (!__builtin_reduce_or(candidates)) continue;
    for (size_t lane = 0; lane < LANES; lane++) {
      if (sign * x[i + lane] > list[few - 1]) insert_sorted(list, few, sign * x[i + lane]);
    }
    threshold = list[few - 1] > threshold ? list[few - 1] : threshold;
  }
  for (; i < count; i++) {
    if (sign * x[i] > list[few - 1]) insert_sorted(list, few, sign * x[i]);
  }
  float sum = 0;
  for (size_t k = 0; k < few; k++) sum += list[k];
  return sign * sum / (float)few;
}

BODY void ser_extremes_body(const float *x, size_t count, size_t few, float *scratch, float *largest, float *smallest) {
  *largest = mean_of_largest(x, count, few, 1.0f, scratch);
  *smallest = mean_of_largest(x, count, few, -1.0f, scratch);
}
KERNEL(void, ser_extremes,
       (const float *x, size_t count, size_t few, float *scratch, float *largest, float *smallest),
       (x, count, few, scratch, largest, smallest))

BODY size_t ser_sign_changes_body(const float *x, size_t count) {
  int32_t changes = 0;
  for (size_t i = 1; i < count; i++) changes += (x[i - 1] < 0.0f) != (x[i] < 0.0f);
  return (size_t)changes;
}
KERNEL(size_t, ser_sign_changes, (const float *x, size_t count), (x, count))

BODY void ser_power_body(const float *spectrum, float *power, size_t bins) {
  for (size_t k = 0; k < bins; k++) {
    float re = spectrum[2 * k], im = spectrum[2 * k + 1];
    power[k] = re * re + im * im;
  }
}
KERNEL(void, ser_power, (const float *spectrum, float *power, size_t bins), (spectrum, power, bins))

BODY void ser_centred_power_body(const float *spectrum, const float *window, float mean, const float *weights,
                                 float *power, size_t bins) {
  for (size_t k = 0; k < bins; k++) {
    float re = spectrum[2 * k] - mean * window[2 * k];
    float im = spectrum[2 * k + 1] - mean * window[2 * k + 1];
    power[2 * k] = weights[k] * (re * re + im * im);
    power[2 * k + 1] = 0.0f;
  }
}
KERNEL(void, ser_centred_power,
       (const float *spectrum, const float *window, float mean, const float *weights, float *power, size_t bins),
       (spectrum, window, mean, weights, power, bins))

BODY float ser_second_moment_body(const float *x, const float *points, float centre, size_t count) {
  REASSOCIATE
  float sum = 0;
  for (size_t i = 0; i < count; i++) {
    float distance = points[i] - centre;
    sum += x[i] * distance * distance;
  }
  return sum;
}
KERNEL(float, ser_second_moment, (const float *x, const float *points, float centre, size_t count),
       (x, points, centre, count))

BODY size_t ser_reaches_body(const float *x, float threshold, size_t count) {
  enum { block = 32 };  // whole blocks by vector sums, then the block in which it happens one by one
  float sum = 0;
  size_t start = 0;
  while (start + block < count) {
    float next = sum + ser_sum_body(x + start, block);
    if (next >= threshold) break;
    sum = next;
    start += block;
  }
  size_t i = start;
  while (i + 1 < count && (sum += x[i]) < threshold) i++;
  return i;
}
KERNEL(size_t, ser_reaches, (const float *x, float threshold, size_t count), (x, threshold, count))

// MARK: Networks

BODY void ser_lstm_cell_body(float *gates, const float *before, float *cells, float *output, size_t units) {
#pragma clang fp contract(off)  // a sum of two products has the same bits on both targets
  float *input = gates, *forget = gates + units, *candidate = gates + 2 * units, *exposed = gates + 3 * units;
  INDEPENDENT
  for (size_t i = 0; i < 2 * units; i++) gates[i] = sigmoid_one(gates[i]);
  INDEPENDENT
  for (size_t i = 0; i < units; i++) candidate[i] = tanh_one(candidate[i]);
  if (before) {
    INDEPENDENT
    for (size_t i = 0; i < units; i++) cells[i] = forget[i] * before[i] + input[i] * candidate[i];
  } else {
    INDEPENDENT
    for (size_t i = 0; i < units; i++) cells[i] = input[i] * candidate[i];
  }
  INDEPENDENT
  for (size_t i = 0; i < units; i++) {
    exposed[i] = sigmoid_one(exposed[i]);
    cells[units + i] = tanh_one(cells[i]);
    output[i] = exposed[i] * cells[units + i];
  }
}
KERNEL(void, ser_lstm_cell, (float *gates, const float *before, float *cells, float *output, size_t units),
       (gates, before, cells, output, units))

BODY void ser_moments_of_row_body(float score, const float *x, float *moments, size_t width) {
  moments[0] = score;
  moments[1] = 1.0f;
  memcpy(moments + 2, x, width * sizeof *x);
  memset(moments + 2 + width, 0, width * sizeof *x);
}
KERNEL(void, ser_moments_of_row, (float score, const float *x, float *moments, size_t width),
       (score, x, moments, width))

BODY void ser_add_to_moments_body(const float *a, float score, const float *x, float *sum, size_t width) {
  float highest = a[0] > score ? a[0] : score;
  float fade = exp_one(a[0] - highest), weight = exp_one(score - highest);
  float total = a[1] * fade;
  float share = weight / (total + weight);
  const float *mean = a + 2, *square = mean + width;
  sum[0] = highest;
  sum[1] = total + weight;
  INDEPENDENT
  for (size_t i = 0; i < width; i++) {
    // Not West's distance from the mean before times that from the mean behind: with a share near 1 the latter is lost.
    float distance = x[i] - mean[i];
    sum[2 + width + i] = fade * square[i] + total * share * distance * distance;
    sum[2 + i] = mean[i] + share * distance;
  }
}
KERNEL(void, ser_add_to_moments, (const float *a, float score, const float *x, float *sum, size_t width),
       (a, score, x, sum, width))

BODY void ser_merge_moments_body(const float *a, const float *b, float *sum, size_t width) {
  float highest = a[0] > b[0] ? a[0] : b[0];
  float fade_a = exp_one(a[0] - highest), fade_b = exp_one(b[0] - highest);
  float total_a = a[1] * fade_a, total_b = b[1] * fade_b;
  float share = total_b / (total_a + total_b);
  sum[0] = highest;
  sum[1] = total_a + total_b;
  INDEPENDENT
  for (size_t i = 2; i < 2 + width; i++) {
    float distance = b[i] - a[i];
    sum[width + i] = fade_a * a[width + i] + fade_b * b[width + i] + total_a * share * distance * distance;
    sum[i] = a[i] + share * distance;
  }
}
KERNEL(void, ser_merge_moments, (const float *a, const float *b, float *sum, size_t width), (a, b, sum, width))

BODY void ser_mean_deviation_body(const float *moments, float epsilon, float *y, size_t width) {
  float scale = 1.0f / moments[1];
  memcpy(y, moments + 2, width * sizeof *y);
  INDEPENDENT
  for (size_t i = 0; i < width; i++) y[width + i] = __builtin_sqrtf(moments[2 + width + i] * scale + epsilon);
}
KERNEL(void, ser_mean_deviation, (const float *moments, float epsilon, float *y, size_t width),
       (moments, epsilon, y, width))

// MARK: Batches of rows

BODY void ser_add_scaled_body(float factor, const float *x, float *y, size_t count) {
  INDEPENDENT
  for (size_t i = 0; i < count; i++) y[i] += factor * x[i];
}
KERNEL(void, ser_add_scaled, (float factor, const float *x, float *y, size_t count), (factor, x, y, count))

BODY void ser_add_rows_body(const float *x, size_t distance, float *y, size_t other, size_t rows, size_t columns) {
  for (size_t r = 0; r < rows; r++) {
    INDEPENDENT
    for (size_t i = 0; i < columns; i++) y[r * other + i] += x[r * distance + i];
  }
}
KERNEL(void, ser_add_rows, (const float *x, size_t distance, float *y, size_t other, size_t rows, size_t columns),
       (x, distance, y, other, rows, columns))

BODY void ser_add_square_distances_body(const float *x, const float *centre, float *sums, size_t rows, size_t columns) {
  for (size_t r = 0; r < rows; r++) {
    INDEPENDENT
    for (size_t i = 0; i < columns; i++) {
      float d = x[r * columns + i] - centre[i];
      sums[i] += d * d;
    }
  }
}
KERNEL(void, ser_add_square_distances,
       (const float *x, const float *centre, float *sums, size_t rows, size_t columns),
       (x, centre, sums, rows, columns))

BODY void ser_normalize_rows_body(const float *x, const float *mean, const float *inverse, const float *scale,
                                  const float *shift, float *y, size_t rows, size_t columns) {
  for (size_t r = 0; r < rows; r++) {
    INDEPENDENT
    for (size_t i = 0; i < columns; i++) {
      y[r * columns + i] = (x[r * columns + i] - mean[i]) * inverse[i] * scale[i] + shift[i];
    }
  }
}
KERNEL(void, ser_normalize_rows,
       (const float *x, const float *mean, const float *inverse, const float *scale, const float *shift, float *y,
        size_t rows, size_t columns),
       (x, mean, inverse, scale, shift, y, rows, columns))

BODY void ser_add_normalized_products_body(const float *x, const float *mean, const float *inverse, const float *dy,
                                           float *sums, size_t rows, size_t columns) {
  for (size_t r = 0; r < rows; r++) {
    INDEPENDENT
    for (size_t i = 0; i < columns; i++) {
      sums[i] += dy[r * columns + i] * ((x[r * columns + i] - mean[i]) * inverse[i]);
      sums[columns + i] += dy[r * columns + i];
    }
  }
}
KERNEL(void, ser_add_normalized_products,
       (const float *x, const float *mean, const float *inverse, const float *dy, float *sums, size_t rows,
        size_t columns),
       (x, mean, inverse, dy, sums, rows, columns))

BODY void ser_normalization_gradient_body(const float *x, const float *mean, const float *inverse, const float *scale,
                                          const float *sums, const float *dy, float *dx, size_t rows, size_t columns) {
  float share = 1.0f / (float)rows;
  for (size_t r = 0; r < rows; r++) {
    INDEPENDENT
    for (size_t i = 0; i < columns; i++) {
      float normalized = (x[r * columns + i] - mean[i]) * inverse[i];
      float common = share * (sums[columns + i] + normalized * sums[i]);
      dx[r * columns + i] = scale[i] * inverse[i] * (dy[r * columns + i] - common);
    }
  }
}
KERNEL(void, ser_normalization_gradient,
       (const float *x, const float *mean, const float *inverse, const float *scale, const float *sums,
        const float *dy, float *dx, size_t rows, size_t columns),
       (x, mean, inverse, scale, sums, dy, dx, rows, columns))

BODY void ser_rectifier_gradient_body(const float *y, const float *dy, float *dx, size_t count) {
  INDEPENDENT
  for (size_t i = 0; i < count; i++) dx[i] = y[i] > 0.0f ? dy[i] : 0.0f;
}
KERNEL(void, ser_rectifier_gradient, (const float *y, const float *dy, float *dx, size_t count), (y, dy, dx, count))

BODY float ser_pooling_gradient_body(const float *x, const float *mean, const float *d_mean, const float *d_square,
                                     float share, float *dx, size_t count) {
  REASSOCIATE
  float slope = 0;
  for (size_t i = 0; i < count; i++) {
    float d = x[i] - mean[i];
    slope += d_mean[i] * x[i] + d_square[i] * d * d;
  }
  INDEPENDENT
  for (size_t i = 0; i < count; i++) dx[i] = share * (d_mean[i] + 2.0f * d_square[i] * (x[i] - mean[i]));
  return slope;
}
KERNEL(float, ser_pooling_gradient,
       (const float *x, const float *mean, const float *d_mean, const float *d_square, float share, float *dx,
        size_t count),
       (x, mean, d_mean, d_square, share, dx, count))

BODY void ser_lstm_cell_gradient_body(const float *gates, const float *cells, const float *before, const float *dy,
                                      const float *carried, float *cell_carry, float *gate_gradient, size_t rows,
                                      size_t units) {
  for (size_t r = 0; r < rows; r++) {
    const float *input = gates + 4 * units * r, *forget = input + units, *candidate = forget + units,
                *exposed = candidate + units, *squashed = cells + 2 * units * r + units;
    const float *past = before + 2 * units * r;
    float *d_input = gate_gradient + 4 * units * r, *d_forget = d_input + units, *d_candidate = d_forget + units,
          *d_exposed = d_candidate + units;
    INDEPENDENT
    for (size_t i = 0; i < units; i++) {
      size_t at = r * units + i;
      float dh = dy[at] + carried[at];
      float dc = cell_carry[at] + dh * exposed[i] * (1.0f - squashed[i] * squashed[i]);
      d_input[i] = dc * candidate[i] * input[i] * (1.0f - input[i]);
      d_forget[i] = dc * past[i] * forget[i] * (1.0f - forget[i]);
      d_candidate[i] = dc * input[i] * (1.0f - candidate[i] * candidate[i]);
      d_exposed[i] = dh * squashed[i] * exposed[i] * (1.0f - exposed[i]);
      cell_carry[at] = dc * forget[i];
    }
  }
}
KERNEL(void, ser_lstm_cell_gradient,
       (const float *gates, const float *cells, const float *before, const float *dy, const float *carried,
        float *cell_carry, float *gate_gradient, size_t rows, size_t units),
       (gates, cells, before, dy, carried, cell_carry, gate_gradient, rows, units))
