/* modvalue.c - modules as values: imports, attributes, star imports, `__all__`.
 *
 * Sources: typing spec, "Library interface (public and private symbols)" and
 * "Stub files: type of re-exports"; Python reference, "The import statement".
 */
#include "infer/infer_int.h"

static NodeId import_from_of(const Ast *ast, NodeId alias) {
  NodeId node = alias;
  do node.v--;
  while (ast_kind(ast, node) != AST_ImportFrom &&
         ast_kind(ast, node) != AST_Import);
  return node;
}

ModuleId import_from_module(InferWorker *worker, ModuleState *m,
                            NodeId node) {
  Modules *modules = worker->infer->modules;
  const AstNode *n = ast_at(m->ast, node);
  NameId name = {n->a};
  if (n->c) return modules_resolve_relative(modules, m->id, n->c, name);
  return name.v ? modules_resolve(modules, m->id, name) : ID_NONE(ModuleId);
}

/* ---- the names of a module ------------------------------------------------------- */

/* A stub's `import x` and `from m import x` without `as x` are private. */
static bool stub_reexports(const ModuleState *m, const Place *place) {
  if (!m->module->is_stub) return true;
  for (DefId d = place->first_def; d.v; d = m->index->defs[d.v].next) {
    const Def *def = &m->index->defs[d.v];
    if (def->kind != DEF_IMPORT && def->kind != DEF_IMPORT_FROM) return true;
    const AstNode *alias = ast_at(m->ast, def->node);
    if (alias->b && alias->a == alias->b) return true;
    if (def->kind == DEF_IMPORT_FROM && m->module->is_package) {
      /* `from . import x` in a package's stub shows its submodule. */
      const AstNode *from = ast_at(m->ast, import_from_of(m->ast, def->node));
      if (from->c == 1 && from->a == 0) return true;
    }
  }
  return false;
}

bool module_shows(const ModuleState *m, PlaceId place) {
  return stub_reexports(m, &m->index->places[place.v]);
}

/* Not below a test of another version or platform. */
static bool is_run(InferWorker *worker, ModuleState *m,
                   const AllEntry *entry) {
  ReachId reach = index_reach_at(m->index, entry->node);
  if (reach.v == REACH_ID_ALWAYS.v) return true;
  Ctx ctx = ctx_quiet(worker, m, (ScopeId){1});
  return reach_truth(&ctx, reach, REACH_ID_ALWAYS) != TRUTH_NEVER;
}

/* The modules that one look-up has been to: star imports may form a ring. */
typedef struct Seen {
  ModuleId id;
  struct Seen *next;
} Seen;

/* A name that is looked up in a module and in what it imports the stars of. */
typedef struct LookUp {
  ModuleId begin;
  NameId name;
  Seen *seen;
  const struct LookUp *outer; /* needs an `__all__` for which this looks */
} LookUp;

enum { LOOK_UPS = 4 }; /* one for the sake of the other */

/* May `name` be looked up in m for the sake of `outer`?  Where `__all__` takes in
 * that of a module whose own name a star import brings, the look-ups can form a
 * ring; what is found only by going round is not there. */
static bool may_look_up(const LookUp *outer, const ModuleState *m,
                        NameId name) {
  uint32_t depth = 0;
  for (const LookUp *l = outer; l; l = l->outer) {
    if (l->begin.v == m->id.v && name_eq(l->name, name)) return false;
    if (++depth >= LOOK_UPS) return false;
  }
  return true;
}

static TypeId look_up(InferWorker *worker, ModuleState *m, NameId name,
                      bool *possibly_unbound, const LookUp *outer);

