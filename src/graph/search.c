/* search.c - the directories that are searched, and what a path's place below
 * them says about its module.
 *
 * A module's identity must not depend on how it was first reached: the same
 * file can be seen from two roots (`.` and `./src`).  So its root is always the
 * deepest search directory above it, and its name the path from there.
 */
#include "graph/modules_int.h"

/* The index of the root at exactly this path, or UINT32_MAX. */
static uint32_t root_at(const Modules *m, Str path) {
  uint32_t at = hmap64_get(&m->root_by_path, hash_bytes(path.ptr, path.len, 0));
  if (at == 0 || !str_eq(m->roots.v[at - 1].path, path)) return UINT32_MAX;
  return at - 1;
}

static void register_root(Modules *m, Dir *dir, ModuleOrigin origin) {
  vec_push(&m->roots, m->run, (SearchRoot){dir->path, dir, (uint8_t)origin});
  uint64_t hash = hash_bytes(dir->path.ptr, dir->path.len, 0);
  if (hmap64_get(&m->root_by_path, hash) == 0)
    hmap64_put(&m->root_by_path, hash, m->roots.n);
}

uint32_t search_add_root(Modules *m, Str path, ModuleOrigin origin, Worker *w) {
  path = path_normalize(w->scratch, path);
  uint32_t at = root_at(m, path);
  if (at != UINT32_MAX) return at;
  at = m->roots.n;
  register_root(m, dir_open_root(m->fs, path, at, w->keep, w->scratch), origin);
  return at;
}

static RootRange add_list(Modules *m, StrList paths, ModuleOrigin origin,
                          Worker *w) {
  RootRange range = {m->roots.n, m->roots.n};
  for (uint32_t i = 0; i < paths.n; i++)
    search_add_root(m, paths.v[i], origin, w);
  range.end = m->roots.n;
  return range;
}

/* The next quoted string of the text; false when there is none before `stop`.
 * No escapes: a path with a quote in it is not found, which costs nothing. */
static bool next_quoted(Str *rest, char stop, Str *out) {
  uint32_t i = 0;
  while (i < rest->len && rest->ptr[i] != '\'' && rest->ptr[i] != '"' &&
         rest->ptr[i] != stop)
    i++;
  if (i >= rest->len || rest->ptr[i] == stop) return false;
  Str inside = str_from_byte(*rest, i + 1);
  uint32_t end = str_find_byte(inside, rest->ptr[i]);
  if (end == STR_NONE) return false;
  *out = str_slice(inside, 0, end);
  *rest = str_from_byte(inside, end + 1);
  return true;
}

/* setuptools' editable installs: the .pth line imports a finder, whose source
 * has `MAPPING: dict[str, str] = {'pkg': '/where/pkg'}`.  The directories above
 * those packages are searched. */
static void add_editable(Modules *m, Dir *site, Str line, Worker *w) {
  Str name = str_trim(str_from_byte(line, 7)), text, key, path;
  uint32_t semicolon = str_find_byte(name, ';');
  if (semicolon != STR_NONE) name = str_trim(str_slice(name, 0, semicolon));
  DirEntry *finder = dir_find2(site, name, STR(".py"), DIR_ENTRY_FILE);
  if (!str_starts(name, STR("__editable__")) || !finder ||
      !dir_read(site, finder, m->fs, w->scratch, &text))
    return;
  uint32_t at = str_find(text, STR("MAPPING"), 0);
  uint32_t open = at == STR_NONE ? at : str_find(text, STR("{"), at);
  if (open == STR_NONE) return;
  Str rest = str_from_byte(text, open + 1);
  while (next_quoted(&rest, '}', &key) && next_quoted(&rest, '}', &path))
    if (path_is_absolute(path) && str_eq(path_base(path), key))
      search_add_root(m, path_dir(path), ORIGIN_SITE, w);
}

/* Adds the paths that the lines of a .pth file name.  A line that begins with
 * "import" is code, which nobody runs here. */
