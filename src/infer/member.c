/* member.c - reading and writing attributes: classes, descriptors, metaclasses.
 *
 * Problem: what `object.name` is.  Python's answer (data model, "Invoking
 * descriptors"): a data descriptor of the type, then the instance's own
 * dictionary, then anything else of the type, then `__getattr__`; for a class object
 * its metaclass plays the type's part.  class_member.c finds a name in the MRO,
 * descriptor.c binds what was found.
 *
 * Results are in terms of the receiver: the arguments of the MRO's entry are put in,
 * Self becomes the receiver, functions become bound methods.  A miss gives a null
 * type; an Unknown base answers Unknown to everything.
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

/* ---- reading ------------------------------------------------------------------------------ */

static Attr attr_none(void) { return (Attr){0}; }

/* The hook has a parameter for the name, and its type does not take this one. */
static bool refuses_name(InferWorker *worker, TypeId receiver, NameId hook,
                         TypeId name) {
  World *world = &worker->world;
  TypeId signature = call_signature(world, attr_dunder(worker, receiver, hook));
  if (type_is_null(signature) || type_kind(signature) != TYPE_KIND_CALLABLE)
    return false;
  SignatureView v = type_signature_view(signature);
  return v.n == 1 && !relate_assignable(world, name, v.params[0].type);
}

/* `__getattr__` of a class (object has none; `__getattribute__` of object does not
 * count). */
static Attr attr_fallback(InferWorker *worker, TypeId nominal, TypeId receiver,
                          NameId name) {
  static const WellKnownName hooks[] = {NAME_dunder_getattribute,
                                        NAME_dunder_getattr};
  for (int i = 0; i < 2; i++) {
    NameId hook = {hooks[i]};
    ClassMember member =
        class_lookup(worker, nominal, hook, MEMBER_SKIP_OBJECT);
    if (type_is_null(member.type) || member.dynamic) continue;
    ModuleState *m = module_state(worker, worker->infer->builtins);
    Ctx ctx = ctx_quiet(worker, m, (ScopeId){1});
    ctx.sites = CALL_SITES_MAX;
    TypeId arg = type_literal_str(name);
    CallResult r = call_dunder(&ctx, receiver, hook, &arg, 1);
    /* What several names give, joined, is not what one of them gives. */
    bool joined = type_kind(r.returns) == TYPE_KIND_UNION &&
                  method_is_unannotated(worker,
                                        attr_dunder(worker, receiver, hook));
    /* A `name: Literal[...]` says which names there are. */
    if (!r.ok && refuses_name(worker, receiver, hook, arg)) continue;
    return (Attr){.type = r.ok && !joined ? r.returns : TYPE(UNKNOWN),
                  .is_dynamic = true};
  }
  return attr_none();
}

Attr attr_by_hook(InferWorker *worker, TypeId object, NameId name) {
  TypeId nominal = object;
  if (type_kind(object) == TYPE_KIND_TYPE_VAR)
    nominal = worker->world.type_var_bounds(&worker->world, object).bound;
  return !type_is_null(nominal) && type_kind(nominal) == TYPE_KIND_INSTANCE
             ? attr_fallback(worker, nominal, object, name)
             : attr_none();
}

/* An instance of `type` itself is some class, of which nothing is known (typing
 * spec, "type[]": `type` is type[Any]). */
static bool is_any_class(TypeId instance) {
  return type_kind(instance) == TYPE_KIND_INSTANCE &&
         class_is(type_class(instance), KNOWN_type);
}

/* Whether the __init__ of some class of the MRO stores attributes under names
 * that it is given. */
static bool sets_any(InferWorker *worker, TypeId nominal) {
  if (type_is_null(nominal) || type_kind(nominal) != TYPE_KIND_INSTANCE)
    return false;
  TypeId mro = class_mro(&worker->world, type_class(nominal));
  if (type_kind(mro) != TYPE_KIND_LIST) return false;
  TypeSpan entries = type_args(mro);
  for (uint32_t i = 0; i < entries.n; i++) {
    TypeId entry = world_nominal_fallback(&worker->world, entries.v[i]);
    if (type_is_null(entry) || type_kind(entry) != TYPE_KIND_INSTANCE) continue;
    const ClassInfo *info = class_at(type_class(entry));
    if (info->scope.v == 0) continue;
    const Index *index = module_state(worker, info->module)->index;
    if (index->scopes[info->scope.v].flags & SCOPE_SETS_ANY) return true;
  }
  return false;
}

