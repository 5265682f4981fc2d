/* class.c - class headers: identity, type parameters, bases, metaclass, flags.
 *
 * A class is a handle that needs nothing evaluated; what its header says is cut
 * into small queries so that they do not form a knot: the type parameters
 * look at the names in the bases only, the bases evaluate type arguments, flags
 * and metaclass follow the bases' classes, the MRO (class_mro.c) their MROs.
 * No query here asks for a member.
 *
 * Sources: typing spec, "generics.html" (user-defined generic types),
 * "protocol.html"; Python reference, "Class definitions", "Metaclasses".
 */
#include "infer/class.h"
#include "infer/func.h"
#include "infer/queries.h"
#include "infer/special/special.h"
#include "infer/typevar.h"


/* ---- identity ---------------------------------------------------------------------- */

ClassId class_of_def(InferWorker *worker, ModuleState *module, DefId def) {
  const Def *d = &module->index->defs[def.v];
  return class_intern(module->id, def, d->node,
                      index_scope_of(module->index, d->node),
                      ast_class(module->ast, d->node)->name);
}

TypeId class_value_of_def(InferWorker *worker, ModuleState *module, DefId def) {
  return type_class_object(class_of_def(worker, module, def));
}

ClassId class_of_scope(InferWorker *worker, ModuleState *module,
                       ScopeId scope) {
  const Index *index = module->index;
  while (scope.v && index->scopes[scope.v].kind == SCOPE_TYPE_PARAMS)
    scope = index->scopes[scope.v].parent;
  if (scope.v == 0 || index->scopes[scope.v].kind != SCOPE_CLASS)
    return (ClassId){0};
  AtomicU32 *known = &module->classes[scope.v];
  ClassId id = {atomic_u32_load_acquire(known)};
  if (id.v) return id;
  DefId def = func_def_of_scope(module, scope);
  if (def.v == 0) return (ClassId){0};
  id = class_of_def(worker, module, def);
  atomic_u32_store_release(known, id.v);
  return id;
}

/* The class that encloses a function scope directly, or 0. */
ClassId class_enclosing(InferWorker *worker, ModuleState *module,
                        ScopeId scope) {
  return class_of_scope(worker, module, module->index->scopes[scope.v].parent);
}

ClassId class_around(InferWorker *worker, ModuleState *module, ScopeId scope) {
  const Index *index = module->index;
  for (; scope.v; scope = index->scopes[scope.v].parent)
    if (index->scopes[scope.v].kind == SCOPE_CLASS)
      return class_of_scope(worker, module, scope);
  return (ClassId){0};
}

ModuleState *class_module(InferWorker *worker, ClassId id) {
  return module_state(worker, class_at(id)->module);
}

const AstClass *class_ast(InferWorker *worker, ClassId id) {
  const ClassInfo *info = class_at(id);
  if (info->def.v == 0) return NULL;
  return ast_class(class_module(worker, id)->ast, info->node);
}

Ctx class_header_ctx(InferWorker *worker, ClassId id) {
  const ClassInfo *info = class_at(id);
  ModuleState *m = class_module(worker, id);
  ScopeId scope = {0};
  if (info->def.v) {
    scope = index_type_params_of(m->index, info->node);
    if (scope.v == 0) scope = m->index->defs[info->def.v].scope;
  } else {
    scope = index_enclosing(m->index, info->node);
  }
  Ctx ctx = ctx_quiet(worker, m, scope);
  if (info->def.v) ctx.binder = info->node;
  return ctx;
}

NodeId class_keyword(InferWorker *worker, ClassId id, const char *name) {
  const AstClass *c = class_ast(worker, id);
  if (c == NULL) return (NodeId){0};
  const Ast *ast = class_module(worker, id)->ast;
  NodeList args = ast_list(ast, c->args);
  for (uint32_t i = 0; i < args.n; i++) {
    const AstNode *a = ast_at(ast, ast_item(args, i));
    if (a->kind == AST_Keyword && a->a && str_is(name_text((NameId){a->a}), name))
      return (NodeId){a->b};
  }
  return (NodeId){0};
}

