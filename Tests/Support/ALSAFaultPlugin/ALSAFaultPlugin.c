#include "ALSAFaultPlugin.h"

#include <alsa/asoundlib.h>
#include <alsa/pcm_external.h>
#include <poll.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/timerfd.h>
#include <time.h>
#include <unistd.h>

typedef struct {
  snd_pcm_ioplug_t io;
  enum ser_fault_kind fault;
  long rate, from, until;
  /// The frames at which the stream started and that is read next, both shifted by what a suspension lost.
  int64_t start, next;
} Card;

/// The clock of a run, and whether its fault is over; outlives the device, which may be closed and opened again.
static struct {
  long run;
  int64_t start;
  bool is_over;
} the_run = {.run = -1};

static int64_t nanoseconds(void) {
  struct timespec now;
  clock_gettime(CLOCK_MONOTONIC, &now);
  return now.tv_sec * 1000000000LL + now.tv_nsec;
}

static long milliseconds(void) { return (nanoseconds() - the_run.start) / 1000000; }

static bool is_faulty(const Card *card, enum ser_fault_kind kind) {
  return card->fault == kind && !the_run.is_over && milliseconds() >= card->from;
}

/// Frames that the card has captured by now; it captures nothing while it is faulty.
static int64_t captured(const Card *card) {
  int64_t now = (nanoseconds() - the_run.start) * card->rate / 1000000000;
  int64_t limit = card->from * card->rate / 1000;
  return card->fault != ser_fault_none && is_faulty(card, card->fault) && now > limit ? limit : now;
}

static int start(snd_pcm_ioplug_t *io) {
  Card *card = io->private_data;
  card->start = card->next = captured(card);
  long period = 1000000000LL * io->period_size / card->rate;
  struct itimerspec ticks = {{period / 1000000000, period % 1000000000}, {period / 1000000000, period % 1000000000}};
  return timerfd_settime(io->poll_fd, 0, &ticks, NULL) < 0 ? -errno : 0;
}

static int stop(snd_pcm_ioplug_t *io) {
  struct itimerspec none = {0};
  return timerfd_settime(io->poll_fd, 0, &none, NULL) < 0 ? -errno : 0;
}

/// 0 while the card works or merely stands still, else what is wrong with it.
static int error(const Card *card) {
  if (is_faulty(card, ser_fault_disconnect)) return -ENODEV;
  if (is_faulty(card, ser_fault_suspend)) return -ESTRPIPE;
  if (is_faulty(card, ser_fault_xrun) && milliseconds() >= card->until) return -EPIPE;
  return captured(card) - card->next < (int64_t)card->io.buffer_size ? 0 : -EPIPE;
}

static snd_pcm_sframes_t pointer(snd_pcm_ioplug_t *io) {
  Card *card = io->private_data;
  switch (error(card)) {
    case -EPIPE: return -EPIPE;  // libasound makes an overflow of it
    case -ESTRPIPE: snd_pcm_ioplug_set_state(io, SND_PCM_STATE_SUSPENDED); break;
    case -ENODEV: snd_pcm_ioplug_set_state(io, SND_PCM_STATE_DISCONNECTED); break;
  }
  return (captured(card) - card->start) % io->buffer_size;
}

static void write_sample(snd_pcm_format_t format, int32_t number, char *sample) {
  int16_t upper = (int16_t)(number & 0x7fff);
  // The top byte of a 24-bit sample in four bytes may hold anything.
  int32_t dirty = number | 0x5a000000, full = number << 8;
  float fraction = number * 0x1p-23f;
  switch (format) {
    case SND_PCM_FORMAT_S16_LE: memcpy(sample, &upper, 2); break;
    case SND_PCM_FORMAT_S24_3LE: memcpy(sample, &number, 3); break;
    case SND_PCM_FORMAT_S24_LE: memcpy(sample, &dirty, 4); break;
    case SND_PCM_FORMAT_S32_LE: memcpy(sample, &full, 4); break;
    default: memcpy(sample, &fraction, 4);
  }
}

static snd_pcm_sframes_t transfer(
    snd_pcm_ioplug_t *io, const snd_pcm_channel_area_t *areas, snd_pcm_uframes_t offset, snd_pcm_uframes_t size) {
  Card *card = io->private_data;
  for (snd_pcm_uframes_t i = 0; i < size; i++) {
    card->next++;
    for (unsigned c = 0; c < io->channels; c++) {
      char *sample = (char *)areas[c].addr + (areas[c].first + areas[c].step * (offset + i)) / 8;
      write_sample(io->format, (int32_t)((card->next + 1000 * c) & 0x7fffff), sample);
    }
  }
  return size;
}

static int prepare(snd_pcm_ioplug_t *io) {
  Card *card = io->private_data;
  if (card->fault != ser_fault_none && is_faulty(card, card->fault)) the_run.is_over = true;
  return 0;
}

static int resume(snd_pcm_ioplug_t *io) {
  Card *card = io->private_data;
  if (milliseconds() < card->until) return -EAGAIN;
  int64_t before = captured(card);
  the_run.is_over = true;
  int64_t lost = captured(card) - before;
  card->start += lost;
  card->next += lost;
  snd_pcm_ioplug_set_state(io, SND_PCM_STATE_RUNNING);
  return 0;
}

