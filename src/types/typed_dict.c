/* typed_dict.c - structural relations of TypedDicts.
 *
 * A TypedDict has its items and, for every other key, an item that nothing
 * requires: that of extra_items=, Never when it is closed, and read-only
 * object when its class says nothing.  Two TypedDicts are compared item by
 * item, named ones of both sides against each other or the other's extra item.
 *
 * Sources: typing spec, "typeddict.html" (assignability, "Interaction with
 * Mapping[str, VT]", "Interaction with dict[str, VT]").
 */
#include "types/relate_int.h"

typedef struct {
  World *world;
  TypeId dict; /* INSTANCE */
  TypeId mapping;
  Member extra;
  const NameId *names;
  uint32_t n;
} Items;

static Items items_of(World *world, TypeId dict) {
  ClassId id = type_class(dict);
  Items items = {.world = world,
                 .dict = dict,
                 .mapping = subst_mapping_of(world, dict)};
  items.names = world->protocol_members(world, id, &items.n);
  items.extra = world->typed_dict_extra(world, id);
  if (type_is_null(items.extra.type)) {
    items.extra.type = TYPE_KNOWN(object);
    items.extra.flags = MEMBER_READ_ONLY;
  }
  items.extra.type = subst(world, items.extra.type, items.mapping);
  items.extra.flags |= MEMBER_NOT_REQUIRED;
  return items;
}

/* Null when the TypedDict does not name the item. */
static Member named(const Items *items, NameId name) {
  World *world = items->world;
  Member m = world->class_member(world, type_class(items->dict), name);
  if (!type_is_null(m.type)) m.type = subst(world, m.type, items->mapping);
  return m;
}

/* An item of the source for one of the target; `name` is empty for the two
 * extra items. */
static bool item_matches(Relate *r, Member s, Member t, Str name,
                         bool missing) {
  const char *text = name.len ? "item `" : "extra items";
  const char *end = name.len ? "`" : "";
  bool optional = t.flags & MEMBER_NOT_REQUIRED;
  const char *problem = NULL;
  if (missing && !optional) problem = "missing";
  else if (!optional && (s.flags & MEMBER_NOT_REQUIRED))
    problem = "not required";
  else if (t.flags & MEMBER_READ_ONLY)
    problem = relate(r, s.type, t.type) ? NULL : missing ? "missing"
                                                         : "incompatible";
  else if (s.flags & MEMBER_READ_ONLY)
    problem = missing ? "missing" : "read-only";
  else if (optional && !(s.flags & MEMBER_NOT_REQUIRED)) problem = "required";
  else if (!relate_same(r, s.type, t.type)) problem = "not of the same type";
  return problem == NULL || relate_why(r, "%s%" PRIstr "%s is %s", text,
                                       STR_ARG(name), end, problem);
}

static bool all_match(Relate *r, const Items *source, const Items *target) {
  for (uint32_t i = 0; i < target->n; i++) {
    Member t = named(target, target->names[i]);
    Member s = named(source, target->names[i]);
    if (type_is_null(t.type)) continue;
    bool missing = type_is_null(s.type);
    if (!item_matches(r, missing ? source->extra : s, t,
                      name_text(target->names[i]), missing))
      return false;
  }
  if (target->extra.type.v == TYPE_KNOWN(object).v &&
      (target->extra.flags & MEMBER_READ_ONLY))
    return true;
  for (uint32_t i = 0; i < source->n; i++) {
    if (!type_is_null(named(target, source->names[i]).type)) continue;
    Member s = named(source, source->names[i]);
    if (!item_matches(r, s, target->extra, name_text(source->names[i]), false))
      return false;
  }
  return item_matches(r, source->extra, target->extra, STR_EMPTY, false);
}

bool relate_typed_dicts(Relate *r, TypeId source, TypeId target) {
  if (relate_is_assumed(r, source, target)) return true;
  Items s = items_of(r->world, source), t = items_of(r->world, target);
  Assumption assumption;
  relate_assume(r, &assumption, source, target);
  bool ok = all_match(r, &s, &t);
  relate_unassume(r, &assumption);
  return ok;
}

bool typed_dict_is_never_empty(World *world, TypeId dict) {
  Items items = items_of(world, dict);
  for (uint32_t i = 0; i < items.n; i++)
    if (!(named(&items, items.names[i]).flags & MEMBER_NOT_REQUIRED))
      return true;
  return false;
}

/* The union of all values of a TypedDict. */
static TypeId value_type(const Items *items) {
  UnionBuilder *builder = union_begin(items->world);
  for (uint32_t i = 0; i < items->n; i++)
    union_add(builder, named(items, items->names[i]).type);
  union_add(builder, items->extra.type);
  return union_end(builder);
}

bool relate_typed_dict_mapping(Relate *r, TypeId source, TypeId target) {
  TypeSpan args = type_args(target);
  if (args.n != 2) return false;
  if (!relate(r, TYPE_KNOWN(str), args.v[0])) return false;
  Items items = items_of(r->world, source);
  return relate(r, value_type(&items), args.v[1]);
}

bool relate_typed_dict_dict(Relate *r, TypeId source, TypeId target) {
  TypeSpan args = type_args(target);
  if (args.n != 2 || !relate_same(r, TYPE_KNOWN(str), args.v[0])) return false;
  Items items = items_of(r->world, source);
  Member all = {.type = args.v[1], .flags = MEMBER_NOT_REQUIRED};
  for (uint32_t i = 0; i < items.n; i++)
    if (!item_matches(r, named(&items, items.names[i]), all,
                      name_text(items.names[i]), false))
      return false;
  return item_matches(r, items.extra, all, STR_EMPTY, false);
}
