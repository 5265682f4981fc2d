/* func.c - signatures of def statements.
 *
 * A signature needs the annotations of its parameters, the defaults where a
 * parameter has no annotation, and the return annotation; only a def without
 * one asks for its body (the query RETURN).  What a parameter is inside the
 * body is asked apart (DEF_DECLARED, func_unannotated_param), so that a body
 * never waits for the signature that waits for it.
 *
 * Sources: typing spec, "annotations.html", "callables.html", "generics.html"
 * (ParamSpec, Self); PEP 484 on `__x` positional-only names.
 */
#include "infer/class.h"
#include "infer/func.h"
#include "infer/queries.h"
#include "infer/special/special.h"
#include "infer/typevar.h"


TypeId func_signature(InferWorker *worker, ModuleState *module, DefId def) {
  return query(worker, QUERY_SIGNATURE, module, def.v);
}

/* ---- where a def stands --------------------------------------------------------- */

static DefId def_in_scope(const Index *index, ScopeId scope, NameId name,
                          NodeId node) {
  PlaceId place = index_symbol(index, scope, name);
  DefId def = place.v ? index->places[place.v].first_def : (DefId){0};
  while (def.v && index->defs[def.v].node.v != node.v)
    def = index->defs[def.v].next;
  return def;
}

/* Its name may be declared global or nonlocal, so the scopes around are looked
 * through. */
DefId func_def_of_scope(const ModuleState *module, ScopeId inner) {
  const Index *index = module->index;
  const Ast *ast = module->ast;
  NodeId node = index->scopes[inner.v].node;
  NameId name = ast_kind(ast, node) == AST_FunctionDef
                    ? ast_function(ast, node)->name
                    : ast_class(ast, node)->name;
  for (ScopeId s = index->scopes[inner.v].parent; s.v;
       s = index->scopes[s.v].parent) {
    DefId def = def_in_scope(index, s, name, node);
    if (def.v) return def;
  }
  return (DefId){0};
}

DefId func_def_of_node(const ModuleState *module, NodeId node) {
  return func_def_of_scope(module, index_scope_of(module->index, node));
}

/* The def whose parameter it is, 0 for a lambda's. */
static NodeId function_of_param(const ModuleState *m, DefId param) {
  ScopeId scope = m->index->defs[param.v].scope;
  NodeId node = m->index->scopes[scope.v].node;
  return ast_kind(m->ast, node) == AST_FunctionDef ? node : (NodeId){0};
}

static DefId param_def(const ModuleState *m, NodeId function, NodeId param) {
  NameId name = {ast_at(m->ast, param)->a};
  if (name.v == 0) return (DefId){0};
  return def_in_scope(m->index, index_scope_of(m->index, function), name, param);
}

Ctx func_header_ctx(InferWorker *worker, ModuleState *module, DefId def) {
  const Def *d = &module->index->defs[def.v];
  ScopeId scope = index_type_params_of(module->index, d->node);
  Ctx ctx = ctx_quiet(worker, module, scope.v ? scope : d->scope);
  ctx.binder = d->node;
  return ctx;
}

ClassId func_class(InferWorker *worker, ModuleState *module, DefId def) {
  return class_of_scope(worker, module, module->index->defs[def.v].scope);
}

/* ---- parameters ------------------------------------------------------------------ */

static bool is_first_positional(const ModuleState *m, NodeId function,
                                NodeId param) {
  NodeList params = ast_list(m->ast, ast_function(m->ast, function)->params);
  return params.n && params.v[0] == param.v &&
         ast_at(m->ast, param)->op <= PARAM_POSITIONAL_OR_KEYWORD;
}

