#include "sched/dag.h"
#include "base/atomic.h"
#include "base/clock.h"
#include "base/hash.h"
#include "base/mem.h"
#include "base/panic.h"
#include "base/vec.h"
#include "unit/base/cmocka_all.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

static Arena *a;

/* A random graph: each unit has up to `fan` successors with higher numbers. */
typedef struct {
  DagSpec spec;
  AtomicU32 *ran;  /* of each unit: predecessors that have run */
  uint32_t *preds; /* of each unit */
  AtomicU32 wrong, spawned;
} Graph;

static Graph *make_graph(uint32_t n, uint32_t fan, uint64_t seed,
                         uint32_t nodes) {
  Graph *g = ARENA_NEW(a, Graph);
  uint32_t *start = ARENA_ARRAY(a, uint32_t, n + 1);
  uint32_t *succ = ARENA_ARRAY(a, uint32_t, (size_t)n * fan + 1);
  uint32_t *weight = ARENA_ARRAY(a, uint32_t, n);
  uint8_t *node = ARENA_ARRAY(a, uint8_t, n);
  uint32_t m = 0;
  g->preds = ARENA_ARRAY(a, uint32_t, n);
  for (uint32_t u = 0; u < n; u++) {
    start[u] = m;
    for (uint32_t k = 0; k < fan && u + 1 < n; k++) {
      uint64_t h = hash_mix(seed, (uint64_t)u << 8 | k);
      if (h % 3 == 0) continue;
      uint32_t span = MIN(n - u - 1, 50u);
      succ[m] = u + 1 + (uint32_t)(h >> 8) % span;
      g->preds[succ[m++]]++;
    }
    weight[u] = 1 + (uint32_t)hash_mix(seed, u) % 100;
    node[u] = (uint8_t)(hash_mix(seed, ~(uint64_t)u) % (nodes + 1));
    if (node[u] == nodes) node[u] = DAG_ANY_NODE;
  }
  start[n] = m;
  g->spec = (DagSpec){n, start, succ, weight, nodes ? node : NULL};
  g->ran = ARENA_ARRAY(a, AtomicU32, n);
  return g;
}

/* A successor that sees less than all its predecessors has run too early. */
static void run_counting(Dag *d, uint32_t unit, void *ctx) {
  Graph *g = (Graph *)ctx;
  const DagSpec *s = &g->spec;
  arena_alloc(worker_scratch(), 100, 8);
  if (unit >= s->n) {
    atomic_u32_fetch_add_relaxed(&g->spawned, 1);
    if (unit >= s->n + 1000) dag_spawn(d, unit - 1000, DAG_ANY_NODE);
    return;
  }
  uint32_t before = atomic_u32_load_relaxed(&g->ran[unit]);
  if (before != g->preds[unit]) atomic_u32_fetch_add_relaxed(&g->wrong, 1);
  for (uint32_t e = s->succ_start[unit]; e < s->succ_start[unit + 1]; e++)
    atomic_u32_fetch_add_relaxed(&g->ran[s->succ[e]], 1);
  atomic_u32_fetch_add_relaxed(&g->ran[unit], 1u << 20);
  if (unit % 7 == 0) dag_spawn(d, s->n + unit % 10 * 500, DAG_ANY_NODE);
}

static void check(Pool *p, uint32_t n, uint32_t fan, uint64_t seed,
                  uint32_t nodes) {
  Graph *g = make_graph(n, fan, seed, nodes);
  DagStats st;
  assert_true(dag_run(p, &g->spec, run_counting, g, &st));
  assert_int_equal(atomic_u32_load_relaxed(&g->wrong), 0);
  for (uint32_t u = 0; u < n; u++)
    assert_int_equal(atomic_u32_load_relaxed(&g->ran[u]),
                     (1u << 20) + g->preds[u]);
  assert_int_equal(st.units, n + atomic_u32_load_relaxed(&g->spawned));
  assert_true(st.critical <= st.work);
}

static void random_graphs(void **state) {
  for (uint32_t workers = 1; workers <= 4; workers++)
    for (uint64_t seed = 0; seed < 3; seed++) {
      Pool *p = pool_create(&(PoolConfig){.workers = workers, .seed = seed});
      for (uint64_t g = 0; g < 4; g++) {
        check(p, 1, 0, g, 0);
        check(p, 500, 3, g, 0);
        check(p, 300, 40, g, 0);
      }
      pool_destroy(p);
    }
}

