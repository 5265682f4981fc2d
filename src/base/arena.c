/* arena.c - bump allocation in blocks.
 *
 * Representation: a chain of blocks, newest first; the Arena itself lies in the
 * oldest.  ptr..end is what is left of the newest.  An allocation that would
 * take a good part of the next block gets a block of its own, in a second
 * chain, so that the rest of the current block is not lost.
 *
 * Invariant: blocks are powers of two of ARENA_BLOCK_MIN .. MAX; a new one is
 * at most half of what the arena has already, so at most a third of an arena is
 * unused, and there are O(log n) small ones.
 *
 * Life: a released block goes into a small cache of the thread (by size), what
 * does not fit there goes to free().  Scratch arenas, which grow and shrink all
 * the time, therefore never reach the allocator, and a dropped module's memory
 * returns to it at once.
 *
 * Debug builds fill released memory with 0xDB; ASan builds poison it, keep a
 * red zone of 16 bytes behind each allocation and do not cache.
 */
#include "base/arena.h"
#include "base/bits.h"
#include "base/mem.h"

#include <pthread.h>

#ifdef TAIPAN_STRESS
enum { BLOCK_MIN_LOG2 = 8, BLOCK_MAX_LOG2 = 10 };
#else
enum { BLOCK_MIN_LOG2 = 12, BLOCK_MAX_LOG2 = 20 };
#endif

#define BLOCK_MIN ((size_t)1 << BLOCK_MIN_LOG2)
#define BLOCK_MAX ((size_t)1 << BLOCK_MAX_LOG2)
#define BLOCK_CLASSES (BLOCK_MAX_LOG2 - BLOCK_MIN_LOG2 + 1)
#define CACHE_MAX (TAIPAN_ASAN ? 0 : (size_t)4 << 20)

struct ArenaBlock {
  ArenaBlock *up; /* the next older block */
  size_t size;    /* bytes, this header included */
};
static_assert(sizeof(ArenaBlock) % 16 == 0, "payload must be aligned to 16");
static_assert(sizeof(ArenaBlock) + sizeof(Arena) <= BLOCK_MIN / 2,
              "the first block must have room for the arena");

/* Blocks that the calling thread has released lately. */
static __thread struct {
  ArenaBlock *free[BLOCK_CLASSES];
  size_t bytes;
  bool armed; /* cache_key will flush it when the thread ends */
} cache;
static pthread_key_t cache_key;
static pthread_once_t cache_once = PTHREAD_ONCE_INIT;

#if TAIPAN_ASAN
#define POISON(p, n) __asan_poison_memory_region((p), (n))
#define UNPOISON(p, n) __asan_unpoison_memory_region((p), (n))
#else
#define UNPOISON(p, n) ((void)0)
#ifdef NDEBUG
#define POISON(p, n) ((void)0)
#else
#define POISON(p, n) memset((p), 0xDB, (n))
#endif
#endif

static void cache_flush_key(void *unused) {
  (void)unused;
  arena_thread_flush();
}
static void cache_make_key(void) {
  if (pthread_key_create(&cache_key, cache_flush_key) != 0)
    panic("pthread_key_create failed");
}

static char *block_data(ArenaBlock *b) { return (char *)(b + 1); }
static char *block_end(ArenaBlock *b) { return (char *)b + b->size; }

/* Clamped, so that the compiler sees no way to an index far outside. */
static uint32_t block_class(size_t size) {
  uint32_t log = bits_log2(size);
  return log > BLOCK_MIN_LOG2 ? log - BLOCK_MIN_LOG2 : 0;
}

static ArenaBlock *block_get(size_t size) {
  uint32_t class = block_class(size);
  ArenaBlock *b = cache.free[class];
  if (b) {
    cache.free[class] = b->up;
    cache.bytes -= size;
    return b;
  }
  b = (ArenaBlock *)mem_alloc(size);
  b->size = size;
  return b;
}

static void block_put(ArenaBlock *b) {
  UNPOISON(b, b->size);
  if (cache.bytes + b->size > CACHE_MAX) {
    mem_free(b);
    return;
  }
  if (UNLIKELY(!cache.armed)) {
    pthread_once(&cache_once, cache_make_key);
    pthread_setspecific(cache_key, &cache);
    cache.armed = true;
  }
  uint32_t class = block_class(b->size);
  POISON(block_data(b), b->size - sizeof *b);
  b->up = cache.free[class];
  cache.free[class] = b;
  cache.bytes += b->size;
}

void arena_thread_flush(void) {
  for (uint32_t i = 0; i < BLOCK_CLASSES; i++) {
    ArenaBlock *b = cache.free[i];
    cache.free[i] = NULL;
    while (b) {
      ArenaBlock *up = b->up;
      UNPOISON(b, b->size);
      mem_free(b);
      b = up;
    }
  }
  cache.bytes = 0;
  if (cache.armed) pthread_setspecific(cache_key, NULL);
  cache.armed = false;
}

