#ifndef SER_CKERNELS_H
#define SER_CKERNELS_H
#include <stddef.h>

// Vector functions on contiguous single-precision arrays. `y` may be `x`. Each has an AVX2 + FMA version, chosen at
// run time; the plain version is the oracle of the fast one (the same polynomial, without fused operations).
// Range reduction and polynomials: Cephes expf/logf (Moshier), relative error at most 2e-7.

void ser_exp(const float *x, float *y, size_t count);      // e^x; 0 below -87.3, finite above 88.3
void ser_log(const float *x, float *y, size_t count);      // natural logarithm of positive, normal numbers
void ser_sigmoid(const float *x, float *y, size_t count);  // 1 / (1 + e^-x)
void ser_tanh(const float *x, float *y, size_t count);     // hyperbolic tangent
#endif
