/* scope.c - the first pass: scopes, symbols, members, definitions.
 *
 * The nodes lie in pre-order, so the pass is a scan of the node array, not a
 * walk of a tree: most nodes cost one switch.  Only what changes the scope or
 * the binder (defs, classes, lambdas, comprehensions, loops, patterns) scans
 * its pieces one by one, in source order.  So definitions come out sorted by
 * the node that names them, and scopes by their first inner node.
 *
 * A name that is read leaves its temporary symbol in its USE word, marked; a
 * name that is stored leaves its DefId.  Places do not exist yet: which symbol
 * a name means is known only when its scope has been seen to the end, and
 * place.c settles it.
 *
 * Members (`x.y`, `x[0]`, `x["k"]`) become places where they are assigned or
 * tested; all others are never looked at again.
 */
#include "index/index_int.h"

static void scan(Builder *b, uint32_t i, uint32_t end);

static void scan_node(Builder *b, uint32_t node) {
  if (node) scan(b, node, node_end(b, node));
}

static void scan_list(Builder *b, uint32_t extra) {
  NodeList list = node_list(b, extra);
  for (uint32_t i = 0; i < list.n; i++) scan_node(b, list.v[i]);
}

/* Temporary of the symbol; made when it is not there. */
uint32_t scope_symbol(Builder *b, ScopeId scope, NameId name) {
  bool found;
  uint32_t *slot = hmap64_find_or_insert(
      &b->symbols, hmap_pair(scope.v, name.v), &found);
  if (!found) {
    *slot = b->temps.n;
    vec_push(&b->temps, b->scratch,
             (Place){.kind = PLACE_SYMBOL, .scope = scope, .name = name});
  }
  return *slot;
}

/* Opens a scope and makes it the one among whose nodes the scan is; the caller
 * puts b->around back. */
static ScopeId open_scope(Builder *b, ScopeKind kind, uint32_t node,
                          uint32_t first, ScopeId parent) {
  uint32_t id = b->scopes.n;
  uint32_t depth = b->scopes.v[parent.v].depth + 1u;
  vec_push(&b->scopes, b->scratch,
           (Scope){.kind = (uint8_t)kind,
                   .depth = (uint16_t)MIN(depth, (uint32_t)UINT16_MAX),
                   .parent = parent,
                   .node = {node},
                   .first = {first},
                   .around = b->around});
  return b->around = (ScopeId){id};
}

/* ---- definitions -------------------------------------------------------- */

static DefId add_def(Builder *b, DefKind kind, uint32_t node, uint32_t target,
                     uint32_t flags, uint32_t temp) {
  uint32_t id = b->defs.n;
  Place *place = &b->temps.v[temp];
  if (kind == DEF_ANN_ASSIGN && (place->flags & (PLACE_BOUND | PLACE_DECLARED)))
    place->flags |= PLACE_REDECLARED;
  if (flags & DEF_BINDS)
    place->flags |= place->flags & PLACE_BOUND ? PLACE_REASSIGNED : PLACE_BOUND;
  if (flags & DEF_DECLARES) place->flags |= PLACE_DECLARED;
  if (kind == DEF_DELETE) place->flags |= PLACE_BOUND;
  if (b->in_loop) flags |= DEF_IN_LOOP;
  if (kind == DEF_ANN_ASSIGN && node < b->handler_end) flags |= DEF_IN_HANDLER;
  vec_push(&b->defs, b->scratch,
           (Def){.kind = (uint8_t)kind,
                 .flags = (uint8_t)flags,
                 .scope = b->scope,
                 .place = {temp},
                 .node = {node},
                 .target = {target}});
  vec_push(&b->def_key, b->scratch, target ? target : node);
  vec_push(&b->def_track, b->scratch, temp);
  return (DefId){id};
}

/* The scope whose symbol a name stored in the current scope is. */
static ScopeId binding_scope(const Builder *b, DefKind kind) {
  ScopeId s = b->scope;
  if (kind == DEF_NAMED_EXPR)
    while (b->scopes.v[s.v].kind == SCOPE_COMPREHENSION)
      s = b->scopes.v[s.v].parent;
  return s;
}

static DefId define(Builder *b, DefKind kind, uint32_t node, uint32_t target,
                    NameId name, uint32_t flags) {
  uint32_t temp = scope_symbol(b, binding_scope(b, kind), name);
  return add_def(b, kind, node, target, flags, temp);
}

