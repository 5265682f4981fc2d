/* graph_dump_int.h - what the three writers of the graph share.
 *
 * Layer: graph, private.
 */
#ifndef GRAPH_GRAPH_DUMP_INT_H
#define GRAPH_GRAPH_DUMP_INT_H

#include "core/names.h"
#include "graph/graph.h"

/* The path of a module as it is printed. */
Str graph_path(const Graph *graph, uint32_t node);
/* 1-based line of the statement behind an edge of `node`. */
uint32_t graph_line(const Graph *graph, uint32_t node, const GraphEdge *edge);
/* The edge, which there is. */
const GraphEdge *graph_edge(const Graph *graph, CycleEdge edge);

/* The names of the kinds; bit i is graph_kind_names[i]. */
#define GRAPH_KIND_COUNT 5
extern const char *const graph_kind_names[GRAPH_KIND_COUNT];

/* Cycles by size, the largest first, then by their first member. */
const Cycle **graph_sort_cycles(const CycleList *cycles, Arena *arena);
/* True if the component has more than one module. */
static inline bool graph_is_knot(const Graph *graph, uint32_t component) {
  return graph->sccs.first[component + 1] - graph->sccs.first[component] > 1;
}

void graph_write_json(const Graph *graph, const CycleList *cycles, Arena *arena,
                      StrBuf *out);
void graph_write_dot(const Graph *graph, const CycleList *cycles, Arena *arena,
                     StrBuf *out);

#endif
