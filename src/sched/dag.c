/* dag.c - runs a directed acyclic graph of units without barriers.
 *
 * Each unit has a counter of predecessors that have not finished; who takes it
 * to 0 puts the unit into its own deques. There is one deque for each band of
 * urgency (dag_plan.c): units with a long path behind them are run first,
 * anywhere, before anybody turns to the less urgent ones; units that nobody
 * waits for come last. Inside a band a worker runs what became ready last, and
 * thieves take what became ready first.
 *
 * Looking for a unit, from the most urgent band on: the own deque; the deques
 * of the workers of the own node, then of the others by distance (only if
 * `surplus` says that somebody has units there that it is not about to run).
 * Before less urgent units, open loops are helped (dag_flat.c). A unit that
 * prefers another node goes to that node's inbox, which a worker there empties
 * into its deques; a worker of another node that has nothing else takes one.
 *
 * Sleeping and waking are park.h's protocol: before a worker runs a unit while
 * others wait in its deques, it changes its word S and wakes up to two
 * sleepers, who in turn do the same; so the cost of waking is shared, and a
 * chain of single units wakes nobody.
 *
 * Memory order: what a unit wrote is released by the decrement of its
 * successors' counters (finish), and acquired by whoever takes a counter to 0;
 * from there it passes through the deque or the lock of the inbox to the worker
 * that runs the successor.
 *
 * It ends when `unfinished` is 0: each unit counts from before it is ready
 * until after its successors and the units it spawned have been counted.
 */
#include "base/clock.h"
#include "base/mem.h"
#include "base/sort.h"
#include "sched/dag_int.h"

/* --- Waking ------------------------------------------------------------- */

void dag_wake(Dag *d, uint32_t node, uint32_t n) {
  const uint8_t *near = topo_near(pool_topo(d->pool), node);
  for (uint32_t i = 0; i < d->n_nodes && n > 0; i++)
    n -= park_wake(&d->nodes[near[i]].park, n);
}

/* Before the worker runs a unit: offers what else lies in its deques. */
static void offer(Dag *d, DagWorker *me, const Worker *w) {
  uint32_t waiting = 0;
  for (uint32_t b = 0; b < DAG_BANDS; b++) {
    uint32_t size = deque_size_any(&me->band[b]);
    waiting += size;
    if (size && !me->surplus[b]) {
      me->surplus[b] = true;
      atomic_u32_fetch_add_acq_rel(&d->surplus[b], 1);
    }
  }
  if (waiting == 0) return;
  atomic_u32_fetch_add_seq_cst(&me->signal, 1);
  dag_wake(d, w->node, MIN(waiting, 2u));
}

/* --- Finding a unit ----------------------------------------------------- */

static bool pop_own(Dag *d, DagWorker *me, uint32_t band, uint32_t *unit) {
  if (deque_pop_owner(&me->band[band], unit)) return true;
  if (me->surplus[band]) {
    me->surplus[band] = false;
    atomic_u32_fetch_sub_acq_rel(&d->surplus[band], 1);
  }
  return false;
}

static bool steal_from(Dag *d, uint32_t victim, uint32_t band,
                       uint32_t *unit) {
  DequeResult r;
  do r = deque_steal_any(&d->workers[victim].band[band], unit);
  while (r == DEQUE_LOST); /* somebody else has got one */
  return r == DEQUE_GOT;
}

/* From the workers of one node, beginning behind the thief. */
static bool steal_on_node(Dag *d, DagWorker *me, const Worker *w,
                          uint32_t node, uint32_t band, uint32_t *unit) {
  const DagNode *dn = &d->nodes[node];
  uint32_t start = w->index + 1 + (uint32_t)me->steals;
  if (pool_seed(d->pool)) start = (uint32_t)chaos_random();
  for (uint32_t i = 0; i < dn->n_members; i++) {
    uint32_t victim = dn->members[(start + i) % dn->n_members];
    if (victim == w->index || !steal_from(d, victim, band, unit)) continue;
    me->steals++;
    if (node != w->node) me->remote++;
    return true;
  }
  return false;
}

static bool steal(Dag *d, DagWorker *me, const Worker *w, uint32_t band,
                  uint32_t *unit) {
  const uint8_t *near = topo_near(pool_topo(d->pool), w->node);
  for (uint32_t i = 0; i < d->n_nodes; i++)
    if (steal_on_node(d, me, w, near[i], band, unit)) return true;
  return false;
}

