/* class_check.c - what is wrong with the header of a class statement.
 *
 * Evaluates decorators, type parameters, bases and keywords with a reporting
 * context, then looks at what the queries made of them.  Members are override.c's.
 *
 * Sources: typing spec, "generics.html" (user-defined generic types),
 * "protocol.html", "qualifiers.html", "namedtuples.html", "dataclasses.html";
 * Python reference, "Class definitions".
 */
#include "infer/check.h"
#include "infer/class.h"
#include "infer/func.h"
#include "infer/special/special.h"
#include "infer/typevar.h"
#include "types/mro.h"
#include "types/variance.h"

/* Everything that the checks of one class share. */
typedef struct {
  Ctx *ctx;      /* where the statement stands */
  Ctx header;    /* where its bases are evaluated */
  ClassId id;
  const AstClass *ast;
  NodeId node;
  Str name;
  bool generic_seen, protocol_seen; /* Generic[...], Protocol[...] among the bases */
} ClassCheck;

/* Where a definition begins: its first decorator, or that of the first in a run
 * of overloads that it belongs to. */
static uint32_t definition_head(Ctx *ctx, NodeId node) {
  const Index *index = ctx->module->index;
  DefId def = index_def_of(index, node);
  if (def.v && index->defs[def.v].kind == DEF_FUNCTION) {
    DefId i = index->places[index->defs[def.v].place.v].first_def, first = {0};
    for (; i.v && i.v != def.v; i = index->defs[i.v].next) {
      bool overload = index->defs[i.v].kind == DEF_FUNCTION &&
                      (func_flags(ctx->worker, ctx->module, i) & FUNC_OVERLOAD);
      if (!overload) first = (DefId){0};
      else if (first.v == 0) first = i;
    }
    if (first.v) node = index->defs[first.v].node;
  }
  return ast_at(ctx->ast, node)->start;
}

void check_report_name(Ctx *ctx, Rule rule, NodeId node, const char *format,
                       ...) {
  if (!ctx_reports(ctx, rule)) return;
  uint32_t start;
  NameId name;
  if (ast_kind(ctx->ast, node) == AST_FunctionDef) {
    const AstFunction *f = ast_function(ctx->ast, node);
    start = f->name_start, name = f->name;
  } else {
    const AstClass *c = ast_class(ctx->ast, node);
    start = c->name_start, name = c->name;
  }
  va_list args;
  va_start(args, format);
  diag_vadd(ctx->diags, rule, (Span){start, start + name_text(name).len},
            format, args);
  va_end(args);
  vec_last(&ctx->diags->items).head = definition_head(ctx, node);
}

/* ---- one base ---------------------------------------------------------------------- */

/* Generic[...] and Protocol[...]: different type variables and nothing else. */
static void check_generic(ClassCheck *c, SpecialForm form, NodeId base) {
  Ctx *ctx = &c->header;
  const char *form_name = special_form_name(form);
  bool *before = form == FORM_GENERIC ? &c->generic_seen : &c->protocol_seen;
  if (*before)
    ctx_report(ctx, RULE_DUPLICATE_BASE, base, "Duplicate base class `%s`",
               form_name);
  *before = true;
  if (c->ast->type_params)
    ctx_report(ctx, RULE_INVALID_GENERIC_CLASS, base,
               "A class with type parameters cannot inherit from `%s[...]`",
               form_name);
  const SliceItems *items =
      annot_slice(ctx, (NodeId){ast_at(ctx->ast, base)->b});
  TypeVec seen = {0};
  for (uint32_t i = 0; i < items->list.n; i++) {
    NodeId item = ast_item(items->list, i);
    TypeId t = annot_element(ctx, item, ANNOT_ALIAS);
    bool unpacked = type_kind(t) == TYPE_KIND_UNPACKED;
    if (unpacked) t = type_inner(t);
    if (type_is_dynamic(t)) continue;
    if (!unpacked && type_kind(t) == TYPE_KIND_TYPE_VAR &&
        type_var_view(t).kind == TYPE_VAR_TUPLE)
      ctx_report(ctx, RULE_INVALID_GENERIC_CLASS, item,
                 "TypeVarTuple `%" PRIstr "` must be unpacked",
                 STR_ARG(name_text(type_var_view(t).name)));
    if (type_kind(t) != TYPE_KIND_TYPE_VAR) {
      ctx_report(ctx, RULE_INVALID_GENERIC_CLASS, item,
                 "`%s` is not a valid argument to `%s`: only type variables are",
                 display_short(ctx->world, t), form_name);
      continue;
    }
    for (uint32_t k = 0; k < seen.n; k++)
      if (type_eq(seen.v[k], t))
        ctx_report(ctx, RULE_INVALID_GENERIC_CLASS, item,
                   "Type variable `%" PRIstr "` stands twice in `%s[...]`",
                   STR_ARG(name_text(type_var_view(t).name)), form_name);
    vec_push(&seen, ctx->scratch, t);
  }
}

