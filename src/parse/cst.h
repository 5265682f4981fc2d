/* cst.h - tree-sitter's tree of one file as one flat array.
 *
 * Layer: parse.  Memory: the caller's growing buffer (heap, kept by the Parser
 * from file to file).  Threads: one Parser a worker; the symbol table is made
 * once and read-only afterwards.
 *
 * Nodes lie in pre-order; `next` of a node is the first node behind its
 * subtree, so its first child is `i + 1` (if `next > i + 1`) and the sibling of
 * a child is `next`.  Comments, line continuations and hidden nodes are left
 * out, and so are the children of leaves that are decoded from the text
 * (string contents, dotted-name-free tokens).
 */
#ifndef PARSE_CST_H
#define PARSE_CST_H

#include "base/defs.h"
#include "base/str.h"
#include "base/vec.h"

typedef enum {
  CST_OTHER,
  CST_ERROR,
#define NAMED(ident, text) CST_##ident,
#define TOKEN(ident, text) CST_##ident,
#include "parse/cst.def"
#undef NAMED
#undef TOKEN
  CST_KIND_COUNT
} CstKind;

enum { /* CstNode.flags */
  CST_MISSING = 1,  /* inserted by tree-sitter's recovery */
  CST_HAS_ERROR = 2 /* an ERROR or MISSING node is in the subtree */
};

typedef struct {
  uint8_t kind; /* CstKind */
  uint8_t flags;
  uint16_t unused;
  uint32_t start, end; /* byte offsets */
  uint32_t next;       /* first node behind the subtree */
} CstNode;
static_assert(sizeof(CstNode) == 16, "four CstNodes a cache line");
static_assert(CST_KIND_COUNT <= 256, "CstNode.kind is a byte");

typedef VEC(CstNode) CstVec; /* on the heap: hvec_ functions */

typedef struct CstParser CstParser;

CstParser *cst_parser_create(void);
void cst_parser_destroy(CstParser *p);

/* A stretch of the text that tree-sitter sees as `seen`, or not at all.  Nodes
 * that start or end inside of it get a place in it. */
typedef struct {
  uint32_t start, end;
  const char *seen; /* a literal; "" cuts the stretch out */
} CstEdit;

typedef VEC(CstEdit) CstEditVec; /* on the heap */

/* Parses text[from, to) with tree-sitter and appends its tree to *out; offsets
 * are those in `text`.  `edits` are in order and do not overlap; those outside
 * are ignored.  Returns the index of the root, or UINT32_MAX when the parser
 * gave up. */
uint32_t cst_parse(CstParser *p, Str text, uint32_t from, uint32_t to,
                   const CstEdit *edits, uint32_t edit_count, CstVec *out);

/* The text of a token, the name of a production. */
const char *cst_kind_name(CstKind kind);

#endif
