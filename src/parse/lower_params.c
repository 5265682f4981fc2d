/* lower_params.c - parameters, type parameters, annotations, targets. */
#include "parse/lower_int.h"

/* ---- annotations -------------------------------------------------------- */

/* Children of a type_parameter list as a subscript: `list[int, str]`. */
static uint32_t lower_generic_args(Lower *l, uint32_t c) {
  uint32_t first = next_of(l, c + 1), last = next_of(l, c) - 1;
  bool one = next_of(l, first) >= last;
  if (one && l->text.ptr[start_of(l, first)] != '*')
    return lower_expr(l, first);
  lower_star_since(l, first, last, 11, "unpacking in a subscript");
  return lower_bare_tuple(l, first, last, true);
}

/* ---- unions: a | b[c] | d
 * tree-sitter makes a union_type where an operand is generic, with a plain
 * `d | e` as one operand on its right: all are taken apart and joined from the
 * left again. */

static bool is_union(const Lower *l, uint32_t c) {
  if (lower_is_broken(l, c)) return false;
  return kind_of(l, c) == CST_UNION_TYPE ||
         (kind_of(l, c) == CST_BINARY &&
          kind_of(l, next_of(l, c + 1)) == CST_PIPE);
}

static uint32_t unwrap_type(const Lower *l, uint32_t c) {
  while (kind_of(l, c) == CST_TYPE) c++;
  return c;
}

/* Pushes the operands from left to right. */
static void push_union(Lower *l, uint32_t c) {
  c = unwrap_type(l, c);
  if (!is_union(l, c) || l->level >= PARSE_DEPTH_MAX) {
    stack_push(l, c);
    return;
  }
  uint32_t base = l->p->stack.n;
  for (; is_union(l, c); c = unwrap_type(l, c + 1))
    stack_push(l, next_of(l, next_of(l, c + 1)));
  stack_push(l, c);
  /* Now the outermost right operand is first: reverse, and take those apart
   * that are unions themselves. */
  uint32_t n = l->p->stack.n - base;
  for (uint32_t i = 0; i < n / 2; i++) {
    uint32_t *v = l->p->stack.v + base, last = v[n - 1 - i];
    v[n - 1 - i] = v[i];
    v[i] = last;
  }
  bool flat = true;
  for (uint32_t i = base; i < base + n; i++)
    flat &= !is_union(l, unwrap_type(l, l->p->stack.v[i]));
  if (flat) return;
  l->level++;
  for (uint32_t i = base; i < base + n; i++)
    push_union(l, l->p->stack.v[i]);
  l->level--;
  memmove(l->p->stack.v + base, l->p->stack.v + base + n,
          (l->p->stack.n - base - n) * sizeof(uint32_t));
  l->p->stack.n -= n;
}

static uint32_t lower_union(Lower *l, uint32_t c) {
  uint32_t base = l->p->stack.n, first = l->p->nodes.n, depth = l->depth;
  push_union(l, c);
  uint32_t n = l->p->stack.n - base;
  uint32_t start = start_of(l, l->p->stack.v[base]);
  for (uint32_t i = n; i-- > 1; l->depth++) {
    uint32_t id = node_open(l, AST_BinOp, start,
                            end_of(l, l->p->stack.v[base + i]));
    node_at(l, id)->op = OP_BITOR;
  }
  uint32_t left = lower_type(l, l->p->stack.v[base]);
  for (uint32_t i = 1; i < n; i++) {
    uint32_t right = lower_type(l, l->p->stack.v[base + i]);
    uint32_t id = first + n - 1 - i;
    AstNode *node = node_at(l, id);
    node->a = left;
    node->b = right;
    node_close(l, id);
    left = id;
  }
  l->depth = depth;
  l->p->stack.n = base;
  return left;
}

