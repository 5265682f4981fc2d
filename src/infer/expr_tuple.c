/* expr_tuple.c - items, slices, sums and multiples of tuples.
 *
 * A tuple with a part of unknown length is prefix + middle + suffix, the middle
 * having any number of items: what is asked of the two ends stays exact, what may
 * lie in the middle is the union of all that can stand there.
 */
#include "infer/expr_int.h"

enum { REPEATED_MAX = 64 }; /* items of a multiple */

/* The type of the items of the middle; a TypeVarTuple's may be anything. */
static TypeId middle_item(Ctx *ctx, TupleView v) {
  return type_kind(v.middle) == TYPE_KIND_UNPACKED
             ? world_known(ctx->world, KNOWN_object)
             : v.middle;
}

TypeId expr_tuple_at(Ctx *ctx, TypeId tuple, int64_t index) {
  TupleView v = type_tuple_view(tuple);
  World *world = ctx->world;
  if (type_is_null(v.middle)) {
    int64_t n = v.prefix.n;
    if (index < 0) index += n;
    return index < 0 || index >= n ? TYPE_NULL : v.prefix.v[index];
  }
  TypeId middle = middle_item(ctx, v);
  if (index >= 0) {
    if (index < v.prefix.n) return v.prefix.v[index];
    /* In the middle, or in the suffix when the middle is short. */
    TypeId t = middle;
    int64_t reach = index - v.prefix.n;
    for (int64_t i = 0; i < v.suffix.n && i <= reach; i++)
      t = union_of2(world, t, v.suffix.v[i]);
    return t;
  }
  int64_t back = -index;
  if (back <= v.suffix.n) return v.suffix.v[v.suffix.n - back];
  int64_t reach = MIN(back - v.suffix.n, v.prefix.n);
  TypeId t = TYPE(NEVER);
  for (int64_t i = v.prefix.n - reach; i < v.prefix.n; i++)
    t = union_of2(world, t, v.prefix.v[i]);
  return union_of2(world, t, middle);
}

/* ---- slices ------------------------------------------------------------------------ */

static bool slice_bound(TypeId t, int64_t *out, bool *given) {
  *given = false;
  if (type_kind(t) == TYPE_KIND_INSTANCE)
    return class_is(type_class(t), KNOWN_NoneType);
  if (type_kind(t) != TYPE_KIND_LITERAL_INT) return false;
  *given = true;
  *out = type_int_value(t);
  return true;
}

bool expr_slice_literal(Ctx *ctx, NodeId slice, SliceBounds *out) {
  if (slice.v == 0 || ast_kind(ctx->ast, slice) != AST_Slice) return false;
  const AstNode *n = ast_at(ctx->ast, slice);
  uint32_t parts[3] = {n->a, n->b, n->c};
  Ctx quiet = expr_quiet(ctx);
  for (int i = 0; i < 3; i++) {
    out->given[i] = false;
    if (parts[i] == 0) continue;
    TypeId t = expr_infer(&quiet, (NodeId){parts[i]}, TYPE_NULL);
    if (!slice_bound(t, &out->bound[i], &out->given[i])) return false;
  }
  return !(out->given[2] && out->bound[2] == 0);
}

void expr_slice_resolve(int64_t n, const SliceBounds *slice, int64_t *first,
                        int64_t *count, int64_t *step) {
  *step = slice->given[2] ? slice->bound[2] : 1;
  int64_t low = *step < 0 ? -1 : 0, high = *step < 0 ? n - 1 : n;
  int64_t start = *step < 0 ? high : low, stop = *step < 0 ? low : high;
  if (slice->given[0]) {
    start = slice->bound[0] < 0 ? slice->bound[0] + n : slice->bound[0];
    start = MAX(low, MIN(start, high));
  }
  if (slice->given[1]) {
    stop = slice->bound[1] < 0 ? slice->bound[1] + n : slice->bound[1];
    stop = MAX(low, MIN(stop, high));
  }
  *first = start;
  int64_t distance = *step > 0 ? stop - start : start - stop;
  int64_t size = *step > 0 ? *step : -*step;
  *count = distance <= 0 ? 0 : (distance + size - 1) / size;
}

static TypeSpan span_of(TypeSpan s, int64_t from, int64_t to) {
  if (from >= to) return (TypeSpan){0};
  return (TypeSpan){s.v + from, (uint32_t)(to - from)};
}

/* The items from `from` up to `to`, all of which are there whatever the length. */
static TypeId exact_items(Ctx *ctx, TypeId tuple, int64_t from, int64_t to) {
  if (from >= to) return TYPE(EMPTY_TUPLE);
  TypeId *items = ARENA_ARRAY(ctx->scratch, TypeId, (size_t)(to - from));
  for (int64_t i = from; i < to; i++)
    items[i - from] = expr_tuple_at(ctx, tuple, i);
  return type_tuple_of((TypeSpan){items, (uint32_t)(to - from)});
}

static TypeSpan reversed(Ctx *ctx, TypeSpan s) {
  TypeId *items = ARENA_ARRAY(ctx->scratch, TypeId, s.n + 1);
  for (uint32_t i = 0; i < s.n; i++) items[i] = s.v[s.n - 1 - i];
  return (TypeSpan){items, s.n};
}

