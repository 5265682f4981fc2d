/* typeddict_check.c - what is wrong with a TypedDict: header, body, overridden
 * items, calls.
 *
 * Source: typing spec, "typeddict.html".
 */
#include "infer/check.h"
#include "infer/class.h"
#include "infer/special/special.h"
#include "types/mro.h"

/* ---- header ------------------------------------------------------------------------ */

static bool is_known_keyword(Str name) {
  return str_is(name, "total") || str_is(name, "closed") ||
         str_is(name, "extra_items");
}

/* total=, closed= and extra_items= of a header or call; others are errors. */
static void check_keywords(Ctx *ctx, NodeList args, Rule rule) {
  for (uint32_t i = 0; i < args.n; i++) {
    NodeId node = ast_item(args, i);
    const AstNode *a = ast_at(ctx->ast, node);
    if (a->kind != AST_Keyword || a->a == 0) continue;
    Str name = name_text((NameId){a->a});
    if (!is_known_keyword(name)) {
      if (str_is(name, "typename") || str_is(name, "fields")) continue;
      ctx_report(ctx, rule, node,
                 "A TypedDict takes no keyword argument `%" PRIstr "`",
                 STR_ARG(name));
      continue;
    }
    AstKind kind = ast_kind(ctx->ast, (NodeId){a->b});
    if (!str_is(name, "extra_items") && kind != AST_True && kind != AST_False)
      ctx_report(ctx, rule, (NodeId){a->b},
                 "The value of `%" PRIstr "` must be True or False",
                 STR_ARG(name));
  }
}

/* extra_items=..., whose type was read: only ReadOnly may qualify it. */
void typeddict_check_extra_qualifiers(Ctx *ctx, NodeId node, TypeId qualified) {
  uint32_t q = type_qualifiers(qualified);
  if (q & (QUALIFIER_REQUIRED | QUALIFIER_NOT_REQUIRED))
    annot_invalid(ctx, node, "`%s` is not allowed in `extra_items`",
                  special_form_name(q & QUALIFIER_REQUIRED ? FORM_REQUIRED
                                                           : FORM_NOT_REQUIRED));
}

static void check_bases(Ctx *ctx, ClassId id, NodeId node) {
  TypeSpan bases = type_args(class_bases(ctx->worker, id));
  for (uint32_t i = 0; i < bases.n; i++) {
    ClassId base = mro_entry_class(bases.v[i]);
    if (base.v == 0 || (class_flags(ctx->world, base) & CLASS_TYPED_DICT) ||
        class_is(base, KNOWN_TypedDictInternals) ||
        class_is(base, KNOWN_TypedDictFallback))
      continue;
    check_report_name(ctx, RULE_INVALID_TYPED_DICT_HEADER, node,
                      "TypedDict class `%" PRIstr
                      "` can only inherit from TypedDict classes, not `%" PRIstr
                      "`",
                      STR_ARG(name_text(class_at(id)->name)),
                      STR_ARG(name_text(class_at(base)->name)));
  }
}

/* What closed= and extra_items= of the bases allow. */
static void check_extra(Ctx *ctx, ClassId id, NodeId node) {
  NodeId closed = class_keyword(ctx->worker, id, "closed");
  NodeId extra = class_keyword(ctx->worker, id, "extra_items");
  if (closed.v == 0 && extra.v == 0) return;
  if (closed.v && extra.v)
    check_report_name(ctx, RULE_INVALID_TYPED_DICT_HEADER, node,
                      "`closed` and `extra_items` exclude each other");
  TypeSpan bases = type_args(class_bases(ctx->worker, id));
  for (uint32_t i = 0; i < bases.n; i++) {
    ClassId base = mro_entry_class(bases.v[i]);
    if (base.v == 0) continue;
    bool base_read_only, read_only;
    TypeId from = typeddict_extra(ctx->worker, base, &base_read_only);
    if (type_is_null(from)) continue;
    const char *problem = NULL;
    if (closed.v && ast_kind(ctx->ast, closed) == AST_False)
      problem = "`closed=False` cannot reopen a base";
    else if (closed.v && !type_eq(from, TYPE(NEVER)) && !base_read_only)
      problem = "`closed=True` needs a base whose extra items are read-only";
    else if (extra.v) {
      TypeId own = typeddict_extra(ctx->worker, id, &read_only);
      bool ok = base_read_only ? relate_assignable(ctx->world, own, from)
                               : relate_equivalent(ctx->world, own, from);
      if (!ok) problem = "`extra_items` does not fit that of a base";
    }
    if (problem)
      check_report_name(ctx, RULE_INVALID_TYPED_DICT_HEADER, node, "%s",
                        problem);
  }
}

