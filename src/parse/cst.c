/* cst.c - runs tree-sitter and flattens its tree.
 *
 * Problem: lowering looks at each node several times and wants its children by
 * position; tree-sitter's node API searches for them, and its tree is spread
 * over the heap.  So the tree is walked once, written down as an array of
 * 16-byte nodes, and forgotten at once, with all that tree-sitter has allocated
 * (cst_memory.c).  Symbols become our own dense kinds on the way (language.c),
 * so that lowering switches on small integers.
 *
 * The walk reads tree-sitter's own subtrees, not its cursor, which costs three
 * times as much (12% of parsing): the headers are private, but the version is
 * pinned (scripts/setup.sh), and the dumps of tests/dump would not survive a
 * change.  It needs no recursion, so that nesting costs no stack.
 *
 * tree-sitter costs about 10 ns a byte even in comments and docstrings, so it
 * sees a text without them: the scan cuts out what no node depends on, and the
 * walk gives each node the place that it has in the file.
 *
 * How a subtree tells its place: `padding` is what is before it (blanks), `size`
 * what it covers; the padding of a first child is also its parent's.
 */
#include "parse/cst.h"

#include "base/panic.h"
#include "parse/cst_memory.h"
#include "parse/language.h"
#include "parse/tree_sitter/runtime.h"

typedef struct { /* a node whose children are being written */
  const Subtree *next, *end; /* the children to come */
  const TSSymbol *alias;     /* of the next that is not extra; NULL: none has */
  uint32_t cst;              /* its node, or HIDDEN */
} CstLevel;

#define HIDDEN UINT32_MAX

typedef struct { /* an edit, in the text that tree-sitter sees */
  uint32_t seen_start, seen_end;
  uint32_t start, end; /* what it stands for */
} CstSeam;

/* Where nothing is cut out between two seams, places differ by a number. */
typedef struct {
  uint32_t passed; /* seams that are behind us */
  uint32_t from, to, shift; /* of offsets [from, to); to = 0: not known yet */
} CstStretch;

struct CstParser {
  const Language *language;
  CstMemory *memory;
  VEC(CstLevel) open;
  VEC(char) view;                /* the edited text */
  VEC(CstSeam) seams;            /* in order */
  uint32_t base;                 /* offset of the view in the file */
  CstStretch starts, ends;       /* of to_start, to_end */
};

CstParser *cst_parser_create(void) {
  CstParser *p = mem_zalloc(sizeof *p);
  p->language = language_python();
  p->memory = cst_memory_create();
  return p;
}

void cst_parser_destroy(CstParser *p) {
  if (!p) return;
  cst_memory_destroy(p->memory);
  hvec_free(&p->open);
  hvec_free(&p->view);
  hvec_free(&p->seams);
  mem_free(p);
}

/* ---- places -------------------------------------------------------------
 * The walk asks for starts and for ends in the order of the text, so each has a
 * counter of the seams that it has passed.  A start where something was cut out
 * is behind the cut, an end is before it. */

static uint32_t place(const CstParser *p, uint32_t passed, uint32_t at) {
  if (passed == 0) return p->base + at;
  const CstSeam *seam = &p->seams.v[passed - 1];
  if (at >= seam->seen_end) return seam->end + (at - seam->seen_end);
  return MIN(seam->start + (at - seam->seen_start), seam->end);
}

/* Sets the stretch without a seam behind those passed; `reach`: its last offset
 * counts too. */
static void open_stretch(const CstParser *p, CstStretch *s, uint32_t reach) {
  const CstSeam *next = &p->seams.v[s->passed];
  s->from = s->passed ? next[-1].seen_end : 0;
  s->to = s->passed < p->seams.n ? next->seen_start + reach : UINT32_MAX;
  s->shift = place(p, s->passed, s->from) - s->from;
}

static NOINLINE uint32_t start_elsewhere(CstParser *p, uint32_t at) {
  uint32_t passed = p->starts.passed;
  while (passed < p->seams.n && p->seams.v[passed].seen_start <= at) passed++;
  p->starts.passed = passed;
  open_stretch(p, &p->starts, 0);
  return place(p, passed, at);
}

static NOINLINE uint32_t end_elsewhere(CstParser *p, uint32_t at) {
  uint32_t passed = p->ends.passed;
  while (passed < p->seams.n && p->seams.v[passed].seen_start < at) passed++;
  p->ends.passed = passed;
  open_stretch(p, &p->ends, 1);
  return place(p, passed, at);
}

