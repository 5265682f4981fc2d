/* lower_chain.c - chains of operators, calls and attributes.
 *
 * Problem: `a.b(c)[d] + e` leans to the left, and real code has chains of
 * thousands ("x" + "y" + ...); recursion on the left operand would need that
 * much stack.
 *
 * Representation: lower_spine walks down the left operands first, opens one
 * node a step (pre-order is kept, because a left operand follows its parent at
 * once), lowers the leftmost leaf, and walks back up lowering what stands to
 * the right.  `a and b and c` is one BoolOp: the steps of one operator share
 * their node, and the values pile up on the stack.
 */
#include "parse/lower_int.h"

/* ---- chains that lean to the left --------------------------------------- */

static bool is_spine(CstKind kind) {
  return kind == CST_ATTRIBUTE || kind == CST_CALL || kind == CST_SUBSCRIPT ||
         kind == CST_BINARY || kind == CST_BOOLEAN;
}

static Operator binary_operator(CstKind token) {
  switch (token) {
  case CST_PLUS: case CST_PLUS_EQUAL: return OP_ADD;
  case CST_MINUS: case CST_MINUS_EQUAL: return OP_SUB;
  case CST_STAR: case CST_STAR_EQUAL: return OP_MULT;
  case CST_AT: case CST_AT_EQUAL: return OP_MATMULT;
  case CST_SLASH: case CST_SLASH_EQUAL: return OP_DIV;
  case CST_PERCENT: case CST_PERCENT_EQUAL: return OP_MOD;
  case CST_STAR_STAR: case CST_STAR_STAR_EQUAL: return OP_POW;
  case CST_LSHIFT: case CST_LSHIFT_EQUAL: return OP_LSHIFT;
  case CST_RSHIFT: case CST_RSHIFT_EQUAL: return OP_RSHIFT;
  case CST_PIPE: case CST_PIPE_EQUAL: return OP_BITOR;
  case CST_CARET: case CST_CARET_EQUAL: return OP_BITXOR;
  case CST_AMPERSAND: case CST_AMPERSAND_EQUAL: return OP_BITAND;
  case CST_SLASH_SLASH: case CST_SLASH_SLASH_EQUAL: return OP_FLOORDIV;
  default: return OP_COUNT;
  }
}

Operator lower_operator(const Lower *l, uint32_t token) {
  return binary_operator(kind_of(l, token));
}

/* Opens the node of one step; `above` is the step before it, if any. */
static uint32_t spine_open(Lower *l, uint32_t c, const SpineItem *above) {
  uint32_t start = start_of(l, c), end = end_of(l, c);
  if (UNLIKELY(start == l->splat_from)) start = l->splat_to;
  switch (kind_of(l, c)) {
  case CST_ATTRIBUTE: return node_open(l, AST_Attribute, start, end);
  case CST_CALL: return node_open(l, AST_Call, start, end);
  case CST_SUBSCRIPT: return node_open(l, AST_Subscript, start, end);
  case CST_BINARY: {
    uint32_t id = node_open(l, AST_BinOp, start, end);
    node_at(l, id)->op = (uint8_t)lower_operator(l, next_of(l, c + 1));
    return id;
  }
  default: break;
  }
  CstKind op = kind_of(l, next_of(l, c + 1));
  if (above && kind_of(l, above->cst) == CST_BOOLEAN &&
      kind_of(l, next_of(l, above->cst + 1)) == op)
    return above->id;
  uint32_t id = node_open(l, AST_BoolOp, start, end);
  node_at(l, id)->op = op == CST_KW_OR ? BOOL_OR : BOOL_AND;
  return id;
}

bool lower_is_starred(const Lower *l, uint32_t c) {
  return l->text.ptr[start_of(l, c)] == '*' &&
         start_of(l, c) != l->splat_from && kind_of(l, c) != CST_SLICE &&
         kind_of(l, c) != CST_TUPLE && kind_of(l, c) != CST_TUPLE_PATTERN;
}

void lower_star_since(Lower *l, uint32_t first, uint32_t last, int minor,
                      const char *what) {
  if (LIKELY(python_at_least(l->version, 3, minor)) || l->annotation) return;
  for (uint32_t k = first; k < last; k = next_of(l, k))
    if (lower_is_starred(l, k))
      lower_since(l, minor, start_of(l, k), end_of(l, k), what);
}

/* `a[*b]` is a[(*b,)]. */
static uint32_t lower_subscripts(Lower *l, uint32_t first, uint32_t last) {
  if (next_of(l, first) >= last && !lower_is_starred(l, first))
    return lower_named(l, first);
  lower_star_since(l, first, last, 11, "unpacking in a subscript");
  return lower_bare_tuple(l, first, last, true);
}

/* Lowers what stands to the right of the left operand and closes the node. */
static void spine_finish(Lower *l, SpineItem item, uint32_t left) {
  uint32_t second = next_of(l, item.cst + 1);
  uint32_t right;
  switch (kind_of(l, item.cst)) {
  case CST_ATTRIBUTE: {
    uint32_t name = next_of(l, second);
    right = lower_name(l, start_of(l, name), end_of(l, name));
    break;
  }
  case CST_CALL: right = lower_arguments(l, second); break;
  case CST_SUBSCRIPT: {
    uint32_t last = next_of(l, item.cst) - 1; /* the bracket */
    uint32_t first = next_of(l, second);
    right = lower_subscripts(l, first, last);
    break;
  }
  default: right = lower_expr(l, next_of(l, second)); break;
  }
  AstNode *node = node_at(l, item.id);
  node->a = left;
  node->b = right;
  node_close(l, item.id);
}

