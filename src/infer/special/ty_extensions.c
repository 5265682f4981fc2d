/* ty_extensions.c - type forms, and questions about types, for tests of types.
 *
 * The stub is ours (stubs/own); here is what no stub can say: which type a form
 * means, and that is_subtype_of(A, B) and its kin take type expressions and have
 * the literal True or False as their type, so that static_assert can hold them
 * to it.
 *
 * Not handled: the answers are plain booleans, without the conditions on type
 * variables under which a relation would hold.
 */
#include "infer/special/ty_extensions.h"

#include "infer/expr_int.h"
#include "infer/member.h"
#include "infer/modvalue.h"
#include "infer/narrow_int.h"
#include "infer/special/special.h"
#include "types/callable.h"

/* ---- type forms -------------------------------------------------------------- */

/* The value of an expression inside TypeOf[...]. */
static TypeId type_of_value(Ctx *ctx, NodeId node, uint32_t where) {
  AstKind kind = ast_kind(ctx->ast, node);
  TypeId t = kind == AST_Name || kind == AST_Attribute || ctx->in_string
                 ? annot_value(ctx, node, where)
                 : expr_infer(ctx, node, TYPE_NULL);
  return literals_declared(ctx->world, t);
}

static TypeId callable_form(Ctx *ctx, SpecialForm form, NodeId item,
                            uint32_t where) {
  TypeId value = type_of_value(ctx, item, where);
  TypeId callable = callable_of(ctx->world, value);
  if (!type_is_null(callable)) return callable;
  if (type_is_dynamic(value)) return TYPE(UNKNOWN);
  return annot_invalid(ctx, item,
                       "Expected the first argument to `%s` to be a callable "
                       "object, but got an object of type `%s`",
                       special_form_name(form),
                       display_short(ctx->world, value));
}

static TypeId intersection_form(Ctx *ctx, const SliceItems *items,
                                uint32_t where) {
  uint32_t n = items->list.n;
  TypeId *members = ARENA_ARRAY(ctx->scratch, TypeId, n + 1);
  for (uint32_t i = 0; i < n; i++)
    members[i] = annot_inner(ctx, ast_item(items->list, i), where);
  return meet_of(ctx->world, (TypeSpan){members, n});
}

TypeId ty_extensions_form(Ctx *ctx, SpecialForm form, const SliceItems *items,
                          NodeId node, uint32_t where) {
  if (form == FORM_INTERSECTION) return intersection_form(ctx, items, where);
  NodeId slice = {ast_at(ctx->ast, node)->b};
  if (form == FORM_TYPE_OF && items->is_tuple &&
      (ast_at(ctx->ast, slice)->op & 0x80)) /* in parentheses */
    return type_of_value(ctx, slice, where);
  if (items->list.n != 1)
    return annot_invalid(
        ctx, node,
        "Special form `%s` expected exactly 1 type argument, got %u",
        special_form_name(form), items->list.n);
  NodeId item = ast_item(items->list, 0);
  switch (form) {
  case FORM_NOT:
    return meet_negate(ctx->world, annot_inner(ctx, item, where));
  case FORM_TOP:
  case FORM_BOTTOM:
    return type_materialize(ctx->world, annot_inner(ctx, item, where),
                            form == FORM_TOP);
  case FORM_TYPE_OF: return type_of_value(ctx, item, where);
  case FORM_CALLABLE_TYPE_OF:
  case FORM_REGULAR_CALLABLE_TYPE_OF:
    return callable_form(ctx, form, item, where);
  default: return TYPE(UNKNOWN);
  }
}

/* ---- relations ------------------------------------------------------------------ */

/* The arguments of a call as type expressions; false unless they are n
 * positional ones. */
static bool type_arguments(Ctx *ctx, NodeId call, uint32_t n, TypeId *out) {
  NodeList list = ast_list(ctx->ast, ast_at(ctx->ast, call)->b);
  if (list.n != n) return false;
  for (uint32_t i = 0; i < n; i++) {
    AstKind kind = ast_kind(ctx->ast, ast_item(list, i));
    if (kind == AST_Keyword || kind == AST_Starred) return false;
  }
  for (uint32_t i = 0; i < n; i++)
    out[i] = alias_expand(ctx->world,
                          annot_type(ctx, ast_item(list, i), 0));
  return true;
}

typedef bool (*Relation)(World *world, TypeId a, TypeId b);

static TypeId relation_call(Ctx *ctx, NodeId call, Relation holds) {
  TypeId t[2];
  if (!type_arguments(ctx, call, 2, t)) return TYPE_NULL;
  return type_literal_bool(holds(ctx->world, t[0], t[1]));
}

