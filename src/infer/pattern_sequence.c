/* pattern_sequence.c - sequence patterns.
 *
 * A sequence pattern matches instances of collections.abc.Sequence, but not
 * str, bytes or bytearray (PEP 634).  Of tuples the length is known, so each
 * sub-pattern has its element; an unbounded tuple is first brought to the
 * pattern's length.
 *
 * The negative side of a fixed tuple is exact as far as the elements are: with
 * Pi the part of element Ti that pattern i matches and Ni the rest,
 *
 *   (T1, T2) - (P1, P2)  =  (N1, T2) | (P1, N2)
 *
 * so that matching on tuples of enums or bools can be exhaustive. Terms are
 * limited by the number of members that the subject already has.
 */
#include "infer/narrow_int.h"

#include "infer/expr_int.h"

#define NO_ARGS ((TypeSpan){NULL, 0})

enum { LENGTH_MAX = 64 }; /* of a tuple that is made from an unbounded one */

/* The items of a sequence pattern around its star. */
typedef struct {
  NodeList items;
  uint32_t before, after; /* items before and behind the star */
  bool star;
} Shape;

static Shape shape_of(Ctx *ctx, NodeId pattern) {
  Shape s = {.items = ast_list(ctx->ast, ast_at(ctx->ast, pattern)->a)};
  s.before = s.items.n;
  for (uint32_t i = 0; i < s.items.n; i++) {
    if (ast_kind(ctx->ast, ast_item(s.items, i)) != AST_MatchStar) continue;
    s.star = true;
    s.before = i;
    s.after = s.items.n - i - 1;
    break;
  }
  return s;
}

/* The pattern for element `i` of a tuple of `n`; 0: the star takes it. */
static NodeId item_for(const Shape *s, uint32_t i, uint32_t n) {
  if (!s->star || i < s->before) return ast_item(s->items, i);
  if (i >= n - s->after) return ast_item(s->items, s->items.n - (n - i));
  return (NodeId){0};
}

static bool fits(const Shape *s, uint32_t length) {
  return s->star ? length >= s->before + s->after : length == s->before;
}

/* ---- tuples -------------------------------------------------------------- */

/* The fixed tuple's part that matches. */
static TypeId fixed_positive(Ctx *ctx, const Shape *s, TypeId tuple) {
  TypeSpan elements = type_tuple_view(tuple).prefix;
  if (!fits(s, elements.n)) return TYPE(NEVER);
  TypeId *items = ARENA_ARRAY_RAW(ctx->scratch, TypeId, elements.n + 1);
  bool changed = false;
  for (uint32_t i = 0; i < elements.n; i++) {
    NodeId item = item_for(s, i, elements.n);
    items[i] = elements.v[i];
    if (item.v == 0) continue;
    items[i] = pattern_narrow(ctx, item, elements.v[i], true);
    if (type_eq(items[i], TYPE(NEVER))) return TYPE(NEVER);
    changed |= !type_eq(items[i], elements.v[i]);
  }
  return changed ? type_tuple_of((TypeSpan){items, elements.n}) : tuple;
}

/* What the pattern leaves of the fixed tuple. */
static TypeId fixed_negative(Ctx *ctx, const Shape *s, TypeId tuple,
                             bool split) {
  TypeSpan elements = type_tuple_view(tuple).prefix;
  uint32_t n = elements.n, refutable = 0;
  if (!fits(s, n)) return tuple;
  TypeId *rest = ARENA_ARRAY_RAW(ctx->scratch, TypeId, n + 1);
  TypeId *items = ARENA_ARRAY_RAW(ctx->scratch, TypeId, n + 1);
  for (uint32_t i = 0; i < n; i++) {
    NodeId item = item_for(s, i, n);
    rest[i] = TYPE(NEVER);
    items[i] = elements.v[i];
    if (item.v) rest[i] = pattern_narrow(ctx, item, elements.v[i], false);
    if (!type_eq(rest[i], TYPE(NEVER))) refutable++;
  }
  if (refutable == 0) return TYPE(NEVER);
  if (refutable > 1 && (!split || refutable > 8)) return tuple;
  UnionBuilder *builder = union_begin(ctx->world);
  for (uint32_t i = 0; i < n; i++) {
    if (type_eq(rest[i], TYPE(NEVER))) continue;
    items[i] = rest[i];
    union_add(builder, type_tuple_of((TypeSpan){items, n}));
    items[i] = pattern_narrow(ctx, item_for(s, i, n), elements.v[i], true);
    if (type_eq(items[i], TYPE(NEVER))) break;
  }
  return union_end(builder);
}

