/* cycles_test.c - components, waves and cuts against naive answers. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/clock.h"
#include "base/hash.h"
#include "base/vec.h"
#include "graph/cut_int.h"
#include "graph/cycles.h"

enum { SMALL = 8 };

typedef struct {
  Arena *a, *scratch;
  Csr g;
  uint64_t seed;
} Case;

static uint32_t rnd(Case *c, uint32_t below) {
  c->seed = hash_u64(c->seed + 0x9E3779B97F4A7C15u);
  return (uint32_t)(c->seed >> 33) % below;
}

static Case case_new(uint64_t seed) {
  return (Case){arena_create("test"), arena_create("test scratch"), {0}, seed};
}

static void case_end(Case *c) {
  arena_destroy(c->a);
  arena_destroy(c->scratch);
}

/* A graph with about n * degree edges, none twice, none to itself. */
static void random_graph(Case *c, uint32_t n, uint32_t degree) {
  uint32_t *first = ARENA_ARRAY(c->a, uint32_t, n + 1);
  U32Vec to = {0};
  uint32_t *seen = ARENA_ARRAY(c->a, uint32_t, n);
  for (uint32_t i = 0; i < n; i++) {
    uint32_t k = n > 1 ? rnd(c, 2 * degree + 1) : 0;
    for (uint32_t j = 0; j < k; j++) {
      uint32_t t = rnd(c, n);
      if (t == i || seen[t] == i + 1) continue;
      seen[t] = i + 1;
      vec_push(&to, c->a, t);
    }
    first[i + 1] = to.n;
  }
  c->g = (Csr){n, first, to.v};
}

/* reach[i * n + j]: j is reached from i (or is i). */
static uint8_t *closure(Case *c, const Csr *g) {
  uint32_t n = g->n;
  uint8_t *r = ARENA_ARRAY(c->a, uint8_t, (size_t)n * n);
  for (uint32_t i = 0; i < n; i++) {
    r[i * n + i] = 1;
    for (uint32_t e = g->first[i]; e < g->first[i + 1]; e++)
      r[i * n + g->to[e]] = 1;
  }
  for (uint32_t k = 0; k < n; k++)
    for (uint32_t i = 0; i < n; i++)
      for (uint32_t j = 0; r[i * n + k] && j < n; j++)
        r[i * n + j] |= r[k * n + j];
  return r;
}

static void test_components_of_random_graphs(void **state) {
  (void)state;
  for (uint32_t round = 0; round < 300; round++) {
    Case c = case_new(round);
    uint32_t n = 1 + rnd(&c, 40);
    random_graph(&c, n, 1 + round % 3);
    uint8_t *r = closure(&c, &c.g);
    Sccs s;
    scc_find(&c.g, c.a, c.scratch, &s);
    assert_int_equal(s.first[s.count], n);
    for (uint32_t i = 0; i < n; i++)
      for (uint32_t j = 0; j < n; j++) {
        bool same = r[i * n + j] && r[j * n + i];
        assert_int_equal(s.of[i] == s.of[j], same);
        if (r[i * n + j] && !same) assert_true(s.of[j] < s.of[i]);
      }
    for (uint32_t k = 0; k < s.count; k++)
      for (uint32_t i = s.first[k]; i < s.first[k + 1]; i++) {
        assert_int_equal(s.of[s.members[i]], k);
        if (i > s.first[k]) assert_true(s.members[i] > s.members[i - 1]);
      }
    case_end(&c);
  }
}

/* The heaviest chain that begins at component x, by plain recursion. */
static uint64_t chain(const Waves *w, uint32_t x) {
  uint64_t best = 0;
  for (uint32_t e = w->dependents.first[x]; e < w->dependents.first[x + 1]; e++)
    best = MAX(best, chain(w, w->dependents.to[e]));
  return best + w->weight[x];
}

static void check_waves(Case *c, const Sccs *s, const Waves *w,
                        const uint8_t *r) {
  uint32_t n = c->g.n;
  for (uint32_t x = 0; x < s->count; x++) {
    uint32_t level = 0;
    for (uint32_t e = w->deps.first[x]; e < w->deps.first[x + 1]; e++) {
      uint32_t y = w->deps.to[e];
      assert_true(y != x);
      assert_true(r[s->members[s->first[x]] * n + s->members[s->first[y]]]);
      if (e > w->deps.first[x]) assert_true(y > w->deps.to[e - 1]);
      level = MAX(level, w->wave[y] + 1);
    }
    assert_int_equal(w->wave[x], level);
    assert_int_equal(w->priority[x], chain(w, x));
  }
  for (uint32_t i = 0; i < n; i++)
    for (uint32_t e = c->g.first[i]; e < c->g.first[i + 1]; e++) {
      uint32_t x = s->of[i], y = s->of[c->g.to[e]];
      if (x != y) assert_true(w->wave[y] < w->wave[x]);
    }
  for (uint32_t k = 0; k < w->wave_count; k++)
    for (uint32_t i = w->wave_first[k]; i < w->wave_first[k + 1]; i++)
      assert_int_equal(w->wave[w->wave_items[i]], k);
}

