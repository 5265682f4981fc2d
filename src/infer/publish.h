/* publish.h - memo slots: reading and publishing answers, lock-free.
 *
 * Layer: infer, inside.  Memory: batches in an arena that lives as long as the run.
 * Threads: any.
 *
 *   publish_read   a load: the answer, or null while there is none
 *   publish_one    one answer; gives the one that is in the slot afterwards
 *   publish_all    a component's answers: all become visible at one moment
 */
#ifndef INFER_PUBLISH_H
#define INFER_PUBLISH_H

#include "base/arena.h"
#include "base/atomic.h"
#include "types/type.h"

enum {
  PUBLISH_MARK = 0x40000000, /* answers have the two top bits 00, numbers 1x */
  PUBLISH_MARK_BITS = 0xC0000000u
};
/* A slot whose answer is in a batch. */
static inline bool publish_is_mark(uint32_t word) {
  return (word & PUBLISH_MARK_BITS) == PUBLISH_MARK;
}

typedef struct Batch Batch;
typedef struct {
  AtomicU32 *slot;
  TypeId value;
} BatchEntry;

TypeId publish_read(AtomicU32 *slot);
TypeId publish_one(AtomicU32 *slot, TypeId value);

/* A batch of n entries to be filled, in an order that every thread with the
 * same component has: by key. `arena` lives as long as the run. */
Batch *publish_batch(Arena *arena, uint32_t n);
BatchEntry *publish_entries(Batch *batch);
void publish_all(Arena *arena, Batch *batch);
/* Forgets the batches of a run that has ended, whose arenas may go; serial. */
void publish_reset(void);

#endif
