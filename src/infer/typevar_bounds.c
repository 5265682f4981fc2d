/* typevar_bounds.c - bounds, constraints, defaults and variance of type
 * variables.  Typing spec, "Generics", "Type defaults for type parameters". */
#include "infer/class.h"
#include "infer/queries.h"
#include "infer/typevar.h"

enum { ALIASES_MAX = 8 }; /* within aliases, in a bound */

/* The Call on the right of `T = TypeVar(...)`; 0 when there is none. */
static NodeId declaring_call(const ModuleState *m, DefId def) {
  const Def *d = &m->index->defs[def.v];
  if (d->kind != DEF_ASSIGN && d->kind != DEF_ANN_ASSIGN) return (NodeId){0};
  const AstNode *n = ast_at(m->ast, d->node);
  NodeId value = {d->kind == DEF_ASSIGN ? n->b : n->c};
  bool is = value.v && ast_kind(m->ast, value) == AST_Call;
  return is ? value : (NodeId){0};
}

static NodeId call_keyword(const Ast *ast, NodeId call, const char *name) {
  NodeList args = ast_list(ast, ast_at(ast, call)->b);
  for (uint32_t i = 0; i < args.n; i++) {
    const AstNode *a = ast_at(ast, ast_item(args, i));
    if (a->kind == AST_Keyword && a->a && str_is(name_text((NameId){a->a}), name))
      return (NodeId){a->b};
  }
  return (NodeId){0};
}

static TypeId or_empty(TypeId t) {
  return type_is_null(t) ? TYPE(EMPTY_LIST) : t;
}

static TypeId bounds_record(TypeId bound, TypeId constraints, TypeId fallback) {
  TypeId v[3] = {or_empty(bound), or_empty(constraints), or_empty(fallback)};
  return type_list((TypeSpan){v, 3});
}

/* A default in the form in which arguments of that kind of variable come. */
static TypeId default_value(Ctx *ctx, TypeVarKind kind, NodeId node,
                            uint32_t where) {
  switch (kind) {
  case TYPE_VAR_PARAM_SPEC: return annot_params_where(ctx, node, where);
  case TYPE_VAR_TUPLE: {
    TypeId t = annot_element(ctx, node, where);
    if (type_kind(t) != TYPE_KIND_UNPACKED)
      return type_tuple((TypeSpan){0}, TYPE(UNKNOWN), (TypeSpan){0});
    return annot_pack(ctx->world, (TypeSpan){&t, 1});
  }
  default: return annot_type(ctx, node, where);
  }
}

static bool is_any_var(TypeId var, const void *unused) {
  (void)var;
  (void)unused;
  return true;
}

/* Bounds and constraints cannot be generic: their variables may be anything. */
static TypeId bound_type(Ctx *ctx, NodeId node, uint32_t where) {
  TypeId t = annot_type(ctx, node, where);
  if (!type_has(t, TYPE_HAS_TYPE_VAR)) return t;
  TypeVec vars = {0};
  typevar_collect(ctx->scratch, t, is_any_var, NULL, &vars);
  TypePair *pairs = ARENA_ARRAY(ctx->scratch, TypePair, vars.n + 1);
  for (uint32_t i = 0; i < vars.n; i++)
    pairs[i] = (TypePair){vars.v[i], typevar_unknown(vars.v[i])};
  return subst(ctx->world, t, type_mapping(pairs, vars.n));
}

static TypeId constraints_of(Ctx *ctx, NodeList items, uint32_t first,
                             uint32_t where) {
  TypeVec types = {0};
  for (uint32_t i = first; i < items.n; i++) {
    NodeId item = ast_item(items, i);
    AstKind kind = ast_kind(ctx->ast, item);
    if (kind == AST_Keyword || kind == AST_Starred) continue;
    vec_push(&types, ctx->scratch, bound_type(ctx, item, where));
  }
  return types.n ? type_list(type_vec_span(&types)) : TYPE_NULL;
}

