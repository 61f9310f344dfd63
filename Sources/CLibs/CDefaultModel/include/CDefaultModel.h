#ifndef SER_CDEFAULTMODEL_H
#define SER_CDEFAULTMODEL_H
#include <stddef.h>

/// The checkpoint that `ser-live` uses when `--model` names none, a safetensors file.
extern const unsigned char ser_default_model[];
extern const size_t ser_default_model_size;
#endif
