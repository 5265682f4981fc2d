/* The cost of the measuring loop itself: what to subtract from tiny results. */
#include "benchmark_shim.h"

static void empty_loop(BenchState *s) {
  int64_t n = 0;
  while (bench_next(s)) bench_keep(n++);
  bench_items(s, bench_iterations(s));
}

BENCH_FILE { bench_threads(bench_register("shim/empty", empty_loop), 1, 2); }
