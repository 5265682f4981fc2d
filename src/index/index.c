/* index.c - building an Index, and reading it.
 */
#include "index/index_int.h"

/* ---- building ----------------------------------------------------------- */

#define KEEP(field, count, vec)                                \
  do {                                                         \
    out->field = vec_dup(vec, mod);                            \
    out->count = (vec)->n;                                     \
  } while (0)

/* Copies what stays into the module's arena. */
static void keep(Builder *b, Arena *mod, Index *out) {
  KEEP(scopes, scope_count, &b->scopes);
  KEEP(defs, def_count, &b->defs);
  KEEP(flows, flow_count, &b->flows);
  KEEP(reaches, reach_count, &b->reaches);
  KEEP(preds, pred_count, &b->preds);
  KEEP(extra, extra_count, &b->extra);
  KEEP(returns, return_count, &b->returns);
  KEEP(yields, yield_count, &b->yields);
  KEEP(reach_changes, reach_change_count, &b->reach_changes);
  KEEP(imports, import_count, &b->imports);
  KEEP(all, all_count, &b->all);
  out->places = arena_memdup(mod, b->places,
                             (size_t)b->place_count * sizeof(Place),
                             _Alignof(Place));
  out->place_count = b->place_count;
}

static uint64_t symbol_hash(uint32_t scope, uint32_t name) {
  return hash_u64(hmap_pair(scope, name));
}

/* True for symbols that the scope binds or declares, in its own right. */
static bool is_visible(const Place *p) {
  return p->kind == PLACE_SYMBOL &&
         p->flags & (PLACE_BOUND | PLACE_DECLARED | PLACE_PARAM |
                     PLACE_GLOBAL | PLACE_NONLOCAL |
                     PLACE_WRITTEN_FROM_INSIDE);
}

void index_build_symbols(Arena *mod, Index *out) {
  uint32_t n = 0, cap = 8;
  for (uint32_t p = 1; p < out->place_count; p++)
    n += is_visible(&out->places[p]);
  while (cap < n + n / 2) cap *= 2;
  out->symbol_slots = ARENA_ARRAY(mod, uint32_t, cap);
  out->symbol_mask = cap - 1;
  for (uint32_t p = 1; p < out->place_count; p++) {
    const Place *place = &out->places[p];
    if (!is_visible(place)) continue;
    uint64_t h = symbol_hash(place->scope.v, place->name.v);
    uint32_t at = (uint32_t)h & out->symbol_mask;
    while (out->symbol_slots[at]) at = (at + 1) & out->symbol_mask;
    out->symbol_slots[at] = p;
  }
}

static void init(Builder *b, Ast *ast, Arena *scratch, DiagList *diags,
                 Index *out) {
  *b = (Builder){.ast = ast,
                 .nodes = ast->nodes,
                 .ends = ast->ends,
                 .scratch = scratch,
                 .diags = diags,
                 .out = out};
  uint32_t n = ast->node_count;
  hmap64_init(&b->symbols, scratch, n / 8 + 16);
  hmap64_init(&b->members, scratch, n / 64 + 16);
  hmap32_init(&b->alias_of_def, scratch, n / 256 + 16);
  vec_reserve(&b->temps, scratch, n / 12 + 16);
  vec_reserve(&b->defs, scratch, n / 16 + 16);
  vec_reserve(&b->def_key, scratch, n / 16 + 16);
  vec_reserve(&b->def_track, scratch, n / 16 + 16);
  vec_reserve(&b->flows, scratch, n / 12 + 16);
  vec_reserve(&b->orders, scratch, n / 12 + 16);
  vec_reserve(&b->reaches, scratch, n / 16 + 16);
}

/* As index_module; `deferred`: annotations are evaluated lazily, as they are
 * from Python 3.14 on. */
void index_module_deferred(Ast *ast, bool deferred, Arena *mod, Arena *scratch,
                           DiagList *diags, Index *out) {
  *out = (Index){.arena = mod, .ast = ast};
  ArenaMark mark = arena_mark(scratch);
  Builder b;
  init(&b, ast, scratch, diags, out);
  scope_scan_module(&b);
  out->future_annotations = b.scopes.v[1].flags & SCOPE_FUTURE_ANNOTATIONS;
  b.deferred = deferred || ast->is_stub || out->future_annotations;
  place_resolve(&b);
  b.second_pass = true;
  flow_module(&b);
  exports_finish(&b);
  attributes_collect(&b, mod);
  containers_collect(&b, mod);
  keep(&b, mod, out);
  index_build_symbols(mod, out);
  out->has_all = b.has_all;
  out->all_is_complete = b.has_all && !b.all_unknown;
  arena_reset_to(scratch, mark);
#ifndef NDEBUG
  index_verify(out);
#endif
}

