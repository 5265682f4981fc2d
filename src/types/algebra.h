/* algebra.h - unions, intersections, substitution, promotion, truth.
 *
 * Layer: types.  Memory: results interned; work in world->scratch.  Threads:
 * one World a worker.  Sources: typing spec "Concepts", "Unions"; Castagna et
 * al. on set-theoretic types. */
#ifndef TYPES_ALGEBRA_H
#define TYPES_ALGEBRA_H

#include "types/world.h"

/* ---- union.h's work: disjunctive normal form ----------------------------- */

/* The union of the members, simplified: flattened, no Never, no duplicates, no
 * member that is redundant beside another, True | False = bool, all members of
 * an enum = the enum; Any and Unknown stay visible; Divergent drops out beside
 * anything else. Keeps the order of first appearance.  Over the caps of
 * caps.def: literals widen to their class, then the whole to a common form. */
TypeId union_of(World *world, TypeSpan members);
TypeId union_of2(World *world, TypeId a, TypeId b);
/* The same, but a TYPE_ALIAS stays a member, unexpanded: for the values of
 * aliases, which may be recursive, and for substitution in them. */
TypeId union_of_lazy(World *world, TypeSpan members);

/* adds one by one; union_of in pieces */
typedef struct UnionBuilder UnionBuilder;
/* Scratch must not be reset, between union_begin and union_end, to a mark taken
 * in between. */
UnionBuilder *union_begin(World *world);
void union_add(UnionBuilder *builder, TypeId type);
TypeId union_end(UnionBuilder *builder);

/* Members when `t` is a union (aliases expanded), else `t` alone: loops over
 * both alike.  The storage of a single one is *single. */
TypeSpan union_members(World *world, TypeId *single);

/* ---- intersection and negation ------------------------------------------- */

TypeId meet_of(World *world, TypeSpan members);
TypeId meet_of2(World *world, TypeId a, TypeId b);
/* a & ~b */
TypeId meet_without(World *world, TypeId a, TypeId b);
TypeId meet_negate(World *world, TypeId t);
/* True only if no value can be in both (one-sided: "false" means not known). */
bool meet_disjoint(World *world, TypeId a, TypeId b);

/* ---- substitution -------------------------------------------------------- */

/* `t` with each variable of `mapping` (a MAPPING) replaced; a ParamSpec by
 * PARAMS, a TypeVarTuple by a TUPLE.  Types without type variables return at
 * once. */
TypeId subst(World *world, TypeId t, TypeId mapping);
/* Parameters of a class -> arguments, as a MAPPING. */
TypeId subst_mapping_of(World *world, TypeId instance);
TypeId subst_compose(World *world, TypeId inner, TypeId outer);
/* Self replaced by `self`. */
TypeId subst_self(World *world, TypeId t, TypeId self);
/* The same for a member of `receiver`: only the Self of its own classes. */
TypeId subst_self_bound(World *world, TypeId t, TypeId receiver);
/* type[inner], distributed over a union. */
TypeId subclass_of(World *world, TypeId inner);
/* Every TYPE_ALIAS at the top level expanded (once or as long as it is one). */
TypeId alias_expand(World *world, TypeId t);

/* ---- shapes of values ---------------------------------------------------- */

/* Inferred literals widened to their class, deep (in tuples, unions): the type
 * that a literal takes in an invariant position or as the public type of an
 * attribute. */
TypeId promote_literals(World *world, TypeId t);
/* The same for literals of int alone: what arithmetic makes without end. */
TypeId promote_numbers(World *world, TypeId t);
/* The same for the element of an invariant container ([f, C]): functions become
 * their signatures, class objects type[...]. */
TypeId promote_invariant(World *world, TypeId t);
/* Literals as annotations mean them (type_literal_declared, in unions and
 * tuples). */
TypeId literals_declared(World *world, TypeId t);
/* A value that a cycle makes of itself again and again, as list[T] of T: where
 * a class (or tuple) lies deeper in itself in `new` than in *old, what lies
 * inside one becomes Unknown, in both.  Gives `new` so cut. */
TypeId type_cut_growth(World *world, TypeId *old, TypeId new);
/* Tuples of several lengths, as a loop makes by adding to one, become one of
 * any length. */
TypeId type_join_tuples(World *world, TypeId t);
/* The type cut at `depth` levels: what lies deeper becomes Unknown (cycle
 * widening, caps.def). */
TypeId type_cut_depth(World *world, TypeId t, uint32_t depth);
/* `t` without Divergent: the parts that are Divergent drop out of unions,
 * elsewhere become Unknown. */
TypeId type_drop_divergent(World *world, TypeId t);
/* `t` with a type of which nothing is known in place of each Any and Unknown:
 * where the result may be assigned to, each materialisation of `t` may. */
TypeId type_any_opaque(World *world, TypeId t);
/* The least type above (`top`) or the greatest below all materialisations of
 * `t`, where types can say it: an invariant argument stays as it is. */
TypeId type_materialize(World *world, TypeId t, bool top);
/* Whether the types differ in nothing but the order of union members, here or
 * in type arguments. May say no where it is so. */
bool type_same_but_order(TypeId a, TypeId b);

typedef enum { TRUTH_AMBIGUOUS, TRUTH_ALWAYS, TRUTH_NEVER } Truth;
/* Whether bool(value) is decided by the type (`__bool__` -> Literal, `__len__`,
 * literals, None, ...). */
Truth type_truth(World *world, TypeId t);
/* The part of `t` whose values may be true (or false). */
TypeId type_when_true(World *world, TypeId t);
TypeId type_when_false(World *world, TypeId t);
/* What a name holds whose type is `t`, when its truth is asked for again: tests
 * that were made of what can change by itself, a list, are forgotten. */
TypeId type_retested(World *world, TypeId t);

#endif