static Attr attr_of_instance(InferWorker *worker, TypeId nominal,
                             TypeId receiver, NameId name) {
  if (name_is(name, NAME_dunder_class))
    return (Attr){.type = type_is_literal(receiver)
                              ? type_class_object(type_class(nominal))
                              : type_subclass_of(receiver)};
  bool literal = type_kind(receiver) == TYPE_KIND_LITERAL_ENUM;
  TypeId special =
      special_attribute(worker, literal ? receiver : nominal, name);
  if (!type_is_null(special)) return (Attr){.type = special};
  ClassMember member = class_lookup(worker, nominal, name, MEMBER_STORED);
  if (!type_is_null(member.type)) {
    Access access = {receiver, type_subclass_of(receiver), false};
    if (type_kind(receiver) == TYPE_KIND_INSTANCE)
      access.class_object =
          type_generic_alias(type_class(receiver), type_args(receiver));
    Attr attr = {.type = member_bind(worker, &member, access),
                 .qualifiers = member.qualifiers,
                 .is_dynamic = member.dynamic};
    return attr;
  }
  if (is_any_class(nominal))
    return (Attr){.type = TYPE(UNKNOWN), .is_dynamic = true};
  /* Names such as `__len__` are looked up in the class alone, but where they are
   * written as an attribute (attr_by_hook); a module has variables of such names. */
  bool hooked =
      !name_is_dunder(name) || class_is(type_class(nominal), KNOWN_ModuleType);
  Attr attr = hooked ? attr_fallback(worker, nominal, receiver, name)
                     : attr_none();
  Str text = name_text(name);
  bool dunder = str_starts(text, STR("__")) && str_ends(text, STR("__"));
  if (type_is_null(attr.type) && !dunder && sets_any(worker, nominal))
    return (Attr){.type = TYPE(UNKNOWN), .is_dynamic = true};
  return attr;
}

/* The instance type that a class object makes. */
static TypeId class_object_instance(World *world, TypeId object) {
  switch (type_kind(object)) {
    case TYPE_KIND_CLASS:
      return world_instance_unknown(world, type_class(object));
    case TYPE_KIND_GENERIC_ALIAS:
      return type_instance(type_class(object), type_args(object));
    default: return type_inner(object);
  }
}

/* type[Any].name: what `type` itself defines is there (typing spec, "type[]");
 * what every object has may be the class's own, seen from outside. */
static Attr attr_of_any_class(InferWorker *worker, TypeId object, NameId name) {
  ClassMember member = class_own_member(worker, CLASS_ID(type), name);
  bool own = !type_is_null(member.type) && !name_is(name, NAME_dunder_init) &&
             !name_is(name, NAME_dunder_new) &&
             type_is_null(class_own_member(worker, CLASS_ID(object), name).type);
  if (!own)
    return (Attr){.type = class_object_instance(&worker->world, object),
                  .is_dynamic = true};
  Access access = {object, type_subclass_of(TYPE_KNOWN(type)), false};
  return (Attr){.type = member_bind(worker, &member, access)};
}

/* What a generic class that is named without arguments gives: C.make(...) decides
 * its parameters (signature.c), and in C.__init__(self, ...) they are those of self.
 * Else they are their defaults (typing spec, "Defaults for type parameters"). */
static ClassMember member_of_bare_class(InferWorker *worker, TypeId object,
                                        ClassMember member, NameId name,
                                        TypeId *instance) {
  World *world = &worker->world;
  if (member_def_flags(worker, &member) & FUNC_CLASS)
    return class_lookup(worker,
                        world_instance_identity(world, type_class(object)),
                        name, MEMBER_ON_CLASS);
  if (type_is_null(member.type) || !name_is(name, NAME_dunder_init) ||
      type_kind(member.type) != TYPE_KIND_FUNCTION)
    return member;
  TypeId open = world_instance_open(world, type_class(object));
  if (type_eq(open, *instance)) return member;
  *instance = open;
  return class_lookup(worker, open, name, MEMBER_ON_CLASS);
}

