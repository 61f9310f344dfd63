#include "Kernel.h"

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
