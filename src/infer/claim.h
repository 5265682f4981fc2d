/* claim.h - who is at what: long evaluations, so that others leave them alone.
 *
 * Layer: infer, inside.  Memory: a table of fixed size.  Threads: any.
 *
 * Hints: a key can be claimed by nobody though somebody is at it, and no answer
 * depends on a claim.
 */
#ifndef INFER_CLAIM_H
#define INFER_CLAIM_H

#include "base/atomic.h"
#include "infer/infer_int.h"

typedef enum {
  CLAIM_MINE,   /* until claim_leave */
  CLAIM_THEIRS, /* another worker is at it */
  CLAIM_NO_ROOM
} Claim;

enum { CLAIM_SIZE = 4096 }; /* a power of two */
extern AtomicU64 claim_table[CLAIM_SIZE];

static inline AtomicU64 *claim_at(uint64_t key) {
  return &claim_table[key * 0x9e3779b97f4a7c15u >> 52];
}

/* Is any worker at the query? */
static inline bool claim_is_taken(uint64_t key) {
  return atomic_u64_load_relaxed(claim_at(key)) == key;
}

/* By who is at the query, and does not have the claim yet. */
Claim claim_take(uint64_t key);
/* By who has the claim. */
void claim_leave(uint64_t key);

/* ---- query.c --------------------------------------------------------------- */

/* From now on the worker may give up what another is at: every query gives
 * Divergent then, and nothing is published, until query_gave_up. */
void query_yields(InferWorker *worker, bool yields);
/* Has it done so?  Goes on as if not. */
bool query_gave_up(InferWorker *worker);

#endif
