/* typeddict.c - TypedDict: class form and call, items, displays, subscripts.
 *
 * An item is an annotated name of the class body (or an entry of the call's
 * dict); inherited items come from the bases in the MRO.  What can be done with
 * an instance is made from the items on demand: __init__, get, setdefault, pop,
 * update and the item access of the kernel; the rest comes from typeshed's
 * TypedDictFallback.
 *
 * Source: typing spec, "Typed dictionaries".
 */
#include "infer/class.h"
#include "infer/expr_int.h"
#include "infer/special/special.h"

/* ---- items ----------------------------------------------------------------------- */

static Member item_of_qualified(NameId name, TypeId declared, bool total) {
  uint32_t q = 0;
  TypeId t = unqualified(declared, &q);
  Member m = {.name = name, .type = t};
  bool required = total;
  if (q & QUALIFIER_REQUIRED) required = true;
  if (q & QUALIFIER_NOT_REQUIRED) required = false;
  if (!required) m.flags |= MEMBER_NOT_REQUIRED;
  if (q & QUALIFIER_READ_ONLY) m.flags |= MEMBER_READ_ONLY;
  return m;
}

static bool is_total(InferWorker *worker, ClassId id) {
  return (class_flags(&worker->world, id) & CLASS_TOTAL) != 0;
}

/* The dict display of TypedDict("T", {...}); 0: none. */
static NodeId call_fields(InferWorker *worker, ClassId id) {
  const ClassInfo *info = class_at(id);
  const Ast *ast = class_module(worker, id)->ast;
  if (info->def.v || ast_kind(ast, info->node) != AST_Call) return (NodeId){0};
  NodeId dict = special_argument(ast, info->node, 1, "fields");
  return dict.v && ast_kind(ast, dict) == AST_Dict ? dict : (NodeId){0};
}

static Member call_item(InferWorker *worker, ClassId id, NameId name) {
  NodeId dict = call_fields(worker, id);
  if (dict.v == 0) return (Member){0};
  Ctx ctx = class_header_ctx(worker, id);
  NodeList items = ast_list(ctx.ast, ast_at(ctx.ast, dict)->a);
  for (uint32_t i = 0; i < items.n; i++) {
    const AstNode *item = ast_at(ctx.ast, ast_item(items, i));
    if (!name_eq(special_string(ctx.ast, (NodeId){item->a}), name)) continue;
    uint32_t where = ANNOT_TYPED_DICT;
    if (ctx.module->module->is_stub) where |= ANNOT_DEFERRED;
    TypeId t = annot_qualified(&ctx, (NodeId){item->b}, where);
    return item_of_qualified(name, t, is_total(worker, id));
  }
  return (Member){0};
}

/* The first annotation of a name in a class body that can be reached: some stand
 * under `if sys.version_info >= ...`. */
static DefId reachable_item(InferWorker *worker, ModuleState *m, ScopeId scope,
                            PlaceId place) {
  const Index *index = m->index;
  Ctx ctx = ctx_quiet(worker, m, scope);
  DefId d = index->places[place.v].first_def;
  for (; d.v; d = index->defs[d.v].next) {
    const Def *def = &index->defs[d.v];
    if (def->kind == DEF_ANN_ASSIGN &&
        reach_truth(&ctx, def->reach, REACH_ID_ALWAYS) != TRUTH_NEVER)
      return d;
  }
  DefId first = index->places[place.v].first_def;
  return index->defs[first.v].kind == DEF_ANN_ASSIGN &&
                 special_is_reachable(&ctx, first)
             ? first
             : ID_NONE(DefId);
}

/* The item that the class itself declares. */
static Member own_item(InferWorker *worker, ClassId id, NameId name) {
  const ClassInfo *info = class_at(id);
  if (info->scope.v == 0) return call_item(worker, id, name);
  ModuleState *m = class_module(worker, id);
  PlaceId place = index_symbol(m->index, info->scope, name);
  if (place.v == 0) return (Member){0};
  DefId def = reachable_item(worker, m, info->scope, place);
  if (def.v == 0) return (Member){0};
  TypeId declared = def_declared(worker, m, def);
  if (type_kind(declared) == TYPE_KIND_LIST) return (Member){0};
  return item_of_qualified(name, declared, is_total(worker, id));
}

