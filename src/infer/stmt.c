/* stmt.c - checking a body: one walk over its statements, in order.
 *
 * Each expression of the body is inferred once in a reporting context.  What the walk
 * computes for a definition is published, so that later uses find it.  A
 * statement that cannot be reached reports nothing; reveal_type still answers.
 * Nested functions are checked behind the body that they stand in.
 */
#include "base/panic.h"
#include "infer/check.h"
#include "infer/class.h"
#include "infer/expr_int.h"
#include "infer/func.h"
#include "infer/narrow_int.h"
#include "infer/partial_container.h"
#include "infer/special/special.h"
#include "infer/stmt_int.h"

static bool check_statement(Ctx *ctx, NodeId node, bool was_reached);

void stmt_check_body(Ctx *ctx, uint32_t list) {
  NodeList statements = ast_list(ctx->ast, list);
  bool reached = true; /* the first that is not is reported */
  for (uint32_t i = 0; i < statements.n; i++)
    reached = check_statement(ctx, ast_item(statements, i), reached);
}

/* ---- definitions whose value the walk knows --------------------------------------- */

/* The value of an undeclared plain name is what was just inferred. */
static void publish_name(Ctx *ctx, NodeId target, TypeId value) {
  if (ast_kind(ctx->ast, target) != AST_Name ||
      ast_at(ctx->ast, target)->op != EXPR_STORE || query_running(ctx->worker))
    return;
  /* The walk sees Never where nothing gets to; a query does not ask. */
  if (ctx->unreachable) return;
  DefId def = {ast_at(ctx->ast, target)->b};
  if (def.v == 0) return;
  const Def *d = &ctx->index->defs[def.v];
  if (d->kind != DEF_ASSIGN || (d->flags & DEF_IN_UNPACK) || d->place.v == 0)
    return;
  if (ctx->index->places[d->place.v].flags & PLACE_DECLARED) return;
  if (!type_is_null(query_peek(QUERY_DEF_TYPE, ctx->module, def.v))) return;
  /* Whether it comes to this depends on who asked before: nothing is counted. */
  Ctx quiet = expr_quiet(ctx);
  if (!type_is_null(special_assignment_value(&quiet, def))) return;
  query_publish(ctx->worker, QUERY_DEF_TYPE, ctx->module, def.v, value);
}

/* ---- simple statements ---------------------------------------------------------------- */

/* The type of an empty container that is bound to a name, by its uses. */
static TypeId assign_completed(Ctx *ctx, NodeId target) {
  const AstNode *n = ast_at(ctx->ast, target);
  bool is = n->kind == AST_Name && n->op == EXPR_STORE && n->b != 0;
  return is ? container_completed(ctx, (DefId){n->b}) : TYPE_NULL;
}

static void check_assign(Ctx *ctx, NodeId node) {
  const AstNode *n = ast_at(ctx->ast, node);
  NodeList targets = ast_list(ctx->ast, n->a);
  NodeId value_node = {n->b};
  TypeId expected = assign_expected(ctx, ast_item(targets, 0), value_node);
  TypeId completed = type_is_null(expected)
                         ? assign_completed(ctx, ast_item(targets, 0))
                         : TYPE_NULL;
  TypeId value = expr_infer(
      ctx, value_node, type_is_null(completed) ? expected : completed);
  if (!type_is_null(completed)) value = completed;
  for (uint32_t i = 0; i < targets.n; i++) {
    NodeId target = ast_item(targets, i);
    if (type_is_null(expected) && targets.n == 1)
      publish_name(ctx, target, value);
    assign_check(ctx, target, value, value_node);
  }
}

/* `x: T` behind bindings of x that do not fit. */
static void check_declaration(Ctx *ctx, NodeId target, TypeId declared) {
  if (ast_kind(ctx->ast, target) != AST_Name || type_is_null(declared) ||
      !ctx_reports(ctx, RULE_INVALID_DECLARATION))
    return;
  const Def *def = &ctx->index->defs[ast_at(ctx->ast, target)->b];
  const Place *place = &ctx->index->places[def->place.v];
  if (!(place->flags & PLACE_REDECLARED) || !(place->flags & PLACE_BOUND) ||
      def->prev.v == 0 || ctx->module->module->is_stub ||
      ctx->index->flows[def->prev.v].kind == FLOW_GLOBAL)
    return;
  uint32_t qualifiers;
  TypeId bound = unqualified(flow_type(ctx, def->prev), &qualifiers);
  if ((qualifiers & QUALIFIER_UNBOUND) ||
      relate_assignable(ctx->world, bound, declared))
    return;
  ctx_report(ctx, RULE_INVALID_DECLARATION, target,
             "Cannot declare type `%s` for inferred type `%s`",
             display_short(ctx->world, declared),
             display_short(ctx->world, bound));
}

