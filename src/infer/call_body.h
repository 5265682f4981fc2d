/* call_body.h - return expressions of a def as one call has them (call_body.c).
 *
 * Layer: infer, inside.  Memory: the worker's scratch.  Threads: one worker.
 */
#ifndef INFER_CALL_BODY_H
#define INFER_CALL_BODY_H

#include "infer/infer_int.h"

/* The context for inferring expressions of the def of `inside` whose parameters
 * have the types `given` by a call. */
Ctx call_body_ctx(const Ctx *inside, const Override *given);
/* Requires: ctx->body.  The value of a definition, of a flow node. */
TypeId call_body_def(Ctx *ctx, DefId def);
TypeId call_body_flow(Ctx *ctx, FlowId flow);

#endif
