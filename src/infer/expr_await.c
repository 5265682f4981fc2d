/* expr_await.c - iteration, await, context managers, yield.
 *
 * Sources: Python reference, "The for statement", "await", "The with
 * statement", "Yield expressions"; all go through the dunders of the type.
 */
#include "infer/check.h"
#include "infer/expr_int.h"
#include "infer/func.h"

static bool is_awaitable(Ctx *ctx, TypeId t);

/* ---- iteration ------------------------------------------------------------------ */

static TypeId iterate_tuple(World *world, TypeId tuple) {
  TupleView view = type_tuple_view(tuple);
  UnionBuilder *builder = union_begin(world);
  for (uint32_t i = 0; i < view.prefix.n; i++)
    union_add(builder, view.prefix.v[i]);
  if (!type_is_null(view.middle))
    union_add(builder, type_kind(view.middle) == TYPE_KIND_UNPACKED
                           ? world_known(world, KNOWN_object)
                           : view.middle);
  for (uint32_t i = 0; i < view.suffix.n; i++)
    union_add(builder, view.suffix.v[i]);
  return union_end(builder);
}

static TypeId iterate_one(Ctx *ctx, TypeId t, bool is_async, bool *ok);

/* An item is what each part that can be iterated over says; a type that is not known
 * in one leaves it open. */
static TypeId iterate_parts(Ctx *ctx, TypeId t, bool is_async, bool *ok) {
  TypeSpan parts = type_intersection_view(t).positive;
  TypeId item = TYPE_NULL;
  *ok = false;
  for (uint32_t i = 0; i < parts.n; i++) {
    bool fits;
    TypeId one = iterate_one(ctx, alias_expand(ctx->world, parts.v[i]),
                             is_async, &fits);
    if (!fits) continue;
    item = *ok ? meet_of2(ctx->world, item, one) : one;
    *ok = true;
  }
  return *ok ? item : TYPE(UNKNOWN);
}

/* What t gives item by item.  *ok says whether it can be iterated over; what it would
 * give, where a method is there that cannot be called so, is known all the same. */
static TypeId iterate_one(Ctx *ctx, TypeId t, bool is_async, bool *ok) {
  World *world = ctx->world;
  *ok = true;
  if (type_is_dynamic(t) || type_eq(t, TYPE(NEVER))) return t;
  if (type_kind(t) == TYPE_KIND_INTERSECTION &&
      type_intersection_view(t).positive.n)
    return iterate_parts(ctx, t, is_async, ok);
  if (!is_async && (type_kind(t) == TYPE_KIND_TUPLE ||
                    type_kind(t) == TYPE_KIND_LITERAL_STR ||
                    type_kind(t) == TYPE_KIND_LITERAL_BYTES)) {
    TypeId tuple = expr_as_tuple(ctx, t);
    if (!type_is_null(tuple)) return iterate_tuple(world, tuple);
  }
  if (!is_async && type_kind(t) == TYPE_KIND_INSTANCE) {
    /* The commonest ones without a call. */
    ClassId c = type_class(t);
    TypeSpan args = type_args(t);
    if (args.n &&
        (class_is(c, KNOWN_list) || class_is(c, KNOWN_dict) ||
         class_is(c, KNOWN_set) || class_is(c, KNOWN_frozenset)))
      return args.v[0];
  }
  NameId iter = is_async ? NAME_ID(dunder_aiter) : NAME_ID(dunder_iter);
  NameId next = is_async ? NAME_ID(dunder_anext) : NAME_ID(dunder_next);
  CallResult r = call_dunder(ctx, t, iter, NULL, 0);
  bool by_iter =
      r.ok || !type_is_null(attr_dunder(ctx->worker, t, iter));
  *ok = r.ok;
  if (by_iter && (r.ok || is_async)) {
    if (r.ok && type_is_dynamic(r.returns)) return r.returns;
    CallResult item = call_dunder(ctx, r.returns, next, NULL, 0);
    *ok &= item.ok && (!is_async || is_awaitable(ctx, item.returns));
    return is_async && *ok ? expr_await(ctx, item.returns, ID_NONE(NodeId))
                           : item.returns;
  }
  *ok = false;
  if (is_async ||
      attr_dunder_is_none(ctx->worker, t, iter)) return TYPE(UNKNOWN);
  TypeId index = world_known(world, KNOWN_int);
  CallResult item = call_dunder(ctx, t, NAME_ID(dunder_getitem), &index, 1);
  *ok = item.ok;
  if (!item.ok && by_iter)
    item = call_dunder(ctx, r.returns, next, NULL, 0);
  return item.returns;
}

