/* total_ordering.c - the comparisons that @functools.total_ordering adds.
 *
 * A class that defines one of <, <=, >, >= gets the others; all of them take
 * what the first one defined takes.  (Library reference, "functools".)
 */
#include "infer/special/special.h"

static const WellKnownName comparisons[] = {NAME_dunder_lt, NAME_dunder_le,
                                            NAME_dunder_gt, NAME_dunder_ge};

/* What a comparison method compares with; Unknown when it does not say. */
static TypeId other_type(World *world, TypeId method) {
  TypeId signature = type_kind(method) == TYPE_KIND_FUNCTION
                         ? world->signature(world, method)
                         : method;
  if (type_kind(signature) != TYPE_KIND_CALLABLE) return TYPE(UNKNOWN);
  SignatureView v = type_signature_view(signature);
  return v.n > 1 ? v.params[1].type : TYPE(UNKNOWN);
}

TypeId total_ordering_own_member(InferWorker *worker, ClassId id,
                                 NameId name) {
  bool wanted = false;
  NameId root = {0};
  for (uint32_t i = 0; i < ARRAY_LEN(comparisons); i++) {
    NameId one = {comparisons[i]};
    wanted |= name_eq(one, name);
    if (!root.v && special_is_defined(worker, id, one)) root = one;
  }
  if (!wanted || !root.v || special_is_defined(worker, id, name))
    return TYPE_NULL;
  TypeId other =
      other_type(&worker->world, class_own_member(worker, id, root).type);
  Param params[2] = {
      special_param(NAME_ID(self), special_self(worker, id),
                    PARAM_POSITIONAL_OR_KEYWORD, false),
      special_param(name_intern(STR("other")), other,
                    PARAM_POSITIONAL_OR_KEYWORD, false)};
  return type_callable(params, 2, TYPE_KNOWN(bool), TYPE(EMPTY_LIST),
                       SIGNATURE_METHOD);
}
