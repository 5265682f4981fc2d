/* annot_subscript.c - `base[...]` as a type expression.
 *
 * annot_forms.def says which function reads the subscript of which special
 * form; classes and aliases take type arguments (annot_generic.c).
 *
 * Sources: typing spec, "annotations.html#type-and-annotation-expressions",
 * "literal.html", "qualifiers.html", "special-types.html".
 */
#include "infer/alias.h"
#include "infer/class.h"
#include "infer/special/ty_extensions.h"
#include "infer/typevar.h"

typedef TypeId (*FormFn)(Ctx *ctx, SpecialForm form, NodeId node,
                         uint32_t where, uint32_t *q);

const SliceItems *annot_slice(Ctx *ctx, NodeId slice) {
  SliceItems *items = ARENA_NEW(ctx->scratch, SliceItems);
  const AstNode *n = ast_at(ctx->ast, slice);
  if (n->kind == AST_Tuple) {
    items->list = ast_list(ctx->ast, n->a);
    items->is_tuple = true;
  } else {
    items->one[0] = slice.v;
    items->list = (NodeList){items->one, 1};
  }
  return items;
}

static const SliceItems *items_of(Ctx *ctx, NodeId subscript) {
  return annot_slice(ctx, (NodeId){ast_at(ctx->ast, subscript)->b});
}

/* The only element; null (reported) when there are more. */
static NodeId only_item(Ctx *ctx, SpecialForm form, NodeId node) {
  const SliceItems *items = items_of(ctx, node);
  if (items->list.n == 1) return ast_item(items->list, 0);
  annot_invalid(ctx, node, "`%s` expects exactly one type argument",
                special_form_name(form));
  return (NodeId){0};
}

/* ---- forms with a type inside ------------------------------------------------- */

static TypeId form_annotated(Ctx *ctx, SpecialForm form, NodeId node,
                             uint32_t where, uint32_t *q) {
  const SliceItems *items = items_of(ctx, node);
  if (items->list.n < 2)
    annot_invalid(ctx, node, "`%s` needs a type and at least one annotation",
                  special_form_name(form));
  if (items->list.n == 0) return TYPE(UNKNOWN);
  return annot_eval(ctx, ast_item(items->list, 0), where, q);
}

static TypeId form_callable(Ctx *ctx, SpecialForm form, NodeId node,
                            uint32_t where, uint32_t *q) {
  return annot_callable(ctx, items_of(ctx, node), node, where);
}

static TypeId form_concatenate(Ctx *ctx, SpecialForm form, NodeId node,
                               uint32_t where, uint32_t *q) {
  return annot_concatenate(ctx, items_of(ctx, node), node, where);
}

static uint32_t qualifier_bit(SpecialForm form) {
  switch (form) {
  case FORM_CLASS_VAR: return QUALIFIER_CLASS_VAR;
  case FORM_FINAL: return QUALIFIER_FINAL;
  case FORM_REQUIRED: return QUALIFIER_REQUIRED;
  case FORM_NOT_REQUIRED: return QUALIFIER_NOT_REQUIRED;
  default: return QUALIFIER_READ_ONLY;
  }
}

const char *annot_qualifier_problem(Ctx *ctx, SpecialForm form, uint32_t where,
                                    const uint32_t *q) {
  const uint32_t items = QUALIFIER_REQUIRED | QUALIFIER_NOT_REQUIRED;
  bool item_form = form != FORM_FINAL && form != FORM_CLASS_VAR;
  uint32_t allowed = item_form ? ANNOT_TYPED_DICT | ANNOT_VARIABLE
                               : ANNOT_VARIABLE | ANNOT_DATACLASS;
  uint32_t bit = qualifier_bit(form);
  if (q && (where & ANNOT_VALUE))
    return *q & bit ? "may not be nested" : NULL;
  if (q == NULL || !(where & allowed))
    return "is not allowed in this context in a type expression";
  if ((*q & bit) || ((*q & items) && (bit & items)))
    return "may not be nested";
  if (!(where & ANNOT_VARIABLE)) return NULL;
  const Scope *scope = &ctx->module->index->scopes[ctx->scope.v];
  ClassId owner = {0};
  if (scope->kind == SCOPE_CLASS)
    owner = class_of_scope(ctx->worker, ctx->module, ctx->scope);
  uint32_t flags = owner.v ? class_flags(ctx->world, owner) : 0;
  if (item_form)
    return flags & CLASS_TYPED_DICT ? NULL : "is only allowed in a TypedDict";
  if (flags & CLASS_TYPED_DICT) return "is not allowed in a TypedDict";
  if (flags & CLASS_NAMED_TUPLE) return "is not allowed in a NamedTuple";
  if (form == FORM_CLASS_VAR && owner.v == 0)
    return "is only allowed in a class body";
  bool final_class_var = form == FORM_FINAL && (*q & QUALIFIER_CLASS_VAR) &&
                         (flags & CLASS_DATACLASS);
  if ((*q & (QUALIFIER_FINAL | QUALIFIER_CLASS_VAR)) && !final_class_var)
    return "cannot be combined with another qualifier";
  return NULL;
}

