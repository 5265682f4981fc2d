/* lower_block.c - compound statements: if, for, while, with, try, def, class.
 *
 * A compound statement ends where its last statement ends (`last_end`), not
 * where tree-sitter puts the dedent.
 */
#include "parse/lower_int.h"

static uint32_t leaf(Lower *l, AstKind kind, uint32_t c) {
  return node_open(l, kind, start_of(l, c), end_of(l, c));
}

/* The end of the header: behind its colon. */
static uint32_t header(Lower *l, uint32_t colon) {
  l->last_end = end_of(l, colon);
  return l->last_end;
}

static void close_block(Lower *l, uint32_t id) {
  node_at(l, id)->end = l->last_end;
  node_close(l, id);
}

/* A clause that is `keyword : block` (else, finally). */
static uint32_t lower_clause_body(Lower *l, uint32_t c) {
  uint32_t colon = next_of(l, c + 1);
  header(l, colon);
  return lower_block(l, next_of(l, colon));
}

/* ---- if, while, for ----------------------------------------------------- */

static void lower_if_clause(Lower *l, uint32_t c) {
  uint32_t id = leaf(l, AST_IfClause, c);
  uint32_t k = next_of(l, c + 1), test = 0;
  const ScanLine *bad = lower_bad_line(l, start_of(l, c));
  uint32_t ctx = l->ctx;
  if (UNLIKELY(bad != NULL)) l->ctx |= CTX_UNKNOWN;
  if (kind_of(l, k) != CST_COLON) {
    test = bad ? lower_bad_expr(l, bad) : lower_named(l, k);
    k = next_of(l, k);
  }
  header(l, k);
  if (UNLIKELY(bad != NULL)) l->last_end = MAX(l->last_end, bad->end);
  uint32_t body = lower_block(l, next_of(l, k));
  l->ctx = ctx;
  AstNode *node = node_at(l, id);
  node->a = test;
  node->b = body;
  close_block(l, id);
  stack_push(l, id);
}

static uint32_t lower_if(Lower *l, uint32_t c) {
  uint32_t id = leaf(l, AST_If, c);
  uint32_t base = l->p->stack.n;
  l->depth++;
  lower_if_clause(l, c); /* its own test and body come first */
  EACH_CHILD(l, k, c)
    if (kind_of(l, k) == CST_ELIF_CLAUSE || kind_of(l, k) == CST_ELSE_CLAUSE)
      lower_if_clause(l, k);
  l->depth--;
  uint32_t list = list_flush(l, base);
  node_at(l, id)->a = list;
  close_block(l, id);
  return id;
}

static uint32_t loop_body(Lower *l, uint32_t block) {
  uint32_t ctx = l->ctx;
  l->ctx = (l->ctx | CTX_LOOP) & ~(uint32_t)CTX_EXCEPT_STAR;
  uint32_t body = lower_block(l, block);
  l->ctx = ctx;
  return body;
}

static uint32_t loop_else(Lower *l, uint32_t c, uint32_t block) {
  uint32_t k = child_of_kind(l, c, block, CST_ELSE_CLAUSE);
  return k ? lower_clause_body(l, k) : 0;
}

static uint32_t lower_while(Lower *l, uint32_t c) {
  uint32_t id = leaf(l, AST_While, c);
  uint32_t k = next_of(l, c + 1);
  uint32_t test = lower_named(l, k);
  k = next_of(l, k);
  header(l, k);
  k = next_of(l, k);
  uint32_t body = loop_body(l, k);
  uint32_t orelse = loop_else(l, c, k);
  AstNode *node = node_at(l, id);
  node->a = test;
  node->b = body;
  node->c = orelse;
  close_block(l, id);
  return id;
}

static void check_async(Lower *l, uint32_t c, const char *what) {
  if (!(l->ctx & (CTX_ASYNC | CTX_UNKNOWN)))
    lower_error(l, start_of(l, c), end_of(l, c),
                "`async %s` outside an async function", what);
}

