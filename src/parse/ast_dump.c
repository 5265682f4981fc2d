/* ast_dump.c - the tree as text, for --dump ast and the snapshot tests.
 *
 * One node a line, two blanks a level:
 *
 *     role: kind @start-end  name=`x` op=store ...
 *
 * Offsets are bytes.  Lists show as children with the list's role; a missing
 * child is not shown.  Strings are printed in double quotes, bytes that are not
 * printable ASCII as \xNN.
 */
#include "core/names.h"
#include "parse/parse.h"

/* What a word of a node, or of its record, is called in the dump. */
typedef struct {
  const char *role[8];
} Roles;

/* Roles of the words a, b, c; of a record's words for the wide nodes. */
static const Roles roles[AST_KIND_COUNT] = {
    [AST_Module] = {{"body"}},
    [AST_FunctionDef] = {{0, 0, "decorator", "type_param", "param", "returns",
                          "body"}},
    [AST_ClassDef] = {{0, 0, "decorator", "type_param", "arg", "body"}},
    [AST_Return] = {{"value"}},
    [AST_Delete] = {{"target"}},
    [AST_Assign] = {{"target", "value"}},
    [AST_TypeAlias] = {{"name", "type_param", "value"}},
    [AST_AugAssign] = {{"target", "value"}},
    [AST_AnnAssign] = {{"target", "annotation", "value"}},
    [AST_For] = {{"target", "iter", "body", "orelse"}},
    [AST_While] = {{"test", "body", "orelse"}},
    [AST_If] = {{"clause"}},
    [AST_IfClause] = {{"test", "body"}},
    [AST_With] = {{"item", "body"}},
    [AST_WithItem] = {{"context", "target"}},
    [AST_Match] = {{"subject", "case"}},
    [AST_MatchCase] = {{"pattern", "guard", "body"}},
    [AST_Raise] = {{"exception", "cause"}},
    [AST_Try] = {{"body", "handler", "orelse", "final"}},
    [AST_ExceptHandler] = {{"type", 0, "body"}},
    [AST_Assert] = {{"test", "message"}},
    [AST_Import] = {{"name"}},
    [AST_ImportFrom] = {{0, "name"}},
    [AST_Global] = {{"name"}},
    [AST_Nonlocal] = {{"name"}},
    [AST_ExprStmt] = {{"value"}},
    [AST_ErrorStmt] = {{"saved"}},
    [AST_Param] = {{0, "annotation", "default"}},
    [AST_TypeParam] = {{0, "bound", "default"}},
    [AST_Keyword] = {{0, "value"}},
    [AST_Comprehension] = {{"target", "iter", "if"}},
    [AST_JoinedStr] = {{"part"}},
    [AST_FormattedValue] = {{"value", "spec"}},
    [AST_Tuple] = {{"item"}},
    [AST_List] = {{"item"}},
    [AST_Set] = {{"item"}},
    [AST_Dict] = {{"item"}},
    [AST_DictItem] = {{"key", "value"}},
    [AST_ListComp] = {{"element", "for"}},
    [AST_SetComp] = {{"element", "for"}},
    [AST_GeneratorExp] = {{"element", "for"}},
    [AST_DictComp] = {{"element", "for"}},
    [AST_Attribute] = {{"value"}},
    [AST_Subscript] = {{"value", "slice"}},
    [AST_Slice] = {{"lower", "upper", "step"}},
    [AST_Starred] = {{"value"}},
    [AST_Call] = {{"func", "arg"}},
    [AST_Await] = {{"value"}},
    [AST_Yield] = {{"value"}},
    [AST_YieldFrom] = {{"value"}},
    [AST_UnaryOp] = {{"operand"}},
    [AST_BinOp] = {{"left", "right"}},
    [AST_BoolOp] = {{"value"}},
    [AST_Compare] = {{"left", "comparator"}},
    [AST_IfExp] = {{"test", "body", "orelse"}},
    [AST_Lambda] = {{"param", "body"}},
    [AST_NamedExpr] = {{"target", "value"}},
    [AST_ErrorExpr] = {{"saved"}},
    [AST_MatchValue] = {{"value"}},
    [AST_MatchSingleton] = {{"value"}},
    [AST_MatchSequence] = {{"pattern"}},
    [AST_MatchMapping] = {{"item", "rest"}},
    [AST_MatchItem] = {{"key", "pattern"}},
    [AST_MatchClass] = {{"class", "pattern"}},
    [AST_MatchKeyword] = {{0, "pattern"}},
    [AST_MatchStar] = {{"name"}},
    [AST_MatchAs] = {{"pattern", "name"}},
    [AST_MatchOr] = {{"pattern"}},
};

