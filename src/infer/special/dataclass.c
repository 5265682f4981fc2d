/* dataclass.c - dataclasses and what @dataclass_transform makes alike.
 *
 * A class is a dataclass by its decorator, or because a base or its metaclass
 * is decorated with @dataclass_transform; options come from the decorator's call,
 * or from the keywords of the class header, over the defaults of the transform.
 * Fields are the annotated names of the body, those of dataclasses among the bases
 * first, in MRO order from the far end; a name that comes again keeps its place.
 *
 * Sources: typing spec, "Dataclasses"; Python library, "dataclasses".
 */
#include "infer/class.h"
#include "infer/func.h"
#include "infer/special/special.h"
#include "infer/typevar.h"

enum {
  DEFAULT_OPTIONS =
      DATACLASS_IS | DATACLASS_INIT | DATACLASS_EQ | DATACLASS_MATCH_ARGS,
  DATACLASS_TRANSFORM_DEPTH = 64 /* bases looked through for the transform */
};

/* ---- options ---------------------------------------------------------------------- */

static const struct {
  const char *name, *default_name;
  uint32_t bit;
} options[] = {
    {"init", "", DATACLASS_INIT},
    {"eq", "eq_default", DATACLASS_EQ},
    {"order", "order_default", DATACLASS_ORDER},
    {"frozen", "frozen_default", DATACLASS_FROZEN},
    {"kw_only", "kw_only_default", DATACLASS_KW_ONLY},
    {"match_args", "", DATACLASS_MATCH_ARGS},
    {"slots", "", DATACLASS_SLOTS},
    {"unsafe_hash", "", DATACLASS_UNSAFE_HASH},
};

static uint32_t set_bit(const Ast *ast, NodeId value, uint32_t bits,
                        uint32_t bit) {
  if (value.v == 0) return bits;
  if (ast_kind(ast, value) == AST_True) return bits | bit;
  return ast_kind(ast, value) == AST_False ? bits & ~bit : bits;
}

/* The options that a list of arguments (a call's, a class header's) names. */
static uint32_t read_options(const Ast *ast, NodeList args, uint32_t bits,
                             bool defaults) {
  for (uint32_t i = 0; i < args.n; i++) {
    const AstNode *a = ast_at(ast, ast_item(args, i));
    if (a->kind != AST_Keyword || a->a == 0) continue;
    Str name = name_text((NameId){a->a});
    for (size_t k = 0; k < ARRAY_LEN(options); k++)
      if (str_is(name, defaults ? options[k].default_name : options[k].name))
        bits = set_bit(ast, (NodeId){a->b}, bits, options[k].bit);
  }
  return bits;
}

/* Where a dataclass_transform call stands: the module and the Call. */
typedef struct {
  ModuleState *module;
  NodeId call; /* 0: none */
} Transform;

/* The @dataclass_transform(...) in a list of decorators. */
static Transform transform_in(InferWorker *worker, ModuleState *m,
                              ScopeId scope, uint32_t decorators) {
  NodeList list = ast_list(m->ast, decorators);
  Ctx ctx = ctx_quiet(worker, m, scope);
  for (uint32_t i = 0; i < list.n; i++) {
    NodeId node = ast_item(list, i);
    if (ast_kind(m->ast, node) != AST_Call) continue;
    TypeId value;
    if (decorator_kind(&ctx, node, &value) == DECORATOR_TRANSFORM)
      return (Transform){m, node};
  }
  return (Transform){NULL, {0}};
}

/* The transform that a function (or one of its overloads) carries. */
static Transform transform_of_function(InferWorker *worker, TypeId function) {
  Transform none = {NULL, {0}};
  if (type_kind(function) == TYPE_KIND_BOUND_METHOD)
    function = type_bound_function(function);
  if (type_kind(function) != TYPE_KIND_FUNCTION) return none;
  ModuleState *m = module_state(worker, type_module_id(function));
  const Index *index = m->index;
  PlaceId place = index->defs[type_def(function).v].place;
  for (DefId d = index->places[place.v].first_def; d.v;
       d = index->defs[d.v].next) {
    const Def *def = &index->defs[d.v];
    if (def->kind != DEF_FUNCTION ||
        !(func_flags(worker, m, d) & FUNC_TRANSFORM))
      continue;
    uint32_t list = ast_function(m->ast, def->node)->decorators;
    return transform_in(worker, m, def->scope, list);
  }
  return none;
}

