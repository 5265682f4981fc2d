/* interner_bench.c - hash-consing of types: hits, misses, threads. */
#include "benchmark_shim.h"

#include "types/type.h"

static void ready(void) {
  names_init();
  types_init(1 << 17);
}

/* list[int], which is there: what most constructors do. */
static void hit_instance(BenchState *s) {
  ready();
  TypeId arg = TYPE_KNOWN(int);
  while (bench_next(s))
    bench_keep(type_instance(CLASS_ID(list), (TypeSpan){&arg, 1}));
  bench_items(s, bench_iterations(s));
}

/* 1000 literals in turn. */
static void hit_literals(BenchState *s) {
  ready();
  int64_t i = 0;
  while (bench_next(s)) bench_keep(type_literal_int(i++ % 1000));
  bench_items(s, bench_iterations(s));
}

static void miss_literals(BenchState *s) {
  /* Each thread goes on where its last run ended, far from the others. */
  static _Thread_local int64_t next;
  static AtomicU64 threads;
  ready();
  if (next == 0)
    next = (int64_t)(atomic_u64_fetch_add_relaxed(&threads, 1) + 1) << 40;
  while (bench_next(s)) bench_keep(type_literal_int(next++));
  bench_items(s, bench_iterations(s));
}

static void hit_callable(BenchState *s) {
  ready();
  Param p[3] = {{.type = TYPE_KNOWN(int)},
                {.type = TYPE_KNOWN(str)},
                {.type = TYPE_KNOWN(bytes)}};
  while (bench_next(s))
    bench_keep(type_callable(p, 3, TYPE(ANY), TYPE_NULL, 0));
  bench_items(s, bench_iterations(s));
}

/* Membership in a union of n literals. */
static void union_has(BenchState *s) {
  enum { MOST = 8192 };
  static TypeId v[MOST];
  ready();
  uint32_t n = (uint32_t)bench_arg(s, 0);
  for (uint32_t i = 0; i < n; i++) v[i] = type_literal_int(i);
  TypeId u = type_union_raw((TypeSpan){v, n}, 0);
  uint32_t i = 0;
  while (bench_next(s)) bench_keep(type_union_has(u, v[i++ % n]));
  bench_items(s, bench_iterations(s));
}

BENCH_FILE {
  bench_threads_to_cpus(bench_register("interner/hit instance", hit_instance),
                        1);
  bench_threads_to_cpus(bench_register("interner/hit literals", hit_literals),
                        1);
  bench_threads_to_cpus(bench_register("interner/miss literals", miss_literals),
                        1);
  bench_register("interner/hit callable", hit_callable);
  bench_arg_range(bench_register("interner/union has", union_has), 8, 4096);
}
