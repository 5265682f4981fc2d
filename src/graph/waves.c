/* waves.c - the condensation of an import graph, as a scheduler wants it.
 *
 * Components are numbered dependencies first (scc.c), so one pass upwards gives
 * the waves and one pass downwards the priorities.  A wave is only a figure
 * for people and a way to print the order: the scheduler goes by ready
 * counters (the length of a row in `deps`) and by priority.
 */
#include "graph/csr.h"

#include "base/sort.h"

/* Component -> distinct components that it needs.  `seen` holds, for each
 * component, the last one + 1 whose row took it. */
static Csr build_deps(const Csr *g, const Sccs *sccs, Arena *arena,
                      Arena *scratch) {
  uint32_t edges = g->n ? g->first[g->n] : 0, len = 0;
  uint32_t *first = ARENA_ARRAY(arena, uint32_t, (size_t)sccs->count + 1);
  uint32_t *to = ARENA_ARRAY(scratch, uint32_t, edges);
  uint32_t *seen = ARENA_ARRAY(scratch, uint32_t, sccs->count);
  for (uint32_t c = 0; c < sccs->count; c++) {
    for (uint32_t i = sccs->first[c]; i < sccs->first[c + 1]; i++) {
      uint32_t node = sccs->members[i];
      for (uint32_t e = g->first[node]; e < g->first[node + 1]; e++) {
        uint32_t dep = sccs->of[g->to[e]];
        if (dep == c || seen[dep] == c + 1) continue;
        ASSERT(dep < c);
        seen[dep] = c + 1;
        to[len++] = dep;
      }
    }
    first[c + 1] = len;
    sort_u32(to + first[c], len - first[c]);
  }
  uint32_t *kept = ARENA_ARRAY(arena, uint32_t, len);
  if (len) memcpy(kept, to, len * sizeof(*to));
  return (Csr){sccs->count, first, kept};
}

static void build_levels(Waves *w, uint32_t count, Arena *arena,
                         Arena *scratch) {
  uint32_t *wave = ARENA_ARRAY(arena, uint32_t, count);
  for (uint32_t c = 0; c < count; c++) {
    for (uint32_t e = w->deps.first[c]; e < w->deps.first[c + 1]; e++)
      wave[c] = MAX(wave[c], wave[w->deps.to[e]] + 1);
    w->wave_count = MAX(w->wave_count, wave[c] + 1);
  }
  uint32_t *first = ARENA_ARRAY(arena, uint32_t, (size_t)w->wave_count + 1);
  uint32_t *next = ARENA_ARRAY(scratch, uint32_t, (size_t)w->wave_count + 1);
  uint32_t *items = ARENA_ARRAY(arena, uint32_t, count);
  for (uint32_t c = 0; c < count; c++) first[wave[c] + 1]++;
  for (uint32_t i = 0; i < w->wave_count; i++) {
    first[i + 1] += first[i];
    next[i] = first[i];
  }
  for (uint32_t c = 0; c < count; c++) items[next[wave[c]]++] = c;
  w->wave = wave;
  w->wave_first = first;
  w->wave_items = items;
}

/* The dependent that the heaviest chain from c goes on with; of equals the
 * first; UINT32_MAX at its end. */
static uint32_t heaviest_next(const Waves *w, uint32_t c) {
  uint32_t best = UINT32_MAX;
  for (uint32_t e = w->dependents.first[c]; e < w->dependents.first[c + 1];
       e++) {
    uint32_t d = w->dependents.to[e];
    if (best == UINT32_MAX || w->priority[d] > w->priority[best]) best = d;
  }
  return best;
}

static void build_priorities(Waves *w, uint32_t count, Arena *arena) {
  uint64_t *priority = ARENA_ARRAY(arena, uint64_t, count);
  w->priority = priority;
  uint32_t start = UINT32_MAX;
  for (uint32_t c = count; c-- > 0;) {
    uint32_t next = heaviest_next(w, c);
    priority[c] = w->weight[c] + (next == UINT32_MAX ? 0 : priority[next]);
    if (start == UINT32_MAX || priority[c] >= priority[start]) start = c;
  }
  uint32_t *critical = ARENA_ARRAY(arena, uint32_t, w->wave_count);
  for (uint32_t c = start; c != UINT32_MAX; c = heaviest_next(w, c))
    critical[w->critical_count++] = c;
  w->critical = critical;
  w->critical_weight = start == UINT32_MAX ? 0 : priority[start];
}

void waves_build(const Csr *g, const Sccs *sccs, const uint32_t *node_weight,
                 Arena *arena, Arena *scratch, Waves *out) {
  ArenaMark mark = arena_mark(scratch);
  *out = (Waves){0};
  uint32_t *weight = ARENA_ARRAY(arena, uint32_t, sccs->count);
  for (uint32_t i = 0; i < g->n; i++) {
    uint32_t *sum = &weight[sccs->of[i]];
    *sum =
        node_weight[i] > UINT32_MAX - *sum ? UINT32_MAX : *sum + node_weight[i];
    out->total_weight += node_weight[i];
  }
  out->weight = weight;
  out->deps = build_deps(g, sccs, arena, scratch);
  out->dependents = csr_reverse(&out->deps, arena);
  build_levels(out, sccs->count, arena, scratch);
  build_priorities(out, sccs->count, arena);
  arena_reset_to(scratch, mark);
}
