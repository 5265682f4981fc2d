/* namedtuple.c - named tuples: the class form, NamedTuple(...), namedtuple(...).
 *
 * A named tuple derives from the tuple of its fields; `__new__`, `_replace` and the
 * like are made from the fields, other members of the runtime's come from
 * typeshed's NamedTupleFallback.
 *
 * Source: typing spec, "Named tuples".
 */
#include "infer/class.h"
#include "infer/func.h"
#include "infer/special/special.h"

/* ---- fields ----------------------------------------------------------------------- */

static void class_fields(InferWorker *worker, ClassId id, TupleFields *out) {
  ModuleState *m = class_module(worker, id);
  const Index *index = m->index;
  PlaceVec places = {0};
  special_places(worker, id, &places);
  for (uint32_t i = 0; i < places.n; i++) {
    const Place *p = &index->places[places.v[i].v];
    const Def *d = &index->defs[p->first_def.v];
    if (d->kind != DEF_ANN_ASSIGN) continue;
    TypeId t = unqualified(def_declared(worker, m, p->first_def), NULL);
    if (type_kind(t) == TYPE_KIND_LIST) t = TYPE(UNKNOWN);
    NodeId value = {ast_at(m->ast, d->node)->c};
    TypeId fallback = value.v ? func_literal(m, value) : TYPE_NULL;
    vec_push(out, worker->scratch,
             (TupleField){p->name, t, value.v != 0, fallback});
  }
}

/* [("x", int), ("y", str)] */
static bool typed_fields(Ctx *ctx, NodeId list, TupleFields *out) {
  const AstNode *n = ast_at(ctx->ast, list);
  if (n->kind != AST_List && n->kind != AST_Tuple) return false;
  uint32_t where = ctx->module->module->is_stub ? ANNOT_DEFERRED : 0;
  NodeList items = ast_list(ctx->ast, n->a);
  for (uint32_t i = 0; i < items.n; i++) {
    const AstNode *e = ast_at(ctx->ast, ast_item(items, i));
    if (e->kind != AST_Tuple && e->kind != AST_List) return false;
    NodeList pair = ast_list(ctx->ast, e->a);
    if (pair.n != 2) return false;
    NameId name = special_string(ctx->ast, ast_item(pair, 0));
    if (name.v == 0) {
      /* A Final name for a string. */
      TypeId key = expr_infer(ctx, ast_item(pair, 0), TYPE_NULL);
      if (type_kind(key) != TYPE_KIND_LITERAL_STR) return false;
      name = type_name(key);
    }
    TypeId t = annot_type(ctx, ast_item(pair, 1), where);
    vec_push(out, ctx->scratch, (TupleField){name, t, false, TYPE_NULL});
  }
  return true;
}

static void add_words(Arena *arena, Str text, TupleFields *out) {
  Str rest = text, piece, inner;
  while (str_split(&rest, ' ', &piece))
    while (str_split(&piece, ',', &inner)) {
      Str word = str_trim(inner);
      if (word.len == 0) continue;
      vec_push(out, arena, (TupleField){name_intern(word), TYPE(ANY), false,
                                    TYPE_NULL});
    }
}

bool namedtuple_is_keyword(Str s) {
  static const char *const keywords[] = {
      "False", "None",   "True",     "and",   "as",     "assert", "async",
      "await", "break",  "class",    "continue", "def", "del",    "elif",
      "else",  "except", "finally",  "for",   "from",   "global", "if",
      "import", "in",    "is",       "lambda", "nonlocal", "not", "or",
      "pass",  "raise",  "return",   "try",   "while",  "with",   "yield"};
  for (size_t i = 0; i < ARRAY_LEN(keywords); i++)
    if (str_is(s, keywords[i])) return true;
  return false;
}

/* Names that rename=True replaces. */
static bool is_renamed(const TupleFields *fields, uint32_t index) {
  Str name = name_text(fields->v[index].name);
  if (str_starts(name, STR("_")) || namedtuple_is_keyword(name))
    return true;
  for (uint32_t i = 0; i < index; i++)
    if (name_eq(fields->v[i].name, fields->v[index].name)) return true;
  return false;
}