/* Reports an object that can be iterated over where its class has a method that it may
 * not have. */
static void check_iterated(Ctx *ctx, TypeId t, TypeId iterable, NodeId node,
                           bool is_async) {
  Rule rule = RULE_NOT_ITERABLE;
  if (!may_lack_dunders(ctx, rule, t)) return;
  NameId iter = is_async ? NAME_ID(dunder_aiter) : NAME_ID(dunder_iter);
  NameId next = is_async ? NAME_ID(dunder_anext) : NAME_ID(dunder_next);
  NameId item = NAME_ID(dunder_getitem);
  bool by_iter = !type_is_null(attr_dunder(ctx->worker, t, iter));
  bool by_item =
      !is_async && !type_is_null(attr_dunder(ctx->worker, t, item));
  bool missing = by_iter ? check_dunder_missing(ctx, rule, t, iter)
                         : check_dunder_missing(ctx, rule, t, item);
  if (missing && by_iter && by_item)
    missing = check_dunder_missing(ctx, rule, t, item);
  if (!missing && by_iter) {
    CallResult r = call_dunder(ctx, t, iter, NULL, 0);
    missing = r.ok && check_dunder_missing(ctx, rule, r.returns, next);
  }
  if (missing)
    ctx_report(ctx, rule, node, "Object of type `%s` may not be %siterable",
               display_short(ctx->world, iterable), is_async ? "async-" : "");
}

TypeId expr_iterate(Ctx *ctx, TypeId iterable, NodeId node, bool is_async) {
  World *world = ctx->world;
  iterable = alias_expand(world, iterable);
  TypeId store = iterable;
  TypeSpan members = union_members(world, &store);
  UnionBuilder *builder = union_begin(world);
  bool any = false;
  TypeId wrong = TYPE(UNKNOWN);
  for (uint32_t i = 0; i < members.n; i++) {
    TypeId member = alias_expand(world, members.v[i]);
    bool ok;
    TypeId item = iterate_one(ctx, member, is_async, &ok);
    if (!ok) {
      if (!type_is_null(item)) wrong = item;
      if (node.v)
        ctx_report(ctx, RULE_NOT_ITERABLE, node,
                   "Object of type `%s` is not %siterable",
                   display_short(world, iterable), is_async ? "async-" : "");
      continue;
    }
    any = true;
    union_add(builder, item);
    if (node.v) check_iterated(ctx, member, iterable, node, is_async);
  }
  /* The members that can be iterated over say what there is in the loop. */
  TypeId items = union_end(builder);
  return any ? items : wrong;
}

/* ---- await --------------------------------------------------------------------------- */

/* What `yield from` of a generator gives: the third argument of Generator. */
static TypeId generator_return(World *world, TypeId t) {
  if (type_is_dynamic(t)) return t;
  TypeId seen = world_as_instance_of(world, t, CLASS_ID(Generator));
  if (type_is_null(seen) || type_args(seen).n < 3) return TYPE(UNKNOWN);
  return type_args(seen).v[2];
}

static TypeId await_one(Ctx *ctx, TypeId t) {
  if (type_is_dynamic(t) || type_eq(t, TYPE(NEVER))) return t;
  if (type_kind(t) == TYPE_KIND_INSTANCE &&
      class_is(type_class(t), KNOWN_CoroutineType) && type_args(t).n == 3)
    return type_args(t).v[2];
  CallResult r = call_dunder(ctx, t, NAME_ID(dunder_await), NULL, 0);
  if (!r.ok) return TYPE_NULL;
  TypeId unknown = TYPE(UNKNOWN);
  TypeId iterator =
      type_instance(CLASS_ID(Iterator), (TypeSpan){&unknown, 1});
  if (!relate_assignable(ctx->world, r.returns, iterator)) return TYPE_NULL;
  return generator_return(ctx->world, r.returns);
}