/* Builds the index of a module whose annotations are evaluated at once unless
 * the file says otherwise. */
void index_module(Ast *ast, Arena *mod, Arena *scratch, DiagList *diags,
                  Index *out) {
  index_module_deferred(ast, false, mod, scratch, diags, out);
}

/* ---- reading ------------------------------------------------------------ */

/* The symbol `name` of that scope alone, or 0. */
PlaceId index_symbol(const Index *index, ScopeId scope, NameId name) {
  uint32_t at = (uint32_t)symbol_hash(scope.v, name.v) & index->symbol_mask;
  for (; index->symbol_slots[at]; at = (at + 1) & index->symbol_mask) {
    const Place *p = &index->places[index->symbol_slots[at]];
    if (p->scope.v == scope.v && p->name.v == name.v)
      return (PlaceId){index->symbol_slots[at]};
  }
  return (PlaceId){0};
}

static bool is_annotation_scope(const Scope *s) {
  return s->kind == SCOPE_TYPE_PARAMS || s->kind == SCOPE_TYPE_ALIAS;
}

/* The symbol that `name` means when it is read (lazily) in `scope`. */
PlaceId index_resolve(const Index *index, ScopeId scope, NameId name) {
  bool see_class = true; /* the scope itself, or through annotation scopes */
  while (scope.v) {
    const Scope *s = &index->scopes[scope.v];
    if (s->kind != SCOPE_CLASS || see_class) {
      PlaceId place = index_symbol(index, scope, name);
      uint32_t flags = place.v ? index->places[place.v].flags : 0;
      if (flags & PLACE_GLOBAL && scope.v != 1)
        return index_symbol(index, (ScopeId){1}, name);
      if (place.v && !(flags & PLACE_NONLOCAL)) return place;
    }
    see_class = see_class && is_annotation_scope(s);
    scope = s->parent;
  }
  return (PlaceId){0};
}

/* Last scope whose first inner node is at or before `node`. */
static uint32_t last_scope(const Index *index, uint32_t node) {
  uint32_t lo = 1, hi = index->scope_count;
  while (lo + 1 < hi) {
    uint32_t mid = lo + (hi - lo) / 2;
    if (index->scopes[mid].first.v <= node) lo = mid;
    else hi = mid;
  }
  return lo;
}

static uint32_t first_inner(const Index *index, NodeId node,
                            bool type_params) {
  const Ast *ast = index->ast;
  const AstNode *n = ast_at(ast, node);
  uint32_t none = ast_end(ast, node).v, after = node.v + 1, params = 0;
  NodeList list;
  switch (n->kind) {
  case AST_Module: return 2;
  case AST_FunctionDef: {
    const AstFunction *f = ast_function(ast, node);
    list = ast_list(ast, f->decorators);
    if (list.n) after = ast->ends[list.v[list.n - 1]];
    params = f->type_params;
    break;
  }
  case AST_ClassDef: {
    const AstClass *c = ast_class(ast, node);
    list = ast_list(ast, c->body);
    after = list.n ? list.v[0] : none;
    params = c->type_params;
    break;
  }
  case AST_TypeAlias:
    after = n->c;
    params = n->b;
    break;
  default: return after;
  }
  list = ast_list(ast, params);
  if (type_params) return list.n ? list.v[0] : 0;
  if (n->kind == AST_FunctionDef && list.n)
    after = ast->ends[list.v[list.n - 1]];
  return after;
}

static ScopeId scope_at(const Index *index, NodeId node, bool type_params) {
  uint32_t first = first_inner(index, node, type_params);
  if (!first) return (ScopeId){0};
  for (uint32_t s = last_scope(index, first);
       s && index->scopes[s].first.v == first; s--) {
    const Scope *scope = &index->scopes[s];
    if (scope->node.v == node.v &&
        (scope->kind == SCOPE_TYPE_PARAMS) == type_params)
      return (ScopeId){s};
  }
  return (ScopeId){0};
}

/* The scope whose body `node` opens; for a def or class with type parameters,
 * the inner one. */
ScopeId index_scope_of(const Index *index, NodeId node) {
  return scope_at(index, node, false);
}

/* The type parameter scope of a FunctionDef, ClassDef or TypeAlias, or 0. */
ScopeId index_type_params_of(const Index *index, NodeId node) {
  return scope_at(index, node, true);
}

static bool in_subtree(const Ast *ast, uint32_t root, uint32_t node) {
  return root && node >= root && node < ast->ends[root];
}

