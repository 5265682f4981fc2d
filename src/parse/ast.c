/* ast.c - names of the node kinds and the walk over a node's children. */
#include "parse/ast.h"

enum { CLASS_STMT, CLASS_EXPR, CLASS_PATTERN, CLASS_PART };

static const struct {
  const char *name;
  uint8_t class;
} kind_info[AST_KIND_COUNT] = {
#define NODE(Name, dump, class, a, b, c) [AST_##Name] = {dump, CLASS_##class},
#include "parse/nodes.def"
#undef NODE
};

/* The dump name of a kind; "none" for node 0. */
const char *ast_kind_name(AstKind kind) {
  ASSERT(kind < AST_KIND_COUNT);
  return kind_info[kind].name ? kind_info[kind].name : "none";
}

bool ast_is_expr(AstKind kind) {
  return kind_info[kind].class == CLASS_EXPR && kind_info[kind].name;
}

bool ast_is_stmt(AstKind kind) {
  return kind_info[kind].class == CLASS_STMT && kind_info[kind].name;
}

/* Pre-order makes this simple: a child begins where the one before it ended. */
void ast_children(const Ast *ast, NodeId id, AstVisit fn, void *ctx) {
  uint32_t end = ast->ends[id.v];
  for (uint32_t child = id.v + 1; child < end; child = ast->ends[child])
    if (!fn(ast, (NodeId){child}, ctx)) return;
}
