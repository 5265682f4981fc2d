/* relcache.c - tables of a fixed size, two places for each relation. */
#include "types/relcache.h"

#ifdef TAIPAN_STRESS
enum { RELATION_SLOTS = 4, PAIR_SLOTS = 2 };
#else
enum { RELATION_SLOTS = 1 << 14, PAIR_SLOTS = 1 << 11 };
#endif

static void pair_init(PairCache *c, Arena *run, uint32_t slots) {
  c->slots = ARENA_ARRAY(run, PairSlot, slots);
  c->mask = slots - 1;
}

/* Requires: the callbacks are set. */
void world_init(World *world, Arena *run) {
  RelCache *c = ARENA_NEW(run, RelCache);
  c->relations = ARENA_ARRAY(run, RelSlot, RELATION_SLOTS);
  c->relation_mask = RELATION_SLOTS - 1;
  pair_init(&c->unions, run, PAIR_SLOTS);
  pair_init(&c->meets, run, PAIR_SLOTS);
  pair_init(&c->withouts, run, PAIR_SLOTS);
  pair_init(&c->substitutions, run, PAIR_SLOTS * 2);
  pair_init(&c->mappings, run, PAIR_SLOTS);
  pair_init(&c->as_instances, run, PAIR_SLOTS);
  pair_init(&c->unknowns, run, PAIR_SLOTS);
  pair_init(&c->identities, run, PAIR_SLOTS);
  pair_init(&c->truths, run, PAIR_SLOTS);
  pair_init(&c->normals, run, PAIR_SLOTS);
  world->relcache = c;
  world->relations = world->relation_hits = 0;
}

/* Nothing outlives its validity: what was provisional was never put in. */
void world_end_unit(World *world) { (void)world; }

static inline uint32_t relation_at(const RelCache *c, TypeId source,
                                   TypeId target, uint32_t mode) {
  return (pair_hash(source.v, target.v) + mode) & c->relation_mask & ~1u;
}

static inline bool slot_is(const RelSlot *s, TypeId source, TypeId target,
                           uint32_t mode) {
  return s->source == source.v && s->target == target.v && s->mode == mode + 1;
}

const RelSlot *relcache_get(const RelCache *cache, TypeId source, TypeId target,
                            uint32_t mode) {
  const RelSlot *s =
      cache->relations + relation_at(cache, source, target, mode);
  if (slot_is(s, source, target, mode)) return s;
  if (slot_is(s + 1, source, target, mode)) return s + 1;
  return NULL;
}

/* The newer answer of a pair of slots is the first. */
void relcache_put(RelCache *cache, const RelSlot *slot) {
  RelSlot *s =
      cache->relations + relation_at(cache, (TypeId){slot->source},
                                     (TypeId){slot->target}, slot->mode - 1u);
  s[1] = s[0];
  s[0] = *slot;
}
