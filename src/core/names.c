/* names.c - the interner of identifiers and strings.
 *
 * A handle is the offset of its record, divided by 8, in one reserved range of
 * addresses; so the text is two loads away.  A record is a header of 8 bytes
 * and the bytes of the text with a zero byte behind them:
 *
 *   offset 8 * 1 .. 8 * (n-1)   headers of the well-known names, so that their
 *                               handles are the numbers of the enum
 *   behind that                 blocks, one at a time owned by each thread, in
 *                               which it puts records one after the other
 *
 * The header says how far from itself the text lies: behind the headers for
 * the well-known names, 8 for all others.  A concurrent map goes from a text
 * to its handle.  A thread that loses the race for a new name takes back its
 * record, which nobody has seen, and uses the winner's.
 *
 * Cost: a hit is one hash and one probe.  A thread that ends wastes the rest
 * of its block (at most NAMES_BLOCK bytes).
 */
#include "core/names.h"

#include "base/cmap.h"
#include "base/hash.h"
#include "base/os_mem.h"

#define NAMES_REGION ((uint64_t)8 << 30) /* handles stay below 2^30 */
#define NAMES_REGION_LEAST ((uint64_t)64 << 20)
#define NAMES_MAX_LEN (1u << 24)
#ifdef TAIPAN_STRESS
#define NAMES_BLOCK 256u
#define NAMES_EXPECT 2
#else
#define NAMES_BLOCK (64u << 10)
#define NAMES_EXPECT (1u << 16)
#endif

typedef struct {
  uint32_t len;
  uint32_t text; /* distance of the text from the header */
} NameRecord;
static_assert(sizeof(NameRecord) == 8, "a handle counts units of 8 bytes");

/* The current block of a thread, valid for one life of the table. */
typedef struct {
  uint32_t life;
  char *ptr, *end;
} NameBlock;

static struct {
  VRegion region;
  CMap map;
  uint32_t life; /* counts names_init; changes only while one thread runs */
  bool ready;
} names;
static _Thread_local NameBlock name_block;

static const Str well_known[NAME_WELL_KNOWN_COUNT] = {
    STR_INIT(""),
#define NAME(ident, text) STR_INIT(text),
#include "core/names.def"
#undef NAME
};

static inline const NameRecord *record_at(uint32_t handle) {
  return (const NameRecord *)vregion_at(&names.region, handle);
}

static inline Str record_text(const NameRecord *record) {
  return (Str){(const char *)record + record->text, record->len};
}

static bool record_is(uint32_t handle, const void *key, void *ctx) {
  (void)ctx;
  return str_eq(record_text(record_at(handle)), *(const Str *)key);
}

static uint64_t text_hash(Str text) {
  return hash_bytes(text.ptr, text.len, 0);
}

/* Room for a record of that many bytes, at a multiple of 8. */
static char *block_take(uint32_t size) {
  NameBlock *b = &name_block;
  if (b->life != names.life) *b = (NameBlock){names.life, NULL, NULL};
  if (LIKELY((size_t)(b->end - b->ptr) >= size)) return b->ptr;
  uint32_t want = MAX(size, NAMES_BLOCK);
  uint64_t at = vregion_claim(&names.region, want, 8);
  if (at == 0) panic("too many names");
  b->ptr = names.region.base + at;
  b->end = b->ptr + want;
  return b->ptr;
}

static void block_keep(char *record, uint32_t size) {
  ASSERT(record == name_block.ptr);
  name_block.ptr = record + size;
}

/* Puts the headers and the texts of names.def at the start of the region. */
static void add_well_known(void) {
  uint64_t texts = 0;
  for (uint32_t i = 1; i < NAME_WELL_KNOWN_COUNT; i++)
    texts += well_known[i].len + 1;
  uint64_t headers = (uint64_t)NAME_WELL_KNOWN_COUNT * 8;
  uint64_t at = vregion_claim(&names.region, headers + texts, 8);
  if (at == 0 || at > headers) panic("the names' region is not empty");
  char *text = names.region.base + headers + 8;
  for (uint32_t i = 1; i < NAME_WELL_KNOWN_COUNT; i++) {
    Str s = well_known[i];
    NameRecord *r = (NameRecord *)vregion_at(&names.region, i);
    *r = (NameRecord){s.len, (uint32_t)(text - (char *)r)};
    memcpy(text, s.ptr, s.len);
    text += s.len + 1;
    uint32_t got =
        cmap_insert(&names.map, text_hash(s), record_is, &s, NULL, i);
    if (got != i) panic("names.def has %" PRIstr " twice", STR_ARG(s));
  }
}

void names_init(void) {
  if (names.ready) return;
  if (!vregion_init(&names.region, "names", NAMES_REGION, NAMES_REGION_LEAST))
    panic("no address space for names");
  cmap_init(&names.map, "names", NAMES_EXPECT);
  names.life++;
  names.ready = true;
  add_well_known();
}

void names_destroy(void) {
  if (!names.ready) return;
  cmap_free(&names.map);
  vregion_free(&names.region);
  names.ready = false;
}

NameId name_find(Str text) {
  return (NameId){
      cmap_find(&names.map, text_hash(text), record_is, &text, NULL)};
}

NameId name_intern(Str text) {
  ASSERT(names.ready && text.len < NAMES_MAX_LEN);
  uint64_t hash = text_hash(text);
  uint32_t handle = cmap_find(&names.map, hash, record_is, &text, NULL);
  if (LIKELY(handle != 0)) return (NameId){handle};
  uint32_t size = (8 + text.len + 1 + 7) & ~7u;
  char *p = block_take(size);
  *(NameRecord *)(void *)p = (NameRecord){text.len, 8};
  if (text.len) memcpy(p + 8, text.ptr, text.len);
  p[8 + text.len] = 0;
  uint32_t mine = vregion_handle(&names.region, p);
  handle = cmap_insert(&names.map, hash, record_is, &text, NULL, mine);
  if (handle == mine) block_keep(p, size);
  return (NameId){handle};
}

Str name_text(NameId name) {
  ASSERT(name.v != 0);
  return record_text(record_at(name.v));
}

bool name_is_dunder(NameId name) {
  Str text = name_text(name);
  return text.len > 4 && str_starts(text, STR("__")) &&
         str_ends(text, STR("__"));
}

int name_cmp(NameId a, NameId b) {
  return a.v == b.v ? 0 : str_cmp(name_text(a), name_text(b));
}
