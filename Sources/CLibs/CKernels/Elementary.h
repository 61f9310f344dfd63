#ifndef SER_ELEMENTARY_H
#define SER_ELEMENTARY_H
#include "Kernel.h"

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
#endif