/* The words of each kind, as nodes.def names them. */
static const char *const word_kinds[AST_KIND_COUNT][3] = {
#define NODE(Name, dump, class, a, b, c) [AST_##Name] = {#a, #b, #c},
#include "parse/nodes.def"
#undef NODE
};

static const char *const operators[OP_COUNT] = {
    "+", "-", "*", "@", "/", "%", "**", "<<", ">>", "|", "^", "&", "//"};
static const char *const comparisons[CMP_COUNT] = {
    "==", "!=", "<", "<=", ">", ">=", "is", "is not", "in", "not in"};
static const char *const unary_operators[] = {"~", "not", "+", "-"};
static const char *const contexts[] = {"load", "store", "del"};
static const char *const param_kinds[] = {
    "positional_only", "positional_or_keyword", "variadic", "keyword_only",
    "keyword_variadic"};
static const char *const type_param_kinds[] = {"type_var", "type_var_tuple",
                                               "param_spec"};

static void put_quoted(StrBuf *out, Str s) {
  strbuf_putc(out, '"');
  for (uint32_t i = 0; i < s.len; i++) {
    uint8_t c = (uint8_t)s.ptr[i];
    if (c < 0x20 || c >= 0x7F)
      strbuf_printf(out, "\\x%02x", c);
    else if (c == '"' || c == '\\')
      strbuf_printf(out, "\\%c", c);
    else
      strbuf_putc(out, (char)c);
  }
  strbuf_putc(out, '"');
}

static void put_name(StrBuf *out, const char *role, uint32_t name) {
  if (name == 0) return;
  strbuf_printf(out, " %s=%" PRIstr, role, STR_ARG(name_text((NameId){name})));
}

static void put_value(const Ast *ast, const AstNode *node, StrBuf *out) {
  const AstValue *value = &ast->values[node->a];
  strbuf_putc(out, ' ');
  if (node->kind != AST_Int)
    put_quoted(out, value->text);
  else if (value->big)
    strbuf_put(out, value->text);
  else
    strbuf_u64(out, (uint64_t)value->integer);
}

static void put_compare(const Ast *ast, const AstNode *node, StrBuf *out) {
  NodeList list = ast_list(ast, node->c);
  strbuf_puts(out, " op=");
  for (uint32_t i = 0; i < list.n; i++)
    strbuf_printf(out, "%s%s", i ? "," : "", comparisons[list.v[i]]);
}