/* Whether some class may be meant: of a union one member is enough. */
static bool is_base_value(World *world, TypeId value) {
  switch (type_kind(value)) {
  case TYPE_KIND_ANY:
  case TYPE_KIND_UNKNOWN:
  case TYPE_KIND_DIVERGENT:
  case TYPE_KIND_CLASS:
  case TYPE_KIND_GENERIC_ALIAS:
  case TYPE_KIND_SUBCLASS_OF: return true;
  case TYPE_KIND_SPECIAL_FORM:
    switch (type_form(value)) {
    case FORM_ANY:
    case FORM_GENERIC:
    case FORM_PROTOCOL:
    case FORM_NAMED_TUPLE:
    case FORM_TYPED_DICT:
    case FORM_TUPLE:
    case FORM_TYPE:
#define COLLECTION(FORM, ident) case FORM:
#include "infer/annot_forms.def"
#undef COLLECTION
      return true;
    default: return false;
    }
  case TYPE_KIND_KNOWN_VALUE:
    return type_known_value_kind(value) == KNOWN_VALUE_ANNOTATION &&
           type_kind(type_inner(value)) == TYPE_KIND_TUPLE;
  case TYPE_KIND_UNION: {
    TypeSpan members = type_members(value);
    for (uint32_t i = 0; i < members.n; i++)
      if (is_base_value(world, members.v[i])) return true;
    return false;
  }
  case TYPE_KIND_INTERSECTION: return true;
  case TYPE_KIND_INSTANCE: /* of a metaclass: some class */
    return class_derives(world->self, type_class(value), CLASS_ID(type));
  default: return false;
  }
}

static void check_base(ClassCheck *c, NodeId base) {
  Ctx *ctx = &c->header;
  uint32_t where =
      ANNOT_BASE | (ctx->module->module->is_stub ? ANNOT_DEFERRED : 0);
  AstKind kind = ast_kind(ctx->ast, base);
  if (kind == AST_Starred) {
    expr_infer(ctx, (NodeId){ast_at(ctx->ast, base)->a}, TYPE_NULL);
    return;
  }
  if (kind == AST_Subscript) {
    TypeId value = annot_value(ctx, (NodeId){ast_at(ctx->ast, base)->a}, where);
    if (type_kind(value) == TYPE_KIND_SPECIAL_FORM &&
        (type_form(value) == FORM_GENERIC ||
         type_form(value) == FORM_PROTOCOL)) {
      check_generic(c, type_form(value), base);
      return;
    }
    annot_subscript_eval(ctx, value, base, where, NULL);
    if (type_kind(value) == TYPE_KIND_SPECIAL_FORM &&
        (type_form(value) == FORM_OPTIONAL || type_form(value) == FORM_UNION ||
         type_form(value) == FORM_LITERAL))
      ctx_report(ctx, RULE_INVALID_BASE, base,
                 "Invalid class base with type `%s`",
                 display_short(ctx->world, value));
    return;
  }
  TypeId value = annot_value(ctx, base, where);
  if (type_kind(value) == TYPE_KIND_SPECIAL_FORM &&
      type_form(value) == FORM_GENERIC) {
    ctx_report(ctx, RULE_INVALID_BASE, base,
               "Cannot inherit from plain `Generic`");
    return;
  }
  check_type_arguments(ctx, value, base);
  if (!is_base_value(ctx->world, value))
    ctx_report(ctx, RULE_INVALID_BASE, base,
               "Invalid class base with type `%s`",
               display_short(ctx->world, value));
}

