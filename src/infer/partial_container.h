/* partial_container.h - empty containers, completed by their uses.
 *
 * Layer: infer, inside.  Threads: one worker.
 */
#ifndef INFER_PARTIAL_CONTAINER_H
#define INFER_PARTIAL_CONTAINER_H

#include "infer/infer_int.h"

/* The type that an assignment of an empty container (`x = []`) binds, by what
 * its scope puts into it; null when it is no such assignment or not all that
 * is put in is known. */
TypeId container_completed(Ctx *ctx, DefId def);
/* The value of the name `node`, of a type found so, where `expected` is
 * wanted: the container as it is wanted when all its items fit, else `type`. */
TypeId container_wanted(Ctx *ctx, NodeId node, TypeId type, TypeId expected);
/* The value `type` of the expression `node` for those who may put in more: a
 * name's container that was completed takes anything again. */
TypeId container_opened(Ctx *ctx, NodeId node, TypeId type);
/* The value `type` of the expression `node` for what is put in: a container that nobody
 * declares takes more than a display with things of several kinds has shown. */
TypeId container_mixed(Ctx *ctx, NodeId node, TypeId type);

#endif