static uint32_t binder_flags(const Builder *b, uint32_t target) {
  uint32_t flags = target < b->unpack_end ? DEF_IN_UNPACK : 0;
  if (b->binder.kind == DEF_ANN_ASSIGN) {
    const AstNode *n = node_at(b, b->binder.node);
    return DEF_DECLARES | (n->c || b->ast->is_stub ? DEF_BINDS : 0);
  }
  return b->binder.kind == DEF_DELETE ? 0 : flags | DEF_BINDS;
}

static void scan_name(Builder *b, uint32_t i, AstNode *n) {
  NameId name = {n->a};
  if (n->op == EXPR_LOAD) {
    uint32_t temp = scope_symbol(b, b->scope, name);
    b->temps.v[temp].flags |= PLACE_USED;
    n->b = temp | TEMP_MARK;
    return;
  }
  n->b = define(b, b->binder.kind, b->binder.node, i, name,
                binder_flags(b, i)).v;
}

/* A stored or deleted attribute or subscript. */
static void scan_member_store(Builder *b, uint32_t i, AstNode *n) {
  uint32_t place = place_of_expr(b, i);
  n->c = 0;
  if (place && n->kind == AST_Subscript)
    b->temps.v[b->temps.v[place].parent.v].flags |= PLACE_ITEMS_STORED;
  if (n->op == EXPR_STORE && place) {
    n->c = add_def(b, b->binder.kind, b->binder.node, i, binder_flags(b, i),
                   place).v;
    return;
  }
  uint32_t items = !place && n->kind == AST_Subscript;
  if (items) place = place_of_expr(b, n->a);
  if (!place) return;
  if (items) b->temps.v[place].flags |= PLACE_ITEMS_CHANGE;
  vec_push(&b->forgets, b->scratch, i);
  vec_push(&b->forgets, b->scratch, place << 1 | items);
}

/* `setattr(x, name, value)`, the name not written there; `x.update(...)`. */
static void scan_call(Builder *b, const AstNode *n) {
  const AstNode *callee = node_at(b, n->a);
  if (callee->kind == AST_Attribute && callee->b == NAME_update) {
    uint32_t place = place_of_expr(b, callee->a);
    if (place) b->temps.v[place].flags |= PLACE_ITEMS_CHANGE;
  }
  if (callee->kind != AST_Name || callee->a != NAME_setattr) return;
  NodeList args = node_list(b, n->b);
  if (args.n != 3 || node_at(b, args.v[0])->kind != AST_Name ||
      node_at(b, args.v[1])->kind == AST_Str)
    return;
  vec_push(&b->setattrs, b->scratch, b->scope.v);
  vec_push(&b->setattrs, b->scratch, node_at(b, args.v[0])->a);
}

/* ---- tests -------------------------------------------------------------- */

/* Makes places of the members that a test may narrow. */
static void scan_test(Builder *b, uint32_t node) {
  while (node && node_at(b, node)->kind == AST_UnaryOp &&
         node_at(b, node)->op == UNARY_NOT)
    node = node_at(b, node)->a;
  if (!node || node_at(b, node)->kind == AST_BoolOp) return;
  PlaceList places = {.n = 0};
  predicate_places(b, node, &places);
}

static void scan_tests(Builder *b, uint32_t extra) {
  NodeList list = node_list(b, extra);
  for (uint32_t i = 0; i < list.n; i++) scan_test(b, list.v[i]);
}

/* ---- functions, lambdas, classes, type aliases -------------------------- */

static void scan_type_params(Builder *b, uint32_t extra) {
  NodeList list = node_list(b, extra);
  for (uint32_t i = 0; i < list.n; i++) {
    const AstNode *n = node_at(b, list.v[i]);
    define(b, DEF_TYPE_PARAM, list.v[i], 0, (NameId){n->a},
           DEF_BINDS | DEF_DECLARES);
    scan_node(b, n->b);
    scan_node(b, n->c);
  }
}

/* Parameters belong to `inner`, annotations to `notes`, defaults to where the
 * def stands. */
