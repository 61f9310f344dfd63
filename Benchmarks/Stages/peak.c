// What this core can do, in single precision: multiply-adds on registers, and reading memory.
// usage: peak BYTES…     prints `flops` and the operations per second, then for each size the bytes per second

#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#ifdef __AVX512F__
#define LANES 16
#elif defined(__AVX__)
#define LANES 8
#else
#define LANES 4
#endif
typedef float lanes __attribute__((vector_size(4 * LANES)));

static double now(void) {
  struct timespec time;
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time);
  return time.tv_sec + 1e-9 * time.tv_nsec;
}

// Twelve sums that do not wait for each other keep both units for multiply-adds busy at a latency of four to six cycles.
__attribute__((noinline)) static float multiply_add(long count) {
  lanes sums[12], factor, summand;
  for (int i = 0; i < LANES; i++) factor[i] = 0.999f, summand[i] = 0.001f;
  for (int k = 0; k < 12; k++)
    for (int i = 0; i < LANES; i++) sums[k][i] = (float)k;
  for (long n = 0; n < count; n++) {
#pragma GCC unroll 12
    for (int k = 0; k < 12; k++) sums[k] = sums[k] * factor + summand;
  }
  float sum = 0;
  for (int k = 0; k < 12; k++)
    for (int i = 0; i < LANES; i++) sum += sums[k][i];
  return sum;
}

__attribute__((noinline)) static float read_all(const float *data, size_t count) {
  lanes sums[8] = {0};
  for (size_t n = 0; n + 8 * LANES <= count; n += 8 * LANES) {
#pragma GCC unroll 8
    for (int k = 0; k < 8; k++) sums[k] += *(const lanes *)(data + n + k * LANES);
  }
  float sum = 0;
  for (int k = 0; k < 8; k++)
    for (int i = 0; i < LANES; i++) sum += sums[k][i];
  return sum;
}

int main(int count, char **arguments) {
  volatile float result;
  double best = 0;
  for (int round = 0; round < 9; round++) {
    long steps = 10 * 1000 * 1000;
    __asm__ volatile("" : "+r"(steps));
    double start = now();
    result = multiply_add(steps);
    double rate = 2.0 * 12 * LANES * steps / (now() - start);
    if (rate > best) best = rate;
  }
  printf("flops %.6g\n", best);
  for (int i = 1; i < count; i++) {
    size_t numbers = strtoul(arguments[i], NULL, 10) / sizeof(float) / (8 * LANES) * (8 * LANES);
    if (numbers == 0) numbers = 8 * LANES;
    float *data = aligned_alloc(64, numbers * sizeof(float));
    if (!data) return 1;
    for (size_t n = 0; n < numbers; n++) data[n] = 1;
    long passes = 1 + 64 * 1024 * 1024 / (long)(numbers * sizeof(float));
    best = 0;
    for (int round = 0; round < 9; round++) {
      double start = now();
      for (long pass = 0; pass < passes; pass++) {
        __asm__ volatile("" : "+r"(data) : : "memory");  // else one pass would do for all
        result = read_all(data, numbers);
      }
      double rate = (double)passes * numbers * sizeof(float) / (now() - start);
      if (rate > best) best = rate;
    }
    printf("%s %.6g\n", arguments[i], best);
    free(data);
  }
  (void)result;
  return 0;
}
