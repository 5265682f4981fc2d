/* format_fields.c - "{} items".format(n), where the text is known.
 *
 * Source: Python library reference, "Format String Syntax".  Reported is what raises
 * whenever it runs: fields without an argument, fields that cannot be read, numbers
 * wanted of a str; and arguments that a text written in place does not use.
 */
#include "base/bits.h"
#include "infer/check.h"
#include "infer/expr_int.h"

enum { FIELD_DEPTH_MAX = 2 }; /* a field may stand in a field's specification */

typedef struct {
  Ctx *ctx;
  NodeId call;
  NodeList args;
  BitSet used;            /* which of args */
  uint32_t automatic;     /* fields without a name so far */
  bool numbered;          /* fields with a number there were */
  bool star, double_star; /* args has more than one sees */
  bool failed;
} Format;

static void fail(Format *f, const char *what) {
  if (!f->failed)
    ctx_report(f->ctx, RULE_INVALID_STRING_FORMAT, f->call, "%s", what);
  f->failed = true;
}

static NodeId find_argument(Format *f, Str name, bool by_number,
                            uint32_t number) {
  const Ast *ast = f->ctx->ast;
  for (uint32_t i = 0, position = 0; i < f->args.n; i++) {
    NodeId arg = ast_item(f->args, i);
    const AstNode *n = ast_at(ast, arg);
    bool keyword = n->kind == AST_Keyword;
    if (by_number ? keyword || position++ != number
                  : !keyword || n->a == 0 ||
                        !str_eq(name_text((NameId){n->a}), name))
      continue;
    bitset_set(f->used, i);
    return keyword ? (NodeId){n->b} : arg;
  }
  return ID_NONE(NodeId);
}

/* The argument of the field with that name; none: not known, or missing. */
static NodeId field_argument(Format *f, Str name) {
  uint32_t number = 0;
  bool by_number = true;
  for (uint32_t i = 0; i < name.len; i++) {
    by_number &= name.ptr[i] >= '0' && name.ptr[i] <= '9' && i < 6;
    if (by_number) number = number * 10 + (uint32_t)(name.ptr[i] - '0');
  }
  if (by_number && ((name.len && f->automatic) || (!name.len && f->numbered))) {
    fail(f, "The format string mixes numbered fields and fields without a "
            "number");
    return ID_NONE(NodeId);
  }
  if (name.len == 0) number = f->automatic++;
  else f->numbered |= by_number;
  if (by_number ? f->star : f->double_star) {
    if (!by_number) return find_argument(f, name, false, 0);
    return ID_NONE(NodeId);
  }
  NodeId arg = find_argument(f, name, by_number, number);
  if (arg.v || f->failed) return arg;
  f->failed = true;
  if (by_number)
    ctx_report(f->ctx, RULE_INVALID_STRING_FORMAT, f->call,
               "The format string wants a positional argument %u", number + 1);
  else
    ctx_report(f->ctx, RULE_INVALID_STRING_FORMAT, f->call,
               "The format string wants an argument `%" PRIstr "`",
               STR_ARG(name));
  return arg;
}

static bool has_text(Ctx *ctx, TypeId t) {
  TypeId store = alias_expand(ctx->world, t);
  if (type_at(store)->flags & (TYPE_HAS_ANY | TYPE_HAS_UNKNOWN)) return false;
  TypeSpan members = union_members(ctx->world, &store);
  for (uint32_t i = 0; i < members.n; i++) {
    TypeId m = alias_expand(ctx->world, members.v[i]);
    if (!type_eq(m, TYPE(NEVER)) &&
        relate_assignable(ctx->world, m, TYPE_KNOWN(str)))
      return true;
  }
  return false;
}

/* `{:d}` of a text. */
static void check_format_type(Format *f, NodeId arg, Str spec) {
  if (spec.len == 0 || str_find_byte(spec, '{') != STR_NONE ||
      !char_is_in(spec.ptr[spec.len - 1], "bcdeEfFgGnoxX%"))
    return;
  /* The fill character may be any. */
  if (spec.len >= 2 && char_is_in(spec.ptr[spec.len - 2], "<>=^")) return;
  Ctx quiet = expr_quiet(f->ctx);
  TypeId t = expr_infer(&quiet, arg, TYPE_NULL);
  if (has_text(f->ctx, t))
    ctx_report(f->ctx, RULE_INVALID_STRING_FORMAT, arg,
               "`{:%" PRIstr "}` wants a number, found `%s`", STR_ARG(spec),
               display_short(f->ctx->world, t));
}