static uint8_t band_of(const Dag *d, uint32_t unit) {
  if (pool_seed(d->pool)) return (uint8_t)(chaos_random() % DAG_BANDS);
  return dag_is_spawned(d, unit) ? DAG_LAST : d->plan.band[unit];
}

/* Moves up to `most` units from the node's inbox to the own deques. */
static bool empty_inbox(Dag *d, DagWorker *me, uint32_t node, uint32_t most) {
  DagNode *n = &d->nodes[node];
  if (LIKELY(atomic_u32_load_relaxed(&n->count) == 0)) return false;
  pthread_mutex_lock(&n->lock);
  bool any = n->inbox.n > 0;
  for (; most > 0 && n->inbox.n > 0; most--) {
    uint32_t unit = hvec_pop(&n->inbox);
    deque_push_owner(&me->band[band_of(d, unit)], unit);
  }
  atomic_u32_store_relaxed(&n->count, n->inbox.n);
  pthread_mutex_unlock(&n->lock);
  return any;
}

/* One unit from the inbox of another node. */
static bool rob_inboxes(Dag *d, DagWorker *me, const Worker *w) {
  const uint8_t *near = topo_near(pool_topo(d->pool), w->node);
  for (uint32_t i = 1; i < d->n_nodes; i++)
    if (empty_inbox(d, me, near[i], 1)) {
      me->steals++;
      me->remote++;
      return true;
    }
  return false;
}

static bool help_loops(Dag *d, DagWorker *me, Worker *w) {
  if (LIKELY(atomic_u32_load_acquire(&d->loops) == 0)) return false;
  uint64_t done = 0;
  me->in_loop = true;
  for (uint32_t i = 1; i < d->n_workers; i++) {
    DagLoop *l = &d->workers[(w->index + i) % d->n_workers].loop;
    if (dag_loop_has_items(l)) done += dag_loop_help(l, w);
  }
  me->in_loop = false;
  me->helped += done;
  return done > 0;
}

/* all: also what is not offered. */
static bool find_unit(Dag *d, DagWorker *me, Worker *w, bool all,
                      uint32_t *unit) {
again:
  empty_inbox(d, me, w->node, UINT32_MAX);
  for (uint32_t band = 0; band < DAG_BANDS; band++) {
    if (band == 1 && help_loops(d, me, w)) goto again;
    if (pop_own(d, me, band, unit)) return true;
    if ((all || atomic_u32_load_relaxed(&d->surplus[band]) > 0) &&
        steal(d, me, w, band, unit))
      return true;
  }
  if (rob_inboxes(d, me, w)) goto again;
  return false;
}

/* --- Sleeping ----------------------------------------------------------- */

static bool is_over(Dag *d) {
  return atomic_u64_load_acquire(&d->unfinished) == 0;
}

/* Is there anything to do?  Reads all words S before it looks. */
static bool work_in_sight(Dag *d) {
  atomic_u32_load_seq_cst(&d->over);
  for (uint32_t i = 0; i < d->n_nodes; i++) {
    atomic_u32_load_seq_cst(&d->nodes[i].signal);
    if (atomic_u32_load_relaxed(&d->nodes[i].count) > 0) return true;
  }
  for (uint32_t i = 0; i < d->n_workers; i++) {
    DagWorker *v = &d->workers[i];
    atomic_u32_load_seq_cst(&v->signal);
    for (uint32_t b = 0; b < DAG_BANDS; b++)
      if (deque_size_any(&v->band[b]) > 0) return true;
    if (dag_loop_has_items(&v->loop)) return true;
  }
  return is_over(d);
}

static void sleep_a_while(Dag *d, DagWorker *me, const Worker *w) {
  Park *p = &d->nodes[w->node].park;
  uint32_t ticket = park_announce(p);
  if (work_in_sight(d)) {
    park_cancel(p);
    return;
  }
  me->parks++;
  park_wait(p, ticket);
}

/* --- Running ------------------------------------------------------------ */

static void put_inbox(Dag *d, uint32_t node, uint32_t unit) {
  DagNode *n = &d->nodes[node];
  pthread_mutex_lock(&n->lock);
  hvec_push(&n->inbox, unit);
  atomic_u32_store_relaxed(&n->count, n->inbox.n);
  pthread_mutex_unlock(&n->lock);
  atomic_u32_fetch_add_seq_cst(&n->signal, 1);
  dag_wake(d, node, 1);
}

