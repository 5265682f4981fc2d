/* lower_expr.c - expressions: displays, calls, operators, dispatch.
 *
 * Chains that lean to the left are in lower_chain.c, comprehensions and what
 * depends on the scope in lower_compr.c, literals in literal.c.
 */
#include "parse/lower_int.h"

static uint32_t leaf(Lower *l, AstKind kind, uint32_t c) {
  return node_open(l, kind, start_of(l, c), end_of(l, c));
}

uint32_t lower_identifier(Lower *l, uint32_t c) {
  uint32_t id = leaf(l, AST_Identifier, c);
  node_at(l, id)->a = lower_name(l, start_of(l, c), end_of(l, c));
  return id;
}

static COLD void check_reserved(Lower *l, uint32_t c) {
  Str text = {l->text.ptr + start_of(l, c), end_of(l, c) - start_of(l, c)};
  if (str_is(text, "async") || str_is(text, "await"))
    lower_error(l, start_of(l, c), end_of(l, c),
                "keyword `%" PRIstr "` cannot be used as a name",
                STR_ARG(text));
}

uint32_t lower_name_expr(Lower *l, uint32_t c, ExprContext context) {
  uint32_t start = start_of(l, c), end = end_of(l, c);
  if (UNLIKELY(start == end)) return lower_error_expr(l, c);
  if (UNLIKELY(end - start == 5 && l->text.ptr[start] == 'a'))
    check_reserved(l, c);
  uint32_t name = lower_name(l, start, end);
  uint32_t id = leaf(l, AST_Name, c);
  AstNode *node = node_at(l, id);
  node->a = name;
  node->op = (uint8_t)context;
  return id;
}

/* ---- broken parts ------------------------------------------------------- */

bool cst_is_expr(CstKind kind) {
  switch (kind) {
  case CST_IDENTIFIER: case CST_INTEGER: case CST_FLOAT: case CST_TRUE:
  case CST_FALSE: case CST_NONE: case CST_ELLIPSIS: case CST_STRING:
  case CST_CONCATENATED_STRING: case CST_COMPARISON: case CST_NOT_OPERATOR:
  case CST_BOOLEAN: case CST_BINARY: case CST_UNARY: case CST_LAMBDA:
  case CST_CONDITIONAL: case CST_NAMED_EXPRESSION: case CST_AWAIT:
  case CST_YIELD: case CST_ATTRIBUTE: case CST_SUBSCRIPT: case CST_CALL:
  case CST_LIST: case CST_TUPLE: case CST_SET: case CST_DICTIONARY:
  case CST_PARENTHESIZED: case CST_LIST_COMPREHENSION:
  case CST_SET_COMPREHENSION: case CST_DICTIONARY_COMPREHENSION:
  case CST_GENERATOR: case CST_TYPE: case CST_GENERIC_TYPE:
  case CST_UNION_TYPE:
    return true;
  default:
    return false;
  }
}

/* Kinds that stand for themselves: they check their own shape. */
static bool is_unit(CstKind kind) {
  return cst_is_expr(kind) || cst_is_stmt(kind) || kind == CST_BLOCK ||
         kind == CST_TUPLE_PATTERN || kind == CST_LIST_PATTERN ||
         kind == CST_SLICE || kind == CST_LIST_SPLAT ||
         kind == CST_LIST_SPLAT_PATTERN || kind == CST_SPLAT_TYPE;
}

bool lower_is_broken(const Lower *l, uint32_t c) {
  if (LIKELY(!(l->cst[c].flags & CST_HAS_ERROR))) return false;
  EACH_CHILD(l, k, c) {
    if (!(l->cst[k].flags & CST_HAS_ERROR)) continue;
    if (kind_of(l, k) == CST_ERROR || (l->cst[k].flags & CST_MISSING))
      return true;
    if (!is_unit(kind_of(l, k)) && lower_is_broken(l, k)) return true;
  }
  return false;
}

/* The expressions right below c, through parts that are none themselves. */
void lower_save_expressions(Lower *l, uint32_t c) {
  if (l->level >= PARSE_DEPTH_MAX) return;
  l->level++;
  EACH_CHILD(l, k, c) {
    if (cst_is_expr(kind_of(l, k)) && !(l->cst[k].flags & CST_MISSING))
      stack_push(l, lower_expr(l, k));
    else
      lower_save_expressions(l, k);
  }
  l->level--;
}

