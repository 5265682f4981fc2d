/* chaos.h - random tiny delays at named points, for --schedule-seed.
 *
 * Layer: base.  Memory: none.  Threads: any; each has its own sequence.
 *
 * The results of a run may not depend on any of this; that is what it is for.
 */
#ifndef TAIPAN_BASE_CHAOS_H
#define TAIPAN_BASE_CHAOS_H

#include "base/defs.h"

#ifdef __cplusplus
extern "C" {
#endif

extern uint64_t chaos_seed; /* 0 = off; set before threads start */

void chaos_delay(void);
/* Pseudo-random word of the calling thread (only meaningful with a seed). */
uint64_t chaos_random(void);
/* Restarts the calling thread's sequence as a function of (seed, thread). */
void chaos_thread_init(uint32_t thread);

/* To be put before something is published. */
static inline void chaos_point(void) {
  if (UNLIKELY(chaos_seed != 0)) chaos_delay();
}

#ifdef __cplusplus
}
#endif
#endif