/* Puts a ready unit where it should be run. */
static void put(Dag *d, DagWorker *me, const Worker *w, uint32_t unit,
                uint8_t prefers) {
  sched_chaos_point();
  if (prefers < d->n_nodes) {
    uint32_t home = d->nodes[prefers].home;
    if (home != w->node) {
      put_inbox(d, home, unit);
      return;
    }
  }
  deque_push_owner(&me->band[band_of(d, unit)], unit);
}

static int by_path(const void *a, const void *b, void *ctx) {
  const uint64_t *path = ((const Dag *)ctx)->plan.path;
  uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;
  if (path[x] != path[y]) return path[x] < path[y] ? -1 : 1;
  return (x < y) - (x > y);
}

/* The least urgent first, for it is the last one that the owner pops. */
static void order_ready(Dag *d, uint32_t *ready, uint32_t n) {
  if (n > 32) {
    sort_stable(ready, n, sizeof *ready, by_path, d);
  } else {
    for (uint32_t i = 1; i < n; i++)
      for (uint32_t j = i;
           j > 0 && by_path(&ready[j - 1], &ready[j], d) > 0; j--) {
        uint32_t t = ready[j];
        ready[j] = ready[j - 1];
        ready[j - 1] = t;
      }
  }
  if (!pool_seed(d->pool)) return;
  for (uint32_t i = n; i > 1; i--) {
    uint32_t j = (uint32_t)(chaos_random() % i), t = ready[j];
    ready[j] = ready[i - 1];
    ready[i - 1] = t;
  }
}

static void finish(Dag *d, DagWorker *me, Worker *w, uint32_t unit) {
  const DagSpec *s = d->spec;
  arena_reset(w->scratch);
  if (!dag_is_spawned(d, unit) && s->succ_start) {
    uint32_t from = s->succ_start[unit], to = s->succ_start[unit + 1], n = 0;
    uint32_t *ready = ARENA_ARRAY_RAW(w->scratch, uint32_t, to - from);
    for (uint32_t e = from; e < to; e++) {
      /* Releases this unit's writes; the last one acquires all. */
      AtomicU32 *pending = &d->plan.pending[s->succ[e]];
      if (atomic_u32_fetch_sub_acq_rel(pending, 1) == 1)
        ready[n++] = s->succ[e];
    }
    order_ready(d, ready, n);
    for (uint32_t i = 0; i < n; i++)
      put(d, me, w, ready[i], s->node ? s->node[ready[i]] : DAG_ANY_NODE);
    arena_reset(w->scratch);
  }
  if (atomic_u64_fetch_sub_acq_rel(&d->unfinished, 1) == 1) {
    atomic_u32_fetch_add_seq_cst(&d->over, 1);
    dag_wake(d, w->node, UINT32_MAX);
  }
}

void dag_spawn(Dag *d, uint32_t unit, uint8_t node) {
  ASSERT(dag_is_spawned(d, unit));
  DagWorker *me = dag_me(d);
  Worker *w = worker_self();
  /* The spawner is counted, so this never starts from 0. */
  atomic_u64_fetch_add_relaxed(&d->unfinished, 1);
  put(d, me, w, unit, node);
  offer(d, me, w);
}

static void work(void *arg) {
  Dag *d = (Dag *)arg;
  Worker *w = worker_self();
  DagWorker *me = &d->workers[w->index];
  uint64_t before = clock_ns();
  bool all = false;
  for (;;) {
    uint32_t unit;
    if (!find_unit(d, me, w, all, &unit)) {
      if (is_over(d)) break;
      sleep_a_while(d, me, w);
      all = true;
      continue;
    }
    all = false;
    offer(d, me, w);
    sched_chaos_point();
    uint64_t start = clock_ns();
    me->idle_ns += start - before;
    d->run(d, unit, d->ctx);
    finish(d, me, w, unit);
    before = clock_ns();
    me->busy_ns += before - start;
    me->units++;
  }
  me->idle_ns += clock_ns() - before;
}

/* --- Setting up --------------------------------------------------------- */

static void init_nodes(Dag *d, Arena *a) {
  const Topo *t = pool_topo(d->pool);
  d->n_nodes = t->n_nodes;
  d->nodes = (DagNode *)arena_zalloc(a, d->n_nodes * sizeof *d->nodes,
                                     _Alignof(DagNode));
  for (uint32_t i = 0; i < d->n_nodes; i++) {
    DagNode *n = &d->nodes[i];
    park_init(&n->park);
    if (pthread_mutex_init(&n->lock, NULL) != 0) panic("cannot make a lock");
    n->members = ARENA_ARRAY(a, uint32_t, d->n_workers);
    for (uint32_t w = 0; w < d->n_workers; w++)
      if (pool_worker(d->pool, w)->node == i) n->members[n->n_members++] = w;
  }
  for (uint32_t i = 0; i < d->n_nodes; i++) {
    const uint8_t *near = topo_near(t, i);
    uint32_t k = 0;
    while (d->nodes[near[k]].n_members == 0) k++;
    d->nodes[i].home = near[k];
  }
}

