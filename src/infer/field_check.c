/* field_check.c - fields of dataclasses and named tuples; aliases.
 * Typing spec, "dataclasses.html", "namedtuples.html", "aliases.html". */
#include "infer/alias.h"
#include "infer/check.h"
#include "infer/class.h"
#include "infer/func.h"
#include "infer/special/special.h"
#include "infer/typevar.h"

static NodeId node_of_def(const Ctx *ctx, DefId def) {
  const Def *d = &ctx->module->index->defs[def.v];
  return d->target.v ? d->target : d->node;
}

/* A field that __init__ takes by position may not follow one with a default. */
static void check_dataclass_order(Ctx *ctx, ClassId id) {
  if (!(dataclass_options(ctx->worker, id) & DATACLASS_INIT)) return;
  DataclassFields fields = {0};
  dataclass_fields(ctx->worker, id, &fields);
  ScopeId scope = class_at(id)->scope;
  bool defaults = false;
  for (uint32_t i = 0; i < fields.n; i++) {
    const DataclassField *f = &fields.v[i];
    if (!f->init || f->kw_only) continue;
    if (f->has_default) {
      defaults = true;
      continue;
    }
    /* A field that a base declares was reported there. */
    PlaceId place = index_symbol(ctx->index, scope, f->name);
    if (!defaults || place.v == 0 ||
        ctx->index->places[place.v].first_def.v != f->def.v)
      continue;
    ctx_report(ctx, RULE_DATACLASS_FIELD_ORDER, node_of_def(ctx, f->def),
               "Required field `%" PRIstr
               "` cannot be defined after fields with default values",
               STR_ARG(name_text(f->name)));
  }
}

/* __post_init__ takes the InitVars in order. */
static void check_post_init(Ctx *ctx, ClassId id) {
  if (!ctx_reports(ctx, RULE_INVALID_DATACLASS)) return;
  const Index *index = ctx->module->index;
  PlaceId place =
      index_symbol(index, class_at(id)->scope, NAME_ID(dunder_post_init));
  DefId def = place.v ? index->places[place.v].first_def : (DefId){0};
  if (def.v == 0 || index->defs[def.v].kind != DEF_FUNCTION) return;
  DataclassFields fields = {0};
  dataclass_fields(ctx->worker, id, &fields);
  TypeId signature = func_signature(ctx->worker, ctx->module, def);
  if (type_kind(signature) != TYPE_KIND_CALLABLE) return;
  SignatureView v = type_signature_view(signature);
  uint32_t at = 1;
  const char *problem = NULL;
  for (uint32_t i = 0; i < v.n; i++)
    if (v.params[i].kind > PARAM_POSITIONAL_OR_KEYWORD) return;
  for (uint32_t i = 0; i < fields.n && !problem; i++) {
    if (!fields.v[i].init_var) continue;
    if (at >= v.n) problem = "it has no parameter for InitVar";
    else if (!relate_assignable(ctx->world, fields.v[i].type, v.params[at].type))
      problem = "its parameter does not take the type of InitVar";
    at++;
    if (problem)
      check_report_name(ctx, RULE_INVALID_DATACLASS,
                        index->defs[def.v].node,
                        "Invalid `__post_init__`: %s `%" PRIstr "`", problem,
                        STR_ARG(name_text(fields.v[i].name)));
  }
  if (!problem && at < v.n && !(v.params[at].flags & PARAM_HAS_DEFAULT))
    check_report_name(ctx, RULE_INVALID_DATACLASS, index->defs[def.v].node,
                      "Invalid `__post_init__`: parameter `%" PRIstr
                      "` gets no argument",
                      STR_ARG(name_text(v.params[at].name)));
}

static void check_slots_option(Ctx *ctx, ClassId id, NodeId node) {
  if (!(dataclass_options(ctx->worker, id) & DATACLASS_SLOTS)) return;
  PlaceId place = index_symbol(ctx->module->index, class_at(id)->scope,
                               NAME_ID(dunder_slots));
  if (place.v)
    check_report_name(ctx, RULE_INVALID_DATACLASS, node,
                      "`slots=True` is used with a class that defines "
                      "`__slots__`");
}

/* The first definition of one of `names` in the class body is reported. */
static void check_not_defined(Ctx *ctx, ClassId id, const char *const *names,
                              size_t n, Rule rule, const char *what) {
  for (size_t i = 0; i < n; i++) {
    PlaceId place = index_symbol(ctx->index, class_at(id)->scope,
                                 name_intern(str_from(names[i])));
    if (place.v == 0 || !(ctx->index->places[place.v].flags & PLACE_BOUND))
      continue;
    NodeId node = node_of_def(ctx, ctx->index->places[place.v].first_def);
    ctx_report(ctx, rule, node,
               "Cannot overwrite attribute `%s` of %s `%" PRIstr "`", names[i],
               what, STR_ARG(name_text(class_at(id)->name)));
  }
}

