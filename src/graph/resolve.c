/* resolve.c - from an import to a module, by the typing spec.
 *
 * "Import resolution ordering" (distributing.html), and what it leaves open:
 *
 *   1 extra paths                 they come before all, the stdlib included
 *   2 first-party roots           the importer's own root first
 *   3 typeshed's stdlib           as far as VERSIONS has it for this Python
 *   4 `-stubs` packages           a partial one lets what it lacks fall through
 *   5 installed packages          with py.typed or stub files of their own
 *   6 typeshed's third-party      stubs/<distribution>, always seen as partial
 *   7 installed packages          all others, by their source
 *   8 beside the importer         for files of the project only: its directory
 *                                 and those above it that are no packages, as
 *                                 for a script, whose directory Python puts on
 *                                 the path; so a monorepo works unconfigured
 *
 * In each directory a package comes before a module, a module before a
 * compiled one, and a directory without __init__ (PEP 420) last; .pyi comes
 * before .py.  The first file wins; a namespace package is the answer only when
 * no directory has a file, and its parts are merged simply because a submodule
 * is searched under its whole name in all of them.  A package claims what is
 * below it: `a.b` is not looked for in later directories when an earlier one
 * has the package `a` - unless `a` is a partial stub or makes itself a
 * namespace by pkgutil or pkg_resources.
 *
 * A first-party module shadows one of the stdlib only for importers in the
 * same root, as it would at run time; never a module that is built into the
 * interpreter, nor `typing`, and not when the root itself is a package.  What
 * such a module or package lacks is looked for in the stdlib.
 *
 * Cost: one look-up in the thread's own memo; the first time a few binary
 * searches a directory.  The answer depends only on the files, the options,
 * and the importer's root (and, for 8, its directory).
 */
#include "graph/modules_int.h"

typedef struct {
  Modules *m;
  Worker *w;
  Str dotted;
  uint32_t context; /* the importer's root, or 0 */
  bool in_stdlib;   /* the stdlib has the top-level name */
  bool anywhere;    /* the importer is nowhere: the builtin scope */
  bool is_namespace;
  Walk found;
} Search;

/* Built into the interpreter or part of the type system's own vocabulary. */
static const char *const never_shadowed[] = {
    "__builtin__", "_abc",         "_ast",
    "_codecs",     "_collections", "_functools",
    "_imp",        "_io",          "_locale",
    "_operator",   "_signal",      "_sre",
    "_stat",       "_string",      "_symtable",
    "_thread",     "_typeshed",    "_typing",
    "_warnings",   "_weakref",     "atexit",
    "builtins",    "errno",        "faulthandler",
    "gc",          "itertools",    "marshal",
    "posix",       "pwd",          "sys",
    "time",        "ty_extensions", "typing",
    "typing_extensions",
};

static bool is_never_shadowed(Str top) {
  for (uint32_t i = 0; i < ARRAY_LEN(never_shadowed); i++)
    if (str_is(top, never_shadowed[i])) return true;
  return false;
}

/* ---- one directory ------------------------------------------------------ */

/* A file that is the module `name` of dir: .pyi, .py, compiled. */
static DirEntry *module_file(Dir *dir, Str name) {
  DirEntry *entry = dir_find2(dir, name, STR(".pyi"), DIR_ENTRY_FILE);
  if (!entry) entry = dir_find2(dir, name, STR(".py"), DIR_ENTRY_FILE);
  return entry ? entry : dir_find_native(dir, name);
}

/* True if the package lets others provide what it lacks. */
static bool package_yields(Modules *m, Worker *w, Dir *package) {
  return dir_is_partial(package, m->fs, w->scratch) ||
         dir_is_legacy_namespace(package, m->fs, w->scratch);
}

static Walk walk_end(Walk walk, WalkKind kind, Dir *dir, DirEntry *entry) {
  walk.kind = kind;
  walk.dir = dir;
  walk.entry = entry;
  return walk;
}

