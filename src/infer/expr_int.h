/* expr_int.h - what the files expr*.c share: one function an expression kind.
 *
 * Layer: infer, inside.  All take a Ctx as expr_infer does.
 */
#ifndef INFER_EXPR_INT_H
#define INFER_EXPR_INT_H

#include "infer/infer_int.h"

/* A copy that neither reports nor counts: for look-ahead. */
Ctx expr_quiet(const Ctx *ctx);

/* Reports object.name, which gave `attr`, where object, or a part of a union, has no such
 * attribute. */
void expr_report_attribute(Ctx *ctx, NodeId node, TypeId object, NameId name,
                           const Attr *attr);

/* expr_display.c */
/* Whether a value, no union, may stand behind `**`; what nobody knows may. */
bool argument_is_mapping(Ctx *ctx, TypeId value);
/* The keys and the items of such a value: a Mapping's, or what keys() and
 * __getitem__ give. False: not known. */
bool mapping_items(Ctx *ctx, TypeId value, TypeId *key, TypeId *item);
TypeId expr_tuple(Ctx *ctx, NodeId node, TypeId expected);
TypeId expr_list_or_set(Ctx *ctx, NodeId node, TypeId expected);
TypeId expr_dict(Ctx *ctx, NodeId node, TypeId expected);
TypeId expr_comprehension(Ctx *ctx, NodeId node, TypeId expected);
TypeId expr_lambda(Ctx *ctx, NodeId node, TypeId expected);
/* The tuple type that a value of a type is, by its class, bound or parts; null: no tuple. */
TypeId expr_as_tuple(Ctx *ctx, TypeId type);
/* The tuple that is unpacked, null when the value is none: a named tuple, another
 * class that derives from a tuple and iterates as one, Self of one. */
TypeId expr_unpacked_tuple(Ctx *ctx, TypeId value);
/* Reports a deleted name that is not bound before. */
void expr_check_deleted(Ctx *ctx, NodeId node);
/* The arguments that an instance of the generic class must have to be assignable to `declared`:
 * args[n], null where nothing is asked. False: nothing is known. */
bool expr_declared_args(Ctx *ctx, ClassId class_id, TypeId declared,
                        TypeId *args, uint32_t n);
/* The same for what a callee expects: its type variables, still to be solved, ask nothing. */
bool expr_expected_args(Ctx *ctx, ClassId class_id, TypeId expected,
                        TypeId *args, uint32_t n);

/* expr_operator.c */
TypeId expr_unary(Ctx *ctx, NodeId node);
TypeId expr_bin_op(Ctx *ctx, NodeId node, TypeId expected);

/* expr_compare.c */
TypeId expr_compare(Ctx *ctx, NodeId node);

/* expr_tuple.c */
/* Start, stop and step of a slice; what is left out, or None, is not given. */
typedef struct {
  int64_t bound[3];
  bool given[3];
} SliceBounds;
/* The bounds of a Slice node; false: not all are literals. */
bool expr_slice_literal(Ctx *ctx, NodeId slice, SliceBounds *out);
/* Fills *first, *count, *step for a sequence of n items (Python's slice.indices). */
void expr_slice_resolve(int64_t n, const SliceBounds *slice, int64_t *first,
                        int64_t *count, int64_t *step);
/* The element at a literal index; null: out of bounds. */
TypeId expr_tuple_at(Ctx *ctx, TypeId tuple, int64_t index);
/* The three below: null where the items do not tell. */
TypeId expr_tuple_slice(Ctx *ctx, TypeId tuple, NodeId slice);
TypeId expr_tuple_concat(Ctx *ctx, TypeId left, TypeId right);
TypeId expr_tuple_repeat(Ctx *ctx, TypeId tuple, int64_t times);

/* expr_subscript.c */
TypeId expr_subscript_node(Ctx *ctx, NodeId node);
/* expr_item.c: what the display that `holder` was assigned says of one item;
 * null: it says nothing. */
TypeId expr_display_item(Ctx *ctx, FlowId holder, NameId key);

/* expr_await.c */
TypeId expr_yield(Ctx *ctx, NodeId node);

/* special/sys.c: TYPE_CHECKING, sys.version_info, sys.platform: symbols whose value follows
 * from the options. Null for all others. */
TypeId special_symbol(InferWorker *worker, const Module *module, NameId name);

#endif