/* A tuple with an unbounded part, as long as the pattern asks; null when it is
 * too short or too long for that. */
static TypeId stretch(Ctx *ctx, const Shape *s, TupleView v) {
  uint32_t fixed = v.prefix.n + v.suffix.n, want = s->before + s->after;
  if (want > LENGTH_MAX) return TYPE_NULL;
  TypeId items[LENGTH_MAX + 1];
  uint32_t n = 0;
  if (!s->star) {
    if (want < fixed) return TYPE_NULL;
    for (uint32_t i = 0; i < v.prefix.n; i++) items[n++] = v.prefix.v[i];
    while (n < want - v.suffix.n) items[n++] = v.middle;
    for (uint32_t i = 0; i < v.suffix.n; i++) items[n++] = v.suffix.v[i];
    return type_tuple_of((TypeSpan){items, n});
  }
  if (s->before < v.prefix.n || s->after < v.suffix.n) return TYPE_NULL;
  for (uint32_t i = 0; i < v.prefix.n; i++) items[n++] = v.prefix.v[i];
  while (n < s->before) items[n++] = v.middle;
  uint32_t begin = n;
  while (n < want - v.suffix.n) items[n++] = v.middle;
  for (uint32_t i = 0; i < v.suffix.n; i++) items[n++] = v.suffix.v[i];
  (void)ctx;
  return type_tuple((TypeSpan){items, begin}, v.middle,
                    (TypeSpan){items + begin, n - begin});
}

/* Narrows the elements that a stretched tuple has at fixed places. */
static TypeId open_positive(Ctx *ctx, const Shape *s, TypeId tuple) {
  TupleView v = type_tuple_view(tuple);
  uint32_t a = v.prefix.n, b = v.suffix.n;
  TypeId *items = ARENA_ARRAY_RAW(ctx->scratch, TypeId, a + b + 1);
  for (uint32_t i = 0; i < a + b; i++) {
    NodeId item = {0};
    if (i < a && i < s->before) item = ast_item(s->items, i);
    if (i >= a && a + b - i <= s->after)
      item = ast_item(s->items, s->items.n - (a + b - i));
    items[i] = i < a ? v.prefix.v[i] : v.suffix.v[i - a];
    if (item.v) items[i] = pattern_narrow(ctx, item, items[i], true);
    if (type_eq(items[i], TYPE(NEVER))) return TYPE(NEVER);
  }
  return type_tuple((TypeSpan){items, a}, v.middle, (TypeSpan){items + a, b});
}

static TypeId unbounded_positive(Ctx *ctx, const Shape *s, TypeId tuple) {
  TupleView v = type_tuple_view(tuple);
  if (type_kind(v.middle) == TYPE_KIND_UNPACKED) return tuple;
  if (!s->star && s->before < v.prefix.n + v.suffix.n) return TYPE(NEVER);
  TypeId stretched = stretch(ctx, s, v);
  if (type_is_null(stretched)) return tuple;
  return s->star ? open_positive(ctx, s, stretched)
                 : fixed_positive(ctx, s, stretched);
}

/* Whether each item that is no star matches anything of the element type. */
static bool items_irrefutable(Ctx *ctx, const Shape *s, TypeId element) {
  for (uint32_t i = 0; i < s->items.n; i++)
    if (!type_eq(pattern_narrow(ctx, ast_item(s->items, i), element, false),
                 TYPE(NEVER)))
      return false;
  return true;
}

enum { SHORTER_MAX = 8 };

/* Whether the items match whatever the tuple's own prefix and suffix hold. */
static bool covers(Ctx *ctx, const Shape *s, TupleView v) {
  if (!s->star || s->before > v.prefix.n || s->after > v.suffix.n) return false;
  for (uint32_t i = 0; i < s->before + s->after; i++) {
    bool front = i < s->before;
    NodeId item = ast_item(s->items, front ? i : i + 1);
    TypeId t = front ? v.prefix.v[i]
                     : v.suffix.v[v.suffix.n - s->after + i - s->before];
    if (!type_eq(pattern_narrow(ctx, item, t, false), TYPE(NEVER)))
      return false;
  }
  return true;
}