/* A class of the MRO that may declare items. */
static bool declares_items(InferWorker *worker, TypeId entry, ClassId *id) {
  if (type_kind(entry) != TYPE_KIND_INSTANCE) return false;
  *id = type_class(entry);
  if (class_is(*id, KNOWN_TypedDictInternals) ||
      class_is(*id, KNOWN_TypedDictFallback))
    return false;
  return (class_flags(&worker->world, *id) & CLASS_TYPED_DICT) != 0;
}

Member typeddict_item(InferWorker *worker, ClassId id, NameId name) {
  World *world = &worker->world;
  TypeSpan mro = type_args(class_mro(world, id));
  for (uint32_t i = 0; i < mro.n; i++) {
    ClassId owner;
    if (!declares_items(worker, mro.v[i], &owner)) continue;
    Member m = own_item(worker, owner, name);
    if (type_is_null(m.type)) continue;
    if (type_args(mro.v[i]).n && type_has(m.type, TYPE_HAS_TYPE_VAR))
      m.type = subst(world, m.type, subst_mapping_of(world, mro.v[i]));
    return m;
  }
  return (Member){0};
}

/* ---- closed and extra_items (PEP 728) -------------------------------------------- */

/* The value of a keyword of the class header or of the call; 0: none. */
static NodeId header_keyword(InferWorker *worker, ClassId id, const char *name) {
  const ClassInfo *info = class_at(id);
  if (info->def.v) return class_keyword(worker, id, name);
  const Ast *ast = class_module(worker, id)->ast;
  if (ast_kind(ast, info->node) != AST_Call) return (NodeId){0};
  return special_argument(ast, info->node, UINT32_MAX, name);
}

static TypeId own_extra(InferWorker *worker, ClassId id, bool *read_only) {
  NodeId closed = header_keyword(worker, id, "closed");
  const Ast *ast = class_module(worker, id)->ast;
  if (closed.v && ast_kind(ast, closed) == AST_True) return TYPE(NEVER);
  NodeId extra = header_keyword(worker, id, "extra_items");
  if (extra.v == 0) return TYPE_NULL;
  Ctx ctx = class_header_ctx(worker, id);
  uint32_t q = 0, where = ANNOT_TYPED_DICT;
  if (ctx.module->module->is_stub) where |= ANNOT_DEFERRED;
  TypeId t = unqualified(annot_qualified(&ctx, extra, where), &q);
  *read_only = (q & QUALIFIER_READ_ONLY) != 0;
  return t;
}

TypeId typeddict_extra(InferWorker *worker, ClassId id, bool *read_only) {
  World *world = &worker->world;
  *read_only = false;
  TypeSpan mro = type_args(class_mro(world, id));
  for (uint32_t i = 0; i < mro.n; i++) {
    ClassId owner;
    if (!declares_items(worker, mro.v[i], &owner)) continue;
    TypeId t = own_extra(worker, owner, read_only);
    if (type_is_null(t)) continue;
    if (type_args(mro.v[i]).n && type_has(t, TYPE_HAS_TYPE_VAR))
      t = subst(world, t, subst_mapping_of(world, mro.v[i]));
    return t;
  }
  return TYPE_NULL;
}

static void add_name(InferWorker *worker, NameVec *out, NameId name) {
  for (uint32_t i = 0; i < out->n; i++)
    if (name_eq(out->v[i], name)) return;
  vec_push(out, worker->scratch, name);
}

static void own_names(InferWorker *worker, ClassId id, NameVec *out) {
  ModuleState *m = class_module(worker, id);
  NodeId dict = call_fields(worker, id);
  if (dict.v) {
    NodeList items = ast_list(m->ast, ast_at(m->ast, dict)->a);
    for (uint32_t i = 0; i < items.n; i++) {
      const AstNode *item = ast_at(m->ast, ast_item(items, i));
      NameId name = special_string(m->ast, (NodeId){item->a});
      if (name.v) add_name(worker, out, name);
    }
    return;
  }
  PlaceVec places = {0};
  special_places(worker, id, &places);
  for (uint32_t i = 0; i < places.n; i++) {
    const Place *p = &m->index->places[places.v[i].v];
    if (m->index->defs[p->first_def.v].kind == DEF_ANN_ASSIGN)
      add_name(worker, out, p->name);
  }
}

