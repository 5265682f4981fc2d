/* graph_dump.c - the import graph as text; json and dot are next door.
 *
 * Everything is called by its printed path and comes in order of path, of
 * component (dependencies first) or of size; all three follow from the files
 * alone.
 */
#include "graph/graph_dump_int.h"

#include "base/sort.h"

const char *const graph_kind_names[GRAPH_KIND_COUNT] = {
    "runtime", "type-checking", "function", "try", "parent"};

Str graph_path(const Graph *g, uint32_t node) {
  return modules_at(g->modules, graph_module(node))->display;
}

uint32_t graph_line(const Graph *g, uint32_t node, const GraphEdge *edge) {
  const ModuleCode *code = modules_code(g->modules, graph_module(node));
  return line_map_position(&code->parse.lines, code->parse.ast.source,
                           edge->start)
      .line;
}

const GraphEdge *graph_edge(const Graph *g, CycleEdge edge) {
  uint32_t e = g->edge_first[edge.from];
  while (g->edges[e].to != edge.to) e++;
  ASSERT(e < g->edge_first[edge.from + 1]);
  return &g->edges[e];
}

static int cycle_cmp(const void *x, const void *y, void *ctx) {
  uint32_t a = (*(const Cycle *const *)x)->member_count;
  uint32_t b = (*(const Cycle *const *)y)->member_count;
  return (a < b) - (a > b);
}

const Cycle **graph_sort_cycles(const CycleList *cycles, Arena *arena) {
  const Cycle **sorted = ARENA_ARRAY(arena, const Cycle *, cycles->n);
  for (uint32_t i = 0; i < cycles->n; i++) sorted[i] = &cycles->v[i];
  sort_stable(sorted, cycles->n, sizeof(*sorted), cycle_cmp, NULL);
  return sorted;
}

/* ---- text --------------------------------------------------------------- */

static void put_count(StrBuf *out, uint64_t n, const char *what) {
  strbuf_u64(out, n);
  strbuf_printf(out, " %s%s", what, n == 1 ? "" : "s");
}

static void text_summary(const Graph *g, const CycleList *cycles, StrBuf *out) {
  uint32_t knots = 0, largest = 0;
  for (uint32_t c = 0; c < g->sccs.count; c++) {
    largest = MAX(largest, g->sccs.first[c + 1] - g->sccs.first[c]);
    knots += graph_is_knot(g, c);
  }
  put_count(out, g->n, "module");
  strbuf_puts(out, ", ");
  put_count(out, g->imports, "import");
  strbuf_printf(out, " (%u unresolved), ", g->unresolved);
  put_count(out, g->edge_first[g->n], "edge");
  strbuf_puts(out, " between modules\n");
  put_count(out, g->sccs.count, "component");
  strbuf_printf(out, ", %u of more than one module, the largest of %u\n", knots,
                largest);
  put_count(out, g->waves.wave_count, "wave");
  strbuf_printf(out, ", weight %llu syntax nodes, critical path %llu",
                (unsigned long long)g->waves.total_weight,
                (unsigned long long)g->waves.critical_weight);
  if (g->waves.critical_weight) {
    uint64_t tenths = g->waves.total_weight * 10 / g->waves.critical_weight;
    strbuf_printf(out, " (%llu.%llux in parallel, component by component)",
                  (unsigned long long)tenths / 10,
                  (unsigned long long)tenths % 10);
  }
  strbuf_putc(out, '\n');
  put_count(out, cycles->n, "cycle");
  strbuf_puts(out, " at run time (imports in functions and under "
                   "TYPE_CHECKING are not executed)\n");
}

static void text_cycle(const Graph *g, const Cycle *cycle, uint32_t number,
                       StrBuf *out) {
  strbuf_printf(out, "\ncycle %u: ", number);
  put_count(out, cycle->member_count, "module");
  strbuf_puts(out, ", ");
  put_count(out, cycle->edge_count, "edge");
  strbuf_puts(out, "\n  shortest:\n");
  for (uint32_t i = 0; i <= cycle->shortest_count; i++)
    strbuf_printf(
        out, "    %s%" PRIstr "\n", i ? "-> " : "   ",
        STR_ARG(graph_path(g, cycle->shortest[i % cycle->shortest_count])));
  strbuf_puts(out, "  ");
  put_count(out, cycle->cut_count, "edge");
  strbuf_puts(out, cycle->cut_count == 1 ? " cuts it" : " cut it");
  if (cycle->cut_least == cycle->cut_count)
    strbuf_puts(out, ", the smallest number:\n");
  else strbuf_printf(out, " (at least %u are needed):\n", cycle->cut_least);
  for (uint32_t i = 0; i < cycle->cut_count; i++) {
    const GraphEdge *edge = graph_edge(g, cycle->cuts[i]);
    uint32_t from = cycle->cuts[i].from;
    strbuf_printf(out, "    %" PRIstr ":%u %s %" PRIstr "\n",
                  STR_ARG(graph_path(g, from)), graph_line(g, from, edge),
                  edge->kinds & EDGE_RUNTIME ? "imports" : "imports below",
                  STR_ARG(graph_path(g, edge->to)));
  }
}