/* ---- bases together ------------------------------------------------------------------ */

static NodeId base_node(const ClassCheck *c, uint32_t index) {
  NodeList args = ast_list(c->ctx->ast, c->ast->args);
  for (uint32_t i = 0; i < args.n; i++) {
    NodeId node = ast_item(args, i);
    if (ast_kind(c->ctx->ast, node) == AST_Keyword) continue;
    if (index-- == 0) return node;
  }
  return c->node;
}

static void check_final_base(ClassCheck *c, ClassId base, NodeId node) {
  World *world = c->ctx->world;
  Str name = name_text(class_at(base)->name);
  uint32_t flags = class_flags(world, base);
  if (flags & CLASS_FINAL) {
    ctx_report(c->ctx, RULE_SUBCLASS_OF_FINAL_CLASS, node,
               "Class `%" PRIstr "` cannot inherit from final class `%" PRIstr
               "`",
               STR_ARG(c->name), STR_ARG(name));
  } else if ((flags & CLASS_ENUM) && type_args(enum_members(world, base)).n) {
    ctx_report(c->ctx, RULE_SUBCLASS_OF_FINAL_CLASS, node,
               "Class `%" PRIstr "` cannot inherit from enum `%" PRIstr
               "`, which has members",
               STR_ARG(c->name), STR_ARG(name));
  }
}

static void check_frozen(ClassCheck *c, ClassId base, NodeId node) {
  uint32_t own = class_flags(c->ctx->world, c->id);
  uint32_t flags = class_flags(c->ctx->world, base);
  if (!(own & CLASS_DATACLASS) || !(flags & CLASS_DATACLASS)) return;
  /* The class that carries a transforming metaclass is neither. */
  if (class_keyword(c->ctx->worker, base, "metaclass").v) return;
  bool frozen = (own & CLASS_DATACLASS_FROZEN) != 0;
  if (frozen == ((flags & CLASS_DATACLASS_FROZEN) != 0)) return;
  ctx_report(c->ctx, RULE_INVALID_FROZEN_DATACLASS_SUBCLASS, node,
             "%s dataclass `%" PRIstr "` cannot inherit from %s dataclass `%" PRIstr
             "`",
             frozen ? "Frozen" : "Non-frozen", STR_ARG(c->name),
             frozen ? "non-frozen" : "frozen",
             STR_ARG(name_text(class_at(base)->name)));
}

static void check_protocol_base(ClassCheck *c, ClassId base, NodeId node) {
  World *world = c->ctx->world;
  if (!(class_flags(world, c->id) & CLASS_PROTOCOL) ||
      (class_flags(world, base) & CLASS_PROTOCOL) ||
      class_is(base, KNOWN_object))
    return;
  bool form = class_is(base, KNOWN_TypedDictInternals) ||
              class_is(base, KNOWN_TypedDictFallback);
  ctx_report(c->ctx, RULE_INVALID_PROTOCOL, node,
             "Protocol class `%" PRIstr "` cannot inherit from non-protocol "
             "class `%" PRIstr "`",
             STR_ARG(c->name),
             STR_ARG(form ? STR("TypedDict")
                          : name_text(class_at(base)->name)));
}

/* A base for each node that is listed, when none was left out. */
static bool bases_match_nodes(const ClassCheck *c, TypeSpan bases) {
  NodeList args = ast_list(c->ctx->ast, c->ast->args);
  uint32_t n = 0;
  for (uint32_t i = 0; i < args.n; i++)
    n += ast_kind(c->ctx->ast, ast_item(args, i)) != AST_Keyword;
  return n == bases.n;
}

