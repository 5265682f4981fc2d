/* special.c - which leaf file answers for which class, call or definition. */
#include "infer/special/special.h"
#include "infer/alias.h"
#include "infer/check.h"
#include "infer/class.h"
#include "infer/typevar.h"
#include <stdlib.h>

/* ---- helpers ------------------------------------------------------------------- */

NodeId special_argument(const Ast *ast, NodeId call, uint32_t i,
                        const char *keyword) {
  NodeList args = ast_list(ast, ast_at(ast, call)->b);
  uint32_t positional = 0;
  for (uint32_t k = 0; k < args.n; k++) {
    NodeId node = ast_item(args, k);
    const AstNode *a = ast_at(ast, node);
    if (a->kind == AST_Keyword) {
      if (a->a && str_is(name_text((NameId){a->a}), keyword))
        return (NodeId){a->b};
    } else if (positional++ == i) {
      return node;
    }
  }
  return (NodeId){0};
}

NameId special_string(const Ast *ast, NodeId node) {
  if (node.v == 0 || ast_kind(ast, node) != AST_Str) return (NameId){0};
  return name_intern(ast->values[ast_at(ast, node)->a].text);
}

static int by_first_def(const void *a, const void *b, void *data) {
  const Place *places = data;
  uint32_t x = places[((const PlaceId *)a)->v].first_def.v;
  uint32_t y = places[((const PlaceId *)b)->v].first_def.v;
  return (x > y) - (x < y);
}

/* Whether ctx->scope is the body of a class statement that is never run, in a
 * module of another platform for instance: it counts as if it were. */
static bool is_unreachable_class(Ctx *ctx) {
  const Index *index = ctx->module->index;
  if (index->scopes[ctx->scope.v].kind != SCOPE_CLASS) return false;
  ClassId id = class_of_scope(ctx->worker, ctx->module, ctx->scope);
  DefId def = id.v ? class_at(id)->def : ID_NONE(DefId);
  return def.v && reach_truth(ctx, index->defs[def.v].reach,
                              REACH_ID_ALWAYS) == TRUTH_NEVER;
}

bool special_is_reachable(Ctx *ctx, DefId first) {
  const Index *index = ctx->module->index;
  for (DefId d = first; d.v; d = index->defs[d.v].next)
    if (reach_truth(ctx, index->defs[d.v].reach, REACH_ID_ALWAYS) !=
        TRUTH_NEVER)
      return true;
  return is_unreachable_class(ctx);
}

void special_places(InferWorker *worker, ClassId id, PlaceVec *out) {
  const ClassInfo *info = class_at(id);
  if (info->scope.v == 0) return;
  ModuleState *m = class_module(worker, id);
  const Index *index = m->index;
  Ctx ctx = ctx_quiet(worker, m, info->scope);
  const Scope *scope = &index->scopes[info->scope.v];
  for (uint32_t p = scope->place_begin; p < scope->place_end; p++) {
    const Place *place = &index->places[p];
    if (place->kind == PLACE_SYMBOL && special_is_reachable(&ctx, place->first_def))
      vec_push(out, worker->scratch, (PlaceId){p});
  }
  if (out->n)
    qsort_r(out->v, out->n, sizeof *out->v, by_first_def, index->places);
}

Param special_param(NameId name, TypeId type, ParamKind kind,
                    bool has_default) {
  return (Param){.name = name,
                 .type = type,
                 .kind = (uint8_t)kind,
                 .flags = PARAM_ANNOTATED |
                          (has_default ? PARAM_HAS_DEFAULT : 0)};
}

TypeId special_self(InferWorker *worker, ClassId id) {
  return typevar_self(worker, class_module(worker, id), id, ID_NONE(NodeId));
}

/* ---- special forms ------------------------------------------------------------ */

TypeId special_form_of_definition(InferWorker *worker, const Module *module,
                                  NameId name) {
  const Infer *infer = worker->infer;
  bool is_ty = name_is(module->name, NAME_ty_extensions);
  if (module->id.v != infer->typing.v &&
      module->id.v != infer->typing_extensions.v && !is_ty)
    return TYPE_NULL;
  SpecialForm form = special_form_find(
      is_ty ? STR("ty_extensions") : STR("typing"), name_text(name));
  return form == FORM_NONE ? TYPE_NULL : type_special_form(form);
}

/* ---- calls ------------------------------------------------------------------------- */

