/* modules.c - the table of modules, and loading them.
 *
 * Ids are dense.  Slots lie in chunks that double in size and never move, so a
 * pointer to one is good as long as the table.  A slot is filled before its id
 * is published - through the map from paths to ids, or through a directory
 * entry - and its record does not change afterwards; only the pointers to code,
 * directory and infer's state come later, each by one compare-exchange.
 *
 * Each thread has a Worker: its parser, its arenas and its memo of resolved
 * names.  The workers form a list so that modules_destroy finds them all; a
 * thread knows its own by a thread-local pointer, good for one table at a time.
 * A unit that faults may leave the worker's parser in the middle of a file:
 * `loading` tells, and the parser is replaced.
 */
#include "graph/modules_int.h"

#include "base/bits.h"
#include "base/chaos.h"
#include "base/os_mem.h"
#include "base/panic.h"
#include "graph/typeshed_ahead.h"

/* The worker of this thread for the table of that life. */
static _Thread_local struct {
  uint32_t life;
  Worker *worker;
} current;
static AtomicU32 lives;

/* ---- workers ------------------------------------------------------------ */

static Worker *worker_create(Modules *m) {
  Arena *keep = arena_create("modules");
  Worker *w = ARENA_NEW(keep, Worker);
  w->keep = keep;
  w->scratch = arena_create("modules scratch");
  w->code = arena_create("mod");
  w->thread = &current;
  void *head = atomic_ptr_load_relaxed(&m->workers);
  do { /* pairs with the acquire load in find_worker */
    w->next = (Worker *)head;
  } while (!atomic_ptr_cas_acq_rel(&m->workers, &head, w));
  return w;
}

static Worker *find_worker(Modules *m) {
  Worker *w = (Worker *)atomic_ptr_load_acquire(&m->workers);
  while (w && w->thread != &current) w = w->next;
  return w;
}

Worker *modules_worker(Modules *m) {
  if (LIKELY(current.life == m->life)) return current.worker;
  Worker *w = find_worker(m);
  if (!w) w = worker_create(m);
  current.life = m->life;
  current.worker = w;
  return w;
}

static void worker_destroy(Worker *w) {
  if (w->parser) parser_destroy(w->parser);
  hmap64_free(&w->memo);
  arena_destroy(w->code);
  arena_destroy(w->scratch);
  arena_destroy(w->keep);
}

/* ---- slots -------------------------------------------------------------- */

static uint32_t chunk_of(uint32_t id) {
  return bits_log2((uint64_t)id / SLOT_CHUNK + 1);
}

static uint32_t chunk_start(uint32_t chunk) {
  return SLOT_CHUNK * ((1u << chunk) - 1);
}

static size_t chunk_bytes(uint32_t chunk) {
  return ((size_t)SLOT_CHUNK << chunk) * sizeof(ModuleSlot);
}

ModuleSlot *modules_slot(const Modules *m, ModuleId id) {
  ASSERT(id.v != 0 && id.v < atomic_u32_load_relaxed(&m->count));
  uint32_t chunk = chunk_of(id.v);
  /* acquire pairs with the compare-exchange in slot_new */
  ModuleSlot *slots = (ModuleSlot *)atomic_ptr_load_acquire(&m->chunks[chunk]);
  return &slots[id.v - chunk_start(chunk)];
}

/* A fresh slot, or the one that this thread could not use last time. */
static ModuleSlot *slot_new(Modules *m, Worker *w, uint32_t *id) {
  if (w->spare) {
    *id = w->spare;
    w->spare = 0;
    return modules_slot(m, (ModuleId){*id});
  }
  *id = atomic_u32_fetch_add_relaxed(&m->count, 1);
  uint32_t chunk = chunk_of(*id);
  if (chunk >= SLOT_CHUNKS) panic("too many modules");
  if (!atomic_ptr_load_acquire(&m->chunks[chunk])) {
    void *mine = os_pages_must(chunk_bytes(chunk)), *expected = NULL;
    if (!atomic_ptr_cas_acq_rel(&m->chunks[chunk], &expected, mine))
      os_pages_free(mine, chunk_bytes(chunk));
  }
  return modules_slot(m, (ModuleId){*id});
}

static bool slot_has_key(uint32_t id, const void *key, void *ctx) {
  return str_eq(modules_slot((const Modules *)ctx, (ModuleId){id})->key,
                *(const Str *)key);
}

static ModuleId slot_find(Modules *m, Str key) {
  return (ModuleId){cmap_find(&m->by_key, hash_bytes(key.ptr, key.len, 0),
                              slot_has_key, &key, m)};
}