static bool is_awaitable(Ctx *ctx, TypeId t) {
  t = alias_expand(ctx->world, t);
  TypeSpan members = union_members(ctx->world, &t);
  for (uint32_t i = 0; i < members.n; i++)
    if (type_is_null(await_one(ctx, alias_expand(ctx->world, members.v[i]))))
      return false;
  return true;
}

TypeId expr_await(Ctx *ctx, TypeId awaitable, NodeId node) {
  World *world = ctx->world;
  awaitable = alias_expand(world, awaitable);
  TypeId store = awaitable;
  TypeSpan members = union_members(world, &store);
  UnionBuilder *builder = union_begin(world);
  for (uint32_t i = 0; i < members.n; i++) {
    TypeId result = await_one(ctx, alias_expand(world, members.v[i]));
    if (type_is_null(result)) {
      if (node.v)
        ctx_report(ctx, RULE_INVALID_AWAIT, node,
                   "Object of type `%s` is not awaitable",
                   display_short(world, awaitable));
      result = TYPE(UNKNOWN);
    }
    union_add(builder, result);
  }
  return union_end(builder);
}

/* ---- with ------------------------------------------------------------------------------- */

/* What is wrong with one half of a context manager, or NULL. */
static const char *enter_problem(Ctx *ctx, const CallResult *r, bool is_async) {
  if (!r->ok) return "it does not correctly implement";
  if (is_async && !is_awaitable(ctx, r->returns))
    return "no awaitable is returned by";
  return NULL;
}

static void check_entered(Ctx *ctx, TypeId manager, NodeId node,
                          bool is_async) {
  Rule rule = RULE_INVALID_CONTEXT_MANAGER;
  NameId enter = is_async ? NAME_ID(dunder_aenter) : NAME_ID(dunder_enter);
  NameId exit = is_async ? NAME_ID(dunder_aexit) : NAME_ID(dunder_exit);
  bool no_enter = check_dunder_missing(ctx, rule, manager, enter);
  if (!no_enter && !check_dunder_missing(ctx, rule, manager, exit)) return;
  ctx_report(ctx, rule, node,
             "Object of type `%s` cannot be used with `%swith` because "
             "the method `%" PRIstr "` may be missing",
             display_short(ctx->world, manager), is_async ? "async " : "",
             STR_ARG(name_text(no_enter ? enter : exit)));
}

TypeId expr_enter(Ctx *ctx, TypeId manager, bool is_async, NodeId node) {
  World *world = ctx->world;
  manager = alias_expand(world, manager);
  NameId enter = is_async ? NAME_ID(dunder_aenter) : NAME_ID(dunder_enter);
  NameId exit = is_async ? NAME_ID(dunder_aexit) : NAME_ID(dunder_exit);
  TypeId store = manager;
  TypeSpan members = union_members(world, &store);
  UnionBuilder *builder = union_begin(world);
  for (uint32_t i = 0; i < members.n; i++) {
    TypeId member = alias_expand(world, members.v[i]);
    TypeId value = TYPE(UNKNOWN);
    if (type_is_dynamic(member)) {
      value = member;
    } else {
      CallResult r = call_dunder(ctx, member, enter, NULL, 0);
      TypeId raised[3] = {TYPE(UNKNOWN), TYPE(UNKNOWN), TYPE(UNKNOWN)};
      CallResult left = call_dunder(ctx, member, exit, raised, 3);
      const char *entering = enter_problem(ctx, &r, is_async);
      const char *leaving = enter_problem(ctx, &left, is_async);
      if (!entering && !leaving) {
        value = is_async ? expr_await(ctx, r.returns, ID_NONE(NodeId))
                         : r.returns;
        if (node.v) check_entered(ctx, member, node, is_async);
      } else if (node.v) {
        ctx_report(ctx, RULE_INVALID_CONTEXT_MANAGER, node,
                   "Object of type `%s` cannot be used with `%swith` because "
                   "%s `%" PRIstr "`",
                   display_short(world, member), is_async ? "async " : "",
                   entering ? entering : leaving,
                   STR_ARG(name_text(entering ? enter : exit)));
      }
    }
    union_add(builder, value);
  }
  return union_end(builder);
}

