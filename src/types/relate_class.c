/* relate_class.c - relations to instances of classes, to class objects,
 * TypeForm.
 *
 * Nominal first: the source is seen as the target's class through its MRO, and
 * the type arguments are compared by the variance of each parameter. Only what
 * has no such base is compared structurally, with protocols and TypedDicts.
 *
 * Source: typing spec "Generics: variance", "Special types: type[]", "Special
 * cases for float and complex". */
#include "types/callable.h"
#include "types/display.h"
#include "types/relate_int.h"

/* ---- type arguments ------------------------------------------------------ */

static bool relate_arg(Relate *r, Variance variance, TypeId a, TypeId b) {
  switch (variance) {
  /* A parameter that is not used is covariant: typing spec, "Variance inference",
   * takes what holds first. */
  case VARIANCE_BIVARIANT:
  case VARIANCE_COVARIANT: return relate(r, a, b);
  case VARIANCE_CONTRAVARIANT: return relate(r, b, a);
  default: return relate_same(r, a, b);
  }
}

/* The class that a reader of the invariant one may ask for instead. */
static const char *covariant_kin(ClassId class_id, uint32_t param) {
  if (class_is(class_id, KNOWN_list)) return "Sequence";
  return class_is(class_id, KNOWN_dict) && param == 1 ? "Mapping" : NULL;
}

/* relate_arg, which says why it fails. */
static bool explain_arg(Relate *r, ClassId class_id, Variance variance,
                        uint32_t i, TypeId a, TypeId b) {
  Str name = name_text(class_at(class_id)->name);
  bool invariant = variance == VARIANCE_INVARIANT;
  bool forward = invariant && relate(r, a, b);
  if (forward) r->quiet++;
  bool ok = invariant ? forward && relate_same(r, a, b)
                      : relate_arg(r, variance, a, b);
  if (forward) r->quiet--;
  if (ok) return true;
  const char *shown_a = display_short(r->world, a);
  const char *shown_b = display_short(r->world, b);
  if (!invariant)
    return relate_why(r, "type parameter %u of `%" PRIstr "`: `%s` is not "
                         "assignable to `%s`",
                      i + 1, STR_ARG(name),
                      variance == VARIANCE_CONTRAVARIANT ? shown_b : shown_a,
                      variance == VARIANCE_CONTRAVARIANT ? shown_a : shown_b);
  const char *kin = forward ? covariant_kin(class_id, i) : NULL;
  return relate_why(r,
                    "type parameter %u of `%" PRIstr "` is invariant: `%s` is "
                    "not `%s`%s%s%s",
                    i + 1, STR_ARG(name), shown_a, shown_b,
                    kin ? "; that of `" : "", kin ? kin : "",
                    kin ? "` is covariant" : "");
}

bool relate_args(Relate *r, ClassId class_id, TypeSpan source,
                 TypeSpan target) {
  for (uint32_t i = 0; i < target.n && i < source.n; i++) {
    TypeId a = source.v[i], b = target.v[i];
    if (a.v == b.v) continue;
    Variance variance = r->world->class_variance(r->world, class_id, i);
    if (r->explain && !r->quiet) {
      if (explain_arg(r, class_id, variance, i, a, b)) continue;
      return false;
    }
    if (relate_arg(r, variance, a, b)) continue;
    return false;
  }
  return source.n == target.n;
}

/* ---- instances ----------------------------------------------------------- */

/* tuple[X] of the class is tuple[X, ...]. */
static TypeId tuple_of_class(TypeId t) {
  TypeSpan args = type_args(t), none = {NULL, 0};
  return type_tuple(none, args.n ? args.v[0] : TYPE(UNKNOWN), none);
}

/* int -> float -> complex where the class alone stands for the annotation. */
static bool number_promotes(Relate *r, TypeId base, TypeId target) {
  if (r->mode != RELATE_ASSIGNABLE) return false;
  if (target.v != TYPE_KNOWN(float).v && target.v != TYPE_KNOWN(complex).v)
    return false;
  if (target.v == TYPE_KNOWN(complex).v &&
      !type_is_null(world_as_instance_of(r->world, base, CLASS_ID(float))))
    return true;
  return !type_is_null(world_as_instance_of(r->world, base, CLASS_ID(int)));
}

