/* alias.c - type aliases: `type` statements, TypeAliasType, TypeAlias, and
 * plain assignments.
 *
 * A `type` statement and a TypeAliasType call are always lazy: their value holds a
 * TYPE_ALIAS, expanded by whoever looks inside (the query ALIAS_VALUE).  An
 * assignment is read at once, as its value; only a reference from a string or
 * a stub to an alias that encloses the reference or comes after it is lazy (see
 * annot.c), which is what makes recursive aliases possible.
 *
 * The value of an alias is never itself a TYPE_ALIAS: chains are followed here,
 * so that an alias that is defined by itself alone is a cycle of queries and
 * becomes Unknown.
 *
 * A NewType's base is kept in the same query: a definition is only one of them.
 *
 * Source: typing spec, "Type aliases".
 */
#include "infer/alias.h"
#include "infer/queries.h"
#include "infer/typevar.h"


/* ---- syntax ---------------------------------------------------------------------- */

typedef enum {
  ALIAS_NONE,
  ALIAS_STATEMENT, /* type X = ... */
  ALIAS_EXPLICIT,  /* X: TypeAlias = ... */
  ALIAS_CALL,      /* X = f(...): TypeAliasType or NewType */
  ALIAS_IMPLICIT   /* X = A[...] or A | B */
} AliasForm;

/* Whether an annotation is TypeAlias, by whatever name it was imported. */
static bool names_type_alias(InferWorker *worker, ModuleState *m, const Def *d,
                             NodeId annotation) {
  const AstNode *n = ast_at(m->ast, annotation);
  NameId name = {0};
  if (n->kind == AST_Name) name = (NameId){n->a};
  else if (n->kind == AST_Attribute) name = (NameId){n->b};
  else if (n->kind == AST_Str)
    return str_is(m->ast->values[n->a].text, "TypeAlias");
  if (name.v == 0) return false;
  if (str_is(name_text(name), "TypeAlias")) return true;
  if (n->kind != AST_Name) return false;
  Ctx ctx = ctx_quiet(worker, m, d->scope);
  TypeId value = annot_value(&ctx, annotation, annot_when(worker->infer, m));
  return type_kind(value) == TYPE_KIND_SPECIAL_FORM &&
         type_form(value) == FORM_TYPE_ALIAS;
}

/* What kind of alias a definition may be; *value gets the right side. */
static AliasForm form_of(InferWorker *worker, ModuleState *m, DefId def,
                         NodeId *value) {
  const Def *d = &m->index->defs[def.v];
  const AstNode *n = ast_at(m->ast, d->node);
  *value = (NodeId){0};
  switch ((DefKind)d->kind) {
  case DEF_TYPE_ALIAS: *value = (NodeId){n->c}; return ALIAS_STATEMENT;
  case DEF_ANN_ASSIGN:
    *value = (NodeId){n->c};
    if (n->c == 0 || !names_type_alias(worker, m, d, (NodeId){n->b}))
      return ALIAS_NONE;
    return ALIAS_EXPLICIT;
  case DEF_ASSIGN: {
    if (d->flags & DEF_IN_UNPACK) return ALIAS_NONE;
    *value = (NodeId){n->b};
    const AstNode *v = ast_at(m->ast, *value);
    if (v->kind == AST_Call) return ALIAS_CALL;
    bool is_union = v->kind == AST_BinOp && v->op == OP_BITOR;
    return is_union || v->kind == AST_Subscript ? ALIAS_IMPLICIT : ALIAS_NONE;
  }
  default: return ALIAS_NONE;
  }
}

static Ctx alias_ctx(InferWorker *worker, ModuleState *m, DefId def) {
  const Def *d = &m->index->defs[def.v];
  ScopeId scope = {0};
  if (d->kind == DEF_TYPE_ALIAS) {
    scope = index_scope_of(m->index, d->node);
    if (scope.v == 0) scope = index_type_params_of(m->index, d->node);
  }
  return ctx_quiet(worker, m, scope.v ? scope : d->scope);
}

static uint32_t alias_where(const ModuleState *m) {
  return ANNOT_ALIAS | (m->module->is_stub ? ANNOT_DEFERRED : 0);
}

static NameId alias_name(const ModuleState *m, DefId def) {
  return m->index->places[m->index->defs[def.v].place.v].name;
}

/* ---- values ----------------------------------------------------------------------- */

TypeId alias_statement_value(Ctx *ctx, DefId def) {
  TypeId alias = type_alias(ctx->module->id, def, alias_name(ctx->module, def),
                            (TypeSpan){0});
  return type_known_value(KNOWN_VALUE_TYPE_ALIAS, alias);
}

TypeId alias_call_value(ModuleState *module, DefId def, NameId name) {
  return type_known_value(KNOWN_VALUE_TYPE_ALIAS,
                          type_alias(module->id, def, name, (TypeSpan){0}));
}

