/* newtype.c - NewType.  Typing spec, "aliases.html#newtype". */
#include "infer/special/special.h"

TypeId newtype_call(Ctx *ctx, NodeId call, TypeId callee, DefId def) {
  NameId name =
      special_string(ctx->ast, special_argument(ctx->ast, call, 0, "name"));
  if (name.v == 0) return TYPE_NULL;
  NodeId base = special_argument(ctx->ast, call, 1, "tp");
  if (base.v && ctx_reports(ctx, RULE_INVALID_NEWTYPE)) {
    TypeId t = alias_expand(ctx->world, annot_type(ctx, base, 0));
    TypeKind kind = type_kind(t);
    bool class_like = kind == TYPE_KIND_INSTANCE || kind == TYPE_KIND_TUPLE ||
                      kind == TYPE_KIND_NEW_TYPE || type_is_dynamic(t) ||
                      (type_union_flags(t) & (UNION_FLOAT | UNION_COMPLEX));
    if (!class_like)
      ctx_report(ctx, RULE_INVALID_NEWTYPE, base,
                 "The base of a NewType must be a class, not `%s`",
                 display_short(ctx->world, t));
  }
  return type_known_value(KNOWN_VALUE_NEW_TYPE,
                          type_new_type(ctx->module->id, def, name));
}

TypeId newtype_constructor(World *world, TypeId new_type) {
  TypeId base = world->new_type_base(world, new_type);
  Param item = special_param(name_intern(STR("item")), base,
                             PARAM_POSITIONAL_ONLY, false);
  return type_callable(&item, 1, new_type, TYPE(EMPTY_LIST), 0);
}