static Attr attr_of_class(InferWorker *worker, TypeId object, NameId name) {
  World *world = &worker->world;
  TypeId instance = class_object_instance(world, object);
  if (type_is_dynamic(instance)) return attr_of_any_class(worker, object, name);
  TypeId meta = TYPE_NULL;
  TypeId nominal = instance;
  if (type_kind(instance) == TYPE_KIND_TYPE_VAR) {
    TypeVarBounds bounds = world->type_var_bounds(world, instance);
    nominal = type_is_null(bounds.bound) ? world_known(world, KNOWN_object)
                                         : bounds.bound;
    if (type_is_dynamic(nominal))
      return (Attr){.type = nominal, .is_dynamic = true};
  }
  if (type_kind(nominal) == TYPE_KIND_UNION) {
    TypeSpan members = type_members(nominal);
    UnionBuilder *builder = union_begin(world);
    Attr result = {0};
    for (uint32_t i = 0; i < members.n; i++) {
      Attr one = attr_of_class(worker, type_subclass_of(members.v[i]), name);
      if (type_is_null(one.type)) result.possibly_missing = true;
      else union_add(builder, one.type);
    }
    result.type = union_end(builder);
    return type_eq(result.type, TYPE(NEVER)) ? attr_none() : result;
  }
  if (type_is_dynamic(nominal))
    return (Attr){.type = nominal, .is_dynamic = true};
  nominal = world_nominal_fallback(world, nominal);
  if (type_is_null(nominal)) return attr_none();
  meta = class_metaclass(world, type_class(nominal));
  if (name_is(name, NAME_dunder_class) && type_kind(meta) == TYPE_KIND_INSTANCE)
    return (Attr){.type = type_kind(object) == TYPE_KIND_CLASS
                              ? type_class_object(type_class(meta))
                              : type_subclass_of(meta)};
  Access class_access = {instance, object, true};
  Access meta_access = {object, type_subclass_of(meta), false};
  ClassMember on_meta = {0};
  if (!type_is_dynamic(meta)) {
    on_meta = class_lookup(worker, meta, name, 0);
    if (!type_is_null(on_meta.type) && !on_meta.dynamic &&
        attr_is_data_descriptor(worker, on_meta.type))
      return (Attr){.type = member_bind(worker, &on_meta, meta_access)};
  }
  ClassMember member = class_lookup(worker, nominal, name, MEMBER_ON_CLASS);
  if (type_kind(object) == TYPE_KIND_CLASS && type_args(nominal).n)
    member = member_of_bare_class(worker, object, member, name,
                                  &class_access.receiver);
  if (!type_is_null(member.type)) {
    /* An attribute of `type` wins over one of `object` (`__init__` aside). */
    bool from_object =
        !member.dynamic && class_is(member.owner, KNOWN_object);
    if (!from_object || type_is_null(on_meta.type) ||
        class_is(on_meta.owner, KNOWN_object) ||
        name_is(name, NAME_dunder_init) || name_is(name, NAME_dunder_new))
      return (Attr){.type = member_bind(worker, &member, class_access),
                    .qualifiers = member.qualifiers,
                    .is_dynamic = member.dynamic};
  }
  if (!type_is_null(on_meta.type))
    return (Attr){.type = member_bind(worker, &on_meta, meta_access),
                  .is_dynamic = on_meta.dynamic};
  if (type_is_dynamic(meta)) return (Attr){.type = meta, .is_dynamic = true};
  if (class_is(type_class(meta), KNOWN_type) &&
      class_has_protocol_base(world, type_class(nominal))) {
    /* The stubs' protocols are abstract base classes at run time. */
    TypeId abc = TYPE_KNOWN(ABCMeta);
    on_meta = class_lookup(worker, abc, name, 0);
    if (!type_is_null(on_meta.type))
      return (Attr){.type = member_bind(worker, &on_meta,
                                        (Access){abc, type_subclass_of(abc),
                                                 false})};
  }
  return attr_fallback(worker, meta, object, name);
}

static Attr attr_of_union(InferWorker *worker, TypeId object, NameId name) {
  World *world = &worker->world;
  TypeSpan members = type_members(object);
  UnionBuilder *builder = union_begin(world);
  Attr result = {0};
  bool any = false;
  for (uint32_t i = 0; i < members.n; i++) {
    Attr one = attr_read(worker, members.v[i], name);
    if (type_is_null(one.type) || one.possibly_missing)
      result.possibly_missing = true;
    if (type_is_null(one.type)) continue;
    any = true;
    result.is_dynamic |= one.is_dynamic;
    result.qualifiers |= one.qualifiers;
    union_add(builder, one.type);
  }
  result.type = union_end(builder);
  return any ? result : attr_none();
}

