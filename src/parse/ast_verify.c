/* ast_verify.c - checks that a tree keeps what ast.h promises.
 *
 * One pass over the nodes: kinds and words are in range, subtrees nest, every
 * NodeId in a word or a list is a direct child, spans nest and run forward.
 */
#include "core/names.h"
#include "parse/parse.h"

static const char *const word_kinds[AST_KIND_COUNT][3] = {
#define NODE(Name, dump, class, a, b, c) [AST_##Name] = {#a, #b, #c},
#include "parse/nodes.def"
#undef NODE
};

#define CHECK(cond, id)                                                   \
  ((cond) ? (void)0                                                       \
          : panic("ast_verify: node %u (%s): " #cond, (id),               \
                  ast_kind_name((AstKind)ast->nodes[id].kind)))

static void verify_child(const Ast *ast, uint32_t id, uint32_t child) {
  CHECK(child > id && child < ast->ends[id], id);
}

static void verify_list(const Ast *ast, uint32_t id, uint32_t list) {
  CHECK(list < ast->extra_count, id);
  NodeList items = ast_list(ast, list);
  CHECK(list + items.n < ast->extra_count, id);
  uint32_t before = id;
  for (uint32_t i = 0; i < items.n; i++) {
    CHECK(items.v[i] > before, id);
    verify_child(ast, id, items.v[i]);
    before = items.v[i];
  }
}

static void verify_word(const Ast *ast, uint32_t id, const char *kind,
                        uint32_t word, bool numbers) {
  switch (kind[0]) {
  case '-': CHECK(word == 0, id); break;
  case 'L':
    if (!numbers) verify_list(ast, id, word);
    break;
  case 'R': CHECK(word < ast->extra_count, id); break;
  case 'V': CHECK(word != 0 && word < ast->value_count, id); break;
  case 'N':
    if (kind[1] == 'O') { /* NODE, NODE0 */
      CHECK(word != 0 || kind[4] == '0', id);
      if (word) verify_child(ast, id, word);
    } else if (kind[1] == 'A') { /* NAME, NAME0 */
      CHECK(word != 0 || kind[4] == '0', id);
    }
    break;
  default: break; /* USE: filled later */
  }
}

static void verify_function(const Ast *ast, uint32_t id) {
  const AstFunction *f = ast_function(ast, (NodeId){id});
  CHECK(f->name.v != 0, id);
  CHECK(f->colon_end <= ast->nodes[id].end, id);
  verify_list(ast, id, f->decorators);
  verify_list(ast, id, f->type_params);
  verify_list(ast, id, f->params);
  verify_list(ast, id, f->body);
  if (f->returns.v) verify_child(ast, id, f->returns.v);
}

static void verify_record(const Ast *ast, uint32_t id) {
  switch ((AstKind)ast->nodes[id].kind) {
  case AST_FunctionDef: verify_function(ast, id); break;
  case AST_ClassDef: {
    const AstClass *c = ast_class(ast, (NodeId){id});
    CHECK(c->name.v != 0, id);
    verify_list(ast, id, c->decorators);
    verify_list(ast, id, c->type_params);
    verify_list(ast, id, c->args);
    verify_list(ast, id, c->body);
    break;
  }
  case AST_For: {
    const AstFor *f = ast_for(ast, (NodeId){id});
    verify_child(ast, id, f->target.v);
    verify_child(ast, id, f->iter.v);
    verify_list(ast, id, f->body);
    verify_list(ast, id, f->orelse);
    break;
  }
  case AST_Try: {
    const AstTry *t = ast_try(ast, (NodeId){id});
    verify_list(ast, id, t->body);
    verify_list(ast, id, t->handlers);
    verify_list(ast, id, t->orelse);
    verify_list(ast, id, t->final);
    break;
  }
  case AST_ExceptHandler: {
    const AstHandler *h = ast_handler(ast, (NodeId){id});
    if (h->type.v) verify_child(ast, id, h->type.v);
    verify_list(ast, id, h->body);
    break;
  }
  default: break;
  }
}

static void verify_node(const Ast *ast, uint32_t id) {
  const AstNode *node = &ast->nodes[id];
  CHECK(node->kind > AST_NO_NODE && node->kind < AST_KIND_COUNT, id);
  CHECK(node->start <= node->end && node->end <= ast->source.len, id);
  CHECK(ast->ends[id] > id && ast->ends[id] <= ast->node_count, id);
  uint32_t at = node->start;
  for (uint32_t child = id + 1; child < ast->ends[id];
       child = ast->ends[child]) {
    CHECK(ast->ends[child] > child && ast->ends[child] <= ast->ends[id], id);
    CHECK(ast->nodes[child].start >= at, child);
    CHECK(ast->nodes[child].end <= node->end, child);
    at = ast->nodes[child].start;
  }
  const char *const *kinds = word_kinds[node->kind];
  verify_word(ast, id, kinds[0], node->a, false);
  verify_word(ast, id, kinds[1], node->b, false);
  verify_word(ast, id, kinds[2], node->c, node->kind == AST_Compare);
  verify_record(ast, id);
}

void ast_verify(const Ast *ast) {
  if (ast->node_count < 2 || ast->nodes[1].kind == AST_NO_NODE)
    panic("ast_verify: no root");
  if (ast->ends[1] != ast->node_count)
    panic("ast_verify: nodes behind the root's subtree");
  for (uint32_t id = 1; id < ast->node_count; id++) verify_node(ast, id);
}
