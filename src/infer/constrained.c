/* constrained.c - operations on values of constrained type variables.
 *
 * A value of type AnyStr is a str or a bytes, and all values of that type in
 * one call are the same of the two.  So an operation is done once for each
 * constraint, with the constraint for the variable in all of its operands; when
 * each gives its own constraint, the result is the variable again, else the
 * union of the results.
 *
 * Source: typing spec, "Generics: introduction" (constrained type variables).
 */
#include "infer/constrained.h"

TypeId constrained_variable(World *world, const TypeId *operands, uint32_t n) {
  for (uint32_t i = 0; i < n; i++) {
    TypeId t = operands[i];
    if (type_is_null(t) || type_kind(t) != TYPE_KIND_TYPE_VAR) continue;
    if (!type_is_null(world->type_var_bounds(world, t).constraints)) return t;
  }
  return TYPE_NULL;
}

TypeId constrained_each(Ctx *ctx, TypeId var, ConstrainedFn fn, void *data) {
  World *world = ctx->world;
  TypeSpan choices = type_args(world->type_var_bounds(world, var).constraints);
  TypeId *results = ARENA_ARRAY(ctx->scratch, TypeId, choices.n + 1);
  bool same = true;
  for (uint32_t i = 0; i < choices.n; i++) {
    TypePair pair = {var, choices.v[i]};
    results[i] = fn(ctx, type_mapping(&pair, 1), data);
    if (type_is_null(results[i])) return TYPE_NULL;
    same = same && type_eq(results[i], choices.v[i]);
  }
  return same ? var : union_of(world, (TypeSpan){results, choices.n});
}