Walk resolve_walk(Modules *m, Worker *w, Dir *dir, Str dotted, bool stubs) {
  Walk walk = {.kind = WALK_NONE};
  Dir *claims = NULL; /* the outermost package */
  Str rest = dotted, name, suffix = stubs ? STR("-stubs") : STR_EMPTY;
  while (str_split(&rest, '.', &name)) {
    bool last = rest.ptr == NULL;
    DirEntry *entry = dir_find2(dir, name, suffix, DIR_ENTRY_DIR);
    Dir *below =
        entry ? dir_open(dir, entry, m->fs, w->keep, w->scratch) : NULL;
    DirEntry *file = below ? dir_init(below) : NULL;
    if (below) walk.typed |= below->py_typed != NULL;
    if (file && last) return walk_end(walk, WALK_FOUND, below, file);
    if (file && !claims) claims = below;
    if (!file && suffix.len == 0) {
      file = module_file(dir, name);
      if (file && last) return walk_end(walk, WALK_FOUND, dir, file);
      if (file) below = NULL;
    }
    if (!below) {
      bool claimed = claims ? !package_yields(m, w, claims) : file != NULL;
      return walk_end(walk, claimed ? WALK_CLAIMED : WALK_NONE, dir, NULL);
    }
    if (last) return walk_end(walk, WALK_NAMESPACE, below, NULL);
    dir = below;
    suffix = STR_EMPTY;
  }
  return walk;
}

/* ---- all directories in order ------------------------------------------- */

/* Takes what one directory says; true ends the search. */
static bool offer(Search *s, Walk walk) {
  if (walk.kind == WALK_NAMESPACE) s->is_namespace = true;
  if (walk.kind == WALK_FOUND) s->found = walk;
  return walk.kind == WALK_FOUND || walk.kind == WALK_CLAIMED;
}

static Walk walk_in(Search *s, Dir *dir, bool stubs) {
  return resolve_walk(s->m, s->w, dir, s->dotted, stubs);
}

static bool is_source(Walk walk) {
  return walk.kind == WALK_FOUND && !str_ends(walk.entry->name, STR(".pyi"));
}

static Str top_of(Str dotted) {
  uint32_t dot = str_find_byte(dotted, '.');
  return dot == STR_NONE ? dotted : str_slice(dotted, 0, dot);
}

/* A package and its stubs in one directory of the user's. */
static bool search_both(Search *s, Dir *dir) {
  return offer(s, walk_in(s, dir, true)) || offer(s, walk_in(s, dir, false));
}

static bool search_extra(Search *s) {
  for (uint32_t i = s->m->extra.begin; i < s->m->extra.end; i++) {
    Dir *dir = s->m->roots.v[i].dir;
    if (s->in_stdlib && (s->anywhere || is_never_shadowed(top_of(s->dotted))) &&
        is_source(walk_in(s, dir, false)))
      continue;
    if (search_both(s, dir)) return true;
  }
  return false;
}

/* May a module of that root stand for one of the stdlib in this search? */
static bool may_shadow(const Search *s, uint32_t root) {
  return root == s->context && !dir_init(s->m->roots.v[root].dir) &&
         !is_never_shadowed(top_of(s->dotted));
}

static bool search_first_party(Search *s) {
  Modules *m = s->m;
  if (s->in_stdlib) {
    /* `import os.path` where os.py is the project's own: what a module makes
     * importable without a file, only the stdlib's stubs tell */
    if (s->context && may_shadow(s, s->context))
      search_both(s, m->roots.v[s->context].dir);
    return s->found.kind == WALK_FOUND;
  }
  if (s->context && search_both(s, m->roots.v[s->context].dir)) return true;
  uint32_t at = search_first_link(m, top_of(s->dotted));
  for (; at; at = m->links.v[at - 1].next) {
    uint32_t root = m->links.v[at - 1].root;
    if (root != s->context && search_both(s, m->roots.v[root].dir)) return true;
  }
  return false;
}

static bool search_stdlib(Search *s) {
  Modules *m = s->m;
  if (!s->in_stdlib) return false;
  Walk walk = walk_in(s, m->typeshed.stdlib, false);
  if (walk.kind != WALK_NONE &&
      !typeshed_in_stdlib(&m->typeshed, s->dotted, m->options->python_version))
    return true;
  return offer(s, walk);
}

/* Step 6, and what is left of step 7: `source` is the untyped package that
 * step 5 met. */
static void search_vendored(Search *s, Walk source) {
  Modules *m = s->m;
  NameId top = name_intern(top_of(s->dotted));
  const TypeshedDist *dist =
      typeshed_stubs_find(&m->typeshed, top, m->fs, s->w->keep, s->w->scratch);
  for (; dist; dist = dist->next) {
    Walk walk = walk_in(s, dist->dir, false);
    if (walk.kind == WALK_NAMESPACE) s->is_namespace = true;
    if (walk.kind != WALK_FOUND) continue;
    s->found = walk;
    return;
  }
  offer(s, source);
}

