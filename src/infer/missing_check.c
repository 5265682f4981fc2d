/* missing_check.c - attributes that a class body binds only under a condition.
 *
 * Python runs a class body as it runs a function: `if flag: x = 1` leaves the
 * class without x where flag is false.  An attribute may then be missing unless
 * a method assigns it, a later class of the MRO has it, or `__getattr__` or a
 * base of which nothing is known answers for it.  The same holds for methods that
 * statements and operators call.  Asked only where the rule is on.
 */
#include "infer/check.h"
#include "infer/class.h"
#include "infer/infer_int.h"

typedef enum { OWN_NONE, OWN_MAYBE, OWN_SURE } Own;

/* What a class itself says of the name. */
static Own own_presence(Ctx *ctx, ClassId id, NameId name) {
  const ClassInfo *info = class_at(id);
  ClassMember member = class_own_member(ctx->worker, id, name);
  if (type_is_null(member.type)) return OWN_NONE;
  if (info->scope.v == 0) return OWN_SURE;
  ModuleState *m = module_state(ctx->worker, info->module);
  PlaceId place = index_symbol(m->index, info->scope, name);
  uint32_t implicit;
  index_implicit(m->index, info->scope, name, &implicit);
  if (place.v == 0 || implicit || m->index->places[place.v].end.v == 0)
    return OWN_SURE;
  Ctx there = ctx_quiet(ctx->worker, m, info->scope);
  uint32_t qualifiers;
  unqualified(flow_type(&there, m->index->places[place.v].end), &qualifiers);
  return qualifiers & QUALIFIER_POSSIBLY_UNBOUND ? OWN_MAYBE : OWN_SURE;
}

/* Whether instances of the class may be without the attribute, which is found
 * nowhere but in bodies that may not bind it. */
static bool may_be_missing(Ctx *ctx, ClassId id, NameId name) {
  World *world = ctx->world;
  TypeId mro = class_mro(world, id);
  if (type_kind(mro) != TYPE_KIND_LIST) return false;
  TypeSpan entries = type_args(mro);
  bool maybe = false;
  for (uint32_t i = 0; i < entries.n; i++) {
    TypeId nominal = world_nominal_fallback(world, entries.v[i]);
    if (type_is_null(nominal) || type_kind(nominal) != TYPE_KIND_INSTANCE)
      return false;
    Own own = own_presence(ctx, type_class(nominal), name);
    if (own == OWN_SURE) return false;
    maybe |= own == OWN_MAYBE;
  }
  return maybe;
}

bool may_lack_dunders(Ctx *ctx, Rule rule, TypeId object) {
  if (!ctx_reports(ctx, rule) || type_kind(object) != TYPE_KIND_INSTANCE)
    return false;
  const ClassInfo *info = class_at(type_class(object));
  return info->module.v &&
         !modules_at(ctx->worker->infer->modules, info->module)->is_stub;
}

bool check_dunder_missing(Ctx *ctx, Rule rule, TypeId object, NameId name) {
  return may_lack_dunders(ctx, rule, object) &&
         may_be_missing(ctx, type_class(object), name);
}

void check_possibly_missing(Ctx *ctx, TypeId object, NameId name,
                            NodeId node) {
  if (!ctx_reports(ctx, RULE_POSSIBLY_MISSING_ATTRIBUTE)) return;
  World *world = ctx->world;
  object = alias_expand(world, object);
  TypeSpan members = union_members(world, &object);
  for (uint32_t i = 0; i < members.n; i++) {
    TypeId m = alias_expand(world, members.v[i]);
    TypeKind kind = type_kind(m);
    if (kind == TYPE_KIND_CLASS || kind == TYPE_KIND_GENERIC_ALIAS)
      m = world_instance_unknown(world, type_class(m));
    if (type_kind(m) != TYPE_KIND_INSTANCE) continue;
    NameId hook = NAME_ID(dunder_getattr);
    if (!type_is_null(class_lookup(ctx->worker, m, hook, 0).type)) continue;
    if (!may_be_missing(ctx, type_class(m), name)) continue;
    ctx_report(ctx, RULE_POSSIBLY_MISSING_ATTRIBUTE, node,
               "Attribute `%" PRIstr "` may be missing on object of type `%s`",
               STR_ARG(name_text(name)), display_short(world, object));
    return;
  }
}
