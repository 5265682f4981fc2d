/* lower_stmt.c - simple statements, blocks and what is saved of broken ones.
 *
 * Compound statements are in lower_block.c, definitions in lower_def.c.
 */
#include "parse/lower_int.h"

static uint32_t leaf(Lower *l, AstKind kind, uint32_t c) {
  return node_open(l, kind, start_of(l, c), end_of(l, c));
}

bool cst_is_stmt(CstKind kind) {
  return kind >= CST_IMPORT && kind <= CST_MATCH;
}

/* ---- imports ------------------------------------------------------------ */

/* Import binds the alias, or the first name of a dotted one. */
static void check_alias(Lower *l, const AstNode *alias) {
  Str text = name_text((NameId){alias->a});
  bool debug = alias->b ? alias->b == NAME_dunder_debug
                        : alias->a == NAME_dunder_debug ||
                              str_starts(text, STR("__debug__."));
  if (UNLIKELY(debug))
    lower_check_binding(l, NAME_dunder_debug, alias->start, alias->end);
}

static uint32_t lower_alias(Lower *l, uint32_t c) {
  uint32_t id = leaf(l, AST_Alias, c);
  uint32_t name = kind_of(l, c) == CST_ALIASED_IMPORT ? c + 1 : c;
  uint32_t text = lower_dotted(l, name), as = 0;
  if (name != c) {
    uint32_t alias = next_of(l, next_of(l, name));
    as = lower_name(l, start_of(l, alias), end_of(l, alias));
  }
  AstNode *node = node_at(l, id);
  node->a = text;
  node->b = as;
  check_alias(l, node);
  return id;
}

static uint32_t lower_aliases(Lower *l, uint32_t c, uint32_t from,
                              bool dotted) {
  uint32_t base = l->p->stack.n, last = 0;
  bool parenthesized = false;
  for (uint32_t k = from; k < next_of(l, c); k = next_of(l, k)) {
    CstKind kind = kind_of(l, k);
    if (kind == CST_DOTTED_NAME || kind == CST_ALIASED_IMPORT) {
      uint32_t name = kind == CST_ALIASED_IMPORT ? k + 1 : k;
      if (!dotted && next_of(l, name + 1) < next_of(l, name))
        lower_error(l, start_of(l, name), end_of(l, name),
                    "`from ... import` takes names without dots");
      stack_push(l, lower_alias(l, k));
    }
    parenthesized |= kind == CST_LPAREN;
    last = k;
  }
  if (last && kind_of(l, last) == CST_COMMA && !parenthesized)
    lower_error(l, start_of(l, last), end_of(l, last),
                "trailing comma not allowed without surrounding parentheses");
  return list_flush(l, base);
}

static uint32_t lower_import(Lower *l, uint32_t c) {
  uint32_t id = leaf(l, AST_Import, c);
  uint32_t list = lower_aliases(l, c, c + 1, true);
  node_at(l, id)->a = list;
  node_close(l, id);
  return id;
}

/* `from __future__` stands before all other code and names a known feature. */
static void check_future(Lower *l, uint32_t c, uint32_t list) {
  static const char *const features[] = {
      "nested_scopes", "generators", "division", "absolute_import",
      "with_statement", "print_function", "unicode_literals",
      "barry_as_FLUFL", "generator_stop", "annotations"};
  if (l->seen_code || l->ctx)
    lower_error(l, start_of(l, c), end_of(l, c),
                "`from __future__` imports must be at the beginning of the "
                "file");
  uint32_t n = list ? l->p->extra.v[list] : 0;
  for (uint32_t i = 0; i < n; i++) {
    const AstNode *alias = node_at(l, l->p->extra.v[list + 1 + i]);
    Str name = name_text((NameId){alias->a});
    bool known = false;
    for (uint32_t k = 0; k < ARRAY_LEN(features); k++)
      known |= str_is(name, features[k]);
    if (!known)
      lower_error(l, alias->start, alias->start + name.len,
                  "future feature `%" PRIstr "` is not defined",
                  STR_ARG(name));
  }
}

