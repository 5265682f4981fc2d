/* dag_plan.c - what is known of the graph before it runs.
 *
 * One topological pass (Kahn) finds the units that are ready at first and
 * proves that there is no cycle; walked backwards, its order gives each unit
 * the weight of the heaviest path that starts with it. The longer the path, the
 * more urgent the unit. Linear but for the sort of the first units.
 */
#include "base/sort.h"
#include "sched/dag_int.h"

static uint64_t weight_of(const DagSpec *s, uint32_t unit) {
  return s->weight ? s->weight[unit] : 1;
}

static uint32_t succ_from(const DagSpec *s, uint32_t unit) {
  return s->succ_start ? s->succ_start[unit] : 0;
}
static uint32_t succ_to(const DagSpec *s, uint32_t unit) {
  return s->succ_start ? s->succ_start[unit + 1] : 0;
}

/* Fills order with a topological order; returns how many units are in it. */
static uint32_t topological(const DagSpec *s, uint32_t *order,
                            uint32_t *pending) {
  uint32_t n = 0;
  for (uint32_t u = 0; u < s->n; u++)
    if (pending[u] == 0) order[n++] = u;
  for (uint32_t i = 0; i < n; i++)
    for (uint32_t e = succ_from(s, order[i]); e < succ_to(s, order[i]); e++)
      if (--pending[s->succ[e]] == 0) order[n++] = s->succ[e];
  return n;
}

static uint8_t band_of(const DagSpec *s, const DagPlan *p, uint32_t unit) {
  if (succ_from(s, unit) == succ_to(s, unit)) return DAG_LAST;
  if (p->path[unit] >= p->critical / 2) return 0;
  return p->path[unit] >= p->critical / 8 ? 1 : 2;
}

/* The first units, the least urgent first; among equals the highest number. */
static void sort_ready(const DagSpec *s, DagPlan *p, Arena *scratch) {
  uint64_t *keys = ARENA_ARRAY(scratch, uint64_t, s->n + 1);
  uint32_t shift = 0;
  while (p->critical >> shift > UINT32_MAX / 2) shift++;
  for (uint32_t u = 0; u < s->n; u++) {
    if (atomic_u32_load_relaxed(&p->pending[u]) != 0) continue;
    /* Units that nobody waits for come first, that is, are run last. */
    uint64_t urgent = p->path[u] >> shift;
    if (p->band[u] != DAG_LAST) urgent |= (uint64_t)1 << 31;
    keys[p->n_ready++] = urgent << 32 | (UINT32_MAX - u);
  }
  sort_u64(keys, p->n_ready);
  for (uint32_t i = 0; i < p->n_ready; i++)
    p->ready[i] = UINT32_MAX - (uint32_t)keys[i];
}

bool dag_plan(const DagSpec *s, Arena *a, DagPlan *p) {
  *p = (DagPlan){0};
  p->pending = ARENA_ARRAY(a, AtomicU32, s->n);
  p->path = ARENA_ARRAY(a, uint64_t, s->n);
  p->band = ARENA_ARRAY(a, uint8_t, s->n);
  p->ready = ARENA_ARRAY(a, uint32_t, s->n);
  Arena *scratch = arena_create("dag plan");
  uint32_t *pending = ARENA_ARRAY(scratch, uint32_t, s->n);
  uint32_t *order = ARENA_ARRAY(scratch, uint32_t, s->n);
  for (uint32_t u = 0; u < s->n; u++)
    for (uint32_t e = succ_from(s, u); e < succ_to(s, u); e++) {
      ASSERT(s->succ[e] < s->n);
      pending[s->succ[e]]++;
    }
  for (uint32_t u = 0; u < s->n; u++)
    atomic_u32_store_relaxed(&p->pending[u], pending[u]);
  bool acyclic = topological(s, order, pending) == s->n;
  if (acyclic) {
    for (uint32_t i = s->n; i-- > 0;) {
      uint32_t u = order[i];
      uint64_t longest = 0;
      for (uint32_t e = succ_from(s, u); e < succ_to(s, u); e++)
        longest = MAX(longest, p->path[s->succ[e]]);
      p->path[u] = longest + weight_of(s, u);
      p->work += weight_of(s, u);
      p->critical = MAX(p->critical, p->path[u]);
    }
    for (uint32_t u = 0; u < s->n; u++) p->band[u] = band_of(s, p, u);
    sort_ready(s, p, scratch);
  }
  arena_destroy(scratch);
  return acyclic;
}