/* A call of dataclasses.field. */
static bool makes_field(Ctx *ctx, NodeId value) {
  if (ast_kind(ctx->ast, value) != AST_Call) return false;
  TypeId callee =
      expr_infer(ctx, (NodeId){ast_at(ctx->ast, value)->a}, TYPE_NULL);
  if (type_kind(callee) != TYPE_KIND_FUNCTION ||
      !str_is(name_text(type_name(callee)), "field"))
    return false;
  const Module *m =
      modules_at(ctx->worker->infer->modules, type_module_id(callee));
  return str_is(name_text(m->name), "dataclasses");
}

/* `x = field()`: the decorator raises a TypeError for what has no annotation. */
static void check_bare_fields(Ctx *ctx, ClassId id) {
  const Index *index = ctx->index;
  ScopeId scope = class_at(id)->scope;
  Ctx body = ctx_quiet(ctx->worker, ctx->module, scope);
  const Scope *s = &index->scopes[scope.v];
  for (uint32_t p = s->place_begin; p < s->place_end; p++) {
    const Place *place = &index->places[p];
    if (place->kind != PLACE_SYMBOL || (place->flags & PLACE_DECLARED) ||
        place->first_def.v == 0)
      continue;
    const Def *def = &index->defs[place->first_def.v];
    if (def->kind != DEF_ASSIGN || (def->flags & DEF_IN_UNPACK) ||
        !makes_field(&body, (NodeId){ast_at(ctx->ast, def->node)->b}))
      continue;
    ctx_report(ctx, RULE_INVALID_DATACLASS, node_of_def(ctx, place->first_def),
               "Field `%" PRIstr "` of a dataclass needs an annotation",
               STR_ARG(name_text(place->name)));
  }
}

/* What frozen=True and order=True make (dataclasses: "TypeError is raised"). */
static void check_made_methods(Ctx *ctx, ClassId id) {
  static const char *const frozen[] = {"__setattr__", "__delattr__"};
  static const char *const order[] = {"__lt__", "__le__", "__gt__", "__ge__"};
  uint32_t options = dataclass_options(ctx->worker, id);
  if (options & DATACLASS_TRANSFORMED) return;
  if (options & DATACLASS_FROZEN)
    check_not_defined(ctx, id, frozen, ARRAY_LEN(frozen),
                      RULE_INVALID_DATACLASS_OVERRIDE, "frozen dataclass");
  if (options & DATACLASS_ORDER)
    check_not_defined(ctx, id, order, ARRAY_LEN(order),
                      RULE_INVALID_DATACLASS_OVERRIDE, "ordered dataclass");
}

/* ---- what @dataclass is put on ------------------------------------------------ */

/* The keyword of a decorator's call, and the decorator; 0: no decorator has it. */
static NodeId decorator_keyword(Ctx *ctx, ClassId id, const char *name,
                                NodeId *decorator) {
  NodeList list = ast_list(ctx->ast, class_ast(ctx->worker, id)->decorators);
  for (uint32_t i = 0; i < list.n; i++) {
    *decorator = ast_item(list, i);
    if (ast_kind(ctx->ast, *decorator) != AST_Call) continue;
    NodeId value = special_argument(ctx->ast, *decorator, UINT32_MAX, name);
    if (value.v) return value;
  }
  return ID_NONE(NodeId);
}

/* Options that need another one (dataclasses: "a ValueError is raised"). */
static void check_option_pairs(Ctx *ctx, ClassId id) {
  uint32_t options = dataclass_options(ctx->worker, id);
  NodeId at;
  if ((options & DATACLASS_ORDER) && !(options & DATACLASS_EQ) &&
      decorator_keyword(ctx, id, "order", &at).v)
    ctx_report(ctx, RULE_INVALID_DATACLASS, at,
               "`order=True` requires `eq=True`");
  NodeId weak = decorator_keyword(ctx, id, "weakref_slot", &at);
  if (weak.v && ast_kind(ctx->ast, weak) == AST_True &&
      !(options & DATACLASS_SLOTS))
    ctx_report(ctx, RULE_INVALID_DATACLASS, at,
               "`weakref_slot=True` requires `slots=True`");
}

