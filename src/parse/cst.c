/* cst.c - runs tree-sitter and flattens its tree.
 *
 * Problem: lowering looks at each node several times and wants its children by
 * position; tree-sitter's node API searches for them, and its tree is spread
 * over the heap.  So the tree is walked once, written down as an array of
 * 16-byte nodes, and deleted at once.  Symbols become our own dense kinds on
 * the way, so that lowering switches on small integers; the table is made once
 * from the names in cst.def.
 *
 * The walk reads tree-sitter's own subtrees, not its cursor, which costs three
 * times as much (12% of parsing): the headers are private, but the version is
 * pinned (scripts/setup.sh), and the dumps of tests/dump would not survive a
 * change.  It needs no recursion, so that nesting costs no stack.
 *
 * How a subtree tells its place: `padding` is what is before it (blanks), `size`
 * what it covers; the padding of a first child is also its parent's.
 */
#include "parse/cst.h"

#include "base/panic.h"

#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wall"
#pragma GCC diagnostic ignored "-Wextra"
#pragma GCC diagnostic ignored "-Wshadow"
#pragma GCC diagnostic ignored "-Wpointer-arith"
#include <tree_sitter/../../src/language.h>
#include <tree_sitter/../../src/tree.h>
#pragma GCC diagnostic pop

const TSLanguage *tree_sitter_python(void);

typedef struct { /* a node whose children are being written */
  const Subtree *children;
  const TSSymbol *aliases; /* of its production, or NULL */
  uint32_t count, next;    /* children, and those that are done */
  uint32_t structural;     /* of those, not extra: the index into aliases */
  uint32_t cst;            /* its node, or HIDDEN */
} CstLevel;

#define HIDDEN UINT32_MAX

struct CstParser {
  TSParser *parser;
  const TSLanguage *language;
  VEC(CstLevel) open;
  uint32_t kind_count;
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
  p->language = language;
  p->kind_count = count;
  if (!ts_parser_set_language(p->parser, language))
    panic("tree-sitter-python does not fit this tree-sitter");
  fill_kinds(p->kinds, language, count);
  return p;
}

void cst_parser_destroy(CstParser *p) {
  if (!p) return;
  ts_parser_delete(p->parser);
  hvec_free(&p->open);
  mem_free(p);
}

static bool is_leaf(uint8_t kind) {
  return kind == CST_STRING_CONTENT || kind == CST_STRING_START ||
         kind == CST_STRING_END || kind == CST_IDENTIFIER ||
         kind == CST_KW_IS_NOT || kind == CST_KW_NOT_IN;
}

static void push_level(CstParser *p, Subtree tree, uint32_t cst) {
  uint32_t count = ts_subtree_child_count(tree);
  hvec_push(&p->open,
            (CstLevel){ts_subtree_children(tree),
                       ts_language_alias_sequence(
                           p->language, ts_subtree_production_id(tree)),
                       count, 0, 0, cst});
}

/* Writes the node of `tree` if it shows; returns its index, or HIDDEN. */
static uint32_t write_node(const CstParser *p, Subtree tree, TSSymbol alias,
                           uint32_t start, CstVec *out) {
  if (!alias && !ts_subtree_visible(tree)) return HIDDEN;
  TSSymbol symbol = alias ? alias : ts_subtree_symbol(tree);
  uint8_t kind = symbol < p->kind_count ? p->kinds[symbol] : CST_ERROR;
  uint8_t flags = 0;
  if (UNLIKELY(ts_subtree_error_cost(tree) > 0)) flags |= CST_HAS_ERROR;
  if (UNLIKELY(ts_subtree_missing(tree))) flags |= CST_MISSING | CST_HAS_ERROR;
  uint32_t at = out->n;
  hvec_push(out, (CstNode){kind, flags, 0, start,
                           start + ts_subtree_size(tree).bytes, at + 1});
  return at;
}

/* Comments and line continuations. */
static bool is_skipped(const CstParser *p, Subtree tree) {
  TSSymbol symbol = ts_subtree_symbol(tree);
  return symbol < p->kind_count && (p->kinds[symbol] == CST_COMMENT ||
                                    p->kinds[symbol] == CST_LINE_CONTINUATION);
}

/* Writes the tree, whose text starts at `position`, to *out. */
static void flatten(CstParser *p, Subtree root, uint32_t position,
                    CstVec *out) {
  p->open.n = 0;
  push_level(p, root, write_node(p, root, 0, position, out));
  while (p->open.n) {
    CstLevel *level = &vec_last(&p->open);
    if (level->next == level->count) {
      if (level->cst != HIDDEN) out->v[level->cst].next = out->n;
      p->open.n--;
      continue;
    }
    Subtree child = level->children[level->next];
    if (level->next++ > 0) position += ts_subtree_padding(child).bytes;
    TSSymbol alias = 0;
    if (!ts_subtree_extra(child)) {
      if (level->aliases) alias = level->aliases[level->structural];
      level->structural++;
    } else if (is_skipped(p, child)) {
      position += ts_subtree_size(child).bytes;
      continue;
    }
    uint32_t at = write_node(p, child, alias, position, out);
    if (ts_subtree_child_count(child) > 0 &&
        (at == HIDDEN || !is_leaf(out->v[at].kind)))
      push_level(p, child, at); /* moves `position` behind it */
    else
      position += ts_subtree_size(child).bytes;
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
  uint32_t at = out->n;
  flatten(p, tree->root, ts_subtree_padding(tree->root).bytes, out);
  ts_tree_delete(tree);
  return at;
}