static void text_component(const Graph *g, uint32_t c, StrBuf *out) {
  uint32_t first = g->sccs.first[c], last = g->sccs.first[c + 1];
  if (last - first == 1) {
    strbuf_printf(out, "  %" PRIstr "\n",
                  STR_ARG(graph_path(g, g->sccs.members[first])));
    return;
  }
  strbuf_printf(out, "  component of %u modules\n", last - first);
  for (uint32_t i = first; i < last; i++)
    strbuf_printf(out, "    %" PRIstr "\n",
                  STR_ARG(graph_path(g, g->sccs.members[i])));
}

/* The components of one wave by their first members: node order. */
static void text_wave(const Graph *g, uint32_t wave, Arena *arena,
                      StrBuf *out) {
  const Waves *w = &g->waves;
  uint32_t n = w->wave_first[wave + 1] - w->wave_first[wave];
  uint64_t *order = ARENA_ARRAY(arena, uint64_t, n), weight = 0;
  uint32_t modules = 0;
  for (uint32_t i = 0; i < n; i++) {
    uint32_t c = w->wave_items[w->wave_first[wave] + i];
    order[i] = (uint64_t)g->sccs.members[g->sccs.first[c]] << 32 | c;
    weight += w->weight[c];
    modules += g->sccs.first[c + 1] - g->sccs.first[c];
  }
  sort_u64(order, n);
  strbuf_printf(out, "\nwave %u: ", wave + 1);
  put_count(out, modules, "module");
  strbuf_printf(out, ", weight %llu\n", (unsigned long long)weight);
  for (uint32_t i = 0; i < n; i++) text_component(g, (uint32_t)order[i], out);
}

static void text_critical(const Graph *g, StrBuf *out) {
  strbuf_puts(out, "\ncritical path, weight in syntax nodes:\n");
  for (uint32_t i = 0; i < g->waves.critical_count; i++) {
    uint32_t c = g->waves.critical[i];
    uint32_t n = g->sccs.first[c + 1] - g->sccs.first[c];
    strbuf_printf(out, "  %9u %" PRIstr, g->waves.weight[c],
                  STR_ARG(graph_path(g, g->sccs.members[g->sccs.first[c]])));
    if (n > 1) {
      strbuf_puts(out, " and ");
      put_count(out, n - 1, "other");
      strbuf_puts(out, " of its component");
    }
    strbuf_putc(out, '\n');
  }
}

static void text_module(const Graph *g, uint32_t node, StrBuf *out) {
  const Module *module = modules_at(g->modules, graph_module(node));
  strbuf_printf(out, "\n%" PRIstr " (%" PRIstr ") weight %u wave %u\n",
                STR_ARG(module->display), STR_ARG(name_text(module->name)),
                g->weight[node], g->waves.wave[g->sccs.of[node]] + 1);
  for (uint32_t e = g->edge_first[node]; e < g->edge_first[node + 1]; e++) {
    strbuf_printf(out, "  %u: %" PRIstr, graph_line(g, node, &g->edges[e]),
                  STR_ARG(graph_path(g, g->edges[e].to)));
    for (uint32_t k = 0; k < GRAPH_KIND_COUNT; k++)
      if (g->edges[e].kinds >> k & 1)
        strbuf_printf(out, " %s", graph_kind_names[k]);
    strbuf_putc(out, '\n');
  }
}

static void write_text(const Graph *g, const CycleList *cycles, bool full,
                       Arena *arena, StrBuf *out) {
  text_summary(g, cycles, out);
  const Cycle **sorted = graph_sort_cycles(cycles, arena);
  for (uint32_t i = 0; i < cycles->n; i++) text_cycle(g, sorted[i], i + 1, out);
  for (uint32_t i = 0; i < g->waves.wave_count; i++)
    text_wave(g, i, arena, out);
  text_critical(g, out);
  for (uint32_t i = 0; full && i < g->n; i++) text_module(g, i, out);
}

void graph_dump(const Graph *g, GraphFormat format, bool full, Arena *arena,
                StrBuf *out) {
  CycleList cycles;
  graph_cycles(g, arena, &cycles);
  switch (format) {
  case GRAPH_TEXT: write_text(g, &cycles, full, arena, out); return;
  case GRAPH_JSON: graph_write_json(g, &cycles, arena, out); return;
  case GRAPH_DOT: graph_write_dot(g, &cycles, arena, out); return;
  }
}
