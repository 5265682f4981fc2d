/* typeddict_entries.c - keys and values given for a TypedDict: by a display, by
 * a call of the class, by dict(...) where one is expected, and by update(...).
 *
 * Each of them is a list of entries, some from other mappings that are spread in
 * with `**`.  What is not known to be given may still be there once something of
 * unknown keys was spread in.
 *
 * Source: typing spec, "typeddict.html": "Initialization from dictionary
 * literals", "The TypedDict constructor", "Specific operations".
 */
#include "infer/class.h"
#include "infer/expr_int.h"
#include "infer/special/special.h"
#include "infer/typevar.h"

typedef struct {
  TypeId want;   /* the TypedDict */
  NameVec given; /* keys that are surely there */
  bool open;     /* keys that are not known may be there */
  bool update;   /* of what exists already: read-only items must stay */
} Entries;

/* The text of a key: a literal, or a name of literal type; 0: not known. */
static NameId key_name(Ctx *ctx, NodeId key) {
  NameId name = special_string(ctx->ast, key);
  if (name.v || key.v == 0) return name;
  Ctx quiet = expr_quiet(ctx);
  TypeId t = expr_infer(&quiet, key, TYPE_NULL);
  return type_kind(t) == TYPE_KIND_LITERAL_STR ? type_name(t) : name;
}

/* The key of a display's item or of a keyword; 0: not known, or `**other`. */
static NameId entry_name(Ctx *ctx, const AstNode *item) {
  return item->kind == AST_Keyword ? (NameId){item->a}
                                   : key_name(ctx, (NodeId){item->a});
}

/* ---- one entry ----------------------------------------------------------------- */

/* `got` for the item; reports at `node`. */
static void check_value(Ctx *ctx, const Entries *e, const Member *item,
                        TypeId got, NodeId node) {
  Str name = name_text(item->name);
  if (e->update && (item->flags & MEMBER_READ_ONLY) &&
      !type_eq(got, TYPE(NEVER))) {
    ctx_report(ctx, RULE_INVALID_ARGUMENT_TYPE, node,
               "Cannot update key \"%" PRIstr
               "\" of TypedDict `%s`: it is marked as read-only",
               STR_ARG(name), display_short(ctx->world, e->want));
    return;
  }
  if (relate_assignable(ctx->world, got, item->type)) return;
  ctx_report(ctx, RULE_INVALID_ARGUMENT_TYPE, node,
             "Invalid argument to key \"%" PRIstr "\" with declared type `%s` "
             "on TypedDict `%s`: value of type `%s`",
             STR_ARG(name), display_short(ctx->world, item->type),
             display_short(ctx->world, e->want),
             display_short(ctx->world, got));
}

static void report_unknown_key(Ctx *ctx, const Entries *e, NameId name,
                               NodeId node) {
  ctx_report(ctx, RULE_INVALID_KEY, node,
             "Unknown key \"%" PRIstr "\" for TypedDict `%s`",
             STR_ARG(name_text(name)), display_short(ctx->world, e->want));
}

/* `name: value`; the key stands at `key`. */
static void add_entry(Ctx *ctx, Entries *e, NameId name, NodeId key,
                      NodeId value) {
  vec_push(&e->given, ctx->scratch, name);
  Member item = typeddict_item_of(ctx->worker, e->want, name);
  if (!type_is_null(item.type)) {
    item.name = name;
    check_value(ctx, e, &item, expr_infer(ctx, value, item.type), value);
    return;
  }
  expr_infer(ctx, value, TYPE_NULL);
  report_unknown_key(ctx, e, name, key);
}

/* All items of another TypedDict. One that is spread in gives its keys as if they
 * were written; in one that is given as it is, others may be. */