uint32_t lower_error_expr(Lower *l, uint32_t c) {
  l->has_errors = true;
  uint32_t id = leaf(l, AST_ErrorExpr, c);
  uint32_t base = l->p->stack.n;
  lower_save_expressions(l, c);
  uint32_t list = list_flush(l, base);
  node_at(l, id)->a = list;
  node_close(l, id);
  return id;
}

static COLD uint32_t too_deep(Lower *l, uint32_t c) {
  if (!l->too_deep)
    lower_error(l, start_of(l, c), MIN(end_of(l, c), start_of(l, c) + 1),
                "too many nested expressions (the limit is %d levels)",
                PARSE_DEPTH_MAX);
  l->too_deep = true;
  return leaf(l, AST_ErrorExpr, c);
}

/* ---- calls -------------------------------------------------------------- */

static uint32_t lower_keyword(Lower *l, uint32_t c) {
  uint32_t name = c + 1, value = next_of(l, next_of(l, name));
  uint32_t id = leaf(l, AST_Keyword, c);
  uint32_t text = lower_name(l, start_of(l, name), end_of(l, name));
  uint32_t v = lower_expr(l, value);
  AstNode *node = node_at(l, id);
  node->a = text;
  node->b = v;
  node_close(l, id);
  return id;
}

static uint32_t lower_double_starred(Lower *l, uint32_t c) {
  uint32_t id = leaf(l, AST_Keyword, c);
  uint32_t v = lower_expr(l, next_of(l, c + 1));
  node_at(l, id)->b = v;
  node_close(l, id);
  return id;
}

typedef struct {
  bool keyword, unpacked; /* k=v, **m were seen */
  uint32_t base;          /* of the stack */
} ArgumentOrder;

static void check_argument(Lower *l, ArgumentOrder *order, uint32_t id) {
  AstNode *node = node_at(l, id);
  if (node->kind == AST_Keyword) {
    if (UNLIKELY(node->a == NAME_dunder_debug))
      lower_error(l, node->start, node->end, "cannot assign to `__debug__`");
    if (node->a == 0) {
      order->unpacked = true;
      return;
    }
    order->keyword = true;
    for (uint32_t i = order->base; i < l->p->stack.n; i++) {
      const AstNode *other = node_at(l, l->p->stack.v[i]);
      if (other->kind == AST_Keyword && other->a == node->a) {
        Str name = name_text((NameId){node->a});
        lower_error(l, node->start, node->start + name.len,
                    "keyword argument repeated: `%" PRIstr "`",
                    STR_ARG(name));
        return;
      }
    }
  } else if (order->unpacked) {
    lower_error(l, node->start, node->end,
                node->kind == AST_Starred
                    ? "iterable argument unpacking follows keyword argument "
                      "unpacking"
                    : "positional argument follows keyword argument "
                      "unpacking");
  } else if (order->keyword && node->kind != AST_Starred) {
    lower_error(l, node->start, node->end,
                "positional argument follows keyword argument");
  }
}

static void stray_comma(Lower *l, uint32_t c) {
  lower_error(l, start_of(l, c), end_of(l, c),
              "expected an expression, found `,`");
}

static uint32_t lower_starred(Lower *l, uint32_t c);

uint32_t lower_arguments(Lower *l, uint32_t c) {
  ArgumentOrder order = {.base = l->p->stack.n};
  if (kind_of(l, c) == CST_GENERATOR) {
    /* The brackets are the call's. */
    uint32_t id = lower_expr(l, c);
    AstNode *node = node_at(l, id);
    const uint32_t *clauses = &l->p->extra.v[node->b];
    node->start = node_at(l, node->a)->start;
    if (clauses[0]) node->end = node_at(l, clauses[clauses[0]])->end;
    stack_push(l, id);
    return list_flush(l, order.base);
  }
  EACH_CHILD(l, k, c) {
    uint32_t id;
    switch (kind_of(l, k)) {
    case CST_COMMA:
      if (l->p->stack.n == order.base) stray_comma(l, k);
      continue;
    case CST_LPAREN: case CST_RPAREN: continue;
    case CST_KEYWORD_ARGUMENT: id = lower_keyword(l, k); break;
    case CST_DICTIONARY_SPLAT: id = lower_double_starred(l, k); break;
    default:
      id = lower_is_starred(l, k) && !lower_is_broken(l, k)
               ? lower_starred(l, k)
               : lower_named(l, k);
      break;
    }
    check_argument(l, &order, id);
    stack_push(l, id);
  }
  return list_flush(l, order.base);
}

