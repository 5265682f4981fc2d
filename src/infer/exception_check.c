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

/* ---- clauses that never run ---------------------------------------------------------- */

typedef VEC(ClassId) ClassVec;

/* Adds the classes that a clause names; false: not all of them are known. */
static bool add_classes(Ctx *ctx, TypeId t, ClassVec *out) {
  t = alias_expand(ctx->world, t);
  if (type_kind(t) == TYPE_KIND_TUPLE) {
    TupleView v = type_tuple_view(t);
    bool all = type_is_null(v.middle);
    for (uint32_t i = 0; i < v.prefix.n; i++)
      all &= add_classes(ctx, v.prefix.v[i], out);
    return all;
  }
  if (type_kind(t) != TYPE_KIND_CLASS) return false;
  vec_push(out, ctx->scratch, type_class(t));
  return true;
}

static bool is_caught(Ctx *ctx, ClassId id, const ClassVec *caught) {
  World *world = ctx->world;
  if (class_flags(world, id) & CLASS_UNKNOWN_BASE) return false;
  TypeId made = world_instance_unknown(world, id);
  for (uint32_t i = 0; i < caught->n; i++)
    if (!type_is_null(world_as_instance_of(world, made, caught->v[i])))
      return true;
  return false;
}

void check_handler_order(Ctx *ctx, NodeList handlers) {
  if (!ctx_reports(ctx, RULE_UNREACHABLE_EXCEPT) || handlers.n < 2) return;
  Ctx quiet = expr_quiet(ctx);
  ClassVec caught = {0};
  for (uint32_t i = 0; i < handlers.n; i++) {
    NodeId type = ast_handler(ctx->ast, ast_item(handlers, i))->type;
    if (type.v == 0) return;
    ClassVec own = {0};
    bool never =
        add_classes(&quiet, expr_infer(&quiet, type, TYPE_NULL), &own) &&
        own.n > 0;
    for (uint32_t k = 0; k < own.n; k++)
      never = never && is_caught(ctx, own.v[k], &caught);
    if (never)
      ctx_report(ctx, RULE_UNREACHABLE_EXCEPT, type,
                 "This clause never runs: what it names is caught before");
    for (uint32_t k = 0; k < own.n; k++)
      vec_push(&caught, ctx->scratch, own.v[k]);
  }
}