static void add_typed_dict(Ctx *ctx, Entries *e, TypeId other, NodeId node,
                           bool spread) {
  NameVec names = {0};
  typeddict_names(ctx->worker, type_class(other), &names);
  for (uint32_t i = 0; i < names.n; i++) {
    Member have = typeddict_item_of(ctx->worker, other, names.v[i]);
    if (!(have.flags & MEMBER_NOT_REQUIRED))
      vec_push(&e->given, ctx->scratch, names.v[i]);
    Member item = typeddict_item_of(ctx->worker, e->want, names.v[i]);
    if (type_is_null(item.type)) {
      if (spread) report_unknown_key(ctx, e, names.v[i], node);
      continue;
    }
    item.name = names.v[i];
    check_value(ctx, e, &item, have.type, node);
  }
}

/* `**other` (spread), or a mapping given as such. */
static void add_mapping(Ctx *ctx, Entries *e, TypeId other, NodeId node,
                        bool spread) {
  other = alias_expand(ctx->world, other);
  if (typeddict_class(ctx->world, other).v)
    add_typed_dict(ctx, e, other, node, spread);
  else e->open = true;
}

static void add_display(Ctx *ctx, Entries *e, NodeId display) {
  NodeList items = ast_list(ctx->ast, ast_at(ctx->ast, display)->a);
  for (uint32_t i = 0; i < items.n; i++) {
    const AstNode *item = ast_at(ctx->ast, ast_item(items, i));
    NodeId key = {item->a}, value = {item->b};
    if (key.v == 0) {
      add_mapping(ctx, e, expr_infer(ctx, value, TYPE_NULL), value, true);
      continue;
    }
    NameId name = key_name(ctx, key);
    if (name.v) {
      add_entry(ctx, e, name, key, value);
      continue;
    }
    e->open = true;
    ctx_report(ctx, RULE_INVALID_KEY, key,
               "Keys of TypedDict `%s` must be string literals",
               display_short(ctx->world, e->want));
    expr_infer(ctx, value, TYPE_NULL);
  }
}

static bool is_given(const NameVec *given, NameId name) {
  for (uint32_t i = 0; i < given->n; i++)
    if (name_eq(given->v[i], name)) return true;
  return false;
}

/* Required items that nothing gives. */
static void check_missing(Ctx *ctx, const Entries *e, NodeId node) {
  if (!ctx_reports(ctx, RULE_MISSING_TYPED_DICT_KEY) || e->open || e->update)
    return;
  NameVec names = {0};
  typeddict_names(ctx->worker, type_class(e->want), &names);
  for (uint32_t i = 0; i < names.n; i++) {
    Member m = typeddict_item_of(ctx->worker, e->want, names.v[i]);
    if ((m.flags & MEMBER_NOT_REQUIRED) || is_given(&e->given, names.v[i]))
      continue;
    ctx_report(ctx, RULE_MISSING_TYPED_DICT_KEY, node,
               "Missing required key \"%" PRIstr
               "\" in TypedDict `%s` constructor",
               STR_ARG(name_text(names.v[i])),
               display_short(ctx->world, e->want));
  }
}

/* ---- which TypedDict is meant ------------------------------------------------------ */

typedef struct {
  NameVec names;
  bool spread;  /* there is a `**other` that is no TypedDict */
  bool unknown; /* some key is no literal */
} Keys;

/* The keys of `**other`, where that is a TypedDict. */
static bool add_spread_names(Ctx *ctx, NodeId other, NameVec *names) {
  Ctx quiet = expr_quiet(ctx);
  TypeId t = alias_expand(ctx->world, expr_infer(&quiet, other, TYPE_NULL));
  if (typeddict_class(ctx->world, t).v == 0) return false;
  NameVec own = {0};
  typeddict_names(ctx->worker, type_class(t), &own);
  for (uint32_t i = 0; i < own.n; i++)
    vec_push(names, ctx->scratch, own.v[i]);
  return true;
}

/* The keys of a display, or keywords. */
static Keys keys_of(Ctx *ctx, NodeList items) {
  Keys keys = {0};
  for (uint32_t i = 0; i < items.n; i++) {
    const AstNode *item = ast_at(ctx->ast, ast_item(items, i));
    NameId name = entry_name(ctx, item);
    if (name.v) vec_push(&keys.names, ctx->scratch, name);
    else if (item->a) keys.unknown = true;
    else if (!add_spread_names(ctx, (NodeId){item->b}, &keys.names))
      keys.spread = true;
  }
  return keys;
}