/* ---- starred, tuples, displays ------------------------------------------ */

static bool is_splat(CstKind kind) {
  return kind == CST_LIST_SPLAT || kind == CST_LIST_SPLAT_PATTERN ||
         kind == CST_SPLAT_TYPE;
}

/* `*a | b` may come as (*a) | b: the star is taken off the leftmost operand
 * (lower_primary sees splat_from) and put around the whole. */
static uint32_t lower_starred(Lower *l, uint32_t c) {
  uint32_t id = leaf(l, AST_Starred, c);
  uint32_t value;
  if (is_splat(kind_of(l, c))) {
    uint32_t operand = next_of(l, c + 1);
    value = kind_of(l, operand) == CST_IDENTIFIER
                ? lower_name_expr(l, operand, EXPR_LOAD)
                : lower_expr(l, operand);
  } else {
    uint32_t star = c + 1;
    while (!is_splat(kind_of(l, star))) star++;
    uint32_t from = l->splat_from, to = l->splat_to;
    l->splat_from = start_of(l, star);
    l->splat_to = start_of(l, next_of(l, star + 1));
    value = lower_expr(l, c);
    l->splat_from = from;
    l->splat_to = to;
  }
  node_at(l, id)->a = value;
  node_close(l, id);
  return id;
}

/* Outside a call, the operand of a star is no comparison and the like. */
static uint32_t lower_starred_item(Lower *l, uint32_t c) {
  uint32_t operand = is_splat(kind_of(l, c)) ? next_of(l, c + 1) : c;
  switch (kind_of(l, operand)) {
  case CST_COMPARISON: case CST_BOOLEAN: case CST_NOT_OPERATOR:
  case CST_CONDITIONAL: case CST_LAMBDA: case CST_NAMED_EXPRESSION:
    lower_error(l, start_of(l, operand), end_of(l, operand),
                "the operand of `*` must be parenthesized here");
    break;
  default: break;
  }
  return lower_starred(l, c);
}

uint32_t lower_element(Lower *l, uint32_t c) {
  if (UNLIKELY(lower_is_starred(l, c)) && !lower_is_broken(l, c))
    return lower_starred_item(l, c);
  return lower_named(l, c);
}

/* Like lower_element, but `x := y` must be parenthesized. */
static uint32_t lower_star_expr(Lower *l, uint32_t c) {
  if (UNLIKELY(lower_is_starred(l, c)) && !lower_is_broken(l, c))
    return lower_starred_item(l, c);
  return lower_expr(l, c);
}

uint32_t lower_bare_tuple(Lower *l, uint32_t first, uint32_t last,
                          bool named) {
  uint32_t id = node_open(l, AST_Tuple, start_of(l, first), 0);
  uint32_t base = l->p->stack.n;
  uint32_t end = 0;
  l->depth++;
  for (uint32_t k = first; k < last; k = next_of(l, k)) {
    end = end_of(l, k);
    if (kind_of(l, k) == CST_COMMA) continue;
    stack_push(l, named ? lower_element(l, k) : lower_star_expr(l, k));
  }
  l->depth--;
  uint32_t list = list_flush(l, base);
  AstNode *node = node_at(l, id);
  node->a = list;
  node->end = end;
  node_close(l, id);
  return id;
}

static uint32_t lower_display(Lower *l, uint32_t c, AstKind kind, uint8_t op) {
  uint32_t id = leaf(l, kind, c);
  uint32_t base = l->p->stack.n;
  EACH_CHILD(l, k, c) {
    switch (kind_of(l, k)) {
    case CST_LPAREN: case CST_RPAREN: case CST_LBRACKET: case CST_RBRACKET:
    case CST_LBRACE: case CST_RBRACE: case CST_COMMA: continue;
    default: stack_push(l, lower_element(l, k)); break;
    }
  }
  uint32_t list = list_flush(l, base);
  AstNode *node = node_at(l, id);
  node->a = list;
  node->op = op;
  node_close(l, id);
  return id;
}

