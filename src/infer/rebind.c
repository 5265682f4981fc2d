/* rebind.c - type variables before a call and after it.
 *
 * Before: a function that calls itself, or a method of Box[T] that makes a Box,
 * has the callee's variables among the types of its arguments.  The call gets a
 * copy of the callee with variables of its own then, so that T@f given as an
 * argument can be the value of T@f.
 *
 * After: variables that nothing decided are open.  Those of a returned callable
 * are bound by it (typing spec, "Generics: scoping rules": a decorator factory
 * returns a generic decorator; a generic function put through a decorator of
 * Callable[P, R] stays generic); all others become their default, or Unknown.
 * Copies that the solver made get their first name back where that is free.
 */
#include "infer/call_int.h"
#include "infer/typevar.h"
#include "types/callable.h"

/* ---- before ---------------------------------------------------------------- */

TypeId rebind_fresh(const Ctx *ctx, TypeId callable) {
  TypeSpan vars = type_args(type_signature_view(callable).type_params);
  for (uint32_t i = 0; i < vars.n; i++)
    if (typevar_is_visible(ctx, vars.v[i]))
      return callable_fresh(ctx->world, callable, TYPE_VAR_COPY_CALLEE);
  return callable;
}

/* ---- after ----------------------------------------------------------------- */

static bool is_open(TypeId var, const void *solver) {
  return solver_is_open(solver, var);
}

static bool any(TypeId var, const void *unused) { return true; }

static bool contains(TypeSpan types, TypeId t) {
  for (uint32_t i = 0; i < types.n; i++)
    if (type_eq(types.v[i], t)) return true;
  return false;
}

/* The variable under its first name, unless that is taken. */
static TypeId original(TypeId var, TypeSpan taken) {
  TypeVarView v = type_var_view(var);
  v.synthetic = 0;
  TypeId first = type_var(&v);
  return contains(taken, first) ? var : first;
}

/* A callable binds the open variables in it. */
static TypeId bind_open(World *world, TypeId callable, const Solver *solver) {
  TypeVec open = {0}, used = {0};
  typevar_collect(world->scratch, callable, is_open, solver, &open);
  if (open.n == 0) return callable;
  typevar_collect(world->scratch, callable, any, NULL, &used);
  SignatureView v = type_signature_view(callable);
  TypeSpan own = type_args(v.type_params);
  TypePair *pairs = ARENA_ARRAY(world->scratch, TypePair, open.n);
  TypeVec all = {0};
  for (uint32_t i = 0; i < own.n; i++) vec_push(&all, world->scratch, own.v[i]);
  for (uint32_t i = 0; i < open.n; i++) {
    TypeId var = open.v[i];
    if (!contains(own, var)) vec_push(&all, world->scratch, var);
    pairs[i] = (TypePair){var, original(var, type_vec_span(&used))};
    vec_push(&used, world->scratch, pairs[i].value);
  }
  TypeId generic = type_callable(v.params, v.n, v.returns,
                                 type_list(type_vec_span(&all)), v.flags);
  return subst(world, generic, type_mapping(pairs, open.n));
}

TypeId rebind_result(World *world, TypeId t, Solver *solver) {
  if (!type_has(t, TYPE_HAS_TYPE_VAR)) return t;
  if (type_kind(t) == TYPE_KIND_CALLABLE) return bind_open(world, t, solver);
  if (type_kind(t) == TYPE_KIND_OVERLOADED || type_kind(t) == TYPE_KIND_UNION) {
    bool is_union = type_kind(t) == TYPE_KIND_UNION;
    TypeSpan items = is_union ? type_members(t) : type_args(t);
    TypeId *out = ARENA_ARRAY(world->scratch, TypeId, items.n + 1);
    for (uint32_t i = 0; i < items.n; i++)
      out[i] = rebind_result(world, items.v[i], solver);
    TypeSpan all = {out, items.n};
    return is_union ? union_of(world, all) : type_overloaded(all);
  }
  TypeVec open = {0};
  typevar_collect(world->scratch, t, is_open, solver, &open);
  return open.n ? subst(world, t, solver_closing(solver)) : t;
}