/* True when `node`, among the nodes of a function or lambda, belongs to a
 * default value or an annotation; *is_default says which. */
static bool in_header(const Ast *ast, NodeList params, NodeId returns,
                      uint32_t node, bool *is_default) {
  for (uint32_t i = 0; i < params.n; i++) {
    if (!in_subtree(ast, params.v[i], node)) continue;
    *is_default = in_subtree(ast, ast->nodes[params.v[i]].c, node);
    return *is_default || in_subtree(ast, ast->nodes[params.v[i]].b, node);
  }
  *is_default = false;
  return in_subtree(ast, returns.v, node);
}

/* The scope that evaluates `node`, which lies among the nodes of `scope`. */
static ScopeId evaluating_scope(const Index *index, ScopeId scope,
                                uint32_t node) {
  const Ast *ast = index->ast;
  const Scope *s = &index->scopes[scope.v];
  const AstNode *n = ast_at(ast, s->node);
  bool is_default;
  if (s->kind == SCOPE_COMPREHENSION) {
    NodeList list = ast_list(ast, n->b);
    bool outer = list.n && in_subtree(ast, ast->nodes[list.v[0]].b, node);
    return outer ? s->parent : scope;
  }
  if (s->kind == SCOPE_LAMBDA) {
    NodeList params = ast_list(ast, n->a);
    bool header = in_header(ast, params, (NodeId){0}, node, &is_default);
    return header ? s->parent : scope;
  }
  if (s->kind != SCOPE_FUNCTION) return scope;
  const AstFunction *f = ast_function(ast, s->node);
  if (!in_header(ast, ast_list(ast, f->params), f->returns, node, &is_default))
    return scope;
  const Scope *parent = &index->scopes[s->parent.v];
  bool skip = is_default && parent->kind == SCOPE_TYPE_PARAMS;
  return skip ? parent->parent : s->parent;
}

/* The innermost scope that holds `node`: the one in which it is evaluated. */
ScopeId index_enclosing(const Index *index, NodeId node) {
  ScopeId scope = {last_scope(index, node.v)};
  while (scope.v > 1) {
    const Scope *s = &index->scopes[scope.v];
    if (node.v < index->ast->ends[s->node.v]) break;
    scope = s->around;
  }
  return evaluating_scope(index, scope, node.v);
}

/* Reachability of the statement `node`, or of the statement that holds it. */
ReachId index_reach_at(const Index *index, NodeId node) {
  uint32_t lo = 0, hi = index->reach_change_count;
  while (lo < hi) {
    uint32_t mid = lo + (hi - lo) / 2;
    if (index->reach_changes[mid].node.v <= node.v) lo = mid + 1;
    else hi = mid;
  }
  return lo ? index->reach_changes[lo - 1].reach : REACH_ID_ALWAYS;
}

/* The definition that `node` makes without a target: a FunctionDef, ClassDef,
 * Param, TypeParam, Alias or ExceptHandler; or a target's.  0: none. */
DefId index_def_of(const Index *index, NodeId node) {
  uint32_t lo = 1, hi = index->def_count;
  while (lo < hi) {
    uint32_t mid = lo + (hi - lo) / 2;
    const Def *d = &index->defs[mid];
    uint32_t key = d->target.v ? d->target.v : d->node.v;
    if (key == node.v) return (DefId){mid};
    if (key < node.v) lo = mid + 1;
    else hi = mid;
  }
  return (DefId){0};
}

uint32_t index_implicit_from(const Index *index, ScopeId class_scope) {
  uint32_t lo = 0, hi = index->implicit_count;
  while (lo < hi) {
    uint32_t mid = lo + (hi - lo) / 2;
    if (index->implicit[mid].class_scope.v < class_scope.v) lo = mid + 1;
    else hi = mid;
  }
  return lo;
}

/* The implicit attributes of a class with that name: a run in
 * index->implicit. */
uint32_t index_implicit(const Index *index, ScopeId class_scope, NameId name,
                        uint32_t *count) {
  uint32_t lo = 0, hi = index->implicit_count;
  while (lo < hi) {
    uint32_t mid = lo + (hi - lo) / 2;
    const ImplicitAttribute *a = &index->implicit[mid];
    bool before = a->class_scope.v != class_scope.v
                      ? a->class_scope.v < class_scope.v
                      : name_cmp(a->name, name) < 0;
    if (before) lo = mid + 1;
    else hi = mid;
  }
  uint32_t end = lo;
  while (end < index->implicit_count &&
         index->implicit[end].class_scope.v == class_scope.v &&
         index->implicit[end].name.v == name.v)
    end++;
  *count = end - lo;
  return lo;
}
