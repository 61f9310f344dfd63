#include "Kernel.h"

#include <math.h>

BODY float lesser(float a, float b) { return a < b ? a : b; }
BODY float greater(float a, float b) { return a > b ? a : b; }

// v makes max(x[i - 1], min(x[i], v)) of rising x[i]: no search and no branch, and all columns side by side. From the
// top, so that the row below is still as it was.
BODY void ser_insert_sorted_body(const float *values, float *sorted, size_t rows, size_t columns) {
  float *row = sorted + rows * columns;
  for (size_t c = 0; c < columns; c++) row[c] = values[c];
  for (; row > sorted; row -= columns) {
    const float *below = row - columns;
    INDEPENDENT
    for (size_t c = 0; c < columns; c++) row[c] = greater(below[c], lesser(row[c], values[c]));
  }
  INDEPENDENT
  for (size_t c = 0; c < columns; c++) row[c] = lesser(row[c], values[c]);
}
KERNEL(void, ser_insert_sorted, (const float *values, float *sorted, size_t rows, size_t columns),
       (values, sorted, rows, columns))

// Without the old value, z[i] is x[i] below it and x[i + 1] from it on; the new one is inserted into z as above. A few
// columns at a time, as vectors, so that what is carried from row to row stays in registers.
BODY void replace_sorted_block(const float *old, const float *values, float *sorted, size_t rows, size_t columns,
                               size_t width) {
  size_t bytes = width * sizeof(float);
  lanes gone = {0}, v = {0}, x = {0}, next = {0};
  lanes before = (lanes){0} - INFINITY;
  memcpy(&gone, old, bytes);
  memcpy(&v, values, bytes);
  memcpy(&x, sorted, bytes);
  for (size_t i = 1; i <= rows; i++, sorted += columns) {
    if (i < rows) {
      memcpy(&next, sorted + columns, bytes);
    } else {
      next = (lanes){0} + INFINITY;
    }
    int_lanes stays = x < gone;
    lanes z = (lanes)((stays & (int_lanes)x) | (~stays & (int_lanes)next));
    lanes y = __builtin_elementwise_max(before, __builtin_elementwise_min(z, v));
    memcpy(sorted, &y, bytes);
    before = z;
    x = next;
  }
}

BODY void ser_replace_sorted_body(const float *old, const float *values, float *sorted, size_t rows, size_t columns) {
  size_t c = 0;
  for (; c + 8 <= columns; c += 8) replace_sorted_block(old + c, values + c, sorted + c, rows, columns, 8);
  for (; c + 4 <= columns; c += 4) replace_sorted_block(old + c, values + c, sorted + c, rows, columns, 4);
  for (; c < columns; c++) replace_sorted_block(old + c, values + c, sorted + c, rows, columns, 1);
}
KERNEL(void, ser_replace_sorted,
       (const float *old, const float *values, float *sorted, size_t rows, size_t columns),
       (old, values, sorted, rows, columns))