/* ---- yield -------------------------------------------------------------------------------- */

/* The def in which a yield stands, or 0 (a lambda, the module). */
static DefId enclosing_def(Ctx *ctx) {
  const Index *index = ctx->index;
  ScopeId scope = ctx->scope;
  while (scope.v && index->scopes[scope.v].kind == SCOPE_COMPREHENSION)
    scope = index->scopes[scope.v].parent;
  if (scope.v == 0 || index->scopes[scope.v].kind != SCOPE_FUNCTION)
    return (DefId){0};
  return func_def_of_scope(ctx->module, scope);
}

/* What `yield from` delegates to: the iterator of its operand. */
static TypeId delegate_of(Ctx *ctx, TypeId operand) {
  if (!type_is_null(world_as_instance_of(ctx->world, operand,
                                         CLASS_ID(Generator))))
    return operand;
  CallResult r = call_dunder(ctx, operand, NAME_ID(dunder_iter), NULL, 0);
  return r.ok ? r.returns : operand;
}

TypeId expr_yield(Ctx *ctx, NodeId node) {
  const AstNode *n = ast_at(ctx->ast, node);
  World *world = ctx->world;
  DefId def = ctx->in_string ? ID_NONE(DefId) : enclosing_def(ctx);
  GeneratorTypes types = {TYPE_NULL, TYPE_NULL, TYPE_NULL};
  bool declared = false;
  if (def.v) {
    const Def *d = &ctx->index->defs[def.v];
    TypeId returns = func_declared_return(ctx->worker, ctx->module, def);
    bool is_async = ast_at(ctx->ast, d->node)->op == 1;
    if (!type_is_null(returns))
      declared = func_generator_types(ctx, returns, is_async, &types);
  }
  TypeId none = world_known(world, KNOWN_NoneType);
  if (n->kind == AST_Yield) {
    TypeId value = n->a ? expr_infer(ctx, (NodeId){n->a}, types.yield_type)
                        : none;
    if (declared && !relate_assignable(world, value, types.yield_type))
      ctx_report(ctx, RULE_INVALID_YIELD, n->a ? (NodeId){n->a} : node,
                 "Yield type `%s` does not match annotated yield type `%s`",
                 display_short(world, value),
                 display_short(world, types.yield_type));
    return declared ? types.send_type : TYPE(UNKNOWN);
  }
  TypeId inner = expr_infer(ctx, (NodeId){n->a}, TYPE_NULL);
  TypeId item = expr_iterate(ctx, inner, (NodeId){n->a}, false);
  if (declared && !relate_assignable(world, item, types.yield_type))
    ctx_report(ctx, RULE_INVALID_YIELD, (NodeId){n->a},
               "Yield type `%s` does not match annotated yield type `%s`",
               display_short(world, item),
               display_short(world, types.yield_type));
  if (type_is_dynamic(inner)) return inner;
  TypeId iterator = delegate_of(ctx, inner);
  TypeId seen = world_as_instance_of(world, iterator, CLASS_ID(Generator));
  /* Another iterator than a Generator may end with any StopIteration(value). */
  if (type_is_null(seen) || type_args(seen).n < 3) return TYPE(UNKNOWN);
  TypeId takes = type_args(seen).v[1];
  if (declared && !relate_assignable(world, types.send_type, takes))
    ctx_report(ctx, RULE_INVALID_YIELD, (NodeId){n->a},
               "Send type `%s` does not match annotated send type `%s`",
               display_short(world, takes),
               display_short(world, types.send_type));
  return type_args(seen).v[2];
}
