/* err.c - texts of failed operations. */
#include "base/err.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

bool err_set(Err *err, const char *fmt, ...) {
  if (!err) return false;
  va_list args;
  va_start(args, fmt);
  vsnprintf(err->text, sizeof err->text, fmt, args);
  va_end(args);
  return false;
}

bool err_wrap(Err *err, const char *fmt, ...) {
  if (!err) return false;
  char old[sizeof err->text];
  memcpy(old, err->text, sizeof old);
  va_list args;
  va_start(args, fmt);
  int n = vsnprintf(err->text, sizeof err->text, fmt, args);
  va_end(args);
  if (n >= 0 && (size_t)n < sizeof err->text) {
    size_t left = sizeof err->text - (size_t)n;
    if (snprintf(err->text + n, left, ": %s", old) < 0) err->text[n] = 0;
  }
  return false;
}
