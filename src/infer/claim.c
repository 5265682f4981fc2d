/* claim.c - the table of claims.
 *
 * Two workers that begin with different modules of an import cycle soon ask for
 * the same inferred return, and from there on evaluate the same queries in the
 * same order at the same speed: both work, one of them for nothing.  So a worker
 * claims what has taken it long (query.c), and another that may yield, because
 * what it does is wanted later at best, gives up what leads there and turns to
 * something else.
 *
 * A key has one place in the table.  Where that is another's there is no claim, and
 * the work is done twice at worst.  Relaxed: a claim says nothing about memory.
 */
#include "infer/claim.h"

AtomicU64 claim_table[CLAIM_SIZE];

static_assert(CLAIM_SIZE == 1u << (64 - 52), "claim_at takes the top bits");

Claim claim_take(uint64_t key) {
  uint64_t there = 0;
  if (atomic_u64_cas_relaxed(claim_at(key), &there, key)) return CLAIM_MINE;
  return there == key ? CLAIM_THEIRS : CLAIM_NO_ROOM;
}

void claim_leave(uint64_t key) { atomic_u64_store_relaxed(claim_at(key), 0); }