static void test_waves_of_random_graphs(void **state) {
  (void)state;
  for (uint32_t round = 0; round < 200; round++) {
    Case c = case_new(1000 + round);
    uint32_t n = 1 + rnd(&c, 24), total = 0, sum = 0;
    random_graph(&c, n, 1);
    uint32_t *weight = ARENA_ARRAY(c.a, uint32_t, n);
    for (uint32_t i = 0; i < n; i++) total += weight[i] = rnd(&c, 100);
    Sccs s;
    Waves w;
    scc_find(&c.g, c.a, c.scratch, &s);
    waves_build(&c.g, &s, weight, c.a, c.scratch, &w);
    check_waves(&c, &s, &w, closure(&c, &c.g));
    assert_int_equal(w.total_weight, total);
    for (uint32_t i = 0; i < w.critical_count; i++)
      sum += w.weight[w.critical[i]];
    assert_int_equal(sum, w.critical_weight);
    for (uint32_t x = 0; x < s.count; x++)
      assert_true(w.priority[x] <= w.critical_weight);
    case_end(&c);
  }
}

/* True if the graph without these edges has no cycle. */
static bool acyclic_without(Case *c, const CycleEdge *cuts, uint32_t n_cuts) {
  const Csr *g = &c->g;
  uint32_t *first = ARENA_ARRAY(c->a, uint32_t, g->n + 1);
  U32Vec to = {0};
  for (uint32_t i = 0; i < g->n; i++) {
    for (uint32_t e = g->first[i]; e < g->first[i + 1]; e++) {
      bool cut = false;
      for (uint32_t k = 0; k < n_cuts; k++)
        cut |= cuts[k].from == i && cuts[k].to == g->to[e];
      if (!cut) vec_push(&to, c->a, g->to[e]);
    }
    first[i + 1] = to.n;
  }
  Csr rest = {g->n, first, to.v};
  Sccs s;
  scc_find(&rest, c->a, c->scratch, &s);
  return s.count == g->n;
}

/* The size of a smallest cut, over all orders of the nodes. */
static uint32_t brute_force(const Csr *g, uint32_t placed, uint32_t count,
                            uint32_t best) {
  if (placed == (1u << g->n) - 1) return MIN(best, count);
  for (uint32_t v = 0; v < g->n; v++) {
    if (placed >> v & 1) continue;
    uint32_t more = 0;
    for (uint32_t e = g->first[v]; e < g->first[v + 1]; e++)
      more += placed >> g->to[e] & 1;
    if (count + more < best)
      best = brute_force(g, placed | 1u << v, count + more, best);
  }
  return best;
}

static uint32_t total_cuts(Case *c, CyclesLimits limits, bool *proven) {
  CycleList list;
  uint32_t total = 0;
  VEC(CycleEdge) all = {0};
  cycles_find(&c->g, limits, c->a, c->scratch, &list);
  *proven = true;
  for (uint32_t i = 0; i < list.n; i++) {
    const Cycle *cycle = &list.v[i];
    total += cycle->cut_count;
    assert_true(cycle->cut_least <= cycle->cut_count);
    assert_true(cycle->cut_least >= 1);
    *proven &= cycle->cut_least == cycle->cut_count;
    vec_append(&all, c->a, cycle->cuts, cycle->cut_count);
    for (uint32_t k = 0; k < cycle->shortest_count; k++) {
      uint32_t from = cycle->shortest[k];
      uint32_t to = cycle->shortest[(k + 1) % cycle->shortest_count];
      bool is_edge = false;
      for (uint32_t e = c->g.first[from]; e < c->g.first[from + 1]; e++)
        is_edge |= c->g.to[e] == to;
      assert_true(is_edge);
    }
  }
  assert_true(acyclic_without(c, all.v, all.n));
  return total;
}

static void test_small_cuts_are_smallest(void **state) {
  (void)state;
  uint32_t guesses = 0, wrong = 0;
  for (uint32_t round = 0; round < 300; round++) {
    Case c = case_new(5000 + round);
    random_graph(&c, 2 + rnd(&c, SMALL - 1), 1 + round % 3);
    uint32_t want = brute_force(&c.g, 0, 0, UINT32_MAX);
    bool proven;
    assert_int_equal(total_cuts(&c, cycles_limits_default, &proven), want);
    assert_true(proven);
    CyclesLimits branching = {
        .subset_nodes = 0, .branch_steps = 10000000, .shortest_steps = 1 << 20};
    assert_int_equal(total_cuts(&c, branching, &proven), want);
    assert_true(proven);
    CyclesLimits none = {
        .subset_nodes = 0, .branch_steps = 0, .shortest_steps = 1 << 20};
    uint32_t got = total_cuts(&c, none, &proven);
    assert_true(got >= want);
    guesses++;
    wrong += got != want;
    case_end(&c);
  }
  assert_true(wrong * 10 < guesses); /* the heuristic is good on small ones */
}

