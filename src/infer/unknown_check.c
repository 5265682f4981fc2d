/* unknown_check.c - parameters, variables and attributes of which the type, or a
 * part of it, is Unknown.
 *
 * Unknown is what nobody has said and nothing tells: it is silent everywhere else,
 * so whoever wants to be sure that a checker sees all asks for these rules.  Any,
 * which someone has written, is never reported.
 *
 * Not reported: self and cls; a parameter whose default tells more than None;
 * an empty display ([] and {}), which later code fills; the type of a function
 * behind its name, which its parameters are reported for.
 */
#include "infer/check.h"
#include "infer/queries.h"

static void report(Ctx *ctx, Rule rule, NodeId node, const char *what,
                   NameId name, TypeId t) {
  if (type_kind(t) == TYPE_KIND_UNKNOWN)
    ctx_report(ctx, rule, node, "Type of %s `%" PRIstr "` is unknown", what,
               STR_ARG(name_text(name)));
  else
    ctx_report(ctx, rule, node,
               "Type of %s `%" PRIstr "` is partly unknown: `%s`", what,
               STR_ARG(name_text(name)), display_short(ctx->world, t));
}

/* ---- parameters ---------------------------------------------------------------- */

/* The type of a parameter without annotation as its default tells it. */
static TypeId told_by_default(World *world, TypeId t) {
  TypeSpan members = union_members(world, &t);
  UnionBuilder *builder = union_begin(world);
  for (uint32_t i = 0; i < members.n; i++)
    if (!type_is_dynamic(members.v[i])) union_add(builder, members.v[i]);
  return union_end(builder);
}

void check_unknown_parameter(Ctx *ctx, NodeId node, const Param *param) {
  TypeId t = param->type;
  if (!ctx_reports(ctx, RULE_UNKNOWN_PARAMETER) ||
      !type_has(t, TYPE_HAS_UNKNOWN))
    return;
  NameId name = {ast_at(ctx->ast, node)->a};
  if (!(param->flags & PARAM_ANNOTATED) && (param->flags & PARAM_HAS_DEFAULT)) {
    TypeId told = told_by_default(ctx->world, t);
    if (!type_eq(told, TYPE(NEVER)) && !type_eq(told, TYPE_KNOWN(NoneType)) &&
        !type_has(told, TYPE_HAS_UNKNOWN))
      return;
  }
  report(ctx, RULE_UNKNOWN_PARAMETER, node, "parameter", name, t);
}

/* ---- variables -------------------------------------------------------------------- */

static bool is_variable(const Def *def) {
  switch ((DefKind)def->kind) {
  case DEF_ASSIGN:
  case DEF_FOR:
  case DEF_WITH:
  case DEF_COMPREHENSION:
  case DEF_NAMED_EXPR:
  case DEF_EXCEPT:
  case DEF_MATCH: return true;
  default: return false;
  }
}

static bool is_empty_display(const Ast *ast, const Def *def) {
  if (def->kind != DEF_ASSIGN || (def->flags & DEF_IN_UNPACK)) return false;
  const AstNode *value = ast_at(ast, (NodeId){ast_at(ast, def->node)->b});
  return (value->kind == AST_List || value->kind == AST_Dict) &&
         ast_list(ast, value->a).n == 0;
}

/* Of `except E as e` the E: the name has no node, and the clause is long. */
static NodeId place_of_def(const Ast *ast, const Def *def) {
  if (def->target.v) return def->target;
  NodeId caught = {def->kind == DEF_EXCEPT ? ast_handler(ast, def->node)->type.v
                                           : 0};
  return caught.v ? caught : def->node;
}

static void check_place(Ctx *ctx, const Place *place) {
  const Index *index = ctx->module->index;
  if (place->kind != PLACE_SYMBOL || (place->flags & PLACE_DECLARED) ||
      name_is(place->name, NAME_underscore))
    return;
  for (DefId d = place->first_def; d.v; d = index->defs[d.v].next) {
    const Def *def = &index->defs[d.v];
    if (!is_variable(def) || is_empty_display(ctx->ast, def) ||
        reach_truth(ctx, def->reach, REACH_ID_ALWAYS) == TRUTH_NEVER)
      continue;
    uint32_t qualifiers;
    TypeId t =
        unqualified(def_type(ctx->worker, ctx->module, d), &qualifiers);
    if (type_has(t, TYPE_HAS_UNKNOWN))
      report(ctx, RULE_UNKNOWN_VARIABLE, place_of_def(ctx->ast, def),
             "variable", place->name, t);
  }
}

static void check_places(Ctx *ctx, ScopeId scope) {
  const Index *index = ctx->module->index;
  const Scope *s = &index->scopes[scope.v];
  for (uint32_t p = s->place_begin; p < s->place_end; p++)
    check_place(ctx, &index->places[p]);
}

void check_unknown_variables(Ctx *ctx, ScopeId scope) {
  if (!ctx_reports(ctx, RULE_UNKNOWN_VARIABLE)) return;
  check_places(ctx, scope);
  /* Comprehensions that stand in it. */
  const Index *index = ctx->module->index;
  uint32_t end = ast_end(ctx->ast, index->scopes[scope.v].node).v;
  for (uint32_t s = scope.v + 1; s < index->scope_count; s++) {
    if (index->scopes[s].node.v >= end) break;
    if (index->scopes[s].kind != SCOPE_COMPREHENSION) continue;
    ScopeId around = index->scopes[s].parent;
    while (around.v && (index->scopes[around.v].kind == SCOPE_COMPREHENSION ||
                        index->scopes[around.v].kind == SCOPE_LAMBDA))
      around = index->scopes[around.v].parent;
    if (around.v == scope.v) check_places(ctx, (ScopeId){s});
  }
}

/* ---- attributes ---------------------------------------------------------------------- */

void check_unknown_member(Ctx *ctx, NodeId node, TypeId t) {
  if (!ctx_reports(ctx, RULE_UNKNOWN_MEMBER) || ctx->in_string ||
      !type_has(t, TYPE_HAS_UNKNOWN))
    return;
  report(ctx, RULE_UNKNOWN_MEMBER, node, "attribute",
         (NameId){ast_at(ctx->ast, node)->b}, t);
}