/* `base` is an instance and no nominal subtype of the target. */
static bool without_base(Relate *r, TypeId source, TypeId base, TypeId target) {
  World *world = r->world;
  uint32_t from = world->class_flags(world, type_class(base));
  /* NoneType has no subclasses. Neither have other final classes, but typeshed's
   * NotImplementedType, which derives from Any, may stand for a bool. */
  if (r->mode == RELATE_ASSIGNABLE && (from & CLASS_UNKNOWN_BASE))
    return !class_is(type_class(target), KNOWN_NoneType);
  if (number_promotes(r, base, target)) return true;
  uint32_t to = world->class_flags(world, type_class(target));
  if (to & CLASS_PROTOCOL) return relate_to_protocol(r, source, target);
  if ((from & CLASS_TYPED_DICT) && (to & CLASS_TYPED_DICT))
    return relate_typed_dicts(r, base, target);
  return (from & CLASS_TYPED_DICT) && class_is(type_class(target), KNOWN_dict) &&
         relate_typed_dict_dict(r, base, target);
}

/* Kinds that have no class of their own: only protocols can tell. */
static bool without_class(Relate *r, TypeId source, TypeId target) {
  uint32_t to = r->world->class_flags(r->world, type_class(target));
  return (to & CLASS_PROTOCOL) && relate_to_protocol(r, source, target);
}

bool relate_to_instance(Relate *r, TypeId source, TypeId target) {
  World *world = r->world;
  ClassId class_id = type_class(target);
  if (type_kind(source) == TYPE_KIND_TUPLE && class_is(class_id, KNOWN_tuple))
    return relate_tuples(r, source, tuple_of_class(target));
  if (type_kind(source) == TYPE_KIND_SUBCLASS_OF &&
      type_is_dynamic(type_inner(source)) && r->mode == RELATE_ASSIGNABLE) {
    TypeId type_instance_ = TYPE_KNOWN(type);
    if (class_is(class_id, KNOWN_type) ||
        !type_is_null(world_as_instance_of(world, target, CLASS_ID(type))) ||
        !type_is_null(world_as_instance_of(world, type_instance_, class_id)))
      return true;
    return without_class(r, source, target);
  }
  /* At run time list[int] is a types.GenericAlias and behaves as the class. */
  if (type_kind(source) == TYPE_KIND_GENERIC_ALIAS &&
      class_is(class_id, KNOWN_GenericAlias))
    return true;
  TypeId base = world_nominal_fallback(world, source);
  if (type_is_null(base)) return false;
  TypeKind kind = type_kind(source);
  if (kind == TYPE_KIND_CALLABLE || kind == TYPE_KIND_OVERLOADED)
    return without_class(r, source, target);
  TypeId seen = world_as_instance_of(world, base, class_id);
  if (type_is_null(seen)) {
    if (type_kind(base) != TYPE_KIND_INSTANCE)
      return without_class(r, source, target);
    return without_base(r, source, base, target);
  }
  if (seen.v == target.v) return true;
  if (type_kind(seen) == TYPE_KIND_TUPLE)
    return relate_tuples(r, seen, tuple_of_class(target));
  if (class_is(class_id, KNOWN_Mapping) &&
      type_kind(base) == TYPE_KIND_INSTANCE &&
      (world->class_flags(world, type_class(base)) & CLASS_TYPED_DICT))
    return relate_typed_dict_mapping(r, base, target);
  return relate_args(r, class_id, type_args(seen), type_args(target));
}

/* ---- class objects ------------------------------------------------------- */

/* An instance of a metaclass as source of type[inner]: of which class nobody
 * knows, so that a variable that is solved gets nothing from it. */
