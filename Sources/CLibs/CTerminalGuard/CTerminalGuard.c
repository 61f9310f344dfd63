#include "CTerminalGuard.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stddef.h>
#include <termios.h>
#include <unistd.h>

static atomic_int taken;
static int output_descriptor, input_descriptor;
static struct termios modes;

static int wake_pipe[2] = {-1, -1};

static const int fatal[] = {SIGSEGV, SIGBUS, SIGILL, SIGFPE, SIGTRAP, SIGABRT, SIGSYS, SIGQUIT};
static const int told[] = {SIGWINCH, SIGTSTP, SIGCONT};
enum { FATAL = sizeof fatal / sizeof fatal[0], TOLD = sizeof told / sizeof told[0] };
static struct sigaction fatal_before[FATAL], told_before[TOLD];

// A stack that has overflowed holds no handler.
static char handler_stack[32768];

static void put(const char *text, size_t length) {
  // A terminal that is stopped must not keep a dying program alive.
  struct pollfd ready = {.fd = output_descriptor, .events = POLLOUT};
  if (poll(&ready, 1, 0) <= 0) return;
  while (length > 0) {
    ssize_t count = write(output_descriptor, text, length);
    if (count < 0 && errno == EINTR) continue;
    if (count <= 0) return;
    text += count;
    length -= (size_t)count;
  }
}

#define PUT(text) put(text, sizeof text - 1)

int ser_terminal_is_foreground(int terminal) {
  pid_t group = tcgetpgrp(terminal);
  // A terminal that does not control this process has no foreground to be in.
  return group < 0 || group == getpgrp();
}

static void take(void) {
  struct termios raw = modes;
  raw.c_lflag &= ~(tcflag_t)(ICANON | ECHO | IEXTEN);
  raw.c_cc[VMIN] = 1;
  raw.c_cc[VTIME] = 0;
  tcsetattr(input_descriptor, TCSANOW, &raw);
  // The other screen; no cursor; no wrapping behind the last column.
  PUT("\033[?1049h\033[?25l\033[?7l\033[0m\033[2J");
}

int ser_terminal_enter(int output, int input) {
  if (atomic_load(&taken)) return 0;
  if (tcgetattr(input, &modes) != 0) return errno;
  output_descriptor = output;
  input_descriptor = input;
  atomic_store(&taken, 1);
  take();
  return 0;
}

void ser_terminal_enter_again(void) {
  if (atomic_load(&taken)) take();
}

void ser_terminal_leave(void) {
  if (!atomic_exchange(&taken, 0)) return;
  int error = errno;
  // Ends a frame that was cut short first.
  PUT("\033[?2026l\033[0m\033[?7h\033[?25h\033[?1049l");
  // From the background this would stop the process, and the modes are the shell's by now.
  if (ser_terminal_is_foreground(input_descriptor)) tcsetattr(input_descriptor, TCSANOW, &modes);
  errno = error;
}

void ser_terminal_tell(char what) {
  int error = errno;
  // A full pipe holds enough to wake whoever reads it.
  if (write(wake_pipe[1], &what, 1) < 0) {}
  errno = error;
}

static void die(int number) {
  ser_terminal_leave();
  for (int i = 0; i < FATAL; i++) {
    if (fatal[i] == number) sigaction(number, &fatal_before[i], NULL);
  }
  // Blocked until this handler returns.
  raise(number);
}

static void tell(int number) {
  ser_terminal_tell(
      number == SIGWINCH ? SER_TERMINAL_RESIZED : number == SIGTSTP ? SER_TERMINAL_STOP : SER_TERMINAL_CONTINUED);
}

int ser_terminal_watch(void) {
  if (pipe(wake_pipe) != 0) return -1;
  for (int i = 0; i < 2; i++) {
    fcntl(wake_pipe[i], F_SETFD, FD_CLOEXEC);
    fcntl(wake_pipe[i], F_SETFL, O_NONBLOCK);
  }
  stack_t present, own = {.ss_sp = handler_stack, .ss_size = sizeof handler_stack};
  if (sigaltstack(NULL, &present) == 0 && (present.ss_flags & SS_DISABLE)) sigaltstack(&own, NULL);
  struct sigaction action = {.sa_handler = die, .sa_flags = SA_ONSTACK};
  sigemptyset(&action.sa_mask);
  for (int i = 0; i < FATAL; i++) sigaction(fatal[i], &action, &fatal_before[i]);
  action.sa_handler = tell;
  action.sa_flags = SA_RESTART;
  for (int i = 0; i < TOLD; i++) sigaction(told[i], &action, &told_before[i]);
  return wake_pipe[0];
}

void ser_terminal_unwatch(void) {
  for (int i = 0; i < FATAL; i++) sigaction(fatal[i], &fatal_before[i], NULL);
  for (int i = 0; i < TOLD; i++) sigaction(told[i], &told_before[i], NULL);
  for (int i = 0; i < 2; i++) {
    close(wake_pipe[i]);
    wake_pipe[i] = -1;
  }
}

void ser_terminal_suspend(void) {
  struct sigaction action, handler;
  sigset_t stop, before;
  action.sa_handler = SIG_DFL;
  action.sa_flags = 0;
  sigemptyset(&action.sa_mask);
  sigemptyset(&stop);
  sigaddset(&stop, SIGTSTP);
  sigaction(SIGTSTP, &action, &handler);
  // To this thread, so that it stops here and nowhere later.
  raise(SIGTSTP);
  pthread_sigmask(SIG_UNBLOCK, &stop, &before);
  pthread_sigmask(SIG_SETMASK, &before, NULL);
  sigaction(SIGTSTP, &handler, NULL);
}
