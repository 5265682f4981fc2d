/* park.h - where workers sleep until there is work (an event count).
 *
 * Layer: sched.  Memory: none.  Threads: see the table; proof in park.c.
 *
 *   operation      who          promise
 *   park_announce  a sleeper    from now on, park_wake sees that somebody may
 *                               sleep; returns a ticket
 *   park_cancel    a sleeper    takes that back
 *   park_wait      a sleeper    sleeps until a park_wake that came after the
 *                               announcement
 *   park_wake      any thread   wakes up to n sleepers; returns how many it
 *                               meant to
 *
 * Nobody sleeps over work if
 *   a sleeper   announces, then reads S by load_seq_cst, then looks for work,
 *               and waits only if it found none;
 *   a producer  makes work visible, then changes S by a seq_cst
 *               read-modify-write, then calls park_wake.
 */
#ifndef TAIPAN_SCHED_PARK_H
#define TAIPAN_SCHED_PARK_H

#include "base/atomic.h"

#include <pthread.h>

typedef struct {
  _Alignas(NO_SHARE) AtomicU32 sleepers; /* announced */
  AtomicU32 epoch;                       /* changed by each park_wake */
  pthread_mutex_t lock;
  pthread_cond_t cond;
} Park;

void park_init(Park *p);
void park_free(Park *p);
uint32_t park_announce(Park *p);
void park_cancel(Park *p);
void park_wait(Park *p, uint32_t ticket);
uint32_t park_wake(Park *p, uint32_t n);

#endif
