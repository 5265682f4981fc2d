/* rebuild.h - a type made anew from changed parts.
 *
 * Layer: types, private to the folder.  Memory: results interned, work in
 * world->scratch.  Threads: one World a worker.
 */
#ifndef TYPES_REBUILD_H
#define TYPES_REBUILD_H

#include "types/algebra.h"

typedef struct Rebuild Rebuild;
struct Rebuild {
  World *world;
  /* What becomes of a part. For a ParamSpec it may give PARAMS, for a
   * TypeVarTuple a TUPLE: they are spliced in. */
  TypeId (*map)(Rebuild *r, TypeId part);
};

/* `t` with each of its parts mapped, normalised again. `t` itself, when it has
 * no parts or none changed. */
TypeId rebuild(Rebuild *r, TypeId t);

#endif
