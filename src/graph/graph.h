/* graph.h - the import graph of the checked modules.
 *
 * Layer: graph.  Memory: run.  Threads: built by one, then frozen.
 *
 * Node i is the checked module i + 1, so nodes are in order of path.  Two
 * graphs are drawn from the same edges:
 *
 *   order     who must be analysed before whom: every import that a statement
 *             names, wherever it stands.  Its components and waves order the
 *             analysis.
 *   runtime   what Python executes while it imports: imports at module (or
 *             class) level that are not under TYPE_CHECKING, and the parent
 *             packages that they execute first.  Only its cycles can fail at
 *             run time, so only they are cut.
 */
#ifndef GRAPH_GRAPH_H
#define GRAPH_GRAPH_H

#include "graph/csr.h"
#include "graph/cycles.h"
#include "graph/modules.h"

/* Why one module depends on another; an edge may have several kinds. */
enum {
  EDGE_RUNTIME = 1,       /* executed when the module is imported */
  EDGE_TYPE_CHECKING = 2, /* under `if TYPE_CHECKING` */
  EDGE_IN_FUNCTION = 4,
  EDGE_IN_TRY = 8, /* some EDGE_RUNTIME statement stands in a try */
  EDGE_PARENT = 16 /* a package that is executed before what is named,
                           * and that the module itself does not lie in */
};
#define EDGE_ORDERS (EDGE_RUNTIME | EDGE_TYPE_CHECKING | EDGE_IN_FUNCTION)
#define EDGE_EXECUTES (EDGE_RUNTIME | EDGE_PARENT)

typedef struct {
  uint32_t to;    /* node */
  uint32_t kinds; /* EDGE_xxx */
  uint32_t start; /* byte offset of the first statement of the strongest kind:
                   * run time, parent, type checking, function */
} GraphEdge;

typedef struct {
  Modules *modules;
  uint32_t n;
  const uint32_t *edge_first; /* [n + 1] */
  const GraphEdge *edges;     /* of node i, by `to` */
  const uint32_t *weight;     /* [n]: syntax nodes */
  Csr order, runtime;
  Sccs sccs;   /* of order */
  Waves waves; /* of order; waves.deps and waves.dependents for the scheduler */
  uint32_t imports;    /* import requests of all checked modules */
  uint32_t unresolved; /* of these, those whose module does not exist */
} Graph;

/* Requires: all checked modules are added; loaded ones are not loaded again.
 * Fills *out.  Linear in modules, imports and edges. */
void graph_build(Modules *modules, Arena *run, Graph *out);

/* The cycles of graph->runtime with their cuts; in `arena`. */
void graph_cycles(const Graph *graph, Arena *arena, CycleList *out);

static inline ModuleId graph_module(uint32_t node) {
  return (ModuleId){node + 1};
}
static inline uint32_t graph_node(ModuleId module) { return module.v - 1; }

/* ---- graph_dump.c, graph_json.c, graph_dot.c ---------------------------- */

typedef enum { GRAPH_TEXT, GRAPH_JSON, GRAPH_DOT } GraphFormat;

/* Writes the graph, the same bytes in every run.  Modules are called by the
 * path that is printed.  full: GRAPH_TEXT lists every module and its imports
 * too, as --dump graph does; the others always do.  The code of modules with
 * edges is loaded if it has been released. */
void graph_dump(const Graph *graph, GraphFormat format, bool full, Arena *arena,
                StrBuf *out);

#endif
