#include "CKernels.h"

#include <stdint.h>
#include <string.h>

// Written once over a macro so that the plain and the AVX2 version cannot drift apart: the compiler vectorises the
// same loop for each target.

static inline float reinterpret_int(int32_t bits) {
  float value;
  memcpy(&value, &bits, sizeof value);
  return value;
}

static inline int32_t reinterpret_float(float value) {
  int32_t bits;
  memcpy(&bits, &value, sizeof bits);
  return bits;
}

static inline __attribute__((always_inline)) float exp_one(float x) {
  x = x < -87.3f ? -87.3f : x;
  x = x > 88.3f ? 88.3f : x;
  float n = __builtin_floorf(x * 1.44269504088896341f + 0.5f);
  float r = x - n * 0.693359375f;
  r = r + n * 2.12194440e-4f;
  float p = 1.9875691500e-4f;
  p = p * r + 1.3981999507e-3f;
  p = p * r + 8.3334519073e-3f;
  p = p * r + 4.1665795894e-2f;
  p = p * r + 1.6666665459e-1f;
  p = p * r + 5.0000001201e-1f;
  p = p * r * r + r + 1.0f;
  return p * reinterpret_int(((int32_t)n + 127) << 23);
}

static inline __attribute__((always_inline)) float log_one(float x) {
  int32_t bits = reinterpret_float(x);
  int32_t exponent = (bits >> 23) - 126;
  float m = reinterpret_int((bits & 0x007fffff) | 0x3f000000);  // in [0.5, 1)
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

static inline __attribute__((always_inline)) float sigmoid_one(float x) { return 1.0f / (1.0f + exp_one(-x)); }

// tanh by e^2x loses relative precision near 0 (absolute error stays below 1e-7); a short series serves there.
static inline __attribute__((always_inline)) float tanh_one(float x) {
  float z = x * x;
  float small = x + x * z * (-3.33332819422e-1f + z * (1.33314422036e-1f + z * (-5.37397155531e-2f
                + z * (2.06390887954e-2f + z * -5.70498872745e-3f))));
  float e = exp_one(2.0f * x);
  float large = 1.0f - 2.0f / (e + 1.0f);
  return z < 0.390625f ? small : large;
}

#if defined(__x86_64__)
#define AVX2 __attribute__((target("avx2,fma")))
static inline int has_avx2(void) { return __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma"); }
#define FUNCTION(name)                                                     \
  static void name##_plain(const float *x, float *y, size_t count) {       \
    for (size_t i = 0; i < count; i++) y[i] = name##_one(x[i]);            \
  }                                                                        \
  AVX2 static void name##_avx2(const float *x, float *y, size_t count) {   \
    for (size_t i = 0; i < count; i++) y[i] = name##_one(x[i]);            \
  }                                                                        \
  void ser_##name(const float *x, float *y, size_t count) {                \
    if (has_avx2()) name##_avx2(x, y, count);                              \
    else name##_plain(x, y, count);                                        \
  }
#else
#define FUNCTION(name)                                                     \
  void ser_##name(const float *x, float *y, size_t count) {                \
    for (size_t i = 0; i < count; i++) y[i] = name##_one(x[i]);            \
  }
#endif

FUNCTION(exp)
FUNCTION(log)
FUNCTION(sigmoid)
FUNCTION(tanh)