void typeddict_names(InferWorker *worker, ClassId id, NameVec *out) {
  TypeSpan mro = type_args(class_mro(&worker->world, id));
  for (uint32_t i = mro.n; i-- > 0;) {
    ClassId owner;
    if (declares_items(worker, mro.v[i], &owner))
      own_names(worker, owner, out);
  }
}

/* ---- methods made from the items ---------------------------------------------------- */

static TypeId method(const Param *params, uint32_t n, TypeId returns,
                     TypeId type_params) {
  return type_callable(params, n, returns, type_params, SIGNATURE_METHOD);
}

static Param self_param(InferWorker *worker, ClassId id) {
  return special_param(NAME_ID(self), special_self(worker, id),
                       PARAM_POSITIONAL_ONLY, false);
}

static Param key_param(NameId key) {
  return special_param(name_intern(STR("k")),
                       type_literal_declared(type_literal_str(key)),
                       PARAM_POSITIONAL_ONLY, false);
}

/* T (PEP 484 style) of a synthesised signature. */
static TypeId fresh_var(InferWorker *worker, ClassId id) {
  const ClassInfo *info = class_at(id);
  TypeVarView view = {.kind = TYPE_VAR_PLAIN,
                      .name = name_intern(STR("_T")),
                      .scope_module = info->module,
                      .scope_node = info->node,
                      .scope_name = name_intern(STR("get")),
                      .synthetic = true};
  return type_var(&view);
}

/* (self, *, a: int, b: str = ...) and (self, mapping, /, ...). */
static TypeId init_method(InferWorker *worker, ClassId id,
                          const NameVec *names) {
  uint32_t n = names->n;
  Param *params = ARENA_ARRAY(worker->scratch, Param, n + 3);
  params[0] = self_param(worker, id);
  for (uint32_t i = 0; i < n; i++) {
    Member m = typeddict_item(worker, id, names->v[i]);
    params[i + 1] =
        special_param(names->v[i], m.type, PARAM_KEYWORD_ONLY,
                      (m.flags & MEMBER_NOT_REQUIRED) != 0);
  }
  TypeId none = TYPE_KNOWN(NoneType);
  bool read_only;
  TypeId extra = typeddict_extra(worker, id, &read_only);
  if (!type_is_null(extra) && !type_eq(extra, TYPE(NEVER))) {
    params[n + 1] = special_param(NAME_ID(kwargs), extra,
                                  PARAM_KEYWORD_VARIADIC, false);
    n++;
  }
  TypeId by_name = method(params, n + 1, none, TYPE(EMPTY_LIST));
  Param *copy = ARENA_ARRAY(worker->scratch, Param, n + 2);
  copy[0] = params[0];
  copy[1] = special_param(name_intern(STR("map")), special_self(worker, id),
                          PARAM_POSITIONAL_ONLY, false);
  for (uint32_t i = 0; i < n; i++) {
    copy[i + 2] = params[i + 1];
    if (copy[i + 2].kind != PARAM_KEYWORD_VARIADIC)
      copy[i + 2].flags |= PARAM_HAS_DEFAULT;
  }
  TypeId by_map = method(copy, n + 2, none, TYPE(EMPTY_LIST));
  TypeId both[2] = {by_name, by_map};
  return type_overloaded((TypeSpan){both, 2});
}

/* Overloads of get for one item. */
static void get_overloads(InferWorker *worker, ClassId id, NameId name,
                          TypeVec *out) {
  World *world = &worker->world;
  Member m = typeddict_item(worker, id, name);
  bool required = !(m.flags & MEMBER_NOT_REQUIRED);
  TypeId none = TYPE_KNOWN(NoneType), var = fresh_var(worker, id);
  Param p[3] = {self_param(worker, id), key_param(name), {.flags = 0}};
  TypeId without = required ? m.type : union_of2(world, m.type, none);
  vec_push(out, worker->scratch, method(p, 2, without, TYPE(EMPTY_LIST)));
  NameId fallback = name_intern(STR("default"));
  if (!required) {
    p[2] = special_param(fallback, m.type, PARAM_POSITIONAL_ONLY, false);
    vec_push(out, worker->scratch, method(p, 3, m.type, TYPE(EMPTY_LIST)));
  }
  p[2] = special_param(fallback, var, PARAM_POSITIONAL_ONLY, false);
  TypeId with = required ? m.type : union_of2(world, m.type, var);
  vec_push(out, worker->scratch,
           method(p, 3, with, type_list((TypeSpan){&var, 1})));
}

