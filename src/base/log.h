/* log.h - messages for people, on stderr.  Not diagnostics.
 *
 * Layer: base.  Memory: the stack.  Threads: any; a line is one write.
 */
#ifndef TAIPAN_BASE_LOG_H
#define TAIPAN_BASE_LOG_H

#include "base/defs.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef enum { LOG_QUIET, LOG_ERROR, LOG_WARN, LOG_INFO, LOG_DEBUG } LogLevel;

/* Set before threads start; LOG_WARN at first. */
extern LogLevel log_level;

void log_write(LogLevel level, const char *fmt, ...) PRINTF_LIKE(2, 3);

#define LOG_AT(level, ...) \
  (UNLIKELY(log_level >= (level)) ? log_write((level), __VA_ARGS__) : (void)0)
#define log_error(...) LOG_AT(LOG_ERROR, __VA_ARGS__)
#define log_warn(...) LOG_AT(LOG_WARN, __VA_ARGS__)
#define log_info(...) LOG_AT(LOG_INFO, __VA_ARGS__)
#define log_debug(...) LOG_AT(LOG_DEBUG, __VA_ARGS__)

#ifdef __cplusplus
}
#endif
#endif