static uint32_t lower_import_from(Lower *l, uint32_t c) {
  uint32_t id = leaf(l, AST_ImportFrom, c);
  uint32_t module = next_of(l, c + 1), name = 0, level = 0;
  if (kind_of(l, module) == CST_RELATIVE_IMPORT) {
    EACH_CHILD(l, k, module) {
      if (kind_of(l, k) == CST_DOTTED_NAME) name = lower_dotted(l, k);
      for (uint32_t i = start_of(l, k);
           kind_of(l, k) == CST_IMPORT_PREFIX && i < end_of(l, k); i++)
        level += l->text.ptr[i] == '.';
    }
  } else if (kind_of(l, module) == CST_DOTTED_NAME) {
    name = lower_dotted(l, module);
  } else {
    name = lower_name(l, start_of(l, module), end_of(l, module));
  }
  uint32_t rest = next_of(l, next_of(l, module));
  bool star = kind_of(l, rest) == CST_WILDCARD_IMPORT;
  if (star && (l->ctx & (CTX_FUNCTION | CTX_CLASS)))
    lower_error(l, start_of(l, rest), end_of(l, rest),
                "`import *` is only allowed at module level");
  uint32_t list = star ? 0 : lower_aliases(l, c, rest, false);
  AstNode *node = node_at(l, id);
  node->op = star;
  node->a = name;
  node->b = list;
  node->c = level;
  node_close(l, id);
  if (UNLIKELY(name == NAME_dunder_future && level == 0)) {
    if (star)
      lower_error(l, start_of(l, rest), end_of(l, rest),
                  "future feature `*` is not defined");
    check_future(l, c, list);
  }
  return id;
}

/* ---- assignments -------------------------------------------------------- */

static uint32_t lower_ann_assign(Lower *l, uint32_t c) {
  uint32_t id = leaf(l, AST_AnnAssign, c);
  uint32_t left = c + 1, type = next_of(l, next_of(l, left));
  bool parenthesized = l->text.ptr[start_of(l, left)] == '(' &&
                       kind_of(l, left) == CST_TUPLE_PATTERN;
  uint32_t target = lower_value(l, left);
  AstNode *node = node_at(l, target);
  if (node->kind == AST_Tuple || node->kind == AST_List)
    lower_error(l, node->start, node->end,
                "only a single target (not %s) can be annotated",
                node->kind == AST_Tuple ? "tuple" : "list");
  lower_set_context(l, target, EXPR_STORE, false);
  uint32_t annotation = lower_annotation(l, type, false);
  uint32_t value = 0, eq = next_of(l, type);
  if (eq < next_of(l, c)) value = lower_value(l, next_of(l, eq));
  node = node_at(l, id);
  node->op = parenthesized;
  node->a = target;
  node->b = annotation;
  node->c = value;
  node_close(l, id);
  return id;
}

static uint32_t lower_assign(Lower *l, uint32_t c) {
  if (kind_of(l, next_of(l, c + 1)) == CST_COLON)
    return lower_ann_assign(l, c);
  uint32_t id = leaf(l, AST_Assign, c);
  uint32_t base = l->p->stack.n, value;
  for (;;) {
    uint32_t left = c + 1, op = next_of(l, left);
    if (kind_of(l, op) != CST_EQUAL) {
      lower_error(l, start_of(l, op), end_of(l, op),
                  "an annotation is not allowed in a chained assignment");
      value = lower_value(l, left);
      break;
    }
    stack_push(l, lower_target(l, left, EXPR_STORE));
    c = next_of(l, op);
    if (kind_of(l, c) != CST_ASSIGNMENT) {
      value = lower_value(l, c);
      break;
    }
    if (lower_is_broken(l, c)) {
      value = lower_error_expr(l, c);
      break;
    }
  }
  uint32_t list = list_flush(l, base);
  AstNode *node = node_at(l, id);
  node->a = list;
  node->b = value;
  node_close(l, id);
  return id;
}

static uint32_t lower_aug_assign(Lower *l, uint32_t c) {
  uint32_t id = leaf(l, AST_AugAssign, c);
  uint32_t left = c + 1, op = next_of(l, left);
  uint32_t target = lower_value(l, left);
  lower_set_context(l, target, EXPR_STORE, true);
  uint32_t right = next_of(l, op);
  uint32_t value = lower_value(l, right);
  AstNode *node = node_at(l, id);
  node->op = (uint8_t)lower_operator(l, op);
  node->a = target;
  node->b = value;
  node_close(l, id);
  return id;
}