/* namedtuple("P", "x y") or ["x", "y"], with defaults for the last ones. */
static bool untyped_fields(Ctx *ctx, NodeId call, TupleFields *out) {
  NodeId names = special_argument(ctx->ast, call, 1, "field_names");
  if (names.v == 0) return false;
  const AstNode *n = ast_at(ctx->ast, names);
  if (n->kind == AST_Str) {
    add_words(ctx->scratch, ctx->ast->values[n->a].text, out);
  } else if (n->kind == AST_List || n->kind == AST_Tuple) {
    NodeList items = ast_list(ctx->ast, n->a);
    for (uint32_t i = 0; i < items.n; i++) {
      NameId name = special_string(ctx->ast, ast_item(items, i));
      if (name.v == 0) return false;
      vec_push(out, ctx->scratch, (TupleField){name, TYPE(ANY), false, TYPE_NULL});
    }
  } else {
    return false;
  }
  NodeId rename = special_argument(ctx->ast, call, UINT32_MAX, "rename");
  if (rename.v && ast_kind(ctx->ast, rename) == AST_True)
    for (uint32_t i = 0; i < out->n; i++)
      if (is_renamed(out, i))
        out->v[i].name = name_intern(str_printf(ctx->scratch, "_%u", i));
  NodeId defaults = special_argument(ctx->ast, call, UINT32_MAX, "defaults");
  if (defaults.v == 0) return true;
  const AstNode *d = ast_at(ctx->ast, defaults);
  uint32_t count = out->n;
  if (d->kind == AST_List || d->kind == AST_Tuple)
    count = ast_list(ctx->ast, d->a).n;
  for (uint32_t i = 0; i < out->n && i < count; i++)
    out->v[out->n - 1 - i].has_default = true;
  return true;
}

/* Fields in order; false when the call's arguments are not literal. */
bool namedtuple_fields(InferWorker *worker, ClassId id, TupleFields *out) {
  const ClassInfo *info = class_at(id);
  if (info->def.v) {
    class_fields(worker, id, out);
    return true;
  }
  ModuleState *m = class_module(worker, id);
  Ctx ctx = class_header_ctx(worker, id);
  TypeId callee =
      expr_infer(&ctx, (NodeId){ast_at(m->ast, info->node)->a}, TYPE_NULL);
  if (type_kind(callee) == TYPE_KIND_FUNCTION)
    return untyped_fields(&ctx, info->node, out);
  NodeId list = special_argument(m->ast, info->node, 1, "fields");
  return list.v && typed_fields(&ctx, list, out);
}

TypeId namedtuple_base(InferWorker *worker, ClassId id) {
  TupleFields fields = {0};
  if (!namedtuple_fields(worker, id, &fields))
    return type_tuple((TypeSpan){0}, TYPE(ANY), (TypeSpan){0});
  TypeId *types = ARENA_ARRAY(worker->scratch, TypeId, fields.n + 1);
  for (uint32_t i = 0; i < fields.n; i++) types[i] = fields.v[i].type;
  return type_tuple_of((TypeSpan){types, fields.n});
}

/* ---- members ------------------------------------------------------------------------ */

static TypeId any_arguments(TypeId self, TypeId returns) {
  Param params[3] = {
      special_param(NAME_ID(cls), self, PARAM_POSITIONAL_OR_KEYWORD, false),
      special_param(NAME_ID(args), TYPE(ANY), PARAM_VARIADIC, false),
      special_param(NAME_ID(kwargs), TYPE(ANY), PARAM_KEYWORD_VARIADIC, false)};
  return type_callable(params, 3, returns, TYPE(EMPTY_LIST), SIGNATURE_METHOD);
}

/* (cls, x: int, y: str = ...) -> Self, or (self, *, x: int = ...) -> Self. */
static TypeId constructor(InferWorker *worker, ClassId id,
                          const TupleFields *fields, bool replace) {
  TypeId self = special_self(worker, id);
  uint32_t n = fields->n;
  Param *params = ARENA_ARRAY(worker->scratch, Param, n + 1);
  params[0] = special_param(replace ? NAME_ID(self) : NAME_ID(cls),
                            replace ? self : type_subclass_of(self),
                            PARAM_POSITIONAL_OR_KEYWORD, false);
  ParamKind kind = replace ? PARAM_KEYWORD_ONLY : PARAM_POSITIONAL_OR_KEYWORD;
  for (uint32_t i = 0; i < n; i++) {
    params[i + 1] = special_param(fields->v[i].name, fields->v[i].type, kind,
                                  replace || fields->v[i].has_default);
    if (!replace) params[i + 1].default_type = fields->v[i].default_type;
  }
  return type_callable(params, n + 1, self, TYPE(EMPTY_LIST), SIGNATURE_METHOD);
}