/* Names in bases are looked up where the class stands, except in stubs. */
static uint32_t base_where(const ModuleState *m) {
  return ANNOT_BASE | (m->module->is_stub ? ANNOT_DEFERRED : 0);
}

/* The value of a base, of `Base[...]` that of Base. */
static TypeId base_value(Ctx *ctx, NodeId base, bool *subscripted) {
  *subscripted = ast_kind(ctx->ast, base) == AST_Subscript;
  NodeId node = base;
  if (*subscripted) node = (NodeId){ast_at(ctx->ast, base)->a};
  return annot_value(ctx, node, base_where(ctx->module));
}

static SpecialForm form_of(TypeId value) {
  return type_kind(value) == TYPE_KIND_SPECIAL_FORM ? type_form(value)
                                                    : FORM_NONE;
}

/* ---- type parameters --------------------------------------------------------------- */

TypeId class_type_params_compute(InferWorker *worker, ModuleState *unused,
                                 uint32_t index) {
  ClassId id = {index};
  const AstClass *c = class_ast(worker, id);
  if (c == NULL) return TYPE(EMPTY_LIST);
  ModuleState *m = class_module(worker, id);
  NodeId node = class_at(id)->node;
  if (c->type_params) return typevar_params(worker, m, node, c->type_params);
  Ctx ctx = class_header_ctx(worker, id);
  NodeList args = ast_list(m->ast, c->args);
  TypeVec appearing = {0}, declared = {0};
  for (uint32_t i = 0; i < args.n; i++) {
    NodeId base = ast_item(args, i);
    if (ast_kind(m->ast, base) != AST_Subscript) continue;
    bool subscripted;
    SpecialForm form = form_of(base_value(&ctx, base, &subscripted));
    bool is_list = form == FORM_GENERIC ||
                   (form == FORM_PROTOCOL && declared.n == 0);
    if (form == FORM_GENERIC) vec_clear(&declared);
    typevar_mentions(&ctx, (NodeId){ast_at(m->ast, base)->b}, node, c->name,
                     is_list ? &declared : &appearing);
    if (form == FORM_GENERIC) break;
  }
  return type_list(type_vec_span(declared.n ? &declared : &appearing));
}

/* LIST of the class's own type parameters (World.class_type_params). */
TypeId class_type_params(World *world, ClassId id) {
  return query(world->self, QUERY_CLASS_TYPE_PARAMS, NULL, id.v);
}

/* ---- bases --------------------------------------------------------------------------- */

/* A value used as a base, as the type of the instances; null: not listed. */
static TypeId base_of_value(InferWorker *worker, ClassId id, TypeId value) {
  World *world = &worker->world;
  switch (type_kind(value)) {
  case TYPE_KIND_CLASS: {
    ClassId base = type_class(value);
    if (base.v == id.v) return TYPE(UNKNOWN);
    return world_instance_unknown(world, base);
  }
  case TYPE_KIND_GENERIC_ALIAS:
    return type_instance(type_class(value), type_args(value));
  case TYPE_KIND_SPECIAL_FORM:
    switch (type_form(value)) {
    case FORM_GENERIC:
    case FORM_PROTOCOL: return TYPE_NULL;
    case FORM_NAMED_TUPLE: return namedtuple_base(worker, id);
    case FORM_TYPED_DICT:
      return type_instance(class_at(CLASS_ID(TypedDictInternals))->defined
                               ? CLASS_ID(TypedDictInternals)
                               : CLASS_ID(TypedDictFallback),
                           (TypeSpan){0});
    case FORM_ANY: return TYPE(ANY);
    default: return TYPE(UNKNOWN);
    }
  default: return TYPE(UNKNOWN);
  }
}

/* What may be in the list of bases. */
static TypeId as_base(World *world, TypeId t) {
  t = alias_expand(world, t);
  switch (type_kind(t)) {
  case TYPE_KIND_INSTANCE:
  case TYPE_KIND_TUPLE:
  case TYPE_KIND_ANY:
  case TYPE_KIND_UNKNOWN:
  case TYPE_KIND_DIVERGENT: return t;
  case TYPE_KIND_UNION:
    if (type_eq(t, type_float_annotation())) return TYPE_KNOWN(float);
    if (type_eq(t, type_complex_annotation())) return TYPE_KNOWN(complex);
    return TYPE(UNKNOWN);
  case TYPE_KIND_SUBCLASS_OF: return TYPE_KNOWN(type);
  default: return TYPE(UNKNOWN);
  }
}

