/* class_member.c - what a class has under a name, and what its MRO has.
 *
 * A class-level value is found in the MRO; an instance variable is one that is
 * declared without a value in a class body or assigned through `self`.  Results
 * are in terms of the asking type: the arguments of the MRO's entry are put in.
 * Nothing is bound yet: that is descriptor.c's.
 */
#include "base/panic.h"
#include "infer/annot.h"
#include "infer/class.h"
#include "infer/class_names.h"
#include "infer/func.h"
#include "infer/member_int.h"
#include "infer/special/special.h"
#include "infer/typevar.h"
#include "types/callable.h"

/* ---- a class's own members ------------------------------------------------------- */

static bool is_item(InferWorker *worker, ClassId id) {
  return (class_flags(&worker->world, id) & CLASS_TYPED_DICT) &&
         !class_is(id, KNOWN_TypedDictInternals) &&
         !class_is(id, KNOWN_TypedDictFallback);
}

static ClassMember symbol_member(InferWorker *worker, ModuleState *m,
                                 ClassId id, PlaceId place) {
  const Index *index = m->index;
  const Place *p = &index->places[place.v];
  ClassMember member = {.owner = id, .def = p->first_def};
  TypeId declared = place_declared(worker, m, place);
  if (type_kind(declared) != TYPE_KIND_LIST) {
    member.type = unqualified(declared, &member.qualifiers);
    member.declared = true;
    bool bound = false;
    for (DefId d = p->first_def; d.v; d = index->defs[d.v].next)
      if (index->defs[d.v].flags & DEF_BINDS) bound = true;
    member.is_instance =
        !bound && !(member.qualifiers & QUALIFIER_CLASS_VAR);
    /* An InitVar is a parameter of __init__, and an attribute only by its
     * default. */
    if ((member.qualifiers & QUALIFIER_INIT_VAR) && !bound)
      member.type = TYPE_NULL;
    /* An item of a TypedDict is no attribute. */
    if (member.is_instance && is_item(worker, id)) member.type = TYPE_NULL;
    return member;
  }
  if (inherits_declaration(index, p)) {
    ClassMember base = inherited_variable(worker, id, p->name);
    if (!type_is_null(base.type)) {
      member.type = base.type;
      member.qualifiers = base.qualifiers;
      member.declared = true;
      return member;
    }
  }
  uint32_t qualifiers;
  TypeId type = unqualified(place_public(worker, m, place), &qualifiers);
  if (qualifiers & QUALIFIER_UNBOUND) {
    /* A bare `x: ClassVar`. */
    if ((p->flags & PLACE_DECLARED) &&
        index->defs[p->first_def.v].kind == DEF_ANN_ASSIGN) {
      member.type = TYPE(UNKNOWN);
      unqualified(def_declared(worker, m, p->first_def), &member.qualifiers);
    }
    return member;
  }
  /* A bare Final keeps the literal. */
  bool final = false;
  if (p->flags & PLACE_DECLARED) {
    TypeId own = def_declared(worker, m, p->first_def);
    if (type_kind(own) == TYPE_KIND_QUALIFIED) {
      member.qualifiers |= type_qualifiers(own);
      final = (type_qualifiers(own) & QUALIFIER_FINAL) != 0;
    }
  }
  member.type = final ? type : promote_literals(&worker->world, type);
  return member;
}

/* Of these implicit attributes the run that begins with the first one made
 * through cls; n is 0 when there is none. */
static void through_class(const Index *index, uint32_t *first, uint32_t *n) {
  while (*n && !index->implicit[*first].through_class) ++*first, --*n;
}

/* A data descriptor of a base takes what is stored through self, so that the store
 * makes no attribute. */
static bool base_takes_stores(InferWorker *worker, ClassId id, NameId name) {
  TypeId self = world_instance_identity(&worker->world, id);
  ClassMember m = class_lookup(
      worker, self, name,
      MEMBER_SKIP_FIRST | MEMBER_SKIP_OBJECT | MEMBER_BODY_ONLY);
  return !type_is_null(m.type) && !m.dynamic && !m.is_instance &&
         attr_is_data_descriptor(worker, m.type);
}

/* Attributes that methods make through self or cls; of the latter alone where
 * the flags say so. */
