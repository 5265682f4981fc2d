/* model.h - enumerates what a few threads can do to each other.
 *
 * A test is compiled with TAIPAN_MODEL, so that each operation of base/atomic.h
 * is a call into here. The threads are coroutines of one thread. Before each
 * operation the model may go on with another thread, and a load may read any
 * store that the memory model of C (2011, with the seq_cst of C++20) lets it
 * read. All combinations are run, one after the other, by depth-first search
 * over the choices; only the number of preemptions in one run is bounded.
 *
 * Memory, as views: each location has its stores in modification order, which
 * is the order in which they are executed. A thread's view says for each
 * location the oldest store that it may still read. A releasing store carries
 * its thread's view, an acquiring load joins it to its own; a
 * read-modify-write reads the newest store and passes on the view that came
 * with it. A seq_cst load reads no store older than what the seq_cst
 * operations before it have stored or read at that location.
 *
 * Not modelled: a load that reads from a store executed later (load buffering),
 * a modification order other than that of execution, stand-alone fences (the
 * house has none), races of plain accesses (the thread sanitizer's business;
 * payloads in these tests are relaxed atomics, whose staleness shows).
 *
 * Mutexes and condition variables are modelled too (model_mutex_lock, ...): a
 * run in which nobody can go on is a failure.
 */
#ifndef TAIPAN_TESTS_MODEL_H
#define TAIPAN_TESTS_MODEL_H

#ifndef TAIPAN_MODEL
#error "define TAIPAN_MODEL before the first include"
#endif

#include "base/atomic.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <ucontext.h>

enum {
  MODEL_THREADS = 4, /* number 0 is set-up and check */
  MODEL_LOCS = 96,
  MODEL_STORES = 64,
  MODEL_CHOICES = 4096,
  MODEL_STEPS = 600, /* longer runs are cut off and counted */
  MODEL_STACK = 64 << 10
};

typedef struct {
  const char *name;
  void (*setup)(void);
  void (*body[MODEL_THREADS - 1])(void); /* up to three threads */
  void (*check)(void); /* after all threads have ended */
  int preemptions;     /* bound; 0 = 3 */
  bool expect_failure; /* the test is of the model itself */
} ModelTest;

typedef struct {
  uint16_t at[MODEL_LOCS];
} ModelView;

typedef struct {
  uint64_t value;
  bool has_view;
  ModelView view;
} ModelStore;

typedef struct {
  const void *addr;
  unsigned size;
  uint32_t n;      /* stores */
  uint32_t sc_min; /* no seq_cst load may read an older one */
  ModelStore s[MODEL_STORES];
} ModelLoc;

typedef enum { MODEL_READY, MODEL_BLOCKED, MODEL_ENDED } ModelState;

typedef struct {
  ucontext_t context;
  ModelState state;
  const void *waits_for; /* mutex or condition */
  ModelView view;
} ModelThread;

static struct {
  const ModelTest *test;
  ModelThread t[MODEL_THREADS];
  int n_threads, now; /* now: who runs */
  bool sequential;    /* set-up or check: no switches */
  ModelLoc loc[MODEL_LOCS];
  uint32_t n_locs;
  struct {
    uint16_t chosen, count;
  } choice[MODEL_CHOICES];
  uint32_t n_choices, at; /* recorded; replayed so far */
  int preemptions;
  uint32_t steps;
  bool cut, failed;
  char why[200];
  ucontext_t home;
  uint64_t runs, cuts;
  char *stacks;
} model;

/* --- Choices ------------------------------------------------------------ */

/* A number below count; the search tries all of them. */
static uint32_t model_choose(uint32_t count) {
  if (count <= 1) return 0;
  if (model.at == model.n_choices) {
    if (model.n_choices == MODEL_CHOICES) {
      model.cut = true;
      return 0;
    }
    model.choice[model.n_choices].chosen = 0;
    model.choice[model.n_choices++].count = (uint16_t)count;
  }
  return model.choice[model.at++].chosen;
}

