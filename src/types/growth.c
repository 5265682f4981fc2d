/* growth.c - types that nest ever deeper in themselves, cut.
 *
 * A value that a cycle of queries makes out of its own old value (`x = [x]`)
 * grows by a level each round.  What has grown since the old value is seen by
 * counting how often something of one class (or a tuple) lies inside
 * something of the same class; it is cut at the first such place, where Unknown
 * stands then.
 *
 * A type is a DAG that may be far smaller than the tree that it spells, so
 * both walks remember what they have seen: they cost the number of distinct
 * parts.  A part's count does not depend on what is around it; how it is cut
 * depends on one bit, whether something of the class is.
 */
#include "base/hmap.h"
#include "base/vec.h"
#include "types/rebuild.h"

typedef struct {
  Rebuild base;
  TypeKind kind; /* of what is counted: instances of class_id, or tuples */
  ClassId class_id;
  bool inside;   /* the part at hand lies inside one */
  bool done;     /* old and new have been cut */
  HMap32 counts; /* part -> 1 + how often it nests */
  HMap64 cuts;   /* (part, inside) -> what becomes of it */
} Nesting;

static bool nests(const Nesting *n, TypeId t) {
  return type_kind(t) == n->kind &&
         (n->kind == TYPE_KIND_TUPLE || type_class(t).v == n->class_id.v);
}

/* What a part may lie in. */
static bool is_holder(TypeId t) {
  TypeKind kind = type_kind(t);
  return kind == TYPE_KIND_INSTANCE || kind == TYPE_KIND_TUPLE ||
         kind == TYPE_KIND_UNION;
}

/* ---- counting ------------------------------------------------------------- */

typedef struct {
  Nesting *nesting;
  uint32_t most;
} Deepest;

static uint32_t count(Nesting *n, TypeId t);

static void count_part(TypeId part, void *ctx) {
  Deepest *d = ctx;
  d->most = MAX(d->most, count(d->nesting, part));
}

/* The most of the class that lie in each other on a way into `t`. */
static uint32_t count(Nesting *n, TypeId t) {
  if (!is_holder(t)) return 0;
  if (type_at(t)->depth <= 1) return nests(n, t);
  uint32_t known = hmap32_get(&n->counts, t.v);
  if (known) return known - 1;
  Deepest d = {n, 0};
  type_each_part(t, count_part, &d);
  d.most += nests(n, t);
  hmap32_put(&n->counts, t.v, d.most + 1);
  return d.most;
}

/* ---- cutting -------------------------------------------------------------- */

/* Requires: `t` has been counted. */
static TypeId cut_part(Rebuild *r, TypeId t) {
  Nesting *n = (Nesting *)(void *)r;
  if (count(n, t) + n->inside < 2) return t;
  bool one = nests(n, t), inside = n->inside;
  if (one && inside) return TYPE(UNKNOWN);
  uint64_t key = hmap_pair(inside, t.v);
  uint32_t known = hmap64_get(&n->cuts, key);
  if (known) return (TypeId){known};
  n->inside |= one;
  TypeId result = rebuild(r, t);
  n->inside = inside;
  hmap64_put(&n->cuts, key, result.v);
  return result;
}

/* The map of cuts has room for all parts from the start: rebuild gives back
 * the scratch that is taken meanwhile. */
static void cut_both(Nesting *n, TypeId *old, TypeId *new) {
  count(n, *old);
  count(n, *new);
  hmap64_init(&n->cuts, n->base.world->scratch, 2 * n->counts.n);
  *new = cut_part(&n->base, *new);
  *old = cut_part(&n->base, *old);
  n->done = true;
}

/* The nesting for parts like `like`; made when it is not there. */
static Nesting *nesting_of(World *world, TypeId like, Nesting *of, uint32_t *n) {
  for (uint32_t i = 0; i < *n; i++)
    if (nests(&of[i], like)) return &of[i];
  Nesting *made = &of[(*n)++];
  *made = (Nesting){.base = {world, cut_part},
                    .kind = type_kind(like),
                    .counts = {.arena = world->scratch}};
  if (made->kind == TYPE_KIND_INSTANCE) made->class_id = type_class(like);
  return made;
}

TypeId type_cut_growth(World *world, TypeId *old, TypeId new) {
  ArenaMark mark = arena_mark(world->scratch);
  TypeId store = new;
  TypeSpan members = union_members(world, &store);
  Nesting *all = ARENA_ARRAY_RAW(world->scratch, Nesting, members.n);
  uint32_t n = 0;
  for (uint32_t i = 0; i < members.n; i++) {
    TypeKind kind = type_kind(members.v[i]);
    if (kind != TYPE_KIND_TUPLE && kind != TYPE_KIND_INSTANCE) continue;
    if (type_at(members.v[i])->depth < 2) continue;
    Nesting *nesting = nesting_of(world, members.v[i], all, &n);
    if (nesting->done) continue;
    uint32_t is = count(nesting, members.v[i]);
    if (is >= 2 && is > count(nesting, *old)) cut_both(nesting, old, &new);
  }
  arena_reset_to(world->scratch, mark);
  return new;
}

/* ---- tuples --------------------------------------------------------------- */

static bool is_plain_tuple(TypeId t) {
  if (type_kind(t) != TYPE_KIND_TUPLE) return false;
  TypeId middle = type_tuple_view(t).middle;
  return type_is_null(middle) || type_kind(middle) != TYPE_KIND_UNPACKED;
}

/* Whether tuples of several lengths are among the members. */
static bool lengths_differ(TypeSpan members) {
  uint32_t n = 0, length = 0;
  for (uint32_t i = 0; i < members.n; i++) {
    if (!is_plain_tuple(members.v[i])) continue;
    TupleView v = type_tuple_view(members.v[i]);
    if (n++ > 0 && (!type_is_null(v.middle) || v.prefix.n != length))
      return true;
    length = type_is_null(v.middle) ? v.prefix.n : UINT32_MAX;
  }
  return false;
}

TypeId type_join_tuples(World *world, TypeId t) {
  TypeSpan members = union_members(world, &t);
  if (!lengths_differ(members)) return t;
  UnionBuilder *item = union_begin(world);
  for (uint32_t i = 0; i < members.n; i++) {
    if (!is_plain_tuple(members.v[i])) continue;
    TupleView v = type_tuple_view(members.v[i]);
    for (uint32_t k = 0; k < v.prefix.n; k++) union_add(item, v.prefix.v[k]);
    if (!type_is_null(v.middle)) union_add(item, v.middle);
    for (uint32_t k = 0; k < v.suffix.n; k++) union_add(item, v.suffix.v[k]);
  }
  TypeSpan none = {0};
  TypeId any_length = type_tuple(none, union_end(item), none);
  UnionBuilder *builder = union_begin(world);
  for (uint32_t i = 0; i < members.n; i++)
    union_add(builder, is_plain_tuple(members.v[i]) ? any_length
                                                    : members.v[i]);
  return union_end(builder);
}
