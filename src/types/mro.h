/* mro.h - C3 linearisation.
 *
 * Layer: types.  Memory: the caller's arrays.  Threads: pure functions.
 */
#ifndef TYPES_MRO_H
#define TYPES_MRO_H

#include "types/type.h"

/* Merges the MROs of the bases (each with the base itself first, object last)
 * and the list of the bases. Entries are INSTANCE, TUPLE or dynamic types; two
 * are the same class when their classes are, and the type of the one that comes
 * first is kept. Writes the MRO without the class itself to `out`, which has
 * room for the sum of the lengths. Returns the number of entries, or 0 when
 * there is no consistent order (or n is 0). */
uint32_t mro_merge(Arena *scratch, const TypeSpan *mros, uint32_t n,
                   TypeId *out);
/* The class of an entry; 0 for a dynamic one. */
ClassId mro_entry_class(TypeId entry);

#endif
