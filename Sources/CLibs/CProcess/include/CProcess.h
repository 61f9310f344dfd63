#pragma once

// What belongs to the process as a whole and Swift has no safe way to.

/// The environment: strings `NAME=value`, the last pointer NULL. Changed by nobody in this program.
char **ser_environment(void);

/// From here on, lines that libmpg123 writes to C's standard error are left out; all others pass as they are.
///
/// The library comments on damaged and unusual MP3 files there, and libsndfile gives no way to tell it to be quiet. What it
/// comments on shows as an error of reading, or does no harm.
void ser_quiet_libraries(void);