static void add_pth_lines(Modules *m, Dir *site, Str text, Worker *w) {
  Str rest = text, line;
  while (str_split(&rest, '\n', &line)) {
    line = str_trim(line);
    if (line.len == 0 || line.ptr[0] == '#') continue;
    if (str_starts(line, STR("import ")) || str_starts(line, STR("import\t"))) {
      add_editable(m, site, line, w);
      continue;
    }
    Str path =
        path_normalize(w->scratch, path_join(w->scratch, site->path, line));
    if (fs_is_dir(m->fs, path)) search_add_root(m, path, ORIGIN_SITE, w);
  }
}

static void add_site(Modules *m, Str path, Worker *w) {
  uint32_t before = m->roots.n;
  uint32_t at = search_add_root(m, path, ORIGIN_SITE, w);
  if (at < before) return;
  Dir *dir = m->roots.v[at].dir;
  for (uint32_t i = 0; i < dir->count; i++) {
    DirEntry *entry = &dir->entries[i];
    Str text;
    if (entry->kind == DIR_ENTRY_FILE && str_ends(entry->name, STR(".pth")) &&
        dir_read(dir, entry, m->fs, w->scratch, &text))
      add_pth_lines(m, dir, text, w);
  }
}

/* The module name that a directory entry may stand for; "" for none. */
static Str entry_stem(const DirEntry *entry) {
  uint32_t dot = str_find_byte(entry->name, '.');
  Str stem = dot == STR_NONE ? entry->name : str_slice(entry->name, 0, dot);
  if (entry->kind == DIR_ENTRY_DIR && str_ends(stem, STR("-stubs")))
    stem = str_slice(stem, 0, stem.len - 6);
  return stem;
}

/* A repository may have hundreds of roots: without this each new name would be
 * searched in all of them.  Backwards, so that chains are in order. */
static void link_roots(Modules *m) {
  hmap32_init(&m->links_by_name, m->run, 64);
  for (uint32_t i = m->first_party.end; i-- > m->first_party.begin;) {
    const Dir *dir = m->roots.v[i].dir;
    for (uint32_t k = 0; k < dir->count; k++) {
      Str stem = entry_stem(&dir->entries[k]);
      if (stem.len == 0) continue;
      bool found;
      uint32_t *at = hmap32_find_or_insert(&m->links_by_name,
                                           name_intern(stem).v, &found);
      if (found && m->links.v[*at - 1].root == i) continue;
      vec_push(&m->links, m->run, (RootLink){i, found ? *at : 0});
      *at = m->links.n;
    }
  }
}

uint32_t search_first_link(const Modules *m, Str top) {
  NameId name = name_find(top);
  return name.v ? hmap32_get(&m->links_by_name, name.v) : 0;
}

void search_open(Modules *m, Worker *w) {
  const Options *o = m->options;
  typeshed_open(&m->typeshed, m->fs, o->typeshed,
                (TypeshedRoots){ROOT_STDLIB, ROOT_STUBS}, w->keep, w->scratch);
  register_root(m, m->typeshed.stdlib, ORIGIN_STDLIB);
  register_root(m, m->typeshed.stubs ? m->typeshed.stubs : m->typeshed.stdlib,
                ORIGIN_TYPESHED_STUBS);
  ASSERT(m->roots.n == ROOT_FIRST_FREE);
  m->extra = add_list(m, o->extra_paths, ORIGIN_EXTRA_PATH, w);
  m->first_party = add_list(m, o->roots, ORIGIN_FIRST_PARTY, w);
  link_roots(m);
  m->site.begin = m->roots.n;
  for (uint32_t i = 0; i < o->site_packages.n; i++)
    add_site(m, o->site_packages.v[i], w);
  m->site.end = m->roots.n;
}

bool search_is_top(const Modules *m, const Dir *dir) {
  return !dir->parent || dir->parent == m->typeshed.stubs;
}

/* The deepest root above the path. */
static uint32_t root_above(const Modules *m, Str path) {
  for (Str dir = path_dir(path); dir.len; dir = path_dir(dir)) {
    uint32_t at = root_at(m, dir);
    if (at != UINT32_MAX) return at;
    if (str_is(dir, "/")) return UINT32_MAX;
  }
  return path_is_absolute(path) ? root_at(m, STR("/")) : UINT32_MAX;
}

/* "a-stubs/b" -> "a.b"; *stubs tells if there was a "-stubs".  is_dir: rel is
 * a directory's path, not that of a file without its extension. */
