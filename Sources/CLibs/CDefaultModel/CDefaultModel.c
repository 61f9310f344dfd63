#include "CDefaultModel.h"

const unsigned char ser_default_model[] = {
#embed "default.safetensors"
};
const size_t ser_default_model_size = sizeof ser_default_model;