/* `Generic[T, S]`, where S comes from a module that cannot be found: how many
 * parameters the class has, and which, is not known. */
static bool names_unknown_parameter(Ctx *ctx, NodeId node) {
  NodeList list =
      annot_slice(ctx, (NodeId){ast_at(ctx->ast, node)->b})->list;
  for (uint32_t i = 0; i < list.n; i++) {
    NodeId item = ast_item(list, i);
    if (ast_kind(ctx->ast, item) == AST_Starred) continue;
    TypeId value = annot_value(ctx, item, base_where(ctx->module));
    if (type_kind(value) == TYPE_KIND_UNKNOWN) return true;
  }
  return false;
}

static TypeId evaluate_base(Ctx *ctx, ClassId id, NodeId node) {
  if (ast_kind(ctx->ast, node) == AST_Starred) return TYPE(UNKNOWN);
  bool subscripted;
  TypeId value = base_value(ctx, node, &subscripted);
  if (!subscripted) {
    /* What was None where it was read is a class when this runs. */
    if (type_eq(value, TYPE_KNOWN(NoneType))) return TYPE(UNKNOWN);
    TypeId base = base_of_value(ctx->worker, id, value);
    if (type_is_null(base)) return base;
    /* One of several classes: which one is not known. */
    if (!type_is_dynamic(base) || type_kind(value) == TYPE_KIND_SPECIAL_FORM ||
        type_kind(value) == TYPE_KIND_UNION)
      return base;
    return as_base(ctx->world,
                   annot_from_value(ctx, value, node, ANNOT_BASE, NULL));
  }
  SpecialForm form = form_of(value);
  if (form == FORM_GENERIC || form == FORM_PROTOCOL)
    return names_unknown_parameter(ctx, node) ? TYPE(UNKNOWN) : TYPE_NULL;
  return as_base(ctx->world, annot_subscript_eval(ctx, value, node,
                                                  base_where(ctx->module),
                                                  NULL));
}

/* The class goes through a function of which nothing is known, and has what that
 * adds: fields with a constructor, most often. */
static bool has_unknown_decorator(InferWorker *worker, ClassId id,
                                  const AstClass *c) {
  ModuleState *m = class_module(worker, id);
  NodeList list = ast_list(m->ast, c->decorators);
  Ctx ctx = ctx_quiet(worker, m, m->index->defs[class_at(id)->def.v].scope);
  for (uint32_t i = 0; i < list.n; i++) {
    TypeId value;
    if (decorator_kind(&ctx, ast_item(list, i), &value) == DECORATOR_OTHER &&
        type_kind(value) == TYPE_KIND_UNKNOWN)
      return true;
  }
  return false;
}

TypeId class_bases_compute(InferWorker *worker, ModuleState *unused,
                           uint32_t index) {
  ClassId id = {index};
  const AstClass *c = class_ast(worker, id);
  if (class_is(id, KNOWN_object)) return TYPE(EMPTY_LIST);
  if (c == NULL) return special_call_bases(worker, id);
  Ctx ctx = class_header_ctx(worker, id);
  NodeList args = ast_list(ctx.ast, c->args);
  TypeVec bases = {0};
  for (uint32_t i = 0; i < args.n; i++) {
    NodeId node = ast_item(args, i);
    if (ast_kind(ctx.ast, node) == AST_Keyword) continue;
    TypeId base = evaluate_base(&ctx, id, node);
    if (!type_is_null(base)) vec_push(&bases, worker->scratch, base);
  }
  if (has_unknown_decorator(worker, id, c))
    vec_push(&bases, worker->scratch, TYPE(UNKNOWN));
  if (bases.n == 0) vec_push(&bases, worker->scratch, TYPE_KNOWN(object));
  return type_list(type_vec_span(&bases));
}

