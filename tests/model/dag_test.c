/* dag_test.c - the two protocols of the DAG runner that take no lock: loops
 * inside a unit, with helpers that come and go, and ready counters. */
#define TAIPAN_MODEL 1
#include "model/model.h"

#include <pthread.h>
#define pthread_mutex_t ModelMutex
#define pthread_cond_t ModelCond
#define park_init model_park_init
#define park_free model_park_free
#define park_announce model_park_announce
#define park_cancel model_park_cancel
#define park_wait model_park_wait
#define park_wake model_park_wake
#define dag_loop_init model_dag_loop_init
#define dag_loop_free model_dag_loop_free
#define dag_loop_help model_dag_loop_help
#define dag_loop_has_items model_dag_loop_has_items
#define dag_parallel_for model_dag_parallel_for
#include "sched/dag_int.h"

#define pthread_mutex_init(m, a) ((int)((m)->taken = 0))
#define pthread_cond_init(c, a) ((int)((c)->unused = 0))
#define pthread_mutex_destroy(m) ((void)(m))
#define pthread_cond_destroy(c) ((void)(c))
#define pthread_mutex_lock model_mutex_lock
#define pthread_mutex_unlock model_mutex_unlock
#define pthread_cond_wait model_cond_wait
#define pthread_cond_signal model_cond_signal
#define pthread_cond_broadcast model_cond_broadcast
#include "sched/park.c"

/* The surroundings, as far as dag_flat.c asks for them. */
static Worker worker;
#define worker_self() (&worker)
#define arena_reset(a) ((void)(a))
#define pool_seed(p) ((void)(p), (uint64_t)0)
#define dag_wake(d, node, n) ((void)(node))
#define fault_run(fn, arg, out) ((fn)(arg), (void)(out), true)
#include "sched/dag_flat.c"

enum { ITEMS = 2 };
typedef struct {
  AtomicU32 given; /* what the owner has written for the items */
  AtomicU32 done[ITEMS];
  uint32_t runs[ITEMS];
  bool over; /* the owner has come back: nobody may run items any more */
} Job;

static Dag dag;
static DagWorker workers[1];
static Job jobs[2];

static void setup(void) {
  memset(&dag, 0, sizeof dag);
  memset(workers, 0, sizeof workers);
  memset(jobs, 0, sizeof jobs);
  dag.workers = workers;
  dag.n_workers = 3;
  dag_loop_init(&workers[0].loop);
}

static void run_item(void *ctx, uint32_t i) {
  Job *j = (Job *)ctx;
  MODEL_ASSERT(!j->over && atomic_u32_load_relaxed(&j->given));
  j->runs[i]++;
  atomic_u32_store_relaxed(&j->done[i], 1);
}

static void own_job(Job *j) {
  atomic_u32_store_relaxed(&j->given, 1);
  dag_parallel_for(&dag, ITEMS, run_item, j);
  for (uint32_t i = 0; i < ITEMS; i++)
    MODEL_ASSERT(j->runs[i] == 1 && atomic_u32_load_relaxed(&j->done[i]));
  j->over = true;
}
static void own_one(void) { own_job(&jobs[0]); }
static void own_two(void) {
  own_job(&jobs[0]);
  own_job(&jobs[1]);
}
static void help(void) { dag_loop_help(&workers[0].loop, &worker); }

static void check(void) {
  MODEL_ASSERT(workers[0].loop.helpers.raw_ == 0);
  dag_loop_free(&workers[0].loop);
}

/* --- Ready counters ----------------------------------------------------- */

static AtomicU32 pending, written[2];
static uint32_t made_ready;

static void setup_counter(void) {
  pending.raw_ = 2;
  written[0].raw_ = written[1].raw_ = 0;
  made_ready = 0;
}
static void finish_unit(uint32_t unit) {
  atomic_u32_store_relaxed(&written[unit], 1);
  if (atomic_u32_fetch_sub_acq_rel(&pending, 1) != 1) return;
  made_ready++;
  MODEL_ASSERT(atomic_u32_load_relaxed(&written[0]) &&
               atomic_u32_load_relaxed(&written[1]));
}
static void finish_0(void) { finish_unit(0); }
static void finish_1(void) { finish_unit(1); }
static void check_counter(void) { MODEL_ASSERT(made_ready == 1); }

int main(void) {
  const ModelTest tests[] = {
      {"a loop and a helper", setup, {own_one, help}, check,
       .preemptions = 3},
      {"a loop and two helpers", setup, {own_one, help, help}, check,
       .preemptions = 1},
      {"two loops and a late helper", setup, {own_two, help}, check,
       .preemptions = 2},
      {"a ready counter", setup_counter, {finish_0, finish_1}, check_counter,
       .preemptions = 4},
  };
  return model_main(tests, ARRAY_LEN(tests));
}