static void check_ann_assign(Ctx *ctx, NodeId node) {
  const AstNode *n = ast_at(ctx->ast, node);
  NodeId target = {n->a}, annotation = {n->b}, value_node = {n->c};
  uint32_t where = ANNOT_VARIABLE;
  if (ctx->module->module->is_stub || ctx->index->future_annotations ||
      python_at_least(ctx->worker->infer->options->python_version, 3, 14))
    where |= ANNOT_DEFERRED;
  TypeId qualified = annot_qualified(ctx, annotation, where);
  uint32_t qualifiers;
  TypeId declared = unqualified(qualified, &qualifiers);
  check_final_declaration(ctx, node, qualifiers);
  if (type_kind(qualified) == TYPE_KIND_QUALIFIED &&
      !(qualifiers & QUALIFIER_DECLARED))
    declared = TYPE_NULL;
  bool is_name = ast_kind(ctx->ast, target) == AST_Name;
  if (!is_name)
    expr_infer(ctx, (NodeId){ast_at(ctx->ast, target)->a}, TYPE_NULL);
  if (value_node.v == 0) {
    if (!is_name)
      check_annotated_target(ctx, target, annotation, TYPE_NULL);
    check_declaration(ctx, target, declared);
    return;
  }
  if (!type_is_null(declared) &&
      type_kind(declared) == TYPE_KIND_SPECIAL_FORM) {
    /* X: TypeAlias = ... */
    annot_type(ctx, value_node, ANNOT_ALIAS | ANNOT_DEFERRED);
    check_explicit_alias(ctx, node);
    return;
  }
  if (ast_kind(ctx->ast, value_node) == AST_Ellipsis &&
      ctx->module->module->is_stub)
    return;
  TypeId value = expr_infer(ctx, value_node, declared);
  if (!is_name) check_annotated_target(ctx, target, annotation, value);
  if (!type_is_null(declared) &&
      !relate_assignable(ctx->world, value, declared)) {
    const char *a, *b;
    if (!ctx_reports(ctx, RULE_INVALID_ASSIGNMENT)) return;
    DefId def = {0};
    if (ast_kind(ctx->ast, target) == AST_Name)
      def = (DefId){ast_at(ctx->ast, target)->b};
    /* Fields of dataclasses take what field() and descriptors give. */
    if (def.v && type_is_dynamic(value)) return;
    display_pair(ctx->world, value, declared, &a, &b);
    ctx_report(ctx, RULE_INVALID_ASSIGNMENT, value_node,
               "Object of type `%s` is not assignable to `%s`", a, b);
    note_why(ctx, value, declared);
  }
}

static void check_aug_assign(Ctx *ctx, NodeId node) {
  const AstNode *n = ast_at(ctx->ast, node);
  NodeId target = {n->a};
  TypeId left;
  DefId def = {0};
  AstKind kind = ast_kind(ctx->ast, target);
  if (kind == AST_Name) {
    def = (DefId){ast_at(ctx->ast, target)->b};
    uint32_t qualifiers = 0;
    left = TYPE(UNKNOWN);
    if (def.v && ctx->index->defs[def.v].prev.v)
      left = unqualified(flow_type(ctx, ctx->index->defs[def.v].prev),
                         &qualifiers);
    if (qualifiers & QUALIFIER_UNBOUND) {
      ctx_report(ctx, RULE_UNRESOLVED_REFERENCE, target,
                 "Name `%" PRIstr "` used when not defined",
                 STR_ARG(ast_text(ctx->ast, target)));
      left = TYPE(UNKNOWN);
    }
  } else {
    DefId member = {ast_at(ctx->ast, target)->c};
    if (member.v && ctx->index->defs[member.v].prev.v) {
      left = unqualified(flow_type(ctx, ctx->index->defs[member.v].prev), NULL);
    } else {
      left = expr_target_value(ctx, target);
    }
  }
  TypeId value =
      expr_augmented(ctx, (Operator)n->op, left, (NodeId){n->b}, node);
  if (kind == AST_Name) assign_check(ctx, target, value, node);
  if (kind == AST_Attribute) check_attribute_restore(ctx, target, value);
  if (kind == AST_Subscript) check_subscript_restore(ctx, target, value);
}

