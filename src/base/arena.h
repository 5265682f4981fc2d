/* arena.h - bump allocation with one end of life.
 *
 * Layer: base.  Memory: blocks of 4 KiB to 1 MiB from the heap; released
 * blocks wait in a small cache of the thread, the rest goes back at once.
 * Threads: an arena has one owner at a time; who hands it over orders that.
 *
 * Three lifetimes have three names (house.md): `run`, `mod`, `scratch`.
 */
#ifndef TAIPAN_BASE_ARENA_H
#define TAIPAN_BASE_ARENA_H

#include "base/defs.h"
#include <string.h>

#ifdef __cplusplus
extern "C" {
#endif

#if TAIPAN_ASAN
void __asan_poison_memory_region(void const volatile *addr, size_t size);
void __asan_unpoison_memory_region(void const volatile *addr, size_t size);
#define ARENA_REDZONE 16
#else
#define ARENA_REDZONE 0
#endif

typedef struct ArenaBlock ArenaBlock;
typedef struct Arena Arena;

/* The first three fields are the fast path; the rest is arena.c's. */
struct Arena {
  char *ptr;         /* next free byte */
  char *end;         /* end of the current block */
  ArenaBlock *block; /* current block; chain to older ones */
  ArenaBlock *big;   /* allocations with a block of their own, newest first */
  size_t n_big;
  size_t bytes; /* bytes of all blocks, headers included */
  const char *name;
};

typedef struct {
  char *ptr;
  ArenaBlock *block;
  size_t n_big;
} ArenaMark;

/* A new arena; `name` is a literal (statistics, messages). */
Arena *arena_create(const char *name);
/* Frees all of it, the Arena included.  NULL is allowed. */
void arena_destroy(Arena *a);
/* Forgets every allocation; keeps the first block. */
void arena_reset(Arena *a);
/* arena_reset_to forgets what was allocated after the mark was taken. */
ArenaMark arena_mark(const Arena *a);
void arena_reset_to(Arena *a, ArenaMark mark);
/* Bytes of memory held, including what is not used yet. */
size_t arena_bytes(const Arena *a);
/* Copies len bytes and a zero byte. */
char *arena_strndup(Arena *a, const char *s, size_t len);
void *arena_memdup(Arena *a, const void *p, size_t size, size_t align);
/* Grows the newest allocation in place; false if it is not the newest or the
 * block is full (nothing has changed then). */
bool arena_extend(Arena *a, void *p, size_t old_size, size_t new_size);
/* The allocation p, made larger: in place where that is possible, otherwise
 * copied.  p may be NULL; align is at most 16. */
void *arena_realloc(Arena *a, void *p, size_t old_size, size_t new_size,
                    size_t align);
/* Gives the calling thread's cached blocks back to the allocator. */
void arena_thread_flush(void);

void *arena_alloc_slow(Arena *a, size_t size, size_t align);
/* count * size or a panic. */
size_t arena_array_size(size_t count, size_t size);

/* size bytes at a multiple of align (a power of two, at most 4096).  Never
 * NULL, not zeroed. */
static inline void *arena_alloc(Arena *a, size_t size, size_t align) {
  ASSERT(align && (align & (align - 1)) == 0 && align <= 4096);
  uintptr_t p = ((uintptr_t)a->ptr + (align - 1)) & ~(uintptr_t)(align - 1);
  if (UNLIKELY(p > (uintptr_t)a->end ||
               size + ARENA_REDZONE > (uintptr_t)a->end - p))
    return arena_alloc_slow(a, size, align);
#if TAIPAN_ASAN
  __asan_unpoison_memory_region((void *)p, size);
#endif
  a->ptr = (char *)(p + size + ARENA_REDZONE);
  return (void *)p;
}

/* The same, zeroed. */
static inline void *arena_zalloc(Arena *a, size_t size, size_t align) {
  return memset(arena_alloc(a, size, align), 0, size);
}

/* One zeroed T; n zeroed T in a row; n T that the caller fills. */
#define ARENA_NEW(arena, T) \
  ((T *)arena_zalloc((arena), sizeof(T), _Alignof(T)))
#define ARENA_ARRAY(arena, T, n) \
  ((T *)arena_zalloc((arena), arena_array_size((n), sizeof(T)), _Alignof(T)))
#define ARENA_ARRAY_RAW(arena, T, n) \
  ((T *)arena_alloc((arena), arena_array_size((n), sizeof(T)), _Alignof(T)))

#ifdef __cplusplus
}
#endif
#endif
