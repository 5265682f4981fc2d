/* err.h - why an operation on files, configuration or the system failed.
 *
 * Layer: base.  Memory: inside the struct.  Threads: one owner.
 */
#ifndef TAIPAN_BASE_ERR_H
#define TAIPAN_BASE_ERR_H

#include "base/defs.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef struct {
  char text[512]; /* one line; "" = no error */
} Err;

/* Fills err (NULL allowed), cutting what does not fit.  Always returns false,
 * so that `return err_set(err, ...)` reads well. */
bool err_set(Err *err, const char *fmt, ...) PRINTF_LIKE(2, 3);
/* Puts "text: " in front of what is there.  Returns false. */
bool err_wrap(Err *err, const char *fmt, ...) PRINTF_LIKE(2, 3);

#ifdef __cplusplus
}
#endif
#endif
