/* edges.c - from import requests to the import graph.
 *
 * One pass over the modules in order of path.  What a statement depends on:
 *
 *   import a.b.c          a.b.c, and the packages a and a.b
 *   from a.b import c     a.b.c when that is a module and a.b does not bind c
 *                         to something else, otherwise a.b; the packages
 *                         around it (only at run time)
 *   from a.b import *     a.b, and the modules that its __all__ names
 *
 * A package in which the importing module itself lies is not counted as a
 * parent: it is being imported already, and no statement asks for it.
 * Edges to the module itself are dropped.
 */
#include "graph/graph.h"

#include "base/sort.h"
#include "base/vec.h"

typedef struct {
  Modules *modules;
  uint32_t n;
  Arena *scratch;
  uint32_t *parent; /* by node: node of the nearest checked package + 1 */
  uint32_t *stamp;  /* by node: last importer + 1 that has an edge to it */
  uint32_t *place;  /* by node: index of that edge in `edges` */
  VEC(GraphEdge) edges;
  uint32_t from, row; /* the importer, and where its edges begin */
  uint32_t imports, unresolved;
} Builder;

/* The strongest kind that is set, as a rank; smaller is stronger. */
static uint32_t kind_rank(uint32_t kinds) {
  return kinds & EDGE_RUNTIME         ? 0
         : kinds & EDGE_PARENT        ? 1
         : kinds & EDGE_TYPE_CHECKING ? 2
                                      : 3;
}

static void add_edge(Builder *b, ModuleId to, uint32_t kinds, uint32_t start) {
  uint32_t node = graph_node(to);
  if (to.v == 0 || to.v > b->n || node == b->from) return;
  if (b->stamp[node] != b->from + 1) {
    b->stamp[node] = b->from + 1;
    b->place[node] = b->edges.n;
    vec_push(&b->edges, b->scratch, (GraphEdge){node, kinds, start});
    return;
  }
  GraphEdge *edge = &b->edges.v[b->place[node]];
  if (kind_rank(kinds) < kind_rank(edge->kinds)) edge->start = start;
  edge->kinds |= kinds;
}

static bool is_ancestor(const Builder *b, uint32_t node, uint32_t of) {
  for (uint32_t up = b->parent[of]; up; up = b->parent[up - 1])
    if (up == node + 1) return true;
  return false;
}

/* Edges to the packages around a module that is imported. */
static void add_parents(Builder *b, ModuleId of, uint32_t kinds,
                        uint32_t start) {
  if (of.v == 0 || of.v > b->n || kinds == 0) return;
  for (uint32_t up = b->parent[graph_node(of)]; up; up = b->parent[up - 1])
    if (!is_ancestor(b, up - 1, b->from))
      add_edge(b, graph_module(up - 1), kinds, start);
}

/* The nearest package above the module that is checked. */
static uint32_t find_parent(Builder *b, ModuleId id) {
  const Module *module = modules_at(b->modules, id);
  for (uint32_t level = module->is_package ? 2 : 1;; level++) {
    ModuleId up =
        modules_resolve_relative(b->modules, id, level, ID_NONE(NameId));
    if (up.v == 0) return 0;
    if (up.v <= b->n) return up.v;
  }
}

/* True if the definition is `from <package> import name`, in that package. */
static bool imports_own_submodule(Builder *b, const ModuleCode *code,
                                  ModuleId package, const Def *def,
                                  NameId name) {
  const Ast *ast = &code->parse.ast;
  if (def->kind != DEF_IMPORT_FROM || def->next.v) return false;
  uint32_t at = def->node.v;
  if (ast->nodes[at].a != name.v) return false;
  while (ast->nodes[at].kind == AST_Alias) at--;
  const AstNode *from = &ast->nodes[at];
  if (from->kind != AST_ImportFrom) return false;
  NameId module = {from->a};
  ModuleId source =
      from->c ? modules_resolve_relative(b->modules, package, from->c, module)
              : modules_resolve(b->modules, package, module);
  return source.v == package.v;
}

/* True if the package's __init__ gives the name a meaning other than that of
 * its submodule. */
static bool binds(Builder *b, ModuleId package, NameId name) {
  if (package.v > b->n) return false;
  const ModuleCode *code = modules_code(b->modules, package);
  const Index *index = &code->index;
  PlaceId place = index_symbol(index, (ScopeId){1}, name);
  if (place.v == 0 || !(index->places[place.v].flags & PLACE_BOUND))
    return false;
  DefId def = index->places[place.v].first_def;
  return def.v == 0 ||
         !imports_own_submodule(b, code, package, &index->defs[def.v], name);
}

/* `from package import name`: the edge to the submodule, if it is one. */
static bool add_submodule(Builder *b, ModuleId package, NameId name,
                          uint32_t kinds, uint32_t start) {
  if (name.v == 0 || binds(b, package, name)) return false;
  ModuleId module = modules_submodule(b->modules, package, name);
  add_edge(b, module, kinds, start);
  return module.v != 0;
}

/* The edges to submodules that a from-import names.  True if it needs the
 * module itself, too. */
