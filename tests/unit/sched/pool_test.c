#include "sched/pool.h"
#include "base/atomic.h"
#include "base/clock.h"
#include "base/mem.h"
#include "base/panic.h"
#include "unit/base/cmocka_all.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

static Arena *a;

static Pool *make(uint32_t workers, uint64_t seed) {
  return pool_create(&(PoolConfig){.workers = workers, .seed = seed});
}

enum { N = 5000 };
static struct {
  uint32_t calls[N]; /* plain: each is written once, by one worker */
  AtomicU32 by_worker[16];
  AtomicU32 bad;
} seen;

static void count_call(void *ctx, uint32_t item) {
  seen.calls[item]++;
  Worker *w = worker_self();
  if (ctx != &seen || w->index != worker_index() ||
      arena_bytes(worker_scratch()) > 8192)
    atomic_u32_fetch_add_relaxed(&seen.bad, 1);
  arena_alloc(worker_scratch(), 600, 8);
  atomic_u32_fetch_add_relaxed(&seen.by_worker[w->index], 1);
}

static void every_item_once(void **state) {
  for (uint32_t workers = 1; workers <= 5; workers++)
    for (uint64_t seed = 0; seed < 2; seed++) {
      Pool *p = make(workers, seed);
      assert_int_equal(pool_workers(p), workers);
      memset(&seen, 0, sizeof seen);
      pool_parallel_for(p, N, count_call, &seen);
      for (uint32_t i = 0; i < N; i++) assert_int_equal(seen.calls[i], 1);
      assert_int_equal(atomic_u32_load_relaxed(&seen.bad), 0);
      uint64_t items = 0;
      for (uint32_t i = 0; i < workers; i++) items += pool_worker(p, i)->items;
      assert_int_equal(items, N);
      pool_destroy(p);
    }
}

static void many_small_loops(void **state) {
  Pool *p = make(4, 0);
  for (uint32_t n = 0; n < 300; n++) {
    memset(seen.calls, 0, sizeof seen.calls);
    pool_parallel_for(p, n % 20, count_call, &seen);
    for (uint32_t i = 0; i < 20; i++)
      assert_int_equal(seen.calls[i], i < n % 20);
  }
  pool_destroy(p);
}

static void note_team(void *ctx) {
  atomic_u32_fetch_add_relaxed(&((AtomicU32 *)ctx)[worker_index()], 1);
}

static void teams(void **state) {
  Pool *p = make(4, 0);
  for (uint32_t team = 0; team <= 6; team++) {
    AtomicU32 count[4] = {{0}};
    pool_run_team(p, team, note_team, count);
    for (uint32_t i = 0; i < 4; i++)
      assert_int_equal(atomic_u32_load_relaxed(&count[i]),
                       team == 0 || i < team);
  }
  pool_destroy(p);
}

static pthread_t caller;
static void is_caller(void *ctx, uint32_t item) {
  if (!pthread_equal(pthread_self(), caller)) ++*(uint32_t *)ctx;
}

static void one_worker_is_the_caller(void **state) {
  caller = pthread_self();
  assert_null(worker_self());
  Pool *p = make(1, 0);
  assert_ptr_equal(worker_self(), pool_worker(p, 0));
  uint32_t strangers = 0;
  pool_parallel_for(p, 100, is_caller, &strangers);
  assert_int_equal(strangers, 0);
  pool_destroy(p);
  assert_null(worker_self());
}

/* Recursion to 40 MiB works on each worker: their stacks are 64 MiB. */
static NOINLINE uint32_t deep(uint32_t left) {
  volatile char room[1000];
  room[left % 1000] = 1;
  return left == 0 ? 0 : deep(left - 1) + (uint32_t)room[left % 1000];
}
static void go_deep(void *ctx) {
  if (deep(40000) != 40000) abort();
}

static void stacks_are_large(void **state) {
  if (TAIPAN_ASAN || TAIPAN_TSAN) skip();
  Pool *p = make(3, 0);
  pool_run_team(p, 0, go_deep, NULL);
  pool_destroy(p);
}

static void wild(void *arg) {
  int *volatile p = (int *)arg;
  *(volatile int *)p = 1;
}
static void fault_in_item(void *ctx, uint32_t item) {
  FaultInfo f;
  if (item % 5 == 0 && !TAIPAN_TSAN) {
    if (fault_run(wild, (void *)64, &f) || f.kind != FAULT_SEGV)
      atomic_u32_fetch_add_relaxed((AtomicU32 *)ctx, 1);
  }
}

static void workers_contain_faults(void **state) {
  Pool *p = make(4, 0);
  fault_install_handlers(); /* cmocka has its own */
  AtomicU32 bad = {0};
  pool_parallel_for(p, 200, fault_in_item, &bad);
  assert_int_equal(atomic_u32_load_relaxed(&bad), 0);
  pool_destroy(p);
}

static void workers_follow_the_topology(void **state) {
  Topo *t = topo_detect(a, "numa:2 core:2 pu:1");
  Pool *p = pool_create(&(PoolConfig){.topo = t});
  assert_int_equal(pool_workers(p), 4);
  for (uint32_t i = 0; i < 4; i++)
    assert_int_equal(pool_worker(p, i)->node, i / 2);
  pool_parallel_for(p, N, count_call, &seen);
  pool_destroy(p);
  topo_free(t);
}

static void pinned_to_cpus(void **state) {
  Pool *p = pool_create(&(PoolConfig){.pin = POOL_PIN_CPU});
  memset(&seen, 0, sizeof seen);
  pool_parallel_for(p, N, count_call, &seen);
  for (uint32_t i = 0; i < N; i++) assert_int_equal(seen.calls[i], 1);
  pool_destroy(p);
}

static void shuffles_are_permutations(void **state) {
  for (uint32_t n = 1; n < 300; n += n < 20 ? 1 : 31)
    for (uint64_t seed = 0; seed < 20; seed++) {
      bool got[300] = {false};
      uint32_t moved = 0;
      Shuffle s = shuffle_init(seed, n);
      for (uint32_t i = 0; i < n; i++) {
        uint32_t x = shuffle_at(&s, i);
        assert_true(x < n && !got[x]);
        got[x] = true;
        moved += x != i;
      }
      if (seed == 0) assert_int_equal(moved, 0);
      if (seed != 0 && n > 50) assert_true(moved > n / 2);
    }
}

static void idle_workers_do_not_spin(void **state) {
  Pool *p = make(4, 0);
  pool_parallel_for(p, 100, count_call, &seen);
  uint64_t cpu = clock_process_cpu_ns();
  struct timespec t = {0, 50000000};
  nanosleep(&t, NULL);
  assert_true(clock_process_cpu_ns() - cpu < 20000000);
  pool_destroy(p);
}

static int up(void **state) { return (a = arena_create("test")) == NULL; }
static int down(void **state) {
  arena_destroy(a);
  return 0;
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(every_item_once),
      cmocka_unit_test(many_small_loops),
      cmocka_unit_test(teams),
      cmocka_unit_test(one_worker_is_the_caller),
      cmocka_unit_test(stacks_are_large),
      cmocka_unit_test(workers_contain_faults),
      cmocka_unit_test(workers_follow_the_topology),
      cmocka_unit_test(pinned_to_cpus),
      cmocka_unit_test(shuffles_are_permutations),
      cmocka_unit_test(idle_workers_do_not_spin),
  };
  return cmocka_run_group_tests(tests, up, down);
}