/* A value of which nothing is known ends up in a type that promises something:
 * from here on nobody asks any more. */
static void check_unsound_return(Ctx *ctx, TypeId value, TypeId want,
                                 NodeId node) {
  if (!ctx_reports(ctx, RULE_UNSOUND_RETURN_STATEMENT) ||
      !type_is_dynamic(value) || type_eq(want, TYPE_KNOWN(object)) ||
      type_has(want, TYPE_HAS_ANY | TYPE_HAS_UNKNOWN | TYPE_HAS_DIVERGENT))
    return;
  ctx_report(ctx, RULE_UNSOUND_RETURN_STATEMENT, node,
             "Unsound return statement: `%s` is not a subtype of `%s`",
             display_short(ctx->world, value), display_short(ctx->world, want));
}

static void check_return(Ctx *ctx, NodeId node) {
  const AstNode *n = ast_at(ctx->ast, node);
  NodeId value_node = {n->a};
  const Scope *scope = &ctx->index->scopes[ctx->scope.v];
  DefId def = {0}; /* outside a function it is an error of syntax */
  if (scope->kind == SCOPE_FUNCTION)
    def = func_def_of_scope(ctx->module, ctx->scope);
  TypeId want = def.v ? func_expected_return(ctx, def) : TYPE_NULL;
  TypeId value = value_node.v ? expr_infer(ctx, value_node, want)
                              : world_known(ctx->world, KNOWN_NoneType);
  bool never = type_eq(want, TYPE(NEVER));
  if (type_is_null(want) ||
      !ctx_reports(ctx, never ? RULE_NORETURN_RETURNS : RULE_INVALID_RETURN_TYPE))
    return;
  if (relate_assignable(ctx->world, value, want)) {
    if (!never) check_unsound_return(ctx, value, want, value_node);
    return;
  }
  /* What an operator's method declines by; it takes no part in the type. */
  if (!never && type_eq(value, TYPE_KNOWN(NotImplementedType))) return;
  if (never) {
    ctx_report(ctx, RULE_NORETURN_RETURNS, value_node.v ? value_node : node,
               "Function returns `%s`, but is declared to never return",
               display_short(ctx->world, value));
    return;
  }
  const char *a, *b;
  display_pair(ctx->world, want, value, &a, &b);
  ctx_report(ctx, RULE_INVALID_RETURN_TYPE, value_node.v ? value_node : node,
             "Return type does not match returned value: expected `%s`, found "
             "`%s`",
             a, b);
  note_why(ctx, value, want);
}

/* reveal_type(x) and assert_type(x, T) hand their argument back. */
static bool is_question(const Ast *ast, NodeId call) {
  const AstNode *func = ast_at(ast, (NodeId){ast_at(ast, call)->a});
  NameId name = {0};
  if (func->kind == AST_Name) name = (NameId){func->a};
  if (func->kind == AST_Attribute) name = (NameId){func->b};
  return name.v && (name_is(name, NAME_reveal_type) ||
                    str_is(name_text(name), "assert_type"));
}

/* A coroutine that nobody gets hold of. */
static void check_thrown_away(Ctx *ctx, NodeId value, TypeId t) {
  AstKind kind = ast_kind(ctx->ast, value);
  if (kind == AST_IfExp) {
    const AstNode *n = ast_at(ctx->ast, value);
    Ctx quiet = expr_quiet(ctx);
    check_thrown_away(ctx, (NodeId){n->b}, expr_infer(&quiet, (NodeId){n->b}, TYPE_NULL));
    check_thrown_away(ctx, (NodeId){n->c}, expr_infer(&quiet, (NodeId){n->c}, TYPE_NULL));
    return;
  }
  if (kind == AST_Call && type_kind(t) == TYPE_KIND_INSTANCE &&
      (class_is(type_class(t), KNOWN_CoroutineType) ||
       class_is(type_class(t), KNOWN_Coroutine)) &&
      !is_question(ctx->ast, value))
    ctx_report(ctx, RULE_UNUSED_AWAITABLE, value,
               "Object of type `%s` is not awaited",
               display_short(ctx->world, t));
}

