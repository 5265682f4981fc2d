/* log.c - one line, one write. */
#include "base/log.h"

#include <stdarg.h>
#include <stdio.h>
#include <unistd.h>

LogLevel log_level = LOG_WARN;

void log_write(LogLevel level, const char *fmt, ...) {
  static const char *const prefix[] = {"", "error: ", "warning: ", "",
                                      "debug: "};
  char line[2048];
  const size_t room = sizeof line - 1; /* for the newline */
  int n = snprintf(line, room, "taipan: %s", prefix[level]);
  va_list args;
  va_start(args, fmt);
  int m = vsnprintf(line + n, room - (size_t)n, fmt, args);
  va_end(args);
  size_t len = (size_t)n + (m > 0 ? (size_t)m : 0);
  if (len > room - 1) len = room - 1;
  line[len++] = '\n';
  for (size_t done = 0; done < len;) {
    ssize_t w = write(STDERR_FILENO, line + done, len - done);
    if (w <= 0) return;
    done += (size_t)w;
  }
}
