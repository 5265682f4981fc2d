/* lower_int.h - what the files of the lowering (lower*.c, literal.c) share.
 *
 * Layer: parse, private.  Memory: growing buffers of the Parser (heap, kept
 * from file to file); the finished Ast is copied into the `mod` arena.
 * Threads: one Parser a worker.
 *
 * Nodes are opened before their children and closed behind them, so that they
 * come out in pre-order.  Children's ids are collected on `stack` and flushed
 * into a list when all are known.
 */
#ifndef PARSE_LOWER_INT_H
#define PARSE_LOWER_INT_H

#include "core/names.h"
#include "parse/ast.h"
#include "parse/cst.h"
#include "parse/parse.h"
#include "parse/scan.h"

enum { NAME_CACHE_BITS = 12, NAME_CACHE_SIZE = 1 << NAME_CACHE_BITS };

typedef struct { /* direct-mapped: identifier text -> NameId */
  const char *ptr; /* name_text(), lives as long as the run */
  uint32_t len, name;
} NameCacheSlot;

typedef struct { /* of a line that is checked strictly (check_int.h) */
  uint8_t kind, id;
  uint32_t start, end;
} Token;
typedef VEC(Token) TokenVec;
typedef VEC(AstNode) AstNodeVec;
typedef VEC(AstValue) AstValueVec;

typedef struct { /* one node of a chain that leans to the left */
  uint32_t cst, id;
} SpineItem;

enum { /* Lower.ctx: where we are */
  CTX_FUNCTION = 1,       /* inside a def or a lambda */
  CTX_ASYNC = 2,          /* ... and it is async */
  CTX_LOOP = 4,           /* break and continue have a loop */
  CTX_CLASS = 8,          /* directly in a class body */
  CTX_EXCEPT_STAR = 16,   /* in an except* block, not in a loop of its own */
  CTX_COMPREHENSION = 32, /* element, condition or inner iterable of one */
  CTX_LAMBDA = 64,
  CTX_UNKNOWN = 128, /* behind a broken header: report nothing of scopes */
  CTX_ANNOTATION = 256,
  CTX_TYPE_PARAMS = 512, /* bounds and defaults, values of type aliases */
  CTX_FSTRING = 1024,
  CTX_GENERATOR = 2048, /* the comprehension is a generator expression */
  CTX_ITERABLE = 4096, /* the iterable of a comprehension */
  CTX_EXCEPT_STAR_FUNCTION = 8192 /* in an except* block, loops or not */
};

/* What a function's body showed, for checks at its end. */
typedef struct {
  bool has_yield;
  Span return_value; /* of the first `return x` */
} FunctionFacts;

typedef struct { /* the default of a type parameter, parsed alone */
  uint32_t from, to; /* from its `=` to what follows */
  uint32_t cst;      /* the module around it */
} ParsedDefault;

struct Parser {
  CstParser *cst_parser;
  CstVec cst;
  AstNodeVec nodes;
  U32Vec ends, extra, stack;
  AstValueVec values;
  VEC(SpineItem) spine;
  VEC(char) bytes; /* the literal that is being decoded */
  TokenVec tokens;
  VEC(ParsedDefault) defaults;
  CstEditVec edits; /* the scan's, and those that hide bad lines */
  CstEditVec repairs; /* where the grammar is at fault, in order */
  Scan scan;
  NameCacheSlot names[NAME_CACHE_SIZE];
};

typedef struct {
  Parser *p;
  const CstNode *cst;
  Str text; /* what tree-sitter saw: the source, or its repaired copy */
  Arena *mod;
  DiagList *diags;
  PythonVersion version;
  bool is_stub;
  bool text_is_source; /* slices of `text` may be kept */
  bool has_errors;
  bool too_deep; /* reported */
  uint32_t ctx;
  uint32_t level;   /* depth of the recursion */
  uint32_t depth;   /* depth in the Ast */
  uint32_t line;    /* cursor into scan.lines */
  uint32_t walruses; /* seen so far */
  uint32_t as_pattern; /* Cst of the `as` that a with or except took off */
  FunctionFacts facts;
  uint32_t last_end; /* of the statement lowered last */
  uint32_t splat_from, splat_to; /* see lower_starred */
  uint32_t next_default; /* of a type parameter, in Parser.defaults */
  bool seen_code; /* a statement other than docstring and __future__ */
  bool seen_docstring;
  bool annotation; /* the text is not the file's: it has no lines */
} Lower;

