/* pool.c - the threads that do the work.
 *
 * Worker 0 is the thread that made the pool; the others sleep, each at its own
 * condition variable, until they are given a call. A call is given and taken
 * back under one lock: that is where the caller's writes become visible to the
 * workers and theirs to the caller.
 *
 * parallel_for hands out the items in small runs, from one counter, so that a
 * long item holds up nothing but itself; a run is at most a 32nd of a fair
 * share.
 *
 * Memory is near its worker because whoever touches a page first gets it on its
 * node, workers stay on their nodes, and the allocator gives each thread an
 * arena of its own; what another thread frees goes back to that arena.
 *
 * Stacks are 64 MiB of address space; the main thread's is bounded at the
 * same size, so that how deep a recursion may be does not depend on the
 * worker that runs it. Where the system refuses a thread, the pool is smaller.
 */
#include "sched/pool.h"
#include "base/atomic.h"
#include "base/clock.h"
#include "base/hash.h"
#include "base/mem.h"
#include "base/panic.h"
#include "base/trace.h"

#include <pthread.h>
#include <stdio.h>
#include <string.h>

enum { STACK_SIZE = 64 << 20, STACK_GUARD_SIZE = 64 << 10, MAX_WORKERS = 1024 };

typedef struct {
  _Alignas(NO_SHARE) Worker w;
  pthread_t thread;
  pthread_cond_t wake;
  bool called;   /* lock: has a call that it has not begun */
  uint64_t done; /* clock when its last call returned */
} Slot;

struct Pool {
  Slot *slots;
  uint32_t n;    /* threads that run */
  uint32_t want; /* threads that were asked for */
  const Topo *topo;
  Arena *own_topo; /* where topo lies if the pool made it */
  uint64_t seed;
  PoolPin pin;
  pthread_mutex_t lock;
  pthread_cond_t idle; /* signalled when `running` falls to 0 */
  uint32_t running;    /* lock: workers that have not finished their call */
  bool stop;           /* lock */
  void (*fn)(void *ctx); /* lock: the call */
  void *ctx;
};

static const TopoCpu *cpu_of(const Pool *p, uint32_t index) {
  return &p->topo->cpus[index % p->topo->n_cpus];
}

static void pin_worker(const Pool *p, uint32_t index) {
  if (p->pin == POOL_PIN_CPU && p->want <= p->topo->n_cpus)
    topo_pin_cpu(p->topo, index % p->topo->n_cpus);
  else if (p->pin != POOL_PIN_NONE && p->topo->n_nodes > 1)
    topo_pin_node(p->topo, cpu_of(p, index)->node);
}

/* Runs the call that the slot was given, and says that it is done. */
static void run_call(Pool *p, Slot *s) {
  s->called = false;
  void (*fn)(void *) = p->fn;
  void *ctx = p->ctx;
  pthread_mutex_unlock(&p->lock);
  fn(ctx);
  uint64_t now = clock_ns();
  pthread_mutex_lock(&p->lock);
  s->done = now;
  if (--p->running == 0) pthread_cond_signal(&p->idle);
}

static void *thread_main(void *arg) {
  Slot *s = (Slot *)arg;
  Pool *p = s->w.pool;
  char name[16];
  snprintf(name, sizeof name, "worker %u", s->w.index);
  pthread_setname_np(pthread_self(), name);
  fault_thread_init();
  pin_worker(p, s->w.index);
  worker_enter(&s->w);
  trace_thread_name(name);
  pthread_mutex_lock(&p->lock);
  while (!p->stop) {
    if (s->called)
      run_call(p, s);
    else
      pthread_cond_wait(&s->wake, &p->lock);
  }
  pthread_mutex_unlock(&p->lock);
  worker_leave(&s->w);
  arena_destroy(s->w.scratch);
  fault_thread_fini();
  return NULL;
}

static bool start_thread(Slot *s, size_t stack) {
  pthread_attr_t attr;
  pthread_attr_init(&attr);
  pthread_attr_setstacksize(&attr, stack);
  pthread_attr_setguardsize(&attr, STACK_GUARD_SIZE);
  int rc = pthread_create(&s->thread, &attr, thread_main, s);
  pthread_attr_destroy(&attr);
  return rc == 0;
}

static void init_slot(Pool *p, uint32_t i) {
  Slot *s = &p->slots[i];
  s->w = (Worker){.index = i, .node = cpu_of(p, i)->node, .pool = p};
  s->w.scratch = arena_create("scratch");
  if (pthread_cond_init(&s->wake, NULL) != 0) panic("cannot make a lock");
}

static void free_slot(Slot *s) { pthread_cond_destroy(&s->wake); }

Pool *pool_create(const PoolConfig *config) {
  static const PoolConfig none;
  if (!config) config = &none;
  Pool *p = (Pool *)mem_zalloc(sizeof *p);
  p->topo = config->topo;
  if (!p->topo) {
    p->own_topo = arena_create("topology");
    p->topo = topo_detect(p->own_topo,
                          config->pin == POOL_PIN_CPU ? "" : NULL);
  }
  p->seed = chaos_seed = config->seed;
  p->pin = config->pin;
  if (pthread_mutex_init(&p->lock, NULL) != 0 ||
      pthread_cond_init(&p->idle, NULL) != 0)
    panic("cannot make a lock");
  uint32_t want = config->workers ? config->workers : p->topo->usable;
  want = MIN(want, (uint32_t)MAX_WORKERS);
  size_t stack = config->stack_size ? config->stack_size : STACK_SIZE;
  p->slots = (Slot *)mem_aligned(mem_array_size(want, sizeof *p->slots),
                                 NO_SHARE);
  memset(p->slots, 0, want * sizeof *p->slots);
  fault_bound_main_stack(stack);
  fault_thread_init();
  p->want = want;
  init_slot(p, 0);
  worker_enter(&p->slots[0].w);
  trace_thread_name("worker 0");
  uint32_t made = 1;
  for (; made < want; made++) {
    init_slot(p, made);
    if (start_thread(&p->slots[made], stack)) continue;
    free_slot(&p->slots[made]);
    arena_destroy(p->slots[made].w.scratch);
    break;
  }
  p->n = made;
  if (made > 1) pin_worker(p, 0);
  return p;
}