static TypeId bounds_of_param(Ctx *ctx, NodeId param) {
  const AstNode *n = ast_at(ctx->ast, param);
  NodeId bound = {n->b}, fallback = {n->c};
  TypeId limit = TYPE_NULL, constraints = TYPE_NULL, otherwise = TYPE_NULL;
  uint32_t where = ANNOT_DEFERRED | ANNOT_ALIAS;
  TypeVarKind kind = n->op == TYPE_PARAM_PARAM_SPEC      ? TYPE_VAR_PARAM_SPEC
                     : n->op == TYPE_PARAM_TYPE_VAR_TUPLE ? TYPE_VAR_TUPLE
                                                          : TYPE_VAR_PLAIN;
  if (bound.v && ast_kind(ctx->ast, bound) == AST_Tuple)
    constraints =
        constraints_of(ctx, ast_list(ctx->ast, ast_at(ctx->ast, bound)->a), 0,
                       where);
  else if (bound.v)
    limit = bound_type(ctx, bound, where);
  if (fallback.v) otherwise = default_value(ctx, kind, fallback, where);
  return bounds_record(limit, constraints, otherwise);
}

static TypeVarKind kind_of_call(Ctx *ctx, NodeId call) {
  TypeId callee =
      expr_infer(ctx, (NodeId){ast_at(ctx->ast, call)->a}, TYPE_NULL);
  if (type_kind(callee) != TYPE_KIND_CLASS) return TYPE_VAR_PLAIN;
  Str name = name_text(class_at(type_class(callee))->name);
  if (str_is(name, "ParamSpec")) return TYPE_VAR_PARAM_SPEC;
  return str_is(name, "TypeVarTuple") ? TYPE_VAR_TUPLE : TYPE_VAR_PLAIN;
}

static TypeId bounds_of_call(Ctx *ctx, NodeId call) {
  /* Arguments of a call are values: names in them are looked up where they
   * stand, except in stubs. */
  uint32_t where = ANNOT_ALIAS;
  if (ctx->module->module->is_stub) where |= ANNOT_DEFERRED;
  NodeId bound = call_keyword(ctx->ast, call, "bound");
  NodeId fallback = call_keyword(ctx->ast, call, "default");
  TypeId limit = TYPE_NULL, otherwise = TYPE_NULL;
  if (bound.v) limit = bound_type(ctx, bound, where);
  if (fallback.v)
    otherwise = default_value(ctx, kind_of_call(ctx, call), fallback, where);
  NodeList args = ast_list(ctx->ast, ast_at(ctx->ast, call)->b);
  return bounds_record(limit, constraints_of(ctx, args, 1, where), otherwise);
}

TypeId type_var_bounds_compute(InferWorker *worker, ModuleState *module,
                               uint32_t index) {
  const Def *def = &module->index->defs[index];
  Ctx ctx = ctx_quiet(worker, module, def->scope);
  if (def->kind == DEF_TYPE_PARAM) return bounds_of_param(&ctx, def->node);
  NodeId call = declaring_call(module, (DefId){index});
  if (call.v) return bounds_of_call(&ctx, call);
  return bounds_record(TYPE_NULL, TYPE_NULL, TYPE_NULL);
}

/* Free variables in a bound or default belong to the scope of its variable. */
static TypeId rebind(World *world, TypeId t, const TypeVarView *view) {
  if (type_is_null(t) || !type_has(t, TYPE_HAS_TYPE_VAR)) return t;
  TypeVec vars = {0};
  typevar_collect(world->scratch, t, typevar_is_free, NULL, &vars);
  if (vars.n == 0 || view->scope_node.v == 0) return t;
  TypePair *pairs = ARENA_ARRAY(world->scratch, TypePair, vars.n);
  for (uint32_t i = 0; i < vars.n; i++) {
    TypeVarView v = type_var_view(vars.v[i]);
    v.scope_module = view->scope_module;
    v.scope_node = view->scope_node;
    v.scope_name = view->scope_name;
    pairs[i] = (TypePair){vars.v[i], type_var(&v)};
  }
  return subst(world, t, type_mapping(pairs, vars.n));
}

/* Whether a type variable stands behind the aliases of a bound, which does not
 * show when the bound is made: `type A = T` may come later. */
static bool is_variable(World *world, TypeId t, uint32_t depth) {
  if (depth == ALIASES_MAX) return true;
  t = alias_expand(world, t);
  if (type_kind(t) == TYPE_KIND_TYPE_VAR) return true;
  if (type_kind(t) != TYPE_KIND_UNION) return false;
  TypeSpan members = type_members(t);
  for (uint32_t i = 0; i < members.n; i++)
    if (is_variable(world, members.v[i], depth + 1)) return true;
  return false;
}

