/* lower_pattern.c - match statements (PEP 634).
 *
 * tree-sitter gives a `-` before a number as a sibling token, `_` as a token,
 * values and captures both as dotted_name.
 */
#include "parse/lower_int.h"

#include <stdlib.h>

static uint32_t leaf(Lower *l, AstKind kind, uint32_t c) {
  return node_open(l, kind, start_of(l, c), end_of(l, c));
}

static uint32_t lower_pattern(Lower *l, uint32_t c);

static bool is_wildcard(const Lower *l, uint32_t c) {
  return end_of(l, c) - start_of(l, c) == 1 &&
         l->text.ptr[start_of(l, c)] == '_';
}

/* a.b.c of a dotted_name, as nested Attributes up to the identifier `last`. */
static uint32_t lower_dotted_value(Lower *l, uint32_t c) {
  uint32_t n = 0;
  EACH_CHILD(l, k, c) n += kind_of(l, k) == CST_IDENTIFIER;
  uint32_t base = l->p->stack.n;
  /* Pre-order: the outermost Attribute first. */
  for (uint32_t i = n; i-- > 1;) {
    uint32_t part = c + 1;
    for (uint32_t skip = 0; skip < 2 * i; skip++) part = next_of(l, part);
    uint32_t id =
        node_open(l, AST_Attribute, start_of(l, c), end_of(l, part));
    uint32_t name = lower_name(l, start_of(l, part), end_of(l, part));
    node_at(l, id)->b = name;
    stack_push(l, id);
  }
  uint32_t inner = lower_name_expr(l, c + 1, EXPR_LOAD);
  while (l->p->stack.n > base) {
    uint32_t id = vec_pop(&l->p->stack);
    node_at(l, id)->a = inner;
    node_close(l, id);
    inner = id;
  }
  return inner;
}

static uint32_t lower_signed(Lower *l, uint32_t minus, uint32_t number) {
  if (!minus) return lower_number(l, number);
  uint32_t id =
      node_open(l, AST_UnaryOp, start_of(l, minus), end_of(l, number));
  node_at(l, id)->op = UNARY_MINUS;
  uint32_t operand = lower_number(l, number);
  node_at(l, id)->a = operand;
  node_close(l, id);
  return id;
}

/* [-] real (+|-) imaginary */
static uint32_t lower_complex(Lower *l, uint32_t c) {
  uint32_t k = c + 1, minus = 0;
  if (kind_of(l, k) == CST_MINUS) {
    minus = k;
    k = next_of(l, k);
  }
  uint32_t id = leaf(l, AST_BinOp, c);
  uint32_t left = lower_signed(l, minus, k);
  uint32_t op = next_of(l, k);
  uint32_t right = lower_number(l, next_of(l, op));
  if (node_at(l, left)->kind == AST_Complex)
    lower_error(l, start_of(l, k), end_of(l, k),
                "real number required in complex literal");
  if (node_at(l, right)->kind != AST_Complex)
    lower_error(l, start_of(l, next_of(l, op)), end_of(l, c),
                "imaginary number required in complex literal");
  AstNode *node = node_at(l, id);
  node->op = (uint8_t)lower_operator(l, op);
  node->a = left;
  node->b = right;
  node_close(l, id);
  return id;
}

/* The expression of a value pattern or of a mapping's key; `minus` is the
 * token before a number, or 0. */
static uint32_t lower_pattern_value(Lower *l, uint32_t minus, uint32_t c) {
  switch (kind_of(l, c)) {
  case CST_INTEGER: case CST_FLOAT: return lower_signed(l, minus, c);
  case CST_COMPLEX_PATTERN: return lower_complex(l, c);
  case CST_DOTTED_NAME: return lower_dotted_value(l, c);
  case CST_STRING: case CST_CONCATENATED_STRING: {
    uint32_t id = lower_expr(l, c);
    if (node_at(l, id)->kind == AST_JoinedStr)
      lower_error(l, start_of(l, c), end_of(l, c),
                  "patterns may only match literals and attribute lookups");
    return id;
  }
  case CST_TRUE: case CST_FALSE: case CST_NONE: return lower_expr(l, c);
  default:
    lower_error(l, start_of(l, c), end_of(l, c),
                "mapping pattern keys may only match literals and attribute "
                "lookups");
    return lower_error_expr(l, c);
  }
}

static uint32_t lower_capture(Lower *l, uint32_t c) {
  uint32_t id = lower_name_expr(l, c, EXPR_STORE);
  lower_check_name(l, id, EXPR_STORE);
  return id;
}

