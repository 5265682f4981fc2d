/* exports.c - operations on `__all__`, by the forms that the typing spec lists
 * ("Distributing type information", library interface):
 *
 *   __all__ = [...], (...)          __all__ += [...], m.__all__
 *   __all__.extend([...]), .extend(m.__all__), .append("x"), .remove("x")
 *   __all__ = m.__all__ + [...]     and the same with an annotation
 *
 * and `[*m.__all__, "x"]`.  Anything else makes the list incomplete.  Entries
 * come in the order of execution; in branches their nodes tell the reach.
 */
#include "index/index_int.h"

static bool is_all(const Builder *b, uint32_t node) {
  const AstNode *n = node_at(b, node);
  return n->kind == AST_Name && n->a == NAME_dunder_all;
}

static void entry(Builder *b, AllKind kind, NameId value, uint32_t node) {
  vec_push(&b->all, b->scratch,
           (AllEntry){.kind = (uint8_t)kind, .value = value, .node = {node}});
}

/* The dotted text of a name or of attributes of one; false for others. */
static bool dotted(Builder *b, uint32_t node, StrBuf *out) {
  const AstNode *n = node_at(b, node);
  if (n->kind == AST_Attribute) {
    if (!dotted(b, n->a, out)) return false;
    strbuf_putc(out, '.');
    strbuf_put(out, name_text((NameId){n->b}));
    return true;
  }
  if (n->kind != AST_Name) return false;
  strbuf_put(out, name_text((NameId){n->a}));
  return true;
}

/* `m.__all__` */
static bool add_module(Builder *b, uint32_t node) {
  const AstNode *n = node_at(b, node);
  if (n->kind != AST_Attribute || n->b != NAME_dunder_all) return false;
  StrBuf text;
  strbuf_init(&text, b->scratch);
  if (!dotted(b, n->a, &text)) return false;
  entry(b, ALL_MODULE, name_intern(strbuf_str(&text)), node);
  return true;
}

static bool add_string(Builder *b, AllKind kind, uint32_t node) {
  const AstNode *n = node_at(b, node);
  if (n->kind != AST_Str) return false;
  Str text = b->ast->values[n->a].text;
  if (text.len > 4096) return false;
  entry(b, kind, name_intern(text), node);
  return true;
}

/* Lists, tuples, m.__all__ and sums of them. */
static bool add_value(Builder *b, uint32_t node) {
  const AstNode *n = node_at(b, node);
  if (n->kind == AST_BinOp && n->op == OP_ADD)
    return (is_all(b, n->a) || add_value(b, n->a)) && add_value(b, n->b);
  if (n->kind != AST_List && n->kind != AST_Tuple) return add_module(b, node);
  NodeList list = node_list(b, n->a);
  bool ok = true;
  for (uint32_t i = 0; i < list.n; i++) {
    const AstNode *item = node_at(b, list.v[i]);
    bool done = item->kind == AST_Starred ? add_module(b, item->a)
                                          : add_string(b, ALL_NAME, list.v[i]);
    ok = ok && done;
  }
  return ok;
}

/* True when the leftmost operand of a sum is `__all__` itself. */
static bool extends_itself(const Builder *b, uint32_t node) {
  const AstNode *n = node_at(b, node);
  while (n->kind == AST_BinOp && n->op == OP_ADD) {
    node = n->a;
    n = node_at(b, node);
  }
  return is_all(b, node);
}

static void assign(Builder *b, uint32_t value, uint32_t node) {
  b->has_all = true;
  if (b->all.n && !extends_itself(b, value))
    entry(b, ALL_RESET, (NameId){0}, node);
  if (!add_value(b, value)) b->all_unknown = true;
}

/* `__all__.extend(...)` and its like; false when it is no such call. */
static void method_call(Builder *b, uint32_t node) {
  const AstNode *call = node_at(b, node);
  if (call->kind != AST_Call) return;
  const AstNode *f = node_at(b, call->a);
  if (f->kind != AST_Attribute || !is_all(b, f->a)) return;
  NodeList args = node_list(b, call->b);
  bool ok = false;
  if (args.n == 1) {
    switch (f->b) {
    case NAME_extend: ok = add_value(b, args.v[0]); break;
    case NAME_append: ok = add_string(b, ALL_NAME, args.v[0]); break;
    case NAME_remove: ok = add_string(b, ALL_REMOVE, args.v[0]); break;
    }
  }
  b->has_all = true;
  if (!ok) b->all_unknown = true;
}

static bool has_target(const Builder *b, uint32_t extra) {
  NodeList list = node_list(b, extra);
  for (uint32_t i = 0; i < list.n; i++)
    if (is_all(b, list.v[i])) return true;
  return false;
}

/* A statement of the module's own scope has been walked. */
void exports_statement(Builder *b, uint32_t node) {
  const AstNode *n = node_at(b, node);
  switch (n->kind) {
  case AST_Assign:
    if (has_target(b, n->a)) assign(b, n->b, node);
    return;
  case AST_AnnAssign:
    if (is_all(b, n->a) && n->c) assign(b, n->c, node);
    return;
  case AST_AugAssign:
    if (!is_all(b, n->a)) return;
    b->has_all = true;
    if (n->op != OP_ADD || !add_value(b, n->b)) b->all_unknown = true;
    return;
  case AST_ExprStmt: method_call(b, n->a); return;
  default: return;
  }
}

/* Definitions of `__all__` that no statement above explains. */
void exports_finish(Builder *b) {
  uint32_t temp =
      hmap64_get(&b->symbols, hmap_pair(1, NAME_dunder_all));
  if (!temp) return;
  for (uint32_t d = b->places[b->final[temp]].first_def.v; d;
       d = b->defs.v[d].next.v) {
    DefKind kind = (DefKind)b->defs.v[d].kind;
    b->has_all = true;
    if (kind != DEF_ASSIGN && kind != DEF_ANN_ASSIGN && kind != DEF_AUG_ASSIGN)
      b->all_unknown = true;
  }
}