/* An expression where a lambda needs parentheses. */
uint32_t lower_operand(Lower *l, uint32_t c) {
  if (UNLIKELY(kind_of(l, c) == CST_LAMBDA))
    lower_error(l, start_of(l, c), end_of(l, c),
                "a lambda must be parenthesized here");
  return lower_expr(l, c);
}

/* ---- `&` and `^` -------------------------------------------------------- */

/* tree-sitter-python lets `^` bind closer than `&`; Python has it the other way
 * round.  A chain of `&` that holds a `^` without parentheses is taken apart
 * into operands and operators and put together again. */

static CstKind binary_token(const Lower *l, uint32_t c) {
  if (kind_of(l, c) != CST_BINARY || lower_is_broken(l, c)) return CST_OTHER;
  return kind_of(l, next_of(l, c + 1));
}

/* A `&` chain with a `^` operand, seen from its topmost `&`. */
static bool is_mixed(const Lower *l, uint32_t c) {
  while (binary_token(l, c) == CST_AMPERSAND) {
    uint32_t right = next_of(l, next_of(l, c + 1));
    if (binary_token(l, right) == CST_CARET ||
        binary_token(l, c + 1) == CST_CARET)
      return true;
    c++;
  }
  return false;
}

/* Pushes the operands of a chain of & and ^, left to right; an operand behind
 * a `^` has the top bit set. */
static void push_operands(Lower *l, uint32_t c, uint32_t mark) {
  CstKind token = binary_token(l, c);
  if ((token != CST_AMPERSAND && token != CST_CARET) ||
      l->level >= PARSE_DEPTH_MAX) {
    stack_push(l, c | mark);
    return;
  }
  l->level++;
  push_operands(l, c + 1, mark);
  push_operands(l, next_of(l, next_of(l, c + 1)),
                token == CST_CARET ? 0x80000000u : 0);
  l->level--;
}

/* One level of the precedence: operands [from, to) of the stack, split where
 * the mark is set (`^`) or, inside such a group, everywhere (`&`). */
static uint32_t build_chain(Lower *l, uint32_t from, uint32_t to, bool xor) {
  const uint32_t bit = 0x80000000u;
  uint32_t split = to, start = l->p->stack.v[from] & ~bit;
  for (uint32_t i = to; --i > from;)
    if (!xor || (l->p->stack.v[i] & bit)) {
      split = i;
      break;
    }
  if (split == to)
    return xor ? build_chain(l, from, to, false) : lower_expr(l, start);
  uint32_t id = node_open(l, AST_BinOp, start_of(l, start),
                          end_of(l, l->p->stack.v[to - 1] & ~bit));
  node_at(l, id)->op = xor ? OP_BITXOR : OP_BITAND;
  uint32_t left = build_chain(l, from, split, xor);
  uint32_t right = build_chain(l, split, to, false);
  AstNode *node = node_at(l, id);
  node->a = left;
  node->b = right;
  node_close(l, id);
  return id;
}

static uint32_t lower_mixed(Lower *l, uint32_t c) {
  uint32_t base = l->p->stack.n;
  push_operands(l, c, 0);
  if (l->p->stack.n - base > 100) { /* build_chain recurses once an operand */
    lower_error(l, start_of(l, c), end_of(l, c),
                "too many operands in a mix of `&` and `^`");
    l->p->stack.n = base;
    return node_open(l, AST_ErrorExpr, start_of(l, c), end_of(l, c));
  }
  uint32_t id = build_chain(l, base, l->p->stack.n, true);
  l->p->stack.n = base;
  return id;
}

static bool on_spine(const Lower *l, uint32_t c) {
  return is_spine(kind_of(l, c)) && !lower_is_broken(l, c) && !is_mixed(l, c);
}

static uint32_t lower_spine(Lower *l, uint32_t c) {
  uint32_t base = l->p->spine.n, depth = l->depth;
  do {
    uint32_t n = l->p->spine.n;
    const SpineItem *above = n > base ? &l->p->spine.v[n - 1] : NULL;
    uint32_t id = spine_open(l, c, above);
    if (!above || above->id != id) l->depth++;
    hvec_push(&l->p->spine, (SpineItem){c, id});
    c++;
  } while (on_spine(l, c));
  uint32_t left = lower_expr(l, c);
  uint32_t values = 0;
  bool in_group = false;
  while (l->p->spine.n > base) {
    SpineItem item = vec_pop(&l->p->spine);
    if (kind_of(l, item.cst) != CST_BOOLEAN) {
      spine_finish(l, item, left);
      left = item.id;
      continue;
    }
    if (!in_group) {
      values = l->p->stack.n;
      stack_push(l, left);
      in_group = true;
    }
    stack_push(l, lower_operand(l, next_of(l, next_of(l, item.cst + 1))));
    bool head = l->p->spine.n == base || vec_last(&l->p->spine).id != item.id;
    if (!head) continue;
    uint32_t list = list_flush(l, values);
    node_at(l, item.id)->a = list;
    node_close(l, item.id);
    left = item.id;
    in_group = false;
  }
  l->depth = depth;
  return left;
}

/* A chain that leans to the left, at any length. */
uint32_t lower_chain(Lower *l, uint32_t c) {
  if (UNLIKELY(is_mixed(l, c))) return lower_mixed(l, c);
  l->depth--; /* the first step counts itself */
  uint32_t id = lower_spine(l, c);
  l->depth++;
  return id;
}