static Attr attr_of_super(InferWorker *worker, TypeId object, NameId name) {
  World *world = &worker->world;
  const TypeRec *rec = type_at(object);
  TypeId pivot = {rec->w[0]}, owner = {rec->w[1]};
  bool through_class = type_kind(owner) == TYPE_KIND_CLASS ||
                       type_kind(owner) == TYPE_KIND_GENERIC_ALIAS ||
                       type_kind(owner) == TYPE_KIND_SUBCLASS_OF;
  TypeId instance = through_class ? class_object_instance(world, owner) : owner;
  TypeId nominal = instance;
  if (type_kind(nominal) == TYPE_KIND_TYPE_VAR) {
    TypeVarBounds bounds = world->type_var_bounds(world, nominal);
    nominal = bounds.bound;
  }
  if (!type_is_null(nominal)) nominal = world_nominal_fallback(world, nominal);
  if (type_is_null(nominal) || type_kind(nominal) != TYPE_KIND_INSTANCE ||
      type_kind(pivot) != TYPE_KIND_CLASS)
    return (Attr){.type = TYPE(UNKNOWN)};
  TypeId mro = class_mro(world, type_class(nominal));
  if (type_kind(mro) != TYPE_KIND_LIST) return (Attr){.type = mro};
  TypeSpan entries = type_args(mro);
  bool behind = false;
  for (uint32_t i = 0; i < entries.n; i++) {
    TypeId entry = entries.v[i];
    if (type_is_dynamic(entry)) {
      if (behind) return (Attr){.type = entry, .is_dynamic = true};
      continue;
    }
    TypeId entry_nominal = world_nominal_fallback(world, entry);
    if (!behind) {
      behind = type_class(entry_nominal).v == type_class(pivot).v;
      continue;
    }
    ClassMember member =
        class_own_member(worker, type_class(entry_nominal), name);
    if (type_is_null(member.type)) continue;
    member.type = subst(world, member.type,
                        subst_mapping_of(world, entry_nominal));
    if (type_args(nominal).n)
      member.type =
          subst(world, member.type, subst_mapping_of(world, nominal));
    Access access = {instance, type_subclass_of(instance), through_class};
    return (Attr){.type = member_bind(worker, &member, access)};
  }
  return behind ? attr_none() : (Attr){.type = TYPE(UNKNOWN)};
}

static Attr attr_of_type_var(InferWorker *worker, TypeId object, NameId name) {
  World *world = &worker->world;
  TypeVarBounds bounds = world->type_var_bounds(world, object);
  if (!type_is_null(bounds.constraints) &&
      type_args(bounds.constraints).n > 0) {
    UnionBuilder *builder = union_begin(world);
    TypeSpan c = type_args(bounds.constraints);
    Attr result = {0};
    for (uint32_t i = 0; i < c.n; i++) {
      Attr one = attr_read(worker, c.v[i], name);
      if (type_is_null(one.type)) return attr_none();
      union_add(builder, one.type);
    }
    result.type = union_end(builder);
    return result;
  }
  TypeId bound = type_is_null(bounds.bound) ? world_known(world, KNOWN_object)
                                            : bounds.bound;
  bound = alias_expand(world, bound);
  if (type_kind(bound) != TYPE_KIND_INSTANCE)
    return attr_read(worker, bound, name);
  return attr_of_instance(worker, bound, object, name);
}

/* A method of a part of `object` as one of it all: its Self is no less. */
static TypeId rebound(TypeId method, TypeId part, TypeId object) {
  bool is = !type_is_null(method) &&
            type_kind(method) == TYPE_KIND_BOUND_METHOD &&
            type_eq(type_receiver(method), part);
  return is ? type_bound_method(object, type_bound_function(method)) : method;
}

