/* graph_dot.c - the import graph for Graphviz.
 *
 * Modules are boxes, a component of several modules is a cluster.  An import
 * that is executed is a solid line, one that is not a dashed one; the edges
 * that cut the cycles at run time are red.
 */
#include "graph/graph_dump_int.h"

#include "base/bits.h"

static void put_quoted(StrBuf *out, Str s) {
  strbuf_putc(out, '"');
  for (uint32_t i = 0; i < s.len; i++) {
    if (s.ptr[i] == '"' || s.ptr[i] == '\\') strbuf_putc(out, '\\');
    strbuf_putc(out, s.ptr[i] == '\n' ? ' ' : s.ptr[i]);
  }
  strbuf_putc(out, '"');
}

static void put_node(const Graph *g, uint32_t node, const char *indent,
                     StrBuf *out) {
  strbuf_puts(out, indent);
  put_quoted(out, graph_path(g, node));
  strbuf_puts(out, ";\n");
}

/* One bit for each edge of the graph: it is cut. */
static BitSet mark_cuts(const Graph *g, const CycleList *cycles, Arena *arena) {
  BitSet cut = bitset_new(arena, g->edge_first[g->n]);
  for (uint32_t i = 0; i < cycles->n; i++)
    for (uint32_t k = 0; k < cycles->v[i].cut_count; k++)
      bitset_set(cut,
                 (uint32_t)(graph_edge(g, cycles->v[i].cuts[k]) - g->edges));
  return cut;
}

static void put_clusters(const Graph *g, StrBuf *out) {
  for (uint32_t c = 0; c < g->sccs.count; c++) {
    if (!graph_is_knot(g, c)) continue;
    strbuf_printf(out, "  subgraph cluster_%u {\n    color=gray;\n", c);
    for (uint32_t i = g->sccs.first[c]; i < g->sccs.first[c + 1]; i++)
      put_node(g, g->sccs.members[i], "    ", out);
    strbuf_puts(out, "  }\n");
  }
  for (uint32_t i = 0; i < g->n; i++)
    if (!graph_is_knot(g, g->sccs.of[i])) put_node(g, i, "  ", out);
}

void graph_write_dot(const Graph *g, const CycleList *cycles, Arena *arena,
                     StrBuf *out) {
  BitSet cut = mark_cuts(g, cycles, arena);
  strbuf_puts(out, "digraph imports {\n  rankdir=LR;\n  node [shape=box];\n");
  put_clusters(g, out);
  for (uint32_t i = 0; i < g->n; i++)
    for (uint32_t e = g->edge_first[i]; e < g->edge_first[i + 1]; e++) {
      strbuf_puts(out, "  ");
      put_quoted(out, graph_path(g, i));
      strbuf_puts(out, " -> ");
      put_quoted(out, graph_path(g, g->edges[e].to));
      if (bitset_get(cut, e)) strbuf_puts(out, " [color=red,penwidth=2]");
      else if (!(g->edges[e].kinds & EDGE_EXECUTES))
        strbuf_puts(out, " [style=dashed]");
      strbuf_puts(out, ";\n");
    }
  strbuf_puts(out, "}\n");
}
