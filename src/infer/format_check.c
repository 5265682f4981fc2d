/* format_check.c - "%d items" % n, where the text is known.
 *
 * Source: Python library reference, "printf-style String Formatting".  Reported is
 * what raises whenever it runs: values that are too few or too many, keys that a
 * display does not have, values that a conversion never takes, characters that
 * are no conversion.  What may be a tuple, or a mapping, is not looked into.
 */
#include "infer/check.h"
#include "infer/expr_int.h"

typedef struct {
  char type;    /* the conversion: d, s ... */
  bool has_key; /* %(key)s */
  Str key;
  uint32_t stars; /* widths and precisions that are values, too */
} Conversion;

typedef enum { SPEC_END, SPEC_FOUND, SPEC_BAD } Spec;

/* The next conversion at or behind *at, which is moved behind it; `%%` is none. */
static Spec next_conversion(Str s, uint32_t *at, Conversion *out) {
  uint32_t i = *at;
  for (;; i += 2) {
    while (i < s.len && s.ptr[i] != '%') i++;
    if (i >= s.len) return SPEC_END;
    if (i + 1 < s.len && s.ptr[i + 1] == '%') continue;
    break;
  }
  *out = (Conversion){0};
  i++;
  if (i < s.len && s.ptr[i] == '(') {
    uint32_t begin = ++i, depth = 1;
    for (; i < s.len && depth; i++) {
      if (s.ptr[i] == '(') depth++;
      if (s.ptr[i] == ')') depth--;
    }
    if (depth) return SPEC_BAD;
    out->has_key = true;
    out->key = str_slice(s, begin, i - 1);
  }
  for (; i < s.len && char_is_in(s.ptr[i], "#0- +.*123456789hlL"); i++)
    out->stars += s.ptr[i] == '*';
  *at = i + 1;
  if (i >= s.len) return SPEC_BAD;
  out->type = s.ptr[i];
  return char_is_in(out->type, "diouxXeEfFgGcrsa%") ? SPEC_FOUND : SPEC_BAD;
}

/* ---- values ----------------------------------------------------------------------- */

static bool has(Ctx *ctx, TypeId t, const char *dunder) {
  Str name = {dunder, (uint32_t)strlen(dunder)};
  return !type_is_null(attr_dunder(ctx->worker, t, name_intern(name)));
}

/* Whether one value, no union, is of a kind that is known well enough to say no: what a
 * class elsewhere declares may be a descriptor. */
static bool is_known(Ctx *ctx, TypeId t) {
  switch (type_kind(t)) {
  case TYPE_KIND_LITERAL_INT:
  case TYPE_KIND_LITERAL_BOOL:
  case TYPE_KIND_LITERAL_STR:
  case TYPE_KIND_LITERAL_BYTES:
  case TYPE_KIND_LITERAL_STRING:
  case TYPE_KIND_TUPLE: return true;
  case TYPE_KIND_INSTANCE:
    return class_is(type_class(t), KNOWN_NoneType) ||
           (!type_eq(t, TYPE_KNOWN(object)) &&
            class_at(type_class(t))->module.v ==
                ctx->worker->infer->builtins.v);
  default: return false;
  }
}

static bool takes(Ctx *ctx, char conversion, TypeId t) {
  if (!is_known(ctx, t)) return true;
  if (char_is_in(conversion, "diu"))
    return has(ctx, t, "__int__") || has(ctx, t, "__index__");
  if (char_is_in(conversion, "oxX")) return has(ctx, t, "__index__");
  if (char_is_in(conversion, "eEfFgG"))
    return has(ctx, t, "__float__") || has(ctx, t, "__index__");
  if (conversion != 'c') return true;
  if (type_kind(t) == TYPE_KIND_LITERAL_STR)
    return utf8_count(name_text(type_name(t))) == 1;
  return has(ctx, t, "__index__") ||
         relate_assignable(ctx->world, t, TYPE_KNOWN(str));
}

static void check_value(Ctx *ctx, char conversion, TypeId value, NodeId node) {
  value = alias_expand(ctx->world, value);
  TypeId store = value;
  TypeSpan members = union_members(ctx->world, &store);
  if (type_at(value)->flags & (TYPE_HAS_ANY | TYPE_HAS_UNKNOWN)) return;
  for (uint32_t i = 0; i < members.n; i++) {
    if (takes(ctx, conversion, alias_expand(ctx->world, members.v[i])))
      continue;
    ctx_report(ctx, RULE_INVALID_STRING_FORMAT, node,
               "Conversion `%%%c` does not take a value of type `%s`",
               conversion, display_short(ctx->world, value));
    return;
  }
}

/* ---- "..." % (a, b), "..." % a ------------------------------------------------------ */

typedef struct {
  TypeId right;
  NodeId node;    /* of the whole operation */
  NodeId operand; /* of the right side */
  TypeSpan values;
  bool counted;    /* their number is known */
  bool may_remain; /* values that the text does not take are no mistake */
} Given;

