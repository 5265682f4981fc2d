/* annot.h - what the files that evaluate type expressions share.
 *
 * Layer: infer.  Memory: types interned, work in ctx->scratch.  Threads: one
 * worker.  The public entries (annot_type, ...) are in infer_int.h.
 */
#ifndef INFER_ANNOT_H
#define INFER_ANNOT_H

#include "infer/infer_int.h"

/* A growing list of types in scratch. */
typedef VEC(TypeId) TypeVec;
static inline TypeSpan type_vec_span(const TypeVec *v) {
  return (TypeSpan){v->v, v->n};
}

/* ANNOT_DEFERRED when annotations of this module are evaluated at the end of
 * their scope: stubs, PEP 563, PEP 649. */
uint32_t annot_when(const Infer *infer, const ModuleState *module);

/* One type expression; qualifiers (Final, ...) are allowed and added to *q
 * when q is not NULL. May give an UNPACKED, a ParamSpec or a TypeVarTuple. */
TypeId annot_eval(Ctx *ctx, NodeId node, uint32_t where, uint32_t *q);
/* A nested type expression: qualifiers, unpacking and bare ParamSpecs are
 * errors there. */
TypeId annot_inner(Ctx *ctx, NodeId node, uint32_t where);
/* An element of a list of type arguments: an UNPACKED may stand there. */
TypeId annot_element(Ctx *ctx, NodeId node, uint32_t where);
/* annot_inner's check of what annot_element gave. */
TypeId annot_checked(Ctx *ctx, TypeId t, NodeId node);
/* The runtime value of a name, dotted name or subscript inside a type
 * expression, looked up as `where` says. Never null. */
TypeId annot_value(Ctx *ctx, NodeId node, uint32_t where);
/* The type that `value` stands for; reports at node. Never null. */
TypeId annot_from_value(Ctx *ctx, TypeId value, NodeId node, uint32_t where,
                        uint32_t *q);
/* Reports invalid-type-form and gives Unknown. */
TypeId annot_invalid(Ctx *ctx, NodeId node, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/* The class that typing.List and the like are aliases of; 0: none. */
ClassId annot_collection(SpecialForm form);
/* The union that a type expression means; aliases stay lazy inside the value of
 * an alias. */
TypeId annot_union(Ctx *ctx, TypeSpan members, uint32_t where);

/* The elements of a subscript: those of its tuple, or the one expression. */
typedef struct {
  NodeList list;
  uint32_t one[1];
  bool is_tuple;
} SliceItems;
const SliceItems *annot_slice(Ctx *ctx, NodeId slice);

/* `base[slice]` where base is a runtime value. q: see annot_eval. */
TypeId annot_subscript_eval(Ctx *ctx, TypeId base, NodeId subscript,
                            uint32_t where, uint32_t *q);
/* Whether a qualifier may stand in this place: NULL, or what is wrong. */
const char *annot_qualifier_problem(Ctx *ctx, SpecialForm form, uint32_t where,
                                    const uint32_t *q);
/* The runtime value of `base[slice]` in an expression: a GENERIC_ALIAS or
 * KNOWN_VALUE; null when base is no class, special form or alias. */
TypeId annot_subscript_value(Ctx *ctx, TypeId base, NodeId subscript);
/* The runtime value that a type expression of this type gives: INSTANCE ->
 * CLASS or GENERIC_ALIAS, union -> KNOWN_VALUE_UNION, else KNOWN_VALUE. */
TypeId annot_as_value(TypeId type);

/* ---- annot_generic.c: type arguments ------------------------------------ */

/* Type arguments for `params` (a LIST of TYPE_VARs) out of the subscript's
 * items: fills args[params.n].  Defaults, TypeVarTuple packing, ParamSpecs;
 * what is missing is Unknown.  `name` is for messages. */
void annot_arguments(Ctx *ctx, TypeSpan params, const SliceItems *items,
                     NodeId node, uint32_t where, Str name, TypeId *args);
/* Reports arguments that are outside of their parameters' bounds. */
void annot_check_bounds(Ctx *ctx, TypeSpan params, const TypeId *args,
                        NodeId node);
/* Defaults for all of them. */
void annot_default_arguments(World *world, TypeSpan params, TypeId *args);
/* INSTANCE (or TUPLE) of class_id[items]. */
TypeId annot_specialise(Ctx *ctx, ClassId class_id, const SliceItems *items,
                        NodeId node, uint32_t where);
/* A type with free legacy variables (an implicit generic alias), subscripted. */
TypeId annot_specialise_free(Ctx *ctx, TypeId type, const SliceItems *items,
                             NodeId node, uint32_t where);
/* tuple[items]. */
TypeId annot_tuple(Ctx *ctx, const SliceItems *items, NodeId node,
                   uint32_t where);
/* Elements, some of them UNPACKED, as one TUPLE. */
TypeId annot_pack(World *world, TypeSpan elements);
/* Whether it is *Ts or *tuple[..., ...]. */
bool annot_is_unbounded(TypeId element);

/* ---- annot_callable.c ------------------------------------------------------ */

TypeId annot_callable(Ctx *ctx, const SliceItems *items, NodeId node,
                      uint32_t where);
/* A parameter list in a type expression: PARAMS, or a bare ParamSpec. */
TypeId annot_params_where(Ctx *ctx, NodeId node, uint32_t where);
/* Concatenate[...]: PARAMS. */
TypeId annot_concatenate(Ctx *ctx, const SliceItems *items, NodeId node,
                         uint32_t where);
/* Positional-only parameters without names. */
TypeId annot_params_of_types(World *world, TypeSpan types);
/* (...): any parameters. */
TypeId annot_gradual_params(void);

#endif
