/* deque.c - the work-stealing deque.
 *
 * The structure is Chase and Lev's ("Dynamic circular work-stealing deque",
 * SPAA 2005), the orders are after Le, Pop, Cohen and Zappa Nardelli ("Correct
 * and efficient work-stealing for weak memory models", PPoPP 2013), except that
 * their two stand-alone fences have become sequentially consistent accesses of
 * `top` and `bottom`: the thread sanitizer cannot see a fence.
 *
 * Representation: items top .. bottom-1 lie in a circular buffer at their index
 * modulo its size. The owner works at the bottom, thieves at the top. Indices
 * only grow (but for the owner's bottom), 63 bits never wrap.
 *
 * Who gets an item: the owner takes item b-1 without a compare-exchange if,
 * after it has announced bottom = b-1, it still sees top < b-1. A thief that
 * could take the same item would have to read bottom >= b after top = b-1; the
 * four accesses (owner: store bottom, load top; thief: load top, load bottom)
 * are seq_cst, so in their one order either the owner sees the moved top or the
 * thief sees the lowered bottom. For the last item both compete by a compare-
 * exchange on top, and it moves only once.
 *
 * Memory order: what the pusher wrote before is released by the store of bottom
 * in deque_push_owner and acquired by the load of bottom in deque_steal_any. A
 * new buffer is released by the store of `buf` in grow, acquired in
 * deque_steal_any. A thief reads its item before its compare-exchange; if the
 * owner has overwritten the slot since, top has moved and the exchange fails.
 * Slots are atomic words for that reason, relaxed.
 *
 * An outgrown buffer may still be read by a slow thief; it is kept to the end
 * (all together less than the newest).
 */
#include "sched/deque.h"
#include "base/mem.h"

struct DequeBuf {
  uint64_t mask; /* slots - 1 */
  DequeBuf *older;
  AtomicU32 slots[];
};

#ifdef TAIPAN_STRESS
enum { DEFAULT_SLOTS = 2 };
#else
enum { DEFAULT_SLOTS = 256 };
#endif

static DequeBuf *buf_create(uint64_t slots, DequeBuf *older) {
  DequeBuf *b = (DequeBuf *)mem_alloc(sizeof *b + slots * sizeof *b->slots);
  b->mask = slots - 1;
  b->older = older;
  return b;
}

static uint32_t buf_get(const DequeBuf *b, int64_t i) {
  return atomic_u32_load_relaxed(&b->slots[(uint64_t)i & b->mask]);
}
static void buf_set(DequeBuf *b, int64_t i, uint32_t item) {
  atomic_u32_store_relaxed(&b->slots[(uint64_t)i & b->mask], item);
}

void deque_init(Deque *d, uint32_t capacity) {
  uint32_t slots = capacity ? capacity : DEFAULT_SLOTS;
  ASSERT((slots & (slots - 1)) == 0);
  atomic_i64_store_relaxed(&d->top, 0);
  atomic_i64_store_relaxed(&d->bottom, 0);
  d->old = NULL;
  atomic_ptr_store_release(&d->buf, buf_create(slots, NULL));
}

void deque_free(Deque *d) {
  DequeBuf *b = (DequeBuf *)atomic_ptr_load_relaxed(&d->buf);
  while (b) {
    DequeBuf *older = b->older;
    mem_free(b);
    b = older;
  }
  atomic_ptr_store_relaxed(&d->buf, NULL);
}

/* Owner: a buffer of twice the size with the items top .. bottom-1. */
static COLD DequeBuf *grow(Deque *d, DequeBuf *b, int64_t top,
                           int64_t bottom) {
  DequeBuf *bigger = buf_create((b->mask + 1) * 2, b);
  for (int64_t i = top; i < bottom; i++) buf_set(bigger, i, buf_get(b, i));
  atomic_ptr_store_release(&d->buf, bigger);
  return bigger;
}

void deque_push_owner(Deque *d, uint32_t item) {
  int64_t bottom = atomic_i64_load_relaxed(&d->bottom);
  int64_t top = atomic_i64_load_acquire(&d->top);
  DequeBuf *b = (DequeBuf *)atomic_ptr_load_relaxed(&d->buf);
  if (UNLIKELY(bottom - top > (int64_t)b->mask)) b = grow(d, b, top, bottom);
  buf_set(b, bottom, item);
  /* Released here, acquired by the load of bottom in deque_steal_any. */
  atomic_i64_store_release(&d->bottom, bottom + 1);
}

bool deque_pop_owner(Deque *d, uint32_t *item) {
  int64_t bottom = atomic_i64_load_relaxed(&d->bottom);
  /* Only the owner raises bottom: an empty deque stays so, unannounced. */
  if (atomic_i64_load_relaxed(&d->top) >= bottom) return false;
  bottom--;
  DequeBuf *b = (DequeBuf *)atomic_ptr_load_relaxed(&d->buf);
  atomic_i64_store_seq_cst(&d->bottom, bottom);
  int64_t top = atomic_i64_load_seq_cst(&d->top);
  if (top < bottom) {
    *item = buf_get(b, bottom);
    return true;
  }
  bool won = false;
  if (top == bottom) { /* the last one: whoever moves top has it */
    *item = buf_get(b, bottom);
    won = atomic_i64_cas_seq_cst(&d->top, &top, top + 1);
  }
  /* Release: a thief that reads this must not see less than the pushes before
   * (it continues no release sequence of theirs). */
  atomic_i64_store_release(&d->bottom, bottom + 1);
  return won;
}

DequeResult deque_steal_any(Deque *d, uint32_t *item) {
  int64_t top = atomic_i64_load_seq_cst(&d->top);
  int64_t bottom = atomic_i64_load_seq_cst(&d->bottom);
  if (top >= bottom) return DEQUE_EMPTY;
  const DequeBuf *b = (const DequeBuf *)atomic_ptr_load_acquire(&d->buf);
  uint32_t got = buf_get(b, top);
  if (!atomic_i64_cas_seq_cst(&d->top, &top, top + 1)) return DEQUE_LOST;
  *item = got;
  return DEQUE_GOT;
}

uint32_t deque_size_any(const Deque *d) {
  int64_t bottom = atomic_i64_load_relaxed(&d->bottom);
  int64_t top = atomic_i64_load_relaxed(&d->top);
  return bottom > top ? (uint32_t)(bottom - top) : 0;
}
