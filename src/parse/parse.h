/* parse.h - one file's text -> its Ast, syntax diagnostics and pragmas.
 *
 * Layer: parse.  Memory: all results in the caller's `mod` arena.  Threads: a
 * pure function; each worker has a Parser of its own.
 */
#ifndef PARSE_PARSE_H
#define PARSE_PARSE_H

#include "core/diag.h"
#include "core/options.h"
#include "core/source.h"
#include "parse/ast.h"

typedef struct Parser Parser; /* one tree-sitter parser and its buffers */

Parser *parser_create(void);
void parser_destroy(Parser *parser);

typedef struct {
  Str source;   /* UTF-8, no byte order mark */
  bool is_stub; /* .pyi */
  PythonVersion version; /* syntax newer than this is reported */
} ParseInput;

/* Suppression comments, in source order (see cli.md, "Suppressions"). */
typedef enum {
  PRAGMA_TYPE_IGNORE,   /* # type: ignore[...] */
  PRAGMA_TAIPAN_IGNORE, /* # taipan: ignore[...] */
  PRAGMA_TY_IGNORE,
  PRAGMA_PYRIGHT_IGNORE,
  PRAGMA_PYREFLY_IGNORE,
  PRAGMA_MYPY_IGNORE_ERRORS, /* # mypy: ignore-errors */
  PRAGMA_PYREFLY_IGNORE_ERRORS,
  PRAGMA_TYPE_COMMENT        /* # type: int (PEP 484) */
} PragmaKind;

typedef struct {
  uint8_t kind;      /* PragmaKind */
  bool whole_file;   /* stands alone before the first statement; the ignore-errors
                        anywhere on a line of their own */
  bool above;        /* on a line of its own: speaks of the next one, too */
  bool has_codes;    /* [..] was given */
  bool malformed;    /* invalid-ignore-comment: unclosed bracket and the like */
  Span span;         /* of the pragma inside its comment */
  uint32_t line;     /* 1-based line on which it stands */
  Str codes;         /* the text between the brackets */
} Pragma;

typedef struct {
  Ast ast;
  LineMap lines;
  const Pragma *pragmas;
  uint32_t pragma_count;
  bool has_errors;
} ParseResult;

/* Parses input.source.  Fills *out (in `mod`), appends invalid-syntax
 * diagnostics to `diags` (may be NULL).  Never fails: behind a syntax error the
 * analysis goes on with what could be saved.  Recursion is bounded by
 * PARSE_DEPTH_MAX; past it one diagnostic is reported and the part is
 * an ErrorExpr. */
void parse_module(Parser *parser, ParseInput input, Arena *mod,
                  DiagList *diags, ParseResult *out);

/* Parses the text of a string annotation (PEP 484 forward reference; it may be
 * parenthesised implicitly and span lines) as one expression into an Ast of its
 * own in `arena`.  Node spans are offsets into the string's value shifted by
 * `offset`, where its value starts in the file; ast_text works on them.  Fills
 * *out and *root; on a syntax error returns false with *problem set to a short
 * text.  A plain identifier or dotted name takes a fast path without
 * tree-sitter.  Not to be called while the same Parser parses. */
bool parse_annotation(Parser *parser, Str text, uint32_t offset, Arena *arena,
                      Ast *out, NodeId *root, const char **problem);

/* Text form of the tree, one node a line, indented, for --dump ast. */
void ast_dump(const Ast *ast, StrBuf *out);
/* Panics when the tree breaks an invariant of ast.h (debug builds). */
void ast_verify(const Ast *ast);

#define PARSE_DEPTH_MAX 1000

#endif