static void numa_nodes(void **state) {
  static const char *const topos[] = {"numa:2 core:2 pu:1",
                                      "numa:4 core:1 pu:1"};
  for (uint32_t i = 0; i < 2; i++)
    for (uint32_t workers = 3; workers <= 4; workers++) {
      Topo *t = topo_detect(a, topos[i]);
      Pool *p = pool_create(&(PoolConfig){.workers = workers, .topo = t});
      for (uint64_t g = 0; g < 10; g++) check(p, 500, 3, g, i ? 4 : 2);
      pool_destroy(p);
      topo_free(t);
    }
}

/* A chain passes plain data from unit to unit, whoever runs them. */
static void pass_on(Dag *d, uint32_t unit, void *ctx) {
  uint64_t *v = (uint64_t *)ctx;
  v[unit + 1] = v[unit] * 3 + 1;
}

static void writes_are_visible_to_successors(void **state) {
  enum { LEN = 2000 };
  uint32_t start[LEN + 1], succ[LEN];
  uint64_t v[LEN + 1] = {1}, want = 1;
  for (uint32_t i = 0; i <= LEN; i++) start[i] = MIN(i, (uint32_t)LEN - 1);
  for (uint32_t i = 0; i < LEN; i++) succ[i] = i + 1;
  DagSpec s = {LEN, start, succ, NULL, NULL};
  Pool *p = pool_create(&(PoolConfig){.workers = 3, .seed = 7});
  DagStats st;
  assert_true(dag_run(p, &s, pass_on, v, &st));
  for (uint32_t i = 0; i < LEN; i++) want = want * 3 + 1;
  assert_true(v[LEN] == want);
  assert_int_equal(st.critical, LEN);
  pool_destroy(p);
}

static void never(Dag *d, uint32_t unit, void *ctx) { abort(); }

static void a_cycle_is_refused(void **state) {
  uint32_t start[] = {0, 1, 2, 3}, succ[] = {1, 2, 1};
  DagSpec s = {3, start, succ, NULL, NULL};
  Pool *p = pool_create(&(PoolConfig){.workers = 2});
  assert_false(dag_run(p, &s, never, NULL, NULL));
  s.n = 0;
  assert_true(dag_run(p, &s, never, NULL, NULL));
  pool_destroy(p);
}

/* With one worker the order is known: the heaviest path first, units that
 * nobody waits for last. */
static void note_order(Dag *d, uint32_t unit, void *ctx) {
  U32Vec *v = (U32Vec *)ctx;
  hvec_push(v, unit);
}

static void urgent_units_come_first(void **state) {
  /* 0 -> 3; 1 -> 4 -> 5 (heavy); 2 and 6: nobody waits. */
  uint32_t start[] = {0, 1, 2, 2, 2, 3, 3, 3}, succ[] = {3, 4, 5};
  uint32_t weight[] = {1, 1, 1, 1, 100, 1, 1};
  DagSpec s = {7, start, succ, weight, NULL};
  Pool *p = pool_create(&(PoolConfig){.workers = 1});
  U32Vec v = {0};
  assert_true(dag_run(p, &s, note_order, &v, NULL));
  uint32_t place[7];
  assert_int_equal(v.n, 7);
  for (uint32_t i = 0; i < 7; i++) place[v.v[i]] = i;
  assert_int_equal(v.v[0], 1);
  assert_int_equal(v.v[1], 4);
  assert_true(place[2] > place[0] && place[6] > place[0]);
  hvec_free(&v);
  pool_destroy(p);
}

/* --- dag_parallel_for --------------------------------------------------- */

typedef struct {
  uint32_t sums[64][200]; /* plain */
  AtomicU32 nested, bad;
} Loops;

typedef struct {
  Loops *all;
  Dag *dag;
  uint32_t unit;
} Item;

static void nested_item(void *ctx, uint32_t i) {
  Loops *l = (Loops *)ctx;
  atomic_u32_fetch_add_relaxed(&l->nested, 1);
}

static void loop_item(void *ctx, uint32_t i) {
  Item *it = (Item *)ctx;
  it->all->sums[it->unit][i] += it->unit + i + 1;
  if (i % 50 == 0) dag_parallel_for(it->dag, 3, nested_item, it->all);
  for (volatile int k = 0; k < 200; k++) {
  }
}

