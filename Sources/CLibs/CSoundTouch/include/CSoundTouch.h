#ifndef SER_CSOUNDTOUCH_H
#define SER_CSOUNDTOUCH_H
#include <stddef.h>

#ifdef __cplusplus
extern "C" {
#endif

/// Changes tempo (1 = as is) and pitch (in semitones) of mono audio with SoundTouch.
/// Writes at most `capacity` samples to `output` and returns how many the result has, or -1 for arguments
/// that SoundTouch refuses.
ptrdiff_t ser_soundtouch(const float *input, size_t count, unsigned rate, float tempo, float semitones,
                         float *output, size_t capacity);

#ifdef __cplusplus
}
#endif
#endif