TypeId alias_explicit_value(Ctx *ctx, DefId def) {
  NodeId value;
  if (form_of(ctx->worker, ctx->module, def, &value) != ALIAS_EXPLICIT) return TYPE_NULL;
  AstKind kind = ast_kind(ctx->module->ast, value);
  uint32_t where = alias_where(ctx->module);
  if (kind == AST_Name || kind == AST_Attribute) {
    TypeId t = annot_value(ctx, value, where);
    if (type_kind(t) != TYPE_KIND_CLASS) return t;
    /* A generic class without arguments is specialised by Unknown for good. */
    TypeId instance = world_instance_unknown(ctx->world, type_class(t));
    bool generic = type_kind(instance) == TYPE_KIND_INSTANCE &&
                   type_args(instance).n;
    return generic ? annot_as_value(instance) : t;
  }
  if (kind == AST_Subscript) {
    NodeId base = {ast_at(ctx->module->ast, value)->a};
    TypeId t = annot_subscript_value(ctx, annot_value(ctx, base, where), value);
    if (!type_is_null(t)) return t;
  }
  return annot_as_value(annot_type(ctx, value, where));
}

TypeId alias_forward_reference(Ctx *ctx, NameId name, NodeId position) {
  ModuleState *m = ctx->module;
  const Index *index = m->index;
  PlaceId place = index_resolve(index, ctx->scope, name);
  if (place.v == 0) return TYPE_NULL;
  DefId def = index->places[place.v].first_def;
  if (def.v == 0 || index->defs[def.v].next.v) return TYPE_NULL;
  if (ast_end(m->ast, index->defs[def.v].node).v <= position.v) return TYPE_NULL;
  NodeId value;
  AliasForm form = form_of(ctx->worker, m, def, &value);
  if (form == ALIAS_EXPLICIT) {
    AstKind kind = ast_kind(m->ast, value);
    if (kind == AST_Name || kind == AST_Attribute) return TYPE_NULL;
  } else if (form != ALIAS_IMPLICIT) {
    return TYPE_NULL;
  }
  return type_known_value(KNOWN_VALUE_TYPE_ALIAS,
                          type_alias(m->id, def, name, (TypeSpan){0}));
}

/* ---- the type inside ---------------------------------------------------------------- */

/* Argument i of a call (0-based), positional or by keyword; 0: none. */
static NodeId call_argument(const Ast *ast, NodeId call, uint32_t i,
                            const char *keyword) {
  NodeList args = ast_list(ast, ast_at(ast, call)->b);
  uint32_t positional = 0;
  for (uint32_t k = 0; k < args.n; k++) {
    NodeId node = ast_item(args, k);
    const AstNode *a = ast_at(ast, node);
    if (a->kind == AST_Keyword) {
      if (a->a && str_is(name_text((NameId){a->a}), keyword))
        return (NodeId){a->b};
    } else if (positional++ == i) {
      return node;
    }
  }
  return (NodeId){0};
}

static bool is_new_type_call(Ctx *ctx, NodeId call) {
  TypeId callee =
      expr_infer(ctx, (NodeId){ast_at(ctx->ast, call)->a}, TYPE_NULL);
  return type_kind(callee) == TYPE_KIND_CLASS &&
         class_is(type_class(callee), KNOWN_NewType);
}

static TypeId value_of_call(Ctx *ctx, NodeId call) {
  bool new_type = is_new_type_call(ctx, call);
  NodeId node =
      call_argument(ctx->ast, call, 1, new_type ? "tp" : "value");
  if (node.v == 0) return TYPE(UNKNOWN);
  /* TypeAliasType evaluates its value when it is made, NewType likewise. */
  return annot_type(ctx, node, alias_where(ctx->module));
}

TypeId alias_value_compute(InferWorker *worker, ModuleState *module,
                           uint32_t index) {
  DefId def = {index};
  NodeId value;
  AliasForm form = form_of(worker, module, def, &value);
  Ctx ctx = alias_ctx(worker, module, def);
  TypeId t;
  switch (form) {
  case ALIAS_NONE: return TYPE(UNKNOWN);
  case ALIAS_CALL: t = value_of_call(&ctx, value); break;
  case ALIAS_STATEMENT:
    t = annot_type(&ctx, value, ANNOT_ALIAS | ANNOT_DEFERRED);
    break;
  default: t = annot_type(&ctx, value, alias_where(module)); break;
  }
  return type_kind(t) == TYPE_KIND_TYPE_ALIAS ? alias_value(ctx.world, t) : t;
}

