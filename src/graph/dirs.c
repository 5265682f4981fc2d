/* dirs.c - see dirs.h. */
#include "graph/dirs.h"

#include "base/chaos.h"
#include "graph/typeshed_archive.h"

/* Order of an entry's name against stem + suffix, bytewise. */
static int cmp_name2(Str name, Str stem, Str suffix) {
  int c = str_cmp(str_slice(name, 0, stem.len), stem);
  if (c) return c;
  return str_cmp(str_from_byte(name, stem.len), suffix);
}

DirEntry *dir_find2(const Dir *dir, Str stem, Str suffix, DirEntryKind kind) {
  uint32_t low = 0, high = dir->count;
  while (low < high) {
    uint32_t mid = low + (high - low) / 2;
    int c = cmp_name2(dir->entries[mid].name, stem, suffix);
    if (c == 0)
      return dir->entries[mid].kind == kind ? &dir->entries[mid] : NULL;
    if (c < 0) low = mid + 1;
    else high = mid;
  }
  return NULL;
}

DirEntry *dir_find(const Dir *dir, Str name, DirEntryKind kind) {
  return dir_find2(dir, name, STR_EMPTY, kind);
}

DirEntry *dir_find_native(const Dir *dir, Str stem) {
  uint32_t low = 0, high = dir->count;
  while (low < high) { /* the first entry that is not below "stem." */
    uint32_t mid = low + (high - low) / 2;
    if (cmp_name2(dir->entries[mid].name, stem, STR(".")) < 0) low = mid + 1;
    else high = mid;
  }
  for (; low < dir->count; low++) {
    DirEntry *entry = &dir->entries[low];
    if (!str_starts(entry->name, stem) || entry->name.ptr[stem.len] != '.')
      break;
    if (entry->kind == DIR_ENTRY_FILE && (str_ends(entry->name, STR(".so")) ||
                                          str_ends(entry->name, STR(".pyd"))))
      return entry;
  }
  return NULL;
}

static void find_special(Dir *dir) {
  dir->init_pyi = dir_find(dir, STR("__init__.pyi"), DIR_ENTRY_FILE);
  dir->init_py = dir_find(dir, STR("__init__.py"), DIR_ENTRY_FILE);
  dir->py_typed = dir_find(dir, STR("py.typed"), DIR_ENTRY_FILE);
}

static Dir *dir_new(Str path, uint32_t root_index, Arena *keep) {
  Dir *dir = ARENA_NEW(keep, Dir);
  dir->path = str_dup(keep, path);
  dir->root = dir;
  dir->root_index = root_index;
  return dir;
}

static DirEntryKind entry_kind(FsKind kind) {
  switch (kind) {
  case FS_KIND_FILE: return DIR_ENTRY_FILE;
  case FS_KIND_DIR: return DIR_ENTRY_DIR;
  default: return DIR_ENTRY_OTHER;
  }
}

/* Fills the entries from the file system; a failure leaves them empty. */
static void list_fs(Dir *dir, Fs *fs, Arena *keep, Arena *scratch) {
  ArenaMark mark = arena_mark(scratch);
  FsEntry *found;
  uint32_t n;
  FsErr err;
  if (fs_list(fs, dir->path, scratch, &found, &n, &err) && n) {
    size_t bytes = 0;
    for (uint32_t i = 0; i < n; i++) bytes += found[i].name.len;
    char *text = ARENA_ARRAY_RAW(keep, char, bytes + 1);
    dir->entries = ARENA_ARRAY(keep, DirEntry, n);
    dir->count = n;
    for (uint32_t i = 0; i < n; i++) {
      DirEntry *entry = &dir->entries[i];
      uint32_t len = found[i].name.len;
      if (len) memcpy(text, found[i].name.ptr, len);
      entry->name = (Str){text, len};
      entry->kind = (uint8_t)entry_kind(found[i].kind);
      text += len;
    }
  }
  arena_reset_to(scratch, mark);
  find_special(dir);
}