static uint32_t lower_type_node(Lower *l, uint32_t c) {
  uint32_t start = start_of(l, c), end = end_of(l, c), id, left, right;
  switch (kind_of(l, c)) {
  case CST_TYPE: return lower_type(l, c + 1);
  case CST_GENERIC_TYPE:
    id = node_open(l, AST_Subscript, start, end);
    left = lower_name_expr(l, c + 1, EXPR_LOAD);
    right = lower_generic_args(l, next_of(l, c + 1));
    break;
  case CST_UNION_TYPE: return lower_union(l, c);
  case CST_MEMBER_TYPE: {
    id = node_open(l, AST_Attribute, start, end);
    left = lower_type(l, c + 1);
    uint32_t name = next_of(l, next_of(l, c + 1));
    right = lower_name(l, start_of(l, name), end_of(l, name));
    break;
  }
  default: /* constrained_type: a slice in a subscript */
    id = node_open(l, AST_Slice, start, end);
    left = lower_type(l, c + 1);
    right = lower_type(l, next_of(l, next_of(l, c + 1)));
    break;
  }
  AstNode *node = node_at(l, id);
  node->a = left;
  node->b = right;
  node_close(l, id);
  return id;
}

uint32_t lower_type(Lower *l, uint32_t c) {
  switch (kind_of(l, c)) {
  case CST_TYPE: case CST_GENERIC_TYPE: case CST_UNION_TYPE:
  case CST_MEMBER_TYPE: case CST_CONSTRAINED_TYPE: break;
  default: return lower_expr(l, c);
  }
  if (l->level >= PARSE_DEPTH_MAX || lower_is_broken(l, c))
    return lower_error_expr(l, c);
  l->level++;
  uint32_t id = lower_type_node(l, c);
  l->level--;
  return id;
}

/* tree-sitter's types hold what only type parameters may: `*T`, `a: b`. */
void lower_check_type(Lower *l, uint32_t c, bool star) {
  uint32_t k = kind_of(l, c) == CST_TYPE ? c + 1 : c;
  if (UNLIKELY(kind_of(l, k) == CST_CONSTRAINED_TYPE))
    lower_error(l, start_of(l, next_of(l, k + 1)), end_of(l, k),
                "`:` does not fit here");
  if (UNLIKELY(l->text.ptr[start_of(l, k)] == '*')) {
    if (!star || kind_of(l, k + 1) == CST_STAR_STAR)
      lower_error(l, start_of(l, k), end_of(l, k),
                  "a starred expression cannot be used here");
    else
      lower_since(l, 11, start_of(l, k), end_of(l, k),
                  "unpacking in an annotation");
  }
}

uint32_t lower_annotation(Lower *l, uint32_t c, bool star) {
  uint32_t ctx = l->ctx;
  lower_check_type(l, c, star);
  if (python_at_least(l->version, 3, 14)) l->ctx |= CTX_ANNOTATION;
  uint32_t id = lower_element(l, c);
  l->ctx = ctx;
  return id;
}

/* ---- type parameters ---------------------------------------------------- */

/* The default behind the type parameter that ends at `end`, before `next`; 0 if
 * there is none. */
static uint32_t lower_default(Lower *l, uint32_t end, uint32_t next,
                              uint32_t *default_end) {
  Parser *p = l->p;
  while (l->next_default < p->defaults.n &&
         p->defaults.v[l->next_default].from < end)
    l->next_default++;
  if (l->next_default >= p->defaults.n) return 0;
  ParsedDefault d = p->defaults.v[l->next_default];
  if (d.from > next) return 0;
  l->next_default++;
  lower_since(l, 13, d.from, d.to, "the default of a type parameter");
  uint32_t statement = d.cst + 1;
  if (statement >= next_of(l, d.cst) ||
      kind_of(l, statement) != CST_EXPRESSION_STATEMENT ||
      (l->cst[d.cst].flags & CST_HAS_ERROR)) {
    lower_error(l, d.from, d.to, "invalid default of a type parameter");
    return 0;
  }
  uint32_t k = statement + 1, only = next_of(l, k + 1);
  bool starred = kind_of(l, k) == CST_TUPLE && /* (*x): no tuple here */
                 kind_of(l, next_of(l, only)) == CST_RPAREN;
  uint32_t id = lower_element(l, starred ? only : k);
  *default_end = node_at(l, id)->end;
  return id;
}