/* The type variables in a tuple display `(T, *Ts)`. */
static TypeId variables_of_tuple(Ctx *ctx, NodeId tuple) {
  TypeVec vars = {0};
  if (tuple.v && ast_kind(ctx->ast, tuple) == AST_Tuple) {
    NodeList list = ast_list(ctx->ast, ast_at(ctx->ast, tuple)->a);
    for (uint32_t i = 0; i < list.n; i++) {
      TypeId v = annot_value(ctx, ast_item(list, i), ANNOT_ALIAS);
      if (type_kind(v) == TYPE_KIND_KNOWN_VALUE &&
          type_known_value_kind(v) == KNOWN_VALUE_TYPE_VAR &&
          type_kind(type_inner(v)) == TYPE_KIND_TYPE_VAR)
        vec_push(&vars, ctx->scratch, type_inner(v));
    }
  }
  return type_list(type_vec_span(&vars));
}

TypeId alias_type_params(InferWorker *worker, ModuleState *module, DefId def) {
  NodeId value;
  switch (form_of(worker, module, def, &value)) {
  case ALIAS_STATEMENT: {
    const Def *d = &module->index->defs[def.v];
    return typevar_params(worker, module, d->node,
                          ast_at(module->ast, d->node)->b);
  }
  case ALIAS_CALL: {
    Ctx ctx = alias_ctx(worker, module, def);
    return variables_of_tuple(
        &ctx, call_argument(module->ast, value, 2, "type_params"));
  }
  case ALIAS_NONE: return TYPE(EMPTY_LIST);
  default: {
    TypeVec vars = {0};
    TypeId t = query(worker, QUERY_ALIAS_VALUE, module, def.v);
    typevar_collect(worker->scratch, t, typevar_is_free, NULL, &vars);
    return type_list(type_vec_span(&vars));
  }
  }
}

/* The value of a TYPE_ALIAS with its arguments put in (World.alias_value). */
TypeId alias_value(World *world, TypeId alias) {
  InferWorker *worker = world->self;
  ModuleState *m = module_state(worker, type_module_id(alias));
  TypeId t = query(worker, QUERY_ALIAS_VALUE, m, type_def(alias).v);
  if (!type_has(t, TYPE_HAS_TYPE_VAR)) return t;
  TypeSpan params = type_args(alias_type_params(worker, m, type_def(alias)));
  if (params.n == 0) return t;
  TypeSpan args = type_args(alias);
  TypePair *pairs = ARENA_ARRAY(worker->scratch, TypePair, params.n);
  TypeId *defaults = ARENA_ARRAY(worker->scratch, TypeId, params.n);
  if (args.n != params.n) {
    annot_default_arguments(world, params, defaults);
    args = (TypeSpan){defaults, params.n};
  }
  for (uint32_t i = 0; i < params.n; i++)
    pairs[i] = (TypePair){params.v[i], args.v[i]};
  return subst(world, t, type_mapping(pairs, params.n));
}

enum { CYCLE_STEPS = 64 }; /* aliases followed */

/* Whether a `type` statement's value is another alias (or a union with one) that
 * leads to the goal. */
static bool leads_to(InferWorker *worker, ModuleState *m, DefId def,
                     ModuleId goal_module, DefId goal, int *left);

static bool part_leads_to(InferWorker *worker, TypeId t, ModuleId goal_module,
                          DefId goal, int *left) {
  if (type_kind(t) == TYPE_KIND_UNION) {
    TypeSpan members = type_members(t);
    for (uint32_t i = 0; i < members.n; i++)
      if (part_leads_to(worker, members.v[i], goal_module, goal, left))
        return true;
    return false;
  }
  if (type_kind(t) != TYPE_KIND_TYPE_ALIAS) return false;
  if (type_module_id(t).v == goal_module.v && type_def(t).v == goal.v)
    return true;
  ModuleState *m = module_state(worker, type_module_id(t));
  return leads_to(worker, m, type_def(t), goal_module, goal, left);
}

static bool leads_to(InferWorker *worker, ModuleState *m, DefId def,
                     ModuleId goal_module, DefId goal, int *left) {
  if (--*left < 0) return false;
  NodeId value;
  AliasForm form = form_of(worker, m, def, &value);
  if (form == ALIAS_NONE || form == ALIAS_IMPLICIT) return false;
  Ctx ctx = alias_ctx(worker, m, def);
  if (form == ALIAS_CALL)
    value = call_argument(m->ast, value, 1, "value");
  if (value.v == 0) return false;
  uint32_t where = form == ALIAS_STATEMENT ? ANNOT_ALIAS | ANNOT_DEFERRED
                                           : alias_where(m);
  TypeId t = annot_type(&ctx, value, where);
  return part_leads_to(worker, t, goal_module, goal, left);
}

bool alias_is_cyclic(InferWorker *worker, ModuleState *module, DefId def) {
  int left = CYCLE_STEPS;
  return leads_to(worker, module, def, module->id, def, &left);
}

/* World.new_type_base. */
TypeId new_type_base(World *world, TypeId new_type) {
  InferWorker *worker = world->self;
  ModuleState *m = module_state(worker, type_module_id(new_type));
  return query(worker, QUERY_ALIAS_VALUE, m, type_def(new_type).v);
}