/* The name in `pattern as name`. */
static uint32_t lower_alias(Lower *l, uint32_t as) {
  uint32_t alias = next_of(l, next_of(l, as + 1));
  uint32_t aliased = kind_of(l, as + 1) == CST_CASE_PATTERN ? as + 2 : as + 1;
  if (kind_of(l, aliased) == CST_AS_PATTERN)
    lower_error(l, start_of(l, alias), end_of(l, alias),
                "only one `as` may follow a pattern without parentheses");
  if (is_wildcard(l, alias))
    lower_error(l, start_of(l, alias), end_of(l, alias),
                "cannot use `_` as a target");
  return lower_capture(l, alias);
}

static uint32_t value_pattern(Lower *l, uint32_t minus, uint32_t c) {
  uint32_t start = minus ? start_of(l, minus) : start_of(l, c);
  uint32_t id = node_open(l, AST_MatchValue, start, end_of(l, c));
  uint32_t value = lower_pattern_value(l, minus, c);
  node_at(l, id)->a = value;
  node_close(l, id);
  return id;
}

static uint32_t lower_star_pattern(Lower *l, uint32_t c) {
  uint32_t name = next_of(l, c + 1);
  uint32_t id = leaf(l, AST_MatchStar, c);
  if (kind_of(l, c + 1) == CST_STAR_STAR)
    lower_error(l, start_of(l, c), end_of(l, c),
                "`**` is only allowed in a mapping pattern");
  if (!is_wildcard(l, name)) {
    uint32_t target = lower_capture(l, name);
    node_at(l, id)->a = target;
  }
  node_close(l, id);
  return id;
}

/* Sequence elements from `first` up to `last`, separated by commas. */
static uint32_t lower_elements(Lower *l, uint32_t first, uint32_t last) {
  uint32_t base = l->p->stack.n, stars = 0;
  for (uint32_t k = first; k < last; k = next_of(l, k)) {
    if (kind_of(l, k) == CST_COMMA) continue;
    uint32_t id = lower_pattern(l, k);
    if (node_at(l, id)->kind == AST_MatchStar && stars++)
      lower_error(l, start_of(l, k), end_of(l, k),
                  "multiple starred names in sequence pattern");
    stack_push(l, id);
  }
  return list_flush(l, base);
}

static uint32_t lower_sequence(Lower *l, uint32_t c) {
  uint32_t first = next_of(l, c + 1), last = next_of(l, c) - 1;
  bool group = kind_of(l, c) == CST_TUPLE_PATTERN && first < last &&
               next_of(l, first) >= last;
  if (group) {
    uint32_t id = lower_pattern(l, first);
    if (node_at(l, id)->kind != AST_MatchStar) return id;
    lower_error(l, start_of(l, first), end_of(l, first),
                "a starred pattern cannot stand alone in parentheses");
    return id;
  }
  uint32_t id = leaf(l, AST_MatchSequence, c);
  uint32_t list = lower_elements(l, first, last);
  node_at(l, id)->a = list;
  node_close(l, id);
  return id;
}

static void check_keys(Lower *l, uint32_t base);

static uint32_t lower_mapping(Lower *l, uint32_t c) {
  uint32_t id = leaf(l, AST_MatchMapping, c);
  uint32_t base = l->p->stack.n, minus = 0, rest = 0;
  for (uint32_t k = next_of(l, c + 1); k < next_of(l, c); k = next_of(l, k)) {
    CstKind kind = kind_of(l, k);
    if (kind == CST_COMMA || kind == CST_RBRACE) continue;
    if (kind == CST_MINUS) {
      minus = k;
      continue;
    }
    if (rest) { /* and the node has no place for it */
      lower_error(l, start_of(l, k), end_of(l, k),
                  "nothing may follow `**` in a mapping pattern");
      break;
    }
    if (kind == CST_SPLAT_PATTERN) {
      uint32_t name = next_of(l, k + 1);
      if (kind_of(l, k + 1) == CST_STAR || is_wildcard(l, name))
        lower_error(l, start_of(l, k), end_of(l, k),
                    "invalid rest of a mapping pattern");
      rest = lower_capture(l, name);
      continue;
    }
    uint32_t colon = next_of(l, k), value = next_of(l, colon);
    uint32_t item =
        node_open(l, AST_MatchItem, start_of(l, minus ? minus : k),
                  end_of(l, value));
    uint32_t key = lower_pattern_value(l, minus, k);
    if (node_at(l, key)->kind == AST_Name)
      lower_error(l, start_of(l, k), end_of(l, k),
                  "mapping pattern keys may only match literals and "
                  "attribute lookups");
    uint32_t pattern = lower_pattern(l, value);
    AstNode *node = node_at(l, item);
    node->a = key;
    node->b = pattern;
    node_close(l, item);
    stack_push(l, item);
    k = value;
    minus = 0;
  }
  if (l->p->stack.n - base < 64) check_keys(l, base);
  uint32_t list = list_flush(l, base);
  AstNode *node = node_at(l, id);
  node->a = list;
  node->b = rest;
  node_close(l, id);
  return id;
}