/* `op` and the words that are no nodes. */
static void put_details(const Ast *ast, NodeId id, StrBuf *out) {
  const AstNode *node = ast_at(ast, id);
  switch ((AstKind)node->kind) {
  case AST_FunctionDef:
    put_name(out, "name", ast_function(ast, id)->name.v);
    if (node->op) strbuf_puts(out, " async");
    break;
  case AST_ClassDef: put_name(out, "name", ast_class(ast, id)->name.v); break;
  case AST_For: case AST_With: case AST_Comprehension:
    if (node->op) strbuf_puts(out, " async");
    break;
  case AST_Try: if (node->op) strbuf_puts(out, " star"); break;
  case AST_ExceptHandler: put_name(out, "name", node->b); break;
  case AST_AnnAssign: if (node->op) strbuf_puts(out, " parenthesized"); break;
  case AST_AugAssign: case AST_BinOp:
    strbuf_printf(out, " op=%s", operators[node->op]);
    break;
  case AST_UnaryOp:
    strbuf_printf(out, " op=%s", unary_operators[node->op]);
    break;
  case AST_BoolOp:
    strbuf_puts(out, node->op == BOOL_AND ? " op=and" : " op=or");
    break;
  case AST_Compare: put_compare(ast, node, out); break;
  case AST_ImportFrom:
    put_name(out, "module", node->a);
    if (node->c) strbuf_printf(out, " level=%u", node->c);
    if (node->op) strbuf_puts(out, " star");
    break;
  case AST_Alias:
    put_name(out, "name", node->a);
    put_name(out, "as", node->b);
    break;
  case AST_Identifier: case AST_Keyword: case AST_MatchKeyword:
    put_name(out, "name", node->a);
    break;
  case AST_Param:
    put_name(out, "name", node->a);
    strbuf_printf(out, " %s", param_kinds[node->op]);
    break;
  case AST_TypeParam:
    put_name(out, "name", node->a);
    strbuf_printf(out, " %s", type_param_kinds[node->op]);
    break;
  case AST_Name:
    put_name(out, "name", node->a);
    strbuf_printf(out, " %s", contexts[node->op]);
    break;
  case AST_Attribute:
    put_name(out, "attr", node->b);
    strbuf_printf(out, " %s", contexts[node->op]);
    break;
  case AST_Subscript: case AST_Starred: case AST_List:
    strbuf_printf(out, " %s", contexts[node->op]);
    break;
  case AST_Tuple:
    strbuf_printf(out, " %s", contexts[node->op & 0x7F]);
    if (node->op & 0x80) strbuf_puts(out, " parenthesized");
    break;
  case AST_Int: case AST_Str: case AST_Bytes:
    put_value(ast, node, out);
    break;
  case AST_JoinedStr: if (node->op) strbuf_puts(out, " template"); break;
  case AST_FormattedValue:
    if (node->c) strbuf_printf(out, " conversion=%c", (char)node->c);
    break;
  default: break;
  }
}

/* Words of a record, in its order: n = NodeId, l = list, - = other. */
static const char *record_shape(AstKind kind) {
  switch (kind) {
  case AST_FunctionDef: return "--lllnl-";
  case AST_ClassDef: return "--llll";
  case AST_For: return "nnll";
  case AST_Try: return "llll";
  case AST_ExceptHandler: return "n-l-";
  default: return NULL;
  }
}

static bool list_has(const Ast *ast, uint32_t list, uint32_t child) {
  NodeList items = ast_list(ast, list);
  for (uint32_t i = 0; i < items.n; i++)
    if (items.v[i] == child) return true;
  return false;
}

/* The role that `child` plays in `id`. */
static const char *role_of(const Ast *ast, NodeId id, uint32_t child) {
  const AstNode *node = ast_at(ast, id);
  const char *shape = record_shape((AstKind)node->kind);
  for (uint32_t i = 0; shape && shape[i]; i++) {
    uint32_t word = ast->extra[node->a + i];
    if ((shape[i] == 'n' && word == child) ||
        (shape[i] == 'l' && list_has(ast, word, child)))
      return roles[node->kind].role[i];
  }
  const uint32_t words[3] = {node->a, node->b, node->c};
  for (uint32_t i = 0; !shape && i < 3; i++) {
    const char *kind = word_kinds[node->kind][i];
    if ((kind[0] == 'N' && kind[1] == 'O' && words[i] == child) ||
        (kind[0] == 'L' && list_has(ast, words[i], child) &&
         roles[node->kind].role[i]))
      return roles[node->kind].role[i];
  }
  return "?";
}

static void dump_node(const Ast *ast, NodeId parent, NodeId id, uint32_t level,
                      StrBuf *out) {
  const AstNode *node = ast_at(ast, id);
  strbuf_fill(out, ' ', 2 * MIN(level, 200u));
  if (parent.v) strbuf_printf(out, "%s: ", role_of(ast, parent, id.v));
  strbuf_printf(out, "%s @%u-%u", ast_kind_name((AstKind)node->kind),
                node->start, node->end);
  put_details(ast, id, out);
  strbuf_putc(out, '\n');
}

/* Nodes lie in pre-order, so the tree is printed in one loop; the stack holds
 * the ends of the open ancestors. */
void ast_dump(const Ast *ast, StrBuf *out) {
  VEC(NodeId) open = {0};
  for (uint32_t id = 1; id < ast->node_count; id++) {
    while (open.n && ast->ends[vec_last(&open).v] <= id) open.n--;
    NodeId parent = open.n ? vec_last(&open) : (NodeId){0};
    dump_node(ast, parent, (NodeId){id}, open.n, out);
    if (ast->ends[id] > id + 1) vec_push(&open, out->arena, (NodeId){id});
  }
}