/* The type of a literal default; null when only evaluation would tell. */
TypeId func_literal(const ModuleState *m, NodeId node) {
  const AstNode *n = ast_at(m->ast, node);
  switch (n->kind) {
  case AST_Int: {
    const AstValue *v = &m->ast->values[n->a];
    return v->big ? TYPE_KNOWN(int) : type_literal_int(v->integer);
  }
  case AST_UnaryOp: {
    NodeId operand = {n->a};
    if (n->op != UNARY_MINUS || ast_kind(m->ast, operand) != AST_Int)
      return TYPE_NULL;
    const AstValue *v = &m->ast->values[ast_at(m->ast, operand)->a];
    return v->big ? TYPE_KNOWN(int) : type_literal_int(-v->integer);
  }
  case AST_Str: return type_literal_str(name_intern(m->ast->values[n->a].text));
  case AST_Bytes:
    return type_literal_bytes(name_intern(m->ast->values[n->a].text));
  case AST_True: return TYPE(TRUE);
  case AST_False: return TYPE(FALSE);
  case AST_None: return TYPE_KNOWN(NoneType);
  case AST_Float: return TYPE_KNOWN(float);
  case AST_Complex: return TYPE_KNOWN(complex);
  default: return TYPE_NULL;
  }
}

/* What an unannotated parameter takes: anything, among it the default's kind. */
static TypeId from_default(InferWorker *worker, ModuleState *m, NodeId node) {
  if (node.v == 0) return TYPE(UNKNOWN);
  TypeId t = func_literal(m, node);
  if (type_is_null(t)) return TYPE(UNKNOWN);
  return union_of2(&worker->world, TYPE(UNKNOWN),
                   promote_literals(&worker->world, t));
}

/* `def m(cls)` without a decorator and in no metaclass: what makes a class
 * method of it comes later (m = classmethod(m)). */
static bool is_late_classmethod(InferWorker *worker, ClassId class_id,
                                const AstNode *param) {
  return param->a == NAME_cls &&
         !class_derives(worker, class_id, CLASS_ID(type)) &&
         !(class_flags(&worker->world, class_id) & CLASS_UNKNOWN_BASE);
}

/* Whether overloads of its name stand before a def that is none. */
static bool implements_overloads(InferWorker *worker, ModuleState *m,
                                 ScopeId function) {
  DefId def = func_def_of_scope(m, function), first = {0};
  if (def.v) first = m->index->places[m->index->defs[def.v].place.v].first_def;
  if (first.v == def.v || (func_flags(worker, m, def) & FUNC_OVERLOAD))
    return false;
  return m->index->defs[first.v].kind == DEF_FUNCTION &&
         (func_flags(worker, m, first) & FUNC_OVERLOAD);
}

TypeId func_unannotated_param(InferWorker *worker, ModuleState *module,
                              DefId param) {
  const Def *d = &module->index->defs[param.v];
  NodeId function = function_of_param(module, param);
  const AstNode *node = ast_at(module->ast, d->node);
  if (function.v && is_first_positional(module, function, d->node)) {
    DefId def = func_def_of_scope(module, d->scope);
    ClassId class_id = def.v ? func_class(worker, module, def) : (ClassId){0};
    if (class_id.v) {
      uint32_t flags = func_flags(worker, module, def);
      TypeId self = typevar_self(worker, module, class_id, function);
      if (flags & (FUNC_CLASS | FUNC_NEW)) return type_subclass_of(self);
      if (!(flags & FUNC_STATIC) && !is_late_classmethod(worker, class_id, node))
        return self;
    }
  }
  if (node->op == PARAM_VARIADIC || node->op == PARAM_KEYWORD_VARIADIC)
    return TYPE(UNKNOWN);
  /* The overloads say what their implementation takes, not its defaults. */
  if (function.v && implements_overloads(worker, module, d->scope))
    return TYPE(UNKNOWN);
  return from_default(worker, module, (NodeId){node->c});
}