static void test_middle_sizes_agree(void **state) {
  (void)state;
  for (uint32_t round = 0; round < 20; round++) {
    Case c = case_new(9000 + round);
    random_graph(&c, 14, 2);
    bool proven;
    CyclesLimits subsets = {
        .subset_nodes = 20, .branch_steps = 0, .shortest_steps = 1 << 20};
    CyclesLimits branching = {.subset_nodes = 0,
                              .branch_steps = 50u << 20,
                              .shortest_steps = 1 << 20};
    uint32_t want = total_cuts(&c, subsets, &proven);
    assert_true(proven);
    assert_int_equal(total_cuts(&c, branching, &proven), want);
    assert_true(proven);
    case_end(&c);
  }
}

static void test_big_graphs_are_cut(void **state) {
  (void)state;
  Case c = case_new(1);
  random_graph(&c, 300, 3);
  bool proven;
  uint32_t edges = c.g.first[300];
  uint32_t cuts = total_cuts(&c, cycles_limits_default, &proven);
  assert_true(cuts < edges / 3);
  case_end(&c);
}

/* 0 -> 1 -> ... -> n - 1, and back to 0 when closed. */
static void chain_graph(Case *c, uint32_t n, bool closed) {
  uint32_t *first = ARENA_ARRAY(c->a, uint32_t, n + 1);
  uint32_t *to = ARENA_ARRAY(c->a, uint32_t, n);
  for (uint32_t i = 0; i < n; i++) {
    to[i] = (i + 1) % n;
    first[i + 1] = i + 1;
  }
  if (!closed) first[n] = n - 1;
  c->g = (Csr){n, first, to};
}

static void test_a_ring_needs_one_cut(void **state) {
  (void)state;
  Case c = case_new(0);
  chain_graph(&c, 1000, true);
  CycleList list;
  cycles_find(&c.g, cycles_limits_default, c.a, c.scratch, &list);
  assert_int_equal(list.n, 1);
  assert_int_equal(list.v[0].member_count, 1000);
  assert_int_equal(list.v[0].cut_count, 1);
  assert_int_equal(list.v[0].cut_least, 1);
  assert_int_equal(list.v[0].shortest_count, 1000);
  case_end(&c);
}

static void test_a_long_chain_needs_no_recursion(void **state) {
  (void)state;
  enum { N = 100000 };
  Case c = case_new(0);
  chain_graph(&c, N, false);
  uint32_t *weight = ARENA_ARRAY(c.a, uint32_t, N);
  for (uint32_t i = 0; i < N; i++) weight[i] = 1;
  Sccs s;
  Waves w;
  scc_find(&c.g, c.a, c.scratch, &s);
  waves_build(&c.g, &s, weight, c.a, c.scratch, &w);
  assert_int_equal(s.count, N);
  assert_int_equal(w.wave_count, N);
  assert_int_equal(w.critical_count, N);
  assert_int_equal(w.critical_weight, N);
  assert_int_equal(w.wave[s.of[0]], N - 1);
  chain_graph(&c, N, true);
  CycleList list;
  cycles_find(&c.g, cycles_limits_default, c.a, c.scratch, &list);
  assert_int_equal(list.n, 1);
  assert_int_equal(list.v[0].cut_count, 1);
  case_end(&c);
}

static void test_the_empty_graph(void **state) {
  (void)state;
  Case c = case_new(0);
  uint32_t first[1] = {0};
  c.g = (Csr){0, first, NULL};
  Sccs s;
  Waves w;
  CycleList list;
  scc_find(&c.g, c.a, c.scratch, &s);
  waves_build(&c.g, &s, NULL, c.a, c.scratch, &w);
  cycles_find(&c.g, cycles_limits_default, c.a, c.scratch, &list);
  assert_int_equal(s.count + w.wave_count + list.n + w.critical_count, 0);
  case_end(&c);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_components_of_random_graphs),
      cmocka_unit_test(test_waves_of_random_graphs),
      cmocka_unit_test(test_small_cuts_are_smallest),
      cmocka_unit_test(test_middle_sizes_agree),
      cmocka_unit_test(test_big_graphs_are_cut),
      cmocka_unit_test(test_a_ring_needs_one_cut),
      cmocka_unit_test(test_a_long_chain_needs_no_recursion),
      cmocka_unit_test(test_the_empty_graph),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
