/* annotation.c - the text of a string annotation as an Ast of its own.
 *
 * Almost all are a name or a dotted name; those need no parser.  The rest is
 * put in parentheses (PEP 484 lets it span lines) and parsed like any
 * expression; lowering then runs over `(text)` with the spans shifted.
 */
#include "parse/lower_int.h"

static bool is_name_start(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
}
static bool is_name_byte(char c) {
  return is_name_start(c) || (c >= '0' && c <= '9');
}

/* Ends of the parts of a dotted ASCII name; 0 if it is none, or too long. */
static uint32_t dotted_parts(Str s, uint32_t *ends, uint32_t max) {
  uint32_t n = 0, i = 0;
  for (;;) {
    if (i >= s.len || !is_name_start(s.ptr[i]) || n == max) return 0;
    while (i < s.len && is_name_byte(s.ptr[i])) i++;
    ends[n++] = i;
    if (i == s.len) return n;
    if (s.ptr[i++] != '.') return 0;
  }
}

static bool is_keyword(Str s) {
  static const char *const keywords[] = {
      "and", "as", "assert", "async", "await", "break", "class", "continue",
      "def", "del", "elif", "else", "except", "finally", "for", "from",
      "global", "if", "import", "in", "is", "lambda", "nonlocal", "not", "or",
      "pass", "raise", "return", "try", "while", "with", "yield", "None",
      "True", "False"};
  for (uint32_t i = 0; i < ARRAY_LEN(keywords); i++)
    if (str_is(s, keywords[i])) return true;
  return false;
}

/* Attributes from the last part down to the Name of the first. */
static void build_dotted(Lower *l, Str s, const uint32_t *ends, uint32_t n) {
  uint32_t first = l->p->nodes.n;
  for (uint32_t i = n; i-- > 0; l->depth++) {
    uint32_t start = i ? ends[i - 1] + 1 : 0;
    uint32_t id = node_open(l, i ? AST_Attribute : AST_Name, 0, ends[i]);
    uint32_t name = lower_name(l, start, ends[i]);
    AstNode *node = node_at(l, id);
    node->a = i ? id + 1 : name;
    node->b = i ? name : 0;
  }
  for (uint32_t id = first; id < l->p->nodes.n; id++) node_close(l, id);
}

static bool build_name(Lower *l, Str text) {
  uint32_t ends[16];
  uint32_t n = dotted_parts(text, ends, ARRAY_LEN(ends));
  for (uint32_t i = 0; i < n; i++) {
    uint32_t start = i ? ends[i - 1] + 1 : 0;
    if (is_keyword(str_slice(text, start, ends[i]))) return false;
  }
  if (n == 0) return false;
  build_dotted(l, text, ends, n);
  return true;
}

/* The only statement of the tree, if it is an expression. */
static uint32_t sole_expression(const Lower *l, uint32_t root) {
  uint32_t statement = root + 1;
  if (statement >= next_of(l, root) ||
      kind_of(l, statement) != CST_EXPRESSION_STATEMENT ||
      next_of(l, statement) < next_of(l, root))
    return 0;
  uint32_t k = statement + 1;
  return next_of(l, k) < next_of(l, statement) ? 0 : k;
}

static bool build_parsed(Lower *l, Str text) {
  char *copy = ARENA_ARRAY_RAW(l->mod, char, (size_t)text.len + 4);
  copy[0] = '(';
  memcpy(copy + 1, text.ptr, text.len);
  memcpy(copy + 1 + text.len, "\n)", 3); /* behind a comment, too */
  l->text = str_make(copy, (size_t)text.len + 3);
  uint32_t root =
      cst_parse(l->p->cst_parser, l->text, 0, l->text.len, NULL, 0,
                &l->p->cst);
  if (root == UINT32_MAX) return false;
  l->cst = l->p->cst.v;
  uint32_t c = sole_expression(l, root);
  if ((l->cst[root].flags & CST_HAS_ERROR) || !c) return false;
  CstKind kind = kind_of(l, c); /* not `(a) + (b)` of the text `a) + (b` */
  if ((kind != CST_PARENTHESIZED && kind != CST_TUPLE &&
       kind != CST_GENERATOR) ||
      start_of(l, c) != 0 || end_of(l, c) != l->text.len)
    return false;
  uint32_t id = lower_expr(l, c);
  AstNode *node = node_at(l, id);
  if (node->start == 0) { /* its parentheses are ours */
    if (node->kind == AST_Tuple && node->a == 0) return false;
    node->start++;
    node->end = text.len + 1;
    node->op = 0;
  }
  for (uint32_t i = id; i < l->p->nodes.n; i++) {
    node_at(l, i)->start--;
    node_at(l, i)->end--;
  }
  return true;
}

bool parse_annotation(Parser *p, Str text, uint32_t offset, Arena *arena,
                      Ast *out, NodeId *root, const char **problem) {
  uint8_t levels[RULE_COUNT];
  memset(levels, SEVERITY_ERROR, sizeof levels);
  DiagList diags = {.arena = arena, .levels = levels};
  Lower l = {.p = p,
             .text = text,
             .text_is_source = true,
             .mod = arena,
             .diags = &diags,
             .version = PYTHON_VERSION_MAX,
             .splat_from = UINT32_MAX,
             .annotation = true,
             .ctx = CTX_ANNOTATION};
  lower_reset(p);
  Str bare = str_trim(text);
  uint32_t id = node_open(&l, AST_ExprStmt, 0, text.len);
  bool ok = bare.len && bare.ptr[bare.len - 1] != '\\' &&
            (build_name(&l, text) || build_parsed(&l, text));
  if (!ok || l.has_errors) {
    *problem = diags.items.n ? str_cstr(arena, diags.items.v[0].message)
               : bare.len    ? "invalid syntax"
                             : "it is empty";
    return false;
  }
  node_at(&l, id)->a = id + 1;
  node_close(&l, id);
  for (uint32_t i = id; i < p->nodes.n; i++) {
    node_at(&l, i)->start += offset;
    node_at(&l, i)->end += offset;
  }
  /* So that ast_text works: byte `offset` of this "source" is text[0]. */
  lower_copy_out(&l, (Str){text.ptr - offset, offset + text.len}, out);
  *root = (NodeId){id + 1};
  return true;
}