/* The definition that a call is the whole value of: `name = call(...)`. */
static DefId assigned_def(const Ctx *ctx, NodeId call) {
  if (ctx->in_string || call.v < 3) return (DefId){0};
  const Ast *ast = ctx->module->ast;
  const AstNode *statement = ast_at(ast, (NodeId){call.v - 2});
  const AstNode *target = ast_at(ast, (NodeId){call.v - 1});
  if (statement->kind != AST_Assign || statement->b != call.v ||
      target->kind != AST_Name || target->op != EXPR_STORE)
    return (DefId){0};
  return (DefId){target->b};
}

/* The definition that binds the value of a call to a name to which nothing else
 * is bound; 0: none. */
static DefId only_def(const Ctx *ctx, NodeId call) {
  DefId def = assigned_def(ctx, call);
  if (def.v == 0) return def;
  const Index *index = ctx->module->index;
  PlaceId place = index->defs[def.v].place;
  bool alone = place.v && index->places[place.v].first_def.v == def.v &&
               index->defs[def.v].next.v == 0;
  return alone ? def : (DefId){0};
}

/* `x = object()`: a value to be compared by `is`.  Null: some object. */
static TypeId sentinel_call(Ctx *ctx, NodeId call) {
  if (ast_list(ctx->ast, ast_at(ctx->ast, call)->b).n) return TYPE_NULL;
  DefId def = only_def(ctx, call);
  return def.v ? type_sentinel(ctx->module->id, def) : TYPE_NULL;
}

/* `X = sentinel("X")` outside of functions: a type as well (typing spec,
 * "Sentinels").  Null: an instance of the class. */
static TypeId named_sentinel_call(Ctx *ctx, NodeId call, ClassId class_id) {
  DefId def = only_def(ctx, call);
  NodeId text = special_argument(ctx->ast, call, 0, "name");
  if (def.v == 0 || special_string(ctx->ast, text).v == 0) return TYPE_NULL;
  const Index *index = ctx->module->index;
  for (ScopeId s = index->defs[def.v].scope; s.v; s = index->scopes[s.v].parent)
    if (index->scopes[s.v].kind == SCOPE_FUNCTION) return TYPE_NULL;
  NameId name = index->places[index->defs[def.v].place.v].name;
  return type_named_sentinel(ctx->module->id, def, name, class_id);
}

typedef enum {
  CALL_NONE, CALL_TYPE_VAR, CALL_PARAM_SPEC, CALL_TYPE_VAR_TUPLE,
  CALL_TYPE_ALIAS, CALL_NEW_TYPE, CALL_SENTINEL
} CallKind;

/* typing.TypeVar and its kin; typing_extensions has classes of its own. */
static CallKind kind_of_class(const Infer *infer, ClassId id) {
  static const struct {
    const char *name;
    CallKind kind;
  } names[] = {{"TypeVar", CALL_TYPE_VAR},
               {"ParamSpec", CALL_PARAM_SPEC},
               {"TypeVarTuple", CALL_TYPE_VAR_TUPLE},
               {"TypeAliasType", CALL_TYPE_ALIAS},
               {"NewType", CALL_NEW_TYPE},
               {"Sentinel", CALL_SENTINEL},
               {"sentinel", CALL_SENTINEL}};
  const ClassInfo *info = class_at(id);
  if (info->module.v == infer->builtins.v)
    return str_is(name_text(info->name), "sentinel") ? CALL_SENTINEL : CALL_NONE;
  if (info->module.v != infer->typing.v &&
      info->module.v != infer->typing_extensions.v)
    return CALL_NONE;
  for (size_t i = 0; i < ARRAY_LEN(names); i++)
    if (str_is(name_text(info->name), names[i].name)) return names[i].kind;
  return CALL_NONE;
}

static void check_declaring_call(Ctx *ctx, NodeId call, CallKind kind,
                                 DefId def, NameId name) {
  check_assigned_name(ctx, call, def, name);
  switch (kind) {
  case CALL_TYPE_VAR: check_type_var_call(ctx, call); return;
  case CALL_PARAM_SPEC: check_param_spec_call(ctx, call); return;
  case CALL_TYPE_VAR_TUPLE: check_type_var_tuple_call(ctx, call); return;
  case CALL_TYPE_ALIAS: check_alias_call(ctx, call, def, name); return;
  default: return;
  }
}

/* X = TypedDict("X", ...), namedtuple("X", ...), Enum("X", ...), whose first
 * parameter is `keyword`; the name that is given, in a reporting context. */