/* Makes the filled slot known under its key; another thread's may win. */
static ModuleId slot_publish(Modules *m, Worker *w, ModuleSlot *slot,
                             uint32_t id) {
  slot->module.id = (ModuleId){id};
  Str key = slot->key;
  chaos_point();
  uint32_t won = cmap_insert(&m->by_key, hash_bytes(key.ptr, key.len, 0),
                             slot_has_key, &key, m, id);
  if (won != id) {
    *slot = (ModuleSlot){0};
    w->spare = id;
  }
  return (ModuleId){won};
}

/* ---- records ------------------------------------------------------------ */

/* The path as it is printed: below the project relative to it, else from the
 * last piece of its root on; never absolute. */
static Str display_path(Modules *m, Str path, uint32_t root, Arena *keep) {
  Str project = m->options->project;
  if (!path_is_absolute(path)) return path;
  Str rel = path_relative_to(path, project);
  if (project.len && rel.ptr != path.ptr) return rel;
  Str top = m->roots.v[root].path;
  rel = path_relative_to(path, top);
  if (root == ROOT_STDLIB) return path_join(keep, STR("typeshed/stdlib"), rel);
  if (root == ROOT_STUBS) return path_join(keep, STR("typeshed/stubs"), rel);
  return path_join(keep, path_base(top), rel);
}

static void fill_from_path(Modules *m, ModuleSlot *slot, Str path,
                           PathIdentity identity) {
  Module *module = &slot->module;
  uint8_t origin = m->roots.v[identity.root].origin;
  if (origin == ORIGIN_SITE && identity.in_stub_package)
    origin = ORIGIN_SITE_STUBS;
  slot->key = path;
  slot->root = identity.root;
  slot->in_stub_package = identity.in_stub_package;
  module->name = name_intern(identity.dotted);
  module->path = path;
  module->origin = origin;
  module->is_stub = identity.is_stub;
  module->is_package = identity.is_package;
  module->is_native = identity.is_native;
  module->is_typed = identity.is_stub || origin != ORIGIN_SITE;
  module->options = &m->options->base;
}

/* True if the directory or one above it, below its root, has py.typed. */
static bool is_marked_typed(const Modules *m, const Dir *dir) {
  for (; !search_is_top(m, dir); dir = dir->parent)
    if (dir->py_typed) return true;
  return false;
}

ModuleId modules_of_file(Modules *m, Worker *w, Dir *dir, DirEntry *entry) {
  uint32_t known = atomic_u32_load_acquire(&entry->module);
  if (LIKELY(known)) return (ModuleId){known};
  Str path = dir_entry_path(dir, entry, w->keep);
  ModuleId id = slot_find(m, path);
  if (id.v == 0) {
    ModuleSlot *slot = slot_new(m, w, &id.v);
    fill_from_path(m, slot, path, search_identify(m, path, w->keep));
    slot->archive = entry->archive;
    slot->module.display = display_path(m, path, slot->root, w->keep);
    slot->module.is_typed |= is_marked_typed(m, dir);
    id = slot_publish(m, w, slot, id.v);
  }
  atomic_u32_store_release(&entry->module, id.v); /* all store the same */
  return id;
}

ModuleId modules_of_namespace(Modules *m, Worker *w, uint32_t context,
                              Str dotted) {
  Str key = str_printf(w->keep, "ns:%u:%" PRIstr, context, STR_ARG(dotted));
  ModuleId id = slot_find(m, key);
  if (id.v) return id;
  ModuleSlot *slot = slot_new(m, w, &id.v);
  slot->key = key;
  slot->root = context;
  slot->module = (Module){
      .name = name_intern(dotted),
      .path = STR_EMPTY,
      .display = str_from_byte(key, key.len - dotted.len),
      .origin = context ? ORIGIN_FIRST_PARTY : ORIGIN_SITE,
      .is_package = true,
      .is_namespace = true,
      .is_typed = true,
      .options = &m->options->base,
  };
  return slot_publish(m, w, slot, id.v);
}

/* ---- the table ---------------------------------------------------------- */

Modules *modules_create(const Options *options, Fs *fs, Arena *run) {
  Modules *m = ARENA_NEW(run, Modules);
  m->options = options;
  m->fs = fs;
  m->run = run;
  m->life = atomic_u32_fetch_add_relaxed(&lives, 1) + 1;
  atomic_u32_store_relaxed(&m->count, 1);
  cmap_init(&m->by_key, "modules", 1024);
  hmap64_init(&m->root_by_path, run, 64);
  search_open(m, modules_worker(m));
  return m;
}