static Transform own_transform(InferWorker *worker, ClassId id) {
  const AstClass *c = class_ast(worker, id);
  if (c == NULL || c->decorators == 0) return (Transform){NULL, {0}};
  ModuleState *m = class_module(worker, id);
  ScopeId scope = m->index->defs[class_at(id)->def.v].scope;
  return transform_in(worker, m, scope, c->decorators);
}

/* The nearest base (not the class itself) that is decorated. */
static Transform transform_of_bases(InferWorker *worker, ClassId id,
                                    int depth) {
  Transform none = {NULL, {0}};
  if (depth == 0) return none;
  TypeSpan bases = type_args(class_bases(worker, id));
  for (uint32_t i = 0; i < bases.n; i++) {
    if (type_kind(bases.v[i]) != TYPE_KIND_INSTANCE) continue;
    ClassId base = type_class(bases.v[i]);
    if (base.v == id.v ||
        !(class_flags(&worker->world, base) & CLASS_TRANSFORM))
      continue;
    Transform t = own_transform(worker, base);
    if (t.call.v == 0) t = transform_of_bases(worker, base, depth - 1);
    if (t.call.v) return t;
  }
  return none;
}

static Transform transform_of_metaclass(InferWorker *worker, ClassId id) {
  Transform none = {NULL, {0}};
  TypeId meta = class_metaclass(&worker->world, id);
  if (type_kind(meta) != TYPE_KIND_INSTANCE) return none;
  ClassId m = type_class(meta);
  if (class_is(m, KNOWN_type) || class_is(m, KNOWN_ABCMeta)) return none;
  if (!(class_flags(&worker->world, m) & CLASS_TRANSFORM)) return none;
  Transform t = own_transform(worker, m);
  return t.call.v ? t
                  : transform_of_bases(worker, m, DATACLASS_TRANSFORM_DEPTH);
}

/* What makes a class a dataclass. */
typedef struct {
  bool is;
  bool transformed;
  bool inherited; /* by a transform of a base or metaclass */
  Transform transform;
  NodeList args; /* of the decorator's call or the class header */
} Maker;

static NodeList call_args(const Ast *ast, NodeId node) {
  if (ast_kind(ast, node) != AST_Call) return (NodeList){NULL, 0};
  return ast_list(ast, ast_at(ast, node)->b);
}

static Maker maker_of(InferWorker *worker, ClassId id) {
  Maker maker = {.is = false};
  const AstClass *c = class_ast(worker, id);
  if (c == NULL) return maker;
  ModuleState *m = class_module(worker, id);
  Ctx ctx = ctx_quiet(worker, m, m->index->defs[class_at(id)->def.v].scope);
  NodeList list = ast_list(m->ast, c->decorators);
  for (uint32_t i = 0; i < list.n; i++) {
    NodeId node = ast_item(list, i);
    TypeId value = TYPE(UNKNOWN);
    DecoratorKind kind = decorator_kind(&ctx, node, &value);
    maker.args = call_args(m->ast, node);
    if (kind == DECORATOR_DATACLASS) {
      maker.is = true;
      return maker;
    }
    maker.transform = transform_of_function(worker, value);
    maker.is = maker.transformed = maker.transform.call.v != 0;
    if (maker.is) return maker;
  }
  maker.args = ast_list(m->ast, c->args);
  maker.transform =
      transform_of_bases(worker, id, DATACLASS_TRANSFORM_DEPTH);
  if (maker.transform.call.v == 0)
    maker.transform = transform_of_metaclass(worker, id);
  maker.is = maker.transformed = maker.transform.call.v != 0;
  maker.inherited = maker.is;
  return maker;
}

static uint32_t options_of(InferWorker *worker, ClassId id,
                           const Maker *maker) {
  if (!maker->is) return 0;
  uint32_t bits = DEFAULT_OPTIONS;
  if (maker->transformed) {
    const Ast *ast = maker->transform.module->ast;
    bits = read_options(ast, call_args(ast, maker->transform.call), bits, true);
  }
  return read_options(class_module(worker, id)->ast, maker->args, bits, false);
}

uint32_t dataclass_options(InferWorker *worker, ClassId id) {
  Maker maker = maker_of(worker, id);
  uint32_t bits = options_of(worker, id, &maker);
  return maker.transformed ? bits | DATACLASS_TRANSFORMED : bits;
}

/* ---- fields ---------------------------------------------------------------------------- */

