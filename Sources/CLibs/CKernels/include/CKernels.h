#ifndef SER_CKERNELS_H
#define SER_CKERNELS_H
#include <stddef.h>
#include <stdint.h>

// Vector functions on contiguous single-precision arrays; the output may be an input. Each has an AVX2 + FMA version,
// chosen at run time; the plain version compiles the same source for the baseline, without fused operations.

// Elementary functions. Range reduction and polynomials: Cephes expf/logf/tanhf (Moshier); relative error at most 3e-7.
// NaN gives NaN, except for ser_log.

void ser_exp(const float *x, float *y, size_t count);      // e^x, x limited to -87.3 … 88.3: finite, positive, normal
void ser_log(const float *x, float *y, size_t count);      // ln x; below 2^-126 (0, negative too) as 2^-126: -87.34
void ser_sigmoid(const float *x, float *y, size_t count);  // 1 / (1 + e^-x), x limited to -87.3 … 87.3
void ser_tanh(const float *x, float *y, size_t count);     // hyperbolic tangent
void ser_rectify(const float *x, float *y, size_t count);  // max(x, 0)

// Arithmetic. Sums are reassociated, so their last bits differ between the two versions.

void ser_multiply(const float *x, const float *factors, float *y, size_t count);  // y = x · factors
void ser_add(const float *x, const float *summands, float *y, size_t count);      // y = x + summands
// y = x · scale + shift, element by element
void ser_scale_shift(const float *x, const float *scale, const float *shift, float *y, size_t count);
void ser_square_root(const float *x, float *y, size_t count);                     // y = √x
float ser_sum(const float *x, size_t count);                                      // Σ x
float ser_dot(const float *x, const float *y, size_t count);                      // Σ x · y

// y = matrix · x; matrix [rows × columns] by rows.
void ser_matrix_vector(const float *matrix, size_t rows, size_t columns, const float *x, float *y);

// y += matrix · x, as fast as the matrix can be read from the second-level cache.
void ser_add_matrix_vector(const float *matrix, size_t rows, size_t columns, const float *x, float *y);

// The same for several vectors, one after the other in x and y: the matrix is read once.
void ser_add_matrix_vectors(const float *matrix, size_t rows, size_t columns, const float *x, size_t vectors, float *y);

// Matrices of bytes and vectors of whole numbers.

// whole = x / unit, rounded, with the unit that makes the most of 16 bits; returns it. Sums of `count` products with bytes
// fit 32 bits. An x with infinities or NaN gives zeros and NaN.
float ser_whole_numbers(const float *x, size_t count, int16_t *whole);

// y += unit · scales ∘ (matrix · x). Each block of sixteen bytes, none of them -128, holds eight rows of two columns, row by
// row: `pairs` blocks for each eight rows, zeros where there are no more rows or columns; x [2 · pairs].
void ser_add_byte_matrix_vector(const int8_t *blocks, const float *scales, size_t rows, size_t pairs, const int16_t *x,
                                float unit, float *y);

// y += matrix · x of a matrix in which many columns of eight rows are zero. counts[i] are those of the rows from 8 i on that
// are not; `columns` says which, `blocks` their eight weights, zero where there are no more rows.
void ser_add_block_matrix_vector(const float *blocks, const uint16_t *columns, const uint16_t *counts, size_t rows,
                                 const float *x, float *y);

// y[b] = Σ weights · x[first[b] ..< first[b] + count[b]]; the bands' weights lie one after the other.
void ser_banded_product(const float *weights, const uint32_t *first, const uint32_t *count, size_t bands,
                        const float *x, float *y);

// y = Σ weights[i] · row i of `rows` rows, `stride` apart, of `columns` each.
void ser_weighted_rows(const float *weights, size_t rows, const float *x, size_t stride, float *y, size_t columns);

// Columns that are sorted each by itself: [rows × columns] by rows, rising from row to row. No NaN.

// Inserts a value into each column; there is room for one more row.
void ser_insert_sorted(const float *values, float *sorted, size_t rows, size_t columns);

// Replaces in each column an old value, which it holds, by a new one; at least one row.
void ser_replace_sorted(const float *old, const float *values, float *sorted, size_t rows, size_t columns);

// Networks.

// One row of an LSTM. `gates` [4 × units] holds the pre-activations of input, forget and output gate and, third, of the
// candidate; it receives their activations. `before` is the cell of the row before, null for the first; `cells`
// [2 × units] receives the cell and its tangent, `output` [units] the result. `before` may be `cells`.
void ser_lstm_cell(float *gates, const float *before, float *cells, float *output, size_t units);

// Rows weighted by e^score: moments are [highest score, sum of weights relative to it, mean [width], weighted squared
// distances from the mean [width]]. Results may take the place of an operand.

// The moments of one row.
void ser_moments_of_row(float score, const float *x, float *moments, size_t width);
// Those of the rows behind `a` and one more; of those behind `a` and those behind `b` (Chan, Golub and LeVeque 1979).
void ser_add_to_moments(const float *a, float score, const float *x, float *sum, size_t width);
void ser_merge_moments(const float *a, const float *b, float *sum, size_t width);
// y = [mean [width], √(mean squared distance + epsilon) [width]]
void ser_mean_deviation(const float *moments, float epsilon, float *y, size_t width);