static bool add_imported_names(Builder *b, const Ast *ast, NodeId node,
                               ModuleId module, uint32_t kinds) {
  const Module *target = modules_at(b->modules, module);
  if (!target->is_package || target->origin == ORIGIN_STDLIB) return true;
  const AstNode *from = ast_at(ast, node);
  bool needs = false;
  if (from->op == 1) { /* star */
    if (module.v > b->n) return true;
    const Index *index = &modules_code(b->modules, module)->index;
    for (uint32_t i = 0; i < index->all_count; i++)
      if (index->all[i].kind == ALL_NAME)
        add_submodule(b, module, index->all[i].value, kinds, from->start);
    return true;
  }
  NodeList names = ast_list(ast, from->b);
  for (uint32_t i = 0; i < names.n; i++)
    if (!add_submodule(b, module, (NameId){ast_at(ast, ast_item(names, i))->a},
                       kinds, from->start))
      needs = true;
  return needs;
}

static uint32_t request_kinds(const ImportRequest *request) {
  uint32_t kinds = 0;
  if (request->flags & IMPORT_TYPE_CHECKING) kinds |= EDGE_TYPE_CHECKING;
  if (request->flags & IMPORT_IN_FUNCTION) kinds |= EDGE_IN_FUNCTION;
  if (kinds) return kinds;
  return EDGE_RUNTIME | (request->flags & IMPORT_IN_TRY ? EDGE_IN_TRY : 0);
}

static void add_request(Builder *b, const Ast *ast,
                        const ImportRequest *request) {
  ModuleId importer = graph_module(b->from);
  uint32_t kinds = request_kinds(request);
  uint32_t start = ast_at(ast, request->node)->start;
  bool is_from = request->flags & IMPORT_FROM;
  ModuleId module =
      request->level ? modules_resolve_relative(b->modules, importer,
                                                request->level, request->module)
                     : modules_resolve(b->modules, importer, request->module);
  b->imports++;
  if (module.v == 0) {
    b->unresolved++;
    return;
  }
  if (!is_from || add_imported_names(b, ast, request->node, module, kinds))
    add_edge(b, module, kinds, start);
  else if (kinds & EDGE_RUNTIME && module.v <= b->n &&
           !is_ancestor(b, graph_node(module), b->from))
    add_edge(b, module, EDGE_PARENT, start);
  if (!is_from) add_parents(b, module, kinds, start);
  else if (kinds & EDGE_RUNTIME) add_parents(b, module, EDGE_PARENT, start);
}

static int edge_cmp(const void *x, const void *y, void *ctx) {
  uint32_t a = ((const GraphEdge *)x)->to, b = ((const GraphEdge *)y)->to;
  return (a > b) - (a < b);
}

static void add_module(Builder *b, uint32_t node) {
  const ModuleCode *code = modules_code(b->modules, graph_module(node));
  b->from = node;
  b->row = b->edges.n;
  for (uint32_t i = 0; i < code->index.import_count; i++)
    add_request(b, &code->parse.ast, &code->index.imports[i]);
  if (b->edges.n - b->row > 1)
    sort_stable(b->edges.v + b->row, b->edges.n - b->row, sizeof(GraphEdge),
                edge_cmp, NULL);
}

/* The edges that have one of these kinds. */
static Csr select_edges(const Graph *g, uint32_t kinds, Arena *run) {
  uint32_t *first = ARENA_ARRAY(run, uint32_t, (size_t)g->n + 1), len = 0;
  uint32_t *to = ARENA_ARRAY_RAW(run, uint32_t, g->edge_first[g->n]);
  for (uint32_t i = 0; i < g->n; i++) {
    for (uint32_t e = g->edge_first[i]; e < g->edge_first[i + 1]; e++)
      if (g->edges[e].kinds & kinds) to[len++] = g->edges[e].to;
    first[i + 1] = len;
  }
  return (Csr){g->n, first, to};
}

void graph_build(Modules *modules, Arena *run, Graph *out) {
  uint32_t n = modules_checked_count(modules);
  Arena *scratch = arena_create("graph scratch");
  Builder b = {.modules = modules, .n = n, .scratch = scratch};
  b.parent = ARENA_ARRAY(scratch, uint32_t, n);
  b.stamp = ARENA_ARRAY(scratch, uint32_t, n);
  b.place = ARENA_ARRAY(scratch, uint32_t, n);
  uint32_t *first = ARENA_ARRAY(run, uint32_t, (size_t)n + 1);
  uint32_t *weight = ARENA_ARRAY(run, uint32_t, n);
  for (uint32_t i = 0; i < n; i++)
    b.parent[i] = find_parent(&b, graph_module(i));
  for (uint32_t i = 0; i < n; i++) {
    add_module(&b, i);
    first[i + 1] = b.edges.n;
    weight[i] = modules_code(modules, graph_module(i))->parse.ast.node_count;
  }
  *out = (Graph){.modules = modules,
                 .n = n,
                 .edge_first = first,
                 .edges = vec_dup(&b.edges, run),
                 .weight = weight,
                 .imports = b.imports,
                 .unresolved = b.unresolved};
  out->order = select_edges(out, EDGE_ORDERS, run);
  out->runtime = select_edges(out, EDGE_EXECUTES, run);
  scc_find(&out->order, run, scratch, &out->sccs);
  waves_build(&out->order, &out->sccs, weight, run, scratch, &out->waves);
  arena_destroy(scratch);
}

void graph_cycles(const Graph *graph, Arena *arena, CycleList *out) {
  Arena *scratch = arena_create("cycles scratch");
  cycles_find(&graph->runtime, cycles_limits_default, arena, scratch, out);
  arena_destroy(scratch);
}