/* `name=pattern`. The grammar reads `name=pattern as alias` as the alias of the
 * whole: `as` is that node then, else 0. */
static uint32_t lower_keyword_pattern(Lower *l, uint32_t c, uint32_t as) {
  uint32_t id = leaf(l, AST_MatchKeyword, as ? as : c);
  uint32_t name = c + 1, k = next_of(l, next_of(l, name)), minus = 0;
  uint32_t start = start_of(l, k);
  if (kind_of(l, k) == CST_MINUS) {
    minus = k;
    k = next_of(l, k);
  }
  uint32_t text = lower_name(l, start_of(l, name), end_of(l, name));
  lower_check_binding(l, text, start_of(l, name), end_of(l, name));
  uint32_t with = as ? leaf(l, AST_MatchAs, as) : 0;
  uint32_t pattern = minus ? value_pattern(l, minus, k) : lower_pattern(l, k);
  if (as) {
    uint32_t target = lower_alias(l, as);
    AstNode *node = node_at(l, with);
    node->start = start;
    node->a = pattern;
    node->b = target;
    node_close(l, with);
    pattern = with;
  }
  AstNode *node = node_at(l, id);
  node->a = text;
  node->b = pattern;
  node_close(l, id);
  return id;
}

static void check_keyword(Lower *l, uint32_t base, uint32_t id) {
  const AstNode *node = node_at(l, id);
  bool keyword = node->kind == AST_MatchKeyword;
  for (uint32_t i = base; i < l->p->stack.n; i++) {
    const AstNode *other = node_at(l, l->p->stack.v[i]);
    if (other->kind != AST_MatchKeyword) continue;
    if (!keyword) {
      lower_error(l, node->start, node->end,
                  "positional patterns follow keyword patterns");
      return;
    }
    if (other->a == node->a) {
      Str name = name_text((NameId){node->a});
      lower_error(l, node->start, node->start + name.len,
                  "attribute name repeated in class pattern: `%" PRIstr "`",
                  STR_ARG(name));
      return;
    }
  }
}

static uint32_t lower_class_pattern(Lower *l, uint32_t c) {
  uint32_t id = leaf(l, AST_MatchClass, c);
  uint32_t class = lower_dotted_value(l, c + 1);
  uint32_t base = l->p->stack.n;
  for (uint32_t k = next_of(l, c + 1); k < next_of(l, c); k = next_of(l, k)) {
    CstKind kind = kind_of(l, k);
    if (kind == CST_LPAREN || kind == CST_RPAREN || kind == CST_COMMA)
      continue;
    uint32_t inner = kind == CST_CASE_PATTERN ? k + 1 : k;
    uint32_t as = kind_of(l, inner) == CST_AS_PATTERN ? inner : 0;
    uint32_t aliased = as ? as + 1 : inner;
    if (as && kind_of(l, aliased) == CST_CASE_PATTERN) aliased++;
    uint32_t item = kind_of(l, aliased) == CST_KEYWORD_PATTERN
                        ? lower_keyword_pattern(l, aliased, as)
                        : lower_pattern(l, k);
    if (node_at(l, item)->kind == AST_MatchStar)
      lower_error(l, start_of(l, k), end_of(l, k),
                  "a starred pattern cannot stand in a class pattern");
    check_keyword(l, base, item);
    stack_push(l, item);
  }
  uint32_t list = list_flush(l, base);
  AstNode *node = node_at(l, id);
  node->a = class;
  node->b = list;
  node_close(l, id);
  return id;
}

/* A pattern that matches everything, so that nothing may follow it. */
static bool is_irrefutable(const Lower *l, uint32_t id) {
  const AstNode *node = &l->p->nodes.v[id];
  while (node->kind == AST_MatchAs && node->a) node = &l->p->nodes.v[node->a];
  if (node->kind == AST_MatchAs) return true;
  if (node->kind != AST_MatchOr) return false;
  uint32_t n = l->p->extra.v[node->a];
  return is_irrefutable(l, l->p->extra.v[node->a + n]);
}

