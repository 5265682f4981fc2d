/* callable.h - what a value is when it is called.
 *
 * Layer: types.  Memory: results interned, work in world->scratch.  Threads:
 * one World a worker. */
#ifndef TYPES_CALLABLE_H
#define TYPES_CALLABLE_H

#include "types/algebra.h"

/* CALLABLE or OVERLOADED: the signatures of a value when it is called. Null
 * when it cannot be called, or is dynamic, or a union. Functions, bound
 * methods, class objects (their constructor), instances with __call__, bounds
 * of type variables.  Divergent for a function whose signature is asked for
 * inside its own cycle. */
TypeId callable_of(World *world, TypeId t);
/* A signature (or overloads) without its receiver parameter, whose type
 * variables and Self are taken from the receiver (an instance, or a class
 * object for a class method). */
TypeId callable_bind(World *world, TypeId signature, TypeId receiver);
/* The class's instance that a class object makes: C for <class 'C'> and
 * type[C]; null for other types. */
TypeId callable_made(World *world, TypeId class_object);
/* (*args: Any, **kwargs: Any) -> returns, displayed as (...) -> returns. */
TypeId callable_gradual(TypeId returns);
/* PARAMS of a CALLABLE: the value of a ParamSpec. */
TypeId callable_params(TypeId callable);
/* The same signature with other type variables (synthetic copy `number`,
 * 1-255), where those that it binds may also occur in what it is compared with:
 * a function called inside itself, f(f). */
TypeId callable_fresh(World *world, TypeId callable, uint32_t number);
/* Whether params[i], params[i + 1] are *args: P.args, **kwargs: P.kwargs. */
bool callable_has_param_spec(SignatureView view, uint32_t *at);

#endif
