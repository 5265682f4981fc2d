/* newtype.c - NewType.  Typing spec, "aliases.html#newtype". */
#include "infer/special/special.h"

static void check_call(Ctx *ctx, NodeId call) {
  NodeList args = ast_list(ctx->ast, ast_at(ctx->ast, call)->b);
  if (args.n != 2)
    ctx_report(ctx, RULE_INVALID_NEWTYPE, call,
               "NewType takes a name and a base, got %u argument%s", args.n,
               args.n == 1 ? "" : "s");
  NodeId base = special_argument(ctx->ast, call, 1, "tp");
  if (base.v == 0) return;
  TypeId t = alias_expand(ctx->world, annot_type(ctx, base, 0));
  TypeKind kind = type_kind(t);
  const char *problem = NULL;
  if (kind == TYPE_KIND_INSTANCE) {
    uint32_t flags = class_flags(ctx->world, type_class(t));
    if (flags & CLASS_PROTOCOL) problem = "a protocol";
    if (flags & CLASS_TYPED_DICT) problem = "a TypedDict";
  } else if (kind != TYPE_KIND_TUPLE && kind != TYPE_KIND_NEW_TYPE &&
             kind != TYPE_KIND_UNKNOWN && kind != TYPE_KIND_DIVERGENT &&
             !type_eq(t, type_subclass_of(TYPE(UNKNOWN))) &&
             !type_eq(t, type_float_annotation()) &&
             !type_eq(t, type_complex_annotation())) {
    problem = display_short(ctx->world, t);
  }
  if (type_has(t, TYPE_HAS_TYPE_VAR)) problem = "a generic type";
  if (problem)
    ctx_report(ctx, RULE_INVALID_NEWTYPE, base,
               "The base of a NewType must be a proper class, not %s", problem);
}

void newtype_check_name(Ctx *ctx, NodeId call) {
  NodeId name = special_argument(ctx->ast, call, 0, "name");
  if (name.v && special_string(ctx->ast, name).v == 0)
    ctx_report(ctx, RULE_INVALID_NEWTYPE, name,
               "The name of a NewType must be a string literal");
}

TypeId newtype_call(Ctx *ctx, NodeId call, TypeId callee, DefId def) {
  NameId name =
      special_string(ctx->ast, special_argument(ctx->ast, call, 0, "name"));
  if (name.v == 0) return TYPE_NULL;
  if (ctx_reports(ctx, RULE_INVALID_NEWTYPE)) check_call(ctx, call);
  return type_known_value(KNOWN_VALUE_NEW_TYPE,
                          type_new_type(ctx->module->id, def, name));
}

TypeId newtype_constructor(World *world, TypeId new_type) {
  TypeId base = world->new_type_base(world, new_type);
  Param item = special_param(name_intern(STR("item")), base,
                             PARAM_POSITIONAL_ONLY, false);
  return type_callable(&item, 1, new_type, TYPE(EMPTY_LIST), 0);
}