static bool in_all(InferWorker *worker, ModuleState *m, NameId name,
                   int budget, const LookUp *outer) {
  bool in = false;
  for (uint32_t i = 0; i < m->index->all_count; i++) {
    const AllEntry *entry = &m->index->all[i];
    bool named = name_eq(entry->value, name);
    if (entry->kind == ALL_NAME && named && is_run(worker, m, entry)) in = true;
    if (entry->kind == ALL_REMOVE && named && is_run(worker, m, entry))
      in = false;
    /* A second list; under a condition the first may be the one. */
    if (entry->kind == ALL_RESET &&
        index_reach_at(m->index, entry->node).v == REACH_ID_ALWAYS.v)
      in = false;
    if (entry->kind != ALL_MODULE || in || budget == 0 ||
        !is_run(worker, m, entry) || !may_look_up(outer, m, entry->value))
      continue;
    bool maybe = false;
    TypeId t = outer ? look_up(worker, m, entry->value, &maybe, outer)
                     : module_symbol(worker, m, entry->value, &maybe);
    if (type_is_null(t)) t = module_own_submodule(worker, m, entry->value);
    if (!type_is_null(t) && type_kind(t) == TYPE_KIND_MODULE) {
      ModuleState *other = module_state(worker, type_module_id(t));
      in = in_all(worker, other, name, budget - 1, outer);
    }
  }
  return in;
}

enum { ALL_DEPTH = 16 }; /* modules that __all__ may pull in, one by the other */

static bool exports_star(InferWorker *worker, ModuleState *m, NameId name,
                         const LookUp *outer) {
  if (m->index->has_all && m->index->all_is_complete)
    return in_all(worker, m, name, ALL_DEPTH, outer);
  Str text = name_text(name);
  if (text.len && text.ptr[0] == '_') return false;
  PlaceId place = index_symbol(m->index, (ScopeId){1}, name);
  if (place.v && (m->index->places[place.v].flags & PLACE_BOUND))
    return stub_reexports(m, &m->index->places[place.v]);
  return true;
}

bool module_exports_star(InferWorker *worker, ModuleState *m, NameId name) {
  return exports_star(worker, m, name, NULL);
}

static TypeId symbol_in(InferWorker *worker, ModuleState *m, LookUp *look,
                        bool *possibly_unbound);

/* Notes a module; false when the look-up has been there. */
static bool visit(InferWorker *worker, ModuleId id, LookUp *look) {
  for (const Seen *s = look->seen; s; s = s->next)
    if (s->id.v == id.v) return false;
  Seen *made = ARENA_NEW(worker->scratch, Seen);
  *made = (Seen){id, look->seen};
  look->seen = made;
  return true;
}

/* The module of a star import; all who ask store the same.  Who made the module
 * releases it here. */
static ModuleId star_module(InferWorker *worker, ModuleState *m,
                            uint32_t import) {
  uint32_t known = atomic_u32_load_acquire(&m->stars[import]);
  if (LIKELY(known)) return (ModuleId){known - 1};
  ModuleId id = import_from_module(worker, m, m->index->imports[import].node);
  atomic_u32_store_release(&m->stars[import], id.v + 1);
  return id;
}

/* Star imports of a module scope, the last first: they hide earlier ones. */
static TypeId from_star_imports(InferWorker *worker, ModuleState *m,
                                LookUp *look) {
  NameId name = look->name;
  if (!(m->index->scopes[1].flags & SCOPE_STAR_IMPORT)) return TYPE_NULL;
  bool from_native = false;
  for (uint32_t i = m->index->import_count; i-- > 0;) {
    const ImportRequest *request = &m->index->imports[i];
    if (!(request->flags & IMPORT_STAR)) continue;
    ModuleId id = star_module(worker, m, i);
    if (id.v == 0) continue;
    ModuleState *other = module_state(worker, id);
    if (!exports_star(worker, other, name, look)) continue;
    if (!visit(worker, id, look)) continue;
    bool maybe = false;
    TypeId t = symbol_in(worker, other, look, &maybe);
    if (!type_is_null(t)) return t;
    /* The import system loads what a package's `__all__` names. */
    ModuleId sub = other->index->has_all && other->index->all_is_complete
                       ? modules_submodule(worker->infer->modules, id, name)
                       : ID_NONE(ModuleId);
    if (sub.v) return type_module(sub);
    from_native |= other->module->is_native;
  }
  /* A compiled module may bring any name; what nothing else brings is its. */
  return from_native && type_is_null(builtin_lookup(worker, name))
             ? TYPE(UNKNOWN)
             : TYPE_NULL;
}

