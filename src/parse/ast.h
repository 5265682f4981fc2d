/* ast.h - the abstract syntax tree of one module, flat.
 *
 * Layer: parse.  Memory: the module's arena.  Threads: written by the worker
 * that parses and indexes the module, frozen afterwards.
 *
 * Nodes lie in pre-order: a node is followed by all its descendants, in
 * source order (decorators before the name, type parameters before parameters),
 * and `ast_end` gives the first node behind them; so a function's body is a
 * contiguous range of NodeIds and a per-node side table of one body is a plain
 * array.  Node 0 is "none", node 1 the Module.
 * Strings are slices of the source or, when they hold escapes, of the arena.
 *
 * Spans: an expression's leaves out parentheses around it, as in CPython; a
 * decorated definition starts at its first decorator, a Param at its name (not
 * at its stars); a compound statement ends with its last statement.  The spec
 * of a FormattedValue starts at its colon.  `{x=}` puts its text `x=` into the
 * Str before it (of span zero if there is none).
 */
#ifndef PARSE_AST_H
#define PARSE_AST_H

#include "base/arena.h"
#include "base/defs.h"
#include "base/str.h"
#include "core/ids.h"
#include "core/param_kind.h"

typedef enum {
#define NODE(Name, dump, class, a, b, c) AST_##Name,
  AST_NO_NODE,
#include "parse/nodes.def"
#undef NODE
  AST_KIND_COUNT
} AstKind;

typedef enum { EXPR_LOAD, EXPR_STORE, EXPR_DEL } ExprContext;
typedef enum {
  TYPE_PARAM_TYPE_VAR,
  TYPE_PARAM_TYPE_VAR_TUPLE,
  TYPE_PARAM_PARAM_SPEC
} TypeParamKind;
typedef enum { UNARY_INVERT, UNARY_NOT, UNARY_PLUS, UNARY_MINUS } UnaryOperator;
typedef enum { BOOL_AND, BOOL_OR } BoolOperator;
typedef enum {
  OP_ADD, OP_SUB, OP_MULT, OP_MATMULT, OP_DIV, OP_MOD, OP_POW, OP_LSHIFT,
  OP_RSHIFT, OP_BITOR, OP_BITXOR, OP_BITAND, OP_FLOORDIV, OP_COUNT
} Operator;
typedef enum {
  CMP_EQ, CMP_NOT_EQ, CMP_LT, CMP_LT_E, CMP_GT, CMP_GT_E, CMP_IS, CMP_IS_NOT,
  CMP_IN, CMP_NOT_IN, CMP_COUNT
} CompareOperator;
enum { /* StrFlags */
  STR_RAW = 1,          /* some part has the prefix r */
  STR_CONCATENATED = 2, /* two or more adjacent literals */
  STR_TRIPLE = 4,
  STR_UNICODE_PREFIX = 8
};

typedef struct {
  uint8_t kind; /* AstKind */
  uint8_t op;
  uint16_t depth; /* nesting in the tree, saturating: chains such as a+b+c
                     lean to the left at any depth, so do not recurse on
                     them without a bound */
  uint32_t start; /* byte offsets into the source */
  uint32_t end;
  uint32_t a, b, c;
} AstNode;
static_assert(sizeof(AstNode) == 24, "an Ast node is six words");

typedef struct {
  const uint32_t *v; /* NodeIds' values */
  uint32_t n;
} NodeList;

/* A literal's value.  Int: `integer` when it fits, else `big` is true. Str and
 * Bytes: the decoded text. */
typedef struct {
  Str text;
  int64_t integer;
  bool big;
} AstValue;

typedef struct Ast {
  Arena *arena;
  Str source;         /* UTF-8 text, without a byte order mark */
  AstNode *nodes;     /* [node_count], 0 unused */
  uint32_t *ends;     /* [node_count]: first node behind the subtree */
  uint32_t node_count;
  uint32_t *extra;    /* lists and records; extra[0] unused */
  uint32_t extra_count;
  AstValue *values;   /* [value_count], 0 unused */
  uint32_t value_count;
  bool is_stub;       /* .pyi */
} Ast;

/* ---- reading ------------------------------------------------------------ */

static inline const AstNode *ast_at(const Ast *ast, NodeId id) {
  ASSERT(id.v != 0 && id.v < ast->node_count);
  return &ast->nodes[id.v];
}
static inline AstKind ast_kind(const Ast *ast, NodeId id) {
  return (AstKind)ast->nodes[id.v].kind;
}
static inline NodeList ast_list(const Ast *ast, uint32_t extra) {
  return (NodeList){&ast->extra[extra + 1], extra ? ast->extra[extra] : 0};
}
static inline NodeId ast_item(NodeList list, uint32_t i) {
  return (NodeId){list.v[i]};
}
static inline Str ast_text(const Ast *ast, NodeId id) {
  const AstNode *node = ast_at(ast, id);
  return (Str){ast->source.ptr + node->start, node->end - node->start};
}
/* The first NodeId behind `id` and its descendants. */
static inline NodeId ast_end(const Ast *ast, NodeId id) {
  return (NodeId){ast->ends[id.v]};
}

/* ---- records of the wide nodes ------------------------------------------ */

/* The records lie in ast->extra word by word in this order; the structs are
 * overlaid on it (all members are 32-bit).  Lists are extra indices:
 * ast_list. */
typedef struct {
  NameId name;
  uint32_t name_start; /* byte offset of the name */
  uint32_t decorators; /* list of expressions */
  uint32_t type_params;
  uint32_t params;     /* list of Param, in source order */
  NodeId returns;
  uint32_t body;
  uint32_t colon_end;  /* byte offset behind the header */
} AstFunction;
typedef struct {
  NameId name;
  uint32_t name_start;
  uint32_t decorators;
  uint32_t type_params;
  uint32_t args; /* list as in Call: bases, Starred, Keyword */
  uint32_t body;
} AstClass;
typedef struct {
  NodeId target, iter;
  uint32_t body, orelse;
} AstFor;
typedef struct {
  uint32_t body, handlers, orelse, final;
} AstTry;
typedef struct {
  NodeId type; /* 0 = bare except */
  uint32_t name_start;
  uint32_t body;
  DefId def; /* filled by index: the bound name's definition */
} AstHandler;

#define AST_RECORD(Type, func, Kind)                                         \
  static inline const Type *func(const Ast *ast, NodeId id) {                \
    ASSERT(ast_at(ast, id)->kind == AST_##Kind);                             \
    return (const Type *)(const void *)&ast->extra[ast->nodes[id.v].a];      \
  }
AST_RECORD(AstFunction, ast_function, FunctionDef)
AST_RECORD(AstClass, ast_class, ClassDef)
AST_RECORD(AstFor, ast_for, For)
AST_RECORD(AstTry, ast_try, Try)
AST_RECORD(AstHandler, ast_handler, ExceptHandler)
#undef AST_RECORD

/* Calls fn for each direct child node of `id`, in source order, until it
 * returns false.  The children are id + 1, ast_end of that, and so on up to
 * ast_end(id). */
typedef bool (*AstVisit)(const Ast *ast, NodeId child, void *ctx);
void ast_children(const Ast *ast, NodeId id, AstVisit fn, void *ctx);

const char *ast_kind_name(AstKind kind);
bool ast_is_expr(AstKind kind);
bool ast_is_stmt(AstKind kind);

#endif