/* Classes that something else makes, or that nothing can make. */
static void check_decorated_kind(Ctx *ctx, ClassId id, NodeId node) {
  static const struct {
    uint32_t flag;
    const char *kind;
  } kinds[] = {{CLASS_NAMED_TUPLE, "NamedTuple"},
               {CLASS_TYPED_DICT, "TypedDict"},
               {CLASS_ENUM, "enum"},
               {CLASS_PROTOCOL, "protocol"}};
  uint32_t flags = class_flags(ctx->world, id);
  for (size_t i = 0; i < ARRAY_LEN(kinds); i++) {
    if (!(flags & kinds[i].flag)) continue;
    check_report_name(ctx, RULE_INVALID_DATACLASS, node,
                      "`@dataclass` cannot be used with the %s class `%" PRIstr
                      "`",
                      kinds[i].kind, STR_ARG(name_text(class_at(id)->name)));
    return;
  }
}

/* Names after a `_: KW_ONLY` are keywords: a second one is a TypeError. */
static void check_keyword_markers(Ctx *ctx, ClassId id, NodeId node) {
  PlaceVec places = {0};
  special_places(ctx->worker, id, &places);
  uint32_t seen = 0;
  for (uint32_t i = 0; i < places.n; i++) {
    DefId def = ctx->index->places[places.v[i].v].first_def;
    TypeId t = unqualified(def_declared(ctx->worker, ctx->module, def), NULL);
    if (dataclass_is_marker(t)) seen++;
  }
  if (seen > 1)
    check_report_name(ctx, RULE_DUPLICATE_KW_ONLY, node,
                      "A dataclass can have only one field of the type `KW_ONLY`");
}

static void check_decorated(Ctx *ctx, ClassId id, NodeId node) {
  if (dataclass_options(ctx->worker, id) & DATACLASS_TRANSFORMED) return;
  check_bare_fields(ctx, id);
  check_option_pairs(ctx, id);
  check_decorated_kind(ctx, id, node);
  check_keyword_markers(ctx, id, node);
}

/* ---- named tuples -------------------------------------------------------------- */

static void report_override(Ctx *ctx, DefId def, NameId field, ClassId base) {
  static const char format[] =
      "Cannot override field `%" PRIstr "` of the named tuple `%" PRIstr "`";
  Str name = name_text(field), of = name_text(class_at(base)->name);
  if (ctx->index->defs[def.v].kind == DEF_FUNCTION)
    check_report_name(ctx, RULE_INVALID_NAMED_TUPLE_OVERRIDE,
                      ctx->index->defs[def.v].node, format, STR_ARG(name),
                      STR_ARG(of));
  else
    ctx_report(ctx, RULE_INVALID_NAMED_TUPLE_OVERRIDE, node_of_def(ctx, def),
               format, STR_ARG(name), STR_ARG(of));
}

/* The class body binds a field's name of a named tuple among the bases. */
static void check_field_overrides(Ctx *ctx, ClassId id) {
  TypeSpan mro = type_args(class_mro(ctx->world, id));
  for (uint32_t i = 1; i < mro.n; i++) {
    if (type_kind(mro.v[i]) != TYPE_KIND_INSTANCE) continue;
    ClassId base = type_class(mro.v[i]);
    if (!(class_flags(ctx->world, base) & CLASS_NAMED_TUPLE)) continue;
    TupleFields fields = {0};
    namedtuple_fields(ctx->worker, base, &fields);
    for (uint32_t k = 0; k < fields.n; k++) {
      PlaceId place =
          index_symbol(ctx->index, class_at(id)->scope, fields.v[k].name);
      if (place.v == 0 || !(ctx->index->places[place.v].flags & PLACE_BOUND))
        continue;
      report_override(ctx, ctx->index->places[place.v].first_def,
                      fields.v[k].name, base);
    }
  }
}