static TypeId form_qualifier(Ctx *ctx, SpecialForm form, NodeId node,
                             uint32_t where, uint32_t *q) {
  NodeId item = only_item(ctx, form, node);
  if (item.v == 0) return TYPE(UNKNOWN);
  if (q == NULL || ctx_reports(ctx, RULE_INVALID_TYPE_FORM)) {
    const char *problem = annot_qualifier_problem(ctx, form, where, q);
    if (problem)
      annot_invalid(ctx, node, "`%s` %s", special_form_name(form), problem);
    if (q == NULL) return annot_inner(ctx, item, where);
  }
  *q |= qualifier_bit(form);
  TypeId t = annot_eval(ctx, item, where, q);
  if (type_is_null(t)) return t;
  if (type_kind(t) == TYPE_KIND_SPECIAL_FORM)
    return annot_invalid(ctx, item, "`typing.TypeAlias` may not be nested");
  if (form == FORM_CLASS_VAR && type_has(t, TYPE_HAS_TYPE_VAR) &&
      !type_has(t, TYPE_HAS_SELF))
    annot_invalid(ctx, item, "`typing.ClassVar` cannot hold type variables");
  return t;
}

static TypeId form_optional(Ctx *ctx, SpecialForm form, NodeId node,
                            uint32_t where, uint32_t *q) {
  NodeId item = only_item(ctx, form, node);
  if (item.v == 0) return TYPE(UNKNOWN);
  TypeId v[2] = {annot_inner(ctx, item, where), TYPE_KNOWN(NoneType)};
  return annot_union(ctx, (TypeSpan){v, 2}, where);
}

static TypeId form_union(Ctx *ctx, SpecialForm form, NodeId node,
                         uint32_t where, uint32_t *q) {
  const SliceItems *items = items_of(ctx, node);
  uint32_t n = items->list.n;
  if (n == 0)
    return annot_invalid(ctx, node, "`typing.Union` needs a type argument");
  TypeId *members = ARENA_ARRAY(ctx->scratch, TypeId, n);
  for (uint32_t i = 0; i < n; i++) {
    NodeId item = ast_item(items->list, i);
    TypeId t = annot_element(ctx, item, where);
    /* Union[*Ts] */
    members[i] = type_kind(t) == TYPE_KIND_UNPACKED
                     ? TYPE(UNKNOWN)
                     : annot_checked(ctx, t, item);
  }
  return annot_union(ctx, (TypeSpan){members, n}, where);
}

static TypeId form_tuple(Ctx *ctx, SpecialForm form, NodeId node,
                         uint32_t where, uint32_t *q) {
  return annot_tuple(ctx, items_of(ctx, node), node, where);
}

static TypeId form_type_form(Ctx *ctx, SpecialForm form, NodeId node,
                             uint32_t where, uint32_t *q) {
  NodeId item = only_item(ctx, form, node);
  if (item.v == 0) return TYPE(UNKNOWN);
  return type_form_of(annot_inner(ctx, item, where));
}

static TypeId form_guard(Ctx *ctx, SpecialForm form, NodeId node,
                         uint32_t where, uint32_t *q) {
  NodeId item = only_item(ctx, form, node);
  if (item.v == 0) return TYPE(UNKNOWN);
  TypeId t = annot_inner(ctx, item, where);
  return type_guard(form == FORM_TYPE_IS, t, ID_NONE(NameId));
}