/* ---- body ----------------------------------------------------------------------------- */

static void check_body(Ctx *ctx, uint32_t list) {
  NodeList body = ast_list(ctx->ast, list);
  for (uint32_t i = 0; i < body.n; i++) {
    NodeId node = ast_item(body, i);
    const AstNode *n = ast_at(ctx->ast, node);
    switch ((AstKind)n->kind) {
    case AST_AnnAssign:
      if (n->c)
        ctx_report(ctx, RULE_INVALID_TYPED_DICT_STATEMENT, (NodeId){n->c},
                   "An item of a TypedDict cannot have a value");
      break;
    case AST_Pass: break;
    case AST_ExprStmt: {
      AstKind kind = ast_kind(ctx->ast, (NodeId){n->a});
      if (kind != AST_Str && kind != AST_Ellipsis)
        ctx_report(ctx, RULE_INVALID_TYPED_DICT_STATEMENT, node,
                   "Invalid statement in the body of a TypedDict");
      break;
    }
    case AST_If: {
      NodeList clauses = ast_list(ctx->ast, n->a);
      for (uint32_t k = 0; k < clauses.n; k++)
        check_body(ctx, ast_at(ctx->ast, ast_item(clauses, k))->b);
      break;
    }
    case AST_FunctionDef:
      check_report_name(ctx, RULE_INVALID_TYPED_DICT_STATEMENT, node,
                        "A TypedDict cannot have methods");
      break;
    case AST_ErrorStmt: break;
    default:
      ctx_report(ctx, RULE_INVALID_TYPED_DICT_STATEMENT, node,
                 "Invalid statement in the body of a TypedDict");
    }
  }
}

/* ---- overridden items --------------------------------------------------------------------- */

/* Why `own` cannot stand for `base`; NULL when it can. */
static const char *override_problem(Ctx *ctx, const Member *own,
                                    const Member *base) {
  bool base_required = !(base->flags & MEMBER_NOT_REQUIRED);
  bool required = !(own->flags & MEMBER_NOT_REQUIRED);
  if (base->flags & MEMBER_READ_ONLY) {
    if (base_required && !required) return "a required item must stay required";
    if (!relate_assignable(ctx->world, own->type, base->type))
      return "its type is not assignable to that of the read-only item";
    return NULL;
  }
  if (own->flags & MEMBER_READ_ONLY) return "a mutable item cannot become "
                                            "read-only";
  if (required != base_required)
    return "a mutable item must stay required or not required";
  if (!relate_equivalent(ctx->world, own->type, base->type))
    return "the types of a mutable item must be the same";
  return NULL;
}

static Member item_through(Ctx *ctx, TypeId base, NameId name) {
  Member m = typeddict_item(ctx->worker, type_class(base), name);
  if (!type_is_null(m.type) && type_args(base).n)
    m.type = subst(ctx->world, m.type, subst_mapping_of(ctx->world, base));
  return m;
}

static void check_items(Ctx *ctx, ClassId id, NodeId node) {
  NameVec names = {0};
  typeddict_names(ctx->worker, id, &names);
  TypeSpan bases = type_args(class_bases(ctx->worker, id));
  for (uint32_t i = 0; i < names.n; i++) {
    Member own = typeddict_item(ctx->worker, id, names.v[i]);
    PlaceId place = index_symbol(ctx->module->index, class_at(id)->scope,
                                 names.v[i]);
    for (uint32_t k = 0; k < bases.n; k++) {
      if (type_kind(bases.v[k]) != TYPE_KIND_INSTANCE) continue;
      Member base = item_through(ctx, bases.v[k], names.v[i]);
      if (type_is_null(base.type)) continue;
      const char *problem = override_problem(ctx, &own, &base);
      if (problem == NULL) continue;
      Str name = name_text(names.v[i]);
      if (place.v) {
        const Def *d = &ctx->module->index->defs[
            ctx->module->index->places[place.v].first_def.v];
        ctx_report(ctx, RULE_INVALID_TYPED_DICT_FIELD,
                   d->target.v ? d->target : d->node,
                   "Cannot override item `%" PRIstr "`: %s", STR_ARG(name),
                   problem);
      } else {
        check_report_name(ctx, RULE_INVALID_TYPED_DICT_FIELD, node,
                          "Bases disagree on item `%" PRIstr "`: %s",
                          STR_ARG(name), problem);
      }
      break;
    }
  }
}

