/* classinfo.c - the table of classes.
 *
 * A class is 32 bytes in one reserved range of addresses; ClassId = offset /
 * 32, so addresses are stable and the known classes have the ids of their enum.
 * A concurrent map goes from (module, definition, node) to the id. A thread
 * that loses the race for a new class leaves its 32 bytes unused. */
#include "types/classinfo.h"

#include "base/cmap.h"
#include "base/hash.h"
#include "base/os_mem.h"

#define CLASSES_REGION ((uint64_t)4 << 30)
#define CLASSES_REGION_LEAST ((uint64_t)16 << 20)
#ifdef TAIPAN_STRESS
#define CLASSES_EXPECT 2
#else
#define CLASSES_EXPECT (1u << 12)
#endif
static_assert(sizeof(ClassInfo) == 32, "ids count units of 32 bytes");

static struct {
  VRegion region;
  CMap map;
  bool ready;
} classes;

typedef struct {
  ModuleId module;
  DefId def;
  NodeId node;
} ClassKey;

static const char *const known_modules[KNOWN_CLASS_COUNT] = {
    "",
#define KNOWN(ident, module, name) module,
#include "types/known_classes.def"
#undef KNOWN
};
static const char *const known_names[KNOWN_CLASS_COUNT] = {
    "",
#define KNOWN(ident, module, name) name,
#include "types/known_classes.def"
#undef KNOWN
};

static bool class_has_key(uint32_t id, const void *p, void *ctx) {
  (void)ctx;
  const ClassKey *key = p;
  const ClassInfo *info = class_at((ClassId){id});
  return info->module.v == key->module.v && info->def.v == key->def.v &&
         info->node.v == key->node.v;
}

static uint64_t class_hash(const ClassKey *key) {
  uint64_t h = hash_u64((uint64_t)key->module.v << 32 | key->node.v);
  return hash_mix(h, key->def.v);
}

/* Creates the table with the known classes, none of them defined yet. */
void class_table_init(void) {
  if (classes.ready) return;
  if (!vregion_init(&classes.region, "classes", CLASSES_REGION,
                    CLASSES_REGION_LEAST))
    panic("no address space for classes");
  cmap_init(&classes.map, "classes", CLASSES_EXPECT);
  uint64_t size = (uint64_t)KNOWN_CLASS_COUNT * sizeof(ClassInfo);
  uint64_t at = vregion_claim(&classes.region, size, 8);
  if (at == 0 || at > CACHE_LINE || at % sizeof(ClassInfo) != 0)
    panic("the classes' region is not empty");
  classes.ready = true;
  for (uint32_t k = 1; k < KNOWN_CLASS_COUNT; k++) {
    Str name = str_from(known_names[k]);
    class_at((ClassId){k})->name = name_intern(name);
  }
}

void class_table_destroy(void) {
  if (!classes.ready) return;
  cmap_free(&classes.map);
  vregion_free(&classes.region);
  classes.ready = false;
}

ClassInfo *class_at(ClassId id) {
  ASSERT(id.v != 0);
  return (ClassInfo *)(void *)(classes.region.base +
                               (uint64_t)id.v * sizeof(ClassInfo));
}

/* The class of that identity; makes it when new. */
ClassId class_intern(ModuleId module, DefId def, NodeId node, ScopeId scope,
                     NameId name) {
  ClassKey key = {module, def, node};
  uint64_t hash = class_hash(&key);
  uint32_t id = cmap_find(&classes.map, hash, class_has_key, &key, NULL);
  if (id) return (ClassId){id};
  /* All claims are multiples of 32 bytes, so all of them are aligned. */
  uint64_t at = vregion_claim(&classes.region, sizeof(ClassInfo), 8);
  if (at == 0) panic("too many classes");
  uint32_t mine = (uint32_t)(at / sizeof(ClassInfo));
  ClassInfo *info = class_at((ClassId){mine});
  info->module = module;
  info->def = def;
  info->node = node;
  info->scope = scope;
  info->name = name;
  info->defined = true;
  return (ClassId){
      cmap_insert(&classes.map, hash, class_has_key, &key, NULL, mine)};
}

/* Serial; before any class_intern of the same identity. */
void class_define_known(KnownClass known, ModuleId module, DefId def,
                        NodeId node, ScopeId scope, NameId name) {
  ASSERT(known > 0 && known < KNOWN_CLASS_COUNT);
  ClassKey key = {module, def, node};
  ClassInfo *info = class_at((ClassId){known});
  ASSERT(!info->defined);
  info->module = module;
  info->def = def;
  info->node = node;
  info->scope = scope;
  info->name = name;
  info->defined = true;
  uint32_t got = cmap_insert(&classes.map, class_hash(&key), class_has_key,
                             &key, NULL, known);
  if (got != (uint32_t)known)
    panic("class %s was there before it became known", known_names[known]);
}

const char *known_class_module(KnownClass known) {
  return known_modules[known];
}

const char *known_class_name(KnownClass known) { return known_names[known]; }