static TypeId form_unpack(Ctx *ctx, SpecialForm form, NodeId node,
                          uint32_t where, uint32_t *q) {
  NodeId item = only_item(ctx, form, node);
  if (item.v == 0) return TYPE(UNKNOWN);
  TypeId t = annot_element(ctx, item, where);
  if (type_is_dynamic(t)) return type_unpacked(TYPE(UNKNOWN));
  bool is_var = type_kind(t) == TYPE_KIND_TYPE_VAR &&
                type_var_view(t).kind == TYPE_VAR_TUPLE;
  bool is_tuple = type_kind(t) == TYPE_KIND_TUPLE;
  bool is_dict = (where & ANNOT_KWARGS) && !is_var && !is_tuple;
  if (is_var || is_tuple || is_dict) return type_unpacked(t);
  annot_invalid(ctx, item, "Only a tuple or a TypeVarTuple can be unpacked in "
                           "a type expression");
  return type_unpacked(TYPE(UNKNOWN));
}

ClassId annot_collection(SpecialForm form) {
  switch (form) {
#define COLLECTION(FORM, ident) case FORM: return CLASS_ID(ident);
#include "infer/annot_forms.def"
#undef COLLECTION
  default: return (ClassId){0};
  }
}

static TypeId form_collection(Ctx *ctx, SpecialForm form, NodeId node,
                              uint32_t where, uint32_t *q) {
  return annot_specialise(ctx, annot_collection(form), items_of(ctx, node),
                          node, where);
}

/* ---- type[...] ------------------------------------------------------------------- */

static TypeId type_of(Ctx *ctx, TypeId t, NodeId node) {
  if (type_kind(t) == TYPE_KIND_TYPE_ALIAS) t = alias_expand(ctx->world, t);
  switch (type_kind(t)) {
  case TYPE_KIND_UNION: {
    if (type_eq(t, type_float_annotation()))
      return type_subclass_of(TYPE_KNOWN(float));
    if (type_eq(t, type_complex_annotation()))
      return type_subclass_of(TYPE_KNOWN(complex));
    TypeSpan members = type_members(t);
    UnionBuilder *builder = union_begin(ctx->world);
    for (uint32_t i = 0; i < members.n; i++)
      union_add(builder, type_of(ctx, members.v[i], node));
    return union_end(builder);
  }
  case TYPE_KIND_DIVERGENT: return t;
  case TYPE_KIND_NEVER: return t;
  case TYPE_KIND_SUBCLASS_OF: return type_subclass_of(TYPE_KNOWN(type));
  case TYPE_KIND_ANY:
  case TYPE_KIND_UNKNOWN:
  case TYPE_KIND_INSTANCE:
  case TYPE_KIND_TUPLE:
  case TYPE_KIND_TYPE_VAR:
  case TYPE_KIND_NEW_TYPE:
  case TYPE_KIND_INTERSECTION: return type_subclass_of(t);
  default:
    return annot_invalid(ctx, node, "`type[...]` must hold a class, a type "
                                    "variable or a union of them");
  }
}

static TypeId form_type(Ctx *ctx, SpecialForm form, NodeId node,
                        uint32_t where, uint32_t *q) {
  NodeId item = only_item(ctx, FORM_TYPE, node);
  if (item.v == 0) return type_subclass_of(TYPE(UNKNOWN));
  return type_of(ctx, annot_inner(ctx, item, where), item);
}

/* ---- Literal[...] -------------------------------------------------------------------- */

static void literal_item(Ctx *ctx, NodeId item, uint32_t where,
                         UnionBuilder *out);

static void literal_invalid(Ctx *ctx, NodeId item, UnionBuilder *out) {
  annot_invalid(ctx, item, "Type arguments for `Literal` must be `None`, a "
                           "literal value (int, bool, str, or bytes), or an "
                           "enum member");
  union_add(out, TYPE(UNKNOWN));
}