static uint32_t lower_for(Lower *l, uint32_t c) {
  uint32_t id = leaf(l, AST_For, c);
  uint32_t k = c + 1;
  bool is_async = kind_of(l, k) == CST_KW_ASYNC;
  if (is_async) {
    check_async(l, k, "for");
    k = next_of(l, k);
  }
  k = next_of(l, k);
  AstFor record;
  record.target = (NodeId){lower_target(l, k, EXPR_STORE)};
  k = next_of(l, next_of(l, k));
  if (kind_of(l, k) == CST_EXPRESSION_LIST)
    lower_star_since(l, k + 1, next_of(l, k), 9, "unpacking behind `in`");
  record.iter = (NodeId){lower_value(l, k)};
  k = next_of(l, k);
  header(l, k);
  k = next_of(l, k);
  record.body = loop_body(l, k);
  record.orelse = loop_else(l, c, k);
  uint32_t at = record_new(l, sizeof record / 4);
  memcpy(&l->p->extra.v[at], &record, sizeof record);
  node_at(l, id)->op = is_async;
  node_at(l, id)->a = at;
  close_block(l, id);
  return id;
}

/* ---- with --------------------------------------------------------------- */

/* The as_pattern at the right edge of an expression, or 0: tree-sitter has
 * `a if b else c as d` as `a if b else (c as d)`. */
static uint32_t trailing_as(const Lower *l, uint32_t c) {
  for (;;) {
    if (lower_is_broken(l, c)) return 0;
    switch (kind_of(l, c)) {
    case CST_AS_PATTERN: return c;
    case CST_CONDITIONAL: case CST_LAMBDA: case CST_NAMED_EXPRESSION: break;
    default: return 0;
    }
    uint32_t last = c;
    EACH_CHILD(l, k, c) last = k;
    c = last;
  }
}

/* The expression of `c` without the `as` of `as_pattern`. */
static uint32_t lower_before_as(Lower *l, uint32_t c, uint32_t as_pattern) {
  uint32_t first = l->p->nodes.n, end = end_of(l, as_pattern + 1);
  uint32_t outer = l->as_pattern;
  l->as_pattern = as_pattern;
  uint32_t id = lower_expr(l, c);
  l->as_pattern = outer;
  for (uint32_t i = first; i < l->p->nodes.n; i++)
    if (node_at(l, i)->end > end) node_at(l, i)->end = end;
  return id;
}

/* `with (a as b):` comes as an expression in parentheses. */
static uint32_t unwrap_item(const Lower *l, uint32_t c) {
  while (kind_of(l, c) == CST_PARENTHESIZED && !lower_is_broken(l, c) &&
         trailing_as(l, next_of(l, c + 1)))
    c = next_of(l, c + 1);
  return c;
}

static void lower_with_item(Lower *l, uint32_t c, bool only) {
  uint32_t id = leaf(l, AST_WithItem, c);
  uint32_t value = c + 1, target = 0, context;
  if (only) value = unwrap_item(l, value);
  uint32_t as = trailing_as(l, value);
  if (as) {
    uint32_t alias = next_of(l, next_of(l, as + 1));
    context = lower_before_as(l, value, as);
    target = lower_target(l, alias + 1, EXPR_STORE);
  } else {
    context = lower_expr(l, value);
  }
  AstNode *node = node_at(l, id);
  node->a = context;
  node->b = target;
  node_close(l, id);
  stack_push(l, id);
}

/* `with (a, *b):` has no items in parentheses, but a tuple. */
static bool is_starred_group(const Lower *l, uint32_t c) {
  if (kind_of(l, c + 1) != CST_LPAREN) return false;
  EACH_CHILD(l, k, c)
    if (l->text.ptr[start_of(l, k)] == '*') return true;
  return false;
}

static void lower_with_group(Lower *l, uint32_t c) {
  uint32_t id = leaf(l, AST_WithItem, c);
  uint32_t tuple = leaf(l, AST_Tuple, c);
  uint32_t base = l->p->stack.n;
  EACH_CHILD(l, k, c)
    if (kind_of(l, k) == CST_WITH_ITEM) stack_push(l, lower_element(l, k + 1));
  uint32_t list = list_flush(l, base);
  node_at(l, tuple)->a = list;
  node_at(l, tuple)->op = 0x80;
  node_close(l, tuple);
  node_at(l, id)->a = tuple;
  node_close(l, id);
  stack_push(l, id);
}