static void check_bases(ClassCheck *c, TypeSpan bases) {
  bool aligned = bases_match_nodes(c, bases);
  for (uint32_t i = 0; i < bases.n; i++) {
    ClassId base = mro_entry_class(bases.v[i]);
    NodeId node = aligned ? base_node(c, i) : c->node;
    if (base.v == 0) continue;
    if (!aligned && c->ast->args == 0) continue;
    if (!aligned) node = base_node(c, 0);
    check_final_base(c, base, node);
    check_frozen(c, base, node);
    check_protocol_base(c, base, node);
    for (uint32_t k = 0; k < i; k++)
      if (mro_entry_class(bases.v[k]).v == base.v)
        ctx_report(c->ctx, RULE_DUPLICATE_BASE, node,
                   "Duplicate base class `%" PRIstr "`",
                   STR_ARG(name_text(class_at(base)->name)));
  }
}

static const char *bases_text(ClassCheck *c, TypeSpan bases) {
  StrBuf text;
  strbuf_init(&text, c->ctx->scratch);
  for (uint32_t i = 0; i < bases.n; i++) {
    if (i) strbuf_puts(&text, ", ");
    strbuf_puts(&text, display_short(c->ctx->world, bases.v[i]));
  }
  return text.len ? text.ptr : "";
}

static bool has_dynamic(TypeSpan bases) {
  for (uint32_t i = 0; i < bases.n; i++)
    if (type_is_dynamic(bases.v[i])) return true;
  return false;
}

static void check_mro(ClassCheck *c, TypeSpan bases) {
  InferWorker *worker = c->ctx->worker;
  for (uint32_t i = 0; i < bases.n; i++) {
    ClassId base = mro_entry_class(bases.v[i]);
    if (base.v == 0 || !class_derives(worker, base, c->id)) continue;
    check_report_name(c->ctx, RULE_CYCLIC_CLASS_DEFINITION, c->node,
                      "Cyclic definition of `%" PRIstr "`", STR_ARG(c->name));
    return;
  }
  TypeSpan mro = type_args(class_mro(c->ctx->world, c->id));
  /* class_mro_compute's answer to bases without a common order. */
  bool failed = bases.n && !has_dynamic(bases) && mro.n == 3 &&
                type_eq(mro.v[1], TYPE(UNKNOWN));
  for (uint32_t i = 0; i < bases.n && failed; i++) {
    ClassId base = mro_entry_class(bases.v[i]);
    if (class_flags(c->ctx->world, base) & CLASS_UNKNOWN_BASE) failed = false;
    for (uint32_t k = 0; k < i && failed; k++)
      if (mro_entry_class(bases.v[k]).v == base.v) failed = false;
  }
  if (!failed) return;
  check_report_name(c->ctx, RULE_INCONSISTENT_MRO, c->node,
                    "Cannot create a consistent method resolution order (MRO) "
                    "for class `%" PRIstr "` with bases list `[%s]`",
                    STR_ARG(c->name), bases_text(c, bases));
}

static void check_metaclass(ClassCheck *c, TypeSpan bases) {
  InferWorker *worker = c->ctx->worker;
  World *world = c->ctx->world;
  TypeId own = class_metaclass(world, c->id);
  if (type_kind(own) != TYPE_KIND_INSTANCE) return;
  for (uint32_t i = 0; i < bases.n; i++) {
    ClassId base = mro_entry_class(bases.v[i]);
    if (base.v == 0) continue;
    TypeId meta = class_metaclass(world, base);
    if (type_kind(meta) != TYPE_KIND_INSTANCE) continue;
    ClassId a = type_class(own), b = type_class(meta);
    if (class_derives(worker, a, b)) continue;
    if ((class_flags(world, a) | class_flags(world, b)) & CLASS_UNKNOWN_BASE)
      continue;
    check_report_name(
        c->ctx, RULE_CONFLICTING_METACLASS, c->node,
        "The metaclass of a derived class (`%" PRIstr
        "`) must be a subclass of the metaclasses of all its bases, but `%" PRIstr
        "` (metaclass of `%" PRIstr "`) and `%" PRIstr
        "` have no subclass relationship",
        STR_ARG(c->name), STR_ARG(name_text(class_at(b)->name)),
        STR_ARG(name_text(class_at(base)->name)),
        STR_ARG(name_text(class_at(a)->name)));
    return;
  }
}

