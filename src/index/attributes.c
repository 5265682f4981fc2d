/* attributes.c - implicit attributes: what methods store on `self` and `cls`.
 *
 * An attribute store is a definition of a member place.  Its symbol's owner
 * (place.c) may be the first parameter of a function that stands directly in a
 * class, also when a function nested in the method does it.  Where the method
 * has bound its `self` again, that point's value decides.
 *
 * A class whose __init__ does `setattr(self, name, value)` with a name that it was
 * given has attributes that no one can list: the class's scope is marked.
 */
#include "base/sort.h"
#include "index/index_int.h"

static bool has_decorator(const Builder *b, uint32_t extra, const char *name) {
  NodeList list = node_list(b, extra);
  for (uint32_t i = 0; i < list.n; i++) {
    const AstNode *n = node_at(b, list.v[i]);
    uint32_t id = n->kind == AST_Name        ? n->a
                  : n->kind == AST_Attribute ? n->b
                                             : 0;
    if (id && str_is(name_text((NameId){id}), name)) return true;
  }
  return false;
}

/* Takes the class although nothing says so. */
static bool is_class_method(const Builder *b, const AstFunction *f) {
  if (has_decorator(b, f->decorators, "classmethod")) return true;
  return f->name.v == NAME_dunder_new ||
         f->name.v == NAME_dunder_init_subclass ||
         f->name.v == NAME_dunder_class_getitem;
}

/* The class in whose body the function stands directly, or 0. */
static ScopeId class_of(const Builder *b, ScopeId function) {
  ScopeId s = b->scopes.v[function.v].parent;
  if (b->scopes.v[s.v].kind == SCOPE_TYPE_PARAMS)
    s = b->scopes.v[s.v].parent;
  return b->scopes.v[s.v].kind == SCOPE_CLASS ? s : (ScopeId){0};
}

static bool is_first_param(const Builder *b, const AstFunction *f,
                           const Place *owner) {
  NodeList params = node_list(b, f->params);
  if (!params.n) return false;
  const AstNode *first = node_at(b, params.v[0]);
  return first->a == owner->name.v && first->op <= PARAM_POSITIONAL_OR_KEYWORD;
}

/* True when the target's object has been given another value in this scope. */
static bool is_rebound(const Builder *b, const Def *def) {
  const AstNode *target = node_at(b, def->target.v);
  const AstNode *name = node_at(b, target->a);
  if (name->kind != AST_Name || !name->b) return true;
  const Flow *f = &b->flows.v[name->b];
  while (f->kind == FLOW_NARROW) f = &b->flows.v[f->a];
  return f->kind == FLOW_DEF && b->defs.v[f->a].kind != DEF_PARAM;
}

/* Fills *out when the definition is an implicit attribute. */
static bool implicit(const Builder *b, uint32_t def, ImplicitAttribute *out) {
  const Place *member = &b->places[b->def_track.v[def]];
  if (member->kind != PLACE_ATTRIBUTE) return false;
  const Place *symbol = &b->places[member->parent.v];
  if (symbol->kind != PLACE_SYMBOL) return false;
  const Place *owner = &b->places[b->info[member->parent.v].owner];
  if (!(owner->flags & PLACE_PARAM)) return false;
  const Scope *scope = &b->scopes.v[owner->scope.v];
  if (scope->kind != SCOPE_FUNCTION) return false;
  ScopeId class_scope = class_of(b, owner->scope);
  const AstFunction *f = ast_function(b->ast, scope->node);
  if (!class_scope.v || !is_first_param(b, f, owner) ||
      has_decorator(b, f->decorators, "staticmethod") ||
      is_rebound(b, &b->defs.v[def]))
    return false;
  *out = (ImplicitAttribute){.class_scope = class_scope,
                             .method_scope = owner->scope,
                             .name = member->name,
                             .def = {def},
                             .through_class = is_class_method(b, f)};
  return true;
}

/* Marks the class whose __init__ (or the like) stores attributes under names
 * that it is given. */
static void mark_setattr(Builder *b, uint32_t scope, uint32_t object) {
  while (b->scopes.v[scope].kind == SCOPE_COMPREHENSION)
    scope = b->scopes.v[scope].parent.v;
  if (b->scopes.v[scope].kind != SCOPE_FUNCTION) return;
  ScopeId class_scope = class_of(b, (ScopeId){scope});
  const AstFunction *f = ast_function(b->ast, b->scopes.v[scope].node);
  NodeList params = node_list(b, f->params);
  if (!class_scope.v || !params.n || node_at(b, params.v[0])->a != object ||
      (f->name.v != NAME_dunder_init && f->name.v != NAME_dunder_post_init))
    return;
  b->scopes.v[class_scope.v].flags |= SCOPE_SETS_ANY;
}

static int compare(const void *x, const void *y, void *ctx) {
  const ImplicitAttribute *a = x, *b = y;
  if (a->class_scope.v != b->class_scope.v)
    return a->class_scope.v < b->class_scope.v ? -1 : 1;
  if (a->name.v == b->name.v)
    return (a->def.v > b->def.v) - (a->def.v < b->def.v);
  return name_cmp(a->name, b->name);
}

/* Requires: the second pass.  Fills out->implicit. */
void attributes_collect(Builder *b, Arena *mod) {
  VEC(ImplicitAttribute) list = {0};
  for (uint32_t d = 1; d < b->defs.n; d++) {
    ImplicitAttribute a;
    if (implicit(b, d, &a)) vec_push(&list, b->scratch, a);
  }
  for (uint32_t i = 0; i < b->setattrs.n; i += 2)
    mark_setattr(b, b->setattrs.v[i], b->setattrs.v[i + 1]);
  sort_stable(list.v, list.n, sizeof(*list.v), compare, NULL);
  b->out->implicit = vec_dup(&list, mod);
  b->out->implicit_count = list.n;
}
