/* relations_bench.c - relations, unions, substitution, solving, over the small
 * world of the tests. */
#include "benchmark_shim.h"

#include "../../tests/unit/types/fake_world.h"
#include "types/relcache.h"

#define W (&fake.world)

static void ready(void) {
  if (fake.run) return;
  fake_init();
}

static void ask(BenchState *s, TypeId a, TypeId b, bool expected) {
  if (relate_assignable(W, a, b) != expected) {
    bench_fail(s, "wrong answer");
    return;
  }
  while (bench_next(s)) bench_keep(relate_assignable(W, a, b));
  bench_items(s, bench_iterations(s));
}

static void equal(BenchState *s) {
  ready();
  ask(s, of(CLASS_ID(list), INT), of(CLASS_ID(list), INT), true);
}
static void nominal(BenchState *s) {
  ready();
  ask(s, inst(Dog), inst(Animal), true);
}
static void nominal_no(BenchState *s) {
  ready();
  ask(s, inst(Animal), inst(Dog), false);
}
static void literal(BenchState *s) {
  ready();
  ask(s, lit(1), INT, true);
}
static void generic(BenchState *s) {
  ready();
  ask(s, of(CLASS_ID(list), inst(Dog)), of(CLASS_ID(Sequence), inst(Animal)),
      true);
}
static void in_union(BenchState *s) {
  ready();
  ask(s, STRT, U(INT, STRT, NONE), true);
}
static void protocol(BenchState *s) {
  ready();
  ask(s, inst(Tree), inst(Linked), true);
}

/* The same with an empty memory, of two slots. */
static void protocol_cold(BenchState *s) {
  ready();
  RelCache *cache = W->relcache;
  uint32_t mask = cache->relation_mask;
  cache->relation_mask = 1;
  while (bench_next(s)) {
    memset(cache->relations, 0, 2 * sizeof *cache->relations);
    bench_keep(relate_assignable(W, inst(Tree), inst(Linked)));
  }
  cache->relation_mask = mask;
  bench_items(s, bench_iterations(s));
}

static void union_same(BenchState *s) {
  ready();
  TypeId a = U(INT, STRT, NONE);
  while (bench_next(s)) bench_keep(union_of2(W, a, a));
}
static void union_two(BenchState *s) {
  ready();
  while (bench_next(s)) bench_keep(union_of2(W, INT, STRT));
}
static void union_three(BenchState *s) {
  ready();
  TypeId v[3] = {INT, STRT, NONE};
  while (bench_next(s)) bench_keep(union_of(W, (TypeSpan){v, 3}));
}

static void union_literals(BenchState *s) {
  enum { MOST = 8192 };
  static TypeId v[MOST];
  ready();
  uint32_t n = (uint32_t)bench_arg(s, 0);
  for (uint32_t i = 0; i < n; i++) v[i] = lit(i);
  while (bench_next(s)) bench_keep(union_of(W, (TypeSpan){v, n}));
  bench_items(s, bench_iterations(s) * n);
}

/* Two unions of the same literals in other orders. */
static void big_unions(BenchState *s) {
  enum { N = 5000 };
  static TypeId v[N], w[N];
  ready();
  for (uint32_t i = 0; i < N; i++) v[i] = w[N - 1 - i] = lit(i);
  TypeId a = uni((TypeSpan){v, N}), b = uni((TypeSpan){w, N});
  RelCache *cache = W->relcache;
  while (bench_next(s)) {
    memset(cache->relations, 0,
           (cache->relation_mask + 1) * sizeof *cache->relations);
    bench_keep(relate_equivalent(W, a, b));
  }
  bench_items(s, bench_iterations(s) * N);
}

static void subst_none(BenchState *s) {
  ready();
  TypeId T = fake_var("T", "f", TYPE_VAR_PLAIN);
  TypeId m = type_mapping(&(TypePair){T, INT}, 1);
  TypeId t = of2(CLASS_ID(dict), STRT, of(CLASS_ID(list), INT));
  while (bench_next(s)) bench_keep(subst(W, t, m));
}
static void subst_some(BenchState *s) {
  ready();
  TypeId T = fake_var("T", "f", TYPE_VAR_PLAIN);
  TypeId m = type_mapping(&(TypePair){T, INT}, 1);
  TypeId t = SIG(of(CLASS_ID(list), T), arg("x", T), arg("y", STRT));
  while (bench_next(s)) bench_keep(subst(W, t, m));
}

static void solve_one(BenchState *s) {
  ready();
  TypeId T = fake_var("T", "f", TYPE_VAR_PLAIN);
  TypeId vars = type_list(SPAN(T)), a = of(CLASS_ID(list), INT);
  TypeId b = of(CLASS_ID(Sequence), T);
  while (bench_next(s)) {
    ArenaMark mark = arena_mark(fake.scratch);
    Solver *solver = solver_create(W, vars);
    solver_assign(solver, a, b);
    bench_keep(solver_solution(solver, false));
    arena_reset_to(fake.scratch, mark);
  }
}

static void show(BenchState *s) {
  ready();
  TypeId t = U(of2(CLASS_ID(dict), STRT, of(CLASS_ID(list), INT)), NONE);
  while (bench_next(s)) {
    ArenaMark mark = arena_mark(fake.scratch);
    bench_keep(display_full(W, t));
    arena_reset_to(fake.scratch, mark);
  }
}

static void narrow(BenchState *s) {
  ready();
  TypeId t = U(INT, STRT, NONE);
  while (bench_next(s)) bench_keep(meet_without(W, t, NONE));
}

BENCH_FILE {
  bench_register("relations/equal handles", equal);
  bench_register("relations/nominal", nominal);
  bench_register("relations/nominal no", nominal_no);
  bench_register("relations/literal", literal);
  bench_register("relations/generic", generic);
  bench_register("relations/in union", in_union);
  bench_register("relations/protocol", protocol);
  bench_register("relations/protocol cold", protocol_cold);
  bench_register("relations/union same", union_same);
  bench_register("relations/union two", union_two);
  bench_register("relations/union three", union_three);
  bench_arg_range(bench_register("relations/union literals", union_literals),
                  64, 4096);
  bench_register("relations/big unions", big_unions);
  bench_register("relations/subst none", subst_none);
  bench_register("relations/subst", subst_some);
  bench_register("relations/solve", solve_one);
  bench_register("relations/display", show);
  bench_register("relations/narrow", narrow);
}