static void scan_params(Builder *b, uint32_t extra, ScopeId inner,
                        ScopeId notes) {
  ScopeId outer = b->scope;
  NodeList list = node_list(b, extra);
  for (uint32_t i = 0; i < list.n; i++) {
    const AstNode *n = node_at(b, list.v[i]);
    bool in_loop = b->in_loop;
    b->in_loop = false;
    b->scope = inner;
    if (n->a) {
      define(b, DEF_PARAM, list.v[i], 0, (NameId){n->a},
             DEF_BINDS | (n->b ? DEF_DECLARES : 0));
      uint32_t temp = scope_symbol(b, inner, (NameId){n->a});
      b->temps.v[temp].flags |= PLACE_PARAM;
    }
    b->in_loop = in_loop;
    b->scope = notes;
    scan_node(b, n->b);
    b->scope = outer;
    scan_node(b, n->c);
  }
}

/* Scans a scope's body, in which no loop of the outside counts. */
static void scan_inner(Builder *b, ScopeId scope, uint32_t i, uint32_t end) {
  ScopeId outer = b->scope;
  bool in_loop = b->in_loop;
  b->in_loop = false;
  b->scope = scope;
  scan(b, i, end);
  b->scope = outer;
  b->in_loop = in_loop;
}

/* First node of a list, or `none` when it is empty. */
static uint32_t list_first(const Builder *b, uint32_t extra, uint32_t none) {
  NodeList list = node_list(b, extra);
  return list.n ? list.v[0] : none;
}

static uint32_t list_last_end(const Builder *b, uint32_t extra, uint32_t none) {
  NodeList list = node_list(b, extra);
  return list.n ? node_end(b, list.v[list.n - 1]) : none;
}

static void scan_function(Builder *b, uint32_t i) {
  const AstFunction *f = ast_function(b->ast, (NodeId){i});
  ScopeId outer = b->scope, notes = outer, around = b->around;
  uint32_t end = node_end(b, i);
  define(b, DEF_FUNCTION, i, 0, f->name, DEF_BINDS | DEF_DECLARES);
  scan_list(b, f->decorators);
  uint32_t first = list_last_end(b, f->decorators, i + 1);
  if (f->type_params) {
    notes = open_scope(b, SCOPE_TYPE_PARAMS, i, first, outer);
    b->scope = notes;
    scan_type_params(b, f->type_params);
    b->scope = outer;
    first = list_last_end(b, f->type_params, first);
  }
  ScopeId inner = open_scope(b, SCOPE_FUNCTION, i, first, notes);
  Scope *scope = &b->scopes.v[inner.v];
  scope->name = f->name;
  if (node_at(b, i)->op & 1) scope->flags |= SCOPE_ASYNC;
  scan_params(b, f->params, inner, notes);
  b->scope = notes;
  scan_node(b, f->returns.v);
  b->scope = outer;
  scan_inner(b, inner, list_first(b, f->body, end), end);
  b->around = around;
}

static void scan_class(Builder *b, uint32_t i) {
  const AstClass *c = ast_class(b->ast, (NodeId){i});
  ScopeId outer = b->scope, notes = outer, around = b->around;
  uint32_t end = node_end(b, i);
  define(b, DEF_CLASS, i, 0, c->name, DEF_BINDS | DEF_DECLARES);
  scan_list(b, c->decorators);
  if (c->type_params) {
    uint32_t first = list_first(b, c->type_params, end);
    notes = open_scope(b, SCOPE_TYPE_PARAMS, i, first, outer);
    b->scope = notes;
    scan_type_params(b, c->type_params);
  }
  scan_list(b, c->args);
  b->scope = outer;
  uint32_t body = list_first(b, c->body, end);
  ScopeId inner = open_scope(b, SCOPE_CLASS, i, body, notes);
  b->scopes.v[inner.v].name = c->name;
  scan_inner(b, inner, body, end);
  b->around = around;
}

static void scan_type_alias(Builder *b, uint32_t i) {
  AstNode n = *node_at(b, i);
  ScopeId outer = b->scope, notes = outer, around = b->around;
  Binder saved = b->binder;
  b->binder = (Binder){DEF_TYPE_ALIAS, i};
  AstNode *name = &b->nodes[n.a];
  if (name->kind == AST_Name)
    name->b = define(b, DEF_TYPE_ALIAS, i, n.a, (NameId){name->a},
                     DEF_BINDS | DEF_DECLARES).v;
  else
    scan_node(b, n.a);
  b->binder = saved;
  if (n.b) {
    uint32_t first = list_first(b, n.b, n.c);
    notes = open_scope(b, SCOPE_TYPE_PARAMS, i, first, outer);
    b->scope = notes;
    scan_type_params(b, n.b);
    b->scope = outer;
  }
  ScopeId inner = open_scope(b, SCOPE_TYPE_ALIAS, i, n.c, notes);
  scan_inner(b, inner, n.c, node_end(b, n.c));
  b->around = around;
}