/* Whether a call makes a field: dataclasses.field, or one of the transform's
 * field_specifiers. */
static bool is_specifier(Ctx *ctx, NodeId call, const Maker *maker) {
  TypeId callee =
      expr_infer(ctx, (NodeId){ast_at(ctx->ast, call)->a}, TYPE_NULL);
  if (!maker->transformed) {
    if (type_kind(callee) != TYPE_KIND_FUNCTION) return false;
    const Module *m =
        modules_at(ctx->worker->infer->modules, type_module_id(callee));
    return str_is(name_text(m->name), "dataclasses") &&
           str_is(name_text(type_name(callee)), "field");
  }
  ModuleState *m = maker->transform.module;
  NodeId list = special_argument(m->ast, maker->transform.call, UINT32_MAX,
                                 "field_specifiers");
  if (list.v == 0 || ast_kind(m->ast, list) != AST_Tuple) return false;
  Ctx at = ctx_quiet(ctx->worker, m, index_enclosing(m->index, list));
  NodeList items = ast_list(m->ast, ast_at(m->ast, list)->a);
  for (uint32_t i = 0; i < items.n; i++)
    if (type_eq(expr_infer(&at, ast_item(items, i), TYPE_NULL), callee))
      return true;
  return false;
}

bool dataclass_is_marker(TypeId t) {
  return type_kind(t) == TYPE_KIND_INSTANCE &&
         class_is(type_class(t), KNOWN_dataclass_KW_ONLY);
}

/* Whether a specifier's signature takes the call's keywords and gets what it
 * requires. */
static bool takes_keywords(const Ast *ast, NodeId call, SignatureView v) {
  NodeList args = ast_list(ast, ast_at(ast, call)->b);
  for (uint32_t i = 0; i < args.n; i++) {
    const AstNode *a = ast_at(ast, ast_item(args, i));
    if (a->kind != AST_Keyword || a->a == 0) continue;
    bool found = false;
    for (uint32_t k = 0; k < v.n; k++)
      found |= v.params[k].kind == PARAM_KEYWORD_VARIADIC ||
               name_eq(v.params[k].name, (NameId){a->a});
    if (!found) return false;
  }
  for (uint32_t k = 0; k < v.n; k++) {
    const Param *p = &v.params[k];
    if (p->kind != PARAM_KEYWORD_ONLY || (p->flags & PARAM_HAS_DEFAULT))
      continue;
    Str name = name_text(p->name);
    if (special_argument(ast, call, UINT32_MAX,
                         name.ptr)
            .v == 0)
      return false;
  }
  return true;
}

/* What a specifier's own signature says of init and kw_only when the call does
 * not: the defaults of the overload that takes the call. */
static void specifier_defaults(Ctx *ctx, NodeId call, DataclassField *f) {
  TypeId callee =
      expr_infer(ctx, (NodeId){ast_at(ctx->ast, call)->a}, TYPE_NULL);
  if (type_kind(callee) != TYPE_KIND_FUNCTION) return;
  TypeId t = ctx->world->signature(ctx->world, callee);
  TypeSpan all = type_kind(t) == TYPE_KIND_OVERLOADED ? type_args(t)
                                                      : (TypeSpan){&t, 1};
  for (uint32_t i = 0; i < all.n; i++) {
    if (type_kind(all.v[i]) != TYPE_KIND_CALLABLE) return;
    SignatureView v = type_signature_view(all.v[i]);
    if (!takes_keywords(ctx->ast, call, v)) continue;
    for (uint32_t k = 0; k < v.n; k++) {
      TypeId value = v.params[k].default_type;
      if (type_is_null(value) || type_kind(value) != TYPE_KIND_LITERAL_BOOL)
        continue;
      bool on = type_int_value(value) != 0;
      if (str_is(name_text(v.params[k].name), "init")) f->init = on;
      if (str_is(name_text(v.params[k].name), "kw_only")) f->kw_only = on;
    }
    return;
  }
}

