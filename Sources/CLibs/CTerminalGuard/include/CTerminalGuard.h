#ifndef SER_CTERMINALGUARD_H
#define SER_CTERMINALGUARD_H

/// A terminal in the hands of a full-screen program, which gets it back as it was however the program ends.
///
/// In C, because signal handlers may call nothing that allocates, locks or is initialised when it is first used. There is one
/// terminal: all state is static.

/// Takes the terminal: the other screen, no cursor, no echo, keys without Enter. Ctrl-C, Ctrl-Z and Ctrl-\ stay signals.
/// Does nothing where it is taken already.
///
/// `output` and `input` are descriptors of the terminal; they stay open until `ser_terminal_leave`. Returns 0, or errno where
/// the terminal has no modes.
int ser_terminal_enter(int output, int input);

/// Takes a terminal anew that is taken already, after a shell has had it in between.
void ser_terminal_enter_again(void);

/// Gives the terminal back as it was. Does nothing where it is not taken. Async-signal-safe.
void ser_terminal_leave(void);

/// Whether the terminal lets this process read and draw: it is not in the background of a shell.
int ser_terminal_is_foreground(int terminal);

/// What a byte in the pipe of `ser_terminal_watch` says.
enum {
  SER_TERMINAL_RESIZED = 'R',
  SER_TERMINAL_STOP = 'Z',
  SER_TERMINAL_CONTINUED = 'C',
  /// Written by the program itself, to be woken.
  SER_TERMINAL_WAKE = 'W',
};

/// Installs the handlers: signals that end the program at once give the terminal back first and then do what they did
/// before; SIGWINCH, SIGTSTP and SIGCONT become bytes in a pipe. Returns its end to read from, or -1 where there is no pipe.
int ser_terminal_watch(void);

/// Writes a byte into the pipe. Async-signal-safe.
void ser_terminal_tell(char what);

/// Puts back the handlers that were there before, and closes the pipe.
void ser_terminal_unwatch(void);

/// Stops the process as Ctrl-Z does without a handler; returns when it goes on. The terminal must not be taken.
void ser_terminal_suspend(void);

#endif
