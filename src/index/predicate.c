/* predicate.c - atomic tests, and which places each of them may narrow.
 *
 * The forms are those of the typing spec and of the peers: truthiness, `is`,
 * `==`, `in` and their negations on both sides; isinstance, issubclass,
 * callable, hasattr, bool and user-defined TypeGuard/TypeIs functions (the
 * spec narrows the first positional argument); len(x) and type(x) inside a
 * comparison; a walrus narrows its target and what it was given.  A test on
 * a member (`x.kind == "a"`, `x["k"]`, `x[0] is None`) may also narrow the
 * object that holds it (tagged unions), unless that is a method's own
 * unannotated `self`, which is never a union.
 *
 * Too many places cost a little, a missing one loses a narrowing: infer
 * decides by type what a predicate does.
 */
#include "index/index_int.h"

static void add(PlaceList *out, uint32_t place) {
  if (!place || out->n == PREDICATE_PLACES) return;
  for (uint32_t i = 0; i < out->n; i++)
    if (out->v[i] == place) return;
  out->v[out->n++] = place;
}

/* True when the expression is the name `self` or `cls`: by custom the first
 * parameter of a method. */
static bool is_self(const Builder *b, uint32_t node) {
  const AstNode *n = node_at(b, node);
  return n->kind == AST_Name &&
         (n->a == NAME_self || n->a == NAME_cls);
}

static void add_expr(Builder *b, uint32_t node, bool holder, PlaceList *out) {
  const AstNode *n = node_at(b, node);
  if (n->kind == AST_NamedExpr) {
    if (b->second_pass) add(out, place_of_expr(b, n->a));
    add_expr(b, n->b, holder, out);
    return;
  }
  bool member = n->kind == AST_Attribute || n->kind == AST_Subscript;
  if (!member && n->kind != AST_Name) return;
  add(out, place_of_expr(b, node));
  if (member && holder && !is_self(b, n->a)) add(out, place_of_expr(b, n->a));
}

/* The first argument of a call, when it is positional; of isinstance(x.a, C)
 * the holder, too. */
static void add_argument(Builder *b, uint32_t call, PlaceList *out) {
  const AstNode *callee = node_at(b, node_at(b, call)->a);
  bool holder = callee->kind == AST_Name && (callee->a == NAME_isinstance ||
                                             callee->a == NAME_issubclass);
  NodeList args = node_list(b, node_at(b, call)->b);
  if (!args.n) return;
  AstKind kind = (AstKind)node_at(b, args.v[0])->kind;
  if (kind != AST_Keyword && kind != AST_Starred)
    add_expr(b, args.v[0], holder, out);
}

static bool narrows_operands(uint32_t op) {
  return op == CMP_EQ || op == CMP_NOT_EQ || op == CMP_IS ||
         op == CMP_IS_NOT || op == CMP_IN || op == CMP_NOT_IN;
}

/* An operand next to the given operators. */
static void add_operand(Builder *b, uint32_t node, bool direct,
                        PlaceList *out) {
  if (node_at(b, node)->kind == AST_Call) add_argument(b, node, out);
  else if (direct) add_expr(b, node, true, out);
}

static void add_compare(Builder *b, const AstNode *n, PlaceList *out) {
  NodeList right = node_list(b, n->b), ops = node_list(b, n->c);
  bool before = ops.n && narrows_operands(ops.v[0]);
  add_operand(b, n->a, before, out);
  for (uint32_t i = 0; i < right.n; i++) {
    bool direct = before || (i + 1 < ops.n && narrows_operands(ops.v[i + 1]));
    add_operand(b, right.v[i], direct, out);
    before = i + 1 < ops.n && narrows_operands(ops.v[i + 1]);
  }
}

/* The places that the atomic test may narrow; in the second pass to be asked
 * before the test is visited. */
void predicate_places(Builder *b, uint32_t node, PlaceList *out) {
  const AstNode *n = node_at(b, node);
  out->n = 0;
  switch (n->kind) {
  case AST_Name:
  case AST_Attribute:
  case AST_Subscript:
  case AST_NamedExpr:
    add_expr(b, node, true, out);
    if (n->kind == AST_NamedExpr && node_at(b, n->b)->kind == AST_Call)
      add_argument(b, n->b, out);
    return;
  case AST_Call: add_argument(b, node, out); return;
  case AST_Compare: add_compare(b, n, out); return;
  default: return;
  }
}

/* The subject and the object that it is a member of; or the items of a tuple. */
uint32_t predicate_subject(Builder *b, uint32_t node, PlaceList *out) {
  const AstNode *n = node_at(b, node);
  out->n = 0;
  if (n->kind == AST_Tuple) {
    NodeList items = node_list(b, n->a);
    for (uint32_t i = 0; i < items.n; i++) add(out, place_of_expr(b, items.v[i]));
    return 0;
  }
  uint32_t named = n->kind == AST_NamedExpr ? n->a : node;
  uint32_t place = place_of_expr(b, named);
  add(out, place);
  bool member = n->kind == AST_Attribute || n->kind == AST_Subscript;
  if (member && !is_self(b, n->a)) add(out, place_of_expr(b, n->a));
  return place;
}

PredId predicate_new(Builder *b, PredKind kind, uint32_t node,
                     uint32_t subject, PredId previous) {
  vec_push(&b->preds, b->scratch,
           (Pred){.kind = (uint8_t)kind,
                  .node = {node},
                  .subject = {subject},
                  .previous = previous});
  return (PredId){b->preds.n - 1};
}

/* 1 true, 0 false, -1 not a constant. */
int predicate_constant(const Builder *b, uint32_t node) {
  const AstNode *n = node_at(b, node);
  switch (n->kind) {
  case AST_True: return 1;
  case AST_False:
  case AST_None: return 0;
  case AST_Int: {
    const AstValue *v = &b->ast->values[n->a];
    return v->big || v->integer != 0;
  }
  default: return -1;
  }
}

/* True for TYPE_CHECKING and typing.TYPE_CHECKING, which a type checker takes
 * to be true wherever the name comes from. */
bool predicate_is_type_checking(const Builder *b, uint32_t node) {
  const AstNode *n = node_at(b, node);
  if (n->kind == AST_Name) return n->a == NAME_TYPE_CHECKING;
  return n->kind == AST_Attribute && n->b == NAME_TYPE_CHECKING;
}