/* Whatever Any stands for, here and there: Any is no subtype of itself. */
static bool always_subtype(World *world, TypeId a, TypeId b) {
  TypeId top = type_any_opaque(world, type_materialize(world, a, true));
  return relate_subtype(world, top, type_materialize(world, b, false));
}

static TypeId call_subtype(Ctx *ctx, NodeId call) {
  return relation_call(ctx, call, always_subtype);
}

static TypeId call_assignable(Ctx *ctx, NodeId call) {
  return relation_call(ctx, call, relate_assignable);
}

static TypeId call_equivalent(Ctx *ctx, NodeId call) {
  return relation_call(ctx, call, relate_equivalent);
}

static TypeId call_disjoint(Ctx *ctx, NodeId call) {
  return relation_call(ctx, call, meet_disjoint);
}

static bool is_single_valued(TypeId t) {
  switch (type_kind(t)) {
  case TYPE_KIND_LITERAL_INT:
  case TYPE_KIND_LITERAL_STR:
  case TYPE_KIND_LITERAL_BYTES: return true;
  case TYPE_KIND_TUPLE: {
    TupleView v = type_tuple_view(t);
    for (uint32_t i = 0; i < v.prefix.n; i++)
      if (!is_single_valued(v.prefix.v[i])) return false;
    return type_is_null(v.middle);
  }
  default: return narrow_is_single_object(t);
  }
}

static TypeId call_singleton(Ctx *ctx, NodeId call) {
  TypeId t;
  if (!type_arguments(ctx, call, 1, &t)) return TYPE_NULL;
  return type_literal_bool(narrow_is_single_object(t));
}

static TypeId call_single_valued(Ctx *ctx, NodeId call) {
  TypeId t;
  if (!type_arguments(ctx, call, 1, &t)) return TYPE_NULL;
  return type_literal_bool(is_single_valued(t));
}

static TypeId call_fully_static(Ctx *ctx, NodeId call) {
  TypeId t;
  if (!type_arguments(ctx, call, 1, &t)) return TYPE_NULL;
  return type_literal_bool(!type_has(t, TYPE_HAS_ANY | TYPE_HAS_UNKNOWN) &&
                           type_eq(type_materialize(ctx->world, t, true), t));
}

/* ---- static_assert ----------------------------------------------------------------- */

static void report_assertion(Ctx *ctx, NodeId call, TypeId t, Truth truth) {
  NodeId msg = special_argument(ctx->ast, call, 1, "msg");
  Ctx quiet = expr_quiet(ctx);
  TypeId text =
      msg.v ? expr_infer(&quiet, msg, TYPE_NULL) : TYPE(UNKNOWN);
  if (type_kind(text) == TYPE_KIND_LITERAL_STR)
    ctx_report(ctx, RULE_STATIC_ASSERT_ERROR, call,
               "Static assertion error: %" PRIstr,
               STR_ARG(name_text(type_name(text))));
  else if (type_kind(t) == TYPE_KIND_LITERAL_BOOL)
    ctx_report(ctx, RULE_STATIC_ASSERT_ERROR, call,
               "Static assertion error: argument evaluates to `False`");
  else
    ctx_report(ctx, RULE_STATIC_ASSERT_ERROR, call,
               truth == TRUTH_NEVER
                   ? "Static assertion error: argument of type `%s` is always "
                     "falsy"
                   : "Static assertion error: argument of type `%s` has an "
                     "ambiguous static truthiness",
               display_short(ctx->world, t));
}

/* Its arguments are checked as any call's are. */
static TypeId call_static_assert(Ctx *ctx, NodeId call) {
  if (!ctx_reports(ctx, RULE_STATIC_ASSERT_ERROR)) return TYPE_NULL;
  NodeId condition = special_argument(ctx->ast, call, 0, "condition");
  if (condition.v == 0 || ast_kind(ctx->ast, condition) == AST_Starred)
    return TYPE_NULL;
  Ctx quiet = expr_quiet(ctx);
  TypeId t =
      alias_expand(ctx->world, expr_infer(&quiet, condition, TYPE_NULL));
  Truth truth = type_truth(ctx->world, t);
  if (truth != TRUTH_ALWAYS) report_assertion(ctx, call, t, truth);
  return TYPE_NULL;
}

/* ---- values ----------------------------------------------------------------------------- */

/* The type of the only argument; null: there are others. */
static TypeId only_value(Ctx *ctx, NodeId call) {
  NodeList list = ast_list(ctx->ast, ast_at(ctx->ast, call)->b);
  if (list.n != 1) return TYPE_NULL;
  AstKind kind = ast_kind(ctx->ast, ast_item(list, 0));
  if (kind == AST_Keyword || kind == AST_Starred) return TYPE_NULL;
  Ctx quiet = expr_quiet(ctx);
  return expr_infer(&quiet, ast_item(list, 0), TYPE_NULL);
}