static uint32_t lower_union(Lower *l, uint32_t c) {
  uint32_t id = leaf(l, AST_MatchOr, c);
  uint32_t base = l->p->stack.n, minus = 0;
  EACH_CHILD(l, k, c) {
    if (kind_of(l, k) == CST_PIPE) continue;
    if (kind_of(l, k) == CST_MINUS) {
      minus = k;
      continue;
    }
    if (l->p->stack.n > base) {
      uint32_t before = vec_last(&l->p->stack);
      const AstNode *node = node_at(l, before);
      if (is_irrefutable(l, before))
        lower_error(l, node->start, node->end,
                    "%s makes remaining patterns unreachable",
                    node->b ? "name capture" : "wildcard");
    }
    stack_push(l, minus ? value_pattern(l, minus, k) : lower_pattern(l, k));
    minus = 0;
  }
  uint32_t list = list_flush(l, base);
  node_at(l, id)->a = list;
  node_close(l, id);
  return id;
}

static uint32_t lower_as(Lower *l, uint32_t c) {
  uint32_t id = leaf(l, AST_MatchAs, c);
  uint32_t pattern = lower_pattern(l, c + 1);
  uint32_t target = lower_alias(l, c);
  AstNode *node = node_at(l, id);
  node->a = pattern;
  node->b = target;
  node_close(l, id);
  return id;
}

static uint32_t lower_name_pattern(Lower *l, uint32_t c) {
  bool dotted = next_of(l, c + 1) < next_of(l, c);
  if (dotted) return value_pattern(l, 0, c);
  uint32_t id = leaf(l, AST_MatchAs, c);
  if (!is_wildcard(l, c)) {
    uint32_t target = lower_capture(l, c + 1);
    node_at(l, id)->b = target;
  }
  node_close(l, id);
  return id;
}

static uint32_t lower_pattern_kind(Lower *l, uint32_t c) {
  switch (kind_of(l, c)) {
  case CST_CASE_PATTERN:
    if (kind_of(l, c + 1) == CST_MINUS)
      return value_pattern(l, c + 1, next_of(l, c + 1));
    return lower_pattern(l, c + 1);
  case CST_AS_PATTERN: return lower_as(l, c);
  case CST_UNION_PATTERN: return lower_union(l, c);
  case CST_CLASS_PATTERN: return lower_class_pattern(l, c);
  case CST_DICT_PATTERN: return lower_mapping(l, c);
  case CST_SPLAT_PATTERN: return lower_star_pattern(l, c);
  case CST_TUPLE_PATTERN: case CST_LIST_PATTERN: return lower_sequence(l, c);
  case CST_DOTTED_NAME: return lower_name_pattern(l, c);
  case CST_UNDERSCORE: return leaf(l, AST_MatchAs, c);
  case CST_TRUE: case CST_FALSE: case CST_NONE: {
    uint32_t id = leaf(l, AST_MatchSingleton, c);
    uint32_t value = lower_expr(l, c);
    node_at(l, id)->a = value;
    node_close(l, id);
    return id;
  }
  case CST_KEYWORD_PATTERN:
    lower_error(l, start_of(l, c), end_of(l, c),
                "a keyword pattern is only allowed in a class pattern");
    return leaf(l, AST_MatchAs, c);
  default: return value_pattern(l, 0, c);
  }
}

static uint32_t lower_pattern(Lower *l, uint32_t c) {
  if (UNLIKELY(l->level >= PARSE_DEPTH_MAX)) {
    if (!l->too_deep)
      lower_error(l, start_of(l, c), start_of(l, c) + 1,
                  "too many nested patterns (the limit is %d levels)",
                  PARSE_DEPTH_MAX);
    l->too_deep = true;
    return leaf(l, AST_MatchAs, c);
  }
  l->level++;
  l->depth++;
  uint32_t id = lower_pattern_kind(l, c);
  l->level--;
  l->depth--;
  return id;
}

/* ---- names that patterns bind ------------------------------------------- */

static bool has_name(const Lower *l, uint32_t from, uint32_t to,
                     uint32_t name) {
  for (uint32_t i = from; i < to; i++)
    if (l->p->stack.v[i] == name) return true;
  return false;
}

static void collect_names(Lower *l, uint32_t id, uint32_t base);