void pool_destroy(Pool *p) {
  if (!p) return;
  pthread_mutex_lock(&p->lock);
  ASSERT(p->running == 0);
  p->stop = true;
  for (uint32_t i = 1; i < p->n; i++) pthread_cond_signal(&p->slots[i].wake);
  pthread_mutex_unlock(&p->lock);
  for (uint32_t i = 1; i < p->n; i++) pthread_join(p->slots[i].thread, NULL);
  for (uint32_t i = 0; i < p->n; i++) free_slot(&p->slots[i]);
  worker_leave(&p->slots[0].w);
  arena_destroy(p->slots[0].w.scratch);
  if (p->n > 1 && p->pin != POOL_PIN_NONE) topo_unpin(p->topo);
  pthread_mutex_destroy(&p->lock);
  pthread_cond_destroy(&p->idle);
  if (p->own_topo) topo_free((Topo *)(uintptr_t)p->topo);
  arena_destroy(p->own_topo);
  chaos_seed = 0;
  mem_free(p->slots);
  mem_free(p);
}

uint32_t pool_workers(const Pool *p) { return p->n; }
const Topo *pool_topo(const Pool *p) { return p->topo; }
uint64_t pool_seed(const Pool *p) { return p->seed; }
Worker *pool_worker(Pool *p, uint32_t index) {
  ASSERT(index < p->n);
  return &p->slots[index].w;
}

void pool_run_team(Pool *p, uint32_t team, void (*fn)(void *ctx), void *ctx) {
  ASSERT(worker_self() == &p->slots[0].w);
  if (team == 0 || team > p->n) team = p->n;
  if (team == 1) {
    fn(ctx);
    return;
  }
  pthread_mutex_lock(&p->lock);
  ASSERT(p->running == 0); /* not from inside a call */
  p->fn = fn;
  p->ctx = ctx;
  p->running = team - 1;
  for (uint32_t i = 1; i < team; i++) {
    p->slots[i].called = true;
    pthread_cond_signal(&p->slots[i].wake);
  }
  pthread_mutex_unlock(&p->lock);
  fn(ctx);
  p->slots[0].done = clock_ns();
  pthread_mutex_lock(&p->lock);
  while (p->running > 0) pthread_cond_wait(&p->idle, &p->lock);
  pthread_mutex_unlock(&p->lock);
  uint64_t end = clock_ns();
  for (uint32_t i = 0; i < team; i++)
    p->slots[i].w.idle_ns += end - p->slots[i].done;
}

/* --- Shuffling ---------------------------------------------------------- */

Shuffle shuffle_init(uint64_t seed, uint32_t n) {
  Shuffle s = {.n = n};
  if (seed == 0 || n < 2) return s;
  uint32_t bits = 32 - (uint32_t)__builtin_clz(n - 1);
  s.mask = (uint32_t)(((uint64_t)1 << bits) - 1);
  s.shift = bits / 2 + 1;
  s.a = hash_u64(seed) | 1;
  s.b = hash_u64(seed + 1);
  return s;
}

/* Each step is a bijection of the words of `bits` bits; words that are too
 * large are sent round again until one is not. */
uint32_t shuffle_at(const Shuffle *s, uint32_t i) {
  ASSERT(i < s->n);
  if (s->a == 0) return i;
  uint64_t x = i;
  do {
    x = (x * s->a + s->b) & s->mask;
    x ^= x >> s->shift;
    x = (x * (s->b | 1)) & s->mask;
    x ^= x >> s->shift;
  } while (x >= s->n);
  return (uint32_t)x;
}

/* --- parallel_for ------------------------------------------------------- */

typedef struct {
  _Alignas(NO_SHARE) AtomicU64 next;
  _Alignas(NO_SHARE) PoolFn fn;
  void *ctx;
  uint32_t n, run;
  Shuffle order;
} Loop;

static void loop_work(void *arg) {
  Loop *l = (Loop *)arg;
  Worker *w = worker_self();
  for (;;) {
    uint64_t from = atomic_u64_fetch_add_relaxed(&l->next, l->run);
    if (from >= l->n) return;
    uint64_t to = MIN(from + l->run, (uint64_t)l->n);
    for (uint64_t i = from; i < to; i++) {
      sched_chaos_point();
      l->fn(l->ctx, shuffle_at(&l->order, (uint32_t)i));
      arena_reset(w->scratch);
      w->items++;
    }
  }
}

void pool_parallel_for(Pool *p, uint32_t n, PoolFn fn, void *ctx) {
  if (n == 0) return;
  uint32_t team = MIN(p->n, n);
  Loop l = {.fn = fn, .ctx = ctx, .n = n};
  l.order = shuffle_init(p->seed, n);
  l.run = MIN(MAX(n / (team * 32), 1u), 64u);
  pool_run_team(p, team, loop_work, &l);
}