static void check_named_tuple(Ctx *ctx, ClassId id, NodeId node) {
  TypeSpan bases = type_args(class_bases(ctx->worker, id));
  if (bases.n > 1)
    check_report_name(ctx, RULE_INVALID_NAMED_TUPLE, node,
                      "NamedTuple class `%" PRIstr
                      "` cannot use multiple inheritance except with `Generic`",
                      STR_ARG(name_text(class_at(id)->name)));
  /* typing.NamedTuple: "Cannot overwrite NamedTuple attribute". */
  static const char *const made[] = {"__new__", "__init__", "__slots__",
                                     "__getnewargs__", "_fields",
                                     "_field_defaults", "_make", "_replace",
                                     "_asdict"};
  check_not_defined(ctx, id, made, ARRAY_LEN(made), RULE_INVALID_NAMED_TUPLE,
                    "named tuple");
  TupleFields fields = {0};
  namedtuple_fields(ctx->worker, id, &fields);
  bool defaults = false;
  for (uint32_t i = 0; i < fields.n; i++) {
    Str name = name_text(fields.v[i].name);
    PlaceId place = index_symbol(ctx->index, class_at(id)->scope,
                                 fields.v[i].name);
    if (place.v == 0) continue;
    NodeId at = node_of_def(ctx, ctx->index->places[place.v].first_def);
    if (str_starts(name, STR("_")))
      ctx_report(ctx, RULE_INVALID_NAMED_TUPLE, at,
                 "NamedTuple field `%" PRIstr
                 "` cannot start with an underscore",
                 STR_ARG(name));
    if (defaults && !fields.v[i].has_default)
      ctx_report(ctx, RULE_INVALID_NAMED_TUPLE, at,
                 "NamedTuple field without default value cannot follow field(s) "
                 "with default value(s): `%" PRIstr "`",
                 STR_ARG(name));
    defaults |= fields.v[i].has_default;
  }
}

void check_fields(Ctx *ctx, ClassId id, NodeId node) {
  uint32_t flags = class_flags(ctx->world, id);
  if (flags & CLASS_DATACLASS) {
    check_dataclass_order(ctx, id);
    check_post_init(ctx, id);
    check_slots_option(ctx, id, node);
    check_made_methods(ctx, id);
    check_decorated(ctx, id, node);
  }
  if (ctx_reports(ctx, RULE_INVALID_NAMED_TUPLE_OVERRIDE))
    check_field_overrides(ctx, id);
  if (flags & CLASS_NAMED_TUPLE) check_named_tuple(ctx, id, node);
}

/* ---- aliases --------------------------------------------------------------------- */

void check_type_alias(Ctx *ctx, NodeId node) {
  const AstNode *n = ast_at(ctx->ast, node);
  Ctx inner = *ctx;
  ScopeId params = index_type_params_of(ctx->index, node);
  ScopeId scope = index_scope_of(ctx->index, node);
  if (params.v) inner.scope = params;
  check_typevar_list(&inner, n->b);
  if (scope.v) inner.scope = scope;
  annot_type(&inner, (NodeId){n->c}, ANNOT_ALIAS | ANNOT_DEFERRED);
  DefId def = {ast_at(ctx->ast, (NodeId){n->a})->b};
  if (def.v == 0 || !ctx_reports(ctx, RULE_CYCLIC_TYPE_ALIAS_DEFINITION)) return;
  if (alias_is_cyclic(ctx->worker, ctx->module, def))
    ctx_report(ctx, RULE_CYCLIC_TYPE_ALIAS_DEFINITION, node,
               "Cyclic definition of `%" PRIstr "`",
               STR_ARG(name_text((NameId){
                   ast_at(ctx->ast, (NodeId){n->a})->a})));
}

static bool is_bound_var(TypeId var, const void *unused) {
  TypeVarView v = type_var_view(var);
  return v.scope_node.v != 0 && v.kind != TYPE_VAR_SELF;
}

void check_explicit_alias(Ctx *ctx, NodeId node) {
  NodeId value = {ast_at(ctx->ast, node)->c};
  TypeVec vars = {0};
  Ctx quiet = *ctx;
  quiet.diags = NULL;
  typevar_collect(ctx->scratch,
                  annot_type(&quiet, value, ANNOT_ALIAS | ANNOT_DEFERRED),
                  is_bound_var, NULL, &vars);
  if (vars.n)
    ctx_report(ctx, RULE_INVALID_TYPE_FORM, value,
               "A type alias cannot use type variable `%" PRIstr
               "` of an enclosing scope",
               STR_ARG(name_text(type_var_view(vars.v[0]).name)));
  NodeId target = {ast_at(ctx->ast, node)->a};
  if (ast_kind(ctx->ast, target) != AST_Name) return;
  DefId def = {ast_at(ctx->ast, target)->b};
  if (def.v == 0 || !ctx_reports(ctx, RULE_CYCLIC_TYPE_ALIAS_DEFINITION)) return;
  if (alias_is_cyclic(ctx->worker, ctx->module, def))
    ctx_report(ctx, RULE_CYCLIC_TYPE_ALIAS_DEFINITION, node,
               "Cyclic definition of `%" PRIstr "`",
               STR_ARG(ast_text(ctx->ast, target)));
}