static uint32_t lower_expression_statement(Lower *l, uint32_t c) {
  uint32_t first = c + 1;
  if (kind_of(l, first) == CST_ASSIGNMENT && !lower_is_broken(l, first))
    return lower_assign(l, first);
  if (kind_of(l, first) == CST_AUGMENTED_ASSIGNMENT &&
      !lower_is_broken(l, first))
    return lower_aug_assign(l, first);
  uint32_t id = leaf(l, AST_ExprStmt, c);
  uint32_t value = next_of(l, first) < next_of(l, c)
                       ? lower_bare_tuple(l, first, next_of(l, c), false)
                       : lower_value(l, first);
  node_at(l, id)->a = value;
  node_close(l, id);
  return id;
}

/* ---- other simple statements -------------------------------------------- */

static uint32_t lower_return(Lower *l, uint32_t c) {
  uint32_t id = leaf(l, AST_Return, c);
  uint32_t k = next_of(l, c + 1);
  uint32_t value = k < next_of(l, c) ? lower_value(l, k) : 0;
  node_at(l, id)->a = value;
  node_close(l, id);
  if (!(l->ctx & (CTX_FUNCTION | CTX_UNKNOWN)))
    lower_error(l, start_of(l, c), end_of(l, c),
                "`return` outside a function");
  else if (l->ctx & CTX_EXCEPT_STAR_FUNCTION)
    lower_error(l, start_of(l, c), end_of(l, c),
                "`return` cannot appear in an `except*` block");
  if (value && l->facts.return_value.end == 0)
    l->facts.return_value = (Span){start_of(l, c), end_of(l, c)};
  return id;
}

static uint32_t lower_delete(Lower *l, uint32_t c) {
  uint32_t id = leaf(l, AST_Delete, c);
  uint32_t base = l->p->stack.n, k = next_of(l, c + 1);
  if (kind_of(l, k) == CST_EXPRESSION_LIST) {
    EACH_CHILD(l, item, k)
      if (kind_of(l, item) != CST_COMMA)
        stack_push(l, lower_target(l, item, EXPR_DEL));
  } else {
    stack_push(l, lower_target(l, k, EXPR_DEL));
  }
  uint32_t list = list_flush(l, base);
  node_at(l, id)->a = list;
  node_close(l, id);
  return id;
}

static uint32_t lower_raise(Lower *l, uint32_t c) {
  uint32_t id = leaf(l, AST_Raise, c);
  uint32_t value = 0, cause = 0;
  for (uint32_t k = next_of(l, c + 1); k < next_of(l, c); k = next_of(l, k)) {
    if (kind_of(l, k) == CST_KW_FROM) {
      if (!value)
        lower_error(l, start_of(l, k), end_of(l, k),
                    "expected an exception before `from`");
      k = next_of(l, k);
      cause = lower_expr(l, k);
      continue;
    }
    if (kind_of(l, k) == CST_EXPRESSION_LIST)
      lower_error(l, start_of(l, k), end_of(l, k),
                  "`raise` takes one expression: this form is Python 2's");
    value = lower_value(l, k);
  }
  AstNode *node = node_at(l, id);
  node->a = value;
  node->b = cause;
  node_close(l, id);
  return id;
}

static uint32_t lower_assert(Lower *l, uint32_t c) {
  uint32_t id = leaf(l, AST_Assert, c);
  uint32_t part[2] = {0, 0}, n = 0;
  for (uint32_t k = next_of(l, c + 1); k < next_of(l, c); k = next_of(l, k)) {
    if (kind_of(l, k) == CST_COMMA) continue;
    if (n == 2) {
      lower_error(l, start_of(l, k), end_of(l, k),
                  "`assert` takes at most two expressions");
      break;
    }
    part[n++] = lower_expr(l, k);
  }
  AstNode *node = node_at(l, id);
  node->a = part[0];
  node->b = part[1];
  node_close(l, id);
  return id;
}

static uint32_t lower_global(Lower *l, uint32_t c, AstKind kind) {
  uint32_t id = leaf(l, kind, c);
  uint32_t base = l->p->stack.n;
  EACH_CHILD(l, k, c)
    if (kind_of(l, k) == CST_IDENTIFIER)
      stack_push(l, lower_identifier(l, k));
  uint32_t list = list_flush(l, base);
  node_at(l, id)->a = list;
  node_close(l, id);
  if (kind == AST_Nonlocal && !(l->ctx & (CTX_FUNCTION | CTX_CLASS)))
    lower_error(l, start_of(l, c), end_of(l, c),
                "`nonlocal` declaration is not allowed at module level");
  return id;
}