static TypeId unbounded_negative(Ctx *ctx, const Shape *s, TypeId tuple) {
  TupleView v = type_tuple_view(tuple);
  if (covers(ctx, s, v)) return TYPE(NEVER);
  if (type_kind(v.middle) == TYPE_KIND_UNPACKED || v.prefix.n || v.suffix.n)
    return tuple;
  if (!items_irrefutable(ctx, s, v.middle)) return tuple;
  uint32_t want = s->before + s->after;
  if (!s->star)
    return want ? tuple
                : type_tuple((TypeSpan){&v.middle, 1}, v.middle, NO_ARGS);
  if (want > SHORTER_MAX) return tuple;
  TypeId items[SHORTER_MAX];
  for (uint32_t i = 0; i < want; i++) items[i] = v.middle;
  UnionBuilder *builder = union_begin(ctx->world);
  for (uint32_t n = 0; n < want; n++)
    union_add(builder, type_tuple_of((TypeSpan){items, n}));
  return union_end(builder);
}

static TypeId match_tuple(Ctx *ctx, const Shape *s, TypeId tuple, bool holds,
                          bool split) {
  bool open = !type_is_null(type_tuple_view(tuple).middle);
  if (holds)
    return open ? unbounded_positive(ctx, s, tuple)
                : fixed_positive(ctx, s, tuple);
  return open ? unbounded_negative(ctx, s, tuple)
              : fixed_negative(ctx, s, tuple, split);
}

/* ---- other sequences ----------------------------------------------------- */

bool pattern_is_closed(Ctx *ctx, TypeId member) {
  static const KnownClass known[] = {
      KNOWN_int,          KNOWN_bool,          KNOWN_float,
      KNOWN_complex,      KNOWN_str,           KNOWN_bytes,
      KNOWN_bytearray,    KNOWN_NoneType,      KNOWN_dict,
      KNOWN_set,          KNOWN_frozenset,     KNOWN_list,
      KNOWN_tuple,        KNOWN_slice,         KNOWN_range,
      KNOWN_type,         KNOWN_BaseException, KNOWN_ModuleType,
      KNOWN_FunctionType, KNOWN_MethodType,    KNOWN_deque,
  };
  World *world = ctx->world;
  switch (type_kind(member)) {
  case TYPE_KIND_CALLABLE:
  case TYPE_KIND_OVERLOADED:
  case TYPE_KIND_TYPE_VAR:
  case TYPE_KIND_INTERSECTION: return false;
  default: break;
  }
  TypeId nominal = world_nominal_fallback(world, member);
  if (type_is_null(nominal) || type_kind(nominal) != TYPE_KIND_INSTANCE)
    return false;
  uint32_t flags = world->class_flags(world, type_class(nominal));
  if (flags & CLASS_UNKNOWN_BASE) return false;
  if (flags & (CLASS_FINAL | CLASS_TYPED_DICT)) return true;
  for (uint32_t i = 0; i < ARRAY_LEN(known); i++)
    if (!type_is_null(
            world_as_instance_of(world, nominal, (ClassId){known[i]})))
      return true;
  return false;
}

/* str, bytes, bytearray: sequences that no sequence pattern matches. */
static bool is_text(Ctx *ctx, TypeId member) {
  return narrow_derives(ctx, member, TYPE_KNOWN(str)) ||
         narrow_derives(ctx, member, TYPE_KNOWN(bytes)) ||
         narrow_derives(ctx, member, TYPE_KNOWN(bytearray));
}

/* The element type of a Sequence; null when the member is none. */
static TypeId sequence_element(World *world, TypeId member) {
  TypeSpan parts = {&member, 1};
  if (type_kind(member) == TYPE_KIND_INTERSECTION)
    parts = type_intersection_view(member).positive;
  for (uint32_t i = 0; i < parts.n; i++) {
    TypeId nominal = world_nominal_fallback(world, parts.v[i]);
    if (type_is_null(nominal)) continue;
    TypeId t = world_as_instance_of(world, nominal, CLASS_ID(Sequence));
    if (!type_is_null(t) && type_args(t).n == 1) return type_args(t).v[0];
  }
  return TYPE_NULL;
}