static void check_fields_of(Format *f, Str text, uint32_t depth);

/* The field in text[start:end], without its braces. */
static void check_field(Format *f, Str field, uint32_t depth) {
  uint32_t name_end = 0, i = 0;
  while (name_end < field.len && !char_is_in(field.ptr[name_end], ".[!:"))
    name_end++;
  bool bracket = false;
  for (i = name_end; i < field.len; i++) {
    if (field.ptr[i] == '[') bracket = true;
    else if (field.ptr[i] == ']') bracket = false;
    else if (!bracket && char_is_in(field.ptr[i], "!:")) break;
  }
  bool whole = i == name_end;
  NodeId arg = field_argument(f, (Str){field.ptr, name_end});
  if (f->failed) return;
  bool converted = i < field.len && field.ptr[i] == '!';
  if (converted) {
    if (i + 1 >= field.len || !char_is_in(field.ptr[i + 1], "rsa") ||
        (i + 2 < field.len && field.ptr[i + 2] != ':')) {
      fail(f, "The conversion of a field must be one of `r`, `s`, `a`");
      return;
    }
    i += 2;
  }
  if (i >= field.len) return;
  Str spec = {field.ptr + i + 1, field.len - i - 1};
  check_fields_of(f, spec, depth + 1);
  if (!f->failed && arg.v && whole && !converted)
    check_format_type(f, arg, spec);
}

static void check_fields_of(Format *f, Str text, uint32_t depth) {
  for (uint32_t i = 0; i < text.len && !f->failed; i++) {
    char c = text.ptr[i];
    if (c != '{' && c != '}') continue;
    if (depth == 0 && i + 1 < text.len && text.ptr[i + 1] == c) {
      i++;
      continue;
    }
    uint32_t start = ++i, open = 1;
    bool bracket = false, in_spec = false;
    for (; c == '{' && i < text.len; i++) {
      char d = text.ptr[i];
      if (!in_spec && (d == '[' || d == ']')) bracket = d == '[';
      if (bracket) continue;
      in_spec |= d == ':';
      open += (d == '{') - (d == '}');
      if (open == 0) break;
    }
    if (c == '}' || open) fail(f, "The format string has an unmatched brace");
    else if (depth >= FIELD_DEPTH_MAX) return;
    else check_field(f, (Str){text.ptr + start, i - start}, depth);
  }
}

static void check_unused(Format *f) {
  for (uint32_t i = 0; i < f->args.n; i++) {
    NodeId arg = ast_item(f->args, i);
    const AstNode *n = ast_at(f->ctx->ast, arg);
    if (bitset_get(f->used, i) || n->kind == AST_Starred ||
        (n->kind == AST_Keyword && n->a == 0) ||
        (f->star && n->kind != AST_Keyword))
      continue;
    ctx_report(f->ctx, RULE_INVALID_STRING_FORMAT, arg,
               "The format string does not use this argument");
    return;
  }
}

void check_format_call(Ctx *ctx, NodeId call) {
  const AstNode *n = ast_at(ctx->ast, call);
  const AstNode *func = ast_at(ctx->ast, (NodeId){n->a});
  if (func->kind != AST_Attribute ||
      !str_is(name_text((NameId){func->b}), "format") ||
      !ctx_reports(ctx, RULE_INVALID_STRING_FORMAT))
    return;
  Ctx quiet = expr_quiet(ctx);
  TypeId object = expr_infer(&quiet, (NodeId){func->a}, TYPE_NULL);
  if (type_kind(object) != TYPE_KIND_LITERAL_STR) return;
  Format f = {.ctx = ctx, .call = call, .args = ast_list(ctx->ast, n->b)};
  f.used = bitset_new(ctx->scratch, f.args.n);
  for (uint32_t i = 0; i < f.args.n; i++) {
    const AstNode *arg = ast_at(ctx->ast, ast_item(f.args, i));
    f.star |= arg->kind == AST_Starred;
    f.double_star |= arg->kind == AST_Keyword && arg->a == 0;
  }
  check_fields_of(&f, name_text(type_name(object)), 0);
  if (!f.failed && ast_kind(ctx->ast, (NodeId){func->a}) == AST_Str)
    check_unused(&f);
}
