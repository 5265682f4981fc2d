/* worker.h - what belongs to one worker alone.
 *
 * Layer: sched.  Memory: the pool's.  Threads: a slot's fields are written by
 * its worker only, and read by others when the pool is idle.
 */
#ifndef TAIPAN_SCHED_WORKER_H
#define TAIPAN_SCHED_WORKER_H

#include "base/arena.h"
#include "base/chaos.h"

typedef struct Pool Pool;

typedef struct Worker {
  uint32_t index;
  uint32_t node;  /* dense NUMA node */
  Arena *scratch; /* reset after each item and each unit */
  Pool *pool;
  /* Statistics. */
  uint64_t units, items, steals, idle_ns, parks;
} Worker;

/* The calling thread's slot; NULL outside a pool. */
Worker *worker_self(void);
/* 0 .. workers-1; 0 for a thread that is in no pool. */
uint32_t worker_index(void);
/* The calling worker's scratch arena. */
Arena *worker_scratch(void);

/* pool.c only. */
void worker_enter(Worker *w);
void worker_leave(Worker *w);

static inline void sched_chaos_point(void) { chaos_point(); }

#endif
