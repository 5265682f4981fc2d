/* deque.h - the work-stealing deque of u32 items.
 *
 * Layer: sched.  Memory: heap.  Threads: one owner, any number of thieves.
 *
 *   operation           who          promise
 *   deque_push_owner    the owner    wait-free but for growing; publishes all
 *                                    that the owner wrote before (release of
 *                                    `bottom`, acquired by deque_steal_any)
 *   deque_pop_owner     the owner    wait-free; the newest item or none
 *   deque_steal_any     any thread   lock-free; the oldest item, none, or
 *                                    "lost a race, try again"
 *   deque_size_any      any thread   a guess
 *   init, free          one thread   not concurrent with anything
 *
 * Each pushed item is returned exactly once.
 */
#ifndef TAIPAN_SCHED_DEQUE_H
#define TAIPAN_SCHED_DEQUE_H

#include "base/atomic.h"

typedef struct DequeBuf DequeBuf;

typedef struct {
  _Alignas(NO_SHARE) AtomicI64 top; /* thieves and the owner's last pop */
  _Alignas(NO_SHARE) AtomicI64 bottom; /* written by the owner */
  AtomicPtr buf;                       /* DequeBuf *, written by the owner */
  DequeBuf *old; /* outgrown buffers, owner's; freed at the end */
} Deque;

typedef enum { DEQUE_EMPTY, DEQUE_LOST, DEQUE_GOT } DequeResult;

/* capacity: a power of two, or 0 for the default. */
void deque_init(Deque *d, uint32_t capacity);
void deque_free(Deque *d);
void deque_push_owner(Deque *d, uint32_t item);
bool deque_pop_owner(Deque *d, uint32_t *item);
DequeResult deque_steal_any(Deque *d, uint32_t *item);
uint32_t deque_size_any(const Deque *d);

#endif
