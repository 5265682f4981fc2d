/* rebuild.c - a type made anew from changed parts.
 *
 * Substitution, promotion, cutting at a depth and dropping Divergent differ in
 * what they do with a part; how a whole is put together again is the same for
 * all of them and lies here:
 *
 *   - unions, intersections: normalised by union_of and meet_of;
 *   - tuple[A, *Ts, B] with Ts = tuple[...]: the elements are spliced in;
 *   - (x: A, *args: P.args, **kwargs: P.kwargs) with P = PARAMS: its parameters
 *     take the place of the pair, and what stands before becomes
 *       positional-only,
 *     as the typing spec says of Concatenate;
 *   - (*args: *Ts) with Ts = tuple[A, B]: positional-only parameters;
 *   - type variables that a signature binds and that were replaced are bound
 *     no longer; those that were renamed are bound under the new name;
 *   - type[A | B] becomes type[A] | type[B].
 *
 * Recursion is by the map function, one level of the value at a time, so it
 * ends with the value's depth. */
#include "types/rebuild.h"

#include "base/vec.h"
#include "types/caps.h"

#define NO_TYPES ((TypeSpan){NULL, 0})
typedef VEC(TypeId) TypeVec;
typedef VEC(Param) ParamVec;

static inline TypeId map_part(Rebuild *r, TypeId part) {
  return type_is_null(part) ? part : r->map(r, part);
}

/* Maps a span into scratch; returns the same span if nothing changed. */
static TypeSpan map_span(Rebuild *r, TypeSpan span) {
  TypeId *copy = NULL;
  for (uint32_t i = 0; i < span.n; i++) {
    TypeId part = map_part(r, span.v[i]);
    if (!copy && part.v == span.v[i].v) continue;
    if (!copy) {
      copy = ARENA_ARRAY_RAW(r->world->scratch, TypeId, span.n);
      memcpy(copy, span.v, i * sizeof(TypeId));
    }
    copy[i] = part;
  }
  return copy ? (TypeSpan){copy, span.n} : span;
}

/* ---- tuples -------------------------------------------------------------- */

static void push_span(TypeVec *v, Arena *a, TypeSpan span) {
  vec_append(v, a, span.v, span.n);
}

/* An unpacked part in the middle: a TUPLE is spliced, something dynamic
 * repeats. */
static TypeId tuple_join(Rebuild *r, TypeSpan prefix, TypeId middle,
                         TypeSpan suffix) {
  Arena *a = r->world->scratch;
  if (type_is_null(middle)) return type_tuple(prefix, TYPE_NULL, NO_TYPES);
  if (type_kind(middle) != TYPE_KIND_UNPACKED)
    return type_tuple(prefix, middle, suffix);
  TypeId inner = type_inner(middle);
  if (type_is_dynamic(inner)) return type_tuple(prefix, inner, suffix);
  if (type_kind(inner) != TYPE_KIND_TUPLE)
    return type_tuple(prefix, middle, suffix);
  TupleView v = type_tuple_view(inner);
  TypeVec before = {0}, after = {0};
  push_span(&before, a, prefix);
  push_span(&before, a, v.prefix);
  if (type_is_null(v.middle)) {
    push_span(&before, a, suffix);
    return type_tuple_of((TypeSpan){before.v, before.n});
  }
  push_span(&after, a, v.suffix);
  push_span(&after, a, suffix);
  return type_tuple((TypeSpan){before.v, before.n}, v.middle,
                    (TypeSpan){after.v, after.n});
}

static TypeId rebuild_tuple(Rebuild *r, TypeId t) {
  TupleView v = type_tuple_view(t);
  TypeSpan prefix = map_span(r, v.prefix), suffix = map_span(r, v.suffix);
  TypeId middle = map_part(r, v.middle);
  if (prefix.v == v.prefix.v && suffix.v == v.suffix.v &&
      middle.v == v.middle.v)
    return t;
  return tuple_join(r, prefix, middle, suffix);
}

