/* typeshed.c - see typeshed.h. */
#include "graph/typeshed.h"

#include "base/chaos.h"
#include "base/vec.h"
#include "graph/typeshed_archive.h"

/* First distribution of each top-level name, in a chain. */
typedef struct {
  HMap32 by_name; /* NameId -> index + 1 into heads */
  VEC(TypeshedDist *) heads;
} DistTable;

static bool parse_version(Str s, PythonVersion *out) {
  uint32_t dot = str_find_byte(s, '.');
  uint64_t major, minor;
  if (dot == STR_NONE || !str_to_u64(str_slice(s, 0, dot), &major) ||
      !str_to_u64(str_from_byte(s, dot + 1), &minor) || major > 99 ||
      minor > 99)
    return false;
  *out = (PythonVersion){(uint8_t)major, (uint8_t)minor};
  return true;
}

static bool parse_range(Str line, VersionRange *out) {
  uint32_t hash = str_find_byte(line, '#');
  if (hash != STR_NONE) line = str_slice(line, 0, hash);
  uint32_t colon = str_find_byte(line, ':');
  if (colon == STR_NONE) return false;
  Str name = str_trim(str_slice(line, 0, colon));
  Str range = str_trim(str_from_byte(line, colon + 1));
  uint32_t dash = str_find_byte(range, '-');
  if (name.len == 0 || dash == STR_NONE) return false;
  *out = (VersionRange){.module = name_intern(name)};
  Str to = str_trim(str_from_byte(range, dash + 1));
  return parse_version(str_trim(str_slice(range, 0, dash)), &out->from) &&
         (to.len == 0 || parse_version(to, &out->to));
}

void typeshed_parse_versions(Str text, Arena *arena, VersionTable *out) {
  VEC(VersionRange) ranges = {0};
  Str rest = text, line;
  *out = (VersionTable){0};
  hmap32_init(&out->by_name, arena, 1024);
  while (str_split(&rest, '\n', &line)) {
    VersionRange range;
    if (!parse_range(line, &range)) continue;
    vec_push(&ranges, arena, range);
    hmap32_put(&out->by_name, range.module.v, ranges.n);
  }
  out->ranges = ranges.v;
  out->count = ranges.n;
}

bool typeshed_has_version(const VersionTable *table, Str dotted,
                          PythonVersion version) {
  for (;;) {
    NameId name = name_find(dotted);
    uint32_t found = name.v ? hmap32_get(&table->by_name, name.v) : 0;
    if (found) {
      const VersionRange *r = &table->ranges[found - 1];
      return python_at_least(version, r->from.major, r->from.minor) &&
             (r->to.major == 0 ||
              python_at_least(r->to, version.major, version.minor));
    }
    uint32_t dot = str_rfind_byte(dotted, '.');
    if (dot == STR_NONE) return false;
    dotted = str_slice(dotted, 0, dot);
  }
}

static Dir *open_child(Dir *dir, Str name, uint32_t root_index, Fs *fs,
                       Arena *keep, Arena *scratch) {
  DirEntry *entry = dir_find(dir, name, DIR_ENTRY_DIR);
  if (!entry) return NULL;
  Str path = dir_entry_path(dir, entry, scratch);
  return entry->archive
             ? dir_open_archive(entry->archive, path, root_index, keep)
             : dir_open_root(fs, path, root_index, keep, scratch);
}

void typeshed_open(Typeshed *typeshed, Fs *fs, Str path, TypeshedRoots roots,
                   Arena *keep, Arena *scratch) {
  *typeshed = (Typeshed){0};
  Dir *root = path.len ? dir_open_root(fs, path, roots.stdlib, keep, scratch)
                       : dir_open_archive(typeshed_archive_root().v,
                                          STR("typeshed"), roots.stdlib, keep);
  typeshed->root = root;
  typeshed->stdlib =
      open_child(root, STR("stdlib"), roots.stdlib, fs, keep, scratch);
  typeshed->stubs =
      open_child(root, STR("stubs"), roots.stubs, fs, keep, scratch);
  if (!typeshed->stdlib) {
    typeshed->stdlib = ARENA_NEW(keep, Dir);
    typeshed->stdlib->root = typeshed->stdlib;
    typeshed->stdlib->path = path_join(keep, root->path, STR("stdlib"));
  }
  DirEntry *versions =
      dir_find(typeshed->stdlib, STR("VERSIONS"), DIR_ENTRY_FILE);
  Str text;
  if (versions && dir_read(typeshed->stdlib, versions, fs, scratch, &text)) {
    typeshed_parse_versions(text, keep, &typeshed->versions);
    typeshed->has_versions = true;
  }
}

bool typeshed_in_stdlib(const Typeshed *typeshed, Str dotted,
                        PythonVersion version) {
  return !typeshed->has_versions ||
         typeshed_has_version(&typeshed->versions, dotted, version);
}

/* "yaml", "six.pyi" -> its module name; empty for what is no module. */
static Str top_level_name(const DirEntry *entry) {
  Str name = entry->name;
  if (entry->kind == DIR_ENTRY_DIR)
    return name.len && name.ptr[0] == '@' ? STR_EMPTY : name;
  return str_ends(name, STR(".pyi")) ? str_slice(name, 0, name.len - 4)
                                     : STR_EMPTY;
}

static void dist_add(DistTable *table, NameId top, Dir *dir, Arena *keep) {
  TypeshedDist *dist = ARENA_NEW(keep, TypeshedDist);
  dist->dir = dir;
  uint32_t at = hmap32_get(&table->by_name, top.v);
  if (at == 0) {
    vec_push(&table->heads, keep, dist);
    hmap32_put(&table->by_name, top.v, table->heads.n);
    return;
  }
  TypeshedDist *last = table->heads.v[at - 1];
  while (last->next) last = last->next;
  last->next = dist;
}

static DistTable *dists_build(Typeshed *typeshed, Fs *fs, Arena *keep,
                              Arena *scratch) {
  DistTable *table = ARENA_NEW(keep, DistTable);
  hmap32_init(&table->by_name, keep, 512);
  Dir *stubs = typeshed->stubs;
  for (uint32_t i = 0; stubs && i < stubs->count; i++) {
    DirEntry *entry = &stubs->entries[i];
    if (entry->kind != DIR_ENTRY_DIR) continue;
    Dir *dist = dir_open(stubs, entry, fs, keep, scratch);
    for (uint32_t k = 0; k < dist->count; k++) {
      Str name = top_level_name(&dist->entries[k]);
      if (name.len) dist_add(table, name_intern(name), dist, keep);
    }
  }
  return table;
}

const TypeshedDist *typeshed_stubs_find(Typeshed *typeshed, NameId top, Fs *fs,
                                        Arena *keep, Arena *scratch) {
  DistTable *table = (DistTable *)atomic_ptr_load_acquire(&typeshed->dists);
  if (UNLIKELY(!table)) {
    table = dists_build(typeshed, fs, keep, scratch);
    chaos_point();
    void *expected = NULL;
    /* pairs with the acquire load above */
    if (!atomic_ptr_cas_acq_rel(&typeshed->dists, &expected, table))
      table = (DistTable *)expected;
  }
  uint32_t at = hmap32_get(&table->by_name, top.v);
  return at ? table->heads.v[at - 1] : NULL;
}
