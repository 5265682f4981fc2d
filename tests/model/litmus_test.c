/* litmus_test.c - the model itself, on the well-known small programs: it must
 * find what the memory model allows, and must not find what it forbids. */
#define TAIPAN_MODEL 1
#include "base/atomic.h"
#include "model/model.h"

static AtomicU32 x, y, z;
static uint32_t r[4];

static void reset(void) {
  x.raw_ = y.raw_ = z.raw_ = 0;
  memset(r, 0, sizeof r);
}

/* Store buffering: may both loads read 0? */
static void sb_a(void) {
  atomic_u32_store_release(&x, 1);
  r[0] = atomic_u32_load_acquire(&y);
}
static void sb_b(void) {
  atomic_u32_store_release(&y, 1);
  r[1] = atomic_u32_load_acquire(&x);
}
static void sb_sc_a(void) {
  atomic_u32_store_seq_cst(&x, 1);
  r[0] = atomic_u32_load_seq_cst(&y);
}
static void sb_sc_b(void) {
  atomic_u32_store_seq_cst(&y, 1);
  r[1] = atomic_u32_load_seq_cst(&x);
}
static void sb_check(void) { MODEL_ASSERT(r[0] || r[1]); }

/* Message passing: is the payload there when the flag is? */
static void mp_a(void) {
  atomic_u32_store_relaxed(&x, 1);
  atomic_u32_store_release(&y, 1);
}
static void mp_relaxed_a(void) {
  atomic_u32_store_relaxed(&x, 1);
  atomic_u32_store_relaxed(&y, 1);
}
static void mp_b(void) {
  if (atomic_u32_load_acquire(&y)) MODEL_ASSERT(atomic_u32_load_relaxed(&x));
}
static void mp_relaxed_b(void) {
  if (atomic_u32_load_relaxed(&y)) MODEL_ASSERT(atomic_u32_load_relaxed(&x));
}
/* A read-modify-write between them passes the release on. */
static void mp_middle(void) { atomic_u32_fetch_add_relaxed(&y, 1); }
static void mp_b2(void) {
  if (atomic_u32_load_acquire(&y) == 2)
    MODEL_ASSERT(atomic_u32_load_relaxed(&x));
}
/* A plain store in between does not. */
static void mp_cut(void) {
  if (atomic_u32_load_relaxed(&y) == 1) atomic_u32_store_relaxed(&y, 2);
}

/* Coherence: nobody sees a location go back. */
static void corr_a(void) {
  atomic_u32_store_relaxed(&x, 1);
  atomic_u32_store_relaxed(&x, 2);
}
static void corr_b(void) {
  uint32_t first = atomic_u32_load_relaxed(&x);
  MODEL_ASSERT(atomic_u32_load_relaxed(&x) >= first);
}

/* Write to read causality, through a third thread. */
static void wrc_a(void) { atomic_u32_store_relaxed(&x, 1); }
static void wrc_b(void) {
  if (atomic_u32_load_relaxed(&x)) atomic_u32_store_release(&y, 1);
}

/* Additions are never lost; separate loads and stores lose some. */
static void add_rmw(void) { atomic_u32_fetch_add_relaxed(&x, 1); }
static void add_cas(void) {
  uint32_t v = atomic_u32_load_relaxed(&x);
  while (!atomic_u32_cas_relaxed(&x, &v, v + 1)) {
  }
}
static void add_bad(void) {
  atomic_u32_store_relaxed(&x, atomic_u32_load_relaxed(&x) + 1);
}
static void add_check(void) {
  MODEL_ASSERT(atomic_u32_load_relaxed(&x) == 3);
}
static void add2_check(void) {
  MODEL_ASSERT(atomic_u32_load_relaxed(&x) == 2);
}

/* Locks and conditions. */
static ModelMutex lock;
static ModelCond cond;
static void lock_reset(void) {
  reset();
  lock.taken = 0;
}
static void add_locked(void) {
  model_mutex_lock(&lock);
  atomic_u32_store_relaxed(&x, atomic_u32_load_relaxed(&x) + 1);
  model_mutex_unlock(&lock);
}
static void wait_for_x(void) {
  model_mutex_lock(&lock);
  while (!atomic_u32_load_relaxed(&x)) model_cond_wait(&cond, &lock);
  model_mutex_unlock(&lock);
}
static void signal_x(void) {
  model_mutex_lock(&lock);
  atomic_u32_store_relaxed(&x, 1);
  model_cond_signal(&cond);
  model_mutex_unlock(&lock);
}
static void signal_x_unlocked(void) {
  atomic_u32_store_relaxed(&x, 1);
  model_cond_signal(&cond);
}

int main(void) {
  const ModelTest tests[] = {
      {"store buffering, acquire and release", reset, {sb_a, sb_b}, sb_check,
       .expect_failure = true},
      {"store buffering, seq_cst", reset, {sb_sc_a, sb_sc_b}, sb_check},
      {"store buffering, half seq_cst", reset, {sb_sc_a, sb_b}, sb_check,
       .expect_failure = true},
      {"message passing", reset, {mp_a, mp_b}, NULL},
      {"message passing, relaxed store", reset, {mp_relaxed_a, mp_b}, NULL,
       .expect_failure = true},
      {"message passing, relaxed load", reset, {mp_a, mp_relaxed_b}, NULL,
       .expect_failure = true},
      {"release sequence", reset, {mp_a, mp_middle, mp_b2}, NULL,
       .expect_failure = false},
      {"cut release sequence", reset, {mp_a, mp_cut, mp_b2}, NULL,
       .expect_failure = true},
      {"coherence of reads", reset, {corr_a, corr_b, corr_b}, NULL},
      {"causality, relaxed in the middle", reset, {wrc_a, wrc_b, mp_b}, NULL},
      {"additions", reset, {add_rmw, add_cas, add_cas}, add_check},
      {"lost additions", reset, {add_bad, add_bad}, add2_check,
       .expect_failure = true},
      {"lock", lock_reset, {add_locked, add_locked, add_locked}, add_check},
      {"condition", lock_reset, {wait_for_x, signal_x}, NULL},
      {"lost signal", lock_reset, {wait_for_x, signal_x_unlocked}, NULL,
       .expect_failure = true},
  };
  return model_main(tests, ARRAY_LEN(tests));
}
