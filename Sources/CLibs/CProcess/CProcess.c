#define _GNU_SOURCE
#include "CProcess.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/types.h>
#include <unistd.h>

char **ser_environment(void) { return environ; }

// How lines of libmpg123 begin (its debug.h, parse.c, frame.c, libmpg123.c).
static const char *const stray[] = {"[src/libmpg123/", "Note: ", "Warning: "};

enum { LINE_START, PASSING, DROPPING };
// Both touched in the stream's own lock only.
static int state = LINE_START;
// Empty lines that have not been passed on: some of the library's lines have one before them.
static int held_empty = 0;

static int is_stray(const char *line, size_t length) {
  for (size_t i = 0; i < sizeof stray / sizeof stray[0]; i++) {
    size_t size = strlen(stray[i]);
    if (length >= size && memcmp(line, stray[i], size) == 0) return 1;
  }
  return 0;
}

static void put(const char *text, size_t length) {
  while (length > 0) {
    ssize_t count = write(STDERR_FILENO, text, length);
    if (count < 0 && errno == EINTR) continue;
    if (count <= 0) return;
    text += count;
    length -= (size_t)count;
  }
}

// Whole lines come here, as the stream is buffered by lines; a longer one comes in pieces, the first of which decides.
static ssize_t filter(void *cookie, const char *text, size_t length) {
  (void)cookie;
  for (size_t start = 0; start < length;) {
    const char *end = memchr(text + start, '\n', length - start);
    size_t size = end ? (size_t)(end - text) + 1 - start : length - start;
    if (state == LINE_START && size == 1 && end) {
      held_empty++;
      start++;
      continue;
    }
    if (state == LINE_START) {
      state = is_stray(text + start, size) ? DROPPING : PASSING;
      for (; held_empty > 0; held_empty--) {
        if (state == PASSING) put("\n", 1);
      }
    }
    if (state == PASSING) put(text + start, size);
    if (end) state = LINE_START;
    start += size;
  }
  return (ssize_t)length;
}

void ser_quiet_libraries(void) {
  FILE *filtered = fopencookie(NULL, "w", (cookie_io_functions_t){.write = filter});
  if (!filtered) return;
  setvbuf(filtered, NULL, _IOLBF, 1024);
  // The GNU C library documents its standard streams as variables that can be set.
  stderr = filtered;
}