static NameId check_functional(Ctx *ctx, NodeId call, const char *keyword) {
  NameId name = special_string(ctx->ast,
                               special_argument(ctx->ast, call, 0, keyword));
  if (ctx->diags == NULL || name.v == 0) return (NameId){0};
  DefId def = assigned_def(ctx, call);
  if (def.v) check_assigned_name(ctx, call, def, name);
  return name;
}

static TypeId named_tuple_call(Ctx *ctx, NodeId call, TypeId callee) {
  TypeId made = namedtuple_call(ctx, call, callee);
  if (type_is_null(made) || ctx->diags == NULL) return made;
  check_functional(ctx, call, "typename");
  namedtuple_check_call(ctx, call, callee);
  return made;
}

/* The value of a Call node by its callee; see special.h. */
TypeId special_call(Ctx *ctx, NodeId call, TypeId callee) {
  switch (type_kind(callee)) {
  case TYPE_KIND_SPECIAL_FORM:
    if (type_form(callee) == FORM_NAMED_TUPLE)
      return named_tuple_call(ctx, call, callee);
    if (type_form(callee) == FORM_TYPED_DICT) {
      NameId name = check_functional(ctx, call, "typename");
      if (name.v) typeddict_check_call(ctx, call, name);
      else if (ctx->diags) typeddict_check_name(ctx, call);
      return typeddict_call(ctx, call, callee);
    }
    if (type_form(callee) == FORM_TYPE_FORM) return typeform_call(ctx, call);
    return TYPE_NULL;
  case TYPE_KIND_FUNCTION: return named_tuple_call(ctx, call, callee);
  case TYPE_KIND_CLASS: break;
  default: return TYPE_NULL;
  }
  ClassId id = type_class(callee);
  if (class_is(id, KNOWN_object)) return sentinel_call(ctx, call);
  CallKind kind = kind_of_class(ctx->worker->infer, id);
  if (kind == CALL_NONE) {
    TypeId made = enum_call(ctx, call, callee);
    if (type_is_null(made) || ctx->diags == NULL) return made;
    check_functional(ctx, call, "value");
    Arguments args = call_arguments(ctx, call);
    for (uint32_t i = 0; i < args.n; i++)
      if (type_is_null(args.v[i].type))
        expr_infer(ctx, args.v[i].node, TYPE_NULL);
    return made;
  }
  if (kind == CALL_SENTINEL) return named_sentinel_call(ctx, call, id);
  DefId def = assigned_def(ctx, call);
  NameId name = special_string(ctx->ast,
                               special_argument(ctx->ast, call, 0, "name"));
  if (kind == CALL_NEW_TYPE && name.v == 0) newtype_check_name(ctx, call);
  if (kind == CALL_TYPE_ALIAS && name.v == 0) check_alias_name(ctx, call);
  if (def.v == 0 || name.v == 0) return TYPE_NULL;
  ModuleState *m = ctx->module;
  if (ctx->diags) check_declaring_call(ctx, call, kind, def, name);
  switch (kind) {
  case CALL_TYPE_VAR:
    return typevar_call_value(m, def, name, TYPE_VAR_PLAIN);
  case CALL_PARAM_SPEC:
    return typevar_call_value(m, def, name, TYPE_VAR_PARAM_SPEC);
  case CALL_TYPE_VAR_TUPLE:
    return typevar_call_value(m, def, name, TYPE_VAR_TUPLE);
  case CALL_TYPE_ALIAS: return alias_call_value(m, def, name);
  case CALL_NEW_TYPE: return newtype_call(ctx, call, callee, def);
  default: return TYPE_NULL;
  }
}

TypeId special_assignment_value(Ctx *ctx, DefId def) {
  const ModuleState *m = ctx->module;
  const Def *d = &m->index->defs[def.v];
  if (d->kind == DEF_ANN_ASSIGN) return alias_explicit_value(ctx, def);
  if (d->kind != DEF_ASSIGN || (d->flags & DEF_IN_UNPACK)) return TYPE_NULL;
  NodeId value = {ast_at(m->ast, d->node)->b};
  if (ast_kind(m->ast, value) != AST_Call) return TYPE_NULL;
  NodeId func = {ast_at(m->ast, value)->a};
  AstKind kind = ast_kind(m->ast, func);
  if (kind != AST_Name && kind != AST_Attribute) return TYPE_NULL;
  return special_call(ctx, value, expr_infer(ctx, func, TYPE_NULL));
}

/* ---- classes -------------------------------------------------------------------------- */