static TypeId names_tuple(InferWorker *worker, const TupleFields *fields) {
  TypeId *names = ARENA_ARRAY(worker->scratch, TypeId, fields->n + 1);
  for (uint32_t i = 0; i < fields->n; i++)
    names[i] = type_literal_declared(type_literal_str(fields->v[i].name));
  return type_tuple_of((TypeSpan){names, fields->n});
}

static bool is_runtime_name(NameId name) {
  static const char *const names[] = {"_make",           "_asdict",
                                      "_field_defaults", "__orig_bases__",
                                      "_source",         "_field_types"};
  for (size_t i = 0; i < ARRAY_LEN(names); i++)
    if (str_is(name_text(name), names[i])) return true;
  return false;
}

TypeId namedtuple_own_member(InferWorker *worker, ClassId id, NameId name,
                             uint32_t *qualifiers) {
  if (is_runtime_name(name)) {
    ClassMember m = class_own_member(worker, CLASS_ID(NamedTupleFallback), name);
    return m.type;
  }
  /* What the body defines itself stands. */
  const ClassInfo *info = class_at(id);
  if (info->scope.v) {
    const Index *index = class_module(worker, id)->index;
    PlaceId place = index_symbol(index, info->scope, name);
    DefId first = place.v ? index->places[place.v].first_def : (DefId){0};
    if (first.v) {
      if (index->defs[first.v].kind != DEF_ANN_ASSIGN) return TYPE_NULL;
      *qualifiers |= QUALIFIER_READ_ONLY;
      return unqualified(def_declared(worker, class_module(worker, id), first),
                         NULL);
    }
  }
  Str text = name_text(name);
  bool is_new = name_is(name, NAME_dunder_new);
  bool is_replace = str_is(text, "_replace") || str_is(text, "__replace__");
  bool is_names = str_is(text, "_fields") ||
                  name_is(name, NAME_dunder_match_args);
  if (info->def.v && !is_new && !is_replace && !is_names) return TYPE_NULL;
  TupleFields fields = {0};
  bool known = namedtuple_fields(worker, id, &fields);
  TypeId self = special_self(worker, id);
  if (is_new)
    return known ? constructor(worker, id, &fields, false)
                 : any_arguments(type_subclass_of(self), self);
  if (is_replace)
    return known ? constructor(worker, id, &fields, true)
                 : any_arguments(self, self);
  if (is_names) {
    *qualifiers |= QUALIFIER_CLASS_VAR;
    if (known) return names_tuple(worker, &fields);
    return type_tuple((TypeSpan){0}, TYPE_KNOWN(str), (TypeSpan){0});
  }
  for (uint32_t i = 0; i < fields.n; i++)
    if (name_eq(fields.v[i].name, name)) {
      *qualifiers |= QUALIFIER_READ_ONLY;
      return fields.v[i].type;
    }
  if (!known && !str_starts(text, STR("__"))) return TYPE(ANY);
  return TYPE_NULL;
}

/* ---- calls ------------------------------------------------------------------------------ */

static bool is_collections_namedtuple(Ctx *ctx, TypeId callee) {
  if (!str_is(name_text(type_name(callee)), "namedtuple")) return false;
  const Module *m =
      modules_at(ctx->worker->infer->modules, type_module_id(callee));
  return str_is(name_text(m->name), "collections");
}

TypeId namedtuple_call(Ctx *ctx, NodeId call, TypeId callee) {
  if (ctx->in_string) return TYPE_NULL;
  bool untyped = type_kind(callee) == TYPE_KIND_FUNCTION;
  if (untyped && !is_collections_namedtuple(ctx, callee)) return TYPE_NULL;
  NameId name = special_string(
      ctx->ast, special_argument(ctx->ast, call, 0, "typename"));
  if (name.v == 0) name = name_intern(STR("namedtuple"));
  ClassId id = class_intern(ctx->module->id, ID_NONE(DefId), call,
                            ID_NONE(ScopeId), name);
  return type_class_object(id);
}
