/* typeddict_access.c - items of TypedDicts by key: read, stored, deleted.
 * Typing spec, "typeddict.html#operations". */
#include "infer/class.h"
#include "infer/special/special.h"

ClassId typeddict_class(World *world, TypeId t) {
  if (type_kind(t) != TYPE_KIND_INSTANCE) return (ClassId){0};
  ClassId id = type_class(t);
  return class_flags(world, id) & CLASS_TYPED_DICT ? id : (ClassId){0};
}

Member typeddict_item_of(InferWorker *worker, TypeId instance, NameId name) {
  Member m = typeddict_item(worker, type_class(instance), name);
  if (type_is_null(m.type)) {
    bool read_only;
    TypeId extra = typeddict_extra(worker, type_class(instance), &read_only);
    if (type_is_null(extra) || type_eq(extra, TYPE(NEVER))) return m;
    m = (Member){.name = name, .type = extra, .flags = MEMBER_NOT_REQUIRED};
    if (read_only) m.flags |= MEMBER_READ_ONLY;
  }
  if (!type_is_null(m.type) && type_args(instance).n)
    m.type = subst(&worker->world, m.type,
                   subst_mapping_of(&worker->world, instance));
  return m;
}

/* ---- keys that are no literals ---------------------------------------------------- */

bool typeddict_is_dict(World *world, TypeId t, TypeId *value) {
  Member extra = world->typed_dict_extra(world, type_class(t));
  if (type_is_null(extra.type) || type_eq(extra.type, TYPE(NEVER)) ||
      (extra.flags & MEMBER_READ_ONLY))
    return false;
  *value = subst(world, extra.type, subst_mapping_of(world, t));
  TypeId args[2] = {TYPE_KNOWN(str), *value};
  TypeId dict = type_instance(CLASS_ID(dict), (TypeSpan){args, 2});
  return relate_assignable(world, t, dict);
}

TypeId typeddict_values(InferWorker *worker, TypeId t) {
  World *world = &worker->world;
  ClassId id = type_class(t);
  TypeId extra = world->typed_dict_extra(world, id).type;
  if (type_is_null(extra)) return TYPE_NULL;
  NameVec names = {0};
  typeddict_names(worker, id, &names);
  UnionBuilder *builder = union_begin(world);
  for (uint32_t i = 0; i < names.n; i++)
    union_add(builder, typeddict_item(worker, id, names.v[i]).type);
  union_add(builder, extra);
  return subst(world, union_end(builder), subst_mapping_of(world, t));
}

static void report_key(Ctx *ctx, TypeId object, TypeId key, NodeId node) {
  if (node.v)
    ctx_report(ctx, RULE_INVALID_KEY, node,
               "TypedDict `%s` takes only string literals as keys here, not "
               "`%s`",
               display_short(ctx->world, object),
               display_short(ctx->world, key));
}

/* object[key] where key is not known; null: no string at all. */
static TypeId get_unknown_key(Ctx *ctx, TypeId object, TypeId key,
                              NodeId node) {
  TypeId all = typeddict_values(ctx->worker, object);
  if (type_is_dynamic(key)) return type_is_null(all) ? TYPE(UNKNOWN) : all;
  if (!relate_assignable(ctx->world, key, TYPE_KNOWN(str))) return TYPE_NULL;
  if (!type_is_null(all)) return all;
  report_key(ctx, object, key, node);
  return TYPE(UNKNOWN);
}

/* ---- reading ---------------------------------------------------------------------- */

/* object[key] for one key. */
static TypeId get_one(Ctx *ctx, TypeId object, TypeId key, NodeId node) {
  if (type_kind(key) != TYPE_KIND_LITERAL_STR)
    return get_unknown_key(ctx, object, key, node);
  Member m = typeddict_item_of(ctx->worker, object, type_name(key));
  if (!type_is_null(m.type)) return m.type;
  if (node.v)
    ctx_report(ctx, RULE_INVALID_KEY, node,
               "Unknown key \"%" PRIstr "\" for TypedDict `%s`",
               STR_ARG(name_text(type_name(key))),
               display_short(ctx->world, object));
  return TYPE(UNKNOWN);
}

TypeId typed_dict_get(Ctx *ctx, TypeId object, TypeId key, NodeId node) {
  if (typeddict_class(ctx->world, object).v == 0) return TYPE_NULL;
  TypeId store = key;
  TypeSpan keys = union_members(ctx->world, &store);
  UnionBuilder *builder = union_begin(ctx->world);
  bool known = true;
  for (uint32_t i = 0; i < keys.n && known; i++) {
    TypeId t = get_one(ctx, object, keys.v[i], node);
    known = !type_is_null(t);
    if (known) union_add(builder, t);
  }
  TypeId result = union_end(builder);
  return known ? result : TYPE_NULL;
}

/* ---- storing and deleting ------------------------------------------------------------ */

static void report_delete(Ctx *ctx, TypeId object, const char *what, Str name,
                          NodeId target) {
  ctx_report(ctx, RULE_INVALID_ARGUMENT_TYPE, target,
             "Cannot delete %s key \"%" PRIstr "\" of TypedDict `%s`", what,
             STR_ARG(name), display_short(ctx->world, object));
}

/* A store or del under one literal key that the item does not allow. */
static bool check_item_store(Ctx *ctx, TypeId object, NameId key,
                             NodeId target, bool is_delete) {
  Member m = typeddict_item_of(ctx->worker, object, key);
  Str name = name_text(key);
  if (type_is_null(m.type)) {
    if (is_delete) report_delete(ctx, object, "unknown", name, target);
    return is_delete;
  }
  if (m.flags & MEMBER_READ_ONLY) {
    ctx_report(ctx, RULE_INVALID_ASSIGNMENT, target,
               "Cannot %s key \"%" PRIstr
               "\" of TypedDict `%s`: it is marked as read-only",
               is_delete ? "delete" : "assign to", STR_ARG(name),
               display_short(ctx->world, object));
    return true;
  }
  if (!is_delete || (m.flags & MEMBER_NOT_REQUIRED)) return false;
  report_delete(ctx, object, "required", name, target);
  return true;
}

bool typed_dict_check_store(Ctx *ctx, TypeId object, TypeId key, NodeId target,
                            bool is_delete) {
  if (typeddict_class(ctx->world, object).v == 0) return false;
  TypeSpan keys = union_members(ctx->world, &key);
  bool reported = false;
  for (uint32_t i = 0; i < keys.n; i++) {
    TypeId value;
    if (type_is_dynamic(keys.v[i])) continue;
    if (type_kind(keys.v[i]) == TYPE_KIND_LITERAL_STR) {
      reported |= check_item_store(ctx, object, type_name(keys.v[i]), target,
                                   is_delete);
    } else if (!relate_assignable(ctx->world, keys.v[i], TYPE_KNOWN(str)) ||
               !typeddict_is_dict(ctx->world, object, &value)) {
      report_key(ctx, object, keys.v[i], target);
      reported = true;
    }
  }
  return reported;
}
