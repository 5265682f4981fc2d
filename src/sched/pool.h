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

typedef enum {
  POOL_PIN_NODE, /* workers stay on their node; on one node they are free */
  POOL_PIN_CPU,  /* each worker stays on its cpu: for a machine of one's own */
  POOL_PIN_NONE,
} PoolPin;

typedef struct {
  const Topo *topo;  /* NULL: found out */
  uint32_t workers;  /* 0: as many as the process may use */
  uint64_t seed;     /* 0: normal; else all orders are pseudo-random */
  size_t stack_size; /* 0: 64 MiB */
  PoolPin pin;
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

/* A permutation of [0, n): shuffle_at is a bijection that depends on the seed,
 * the identity for seed 0. */
typedef struct {
  uint64_t a, b; /* odd factor, offset */
  uint32_t n, mask, shift;
} Shuffle;
Shuffle shuffle_init(uint64_t seed, uint32_t n);
uint32_t shuffle_at(const Shuffle *s, uint32_t i);

#endif
