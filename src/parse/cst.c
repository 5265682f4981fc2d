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

/* ---- the text, with edits ----------------------------------------------- */

typedef struct {
  Str text;
  const CstEdit *edits;
  uint32_t count;
} EditedText;

static const char blanks[] =
    "                                                                ";

/* What tree-sitter sees from `at` on: some of the text, of an edit's
 * replacement, or of the blanks behind it. */
static const char *read_edited(void *payload, uint32_t at, TSPoint point,
                               uint32_t *length) {
  const EditedText *t = payload;
  uint32_t lo = 0, hi = t->count; /* the first edit that ends behind `at` */
  while (lo < hi) {
    uint32_t mid = (lo + hi) / 2;
    if (t->edits[mid].end <= at)
      lo = mid + 1;
    else
      hi = mid;
  }
  uint32_t stop = lo < t->count ? t->edits[lo].start : t->text.len;
  if (at < stop || lo == t->count) {
    *length = at < stop ? stop - at : 0;
    return t->text.ptr + MIN(at, t->text.len);
  }
  const CstEdit *edit = &t->edits[lo];
  uint32_t seen = (uint32_t)strlen(edit->seen), into = at - edit->start;
  if (into < seen) {
    *length = seen - into;
    return edit->seen + into;
  }
  *length = MIN(edit->end - at, (uint32_t)sizeof blanks - 1);
  return blanks;
}

static TSTree *parse_edited(TSParser *parser, EditedText *t) {
  TSInput input = {t, read_edited, TSInputEncodingUTF8, NULL};
  return ts_parser_parse(parser, NULL, input);
}

uint32_t cst_parse(CstParser *p, Str text, uint32_t from, uint32_t to,
                   const CstEdit *edits, uint32_t edit_count, CstVec *out) {
  bool part = from != 0 || to != text.len;
  if (part) {
    /* Points are not used; they only must not run backwards. */
    TSRange range = {{0, from}, {UINT32_MAX, UINT32_MAX}, from, to};
    ts_parser_set_included_ranges(p->parser, &range, 1);
  }
  EditedText edited = {text, edits, edit_count};
  TSTree *tree =
      edit_count ? parse_edited(p->parser, &edited)
                 : ts_parser_parse_string(p->parser, NULL, text.ptr, text.len);
  if (part) ts_parser_set_included_ranges(p->parser, NULL, 0);
  if (!tree) {
    ts_parser_reset(p->parser);
    return UINT32_MAX;
  }
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