/* LIST of INSTANCEs and TUPLEs; Any or Unknown for a dynamic base. */
TypeId class_bases(InferWorker *worker, ClassId id) {
  return query(worker, QUERY_CLASS_BASES, NULL, id.v);
}

/* The class of a base; 0 for a dynamic one. */
static ClassId class_of_base(TypeId base) {
  switch (type_kind(base)) {
  case TYPE_KIND_INSTANCE: return type_class(base);
  case TYPE_KIND_TUPLE: return CLASS_ID(tuple);
  default: return (ClassId){0};
  }
}

enum { DERIVES_MAX = 256 }; /* classes looked at; a cycle ends here */

static bool derives(InferWorker *worker, ClassId id, ClassId base, int *left) {
  if (id.v == base.v) return true;
  if (id.v == 0 || --*left < 0) return false;
  TypeSpan bases = type_args(class_bases(worker, id));
  for (uint32_t i = 0; i < bases.n; i++)
    if (derives(worker, class_of_base(bases.v[i]), base, left)) return true;
  return false;
}

bool class_derives(InferWorker *worker, ClassId id, ClassId base) {
  int left = DERIVES_MAX;
  return derives(worker, id, base, &left);
}

/* What the special forms among the bases say. */
static uint32_t form_flags(InferWorker *worker, ClassId id, const AstClass *c) {
  Ctx ctx = class_header_ctx(worker, id);
  NodeList args = ast_list(ctx.ast, c->args);
  uint32_t flags = 0;
  for (uint32_t i = 0; i < args.n; i++) {
    NodeId node = ast_item(args, i);
    AstKind kind = ast_kind(ctx.ast, node);
    if (kind != AST_Name && kind != AST_Attribute && kind != AST_Subscript)
      continue;
    bool subscripted;
    switch (form_of(base_value(&ctx, node, &subscripted))) {
    case FORM_PROTOCOL: flags |= CLASS_PROTOCOL; break;
    case FORM_TYPED_DICT: flags |= CLASS_TYPED_DICT; break;
    case FORM_NAMED_TUPLE: flags |= CLASS_NAMED_TUPLE; break;
    default: break;
    }
  }
  return flags;
}

/* ---- metaclass ----------------------------------------------------------------------- */

static TypeId explicit_metaclass(InferWorker *worker, ClassId id) {
  NodeId node = class_keyword(worker, id, "metaclass");
  if (node.v == 0) return TYPE_NULL;
  Ctx ctx = class_header_ctx(worker, id);
  TypeId value = annot_value(&ctx, node, base_where(ctx.module));
  switch (type_kind(value)) {
  case TYPE_KIND_CLASS:
    return world_instance_unknown(ctx.world, type_class(value));
  case TYPE_KIND_GENERIC_ALIAS:
    return type_instance(type_class(value), type_args(value));
  case TYPE_KIND_DIVERGENT: return value;
  default: return TYPE(UNKNOWN);
  }
}

TypeId class_metaclass_compute(InferWorker *worker, ModuleState *unused,
                               uint32_t index) {
  ClassId id = {index};
  TypeId best = explicit_metaclass(worker, id);
  if (!type_is_null(best) && type_is_dynamic(best)) return best;
  const AstClass *c = class_ast(worker, id);
  if (type_is_null(best)) {
    /* A protocol's metaclass derives from ABCMeta (typing._ProtocolMeta). Those
     * of stubs are no protocols when the program runs. */
    bool protocol = c && c->args && !class_module(worker, id)->module->is_stub &&
                    (form_flags(worker, id, c) & CLASS_PROTOCOL);
    best = protocol ? TYPE_KNOWN(ABCMeta) : TYPE_KNOWN(type);
  }
  TypeSpan bases = type_args(class_bases(worker, id));
  for (uint32_t i = 0; i < bases.n; i++) {
    ClassId base = class_of_base(bases.v[i]);
    if (base.v == 0 || base.v == id.v) continue;
    TypeId meta = class_metaclass(&worker->world, base);
    if (type_kind(meta) != TYPE_KIND_INSTANCE || type_eq(meta, best)) continue;
    if (class_derives(worker, type_class(meta), type_class(best))) best = meta;
  }
  return best;
}