static void list_archive(Dir *dir, Arena *keep) {
  TypeshedId id = {dir->archive};
  dir->count = id.v ? typeshed_archive_count(id) : 0;
  dir->entries = ARENA_ARRAY(keep, DirEntry, dir->count);
  for (uint32_t i = 0; i < dir->count; i++) {
    TypeshedId child = typeshed_archive_nth(id, i);
    DirEntry *entry = &dir->entries[i];
    entry->name = typeshed_archive_name(child);
    entry->archive = child.v;
    entry->kind =
        typeshed_archive_is_dir(child) ? DIR_ENTRY_DIR : DIR_ENTRY_FILE;
  }
  find_special(dir);
}

Dir *dir_open_root(Fs *fs, Str path, uint32_t root_index, Arena *keep,
                   Arena *scratch) {
  Dir *dir = dir_new(path, root_index, keep);
  list_fs(dir, fs, keep, scratch);
  return dir;
}

Dir *dir_open_archive(uint32_t archive, Str path, uint32_t root_index,
                      Arena *keep) {
  Dir *dir = dir_new(path, root_index, keep);
  dir->archive = archive;
  list_archive(dir, keep);
  return dir;
}

Dir *dir_open(Dir *dir, DirEntry *entry, Fs *fs, Arena *keep, Arena *scratch) {
  ASSERT(entry->kind == DIR_ENTRY_DIR);
  Dir *child = (Dir *)atomic_ptr_load_acquire(&entry->child);
  if (LIKELY(child != NULL)) return child;
  child = ARENA_NEW(keep, Dir);
  child->path = dir_entry_path(dir, entry, keep);
  child->parent = dir;
  child->root = dir->root;
  child->root_index = dir->root_index;
  child->archive = entry->archive;
  if (entry->archive) list_archive(child, keep);
  else list_fs(child, fs, keep, scratch);
  chaos_point();
  void *expected = NULL;
  /* pairs with the acquire load above */
  if (!atomic_ptr_cas_acq_rel(&entry->child, &expected, child))
    child = (Dir *)expected;
  return child;
}

Str dir_entry_path(const Dir *dir, const DirEntry *entry, Arena *arena) {
  return path_join(arena, dir->path, entry->name);
}

bool dir_read(const Dir *dir, const DirEntry *entry, Fs *fs, Arena *arena,
              Str *out) {
  if (entry->archive) {
    *out = typeshed_archive_read((TypeshedId){entry->archive}, arena);
    return true;
  }
  FsErr err;
  return fs_read(fs, dir_entry_path(dir, entry, arena), arena, out, &err);
}

bool dir_is_partial(Dir *dir, Fs *fs, Arena *scratch) {
  if (!dir->py_typed) return false;
  uint32_t known = atomic_u32_load_relaxed(&dir->partial);
  if (known) return known == 2;
  ArenaMark mark = arena_mark(scratch);
  Str rest, line;
  bool partial = false;
  if (dir_read(dir, dir->py_typed, fs, scratch, &rest))
    while (!partial && str_split(&rest, '\n', &line))
      partial = str_is(str_trim(line), "partial");
  arena_reset_to(scratch, mark);
  atomic_u32_store_relaxed(&dir->partial, partial ? 2 : 1);
  return partial;
}

bool dir_is_legacy_namespace(Dir *dir, Fs *fs, Arena *scratch) {
  if (!dir->init_py || dir->init_pyi) return false;
  uint32_t known = atomic_u32_load_relaxed(&dir->legacy_namespace);
  if (known) return known == 2;
  ArenaMark mark = arena_mark(scratch);
  Str text;
  bool legacy = dir_read(dir, dir->init_py, fs, scratch, &text) &&
                ((str_find(text, STR("pkgutil"), 0) != STR_NONE &&
                  str_find(text, STR("extend_path"), 0) != STR_NONE) ||
                 (str_find(text, STR("pkg_resources"), 0) != STR_NONE &&
                  str_find(text, STR("declare_namespace"), 0) != STR_NONE));
  arena_reset_to(scratch, mark);
  atomic_u32_store_relaxed(&dir->legacy_namespace, legacy ? 2 : 1);
  return legacy;
}
