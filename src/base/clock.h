/* clock.h - time, for statistics only: no result may depend on it.
 *
 * Layer: base.  Memory: none.  Threads: any.
 */
#ifndef TAIPAN_BASE_CLOCK_H
#define TAIPAN_BASE_CLOCK_H

#include "base/defs.h"

#ifdef __cplusplus
extern "C" {
#endif

/* Nanoseconds of a monotonic clock. */
uint64_t clock_ns(void);
/* Processor time of the calling thread / of the whole process, in ns. */
uint64_t clock_thread_cpu_ns(void);
uint64_t clock_process_cpu_ns(void);

#ifdef __cplusplus
}
#endif
#endif