// Batches of rows: matrices [rows × columns] by rows. Sums are added to what is there, row after row.

void ser_add_scaled(float factor, const float *x, float *y, size_t count);       // y += factor · x
// y += x, both rows of wider matrices: `distance` and `other` are the steps from row to row.
void ser_add_rows(const float *x, size_t distance, float *y, size_t other, size_t rows, size_t columns);
// sums += (x - centre)², column by column
void ser_add_square_distances(const float *x, const float *centre, float *sums, size_t rows, size_t columns);
// y = (x - mean) · inverse · scale + shift, column by column
void ser_normalize_rows(const float *x, const float *mean, const float *inverse, const float *scale,
                        const float *shift, float *y, size_t rows, size_t columns);
// sums += [dy · (x - mean) · inverse, dy], each [columns]
void ser_add_normalized_products(const float *x, const float *mean, const float *inverse, const float *dy, float *sums,
                                 size_t rows, size_t columns);
// The gradient of a normalisation by the batch's own mean and deviation, given those sums.
void ser_normalization_gradient(const float *x, const float *mean, const float *inverse, const float *scale,
                                const float *sums, const float *dy, float *dx, size_t rows, size_t columns);
void ser_rectifier_gradient(const float *y, const float *dy, float *dx, size_t count);  // dx = dy where y > 0, else 0

// One row of a weighted mean and squared deviation with the gradients d_mean and d_square: dx = share · (d_mean +
// 2 d_square (x - mean)). Returns the slope of its weight, Σ d_mean · x + d_square · (x - mean)².
float ser_pooling_gradient(const float *x, const float *mean, const float *d_mean, const float *d_square, float share,
                           float *dx, size_t count);

// Back through one time of an LSTM. `gates` [rows × 4 · units] are activated, in the order i, f, g, o; a row of `cells`
// and `before`, the time before, is [c, tanh c]. `dy` and `carried` add up to the gradient of the output. `cell_carry`
// [rows × units] turns from the gradient of the cell into that of the cell before.
void ser_lstm_cell_gradient(const float *gates, const float *cells, const float *before, const float *dy,
                            const float *carried, float *cell_carry, float *gate_gradient, size_t rows, size_t units);

// Signal analysis.

// y = x where 1e-10 < |x| <= 1e4, else 0 (NaN, infinities and denormals too).
void ser_sanitize(const float *x, float *y, size_t count);

// y[i] = (x[i] - coefficient · x[i - 1]) · factors[i]; x points at the sample before the first.
void ser_pre_emphasize(const float *x, float coefficient, const float *factors, float *y, size_t count);

// y = factor · ln max(x, floor); floor at least 2^-126.
void ser_scaled_log(const float *x, float floor, float factor, float *y, size_t count);

// Σ ln max(x, floor), and Σ max(x, floor) in *sum; floor at least 2^-126, all x finite. Relative error at most 1e-6.
float ser_log_sum(const float *x, float floor, size_t count, float *sum);

// The means of the `few` largest and of the `few` smallest of x; 1 <= few <= count, scratch of `few`.
void ser_extremes(const float *x, size_t count, size_t few, float *scratch, float *largest, float *smallest);

// Pairs of neighbours of which exactly one is below 0.
size_t ser_sign_changes(const float *x, size_t count);

// Indices of the `few` highest of x that are higher than the one before and no lower than the one after, the highest first.
// x[-1] and x[count] are looked at, too. Returns how many there are, at most `few`, which is at most 8.
size_t ser_peaks(const float *x, size_t count, size_t few, uint32_t *peaks);

// power = re² + im² of `bins` interleaved complex numbers.
void ser_power(const float *spectrum, float *power, size_t bins);

// Complex (weight · |spectrum - mean · window|², 0), interleaved: the power spectrum of a windowed frame less its mean.
void ser_centred_power(const float *spectrum, const float *window, float mean, const float *weights, float *power,
                       size_t bins);

// Σ x · (points - centre)²
float ser_second_moment(const float *x, const float *points, float centre, size_t count);

// The first index at which the running sum of x (none negative) reaches `threshold`; the last one where none does.
size_t ser_reaches(const float *x, float threshold, size_t count);

// A recursive filter of second order with two zeros at zero frequency, and where it is in its stream.
typedef struct {
  double gain, a1, a2;       // y[i] = gain · (x[i] - 2 x[i-1] + x[i-2]) - a1 y[i-1] - a2 y[i-2]
  double x1, x2, y1, y2;     // x[i-1], x[i-2], y[i-1], y[i-2]
  size_t position;           // i
} ser_high_pass_filter;

// Filters the next samples of a stream. What is not finite counts as 0.
void ser_high_pass(ser_high_pass_filter *filter, const float *x, float *y, size_t count);

// Takes a row x into running statistics of each column, then brings it to mean 0 and deviation 1 by them, within ±limit.
// Means of the rows so far count for `weights` rows, each at most `memory`; a distance's square for `share` of the variance.
void ser_adapt(const float *x, float share, float memory, float smallest, float limit, float *mean, float *weights,
               float *variance, float *y, size_t count);
// y = (x - mean) · scale, within ±limit
void ser_standardize(const float *x, const float *mean, const float *scale, float limit, float *y, size_t count);
#endif