/* An enum member, or an alias of another Literal. */
static void literal_value(Ctx *ctx, NodeId item, uint32_t where,
                          UnionBuilder *out) {
  TypeId value = annot_value(ctx, item, where);
  if (type_kind(value) == TYPE_KIND_KNOWN_VALUE &&
      type_known_value_kind(value) != KNOWN_VALUE_TYPE_VAR &&
      type_known_value_kind(value) != KNOWN_VALUE_NEW_TYPE)
    value = type_inner(value);
  value = alias_expand(ctx->world, value);
  if (type_is_dynamic(value)) {
    union_add(out, value);
    return;
  }
  if (type_kind(value) == TYPE_KIND_LITERAL_ENUM) {
    union_add(out, type_literal_declared(value));
    return;
  }
  TypeSpan members = union_members(ctx->world, &value);
  for (uint32_t i = 0; i < members.n; i++) {
    TypeId m = members.v[i];
    bool is_none = type_eq(m, TYPE_KNOWN(NoneType));
    /* A plain variable that holds a literal is no type: only declared ones. */
    bool declared = type_is_literal(m) && !type_has(m, TYPE_IS_PROMOTABLE);
    if (!is_none && !declared) {
      literal_invalid(ctx, item, out);
      return;
    }
    union_add(out, m);
  }
}

static void literal_number(Ctx *ctx, NodeId item, bool negative,
                           UnionBuilder *out) {
  const AstValue *value = &ctx->ast->values[ast_at(ctx->ast, item)->a];
  if (value->big) {
    union_add(out, TYPE_KNOWN(int));
    return;
  }
  int64_t v = negative ? (int64_t)(0 - (uint64_t)value->integer)
                       : value->integer;
  union_add(out, type_literal_declared(type_literal_int(v)));
}

static void literal_item(Ctx *ctx, NodeId item, uint32_t where,
                         UnionBuilder *out) {
  const AstNode *n = ast_at(ctx->ast, item);
  TypeId t;
  switch (n->kind) {
  case AST_Int: literal_number(ctx, item, false, out); return;
  case AST_UnaryOp: {
    NodeId operand = {n->a};
    bool sign = n->op == UNARY_MINUS || n->op == UNARY_PLUS;
    if (!sign || ast_kind(ctx->ast, operand) != AST_Int) break;
    literal_number(ctx, operand, n->op == UNARY_MINUS, out);
    return;
  }
  case AST_Str:
    t = type_literal_str(name_intern(ctx->ast->values[n->a].text));
    union_add(out, type_literal_declared(t));
    return;
  case AST_Bytes:
    t = type_literal_bytes(name_intern(ctx->ast->values[n->a].text));
    union_add(out, type_literal_declared(t));
    return;
  case AST_True: union_add(out, type_literal_declared(TYPE(TRUE))); return;
  case AST_False: union_add(out, type_literal_declared(TYPE(FALSE))); return;
  case AST_None: union_add(out, TYPE_KNOWN(NoneType)); return;
  case AST_Name:
  case AST_Attribute:
  case AST_Subscript: literal_value(ctx, item, where, out); return;
  case AST_ErrorExpr: union_add(out, TYPE(UNKNOWN)); return;
  default: break;
  }
  literal_invalid(ctx, item, out);
}

static TypeId form_literal(Ctx *ctx, SpecialForm form, NodeId node,
                           uint32_t where, uint32_t *q) {
  const SliceItems *items = items_of(ctx, node);
  if (items->list.n == 0)
    return annot_invalid(ctx, node, "`typing.Literal` needs a value");
  UnionBuilder *builder = union_begin(ctx->world);
  NodeId slice = {ast_at(ctx->ast, node)->b};
  if (items->is_tuple && (ast_at(ctx->ast, slice)->op & 0x80)) {
    literal_invalid(ctx, slice, builder); /* Literal[(1, 2)] */
    return union_end(builder);
  }
  for (uint32_t i = 0; i < items->list.n; i++)
    literal_item(ctx, ast_item(items->list, i), where, builder);
  return union_end(builder);
}

/* ---- ty_extensions ------------------------------------------------------------------- */

static TypeId form_extension(Ctx *ctx, SpecialForm form, NodeId node,
                             uint32_t where, uint32_t *q) {
  return ty_extensions_form(ctx, form, items_of(ctx, node), node, where);
}

/* ---- dispatch ------------------------------------------------------------------------- */

static TypeId subscript_form(Ctx *ctx, SpecialForm form, NodeId node,
                             uint32_t where, uint32_t *q) {
  static const FormFn forms[FORM_COUNT] = {
#define SUBSCRIPT(FORM, function) [FORM] = function,
#include "infer/annot_forms.def"
#undef SUBSCRIPT
  };
  if (forms[form]) return forms[form](ctx, form, node, where, q);
  return annot_invalid(ctx, node, "`%s` expected no type parameter",
                       special_form_name(form));
}