uint32_t lower_pair(Lower *l, uint32_t c) {
  uint32_t id = leaf(l, AST_DictItem, c);
  uint32_t key = 0, value;
  if (kind_of(l, c) == CST_PAIR) {
    key = lower_expr(l, c + 1);
    value = lower_expr(l, next_of(l, next_of(l, c + 1)));
  } else {
    value = lower_expr(l, next_of(l, c + 1));
  }
  AstNode *node = node_at(l, id);
  node->a = key;
  node->b = value;
  node_close(l, id);
  return id;
}

static uint32_t lower_dict(Lower *l, uint32_t c) {
  uint32_t id = leaf(l, AST_Dict, c);
  uint32_t base = l->p->stack.n;
  l->depth++;
  EACH_CHILD(l, k, c) {
    if (kind_of(l, k) == CST_PAIR || kind_of(l, k) == CST_DICTIONARY_SPLAT)
      stack_push(l, lower_pair(l, k));
    else if (kind_of(l, k) == CST_COMMA && l->p->stack.n == base)
      stray_comma(l, k);
  }
  l->depth--;
  uint32_t list = list_flush(l, base);
  node_at(l, id)->a = list;
  node_close(l, id);
  return id;
}

/* ---- operators ---------------------------------------------------------- */

static CompareOperator compare_operator(CstKind token) {
  switch (token) {
  case CST_LESS: return CMP_LT;
  case CST_LESS_EQUAL: return CMP_LT_E;
  case CST_EQUAL_EQUAL: return CMP_EQ;
  case CST_NOT_EQUAL: return CMP_NOT_EQ;
  case CST_GREATER_EQUAL: return CMP_GT_E;
  case CST_GREATER: return CMP_GT;
  case CST_KW_IN: return CMP_IN;
  case CST_KW_NOT_IN: return CMP_NOT_IN;
  case CST_KW_IS: return CMP_IS;
  case CST_KW_IS_NOT: return CMP_IS_NOT;
  default: return CMP_COUNT;
  }
}

static uint32_t lower_compare(Lower *l, uint32_t c) {
  uint32_t id = leaf(l, AST_Compare, c);
  uint32_t left = lower_expr(l, c + 1);
  uint32_t base = l->p->stack.n, end = next_of(l, c);
  /* Operators wait below the comparators on the same stack. */
  uint32_t count = 0;
  for (uint32_t k = next_of(l, c + 1); k < end;) {
    CompareOperator op = compare_operator(kind_of(l, k));
    if (op == CMP_COUNT) {
      lower_error(l, start_of(l, k), end_of(l, k),
                  "operator `<>` is not part of Python 3: use `!=`");
      op = CMP_NOT_EQ;
    }
    stack_push(l, op);
    k = next_of(l, next_of(l, k));
    count++;
  }
  uint32_t operators = list_flush(l, base);
  for (uint32_t k = next_of(l, c + 1); k < end;) {
    uint32_t operand = next_of(l, k);
    stack_push(l, lower_expr(l, operand));
    k = next_of(l, operand);
  }
  uint32_t comparators = list_flush(l, base);
  AstNode *node = node_at(l, id);
  node->a = left;
  node->b = comparators;
  node->c = operators;
  node_close(l, id);
  return id;
}

static uint32_t lower_unary(Lower *l, uint32_t c) {
  UnaryOperator op;
  switch (kind_of(l, c + 1)) {
  case CST_KW_NOT: op = UNARY_NOT; break;
  case CST_PLUS: op = UNARY_PLUS; break;
  case CST_MINUS: op = UNARY_MINUS; break;
  default: op = UNARY_INVERT; break;
  }
  uint32_t id = leaf(l, AST_UnaryOp, c);
  uint32_t operand = lower_operand(l, next_of(l, c + 1));
  AstNode *node = node_at(l, id);
  node->op = (uint8_t)op;
  node->a = operand;
  node_close(l, id);
  return id;
}