static void scan_lambda(Builder *b, uint32_t i) {
  AstNode n = *node_at(b, i);
  vec_push(&b->complex, b->scratch, i);
  ScopeId around = b->around;
  ScopeId inner = open_scope(b, SCOPE_LAMBDA, i, i + 1, b->scope);
  scan_params(b, n.a, inner, inner);
  scan_inner(b, inner, n.b, node_end(b, n.b));
  b->around = around;
}

/* ---- comprehensions and loops ------------------------------------------- */

static void scan_target(Builder *b, DefKind kind, uint32_t node,
                        uint32_t target) {
  Binder saved = b->binder;
  b->binder = (Binder){kind, node};
  scan_node(b, target);
  b->binder = saved;
}

static void scan_comprehension(Builder *b, uint32_t i) {
  AstNode n = *node_at(b, i);
  ScopeId outer = b->scope, around = b->around;
  bool in_loop = b->in_loop;
  vec_push(&b->complex, b->scratch, i);
  ScopeId inner = open_scope(b, SCOPE_COMPREHENSION, i, i + 1, outer);
  b->scope = inner;
  b->in_loop = true;
  scan_node(b, n.a);
  NodeList list = node_list(b, n.b);
  for (uint32_t k = 0; k < list.n; k++) {
    AstNode c = *node_at(b, list.v[k]);
    if (c.op & 1) b->scopes.v[inner.v].flags |= SCOPE_ASYNC;
    scan_target(b, DEF_COMPREHENSION, list.v[k], c.a);
    if (k == 0) b->scope = outer;
    scan_node(b, c.b);
    b->scope = inner;
    scan_tests(b, c.c);
    scan_list(b, c.c);
  }
  b->scope = outer;
  b->around = around;
  b->in_loop = in_loop;
}

static void scan_loop_body(Builder *b, uint32_t body) {
  bool in_loop = b->in_loop;
  b->in_loop = true;
  scan_list(b, body);
  b->in_loop = in_loop;
}

static void scan_for(Builder *b, uint32_t i) {
  const AstFor *f = ast_for(b->ast, (NodeId){i});
  bool in_loop = b->in_loop;
  b->in_loop = true;
  scan_target(b, DEF_FOR, i, f->target.v);
  b->in_loop = in_loop;
  scan_node(b, f->iter.v);
  scan_loop_body(b, f->body);
  scan_list(b, f->orelse);
}

static void scan_while(Builder *b, uint32_t i) {
  AstNode n = *node_at(b, i);
  scan_test(b, n.a);
  bool in_loop = b->in_loop;
  b->in_loop = true;
  scan_node(b, n.a);
  b->in_loop = in_loop;
  scan_loop_body(b, n.b);
  scan_list(b, n.c);
}

/* ---- imports, handlers, patterns, declarations -------------------------- */

static void scan_import(Builder *b, uint32_t i) {
  NodeList list = node_list(b, node_at(b, i)->a);
  for (uint32_t k = 0; k < list.n; k++) {
    const AstNode *alias = node_at(b, list.v[k]);
    NameId name = {alias->b ? alias->b : alias->a};
    Str text = name_text(name);
    uint32_t dot = alias->b ? STR_NONE : str_find_byte(text, '.');
    if (dot != STR_NONE) name = name_intern(str_slice(text, 0, dot));
    define(b, DEF_IMPORT, list.v[k], 0, name, DEF_BINDS);
  }
}

static void scan_import_from(Builder *b, uint32_t i) {
  AstNode n = *node_at(b, i);
  if (n.op & 1) b->scopes.v[b->scope.v].flags |= SCOPE_STAR_IMPORT;
  bool future = n.a && n.c == 0 &&
                str_eq(name_text((NameId){n.a}), STR("__future__"));
  NodeList list = node_list(b, n.b);
  for (uint32_t k = 0; k < list.n; k++) {
    const AstNode *alias = node_at(b, list.v[k]);
    if (future && str_eq(name_text((NameId){alias->a}), STR("annotations")))
      b->scopes.v[1].flags |= SCOPE_FUTURE_ANNOTATIONS;
    NameId name = {alias->b ? alias->b : alias->a};
    define(b, DEF_IMPORT_FROM, list.v[k], 0, name, DEF_BINDS);
  }
}

