/* namedtuple_check.c - what is wrong with namedtuple(...) and NamedTuple(...).
 *
 * Source: typing spec, "Named tuples: defining named tuples".
 */
#include "infer/check.h"
#include "infer/special/special.h"

typedef struct {
  NameId name;
  NodeId node;
} FieldName;
typedef VEC(FieldName) FieldNames;

static void add_words(Ctx *ctx, NodeId node, FieldNames *out) {
  Str rest = ctx->ast->values[ast_at(ctx->ast, node)->a].text, piece, inner;
  while (str_split(&rest, ' ', &piece))
    while (str_split(&piece, ',', &inner)) {
      Str word = str_trim(inner);
      if (word.len)
        vec_push(out, ctx->scratch, ((FieldName){name_intern(word), node}));
    }
}

/* "x y", ["x", "y"] or [("x", int), ("y", str)]: the names that are literal. */
static void field_names(Ctx *ctx, NodeId fields, FieldNames *out) {
  const AstNode *n = ast_at(ctx->ast, fields);
  if (n->kind == AST_Str) {
    add_words(ctx, fields, out);
    return;
  }
  if (n->kind != AST_List && n->kind != AST_Tuple) return;
  NodeList items = ast_list(ctx->ast, n->a);
  for (uint32_t i = 0; i < items.n; i++) {
    NodeId item = ast_item(items, i);
    const AstNode *e = ast_at(ctx->ast, item);
    if (e->kind == AST_Tuple || e->kind == AST_List) {
      NodeList pair = ast_list(ctx->ast, e->a);
      if (pair.n == 0) continue;
      item = ast_item(pair, 0);
    }
    NameId name = special_string(ctx->ast, item);
    if (name.v) vec_push(out, ctx->scratch, ((FieldName){name, item}));
  }
}

static bool is_identifier(Str s) {
  for (uint32_t i = 0; i < s.len; i++) {
    char c = s.ptr[i];
    bool digit = c >= '0' && c <= '9';
    bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
                  c == '_' || (uint8_t)c >= 0x80;
    if (!letter && !(digit && i)) return false;
  }
  return s.len > 0;
}

static bool is_repeated(const FieldNames *names, uint32_t index) {
  for (uint32_t i = 0; i < index; i++)
    if (name_eq(names->v[i].name, names->v[index].name)) return true;
  return false;
}

static void check_names(Ctx *ctx, const FieldNames *names) {
  for (uint32_t i = 0; i < names->n; i++) {
    Str text = name_text(names->v[i].name);
    const char *problem = NULL;
    if (!is_identifier(text)) problem = "is not a valid identifier";
    else if (namedtuple_is_keyword(text)) problem = "cannot be a keyword";
    else if (text.ptr[0] == '_') problem = "cannot start with an underscore";
    else if (is_repeated(names, i)) problem = "is given twice";
    if (problem)
      ctx_report(ctx, RULE_INVALID_NAMED_TUPLE, names->v[i].node,
                 "Field name `%" PRIstr "` of a named tuple %s", STR_ARG(text),
                 problem);
  }
}

static void check_defaults(Ctx *ctx, NodeId call, const FieldNames *names) {
  NodeId defaults =
      special_argument(ctx->ast, call, UINT32_MAX, "defaults");
  if (defaults.v == 0) return;
  const AstNode *d = ast_at(ctx->ast, defaults);
  if (d->kind != AST_List && d->kind != AST_Tuple) return;
  NodeList items = ast_list(ctx->ast, d->a);
  for (uint32_t i = 0; i < items.n; i++)
    if (ast_kind(ctx->ast, ast_item(items, i)) == AST_Starred) return;
  if (items.n > names->n)
    ctx_report(ctx, RULE_INVALID_NAMED_TUPLE, defaults,
               "Too many defaults for a named tuple: got %u for %u fields",
               items.n, names->n);
}

/* The name must be a str, and fields that stand elsewhere pairs. */
static void check_made_of(Ctx *ctx, NodeId node, TypeId want, const char *what) {
  TypeId t = expr_infer(ctx, node, want);
  if (relate_assignable(ctx->world, t, want)) return;
  ctx_report(ctx, RULE_INVALID_ARGUMENT_TYPE, node,
             "The %s of a NamedTuple: expected `%s`, found `%s`", what,
             display_short(ctx->world, want), display_short(ctx->world, t));
}

static void check_fields_value(Ctx *ctx, NodeId fields) {
  TypeId parts[2] = {TYPE_KNOWN(str), TYPE(ANY)};
  TypeId pair = type_tuple_of((TypeSpan){parts, 2});
  check_made_of(ctx, fields,
                type_instance(CLASS_ID(Iterable), (TypeSpan){&pair, 1}),
                "fields");
}

/* [("x", int)] as values, but the types as types. */
static void check_typed(Ctx *ctx, NodeId call, NodeId fields) {
  uint32_t where = ctx->module->module->is_stub ? ANNOT_DEFERRED : 0;
  NodeList args = ast_list(ctx->ast, ast_at(ctx->ast, call)->b);
  for (uint32_t i = 0; i < args.n; i++) {
    NodeId node = ast_item(args, i);
    const AstNode *a = ast_at(ctx->ast, node);
    if (node.v == fields.v) continue;
    if (i == 0 && a->kind != AST_Keyword && a->kind != AST_Starred) {
      check_made_of(ctx, node, TYPE_KNOWN(str), "name");
      continue;
    }
    if (a->kind == AST_Keyword || a->kind == AST_Starred)
      node = (NodeId){a->kind == AST_Keyword ? a->b : a->a};
    expr_infer(ctx, node, TYPE_NULL);
  }
  AstKind kind = ast_kind(ctx->ast, fields);
  if (kind != AST_List && kind != AST_Tuple) {
    check_fields_value(ctx, fields);
    return;
  }
  NodeList items = ast_list(ctx->ast, ast_at(ctx->ast, fields)->a);
  for (uint32_t i = 0; i < items.n; i++) {
    NodeId item = ast_item(items, i);
    const AstNode *e = ast_at(ctx->ast, item);
    NodeList pair = {0};
    if (e->kind == AST_Tuple || e->kind == AST_List)
      pair = ast_list(ctx->ast, e->a);
    if (pair.n != 2) {
      expr_infer(ctx, item, TYPE_NULL);
      continue;
    }
    expr_infer(ctx, ast_item(pair, 0), TYPE_NULL);
    annot_type(ctx, ast_item(pair, 1), where);
  }
}

void namedtuple_check_call(Ctx *ctx, NodeId call, TypeId callee) {
  bool untyped = type_kind(callee) == TYPE_KIND_FUNCTION;
  NodeId fields = special_argument(ctx->ast, call, 1,
                                   untyped ? "field_names" : "fields");
  if (untyped)
    call_value(ctx, callee, call_arguments(ctx, call), TYPE_NULL, call);
  else if (fields.v) check_typed(ctx, call, fields);
  if (fields.v == 0) return;
  FieldNames names = {0};
  field_names(ctx, fields, &names);
  NodeId rename = special_argument(ctx->ast, call, UINT32_MAX, "rename");
  if (rename.v == 0 || ast_kind(ctx->ast, rename) == AST_False)
    check_names(ctx, &names);
  check_defaults(ctx, call, &names);
}