/* Steps 4 to 7. */
static void search_installed(Search *s) {
  Modules *m = s->m;
  Walk source = {.kind = WALK_NONE};
  for (uint32_t i = m->site.begin; i < m->site.end; i++)
    if (offer(s, walk_in(s, m->roots.v[i].dir, true))) return;
  for (uint32_t i = m->site.begin; i < m->site.end; i++) {
    Walk walk = walk_in(s, m->roots.v[i].dir, false);
    bool claims = walk.kind == WALK_FOUND || walk.kind == WALK_CLAIMED;
    if (claims && !walk.typed && (!walk.entry || is_source(walk))) {
      source = walk;
      break;
    }
    if (offer(s, walk)) return;
  }
  search_vendored(s, source);
}

static void search_all(Search *s) {
  Str top = top_of(s->dotted);
  Dir *stdlib = s->m->typeshed.stdlib;
  s->in_stdlib =
      (dir_find(stdlib, top, DIR_ENTRY_DIR) ||
       dir_find2(stdlib, top, STR(".pyi"), DIR_ENTRY_FILE)) &&
      typeshed_in_stdlib(&s->m->typeshed, top, s->m->options->python_version);
  if (search_extra(s) || search_first_party(s) || search_stdlib(s)) return;
  search_installed(s);
}

/* ---- memo --------------------------------------------------------------- */

enum { CONTEXT_NOBODY = -1 };

static ModuleId search_result(const Search *s) {
  if (s->found.kind == WALK_FOUND)
    return modules_of_file(s->m, s->w, s->found.dir, s->found.entry);
  if (s->is_namespace)
    return modules_of_namespace(s->m, s->w, s->context, s->dotted);
  return ID_NONE(ModuleId);
}

/* True if the root holds nothing of that name, so that its importers get the
 * answer that all others get. */
static bool context_is_silent(Modules *m, Worker *w, uint32_t context,
                              Str dotted) {
  Dir *dir = m->roots.v[context].dir;
  return resolve_walk(m, w, dir, dotted, false).kind == WALK_NONE &&
         resolve_walk(m, w, dir, dotted, true).kind == WALK_NONE;
}

/* context: the importer's first-party root, 0 for other importers, or
 * CONTEXT_NOBODY for the builtin scope. */
static ModuleId resolve_in(Modules *m, Worker *w, int64_t context,
                           NameId dotted) {
  uint64_t key = hmap_pair((uint32_t)context, dotted.v);
  uint32_t known = hmap64_get(&w->memo, key);
  if (LIKELY(known)) return (ModuleId){known - 1};
  ArenaMark mark = arena_mark(w->scratch);
  Str text = name_text(dotted);
  ModuleId id;
  if (context > 0 && context_is_silent(m, w, (uint32_t)context, text)) {
    id = resolve_in(m, w, 0, dotted);
  } else {
    Search s = {.m = m, .w = w, .dotted = text};
    s.anywhere = context == CONTEXT_NOBODY;
    s.context = s.anywhere ? 0 : (uint32_t)context;
    search_all(&s);
    id = search_result(&s);
  }
  arena_reset_to(w->scratch, mark);
  hmap64_put(&w->memo, key, id.v + 1);
  return id;
}

/* The importer's own root when it is one of the project's, else 0. */
static uint32_t context_of(const Modules *m, const ModuleSlot *slot) {
  return m->roots.v[slot->root].origin == ORIGIN_FIRST_PARTY ? slot->root : 0;
}

/* Step 8: beside the importer. */
static ModuleId resolve_beside(Modules *m, Worker *w, ModuleSlot *from,
                               Str dotted) {
  ModuleId id = {0};
  ArenaMark mark = arena_mark(w->scratch);
  for (Dir *dir = search_dir(m, w, from); dir && !search_is_top(m, dir);
       dir = dir->parent) {
    if (dir_init(dir)) continue;
    Walk walk = resolve_walk(m, w, dir, dotted, false);
    if (walk.kind == WALK_FOUND) {
      id = modules_of_file(m, w, walk.dir, walk.entry);
      break;
    }
    if (walk.kind == WALK_NAMESPACE && id.v == 0)
      id = modules_of_namespace(m, w, walk.dir->root_index,
                                search_dotted(m, walk.dir, w->scratch));
  }
  arena_reset_to(w->scratch, mark);
  return id;
}

/* ---- the interface ------------------------------------------------------ */

ModuleId modules_resolve(Modules *m, ModuleId from, NameId dotted) {
  Worker *w = modules_worker(m);
  if (from.v == 0) return resolve_in(m, w, CONTEXT_NOBODY, dotted);
  ModuleSlot *slot = modules_slot(m, from);
  uint32_t context = context_of(m, slot);
  ModuleId id = resolve_in(m, w, context, dotted);
  if (id.v == 0 && context) id = resolve_beside(m, w, slot, name_text(dotted));
  return id;
}