/* Empties the buffers; node 0 and the other "none" entries are in place. */
void lower_reset(Parser *p);
/* Copies the finished tree into l->mod. */
void lower_copy_out(Lower *l, Str source, Ast *out);

/* ---- nodes (lower.c) ---------------------------------------------------- */

/* Appends a node; its children follow, then node_close. */
static inline uint32_t node_open(Lower *l, AstKind kind, uint32_t start,
                                 uint32_t end) {
  Parser *p = l->p;
  uint32_t id = p->nodes.n;
  hvec_push(&p->nodes,
            (AstNode){.kind = (uint8_t)kind,
                      .depth = (uint16_t)MIN(l->depth, UINT16_MAX),
                      .start = start,
                      .end = end});
  hvec_push(&p->ends, id + 1);
  return id;
}
static inline void node_close(Lower *l, uint32_t id) {
  l->p->ends.v[id] = l->p->nodes.n;
}
/* The pointer dies at the next node_open. */
static inline AstNode *node_at(Lower *l, uint32_t id) {
  return &l->p->nodes.v[id];
}
static inline void stack_push(Lower *l, uint32_t id) {
  hvec_push(&l->p->stack, id);
}
/* Makes a list of what lies on the stack above `base`, and pops it. */
uint32_t list_flush(Lower *l, uint32_t base);
/* Room for a record of `words` words in extra; returns its index. */
uint32_t record_new(Lower *l, uint32_t words);
uint32_t value_add(Lower *l, AstValue value);

/* Interns an identifier of the text (NFKC if it is not ASCII). */
uint32_t lower_name(Lower *l, uint32_t start, uint32_t end);
/* Interns a dotted_name's text without blanks. */
uint32_t lower_dotted(Lower *l, uint32_t c);

/* ---- diagnostics -------------------------------------------------------- */

void lower_error(Lower *l, uint32_t start, uint32_t end, const char *format,
                 ...) PRINTF_LIKE(4, 5);
/* Reports syntax that came with Python 3.minor, if the target is older. */
void lower_since(Lower *l, int minor, uint32_t start, uint32_t end,
                 const char *what);

/* ---- the Cst ------------------------------------------------------------ */

static inline CstKind kind_of(const Lower *l, uint32_t c) {
  return (CstKind)l->cst[c].kind;
}
static inline uint32_t next_of(const Lower *l, uint32_t c) {
  return l->cst[c].next;
}
static inline uint32_t start_of(const Lower *l, uint32_t c) {
  return l->cst[c].start;
}
static inline uint32_t end_of(const Lower *l, uint32_t c) {
  return l->cst[c].end;
}
static inline bool has_children(const Lower *l, uint32_t c) {
  return l->cst[c].next > c + 1;
}
/* for each child k of c */
#define EACH_CHILD(l, k, c)                                               \
  for (uint32_t k = (c) + 1, k##_end = (l)->cst[c].next; k < k##_end;     \
       k = (l)->cst[k].next)
/* The first child of that kind at or behind `from` in c, or 0. */
uint32_t child_of_kind(const Lower *l, uint32_t c, uint32_t from,
                       CstKind kind);

/* ---- productions ---------------------------------------------------------
 * Each takes the index of a Cst node and returns the id of the Ast node. */

uint32_t lower_expr(Lower *l, uint32_t c);
/* An expression where `x := y` may stand without parentheses. */
uint32_t lower_named(Lower *l, uint32_t c);
/* A tuple without parentheses, a starred expression, a yield, or a plain
 * expression: the right-hand side of an assignment and the like. */
uint32_t lower_value(Lower *l, uint32_t c);
/* A tuple without parentheses that is no node in the Cst: children from
 * `first` up to `last` (exclusive), separated by commas; `named`: they may be
 * assignment expressions. */
uint32_t lower_bare_tuple(Lower *l, uint32_t first, uint32_t last, bool named);
/* Element of a list, a tuple, a set, a subscript: may be starred. */
uint32_t lower_element(Lower *l, uint32_t c);
uint32_t lower_target(Lower *l, uint32_t c, ExprContext context);
/* Turns an expression into a target; reports what cannot be one. */
void lower_set_context(Lower *l, uint32_t id, ExprContext context,
                       bool augmented);