/* A slice of a tuple of unknown length; null: not known. */
static TypeId variadic_slice(Ctx *ctx, TypeId tuple, const SliceBounds *s) {
  TupleView v = type_tuple_view(tuple);
  int64_t prefix = v.prefix.n, suffix = v.suffix.n;
  if (s->given[2] && s->bound[2] != 1) {
    bool all = s->bound[2] == -1 && !s->given[0] && !s->given[1];
    return all && type_kind(v.middle) != TYPE_KIND_UNPACKED
               ? type_tuple(reversed(ctx, v.suffix), v.middle,
                            reversed(ctx, v.prefix))
               : TYPE_NULL;
  }
  int64_t from = s->given[0] ? s->bound[0] : 0;
  int64_t to = s->given[1] ? s->bound[1] : 0;
  bool to_end = !s->given[1];
  if (to_end || to < 0) {
    /* Up to the end, or up to an item of the suffix. */
    if (-to > suffix) {
      if (from < 0 && from >= -prefix - suffix && -to <= prefix + suffix)
        return exact_items(ctx, tuple, from, to);
      return TYPE_NULL;
    }
    if (from >= 0 && from <= prefix)
      return type_tuple(span_of(v.prefix, from, prefix), v.middle,
                        span_of(v.suffix, 0, suffix + to));
    if (from < 0 && -from <= prefix + suffix)
      return exact_items(ctx, tuple, from, to);
    return TYPE_NULL;
  }
  if (from >= 0)
    return to <= prefix + suffix || from >= to
               ? exact_items(ctx, tuple, from, to)
               : TYPE_NULL;
  return -from <= suffix && to <= prefix ? TYPE(EMPTY_TUPLE) : TYPE_NULL;
}

TypeId expr_tuple_slice(Ctx *ctx, TypeId tuple, NodeId slice) {
  TupleView v = type_tuple_view(tuple);
  SliceBounds bounds;
  int64_t first, count, step;
  if (!expr_slice_literal(ctx, slice, &bounds)) return TYPE_NULL;
  if (!type_is_null(v.middle)) return variadic_slice(ctx, tuple, &bounds);
  expr_slice_resolve(v.prefix.n, &bounds, &first, &count, &step);
  TypeId *items = ARENA_ARRAY(ctx->scratch, TypeId, (size_t)count + 1);
  for (int64_t i = 0; i < count; i++) items[i] = v.prefix.v[first + i * step];
  return type_tuple_of((TypeSpan){items, (uint32_t)count});
}

/* ---- + and * ----------------------------------------------------------------------- */

/* What lies between two middles, and they themselves, are one middle. */
static TypeId joined_middle(Ctx *ctx, TupleView a, TupleView b) {
  UnionBuilder *builder = union_begin(ctx->world);
  for (uint32_t i = 0; i < a.suffix.n; i++) union_add(builder, a.suffix.v[i]);
  union_add(builder, middle_item(ctx, a));
  union_add(builder, middle_item(ctx, b));
  for (uint32_t i = 0; i < b.prefix.n; i++) union_add(builder, b.prefix.v[i]);
  return union_end(builder);
}

TypeId expr_tuple_concat(Ctx *ctx, TypeId left, TypeId right) {
  TupleView a = type_tuple_view(left), b = type_tuple_view(right);
  if (!type_is_null(a.middle) && !type_is_null(b.middle))
    return type_tuple(a.prefix, joined_middle(ctx, a, b), b.suffix);
  TypeId *items =
      ARENA_ARRAY(ctx->scratch, TypeId,
                  a.prefix.n + a.suffix.n + b.prefix.n + b.suffix.n + 1);
  uint32_t n = 0, split;
  TypeId middle = TYPE_NULL;
  for (uint32_t i = 0; i < a.prefix.n; i++) items[n++] = a.prefix.v[i];
  split = n;
  if (!type_is_null(a.middle)) {
    middle = a.middle;
    for (uint32_t i = 0; i < a.suffix.n; i++) items[n++] = a.suffix.v[i];
  }
  for (uint32_t i = 0; i < b.prefix.n; i++) items[n++] = b.prefix.v[i];
  if (!type_is_null(b.middle)) {
    middle = b.middle;
    split = n;
    for (uint32_t i = 0; i < b.suffix.n; i++) items[n++] = b.suffix.v[i];
  }
  if (type_is_null(middle)) return type_tuple_of((TypeSpan){items, n});
  return type_tuple((TypeSpan){items, split}, middle,
                    (TypeSpan){items + split, n - split});
}

TypeId expr_tuple_repeat(Ctx *ctx, TypeId tuple, int64_t times) {
  TupleView view = type_tuple_view(tuple);
  if (!type_is_null(view.middle)) return TYPE_NULL;
  if (times <= 0) return TYPE(EMPTY_TUPLE);
  if (view.prefix.n * (uint64_t)times > REPEATED_MAX) return TYPE_NULL;
  uint32_t n = view.prefix.n * (uint32_t)times;
  TypeId *items = ARENA_ARRAY(ctx->scratch, TypeId, n + 1);
  for (uint32_t i = 0; i < n; i++) items[i] = view.prefix.v[i % view.prefix.n];
  return type_tuple_of((TypeSpan){items, n});
}