/* The next combination; false when all have been run. */
static bool model_next_run(void) {
  while (model.n_choices > 0) {
    uint32_t i = model.n_choices - 1;
    if (++model.choice[i].chosen < model.choice[i].count) return true;
    model.n_choices--;
  }
  return false;
}

/* --- Threads ------------------------------------------------------------ */

static NORETURN void model_leave(void) {
  setcontext(&model.home);
  abort();
}

static void model_fail(const char *why) {
  if (model.failed) return;
  model.failed = true;
  snprintf(model.why, sizeof model.why, "%s", why);
  if (!model.sequential) model_leave();
}

#define MODEL_ASSERT(x) \
  ((x) ? (void)0 : model_fail(#x " (" __FILE__ ")"))

/* Goes on with thread `to`; comes back when this one is chosen again. */
static void model_switch(int to) {
  int from = model.now;
  if (to == from) return;
  model.now = to;
  swapcontext(&model.t[from].context, &model.t[to].context);
}

/* Chooses who goes on.  The current thread may have become blocked or ended;
 * only leaving a thread that could go on is a preemption. */
static void model_schedule(void) {
  int options[MODEL_THREADS], n = 0;
  bool can_stay = model.t[model.now].state == MODEL_READY;
  if (can_stay) options[n++] = model.now;
  int bound = model.test->preemptions ? model.test->preemptions : 3;
  if (!can_stay || model.preemptions < bound)
    for (int i = 1; i <= model.n_threads; i++)
      if (i != model.now && model.t[i].state == MODEL_READY) options[n++] = i;
  if (n == 0) {
    for (int i = 1; i <= model.n_threads; i++)
      if (model.t[i].state == MODEL_BLOCKED) model_fail("nobody can go on");
    model_leave();
  }
  int to = options[model_choose((uint32_t)n)];
  if (can_stay && to != model.now) model.preemptions++;
  model_switch(to);
}

/* Before each operation. */
static void model_yield(void) {
  if (model.sequential) return;
  if (++model.steps > MODEL_STEPS || model.cut) {
    model.cut = true;
    model_leave();
  }
  model_schedule();
}

static void model_thread_main(int id) {
  model.test->body[id - 1]();
  model.t[id].state = MODEL_ENDED;
  model_schedule();
}

/* --- Memory ------------------------------------------------------------- */

static uint64_t model_raw_get(const void *p, unsigned size) {
  if (size == 4) {
    uint32_t v;
    memcpy(&v, p, 4);
    return v;
  }
  uint64_t v;
  memcpy(&v, p, 8);
  return v;
}

static void model_raw_set(void *p, unsigned size, uint64_t v) {
  memcpy(p, &v, size); /* little endian */
}

static ModelLoc *model_loc(const void *addr, unsigned size) {
  for (uint32_t i = 0; i < model.n_locs; i++)
    if (model.loc[i].addr == addr) return &model.loc[i];
  if (model.n_locs == MODEL_LOCS) {
    fprintf(stderr, "model: too many locations\n");
    abort();
  }
  ModelLoc *l = &model.loc[model.n_locs++];
  l->addr = addr;
  l->size = size;
  l->n = 1;
  l->sc_min = 0;
  l->s[0].value = model_raw_get(addr, size);
  l->s[0].has_view = false;
  return l;
}

static uint16_t *model_seen(ModelView *v, const ModelLoc *l) {
  return &v->at[l - model.loc];
}

static void model_join(ModelView *v, const ModelStore *s) {
  if (!s->has_view) return;
  for (uint32_t i = 0; i < model.n_locs; i++)
    if (s->view.at[i] > v->at[i]) v->at[i] = s->view.at[i];
}

static bool model_acquires(int order) {
  return order == __ATOMIC_ACQUIRE || order == __ATOMIC_ACQ_REL ||
         order == __ATOMIC_SEQ_CST;
}
static bool model_releases(int order) {
  return order == __ATOMIC_RELEASE || order == __ATOMIC_ACQ_REL ||
         order == __ATOMIC_SEQ_CST;
}

/* The thread reads store i. */
static uint64_t model_read(ModelLoc *l, uint32_t i, int order) {
  ModelView *v = &model.t[model.now].view;
  *model_seen(v, l) = (uint16_t)i;
  if (model_acquires(order)) model_join(v, &l->s[i]);
  if (order == __ATOMIC_SEQ_CST && i > l->sc_min) l->sc_min = i;
  return l->s[i].value;
}

/* The oldest store that a load of this order may read. */
static uint32_t model_oldest(ModelLoc *l, int order) {
  uint32_t min = *model_seen(&model.t[model.now].view, l);
  if (order == __ATOMIC_SEQ_CST && l->sc_min > min) min = l->sc_min;
  if (model.sequential) min = l->n - 1;
  return min;
}

/* chain: the store that a read-modify-write has read, or NULL. */
static void model_append(ModelLoc *l, uint64_t value, int order,
                         const ModelStore *chain) {
  if (l->n == MODEL_STORES) {
    fprintf(stderr, "model: too many stores\n");
    abort();
  }
  ModelView *v = &model.t[model.now].view;
  uint32_t i = l->n++;
  ModelStore *s = &l->s[i];
  *model_seen(v, l) = (uint16_t)i;
  s->value = l->size == 4 ? (uint32_t)value : value;
  s->has_view = model_releases(order);
  memset(&s->view, 0, sizeof s->view);
  if (s->has_view) s->view = *v;
  if (chain && chain->has_view) {
    model_join(&s->view, chain);
    s->has_view = true;
  }
  if (order == __ATOMIC_SEQ_CST) l->sc_min = i;
  model_raw_set((void *)(uintptr_t)l->addr, l->size, s->value);
}

uint64_t model_load(const void *addr, unsigned size, int order) {
  model_yield();
  ModelLoc *l = model_loc(addr, size);
  uint32_t min = model_oldest(l, order);
  /* The newest first: that is the run without surprises. */
  return model_read(l, l->n - 1 - model_choose(l->n - min), order);
}

void model_store(void *addr, unsigned size, uint64_t v, int order) {
  model_yield();
  model_append(model_loc(addr, size), v, order, NULL);
}

bool model_cas(void *addr, unsigned size, uint64_t *expected, uint64_t desired,
               int ok, int fail) {
  model_yield();
  ModelLoc *l = model_loc(addr, size);
  /* It may also fail by reading an older store of another value. */
  uint32_t min = model_oldest(l, fail), options[MODEL_STORES], n = 0;
  options[n++] = l->n - 1;
  for (uint32_t i = l->n - 1; i-- > min;)
    if (l->s[i].value != *expected) options[n++] = i;
  uint32_t i = options[model_choose(n)];
  if (l->s[i].value != *expected) {
    *expected = model_read(l, i, fail);
    return false;
  }
  model_read(l, i, ok);
  model_append(l, desired, ok, &l->s[i]);
  return true;
}

uint64_t model_rmw(void *addr, unsigned size, char op, uint64_t v, int order) {
  model_yield();
  ModelLoc *l = model_loc(addr, size);
  uint32_t i = l->n - 1;
  uint64_t old = model_read(l, i, order), new_ = v;
  if (op == '+') new_ = old + v;
  if (op == '-') new_ = old - v;
  if (op == '|') new_ = old | v;
  model_append(l, new_, order, &l->s[i]);
  return old;
}

/* --- Locks -------------------------------------------------------------- */

/* Lies in the place of a pthread_mutex_t: 0 free, 1 taken. */
typedef struct {
  uint32_t taken;
} ModelMutex;
typedef struct {
  uint32_t unused;
} ModelCond;

static void model_wake(const void *what, bool all) {
  int waiting[MODEL_THREADS], n = 0;
  for (int i = 1; i <= model.n_threads; i++)
    if (model.t[i].state == MODEL_BLOCKED && model.t[i].waits_for == what)
      waiting[n++] = i;
  if (n == 0) return;
  if (!all) {
    waiting[0] = waiting[model_choose((uint32_t)n)];
    n = 1;
  }
  for (int i = 0; i < n; i++) model.t[waiting[i]].state = MODEL_READY;
}

static void model_block(const void *what) {
  model.t[model.now].state = MODEL_BLOCKED;
  model.t[model.now].waits_for = what;
  model_schedule();
}

static UNUSED int model_mutex_lock(ModelMutex *m) {
  while (model_rmw(&m->taken, 4, '=', 1, __ATOMIC_ACQ_REL) != 0) model_block(m);
  return 0;
}

static UNUSED int model_mutex_unlock(ModelMutex *m) {
  model_store(&m->taken, 4, 0, __ATOMIC_RELEASE);
  model_wake(m, true);
  return 0;
}

static UNUSED int model_cond_wait(ModelCond *c, ModelMutex *m) {
  model_store(&m->taken, 4, 0, __ATOMIC_RELEASE);
  model_wake(m, true);
  model_block(c); /* no operation in between: at one stroke */
  return model_mutex_lock(m);
}

static UNUSED int model_cond_signal(ModelCond *c) {
  model_yield();
  model_wake(c, false);
  return 0;
}

static UNUSED int model_cond_broadcast(ModelCond *c) {
  model_yield();
  model_wake(c, true);
  return 0;
}

/* --- Running ------------------------------------------------------------ */

static void model_start_thread(int i) {
  ModelThread *t = &model.t[i];
  t->state = MODEL_READY;
  t->view = model.t[0].view;
  getcontext(&t->context);
  t->context.uc_stack.ss_sp = model.stacks + (size_t)i * MODEL_STACK;
  t->context.uc_stack.ss_size = MODEL_STACK;
  t->context.uc_link = &model.home;
  makecontext(&t->context, (void (*)(void))(uintptr_t)model_thread_main, 1, i);
}

static void model_run_once(void) {
  model.n_locs = 0;
  model.at = 0;
  model.preemptions = 0;
  model.steps = 0;
  model.cut = false;
  model.now = 0;
  model.sequential = true;
  memset(&model.t[0].view, 0, sizeof(ModelView));
  model.test->setup();
  for (int i = 1; i <= model.n_threads; i++) model_start_thread(i);
  model.sequential = false;
  volatile bool started = false;
  getcontext(&model.home);
  if (!started) {
    started = true;
    model.now = 1 + (int)model_choose((uint32_t)model.n_threads);
    setcontext(&model.t[model.now].context);
  }
  model.now = 0;
  model.sequential = true;
  model.runs++;
  if (model.cut) model.cuts++;
  if (!model.cut && !model.failed && model.test->check) model.test->check();
}

/* Runs all combinations; true if the test went as expected. */
static bool model_test(const ModelTest *test) {
  if (TAIPAN_TSAN) return true; /* it does not know our coroutines */
  model.test = test;
  model.n_threads = 0;
  while (model.n_threads < MODEL_THREADS - 1 && test->body[model.n_threads])
    model.n_threads++;
  model.n_choices = 0;
  model.failed = false;
  model.runs = model.cuts = 0;
  if (!model.stacks)
    model.stacks = (char *)malloc((size_t)MODEL_THREADS * MODEL_STACK);
  do model_run_once();
  while (!model.failed && model_next_run());
  bool good = model.failed == test->expect_failure;
  printf("%s %s: %llu runs, %llu cut off%s%s\n", good ? "ok  " : "FAIL",
         test->name, (unsigned long long)model.runs,
         (unsigned long long)model.cuts, model.failed ? ": " : "",
         model.failed ? model.why : "");
  return good;
}

static UNUSED int model_main(const ModelTest *tests, size_t n) {
  bool good = true;
  for (size_t i = 0; i < n; i++) good = model_test(&tests[i]) && good;
  free(model.stacks);
  return good ? 0 : 1;
}

#endif