static Attr attr_of_intersection(InferWorker *worker, TypeId object,
                                 NameId name) {
  IntersectionView view = type_intersection_view(object);
  World *world = &worker->world;
  if (view.positive.n == 0)
    return attr_read(worker, world_known(world, KNOWN_object), name);
  TypeId type = TYPE_NULL;
  bool several = view.positive.n > 1;
  /* Methods of constrained variables are called for each constraint (call.c). */
  for (uint32_t i = 0; i < view.positive.n; i++)
    if (type_kind(view.positive.v[i]) == TYPE_KIND_TYPE_VAR &&
        !type_is_null(
            world->type_var_bounds(world, view.positive.v[i]).constraints))
      several = false;
  TypeId whole =
      several ? type_intersection_raw(view.positive, (TypeSpan){0}) : object;
  for (uint32_t i = 0; i < view.positive.n; i++) {
    Attr one = attr_read(worker, view.positive.v[i], name);
    if (type_is_null(one.type)) continue;
    if (several)
      one.type = rebound(one.type, view.positive.v[i], whole);
    type = type_is_null(type) ? one.type : meet_of2(world, type, one.type);
  }
  return (Attr){.type = type};
}

/* Type, List and the like pass attributes on to their class; of other forms
 * nothing is said. */
static Attr attr_of_form(InferWorker *worker, TypeId form, NameId name) {
  if (type_form(form) == FORM_TYPE)
    return attr_read(worker, type_class_object(CLASS_ID(type)), name);
  ClassId collection = annot_collection(type_form(form));
  if (collection.v)
    return attr_read(worker, type_class_object(collection), name);
  return (Attr){.type = TYPE(UNKNOWN)};
}

/* type[T] as a value passes attributes on to `type`. */
static Attr attr_of_type_alias(InferWorker *worker, NameId name) {
  TypeId object = type_class_object(CLASS_ID(type));
  Attr attr = attr_of_class(worker, object, name);
  if (!type_is_null(attr.type)) return attr;
  TypeId alias = TYPE_KNOWN(GenericAlias);
  ClassMember member = class_lookup(worker, alias, name, 0);
  if (type_is_null(member.type)) return attr_none();
  Access access = {alias, type_subclass_of(alias), false};
  return (Attr){.type = member_bind(worker, &member, access)};
}

static Attr attr_read_uncached(InferWorker *worker, TypeId object,
                               NameId name) {
  World *world = &worker->world;
  STACK_GUARD();
  switch (type_kind(object)) {
    case TYPE_KIND_ANY:
    case TYPE_KIND_UNKNOWN:
    case TYPE_KIND_DIVERGENT:
    case TYPE_KIND_NEVER: return (Attr){.type = object, .is_dynamic = true};
    case TYPE_KIND_UNION: return attr_of_union(worker, object, name);
    case TYPE_KIND_INTERSECTION:
      return attr_of_intersection(worker, object, name);
    case TYPE_KIND_TYPE_ALIAS:
      return attr_read(worker, alias_expand(world, object), name);
    case TYPE_KIND_CLASS:
    case TYPE_KIND_GENERIC_ALIAS:
    case TYPE_KIND_SUBCLASS_OF: return attr_of_class(worker, object, name);
    case TYPE_KIND_MODULE: {
      Attr attr = {0};
      attr.type = module_attribute(worker, type_module_id(object), name,
                                   &attr.possibly_missing);
      return attr;
    }
    case TYPE_KIND_SUPER: return attr_of_super(worker, object, name);
    case TYPE_KIND_TYPE_VAR: return attr_of_type_var(worker, object, name);
    case TYPE_KIND_NEW_TYPE: {
      TypeId base = world->new_type_base(world, object);
      Attr attr = attr_read(worker, base, name);
      attr.type = rebound(attr.type, base, object);
      return attr;
    }
    case TYPE_KIND_BOUND_METHOD:
      if (name_is(name, NAME_dunder_self))
        return (Attr){.type = type_receiver(object)};
      if (name_is(name, NAME_dunder_func))
        return (Attr){.type = type_bound_function(object)};
      break;
    case TYPE_KIND_CALLABLE:
    case TYPE_KIND_OVERLOADED:
      if (name_is(name, NAME_dunder_call)) return (Attr){.type = object};
      /* Nearly always a function: `__name__`, `__code__` may be read (as in
       * mypy and pyright), though the type does not promise it. */
      return attr_of_instance(worker, TYPE_KNOWN(FunctionType), object, name);
    case TYPE_KIND_SPECIAL_FORM: return attr_of_form(worker, object, name);
    case TYPE_KIND_KNOWN_VALUE:
      if (type_is_partial(object) && name_is(name, NAME_dunder_call))
        return (Attr){.type = type_inner(object)};
      if (type_known_value_kind(object) == KNOWN_VALUE_ANNOTATION &&
          type_kind(type_inner(object)) == TYPE_KIND_SUBCLASS_OF)
        return attr_of_type_alias(worker, name);
      break;
    default: break;
  }
  TypeId nominal = world_nominal_fallback(world, object);
  if (type_is_null(nominal)) return (Attr){.type = TYPE(UNKNOWN)};
  if (type_kind(nominal) != TYPE_KIND_INSTANCE)
    return attr_read(worker, nominal, name);
  return attr_of_instance(worker, nominal, object, name);
}

