/* partial.c - functools.partial.
 *
 * partial(f, *args, **kwargs) calls f later, with more arguments.  What is given
 * already must fit f's parameters: it is checked against f's signature with a
 * default for every parameter.  The object is a KNOWN_VALUE around the
 * signature that is left: parameters filled by position are gone; one filled by
 * name has a default, and it and those behind it can be given by name only.
 * Type variables that the arguments decide are replaced.  Of several overloads
 * those stay that take the arguments.
 *
 * Not handled: arguments behind * and **, functions with a ParamSpec or
 * TypeVarTuple of their own; such an object is a partial[R].
 */
#include "infer/call_int.h"
#include "infer/check.h"
#include "infer/func.h"
#include "types/callable.h"

/* ---- what is given ------------------------------------------------------------ */

/* A ParamSpec or TypeVarTuple among the type parameters. */
static bool takes_packs(TypeId type_params) {
  TypeSpan vars = type_args(type_params);
  for (uint32_t i = 0; i < vars.n; i++)
    if (type_var_view(vars.v[i]).kind == TYPE_VAR_PARAM_SPEC ||
        type_var_view(vars.v[i]).kind == TYPE_VAR_TUPLE)
      return true;
  return false;
}

static TypeId with_defaults(Ctx *ctx, SignatureView v) {
  Param *params = ARENA_ARRAY(ctx->scratch, Param, v.n + 1);
  uint32_t pair = v.n, n = v.n;
  /* What a ParamSpec of the function around stands for may be given in part. */
  if (callable_has_param_spec(v, &pair) && takes_packs(v.type_params))
    pair = v.n;
  for (uint32_t i = 0; i < n; i++) {
    params[i] = v.params[i];
    if (i >= pair) params[i].type = TYPE(ANY);
    if (params[i].kind != PARAM_VARIADIC &&
        params[i].kind != PARAM_KEYWORD_VARIADIC)
      params[i].flags |= PARAM_HAS_DEFAULT;
  }
  return type_callable(params, n, v.returns, v.type_params, v.flags);
}

/* The arguments behind the function. */
static Arguments given_arguments(Ctx *ctx, Arguments args) {
  Argument *given = ARENA_ARRAY(ctx->scratch, Argument, args.n);
  for (uint32_t i = 1; i < args.n; i++) {
    given[i - 1] = args.v[i];
    /* Displays and lambdas were inferred without their parameter; how many
     * parameters *args and **kwargs fill is not known. */
    if (argument_is_sensitive(ctx, &args.v[i]) || args.v[i].is_star ||
        args.v[i].is_double_star)
      given[i - 1].type = TYPE(UNKNOWN);
    given[i - 1].type =
        argument_type(ctx, &given[i - 1], TYPE_NULL, false);
  }
  return (Arguments){given, args.n - 1};
}

static bool is_unpacked(Arguments args) {
  for (uint32_t i = 0; i < args.n; i++)
    if (args.v[i].is_star || args.v[i].is_double_star) return true;
  return false;
}

/* ---- what is left --------------------------------------------------------------- */

/* The default that an argument given by name is, where a signature can show it. */
static TypeId shown_default(TypeId argument) {
  bool plain = type_is_literal(argument) ||
               argument.v == TYPE_KNOWN(NoneType).v;
  return plain ? argument : TYPE_NULL;
}

/* The parameters that the arguments leave, in out[]; their number. */
static uint32_t left_params(const SignatureView *v, const Binding *binding,
                            Arguments args, Arena *scratch, Param *out) {
  const Argument **by = ARENA_ARRAY(scratch, const Argument *, v->n + 1);
  for (uint32_t i = 0; i < binding->bound.n; i++)
    by[binding->bound.v[i].param] = &args.v[binding->bound.v[i].argument];
  bool named = false; /* behind one that was filled by name */
  uint32_t n = 0;
  for (uint32_t k = 0; k < v->n; k++) {
    Param p = v->params[k];
    bool collects = p.kind == PARAM_VARIADIC || p.kind == PARAM_KEYWORD_VARIADIC;
    if (by[k] && !collects && !by[k]->keyword.v) continue;
    if (p.kind == PARAM_VARIADIC && named) continue;
    if (by[k] && !collects) {
      named |= p.kind == PARAM_POSITIONAL_OR_KEYWORD;
      p.flags |= PARAM_HAS_DEFAULT;
      p.default_type = shown_default(by[k]->type);
    }
    if (named && p.kind == PARAM_POSITIONAL_OR_KEYWORD)
      p.kind = PARAM_KEYWORD_ONLY;
    out[n++] = p;
  }
  return n;
}

/* CALLABLE: one signature less the arguments; null: it does not take them, or
 * nothing is known. */
