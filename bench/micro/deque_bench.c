/* deque_bench.c - the work-stealing deque: its owner alone, and with thieves. */
#include "benchmark_shim.h"

#include "sched/deque.h"

/* Push and pop n items: what a worker does whose units nobody steals. */
static void owner(BenchState *s) {
  Deque d;
  deque_init(&d, 0);
  uint32_t n = (uint32_t)bench_arg(s, 0), item = 0;
  while (bench_next(s)) {
    for (uint32_t i = 0; i < n; i++) deque_push_owner(&d, i);
    for (uint32_t i = 0; i < n; i++) bench_keep(deque_pop_owner(&d, &item));
  }
  bench_items(s, bench_iterations(s) * n);
  deque_free(&d);
}

/* Looking for work where there is none, as idle workers do. */
static void steal_empty(BenchState *s) {
  Deque d;
  deque_init(&d, 0);
  uint32_t item = 0;
  while (bench_next(s)) bench_keep(deque_steal_any(&d, &item));
  deque_free(&d);
}

/* Thread 0 pushes 64 items and takes back what the others have left; these
 * steal. The items are those taken by the thread, `lost` its lost races. */
static void thieves(BenchState *s) {
  enum { BATCH = 64 };
  static Deque d;
  bool owns = bench_thread(s) == 0;
  if (owns) deque_init(&d, 0);
  int64_t got = 0, lost = 0;
  uint32_t item = 0;
  while (bench_next(s)) {
    if (owns) {
      for (uint32_t i = 0; i < BATCH; i++) deque_push_owner(&d, i);
      while (deque_pop_owner(&d, &item)) got++;
    } else {
      DequeResult r = deque_steal_any(&d, &item);
      got += r == DEQUE_GOT;
      lost += r == DEQUE_LOST;
    }
  }
  bench_items(s, got);
  bench_counter(s, "lost", (double)lost);
  if (owns) deque_free(&d);
}

BENCH_FILE {
  bench_arg_range(bench_register("deque/owner", owner), 1, 4096);
  bench_register("deque/steal empty", steal_empty);
  bench_threads_to_cpus(bench_register("deque/thieves", thieves), 2);
}
