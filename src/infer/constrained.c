/* constrained.c - operations on values of constrained type variables.
 *
 * A value of type AnyStr is a str or a bytes, and all values of that type in
 * one call are the same of the two.  So an operation is done once for each
 * constraint, with the constraint for the variable in all of its operands; when
 * each gives its own constraint, the result is the variable again, else the
 * union of the results.  Tests may have taken constraints away (`AnyStr & str`,
 * behind isinstance): an operand is then Never for those, and so is the result.
 *
 * Source: typing spec, "Generics: introduction" (constrained type variables).
 */
#include "infer/constrained.h"

TypeId constrained_variable(World *world, const TypeId *operands, uint32_t n) {
  for (uint32_t i = 0; i < n; i++) {
    TypeId t = operands[i];
    if (type_is_null(t)) continue;
    TypeKind kind = type_kind(t);
    TypeSpan parts = {&t, 1};
    if (kind == TYPE_KIND_INTERSECTION)
      parts = type_intersection_view(t).positive;
    else if (kind != TYPE_KIND_TYPE_VAR) continue;
    for (uint32_t k = 0; k < parts.n; k++)
      if (type_kind(parts.v[k]) == TYPE_KIND_TYPE_VAR &&
          !type_is_null(world->type_var_bounds(world, parts.v[k]).constraints))
        return parts.v[k];
  }
  return TYPE_NULL;
}

TypeId constrained_each(Ctx *ctx, TypeId var, ConstrainedFn fn, void *data) {
  World *world = ctx->world;
  TypeSpan choices = type_args(world->type_var_bounds(world, var).constraints);
  TypeId *results = ARENA_ARRAY(ctx->scratch, TypeId, choices.n + 1);
  bool same = true, all = true;
  for (uint32_t i = 0; i < choices.n; i++) {
    TypePair pair = {var, choices.v[i]};
    TypeId t = results[i] = fn(ctx, type_mapping(&pair, 1), data);
    if (type_is_null(t)) return TYPE_NULL;
    if (type_eq(t, TYPE(NEVER))) all = false;
    else same = same && type_eq(t, choices.v[i]);
  }
  if (same && all) return var;
  if (same)
    for (uint32_t i = 0; i < choices.n; i++)
      results[i] = meet_of2(world, var, results[i]);
  return union_of(world, (TypeSpan){results, choices.n});
}
