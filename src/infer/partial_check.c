/* partial_check.c - what is given to functools.partial.
 *
 * partial(f, *args, **kwargs) calls f later, with more arguments; those that are
 * given already must fit f's parameters.  So the call is checked against f's
 * signature with a default for every parameter.
 *
 * Not handled: overloaded functions.
 */
#include "infer/call_int.h"
#include "infer/check.h"

static TypeId with_defaults(Ctx *ctx, TypeId callable) {
  SignatureView v = type_signature_view(callable);
  Param *params = ARENA_ARRAY(ctx->scratch, Param, v.n + 1);
  for (uint32_t i = 0; i < v.n; i++) {
    params[i] = v.params[i];
    if (params[i].kind != PARAM_VARIADIC &&
        params[i].kind != PARAM_KEYWORD_VARIADIC)
      params[i].flags |= PARAM_HAS_DEFAULT;
  }
  return type_callable(params, v.n, v.returns, v.type_params, v.flags);
}

void check_partial_call(Ctx *ctx, TypeId callee, Arguments args, NodeId call) {
  if (type_kind(callee) != TYPE_KIND_CLASS ||
      !class_is(type_class(callee), KNOWN_partial) || args.n < 2 ||
      args.v[0].keyword.v || args.v[0].is_star || type_is_null(args.v[0].type))
    return;
  TypeId f = args.v[0].type;
  TypeId callable = type_kind(f) == TYPE_KIND_CLASS
                        ? class_constructor(ctx->world, f)
                        : call_signature(ctx->world, f);
  if (type_is_null(callable) || type_kind(callable) != TYPE_KIND_CALLABLE)
    return;
  Argument *given = ARENA_ARRAY(ctx->scratch, Argument, args.n);
  for (uint32_t i = 1; i < args.n; i++) {
    given[i - 1] = args.v[i];
    /* Displays and lambdas were inferred without their parameter. */
    if (argument_is_sensitive(ctx, &args.v[i]))
      given[i - 1].type = TYPE(UNKNOWN);
  }
  check_call(ctx, with_defaults(ctx, callable),
             (Arguments){given, args.n - 1}, TYPE_NULL,
             call_name(ctx->world, f), call);
}