static bool metaclass_instance(Relate *r, TypeId source, TypeId inner) {
  World *world = r->world;
  if (type_kind(source) == TYPE_KIND_TYPE_VAR)
    source = world->type_var_bounds(world, source).bound;
  if (type_is_null(source) || type_kind(source) != TYPE_KIND_INSTANCE)
    return false;
  /* A class of which a base is not known may be a metaclass. */
  if (type_is_null(world_as_instance_of(world, source, CLASS_ID(type))))
    return r->mode == RELATE_ASSIGNABLE &&
           (world->class_flags(world, type_class(source)) & CLASS_UNKNOWN_BASE);
  if (inner.v == TYPE_KNOWN(object).v) return true;
  if (type_is_dynamic(inner) && r->mode == RELATE_ASSIGNABLE) return true;
  if (r->solver && type_kind(inner) == TYPE_KIND_TYPE_VAR) return true;
  /* `type` is type[Any]. */
  return r->mode == RELATE_ASSIGNABLE &&
         class_is(type_class(source), KNOWN_type);
}

bool relate_to_class_object(Relate *r, TypeId source, TypeId target) {
  if (type_kind(target) != TYPE_KIND_SUBCLASS_OF) {
    /* One particular class: itself, or a specialisation of it. */
    TypeKind ks = type_kind(source);
    if (ks != TYPE_KIND_CLASS && ks != TYPE_KIND_GENERIC_ALIAS) return false;
    if (type_class(source).v != type_class(target).v) return false;
    if (type_kind(target) == TYPE_KIND_CLASS || ks == TYPE_KIND_CLASS)
      return r->mode == RELATE_ASSIGNABLE;
    return relate_args(r, type_class(source), type_args(source),
                       type_args(target));
  }
  TypeId inner = type_inner(target);
  TypeId made = callable_made(r->world, source);
  if (type_is_null(made)) return metaclass_instance(r, source, inner);
  if (type_is_dynamic(inner) &&
      !(r->solver && type_has(made, TYPE_HAS_TYPE_VAR)))
    return r->mode == RELATE_ASSIGNABLE || type_is_dynamic(made);
  /* type[P] of a protocol holds the classes that implement it, not itself:
   * typing spec, "Protocols: type[] and class objects vs protocols". */
  TypeKind ks = type_kind(source);
  if ((ks == TYPE_KIND_CLASS || ks == TYPE_KIND_GENERIC_ALIAS) &&
      type_kind(inner) == TYPE_KIND_INSTANCE &&
      (r->world->class_flags(r->world, type_class(source)) & CLASS_PROTOCOL) &&
      (r->world->class_flags(r->world, type_class(inner)) & CLASS_PROTOCOL))
    return relate_why(r, "protocol class is not concrete");
  /* C without arguments is C[Unknown]; as type[C[int]] both are meant. */
  if (type_kind(source) == TYPE_KIND_CLASS && r->mode == RELATE_SUBTYPE &&
      type_has(made, TYPE_HAS_UNKNOWN)) {
    Relate lax = relate_begin(r->world, RELATE_ASSIGNABLE, made, inner);
    bool ok = relate(&lax, made, inner);
    return relate_end(&lax, ok);
  }
  return relate(r, made, inner);
}

/* ---- TypeForm ------------------------------------------------------------ */

bool relate_to_type_form(Relate *r, TypeId source, TypeId target) {
  TypeId inner = type_inner(target);
  TypeId made = callable_made(r->world, source);
  if (!type_is_null(made)) return relate(r, made, inner);
  switch (type_kind(source)) {
  case TYPE_KIND_TYPE_FORM: return relate(r, type_inner(source), inner);
  case TYPE_KIND_KNOWN_VALUE:
    switch (type_known_value_kind(source)) {
    case KNOWN_VALUE_ANNOTATION:
      if (type_kind(type_inner(source)) == TYPE_KIND_UNPACKED ||
          type_kind(type_inner(source)) == TYPE_KIND_PARAMS)
        return false;
      return relate(r, type_inner(source), inner);
    case KNOWN_VALUE_UNION:
    case KNOWN_VALUE_TYPE_ALIAS:
    case KNOWN_VALUE_NEW_TYPE: return relate(r, type_inner(source), inner);
    default: return false;
    }
  case TYPE_KIND_INSTANCE:
    return source.v == TYPE_KNOWN(NoneType).v && relate(r, source, inner);
  case TYPE_KIND_SPECIAL_FORM:
    return type_form(source) == FORM_ANY && r->mode == RELATE_ASSIGNABLE;
  default: return false;
  }
}
