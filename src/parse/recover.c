/* recover.c - behind a syntax error the analysis goes on, line by line.
 *
 * Problem: tree-sitter's own recovery wraps what it cannot read in ERROR nodes
 * of any size; a diagnostic needs the exact place, and the rest of the file
 * must not suffer.
 *
 * Way: errors are found by the strict line scanner (scan.c) and, only for a
 * file that tree-sitter rejects, by a checker of the grammar that reads one
 * logical line at a time (check.c).  Then tree-sitter is shown an edited text,
 * in which something harmless stands for each bad line:
 *     a simple statement         pass
 *     a header of a block        `if 0:`, `else:`, `except:` ...; its body
 *                                stays
 *     def, class                 `class _:pass` for the header and its body;
 *                                the name stays bound, to something unknown
 *     a header without a colon   the colon is put in
 * Some sound lines need a repair as well, for the grammar is at fault: it reads
 * `T: a[0]` in `def f() -> T: a[0] = 1` as one type, so the body is put on a line
 * of its own; and of `*[a], b` without brackets it makes nothing, so it gets some.
 * Lowering finds the bad lines again by their flag and makes ErrorStmts and
 * ErrorExprs of them.
 *
 * Why it ends: a round that finds no new bad line is the last, and there are
 * at most ROUNDS_MAX.  Cost: nothing for a file without errors.
 */
#include "parse/check_int.h"

enum { ROUNDS_MAX = 6 };

static bool is_name_byte(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
         (c >= '0' && c <= '9') || c == '_' || (uint8_t)c >= 0x80;
}

static bool line_is(Str text, const ScanLine *line, const char *word) {
  uint32_t n = (uint32_t)strlen(word);
  return line->end - line->start >= n &&
         memcmp(text.ptr + line->start, word, n) == 0 &&
         (line->start + n >= text.len ||
          !is_name_byte(text.ptr[line->start + n]));
}

/* What stands in for a bad line; the first text if a block follows. */
static const char *stand_in(Str text, const ScanLine *line, bool block) {
  static const struct {
    const char *word, *header, *whole;
  } table[] = {
      {"if", "if 0:", "if 0:0"},          {"while", "if 0:", "if 0:0"},
      {"for", "if 0:", "if 0:0"},         {"with", "if 0:", "if 0:0"},
      {"async", "if 0:", "if 0:0"},       {"elif", "elif 0:", "elif 0:0"},
      {"else", "else:", "else:0"},        {"try", "try:", "try:0"},
      {"except", "except:", "except:0"},  {"finally", "finally:", "finally:0"},
      {"case", "case _:", "case _:0"},
  };
  for (uint32_t i = 0; i < ARRAY_LEN(table); i++)
    if (line_is(text, line, table[i].word))
      return block ? table[i].header : table[i].whole;
  if (block) return "if 0:";
  return "pass";
}

/* The definition that a bad header starts: offset of its name, or 0. */
uint32_t recover_definition(Str text, const ScanLine *line) {
  static const char *const words[] = {"async def", "def", "class"};
  for (uint32_t i = 0; i < ARRAY_LEN(words); i++) {
    if (!line_is(text, line, words[i])) continue;
    uint32_t at = line->start + (uint32_t)strlen(words[i]);
    while (at < line->end && (text.ptr[at] == ' ' || text.ptr[at] == '\t'))
      at++;
    char c = at < line->end ? text.ptr[at] : '0';
    return is_name_byte(c) && !(c >= '0' && c <= '9') ? at : 0;
  }
  return 0;
}

/* Index of the last line of the block behind line i (i if there is none). */
static uint32_t block_end(const Scan *s, uint32_t i) {
  uint32_t last = i;
  uint8_t depth = s->lines.v[i].depth;
  while (last + 1 < s->lines.n && s->lines.v[last + 1].depth > depth) last++;
  return last;
}

typedef struct {
  const Scan *scan;
  CstEditVec *out;
  uint32_t next; /* edit of the scan that comes next */
} EditMerge;

/* Adds an edit, after those of the scan before it, dropping those inside. */
static void put_edit(EditMerge *m, uint32_t start, uint32_t end,
                     const char *seen) {
  const CstEditVec *own = &m->scan->edits;
  while (m->next < own->n && own->v[m->next].start < start)
    hvec_push(m->out, own->v[m->next++]);
  while (m->next < own->n && own->v[m->next].start < end) m->next++;
  if (m->out->n && vec_last(m->out).end > start) return;
  hvec_push(m->out, (CstEdit){start, end, seen});
}

/* The edits that hide the bad lines, merged with the scan's own. */
static void make_edits(const Scan *s, const CstEditVec *repairs,
                       CstEditVec *out) {
  EditMerge m = {s, out, 0};
  uint32_t repair = 0;
  out->n = 0;
  for (uint32_t i = 0; i < s->lines.n; i++) {
    const ScanLine *line = &s->lines.v[i];
    if (line->flags & LINE_BAD) {
      uint32_t last = block_end(s, i);
      if (recover_definition(s->text, line)) {
        put_edit(&m, line->start, s->lines.v[last].end, "class _:pass");
        i = last;
        continue;
      }
      put_edit(&m, line->start, line->end,
               stand_in(s->text, line, last > i));
    } else if (line->flags & LINE_NO_COLON) {
      put_edit(&m, line->end, line->end, ":");
    }
    for (; repair < repairs->n && repairs->v[repair].start <= line->end;
         repair++) {
      const CstEdit *e = &repairs->v[repair];
      if (!(line->flags & LINE_BAD)) put_edit(&m, e->start, e->end, e->seen);
    }
  }
  while (m.next < s->edits.n) hvec_push(out, s->edits.v[m.next++]);
}