static uint32_t lower_type_param(Lower *l, uint32_t c) {
  uint32_t start = start_of(l, c), end = end_of(l, c);
  uint32_t k = kind_of(l, c) == CST_TYPE ? c + 1 : c;
  uint32_t id = node_open(l, AST_TypeParam, start, end);
  uint32_t bound = 0;
  TypeParamKind kind = TYPE_PARAM_TYPE_VAR;
  uint32_t name = k;
  if (kind_of(l, k) == CST_CONSTRAINED_TYPE) {
    name = k + 1;
    bound = next_of(l, next_of(l, k + 1));
    if (kind_of(l, name) == CST_TYPE) name++;
  } else if (kind_of(l, k) == CST_SPLAT_TYPE ||
             kind_of(l, k) == CST_LIST_SPLAT) {
    kind = kind_of(l, k + 1) == CST_STAR ? TYPE_PARAM_TYPE_VAR_TUPLE
                                         : TYPE_PARAM_PARAM_SPEC;
    name = next_of(l, k + 1);
  }
  if (kind_of(l, name) != CST_IDENTIFIER) {
    lower_error(l, start_of(l, name), end_of(l, name),
                "expected the name of a type parameter");
  }
  uint32_t text = lower_name(l, start_of(l, name), end_of(l, name));
  lower_check_binding(l, text, start_of(l, name), end_of(l, name));
  if (bound) lower_check_type(l, bound, false);
  uint32_t b = bound ? lower_type(l, bound) : 0;
  uint32_t d = lower_default(l, end, start_of(l, next_of(l, c)), &end);
  AstNode *node = node_at(l, id);
  node->op = (uint8_t)kind;
  node->a = text;
  node->b = b;
  node->c = d;
  node->end = end;
  node_close(l, id);
  return id;
}

static void check_type_param(Lower *l, uint32_t base, uint32_t id,
                             bool *seen_default) {
  const AstNode *node = node_at(l, id);
  Str name = name_text((NameId){node->a});
  if (node->c)
    *seen_default = true;
  else if (*seen_default)
    lower_error(l, node->start, node->end,
                "type parameter `%" PRIstr "` without a default follows one "
                "with a default", STR_ARG(name));
  for (uint32_t i = base; i < l->p->stack.n; i++)
    if (node_at(l, l->p->stack.v[i])->a == node->a)
      lower_error(l, node->start, node->end,
                  "duplicate type parameter `%" PRIstr "`", STR_ARG(name));
}

uint32_t lower_type_params(Lower *l, uint32_t c) {
  uint32_t base = l->p->stack.n;
  lower_since(l, 12, start_of(l, c), end_of(l, c), "a type parameter list");
  uint32_t ctx = l->ctx;
  l->ctx |= CTX_TYPE_PARAMS;
  bool seen_default = false;
  EACH_CHILD(l, k, c) {
    if (kind_of(l, k) != CST_TYPE) continue;
    uint32_t id = lower_type_param(l, k);
    check_type_param(l, base, id, &seen_default);
    stack_push(l, id);
  }
  l->ctx = ctx;
  return list_flush(l, base);
}

/* ---- parameters --------------------------------------------------------- */

typedef struct {
  uint32_t base;         /* of the stack: the Params so far */
  uint32_t star;         /* the bare `*`, 0 = none */
  bool seen_slash, seen_star, seen_double, seen_default;
  bool needs_name;       /* a bare * waits for a parameter */
} ParamState;

static void check_param(Lower *l, ParamState *s, uint32_t id) {
  AstNode *node = node_at(l, id);
  Str name = name_text((NameId){node->a});
  uint32_t start = node->start, end = node->start + name.len;
  if (s->seen_double)
    lower_error(l, start, end,
                "parameters cannot follow var-keyword parameter");
  if (s->seen_double) return;
  for (uint32_t i = s->base; i < l->p->stack.n; i++)
    if (node_at(l, l->p->stack.v[i])->a == node->a)
      lower_error(l, start, end,
                  "duplicate parameter `%" PRIstr "` in function definition",
                  STR_ARG(name));
  if (node->op > PARAM_POSITIONAL_OR_KEYWORD) return;
  if (node->c)
    s->seen_default = true;
  else if (s->seen_default)
    lower_error(l, start, end,
                "parameter without a default follows parameter with a "
                "default");
}

