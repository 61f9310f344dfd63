#ifndef SER_KERNEL_H
#define SER_KERNEL_H
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

// Vectors of eight, at any address. The compiler makes of them what the target has.
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

BODY float ser_sum_body(const float *x, size_t count) {
  REASSOCIATE
  float sum = 0;
  for (size_t i = 0; i < count; i++) sum += x[i];
  return sum;
}
#endif