static void init_workers(Dag *d, Arena *a) {
  d->n_workers = pool_workers(d->pool);
  d->workers = (DagWorker *)arena_zalloc(
      a, d->n_workers * sizeof *d->workers, _Alignof(DagWorker));
  for (uint32_t i = 0; i < d->n_workers; i++) {
    for (uint32_t b = 0; b < DAG_BANDS; b++)
      deque_init(&d->workers[i].band[b], 0);
    dag_loop_init(&d->workers[i].loop);
  }
}

/* Deals the units that are ready at first out to the workers, in turn, on the
 * preferred node where there is one.  Nobody runs yet. */
static void deal(Dag *d, Arena *a) {
  uint32_t *turn = ARENA_ARRAY(a, uint32_t, d->n_nodes), any = 0;
  Shuffle order = shuffle_init(pool_seed(d->pool), d->plan.n_ready);
  for (uint32_t i = 0; i < d->plan.n_ready; i++) {
    uint32_t unit = d->plan.ready[shuffle_at(&order, i)];
    uint8_t node = d->spec->node ? d->spec->node[unit] : DAG_ANY_NODE;
    uint32_t to;
    if (node < d->n_nodes) {
      DagNode *n = &d->nodes[d->nodes[node].home];
      to = n->members[turn[node]++ % n->n_members];
    } else {
      to = any++ % d->n_workers;
    }
    deque_push_owner(&d->workers[to].band[band_of(d, unit)], unit);
  }
  for (uint32_t i = 0; i < d->n_workers; i++)
    for (uint32_t b = 0; b < DAG_BANDS; b++)
      if (deque_size_any(&d->workers[i].band[b]) > 0) {
        d->workers[i].surplus[b] = true;
        atomic_u32_fetch_add_acq_rel(&d->surplus[b], 1);
      }
}

static void gather(Dag *d, DagStats *st, uint64_t wall) {
  *st = (DagStats){.wall_ns = wall,
                   .critical = d->plan.critical,
                   .work = d->plan.work};
  for (uint32_t i = 0; i < d->n_workers; i++) {
    const DagWorker *v = &d->workers[i];
    st->units += v->units;
    st->steals += v->steals;
    st->remote += v->remote;
    st->helped += v->helped;
    st->parks += v->parks;
    st->idle_ns += v->idle_ns;
    st->busy_ns += v->busy_ns;
    Worker *w = pool_worker(d->pool, i);
    w->units += v->units;
    w->items += v->helped;
    w->steals += v->steals;
    w->parks += v->parks;
    w->idle_ns += v->idle_ns;
  }
}

static void tear_down(Dag *d) {
  for (uint32_t i = 0; i < d->n_workers; i++) {
    for (uint32_t b = 0; b < DAG_BANDS; b++)
      deque_free(&d->workers[i].band[b]);
    dag_loop_free(&d->workers[i].loop);
  }
  for (uint32_t i = 0; i < d->n_nodes; i++) {
    park_free(&d->nodes[i].park);
    pthread_mutex_destroy(&d->nodes[i].lock);
    hvec_free(&d->nodes[i].inbox);
  }
}

bool dag_run(Pool *p, const DagSpec *spec, DagFn run, void *ctx,
             DagStats *stats) {
  Arena *a = arena_create("dag");
  Dag *d = (Dag *)arena_zalloc(a, sizeof *d, _Alignof(Dag));
  d->pool = p;
  d->spec = spec;
  d->run = run;
  d->ctx = ctx;
  DagStats none;
  if (!stats) stats = &none;
  *stats = (DagStats){0};
  bool acyclic = dag_plan(spec, a, &d->plan);
  if (acyclic && spec->n > 0) {
    init_workers(d, a);
    init_nodes(d, a);
    atomic_u64_store_relaxed(&d->unfinished, spec->n);
    deal(d, a);
    uint64_t start = clock_ns();
    pool_run_team(p, 0, work, d);
    ASSERT(is_over(d));
    gather(d, stats, clock_ns() - start);
    tear_down(d);
  }
  arena_destroy(a);
  return acyclic;
}