static void lower_with_items(Lower *l, uint32_t c) {
  bool only = next_of(l, c + 1) >= next_of(l, c);
  uint32_t last = c;
  EACH_CHILD(l, k, c) {
    if (kind_of(l, k) == CST_WITH_ITEM) lower_with_item(l, k, only);
    last = k;
  }
  if (kind_of(l, last) == CST_COMMA)
    lower_error(l, start_of(l, last), end_of(l, last),
                "trailing comma not allowed without surrounding parentheses");
  else if (kind_of(l, c + 1) == CST_LPAREN)
    lower_since(l, 9, start_of(l, c), end_of(l, c),
                "parentheses around the items of a `with` statement");
}

static uint32_t lower_with(Lower *l, uint32_t c) {
  uint32_t id = leaf(l, AST_With, c);
  uint32_t k = c + 1, base = l->p->stack.n;
  bool is_async = kind_of(l, k) == CST_KW_ASYNC;
  if (is_async) {
    check_async(l, k, "with");
    k = next_of(l, k);
  }
  k = next_of(l, k);
  if (UNLIKELY(is_starred_group(l, k)))
    lower_with_group(l, k);
  else
    lower_with_items(l, k);
  uint32_t items = list_flush(l, base);
  k = next_of(l, k);
  header(l, k);
  uint32_t body = lower_block(l, next_of(l, k));
  AstNode *node = node_at(l, id);
  node->op = is_async;
  node->a = items;
  node->b = body;
  close_block(l, id);
  return id;
}

/* ---- try ---------------------------------------------------------------- */

typedef struct {
  uint32_t value, alias; /* Cst of the type and of its name, 0 = none */
  uint32_t as;           /* the as_pattern around them */
  uint32_t count;        /* types separated by commas */
  uint32_t last;         /* the last of them, behind it */
} ExceptHeader;

static uint32_t lower_except_type(Lower *l, const ExceptHeader *h) {
  if (h->count > 1) {
    uint32_t end = end_of(l, h->last);
    bool as = h->alias != 0;
    for (uint32_t k = h->value; k <= h->last; k = next_of(l, k))
      as |= kind_of(l, k) == CST_AS_PATTERN;
    if (as)
      lower_error(l, start_of(l, h->value), end,
                  "multiple exception types must be parenthesized when using "
                  "`as`");
    else
      lower_since(l, 14, start_of(l, h->value), end,
                  "multiple exception types without parentheses");
    uint32_t outer = l->as_pattern;
    if (as) l->as_pattern = UINT32_MAX; /* one error is enough */
    uint32_t id = lower_bare_tuple(l, h->value, next_of(l, h->last), false);
    l->as_pattern = outer;
    return id;
  }
  return h->as ? lower_before_as(l, h->value, h->as)
               : lower_expr(l, h->value);
}

static uint32_t lower_handler(Lower *l, uint32_t c, bool *star) {
  uint32_t id = leaf(l, AST_ExceptHandler, c);
  AstHandler record = {0};
  ExceptHeader h = {0};
  uint32_t k = next_of(l, c + 1);
  *star = kind_of(l, k) == CST_STAR;
  if (*star) k = next_of(l, k);
  for (; kind_of(l, k) != CST_COLON; k = next_of(l, k)) {
    if (kind_of(l, k) == CST_COMMA) continue;
    if (kind_of(l, k) == CST_KW_AS) {
      k = next_of(l, k);
      h.alias = k;
      continue;
    }
    if (!h.value) h.value = k;
    h.last = k;
    h.count++;
  }
  h.as = h.count == 1 ? trailing_as(l, h.value) : 0;
  if (h.as) h.alias = next_of(l, next_of(l, h.as + 1)) + 1;
  if (h.value)
    record.type = (NodeId){lower_except_type(l, &h)};
  else if (*star)
    lower_error(l, start_of(l, k), end_of(l, k),
                "expected one or more exception types");
  uint32_t name = 0;
  if (h.alias) {
    record.name_start = start_of(l, h.alias);
    if (kind_of(l, h.alias) == CST_IDENTIFIER)
      name = lower_name(l, start_of(l, h.alias), end_of(l, h.alias));
    else
      lower_error(l, start_of(l, h.alias), end_of(l, h.alias),
                  "`except` takes a plain name behind `as`");
  }
  if (name)
    lower_check_binding(l, name, start_of(l, h.alias), end_of(l, h.alias));
  header(l, k);
  uint32_t ctx = l->ctx;
  if (*star) l->ctx |= CTX_EXCEPT_STAR | CTX_EXCEPT_STAR_FUNCTION;
  record.body = lower_block(l, next_of(l, k));
  l->ctx = ctx;
  uint32_t at = record_new(l, sizeof record / 4);
  memcpy(&l->p->extra.v[at], &record, sizeof record);
  node_at(l, id)->a = at;
  node_at(l, id)->b = name;
  close_block(l, id);
  return id;
}

