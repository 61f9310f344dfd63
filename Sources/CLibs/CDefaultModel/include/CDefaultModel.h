#ifndef SER_CDEFAULTMODEL_H
#define SER_CDEFAULTMODEL_H
#include <stddef.h>

/// The checkpoint that `ser-live` uses when `--model` names none, a safetensors file of `ser_default_model_size` bytes.
const unsigned char *ser_default_model_start(void);
extern const size_t ser_default_model_size;
#endif