/* The ordinary call's report of its arguments, when it is not made. */
static TypeId answer(Ctx *ctx, NodeId call, TypeId result) {
  NodeList list = ast_list(ctx->ast, ast_at(ctx->ast, call)->b);
  for (uint32_t i = 0; ctx->diags && i < list.n; i++)
    expr_infer(ctx, ast_item(list, i), TYPE_NULL);
  return result;
}

static TypeId call_has_member(Ctx *ctx, NodeId call) {
  NodeList list = ast_list(ctx->ast, ast_at(ctx->ast, call)->b);
  if (list.n != 2) return TYPE_NULL;
  NameId name = special_string(ctx->ast, ast_item(list, 1));
  if (name.v == 0) return TYPE_NULL;
  Ctx quiet = expr_quiet(ctx);
  TypeId object = expr_infer(&quiet, ast_item(list, 0), TYPE_NULL);
  if (type_is_dynamic(object)) return TYPE_NULL;
  bool has = !type_is_null(attr_read(ctx->worker, object, name).type);
  return answer(ctx, call, type_literal_bool(has));
}

static TypeId call_enum_members(Ctx *ctx, NodeId call) {
  TypeId t = only_value(ctx, call);
  if (type_is_null(t) || type_kind(t) != TYPE_KIND_CLASS ||
      !(class_flags(ctx->world, type_class(t)) & CLASS_ENUM))
    return TYPE_NULL;
  TypeSpan members = type_args(enum_members(ctx->world, type_class(t)));
  TypeId *names = ARENA_ARRAY(ctx->scratch, TypeId, members.n + 1);
  for (uint32_t i = 0; i < members.n; i++)
    names[i] = type_literal_declared(type_literal_str(type_name(members.v[i])));
  return answer(ctx, call,
                type_tuple((TypeSpan){names, members.n}, TYPE_NULL,
                           (TypeSpan){0}));
}

/* None without `__all__`; not answered when it takes in another module's. */
static TypeId call_dunder_all_names(Ctx *ctx, NodeId call) {
  TypeId t = only_value(ctx, call);
  if (type_is_null(t) || type_kind(t) != TYPE_KIND_MODULE) return TYPE_NULL;
  ModuleState *m = module_state(ctx->worker, type_module_id(t));
  const Index *index = m->index;
  if (!index->has_all) return answer(ctx, call, TYPE_KNOWN(NoneType));
  if (!index->all_is_complete) return TYPE_NULL;
  TypeVec names = {0};
  for (uint32_t i = 0; i < index->all_count; i++) {
    const AllEntry *entry = &index->all[i];
    if (entry->kind == ALL_MODULE) return TYPE_NULL;
    if (entry->kind != ALL_NAME ||
        !module_exports_star(ctx->worker, m, entry->value))
      continue;
    TypeId name = type_literal_declared(type_literal_str(entry->value));
    uint32_t k = 0;
    while (k < names.n && !type_eq(names.v[k], name)) k++;
    if (k == names.n) vec_push(&names, ctx->scratch, name);
  }
  return answer(ctx, call,
                type_tuple(type_vec_span(&names), TYPE_NULL, (TypeSpan){0}));
}

static TypeId call_into_callable(Ctx *ctx, NodeId call) {
  TypeId t = only_value(ctx, call);
  if (type_is_null(t)) return TYPE_NULL;
  TypeId callable = callable_of(ctx->world, t);
  return type_is_null(callable) ? TYPE_NULL : answer(ctx, call, callable);
}

/* ---- reveal_mro ------------------------------------------------------------------------- */

/* Place in `mro` of the class of an entry; 0: not there. */
static uint32_t place_in(TypeSpan mro, TypeId entry) {
  for (uint32_t i = 1; i < mro.n; i++)
    if (type_kind(mro.v[i]) == type_kind(entry) &&
        (type_kind(entry) == TYPE_KIND_TUPLE ||
         (type_kind(entry) == TYPE_KIND_INSTANCE &&
          type_class(mro.v[i]).v == type_class(entry).v)))
      return i;
  return 0;
}

/* Where typing.Protocol and typing.Generic, which our MROs leave out, stand:
 * behind all bases of the last class that has them. 0: nowhere. */