static TypeId concrete(World *world, TypeId t) {
  TypeKind kind = type_kind(t);
  bool may_hide = kind == TYPE_KIND_TYPE_ALIAS || kind == TYPE_KIND_UNION;
  return may_hide && is_variable(world, t, 0) ? TYPE(UNKNOWN) : t;
}

static TypeId concrete_constraints(World *world, TypeId list) {
  if (type_is_null(list)) return list;
  TypeVec types = {0};
  TypeSpan items = type_args(list);
  for (uint32_t i = 0; i < items.n; i++)
    vec_push(&types, world->scratch, concrete(world, items.v[i]));
  return type_list(type_vec_span(&types));
}

static TypeVarBounds bounds_of(World *world, TypeId var) {
  InferWorker *worker = world->self;
  TypeVarView view = type_var_view(var);
  TypeVarBounds bounds = {TYPE_NULL, TYPE_NULL, TYPE_NULL};
  if (view.module.v == 0) return bounds;
  ModuleState *m = module_state(worker, view.module);
  if (view.kind == TYPE_VAR_SELF) {
    /* One that a call makes, as namedtuple() does, is known by the call. */
    ClassId id = view.def.v ? class_of_def(worker, m, view.def)
                            : class_intern(view.module, view.def,
                                           view.scope_node, ID_NONE(ScopeId),
                                           view.scope_name);
    bounds.bound = world_instance_identity(world, id);
    return bounds;
  }
  if (view.def.v == 0) return bounds;
  TypeId record = query(worker, QUERY_TYPE_VAR_BOUNDS, m, view.def.v);
  if (type_kind(record) != TYPE_KIND_LIST) return bounds;
  TypeSpan parts = type_args(record);
  if (parts.n != 3) return bounds;
  TypeId v[3];
  for (int i = 0; i < 3; i++)
    v[i] = type_eq(parts.v[i], TYPE(EMPTY_LIST)) ? TYPE_NULL : parts.v[i];
  if (!type_is_null(v[0]))
    bounds.bound = rebind(world, concrete(world, v[0]), &view);
  bounds.constraints = concrete_constraints(world, v[1]);
  bounds.default_type = rebind(world, v[2], &view);
  return bounds;
}

/* Bound, constraints and default of a type variable (World.type_var_bounds).
 * Answers that used nothing unfinished are kept. */
TypeVarBounds type_var_bounds(World *world, TypeId var) {
  InferWorker *worker = world->self;
  BoundsEntry *entry =
      &worker->bounds.entries[hash_u64(var.v) % BOUNDS_CACHE_SIZE];
  if (type_eq(entry->var, var)) return entry->bounds;
  uint64_t provisional = world->provisional;
  TypeVarBounds bounds = bounds_of(world, var);
  if (world->provisional == provisional) *entry = (BoundsEntry){var, bounds};
  return bounds;
}

/* ---- variance ----------------------------------------------------------------------- */

static bool keyword_is_true(const ModuleState *m, NodeId call, const char *name) {
  NodeId value = call_keyword(m->ast, call, name);
  return value.v && ast_kind(m->ast, value) == AST_True;
}

/* The declared variance of a legacy variable (World.type_var_variance). */
Variance type_var_variance(World *world, TypeId var) {
  TypeVarView view = type_var_view(var);
  if (view.kind == TYPE_VAR_SELF || view.module.v == 0 || view.def.v == 0)
    return VARIANCE_INVARIANT;
  ModuleState *m = module_state(world->self, view.module);
  NodeId call = declaring_call(m, view.def);
  if (call.v == 0) return VARIANCE_INVARIANT;
  if (keyword_is_true(m, call, "covariant")) return VARIANCE_COVARIANT;
  if (keyword_is_true(m, call, "contravariant")) return VARIANCE_CONTRAVARIANT;
  return VARIANCE_INVARIANT;
}

bool typevar_infers_variance(InferWorker *worker, TypeId var) {
  TypeVarView view = type_var_view(var);
  if (view.kind == TYPE_VAR_SELF || view.module.v == 0 || view.def.v == 0)
    return false;
  ModuleState *m = module_state(worker, view.module);
  if (m->index->defs[view.def.v].kind == DEF_TYPE_PARAM) return true;
  NodeId call = declaring_call(m, view.def);
  return call.v && keyword_is_true(m, call, "infer_variance");
}
