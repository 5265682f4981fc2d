/* alias.c - names for conditions: `ok = isinstance(x, int)` ... `if ok:`, and
 * `if ok := x is None:`.
 *
 * A test of a name that holds the answer of an earlier test narrows what the
 * earlier one would.  It does as long as both are as they were: the name's
 * value is still the one that the assignment gave it, and the tested name's value
 * is the one that was tested.  Values are flow nodes, so that is a comparison of
 * two ids, below whatever narrowed them since; no count of assignments is
 * needed (pyright, which has the idea, wants exactly one).  Only names are
 * followed: members may change without being seen.
 *
 * Of `a and b` both are known when it is true, of `a or b` when it is false.
 *
 * Cost: a record for each test that is assigned; a test of a name looks one up.
 */
#include "index/index_int.h"

enum {
  STRIP_DEPTH = 4,   /* joins looked through for the value before tests */
  STRIP_OPERANDS = 8 /* in each of them */
};

/* Places that `node` may narrow, each with its value. */
static void remember(Builder *b, uint32_t node) {
  PlaceList places;
  predicate_places(b, node, &places);
  for (uint32_t i = 0; i < places.n; i++) {
    if (b->places[places.v[i]].kind != PLACE_SYMBOL) continue;
    uint32_t value = alias_strip(b, flow_value(b, places.v[i]));
    vec_push(&b->alias_tests, b->scratch,
             ((AliasTest){node, places.v[i], value}));
  }
}

static void remember_all(Builder *b, uint32_t node) {
  const AstNode *n = node_at(b, node);
  switch (n->kind) {
  case AST_UnaryOp:
    if (n->op == UNARY_NOT) remember_all(b, n->a);
    return;
  case AST_BoolOp: {
    NodeList list = node_list(b, n->a);
    for (uint32_t i = 0; i < list.n; i++) remember_all(b, list.v[i]);
    return;
  }
  case AST_Compare:
  case AST_Call:
  case AST_Name: remember(b, node); return;
  default: return;
  }
}

/* The value before all tests; the two sides of a test that met again are the
 * value before it. */
static uint32_t strip(const Builder *b, uint32_t flow, uint32_t depth) {
  while (b->flows.v[flow].kind == FLOW_NARROW) flow = b->flows.v[flow].a;
  const Flow *f = &b->flows.v[flow];
  if (f->kind != FLOW_PHI || depth == 0) return flow;
  uint32_t n = b->extra.v[f->a], same = 0;
  if (n > STRIP_OPERANDS) return flow;
  for (uint32_t i = 0; i < n; i++) {
    uint32_t value = strip(b, b->extra.v[f->a + 1 + 2 * i], depth - 1);
    if (same && value != same) return flow;
    same = value;
  }
  return same;
}

uint32_t alias_strip(const Builder *b, uint32_t flow) {
  return strip(b, flow, STRIP_DEPTH);
}

/* Before the value of `name = value` is visited: its tests, to be named by
 * alias_name. */
uint32_t alias_tests(Builder *b, uint32_t value) {
  uint32_t begin = b->alias_tests.n;
  AstKind kind = (AstKind)node_at(b, value)->kind;
  if (kind == AST_Compare || kind == AST_Call || kind == AST_UnaryOp ||
      kind == AST_BoolOp)
    remember_all(b, value);
  return begin;
}

void alias_name(Builder *b, uint32_t def, uint32_t value, uint32_t begin) {
  if (begin == b->alias_tests.n) return;
  Alias alias = {value, begin, b->alias_tests.n};
  vec_push(&b->aliases, b->scratch, alias);
  hmap32_put(&b->alias_of_def, def, b->aliases.n);
}

const Alias *alias_find(const Builder *b, uint32_t place) {
  if (b->aliases.n == 0) return NULL;
  uint32_t value = b->cur[place];
  if (!value) return NULL;
  const Flow *f = &b->flows.v[alias_strip(b, value)];
  if (f->kind != FLOW_DEF) return NULL;
  uint32_t at = hmap32_get(&b->alias_of_def, f->a);
  return at ? &b->aliases.v[at - 1] : NULL;
}

typedef struct {
  const Alias *alias;
  const PredId *preds;
  uint32_t changes; /* the first on Builder.changes of this test */
} Implied;

/* The place's value, with what was implied so far. */
static uint32_t value_of(Builder *b, const Implied *implied, uint32_t place) {
  for (uint32_t i = b->changes.n; i-- > implied->changes;)
    if (b->changes.v[i].place == place) return b->changes.v[i].value;
  return flow_value(b, place);
}

/* Adds narrowings by the tests inside `node`, when that is `holds`. */
static void imply(Builder *b, const Implied *implied, uint32_t node,
                  bool holds) {
  const AstNode *n = node_at(b, node);
  if (n->kind == AST_UnaryOp) {
    imply(b, implied, n->a, !holds);
    return;
  }
  if (n->kind == AST_BoolOp) {
    if ((n->op == BOOL_AND) != holds) return;
    NodeList list = node_list(b, n->a);
    for (uint32_t i = 0; i < list.n; i++) imply(b, implied, list.v[i], holds);
    return;
  }
  const Alias *alias = implied->alias;
  for (uint32_t i = alias->begin; i < alias->end; i++) {
    AliasTest test = b->alias_tests.v[i];
    if (test.node != node) continue;
    uint32_t value = value_of(b, implied, test.place);
    if (alias_strip(b, value) != test.value) continue;
    uint32_t narrowed = state_flow(b, FLOW_NARROW, holds, value,
                                   implied->preds[i - alias->begin].v);
    vec_push(&b->changes, b->scratch, ((Change){test.place, narrowed}));
  }
}

PredId *alias_predicates(Builder *b, const Alias *alias) {
  uint32_t n = alias->end - alias->begin;
  PredId *preds = ARENA_ARRAY(b->scratch, PredId, n + 1);
  for (uint32_t i = 0; i < n; i++)
    preds[i] = predicate_new(b, PRED_EXPR,
                             b->alias_tests.v[alias->begin + i].node, 0,
                             (PredId){0});
  return preds;
}

void alias_narrow(Builder *b, const Alias *alias, bool holds,
                  const PredId *preds) {
  Implied implied = {alias, preds, b->changes.n};
  imply(b, &implied, alias->value, holds);
}