/* What a call may give for one *args or **kwargs parameter. */
static void set_variadic(Param *param) {
  TypeId t = param->type;
  if (type_kind(t) != TYPE_KIND_UNPACKED) return;
  TypeId inner = type_inner(t);
  param->flags |= PARAM_UNPACKED;
  if (type_is_dynamic(inner)) {
    param->type = inner;
    param->flags &= (uint8_t)~PARAM_UNPACKED;
    return;
  }
  if (param->kind != PARAM_VARIADIC || type_kind(inner) != TYPE_KIND_TUPLE)
    return;
  /* *args: *tuple[int, ...] is *args: int. */
  TupleView view = type_tuple_view(inner);
  if (view.prefix.n || view.suffix.n || type_is_null(view.middle)) return;
  if (type_kind(view.middle) == TYPE_KIND_UNPACKED) {
    param->type = view.middle;
  } else {
    param->type = view.middle;
    param->flags &= (uint8_t)~PARAM_UNPACKED;
  }
}

static Param make_param(InferWorker *worker, ModuleState *m, NodeId function,
                        NodeId node) {
  const AstNode *n = ast_at(m->ast, node);
  Param param = {.name = {n->a}, .kind = n->op, .type = TYPE(UNKNOWN)};
  DefId def = param_def(m, function, node);
  TypeId declared = n->b && def.v ? def_declared(worker, m, def)
                                  : TYPE(EMPTY_LIST);
  if (type_kind(declared) != TYPE_KIND_LIST) {
    param.type = unqualified(declared, NULL);
    param.flags |= PARAM_ANNOTATED;
  } else if (def.v) {
    param.type = func_unannotated_param(worker, m, def);
  }
  if (n->c) {
    param.flags |= PARAM_HAS_DEFAULT;
    AstKind kind = ast_kind(m->ast, (NodeId){n->c});
    if (kind != AST_Float && kind != AST_Complex)
      param.default_type = func_literal(m, (NodeId){n->c});
  }
  if (n->op == PARAM_VARIADIC || n->op == PARAM_KEYWORD_VARIADIC)
    set_variadic(&param);
  return param;
}

static bool is_private_name(NameId name) {
  Str text = name.v ? name_text(name) : STR_EMPTY;
  return str_starts(text, STR("__")) && !str_ends(text, STR("__"));
}

/* Names with two leading underscores in front are positional-only (PEP 484),
 * unless the def says `/` itself. */
static void legacy_positional_only(Param *params, uint32_t n, uint32_t first) {
  for (uint32_t i = 0; i < n; i++)
    if (params[i].kind == PARAM_POSITIONAL_ONLY) return;
  for (uint32_t i = first; i < n; i++) {
    if (params[i].kind != PARAM_POSITIONAL_OR_KEYWORD ||
        !is_private_name(params[i].name))
      return;
    for (uint32_t k = 0; k <= i; k++) params[k].kind = PARAM_POSITIONAL_ONLY;
  }
}

/* ---- return types -------------------------------------------------------------------- */

TypeId func_declared_return(InferWorker *worker, ModuleState *module,
                            DefId def) {
  const Def *d = &module->index->defs[def.v];
  const AstFunction *f = ast_function(module->ast, d->node);
  if (f->returns.v == 0) return TYPE_NULL;
  Ctx ctx = func_header_ctx(worker, module, def);
  return annot_type(&ctx, f->returns,
                    ANNOT_RETURN | annot_when(worker->infer, module));
}

static TypeId coroutine_of(World *world, TypeId t) {
  TypeId args[3] = {TYPE(ANY), TYPE(ANY), t};
  return type_instance(CLASS_ID(CoroutineType), (TypeSpan){args, 3});
}