static ClassMember implicit_member(InferWorker *worker, ModuleState *m,
                                   ClassId id, ScopeId scope, NameId name,
                                   uint32_t flags) {
  const Index *index = m->index;
  uint32_t n, first = index_implicit(index, scope, name, &n);
  ClassMember member = {.owner = id};
  if (n && (flags & MEMBER_ON_CLASS)) through_class(index, &first, &n);
  if (n == 0) return member;
  World *world = &worker->world;
  member.def = index->implicit[first].def;
  member.is_instance = !index->implicit[first].through_class;
  for (uint32_t i = first; i < first + n; i++) {
    TypeId declared = def_declared(worker, m, index->implicit[i].def);
    if (type_kind(declared) == TYPE_KIND_LIST) continue;
    uint32_t qualifiers;
    TypeId type = unqualified(declared, &qualifiers);
    if (type_kind(declared) == TYPE_KIND_QUALIFIED &&
        !(qualifiers & QUALIFIER_DECLARED)) {
      member.qualifiers |= qualifiers;
      continue;
    }
    member.type = type;
    member.qualifiers = qualifiers;
    member.declared = true;
    return member;
  }
  if (flags & MEMBER_DECLARED_ONLY) return member;
  ClassMember base = inherited_variable(worker, id, name);
  if (!type_is_null(base.type)) return base;
  if (member.is_instance && base_takes_stores(worker, id, name)) return member;
  UnionBuilder *builder = union_begin(world);
  for (uint32_t i = first; i < first + n; i++) {
    DefId def = index->implicit[i].def;
    uint8_t kind = index->defs[def.v].kind;
    if (kind == DEF_AUG_ASSIGN || kind == DEF_DELETE) continue;
    TypeId type = promote_literals(world, def_type(worker, m, def));
    union_add(builder, typevar_erase_inner(worker, m, scope, type));
  }
  TypeId type = union_end(builder);
  /* Only ever None, or only augmented: the real values come from elsewhere. */
  if (type_eq(type, TYPE(NEVER))) type = TYPE(UNKNOWN);
  else if (type_kind(type) == TYPE_KIND_INSTANCE &&
           class_is(type_class(type), KNOWN_NoneType))
    type = union_of2(world, type, TYPE(UNKNOWN));
  member.type = type;
  return member;
}

/* What an instance has under a name that the class body only assigns: the
 * body's value until some method stores another one through self. */
static void join_stored(InferWorker *worker, ModuleState *m, ClassMember *body,
                        ScopeId scope, NameId name) {
  ClassMember stored = implicit_member(worker, m, body->owner, scope, name, 0);
  if (type_is_null(stored.type) || !stored.is_instance) return;
  if (stored.declared) *body = stored;
  else body->type = union_of2(&worker->world, body->type, stored.type);
}

static ClassMember own_member(InferWorker *worker, ClassId id, NameId name,
                              uint32_t flags) {
  const ClassInfo *info = class_at(id);
  ClassMember member = {.owner = id};
  uint32_t qualifiers = 0;
  TypeId special = special_own_member(worker, id, name, &qualifiers);
  if (!type_is_null(special)) {
    member.type = special;
    member.qualifiers = qualifiers;
    member.declared = true;
    return member;
  }
  if (info->scope.v == 0 || !class_may_name(worker, id, name)) return member;
  ModuleState *m = module_state(worker, info->module);
  PlaceId place = index_symbol(m->index, info->scope, name);
  if (place.v) {
    const Place *p = &m->index->places[place.v];
    bool declared = (p->flags & PLACE_DECLARED) != 0;
    if ((p->flags & PLACE_BOUND || declared) &&
        (declared || !(flags & MEMBER_DECLARED_ONLY))) {
      member = symbol_member(worker, m, id, place);
      if (!type_is_null(member.type) &&
          (member.declared || !(flags & MEMBER_DECLARED_ONLY))) {
        if ((flags & MEMBER_STORED) && !member.declared &&
            inherits_declaration(m->index, p))
          join_stored(worker, m, &member, info->scope, name);
        return member;
      }
    }
  }
  if (flags & MEMBER_BODY_ONLY) return member;
  ClassMember implicit =
      implicit_member(worker, m, id, info->scope, name, flags);
  return type_is_null(implicit.type) ? member : implicit;
}

ClassMember class_own_member(InferWorker *worker, ClassId id, NameId name) {
  return own_member(worker, id, name, 0);
}

/* What __slots__ of a class names is an attribute, of which nobody has said
 * more. */