/* Whether every key is one of the TypedDict's and every required one may be
 * there. */
static bool keys_fit(Ctx *ctx, TypeId want, const Keys *keys) {
  if (keys->unknown) return false;
  for (uint32_t i = 0; i < keys->names.n; i++)
    if (type_is_null(
            typeddict_item_of(ctx->worker, want, keys->names.v[i]).type))
      return false;
  if (keys->spread) return true;
  NameVec names = {0};
  typeddict_names(ctx->worker, type_class(want), &names);
  for (uint32_t i = 0; i < names.n; i++)
    if (!is_given(&keys->names, names.v[i]) &&
        !(typeddict_item_of(ctx->worker, want, names.v[i]).flags &
          MEMBER_NOT_REQUIRED))
      return false;
  return true;
}

/* Whether each value given by name is one of the item's type. */
static bool values_fit(Ctx *ctx, TypeId want, NodeList items) {
  Ctx quiet = expr_quiet(ctx);
  for (uint32_t i = 0; i < items.n; i++) {
    const AstNode *item = ast_at(ctx->ast, ast_item(items, i));
    NameId name = entry_name(ctx, item);
    if (name.v == 0) continue;
    TypeId type = typeddict_item_of(ctx->worker, want, name).type;
    TypeId got = expr_infer(&quiet, (NodeId){item->b}, type);
    if (!relate_assignable(ctx->world, got, type)) return false;
  }
  return true;
}

/* The TypedDict that entries are meant for: the only one of `expected`, or of
 * several the first whose keys and values fit; else the first whose keys fit, where
 * no other dict is expected. Null: none. */
static TypeId choose(Ctx *ctx, NodeList items, TypeId expected) {
  World *world = ctx->world;
  TypeId store = alias_expand(world, expected);
  TypeSpan members = union_members(world, &store);
  Keys keys;
  TypeVec fitting = {0};
  TypeId dict = world_instance_unknown(world, CLASS_ID(dict));
  uint32_t n = 0;
  bool only = true;
  for (uint32_t i = 0; i < members.n; i++) {
    TypeId m = alias_expand(world, members.v[i]);
    if (typeddict_class(world, m).v == 0) {
      only &= !relate_assignable(world, dict, m);
      continue;
    }
    if (members.n == 1) return m;
    if (n++ == 0) keys = keys_of(ctx, items);
    if (keys_fit(ctx, m, &keys)) vec_push(&fitting, ctx->scratch, m);
  }
  if (only && fitting.n == 1) return fitting.v[0];
  for (uint32_t i = 0; i < fitting.n; i++)
    if (values_fit(ctx, fitting.v[i], items)) return fitting.v[i];
  return only && fitting.n ? fitting.v[0] : TYPE_NULL;
}

static bool is_still_open(TypeId var, const void *ctx) {
  return !typevar_is_visible(ctx, var);
}

/* The display for a generic TypedDict whose arguments the call around has still
 * to find: what a call of the class with these items makes. Null: some key is not
 * known. */
static TypeId open_display(Ctx *ctx, NodeId display, NodeList items,
                           TypeId want) {
  Argument *args = ARENA_ARRAY(ctx->scratch, Argument, items.n + 1);
  for (uint32_t i = 0; i < items.n; i++) {
    const AstNode *item = ast_at(ctx->ast, ast_item(items, i));
    NameId name = entry_name(ctx, item);
    if (name.v == 0) return TYPE_NULL;
    args[i] = (Argument){.node = {item->b}, .keyword = name};
  }
  return call_value(ctx, type_class_object(type_class(want)),
                    (Arguments){args, items.n}, TYPE_NULL,
                    ctx->diags ? display : ID_NONE(NodeId))
      .returns;
}