static TypeId left_of(Ctx *ctx, TypeId callable, Arguments args) {
  World *world = ctx->world;
  callable = rebind_fresh(ctx, func_expand_kwargs(world, callable));
  SignatureView v = type_signature_view(callable);
  if (takes_packs(v.type_params)) return TYPE_NULL;
  SignatureView lax = type_signature_view(with_defaults(ctx, v));
  Binding binding;
  bind_args(ctx, &lax, args, (CalleeName){"", {0}, TYPE_NULL, false, false},
            ID_NONE(NodeId), &binding);
  if (!binding.ok) return TYPE_NULL;
  Solver *solver = solver_create(world, v.type_params);
  for (uint32_t i = 0; i < binding.bound.n; i++) {
    /* What it leaves of a ParamSpec nobody can say. */
    if (type_kind(v.params[binding.bound.v[i].param].type) ==
        TYPE_KIND_PARAM_SPEC_PART)
      return TYPE_NULL;
    TypeId want = v.params[binding.bound.v[i].param].type;
    TypeId have = args.v[binding.bound.v[i].argument].type;
    if (!solver_assign(solver, have, want)) return TYPE_NULL;
  }
  Param *params = ARENA_ARRAY(ctx->scratch, Param, v.n + 1);
  uint32_t n = left_params(&v, &binding, args, ctx->scratch, params);
  uint32_t flags = v.flags & ~(uint32_t)SIGNATURE_METHOD;
  TypeId left = type_callable(params, n, v.returns, TYPE(EMPTY_LIST), flags);
  if (type_args(v.type_params).n == 0) return left;
  TypeId solution = solver_solution(solver, TYPE_NULL, false);
  if (!type_is_null(solution)) left = subst(world, left, solution);
  left = rebind_result(world, left, solver);
  return type_kind(left) == TYPE_KIND_CALLABLE ? left : TYPE_NULL;
}

/* OVERLOADED, or the CALLABLE of the only one that fits, or null; *none: it is
 * known that no overload takes the arguments. */
static TypeId left_of_overloads(Ctx *ctx, TypeSpan items, Arguments args,
                                bool *none) {
  TypeId *left = ARENA_ARRAY(ctx->scratch, TypeId, items.n + 1);
  uint32_t n = 0;
  *none = true;
  for (uint32_t i = 0; i < items.n; i++) {
    TypeId t = left_of(ctx, items.v[i], args);
    if (!type_is_null(t)) left[n++] = t;
    if (takes_packs(type_signature_view(items.v[i]).type_params))
      *none = false;
  }
  *none &= n == 0;
  return n ? type_overloaded((TypeSpan){left, n}) : TYPE_NULL;
}

/* The same for any callable, which is checked, too. */
static TypeId left_of_any(Ctx *ctx, TypeId f, TypeId callable, Arguments args,
                          NodeId call) {
  CalleeName name = call_name(ctx->world, f);
  if (type_kind(callable) == TYPE_KIND_CALLABLE) {
    if (ctx->diags && args.n)
      check_call(ctx, with_defaults(ctx, type_signature_view(callable)), args,
                 TYPE_NULL, name, call);
    return is_unpacked(args) ? TYPE_NULL : left_of(ctx, callable, args);
  }
  if (type_kind(callable) != TYPE_KIND_OVERLOADED || is_unpacked(args))
    return TYPE_NULL;
  bool none;
  TypeId left = left_of_overloads(ctx, type_args(callable), args, &none);
  if (none)
    ctx_report(ctx, RULE_NO_MATCHING_OVERLOAD, call,
               "No overload%s%s%s%" PRIstr "%s takes the arguments that are "
               "given to `partial`",
               name.name.len ? " of " : "", name.kind,
               name.name.len ? " `" : "", STR_ARG(name.name),
               name.name.len ? "`" : "");
  return left;
}

/* ---- the call ------------------------------------------------------------------- */

TypeId partial_call(Ctx *ctx, TypeId callee, Arguments args, TypeId result,
                    NodeId call) {
  if (type_kind(callee) != TYPE_KIND_CLASS ||
      !class_is(type_class(callee), KNOWN_partial) || args.n == 0 ||
      args.v[0].keyword.v || args.v[0].is_star)
    return result;
  TypeId f = argument_type(ctx, &args.v[0], TYPE_NULL, false);
  TypeId callable =
      type_is_dynamic(f) ? TYPE_NULL : callable_of(ctx->world, f);
  if (type_is_null(callable)) return result;
  TypeId left =
      left_of_any(ctx, f, callable, given_arguments(ctx, args), call);
  TypeSpan params = type_args(class_type_params(ctx->world, type_class(callee)));
  return type_is_null(left) || params.n != 1
             ? result
             : type_known_value(KNOWN_VALUE_PARTIAL, left);
}