static int poll_revents(snd_pcm_ioplug_t *io, struct pollfd *descriptor, unsigned count, unsigned short *events) {
  (void)count;
  Card *card = io->private_data;
  uint64_t ticks;
  *events = 0;
  if (!(descriptor->revents & POLLIN)) return 0;
  if (read(io->poll_fd, &ticks, sizeof ticks) < 0 && errno != EAGAIN) return -errno;
  if (error(card)) *events = POLLIN | POLLERR;
  else if (captured(card) - card->next >= (int64_t)io->period_size) *events = POLLIN;
  return 0;
}

static int close_card(snd_pcm_ioplug_t *io) {
  close(io->poll_fd);
  free(io->private_data);
  return 0;
}

static const snd_pcm_ioplug_callback_t callbacks = {
    .start = start,
    .stop = stop,
    .pointer = pointer,
    .transfer = transfer,
    .prepare = prepare,
    .resume = resume,
    .poll_revents = poll_revents,
    .close = close_card,
};

static int constrain(snd_pcm_ioplug_t *io, unsigned rate, unsigned format, unsigned channels) {
  static const unsigned access[] = {SND_PCM_ACCESS_RW_INTERLEAVED};
  int code = snd_pcm_ioplug_set_param_list(io, SND_PCM_IOPLUG_HW_ACCESS, 1, access);
  if (code >= 0) code = snd_pcm_ioplug_set_param_list(io, SND_PCM_IOPLUG_HW_FORMAT, 1, &format);
  if (code >= 0) code = snd_pcm_ioplug_set_param_minmax(io, SND_PCM_IOPLUG_HW_CHANNELS, channels, channels);
  if (code >= 0) code = snd_pcm_ioplug_set_param_minmax(io, SND_PCM_IOPLUG_HW_RATE, rate, rate);
  if (code >= 0) code = snd_pcm_ioplug_set_param_minmax(io, SND_PCM_IOPLUG_HW_PERIOD_BYTES, 64, 1 << 20);
  if (code >= 0) code = snd_pcm_ioplug_set_param_minmax(io, SND_PCM_IOPLUG_HW_BUFFER_BYTES, 128, 1 << 22);
  if (code >= 0) code = snd_pcm_ioplug_set_param_minmax(io, SND_PCM_IOPLUG_HW_PERIODS, 2, 1024);
  return code;
}

SND_PCM_PLUGIN_DEFINE_FUNC(ser_fault) {
  (void)root;
  static const char *const kinds[] = {"none", "xrun", "suspend", "disconnect"};
  long run = 0, channels = 1;
  const char *fault = "none", *format = "S32_LE";
  Card *card = calloc(1, sizeof *card);
  if (!card) return -ENOMEM;
  snd_config_iterator_t each, next;
  snd_config_for_each(each, next, conf) {
    snd_config_t *entry = snd_config_iterator_entry(each);
    const char *key;
    if (snd_config_get_id(entry, &key) < 0) continue;
    if (!strcmp(key, "run")) snd_config_get_integer(entry, &run);
    if (!strcmp(key, "rate")) snd_config_get_integer(entry, &card->rate);
    if (!strcmp(key, "channels")) snd_config_get_integer(entry, &channels);
    if (!strcmp(key, "format")) snd_config_get_string(entry, &format);
    if (!strcmp(key, "from")) snd_config_get_integer(entry, &card->from);
    if (!strcmp(key, "until")) snd_config_get_integer(entry, &card->until);
    if (!strcmp(key, "fault")) snd_config_get_string(entry, &fault);
  }
  while (card->fault < ser_fault_disconnect && strcmp(kinds[card->fault], fault)) card->fault++;
  if (the_run.run != run) {
    the_run.run = run;
    the_run.start = nanoseconds();
    the_run.is_over = false;
  }
  if (is_faulty(card, ser_fault_disconnect)) {
    if (milliseconds() < card->until) {
      free(card);
      return -ENODEV;
    }
    the_run.is_over = true;
  }
  card->io = (snd_pcm_ioplug_t){
      .version = SND_PCM_IOPLUG_VERSION,
      .name = "Counting sound card",
      .callback = &callbacks,
      .private_data = card,
      .poll_fd = timerfd_create(CLOCK_MONOTONIC, TFD_NONBLOCK | TFD_CLOEXEC),
      .poll_events = POLLIN,
  };
  int code = card->io.poll_fd < 0 ? -errno : snd_pcm_ioplug_create(&card->io, name, stream, mode);
  if (code < 0) {
    close(card->io.poll_fd);
    free(card);
    return code;
  }
  code = constrain(&card->io, card->rate, snd_pcm_format_value(format), channels);
  if (code < 0) {
    snd_pcm_ioplug_delete(&card->io);
    return code;
  }
  *pcmp = card->io.pcm;
  return 0;
}
SND_PCM_PLUGIN_SYMBOL(ser_fault);