static void lower_param(Lower *l, ParamState *s, uint32_t c) {
  uint32_t name = c, type = 0, value = 0;
  switch (kind_of(l, c)) {
  case CST_TYPED_PARAMETER:
    name = c + 1;
    type = next_of(l, next_of(l, name));
    break;
  case CST_DEFAULT_PARAMETER:
    name = c + 1;
    value = next_of(l, next_of(l, name));
    break;
  case CST_TYPED_DEFAULT_PARAMETER:
    name = c + 1;
    type = next_of(l, next_of(l, name));
    value = next_of(l, next_of(l, type));
    break;
  default: break;
  }
  ParamKind kind =
      s->seen_star ? PARAM_KEYWORD_ONLY : PARAM_POSITIONAL_OR_KEYWORD;
  if (kind_of(l, name) == CST_LIST_SPLAT_PATTERN) {
    if (s->seen_star)
      lower_error(l, start_of(l, name), end_of(l, name),
                  "`*` parameter may appear only once");
    kind = PARAM_VARIADIC;
    name = next_of(l, name + 1);
  } else if (kind_of(l, name) == CST_DICTIONARY_SPLAT_PATTERN) {
    kind = PARAM_KEYWORD_VARIADIC;
    name = next_of(l, name + 1);
  }
  if (kind_of(l, name) != CST_IDENTIFIER) {
    lower_error(l, start_of(l, name), end_of(l, name),
                "expected the name of a parameter");
    return;
  }
  uint32_t id = node_open(l, AST_Param, start_of(l, name), end_of(l, c));
  node_at(l, id)->op = (uint8_t)kind;
  uint32_t text = lower_name(l, start_of(l, name), end_of(l, name));
  lower_check_binding(l, text, start_of(l, name), end_of(l, name));
  uint32_t t = type ? lower_annotation(l, type, kind == PARAM_VARIADIC) : 0;
  uint32_t v = value ? lower_expr(l, value) : 0;
  AstNode *node = node_at(l, id);
  node->a = text;
  node->b = t;
  node->c = v;
  node_close(l, id);
  check_param(l, s, id);
  stack_push(l, id);
  s->needs_name = s->needs_name && kind != PARAM_KEYWORD_ONLY;
  s->seen_star |= kind == PARAM_VARIADIC;
  s->seen_double |= kind == PARAM_KEYWORD_VARIADIC;
}

static void lower_slash(Lower *l, ParamState *s, uint32_t c) {
  if (s->seen_slash)
    lower_error(l, start_of(l, c), end_of(l, c), "`/` may appear only once");
  else if (s->seen_double)
    lower_error(l, start_of(l, c), end_of(l, c),
                "parameters cannot follow var-keyword parameter");
  else if (s->seen_star)
    lower_error(l, start_of(l, c), end_of(l, c), "`/` must be ahead of `*`");
  else if (l->p->stack.n == s->base)
    lower_error(l, start_of(l, c), end_of(l, c),
                "at least one parameter must precede `/`");
  s->seen_slash = true;
  for (uint32_t i = s->base; i < l->p->stack.n; i++) {
    AstNode *node = node_at(l, l->p->stack.v[i]);
    if (node->op == PARAM_POSITIONAL_OR_KEYWORD)
      node->op = PARAM_POSITIONAL_ONLY;
  }
}

void lower_params(Lower *l, uint32_t c) {
  ParamState s = {.base = l->p->stack.n};
  EACH_CHILD(l, k, c) {
    switch (kind_of(l, k)) {
    case CST_LPAREN: case CST_RPAREN: case CST_COMMA: break;
    case CST_POSITIONAL_SEPARATOR: lower_slash(l, &s, k); break;
    case CST_KEYWORD_SEPARATOR:
      if (s.seen_star)
        lower_error(l, start_of(l, k), end_of(l, k),
                    "`*` parameter may appear only once");
      s.star = k;
      s.needs_name = true;
      s.seen_star = true;
      break;
    case CST_ERROR: l->has_errors = true; break;
    default: lower_param(l, &s, k); break;
    }
  }
  if (s.needs_name)
    lower_error(l, start_of(l, s.star), end_of(l, s.star),
                "named parameters must follow bare `*`");
}

/* ---- targets ------------------------------------------------------------ */

