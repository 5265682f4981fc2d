/* call_int.h - what the files of the call machinery share.
 *
 * Layer: infer, inside.  call.c dispatches on what is called, bind_args.c matches arguments
 * to parameters, check_args.c checks and solves one signature, overload.c chooses among
 * several, construct.c makes instances, call_special.c knows reveal_type and friends.
 */
#ifndef INFER_CALL_INT_H
#define INFER_CALL_INT_H

#include "infer/expr_int.h"

/* What is called, for messages. */
typedef struct {
  const char *kind; /* "function", "bound method", "constructor of class", "" */
  Str name;
  TypeId callee; /* FUNCTION or BOUND_METHOD, or null */
  bool is_init;  /* __init__, called for the instance */
  bool makes;    /* __init__ or __new__: the result is an instance */
} CalleeName;
/* Calls inside of calls that are tried with their context first; past it the
 * work would double with each. */
enum { CALL_TRIALS_MAX = 4 };
CalleeName call_name(World *world, TypeId callee);

/* One argument given to one parameter. */
typedef struct {
  uint32_t argument;
  uint32_t param;
  TypeId element; /* of a * or ** argument: the type of one item; else null */
  TypeId have;    /* what check_call found the argument to be; null before */
} Bound;
typedef struct {
  VEC(Bound) bound;
  bool ok;
} Binding;
/* Matches arguments to parameters (Python reference, "Calls"; typing spec, "Callables"). Reports at `node` unless it
 * is 0. Fills *out in ctx->scratch. */
void bind_args(Ctx *ctx, const SignatureView *signature, Arguments args,
               CalleeName name, NodeId node, Binding *out);

/* Checks the arguments against one signature and solves its type variables. Reports
 * at `node` unless it is 0 (then arguments are inferred quietly and are not stored). */
CallResult check_call(Ctx *ctx, TypeId callable, Arguments args,
                      TypeId expected, CalleeName name, NodeId node);
/* f(*x) of a union of tuples, one after the other (call_star_union.c); null: there
 * is no such argument, or not all of them are right. */
TypeId call_star_union(Ctx *ctx, TypeId callee, Arguments args,
                       TypeId expected);
/* What the callee (FUNCTION or BOUND_METHOD, or null), a def without a return
 * annotation, gives to this call of its CALLABLE: its inferred return type less
 * what the arguments rule out (call_site.c). */
TypeId call_site_return(Ctx *caller, TypeId callee, TypeId callable,
                        const Binding *binding);
/* `returns`, of a def in its own terms, in those of a FUNCTION or BOUND_METHOD
 * (signature.c). */
TypeId call_bind_return(World *world, TypeId callee, TypeId returns);
/* The type of one argument under an expected type; loud: it is inferred in the
 * reporting context, once, and stored. */
TypeId argument_type(Ctx *ctx, Argument *argument, TypeId expected, bool loud);
/* Lambdas, displays and the like take their type from the parameter. */
bool argument_is_sensitive(const Ctx *ctx, const Argument *argument);
/* Whether an expression may be of another type in another context: calls, too. */
bool argument_takes_context(const Ast *ast, NodeId node);
/* Infers, loudly, what was not inferred yet. */
void arguments_finish(Ctx *ctx, Arguments args);

/* rebind.c: the callee with type variables of its own where its own are free at
 * the call; a call's result with what the solver left open bound or closed. */
TypeId rebind_fresh(const Ctx *ctx, TypeId callable);
TypeId rebind_result(World *world, TypeId result, Solver *solver);

CallResult call_overloaded(Ctx *ctx, TypeId overloaded, Arguments args,
                           TypeId expected, CalleeName name, NodeId node);
CallResult call_class(Ctx *ctx, TypeId object, Arguments args, TypeId expected,
                      NodeId node);
/* CALLABLE or OVERLOADED of a class object: World.constructor. */
TypeId class_constructor(World *world, TypeId class_object);

/* What a call of functools.partial gives (partial.c), `result` for all other
 * callees.  Reports arguments that the function does not take. */
TypeId partial_call(Ctx *ctx, TypeId callee, Arguments args, TypeId result,
                    NodeId call);

/* The result of a call of bool, len or tuple, narrowed by its argument. */
TypeId call_builtin(Ctx *ctx, TypeId callee, Arguments args, TypeId result);

/* reveal_type, assert_type, cast, super, type, ...: fills *result and returns
 * true when the call is one of them. */
bool call_special(Ctx *ctx, NodeId call, TypeId callee, TypeId *result);

#endif
