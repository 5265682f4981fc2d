/* relcache.h - what a worker remembers of the algebra's answers.
 *
 * Layer: types, private to the folder.  Memory: the arena given to world_init,
 * of a fixed size.  Threads: one World a worker.
 *
 * Tables of a fixed number of slots; a new answer overwrites an old one. That
 * is allowed because an answer computed again is the same answer. What rested
 * on an unfinished query (world->provisional changed meanwhile) or on a
 * coinductive assumption must not be put in. */
#ifndef TYPES_RELCACHE_H
#define TYPES_RELCACHE_H

#include "types/world.h"

/* Pair of handles -> handle. */
typedef struct {
  uint32_t a, b, value;
} PairSlot;
typedef struct {
  PairSlot *slots;
  uint32_t mask;
} PairCache;

/* One relation's answer, and what it would have cost to compute it here: so
 * that a hit takes as much of the budget as the computation (relate.c). */
typedef struct {
  uint32_t source, target;
  uint32_t cost;
  uint8_t mode; /* Relation + 1; 0 = empty slot */
  uint8_t answer;
  uint16_t height;
} RelSlot;
static_assert(sizeof(RelSlot) == 16, "four slots a cache line");

typedef struct RelCache {
  RelSlot *relations;
  uint32_t relation_mask;
  PairCache unions;        /* a, b -> union_of2 */
  PairCache meets;         /* a, b -> meet_of2 */
  PairCache withouts;      /* a, b -> meet_without */
  PairCache substitutions; /* type, mapping -> type */
  PairCache mappings;      /* instance, 0 -> MAPPING */
  PairCache as_instances;  /* type, class -> type; TYPE(NEVER) for null */
  PairCache unknowns;      /* class, 0 -> world_instance_unknown */
  PairCache identities;    /* class, 0 -> world_instance_identity */
  PairCache truths;        /* type, 0 -> Truth + 1 */
  PairCache normals;       /* union in normal form, 0 -> 1 */
} RelCache;

static inline uint32_t pair_hash(uint32_t a, uint32_t b) {
  uint64_t h = ((uint64_t)a << 32 | b) * 0x9E3779B97F4A7C15u;
  return (uint32_t)(h >> 32) ^ (uint32_t)(h >> 15);
}
/* The value of the pair, or 0. */
static inline uint32_t pair_get(const PairCache *c, uint32_t a, uint32_t b) {
  const PairSlot *s = &c->slots[pair_hash(a, b) & c->mask];
  return s->a == a && s->b == b ? s->value : 0;
}
static inline void pair_put(PairCache *c, uint32_t a, uint32_t b,
                            uint32_t value) {
  c->slots[pair_hash(a, b) & c->mask] = (PairSlot){a, b, value};
}

/* Unions whose members union.c has compared with each other. */
static inline bool relcache_is_normal(const RelCache *c, TypeId t) {
  return pair_get(&c->normals, t.v, 0) != 0;
}
static inline void relcache_set_normal(RelCache *c, TypeId t) {
  pair_put(&c->normals, t.v, 0, 1);
}

/* The slot of that answer, or NULL. */
const RelSlot *relcache_get(const RelCache *cache, TypeId source, TypeId target,
                            uint32_t mode);
void relcache_put(RelCache *cache, const RelSlot *slot);

#endif
