/* generic_check.c - uses of generic classes that leave a type variable without
 * a meaning: an instance variable of type T read through the class object, and
 * a type argument that no scope binds.
 *
 * Source: typing spec, "Generics: instantiating generic classes and type
 * erasure", "scoping rules for type variables".
 */
#include "infer/check.h"
#include "infer/class.h"
#include "infer/typevar.h"

/* A variable (no descriptor) of the class or a base, with a type parameter of
 * the class in its type. */
static bool is_generic_variable(Ctx *ctx, ClassId id, NameId name) {
  World *world = ctx->world;
  TypeId self = world_instance_identity(world, id);
  ClassMember m = class_lookup(ctx->worker, self, name, 0);
  if (type_is_null(m.type) || m.dynamic || !m.declared || !m.is_instance ||
      !type_has(m.type, TYPE_HAS_TYPE_VAR))
    return false;
  const ClassInfo *info = class_at(id);
  TypeVarScope scope = {info->module, info->node};
  TypeVec vars = {0};
  typevar_collect(ctx->scratch, m.type, typevar_is_of, &scope, &vars);
  return vars.n && type_is_null(attr_dunder(ctx->worker, m.type,
                                            NAME_ID(dunder_get)));
}

bool check_generic_attribute(Ctx *ctx, TypeId object, NameId name,
                             NodeId node) {
  TypeKind kind = type_kind(object);
  if ((kind != TYPE_KIND_CLASS && kind != TYPE_KIND_GENERIC_ALIAS) ||
      !ctx_reports(ctx, RULE_INVALID_ATTRIBUTE_ACCESS) ||
      !is_generic_variable(ctx, type_class(object), name))
    return false;
  ctx_report(ctx, RULE_INVALID_ATTRIBUTE_ACCESS, node,
             "Instance variable `%" PRIstr "` of generic class `%" PRIstr
             "` cannot be accessed through the class",
             STR_ARG(name_text(name)),
             STR_ARG(name_text(class_at(type_class(object))->name)));
  return true;
}

void check_generic_call(Ctx *ctx, NodeId callee, TypeId object) {
  if (type_kind(object) != TYPE_KIND_GENERIC_ALIAS ||
      ast_kind(ctx->ast, callee) != AST_Subscript ||
      !type_has(object, TYPE_HAS_TYPE_VAR) ||
      !ctx_reports(ctx, RULE_UNBOUND_TYPE_VARIABLE))
    return;
  TypeVec vars = {0};
  typevar_collect(ctx->scratch, object, typevar_is_free, NULL, &vars);
  if (vars.n == 0) return;
  ctx_report(ctx, RULE_UNBOUND_TYPE_VARIABLE, callee,
             "Type variable `%" PRIstr
             "` is not bound to any outer generic context",
             STR_ARG(name_text(type_var_view(vars.v[0]).name)));
}
