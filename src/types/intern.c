/* intern.c - hash-consing of types.
 *
 * A type is a record of 32-bit words behind a header of twelve bytes. Its
 * handle is the record's offset in one reserved range of addresses, divided by
 * 8, so that going from handle to record is one shifted add. Equal records are
 * one record: a concurrent map goes from the words to the handle.
 *
 *   offset 16 * 1 ..     the fixed types (TYPE(ANY), ...), 16 bytes each
 *   right behind them    the instances of the known classes, 16 bytes each
 *   behind that          blocks, one at a time owned by each thread, in which
 *                        it puts records one after the other
 *
 * The key of a look-up is (kind, aux, words); a caller hands the words over in
 * pieces, so that nothing is copied for a hit. What follows from the words
 * (flags, depth, the index of a big union) is computed only for a new record,
 * before it is published by the map's release. A thread that loses the race for
 * a new type takes its record back, which nobody has seen.
 *
 * Parts of a type exist before the type, so records form a DAG, and the walk
 * that computes the flags reads one level only.
 *
 * Cost: a hit is a hash over the words and one probe; a miss adds one copy. A
 * thread that ends wastes the rest of its block. The map is far larger than a
 * core's caches, while most look-ups ask for what the thread has seen a moment
 * ago, so these are found in a small table of the thread's own. */
#include "types/intern.h"

#include "base/cmap.h"
#include "base/hash.h"
#include "base/os_mem.h"

#define TYPES_REGION ((uint64_t)32 << 30)
#define TYPES_REGION_LEAST ((uint64_t)64 << 20)
#ifdef TAIPAN_STRESS
#define TYPES_BLOCK 256u
#define RECENT_LOG2 1
#else
#define TYPES_BLOCK (64u << 10)
#define RECENT_LOG2 12
#endif

/* The current block of a thread, and what it has looked up lately (tag << 32 |
 * handle), valid for one life of the table. */
typedef struct {
  uint32_t life;
  char *ptr, *end;
  uint64_t recent[1 << RECENT_LOG2];
} TypeBlock;

static struct {
  VRegion region;
  CMap map;
  uint32_t life; /* counts types_init; changes only while one thread runs */
  bool ready;
} types;
static _Thread_local TypeBlock type_block;
char *types_base;

typedef struct {
  uint32_t kind, aux, n, pieces;
  const Words *v;
} Key;

/* ---- keys ---------------------------------------------------------------- */

static uint64_t key_hash(const Key *key) {
  const uint64_t k = 0x9E3779B97F4A7C15u;
  uint64_t h = ((uint64_t)key->kind << 48 | (uint64_t)key->aux << 32 | key->n);
  h *= k;
  for (uint32_t i = 0; i < key->pieces; i++) {
    const uint32_t *w = key->v[i].p;
    uint32_t n = key->v[i].n, j = 0;
    if (n > 32) {
      h = hash_bytes(w, (size_t)n * 4, h);
      continue;
    }
    for (; j + 1 < n; j += 2) {
      uint64_t x;
      memcpy(&x, w + j, 8);
      h = (h ^ (h >> 29)) + x;
      h *= k;
    }
    if (j < n) h = ((h ^ (h >> 29)) + w[j]) * k;
  }
  return hash_u64(h);
}

static inline TypeRec *record_at(uint32_t handle) {
  return (TypeRec *)(void *)(types_base + (uint64_t)handle * 8);
}

/* Most pieces have a word or two. */
static inline bool words_equal(const uint32_t *a, const uint32_t *b,
                               uint32_t n) {
  if (n > 8) return memcmp(a, b, (size_t)n * 4) == 0;
  for (uint32_t i = 0; i < n; i++)
    if (a[i] != b[i]) return false;
  return true;
}

static bool record_is(uint32_t handle, const void *p, void *ctx) {
  (void)ctx;
  const Key *key = p;
  const TypeRec *rec = record_at(handle);
  if (rec->kind != key->kind || rec->aux != key->aux || rec->n != key->n)
    return false;
  const uint32_t *w = rec->w;
  for (uint32_t i = 0; i < key->pieces; i++) {
    uint32_t n = key->v[i].n;
    if (!words_equal(w, key->v[i].p, n)) return false;
    w += n;
  }
  return true;
}

