/* scan.h - a strict first look at the text: lines, brackets, strings, comments.
 *
 * Layer: parse, private.  Memory: growing buffers of the Parser; texts are
 * slices of the source.  Threads: one Parser a worker.
 *
 * tree-sitter-python is lenient where Python is strict: it skips newlines where
 * none fits, ignores indentation that is not expected, and swallows the rest
 * of the file behind an open bracket.  The scan finds the logical lines, as
 * CPython's tokenizer does, with what is wrong about them; lowering holds each
 * statement against its line, and recovery (recover.c) works line by line.
 */
#ifndef PARSE_SCAN_H
#define PARSE_SCAN_H

#include "base/vec.h"
#include "core/diag.h"
#include "core/options.h"
#include "parse/cst.h"
#include "parse/parse.h"

enum { /* ScanLine.flags */
  LINE_BAD = 1,       /* an error in it is reported; keep tree-sitter off */
  LINE_OPENS = 2,     /* its last token is a colon */
  LINE_INDENTED = 4,  /* deeper than the line before it */
  LINE_NO_COLON = 8,  /* a header whose colon is missing */
  LINE_MISFIT = 16    /* tree-sitter's statement goes on behind it */
};

/* A logical line: from its first token to the NEWLINE that ends it. */
typedef struct {
  uint32_t start, end; /* first byte; first byte behind the last token */
  uint16_t column;     /* of its first token, a tab going to the next 8 */
  uint8_t flags;
  uint8_t depth; /* of the block that it stands in */
} ScanLine;

typedef struct {
  uint32_t start; /* byte offset of the bracket */
  uint8_t open;   /* the character */
} ScanBracket;

typedef struct {
  uint16_t column, alternative; /* with tabs to 8, and of width 1 */
} ScanIndent;

typedef struct {
  Span span;
  const char *format; /* at most one %.*s: the text of the span */
} ScanError;

enum { BRACKETS_MAX = 200, INDENTS_MAX = 100, STRINGS_MAX = 100 };

typedef struct {
  VEC(ScanLine) lines;
  VEC(Pragma) pragmas;
  VEC(ScanError) errors;
  CstEditVec edits; /* what tree-sitter must see otherwise, in order */
  VEC(Span) defaults; /* of type parameters (PEP 696): cut out by edits */

  /* while it runs */
  Str text;
  uint32_t comment; /* on the physical line before the NEWLINE, 0 = none */
  bool too_many_brackets, too_many_indents;
  uint32_t restarts;
  uint32_t bracket_count, indent_count;
  ScanBracket brackets[BRACKETS_MAX];
  ScanIndent indents[INDENTS_MAX];
} Scan;

/* Reads all of `text` and fills *s. */
void scan_text(Scan *s, Str text);
void scan_free(Scan *s);

/* ---- shared by scan.c, scan_string.c and pragma.c ----------------------- */

/* Skips the string whose opening quote is at i; returns the offset behind it.
 * *bad is set when it does not end. */
uint32_t scan_string(Scan *s, uint32_t i, bool *bad);
/* Looks for suppressions in the comment [start, end). */
void scan_comment(Scan *s, uint32_t start, uint32_t end, bool alone);
void scan_error(Scan *s, uint32_t start, uint32_t end, const char *format);
static inline void scan_edit(Scan *s, uint32_t start, uint32_t end,
                             const char *seen) {
  hvec_push(&s->edits, (CstEdit){start, end, seen});
}

#endif
