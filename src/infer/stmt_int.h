/* stmt_int.h - checking statements: what stmt*.c and assign.c share.
 *
 * Layer: infer, inside.  All take a reporting Ctx.
 */
#ifndef INFER_STMT_INT_H
#define INFER_STMT_INT_H

#include "infer/infer_int.h"

/* Checks storing `value` into a target; value_node (0: part of an unpacking) is where to
 * report. */
void assign_check(Ctx *ctx, NodeId target, TypeId value, NodeId value_node);
/* The type that the target wants of its value, or null. */
TypeId assign_expected(Ctx *ctx, NodeId target, NodeId value);
/* What a display is expected to be whose items go to the targets: a tuple of
 * what they declare, or of what `only` does, `declared`; null: nothing. */
TypeId assign_unpack_expected(Ctx *ctx, NodeId target, NodeId value,
                              NodeId only, TypeId declared);
/* What `object[index] = value` asks of a value that takes its type from there, or
 * null; reports nothing. */
TypeId assign_item_expected(Ctx *ctx, NodeId target, NodeId value);

/* access_check.c: stores to object.name and object[key]. */
void check_attribute_store(Ctx *ctx, NodeId target, TypeId value);
void check_subscript_store(Ctx *ctx, NodeId target, TypeId value);
/* The same behind an augmented assignment, which has read the target. */
void check_attribute_restore(Ctx *ctx, NodeId target, TypeId value);
void check_subscript_restore(Ctx *ctx, NodeId target, TypeId value);
/* What may be stored in object.name; null: nothing is known, or several types. */
TypeId attribute_expected(Ctx *ctx, NodeId target);
void check_delete(Ctx *ctx, NodeId node);

/* Checks a function's header (annotations, defaults, decorators), in the scope around it. */
void check_function_header(Ctx *ctx, NodeId node);
/* Checks a function's body in its own scope. */
void check_function_body(Ctx *ctx, ScopeId scope);
void check_module_body(Ctx *ctx);
/* The end of a function with a declared return type. */
void check_implicit_return(Ctx *ctx, ScopeId scope, DefId def);
/* A raise statement; what an except clause names (exception_check.c). */
void check_raise(Ctx *ctx, NodeId node);
void check_handler(Ctx *ctx, NodeId classes, bool is_group);
/* Clauses of a try statement whose classes earlier ones catch. */
void check_handler_order(Ctx *ctx, NodeList handlers);
/* Import statements: unresolved modules and names. */
void check_import(Ctx *ctx, NodeId node);
void check_import_from(Ctx *ctx, NodeId node);

#endif