/* ---- what follows from a record's words ---------------------------------- */

PartRange type_part_range(const TypeRec *rec) {
  switch ((TypeKind)rec->kind) {
  case TYPE_KIND_INSTANCE:
  case TYPE_KIND_GENERIC_ALIAS: return (PartRange){1, rec->n, false};
  case TYPE_KIND_TUPLE: return (PartRange){rec->aux ? 1 : 0, rec->n, false};
  case TYPE_KIND_FUNCTION: return (PartRange){3, 4, false};
  case TYPE_KIND_CALLABLE:
  case TYPE_KIND_PARAMS: return (PartRange){0, 2, true};
  case TYPE_KIND_UNION:
    if (rec->aux & UNION_INDEXED) return (PartRange){1, 1 + rec->w[0], false};
    return (PartRange){0, rec->n, false};
  case TYPE_KIND_INTERSECTION: return (PartRange){1, rec->n, false};
  case TYPE_KIND_TYPE_ALIAS: return (PartRange){3, rec->n, false};
  case TYPE_KIND_SUBCLASS_OF:
  case TYPE_KIND_PARAM_SPEC_PART:
  case TYPE_KIND_UNPACKED:
  case TYPE_KIND_KNOWN_VALUE:
  case TYPE_KIND_TYPE_GUARD:
  case TYPE_KIND_TYPE_FORM:
  case TYPE_KIND_QUALIFIED: return (PartRange){0, 1, false};
  case TYPE_KIND_BOUND_METHOD:
  case TYPE_KIND_SUPER: return (PartRange){0, 2, false};
  case TYPE_KIND_OVERLOADED:
  case TYPE_KIND_PROPERTY:
  case TYPE_KIND_LIST:
  case TYPE_KIND_MAPPING: return (PartRange){0, rec->n, false};
  default: return (PartRange){0, 0, false};
  }
}

static uint32_t own_flags(const TypeRec *rec) {
  const uint32_t promotable = TYPE_IS_PROMOTABLE | TYPE_HAS_PROMOTABLE;
  switch ((TypeKind)rec->kind) {
  case TYPE_KIND_ANY: return TYPE_HAS_ANY;
  case TYPE_KIND_UNKNOWN: return TYPE_HAS_UNKNOWN;
  case TYPE_KIND_DIVERGENT: return TYPE_HAS_DIVERGENT;
  case TYPE_KIND_TYPE_VAR:
    return TYPE_HAS_TYPE_VAR |
           ((rec->aux & 0xff) == TYPE_VAR_SELF ? TYPE_HAS_SELF : 0);
  case TYPE_KIND_TYPE_ALIAS: return TYPE_HAS_ALIAS;
  case TYPE_KIND_LITERAL_STRING: return TYPE_HAS_PROMOTABLE;
  case TYPE_KIND_LITERAL_INT:
  case TYPE_KIND_LITERAL_STR:
  case TYPE_KIND_LITERAL_BYTES:
  case TYPE_KIND_LITERAL_ENUM: return rec->aux & 1 ? 0 : promotable;
  case TYPE_KIND_LITERAL_BOOL: return rec->aux & 2 ? 0 : promotable;
  case TYPE_KIND_SENTINEL: return TYPE_HAS_PROMOTABLE;
  case TYPE_KIND_INSTANCE:
    return rec->w[0] == KNOWN_float || rec->w[0] == KNOWN_complex
               ? TYPE_HAS_PROMOTABLE
               : 0;
  default: return 0;
  }
}

typedef struct {
  uint32_t flags, depth;
} Facts;

static inline void facts_add(Facts *facts, uint32_t part) {
  if (part == 0) return;
  const TypeRec *rec = record_at(part);
  facts->flags |= rec->flags & ~(uint32_t)TYPE_IS_PROMOTABLE;
  if (rec->depth > facts->depth) facts->depth = rec->depth;
}