static void scan_handler(Builder *b, uint32_t i) {
  AstNode n = *node_at(b, i);
  AstHandler *h = (AstHandler *)(void *)&b->ast->extra[n.a];
  h->def = (DefId){0};
  b->handler_end = MAX(b->handler_end, node_end(b, i));
  if (n.b)
    h->def = define(b, DEF_EXCEPT, i, 0, (NameId){n.b},
                    DEF_BINDS | DEF_LOCAL_TO_EXCEPT);
}

/* MatchAs and MatchMapping bind after what they hold. */
static void scan_capture(Builder *b, uint32_t node, uint32_t name) {
  if (name) scan_target(b, DEF_MATCH, node, name);
}

static void scan_pattern(Builder *b, uint32_t i) {
  AstNode n = *node_at(b, i);
  if (n.kind == AST_MatchAs) {
    scan_node(b, n.a);
    scan_capture(b, i, n.b);
  } else if (n.kind == AST_MatchMapping) {
    scan_list(b, n.a);
    scan_capture(b, i, n.b);
  } else {
    scan_capture(b, i, n.a);
  }
}

/* What Python's compiler says of a misplaced declaration. */
static void report_declaration(Builder *b, const AstNode *n, uint32_t flags,
                               uint32_t flag) {
  Span span = {n->start, n->end};
  Str name = name_text((NameId){n->a});
  const char *word = flag == PLACE_GLOBAL ? "global" : "nonlocal";
  if (flags & (PLACE_GLOBAL | PLACE_NONLOCAL) & ~flag)
    diag_add(b->diags, RULE_INVALID_SYNTAX, span,
             "name `%" PRIstr "` is nonlocal and global", STR_ARG(name));
  else if (flags & PLACE_PARAM)
    diag_add(b->diags, RULE_INVALID_SYNTAX, span,
             "name `%" PRIstr "` is parameter and %s", STR_ARG(name), word);
  else if (flags & (PLACE_BOUND | PLACE_DECLARED | PLACE_USED))
    diag_add(b->diags, RULE_INVALID_SYNTAX, span,
             "name `%" PRIstr "` is %s before its %s declaration",
             STR_ARG(name), flags & PLACE_BOUND ? "assigned" : "used", word);
}

/* `x: T` where x is not of this scope. */
static void report_annotation(Builder *b, const AstNode *assign) {
  const AstNode *target = node_at(b, assign->a);
  if (target->kind != AST_Name || assign->op) return; /* in parentheses */
  uint32_t temp = scope_symbol(b, b->scope, (NameId){target->a});
  uint32_t flags = b->temps.v[temp].flags & (PLACE_GLOBAL | PLACE_NONLOCAL);
  if (UNLIKELY(flags))
    diag_add(b->diags, RULE_INVALID_SYNTAX, (Span){target->start, target->end},
             "annotated name `%" PRIstr "` cannot be %s",
             STR_ARG(name_text((NameId){target->a})),
             flags & PLACE_GLOBAL ? "global" : "nonlocal");
}

static void declare(Builder *b, uint32_t i, uint32_t flag) {
  NodeList list = node_list(b, node_at(b, i)->a);
  bool module = b->scope.v == 1; /* `nonlocal` there is reported by parse */
  if (module && flag == PLACE_NONLOCAL) return;
  for (uint32_t k = 0; k < list.n; k++) {
    const AstNode *n = node_at(b, list.v[k]);
    uint32_t temp = scope_symbol(b, b->scope, (NameId){n->a});
    uint32_t flags = b->temps.v[temp].flags;
    report_declaration(b, n, flags, flag);
    if (!(flags & PLACE_PARAM) && !module) b->temps.v[temp].flags |= (uint8_t)flag;
  }
}

