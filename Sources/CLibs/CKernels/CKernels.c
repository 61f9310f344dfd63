#include "CKernels.h"

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

// MARK: Arithmetic

BODY void ser_multiply_body(const float *x, const float *factors, float *y, size_t count) {
  INDEPENDENT
  for (size_t i = 0; i < count; i++) y[i] = x[i] * factors[i];
}
KERNEL(void, ser_multiply, (const float *x, const float *factors, float *y, size_t count), (x, factors, y, count))

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

BODY void ser_banded_product_body(const float *weights, const uint32_t *first, const uint32_t *count, size_t bands,
                                  const float *x, float *y) {
  for (size_t b = 0; b < bands; b++) {
    y[b] = ser_dot_body(weights, x + first[b], count[b]);
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
  REASSOCIATE
  enum { lanes = 8, few = 32 };
  int32_t exponents[lanes] = {0};
  float sums[lanes] = {0}, logarithms[lanes] = {0};
  size_t i = 0;
  while (i + lanes <= count) {
    float products[lanes];
    for (int lane = 0; lane < lanes; lane++) products[lane] = 1.0f;
    for (int turn = 0; turn < few && i + lanes <= count; turn++, i += lanes) {
      for (int lane = 0; lane < lanes; lane++) {
        float value = limited_below(x[i + lane], floor);
        int32_t bits = bits_of_float(value);
        sums[lane] += value;
        exponents[lane] += (bits >> 23) - 127;
        products[lane] *= float_of_bits((bits & 0x007fffff) | 0x3f800000);  // in [1, 2)
      }
    }
    for (int lane = 0; lane < lanes; lane++) logarithms[lane] += log_one(products[lane]);
  }
  float total = 0, logarithm = 0;
  int32_t exponent = 0;
  for (int lane = 0; lane < lanes; lane++) {
    total += sums[lane];
    logarithm += logarithms[lane];
    exponent += exponents[lane];
  }
  for (; i < count; i++) {
    float value = limited_below(x[i], floor);
    total += value;
    logarithm += log_one(value);
  }
  *sum = total;
  return logarithm + (float)((double)exponent * 0.69314718055994531);
}
KERNEL(float, ser_log_sum, (const float *x, float floor, size_t count, float *sum), (x, floor, count, sum))

// Puts `value` into a list sorted so that its last element is the first to go.
BODY void insert_sorted(float *list, size_t count, float value, int descending) {
  size_t place = count - 1;
  while (place > 0 && (descending ? list[place - 1] < value : list[place - 1] > value)) {
    list[place] = list[place - 1];
    place--;
  }
  list[place] = value;
}

BODY void ser_extremes_body(const float *x, size_t count, size_t few, float *scratch, float *largest, float *smallest) {
  enum { block = 16 };  // most blocks hold nothing that would change the lists
  float *top = scratch, *bottom = scratch + few;
  for (size_t i = 0; i < few; i++) {
    top[i] = -__builtin_inff();
    bottom[i] = __builtin_inff();
  }
  for (size_t start = 0; start < count; start += block) {
    size_t end = start + block < count ? start + block : count;
    float high = -__builtin_inff(), low = __builtin_inff();
    if (end - start == block) {
      for (size_t i = 0; i < block; i++) {
        high = x[start + i] > high ? x[start + i] : high;
        low = x[start + i] < low ? x[start + i] : low;
      }
      if (high <= top[few - 1] && low >= bottom[few - 1]) continue;
    }
    for (size_t i = start; i < end; i++) {
      if (x[i] > top[few - 1]) insert_sorted(top, few, x[i], 1);
      if (x[i] < bottom[few - 1]) insert_sorted(bottom, few, x[i], 0);
    }
  }
  *largest = ser_sum_body(top, few) / (float)few;
  *smallest = ser_sum_body(bottom, few) / (float)few;
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