/* Makes b the current block. */
static void block_enter(Arena *a, ArenaBlock *b) {
  a->block = b;
  a->ptr = block_data(b);
  a->end = block_end(b);
  POISON(a->ptr, (size_t)(a->end - a->ptr));
}

Arena *arena_create(const char *name) {
  ArenaBlock *b = block_get(BLOCK_MIN);
  b->up = NULL;
  UNPOISON(b, b->size);
  Arena *a = (Arena *)block_data(b);
  *a = (Arena){.block = b, .bytes = b->size, .name = name};
  a->ptr = (char *)(a + 1);
  a->end = block_end(b);
  POISON(a->ptr, (size_t)(a->end - a->ptr));
  return a;
}

/* Drops the newest own-block allocations until n are left. */
static void big_drop(Arena *a, size_t n) {
  ASSERT(n <= a->n_big);
  while (a->n_big > n) {
    ArenaBlock *b = a->big;
    a->big = b->up;
    a->bytes -= b->size;
    a->n_big--;
    mem_free(b);
  }
}

void arena_destroy(Arena *a) {
  if (!a) return;
  big_drop(a, 0);
  ArenaBlock *b = a->block;
  while (b) { /* the last one holds *a */
    ArenaBlock *up = b->up;
    block_put(b);
    b = up;
  }
}

ArenaMark arena_mark(const Arena *a) {
  return (ArenaMark){a->ptr, a->block, a->n_big};
}

void arena_reset_to(Arena *a, ArenaMark mark) {
  big_drop(a, mark.n_big);
  char *used = a->ptr;
  while (a->block != mark.block) {
    ArenaBlock *b = a->block;
    ASSERT(b->up); /* otherwise the mark is not this arena's, or too new */
    a->block = b->up;
    a->bytes -= b->size;
    block_put(b);
    used = block_end(a->block);
  }
  a->ptr = mark.ptr;
  a->end = block_end(a->block);
  ASSERT(a->ptr <= used);
  (void)used;
  POISON(a->ptr, (size_t)(used - a->ptr));
}

void arena_reset(Arena *a) {
  ArenaBlock *first = a->block;
  while (first->up) first = first->up;
  arena_reset_to(a, (ArenaMark){(char *)(a + 1), first, 0});
}

size_t arena_bytes(const Arena *a) { return a->bytes; }

/* size rounded so that everything behind it stays aligned to 16. */
static void *big_alloc(Arena *a, size_t size, size_t align) {
  size_t extra = align > 16 ? align : 0;
  size_t total = sizeof(ArenaBlock) + size + extra;
  ArenaBlock *b = (ArenaBlock *)mem_alloc(total);
  b->size = total;
  b->up = a->big;
  a->big = b;
  a->n_big++;
  a->bytes += total;
  uintptr_t p = (uintptr_t)block_data(b);
  return (void *)((p + align - 1) & ~(uintptr_t)(align - 1));
}

void *arena_alloc_slow(Arena *a, size_t size, size_t align) {
  if (size > SIZE_MAX / 2) panic("arena %s: allocation too large", a->name);
  size_t next = a->bytes / 2;
  next = next <= BLOCK_MIN   ? BLOCK_MIN
         : next >= BLOCK_MAX ? BLOCK_MAX
                             : (size_t)1 << bits_log2(next);
  if (size + align + ARENA_REDZONE > next / 4)
    return big_alloc(a, size, align);
  ArenaBlock *b = block_get(next);
  b->up = a->block;
  a->bytes += next;
  block_enter(a, b);
  return arena_alloc(a, size, align);
}

size_t arena_array_size(size_t count, size_t size) {
  return mem_array_size(count, size);
}

bool arena_extend(Arena *a, void *p, size_t old_size, size_t new_size) {
  if (!p || new_size < old_size) return false;
  char *end = (char *)p + old_size + ARENA_REDZONE;
  if (end != a->ptr) return false;
  if (new_size - old_size > (size_t)(a->end - a->ptr)) return false;
  UNPOISON(p, new_size);
  a->ptr = end + (new_size - old_size);
  return true;
}

void *arena_realloc(Arena *a, void *p, size_t old_size, size_t new_size,
                    size_t align) {
  ASSERT(align <= 16);
  if (p && new_size <= old_size) return p;
  if (arena_extend(a, p, old_size, new_size)) return p;
  if (p && a->big && block_data(a->big) == p) {
    size_t total = sizeof(ArenaBlock) + new_size;
    a->bytes += total - a->big->size;
    a->big = (ArenaBlock *)mem_realloc(a->big, total);
    a->big->size = total;
    return block_data(a->big);
  }
  void *q = arena_alloc(a, new_size, align);
  if (old_size) memcpy(q, p, old_size);
  return q;
}

char *arena_strndup(Arena *a, const char *s, size_t len) {
  char *p = (char *)arena_alloc(a, len + 1, 1);
  if (len) memcpy(p, s, len);
  p[len] = 0;
  return p;
}

void *arena_memdup(Arena *a, const void *p, size_t size, size_t align) {
  void *q = arena_alloc(a, size, align);
  if (size) memcpy(q, p, size);
  return q;
}