/* What yields of an undeclared generator give, joined. */
static TypeId inferred_yield(InferWorker *worker, ModuleState *m,
                             ScopeId scope_id) {
  const Scope *scope = &m->index->scopes[scope_id.v];
  Ctx ctx = ctx_quiet(worker, m, scope_id);
  UnionBuilder *builder = union_begin(ctx.world);
  for (uint32_t i = scope->yield_begin; i < scope->yield_end; i++) {
    NodeReach y = m->index->yields[i];
    if (reach_truth(&ctx, y.reach, REACH_ID_ALWAYS) == TRUTH_NEVER) continue;
    NodeId value = {ast_at(m->ast, y.node)->a};
    TypeId t = TYPE_KNOWN(NoneType);
    if (value.v) t = expr_infer(&ctx, value, TYPE_NULL);
    if (ast_kind(m->ast, y.node) == AST_YieldFrom)
      t = expr_iterate(&ctx, t, ID_NONE(NodeId), false);
    union_add(builder, promote_literals(ctx.world, t));
  }
  return union_end(builder);
}

static TypeId inferred_return(InferWorker *worker, ModuleState *m, DefId def,
                              const Def *d) {
  bool is_async = ast_at(m->ast, d->node)->op == 1;
  ScopeId scope = index_scope_of(m->index, d->node);
  bool is_generator = (m->index->scopes[scope.v].flags & SCOPE_GENERATOR) != 0;
  TypeId t = TYPE(UNKNOWN);
  const FileOptions *options = m->module->options;
  if (options == NULL) options = &worker->infer->options->base;
  bool infer = !m->module->is_stub && options->infer_return_types;
  if (infer) t = func_inferred_return(worker, m, def);
  if (!is_generator) return is_async ? coroutine_of(&worker->world, t) : t;
  if (!infer && !is_async) return t;
  TypeId yields = infer ? inferred_yield(worker, m, scope) : TYPE(UNKNOWN);
  TypeId args[3] = {yields, TYPE(ANY), t};
  if (is_async)
    return type_instance(CLASS_ID(AsyncGeneratorType), (TypeSpan){args, 2});
  return type_instance(CLASS_ID(GeneratorType), (TypeSpan){args, 3});
}

static TypeId return_type(InferWorker *worker, ModuleState *m, DefId def,
                          const Def *d) {
  TypeId declared = func_declared_return(worker, m, def);
  if (type_is_null(declared)) return inferred_return(worker, m, def, d);
  if (ast_at(m->ast, d->node)->op != 1) return declared;
  ScopeId scope = index_scope_of(m->index, d->node);
  if (m->index->scopes[scope.v].flags & SCOPE_GENERATOR) return declared;
  return coroutine_of(&worker->world, declared);
}

/* ---- the signature --------------------------------------------------------------------- */

/* A variable that only a Callable in the return type mentions is that Callable's
 * own (typing spec, "Scoping rules for type variables"). `taken`: those that
 * the parameters mention. */
static TypeId rescope_callable(InferWorker *worker, TypeId t,
                               const TypeVarScope *scope,
                               const TypeVec *taken) {
  SignatureView v = type_signature_view(t);
  TypeVec vars = {0}, own = {0};
  for (uint32_t i = 0; i < v.n; i++)
    typevar_collect(worker->scratch, v.params[i].type, typevar_is_of, scope,
                    &vars);
  for (uint32_t i = 0; i < vars.n; i++) {
    bool outer = false;
    for (uint32_t k = 0; k < taken->n; k++)
      outer |= type_eq(taken->v[k], vars.v[i]);
    if (!outer) vec_push(&own, worker->scratch, vars.v[i]);
  }
  if (own.n == 0) return t;
  return type_callable(v.params, v.n, v.returns, type_list(type_vec_span(&own)),
                       v.flags);
}

static TypeId rescope(InferWorker *worker, TypeId t, const TypeVarScope *scope,
                      const TypeVec *taken) {
  if (!type_has(t, TYPE_HAS_TYPE_VAR)) return t;
  if (type_kind(t) == TYPE_KIND_CALLABLE)
    return rescope_callable(worker, t, scope, taken);
  if (type_kind(t) != TYPE_KIND_UNION) return t;
  TypeSpan members = type_members(t);
  TypeId *out = ARENA_ARRAY(worker->scratch, TypeId, members.n);
  bool changed = false;
  for (uint32_t i = 0; i < members.n; i++) {
    out[i] = rescope(worker, members.v[i], scope, taken);
    changed |= !type_eq(out[i], members.v[i]);
  }
  return changed ? union_of_lazy(&worker->world, (TypeSpan){out, members.n}) : t;
}