/* What the first positional parameter of a converter takes. */
static TypeId converter_input(World *world, TypeId converter) {
  TypeId t = type_kind(converter) == TYPE_KIND_CLASS ||
                     type_kind(converter) == TYPE_KIND_GENERIC_ALIAS
                 ? world->constructor(world, converter)
                 : call_signature(world, converter);
  if (type_is_null(t)) return TYPE(UNKNOWN);
  TypeSpan all = type_kind(t) == TYPE_KIND_OVERLOADED ? type_args(t)
                                                      : (TypeSpan){&t, 1};
  UnionBuilder *builder = union_begin(world);
  for (uint32_t i = 0; i < all.n; i++) {
    if (type_kind(all.v[i]) != TYPE_KIND_CALLABLE) continue;
    SignatureView v = type_signature_view(all.v[i]);
    if (v.n == 0 || v.params[0].kind > PARAM_VARIADIC) continue;
    bool generic = type_has(v.params[0].type, TYPE_HAS_TYPE_VAR);
    union_add(builder, generic ? TYPE(UNKNOWN) : v.params[0].type);
  }
  TypeId input = union_end(builder);
  return type_eq(input, TYPE(NEVER)) ? TYPE(UNKNOWN) : input;
}

/* What `= field(...)` says. */
static void read_specifier(Ctx *ctx, NodeId call, bool transformed,
                           DataclassField *f) {
  NodeId init = special_argument(ctx->ast, call, UINT32_MAX, "init");
  NodeId kw_only = special_argument(ctx->ast, call, UINT32_MAX, "kw_only");
  NodeId alias = special_argument(ctx->ast, call, UINT32_MAX, "alias");
  if (transformed) specifier_defaults(ctx, call, f);
  NodeId converter = special_argument(ctx->ast, call, UINT32_MAX, "converter");
  if (converter.v && transformed)
    f->write_type = converter_input(
        ctx->world, expr_infer(ctx, converter, TYPE_NULL));
  if (init.v) f->init = ast_kind(ctx->ast, init) != AST_False;
  if (kw_only.v) f->kw_only = ast_kind(ctx->ast, kw_only) == AST_True;
  if (special_string(ctx->ast, alias).v)
    f->alias = special_string(ctx->ast, alias);
  static const char *const defaults[] = {"default", "default_factory",
                                         "factory"};
  for (size_t i = 0; i < ARRAY_LEN(defaults); i++)
    if (special_argument(ctx->ast, call, UINT32_MAX, defaults[i]).v)
      f->has_default = true;
  NodeId value = special_argument(ctx->ast, call, UINT32_MAX, "default");
  if (value.v) f->default_type = func_literal(ctx->module, value);
}

/* What the __set__ of a descriptor takes; null when the type is none. */
static TypeId descriptor_input(Ctx *ctx, TypeId t) {
  if (type_kind(t) != TYPE_KIND_INSTANCE) return TYPE_NULL;
  TypeId set = attr_dunder(ctx->worker, t, NAME_ID(dunder_set));
  if (type_is_null(set)) return TYPE_NULL;
  TypeId signature = call_signature(ctx->world, set);
  if (type_is_null(signature) || type_kind(signature) != TYPE_KIND_CALLABLE)
    return TYPE_NULL;
  SignatureView v = type_signature_view(signature);
  return v.n == 2 ? v.params[1].type : TYPE_NULL;
}

static void add_field(Arena *arena, DataclassFields *out, DataclassField f) {
  for (uint32_t i = 0; i < out->n; i++)
    if (name_eq(out->v[i].name, f.name)) {
      out->v[i] = f;
      return;
    }
  vec_push(out, arena, f);
}

static void own_fields(InferWorker *worker, ClassId id, TypeId mapping,
                       DataclassFields *out) {
  Maker maker = maker_of(worker, id);
  uint32_t bits = options_of(worker, id, &maker);
  ModuleState *m = class_module(worker, id);
  Ctx ctx = ctx_quiet(worker, m, class_at(id)->scope);
  PlaceVec places = {0};
  special_places(worker, id, &places);
  bool kw_only = (bits & DATACLASS_KW_ONLY) != 0;
  for (uint32_t i = 0; i < places.n; i++) {
    const Place *p = &m->index->places[places.v[i].v];
    const Def *d = &m->index->defs[p->first_def.v];
    if (d->kind != DEF_ANN_ASSIGN) continue;
    uint32_t q = 0;
    TypeId t = unqualified(def_declared(worker, m, p->first_def), &q);
    if (type_kind(t) == TYPE_KIND_LIST || (q & QUALIFIER_CLASS_VAR)) continue;
    if (dataclass_is_marker(t)) {
      kw_only = true;
      continue;
    }
    NodeId value = {ast_at(m->ast, d->node)->c};
    if (!(q & QUALIFIER_DECLARED) && value.v)
      t = promote_literals(ctx.world, expr_infer(&ctx, value, TYPE_NULL));
    if (!type_is_null(mapping)) t = subst(ctx.world, t, mapping);
    DataclassField f = {.name = p->name, .alias = p->name, .type = t,
                        .def = p->first_def, .init = true, .kw_only = kw_only,
                        .init_var = (q & QUALIFIER_INIT_VAR) != 0};
    if (value.v && ast_kind(m->ast, value) == AST_Call &&
        is_specifier(&ctx, value, &maker))
      read_specifier(&ctx, value, maker.transformed, &f);
    else if (value.v)
      f.has_default = true, f.default_type = func_literal(m, value);
    if (type_is_null(f.write_type) && value.v)
      f.write_type = descriptor_input(&ctx, t);
    add_field(worker->scratch, out, f);
  }
}