static ClassMember slot_member(InferWorker *worker, TypeSpan mro, NameId name) {
  for (uint32_t i = 0; i < mro.n; i++) {
    TypeId entry = world_nominal_fallback(&worker->world, mro.v[i]);
    if (type_is_null(entry)) continue;
    ClassId owner = type_class(entry);
    if (class_names_slot(worker, owner, name))
      return (ClassMember){.type = TYPE(UNKNOWN), .owner = owner};
  }
  return (ClassMember){0};
}

/* ---- along the MRO ------------------------------------------------------------------ */

static ClassMember look_up(InferWorker *worker, TypeId instance, NameId name,
                           uint32_t flags) {
  World *world = &worker->world;
  ClassMember none = {0};
  if (type_kind(instance) == TYPE_KIND_TYPE_VAR) {
    TypeVarBounds bounds = world->type_var_bounds(world, instance);
    if (type_is_null(bounds.bound)) return none;
    instance = bounds.bound;
  }
  TypeId nominal = world_nominal_fallback(world, instance);
  if (type_is_null(nominal) || type_kind(nominal) != TYPE_KIND_INSTANCE)
    return none;
  ClassId id = type_class(nominal);
  TypeId mro = class_mro(world, id);
  if (type_kind(mro) != TYPE_KIND_LIST) {
    none.type = mro;
    none.dynamic = true;
    return none;
  }
  TypeId mapping = TYPE_NULL;
  TypeSpan entries = type_args(mro);
  for (uint32_t i = flags & MEMBER_SKIP_FIRST ? 1 : 0; i < entries.n; i++) {
    TypeId entry = entries.v[i];
    if (type_is_dynamic(entry)) {
      if (flags & (MEMBER_DECLARED_ONLY | MEMBER_SKIP_DYNAMIC)) continue;
      return (ClassMember){.type = entry, .dynamic = true};
    }
    TypeId entry_nominal = world_nominal_fallback(world, entry);
    ClassId owner = type_class(entry_nominal);
    if ((flags & MEMBER_SKIP_OBJECT) && class_is(owner, KNOWN_object)) break;
    ClassMember member = own_member(worker, owner, name, flags);
    if (type_is_null(member.type)) continue;
    if ((flags & MEMBER_CLASS_ONLY) && member.is_instance &&
        !member.declared)
      continue;
    if (type_has(member.type, TYPE_HAS_TYPE_VAR) ||
        type_kind(member.type) == TYPE_KIND_FUNCTION) {
      if (i > 0)
        member.type = subst(world, member.type,
                            subst_mapping_of(world, entry_nominal));
      if (type_args(nominal).n) {
        if (type_is_null(mapping)) mapping = subst_mapping_of(world, nominal);
        member.type = subst(world, member.type, mapping);
      }
    }
    return member;
  }
  const uint32_t partly =
      MEMBER_CLASS_ONLY | MEMBER_DECLARED_ONLY | MEMBER_BODY_ONLY |
      MEMBER_SKIP_DYNAMIC;
  return flags & partly ? none : slot_member(worker, entries, name);
}

#ifdef TAIPAN_STRESS
enum { MEMBER_CACHE_SIZE = 2 };
#else
enum { MEMBER_CACHE_SIZE = 1 << 12 };
#endif

typedef struct {
  TypeId instance;
  NameId name;
  uint32_t flags;
  ClassMember member;
} MemberEntry;
static_assert(sizeof(MemberEntry) == 32, "two entries a cache line");

/* Direct mapped; an instance of 0 is an empty place. */
struct MemberCache {
  MemberEntry entries[MEMBER_CACHE_SIZE];
};

MemberCache *member_cache_create(Arena *memo) {
  return ARENA_NEW(memo, MemberCache);
}

/* Answers that used nothing unfinished are kept. */
ClassMember class_lookup(InferWorker *worker, TypeId instance, NameId name,
                         uint32_t flags) {
  uint64_t hash = hash_u64(hmap_pair(instance.v, name.v) + flags);
  MemberEntry *entry =
      &worker->members->entries[hash % MEMBER_CACHE_SIZE];
  if (entry->instance.v == instance.v && entry->name.v == name.v &&
      entry->flags == flags)
    return entry->member;
  uint64_t provisional = worker->world.provisional;
  ClassMember member = look_up(worker, instance, name, flags);
  if (worker->world.provisional == provisional)
    *entry = (MemberEntry){instance, name, flags, member};
  return member;
}
