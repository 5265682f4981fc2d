/* relate_tuple.c - tuples: fixed length, and with an unbounded middle.
 *
 * A tuple is prefix, middle, suffix, where the middle repeats any number of
 * times (or is an unpacked TypeVarTuple). A source with an unbounded middle may
 * be as short as its prefix and suffix, so it fits a target only if these are
 * long enough, unless what repeats is dynamic: tuple[Any, ...] is assignable to
 * tuples of any length.
 *
 * Source: typing spec "Tuples", "Generics: TypeVarTuple". */
#include "types/relate_int.h"

#define NO_TYPES ((TypeSpan){NULL, 0})

static TypeSpan slice(TypeSpan s, uint32_t from, uint32_t n) {
  return (TypeSpan){s.v + from, n};
}

static bool relate_spans(Relate *r, const TypeId *s, const TypeId *t,
                         uint32_t n) {
  for (uint32_t i = 0; i < n; i++)
    if (!relate(r, s[i], t[i])) return false;
  return true;
}

/* Whether the middle is an unpacked TypeVarTuple. */
static bool is_unpacked(TypeId middle) {
  return !type_is_null(middle) && type_kind(middle) == TYPE_KIND_UNPACKED;
}

/* What an element of the middle may be. */
static TypeId middle_element(TypeId middle) {
  return is_unpacked(middle) ? TYPE_KNOWN(object) : middle;
}

/* Part of a source (prefix elements, middle, suffix elements) against the
 * target's middle. */
static bool to_middle(Relate *r, TypeSpan before, TypeId middle, TypeSpan after,
                      TypeId target) {
  if (is_unpacked(target)) {
    TypeId var = type_inner(target);
    if (relate_is_variable(r, var)) {
      TypeId value = type_is_null(middle) ? type_tuple_of(before)
                                          : type_tuple(before, middle, after);
      return solver_lower(r, var, value);
    }
    if (type_is_null(middle)) return false;
    return before.n + after.n == 0 &&
           (middle.v == target.v ||
            (type_is_dynamic(middle) && r->mode == RELATE_ASSIGNABLE));
  }
  for (uint32_t i = 0; i < before.n; i++)
    if (!relate(r, before.v[i], target)) return false;
  if (!type_is_null(middle) && !relate(r, middle_element(middle), target))
    return false;
  for (uint32_t i = 0; i < after.n; i++)
    if (!relate(r, after.v[i], target)) return false;
  return true;
}

static bool from_fixed(Relate *r, TypeSpan s, TupleView t) {
  uint32_t ends = t.prefix.n + t.suffix.n;
  if (s.n < ends || (type_is_null(t.middle) && s.n != ends))
    return relate_why(r, "tuple of length %u instead of %u", s.n, ends);
  if (!relate_spans(r, s.v, t.prefix.v, t.prefix.n)) return false;
  if (!relate_spans(r, s.v + s.n - t.suffix.n, t.suffix.v, t.suffix.n))
    return false;
  if (type_is_null(t.middle)) return true;
  return to_middle(r, slice(s, t.prefix.n, s.n - ends), TYPE_NULL, NO_TYPES,
                   t.middle);
}

/* tuple[A, *tuple[Any, ...], B] stands for tuples of every length. */
static bool from_any_length(Relate *r, TupleView s, TupleView t) {
  uint32_t ends = s.prefix.n + s.suffix.n, n = t.prefix.n + t.suffix.n;
  if (type_is_null(t.middle) && ends > n) return false;
  uint32_t p = MIN(s.prefix.n, t.prefix.n), q = MIN(s.suffix.n, t.suffix.n);
  if (!relate_spans(r, s.prefix.v, t.prefix.v, p)) return false;
  if (!relate_spans(r, s.suffix.v + s.suffix.n - q, t.suffix.v + t.suffix.n - q,
                    q))
    return false;
  /* The rest of the target is met by the dynamic middle; variables take it. */
  for (uint32_t i = p; i < t.prefix.n; i++)
    if (!relate(r, s.middle, t.prefix.v[i])) return false;
  for (uint32_t i = 0; i + q < t.suffix.n; i++)
    if (!relate(r, s.middle, t.suffix.v[i])) return false;
  if (type_is_null(t.middle)) return true;
  return to_middle(r, slice(s.prefix, p, s.prefix.n - p), s.middle,
                   slice(s.suffix, 0, s.suffix.n - q), t.middle);
}

static bool from_open(Relate *r, TupleView s, TupleView t) {
  if (type_is_dynamic(s.middle) && r->mode == RELATE_ASSIGNABLE)
    return from_any_length(r, s, t);
  /* *Ts of the source may be solved to the elements that are left. */
  bool open =
      is_unpacked(s.middle) && relate_is_variable(r, type_inner(s.middle));
  if (open && s.prefix.n <= t.prefix.n && s.suffix.n <= t.suffix.n &&
      !type_is_null(t.middle)) {
    uint32_t more = t.suffix.n - s.suffix.n;
    TypeId rest =
        type_tuple(slice(t.prefix, s.prefix.n, t.prefix.n - s.prefix.n),
                   t.middle, slice(t.suffix, 0, more));
    return relate_spans(r, s.prefix.v, t.prefix.v, s.prefix.n) &&
           relate_spans(r, s.suffix.v, t.suffix.v + more, s.suffix.n) &&
           solver_upper(r, type_inner(s.middle), rest);
  }
  if (type_is_null(t.middle)) {
    uint32_t ends = s.prefix.n + s.suffix.n;
    if (!open || t.prefix.n < ends) return false;
    TypeSpan rest = slice(t.prefix, s.prefix.n, t.prefix.n - ends);
    return relate_spans(r, s.prefix.v, t.prefix.v, s.prefix.n) &&
           relate_spans(r, s.suffix.v, rest.v + rest.n, s.suffix.n) &&
           solver_upper(r, type_inner(s.middle), type_tuple_of(rest));
  }
  if (s.prefix.n < t.prefix.n || s.suffix.n < t.suffix.n) return false;
  uint32_t more = s.suffix.n - t.suffix.n;
  return relate_spans(r, s.prefix.v, t.prefix.v, t.prefix.n) &&
         relate_spans(r, s.suffix.v + more, t.suffix.v, t.suffix.n) &&
         to_middle(r, slice(s.prefix, t.prefix.n, s.prefix.n - t.prefix.n),
                   s.middle, slice(s.suffix, 0, more), t.middle);
}

/* The target is a TUPLE. */
bool relate_tuples(Relate *r, TypeId source, TypeId target) {
  if (type_kind(source) != TYPE_KIND_TUPLE) {
    if (type_kind(source) != TYPE_KIND_INSTANCE) return false;
    TypeId seen = world_as_instance_of(r->world, source, CLASS_ID(tuple));
    if (type_is_null(seen))
      return r->mode == RELATE_ASSIGNABLE &&
             (r->world->class_flags(r->world, type_class(source)) &
              CLASS_UNKNOWN_BASE);
    if (type_kind(seen) == TYPE_KIND_INSTANCE) {
      TypeSpan args = type_args(seen);
      seen = type_tuple(NO_TYPES, args.n ? args.v[0] : TYPE(UNKNOWN), NO_TYPES);
    }
    source = seen;
    if (source.v == target.v) return true;
  }
  TupleView s = type_tuple_view(source), t = type_tuple_view(target);
  if (type_is_null(s.middle)) return from_fixed(r, s.prefix, t);
  return from_open(r, s, t);
}
