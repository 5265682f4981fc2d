/* intern.h - the interner of types, for the constructors in type.c.
 *
 * Layer: types, private to the folder.  Memory: one reserved region (run).
 * Threads: any; a hit takes no lock and writes nothing that others see.
 */
#ifndef TYPES_INTERN_H
#define TYPES_INTERN_H

#include "types/type.h"

/* A run of words of a record. */
typedef struct {
  const void *p;
  uint32_t n;
} Words;

/* The handle of the record (kind, aux, words of the pieces one after the
 * other). A kind is always cut into pieces in the same way. `index` words of
 * room behind them are filled by intern_fill_index when the record is new. */
TypeId intern_record(TypeKind kind, uint32_t aux, const Words *pieces,
                     uint32_t n, uint32_t index);

/* Where a record keeps its parts: words first .. last-1, and, for signatures,
 * two in each group of four. */
typedef struct {
  uint32_t first, last;
  bool params;
} PartRange;
PartRange type_part_range(const TypeRec *rec);

/* Calls fn for each record, in no particular order; no other thread runs. */
void intern_each(void (*fn)(uint32_t handle, void *ctx), void *ctx);

/* union.c's index, see type_union_raw. */
void intern_fill_index(TypeRec *rec);

#endif