/* Every alternative binds the same names. */
static void collect_alternatives(Lower *l, uint32_t id, uint32_t base) {
  uint32_t end = l->p->ends.v[id], first = l->p->stack.n, last = first;
  bool same = true;
  for (uint32_t k = id + 1; k < end; k = l->p->ends.v[k]) {
    uint32_t from = l->p->stack.n;
    collect_names(l, k, k == id + 1 ? base : from);
    if (k == id + 1) {
      last = l->p->stack.n;
      continue;
    }
    same &= l->p->stack.n - from == last - first;
    for (uint32_t i = from; i < l->p->stack.n; i++)
      same &= has_name(l, first, last, l->p->stack.v[i]);
    l->p->stack.n = from;
  }
  if (!same)
    lower_error(l, node_at(l, id)->start, node_at(l, id)->end,
                "alternative patterns bind different names");
}

/* Pushes the names that the pattern binds; `base`: where those of the whole
 * case, or of its alternative, begin. */
static void collect_names(Lower *l, uint32_t id, uint32_t base) {
  const AstNode *node = node_at(l, id);
  if (node->kind == AST_MatchOr) {
    collect_alternatives(l, id, base);
    return;
  }
  if (node->kind == AST_Name && node->op == EXPR_STORE) {
    if (has_name(l, base, l->p->stack.n, node->a)) {
      Str name = name_text((NameId){node->a});
      lower_error(l, node->start, node->end,
                  "multiple assignments to `%" PRIstr "` in a pattern",
                  STR_ARG(name));
    }
    stack_push(l, node->a);
    return;
  }
  for (uint32_t k = id + 1; k < l->p->ends.v[id]; k = l->p->ends.v[k])
    collect_names(l, k, base);
}

static void check_names(Lower *l, uint32_t pattern) {
  uint32_t base = l->p->stack.n;
  collect_names(l, pattern, base);
  l->p->stack.n = base;
}

/* The value of a key that is a number or a bool, real and imaginary; false when
 * it is none, or too long to be compared here. */
static bool key_number(const Lower *l, uint32_t id, double out[2]) {
  const AstNode *node = &l->p->nodes.v[id];
  double right[2];
  out[1] = 0;
  switch ((AstKind)node->kind) {
  case AST_True: case AST_False: out[0] = node->kind == AST_True; return true;
  case AST_Int: {
    const AstValue *value = &l->p->values.v[node->a];
    out[0] = (double)value->integer;
    return !value->big && value->integer < (int64_t)1 << 53;
  }
  case AST_UnaryOp:
    if (!key_number(l, node->a, out)) return false;
    out[0] = -out[0];
    out[1] = -out[1];
    return true;
  case AST_BinOp:
    if (!key_number(l, node->a, out) || !key_number(l, node->b, right))
      return false;
    out[1] = node->op == OP_SUB ? -right[1] : right[1];
    return true;
  case AST_Float: case AST_Complex: {
    char text[32];
    uint32_t n = 0;
    for (uint32_t i = node->start; i < node->end; i++) {
      if (l->text.ptr[i] == '_') continue;
      if (n + 1 == sizeof text) return false;
      text[n++] = l->text.ptr[i];
    }
    text[n] = 0;
    out[node->kind == AST_Complex] = strtod(text, NULL);
    out[node->kind != AST_Complex] = 0;
    return true;
  }
  default: return false;
  }
}

static bool same_key(const Lower *l, uint32_t a, uint32_t b) {
  const AstNode *x = &l->p->nodes.v[a], *y = &l->p->nodes.v[b];
  double p[2], q[2];
  if (key_number(l, a, p) && key_number(l, b, q))
    return p[0] == q[0] && p[1] == q[1];
  if (x->kind != y->kind) return false;
  const AstValue *v = &l->p->values.v[x->a], *w = &l->p->values.v[y->a];
  switch ((AstKind)x->kind) {
  case AST_Str: case AST_Bytes: return str_eq(v->text, w->text);
  case AST_Int:
    return !v->big && !w->big && v->integer == w->integer;
  case AST_None: case AST_True: case AST_False: return true;
  default: return false;
  }
}

/* Keys of a mapping pattern, whose items are on the stack from `base` on. */
static void check_keys(Lower *l, uint32_t base) {
  for (uint32_t i = base; i < l->p->stack.n; i++)
    for (uint32_t k = base; k < i; k++) {
      uint32_t key = node_at(l, l->p->stack.v[i])->a;
      if (!same_key(l, node_at(l, l->p->stack.v[k])->a, key)) continue;
      lower_error(l, node_at(l, key)->start, node_at(l, key)->end,
                  "mapping pattern checks the same key twice");
      return;
    }
}

