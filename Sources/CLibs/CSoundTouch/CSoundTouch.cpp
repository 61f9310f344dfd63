#include "CSoundTouch.h"

#include <SoundTouch.h>

#include <algorithm>
#include <exception>
#include <vector>

extern "C" ptrdiff_t ser_soundtouch(const float *input, size_t count, unsigned rate, float tempo, float semitones,
                                    float *output, size_t capacity) {
  try {
    soundtouch::SoundTouch stretcher;
    stretcher.setChannels(1);
    stretcher.setSampleRate(rate);
    stretcher.setTempo(tempo);
    stretcher.setPitchSemiTones(semitones);
    stretcher.putSamples(input, static_cast<unsigned>(count));
    stretcher.flush();
    size_t written = 0;
    std::vector<float> rest(4096);
    size_t total = 0;
    while (unsigned got = stretcher.receiveSamples(rest.data(), static_cast<unsigned>(rest.size()))) {
      size_t fits = std::min<size_t>(got, capacity - written);
      std::copy_n(rest.data(), fits, output + written);
      written += fits;
      total += got;
    }
    return static_cast<ptrdiff_t>(total);
  } catch (const std::exception &) {
    return -1;
  }
}
