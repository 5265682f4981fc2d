/* trace.h - what each worker did when, as Chrome trace events.
 *
 * Layer: base.  Memory: chunks of events from the heap, a chain a thread.
 * Threads: each writes its own chain; trace_write needs all of them idle.
 *
 *   TraceSpan t = trace_begin("parse");
 *   ...
 *   trace_end(t, file_index);
 *
 * When off, a span costs one load and one branch at each end.
 */
#ifndef TAIPAN_BASE_TRACE_H
#define TAIPAN_BASE_TRACE_H

#include "base/clock.h"
#include "base/err.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef struct {
  const char *name; /* NULL: tracing was off */
  uint64_t start;
  uint64_t cpu; /* the thread's processor time at the start */
} TraceSpan;

/* Text for the numeric argument of a span, into out; "" for none. */
typedef void (*TraceArgName)(void *ctx, const char *span, uint32_t arg,
                             char *out, size_t size);

#define TRACE_NO_ARG UINT32_MAX

extern bool trace_on; /* written by trace_start before threads start */

void trace_start(void);
/* Names the calling thread in the trace ("worker 3"). */
void trace_thread_name(const char *name);
void trace_record(TraceSpan span, uint32_t arg);
/* A point in time / a counter's value. */
void trace_instant(const char *name, uint32_t arg);
void trace_counter(const char *name, uint64_t value);
/* Writes all events as JSON and stops tracing.  arg_name may be NULL. */
bool trace_write(const char *path, TraceArgName arg_name, void *ctx, Err *err);
/* Frees all events. */
void trace_free(void);

/* name: a literal. */
static inline TraceSpan trace_begin(const char *name) {
  if (LIKELY(!trace_on)) return (TraceSpan){NULL, 0, 0};
  return (TraceSpan){name, clock_ns(), clock_thread_cpu_ns()};
}
static inline void trace_end(TraceSpan t, uint32_t arg) {
  if (UNLIKELY(t.name != NULL)) trace_record(t, arg);
}

#ifdef __cplusplus
}
#endif
#endif