/* A type without its None. */
static TypeId known_part(World *world, TypeId type) {
  if (type_is_null(type) || type_kind(type) != TYPE_KIND_UNION) return type;
  TypeSpan members = type_members(type);
  UnionBuilder *builder = union_begin(world);
  for (uint32_t i = 0; i < members.n; i++)
    if (!type_eq(members.v[i], TYPE_KNOWN(NoneType)))
      union_add(builder, members.v[i]);
  return union_end(builder);
}

/* What types.ModuleType says of an attribute of modules; null: nothing. */
static TypeId of_module_type(InferWorker *worker, NameId name) {
  TypeId module_type = world_known(&worker->world, KNOWN_ModuleType);
  ClassMember member = class_lookup(worker, module_type, name, 0);
  if (type_is_null(member.type)) return member.type;
  return attr_read(worker, module_type, name).type;
}

TypeId module_implicit_attribute(InferWorker *worker, ModuleState *m,
                                 NameId name) {
  World *world = &worker->world;
  switch (name.v) {
    case NAME_dunder_name: return world_known(world, KNOWN_str);
    case NAME_dunder_file:
      return m->module->is_namespace ? TYPE_NULL
                                     : world_known(world, KNOWN_str);
    case NAME_dunder_doc:
    case NAME_dunder_package:
      return union_of2(world, world_known(world, KNOWN_str),
                       world_known(world, KNOWN_NoneType));
    case NAME_dunder_path: {
      TypeId str = world_known(world, KNOWN_str);
      return m->module->is_package
                 ? type_instance(CLASS_ID(MutableSequence), (TypeSpan){&str, 1})
                 : TYPE_NULL;
    }
    case NAME_dunder_debug: return world_known(world, KNOWN_bool);
    case NAME_dunder_dict:
    case NAME_dunder_annotations: {
      TypeId args[2] = {world_known(world, KNOWN_str), TYPE(ANY)};
      return type_instance(CLASS_ID(dict), (TypeSpan){args, 2});
    }
    case NAME_dunder_spec: {
      /* None only where the module is run as a script; a package is not. */
      TypeId spec = known_part(world, of_module_type(worker, name));
      return m->module->is_package || type_is_null(spec)
                 ? spec
                 : union_of2(world, spec, TYPE(ANY));
    }
    case NAME_dunder_loader: return of_module_type(worker, name);
    case NAME_dunder_builtins:
    case NAME_dunder_warningregistry: return TYPE(ANY);
    default: return TYPE_NULL;
  }
}

/* A module that binds a name elsewhere only (on another platform) reads the
 * builtin under it, but has no such attribute. */
static bool is_builtin_only(InferWorker *worker, ModuleState *m, NameId name,
                            PlaceId place, TypeId value) {
  TypeId builtin = builtin_lookup(worker, name);
  return !type_is_null(builtin) && type_eq(value, builtin) &&
         !place_may_be_bound(worker, m, place);
}

static TypeId symbol_in(InferWorker *worker, ModuleState *m, LookUp *look,
                        bool *possibly_unbound) {
  NameId name = look->name;
  PlaceId place = index_symbol(m->index, (ScopeId){1}, name);
  if (place.v && (m->index->places[place.v].flags &
                  (PLACE_BOUND | PLACE_DECLARED | PLACE_WRITTEN_FROM_INSIDE))) {
    uint32_t qualifiers;
    TypeId t = unqualified(place_public(worker, m, place), &qualifiers);
    *possibly_unbound = (qualifiers & QUALIFIER_POSSIBLY_UNBOUND) != 0;
    if (!(qualifiers & QUALIFIER_UNBOUND) &&
        !is_builtin_only(worker, m, name, place, t))
      return t;
  }
  TypeId t = from_star_imports(worker, m, look);
  if (!type_is_null(t)) return t;
  return module_implicit_attribute(worker, m, name);
}

static TypeId look_up(InferWorker *worker, ModuleState *m, NameId name,
                      bool *possibly_unbound, const LookUp *outer) {
  Seen self = {m->id, NULL};
  LookUp look = {m->id, name, &self, outer};
  return symbol_in(worker, m, &look, possibly_unbound);
}