void dataclass_fields(InferWorker *worker, ClassId id, DataclassFields *out) {
  World *world = &worker->world;
  TypeSpan mro = type_args(class_mro(world, id));
  for (uint32_t i = mro.n; i-- > 0;) {
    if (type_kind(mro.v[i]) != TYPE_KIND_INSTANCE) continue;
    ClassId owner = type_class(mro.v[i]);
    if (!(class_flags(world, owner) & CLASS_DATACLASS)) continue;
    TypeId mapping = TYPE_NULL;
    if (i > 0 && type_args(mro.v[i]).n)
      mapping = subst_mapping_of(world, mro.v[i]);
    own_fields(worker, owner, mapping, out);
  }
}

/* ---- members ------------------------------------------------------------------------------ */

static Param receiver(InferWorker *worker, ClassId id) {
  return special_param(NAME_ID(self), special_self(worker, id),
                       PARAM_POSITIONAL_OR_KEYWORD, false);
}

/* (self, x: int, y: str = ..., *, z: int) -> None; replace: all by keyword and
 * with defaults, giving Self. */
static TypeId init_method(InferWorker *worker, ClassId id, bool replace) {
  DataclassFields fields = {0};
  dataclass_fields(worker, id, &fields);
  Param *params = ARENA_ARRAY(worker->scratch, Param, fields.n + 1);
  uint32_t n = 0;
  params[n++] = receiver(worker, id);
  for (int pass = 0; pass < 2; pass++) {
    for (uint32_t i = 0; i < fields.n; i++) {
      const DataclassField *f = &fields.v[i];
      bool keyword = f->kw_only || replace;
      if (!f->init || keyword != (pass == 1)) continue;
      params[n] = special_param(
          f->alias, type_is_null(f->write_type) ? f->type : f->write_type,
          keyword ? PARAM_KEYWORD_ONLY : PARAM_POSITIONAL_OR_KEYWORD,
          f->has_default || replace);
      if (!replace) params[n].default_type = f->default_type;
      n++;
    }
  }
  return type_callable(params, n,
                       replace ? special_self(worker, id)
                               : TYPE_KNOWN(NoneType),
                       TYPE(EMPTY_LIST), SIGNATURE_METHOD);
}

TypeId dataclass_write_type(InferWorker *worker, ClassId id, NameId name) {
  ModuleState *m = class_module(worker, id);
  PlaceId place = index_symbol(m->index, class_at(id)->scope, name);
  DefId def = place.v ? m->index->places[place.v].first_def : (DefId){0};
  if (def.v == 0 || m->index->defs[def.v].kind != DEF_ANN_ASSIGN)
    return TYPE_NULL;
  NodeId value = {ast_at(m->ast, m->index->defs[def.v].node)->c};
  if (value.v == 0 || ast_kind(m->ast, value) != AST_Call) return TYPE_NULL;
  if (special_argument(m->ast, value, UINT32_MAX, "converter").v == 0)
    return TYPE_NULL;
  DataclassFields fields = {0};
  own_fields(worker, id, TYPE_NULL, &fields);
  for (uint32_t i = 0; i < fields.n; i++)
    if (name_eq(fields.v[i].name, name)) return fields.v[i].write_type;
  return TYPE_NULL;
}

/* Names in __slots__: those that `slots=True` makes. */
static TypeId slots_member(InferWorker *worker, ClassId id) {
  DataclassFields fields = {0};
  own_fields(worker, id, TYPE_NULL, &fields);
  TypeId *names = ARENA_ARRAY(worker->scratch, TypeId, fields.n + 1);
  for (uint32_t i = 0; i < fields.n; i++)
    names[i] = type_literal_declared(type_literal_str(fields.v[i].name));
  return type_tuple_of((TypeSpan){names, fields.n});
}

