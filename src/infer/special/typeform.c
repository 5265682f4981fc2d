/* typeform.c - expressions that are read as type forms: TypeForm[T].
 *
 * Where a TypeForm is wanted, an expression that is a valid type expression is
 * one, whatever else its value may be: `str | None`, list[int], None, "int".  So it
 * is evaluated a second time, as an annotation is, into a list of diagnostics of
 * its own: when that stays empty, the expression is valid.
 *
 * Source: typing spec, "type-forms.html".
 */
#include "infer/annot.h"
#include "infer/expr_int.h"
#include "infer/special/special.h"
#include <string.h>

TypeId typeform_wanted(TypeId expected) {
  TypeKind kind = type_kind(expected);
  if (kind == TYPE_KIND_TYPE_FORM) return expected;
  if (kind != TYPE_KIND_UNION ||
      (type_union_flags(expected) & UNION_ALL_LITERALS))
    return TYPE_NULL;
  TypeSpan members = type_members(expected);
  for (uint32_t i = 0; i < members.n; i++)
    if (type_kind(members.v[i]) == TYPE_KIND_TYPE_FORM) return members.v[i];
  return TYPE_NULL;
}

/* Kinds of expressions that can be type expressions. */
static bool may_be_type(const Ctx *ctx, NodeId node) {
  const AstNode *n = ast_at(ctx->ast, node);
  switch ((AstKind)n->kind) {
  case AST_Name:
  case AST_Attribute:
  case AST_Subscript:
  case AST_None:
  case AST_Str: return true;
  case AST_BinOp: return n->op == OP_BITOR;
  default: return false;
  }
}

/* The type that the expression means; null when it is no type expression. */
static TypeId evaluate(const Ctx *ctx, NodeId node) {
  static const Rule rules[] = {
      RULE_INVALID_TYPE_FORM, RULE_UNRESOLVED_REFERENCE,
      RULE_UNRESOLVED_ATTRIBUTE, RULE_UNBOUND_TYPE_VARIABLE,
      RULE_INVALID_TYPE_ARGUMENTS,
      RULE_INVALID_SYNTAX_IN_FORWARD_ANNOTATION,
      RULE_ESCAPE_CHARACTER_IN_FORWARD_ANNOTATION};
  uint8_t *levels = ARENA_ARRAY(ctx->scratch, uint8_t, RULE_COUNT);
  memset(levels, SEVERITY_IGNORE, RULE_COUNT);
  for (size_t i = 0; i < ARRAY_LEN(rules); i++)
    levels[rules[i]] = SEVERITY_ERROR;
  DiagList found = {.arena = ctx->scratch, .levels = levels};
  Ctx inner = *ctx;
  inner.diags = &found;
  inner.counts = NULL;
  inner.unreachable = false;
  TypeId t = annot_type(&inner, node, 0);
  return found.items.n ? TYPE_NULL : t;
}

/* The value is one of the union's members that are no type forms. */
static bool fits_others(Ctx *ctx, TypeId natural, TypeId expected) {
  TypeSpan members = type_members(expected);
  for (uint32_t i = 0; i < members.n; i++)
    if (type_kind(members.v[i]) != TYPE_KIND_TYPE_FORM &&
        relate_assignable(ctx->world, natural, members.v[i]))
      return true;
  return false;
}

TypeId typeform_implicit(Ctx *ctx, NodeId node, TypeId expected,
                         TypeId natural) {
  TypeId form = typeform_wanted(expected);
  if (type_is_null(form) || !may_be_type(ctx, node)) return natural;
  /* A variable that holds a type form, or a class that is not known. */
  if (type_is_dynamic(natural) || type_kind(natural) == TYPE_KIND_TYPE_FORM ||
      type_kind(natural) == TYPE_KIND_SUBCLASS_OF)
    return natural;
  /* Of str | TypeForm[T] a string is the first. */
  if (!type_eq(form, expected) && fits_others(ctx, natural, expected))
    return natural;
  TypeId t = evaluate(ctx, node);
  if (type_is_null(t)) return natural;
  return type_is_dynamic(type_inner(form)) ? form : type_form_of(t);
}

TypeId typeform_call(Ctx *ctx, NodeId call) {
  NodeList args = ast_list(ctx->ast, ast_at(ctx->ast, call)->b);
  NodeId node = args.n == 1 ? ast_item(args, 0) : (NodeId){0};
  if (node.v == 0 || ast_kind(ctx->ast, node) == AST_Keyword ||
      ast_kind(ctx->ast, node) == AST_Starred) {
    ctx_report(ctx,
               args.n ? RULE_TOO_MANY_POSITIONAL_ARGUMENTS
                      : RULE_MISSING_ARGUMENT,
               call, "`TypeForm` takes exactly one type expression");
    return type_form_of(TYPE(UNKNOWN));
  }
  return type_form_of(annot_type(ctx, node, 0));
}