/* A package that imports the stars of a hundred modules is asked for the same
 * names over and over: final answers are kept. */
TypeId module_symbol(InferWorker *worker, ModuleState *m, NameId name,
                     bool *possibly_unbound) {
  if (!(m->index->scopes[1].flags & SCOPE_STAR_IMPORT))
    return look_up(worker, m, name, possibly_unbound, NULL);
  uint64_t hash = hash_u64(hmap_pair(m->id.v, name.v));
  SymbolEntry *entry = &worker->symbols.entries[hash % SYMBOL_CACHE_SIZE];
  if (entry->module.v != m->id.v || entry->name.v != name.v) {
    uint64_t provisional = worker->world.provisional;
    SymbolEntry found = {m->id, name, TYPE_NULL, false};
    found.type = look_up(worker, m, name, &found.possibly_unbound, NULL);
    *possibly_unbound = found.possibly_unbound;
    if (worker->world.provisional != provisional) return found.type;
    *entry = found;
  }
  *possibly_unbound = entry->possibly_unbound;
  return entry->type;
}

TypeId module_attribute(InferWorker *worker, ModuleId id, NameId name,
                        bool *possibly_unbound) {
  ModuleState *m = module_state(worker, id);
  *possibly_unbound = false;
  PlaceId place = index_symbol(m->index, (ScopeId){1}, name);
  bool hidden = place.v &&
                (m->index->places[place.v].flags & PLACE_BOUND) &&
                !stub_reexports(m, &m->index->places[place.v]) &&
                !(m->index->has_all && in_all(worker, m, name, ALL_DEPTH, NULL));
  if (!hidden) {
    TypeId t = module_symbol(worker, m, name, possibly_unbound);
    /* Only of `__main__` the spec may be None: whoever asks for it knows. */
    bool spec = name_is(name, NAME_dunder_spec) ||
                name_is(name, NAME_dunder_loader);
    if (!type_is_null(t)) return spec && place.v == 0 ? TYPE(ANY) : t;
  }
  /* A package's own __init__.py is no submodule of it. */
  ModuleId sub = name_is(name, NAME_dunder_init)
                     ? ID_NONE(ModuleId)
                     : modules_submodule(worker->infer->modules, id, name);
  if (sub.v) return type_module(sub);
  bool maybe;
  TypeId getattr = module_symbol(worker, m, NAME_ID(dunder_getattr), &maybe);
  if (!type_is_null(getattr)) {
    /* Bound where other versions or checkers come by. */
    if (place.v && (m->index->places[place.v].flags & PLACE_BOUND) &&
        !place_may_be_bound(worker, m, place))
      return TYPE(UNKNOWN);
    Ctx ctx = ctx_quiet(worker, m, (ScopeId){1});
    ctx.sites = CALL_SITES_MAX;
    Argument argument = {.type = type_literal_str(name)};
    CallResult r = call_value(&ctx, getattr, (Arguments){&argument, 1},
                              TYPE_NULL, ID_NONE(NodeId));
    /* What several names give, joined, is not what one of them gives. */
    bool joined = type_kind(r.returns) == TYPE_KIND_UNION &&
                  method_is_unannotated(worker, getattr);
    return r.ok && !joined ? r.returns : TYPE(UNKNOWN);
  }
  TypeId t = of_module_type(worker, name);
  return type_is_null(t) && m->module->is_native ? TYPE(UNKNOWN) : t;
}

/* ---- submodules ------------------------------------------------------------ */

/* Whether the import statements of `m` load the submodule `sub`, which is
 * package.name; `from package import name`, which may give a variable of that
 * name, counts where `as_attribute` says so. */
