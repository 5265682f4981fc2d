/* exception_check.c - what can be raised, named as a cause, and caught.
 *
 * Sources: Python reference, "The raise statement", "The try statement".
 */
#include "infer/expr_int.h"
#include "infer/stmt_int.h"

typedef enum { RAISED, CAUSE, CAUGHT } ExceptionUse;

static bool is_class_of(Ctx *ctx, TypeId t, TypeId base) {
  return relate_assignable(ctx->world, t, type_subclass_of(base));
}

/* Whether one value, no union, can be used so. */
static bool is_usable(Ctx *ctx, TypeId t, ExceptionUse use) {
  World *world = ctx->world;
  TypeId base = world_known(world, KNOWN_BaseException);
  if (type_is_dynamic(t)) return true;
  /* Derives from Any in typeshed, so that every method may return it. */
  if (type_kind(t) == TYPE_KIND_INSTANCE &&
      class_is(type_class(t), KNOWN_NotImplementedType))
    return false;
  if (is_class_of(ctx, t, base)) return true;
  if (use == CAUGHT) return false;
  return relate_assignable(world, t, base) ||
         (use == CAUSE &&
          relate_assignable(world, t, world_known(world, KNOWN_NoneType)));
}

static bool is_each_usable(Ctx *ctx, TypeId t, ExceptionUse use) {
  t = alias_expand(ctx->world, t);
  TypeSpan members = union_members(ctx->world, &t);
  for (uint32_t i = 0; i < members.n; i++)
    if (!is_usable(ctx, alias_expand(ctx->world, members.v[i]), use))
      return false;
  return true;
}

void check_raise(Ctx *ctx, NodeId node) {
  const AstNode *n = ast_at(ctx->ast, node);
  if (n->a) {
    TypeId t = expr_infer(ctx, (NodeId){n->a}, TYPE_NULL);
    if (!is_each_usable(ctx, t, RAISED))
      ctx_report(ctx, RULE_INVALID_RAISE, (NodeId){n->a},
                 "Cannot raise object of type `%s`",
                 display_short(ctx->world, t));
  }
  if (n->b) {
    TypeId t = expr_infer(ctx, (NodeId){n->b}, TYPE_NULL);
    if (!is_each_usable(ctx, t, CAUSE))
      ctx_report(ctx, RULE_INVALID_RAISE, (NodeId){n->b},
                 "Cannot use object of type `%s` as an exception cause",
                 display_short(ctx->world, t));
  }
}

/* The first class that an except clause cannot catch, in a nest of tuples and
 * unions of them; null: it can catch all. */
static TypeId not_caught(Ctx *ctx, TypeId t, bool is_group) {
  World *world = ctx->world;
  t = alias_expand(world, t);
  if (type_kind(t) == TYPE_KIND_TUPLE) {
    TupleView v = type_tuple_view(t);
    TypeId bad = TYPE_NULL;
    for (uint32_t i = 0; i < v.prefix.n && type_is_null(bad); i++)
      bad = not_caught(ctx, v.prefix.v[i], is_group);
    if (!type_is_null(v.middle) && type_is_null(bad))
      bad = not_caught(ctx, v.middle, is_group);
    for (uint32_t i = 0; i < v.suffix.n && type_is_null(bad); i++)
      bad = not_caught(ctx, v.suffix.v[i], is_group);
    return bad;
  }
  if (type_kind(t) == TYPE_KIND_UNION) {
    TypeSpan members = type_members(t);
    TypeId bad = TYPE_NULL;
    for (uint32_t i = 0; i < members.n && type_is_null(bad); i++)
      bad = not_caught(ctx, members.v[i], is_group);
    return bad;
  }
  if (type_kind(t) == TYPE_KIND_INTERSECTION) {
    /* One member that can be caught is enough. */
    TypeSpan members = type_intersection_view(t).positive;
    TypeId bad = t;
    for (uint32_t i = 0; i < members.n && !type_is_null(bad); i++)
      bad = not_caught(ctx, members.v[i], is_group);
    return bad;
  }
  if (!is_usable(ctx, t, CAUGHT)) return t;
  TypeId group = world_instance_unknown(world, CLASS_ID(BaseExceptionGroup));
  return is_group && !type_is_dynamic(t) && is_class_of(ctx, t, group)
             ? t
             : TYPE_NULL;
}

void check_handler(Ctx *ctx, NodeId classes, bool is_group) {
  TypeId t = expr_infer(ctx, classes, TYPE_NULL);
  TypeId bad = not_caught(ctx, t, is_group);
  if (type_is_null(bad)) return;
  if (is_group && is_usable(ctx, bad, CAUGHT))
    ctx_report(ctx, RULE_INVALID_EXCEPTION_CAUGHT, classes,
               "Cannot catch `%s` with `except*`: it is an exception group",
               display_short(ctx->world, bad));
  else
    ctx_report(ctx, RULE_INVALID_EXCEPTION_CAUGHT, classes,
               "Cannot catch object of type `%s` in an exception handler",
               display_short(ctx->world, t));
}