static void check_expr_stmt(Ctx *ctx, NodeId node) {
  NodeId value = {ast_at(ctx->ast, node)->a};
  AstKind kind = ast_kind(ctx->ast, value);
  if (kind == AST_Str || kind == AST_Ellipsis) return; /* docstrings */
  check_thrown_away(ctx, value, expr_infer(ctx, value, TYPE_NULL));
}

/* ---- compound statements ------------------------------------------------------------------- */

static void check_condition(Ctx *ctx, NodeId test) {
  check_test(ctx, expr_infer(ctx, test, TYPE_NULL), test);
}

static void check_if(Ctx *ctx, NodeId node) {
  NodeList clauses = ast_list(ctx->ast, ast_at(ctx->ast, node)->a);
  for (uint32_t i = 0; i < clauses.n; i++) {
    const AstNode *clause = ast_at(ctx->ast, ast_item(clauses, i));
    if (clause->a) check_condition(ctx, (NodeId){clause->a});
    stmt_check_body(ctx, clause->b);
  }
}

static void check_for(Ctx *ctx, NodeId node) {
  const AstFor *loop = ast_for(ctx->ast, node);
  bool is_async = ast_at(ctx->ast, node)->op == 1;
  TypeId iterable = expr_infer(ctx, loop->iter, TYPE_NULL);
  TypeId item = expr_iterate(ctx, iterable, loop->iter, is_async);
  assign_check(ctx, loop->target, item, ID_NONE(NodeId));
  ctx->loops++;
  stmt_check_body(ctx, loop->body);
  ctx->loops--;
  stmt_check_body(ctx, loop->orelse);
}

static void check_with(Ctx *ctx, NodeId node) {
  const AstNode *n = ast_at(ctx->ast, node);
  NodeList items = ast_list(ctx->ast, n->a);
  for (uint32_t i = 0; i < items.n; i++) {
    const AstNode *item = ast_at(ctx->ast, ast_item(items, i));
    NodeId context = {item->a};
    TypeId manager = expr_infer(ctx, context, TYPE_NULL);
    TypeId entered = expr_enter(ctx, manager, n->op == 1, context);
    if (item->b)
      assign_check(ctx, (NodeId){item->b}, entered, ID_NONE(NodeId));
  }
  stmt_check_body(ctx, n->b);
}

static void check_try(Ctx *ctx, NodeId node) {
  const AstTry *try_ = ast_try(ctx->ast, node);
  bool is_group = ast_at(ctx->ast, node)->op == 1; /* except* */
  stmt_check_body(ctx, try_->body);
  NodeList handlers = ast_list(ctx->ast, try_->handlers);
  check_handler_order(ctx, handlers);
  for (uint32_t i = 0; i < handlers.n; i++) {
    const AstHandler *handler = ast_handler(ctx->ast, ast_item(handlers, i));
    if (handler->type.v) check_handler(ctx, handler->type, is_group);
    stmt_check_body(ctx, handler->body);
  }
  stmt_check_body(ctx, try_->orelse);
  stmt_check_body(ctx, try_->final);
}

/* Values and classes inside a pattern. */
static void check_pattern(Ctx *ctx, NodeId node) {
  const AstNode *n = ast_at(ctx->ast, node);
  switch ((AstKind)n->kind) {
    case AST_MatchValue: expr_infer(ctx, (NodeId){n->a}, TYPE_NULL); return;
    case AST_MatchClass: {
      TypeId target = expr_infer(ctx, (NodeId){n->a}, TYPE_NULL);
      pattern_check_class(ctx, node, target);
      check_class_pattern(ctx, (NodeId){n->a}, target);
      NodeList list = ast_list(ctx->ast, n->b);
      for (uint32_t i = 0; i < list.n; i++)
        check_pattern(ctx, ast_item(list, i));
      return;
    }
    case AST_MatchKeyword: check_pattern(ctx, (NodeId){n->b}); return;
    case AST_MatchItem:
      expr_infer(ctx, (NodeId){n->a}, TYPE_NULL);
      check_pattern(ctx, (NodeId){n->b});
      return;
    case AST_MatchSequence:
    case AST_MatchOr:
    case AST_MatchMapping: {
      NodeList list = ast_list(ctx->ast, n->a);
      for (uint32_t i = 0; i < list.n; i++)
        check_pattern(ctx, ast_item(list, i));
      return;
    }
    case AST_MatchAs:
      if (n->a) check_pattern(ctx, (NodeId){n->a});
      return;
    default: return;
  }
}