static inline uint32_t to_start(CstParser *p, uint32_t at) {
  if (LIKELY(at >= p->starts.from && at < p->starts.to))
    return at + p->starts.shift;
  return start_elsewhere(p, at);
}

static inline uint32_t to_end(CstParser *p, uint32_t at) {
  if (LIKELY(at >= p->ends.from && at < p->ends.to)) return at + p->ends.shift;
  return end_elsewhere(p, at);
}

/* ---- the walk ------------------------------------------------------------ */

static bool is_leaf(uint8_t kind) {
  return kind == CST_STRING_CONTENT || kind == CST_STRING_START ||
         kind == CST_STRING_END || kind == CST_IDENTIFIER ||
         kind == CST_KW_IS_NOT || kind == CST_KW_NOT_IN;
}

/* The children of a tree are still to come; `cst`: its node, or HIDDEN.  Returns
 * the offset of its text less the padding of its first child, which is also the
 * tree's. */
static ALWAYS_INLINE uint32_t push_level(CstParser *p, Subtree tree,
                                         uint32_t cst, uint32_t position) {
  const Subtree *children = ts_subtree_children(tree);
  uint32_t count = ts_subtree_child_count(tree);
  const TSSymbol *aliases = ts_language_alias_sequence(
      p->language->ts, ts_subtree_production_id(tree));
  hvec_push(&p->open, (CstLevel){children, children + count, aliases, cst});
  return count ? position - ts_subtree_padding(*children).bytes : position;
}

/* Appends a node, its end still to come. */
static ALWAYS_INLINE uint32_t put_node(CstParser *p, uint8_t kind,
                                       uint8_t flags, uint32_t position,
                                       uint32_t size, CstVec *out) {
  hvec_reserve(out, 1u);
  uint32_t at = out->n++;
  uint32_t start = size ? to_start(p, position) : to_end(p, position);
  out->v[at] = (CstNode){kind, flags, 0, start, start, at + 1};
  return at;
}

static uint8_t kind_of_symbol(const CstParser *p, TSSymbol symbol) {
  const Language *l = p->language;
  return symbol < l->kind_count ? l->kinds[symbol] : CST_ERROR;
}

static uint32_t write_shown(CstParser *p, Subtree tree, TSSymbol alias,
                            uint32_t position, CstVec *out) {
  TSSymbol symbol = alias ? alias : ts_subtree_symbol(tree);
  uint8_t flags = 0;
  if (UNLIKELY(ts_subtree_error_cost(tree) > 0)) flags |= CST_HAS_ERROR;
  if (UNLIKELY(ts_subtree_missing(tree))) flags |= CST_MISSING | CST_HAS_ERROR;
  return put_node(p, kind_of_symbol(p, symbol), flags, position,
                  ts_subtree_size(tree).bytes, out);
}

/* Writes the node of `tree` if it shows; returns its index, or HIDDEN. */
static ALWAYS_INLINE uint32_t write_node(CstParser *p, Subtree tree,
                                         TSSymbol alias, uint32_t position,
                                         CstVec *out) {
  if (!alias && !ts_subtree_visible(tree)) return HIDDEN;
  return write_shown(p, tree, alias, position, out);
}

/* A token that lies in the word that would point to it; returns the offset
 * behind it. */
static ALWAYS_INLINE uint32_t write_inline(CstParser *p, SubtreeInlineData d,
                                           TSSymbol alias, uint32_t position,
                                           CstVec *out) {
  uint32_t behind = position + d.size_bytes;
  if (!alias && !d.visible) return behind;
  uint8_t kind = kind_of_symbol(p, alias ? alias : d.symbol);
  hvec_reserve(out, 1u);
  uint32_t at = out->n++, end = to_end(p, behind);
  uint32_t start = d.size_bytes ? to_start(p, position) : end;
  out->v[at] = (CstNode){kind, 0, 0, start, end, at + 1};
  return behind;
}

/* Any other without children. */
static uint32_t write_token(CstParser *p, Subtree tree, TSSymbol alias,
                            uint32_t position, CstVec *out) {
  uint32_t at = write_node(p, tree, alias, position, out);
  position += ts_subtree_size(tree).bytes;
  if (at != HIDDEN) out->v[at].end = to_end(p, position);
  return position;
}

/* Comments and line continuations. */
static bool is_skipped(const CstParser *p, Subtree tree) {
  uint8_t kind = kind_of_symbol(p, ts_subtree_symbol(tree));
  return kind == CST_COMMENT || kind == CST_LINE_CONTINUATION;
}

