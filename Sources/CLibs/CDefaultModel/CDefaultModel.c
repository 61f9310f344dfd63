#include "CDefaultModel.h"

static const unsigned char model[] = {
#embed "default.safetensors"
};

const unsigned char *ser_default_model_start(void) { return model; }
const size_t ser_default_model_size = sizeof model;
