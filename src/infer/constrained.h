/* constrained.h - operations on values of constrained type variables.
 *
 * Layer: infer.  Memory: ctx->scratch.  Threads: one worker.
 */
#ifndef INFER_CONSTRAINED_H
#define INFER_CONSTRAINED_H

#include "infer/infer_int.h"

/* The first of the operands that is a variable with constraints, or null. */
TypeId constrained_variable(World *world, const TypeId *operands, uint32_t n);

/* The operation with one constraint for the variable, by a MAPPING; null: it is
 * not possible. */
typedef TypeId (*ConstrainedFn)(Ctx *ctx, TypeId mapping, void *data);
/* The operation for each constraint of `var`; null when one is not possible. */
TypeId constrained_each(Ctx *ctx, TypeId var, ConstrainedFn fn, void *data);

#endif
