#include "Elementary.h"

BODY void ser_sanitize_body(const float *x, float *y, size_t count) {
  INDEPENDENT
  for (size_t i = 0; i < count; i++) {
    float magnitude = __builtin_fabsf(x[i]);
    int kept = (magnitude > 1e-10f) & (magnitude <= 1e4f);
    y[i] = kept ? x[i] : 0.0f;
  }
}
KERNEL(void, ser_sanitize, (const float *x, float *y, size_t count), (x, y, count))

// In double precision: at 48 kHz the poles lie within 0.004 of the unit circle. What depends on y[i-1] comes last, so that a sample
// takes as long as one product and sum.
BODY void ser_high_pass_body(ser_high_pass_filter *filter, const float *x, float *y, size_t count) {
  // In silence y decays for ever, and numbers near the smallest that there are take a hundred times as long. The places
  // where it is cut off are fixed, so that they do not depend on how a stream comes in pieces.
  enum { stretch = 256 };
  const double faintest = 1e-20;
  const double gain = filter->gain, a1 = filter->a1, a2 = filter->a2;
  double x1 = filter->x1, x2 = filter->x2, y1 = filter->y1, y2 = filter->y2;
  size_t i = 0;
  while (i < count) {
    const size_t left = stretch - filter->position % stretch;
    const size_t end = count - i < left ? count : i + left;
    filter->position += end - i;
    for (; i < end; i++) {
      const double x0 = __builtin_fabsf(x[i]) <= __FLT_MAX__ ? x[i] : 0.0;
      const double rest = gain * ((x0 - x1) - (x1 - x2)) - a2 * y2;
      const double y0 = rest - a1 * y1;
      y[i] = (float)y0;
      x2 = x1, x1 = x0, y2 = y1, y1 = y0;
    }
    if (filter->position % stretch == 0 && __builtin_fabs(y1) < faintest && __builtin_fabs(y2) < faintest) y1 = y2 = 0;
  }
  filter->x1 = x1, filter->x2 = x2, filter->y1 = y1, filter->y2 = y2;
}
KERNEL(void, ser_high_pass, (ser_high_pass_filter *filter, const float *x, float *y, size_t count), (filter, x, y, count))

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
  const int_lanes bits = {1, 2, 4, 8, 16, 32, 64, 128};
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
    int_lanes candidates = (values >= threshold) & bits;
    unsigned left = (unsigned)__builtin_reduce_or(candidates);
    if (left == 0) continue;
    for (; left != 0; left &= left - 1) {
      float value = sign * x[i + (size_t)__builtin_ctz(left)];
      if (value > list[few - 1]) insert_sorted(list, few, value);
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

BODY size_t ser_peaks_body(const float *x, size_t count, size_t few, uint32_t *peaks) {
  float heights[8];
  size_t found = 0;
  float least = 0.0f;  // what a peak must exceed to be among the highest
  for (size_t i = 0; i < count; i++) {
    float here = x[i];
    if (!(here > least && here > x[(ptrdiff_t)i - 1] && here >= x[i + 1])) continue;
    size_t place = found < few ? found++ : few - 1;
    for (; place > 0 && heights[place - 1] < here; place--) {
      heights[place] = heights[place - 1];
      peaks[place] = peaks[place - 1];
    }
    heights[place] = here;
    peaks[place] = (uint32_t)i;
    if (found == few) least = heights[few - 1];
  }
  return found;
}
KERNEL(size_t, ser_peaks, (const float *x, size_t count, size_t few, uint32_t *peaks), (x, count, few, peaks))

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

BODY float within(float x, float limit) { return limited_below(x < limit ? x : limit, -limit); }

BODY void ser_adapt_body(const float *x, float share, float memory, float smallest, float limit, float *mean,
                         float *weights, float *variance, float *y, size_t count) {
  INDEPENDENT
  for (size_t i = 0; i < count; i++) {
    float distance = x[i] - mean[i];
    float weight = weights[i] + 1;
    float moved = mean[i] + distance / weight;
    float left = x[i] - moved;
    float spread = variance[i] + share * (distance * left - variance[i]);
    mean[i] = moved;
    weights[i] = weight < memory ? weight : memory;
    variance[i] = spread;
    y[i] = within(left / __builtin_sqrtf(spread + smallest), limit);
  }
}
KERNEL(void, ser_adapt,
       (const float *x, float share, float memory, float smallest, float limit, float *mean, float *weights,
        float *variance, float *y, size_t count),
       (x, share, memory, smallest, limit, mean, weights, variance, y, count))

BODY void ser_standardize_body(const float *x, const float *mean, const float *scale, float limit, float *y, size_t count) {
  INDEPENDENT
  for (size_t i = 0; i < count; i++) y[i] = within((x[i] - mean[i]) * scale[i], limit);
}
KERNEL(void, ser_standardize,
       (const float *x, const float *mean, const float *scale, float limit, float *y, size_t count),
       (x, mean, scale, limit, y, count))