/* Writes the topmost level up to a child that has children of its own, which is
 * the topmost then; false at the end of the level.  *at: behind what is
 * written. */
static bool write_children(CstParser *p, uint32_t *at, CstVec *out) {
  CstLevel *level = &vec_last(&p->open);
  const Subtree *next = level->next, *end = level->end;
  const TSSymbol *aliases = level->alias;
  uint32_t position = *at;
  while (next < end) {
    Subtree child = *next++;
    TSSymbol alias = 0;
    if (child.data.is_inline && !child.data.extra && !child.data.is_missing) {
      if (aliases) alias = *aliases++;
      position += child.data.padding_bytes;
      position = write_inline(p, child.data, alias, position, out);
      continue;
    }
    position += ts_subtree_padding(child).bytes;
    if (LIKELY(!ts_subtree_extra(child))) {
      if (aliases) alias = *aliases++;
    } else if (is_skipped(p, child)) {
      position += ts_subtree_size(child).bytes;
      continue;
    }
    if (ts_subtree_child_count(child) == 0) {
      position = write_token(p, child, alias, position, out);
      continue;
    }
    uint32_t cst = write_node(p, child, alias, position, out);
    if (cst == HIDDEN || !is_leaf(out->v[cst].kind)) {
      level->next = next;
      level->alias = aliases;
      *at = push_level(p, child, cst, position);
      return true;
    }
    position += ts_subtree_size(child).bytes;
    out->v[cst].end = to_end(p, position);
  }
  *at = position;
  return false;
}

/* Writes the tree, whose text starts at `position`, to *out. */
static void flatten(CstParser *p, Subtree root, uint32_t position,
                    CstVec *out) {
  hvec_reserve(out, ts_subtree_visible_descendant_count(root) + 1);
  p->open.n = 0;
  uint32_t cst = write_node(p, root, 0, position, out);
  position = push_level(p, root, cst, position);
  while (p->open.n) {
    if (write_children(p, &position, out)) continue;
    cst = vec_pop(&p->open).cst;
    if (cst == HIDDEN) continue;
    out->v[cst].next = out->n;
    out->v[cst].end = to_end(p, position);
  }
}

/* ---- the text that tree-sitter sees ---------------------------------------- */

static void view_put(CstParser *p, const char *s, uint32_t n) {
  if (n == 0) return;
  hvec_reserve(&p->view, n);
  memcpy(p->view.v + p->view.n, s, n);
  p->view.n += n;
}

/* text[from, to) with the edits inside it, and RUNTIME_TAIL zeros behind. */
static Str make_view(CstParser *p, Str text, uint32_t from, uint32_t to,
                     const CstEdit *edits, uint32_t count) {
  static const char tail[RUNTIME_TAIL];
  p->view.n = 0;
  uint32_t at = from;
  for (uint32_t i = 0; i < count; i++) {
    const CstEdit *e = &edits[i];
    if (e->start < at || e->end > to) continue;
    view_put(p, text.ptr + at, e->start - at);
    uint32_t seen = p->view.n;
    view_put(p, e->seen, (uint32_t)strlen(e->seen));
    hvec_push(&p->seams, (CstSeam){seen, p->view.n, e->start, e->end});
    at = e->end;
  }
  view_put(p, text.ptr + at, to - at);
  view_put(p, tail, sizeof tail);
  return str_make(p->view.v, p->view.n - sizeof tail);
}

/* In memory without anything of the parsers before it. */
static TSParser *new_parser(CstParser *p) {
  cst_memory_enter(p->memory);
  TSParser *parser = ts_parser_new();
  if (!ts_parser_set_language(parser, p->language->ts))
    panic("tree-sitter-python does not fit this tree-sitter");
  return parser;
}

uint32_t cst_parse(CstParser *p, Str text, uint32_t from, uint32_t to,
                   const CstEdit *edits, uint32_t edit_count, CstVec *out) {
  p->seams.n = 0;
  p->starts = p->ends = (CstStretch){0};
  p->base = from;
  Str view = make_view(p, text, from, to, edits, edit_count);
  uint32_t at = UINT32_MAX;
  Subtree root =
      runtime_parse_sound(new_parser(p), p->language->quick, view.ptr, view.len);
  if (!root.ptr) root = runtime_parse(new_parser(p), view.ptr, view.len);
  if (root.ptr) {
    at = out->n;
    flatten(p, root, ts_subtree_padding(root).bytes, out);
  }
  cst_memory_leave(p->memory);
  return at;
}