/* New items must fit what a base says of extra ones. */
static void check_extra_items(Ctx *ctx, ClassId id) {
  TypeSpan bases = type_args(class_bases(ctx->worker, id));
  PlaceVec places = {0};
  special_places(ctx->worker, id, &places);
  const Index *index = ctx->module->index;
  for (uint32_t k = 0; k < bases.n; k++) {
    ClassId base = mro_entry_class(bases.v[k]);
    if (base.v == 0) continue;
    bool read_only;
    TypeId extra = typeddict_extra(ctx->worker, base, &read_only);
    if (type_is_null(extra)) continue;
    for (uint32_t i = 0; i < places.n; i++) {
      NameId name = index->places[places.v[i].v].name;
      if (!type_is_null(typeddict_item(ctx->worker, base, name).type)) continue;
      Member own = typeddict_item(ctx->worker, id, name);
      if (type_is_null(own.type)) continue;
      bool fits;
      if (type_eq(extra, TYPE(NEVER))) fits = false;
      else if (read_only) fits = relate_assignable(ctx->world, own.type, extra);
      else
        fits = (own.flags & MEMBER_NOT_REQUIRED) &&
               relate_equivalent(ctx->world, own.type, extra);
      if (fits) continue;
      const Def *d =
          &index->defs[index->places[places.v[i].v].first_def.v];
      ctx_report(ctx, RULE_INVALID_TYPED_DICT_FIELD,
                 d->target.v ? d->target : d->node,
                 "Item `%" PRIstr "` does not fit the extra items of `%" PRIstr
                 "`",
                 STR_ARG(name_text(name)),
                 STR_ARG(name_text(class_at(base)->name)));
    }
  }
}

void typeddict_check(Ctx *ctx, ClassId id, NodeId node) {
  const AstClass *c = ast_class(ctx->ast, node);
  check_keywords(ctx, ast_list(ctx->ast, c->args),
                 RULE_INVALID_TYPED_DICT_HEADER);
  check_bases(ctx, id, node);
  check_extra(ctx, id, node);
  check_body(ctx, c->body);
  check_items(ctx, id, node);
  check_extra_items(ctx, id);
}

/* ---- TypedDict("T", {...}) --------------------------------------------------------------------- */

void typeddict_check_name(Ctx *ctx, NodeId call) {
  NodeId name = special_argument(ctx->ast, call, 0, "typename");
  if (name.v == 0) return;
  TypeId t = expr_infer(ctx, name, TYPE_NULL);
  if (relate_assignable(ctx->world, t, TYPE_KNOWN(str))) return;
  ctx_report(ctx, RULE_INVALID_ARGUMENT_TYPE, name,
             "The name of a TypedDict: expected `str`, found `%s`",
             display_short(ctx->world, t));
}

void typeddict_check_call(Ctx *ctx, NodeId call, NameId name) {
  check_keywords(ctx, ast_list(ctx->ast, ast_at(ctx->ast, call)->b),
                 RULE_INVALID_TYPED_DICT_HEADER);
  NodeId closed = special_argument(ctx->ast, call, UINT32_MAX, "closed");
  NodeId extra = special_argument(ctx->ast, call, UINT32_MAX, "extra_items");
  uint32_t where = ANNOT_TYPED_DICT;
  if (ctx->module->module->is_stub) where |= ANNOT_DEFERRED;
  if (extra.v)
    typeddict_check_extra_qualifiers(ctx, extra,
                                     annot_qualified(ctx, extra, where));
  if (closed.v && extra.v)
    ctx_report(ctx, RULE_INVALID_TYPED_DICT_HEADER, call,
               "`closed` and `extra_items` exclude each other");
  NodeId fields = special_argument(ctx->ast, call, 1, "fields");
  if (fields.v == 0) {
    if (ast_list(ctx->ast, ast_at(ctx->ast, call)->b).n == 1)
      ctx_report(ctx, RULE_INVALID_TYPED_DICT_HEADER, call,
                 "TypedDict `%" PRIstr "` needs a dict of its items",
                 STR_ARG(name_text(name)));
    return;
  }
  if (ast_kind(ctx->ast, fields) != AST_Dict) {
    ctx_report(ctx, RULE_INVALID_TYPED_DICT_HEADER, fields,
               "The items of TypedDict `%" PRIstr "` must be a dict display",
               STR_ARG(name_text(name)));
    return;
  }
  NodeList items = ast_list(ctx->ast, ast_at(ctx->ast, fields)->a);
  for (uint32_t i = 0; i < items.n; i++) {
    const AstNode *item = ast_at(ctx->ast, ast_item(items, i));
    if (special_string(ctx->ast, (NodeId){item->a}).v == 0)
      ctx_report(ctx, RULE_INVALID_TYPED_DICT_HEADER, ast_item(items, i),
                 "Keys of a TypedDict must be string literals");
    annot_qualified(ctx, (NodeId){item->b}, where);
  }
}
