/* lower_compr.c - comprehensions, and expressions that depend on the scope.
 *
 * The first iterable of a comprehension is evaluated outside of it; all else
 * is in a scope of its own, where `yield` is forbidden, `await` needs an async
 * function or a generator, and `:=` must not bind a variable of the loop.
 */
#include "parse/lower_int.h"

static uint32_t leaf(Lower *l, AstKind kind, uint32_t c) {
  return node_open(l, kind, start_of(l, c), end_of(l, c));
}

/* ---- comprehensions ----------------------------------------------------- */

static uint32_t lower_clause(Lower *l, uint32_t c, bool first,
                             uint32_t outer) {
  uint32_t id = leaf(l, AST_Comprehension, c);
  uint32_t k = c + 1;
  bool is_async = kind_of(l, k) == CST_KW_ASYNC;
  if (is_async) {
    if (!(l->ctx & (CTX_ASYNC | CTX_UNKNOWN | CTX_GENERATOR)))
      lower_error(l, start_of(l, c), end_of(l, c),
                  "an asynchronous comprehension outside of an asynchronous "
                  "function");
    k = next_of(l, k);
  }
  uint32_t left = next_of(l, k);
  uint32_t target = lower_target(l, left, EXPR_STORE);
  uint32_t right = next_of(l, next_of(l, left));
  uint32_t inner = l->ctx;
  if (first) l->ctx = outer; /* evaluated outside */
  l->ctx |= CTX_ITERABLE;
  uint32_t iter = lower_operand(l, right);
  l->ctx = inner;
  if (next_of(l, right) < next_of(l, c))
    lower_error(l, start_of(l, right), end_of(l, c),
                "an unparenthesized tuple cannot be iterated here");
  AstNode *node = node_at(l, id);
  node->a = target;
  node->b = iter;
  node->op = is_async;
  return id;
}

/* Is `name` bound by a target of the comprehension `id`? */
static bool binds(Lower *l, uint32_t id, uint32_t name) {
  const uint32_t *list = &l->p->extra.v[node_at(l, id)->b];
  for (uint32_t i = 1; i <= list[0]; i++) {
    uint32_t target = node_at(l, list[i])->a;
    for (uint32_t k = target; k < l->p->ends.v[target]; k++)
      if (node_at(l, k)->kind == AST_Name && node_at(l, k)->a == name &&
          node_at(l, k)->op == EXPR_STORE)
        return true;
  }
  return false;
}

/* `:=` must not bind what the comprehension around it iterates with. */
static void check_rebinding(Lower *l, uint32_t id) {
  for (uint32_t k = id; k < l->p->ends.v[id]; k++) {
    const AstNode *node = node_at(l, k);
    if (node->kind == AST_Lambda) k = l->p->ends.v[k] - 1;
    if (node->kind != AST_NamedExpr) continue;
    const AstNode *target = node_at(l, node->a);
    if (!binds(l, id, target->a)) continue;
    Str name = name_text((NameId){target->a});
    lower_error(l, target->start, target->end,
                "an assignment expression cannot rebind the comprehension's "
                "variable `%" PRIstr "`", STR_ARG(name));
  }
}

uint32_t lower_comprehension(Lower *l, uint32_t c, AstKind kind) {
  uint32_t id = leaf(l, kind, c);
  uint32_t outer = l->ctx, base = l->p->stack.n, before = l->walruses;
  l->ctx |= CTX_COMPREHENSION;
  if (kind == AST_GeneratorExp) l->ctx |= CTX_GENERATOR;
  uint32_t body = c + 2; /* behind the bracket */
  uint32_t element = kind_of(l, body) == CST_PAIR ? lower_pair(l, body)
                                                  : lower_element(l, body);
  if (node_at(l, element)->kind == AST_Starred)
    lower_since(l, 15, start_of(l, body), end_of(l, body),
                "unpacking in a comprehension");
  uint32_t end = next_of(l, c), k = next_of(l, body);
  bool first = true;
  while (k < end && kind_of(l, k) == CST_FOR_IN_CLAUSE) {
    uint32_t clause = lower_clause(l, k, first, outer);
    uint32_t ifs = l->p->stack.n;
    first = false;
    for (k = next_of(l, k); k < end && kind_of(l, k) == CST_IF_CLAUSE;
         k = next_of(l, k)) {
      stack_push(l, lower_operand(l, next_of(l, k + 1)));
      node_at(l, clause)->end = end_of(l, k);
    }
    uint32_t list = list_flush(l, ifs);
    node_at(l, clause)->c = list;
    node_close(l, clause);
    stack_push(l, clause);
  }
  l->ctx = outer;
  uint32_t list = list_flush(l, base);
  AstNode *node = node_at(l, id);
  node->a = element;
  node->b = list;
  node_close(l, id);
  if (UNLIKELY(l->walruses != before)) check_rebinding(l, id);
  return id;
}

/* ---- what needs a scope ------------------------------------------------- */

/* Where PEP 649 and 695 evaluate later, nothing may be bound or awaited. */
static bool check_deferred(Lower *l, uint32_t c, const char *what) {
  const char *where = l->ctx & CTX_TYPE_PARAMS ? "the definition of a generic"
                      : l->ctx & CTX_ANNOTATION ? "an annotation"
                                                : NULL;
  if (!where) return true;
  lower_error(l, start_of(l, c), end_of(l, c),
              "%s cannot be used within %s", what, where);
  return false;
}

void lower_check_walrus(Lower *l, uint32_t c) {
  if (!check_deferred(l, c, "a named expression")) return;
  if (l->ctx & CTX_ITERABLE)
    lower_error(l, start_of(l, c), end_of(l, c),
                "an assignment expression cannot be used in a comprehension's "
                "iterable");
  else if ((l->ctx & CTX_COMPREHENSION) && (l->ctx & CTX_CLASS))
    lower_error(l, start_of(l, c), end_of(l, c),
                "an assignment expression within a comprehension cannot be "
                "used in a class body");
}

void lower_check_await(Lower *l, uint32_t c) {
  if (!check_deferred(l, c, "an await expression")) return;
  if (l->ctx & (CTX_ASYNC | CTX_UNKNOWN | CTX_GENERATOR)) return;
  if (l->ctx & CTX_COMPREHENSION)
    lower_error(l, start_of(l, c), end_of(l, c),
                "an asynchronous comprehension outside of an asynchronous "
                "function");
  else
    lower_error(l, start_of(l, c), start_of(l, c) + 5,
                l->ctx & CTX_FUNCTION ? "`await` outside an async function"
                                      : "`await` outside a function");
}

void lower_check_yield(Lower *l, uint32_t c, bool from) {
  if (!check_deferred(l, c, "a yield expression")) return;
  if (l->ctx & CTX_UNKNOWN) return;
  if (l->ctx & CTX_COMPREHENSION)
    lower_error(l, start_of(l, c), end_of(l, c),
                "`yield` inside a comprehension");
  else if (!(l->ctx & CTX_FUNCTION))
    lower_error(l, start_of(l, c), end_of(l, c),
                "`yield` outside a function");
  else if (from && (l->ctx & CTX_ASYNC))
    lower_error(l, start_of(l, c), end_of(l, c),
                "`yield from` inside an async function");
}