bool special_is_defined(InferWorker *worker, ClassId id, NameId name) {
  ModuleState *m = class_module(worker, id);
  const Index *index = m->index;
  PlaceId place = index_symbol(index, class_at(id)->scope, name);
  if (place.v == 0) return false;
  Ctx ctx = ctx_quiet(worker, m, class_at(id)->scope);
  return special_is_reachable(&ctx, index->places[place.v].first_def);
}

static bool is_method(TypeId t) {
  if (type_kind(t) == TYPE_KIND_OVERLOADED) t = type_args(t).v[0];
  return type_kind(t) == TYPE_KIND_CALLABLE &&
         (type_signature_view(t).flags & SIGNATURE_METHOD);
}

TypeId special_own_member(InferWorker *worker, ClassId id, NameId name,
                          uint32_t *qualifiers) {
  uint32_t flags = class_flags(&worker->world, id);
  TypeId t = TYPE_NULL;
  if (flags & CLASS_ENUM) t = enum_own_member(worker, id, name, qualifiers);
  if (type_is_null(t) && (flags & CLASS_NAMED_TUPLE))
    t = namedtuple_own_member(worker, id, name, qualifiers);
  if (type_is_null(t) && (flags & CLASS_TYPED_DICT))
    t = typeddict_own_member(worker, id, name, qualifiers);
  if (type_is_null(t) && (flags & CLASS_DATACLASS))
    t = dataclass_own_member(worker, id, name, qualifiers);
  if (type_is_null(t) && (flags & CLASS_TOTAL_ORDERING))
    t = total_ordering_own_member(worker, id, name);
  /* A synthesised method is bound like one that a class body defines. */
  if (!type_is_null(t) && is_method(t)) *qualifiers |= QUALIFIER_CLASS_VAR;
  return t;
}

TypeId special_write_type(InferWorker *worker, ClassId owner, NameId name) {
  if (!(class_flags(&worker->world, owner) & CLASS_DATACLASS)) return TYPE_NULL;
  return dataclass_write_type(worker, owner, name);
}

TypeId special_attribute(InferWorker *worker, TypeId object, NameId name) {
  TypeKind kind = type_kind(object);
  if (kind != TYPE_KIND_LITERAL_ENUM && kind != TYPE_KIND_INSTANCE)
    return TYPE_NULL;
  if (class_is(type_class(object), KNOWN_version_info)) {
    PythonVersion v = worker->infer->options->python_version;
    if (str_is(name_text(name), "major")) return type_literal_int(v.major);
    if (str_is(name_text(name), "minor")) return type_literal_int(v.minor);
    return TYPE_NULL;
  }
  if (!(class_flags(&worker->world, type_class(object)) & CLASS_ENUM))
    return TYPE_NULL;
  return enum_attribute(worker, object, name);
}

/* The class that a call makes is known by what it calls. */
static SpecialForm call_form(InferWorker *worker, ClassId id) {
  const ClassInfo *info = class_at(id);
  ModuleState *m = class_module(worker, id);
  if (ast_kind(m->ast, info->node) != AST_Call) return FORM_NONE;
  Ctx ctx = ctx_quiet(worker, m, index_enclosing(m->index, info->node));
  TypeId callee =
      expr_infer(&ctx, (NodeId){ast_at(m->ast, info->node)->a}, TYPE_NULL);
  if (type_kind(callee) == TYPE_KIND_SPECIAL_FORM) return type_form(callee);
  return type_kind(callee) == TYPE_KIND_FUNCTION ? FORM_NAMED_TUPLE : FORM_NONE;
}

static TypeId list_of(TypeId t) { return type_list((TypeSpan){&t, 1}); }

TypeId special_call_bases(InferWorker *worker, ClassId id) {
  /* A known class that this typeshed lacks: anything may be true of it. */
  if (!class_at(id)->defined) return list_of(TYPE(UNKNOWN));
  switch (call_form(worker, id)) {
  case FORM_NAMED_TUPLE: return list_of(namedtuple_base(worker, id));
  case FORM_TYPED_DICT:
    return list_of(type_instance(CLASS_ID(TypedDictInternals), (TypeSpan){0}));
  default: return enum_call_bases(worker, id);
  }
}

uint32_t special_call_flags(InferWorker *worker, ClassId id) {
  if (!class_at(id)->defined)
    return class_is(id, KNOWN_object) ? 0 : CLASS_UNKNOWN_BASE;
  switch (call_form(worker, id)) {
  case FORM_NAMED_TUPLE: return CLASS_NAMED_TUPLE;
  case FORM_TYPED_DICT: return typeddict_call_flags(worker, id);
  default: return CLASS_ENUM;
  }
}