/* get for keys that are only known to be strings. */
static void get_any(InferWorker *worker, ClassId id, TypeVec *out) {
  World *world = &worker->world;
  TypeId var = fresh_var(worker, id);
  TypeId unknown =
      typeddict_values(worker, world_instance_identity(world, id));
  if (type_is_null(unknown)) unknown = TYPE(ANY);
  Param p[3] = {self_param(worker, id),
                special_param(name_intern(STR("k")), TYPE_KNOWN(str),
                              PARAM_POSITIONAL_ONLY, false),
                special_param(name_intern(STR("default")), var,
                              PARAM_POSITIONAL_ONLY, false)};
  TypeId none = union_of2(world, unknown, TYPE_KNOWN(NoneType));
  vec_push(out, worker->scratch, method(p, 2, none, TYPE(EMPTY_LIST)));
  vec_push(out, worker->scratch,
           method(p, 3, union_of2(world, unknown, var),
                  type_list((TypeSpan){&var, 1})));
}

static void pop_overloads(InferWorker *worker, ClassId id, NameId name,
                          TypeVec *out) {
  World *world = &worker->world;
  Member m = typeddict_item(worker, id, name);
  if (!(m.flags & MEMBER_NOT_REQUIRED) || (m.flags & MEMBER_READ_ONLY)) return;
  TypeId var = fresh_var(worker, id);
  NameId fallback = name_intern(STR("default"));
  Param p[3] = {self_param(worker, id), key_param(name), {.flags = 0}};
  vec_push(out, worker->scratch, method(p, 2, m.type, TYPE(EMPTY_LIST)));
  p[2] = special_param(fallback, m.type, PARAM_POSITIONAL_ONLY, false);
  vec_push(out, worker->scratch, method(p, 3, m.type, TYPE(EMPTY_LIST)));
  p[2] = special_param(fallback, var, PARAM_POSITIONAL_ONLY, false);
  vec_push(out, worker->scratch,
           method(p, 3, union_of2(world, m.type, var),
                  type_list((TypeSpan){&var, 1})));
}

static void setdefault_overloads(InferWorker *worker, ClassId id, NameId name,
                                 TypeVec *out) {
  Member m = typeddict_item(worker, id, name);
  if (m.flags & MEMBER_READ_ONLY) return;
  Param p[3] = {self_param(worker, id), key_param(name),
                special_param(name_intern(STR("default")), m.type,
                              PARAM_POSITIONAL_ONLY, false)};
  vec_push(out, worker->scratch, method(p, 3, m.type, TYPE(EMPTY_LIST)));
}

static void delitem_overloads(InferWorker *worker, ClassId id, NameId name,
                              TypeVec *out) {
  Member m = typeddict_item(worker, id, name);
  if (!(m.flags & MEMBER_NOT_REQUIRED) || (m.flags & MEMBER_READ_ONLY)) return;
  Param p[2] = {self_param(worker, id), key_param(name)};
  vec_push(out, worker->scratch,
           method(p, 2, TYPE_KNOWN(NoneType), TYPE(EMPTY_LIST)));
}

typedef void (*OverloadsOf)(InferWorker *, ClassId, NameId, TypeVec *);

static TypeId overloads_of(InferWorker *worker, ClassId id,
                           const NameVec *names, OverloadsOf make) {
  TypeVec out = {0};
  for (uint32_t i = 0; i < names->n; i++) make(worker, id, names->v[i], &out);
  if (make == get_overloads) get_any(worker, id, &out);
  return out.n ? type_overloaded(type_vec_span(&out)) : TYPE_NULL;
}

/* items() and values() of a TypedDict whose keys are all known, clear() and
 * popitem() of one that may lose them all. */