/* The default of parameter i: only earlier parameters may stand in it. */
static void check_default(ClassCheck *c, TypeSpan params, uint32_t i,
                          TypeId fallback) {
  TypeVarScope scope = {c->ctx->module->id, c->node};
  TypeVec vars = {0};
  typevar_collect(c->ctx->scratch, fallback, typevar_is_of, &scope, &vars);
  for (uint32_t k = 0; k < vars.n; k++) {
    bool earlier = false;
    for (uint32_t p = 0; p < i; p++) earlier |= type_eq(params.v[p], vars.v[k]);
    if (earlier) continue;
    check_report_name(c->ctx, RULE_INVALID_TYPE_VARIABLE_DEFAULT, c->node,
                      "The default of type variable `%" PRIstr
                      "` refers to `%" PRIstr
                      "`, which is no earlier type parameter",
                      STR_ARG(name_text(type_var_view(params.v[i]).name)),
                      STR_ARG(name_text(type_var_view(vars.v[k]).name)));
  }
}

/* Order of the defaults and of a TypeVarTuple among the parameters. */
static void check_parameter_order(ClassCheck *c, TypeSpan params) {
  Ctx *ctx = c->ctx;
  bool defaults = false;
  uint32_t variadic = 0;
  for (uint32_t i = 0; i < params.n; i++) {
    if (type_kind(params.v[i]) != TYPE_KIND_TYPE_VAR) continue;
    TypeVarView view = type_var_view(params.v[i]);
    TypeId fallback = type_var_bounds(ctx->world, params.v[i]).default_type;
    bool has = !type_is_null(fallback);
    if (defaults && !has)
      check_report_name(ctx, RULE_INVALID_TYPE_VARIABLE_DEFAULT, c->node,
                        "Type variable `%" PRIstr "` without a default follows "
                        "one with a default",
                        STR_ARG(name_text(view.name)));
    if (has && variadic && view.kind == TYPE_VAR_PLAIN)
      check_report_name(ctx, RULE_INVALID_TYPE_VARIABLE_DEFAULT, c->node,
                        "Type variable `%" PRIstr
                        "` with a default follows a TypeVarTuple",
                        STR_ARG(name_text(view.name)));
    if (has) check_default(c, params, i, fallback);
    defaults |= has;
    if (view.kind == TYPE_VAR_TUPLE && ++variadic == 2)
      check_report_name(ctx, RULE_INVALID_GENERIC_CLASS, c->node,
                        "Only one TypeVarTuple is allowed in a class");
  }
}

/* Whether a scope around the class binds the legacy variable already. */
static bool is_bound_outside(ClassCheck *c, TypeId var) {
  Ctx at = *c->ctx;
  at.binder = (NodeId){0};
  TypeVarView view = type_var_view(var);
  view.scope_node = (NodeId){0};
  view.scope_module = (ModuleId){0};
  view.scope_name = (NameId){0};
  return type_var_view(typevar_bind(&at, type_var(&view))).scope_node.v != 0;
}

/* Type variables of the bases that Generic[...] leaves out, or that an outer
 * scope binds. */
static void check_type_variables(ClassCheck *c) {
  if (c->ast->type_params) return;
  Ctx *ctx = c->ctx;
  World *world = ctx->world;
  TypeSpan params = type_args(class_type_params(world, c->id));
  check_parameter_order(c, params);
  for (uint32_t i = 0; i < params.n; i++)
    if (type_kind(params.v[i]) == TYPE_KIND_TYPE_VAR &&
        is_bound_outside(c, params.v[i]))
      check_report_name(ctx, RULE_SHADOWED_TYPE_VARIABLE, c->node,
                        "Generic class `%" PRIstr "` uses type variable `%" PRIstr
                        "`, which an enclosing scope binds",
                        STR_ARG(c->name),
                        STR_ARG(name_text(type_var_view(params.v[i]).name)));
  TypeVarScope scope = {ctx->module->id, c->node};
  TypeSpan bases = type_args(class_bases(ctx->worker, c->id));
  for (uint32_t i = 0; i < bases.n; i++) {
    TypeVec vars = {0};
    typevar_collect(ctx->scratch, bases.v[i], typevar_is_of, &scope, &vars);
    for (uint32_t k = 0; k < vars.n; k++) {
      bool listed = false;
      for (uint32_t p = 0; p < params.n; p++)
        listed |= type_eq(params.v[p], vars.v[k]);
      if (!listed)
        check_report_name(ctx, RULE_INVALID_GENERIC_CLASS, c->node,
                          "`Generic[...]` must list all type variables of the "
                          "bases: `%" PRIstr "` is missing",
                          STR_ARG(name_text(type_var_view(vars.v[k]).name)));
    }
  }
}

