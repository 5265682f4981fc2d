/* cst.c - runs tree-sitter and flattens its tree.
 *
 * Problem: lowering looks at each node several times and wants its children by
 * position; tree-sitter's node API searches for them, and its tree is spread
 * over the heap.  So the tree is walked once with a cursor, written down as an
 * array of 16-byte nodes, and deleted at once.  Symbols become our own dense
 * kinds on the way, so that lowering switches on small integers; the table is
 * made once from the names in cst.def.
 *
 * Cost: one step of the cursor a visible node, no recursion, so that nesting
 * costs no stack.
 */
#include "parse/cst.h"

#include "base/panic.h"
#include <tree_sitter/api.h>

const TSLanguage *tree_sitter_python(void);

struct CstParser {
  TSParser *parser;
  TSTreeCursor cursor;
  bool has_cursor;
  U32Vec open; /* indices of the nodes whose children are being written */
  uint8_t kinds[]; /* CstKind by tree-sitter symbol */
};

static const struct {
  const char *text;
  uint8_t kind;
  bool named;
} cst_names[] = {
#define NAMED(ident, text) {text, CST_##ident, true},
#define TOKEN(ident, text) {text, CST_##ident, false},
#include "parse/cst.def"
#undef NAMED
#undef TOKEN
};

const char *cst_kind_name(CstKind kind) {
  if (kind == CST_ERROR) return "ERROR";
  if (kind == CST_OTHER) return "?";
  return cst_names[kind - 2].text;
}

static void fill_kinds(uint8_t *kinds, const TSLanguage *language,
                       uint32_t count) {
  for (uint32_t s = 0; s < count; s++) {
    TSSymbolType type = ts_language_symbol_type(language, (TSSymbol)s);
    const char *name = ts_language_symbol_name(language, (TSSymbol)s);
    kinds[s] = CST_OTHER;
    if (type != TSSymbolTypeRegular && type != TSSymbolTypeAnonymous) continue;
    bool named = type == TSSymbolTypeRegular;
    for (uint32_t i = 0; i < ARRAY_LEN(cst_names); i++)
      if (cst_names[i].named == named && !strcmp(cst_names[i].text, name))
        kinds[s] = cst_names[i].kind;
  }
}

CstParser *cst_parser_create(void) {
  const TSLanguage *language = tree_sitter_python();
  uint32_t count = ts_language_symbol_count(language);
  CstParser *p = mem_zalloc(sizeof *p + count);
  p->parser = ts_parser_new();
  if (!ts_parser_set_language(p->parser, language))
    panic("tree-sitter-python does not fit this tree-sitter");
  fill_kinds(p->kinds, language, count);
  return p;
}

void cst_parser_destroy(CstParser *p) {
  if (!p) return;
  if (p->has_cursor) ts_tree_cursor_delete(&p->cursor);
  ts_parser_delete(p->parser);
  hvec_free(&p->open);
  mem_free(p);
}

static CstNode make_node(const CstParser *p, TSNode node) {
  TSSymbol symbol = ts_node_symbol(node);
  uint8_t flags = 0;
  if (ts_node_has_error(node)) flags |= CST_HAS_ERROR;
  if (ts_node_is_missing(node)) flags |= CST_MISSING | CST_HAS_ERROR;
  uint8_t kind = ts_node_is_error(node) ? CST_ERROR : p->kinds[symbol];
  return (CstNode){kind, flags, 0, ts_node_start_byte(node),
                   ts_node_end_byte(node), 0};
}

static bool is_leaf(uint8_t kind) {
  return kind == CST_STRING_CONTENT || kind == CST_STRING_START ||
         kind == CST_STRING_END || kind == CST_IDENTIFIER ||
         kind == CST_KW_IS_NOT || kind == CST_KW_NOT_IN;
}

/* Writes the tree under the cursor to *out. */
static void flatten(CstParser *p, TSTreeCursor *cursor, CstVec *out) {
  p->open.n = 0;
  for (;;) {
    CstNode node = make_node(p, ts_tree_cursor_current_node(cursor));
    bool extra = node.kind == CST_COMMENT || node.kind == CST_LINE_CONTINUATION;
    uint32_t at = out->n;
    if (!extra) {
      hvec_push(out, node);
      if (!is_leaf(node.kind) && ts_tree_cursor_goto_first_child(cursor)) {
        hvec_push(&p->open, at);
        continue;
      }
      out->v[at].next = out->n;
    }
    while (!ts_tree_cursor_goto_next_sibling(cursor)) {
      if (p->open.n == 0) return;
      out->v[vec_pop(&p->open)].next = out->n;
      ts_tree_cursor_goto_parent(cursor);
    }
  }
}

uint32_t cst_parse(CstParser *p, Str text, uint32_t from, uint32_t to,
                   CstVec *out) {
  if (from != 0 || to != text.len) {
    /* Columns are not used: points are made of bytes alone. */
    TSRange range = {{0, from}, {0, to}, from, to};
    ts_parser_set_included_ranges(p->parser, &range, 1);
  }
  TSTree *tree = ts_parser_parse_string(p->parser, NULL, text.ptr, text.len);
  if (from != 0 || to != text.len)
    ts_parser_set_included_ranges(p->parser, NULL, 0);
  ts_parser_reset(p->parser);
  if (!tree) return UINT32_MAX;
  TSNode root = ts_tree_root_node(tree);
  if (p->has_cursor) {
    ts_tree_cursor_reset(&p->cursor, root);
  } else {
    p->cursor = ts_tree_cursor_new(root);
    p->has_cursor = true;
  }
  uint32_t at = out->n;
  flatten(p, &p->cursor, out);
  ts_tree_delete(tree);
  return at;
}