static void run_loop(Dag *d, uint32_t unit, void *ctx) {
  Loops *l = (Loops *)ctx;
  for (int round = 0; round < 3; round++) {
    Item it = {l, d, unit};
    dag_parallel_for(d, 200, loop_item, &it);
    for (uint32_t i = 0; i < 200; i++)
      if (l->sums[unit][i] != (uint32_t)(round + 1) * (unit + i + 1))
        atomic_u32_fetch_add_relaxed(&l->bad, 1);
  }
}

static void loops_inside_units(void **state) {
  for (uint32_t workers = 1; workers <= 4; workers++)
    for (uint64_t seed = 0; seed < 2; seed++) {
      Pool *p = pool_create(&(PoolConfig){.workers = workers, .seed = seed});
      Loops *l = ARENA_NEW(a, Loops);
      DagSpec s = {.n = workers == 4 ? 1 : 20};
      assert_true(dag_run(p, &s, run_loop, l, NULL));
      assert_int_equal(atomic_u32_load_relaxed(&l->bad), 0);
      assert_int_equal(atomic_u32_load_relaxed(&l->nested),
                       s.n * 3 * 4 * 3);
      pool_destroy(p);
    }
}

static void item_panics(void *ctx, uint32_t i) {
  atomic_u32_fetch_add_relaxed((AtomicU32 *)ctx, 1);
  if (i % 10 == 7) panic("item %u", i);
}

typedef struct {
  Dag *dag;
  AtomicU32 items;
  FaultInfo fault[2];
  bool ok[2];
} Faulty;

static void loop_that_faults(void *arg) {
  Faulty *f = (Faulty *)arg;
  dag_parallel_for(f->dag, 100, item_panics, &f->items);
}

static void run_faulty(Dag *d, uint32_t unit, void *ctx) {
  Faulty *f = (Faulty *)ctx;
  f->dag = d;
  f->ok[unit] = fault_run(loop_that_faults, f, &f->fault[unit]);
}

static void the_first_fault_reaches_the_owner(void **state) {
  uint32_t start[] = {0, 1, 1}, succ[] = {1};
  DagSpec s = {2, start, succ, NULL, NULL};
  for (uint32_t workers = 1; workers <= 3; workers++) {
    Pool *p = pool_create(&(PoolConfig){.workers = workers});
    Faulty f = {0};
    assert_true(dag_run(p, &s, run_faulty, &f, NULL));
    for (int i = 0; i < 2; i++) {
      assert_false(f.ok[i]);
      assert_string_equal(f.fault[i].reason, "item 7");
    }
    if (workers > 1)
      assert_int_equal(atomic_u32_load_relaxed(&f.items), 200);
    pool_destroy(p);
  }
}

/* --- Cost --------------------------------------------------------------- */

static void spin_unit(Dag *d, uint32_t unit, void *ctx) {
  for (volatile uint32_t i = 0; i < *(uint32_t *)ctx; i++) {
  }
}

static void idle_workers_sleep(void **state) {
  /* One long unit, three workers without anything to do. */
  Pool *p = pool_create(&(PoolConfig){.workers = 4});
  DagSpec s = {.n = 1};
  uint32_t spins = 20000000;
  DagStats st;
  uint64_t cpu = clock_process_cpu_ns();
  assert_true(dag_run(p, &s, spin_unit, &spins, &st));
  cpu = clock_process_cpu_ns() - cpu;
  assert_true(cpu < st.busy_ns + 20000000);
  pool_destroy(p);
}

static int up(void **state) { return (a = arena_create("test")) == NULL; }
static int down(void **state) {
  arena_destroy(a);
  return 0;
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(random_graphs),
      cmocka_unit_test(numa_nodes),
      cmocka_unit_test(writes_are_visible_to_successors),
      cmocka_unit_test(a_cycle_is_refused),
      cmocka_unit_test(urgent_units_come_first),
      cmocka_unit_test(loops_inside_units),
      cmocka_unit_test(the_first_fault_reaches_the_owner),
      cmocka_unit_test(idle_workers_sleep),
  };
  return cmocka_run_group_tests(tests, up, down);
}