static uint32_t lower_jump(Lower *l, uint32_t c, AstKind kind) {
  const char *word = kind == AST_Break ? "break" : "continue";
  if (l->ctx & CTX_EXCEPT_STAR)
    lower_error(l, start_of(l, c), end_of(l, c),
                "`%s` cannot appear in an `except*` block", word);
  else if (!(l->ctx & (CTX_LOOP | CTX_UNKNOWN)))
    lower_error(l, start_of(l, c), end_of(l, c), "`%s` outside a loop", word);
  return leaf(l, kind, c);
}

static uint32_t lower_broken_statement(Lower *l, uint32_t c) {
  uint32_t id = leaf(l, AST_ErrorStmt, c);
  uint32_t base = l->p->stack.n;
  lower_save_expressions(l, c);
  uint32_t list = list_flush(l, base);
  node_at(l, id)->a = list;
  node_close(l, id);
  return id;
}

/* Parses the statement once more with `word` instead of its first word. */
static uint32_t lower_reparsed(Lower *l, uint32_t c, const char *word) {
  uint32_t start = start_of(l, c), end = end_of(l, c);
  CstEdit edit = {start, start + (uint32_t)strlen(word), word};
  uint32_t root =
      cst_parse(l->p->cst_parser, l->text, start, end, &edit, 1, &l->p->cst);
  l->cst = l->p->cst.v;
  if (root == UINT32_MAX || next_of(l, root) == root + 1 ||
      kind_of(l, root + 1) != CST_EXPRESSION_STATEMENT ||
      (l->cst[root].flags & CST_HAS_ERROR)) {
    lower_error(l, start, end, "this statement could not be parsed");
    return lower_broken_statement(l, c);
  }
  return lower_expression_statement(l, root + 1);
}

/* print x, exec x: Python 2's.  `print >>f, x` is a tuple to Python 3, and
 * wrong for its types only. */
static uint32_t lower_python2(Lower *l, uint32_t c) {
  if (kind_of(l, next_of(l, c + 1)) == CST_CHEVRON)
    return lower_reparsed(l, c, "prin_");
  lower_error(l, start_of(l, c), end_of(l, c),
              "missing parentheses in call to `%s`",
              kind_of(l, c) == CST_PRINT ? "print" : "exec");
  return lower_broken_statement(l, c);
}

static uint32_t lower_type_alias(Lower *l, uint32_t c) {
  /* tree-sitter takes `type(a).b = c` and `type[a] = b` for type aliases. */
  char first = l->text.ptr[start_of(l, next_of(l, c + 1))];
  if (first == '(' || first == '[') return lower_reparsed(l, c, "typ_");
  uint32_t id = leaf(l, AST_TypeAlias, c);
  lower_since(l, 12, start_of(l, c), end_of(l, c), "a `type` statement");
  uint32_t left = next_of(l, c + 1), k = left, params = 0;
  if (kind_of(l, k) == CST_TYPE) k++;
  uint32_t name = kind_of(l, k) == CST_GENERIC_TYPE ? k + 1 : k;
  uint32_t target;
  if (kind_of(l, name) != CST_IDENTIFIER) {
    lower_error(l, start_of(l, left), end_of(l, left),
                "expected the name of a type alias");
    target = lower_error_expr(l, left);
  } else {
    target = lower_name_expr(l, name, EXPR_STORE);
    lower_check_name(l, target, EXPR_STORE);
    if (name != k) params = lower_type_params(l, next_of(l, name));
  }
  uint32_t ctx = l->ctx;
  l->ctx |= CTX_TYPE_PARAMS;
  uint32_t right = next_of(l, next_of(l, left));
  lower_check_type(l, right, false);
  uint32_t value = lower_type(l, right);
  l->ctx = ctx;
  AstNode *node = node_at(l, id);
  node->a = target;
  node->b = params;
  node->c = value;
  node_close(l, id);
  return id;
}

/* ---- statements and blocks ---------------------------------------------- */

/* A run of broken parts up to (not including) `last` is one ErrorStmt. */
static void lower_broken_run(Lower *l, uint32_t first, uint32_t last) {
  uint32_t end = end_of(l, first), base = l->p->stack.n;
  uint32_t id = node_open(l, AST_ErrorStmt, start_of(l, first), end);
  for (uint32_t k = first; k < last; k = next_of(l, k)) {
    end = end_of(l, k);
    if (cst_is_expr(kind_of(l, k)))
      stack_push(l, lower_expr(l, k));
    else
      lower_save_expressions(l, k);
  }
  uint32_t list = list_flush(l, base);
  AstNode *node = node_at(l, id);
  node->a = list;
  node->end = end;
  node_close(l, id);
  l->last_end = end;
  stack_push(l, id);
}

