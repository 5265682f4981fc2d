/* ty_extensions.h - what the analyser knows of the module `ty_extensions`.
 *
 * Layer: infer.  Memory: types interned, work in ctx->scratch.  Threads: one
 * worker.
 */
#ifndef INFER_TY_EXTENSIONS_H
#define INFER_TY_EXTENSIONS_H

#include "infer/annot.h"

/* `form[items]` as a type expression, form being one of the module's; reports
 * at node. Never null. */
TypeId ty_extensions_form(Ctx *ctx, SpecialForm form, const SliceItems *items,
                          NodeId node, uint32_t where);
/* The answer of a call of one of the module's functions, for which static_assert
 * and the reveal functions report; null: an ordinary call, whose arguments are
 * yet to be checked. */
TypeId ty_extensions_call(Ctx *ctx, NodeId call, TypeId callee);

#endif