/* The metaclass as an instance type (World.class_metaclass). */
TypeId class_metaclass(World *world, ClassId id) {
  return query(world->self, QUERY_CLASS_METACLASS, NULL, id.v);
}

/* ---- flags ------------------------------------------------------------------------------ */

/* What decorators of the class statement say. */
static uint32_t decorator_flags(InferWorker *worker, ClassId id,
                                const AstClass *c) {
  ModuleState *m = class_module(worker, id);
  NodeList list = ast_list(m->ast, c->decorators);
  Ctx ctx = ctx_quiet(worker, m, m->index->defs[class_at(id)->def.v].scope);
  uint32_t flags = 0;
  for (uint32_t i = 0; i < list.n; i++) {
    TypeId value;
    switch (decorator_kind(&ctx, ast_item(list, i), &value)) {
    case DECORATOR_FINAL: flags |= CLASS_FINAL; break;
    case DECORATOR_RUNTIME_CHECKABLE: flags |= CLASS_RUNTIME_CHECKABLE; break;
    case DECORATOR_TRANSFORM: flags |= CLASS_TRANSFORM; break;
    case DECORATOR_DEPRECATED: flags |= CLASS_DEPRECATED; break;
    case DECORATOR_TOTAL_ORDERING: flags |= CLASS_TOTAL_ORDERING; break;
    case DECORATOR_DISJOINT_BASE: flags |= CLASS_DISJOINT_BASE; break;
    default: break;
    }
  }
  return flags;
}

static uint32_t inherited_flags(InferWorker *worker, ClassId id) {
  const uint32_t kept = CLASS_TYPED_DICT | CLASS_ENUM | CLASS_UNKNOWN_BASE |
                        CLASS_CUSTOM_METACLASS | CLASS_TRANSFORM;
  uint32_t flags = 0;
  TypeSpan bases = type_args(class_bases(worker, id));
  for (uint32_t i = 0; i < bases.n; i++) {
    ClassId base = class_of_base(bases.v[i]);
    if (base.v == 0) flags |= CLASS_UNKNOWN_BASE;
    else if (base.v != id.v) flags |= class_flags(&worker->world, base) & kept;
  }
  return flags;
}

static bool has_enum_metaclass(InferWorker *worker, ClassId id) {
  TypeId meta = explicit_metaclass(worker, id);
  return !type_is_null(meta) && type_kind(meta) == TYPE_KIND_INSTANCE &&
         class_derives(worker, type_class(meta), CLASS_ID(EnumMeta));
}

TypeId class_flags_compute(InferWorker *worker, ModuleState *unused,
                           uint32_t index) {
  ClassId id = {index};
  const AstClass *c = class_ast(worker, id);
  if (c == NULL) return query_number(special_call_flags(worker, id));
  uint32_t flags = inherited_flags(worker, id);
  if (c->decorators) flags |= decorator_flags(worker, id, c);
  if (c->args) flags |= form_flags(worker, id, c);
  if (class_has_slots(worker, id)) flags |= CLASS_DISJOINT_BASE;
  if (class_keyword(worker, id, "metaclass").v) flags |= CLASS_CUSTOM_METACLASS;
  if (class_is(id, KNOWN_Enum) || has_enum_metaclass(worker, id))
    flags |= CLASS_ENUM;
  if (flags & CLASS_TYPED_DICT) {
    NodeId total = class_keyword(worker, id, "total");
    const Ast *ast = class_module(worker, id)->ast;
    if (total.v == 0 || ast_kind(ast, total) != AST_False) flags |= CLASS_TOTAL;
  }
  uint32_t dataclass = dataclass_options(worker, id);
  if (dataclass & DATACLASS_IS) flags |= CLASS_DATACLASS;
  if (dataclass & DATACLASS_FROZEN) flags |= CLASS_DATACLASS_FROZEN;
  return query_number(flags);
}

/* CLASS_ flags but CLASS_ABSTRACT, which needs members: see
 * class_abstract_members (World.class_flags). */
uint32_t class_flags(World *world, ClassId id) {
  return query_to_number(query(world->self, QUERY_CLASS_FLAGS, NULL, id.v), 0);
}