/* Answers that did not depend on an unfinished query are kept by the worker. */
Attr attr_read(InferWorker *worker, TypeId object, NameId name) {
  if (type_kind(object) == TYPE_KIND_MODULE)
    return attr_read_uncached(worker, object, name);
  uint64_t key = hmap_pair(object.v, name.v);
  AttrCache *cache = &worker->attrs;
  uint32_t at = hmap64_get(&cache->map, key);
  if (at) return cache->items.v[at - 1];
  uint64_t provisional = worker->world.provisional;
  Attr attr = attr_read_uncached(worker, object, name);
  if (worker->world.provisional != provisional) return attr;
  if (cache->items.n >= ATTR_CACHE_MAX) {
    hmap64_clear(&cache->map);
    cache->items.n = 0;
  }
  hvec_push(&cache->items, attr);
  hmap64_put(&cache->map, key, cache->items.n);
  return attr;
}

/* A dunder of the class `instance` is of: its metaclass's, bound to `object`. */
static TypeId dunder_of_metaclass(InferWorker *worker, TypeId object,
                                  TypeId instance, NameId name) {
  World *world = &worker->world;
  TypeId nominal = world_nominal_fallback(world, instance);
  if (type_is_null(nominal)) return TYPE_NULL;
  TypeId meta = class_metaclass(world, type_class(nominal));
  if (type_is_dynamic(meta)) return meta;
  ClassMember member = class_lookup(worker, meta, name, 0);
  if (type_is_null(member.type) || member.is_instance) return TYPE_NULL;
  Access access = {object, type_subclass_of(meta), false};
  return member_bind(worker, &member, access);
}

/* A dunder of type[T] or type[A & B], looked for on what T and the parts are. */
static TypeId dunder_of_open_class(InferWorker *worker, TypeId object,
                                   TypeId instance, NameId name) {
  World *world = &worker->world;
  TypeId found = TYPE_NULL;
  if (type_kind(instance) == TYPE_KIND_INTERSECTION) {
    TypeSpan parts = type_intersection_view(instance).positive;
    for (uint32_t i = 0; i < parts.n && type_is_null(found); i++)
      found = attr_dunder(worker, subclass_of(world, parts.v[i]), name);
    return found;
  }
  TypeVarBounds bounds = world->type_var_bounds(world, instance);
  TypeId bound =
      type_is_null(bounds.bound) ? TYPE_KNOWN(object) : bounds.bound;
  bool open = !type_is_null(bounds.constraints) || type_is_dynamic(bound) ||
              type_is_null(world_nominal_fallback(world, bound));
  return open ? TYPE(UNKNOWN)
              : dunder_of_metaclass(worker, object, bound, name);
}

static TypeId dunder_of_class(InferWorker *worker, TypeId object,
                              NameId name) {
  TypeId instance = class_object_instance(&worker->world, object);
  if (type_is_dynamic(instance)) return instance;
  TypeKind kind = type_kind(instance);
  return kind == TYPE_KIND_TYPE_VAR || kind == TYPE_KIND_INTERSECTION
             ? dunder_of_open_class(worker, object, instance, name)
             : dunder_of_metaclass(worker, object, instance, name);
}

static TypeId dunder_of_instance(InferWorker *worker, TypeId object,
                                 NameId name) {
  TypeId nominal = world_nominal_fallback(&worker->world, object);
  if (type_is_null(nominal)) return TYPE_NULL;
  ClassMember member = class_lookup(worker, nominal, name, MEMBER_CLASS_ONLY);
  if (type_is_null(member.type)) return TYPE_NULL;
  if (type_kind(member.type) == TYPE_KIND_INSTANCE &&
      class_is(type_class(member.type), KNOWN_NoneType))
    return TYPE_NULL; /* __hash__ = None and the like */
  Access access = {object, type_subclass_of(nominal), false};
  if (type_kind(nominal) == TYPE_KIND_INSTANCE)
    access.class_object =
        type_generic_alias(type_class(nominal), type_args(nominal));
  return member_bind(worker, &member, access);
}