TypeId typed_dict_display(Ctx *ctx, NodeId display, TypeId expected) {
  NodeList items = ast_list(ctx->ast, ast_at(ctx->ast, display)->a);
  TypeId want = choose(ctx, items, expected);
  if (type_is_null(want)) return TYPE_NULL;
  if (type_has(want, TYPE_HAS_TYPE_VAR)) {
    TypeVec open = {0};
    typevar_collect(ctx->scratch, want, is_still_open, ctx, &open);
    if (open.n) return open_display(ctx, display, items, want);
  }
  if (ctx->diags == NULL) {
    /* Nobody is told what is wrong: whether it fits is the answer, so that of
     * overloads the next one is tried. */
    Keys keys = keys_of(ctx, items);
    return keys_fit(ctx, want, &keys) && values_fit(ctx, want, items)
               ? want
               : TYPE_NULL;
  }
  Entries e = {.want = want};
  add_display(ctx, &e, display);
  check_missing(ctx, &e, display);
  return want;
}

/* ---- calls ------------------------------------------------------------------------- */

static void add_keywords(Ctx *ctx, Entries *e, NodeList args) {
  for (uint32_t i = 0; i < args.n; i++) {
    NodeId node = ast_item(args, i);
    const AstNode *a = ast_at(ctx->ast, node);
    if (a->kind != AST_Keyword) continue;
    NodeId value = {a->b};
    if (a->a) add_entry(ctx, e, (NameId){a->a}, node, value);
    else add_mapping(ctx, e, expr_infer(ctx, value, TYPE_NULL), value, true);
  }
}

/* The only positional argument, 0 when there is none. False: several, or one
 * that is unpacked. */
static bool only_positional(const Ctx *ctx, NodeList args, NodeId *out) {
  *out = (NodeId){0};
  for (uint32_t i = 0; i < args.n; i++) {
    NodeId node = ast_item(args, i);
    AstKind kind = ast_kind(ctx->ast, node);
    if (kind == AST_Keyword) continue;
    if (kind == AST_Starred || out->v) return false;
    *out = node;
  }
  return true;
}

/* Movie(name="", ...), Movie({...}); null: the signature of the class decides. */
static TypeId call_class(Ctx *ctx, NodeId call, TypeId want) {
  NodeList args = ast_list(ctx->ast, ast_at(ctx->ast, call)->b);
  NodeId first;
  if (!only_positional(ctx, args, &first)) return TYPE_NULL;
  if (first.v && ast_kind(ctx->ast, first) != AST_Dict) return TYPE_NULL;
  if (ctx->diags == NULL) return want;
  Entries e = {.want = want};
  if (first.v) add_display(ctx, &e, first);
  add_keywords(ctx, &e, args);
  check_missing(ctx, &e, call);
  return want;
}

/* dict(name="", ...) where a TypedDict is expected. */
static TypeId call_dict(Ctx *ctx, NodeId call, TypeId expected) {
  NodeList args = ast_list(ctx->ast, ast_at(ctx->ast, call)->b);
  NodeId first;
  if (args.n == 0 || !only_positional(ctx, args, &first) || first.v)
    return TYPE_NULL;
  TypeId want = choose(ctx, args, expected);
  if (type_is_null(want)) return TYPE_NULL;
  Entries e = {.want = want};
  add_keywords(ctx, &e, args);
  check_missing(ctx, &e, call);
  return want;
}

/* The argument of update() that is no display: another TypedDict, or a mapping,
 * which may hold keys that the TypedDict does not take. */
static void check_update_argument(Ctx *ctx, Entries *e, NodeId node) {
  World *world = ctx->world;
  TypeId other = alias_expand(world, expr_infer(ctx, node, TYPE_NULL));
  bool read_only;
  TypeId extra = typeddict_extra(ctx->worker, type_class(e->want), &read_only);
  bool plain = type_kind(other) == TYPE_KIND_INSTANCE &&
               typeddict_class(world, other).v == 0 &&
               class_is(type_class(other), KNOWN_dict);
  if (!plain || !type_is_null(extra)) {
    add_mapping(ctx, e, other, node, false);
    return;
  }
  ctx_report(ctx, RULE_INVALID_ARGUMENT_TYPE, node,
             "TypedDict `%s` cannot be updated with `%s`, whose keys are not "
             "known",
             display_short(world, e->want), display_short(world, other));
}