/* A mapping's keys are no parts of what is seen through it. */
static Facts facts_of(const TypeRec *rec) {
  Facts facts = {own_flags(rec), 0};
  PartRange range = type_part_range(rec);
  uint32_t step = rec->kind == TYPE_KIND_MAPPING ? 2 : 1;
  for (uint32_t i = range.first + step - 1; i < range.last; i += step)
    facts_add(&facts, rec->w[i]);
  if (range.params)
    for (uint32_t i = 2; i + 3 < rec->n; i += 4) {
      facts_add(&facts, rec->w[i + 1]);
      facts_add(&facts, rec->w[i + 2]);
    }
  /* The runtime object of a TypeVar or NewType has no free variable. */
  if (rec->kind == TYPE_KIND_KNOWN_VALUE &&
      (rec->aux == KNOWN_VALUE_TYPE_VAR || rec->aux == KNOWN_VALUE_NEW_TYPE))
    facts.flags = 0;
  if (facts.depth < UINT32_MAX) facts.depth++;
  return facts;
}

void type_each_part(TypeId type, void (*visit)(TypeId part, void *ctx),
                    void *ctx) {
  const TypeRec *rec = type_at(type);
  PartRange range = type_part_range(rec);
  for (uint32_t i = range.first; i < range.last; i++)
    if (rec->w[i]) visit((TypeId){rec->w[i]}, ctx);
  if (!range.params) return;
  for (uint32_t i = 2; i + 3 < rec->n; i += 4) {
    if (rec->w[i + 1]) visit((TypeId){rec->w[i + 1]}, ctx);
    if (rec->w[i + 2]) visit((TypeId){rec->w[i + 2]}, ctx);
  }
}

/* ---- records ------------------------------------------------------------- */

static inline TypeBlock *thread_block(void) {
  TypeBlock *b = &type_block;
  if (UNLIKELY(b->life != types.life)) *b = (TypeBlock){.life = types.life};
  return b;
}

/* Room for a record of that many bytes, at a multiple of 8. */
static char *block_take(uint64_t size) {
  TypeBlock *b = thread_block();
  if (LIKELY((size_t)(b->end - b->ptr) >= size)) return b->ptr;
  uint64_t want = MAX(size, TYPES_BLOCK);
  uint64_t at = vregion_claim(&types.region, want, 8);
  if (at == 0) panic("too many types");
  b->ptr = types.region.base + at;
  b->end = b->ptr + want;
  return b->ptr;
}

static void record_fill(TypeRec *rec, const Key *key, uint32_t index) {
  rec->kind = (uint8_t)key->kind;
  rec->aux = (uint16_t)key->aux;
  rec->n = key->n;
  uint32_t *w = rec->w;
  for (uint32_t i = 0; i < key->pieces; i++) {
    if (key->v[i].n) memcpy(w, key->v[i].p, (size_t)key->v[i].n * 4);
    w += key->v[i].n;
  }
  if (index) intern_fill_index(rec);
  Facts facts = facts_of(rec);
  rec->flags = (uint8_t)facts.flags;
  rec->depth = facts.depth;
}

static NOINLINE uint32_t record_add(const Key *key, uint64_t hash,
                                    uint32_t index) {
  uint64_t size = (sizeof(TypeRec) + (uint64_t)key->n * 4 + 7) & ~(uint64_t)7;
  TypeRec *rec = (TypeRec *)(void *)block_take(size);
  record_fill(rec, key, index);
  uint32_t mine = vregion_handle(&types.region, rec);
  uint32_t got = cmap_insert(&types.map, hash, record_is, key, NULL, mine);
  if (got == mine) type_block.ptr += size;
  return got;
}