static TypeId closed_method(InferWorker *worker, ClassId id, Str name,
                            const NameVec *names) {
  World *world = &worker->world;
  TypeId value = typeddict_values(worker, world_instance_identity(world, id));
  if (type_is_null(value)) return TYPE_NULL;
  Param self = self_param(worker, id);
  TypeId pair[2] = {TYPE_KNOWN(str), value};
  bool items = str_is(name, "items"), values = str_is(name, "values");
  if (items || values) {
    TypeId plain = class_own_member(worker, CLASS_ID(TypedDictInternals),
                                    name_intern(name))
                       .type;
    if (type_is_null(plain) || type_kind(plain) != TYPE_KIND_FUNCTION)
      return TYPE_NULL;
    TypeId signature = worker->world.signature(&worker->world, plain);
    if (type_kind(signature) != TYPE_KIND_CALLABLE) return TYPE_NULL;
    TypeId returns = type_signature_view(signature).returns;
    if (type_kind(returns) != TYPE_KIND_INSTANCE) return TYPE_NULL;
    return method(&self, 1,
                  type_instance(type_class(returns), (TypeSpan){pair, 2}),
                  TYPE(EMPTY_LIST));
  }
  for (uint32_t i = 0; i < names->n; i++) {
    Member m = typeddict_item(worker, id, names->v[i]);
    if (!(m.flags & MEMBER_NOT_REQUIRED) || (m.flags & MEMBER_READ_ONLY))
      return TYPE_NULL;
  }
  if (str_is(name, "clear"))
    return method(&self, 1, TYPE_KNOWN(NoneType), TYPE(EMPTY_LIST));
  return method(&self, 1, type_tuple_of((TypeSpan){pair, 2}),
                TYPE(EMPTY_LIST));
}

/* update({...}): what may be given is checked where it is called
 * (typeddict_entries.c). */
static TypeId update_method(InferWorker *worker, ClassId id) {
  Param p[2] = {self_param(worker, id),
                special_param(name_intern(STR("m")), TYPE(ANY),
                              PARAM_POSITIONAL_ONLY, false)};
  return method(p, 2, TYPE_KNOWN(NoneType), TYPE(EMPTY_LIST));
}

TypeId typeddict_own_member(InferWorker *worker, ClassId id, NameId name,
                            uint32_t *qualifiers) {
  if (class_is(id, KNOWN_TypedDictInternals) ||
      class_is(id, KNOWN_TypedDictFallback))
    return TYPE_NULL;
  static const struct {
    const char *name;
    OverloadsOf make;
  } made[] = {{"get", get_overloads},
              {"pop", pop_overloads},
              {"setdefault", setdefault_overloads},
              {"__delitem__", delitem_overloads}};
  Str text = name_text(name);
  bool is_init = name_is(name, NAME_dunder_init);
  NameVec names = {0};
  if (is_init) {
    typeddict_names(worker, id, &names);
    return init_method(worker, id, &names);
  }
  if (str_is(text, "update")) return update_method(worker, id);
  if (str_is(text, "items") || str_is(text, "values") ||
      str_is(text, "clear") || str_is(text, "popitem")) {
    typeddict_names(worker, id, &names);
    return closed_method(worker, id, text, &names);
  }
  for (size_t i = 0; i < ARRAY_LEN(made); i++) {
    if (!str_is(text, made[i].name)) continue;
    typeddict_names(worker, id, &names);
    return overloads_of(worker, id, &names, made[i].make);
  }
  return TYPE_NULL;
}

/* ---- calls ------------------------------------------------------------------------------- */

TypeId typeddict_call(Ctx *ctx, NodeId call, TypeId callee) {
  if (ctx->in_string) return TYPE_NULL;
  NameId name = special_string(
      ctx->ast, special_argument(ctx->ast, call, 0, "typename"));
  if (name.v == 0) return TYPE_NULL;
  ClassId id = class_intern(ctx->module->id, ID_NONE(DefId), call,
                            ID_NONE(ScopeId), name);
  return type_class_object(id);
}

uint32_t typeddict_call_flags(InferWorker *worker, ClassId id) {
  const Ast *ast = class_module(worker, id)->ast;
  NodeId total =
      special_argument(ast, class_at(id)->node, UINT32_MAX, "total");
  bool partial = total.v && ast_kind(ast, total) == AST_False;
  return CLASS_TYPED_DICT | (partial ? 0 : CLASS_TOTAL);
}
