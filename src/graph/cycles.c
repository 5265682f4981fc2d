/* cycles.c - see cycles.h.
 *
 * Each strongly connected component is cut on its own.  Up to
 * `subset_nodes` nodes the cut is found by looking at all subsets.  Above, a
 * cut by ordering (cut_order.c) is set against a lower bound, a number of
 * cycles without a common edge; when they meet the cut is proven smallest.
 * When they do not, branch and bound closes the gap, or gives up after
 * `branch_steps`; then `cut_least` says what is known.
 */
#include "graph/cycles.h"

#include "base/vec.h"
#include "graph/cut_int.h"

const CyclesLimits cycles_limits_default = {
    .subset_nodes = 16,
    .branch_steps = 30u << 20,
    .shortest_steps = 30u << 20,
};

typedef struct {
  const Csr *g;
  const Sccs *sccs;
  CyclesLimits limits;
  Arena *arena, *scratch;
  uint32_t *local; /* by node: its number within its component */
  VEC(Cycle) found;
} Finder;

/* The component c as a graph of its own. */
static CutGraph subgraph(Finder *f, uint32_t c) {
  const Csr *g = f->g;
  const uint32_t *members = f->sccs->members + f->sccs->first[c];
  uint32_t n = f->sccs->first[c + 1] - f->sccs->first[c], most = 0, len = 0;
  for (uint32_t i = 0; i < n; i++) {
    f->local[members[i]] = i;
    most += g->first[members[i] + 1] - g->first[members[i]];
  }
  uint32_t *first = ARENA_ARRAY(f->scratch, uint32_t, (size_t)n + 1);
  uint32_t *to = ARENA_ARRAY_RAW(f->scratch, uint32_t, most);
  uint32_t *from = ARENA_ARRAY_RAW(f->scratch, uint32_t, most);
  for (uint32_t i = 0; i < n; i++) {
    for (uint32_t e = g->first[members[i]]; e < g->first[members[i] + 1]; e++) {
      if (f->sccs->of[g->to[e]] != c || g->to[e] == members[i]) continue;
      from[len] = i;
      to[len++] = f->local[g->to[e]];
    }
    first[i + 1] = len;
  }
  return (CutGraph){{n, first, to}, from, len};
}

static uint32_t find_cut(Finder *f, const CutGraph *g, uint8_t *cut,
                         uint32_t *least) {
  if (g->g.n <= MIN(f->limits.subset_nodes, CUT_SUBSET_MAX))
    return *least = cut_by_subsets(g, f->scratch, cut);
  uint32_t size = cut_by_order(g, f->scratch, cut);
  uint64_t steps = f->limits.branch_steps;
  uint8_t *none = ARENA_ARRAY(f->scratch, uint8_t, g->edges);
  uint32_t bound = cut_lower_bound(g, none, &steps, f->scratch);
  *least = MAX(1u, bound);
  return cut_by_branching(g, size, least, &steps, f->scratch, cut);
}

/* Fills the cuts and a shortest cycle (of those that the budget allows to see;
 * the first root already finds one). */
static void cut_component(Finder *f, const CutGraph *g, Cycle *out) {
  uint8_t *cut = ARENA_ARRAY(f->scratch, uint8_t, g->edges);
  out->cut_count = find_cut(f, g, cut, &out->cut_least);
  CycleEdge *cuts = ARENA_ARRAY(f->arena, CycleEdge, out->cut_count);
  uint32_t n = 0;
  for (uint32_t e = 0; e < g->edges; e++)
    if (cut[e])
      cuts[n++] =
          (CycleEdge){out->members[g->from[e]], out->members[g->g.to[e]]};
  ASSERT(n == out->cut_count);
  out->cuts = cuts;
  uint64_t steps = f->limits.shortest_steps;
  uint32_t *path = ARENA_ARRAY_RAW(f->scratch, uint32_t, g->g.n);
  memset(cut, 0, g->edges);
  uint32_t len = cut_shortest_cycle(g, cut, &steps, f->scratch, path);
  uint32_t *shortest = ARENA_ARRAY(f->arena, uint32_t, len);
  for (uint32_t i = 0; i < len; i++)
    shortest[i] = out->members[g->from[path[i]]];
  out->shortest = shortest;
  out->shortest_count = len;
}

/* Order by the first member, which is the smallest. */
static void sort_cycles(Finder *f, CycleList *out) {
  Cycle *v = ARENA_ARRAY(f->arena, Cycle, f->found.n);
  uint32_t *at = ARENA_ARRAY(f->scratch, uint32_t, f->g->n);
  for (uint32_t i = 0; i < f->found.n; i++)
    at[f->found.v[i].members[0]] = i + 1;
  for (uint32_t node = 0; node < f->g->n; node++)
    if (at[node]) v[out->n++] = f->found.v[at[node] - 1];
  out->v = v;
}

void cycles_find(const Csr *g, CyclesLimits limits, Arena *arena,
                 Arena *scratch, CycleList *out) {
  ArenaMark mark = arena_mark(scratch);
  Sccs sccs;
  *out = (CycleList){0};
  scc_find(g, arena, scratch, &sccs);
  Finder f = {.g = g, .sccs = &sccs, .limits = limits};
  f.arena = arena;
  f.scratch = scratch;
  f.local = ARENA_ARRAY(scratch, uint32_t, g->n);
  for (uint32_t c = 0; c < sccs.count; c++) {
    uint32_t n = sccs.first[c + 1] - sccs.first[c];
    if (n < 2) continue;
    ArenaMark inner = arena_mark(scratch);
    CutGraph sub = subgraph(&f, c);
    Cycle cycle = {.members = sccs.members + sccs.first[c],
                   .member_count = n,
                   .edge_count = sub.edges};
    cut_component(&f, &sub, &cycle);
    arena_reset_to(scratch, inner);
    vec_push(&f.found, arena, cycle);
  }
  sort_cycles(&f, out);
  arena_reset_to(scratch, mark);
}