static uint32_t place_of_generic(World *world, TypeSpan mro, bool *protocol) {
  ClassId last = {0};
  for (uint32_t i = 0; i < mro.n; i++) {
    ClassId id = {0};
    if (type_kind(mro.v[i]) == TYPE_KIND_TUPLE) id = CLASS_ID(tuple);
    if (type_kind(mro.v[i]) == TYPE_KIND_INSTANCE) id = type_class(mro.v[i]);
    if (id.v == 0) continue;
    bool is_protocol = class_flags(world, id) & CLASS_PROTOCOL;
    *protocol |= is_protocol;
    if (is_protocol || type_args(world->class_type_params(world, id)).n)
      last = id;
  }
  if (last.v == 0) return 0;
  TypeSpan bases = type_args(world->class_mro(world, last));
  uint32_t place = 1;
  for (uint32_t i = 0; i + 1 < bases.n; i++) /* the last one is object */
    place = MAX(place, place_in(mro, bases.v[i]) + 1);
  return place;
}

static void put_mro(Ctx *ctx, TypeId instance, StrBuf *out) {
  World *world = ctx->world;
  bool any_tuple = type_kind(instance) == TYPE_KIND_TUPLE;
  TypeId list = world->class_mro(
      world, any_tuple ? CLASS_ID(tuple) : type_class(instance));
  if (type_is_null(list) || type_kind(list) != TYPE_KIND_LIST) return;
  TypeSpan mro = type_args(list);
  TypeId mapping = subst_mapping_of(world, instance);
  bool protocol = false;
  uint32_t generic = place_of_generic(world, mro, &protocol);
  strbuf_putc(out, '(');
  for (uint32_t i = 0; i < mro.n; i++) {
    if (i) strbuf_put(out, STR(", "));
    if (i && i == generic)
      strbuf_put(out, protocol ? STR("typing.Protocol, typing.Generic, ")
                               : STR("typing.Generic, "));
    TypeId t = type_is_null(mapping) ? mro.v[i]
                                     : subst(world, mro.v[i], mapping);
    if (any_tuple)
      t = i == 0 ? instance
                 : world_as_instance_of(world, instance, type_class(mro.v[i]));
    bool is_tuple = type_kind(t) == TYPE_KIND_TUPLE;
    if (is_tuple) strbuf_put(out, STR("<class '"));
    display_type(world, is_tuple || type_is_dynamic(t) ? t : annot_as_value(t),
                 DISPLAY_FULL, out);
    if (is_tuple) strbuf_put(out, STR("'>"));
  }
  if (mro.n == 1) strbuf_putc(out, ',');
  strbuf_putc(out, ')');
}

static TypeId call_reveal_mro(Ctx *ctx, NodeId call) {
  TypeId t = only_value(ctx, call);
  if (type_is_null(t) || !ctx->diags || !diag_on(ctx->diags, RULE_REVEALED_TYPE))
    return TYPE_NULL;
  TypeKind kind = type_kind(t);
  if (kind != TYPE_KIND_CLASS && kind != TYPE_KIND_GENERIC_ALIAS)
    return TYPE_NULL;
  TypeId instance = callable_made(ctx->world, t);
  StrBuf text;
  strbuf_init(&text, ctx->scratch);
  put_mro(ctx, instance, &text);
  NodeList list = ast_list(ctx->ast, ast_at(ctx->ast, call)->b);
  diag_add(ctx->diags, RULE_REVEALED_TYPE, ctx_span(ctx, ast_item(list, 0)),
           "Revealed MRO: %" PRIstr, STR_ARG(strbuf_str(&text)));
  return TYPE_NULL;
}

/* ---- the table -------------------------------------------------------------------------- */

static const struct {
  const char *name;
  TypeId (*answer)(Ctx *ctx, NodeId call);
} functions[] = {
    {"static_assert", call_static_assert},
    {"is_subtype_of", call_subtype},
    {"is_assignable_to", call_assignable},
    {"is_equivalent_to", call_equivalent},
    {"is_disjoint_from", call_disjoint},
    {"is_singleton", call_singleton},
    {"is_single_valued", call_single_valued},
    {"is_fully_static", call_fully_static},
    {"has_member", call_has_member},
    {"enum_members", call_enum_members},
    {"dunder_all_names", call_dunder_all_names},
    {"into_callable", call_into_callable},
    {"into_regular_callable", call_into_callable},
    {"reveal_mro", call_reveal_mro},
};

TypeId ty_extensions_call(Ctx *ctx, NodeId call, TypeId callee) {
  ModuleId id = type_module_id(callee);
  if (id.v == 0) return TYPE_NULL;
  const Module *m = modules_at(ctx->worker->infer->modules, id);
  if (!name_is(m->name, NAME_ty_extensions) || m->origin != ORIGIN_STDLIB)
    return TYPE_NULL;
  Str name = name_text(type_name(callee));
  for (size_t i = 0; i < ARRAY_LEN(functions); i++)
    if (str_is(name, functions[i].name)) return functions[i].answer(ctx, call);
  return TYPE_NULL;
}