/* The tuple that a named tuple is; null for others. */
static TypeId as_tuple(World *world, TypeId member) {
  if (type_kind(member) == TYPE_KIND_TUPLE) return member;
  if (type_kind(member) != TYPE_KIND_INSTANCE) return TYPE_NULL;
  TypeId t = world_as_instance_of(world, member, CLASS_ID(tuple));
  return !type_is_null(t) && type_kind(t) == TYPE_KIND_TUPLE ? t : TYPE_NULL;
}

TypeId pattern_sequence(Ctx *ctx, NodeId pattern, TypeId member, bool holds,
                        bool split) {
  World *world = ctx->world;
  Shape s = shape_of(ctx, pattern);
  if (type_is_dynamic(member)) return member;
  TypeId tuple = as_tuple(world, member);
  if (!type_is_null(tuple)) {
    TypeId t = match_tuple(ctx, &s, tuple, holds, split);
    if (type_kind(member) == TYPE_KIND_TUPLE) return t;
    return type_eq(t, TYPE(NEVER)) ? t : member;
  }
  if (is_text(ctx, member)) return holds ? TYPE(NEVER) : member;
  TypeId element = sequence_element(world, member);
  if (type_is_null(element)) {
    if (!holds) return member;
    if (pattern_is_closed(ctx, member)) return TYPE(NEVER);
    return meet_of2(world, member,
                    world_instance_unknown(world, CLASS_ID(Sequence)));
  }
  if (!holds) return s.star && s.items.n == 1 ? TYPE(NEVER) : member;
  for (uint32_t i = 0; i < s.items.n; i++)
    if (type_eq(pattern_narrow(ctx, ast_item(s.items, i), element, true),
                TYPE(NEVER)))
      return TYPE(NEVER);
  return member;
}

/* ---- elements for captures ----------------------------------------------- */

/* Elements that the star takes from a tuple, or that may stand at `at`. */
static TypeId tuple_element(Ctx *ctx, const Shape *s, uint32_t at,
                            TypeId tuple) {
  World *world = ctx->world;
  TupleView v = type_tuple_view(tuple);
  UnionBuilder *builder = union_begin(world);
  bool is_star = s->star && at == s->before;
  if (type_is_null(v.middle)) {
    uint32_t n = v.prefix.n;
    if (!is_star) {
      uint32_t i = s->star && at > s->before ? n - (s->items.n - at) : at;
      return i < n ? v.prefix.v[i] : TYPE(UNKNOWN);
    }
    for (uint32_t i = s->before; i + s->after < n; i++)
      union_add(builder, v.prefix.v[i]);
    return union_end(builder);
  }
  if (!is_star && at < s->before && at < v.prefix.n) return v.prefix.v[at];
  uint32_t back = s->items.n - at;
  if (!is_star && s->star && at > s->before && back <= v.suffix.n)
    return v.suffix.v[v.suffix.n - back];
  for (uint32_t i = is_star ? s->before : 0; i < v.prefix.n; i++)
    union_add(builder, v.prefix.v[i]);
  union_add(builder, type_kind(v.middle) == TYPE_KIND_UNPACKED
                         ? TYPE_KNOWN(object)
                         : v.middle);
  for (uint32_t i = 0; i + (is_star ? s->after : 0) < v.suffix.n; i++)
    union_add(builder, v.suffix.v[i]);
  return union_end(builder);
}

TypeId pattern_element(Ctx *ctx, NodeId pattern, uint32_t at, TypeId subject) {
  World *world = ctx->world;
  Shape s = shape_of(ctx, pattern);
  TypeId expanded = alias_expand(world, subject);
  TypeSpan members = union_members(world, &expanded);
  UnionBuilder *builder = union_begin(world);
  for (uint32_t i = 0; i < members.n; i++) {
    TypeId member = members.v[i];
    TypeId t = as_tuple(world, member);
    if (type_is_dynamic(member)) t = member;
    else if (!type_is_null(t)) t = tuple_element(ctx, &s, at, t);
    else t = sequence_element(world, member);
    union_add(builder, type_is_null(t) ? TYPE(UNKNOWN) : t);
  }
  return union_end(builder);
}