static TypeId subscript_alias(Ctx *ctx, TypeId alias, NodeId node,
                              uint32_t where) {
  ModuleState *m = module_state(ctx->worker, type_module_id(alias));
  TypeId list = alias_type_params(ctx->worker, m, type_def(alias));
  TypeSpan params = type_args(list);
  if (type_args(alias).n || params.n == 0) {
    ctx_report(ctx, RULE_INVALID_TYPE_ARGUMENTS, node,
               "Type alias `%" PRIstr "` is not generic",
               STR_ARG(name_text(type_name(alias))));
    return alias;
  }
  TypeId *args = ARENA_ARRAY(ctx->scratch, TypeId, params.n);
  annot_arguments(ctx, params, items_of(ctx, node), node, where,
                  name_text(type_name(alias)), args);
  annot_check_bounds(ctx, params, args, node);
  return type_alias(m->id, type_def(alias), type_name(alias),
                    (TypeSpan){args, params.n});
}

/* `Step: TypeAlias = T` is an alias with one parameter. */
static bool is_another_name(Ctx *ctx, NodeId node, TypeId var) {
  const AstNode *n = ast_at(ctx->ast, node);
  return n->kind == AST_Name && type_kind(var) == TYPE_KIND_TYPE_VAR &&
         n->a != type_var_view(var).name.v;
}

static TypeId subscript_known(Ctx *ctx, TypeId base, NodeId node,
                              uint32_t where) {
  TypeId inner = type_inner(base);
  switch (type_known_value_kind(base)) {
  case KNOWN_VALUE_TYPE_ALIAS:
    if (type_kind(inner) == TYPE_KIND_TYPE_ALIAS)
      return subscript_alias(ctx, inner, node, where);
    return TYPE(UNKNOWN);
  case KNOWN_VALUE_UNION:
  case KNOWN_VALUE_ANNOTATION:
    return annot_specialise_free(ctx, inner, items_of(ctx, node), node, where);
  case KNOWN_VALUE_TYPE_VAR:
    if (is_another_name(ctx, (NodeId){ast_at(ctx->ast, node)->a}, inner))
      return annot_specialise_free(ctx, inner, items_of(ctx, node), node, where);
    return annot_invalid(ctx, node, "A type variable cannot be subscripted");
  case KNOWN_VALUE_NEW_TYPE:
    annot_invalid(ctx, node, "A NewType cannot be subscripted");
    return inner;
  default: return TYPE(UNKNOWN);
  }
}

/* `base[slice]` where base is a runtime value; see annot.h. */
TypeId annot_subscript_eval(Ctx *ctx, TypeId base, NodeId node, uint32_t where,
                            uint32_t *q) {
  switch (type_kind(base)) {
  case TYPE_KIND_ANY:
  case TYPE_KIND_UNKNOWN: return TYPE(UNKNOWN);
  case TYPE_KIND_DIVERGENT: return base;
  case TYPE_KIND_SPECIAL_FORM:
    return subscript_form(ctx, type_form(base), node, where, q);
  case TYPE_KIND_CLASS: {
    ClassId id = type_class(base);
    if (class_is(id, KNOWN_type))
      return form_type(ctx, FORM_TYPE, node, where, q);
    if (class_is(id, KNOWN_tuple))
      return annot_tuple(ctx, items_of(ctx, node), node, where);
    if (class_is(id, KNOWN_dataclass_InitVar) && q) {
      *q |= QUALIFIER_INIT_VAR;
      return annot_eval(ctx, ast_item(items_of(ctx, node)->list, 0), where, q);
    }
    return annot_specialise(ctx, id, items_of(ctx, node), node, where);
  }
  case TYPE_KIND_GENERIC_ALIAS: {
    TypeId t = type_instance(type_class(base), type_args(base));
    return annot_specialise_free(ctx, t, items_of(ctx, node), node, where);
  }
  case TYPE_KIND_KNOWN_VALUE: return subscript_known(ctx, base, node, where);
  case TYPE_KIND_TYPE_ALIAS: return subscript_alias(ctx, base, node, where);
  case TYPE_KIND_UNION: {
    /* A conditional definition: each of its classes. */
    TypeSpan members = type_members(base);
    UnionBuilder *builder = union_begin(ctx->world);
    for (uint32_t i = 0; i < members.n; i++)
      union_add(builder, annot_subscript_eval(ctx, members.v[i], node, where, q));
    return union_end(builder);
  }
  default:
    return annot_invalid(ctx, node, "Only classes, special forms and aliases "
                                    "can be subscripted in a type expression");
  }
}

