/* typeddict_access.c - dict displays as TypedDicts, items by key.
 * Typing spec, "typeddict.html#operations". */
#include "infer/class.h"
#include "infer/special/special.h"

/* The class of a TypedDict instance; 0: it is none. */
static ClassId dict_class(World *world, TypeId t) {
  if (type_kind(t) != TYPE_KIND_INSTANCE) return (ClassId){0};
  ClassId id = type_class(t);
  return class_flags(world, id) & CLASS_TYPED_DICT ? id : (ClassId){0};
}

/* The item of an instance, its type arguments put in; an extra item for a name
 * that is none, where the TypedDict takes such. */
static Member item_of(InferWorker *worker, TypeId instance, NameId name) {
  Member m = typeddict_item(worker, type_class(instance), name);
  if (type_is_null(m.type)) {
    bool read_only;
    TypeId extra = typeddict_extra(worker, type_class(instance), &read_only);
    if (type_is_null(extra) || type_eq(extra, TYPE(NEVER))) return m;
    m = (Member){.name = name, .type = extra, .flags = MEMBER_NOT_REQUIRED};
    if (read_only) m.flags |= MEMBER_READ_ONLY;
  }
  if (!type_is_null(m.type) && type_args(instance).n)
    m.type = subst(&worker->world, m.type,
                   subst_mapping_of(&worker->world, instance));
  return m;
}

/* The text of a key: a literal, or a name of literal type; 0: not known. */
static NameId key_name(Ctx *ctx, NodeId key) {
  NameId name = special_string(ctx->ast, key);
  if (name.v || key.v == 0) return name;
  Ctx quiet = *ctx;
  quiet.diags = NULL;
  quiet.counts = NULL;
  TypeId t = expr_infer(&quiet, key, TYPE_NULL);
  return type_kind(t) == TYPE_KIND_LITERAL_STR ? type_name(t) : name;
}

typedef struct {
  NameVec given;
  bool ok;
} Display;

static void check_item(Ctx *ctx, TypeId want, const AstNode *item,
                       NodeId node, Display *d) {
  NodeId key = {item->a}, value = {item->b};
  NameId name = key_name(ctx, key);
  if (name.v == 0) { /* **other, or a key that is not literal */
    d->ok = false;
    if (key.v)
      ctx_report(ctx, RULE_INVALID_KEY, key,
                 "Keys of TypedDict `%s` must be string literals",
                 display_short(ctx->world, want));
    expr_infer(ctx, value, TYPE_NULL);
    return;
  }
  vec_push(&d->given, ctx->scratch, name);
  Member m = item_of(ctx->worker, want, name);
  if (type_is_null(m.type)) {
    expr_infer(ctx, value, TYPE_NULL);
    ctx_report(ctx, RULE_INVALID_KEY, key,
               "Unknown key \"%" PRIstr "\" for TypedDict `%s`",
               STR_ARG(name_text(name)), display_short(ctx->world, want));
    return;
  }
  TypeId got = expr_infer(ctx, value, m.type);
  if (relate_assignable(ctx->world, got, m.type)) return;
  ctx_report(ctx, RULE_INVALID_ARGUMENT_TYPE, value,
             "Invalid argument to key \"%" PRIstr "\" with declared type `%s` "
             "on TypedDict `%s`: value of type `%s`",
             STR_ARG(name_text(name)), display_short(ctx->world, m.type),
             display_short(ctx->world, want), display_short(ctx->world, got));
}

static void check_missing(Ctx *ctx, TypeId want, NodeId display,
                          const Display *d) {
  if (!ctx_reports(ctx, RULE_MISSING_TYPED_DICT_KEY) || !d->ok) return;
  NameVec names = {0};
  typeddict_names(ctx->worker, type_class(want), &names);
  for (uint32_t i = 0; i < names.n; i++) {
    bool given = false;
    for (uint32_t k = 0; k < d->given.n; k++)
      given |= name_eq(d->given.v[k], names.v[i]);
    Member m = item_of(ctx->worker, want, names.v[i]);
    if (given || (m.flags & MEMBER_NOT_REQUIRED)) continue;
    ctx_report(ctx, RULE_MISSING_TYPED_DICT_KEY, display,
               "Missing required key \"%" PRIstr
               "\" in TypedDict `%s` constructor",
               STR_ARG(name_text(names.v[i])), display_short(ctx->world, want));
  }
}

/* Whether every literal key of the display is one of the TypedDict's and every
 * required key is there. */