/* The same class reached through two bases with different arguments. */
static void check_consistent_bases(ClassCheck *c, TypeSpan bases) {
  World *world = c->ctx->world;
  TypeSpan mro = type_args(class_mro(world, c->id));
  for (uint32_t i = 0; i < bases.n; i++) {
    if (type_is_dynamic(bases.v[i])) continue;
    for (uint32_t k = 1; k < mro.n; k++) {
      ClassId id = mro_entry_class(mro.v[k]);
      if (id.v == 0 || type_kind(mro.v[k]) != TYPE_KIND_INSTANCE ||
          type_args(mro.v[k]).n == 0)
        continue;
      TypeId seen = world_as_instance_of(world, bases.v[i], id);
      if (type_is_null(seen) || type_eq(seen, mro.v[k]) ||
          type_kind(seen) != TYPE_KIND_INSTANCE ||
          type_has(seen, TYPE_HAS_ANY | TYPE_HAS_UNKNOWN) ||
          type_has(mro.v[k], TYPE_HAS_ANY | TYPE_HAS_UNKNOWN) ||
          relate_equivalent(world, seen, mro.v[k]))
        continue;
      check_report_name(c->ctx, RULE_INVALID_GENERIC_CLASS, c->node,
                        "Bases of `%" PRIstr "` are inconsistent: `%s` and `%s`",
                        STR_ARG(c->name), display_short(world, mro.v[k]),
                        display_short(world, seen));
      return;
    }
  }
}

/* A declared variance must hold in every base: class C(Inv[T_co]) would break it. */
static void check_base_variance(ClassCheck *c, TypeSpan bases) {
  Ctx *ctx = c->ctx;
  World *world = ctx->world;
  if (c->ast->type_params || !ctx_reports(ctx, RULE_INVALID_GENERIC_CLASS))
    return;
  bool aligned = bases_match_nodes(c, bases);
  TypeSpan params = type_args(class_type_params(world, c->id));
  for (uint32_t i = 0; i < params.n; i++) {
    if (type_kind(params.v[i]) != TYPE_KIND_TYPE_VAR) continue;
    Variance declared = type_var_variance(world, params.v[i]);
    if (declared == VARIANCE_INVARIANT) continue;
    for (uint32_t k = 0; k < bases.n; k++) {
      if (type_is_dynamic(bases.v[k])) continue;
      Variance found = variance_in(world, bases.v[k], params.v[i]);
      if (found == VARIANCE_BIVARIANT || found == declared) continue;
      ctx_report(ctx, RULE_INVALID_GENERIC_CLASS,
                 aligned ? base_node(c, k) : c->node,
                 "Variance of type variable `%" PRIstr
                 "` is incompatible with base class `%s`",
                 STR_ARG(name_text(type_var_view(params.v[i]).name)),
                 display_short(world, bases.v[k]));
    }
  }
}

/* ---- the whole ------------------------------------------------------------------------- */

static void check_keyword(ClassCheck *c, NodeId node) {
  const AstNode *n = ast_at(c->ctx->ast, node);
  TypeId value = expr_infer(&c->header, (NodeId){n->b}, TYPE_NULL);
  if (n->a && name_is((NameId){n->a}, NAME_metaclass))
    check_metaclass_value(&c->header, (NodeId){n->b}, value);
  if (n->a && name_is((NameId){n->a}, NAME_metaclass) &&
      type_kind(value) == TYPE_KIND_GENERIC_ALIAS &&
      type_has(value, TYPE_HAS_TYPE_VAR))
    ctx_report(&c->header, RULE_INVALID_GENERIC_CLASS, (NodeId){n->b},
               "A metaclass cannot be generic over type variables");
}