/* Generic[...] and Protocol[...] as values: their type variables. */
static TypeId generic_base(Ctx *ctx, SpecialForm form, NodeId node) {
  const SliceItems *items = items_of(ctx, node);
  TypeVec vars = {0};
  for (uint32_t i = 0; i < items->list.n; i++)
    vec_push(&vars, ctx->scratch,
             annot_element(ctx, ast_item(items->list, i), ANNOT_ALIAS));
  return type_known_value(form == FORM_GENERIC ? KNOWN_VALUE_GENERIC_BASE
                                               : KNOWN_VALUE_PROTOCOL_BASE,
                          type_list(type_vec_span(&vars)));
}

TypeId annot_subscript_value(Ctx *ctx, TypeId base, NodeId subscript) {
  uint32_t where = ANNOT_ALIAS;
  if (ctx->module->module->is_stub) where |= ANNOT_DEFERRED;
  switch (type_kind(base)) {
  case TYPE_KIND_SPECIAL_FORM: {
    SpecialForm form = type_form(base);
    if (form == FORM_GENERIC || form == FORM_PROTOCOL)
      return generic_base(ctx, form, subscript);
    break;
  }
  case TYPE_KIND_CLASS: {
    ClassId id = type_class(base);
    if (class_is(id, KNOWN_type) || class_is(id, KNOWN_tuple)) break;
    TypeId params = class_type_params(ctx->world, id);
    /* An enum, or a class with a metaclass's or its own __class_getitem__. */
    if (type_args(params).n == 0) return TYPE_NULL;
    break;
  }
  case TYPE_KIND_GENERIC_ALIAS:
  case TYPE_KIND_TYPE_ALIAS: break;
  case TYPE_KIND_KNOWN_VALUE:
    if (type_known_value_kind(base) == KNOWN_VALUE_TYPE_VAR) return TYPE_NULL;
    break;
  default: return TYPE_NULL;
  }
  /* ClassVar[int] for make_dataclass, Required[int] for get_type_hints. */
  uint32_t q = 0;
  TypeId t = annot_subscript_eval(ctx, base, subscript, where | ANNOT_VALUE, &q);
  if (type_is_null(t)) return TYPE(UNKNOWN);
  if (q) return TYPE_KNOWN(GenericAlias);
  if (type_kind(base) == TYPE_KIND_SPECIAL_FORM && !type_is_dynamic(t) &&
      (type_form(base) == FORM_LITERAL || type_form(base) == FORM_ANNOTATED ||
       special_form_is_extension(type_form(base))))
    return type_known_value(KNOWN_VALUE_ANNOTATION, t);
  return annot_as_value(t);
}

/* `base[...]` in an expression: its runtime value; reports not-subscriptable. */
TypeId annot_subscript(Ctx *ctx, TypeId base, NodeId subscript,
                       uint32_t where) {
  TypeId value = annot_subscript_value(ctx, base, subscript);
  if (!type_is_null(value)) return value;
  /* Of some subclass of a generic class nobody knows the parameters. */
  if (type_kind(base) == TYPE_KIND_SUBCLASS_OF) {
    TypeId object = type_inner(base);
    if (type_kind(object) == TYPE_KIND_INSTANCE && type_args(object).n)
      return TYPE(UNKNOWN);
  }
  if (type_kind(base) == TYPE_KIND_CLASS ||
      type_kind(base) == TYPE_KIND_SUBCLASS_OF) {
    Attr hook =
        attr_read(ctx->worker, base, NAME_ID(dunder_class_getitem));
    if (!type_is_null(hook.type)) return TYPE(UNKNOWN);
  }
  ctx_report(ctx, RULE_NOT_SUBSCRIPTABLE, subscript,
             "Cannot subscript non-generic type `%s`",
             display_short(ctx->world, base));
  return TYPE(UNKNOWN);
}
