/* publish.c - making answers visible: one word, or a whole component at once.
 *
 * A single answer goes into its slot by compare-exchange.  The answers of a
 * component (query.c) must become visible together: a thread that saw some of
 * them as final and computed the rest itself would solve a smaller component, whose
 * rounds, and so whose widened values, may differ.  So they are written down in
 * a batch; each slot first gets a mark that names the batch, and the batch has
 * one flag.  While the flag is down a marked slot counts as empty, from then on
 * as full; the marks are replaced by the answers at leisure.
 *
 *   slot   0 -> answer                      one answer
 *          0 -> mark (flag down) -> mark (flag up) -> answer
 *
 * Two threads that solve the same component have the same answers and go
 * through its slots in the same order (by key), so that the first slot decides: the
 * loser helps the winner's batch to its end and drops its own.  Nobody waits.
 * The mark's release (compare-exchange) pairs with the reader's acquire load,
 * and so does the flag's store with the reader's load of the flag: who sees the flag up
 * sees the values.
 */
#include "infer/publish.h"

#include "base/chaos.h"
#include "base/panic.h"

enum {
  BATCH_CHUNK = 1024,
  BATCH_CHUNKS = 8192
};

struct Batch {
  AtomicU32 done;
  uint32_t n;
  BatchEntry entries[];
};

typedef struct {
  AtomicPtr batches[BATCH_CHUNK];
} Chunk;
static AtomicPtr chunks[BATCH_CHUNKS];
static AtomicU32 batch_count;

static Batch *batch_at(uint32_t index) {
  Chunk *chunk = atomic_ptr_load_acquire(&chunks[index / BATCH_CHUNK]);
  return atomic_ptr_load_acquire(&chunk->batches[index % BATCH_CHUNK]);
}

static uint32_t batch_register(Arena *arena, Batch *batch) {
  uint32_t index = atomic_u32_fetch_add_relaxed(&batch_count, 1);
  if (index / BATCH_CHUNK >= BATCH_CHUNKS) panic("too many query cycles");
  AtomicPtr *at = &chunks[index / BATCH_CHUNK];
  Chunk *chunk = atomic_ptr_load_acquire(at);
  if (!chunk) {
    void *empty = NULL;
    chunk = ARENA_NEW(arena, Chunk);
    if (!atomic_ptr_cas_acq_rel(at, &empty, chunk)) chunk = empty;
  }
  atomic_ptr_store_release(&chunk->batches[index % BATCH_CHUNK], batch);
  return index;
}

void publish_reset(void) {
  uint32_t n = atomic_u32_load_relaxed(&batch_count);
  for (uint32_t i = 0; i * BATCH_CHUNK < n; i++)
    atomic_ptr_store_relaxed(&chunks[i], NULL);
  atomic_u32_store_relaxed(&batch_count, 0);
}

TypeId publish_read(AtomicU32 *slot) {
  uint32_t word = atomic_u32_load_acquire(slot);
  if (LIKELY(!publish_is_mark(word))) return (TypeId){word};
  const Batch *batch = batch_at(word & ~(uint32_t)PUBLISH_MARK);
  if (!atomic_u32_load_acquire(&batch->done)) return TYPE_NULL;
  for (uint32_t i = 0; i < batch->n; i++)
    if (batch->entries[i].slot == slot) return batch->entries[i].value;
  panic("a batch does not know its slot");
}

TypeId publish_one(AtomicU32 *slot, TypeId value) {
  ASSERT(!publish_is_mark(value.v));
  uint32_t word = 0;
  chaos_point();
  if (atomic_u32_cas_acq_rel(slot, &word, value.v)) return value;
  TypeId winner = publish_read(slot);
  return type_is_null(winner) ? value : winner;
}

/* Marks what is still empty, raises the flag, puts the answers in place. */
static void batch_finish(Batch *batch, uint32_t mark) {
  for (uint32_t i = 0; i < batch->n; i++) {
    uint32_t word = 0;
    atomic_u32_cas_acq_rel(batch->entries[i].slot, &word, mark);
    chaos_point();
  }
  atomic_u32_store_release(&batch->done, 1);
  for (uint32_t i = 0; i < batch->n; i++) {
    uint32_t word = mark;
    chaos_point();
    atomic_u32_cas_acq_rel(batch->entries[i].slot, &word,
                           batch->entries[i].value.v);
  }
}

Batch *publish_batch(Arena *arena, uint32_t n) {
  Batch *batch = arena_zalloc(arena, sizeof(Batch) + n * sizeof(BatchEntry),
                              _Alignof(Batch));
  batch->n = n;
  return batch;
}

BatchEntry *publish_entries(Batch *batch) { return batch->entries; }

void publish_all(Arena *arena, Batch *batch) {
  if (batch->n == 1) {
    publish_one(batch->entries[0].slot, batch->entries[0].value);
    return;
  }
  uint32_t first = atomic_u32_load_acquire(batch->entries[0].slot), word = 0;
  if (first == 0) {
    uint32_t mark = PUBLISH_MARK | batch_register(arena, batch);
    chaos_point();
    if (atomic_u32_cas_acq_rel(batch->entries[0].slot, &word, mark)) {
      batch_finish(batch, mark);
      return;
    }
    first = word;
  }
  /* Somebody else's: help when it is a batch under way. */
  if (publish_is_mark(first)) batch_finish(batch_at(first & ~(uint32_t)PUBLISH_MARK), first);
}