/* The IfExp of `c`, whose body is `k`. */
static uint32_t lower_if_exp(Lower *l, uint32_t c, uint32_t k) {
  uint32_t id = node_open(l, AST_IfExp, start_of(l, k), end_of(l, c));
  uint32_t body = lower_operand(l, k);
  k = c + 1;
  k = next_of(l, next_of(l, k));
  if (UNLIKELY(kind_of(l, k) == CST_CONDITIONAL))
    lower_error(l, start_of(l, k), end_of(l, k),
                "a conditional expression must be parenthesized here");
  uint32_t test = lower_operand(l, k);
  k = next_of(l, next_of(l, k));
  uint32_t orelse = lower_expr(l, k);
  AstNode *node = node_at(l, id);
  node->a = test;
  node->b = body;
  node->c = orelse;
  node_close(l, id);
  return id;
}

static uint32_t lower_conditional(Lower *l, uint32_t c) {
  return lower_if_exp(l, c, c + 1);
}

static uint32_t lower_lambda(Lower *l, uint32_t c) {
  uint32_t id = leaf(l, AST_Lambda, c);
  uint32_t base = l->p->stack.n, k = next_of(l, c + 1);
  if (kind_of(l, k) == CST_LAMBDA_PARAMETERS) {
    lower_params(l, k);
    k = next_of(l, k);
  }
  uint32_t params = list_flush(l, base);
  uint32_t ctx = l->ctx;
  l->ctx = CTX_FUNCTION | CTX_LAMBDA;
  uint32_t body = lower_expr(l, next_of(l, k));
  l->ctx = ctx;
  AstNode *node = node_at(l, id);
  node->a = params;
  node->b = body;
  node_close(l, id);
  return id;
}

/* `x := a if b else c`: the grammar makes it `(x := a) if b else c`. */
static bool is_walrus_if(const Lower *l, uint32_t c) {
  return kind_of(l, c) == CST_CONDITIONAL &&
         kind_of(l, c + 1) == CST_NAMED_EXPRESSION;
}

/* `c` is the named expression, or the conditional that begins with it. */
static uint32_t lower_walrus(Lower *l, uint32_t c) {
  bool swapped = kind_of(l, c) == CST_CONDITIONAL;
  uint32_t id = leaf(l, AST_NamedExpr, c);
  uint32_t name = swapped ? c + 2 : c + 1;
  uint32_t target = lower_name_expr(l, name, EXPR_STORE);
  lower_check_name(l, target, EXPR_STORE);
  l->walruses++;
  uint32_t k = next_of(l, next_of(l, name));
  uint32_t value = swapped ? lower_if_exp(l, c, k) : lower_expr(l, k);
  AstNode *node = node_at(l, id);
  node->a = target;
  node->b = value;
  node_close(l, id);
  lower_check_walrus(l, c);
  return id;
}

uint32_t lower_named(Lower *l, uint32_t c) {
  if (LIKELY(kind_of(l, c) != CST_NAMED_EXPRESSION && !is_walrus_if(l, c)) ||
      lower_is_broken(l, c) || l->level >= PARSE_DEPTH_MAX)
    return lower_expr(l, c);
  l->level++;
  l->depth++;
  uint32_t id = lower_walrus(l, c);
  l->level--;
  l->depth--;
  return id;
}

static uint32_t lower_slice(Lower *l, uint32_t c) {
  uint32_t id = leaf(l, AST_Slice, c);
  uint32_t part[3] = {0, 0, 0}, i = 0;
  EACH_CHILD(l, k, c) {
    if (kind_of(l, k) == CST_COLON)
      i++;
    else if (i < 3)
      part[i] = lower_expr(l, k);
  }
  AstNode *node = node_at(l, id);
  node->a = part[0];
  node->b = part[1];
  node->c = part[2];
  node_close(l, id);
  return id;
}