/* What a broken statement holds: whole statements are kept, the rest becomes
 * ErrorStmts. */
void lower_broken(Lower *l, uint32_t c) {
  l->has_errors = true;
  if (l->level >= PARSE_DEPTH_MAX) return;
  l->level++;
  uint32_t run = 0, end = next_of(l, c);
  for (uint32_t k = c + 1; k < end; k = next_of(l, k)) {
    CstKind kind = kind_of(l, k);
    bool whole = cst_is_stmt(kind) || kind == CST_BLOCK;
    if (whole && run) lower_broken_run(l, run, k);
    if (!whole) {
      if (!run) run = k;
      continue;
    }
    run = 0;
    if (kind == CST_BLOCK)
      lower_broken(l, k);
    else
      lower_statement(l, k);
  }
  if (run) lower_broken_run(l, run, end);
  l->level--;
}

static uint32_t lower_simple(Lower *l, uint32_t c) {
  switch (kind_of(l, c)) {
  case CST_EXPRESSION_STATEMENT: return lower_expression_statement(l, c);
  case CST_IMPORT: return lower_import(l, c);
  case CST_IMPORT_FROM: case CST_IMPORT_FUTURE: return lower_import_from(l, c);
  case CST_RETURN: return lower_return(l, c);
  case CST_ASSERT: return lower_assert(l, c);
  case CST_DELETE: return lower_delete(l, c);
  case CST_RAISE: return lower_raise(l, c);
  case CST_PASS: return leaf(l, AST_Pass, c);
  case CST_BREAK: return lower_jump(l, c, AST_Break);
  case CST_CONTINUE: return lower_jump(l, c, AST_Continue);
  case CST_GLOBAL: return lower_global(l, c, AST_Global);
  case CST_NONLOCAL: return lower_global(l, c, AST_Nonlocal);
  case CST_TYPE_ALIAS: return lower_type_alias(l, c);
  case CST_PRINT: case CST_EXEC: return lower_python2(l, c);
  default: return 0;
  }
}

/* Everything but a docstring and `from __future__` is code. */
static void note_code(Lower *l, uint32_t id) {
  const AstNode *node = node_at(l, id);
  bool future = node->kind == AST_ImportFrom &&
                node->a == NAME_dunder_future && node->c == 0;
  bool docstring = node->kind == AST_ExprStmt && !l->seen_docstring &&
                   node_at(l, node->a)->kind == AST_Str;
  l->seen_docstring = true; /* only the very first statement is one */
  l->seen_code = !future && !docstring;
}

void lower_statement(Lower *l, uint32_t c) {
  const ScanLine *bad = lower_bad_line(l, start_of(l, c));
  if (UNLIKELY(bad != NULL) && kind_of(l, c) <= CST_TYPE_ALIAS) {
    stack_push(l, lower_bad_statement(l, start_of(l, c), bad));
    return;
  }
  if (UNLIKELY(kind_of(l, c) == CST_ERROR || lower_is_broken(l, c))) {
    lower_broken(l, c);
    return;
  }
  if (UNLIKELY(!cst_is_stmt(kind_of(l, c)))) {
    l->has_errors = true;
    lower_broken_run(l, c, next_of(l, c));
    return;
  }
  if (UNLIKELY(l->level >= PARSE_DEPTH_MAX)) {
    stack_push(l, lower_error_expr(l, c)); /* reports, makes no children */
    return;
  }
  l->level++;
  l->depth++;
  uint32_t id = lower_simple(l, c);
  if (id)
    l->last_end = end_of(l, c);
  else {
    l->seen_code = true;
    id = lower_compound(l, c);
  }
  if (!l->seen_code) note_code(l, id);
  l->level--;
  l->depth--;
  stack_push(l, id);
}

uint32_t lower_block(Lower *l, uint32_t c) {
  uint32_t base = l->p->stack.n;
  if (UNLIKELY(kind_of(l, c) == CST_ERROR)) /* the whole file */
    lower_broken(l, c);
  else
    EACH_CHILD(l, k, c)
      if (kind_of(l, k) != CST_SEMICOLON) lower_statement(l, k);
  return list_flush(l, base);
}