void modules_destroy(Modules *m) {
  if (!m) return;
  for (uint32_t k = 0; k < SLOT_CHUNKS; k++) {
    void *slots = atomic_ptr_load_relaxed(&m->chunks[k]);
    if (slots) os_pages_free(slots, chunk_bytes(k));
  }
  Worker *w = (Worker *)atomic_ptr_load_acquire(&m->workers);
  while (w) {
    Worker *next = w->next;
    worker_destroy(w);
    w = next;
  }
  if (current.life == m->life) current.life = 0;
  cmap_free(&m->by_key);
}

/* The directory above the outermost package that holds the file, for a file
 * outside all roots. */
static Str root_for(Modules *m, Worker *w, Str path) {
  Str dir = path_dir(path);
  while (dir.len > 1 &&
         (fs_is_file(m->fs, path_join(w->scratch, dir, STR("__init__.py"))) ||
          fs_is_file(m->fs, path_join(w->scratch, dir, STR("__init__.pyi")))))
    dir = path_dir(dir);
  return dir.len ? dir : STR("/");
}

ModuleId modules_add_checked(Modules *m, Str path, Str display,
                             const FileOptions *options) {
  Worker *w = modules_worker(m);
  ASSERT(m->checked + 1 == atomic_u32_load_relaxed(&m->count));
  ArenaMark mark = arena_mark(w->scratch);
  path = str_dup(w->keep, path);
  ModuleId id = slot_find(m, path);
  if (id.v) return id;
  PathIdentity identity = search_identify(m, path, w->keep);
  if (identity.root == UINT32_MAX) {
    search_add_root(m, root_for(m, w, path), ORIGIN_FIRST_PARTY, w);
    identity = search_identify(m, path, w->keep);
  }
  ModuleSlot *slot = slot_new(m, w, &id.v);
  fill_from_path(m, slot, path, identity);
  Str ext = path_ext(path);
  slot->module.display = str_dup(w->keep, display);
  slot->module.file = (FileId){id.v};
  slot->module.is_checked = true;
  slot->module.is_typed = true;
  slot->module.is_native = false;
  slot->module.is_script = !str_is(ext, ".py") && !str_is(ext, ".pyi");
  slot->module.options = options;
  m->checked = id.v;
  arena_reset_to(w->scratch, mark);
  return slot_publish(m, w, slot, id.v);
}

const Module *modules_at(const Modules *m, ModuleId id) {
  return &modules_slot(m, id)->module;
}

uint32_t modules_checked_count(const Modules *m) { return m->checked; }

/* ---- code --------------------------------------------------------------- */

/* One load, and what a fault in it says. */
typedef struct {
  Modules *m;
  Worker *w;
  const ModuleSlot *slot;
  Arena *mod;
  const char *fault; /* not NULL: the text is left out, this is reported */
  ModuleCode *code;
} Load;

static void load_source(Modules *m, const ModuleSlot *slot, Arena *mod,
                        SourceText *out) {
  const Module *module = &slot->module;
  *out = (SourceText){.status = SOURCE_OK, .text = STR_EMPTY};
  if (module->is_namespace || module->is_native) return;
  if (slot->archive)
    source_decode(typeshed_archive_read((TypeshedId){slot->archive}, mod), mod,
                  out);
  else source_load(m->fs, module->path, mod, out);
}

static void parse(const Load *l, Arena *mod, DiagList *diags,
                  ModuleCode *code) {
  ParseInput input = {.source = code->source.text,
                      .is_stub = l->slot->module.is_stub,
                      .version = l->m->options->python_version};
  parse_module(l->w->parser, input, mod, diags, &code->parse);
  index_module_deferred(&code->parse.ast, python_at_least(input.version, 3, 14),
                        mod, l->w->scratch, diags, &code->index);
}

/* Nearly all packed files are read once, but the system keeps them mapped, and
 * with each what lies around it.  A drop costs some microseconds. */
static void drop_packed(Modules *m) {
  const uint32_t each = 8;
  if (atomic_u32_fetch_add_relaxed(&m->read_ahead, 1) % each) return;
  typeshed_ahead_drop();
  typeshed_archive_drop();
}

/* The module as the build has parsed it; false when it has not. */
static bool read_ahead(const Load *l, Arena *mod, ModuleCode *code) {
  TypeshedId file = {l->slot->archive};
  Str image = file.v && !l->fault ? typeshed_ahead_image(file) : STR_EMPTY;
  if (image.len == 0) return false;
  code->source.text = typeshed_archive_read(file, mod);
  image_read(image, typeshed_ahead_texts(), code->source.text, mod,
             &code->parse, &code->index);
  drop_packed(l->m);
  return true;
}