static void remove_own(TypeVec *vars, TypeId t, uint32_t from) {
  if (type_kind(t) == TYPE_KIND_UNION) {
    TypeSpan members = type_members(t);
    for (uint32_t i = 0; i < members.n; i++) remove_own(vars, members.v[i], from);
    return;
  }
  if (type_kind(t) != TYPE_KIND_CALLABLE) return;
  TypeSpan own = type_args(type_signature_view(t).type_params);
  for (uint32_t i = 0; i < own.n; i++)
    for (uint32_t k = from; k < vars->n; k++)
      if (type_eq(vars->v[k], own.v[i])) {
        for (uint32_t j = k + 1; j < vars->n; j++) vars->v[j - 1] = vars->v[j];
        vars->n--;
        break;
      }
}

/* The type variables that the signature binds: PEP 695 ones, else those that
 * its types mention, in order. */
static TypeId bound_variables(InferWorker *worker, ModuleState *m, NodeId node,
                              const Param *params, uint32_t n,
                              TypeId *returns) {
  const AstFunction *f = ast_function(m->ast, node);
  if (f->type_params) return typevar_params(worker, m, node, f->type_params);
  TypeVec vars = {0};
  TypeVarScope scope = {m->id, node};
  for (uint32_t i = 0; i < n; i++)
    typevar_collect(worker->scratch, params[i].type, typevar_is_of, &scope,
                    &vars);
  uint32_t in_params = vars.n;
  *returns = rescope(worker, *returns, &scope, &vars);
  typevar_collect(worker->scratch, *returns, typevar_is_of, &scope, &vars);
  remove_own(&vars, *returns, in_params);
  return type_list(type_vec_span(&vars));
}

static const Param *find_variadic(const Param *params, uint32_t n) {
  for (uint32_t i = 0; i < n; i++)
    if (params[i].kind == PARAM_VARIADIC) return &params[i];
  return NULL;
}

/* *args: Any, **kwargs: Any, written so or not annotated, mean the same as ...
 * (typing spec, "Callables: meaning of ... in Callable"); a T that happens to
 * be Any does not. */
static bool takes_anything(const Param *params, uint32_t n) {
  return n >= 2 && params[n - 1].kind == PARAM_KEYWORD_VARIADIC &&
         type_is_dynamic(params[n - 1].type) && find_variadic(params, n) &&
         type_is_dynamic(find_variadic(params, n)->type);
}

TypeId func_signature_compute(InferWorker *worker, ModuleState *module,
                              uint32_t index) {
  DefId def = {index};
  const Def *d = &module->index->defs[index];
  const AstFunction *f = ast_function(module->ast, d->node);
  NodeList list = ast_list(module->ast, f->params);
  Param *params = ARENA_ARRAY(worker->scratch, Param, list.n + 1);
  for (uint32_t i = 0; i < list.n; i++)
    params[i] = make_param(worker, module, d->node, ast_item(list, i));
  uint32_t flags = f->returns.v ? 0 : SIGNATURE_INFERRED_RETURN;
  bool method = func_class(worker, module, def).v != 0;
  uint32_t facts = func_flags(worker, module, def);
  bool receiver = method && (!(facts & FUNC_STATIC) || (facts & FUNC_NEW)) &&
                  list.n && params[0].kind <= PARAM_POSITIONAL_OR_KEYWORD;
  if (receiver) flags |= SIGNATURE_METHOD;
  const uint32_t deprecated = FUNC_OVERLOAD | FUNC_DEPRECATED;
  if ((facts & deprecated) == deprecated) flags |= SIGNATURE_DEPRECATED;
  if (takes_anything(params, list.n)) flags |= SIGNATURE_GRADUAL;
  legacy_positional_only(params, list.n, receiver ? 1 : 0);
  TypeId returns = return_type(worker, module, def, d);
  if (facts & FUNC_NO_TYPE_CHECK) returns = TYPE(UNKNOWN);
  TypeId vars = bound_variables(worker, module, d->node, params, list.n,
                                &returns);
  return type_callable(params, list.n, returns, vars, flags);
}