/* Bare `except:` last, no mix of except and except*. */
static uint32_t lower_handlers(Lower *l, uint32_t c, bool *star) {
  uint32_t base = l->p->stack.n, bare = 0;
  EACH_CHILD(l, k, c) {
    if (kind_of(l, k) != CST_EXCEPT_CLAUSE) continue;
    if (bare)
      lower_error(l, start_of(l, bare), start_of(l, bare) + 6,
                  "default `except:` must be last");
    bare = 0;
    bool this_star;
    uint32_t id = lower_handler(l, k, &this_star);
    if (l->p->stack.n > base && this_star != *star)
      lower_error(l, start_of(l, k), start_of(l, k) + 6,
                  "cannot have both `except` and `except*` on the same `try`");
    *star = this_star;
    if (this_star)
      lower_since(l, 11, start_of(l, k), start_of(l, k) + 6, "`except*`");
    const AstNode *node = node_at(l, id);
    if (l->p->extra.v[node->a] == 0) bare = k;
    stack_push(l, id);
  }
  return list_flush(l, base);
}

static uint32_t lower_try(Lower *l, uint32_t c) {
  uint32_t id = leaf(l, AST_Try, c);
  AstTry record = {0};
  bool star = false;
  record.body = lower_clause_body(l, c);
  record.handlers = lower_handlers(l, c, &star);
  uint32_t k = child_of_kind(l, c, c + 1, CST_ELSE_CLAUSE);
  if (k) {
    record.orelse = lower_clause_body(l, k);
    if (!record.handlers)
      lower_error(l, start_of(l, k), start_of(l, k) + 4,
                  "`else` of `try` needs an `except` block");
  }
  k = child_of_kind(l, c, c + 1, CST_FINALLY_CLAUSE);
  if (k) {
    record.final = lower_clause_body(l, k);
  }
  if (!record.handlers && !k)
    lower_error(l, start_of(l, c), start_of(l, c) + 3,
                "expected an `except` or `finally` block behind `try`");
  uint32_t at = record_new(l, sizeof record / 4);
  memcpy(&l->p->extra.v[at], &record, sizeof record);
  node_at(l, id)->op = star;
  node_at(l, id)->a = at;
  close_block(l, id);
  return id;
}

/* ---- def, class --------------------------------------------------------- */

/* Before 3.9: a name, maybe dotted, maybe called once. */
static void check_decorator(Lower *l, uint32_t c) {
  if (LIKELY(python_at_least(l->version, 3, 9))) return;
  uint32_t k = kind_of(l, c) == CST_CALL ? c + 1 : c;
  while (kind_of(l, k) == CST_ATTRIBUTE) k++;
  if (kind_of(l, k) != CST_IDENTIFIER)
    lower_since(l, 9, start_of(l, c), end_of(l, c),
                "a decorator of this form");
}

uint32_t lower_decorators(Lower *l, uint32_t decorated) {
  uint32_t base = l->p->stack.n;
  if (!decorated) return 0;
  EACH_CHILD(l, k, decorated)
    if (kind_of(l, k) == CST_DECORATOR) {
      check_decorator(l, next_of(l, k + 1));
      stack_push(l, lower_named(l, next_of(l, k + 1)));
    }
  return list_flush(l, base);
}

static void check_function(Lower *l, bool is_async) {
  if (is_async && l->facts.has_yield && l->facts.return_value.end)
    lower_error(l, l->facts.return_value.start, l->facts.return_value.end,
                "`return` with value in async generator");
}