static void load(void *arg) {
  Load *l = arg;
  Worker *w = l->w;
  if (w->loading) arena_reset_to(w->loading, w->mark);
  /* After a fault the parser is in any state. */
  if (w->loading || !w->parser) w->parser = parser_create();
  Arena *mod = w->loading = l->mod;
  w->mark = arena_mark(mod);
  arena_reset(w->scratch);
  const Module *module = &l->slot->module;
  ModuleCode *code = ARENA_NEW(mod, ModuleCode);
  code->diags.arena = mod;
  code->diags.levels = module->options->levels;
  code->source = (SourceText){.status = SOURCE_OK, .text = STR_EMPTY};
  code->crashed = l->fault != NULL;
  l->code = code;
  if (read_ahead(l, mod, code)) {
    w->loading = NULL;
    return;
  }
  DiagList *diags = module->is_checked ? &code->diags : NULL;
  if (l->fault)
    diag_add(diags, RULE_INTERNAL_ERROR, (Span){0, 0},
             "The analysis of this file failed (%s); other files are not "
             "affected",
             l->fault);
  else load_source(l->m, l->slot, mod, &code->source);
  if (code->source.status != SOURCE_OK)
    diag_add(diags, RULE_IO_ERROR, (Span){0, 0}, "%" PRIstr,
             STR_ARG(code->source.problem));
  parse(l, mod, diags, code);
  w->loading = NULL;
}

/* The code of files of the packed typeshed, when tables share it: see
 * modules_share_typeshed. */
static struct {
  bool on;
  Arena *arena;
  HMap32 by_file; /* TypeshedId -> index + 1 */
  VEC(ModuleCode *) codes;
} shared;

void modules_share_typeshed(bool on) {
  shared.on = on;
  if (on) return;
  arena_destroy(shared.arena);
  shared.arena = NULL;
  hvec_free(&shared.codes);
  hmap32_free(&shared.by_file);
}

static Arena *arena_of(const Worker *w, const ModuleSlot *slot) {
  if (LIKELY(!shared.on) || !slot->archive) return w->code;
  if (!shared.arena) shared.arena = arena_create("typeshed");
  return shared.arena;
}

/* The shared code of the slot's file, or NULL. */
static ModuleCode *shared_find(const ModuleSlot *slot) {
  if (LIKELY(!shared.on) || !slot->archive) return NULL;
  uint32_t at = hmap32_get(&shared.by_file, slot->archive);
  return at ? shared.codes.v[at - 1] : NULL;
}

static void shared_keep(const ModuleSlot *slot, ModuleCode *code) {
  if (LIKELY(!shared.on) || !slot->archive || code->crashed) return;
  hvec_push(&shared.codes, code);
  hmap32_put(&shared.by_file, slot->archive, shared.codes.n);
}

const ModuleCode *modules_code(Modules *m, ModuleId id) {
  ModuleSlot *slot = modules_slot(m, id);
  ModuleCode *code = (ModuleCode *)atomic_ptr_load_acquire(&slot->code);
  if (LIKELY(code != NULL)) return code;
  code = shared_find(slot);
  if (code) {
    atomic_ptr_store_release(&slot->code, code);
    return code;
  }
  Worker *w = modules_worker(m);
  Load l = {.m = m, .w = w, .slot = slot, .mod = arena_of(w, slot)};
  FaultInfo info;
  /* A fault costs this module alone, not everyone who imports it. */
  if (!fault_run(load, &l, &info)) {
    l.fault = info.reason;
    load(&l);
  }
  code = l.code;
  shared_keep(slot, code);
  chaos_point();
  void *expected = NULL;
  /* pairs with the acquire load above */
  if (atomic_ptr_cas_acq_rel(&slot->code, &expected, code)) return code;
  arena_reset_to(l.mod, w->mark); /* nothing was loaded since */
  return (const ModuleCode *)expected;
}

void *modules_state(const Modules *m, ModuleId id) {
  return atomic_ptr_load_acquire(&modules_slot(m, id)->state);
}

void *modules_set_state(Modules *m, ModuleId id, void *state) {
  void *expected = NULL;
  /* pairs with the acquire load in modules_state */
  return atomic_ptr_cas_acq_rel(&modules_slot(m, id)->state, &expected, state)
             ? state
             : expected;
}
