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

BODY void ser_limit_below_body(const float *x, float floor, float *y, size_t count) {
  INDEPENDENT
  for (size_t i = 0; i < count; i++) y[i] = x[i] > floor ? x[i] : floor;
}
KERNEL(void, ser_limit_below, (const float *x, float floor, float *y, size_t count), (x, floor, y, count))

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
