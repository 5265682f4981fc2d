/* relate.h - subtyping, assignability, equivalence; solving type variables.
 *
 * Layer: types.  Memory: world->scratch; answers by handle pair in the relation
 * cache.  Threads: one World a worker.  Source: typing spec "Concepts: subtype,
 * supertype, and type equivalence", "the assignable-to (or consistent
 * subtyping) relation".
 *
 * Recursion is coinductive: a pair met again while it is being decided is
 * assumed to hold; whatever used the assumption is rolled back if it fails, and
 * only answers that used none enter the cache. A relation takes a depth budget
 * that is a function of the two types; past it the answer is "assignable"
 * (silence, not noise). */
#ifndef TYPES_RELATE_H
#define TYPES_RELATE_H

#include "base/str.h"
#include "types/world.h"

/* Type variables to be solved in one call (solve.c): each has a lower and an
 * upper bound. A solver lives in world->scratch, which must not be reset to a
 * mark taken after solver_create while it is in use. */
typedef struct Solver Solver;

/* Starts solving the variables of `type_params` (a LIST). */
Solver *solver_create(World *world, TypeId type_params);
/* source <: target where either side may hold variables of the solver: adds
 * bounds.  False when they contradict each other (the bounds are then as before
 * the call). */
bool solver_assign(Solver *solver, TypeId source, TypeId target);
/* What a context wants of a call's result, before the arguments: returns <:
 * expected.  When it is known only `partly`, what is unknown in it asks nothing.
 * From here on solver_context replaces variables by upper bounds, too.  False:
 * nothing is asked; the solver is then of no use. */
bool solver_expect(Solver *solver, TypeId returns, TypeId expected,
                   bool partly);
/* Variables of which the lower bound is Any or Unknown take no other from here
 * on. */
void solver_settle(Solver *solver);
/* Marks the bounds; solver_rollback takes back what came after. */
uint32_t solver_mark(const Solver *solver);
void solver_rollback(Solver *solver, uint32_t mark);
/* A MAPPING for the variables that have bounds: the lower bound where there is
 * one (literals promoted unless the variable's upper bound wants them or it
 * occurs in `returns`, which may be null, covariantly and no object of it is
 * made; functions and class objects promoted where `returns` is invariant), else
 * the upper bound.  A constrained variable takes one of its constraints.  Variables without bounds, the solver's own and those that a
 * generic function as argument brought along, are open: they stay themselves in
 * the values, for the caller to bind, or to close: solver_closing maps all
 * variables, the open ones to their defaults, else Unknown.  Null: the mapping
 * is empty. */
TypeId solver_solution(Solver *solver, TypeId returns, bool makes);
TypeId solver_closing(Solver *solver);
bool solver_has(const Solver *solver, TypeId var);
bool solver_is_open(const Solver *solver, TypeId var);
/* The same for what is known so far (context for lambdas and nested calls):
 * unsolved variables stay out. */
TypeId solver_partial(Solver *solver);
/* `want` as context for inferring an argument: known variables replaced. One
 * that is only known to be at most something (by a function that takes it) is
 * replaced only where `want` takes it, too: sorted(["a"], key=len) must not
 * make list[Sized] of the list. */
TypeId solver_context(Solver *solver, TypeId want);
/* What a variable was given so far, null: nothing. Of a ParamSpec: PARAMS in
 * which other variables of the solver may occur. */
TypeId solver_value(const Solver *solver, TypeId var);
bool solver_has_bounds(const Solver *solver, TypeId var);

bool relate_subtype(World *world, TypeId source, TypeId target);
bool relate_assignable(World *world, TypeId source, TypeId target);
bool relate_equivalent(World *world, TypeId a, TypeId b);
/* source adds nothing to a union with target: for simplification; never drops
 * Any or Unknown. */
bool relate_redundant(World *world, TypeId source, TypeId target);

/* Runs a failed assignment again and writes why into `out` as short lines (at
 * most a few), for notes: 'protocol member "x" is missing', 'parameter 2
 * ...'. */
void relate_explain(World *world, TypeId source, TypeId target, StrBuf *out);

#endif