static bool imports_submodule(InferWorker *worker, ModuleState *m,
                              ModuleId package, NameId name, ModuleId sub,
                              bool as_attribute) {
  Modules *modules = worker->infer->modules;
  Str full = name_text(modules_at(modules, sub)->name);
  for (uint32_t i = 0; i < m->index->import_count; i++) {
    const ImportRequest *request = &m->index->imports[i];
    /* `from . import a` names no module. */
    Str text = request->module.v ? name_text(request->module) : STR_EMPTY;
    if (request->flags & IMPORT_FROM) {
      ModuleId from = import_from_module(worker, m, request->node);
      if (from.v == 0) continue;
      text = name_text(modules_at(modules, from)->name);
      NodeList list = ast_list(m->ast, ast_at(m->ast, request->node)->b);
      for (uint32_t k = 0;
           as_attribute && k < list.n && from.v == package.v; k++)
        if (ast_at(m->ast, ast_item(list, k))->a == name.v) return true;
    }
    if (str_starts(text, full) &&
        (text.len == full.len || text.ptr[full.len] == '.'))
      return true;
  }
  return false;
}

bool module_imports_submodule(InferWorker *worker, ModuleState *m,
                              ModuleId package, NameId name) {
  ModuleId sub = modules_submodule(worker->infer->modules, package, name);
  return sub.v && imports_submodule(worker, m, package, name, sub, false);
}

TypeId module_own_submodule(InferWorker *worker, ModuleState *m,
                            NameId name) {
  if (!m->module->is_package || m->module->is_stub) return TYPE_NULL;
  ModuleId sub = modules_submodule(worker->infer->modules, m->id, name);
  return sub.v && imports_submodule(worker, m, m->id, name, sub, true)
             ? type_module(sub)
             : TYPE_NULL;
}

bool module_submodule_loaded(InferWorker *worker, ModuleState *m,
                             ModuleId package, NameId name) {
  ModuleId sub = modules_submodule(worker->infer->modules, package, name);
  if (sub.v == 0 || sub.v == m->id.v) return true;
  ModuleState *other = module_state(worker, package);
  bool maybe;
  if (!type_is_null(module_symbol(worker, other, name, &maybe))) return true;
  return imports_submodule(worker, m, package, name, sub, true) ||
         imports_submodule(worker, other, package, name, sub, true);
}

/* ---- import statements ---------------------------------------------------------------- */

/* `import a.b.c` binds a, `import a.b.c as d` binds a.b.c. */
static TypeId import_plain(Ctx *ctx, const AstNode *alias, bool *unresolved) {
  Modules *modules = ctx->worker->infer->modules;
  ModuleId id = modules_resolve(modules, ctx->module->id, (NameId){alias->a});
  *unresolved = id.v == 0;
  if (alias->b) return id.v ? type_module(id) : TYPE_NULL;
  Str dotted = name_text((NameId){alias->a});
  uint32_t dot = str_find_byte(dotted, '.');
  if (dot == STR_NONE) return id.v ? type_module(id) : TYPE_NULL;
  id = modules_resolve(modules, ctx->module->id,
                       name_intern(str_slice(dotted, 0, dot)));
  return id.v ? type_module(id) : TYPE_NULL;
}

static TypeId import_from(Ctx *ctx, NodeId from, NameId name,
                          bool *unresolved, bool *maybe) {
  InferWorker *worker = ctx->worker;
  ModuleId id = import_from_module(worker, ctx->module, from);
  *unresolved = id.v == 0;
  *maybe = false;
  if (id.v == 0) return TYPE_NULL;
  if (id.v == ctx->module->id.v) {
    /* A package's __init__ that imports its own submodule. */
    ModuleId sub = modules_submodule(worker->infer->modules, id, name);
    if (sub.v) return type_module(sub);
  }
  TypeId t = module_attribute(worker, id, name, maybe);
  *unresolved = type_is_null(t);
  return t;
}

TypeId import_value(Ctx *ctx, NodeId alias, bool *unresolved, bool *maybe) {
  const Ast *ast = ctx->module->ast;
  const AstNode *node = ast_at(ast, alias);
  NodeId statement = import_from_of(ast, alias);
  *maybe = false;
  if (ast_kind(ast, statement) == AST_Import)
    return import_plain(ctx, node, unresolved);
  return import_from(ctx, statement, (NameId){node->a}, unresolved, maybe);
}