static NodeId node_of_value(Ctx *ctx, const Given *g, uint32_t i) {
  const AstNode *n = ast_at(ctx->ast, g->operand);
  if (n->kind != AST_Tuple) return g->operand;
  NodeList items = ast_list(ctx->ast, n->a);
  for (uint32_t k = 0; k <= i && k < items.n; k++)
    if (ast_kind(ctx->ast, ast_item(items, k)) == AST_Starred)
      return g->operand;
  return i < items.n ? ast_item(items, i) : g->operand;
}

static void check_values(Ctx *ctx, Str text, const Given *g) {
  uint32_t at = 0, wanted = 0;
  Conversion c;
  while (next_conversion(text, &at, &c) == SPEC_FOUND) {
    wanted += c.stars;
    if (c.type == '%') continue; /* `%5%` takes none */
    if (wanted < g->values.n)
      check_value(ctx, c.type, g->values.v[wanted],
                  node_of_value(ctx, g, wanted));
    wanted++;
  }
  if (!g->counted || wanted == g->values.n) return;
  if (wanted < g->values.n && g->may_remain) return;
  ctx_report(ctx, RULE_INVALID_STRING_FORMAT, g->node,
             "The format takes %u value%s, %u %s given", wanted,
             wanted == 1 ? "" : "s", g->values.n,
             g->values.n == 1 ? "is" : "are");
}

/* A value on the right that is not one of several: no tuple, nor of a type that tuples
 * are of.  *is_mapping: it has items, as a mapping; with such, values may be left over. */
static bool is_single(Ctx *ctx, TypeId right, bool *is_mapping) {
  World *world = ctx->world;
  TypeSpan members = union_members(world, &right);
  TypeId tuple = world_instance_unknown(world, CLASS_ID(tuple));
  for (uint32_t i = 0; i < members.n; i++) {
    TypeId t = alias_expand(world, members.v[i]);
    if (!is_known(ctx, t) || relate_assignable(world, tuple, t) ||
        !type_is_null(world_as_instance_of(world, t, CLASS_ID(tuple))))
      return false;
    *is_mapping |= has(ctx, t, "__getitem__") &&
                   !relate_assignable(world, t, TYPE_KNOWN(str));
  }
  return true;
}

/* ---- "%(key)s" % {...} --------------------------------------------------------------- */

static bool display_has(const Ast *ast, NodeList items, NameId key) {
  for (uint32_t i = 0; i < items.n; i++) {
    const AstNode *item = ast_at(ast, ast_item(items, i));
    if (item->kind != AST_DictItem || item->a == 0) return true;
    const AstNode *k = ast_at(ast, (NodeId){item->a});
    if (k->kind != AST_Str ||
        name_eq(name_intern(ast->values[k->a].text), key))
      return true;
  }
  return false;
}

static void check_keys(Ctx *ctx, Str text, const Given *g) {
  bool is_mapping = false;
  if (is_single(ctx, g->right, &is_mapping) && !is_mapping) {
    ctx_report(ctx, RULE_INVALID_STRING_FORMAT, g->node,
               "The format takes a mapping, not a value of type `%s`",
               display_short(ctx->world, g->right));
    return;
  }
  const AstNode *n = ast_at(ctx->ast, g->operand);
  if (n->kind != AST_Dict) return;
  uint32_t at = 0;
  Conversion c;
  while (next_conversion(text, &at, &c) == SPEC_FOUND)
    if (c.has_key && !display_has(ctx->ast, ast_list(ctx->ast, n->a),
                                  name_intern(c.key)))
      ctx_report(ctx, RULE_INVALID_STRING_FORMAT, g->operand,
                 "The mapping has no key `%" PRIstr "`", STR_ARG(c.key));
}

void check_format(Ctx *ctx, TypeId left, TypeId right, NodeId node) {
  if (!ctx_reports(ctx, RULE_INVALID_STRING_FORMAT) ||
      type_kind(left) != TYPE_KIND_LITERAL_STR)
    return;
  Str text = name_text(type_name(left));
  uint32_t at = 0;
  bool keys = false;
  Conversion c;
  Spec spec;
  while ((spec = next_conversion(text, &at, &c)) == SPEC_FOUND)
    keys |= c.has_key;
  if (spec == SPEC_BAD) {
    ctx_report(ctx, RULE_INVALID_STRING_FORMAT, node,
               "The format has a `%%` with no conversion that there is");
    return;
  }
  right = alias_expand(ctx->world, right);
  Given g = {.right = right,
             .node = node,
             .operand = {ast_at(ctx->ast, node)->b}};
  if (keys) {
    check_keys(ctx, text, &g);
  } else if (type_kind(right) == TYPE_KIND_TUPLE) {
    TupleView v = type_tuple_view(right);
    g.values = v.prefix;
    g.counted = type_is_null(v.middle);
    check_values(ctx, text, &g);
  } else if (is_single(ctx, right, &g.may_remain)) {
    g.values = (TypeSpan){&right, 1};
    g.counted = true;
    check_values(ctx, text, &g);
  }
}