/* tree-sitter reads `await x ** y` as await (x ** y). */
static uint32_t lower_await(Lower *l, uint32_t c) {
  uint32_t operand = next_of(l, c + 1), pow = 0;
  lower_check_await(l, c);
  if (kind_of(l, operand) == CST_BINARY && !lower_is_broken(l, operand) &&
      kind_of(l, next_of(l, operand + 1)) == CST_STAR_STAR) {
    pow = leaf(l, AST_BinOp, c);
    node_at(l, pow)->op = OP_POW;
  }
  uint32_t inner = pow ? operand + 1 : operand;
  if (kind_of(l, inner) == CST_AWAIT || kind_of(l, inner) == CST_UNARY)
    lower_error(l, start_of(l, inner), end_of(l, inner),
                "the operand of `await` must be parenthesized here");
  uint32_t id = node_open(l, AST_Await, start_of(l, c), end_of(l, inner));
  uint32_t value = lower_expr(l, inner);
  node_at(l, id)->a = value;
  node_close(l, id);
  if (!pow) return id;
  uint32_t right = lower_expr(l, next_of(l, next_of(l, inner)));
  AstNode *node = node_at(l, pow);
  node->a = id;
  node->b = right;
  node_close(l, pow);
  return pow;
}

static uint32_t lower_yield(Lower *l, uint32_t c) {
  uint32_t k = c + 1;
  k = next_of(l, k);
  bool from = k < next_of(l, c) && kind_of(l, k) == CST_KW_FROM;
  uint32_t id = leaf(l, from ? AST_YieldFrom : AST_Yield, c);
  uint32_t value = 0;
  if (from)
    value = lower_expr(l, next_of(l, k));
  else if (k < next_of(l, c))
    value = lower_value(l, k);
  node_at(l, id)->a = value;
  node_close(l, id);
  lower_check_yield(l, c, from);
  l->facts.has_yield = true;
  return id;
}

uint32_t lower_value(Lower *l, uint32_t c) {
  switch (kind_of(l, c)) {
  case CST_EXPRESSION_LIST: case CST_PATTERN_LIST:
    if (lower_is_broken(l, c)) return lower_error_expr(l, c);
    return lower_bare_tuple(l, c + 1, next_of(l, c), false);
  case CST_YIELD:
    if (lower_is_broken(l, c)) return lower_error_expr(l, c);
    return lower_yield(l, c);
  default: break;
  }
  if (UNLIKELY(lower_is_starred(l, c)) && !lower_is_broken(l, c))
    lower_error(l, start_of(l, c), end_of(l, c),
                "a starred expression cannot be used here");
  return lower_star_expr(l, c);
}

/* ---- dispatch ----------------------------------------------------------- */

static uint32_t lower_parenthesized(Lower *l, uint32_t c) {
  EACH_CHILD(l, k, c) {
    if (kind_of(l, k) == CST_LPAREN || kind_of(l, k) == CST_RPAREN) continue;
    return kind_of(l, k) == CST_NAMED_EXPRESSION || is_walrus_if(l, k)
               ? lower_named(l, k)
               : lower_value(l, k);
  }
  return lower_error_expr(l, c);
}

/* `(*a)` without a comma is no tuple. */
/* The parentheses may be recover.c's. */
static uint8_t tuple_flag(const Lower *l, uint32_t c) {
  return l->text.ptr[start_of(l, c)] == '(' ? 0x80 : 0;
}

static uint32_t lower_tuple(Lower *l, uint32_t c) {
  uint32_t first = next_of(l, c + 1);
  if (UNLIKELY(kind_of(l, first) != CST_RPAREN &&
               kind_of(l, next_of(l, first)) == CST_RPAREN))
    lower_error(l, start_of(l, first), end_of(l, first),
                "a starred expression cannot be used here");
  return lower_display(l, c, AST_Tuple, tuple_flag(l, c));
}

/* `(a)` as a target is a tuple_pattern without a comma. */
static uint32_t lower_tuple_pattern(Lower *l, uint32_t c) {
  uint32_t first = next_of(l, c + 1);
  if (kind_of(l, first) != CST_RPAREN &&
      kind_of(l, next_of(l, first)) == CST_RPAREN)
    return lower_element(l, first);
  return lower_display(l, c, AST_Tuple, tuple_flag(l, c));
}

