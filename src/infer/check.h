/* check.h - checks of whole statements: headers, overrides, overloads.
 *
 * Layer: infer.  Threads: one worker.  All report to ctx->diags and give nothing
 * back.
 */
#ifndef INFER_CHECK_H
#define INFER_CHECK_H

#include "infer/annot.h"
#include <stdarg.h>

/* Reports at the name of a def or class statement. */
void check_report_name(Ctx *ctx, Rule rule, NodeId node, const char *format,
                       ...) __attribute__((format(printf, 4, 5)));
/* Bounds, constraints and defaults of a PEP 695 list. */
void check_typevar_list(Ctx *ctx, uint32_t list);
/* The members of a class against those that they override (override.c). */
void check_overrides(Ctx *ctx, ClassId id);
/* Fields of dataclasses and named tuples (field_check.c). */
void check_fields(Ctx *ctx, ClassId id, NodeId node);
/* A set of overloads, when `def` is its last def (overload_check.c). */
void check_overload_set(Ctx *ctx, DefId def);
/* Making an instance of an abstract or protocol class (abstract.c). */
void check_instantiation(Ctx *ctx, ClassId id, NodeId node);
/* A `type` statement's value. */
void check_type_alias(Ctx *ctx, NodeId node);

#endif
