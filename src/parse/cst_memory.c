/* cst_memory.c - an allocator for one parse.
 *
 * tree-sitter asks for a block a node and gives all of them back one by one
 * when its tree is deleted, which no one waits for: the tree is dead as soon as it
 * has been flattened.  So the blocks of a parse lie in an arena, which is forgotten
 * at once, tree, parser and all.  What is given back during the parse waits in
 * lists by size, so that a parse takes no more than it needs at the same time.
 *
 * A block: 8 bytes with its size in units of 16 bytes, and what the caller
 * sees, which is as aligned as a pointer needs.  Sizes are multiples of a unit
 * up to SMALL units, then powers of two.
 *
 * Threads that have not entered a memory (the reader of configuration files)
 * get theirs from the heap; a size of 0 marks these.
 */
#include "parse/cst_memory.h"

#include "base/arena.h"
#include "base/bits.h"
#include "base/mem.h"

#include <pthread.h>
#include <tree_sitter/api.h>

enum { UNIT = 16, SMALL = 64, LISTS = SMALL + 32 };

typedef struct Block {
  uint64_t units;
  struct Block *next; /* while it is free; the caller's otherwise */
} Block;
static_assert(sizeof(Block) == UNIT, "a free block needs one unit");

struct CstMemory {
  Arena *arena;
  Block *free[LISTS];
};

static _Thread_local CstMemory *entered;

static void *payload(Block *block) { return &block->next; }
static Block *block_of(void *p) {
  return (Block *)(void *)((char *)p - offsetof(Block, next));
}

static uint32_t list_of(uint64_t units) {
  return units < SMALL ? (uint32_t)units : SMALL + bits_log2(units) % 32;
}

static void *take(size_t size) {
  CstMemory *m = entered;
  uint64_t units = ((uint64_t)size + offsetof(Block, next) + UNIT - 1) / UNIT;
  if (UNLIKELY(!m)) {
    Block *block = mem_alloc(units * UNIT);
    block->units = 0;
    return payload(block);
  }
  if (UNLIKELY(units >= SMALL)) units = bits_ceil_pow2(units);
  Block **list = &m->free[list_of(units)];
  Block *block = *list;
  if (block) {
    *list = block->next;
  } else {
    block = arena_alloc(m->arena, units * UNIT, UNIT);
    block->units = units;
  }
  return payload(block);
}

static void *take_zeroed(size_t count, size_t size) {
  size_t all = mem_array_size(count, size);
  return memset(take(all), 0, all);
}

static void give(void *p) {
  if (!p) return;
  Block *block = block_of(p);
  if (UNLIKELY(block->units == 0)) {
    mem_free(block);
    return;
  }
  Block **list = &entered->free[list_of(block->units)];
  block->next = *list;
  *list = block;
}

static void *retake(void *p, size_t size) {
  if (!p) return take(size);
  Block *block = block_of(p);
  if (UNLIKELY(block->units == 0)) {
    block = mem_realloc(block, size + UNIT);
    return payload(block);
  }
  size_t had = block->units * UNIT - offsetof(Block, next);
  if (size <= had) return p;
  void *q = take(size);
  memcpy(q, p, had);
  give(p);
  return q;
}

static void install(void) { ts_set_allocator(take, take_zeroed, retake, give); }

CstMemory *cst_memory_create(void) {
  static pthread_once_t once = PTHREAD_ONCE_INIT;
  pthread_once(&once, install);
  CstMemory *m = mem_zalloc(sizeof *m);
  m->arena = arena_create("tree-sitter");
  return m;
}

void cst_memory_destroy(CstMemory *m) {
  if (entered == m) entered = NULL;
  arena_destroy(m->arena);
  mem_free(m);
}

static void forget(CstMemory *m) {
  arena_reset(m->arena);
  memset(m->free, 0, sizeof m->free);
}

void cst_memory_enter(CstMemory *m) {
  if (entered == m) forget(m);
  entered = m;
}

void cst_memory_leave(CstMemory *m) {
  ASSERT(entered == m);
  entered = NULL;
  forget(m);
}