static TypeId call_update(Ctx *ctx, NodeId call, TypeId want) {
  NodeList args = ast_list(ctx->ast, ast_at(ctx->ast, call)->b);
  NodeId first;
  if (!only_positional(ctx, args, &first)) return TYPE_NULL;
  if (ctx->diags) {
    Entries e = {.want = want, .update = true};
    if (first.v && ast_kind(ctx->ast, first) == AST_Dict)
      add_display(ctx, &e, first);
    else if (first.v) check_update_argument(ctx, &e, first);
    add_keywords(ctx, &e, args);
  }
  return TYPE_KNOWN(NoneType);
}

/* ---- operators ------------------------------------------------------------------- */

/* Every entry of a display names an item of the TypedDict and has a value for it. */
static bool display_fits(Ctx *ctx, TypeId want, NodeId display) {
  NodeList items = ast_list(ctx->ast, ast_at(ctx->ast, display)->a);
  Ctx quiet = expr_quiet(ctx);
  for (uint32_t i = 0; i < items.n; i++) {
    const AstNode *item = ast_at(ctx->ast, ast_item(items, i));
    NameId name = entry_name(ctx, item);
    if (name.v == 0) return false;
    TypeId type = typeddict_item_of(ctx->worker, want, name).type;
    if (type_is_null(type)) return false;
    TypeId value = expr_infer(&quiet, (NodeId){item->b}, type);
    if (!relate_assignable(ctx->world, value, type)) return false;
  }
  return true;
}

TypeId typed_dict_merge(Ctx *ctx, TypeId left, NodeId right, bool in_place) {
  left = alias_expand(ctx->world, left);
  if (typeddict_class(ctx->world, left).v == 0 ||
      ast_kind(ctx->ast, right) != AST_Dict)
    return TYPE_NULL;
  if (!in_place && !display_fits(ctx, left, right)) return TYPE_NULL;
  Entries e = {.want = left, .update = in_place};
  add_display(ctx, &e, right);
  return left;
}

/* ---- which calls ------------------------------------------------------------------ */

/* The instance that a class object makes when it is a TypedDict whose arguments
 * are all decided; else null. */
static TypeId made_typed_dict(World *world, TypeId callee) {
  TypeKind kind = type_kind(callee);
  if (kind != TYPE_KIND_CLASS && kind != TYPE_KIND_GENERIC_ALIAS)
    return TYPE_NULL;
  ClassId id = type_class(callee);
  if (!(class_flags(world, id) & CLASS_TYPED_DICT)) return TYPE_NULL;
  if (kind == TYPE_KIND_CLASS && type_args(class_type_params(world, id)).n)
    return TYPE_NULL;
  return type_instance(
      id, kind == TYPE_KIND_CLASS ? (TypeSpan){0} : type_args(callee));
}

TypeId typed_dict_call(Ctx *ctx, NodeId call, TypeId callee, TypeId expected) {
  TypeId made = made_typed_dict(ctx->world, callee);
  if (!type_is_null(made)) return call_class(ctx, call, made);
  if (type_kind(callee) == TYPE_KIND_CLASS)
    return class_is(type_class(callee), KNOWN_dict) && !type_is_null(expected)
               ? call_dict(ctx, call, expected)
               : TYPE_NULL;
  NodeId func = {ast_at(ctx->ast, call)->a};
  const AstNode *f = ast_at(ctx->ast, func);
  if ((type_kind(callee) != TYPE_KIND_CALLABLE &&
       type_kind(callee) != TYPE_KIND_BOUND_METHOD) || f->kind != AST_Attribute ||
      !str_is(name_text((NameId){f->b}), "update"))
    return TYPE_NULL;
  Ctx quiet = expr_quiet(ctx);
  TypeId object = alias_expand(
      ctx->world, expr_infer(&quiet, (NodeId){f->a}, TYPE_NULL));
  if (typeddict_class(ctx->world, object).v == 0) return TYPE_NULL;
  return call_update(ctx, call, object);
}