static TypeId match_args(InferWorker *worker, ClassId id) {
  DataclassFields fields = {0};
  dataclass_fields(worker, id, &fields);
  TypeId *names = ARENA_ARRAY(worker->scratch, TypeId, fields.n + 1);
  uint32_t n = 0;
  for (uint32_t i = 0; i < fields.n; i++)
    if (fields.v[i].init && !fields.v[i].kw_only)
      names[n++] = type_literal_declared(type_literal_str(fields.v[i].name));
  return type_tuple_of((TypeSpan){names, n});
}

static TypeId order_method(InferWorker *worker, ClassId id) {
  Param params[2] = {
      receiver(worker, id),
      special_param(name_intern(STR("other")), special_self(worker, id),
                    PARAM_POSITIONAL_OR_KEYWORD, false)};
  return type_callable(params, 2, TYPE_KNOWN(bool), TYPE(EMPTY_LIST),
                       SIGNATURE_METHOD);
}

static TypeId fields_member(void) {
  TypeId any = TYPE(ANY);
  TypeId args[2] = {TYPE_KNOWN(str),
                    type_instance(CLASS_ID(dataclass_Field),
                                  (TypeSpan){&any, 1})};
  return type_instance(CLASS_ID(dict), (TypeSpan){args, 2});
}

/* Whether the class is one of the library attrs, whose functions take classes that
 * have `__attrs_attrs__` (its stubs say so for checkers that know the library). */
static bool is_attrs(const Maker *maker) {
  if (!maker->transformed) return false;
  Str module = name_text(maker->transform.module->module->name);
  return str_is(module, "attr") || str_is(module, "attrs");
}

TypeId dataclass_own_member(InferWorker *worker, ClassId id, NameId name,
                            uint32_t *qualifiers) {
  Str text = name_text(name);
  if (!str_starts(text, STR("__"))) return TYPE_NULL;
  bool replace = str_is(text, "__replace__");
  bool fields = str_is(text, "__dataclass_fields__");
  bool attributes = str_is(text, "__attrs_attrs__");
  switch (name.v) {
  case NAME_dunder_init:
  case NAME_dunder_match_args:
  case NAME_dunder_slots:
  case NAME_dunder_hash:
  case NAME_dunder_lt:
  case NAME_dunder_le:
  case NAME_dunder_gt:
  case NAME_dunder_ge: break;
  default:
    if (!replace && !fields && !attributes) return TYPE_NULL;
  }
  if (special_is_defined(worker, id, name)) return TYPE_NULL;
  Maker maker = maker_of(worker, id);
  uint32_t bits = options_of(worker, id, &maker);
  switch (name.v) {
  case NAME_dunder_init:
    return bits & DATACLASS_INIT ? init_method(worker, id, false) : TYPE_NULL;
  case NAME_dunder_match_args:
    if (!(bits & DATACLASS_MATCH_ARGS)) return TYPE_NULL;
    *qualifiers |= QUALIFIER_CLASS_VAR;
    return match_args(worker, id);
  case NAME_dunder_slots:
    if (!(bits & DATACLASS_SLOTS)) return TYPE_NULL;
    *qualifiers |= QUALIFIER_CLASS_VAR;
    return slots_member(worker, id);
  case NAME_dunder_hash:
    /* What a library's own base does about __hash__, only it knows. */
    if (maker.inherited || !(bits & DATACLASS_EQ) ||
        (bits & (DATACLASS_FROZEN | DATACLASS_UNSAFE_HASH)) ||
        special_is_defined(worker, id, NAME_ID(dunder_eq)))
      return TYPE_NULL;
    *qualifiers |= QUALIFIER_CLASS_VAR;
    return TYPE_KNOWN(NoneType);
  case NAME_dunder_lt:
  case NAME_dunder_le:
  case NAME_dunder_gt:
  case NAME_dunder_ge:
    return bits & DATACLASS_ORDER ? order_method(worker, id) : TYPE_NULL;
  default: break;
  }
  if (replace) return init_method(worker, id, true);
  if (attributes) {
    *qualifiers |= QUALIFIER_CLASS_VAR;
    return is_attrs(&maker) ? TYPE(ANY) : TYPE_NULL;
  }
  if (maker.transformed) return TYPE_NULL;
  *qualifiers |= QUALIFIER_CLASS_VAR;
  return fields_member();
}