/* An expression where a lambda needs parentheses. */
uint32_t lower_operand(Lower *l, uint32_t c);
/* lower_chain.c: attributes, calls, subscripts, binary and boolean operators */
uint32_t lower_chain(Lower *l, uint32_t c);
/* Its text starts with a star that is not taken off yet. */
bool lower_is_starred(const Lower *l, uint32_t c);
/* Reports the starred ones of the elements in [first, last) before 3.`minor`. */
void lower_star_since(Lower *l, uint32_t first, uint32_t last, int minor,
                      const char *what);
/* lower_compr.c */
uint32_t lower_comprehension(Lower *l, uint32_t c, AstKind kind);
void lower_check_walrus(Lower *l, uint32_t c);
void lower_check_await(Lower *l, uint32_t c);
void lower_check_yield(Lower *l, uint32_t c, bool from);
/* A pair or a `**value` of a dict. */
uint32_t lower_pair(Lower *l, uint32_t c);
uint32_t lower_type(Lower *l, uint32_t c);
uint32_t lower_type_params(Lower *l, uint32_t c);
/* Pushes Params on the stack. */
void lower_params(Lower *l, uint32_t c);
uint32_t lower_identifier(Lower *l, uint32_t c);
uint32_t lower_name_expr(Lower *l, uint32_t c, ExprContext context);
/* Arguments of a call or a class header, as a list. */
uint32_t lower_arguments(Lower *l, uint32_t c);
bool cst_is_expr(CstKind kind);
/* A child of c is an ERROR or was made up: its shape cannot be relied on. */
bool lower_is_broken(const Lower *l, uint32_t c);
uint32_t lower_error_expr(Lower *l, uint32_t c);

Operator lower_operator(const Lower *l, uint32_t token);
/* Pushes the statement (or what could be saved of a broken one). */
void lower_statement(Lower *l, uint32_t c);
bool cst_is_stmt(CstKind kind);
/* Pushes the statements that are left of something broken. */
void lower_broken(Lower *l, uint32_t c);
/* The expressions somewhere below c go on the stack. */
void lower_save_expressions(Lower *l, uint32_t c);
/* Returns 0 for what is no compound statement. */
uint32_t lower_compound(Lower *l, uint32_t c);
/* `star`: it may be `*Ts`, as that of *args. */
uint32_t lower_annotation(Lower *l, uint32_t c, bool star);
void lower_check_type(Lower *l, uint32_t c, bool star);
/* Is the Name `id` one that may be bound? */
void lower_check_name(Lower *l, uint32_t id, ExprContext context);
/* The same of a name that has no node, written in [start, end). */
void lower_check_binding(Lower *l, uint32_t name, uint32_t start,
                         uint32_t end);
/* The statements of a block (may be 0 = none) as a list. */
uint32_t lower_block(Lower *l, uint32_t c);

uint32_t lower_match(Lower *l, uint32_t c);
uint32_t lower_string(Lower *l, uint32_t c);
uint32_t lower_number(Lower *l, uint32_t c);

/* ---- recovery (recover.c, check.c) -------------------------------------- */

/* Parses l->text into the Cst, hiding what is broken from tree-sitter.  Returns
 * the root, or UINT32_MAX. */
uint32_t recover_parse(Lower *l);
/* Offset of the name that a broken `def` or `class` line binds, or 0. */
uint32_t recover_definition(Str text, const ScanLine *line);
/* Holds every line against Python's grammar; true if new ones are broken. */
bool check_lines(Lower *l);
/* False when a statement of the Cst goes on behind its line; marks those. */
bool check_lines_fit(Lower *l, uint32_t root);

/* ---- broken lines (lower_bad.c) ----------------------------------------- */

/* The line of offset `at` if it is hidden from tree-sitter, else NULL.  Offsets
 * must not run backwards from call to call. */
const ScanLine *lower_bad_line(Lower *l, uint32_t at);
uint32_t lower_bad_expr(Lower *l, const ScanLine *line);
uint32_t lower_bad_statement(Lower *l, uint32_t start, const ScanLine *line);
/* A def or class of which only the name is known. */
uint32_t lower_bad_definition(Lower *l, uint32_t start, uint32_t decorated,
                              const ScanLine *line);
uint32_t lower_decorators(Lower *l, uint32_t decorated);

#endif
