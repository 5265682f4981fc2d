/* type_argument_check.c - generic classes and aliases without type arguments.
 *
 * `list` in a type expression, or as a base, is `list[Unknown]`: what is put in is
 * not checked any more (rule missing-type-argument, off by default).  A name is
 * reported when some of its parameters have no default; `type` is not.
 */
#include "infer/alias.h"
#include "infer/annot.h"
#include "infer/check.h"
#include "infer/class.h"
#include "infer/typevar.h"

static bool needs_argument(World *world, TypeSpan params) {
  for (uint32_t i = 0; i < params.n; i++)
    if (type_is_null(world->type_var_bounds(world, params.v[i]).default_type))
      return true;
  return false;
}

static bool is_generic_alias(Ctx *ctx, TypeId value) {
  TypeId inner = type_inner(value);
  switch (type_known_value_kind(value)) {
  case KNOWN_VALUE_TYPE_ALIAS: {
    if (type_kind(inner) != TYPE_KIND_TYPE_ALIAS || type_args(inner).n)
      return false;
    ModuleState *m = module_state(ctx->worker, type_module_id(inner));
    return needs_argument(
        ctx->world,
        type_args(alias_type_params(ctx->worker, m, type_def(inner))));
  }
  case KNOWN_VALUE_UNION:
  case KNOWN_VALUE_ANNOTATION:
    return !type_eq(typevar_erase_free(ctx->world, inner), inner);
  default: return false;
  }
}

static bool lacks_arguments(Ctx *ctx, TypeId value) {
  switch (type_kind(value)) {
  case TYPE_KIND_CLASS: {
    if (class_is(type_class(value), KNOWN_tuple)) return true;
    TypeId params = class_type_params(ctx->world, type_class(value));
    return type_kind(params) == TYPE_KIND_LIST &&
           needs_argument(ctx->world, type_args(params));
  }
  case TYPE_KIND_SPECIAL_FORM: {
    SpecialForm form = type_form(value);
    return form == FORM_CALLABLE || form == FORM_TUPLE ||
           annot_collection(form).v != 0;
  }
  case TYPE_KIND_GENERIC_ALIAS:
    return !type_eq(typevar_erase_free(ctx->world, value), value);
  case TYPE_KIND_KNOWN_VALUE: return is_generic_alias(ctx, value);
  default: return false;
  }
}

void check_type_arguments(Ctx *ctx, TypeId value, NodeId node) {
  AstKind kind = ast_kind(ctx->ast, node);
  if ((kind != AST_Name && kind != AST_Attribute) ||
      !ctx_reports(ctx, RULE_MISSING_TYPE_ARGUMENT) ||
      !lacks_arguments(ctx, value))
    return;
  const AstNode *n = ast_at(ctx->ast, node);
  NameId name = {kind == AST_Name ? n->a : n->b};
  ctx_report(ctx, RULE_MISSING_TYPE_ARGUMENT, node,
             "Generic `%" PRIstr "` has no type arguments",
             STR_ARG(name_text(name)));
}
