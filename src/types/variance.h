/* variance.h - where a type variable occurs in a type.
 *
 * Layer: types.  Memory: none.  Threads: one World a worker.
 */
#ifndef TYPES_VARIANCE_H
#define TYPES_VARIANCE_H

#include "types/world.h"

/* The variance of `t` as a function of `var`: BIVARIANT when it does not occur,
 * COVARIANT when only where t grows with it, and so on. Asks
 * world->class_variance for classes that it is an argument of, so inferring a
 * class's variance is a fixpoint from BIVARIANT upwards. */
Variance variance_in(World *world, TypeId t, TypeId var);
/* Both occur; one inside the other. */
Variance variance_join(Variance a, Variance b);
Variance variance_compose(Variance outer, Variance inner);
static inline Variance variance_flip(Variance v) {
  return variance_compose(VARIANCE_CONTRAVARIANT, v);
}

#endif