typedef TypeId DunderFn(InferWorker *worker, TypeId object, NameId name);

/* Answers that used nothing unfinished are kept. */
static TypeId dunder_kept(InferWorker *worker, TypeId object, NameId name,
                          DunderFn *find) {
  uint64_t hash = hash_u64(hmap_pair(object.v, name.v));
  DunderEntry *entry = &worker->dunders.entries[hash % DUNDER_CACHE_SIZE];
  if (entry->object.v == object.v && entry->name.v == name.v)
    return entry->type;
  uint64_t provisional = worker->world.provisional;
  TypeId type = find(worker, object, name);
  if (worker->world.provisional == provisional)
    *entry = (DunderEntry){object, name, type};
  return type;
}

TypeId attr_dunder(InferWorker *worker, TypeId object, NameId name) {
  switch (type_kind(object)) {
    case TYPE_KIND_ANY:
    case TYPE_KIND_UNKNOWN:
    case TYPE_KIND_DIVERGENT:
    case TYPE_KIND_NEVER: return object;
    case TYPE_KIND_CLASS:
    case TYPE_KIND_GENERIC_ALIAS:
    case TYPE_KIND_SUBCLASS_OF:
      return dunder_kept(worker, object, name, dunder_of_class);
    case TYPE_KIND_MODULE:
      return attr_dunder(worker, TYPE_KNOWN(ModuleType), name);
    case TYPE_KIND_INSTANCE:
    case TYPE_KIND_TUPLE:
    case TYPE_KIND_LITERAL_INT:
    case TYPE_KIND_LITERAL_STR:
    case TYPE_KIND_LITERAL_BYTES:
    case TYPE_KIND_LITERAL_BOOL:
    case TYPE_KIND_LITERAL_ENUM:
    case TYPE_KIND_LITERAL_STRING:
      return dunder_kept(worker, object, name, dunder_of_instance);
    default: return attr_read(worker, object, name).type;
  }
}

bool attr_dunder_is_none(InferWorker *worker, TypeId object, NameId name) {
  object = alias_expand(&worker->world, object);
  if (type_is_dynamic(object) || type_kind(object) == TYPE_KIND_CLASS)
    return false;
  TypeId nominal = world_nominal_fallback(&worker->world, object);
  if (type_is_null(nominal) || type_kind(nominal) != TYPE_KIND_INSTANCE)
    return false;
  ClassMember m = class_lookup(worker, nominal, name, MEMBER_CLASS_ONLY);
  return !type_is_null(m.type) && type_kind(m.type) == TYPE_KIND_INSTANCE &&
         class_is(type_class(m.type), KNOWN_NoneType);
}

/* ---- writing --------------------------------------------------------------------------------- */

/* The member that governs a store to object.name: a base may declare what this class
 * only assigns. */
static ClassMember stored_member(InferWorker *worker, TypeId object,
                                 NameId name) {
  ClassMember member = class_lookup(worker, object, name, 0);
  if (type_is_null(member.type) || member.dynamic || member.declared ||
      type_kind(member.type) == TYPE_KIND_PROPERTY)
    return member;
  ClassMember declared =
      class_lookup(worker, object, name, MEMBER_DECLARED_ONLY);
  return declared.declared && !type_is_null(declared.type) ? declared : member;
}

AttrHook attr_hook(InferWorker *worker, TypeId object, NameId name,
                   bool is_delete) {
  AttrHook hook = {0};
  ClassMember member = stored_member(worker, object, name);
  if (type_is_null(member.type) || member.dynamic ||
      !attr_is_data_descriptor(worker, member.type) ||
      !type_is_null(special_write_type(worker, member.owner, name)))
    return hook;
  if (type_kind(member.type) == TYPE_KIND_PROPERTY) {
    PropertyView view = type_property_view(member.type);
    hook.is_descriptor = true;
    hook.callee = is_delete ? view.deleter : view.setter;
    if (!type_is_null(hook.callee) &&
        type_kind(hook.callee) == TYPE_KIND_FUNCTION) {
      hook.callee = type_bound_method(object, hook.callee);
      hook.is_bound = true;
    }
    return hook;
  }
  if (member.is_instance &&
      !member_is_declared_descriptor(worker, &member, NAME_ID(dunder_set)))
    return hook;
  /* What it keeps is in the instance's own dictionary, whatever typeshed says. */
  if (is_delete && type_kind(member.type) == TYPE_KIND_INSTANCE &&
      class_is(type_class(member.type), KNOWN_cached_property))
    return hook;
  hook.is_descriptor = true;
  hook.callee = attr_dunder(worker, member.type,
                            is_delete ? name_intern(STR("__delete__"))
                                      : NAME_ID(dunder_set));
  return hook;
}