static void scan_yield(Builder *b, uint32_t i) {
  vec_push(&b->complex, b->scratch, i);
  for (ScopeId s = b->scope; s.v; s = b->scopes.v[s.v].parent) {
    ScopeKind kind = (ScopeKind)b->scopes.v[s.v].kind;
    if (kind != SCOPE_FUNCTION && kind != SCOPE_LAMBDA) continue;
    b->scopes.v[s.v].flags |= SCOPE_GENERATOR;
    return;
  }
}

/* ---- the scan ----------------------------------------------------------- */

/* Kinds that scan their own pieces; true when `i` is one. */
static bool scan_whole(Builder *b, uint32_t i, AstKind kind) {
  switch (kind) {
  case AST_FunctionDef: scan_function(b, i); return true;
  case AST_ClassDef: scan_class(b, i); return true;
  case AST_TypeAlias: scan_type_alias(b, i); return true;
  case AST_Lambda: scan_lambda(b, i); return true;
  case AST_ListComp:
  case AST_SetComp:
  case AST_GeneratorExp:
  case AST_DictComp: scan_comprehension(b, i); return true;
  case AST_For: scan_for(b, i); return true;
  case AST_While: scan_while(b, i); return true;
  case AST_Import: scan_import(b, i); return true;
  case AST_ImportFrom: scan_import_from(b, i); return true;
  case AST_MatchAs:
  case AST_MatchMapping:
  case AST_MatchStar: scan_pattern(b, i); return true;
  case AST_Global: declare(b, i, PLACE_GLOBAL); return true;
  case AST_Nonlocal: declare(b, i, PLACE_NONLOCAL); return true;
  case AST_NamedExpr:
    vec_push(&b->complex, b->scratch, i);
    scan_target(b, DEF_NAMED_EXPR, i, node_at(b, i)->a);
    scan_node(b, node_at(b, i)->b);
    return true;
  case AST_WithItem:
    scan_node(b, node_at(b, i)->a);
    scan_target(b, DEF_WITH, i, node_at(b, i)->b);
    return true;
  default: return false;
  }
}

static void scan(Builder *b, uint32_t i, uint32_t end) {
  for (; i < end; i++) {
    AstNode *n = &b->nodes[i];
    switch (n->kind) {
    case AST_Name: scan_name(b, i, n); continue;
    case AST_Attribute:
    case AST_Subscript:
      if (n->op != EXPR_LOAD) scan_member_store(b, i, n);
      continue;
    case AST_Call: scan_call(b, n); continue;
    case AST_Tuple:
    case AST_List:
      if ((n->op & 3) == EXPR_STORE)
        b->unpack_end = MAX(b->unpack_end, node_end(b, i));
      continue;
    case AST_Assign: b->binder = (Binder){DEF_ASSIGN, i}; continue;
    case AST_AugAssign: b->binder = (Binder){DEF_AUG_ASSIGN, i}; continue;
    case AST_AnnAssign:
      b->binder = (Binder){DEF_ANN_ASSIGN, i};
      report_annotation(b, n);
      continue;
    case AST_Delete: b->binder = (Binder){DEF_DELETE, i}; continue;
    case AST_IfClause:
    case AST_IfExp:
    case AST_Assert:
      if (n->kind == AST_IfExp) vec_push(&b->complex, b->scratch, i);
      scan_test(b, n->a);
      continue;
    case AST_Match: {
      PlaceList places;
      predicate_subject(b, n->a, &places);
      continue;
    }
    case AST_MatchCase: scan_test(b, n->b); continue;
    case AST_BoolOp:
      vec_push(&b->complex, b->scratch, i);
      scan_tests(b, n->a);
      continue;
    case AST_Yield:
    case AST_YieldFrom: scan_yield(b, i); continue;
    case AST_ExceptHandler: scan_handler(b, i); continue;
    default:
      if (scan_whole(b, i, (AstKind)n->kind)) i = node_end(b, i) - 1;
    }
  }
}

void scope_scan_module(Builder *b) {
  vec_push(&b->scopes, b->scratch, (Scope){0});
  vec_push(&b->temps, b->scratch, (Place){0});
  vec_push(&b->defs, b->scratch, (Def){0});
  vec_push(&b->def_key, b->scratch, 0u);
  vec_push(&b->def_track, b->scratch, 0u);
  vec_push(&b->scopes, b->scratch,
           (Scope){.kind = SCOPE_MODULE, .node = {1}, .first = {2}});
  b->scope = b->around = (ScopeId){1};
  scan(b, 2, b->ast->node_count);
}