/* ---- signatures ---------------------------------------------------------- */

typedef struct {
  ParamVec out;
  uint32_t flags;
  bool changed;
} NewParams;

/* The value of a ParamSpec in place of its pair of parameters. */
static void splice_param_spec(Rebuild *r, NewParams *n, const Param *pair) {
  Arena *a = r->world->scratch;
  TypeId spec = type_param_spec_of(pair[0].type);
  TypeId value = r->map(r, spec);
  if (value.v == spec.v) {
    vec_append(&n->out, a, pair, 2);
    return;
  }
  n->changed = true;
  TypeKind kind = type_kind(value);
  if (kind == TYPE_KIND_TYPE_VAR) {
    for (uint32_t i = 0; i < 2; i++) {
      Param p = pair[i];
      p.type = type_param_spec_part(value, i == 1);
      vec_push(&n->out, a, p);
    }
    return;
  }
  if (kind != TYPE_KIND_PARAMS && kind != TYPE_KIND_CALLABLE) {
    n->flags |= SIGNATURE_GRADUAL;
    return;
  }
  SignatureView v = type_signature_view(value);
  n->flags |= v.flags & (SIGNATURE_GRADUAL | SIGNATURE_TOP);
  if (v.n > 0 && v.params[0].kind <= PARAM_VARIADIC)
    for (uint32_t i = 0; i < n->out.n; i++)
      if (n->out.v[i].kind == PARAM_POSITIONAL_OR_KEYWORD)
        n->out.v[i].kind = PARAM_POSITIONAL_ONLY;
  vec_append(&n->out, a, v.params, v.n);
}

/* *args: *tuple[A, B, *tuple[C, ...]] -> A, B, *args: C. */
static void splice_variadic(Rebuild *r, NewParams *n, const Param *p,
                            TypeId type) {
  Arena *a = r->world->scratch;
  Param q = *p;
  TypeId inner = type_inner(type);
  if (type_kind(inner) != TYPE_KIND_TUPLE) {
    q.type = type_is_dynamic(inner) ? inner : type;
    if (type_is_dynamic(inner)) q.flags &= (uint8_t)~PARAM_UNPACKED;
    vec_push(&n->out, a, q);
    return;
  }
  TupleView v = type_tuple_view(inner);
  for (uint32_t i = 0; i < n->out.n; i++)
    if (v.prefix.n && n->out.v[i].kind == PARAM_POSITIONAL_OR_KEYWORD)
      n->out.v[i].kind = PARAM_POSITIONAL_ONLY;
  for (uint32_t i = 0; i < v.prefix.n; i++)
    vec_push(&n->out, a,
             ((Param){.type = v.prefix.v[i],
                      .kind = PARAM_POSITIONAL_ONLY,
                      .flags = PARAM_SYNTHETIC_NAME | PARAM_ANNOTATED}));
  if (type_is_null(v.middle)) return;
  if (v.suffix.n) {
    q.type = type_unpacked(type_tuple(NO_TYPES, v.middle, v.suffix));
  } else {
    q.type = v.middle;
    if (type_kind(v.middle) != TYPE_KIND_UNPACKED)
      q.flags &= (uint8_t)~PARAM_UNPACKED;
  }
  vec_push(&n->out, a, q);
}

static NewParams rebuild_params(Rebuild *r, SignatureView v) {
  NewParams n = {.flags = v.flags};
  vec_reserve(&n.out, r->world->scratch, v.n + 2);
  for (uint32_t i = 0; i < v.n; i++) {
    if (i + 1 < v.n && type_is_param_spec_pair(&v.params[i])) {
      splice_param_spec(r, &n, &v.params[i]);
      i++;
      continue;
    }
    Param p = v.params[i];
    TypeId type = r->map(r, p.type);
    TypeId value = map_part(r, p.default_type);
    if (type.v == p.type.v && value.v == p.default_type.v) {
      vec_push(&n.out, r->world->scratch, p);
      continue;
    }
    n.changed = true;
    p.default_type = value;
    if (p.kind == PARAM_VARIADIC && type_kind(type) == TYPE_KIND_UNPACKED) {
      splice_variadic(r, &n, &p, type);
      continue;
    }
    p.type = type;
    vec_push(&n.out, r->world->scratch, p);
  }
  return n;
}

