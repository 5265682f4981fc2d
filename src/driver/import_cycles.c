/* import_cycles.c - the rule import-cycle.
 *
 * A cycle of modules that import each other at run time is reported where it is
 * best broken: at the imports of a smallest set without which it is none (the
 * graph's cuts).  Imports in functions and under TYPE_CHECKING make no cycle.
 * The message names a shortest way back, found breadth first over the sorted
 * edges, so it is a function of the graph alone.
 */
#include "driver/import_cycles.h"

#include "core/names.h"

enum { NAMES_MAX = 8 }; /* of a way that is named in full */

void import_cycles_find(Run *run) {
  for (uint32_t i = 0; i < run->result_count; i++) {
    const FileOptions *options = run->results[i].options;
    if (!options || options->levels[RULE_IMPORT_CYCLE] == SEVERITY_IGNORE)
      continue;
    graph_cycles(&run->graph, run->arena, &run->cycles);
    return;
  }
}

/* The nodes of a shortest way from `from` to `to`, both included, last first;
 * 0: there is none. */
static uint32_t find_way(const Csr *g, uint32_t from, uint32_t to,
                         Arena *scratch, uint32_t **out) {
  uint32_t *before = ARENA_ARRAY(scratch, uint32_t, (size_t)g->n + 1);
  uint32_t *queue = ARENA_ARRAY(scratch, uint32_t, (size_t)g->n + 1);
  uint32_t head = 0, tail = 0, length = 1;
  queue[tail++] = from;
  before[from] = from + 1;
  while (head < tail && before[to] == 0) {
    uint32_t node = queue[head++];
    for (uint32_t e = g->first[node]; e < g->first[node + 1]; e++) {
      if (before[g->to[e]]) continue;
      before[g->to[e]] = node + 1;
      queue[tail++] = g->to[e];
    }
  }
  if (before[to] == 0) return 0;
  *out = queue; /* what it held is not needed any more */
  queue[0] = to;
  for (uint32_t node = to; node != from; node = queue[length - 1])
    queue[length++] = before[node] - 1;
  return length;
}

static void put_way(const Run *run, const uint32_t *way, uint32_t n,
                    StrBuf *out) {
  for (uint32_t i = 0; i < n; i++) {
    if (n > NAMES_MAX && i == NAMES_MAX - 2) {
      strbuf_printf(out, "... %u more -> ", n - NAMES_MAX + 1);
      i = n - 1;
    }
    Str name = name_text(
        modules_at(run->modules, graph_module(way[n - 1 - i]))->name);
    strbuf_printf(out, "`%" PRIstr "`%s", STR_ARG(name),
                  i + 1 < n ? " -> " : "");
  }
}

/* The statement that makes the edge. */
static Span statement_at(const ModuleCode *code, uint32_t start) {
  for (uint32_t i = 0; i < code->index.import_count; i++) {
    const AstNode *n = ast_at(&code->parse.ast, code->index.imports[i].node);
    if (n->start == start) return (Span){n->start, n->end};
  }
  return (Span){start, start};
}

static void report(const Run *run, const GraphEdge *edge, uint32_t from,
                   DiagList *diags) {
  Arena *scratch = arena_create("import cycle");
  uint32_t *way = NULL;
  uint32_t n = find_way(&run->graph.runtime, edge->to, from, scratch, &way);
  StrBuf text;
  strbuf_init(&text, scratch);
  put_way(run, way, n, &text);
  const Graph *graph = &run->graph;
  Str from_name = name_text(modules_at(graph->modules, graph_module(from))->name);
  Str to_name =
      name_text(modules_at(graph->modules, graph_module(edge->to))->name);
  Span span =
      statement_at(modules_code(graph->modules, graph_module(from)), edge->start);
  diag_add(diags, RULE_IMPORT_CYCLE, span,
           "Import of `%" PRIstr "` closes a cycle of imports: `%" PRIstr
           "` -> %" PRIstr,
           STR_ARG(to_name), STR_ARG(from_name), STR_ARG(strbuf_str(&text)));
  arena_destroy(scratch);
}

void import_cycles_report(const Run *run, const ModuleResult *result,
                          DiagList *diags) {
  if (!diag_on(diags, RULE_IMPORT_CYCLE)) return;
  const Graph *graph = &run->graph;
  uint32_t node = graph_node(result->id);
  for (uint32_t i = 0; i < run->cycles.n; i++) {
    const Cycle *cycle = &run->cycles.v[i];
    for (uint32_t k = 0; k < cycle->cut_count; k++) {
      if (cycle->cuts[k].from != node) continue;
      for (uint32_t e = graph->edge_first[node]; e < graph->edge_first[node + 1];
           e++)
        if (graph->edges[e].to == cycle->cuts[k].to)
          report(run, &graph->edges[e], node, diags);
    }
  }
}