/* What may be stored in an attribute of any of the types: the meet. */
static Attr attr_write_each(InferWorker *worker, TypeSpan objects,
                            NameId name) {
  Attr all = {.type = TYPE_KNOWN(object)};
  for (uint32_t i = 0; i < objects.n; i++) {
    Attr one = attr_write(worker, objects.v[i], name);
    if (type_is_null(one.type)) return attr_none();
    all.type = meet_of2(&worker->world, all.type, one.type);
    all.qualifiers |= one.qualifiers;
  }
  return all;
}

Attr attr_write(InferWorker *worker, TypeId object, NameId name) {
  World *world = &worker->world;
  object = alias_expand(world, object);
  if (type_kind(object) == TYPE_KIND_TYPE_VAR) {
    TypeVarBounds bounds = world->type_var_bounds(world, object);
    TypeId bound = bounds.bound;
    if (!type_is_null(bound)) bound = alias_expand(world, bound);
    else if (type_is_null(bounds.constraints)) bound = TYPE_KNOWN(object);
    if (!type_is_null(bound) && (type_kind(bound) != TYPE_KIND_INSTANCE ||
                                 bound.v == TYPE_KNOWN(object).v))
      return attr_write(worker, bound, name);
  }
  switch (type_kind(object)) {
    case TYPE_KIND_TYPE_VAR: {
      TypeId constraints = world->type_var_bounds(world, object).constraints;
      if (!type_is_null(constraints) && type_args(constraints).n)
        return attr_write_each(worker, type_args(constraints), name);
      FALLTHROUGH;
    }
    case TYPE_KIND_INSTANCE: {
      ClassMember member = stored_member(worker, object, name);
      if (type_is_null(member.type)) {
        ClassMember hook = class_lookup(
            worker, object, NAME_ID(dunder_setattr), MEMBER_SKIP_OBJECT);
        if (!type_is_null(hook.type) || is_any_class(object) ||
            sets_any(worker, world_nominal_fallback(world, object)))
          return (Attr){.type = TYPE(UNKNOWN), .is_dynamic = true};
        return attr_none();
      }
      if (member.dynamic) return (Attr){.type = member.type, .is_dynamic = true};
      Access access = {object, type_subclass_of(object), false};
      /* An inferred attribute takes anything: its assignments make its type. */
      if (!member.declared && type_kind(member.type) != TYPE_KIND_PROPERTY &&
          !attr_is_data_descriptor(worker, member.type))
        return (Attr){.type = TYPE(UNKNOWN),
                      .is_inferred = true,
                      .qualifiers = member.qualifiers};
      TypeId type = special_write_type(worker, member.owner, name);
      if (type_is_null(type))
        type = member.is_instance && !member_is_declared_descriptor(
                                         worker, &member, NAME_ID(dunder_set))
                   ? member.type
                   : member_stored_through(worker, member.type, access);
      if (!type_is_null(type)) type = subst_self_bound(world, type, object);
      return (Attr){.type = type, .qualifiers = member.qualifiers};
    }
    case TYPE_KIND_CLASS:
    case TYPE_KIND_GENERIC_ALIAS:
    case TYPE_KIND_SUBCLASS_OF: {
      TypeId instance = class_object_instance(world, object);
      ClassMember member =
          class_lookup(worker, instance, name, MEMBER_ON_CLASS);
      if (type_is_null(member.type)) {
        Attr attr = attr_read(worker, object, name);
        if (attr.is_dynamic) attr.type = TYPE(UNKNOWN);
        return attr;
      }
      if (!member.declared)
        return (Attr){.type = TYPE(UNKNOWN), .is_inferred = true};
      return (Attr){.type = member.type, .qualifiers = member.qualifiers};
    }
    default: {
      Attr attr = attr_read(worker, object, name);
      if (type_is_null(attr.type)) return attr;
      attr.type = TYPE(UNKNOWN);
      attr.is_inferred = type_kind(object) == TYPE_KIND_MODULE;
      return attr;
    }
  }
}