TypeId func_expand_kwargs(World *world, TypeId callable) {
  SignatureView v = type_signature_view(callable);
  if (v.n == 0) return callable;
  const Param *last = &v.params[v.n - 1];
  if (last->kind != PARAM_KEYWORD_VARIADIC || !(last->flags & PARAM_UNPACKED))
    return callable;
  TypeId dict = last->type;
  if (type_kind(dict) == TYPE_KIND_UNPACKED) dict = type_inner(dict);
  dict = alias_expand(world, dict);
  if (type_kind(dict) != TYPE_KIND_INSTANCE) return callable;
  uint32_t n = 0, count = v.n - 1;
  const NameId *names = world->protocol_members(world, type_class(dict), &n);
  Param *params = ARENA_ARRAY(world->scratch, Param, v.n + n + 1);
  memcpy(params, v.params, count * sizeof *params);
  TypeId mapping = subst_mapping_of(world, dict);
  for (uint32_t i = 0; i < n; i++) {
    Member m = world->class_member(world, type_class(dict), names[i]);
    if (type_is_null(m.type)) continue;
    bool optional = (m.flags & MEMBER_NOT_REQUIRED) != 0;
    params[count++] =
        (Param){.name = names[i],
                .type = subst(world, m.type, mapping),
                .kind = PARAM_KEYWORD_ONLY,
                .flags = PARAM_ANNOTATED | (optional ? PARAM_HAS_DEFAULT : 0)};
  }
  bool read_only;
  TypeId extra = typeddict_extra(world->self, type_class(dict), &read_only);
  uint32_t flags = v.flags;
  if (type_is_null(extra)) flags |= SIGNATURE_OPEN_KWARGS;
  else if (!type_eq(extra, TYPE(NEVER)))
    params[count++] = (Param){.name = last->name,
                              .type = subst(world, extra, mapping),
                              .kind = PARAM_KEYWORD_VARIADIC,
                              .flags = PARAM_ANNOTATED};
  return type_callable(params, count, v.returns, v.type_params, flags);
}

/* LIST of the type variables that a def binds, by the names in its header. */
TypeId func_type_params(InferWorker *worker, ModuleState *module, DefId def) {
  NodeId node = module->index->defs[def.v].node;
  const AstFunction *f = ast_function(module->ast, node);
  TypeVec vars = {0};
  if (f->type_params)
    return typevar_params(worker, module, node, f->type_params);
  Ctx ctx = func_header_ctx(worker, module, def);
  NodeList params = ast_list(module->ast, f->params);
  for (uint32_t i = 0; i < params.n; i++) {
    NodeId annotation = {ast_at(module->ast, ast_item(params, i))->b};
    if (annotation.v) typevar_mentions(&ctx, annotation, node, f->name, &vars);
  }
  if (f->returns.v) typevar_mentions(&ctx, f->returns, node, f->name, &vars);
  return type_list(type_vec_span(&vars));
}

/* ---- inside the body ------------------------------------------------------------------- */