/* The predicate of a case. */
static PredId case_predicate(const Index *index, NodeId node) {
  for (uint32_t i = 1; i < index->pred_count; i++)
    if (index->preds[i].kind == PRED_PATTERN && index->preds[i].node.v == node.v)
      return (PredId){i};
  return (PredId){0};
}

/* What the subject may still be behind the last case. */
static void check_exhaustive(Ctx *ctx, NodeId node) {
  const AstNode *n = ast_at(ctx->ast, node);
  NodeList cases = ast_list(ctx->ast, n->b);
  if (cases.n == 0 || !ctx_reports(ctx, RULE_NON_EXHAUSTIVE_MATCH)) return;
  PredId last = {0};
  for (uint32_t i = 0; i < cases.n; i++) {
    const AstNode *c = ast_at(ctx->ast, ast_item(cases, i));
    PredId pred = case_predicate(ctx->index, ast_item(cases, i));
    if (pred.v == 0) return;
    last = pred;
    if (c->b == 0 && pred_truth(ctx, pred) == TRUTH_ALWAYS) return;
  }
  const AstNode *c = ast_at(ctx->ast, ast_item(cases, cases.n - 1));
  TypeId left = pred_subject(ctx, last);
  if (c->b == 0) left = pattern_narrow(ctx, (NodeId){c->a}, left, false);
  if (type_eq(left, TYPE(NEVER)) || type_is_dynamic(left)) return;
  ctx_report(ctx, RULE_NON_EXHAUSTIVE_MATCH, (NodeId){n->a},
             "This match does not cover every case: `%s` is left",
             display_short(ctx->world, left));
}

static void check_match(Ctx *ctx, NodeId node) {
  const AstNode *n = ast_at(ctx->ast, node);
  expr_infer(ctx, (NodeId){n->a}, TYPE_NULL);
  NodeList cases = ast_list(ctx->ast, n->b);
  for (uint32_t i = 0; i < cases.n; i++) {
    const AstNode *c = ast_at(ctx->ast, ast_item(cases, i));
    check_pattern(ctx, (NodeId){c->a});
    if (c->b) check_condition(ctx, (NodeId){c->b});
    stmt_check_body(ctx, c->c);
  }
  check_exhaustive(ctx, node);
}

/* ---- classes and functions --------------------------------------------------------------------- */

static void check_class(Ctx *ctx, NodeId node) {
  const AstClass *c = ast_class(ctx->ast, node);
  DefId def = func_def_of_node(ctx->module, node);
  if (def.v) {
    class_check(ctx, def);
    check_redefinition(ctx, def);
  }
  Ctx inner = *ctx;
  inner.scope = index_scope_of(ctx->index, node);
  inner.loops = 0;
  stmt_check_body(&inner, c->body);
}

/* Functions that stand in a function are checked behind its body. */
static void check_nested(Ctx *ctx, ScopeId scope) {
  const Index *index = ctx->index;
  uint32_t end = ast_end(ctx->ast, index->scopes[scope.v].node).v;
  for (uint32_t s = scope.v + 1; s < index->scope_count; s++) {
    if (index->scopes[s].node.v >= end) break;
    if (index->scopes[s].kind != SCOPE_FUNCTION) continue;
    /* Its nearest function around is this one. */
    ScopeId around = index->scopes[s].parent;
    while (around.v && index->scopes[around.v].kind != SCOPE_FUNCTION)
      around = index->scopes[around.v].parent;
    if (around.v != scope.v) continue;
    Ctx inner = *ctx;
    check_function_body(&inner, (ScopeId){s});
  }
}

