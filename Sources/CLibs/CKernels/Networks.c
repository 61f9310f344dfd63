#include "Elementary.h"

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