static uint32_t lower_function(Lower *l, uint32_t c, uint32_t decorated) {
  uint32_t id = leaf(l, AST_FunctionDef, decorated ? decorated : c);
  AstFunction record = {0};
  record.decorators = lower_decorators(l, decorated);
  uint32_t k = c + 1, base;
  bool is_async = kind_of(l, k) == CST_KW_ASYNC;
  if (is_async) k = next_of(l, k);
  k = next_of(l, k);
  record.name = (NameId){lower_name(l, start_of(l, k), end_of(l, k))};
  record.name_start = start_of(l, k);
  lower_check_binding(l, record.name.v, start_of(l, k), end_of(l, k));
  k = next_of(l, k);
  if (kind_of(l, k) == CST_TYPE_PARAMETER) {
    record.type_params = lower_type_params(l, k);
    k = next_of(l, k);
  }
  base = l->p->stack.n;
  lower_params(l, k);
  record.params = list_flush(l, base);
  k = next_of(l, k);
  if (kind_of(l, k) == CST_ARROW) {
    k = next_of(l, k);
    record.returns = (NodeId){lower_annotation(l, k, false)};
    k = next_of(l, k);
  }
  record.colon_end = header(l, k);
  uint32_t ctx = l->ctx;
  FunctionFacts facts = l->facts;
  l->facts = (FunctionFacts){0};
  l->ctx = CTX_FUNCTION | (is_async ? CTX_ASYNC : 0);
  record.body = lower_block(l, next_of(l, k));
  check_function(l, is_async);
  l->ctx = ctx;
  l->facts = facts;
  uint32_t at = record_new(l, sizeof record / 4);
  memcpy(&l->p->extra.v[at], &record, sizeof record);
  node_at(l, id)->op = is_async;
  node_at(l, id)->a = at;
  close_block(l, id);
  return id;
}

static uint32_t lower_class(Lower *l, uint32_t c, uint32_t decorated) {
  const ScanLine *bad = lower_bad_line(l, start_of(l, c));
  if (UNLIKELY(bad != NULL) && recover_definition(l->text, bad))
    return lower_bad_definition(l, start_of(l, decorated ? decorated : c),
                                decorated, bad);
  uint32_t id = leaf(l, AST_ClassDef, decorated ? decorated : c);
  AstClass record = {0};
  record.decorators = lower_decorators(l, decorated);
  uint32_t k = next_of(l, c + 1);
  record.name = (NameId){lower_name(l, start_of(l, k), end_of(l, k))};
  record.name_start = start_of(l, k);
  lower_check_binding(l, record.name.v, start_of(l, k), end_of(l, k));
  k = next_of(l, k);
  if (kind_of(l, k) == CST_TYPE_PARAMETER) {
    record.type_params = lower_type_params(l, k);
    k = next_of(l, k);
  }
  if (kind_of(l, k) == CST_ARGUMENT_LIST) {
    uint32_t outside = l->ctx;
    if (record.type_params) l->ctx |= CTX_TYPE_PARAMS;
    record.args = lower_arguments(l, k);
    l->ctx = outside;
    k = next_of(l, k);
  }
  header(l, k);
  uint32_t ctx = l->ctx;
  l->ctx = CTX_CLASS;
  record.body = lower_block(l, next_of(l, k));
  l->ctx = ctx;
  uint32_t at = record_new(l, sizeof record / 4);
  memcpy(&l->p->extra.v[at], &record, sizeof record);
  node_at(l, id)->a = at;
  close_block(l, id);
  return id;
}

static uint32_t lower_decorated(Lower *l, uint32_t c) {
  EACH_CHILD(l, k, c) {
    if (kind_of(l, k) == CST_FUNCTION) return lower_function(l, k, c);
    if (kind_of(l, k) == CST_CLASS) return lower_class(l, k, c);
  }
  return 0;
}

/* Returns 0 for what is no compound statement. */
uint32_t lower_compound(Lower *l, uint32_t c) {
  switch (kind_of(l, c)) {
  case CST_IF: return lower_if(l, c);
  case CST_FOR: return lower_for(l, c);
  case CST_WHILE: return lower_while(l, c);
  case CST_TRY: return lower_try(l, c);
  case CST_WITH: return lower_with(l, c);
  case CST_FUNCTION: return lower_function(l, c, 0);
  case CST_CLASS: return lower_class(l, c, 0);
  case CST_DECORATED: return lower_decorated(l, c);
  case CST_MATCH: return lower_match(l, c);
  default: return 0;
  }
}
