/* park_test.c - nobody sleeps over work: a lost wake-up is a run in which
 * nobody can go on. */
#define TAIPAN_MODEL 1
#define park_init model_park_init
#define park_free model_park_free
#define park_announce model_park_announce
#define park_cancel model_park_cancel
#define park_wait model_park_wait
#define park_wake model_park_wake
#include "model/model.h"

#include <pthread.h>
#define pthread_mutex_t ModelMutex
#define pthread_cond_t ModelCond
#include "sched/park.h"

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

static Park park;
static AtomicU32 work, word;
static uint32_t units;

static void setup(void) {
  park_init(&park);
  work.raw_ = word.raw_ = 0;
  units = 0;
}

/* Takes one unit of work, sleeping until there is some. */
static void consume(void) {
  for (;;) {
    uint32_t n = atomic_u32_load_relaxed(&work);
    while (n > 0)
      if (atomic_u32_cas_acq_rel(&work, &n, n - 1)) {
        units++;
        return;
      }
    uint32_t ticket = park_announce(&park);
    atomic_u32_load_seq_cst(&word);
    if (atomic_u32_load_relaxed(&work) > 0) {
      park_cancel(&park);
      continue;
    }
    park_wait(&park, ticket);
  }
}

static void produce(void) {
  atomic_u32_fetch_add_relaxed(&work, 1);
  atomic_u32_fetch_add_seq_cst(&word, 1);
  park_wake(&park, 1);
}
static void produce_two(void) {
  atomic_u32_fetch_add_relaxed(&work, 2);
  atomic_u32_fetch_add_seq_cst(&word, 1);
  park_wake(&park, 2);
}
/* Wrong: the change of the word is no release of the work. */
static void produce_early(void) {
  atomic_u32_fetch_add_seq_cst(&word, 1);
  atomic_u32_fetch_add_relaxed(&work, 1);
  park_wake(&park, 1);
}

static void check_one(void) { MODEL_ASSERT(units == 1); }
static void check_two(void) {
  MODEL_ASSERT(units == 2);
  MODEL_ASSERT(atomic_u32_load_relaxed(&park.sleepers) == 0);
}

int main(void) {
  const ModelTest tests[] = {
      {"one sleeper, one producer", setup, {consume, produce}, check_one,
       .preemptions = 4},
      {"two sleepers, two units", setup, {consume, consume, produce_two},
       check_two, .preemptions = 2},
      {"work after the word", setup, {consume, produce_early}, check_one,
       .preemptions = 3, .expect_failure = true},
  };
  return model_main(tests, ARRAY_LEN(tests));
}
