#ifndef SER_CALSA_H
#define SER_CALSA_H
#include <alsa/asoundlib.h>

// libasound reports through a variadic callback, which Swift cannot write.
static inline void ser_alsa_ignore(const char *file, int line, const char *function, int error, const char *format, ...) {
  (void)file; (void)line; (void)function; (void)error; (void)format;
}

/// Silences libasound's own messages on standard error; errors still arrive as return codes.
static inline void ser_alsa_silence(void) { snd_lib_error_set_handler(ser_alsa_ignore); }
#endif
