/* relate_int.h - what the files of the relation share.
 *
 * Layer: types, private to the folder.  Memory: world->scratch.  Threads: one
 * World a worker.
 */
#ifndef TYPES_RELATE_INT_H
#define TYPES_RELATE_INT_H

#include "base/vec.h"
#include "types/algebra.h"
#include "types/relate.h"

typedef enum { RELATE_SUBTYPE, RELATE_ASSIGNABLE } Relation;

/* A pair that is being decided and is assumed to hold meanwhile; lies in the
 * frame of the function that decides it. */
typedef struct Assumption Assumption;
struct Assumption {
  TypeId source, target;
  uint32_t index; /* from the bottom */
  const Assumption *below;
};

enum { NO_ASSUMPTION = UINT32_MAX };

/* One question from outside, and everything that it leads to. */
typedef struct {
  World *world;
  Relation mode;
  Solver *solver;            /* or NULL */
  const Assumption *assumed; /* the newest */
  uint32_t low; /* lowest assumption used so far, or NO_ASSUMPTION */
  uint32_t depth, peak, budget;
  uint64_t cost;
  bool overflow;   /* over a cap: everything holds from here on */
  StrBuf *explain; /* or NULL */
  uint32_t quiet;  /* > 0: a failure here is only one of several tries */
} Relate;

/* source <: target, by the mode of r. */
bool relate(Relate *r, TypeId source, TypeId target);
/* Both ways: the arguments of an invariant parameter. */
bool relate_same(Relate *r, TypeId a, TypeId b);
/* A context inside which nothing is solved, for side questions. */
Relate relate_begin(World *world, Relation mode, TypeId source, TypeId target);
/* The answer of `ok` in a context that may have run over a cap. */
static inline bool relate_end(const Relate *r, bool ok) {
  return ok || r->overflow;
}
/* Whether the pair is being decided further up; notes the use. Puts one on the
 * stack; takes the newest off. */
bool relate_is_assumed(Relate *r, TypeId source, TypeId target);
void relate_assume(Relate *r, Assumption *a, TypeId source, TypeId target);
void relate_unassume(Relate *r, const Assumption *a);
/* Adds a line to the explanation, if there is one. Returns false. */
bool relate_why(Relate *r, const char *fmt, ...) PRINTF_LIKE(2, 3);

/* relate_class.c: the target is an INSTANCE, a class object, type[...]. */
bool relate_to_instance(Relate *r, TypeId source, TypeId target);
bool relate_to_class_object(Relate *r, TypeId source, TypeId target);
bool relate_to_type_form(Relate *r, TypeId source, TypeId target);
bool relate_args(Relate *r, ClassId class_id, TypeSpan source, TypeSpan target);
/* relate_tuple.c */
bool relate_tuples(Relate *r, TypeId source, TypeId target);
/* relate_callable.c: CALLABLE or OVERLOADED on both sides. */
bool relate_callables(Relate *r, TypeId source, TypeId target);
bool relate_params(Relate *r, SignatureView source, SignatureView target);
/* protocol.c: the target is an instance of a protocol. */
bool relate_to_protocol(Relate *r, TypeId source, TypeId target);
/* typed_dict.c: some item of the TypedDict is required. */
bool typed_dict_is_never_empty(World *world, TypeId dict);
/* typed_dict.c: the source is a TypedDict; the target is one that is no base of
 * it, Mapping[...], dict[...]. */
bool relate_typed_dicts(Relate *r, TypeId source, TypeId target);
bool relate_typed_dict_mapping(Relate *r, TypeId source, TypeId target);
bool relate_typed_dict_dict(Relate *r, TypeId source, TypeId target);

/* solve.c */
/* source <: var, var <: target. */
bool solver_lower(Relate *r, TypeId var, TypeId source);
bool solver_upper(Relate *r, TypeId var, TypeId target);
/* Never <: var: it is Never, if nothing else is known of it. */
void solver_never(Relate *r, TypeId var);
/* A dynamic type for all variables of the solver in `t`. */
bool solver_bind_all(Relate *r, TypeId t, TypeId dynamic);
/* Solves for more variables, those of a generic source, from here on. */
void solver_add(Solver *solver, TypeSpan vars);
/* The number of the next fresh copy of a signature. */
uint32_t solver_fresh(Solver *solver);

static inline bool relate_is_variable(const Relate *r, TypeId t) {
  return r->solver && type_kind(t) == TYPE_KIND_TYPE_VAR &&
         solver_has(r->solver, t);
}

#endif
