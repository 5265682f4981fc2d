/* pool.h - the threads that do the work.
 *
 * Layer: sched.  Memory: heap; thread stacks are mapped lazily.
 * Threads: pool functions are called by the thread that created the pool,
 * which is worker 0; with one worker there is no other thread.
 */
#ifndef TAIPAN_SCHED_POOL_H
#define TAIPAN_SCHED_POOL_H

#include "sched/topo.h"
#include "sched/worker.h"

typedef struct {
  const Topo *topo;  /* NULL: found out */
  uint32_t workers;  /* 0: as many as the process may use */
  uint64_t seed;     /* 0: normal; else all orders are pseudo-random */
  size_t stack_size; /* 0: 64 MiB */
  bool no_pin;       /* do not pin (tests, more workers than cores) */
} PoolConfig;

Pool *pool_create(const PoolConfig *config);
/* Ends and joins all threads. */
void pool_destroy(Pool *p);

uint32_t pool_workers(const Pool *p);
Worker *pool_worker(Pool *p, uint32_t index);
const Topo *pool_topo(const Pool *p);
uint64_t pool_seed(const Pool *p);

typedef void (*PoolFn)(void *ctx, uint32_t item);

/* Calls fn(ctx, i) once for each i < n, on any worker in any order, and comes
 * back when all calls have returned; what they wrote is visible then.  Each
 * worker's scratch arena is reset after each item.  Items are handed out in
 * rising order (but for a seed), so put the largest first.  Must not be called
 * from inside a PoolFn (see dag_parallel_for). */
void pool_parallel_for(Pool *p, uint32_t n, PoolFn fn, void *ctx);

/* Calls fn(ctx) once on each of the first `team` workers at the same time; 0 =
 * all.  Comes back when all have returned. */
void pool_run_team(Pool *p, uint32_t team, void (*fn)(void *ctx), void *ctx);

/* Bijection of [0, n) that depends on seed; the identity for seed 0. */
uint32_t pool_shuffle(uint64_t seed, uint32_t i, uint32_t n);

#endif