/* The type that `return x` must have inside the def; null: not declared. */
TypeId func_expected_return(Ctx *ctx, DefId def) {
  TypeId declared = func_declared_return(ctx->worker, ctx->module, def);
  if (type_is_null(declared)) return declared;
  NodeId node = ctx->module->index->defs[def.v].node;
  ScopeId scope = index_scope_of(ctx->module->index, node);
  bool is_async = ast_at(ctx->module->ast, node)->op == 1;
  if (!(ctx->module->index->scopes[scope.v].flags & SCOPE_GENERATOR))
    return type_kind(declared) == TYPE_KIND_TYPE_GUARD
               ? TYPE_KNOWN(bool)
               : declared;
  GeneratorTypes types;
  if (!func_generator_types(ctx, declared, is_async, &types))
    return TYPE(UNKNOWN);
  return is_async ? TYPE_KNOWN(NoneType) : types.return_type;
}

static bool generator_args(World *world, TypeId t, ClassId class_id,
                           GeneratorTypes *out) {
  TypeId seen = world_as_instance_of(world, t, class_id);
  if (type_is_null(seen) || type_kind(seen) != TYPE_KIND_INSTANCE) return false;
  TypeSpan args = type_args(seen);
  if (args.n == 0) return false;
  out->yield_type = args.v[0];
  out->send_type = args.n > 1 ? args.v[1] : TYPE(ANY);
  out->return_type = args.n > 2 ? args.v[2] : TYPE(ANY);
  return true;
}

/* Whether a generator object may be one: a list is iterable, but no generator. */
static bool may_be_generator(World *world, TypeId t, bool is_async) {
  if (type_kind(t) != TYPE_KIND_INSTANCE)
    return type_kind(t) != TYPE_KIND_TUPLE && !type_is_literal(t);
  if (class_flags(world, type_class(t)) & CLASS_PROTOCOL) return true;
  TypeId made = world_instance_unknown(
      world, is_async ? CLASS_ID(AsyncGeneratorType) : CLASS_ID(GeneratorType));
  return !type_is_null(world_as_instance_of(world, made, type_class(t)));
}

/* The generator may be any of the union's members that generators can be. */
static bool union_generator_types(Ctx *ctx, TypeId t, bool is_async,
                                  GeneratorTypes *out) {
  TypeSpan members = type_members(t);
  UnionBuilder *yields = union_begin(ctx->world);
  UnionBuilder *sends = union_begin(ctx->world);
  UnionBuilder *returns = union_begin(ctx->world);
  bool any = false;
  for (uint32_t i = 0; i < members.n; i++) {
    GeneratorTypes one;
    if (!func_generator_types(ctx, members.v[i], is_async, &one)) continue;
    any = true;
    union_add(yields, one.yield_type);
    union_add(sends, one.send_type);
    union_add(returns, one.return_type);
  }
  out->return_type = union_end(returns);
  out->send_type = union_end(sends);
  out->yield_type = union_end(yields);
  return any;
}

/* Takes the declared return type of a generator apart: one of its own classes,
 * or a supertype of them such as Iterable.  False when it is none of them. */
bool func_generator_types(Ctx *ctx, TypeId declared, bool is_async,
                          GeneratorTypes *out) {
  static const KnownClass plain[] = {KNOWN_Generator, KNOWN_Iterator,
                                     KNOWN_Iterable};
  static const KnownClass async[] = {KNOWN_AsyncGenerator, KNOWN_AsyncIterator,
                                     KNOWN_AsyncIterable};
  World *world = ctx->world;
  TypeId t = alias_expand(world, declared);
  *out = (GeneratorTypes){TYPE(UNKNOWN), TYPE(UNKNOWN), TYPE(UNKNOWN)};
  if (type_is_dynamic(t)) return true;
  if (type_kind(t) == TYPE_KIND_UNION)
    return union_generator_types(ctx, t, is_async, out);
  if (!may_be_generator(world, t, is_async)) return false;
  for (size_t i = 0; i < ARRAY_LEN(plain); i++) {
    ClassId c = {is_async ? async[i] : plain[i]};
    if (generator_args(world, t, c, out)) return true;
  }
  return type_kind(t) == TYPE_KIND_INSTANCE &&
         class_is(type_class(t), KNOWN_object);
}