/* The package that is this directory, as seen from that context. */
static ModuleId package_of_dir(Modules *m, Worker *w, uint32_t context,
                               Dir *dir) {
  DirEntry *init = dir_init(dir);
  if (init) return modules_of_file(m, w, dir, init);
  ArenaMark mark = arena_mark(w->scratch);
  ModuleId id =
      modules_of_namespace(m, w, context, search_dotted(m, dir, w->scratch));
  arena_reset_to(w->scratch, mark);
  return id;
}

static Str dotted_join(Str package, Str name, Arena *arena) {
  if (package.len == 0) return name;
  return str_printf(arena, "%" PRIstr ".%" PRIstr, STR_ARG(package),
                    STR_ARG(name));
}

/* The module `name` below dir, which is a package: there, or wherever else the
 * rest of a partial or namespace package lies. */
static ModuleId resolve_below(Modules *m, Worker *w, uint32_t context, Dir *dir,
                              Str name) {
  ArenaMark mark = arena_mark(w->scratch);
  Str package = search_dotted(m, dir, w->scratch);
  Str dotted = dotted_join(package, name, w->scratch);
  Walk walk = resolve_walk(m, w, dir, name, false);
  ModuleId id = {0};
  if (dir->root_index == ROOT_STDLIB &&
      !typeshed_in_stdlib(&m->typeshed, dotted, m->options->python_version))
    walk.kind = WALK_NONE;
  else if (walk.kind == WALK_FOUND)
    id = modules_of_file(m, w, walk.dir, walk.entry);
  else if (package.len) id = resolve_in(m, w, context, name_intern(dotted));
  if (id.v == 0 && walk.kind == WALK_NAMESPACE)
    id = modules_of_namespace(m, w, context, dotted);
  arena_reset_to(w->scratch, mark);
  return id;
}

ModuleId modules_resolve_relative(Modules *m, ModuleId from, uint32_t level,
                                  NameId name) {
  Worker *w = modules_worker(m);
  ModuleSlot *slot = modules_slot(m, from);
  Dir *dir = level ? search_dir(m, w, slot) : NULL;
  for (uint32_t i = 1; dir && i < level; i++) {
    if (search_is_top(m, dir)) return ID_NONE(ModuleId);
    dir = dir->parent;
    if (search_is_top(m, dir) && !dir_init(dir)) return ID_NONE(ModuleId);
  }
  if (!dir) return ID_NONE(ModuleId);
  uint32_t context = context_of(m, slot);
  if (name.v == 0 || name_text(name).len == 0)
    return package_of_dir(m, w, context, dir);
  return resolve_below(m, w, context, dir, name_text(name));
}

/* True if only the package's own directory can hold its submodules. */
static bool package_is_closed(Modules *m, Worker *w, const ModuleSlot *slot,
                              Dir *dir) {
  return !slot->module.is_namespace && !slot->in_stub_package &&
         slot->module.origin != ORIGIN_TYPESHED_STUBS &&
         !package_yields(m, w, dir);
}

static bool has_child(Dir *dir, Str name) {
  return dir_find(dir, name, DIR_ENTRY_DIR) || module_file(dir, name);
}

ModuleId modules_submodule(Modules *m, ModuleId package, NameId name) {
  Worker *w = modules_worker(m);
  ModuleSlot *slot = modules_slot(m, package);
  if (!slot->module.is_package && !slot->module.is_namespace)
    return ID_NONE(ModuleId);
  Dir *dir = search_dir(m, w, slot);
  Str text = name_text(name);
  if (dir && !has_child(dir, text) && package_is_closed(m, w, slot, dir))
    return ID_NONE(ModuleId);
  uint32_t context = context_of(m, slot);
  if (dir) return resolve_below(m, w, context, dir, text);
  ArenaMark mark = arena_mark(w->scratch);
  Str dotted = dotted_join(name_text(slot->module.name), text, w->scratch);
  ModuleId id = resolve_in(m, w, context, name_intern(dotted));
  arena_reset_to(w->scratch, mark);
  return id;
}

ModuleId modules_package(Modules *m, ModuleId module) {
  Worker *w = modules_worker(m);
  ModuleSlot *slot = modules_slot(m, module);
  if (slot->module.is_package || slot->module.is_namespace) return module;
  Dir *dir = search_dir(m, w, slot);
  if (!dir || (search_is_top(m, dir) && !dir_init(dir)))
    return ID_NONE(ModuleId);
  return package_of_dir(m, w, context_of(m, slot), dir);
}