TypeId intern_record(TypeKind kind, uint32_t aux, const Words *pieces,
                     uint32_t n, uint32_t index) {
  ASSERT(types.ready && aux <= UINT16_MAX);
  Key key = {kind, aux, index, n, pieces};
  for (uint32_t i = 0; i < n; i++) key.n += pieces[i].n;
  uint64_t hash = key_hash(&key);
  uint64_t *recent = &thread_block()->recent[hash >> (64 - RECENT_LOG2)];
  uint64_t seen = *recent;
  if (seen && seen >> 32 == (uint32_t)hash &&
      LIKELY(record_is((uint32_t)seen, &key, NULL)))
    return (TypeId){(uint32_t)seen};
  uint32_t got = cmap_find(&types.map, hash, record_is, &key, NULL);
  if (UNLIKELY(got == 0)) got = record_add(&key, hash, index);
  *recent = hash << 32 | got;
  return (TypeId){got};
}

/* ---- life ---------------------------------------------------------------- */

/* Puts one fixed record at its place. */
static void add_fixed(uint32_t ordinal, TypeKind kind, uint32_t aux,
                      const uint32_t *word) {
  Words piece = {word, word ? 1 : 0};
  Key key = {kind, aux, piece.n, 1, &piece};
  uint32_t handle = 2 * ordinal;
  record_fill(record_at(handle), &key, 0);
  uint32_t got =
      cmap_insert(&types.map, key_hash(&key), record_is, &key, NULL, handle);
  if (got != handle) panic("a fixed type is there twice");
}

static void add_all_fixed(void) {
  uint32_t count = TYPE_FIXED_COUNT + KNOWN_CLASS_COUNT;
  uint64_t at = vregion_claim(&types.region, (uint64_t)count * 16, 16);
  if (at == 0 || at > CACHE_LINE) panic("the types' region is not empty");
  add_fixed(TYPE_FIXED_ANY, TYPE_KIND_ANY, 0, NULL);
  add_fixed(TYPE_FIXED_UNKNOWN, TYPE_KIND_UNKNOWN, 0, NULL);
  add_fixed(TYPE_FIXED_DIVERGENT, TYPE_KIND_DIVERGENT, 0, NULL);
  add_fixed(TYPE_FIXED_NEVER, TYPE_KIND_NEVER, 0, NULL);
  add_fixed(TYPE_FIXED_LITERAL_STRING, TYPE_KIND_LITERAL_STRING, 0, NULL);
  add_fixed(TYPE_FIXED_ALWAYS_TRUTHY, TYPE_KIND_ALWAYS_TRUTHY, 0, NULL);
  add_fixed(TYPE_FIXED_ALWAYS_FALSY, TYPE_KIND_ALWAYS_FALSY, 0, NULL);
  add_fixed(TYPE_FIXED_TRUE, TYPE_KIND_LITERAL_BOOL, 1, NULL);
  add_fixed(TYPE_FIXED_FALSE, TYPE_KIND_LITERAL_BOOL, 0, NULL);
  add_fixed(TYPE_FIXED_EMPTY_LIST, TYPE_KIND_LIST, 0, NULL);
  add_fixed(TYPE_FIXED_EMPTY_TUPLE, TYPE_KIND_TUPLE, 0, NULL);
  for (uint32_t k = 1; k < KNOWN_CLASS_COUNT; k++)
    add_fixed(TYPE_FIXED_COUNT - 1 + k, TYPE_KIND_INSTANCE, 0, &k);
}

void types_init(uint64_t expect) {
  if (types.ready) return;
  if (!vregion_init(&types.region, "types", TYPES_REGION, TYPES_REGION_LEAST))
    panic("no address space for types");
  types_base = types.region.base;
  cmap_init(&types.map, "types", expect);
  types.life++;
  types.ready = true;
  add_all_fixed();
  class_table_init();
}

void types_destroy(void) {
  if (!types.ready) return;
  class_table_destroy();
  cmap_free(&types.map);
  vregion_free(&types.region);
  types_base = NULL;
  types.ready = false;
}

void types_usage(uint64_t *records, uint64_t *bytes) {
  CMapStats stats = cmap_stats(&types.map);
  *records = stats.keys;
  *bytes = vregion_used(&types.region) + stats.bytes;
}

void intern_each(void (*fn)(uint32_t handle, void *ctx), void *ctx) {
  cmap_each(&types.map, fn, ctx);
}