static Str dotted_of(Str rel, bool is_dir, Arena *arena, bool *stubs) {
  uint32_t slash = str_find_byte(rel, '/');
  Str top = slash == STR_NONE ? rel : str_slice(rel, 0, slash);
  Str rest = str_from_byte(rel, top.len);
  *stubs = (is_dir || rest.len) && str_ends(top, STR("-stubs"));
  if (*stubs) top = str_slice(top, 0, top.len - 6);
  char *text = ARENA_ARRAY_RAW(arena, char, top.len + rest.len + 1);
  if (top.len) memcpy(text, top.ptr, top.len);
  for (uint32_t i = 0; i < rest.len; i++)
    text[top.len + i] = rest.ptr[i] == '/' ? '.' : rest.ptr[i];
  text[top.len + rest.len] = 0;
  return (Str){text, top.len + rest.len};
}

/* The path below the root, without the distribution's folder. */
static Str below_root(const Modules *m, uint32_t root, Str path) {
  uint32_t skip = m->roots.v[root].path.len;
  while (skip < path.len && path.ptr[skip] == '/') skip++;
  Str rel = str_from_byte(path, skip);
  if (root != ROOT_STUBS) return rel;
  uint32_t slash = str_find_byte(rel, '/');
  return slash == STR_NONE ? STR_EMPTY : str_from_byte(rel, slash + 1);
}

PathIdentity search_identify(const Modules *m, Str path, Arena *arena) {
  PathIdentity id = {.root = root_above(m, path)};
  Str rel =
      id.root == UINT32_MAX ? path_base(path) : below_root(m, id.root, path);
  Str base = path_base(rel), ext = path_ext(rel);
  id.is_stub = str_is(ext, ".pyi");
  id.is_native = str_is(ext, ".so") || str_is(ext, ".pyd");
  uint32_t cut = ext.len;
  if (id.is_native) cut = base.len - str_find_byte(base, '.');
  if (id.is_stub || id.is_native || str_is(ext, ".py"))
    rel = str_slice(rel, 0, rel.len - cut);
  base = path_base(rel);
  id.is_package = str_is(base, "__init__");
  if (id.is_package) rel = path_dir(rel);
  id.dotted = dotted_of(rel, id.is_package, arena, &id.in_stub_package);
  if (id.dotted.len == 0) /* __init__.py of a root */
    id.dotted = str_dup(arena, path_base(path_dir(path)));
  return id;
}

Str search_dotted(const Modules *m, const Dir *dir, Arena *arena) {
  bool stubs;
  if (search_is_top(m, dir)) return STR_EMPTY;
  return dotted_of(below_root(m, dir->root_index, dir->path), true, arena,
                   &stubs);
}

/* The directory at the relative path below dir, or NULL. */
static Dir *descend(Modules *m, Worker *w, Dir *dir, Str rel) {
  Str piece;
  while (rel.ptr && rel.len && str_split(&rel, '/', &piece)) {
    DirEntry *entry = dir_find(dir, piece, DIR_ENTRY_DIR);
    if (!entry) return NULL;
    dir = dir_open(dir, entry, m->fs, w->keep, w->scratch);
  }
  return dir;
}

Dir *search_dir(Modules *m, Worker *w, ModuleSlot *slot) {
  Dir *dir = (Dir *)atomic_ptr_load_acquire(&slot->dir);
  if (LIKELY(dir != NULL)) return dir;
  const SearchRoot *root = &m->roots.v[slot->root];
  if (slot->module.is_namespace) {
    if (slot->root == ROOT_STDLIB) return NULL;
    Str dotted = name_text(slot->module.name);
    if (dotted.len == 0) return root->dir;
    Walk walk = resolve_walk(m, w, root->dir, dotted, false);
    dir = walk.kind == WALK_NAMESPACE ? walk.dir : NULL;
  } else {
    uint32_t skip = root->path.len;
    Str rel = str_from_byte(path_dir(slot->module.path), skip);
    while (rel.len && rel.ptr[0] == '/') rel = str_from_byte(rel, 1);
    dir = descend(m, w, root->dir, rel);
  }
  if (dir) atomic_ptr_store_release(&slot->dir, dir);
  return dir;
}
