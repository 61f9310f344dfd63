#include "Elementary.h"

#define ELEMENTARY(name)                                                \
  BODY void ser_##name##_body(const float *x, float *y, size_t count) { \
    INDEPENDENT                                                         \
    for (size_t i = 0; i < count; i++) y[i] = name##_one(x[i]);         \
  }                                                                     \
  KERNEL(void, ser_##name, (const float *x, float *y, size_t count), (x, y, count))

ELEMENTARY(exp)
ELEMENTARY(log)
ELEMENTARY(sigmoid)
ELEMENTARY(tanh)
ELEMENTARY(rectify)