static bool is_keyword(const Ast *ast, NodeId node, const char *name) {
  const AstNode *n = ast_at(ast, node);
  return n->kind == AST_Keyword && n->a &&
         str_is(name_text((NameId){n->a}), name);
}

/* extra_items=... of a TypedDict. */
static void check_extra_items(ClassCheck *c, NodeId value) {
  TypeId t = annot_qualified(&c->header, value, ANNOT_TYPED_DICT);
  typeddict_check_extra_qualifiers(&c->header, value, t);
}

static void check_header(ClassCheck *c) {
  Ctx *ctx = c->ctx;
  NodeList decorators = ast_list(ctx->ast, c->ast->decorators);
  uint32_t flags = class_flags(ctx->world, c->id);
  const char *structural = flags & CLASS_TYPED_DICT ? "TypedDict"
                           : flags & CLASS_PROTOCOL ? "protocol"
                                                    : NULL;
  for (uint32_t i = 0; i < decorators.n; i++) {
    expr_infer(ctx, ast_item(decorators, i), TYPE_NULL);
    if (structural)
      check_disjoint_decorator(ctx, ast_item(decorators, i), structural);
  }
  decorator_check_class(ctx, c->id, decorators);
  check_typevar_list(&c->header, c->ast->type_params);
  NodeList args = ast_list(ctx->ast, c->ast->args);
  bool typed_dict = (flags & CLASS_TYPED_DICT) != 0;
  for (uint32_t i = 0; i < args.n; i++) {
    NodeId node = ast_item(args, i);
    if (typed_dict && is_keyword(ctx->ast, node, "extra_items"))
      check_extra_items(c, (NodeId){ast_at(ctx->ast, node)->b});
    else if (ast_kind(ctx->ast, node) == AST_Keyword)
      check_keyword(c, node);
    else
      check_base(c, node);
  }
}

/* Members are made once, with the class (typing spec, "Enums"). */
static void check_generic_enum(ClassCheck *c) {
  if (type_args(class_type_params(c->ctx->world, c->id)).n)
    check_report_name(c->ctx, RULE_INVALID_GENERIC_ENUM, c->node,
                      "Enum class `%" PRIstr "` cannot be generic",
                      STR_ARG(c->name));
}

/* Reports what is wrong with a class statement. */
void class_check(Ctx *ctx, DefId def) {
  NodeId node = ctx->module->index->defs[def.v].node;
  ClassId id = class_of_def(ctx->worker, ctx->module, def);
  ClassCheck c = {.ctx = ctx,
                  .header = class_header_ctx(ctx->worker, id),
                  .id = id,
                  .ast = ast_class(ctx->ast, node),
                  .node = node,
                  .name = name_text(class_at(id)->name)};
  c.header.diags = ctx->diags;
  c.header.unreachable = ctx->unreachable;
  check_header(&c);
  if (ctx->diags == NULL || ctx->unreachable) return;
  TypeSpan bases = type_args(class_bases(ctx->worker, id));
  check_bases(&c, bases);
  check_mro(&c, bases);
  check_layout(ctx, id, node);
  check_metaclass(&c, bases);
  check_type_variables(&c);
  check_base_variance(&c, bases);
  check_consistent_bases(&c, bases);
  check_member_variance(ctx, id);
  uint32_t flags = class_flags(ctx->world, id);
  if (flags & CLASS_ENUM) {
    check_generic_enum(&c);
    enum_check(ctx, id);
  }
  if (flags & CLASS_TYPED_DICT) typeddict_check(ctx, id, node);
  if (flags & CLASS_PROTOCOL) check_protocol(ctx, id, node);
  check_fields(ctx, id, node);
  check_final_names(ctx, class_at(id)->scope);
  check_unknown_variables(ctx, class_at(id)->scope);
  check_overrides(ctx, id);
  check_super_calls(ctx, id);
  check_class_creation(ctx, id);
  check_final_class(ctx, id);
  if (bases.n) check_class_keywords(&c.header, id, base_node(&c, 0));
}