static bool keys_fit(Ctx *ctx, TypeId want, NodeId display) {
  NodeList items = ast_list(ctx->ast, ast_at(ctx->ast, display)->a);
  NameVec given = {0};
  for (uint32_t i = 0; i < items.n; i++) {
    const AstNode *item = ast_at(ctx->ast, ast_item(items, i));
    NameId name = key_name(ctx, (NodeId){item->a});
    if (name.v == 0) return item->a == 0;
    if (type_is_null(item_of(ctx->worker, want, name).type)) return false;
    vec_push(&given, ctx->scratch, name);
  }
  NameVec names = {0};
  typeddict_names(ctx->worker, type_class(want), &names);
  for (uint32_t i = 0; i < names.n; i++) {
    bool found = false;
    for (uint32_t k = 0; k < given.n; k++)
      found |= name_eq(given.v[k], names.v[i]);
    if (!found && !(item_of(ctx->worker, want, names.v[i]).flags &
                    MEMBER_NOT_REQUIRED))
      return false;
  }
  return true;
}

/* The TypedDict that a display is meant to be: the only one of `expected`, or
 * of several the first whose keys fit; null: none. */
static TypeId choose(Ctx *ctx, NodeId display, TypeId expected) {
  World *world = ctx->world;
  TypeId store = alias_expand(world, expected);
  TypeSpan members = union_members(world, &store);
  TypeId only = TYPE_NULL;
  uint32_t n = 0;
  for (uint32_t i = 0; i < members.n; i++) {
    TypeId m = alias_expand(world, members.v[i]);
    if (dict_class(world, m).v == 0) continue;
    if (keys_fit(ctx, m, display)) return m;
    only = m;
    n++;
  }
  return n == 1 && members.n == 1 ? only : TYPE_NULL;
}

TypeId typed_dict_display(Ctx *ctx, NodeId display, TypeId expected) {
  if (type_is_null(expected)) return TYPE_NULL;
  TypeId want = choose(ctx, display, expected);
  if (type_is_null(want)) return TYPE_NULL;
  NodeList items = ast_list(ctx->ast, ast_at(ctx->ast, display)->a);
  Display d = {.ok = true};
  for (uint32_t i = 0; i < items.n; i++) {
    NodeId node = ast_item(items, i);
    check_item(ctx, want, ast_at(ctx->ast, node), node, &d);
  }
  check_missing(ctx, want, display, &d);
  return want;
}

TypeId typed_dict_get(Ctx *ctx, TypeId object, TypeId key, NodeId node) {
  if (dict_class(ctx->world, object).v == 0) return TYPE_NULL;
  TypeId store = key;
  TypeSpan keys = union_members(ctx->world, &store);
  UnionBuilder *builder = union_begin(ctx->world);
  for (uint32_t i = 0; i < keys.n; i++) {
    TypeId k = keys.v[i];
    if (type_kind(k) != TYPE_KIND_LITERAL_STR) {
      union_end(builder);
      return TYPE_NULL;
    }
    Member m = item_of(ctx->worker, object, type_name(k));
    if (!type_is_null(m.type)) {
      union_add(builder, m.type);
      continue;
    }
    if (node.v)
      ctx_report(ctx, RULE_INVALID_KEY, node,
                 "Unknown key \"%" PRIstr "\" for TypedDict `%s`",
                 STR_ARG(name_text(type_name(k))),
                 display_short(ctx->world, object));
    union_add(builder, TYPE(UNKNOWN));
  }
  return union_end(builder);
}

bool typed_dict_check_store(Ctx *ctx, TypeId object, TypeId key, NodeId target,
                            bool is_delete) {
  if (dict_class(ctx->world, object).v == 0) return false;
  if (type_kind(key) != TYPE_KIND_LITERAL_STR) return false;
  Member m = item_of(ctx->worker, object, type_name(key));
  if (type_is_null(m.type)) return false;
  Str name = name_text(type_name(key));
  if (m.flags & MEMBER_READ_ONLY) {
    ctx_report(ctx, RULE_INVALID_ASSIGNMENT, target,
               "Cannot %s key \"%" PRIstr
               "\" of TypedDict `%s`: it is marked as read-only",
               is_delete ? "delete" : "assign to", STR_ARG(name),
               display_short(ctx->world, object));
    return true;
  }
  if (!is_delete || (m.flags & MEMBER_NOT_REQUIRED)) return false;
  ctx_report(ctx, RULE_INVALID_ARGUMENT_TYPE, target,
             "Cannot delete required key \"%" PRIstr "\" of TypedDict `%s`",
             STR_ARG(name), display_short(ctx->world, object));
  return true;
}