static void report_scan(Lower *l, const Scan *s) {
  for (uint32_t i = 0; i < s->errors.n; i++) {
    const ScanError *e = &s->errors.v[i];
    Str text = str_slice(s->text, e->span.start, e->span.end);
    const char *hole = strstr(e->format, "%.*s");
    int head = hole ? (int)(hole - e->format) : (int)strlen(e->format);
    lower_error(l, e->span.start, e->span.end, "%.*s%.*s%s", head, e->format,
                hole ? (int)text.len : 0, text.ptr ? text.ptr : "",
                hole ? hole + 4 : "");
  }
}

/* The line that holds offset `at`, or the last before it. */
static uint32_t line_at(const Scan *s, uint32_t at) {
  uint32_t lo = 0, hi = s->lines.n;
  while (lo < hi) {
    uint32_t mid = (lo + hi) / 2;
    if (s->lines.v[mid].start <= at)
      lo = mid + 1;
    else
      hi = mid;
  }
  return lo ? lo - 1 : 0;
}

/* Marks the line of the first ERROR that is in no bad line yet: what the
 * checker let pass and tree-sitter does not know. */
static bool mark_first_error(Lower *l, Scan *s, const CstVec *cst,
                             uint32_t root) {
  for (uint32_t c = root + 1; c < cst->n; c++) {
    const CstNode *node = &cst->v[c];
    if (node->kind != CST_ERROR && !(node->flags & CST_MISSING)) continue;
    if (node->kind == CST_ERROR && c + 1 < node->next &&
        node->end - node->start > 200)
      continue; /* a wrapper: what is inside is nearer to the place */
    ScanLine *line = s->lines.n ? &s->lines.v[line_at(s, node->start)] : NULL;
    if (!line || (line->flags & LINE_BAD)) continue;
    line->flags |= LINE_BAD;
    if (!l->has_errors) /* else it is most likely a consequence */
      lower_error(l, node->start, MIN(node->end, line->end),
                  "this could not be parsed");
    return true;
  }
  return false;
}

/* Lines that the checker let pass, but that tree-sitter read on behind. */
static bool mark_misfits(Lower *l, Scan *s) {
  bool found = false;
  for (uint32_t i = 0; i < s->lines.n; i++) {
    ScanLine *line = &s->lines.v[i];
    if (!(line->flags & LINE_MISFIT) || (line->flags & LINE_BAD)) continue;
    line->flags |= LINE_BAD;
    lower_error(l, line->end, line->end, "the statement is not complete");
    found = true;
  }
  return found;
}

/* Parses the defaults of type parameters, which the scan cut out, each in
 * parentheses: `=` is shown as the opening one, what follows as the closing. */
static void parse_defaults(Lower *l) {
  Parser *p = l->p;
  for (uint32_t i = 0; i < p->scan.defaults.n; i++) {
    Span at = p->scan.defaults.v[i];
    CstEdit edits[2] = {{at.start, at.start + 1, "("},
                        {at.end, at.end + 1, ")"}};
    uint32_t root = cst_parse(p->cst_parser, l->text, at.start, at.end + 1,
                              edits, 2, &p->cst);
    if (root != UINT32_MAX)
      hvec_push(&p->defaults, (ParsedDefault){at.start, at.end, root});
  }
}

static uint32_t parse_rounds(Lower *l) {
  Parser *p = l->p;
  Scan *s = &p->scan;
  p->repairs.n = 0;
  report_scan(l, s);
  bool damaged = s->errors.n != 0;
  l->line = 0;
  for (uint32_t round = 0;; round++) {
    if (damaged) make_edits(s, &p->repairs, &p->edits);
    const CstEditVec *edits = damaged ? &p->edits : &s->edits;
    p->cst.n = 0;
    uint32_t root = cst_parse(p->cst_parser, l->text, 0, l->text.len,
                              edits->v, edits->n, &p->cst);
    if (root == UINT32_MAX || round == ROUNDS_MAX) return root;
    bool fits = check_lines_fit(l, root);
    if (!(p->cst.v[root].flags & CST_HAS_ERROR) && fits) return root;
    bool more = round == 0 && check_lines(l);
    if (!more && !fits) more = mark_misfits(l, s);
    if (!more) more = mark_first_error(l, s, &p->cst, root);
    if (!more) return root;
    damaged = true;
  }
}

uint32_t recover_parse(Lower *l) {
  uint32_t root = parse_rounds(l);
  if (root != UINT32_MAX && l->p->scan.defaults.n) parse_defaults(l);
  return root;
}