void check_function_body(Ctx *ctx, ScopeId scope) {
  NodeId node = ctx->index->scopes[scope.v].node;
  const AstFunction *function = ast_function(ctx->ast, node);
  DefId def = func_def_of_scope(ctx->module, scope);
  if (def.v && (func_flags(ctx->worker, ctx->module, def) &
                FUNC_NO_TYPE_CHECK))
    return;
  bool outer = ctx->unreachable;
  ScopeId lives = ctx->lives;
  ctx->scope = scope;
  if (reach_truth(ctx, index_reach_at(ctx->index, node), REACH_ID_ALWAYS) ==
      TRUTH_NEVER) {
    ctx->unreachable = true;
    ctx->lives = scope;
  }
  stmt_check_body(ctx, function->body);
  if (def.v) check_implicit_return(ctx, scope, def);
  check_final_names(ctx, scope);
  check_unknown_variables(ctx, scope);
  check_nested(ctx, scope);
  ctx->unreachable = outer;
  ctx->lives = lives;
}

void check_module_body(Ctx *ctx) {
  ctx->scope = (ScopeId){1};
  stmt_check_body(ctx, ast_at(ctx->ast, (NodeId){1})->a);
  check_final_names(ctx, ctx->scope);
  check_exports(ctx);
  check_unknown_variables(ctx, ctx->scope);
}

/* ---- dispatch ------------------------------------------------------------------------------------- */

static void dispatch(Ctx *ctx, NodeId node) {
  const AstNode *n = ast_at(ctx->ast, node);
  switch ((AstKind)n->kind) {
    case AST_FunctionDef: check_function_header(ctx, node); return;
    case AST_ClassDef: check_class(ctx, node); return;
    case AST_Return: check_return(ctx, node); return;
    case AST_Delete: check_delete(ctx, node); return;
    case AST_Assign: check_assign(ctx, node); return;
    case AST_TypeAlias: {
      check_type_alias(ctx, node);
      return;
    }
    case AST_AugAssign: check_aug_assign(ctx, node); return;
    case AST_AnnAssign: check_ann_assign(ctx, node); return;
    case AST_For: check_for(ctx, node); return;
    case AST_While:
      check_condition(ctx, (NodeId){n->a});
      ctx->loops++;
      stmt_check_body(ctx, n->b);
      ctx->loops--;
      stmt_check_body(ctx, n->c);
      return;
    case AST_If: check_if(ctx, node); return;
    case AST_With: check_with(ctx, node); return;
    case AST_Match: check_match(ctx, node); return;
    case AST_Raise: check_raise(ctx, node); return;
    case AST_Try: check_try(ctx, node); return;
    case AST_Assert:
      check_assert(ctx, expr_infer(ctx, (NodeId){n->a}, TYPE_NULL),
                   (NodeId){n->a});
      if (n->b) expr_infer(ctx, (NodeId){n->b}, TYPE_NULL);
      return;
    case AST_Import: check_import(ctx, node); return;
    case AST_ImportFrom: check_import_from(ctx, node); return;
    case AST_Global: check_global(ctx, node); return;
    case AST_ExprStmt: check_expr_stmt(ctx, node); return;
    case AST_ErrorStmt: {
      NodeList parts = ast_list(ctx->ast, n->a);
      for (uint32_t i = 0; i < parts.n; i++) {
        AstKind kind = ast_kind(ctx->ast, ast_item(parts, i));
        if (ast_is_expr(kind)) expr_infer(ctx, ast_item(parts, i), TYPE_NULL);
        else if (ast_is_stmt(kind)) check_statement(ctx, ast_item(parts, i), false);
      }
      return;
    }
    default: return;
  }
}

/* Whether it can be reached. */
static bool check_statement(Ctx *ctx, NodeId node, bool was_reached) {
  STACK_GUARD();
  bool outer = ctx->unreachable;
  ScopeId lives = ctx->lives;
  ArenaMark mark = arena_mark(ctx->scratch);
  if (!outer || lives.v) {
    ReachId reach = index_reach_at(ctx->index, node);
    if (reach_truth(ctx, reach, REACH_ID_ALWAYS) == TRUTH_NEVER) {
      if (was_reached && !outer) check_unreachable(ctx, node, reach);
      ctx->unreachable = true;
      ctx->lives = ID_NONE(ScopeId);
    }
  }
  dispatch(ctx, node);
  bool reached = !ctx->unreachable;
  ctx->unreachable = outer;
  ctx->lives = lives;
  arena_reset_to(ctx->scratch, mark);
  return reached;
}