/* The bound type variables after the change. */
static TypeId rebuild_type_params(Rebuild *r, TypeId list) {
  TypeSpan vars = type_args(list);
  if (vars.n == 0) return list;
  TypeVec kept = {0};
  for (uint32_t i = 0; i < vars.n; i++) {
    TypeId value = r->map(r, vars.v[i]);
    if (type_kind(value) == TYPE_KIND_TYPE_VAR)
      vec_push(&kept, r->world->scratch, value);
  }
  return type_list((TypeSpan){kept.v, kept.n});
}

static TypeId rebuild_signature(Rebuild *r, TypeId t) {
  SignatureView v = type_signature_view(t);
  NewParams n = rebuild_params(r, v);
  if (type_kind(t) == TYPE_KIND_PARAMS)
    return n.changed ? type_params(n.out.v, n.out.n, n.flags) : t;
  TypeId returns = r->map(r, v.returns);
  if (!n.changed && returns.v == v.returns.v) return t;
  return type_callable(n.out.v, n.out.n, returns,
                       rebuild_type_params(r, v.type_params), n.flags);
}

/* ---- the other kinds ----------------------------------------------------- */

static TypeId rebuild_intersection(Rebuild *r, TypeId t) {
  IntersectionView v = type_intersection_view(t);
  TypeSpan positive = map_span(r, v.positive);
  TypeSpan negative = map_span(r, v.negative);
  if (positive.v == v.positive.v && negative.v == v.negative.v) return t;
  TypeId result = positive.n ? meet_of(r->world, positive) : TYPE_KNOWN(object);
  for (uint32_t i = 0; i < negative.n; i++)
    result = meet_without(r->world, result, negative.v[i]);
  return result;
}

/* type[inner], distributed over a union. */
TypeId subclass_of(World *world, TypeId inner) {
  inner = alias_expand(world, inner);
  TypeSpan members = type_members(inner);
  if (members.n == 0) {
    if (type_kind(inner) == TYPE_KIND_NEVER) return inner;
    return type_subclass_of(inner);
  }
  UnionBuilder *b = union_begin(world);
  for (uint32_t i = 0; i < members.n; i++)
    union_add(b, type_subclass_of(members.v[i]));
  return union_end(b);
}

static TypeId rebuild_mapping(Rebuild *r, TypeId t) {
  const TypePair *pairs;
  uint32_t n = type_mapping_pairs(t, &pairs);
  TypePair *copy = ARENA_ARRAY_RAW(r->world->scratch, TypePair, n);
  bool changed = false;
  for (uint32_t i = 0; i < n; i++) {
    copy[i] = (TypePair){pairs[i].var, r->map(r, pairs[i].value)};
    changed |= copy[i].value.v != pairs[i].value.v;
  }
  return changed ? type_mapping(copy, n) : t;
}

static TypeId rebuild_param_spec_part(Rebuild *r, TypeId t) {
  TypeId value = r->map(r, type_param_spec_of(t));
  if (type_kind(value) == TYPE_KIND_TYPE_VAR)
    return type_param_spec_part(value, type_param_spec_is_kwargs(t));
  return type_is_dynamic(value) ? value : TYPE(UNKNOWN);
}