static const char *describe(const AstNode *node) {
  switch (node->kind) {
  case AST_Int: case AST_Float: case AST_Complex: case AST_Str:
  case AST_Bytes: return "literal";
  case AST_True: return "True";
  case AST_False: return "False";
  case AST_None: return "None";
  case AST_Ellipsis: return "ellipsis";
  case AST_JoinedStr: return node->op ? "t-string expression"
                                      : "f-string expression";
  case AST_Set: return "set display";
  case AST_Dict: return "dict literal";
  case AST_ListComp: return "list comprehension";
  case AST_SetComp: return "set comprehension";
  case AST_DictComp: return "dict comprehension";
  case AST_GeneratorExp: return "generator expression";
  case AST_Call: return "function call";
  case AST_Await: return "await expression";
  case AST_Yield: case AST_YieldFrom: return "yield expression";
  case AST_Compare: return "comparison";
  case AST_IfExp: return "conditional expression";
  case AST_Lambda: return "lambda";
  case AST_NamedExpr: return "named expression";
  default: return "expression";
  }
}

void lower_check_name(Lower *l, uint32_t id, ExprContext context) {
  const AstNode *node = node_at(l, id);
  if (UNLIKELY(node->a == NAME_dunder_debug))
    lower_error(l, node->start, node->end, "cannot %s `__debug__`",
                context == EXPR_DEL ? "delete" : "assign to");
}

void lower_check_binding(Lower *l, uint32_t name, uint32_t start,
                         uint32_t end) {
  if (UNLIKELY(name == NAME_dunder_debug))
    lower_error(l, start, end, "cannot assign to `__debug__`");
}

static void set_sequence(Lower *l, uint32_t id, ExprContext context) {
  AstNode *node = node_at(l, id);
  node->op = (uint8_t)((node->op & 0x80) | context);
  uint32_t list = node->a, starred = 0;
  uint32_t n = list ? l->p->extra.v[list] : 0;
  for (uint32_t i = 0; i < n; i++) {
    uint32_t item = l->p->extra.v[list + 1 + i];
    AstNode *child = node_at(l, item);
    if (child->kind != AST_Starred) {
      lower_set_context(l, item, context, false);
      continue;
    }
    if (context == EXPR_DEL) {
      lower_error(l, child->start, child->end, "cannot delete starred");
      continue;
    }
    child->op = (uint8_t)context;
    if (starred++)
      lower_error(l, child->start, child->end,
                  "multiple starred expressions in assignment");
    lower_set_context(l, child->a, context, false);
  }
}

void lower_set_context(Lower *l, uint32_t id, ExprContext context,
                       bool augmented) {
  AstNode *node = node_at(l, id);
  switch (node->kind) {
  case AST_Name:
    lower_check_name(l, id, context);
    node->op = (uint8_t)context;
    return;
  case AST_Attribute:
    if (UNLIKELY(node->b == NAME_dunder_debug))
      lower_error(l, node->start, node->end, "cannot %s `__debug__`",
                  context == EXPR_DEL ? "delete" : "assign to");
    node->op = (uint8_t)context;
    return;
  case AST_Subscript:
    node->op = (uint8_t)context;
    return;
  case AST_ErrorExpr: return;
  case AST_Tuple: case AST_List:
    if (augmented) {
      lower_error(l, node->start, node->end,
                  "'%s' is an illegal expression for augmented assignment",
                  node->kind == AST_Tuple ? "tuple" : "list");
      return;
    }
    set_sequence(l, id, context);
    return;
  case AST_Starred:
    lower_error(l, node->start, node->end,
                context == EXPR_DEL
                    ? "cannot delete starred"
                    : "starred assignment target must be in a list or tuple");
    return;
  default:
    if (augmented)
      lower_error(l, node->start, node->end,
                  "'%s' is an illegal expression for augmented assignment",
                  describe(node));
    else
      lower_error(l, node->start, node->end, "cannot %s %s",
                  context == EXPR_DEL ? "delete" : "assign to",
                  describe(node));
    return;
  }
}

uint32_t lower_target(Lower *l, uint32_t c, ExprContext context) {
  if (kind_of(l, c) == CST_IDENTIFIER) {
    uint32_t id = lower_name_expr(l, c, context);
    lower_check_name(l, id, context);
    return id;
  }
  bool star = lower_is_starred(l, c) && kind_of(l, c) != CST_PATTERN_LIST &&
              kind_of(l, c) != CST_EXPRESSION_LIST;
  uint32_t id = star ? lower_element(l, c) : lower_value(l, c);
  lower_set_context(l, id, context, false);
  return id;
}
