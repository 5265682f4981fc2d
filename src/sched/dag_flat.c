/* dag_flat.c - a loop inside a unit, shared with idle workers.
 *
 * Each worker has one loop of its own; it opens it, works through the items
 * from one counter, as anybody does who comes to help, closes it, and waits
 * until the helpers are out. The loop's fields lie in the worker's slot, so a
 * late helper never touches memory that is gone.
 *
 * Coming in: a helper counts itself (seq_cst), then reads `open` (seq_cst). The
 * owner clears `open` (seq_cst), then reads the count (seq_cst). In their one
 * order either the helper sees the loop closed and goes, or the owner sees the
 * helper and waits. A helper that sees `open` 1 acquires the fields that the
 * owner wrote before it set it; a helper that leaves releases what its items
 * wrote, and the owner acquires that with the count.
 *
 * Could the helper see the `open` of an earlier loop and the fields of a later
 * one? It is counted, so the owner cannot get past the wait that ends the
 * earlier one, nor write fields, until the helper has left.
 *
 * A fault in an item is caught where it happens. All items are run all the
 * same, so which fault is first by number does not depend on the schedule; it
 * is raised again in the owner, once nobody is inside any more.
 */
#include "sched/dag_int.h"

#ifdef TAIPAN_MODEL
enum { SPINS = 0 };
#else
enum { SPINS = 200 };
#endif

void dag_loop_init(DagLoop *l) {
  park_init(&l->done);
  if (pthread_mutex_init(&l->lock, NULL) != 0) panic("cannot make a lock");
}

void dag_loop_free(DagLoop *l) {
  park_free(&l->done);
  pthread_mutex_destroy(&l->lock);
}

typedef struct {
  DagLoop *loop;
  uint32_t item;
} Call;

static void call_item(void *arg) {
  Call *c = (Call *)arg;
  c->loop->fn(c->loop->ctx, c->item);
}

/* Runs items until none is left; returns how many.  scratch: reset after each;
 * NULL: the caller's own, which must stay. */
static uint64_t run_items(DagLoop *l, Arena *scratch) {
  uint64_t done = 0;
  for (;; done++) {
    uint64_t i = atomic_u64_fetch_add_relaxed(&l->next, 1);
    if (i >= atomic_u64_load_relaxed(&l->end)) return done;
    sched_chaos_point();
    Call c = {l, shuffle_at(&l->order, (uint32_t)i)};
    FaultInfo fault;
    if (UNLIKELY(!fault_run(call_item, &c, &fault))) {
      pthread_mutex_lock(&l->lock);
      if (c.item < l->fault_item) {
        l->fault_item = c.item;
        l->fault = fault;
      }
      pthread_mutex_unlock(&l->lock);
    }
    if (scratch) arena_reset(scratch);
  }
}

bool dag_loop_has_items(const DagLoop *l) {
  return atomic_u32_load_relaxed(&l->open) != 0 &&
         atomic_u64_load_relaxed(&l->next) < atomic_u64_load_relaxed(&l->end);
}

uint64_t dag_loop_help(DagLoop *l, Worker *w) {
  atomic_u32_fetch_add_seq_cst(&l->helpers, 1);
  uint64_t done = 0;
  if (atomic_u32_load_seq_cst(&l->open) != 0) done = run_items(l, w->scratch);
  /* The word S of the owner's parking place. */
  if (atomic_u32_fetch_add_seq_cst(&l->helpers, (uint32_t)-1) == 1)
    park_wake(&l->done, 1);
  return done;
}

/* Owner: closes the loop and waits until the helpers have left. */
static void close_loop(DagLoop *l) {
  atomic_u32_store_seq_cst(&l->open, 0);
  for (int spin = 0; spin < SPINS; spin++) {
    if (atomic_u32_load_seq_cst(&l->helpers) == 0) return;
    atomic_pause();
  }
  for (;;) {
    uint32_t ticket = park_announce(&l->done);
    if (atomic_u32_load_seq_cst(&l->helpers) == 0) {
      park_cancel(&l->done);
      return;
    }
    park_wait(&l->done, ticket);
  }
}

void dag_parallel_for(Dag *d, uint32_t n, PoolFn fn, void *ctx) {
  if (n == 0) return;
  DagWorker *me = dag_me(d);
  if (me->in_loop || n == 1 || d->n_workers == 1) {
    for (uint32_t i = 0; i < n; i++) fn(ctx, i);
    return;
  }
  DagLoop *l = &me->loop;
  ASSERT(atomic_u32_load_relaxed(&l->open) == 0);
  l->fn = fn;
  l->ctx = ctx;
  l->fault_item = n;
  atomic_u64_store_relaxed(&l->end, n);
  l->order = shuffle_init(pool_seed(d->pool), n);
  atomic_u64_store_relaxed(&l->next, 0);
  /* Released here, acquired by the load of open in dag_loop_help. */
  atomic_u32_store_seq_cst(&l->open, 1);
  atomic_u32_fetch_add_acq_rel(&d->loops, 1);
  atomic_u32_fetch_add_seq_cst(&me->signal, 1);
  dag_wake(d, worker_self()->node, n - 1);
  me->in_loop = true;
  run_items(l, NULL);
  me->in_loop = false;
  atomic_u32_fetch_sub_acq_rel(&d->loops, 1);
  close_loop(l);
  if (UNLIKELY(l->fault_item < n))
    fault_raise(l->fault.kind, l->fault.reason);
}