/* Everything but the chains. */
uint32_t lower_expr(Lower *l, uint32_t c) {
  switch (kind_of(l, c)) {
  case CST_IDENTIFIER: return lower_name_expr(l, c, EXPR_LOAD);
  case CST_INTEGER: case CST_FLOAT: return lower_number(l, c);
  case CST_TRUE: return leaf(l, AST_True, c);
  case CST_FALSE: return leaf(l, AST_False, c);
  case CST_NONE: return leaf(l, AST_None, c);
  case CST_ELLIPSIS: return leaf(l, AST_Ellipsis, c);
  default: break;
  }
  if (UNLIKELY(l->level >= PARSE_DEPTH_MAX)) return too_deep(l, c);
  if (UNLIKELY(lower_is_broken(l, c))) return lower_error_expr(l, c);
  uint32_t id;
  l->level++;
  l->depth++;
  switch (kind_of(l, c)) {
  case CST_STRING: case CST_CONCATENATED_STRING: id = lower_string(l, c); break;
  case CST_ATTRIBUTE: case CST_CALL: case CST_SUBSCRIPT: case CST_BINARY:
  case CST_BOOLEAN:
    id = lower_chain(l, c);
    break;
  case CST_PARENTHESIZED: id = lower_parenthesized(l, c); break;
  case CST_TUPLE: id = lower_tuple(l, c); break;
  case CST_TUPLE_PATTERN: id = lower_tuple_pattern(l, c); break;
  case CST_LIST: case CST_LIST_PATTERN:
    id = lower_display(l, c, AST_List, 0);
    break;
  case CST_SET: id = lower_display(l, c, AST_Set, 0); break;
  case CST_DICTIONARY: id = lower_dict(l, c); break;
  case CST_LIST_COMPREHENSION:
    id = lower_comprehension(l, c, AST_ListComp);
    break;
  case CST_SET_COMPREHENSION:
    id = lower_comprehension(l, c, AST_SetComp);
    break;
  case CST_DICTIONARY_COMPREHENSION:
    id = lower_comprehension(l, c, AST_DictComp);
    break;
  case CST_GENERATOR: id = lower_comprehension(l, c, AST_GeneratorExp); break;
  case CST_COMPARISON: id = lower_compare(l, c); break;
  case CST_NOT_OPERATOR: case CST_UNARY: id = lower_unary(l, c); break;
  case CST_CONDITIONAL: id = lower_conditional(l, c); break;
  case CST_LAMBDA: id = lower_lambda(l, c); break;
  case CST_NAMED_EXPRESSION:
    lower_error(l, start_of(l, c), end_of(l, c),
                "an assignment expression must be parenthesized here");
    id = lower_walrus(l, c);
    break;
  case CST_SLICE: id = lower_slice(l, c); break;
  case CST_AWAIT: id = lower_await(l, c); break;
  case CST_YIELD:
    lower_error(l, start_of(l, c), end_of(l, c),
                "a yield expression must be parenthesized here");
    id = lower_yield(l, c);
    break;
  case CST_TYPE: case CST_GENERIC_TYPE: case CST_UNION_TYPE:
  case CST_MEMBER_TYPE: case CST_CONSTRAINED_TYPE:
    id = lower_type(l, c);
    break;
  case CST_LIST_SPLAT: case CST_LIST_SPLAT_PATTERN: case CST_SPLAT_TYPE:
    if (start_of(l, c) == l->splat_from) {
      id = lower_expr(l, next_of(l, c + 1));
      break;
    }
    id = lower_starred(l, c);
    lower_error(l, start_of(l, c), end_of(l, c),
                "a starred expression cannot be used here");
    break;
  case CST_AS_PATTERN:
    if (c != l->as_pattern && l->as_pattern != UINT32_MAX)
      lower_error(l, start_of(l, next_of(l, c + 1)), end_of(l, c),
                  "`as` does not fit here");
    id = lower_expr(l, c + 1);
    break;
  case CST_ASSIGNMENT: case CST_AUGMENTED_ASSIGNMENT:
    lower_error(l, start_of(l, c), end_of(l, c),
                "an assignment is not an expression");
    id = lower_error_expr(l, c);
    break;
  default:
    lower_error(l, start_of(l, c), end_of(l, c), "expected an expression");
    id = lower_error_expr(l, c);
    break;
  }
  l->level--;
  l->depth--;
  return id;
}