/* The patterns of a case: one, or a sequence without brackets. */
static uint32_t lower_case_patterns(Lower *l, uint32_t first, uint32_t last) {
  if (next_of(l, first) >= last &&
      kind_of(l, first + 1) != CST_SPLAT_PATTERN)
    return lower_pattern(l, first);
  uint32_t end = 0;
  for (uint32_t k = first; k < last; k = next_of(l, k)) end = end_of(l, k);
  uint32_t id = node_open(l, AST_MatchSequence, start_of(l, first), end);
  if (next_of(l, first) >= last)
    lower_error(l, start_of(l, first), end,
                "a starred pattern needs a sequence around it");
  uint32_t list = lower_elements(l, first, last);
  node_at(l, id)->a = list;
  node_close(l, id);
  return id;
}

static uint32_t lower_case(Lower *l, uint32_t c, uint32_t *pattern_id) {
  uint32_t id = leaf(l, AST_MatchCase, c);
  uint32_t first = next_of(l, c + 1), last = first, guard = 0;
  while (kind_of(l, last) != CST_IF_CLAUSE && kind_of(l, last) != CST_COLON)
    last = next_of(l, last);
  uint32_t pattern = lower_case_patterns(l, first, last);
  check_names(l, pattern);
  uint32_t k = last;
  if (kind_of(l, k) == CST_IF_CLAUSE) {
    guard = lower_named(l, next_of(l, k + 1));
    k = next_of(l, k);
  }
  l->last_end = end_of(l, k);
  uint32_t body = lower_block(l, next_of(l, k));
  AstNode *node = node_at(l, id);
  node->a = pattern;
  node->b = guard;
  node->c = body;
  node->end = l->last_end;
  node_close(l, id);
  *pattern_id = guard ? 0 : pattern;
  return id;
}

/* A case that tree-sitter could not read: a wildcard, and what it could. */
static uint32_t lower_broken_case(Lower *l, uint32_t c) {
  uint32_t id = leaf(l, AST_MatchCase, c);
  uint32_t pattern =
      node_open(l, AST_MatchAs, start_of(l, c), start_of(l, c));
  uint32_t base = l->p->stack.n;
  lower_broken(l, c);
  uint32_t body = list_flush(l, base);
  l->last_end = MAX(l->last_end, end_of(l, c));
  AstNode *node = node_at(l, id);
  node->a = pattern;
  node->c = body;
  node_close(l, id);
  return id;
}

static void lower_cases(Lower *l, uint32_t block) {
  uint32_t last = 0; /* an irrefutable pattern, or 0 */
  EACH_CHILD(l, k, block) {
    if (kind_of(l, k) != CST_CASE_CLAUSE) continue;
    if (UNLIKELY(lower_is_broken(l, k))) {
      stack_push(l, lower_broken_case(l, k));
      continue;
    }
    if (last) {
      const AstNode *node = node_at(l, last);
      lower_error(l, node->start, node->end,
                  "%s makes remaining patterns unreachable",
                  node->kind == AST_MatchAs && node->b ? "name capture"
                                                       : "wildcard");
    }
    uint32_t pattern;
    stack_push(l, lower_case(l, k, &pattern));
    last = pattern && is_irrefutable(l, pattern) ? pattern : 0;
  }
}

uint32_t lower_match(Lower *l, uint32_t c) {
  uint32_t id = leaf(l, AST_Match, c);
  lower_since(l, 10, start_of(l, c), start_of(l, c) + 5, "a `match` statement");
  uint32_t first = next_of(l, c + 1), colon = first;
  while (kind_of(l, colon) != CST_COLON) colon = next_of(l, colon);
  bool star = lower_is_starred(l, first);
  bool one = next_of(l, first) >= colon && !star;
  if (star && next_of(l, first) >= colon)
    lower_error(l, start_of(l, first), end_of(l, first),
                "a starred expression cannot be used here");
  uint32_t subject = one ? lower_named(l, first)
                         : lower_bare_tuple(l, first, colon, true);
  l->last_end = end_of(l, colon);
  uint32_t block = next_of(l, colon), base = l->p->stack.n;
  if (block < next_of(l, c)) lower_cases(l, block);
  uint32_t cases = list_flush(l, base);
  AstNode *node = node_at(l, id);
  node->a = subject;
  node->b = cases;
  node->end = l->last_end;
  node_close(l, id);
  return id;
}