/* Kinds that are one or two parts, or parts behind a head. */
static TypeId rebuild_plain(Rebuild *r, TypeId t, TypeSpan parts) {
  switch (type_kind(t)) {
  case TYPE_KIND_INSTANCE: return type_instance(type_class(t), parts);
  case TYPE_KIND_GENERIC_ALIAS: return type_generic_alias(type_class(t), parts);
  case TYPE_KIND_SUBCLASS_OF: return subclass_of(r->world, parts.v[0]);
  case TYPE_KIND_FUNCTION:
    return type_function(type_module_id(t), type_def(t), type_name(t),
                         parts.v[0]);
  case TYPE_KIND_BOUND_METHOD: return type_bound_method(parts.v[0], parts.v[1]);
  case TYPE_KIND_OVERLOADED: return type_overloaded(parts);
  case TYPE_KIND_PROPERTY:
    return type_property(parts.v[0], parts.v[1], parts.v[2]);
  case TYPE_KIND_UNION: return union_of_lazy(r->world, parts);
  case TYPE_KIND_UNPACKED: return type_unpacked(parts.v[0]);
  case TYPE_KIND_TYPE_ALIAS:
    return type_alias(type_module_id(t), type_def(t), type_name(t), parts);
  case TYPE_KIND_KNOWN_VALUE:
    return type_known_value(type_known_value_kind(t), parts.v[0]);
  case TYPE_KIND_SUPER: return type_super(parts.v[0], parts.v[1]);
  case TYPE_KIND_TYPE_GUARD:
    return type_guard(type_guard_is(t), parts.v[0], type_guard_place(t));
  case TYPE_KIND_TYPE_FORM: return type_form_of(parts.v[0]);
  case TYPE_KIND_LIST: return type_list(parts);
  case TYPE_KIND_QUALIFIED:
    return type_qualified(parts.v[0], type_qualifiers(t));
  default: return t;
  }
}

static TypeSpan plain_parts(TypeId t) {
  const TypeRec *rec = type_at(t);
  static_assert(sizeof(TypeId) == sizeof(uint32_t), "words are handles");
  switch ((TypeKind)rec->kind) {
  case TYPE_KIND_INSTANCE:
  case TYPE_KIND_GENERIC_ALIAS:
  case TYPE_KIND_TYPE_ALIAS:
  case TYPE_KIND_OVERLOADED:
  case TYPE_KIND_LIST: return type_args(t);
  case TYPE_KIND_UNION: return type_members(t);
  case TYPE_KIND_FUNCTION:
    return (TypeSpan){(const TypeId *)(const void *)(rec->w + 3), 1};
  case TYPE_KIND_BOUND_METHOD:
  case TYPE_KIND_SUPER:
    return (TypeSpan){(const TypeId *)(const void *)rec->w, 2};
  case TYPE_KIND_PROPERTY:
    return (TypeSpan){(const TypeId *)(const void *)rec->w, 3};
  case TYPE_KIND_SUBCLASS_OF:
  case TYPE_KIND_UNPACKED:
  case TYPE_KIND_KNOWN_VALUE:
  case TYPE_KIND_TYPE_GUARD:
  case TYPE_KIND_TYPE_FORM:
  case TYPE_KIND_QUALIFIED:
    return (TypeSpan){(const TypeId *)(const void *)rec->w, 1};
  default: return NO_TYPES;
  }
}

/* A generic class's argument for a TypeVarTuple may come out dynamic; a tuple
 * of it is what the class's parameter stands for. */
TypeId rebuild(Rebuild *r, TypeId t) {
  ArenaMark mark = arena_mark(r->world->scratch);
  TypeId result = t;
  switch (type_kind(t)) {
  case TYPE_KIND_TUPLE: result = rebuild_tuple(r, t); break;
  case TYPE_KIND_CALLABLE:
  case TYPE_KIND_PARAMS: result = rebuild_signature(r, t); break;
  case TYPE_KIND_INTERSECTION: result = rebuild_intersection(r, t); break;
  case TYPE_KIND_MAPPING: result = rebuild_mapping(r, t); break;
  case TYPE_KIND_PARAM_SPEC_PART: result = rebuild_param_spec_part(r, t); break;
  default: {
    TypeSpan parts = plain_parts(t), mapped = map_span(r, parts);
    if (mapped.v != parts.v) result = rebuild_plain(r, t, mapped);
  }
  }
  arena_reset_to(r->world->scratch, mark);
  return result;
}
