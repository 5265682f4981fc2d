/* union.c - unions in normal form.
 *
 * A union is a list of members that are no unions, in the order in which a
 * reader of the source meets them, without Never, without repetition, and
 * without a member that is redundant beside another (redundant.c). On top of
 * that:
 *
 *   True | False            bool; likewise all members of an enum
 *   B | (A & ~C), C in B    A | B: the join of two branches of a test gives
 *     back
 *   (A & B) | (A & ~B)      A     what was there before the test
 *   A | ~A                  object
 *   Any, Unknown            stay; Divergent drops out beside anything else
 *   int | float             remembers whether `float` was written (display)
 *
 * While a union is built, literals and other members are kept apart, each with
 * the number of its turn, and merged by turn at the end. Literals are found by
 * a hash set, so that n literals cost n; other members are compared pairwise,
 * up to a cap. A member that replaces redundant ones takes the first one's
 * turn.
 *
 * Source: typing spec "Union types"; DNF as in set-theoretic type systems
 * (Castagna). */
#include "base/hmap.h"
#include "base/vec.h"
#include "types/algebra.h"
#include "types/caps.h"
#include "types/relate.h"
#include "types/relcache.h"

typedef struct {
  TypeId type;
  uint32_t turn;
} Slot;
typedef VEC(Slot) SlotVec;

struct UnionBuilder {
  World *world;
  SlotVec literals, others;
  HMap32 seen; /* literals, once there are many: promotable handle -> 1 */
  uint32_t turn;
  uint32_t flags; /* UNION_FLOAT, UNION_COMPLEX of what came in */
  uint32_t counts[TYPE_KIND_COUNT]; /* literals by kind */
  uint32_t meets;                   /* intersections among the others */
  bool divergent, too_wide;
  bool keep_aliases;    /* union_of_lazy */
  uint64_t provisional; /* of the world, when it was begun */
};

enum { LITERALS_SCANNED = 8 };

UnionBuilder *union_begin(World *world) {
  UnionBuilder *b = ARENA_NEW(world->scratch, UnionBuilder);
  b->world = world;
  b->provisional = world->provisional;
  return b;
}

/* ---- literals ------------------------------------------------------------ */

static void index_literals(UnionBuilder *b) {
  hmap32_init(&b->seen, b->world->scratch, 4 * LITERALS_SCANNED);
  for (uint32_t i = 0; i < b->literals.n; i++)
    hmap32_put(&b->seen, type_literal_promotable(b->literals.v[i].type).v, 1);
}

/* Whether the value is new; notes it. */
static bool literal_is_new(UnionBuilder *b, TypeId literal) {
  if (b->literals.n < LITERALS_SCANNED) {
    for (uint32_t i = 0; i < b->literals.n; i++)
      if (type_literal_same(b->literals.v[i].type, literal)) return false;
    return true;
  }
  if (b->seen.cap == 0) index_literals(b);
  return hmap32_put(&b->seen, type_literal_promotable(literal).v, 1) == 0;
}

/* Drops the literals that are redundant beside `t`; the first one's turn. */
static void drop_literals(UnionBuilder *b, TypeId t, uint32_t *turn) {
  uint32_t kept = 0;
  for (uint32_t i = 0; i < b->literals.n; i++) {
    Slot s = b->literals.v[i];
    if (relate_redundant(b->world, s.type, t)) {
      *turn = MIN(*turn, s.turn);
      b->counts[type_kind(s.type)]--;
    } else {
      b->literals.v[kept++] = s;
    }
  }
  if (kept == b->literals.n) return;
  b->literals.n = kept;
  if (b->seen.cap) index_literals(b);
}

static void add_at(UnionBuilder *b, TypeId t, uint32_t turn);
static bool merge_complements(UnionBuilder *b, TypeId t, uint32_t turn);

static void add_literal(UnionBuilder *b, TypeId t, uint32_t turn) {
  for (uint32_t i = 0; i < b->others.n; i++)
    if (relate_redundant(b->world, t, b->others.v[i].type)) return;
  if (b->meets && merge_complements(b, t, turn)) return;
  if (!literal_is_new(b, t)) return;
  vec_push(&b->literals, b->world->scratch, ((Slot){t, turn}));
  if (++b->counts[type_kind(t)] > CAP_UNION_LITERALS)
    add_at(b, world_nominal_fallback(b->world, t), turn);
}

/* ---- complements --------------------------------------------------------- */

static bool same(TypeId a, TypeId b) {
  return a.v == b.v || type_literal_same(a, b);
}

static int32_t find(TypeSpan span, TypeId t) {
  for (uint32_t i = 0; i < span.n; i++)
    if (same(span.v[i], t)) return (int32_t)i;
  return -1;
}

/* An intersection without one of its negative parts. */
static TypeId without_negative(World *world, IntersectionView v, uint32_t at) {
  if (v.positive.n == 0 && v.negative.n == 1) return TYPE_KNOWN(object);
  if (v.positive.n == 1 && v.negative.n == 1) return v.positive.v[0];
  ArenaMark mark = arena_mark(world->scratch);
  TypeId *rest = ARENA_ARRAY_RAW(world->scratch, TypeId, v.negative.n);
  uint32_t n = 0;
  for (uint32_t i = 0; i < v.negative.n; i++)
    if (i != at) rest[n++] = v.negative.v[i];
  TypeId t = type_intersection_raw(v.positive, (TypeSpan){rest, n});
  arena_reset_to(world->scratch, mark);
  return t;
}

static bool subset(TypeSpan a, TypeSpan b, TypeId but) {
  for (uint32_t i = 0; i < a.n; i++)
    if (!same(a.v[i], but) && find(b, a.v[i]) < 0) return false;
  return true;
}

/* R & x beside R & ~x, or R & ~AlwaysTruthy beside R & ~AlwaysFalsy: R. */
static TypeId merge_pair(World *world, TypeId a, TypeId b) {
  IntersectionView x = type_intersection_view(a);
  IntersectionView y = type_intersection_view(b);
  for (uint32_t i = 0; i < y.negative.n; i++) {
    TypeId n = y.negative.v[i], other = TYPE_NULL;
    if (n.v == TYPE(ALWAYS_TRUTHY).v) other = TYPE(ALWAYS_FALSY);
    if (n.v == TYPE(ALWAYS_FALSY).v) other = TYPE(ALWAYS_TRUTHY);
    bool truth = !type_is_null(other) && find(x.negative, other) >= 0 &&
                 subset(x.positive, y.positive, n) &&
                 subset(y.positive, x.positive, n) &&
                 subset(x.negative, y.negative, other) &&
                 subset(y.negative, x.negative, n);
    bool split =
        find(x.positive, n) >= 0 && subset(x.positive, y.positive, n) &&
        subset(y.positive, x.positive, n) &&
        subset(x.negative, y.negative, n) && subset(y.negative, x.negative, n);
    if (truth || split) return without_negative(world, y, i);
  }
  return TYPE_NULL;
}

/* LiteralString & ~AlwaysFalsy has an only complement: "". */
static bool is_empty_string(TypeId t) {
  return type_kind(t) == TYPE_KIND_LITERAL_STR &&
         name_text(type_name(t)).len == 0;
}

/* What `a` becomes in the presence of `b`; null when nothing. */
static TypeId beside(World *world, TypeId a, TypeId b) {
  if (type_kind(a) != TYPE_KIND_INTERSECTION) return TYPE_NULL;
  IntersectionView v = type_intersection_view(a);
  int32_t at = -1;
  for (uint32_t i = 0; i < v.negative.n && at < 0; i++)
    if (relate_redundant(world, v.negative.v[i], b)) at = (int32_t)i;
  if (at < 0 && is_empty_string(b) && v.positive.n == 1 &&
      v.positive.v[0].v == TYPE(LITERAL_STRING).v)
    at = find(v.negative, TYPE(ALWAYS_FALSY));
  if (at >= 0) return without_negative(world, v, (uint32_t)at);
  if (type_kind(b) == TYPE_KIND_INTERSECTION) return merge_pair(world, b, a);
  return TYPE_NULL;
}

/* Removes other i. */
static Slot take_other(UnionBuilder *b, uint32_t i) {
  Slot s = b->others.v[i];
  if (type_kind(s.type) == TYPE_KIND_INTERSECTION) b->meets--;
  memmove(b->others.v + i, b->others.v + i + 1,
          (b->others.n - i - 1) * sizeof(Slot));
  b->others.n--;
  return s;
}

/* The new `t` against the intersections that are there (and, when it is one,
 * against everything).  True if t has been taken in, changed. */
static bool merge_complements(UnionBuilder *b, TypeId t, uint32_t turn) {
  bool is_meet = type_kind(t) == TYPE_KIND_INTERSECTION;
  for (uint32_t i = 0; i < b->others.n; i++) {
    TypeId other = b->others.v[i].type;
    TypeId wider = beside(b->world, other, t);
    if (!type_is_null(wider)) {
      Slot s = take_other(b, i);
      add_at(b, wider, s.turn);
      add_at(b, t, turn);
      return true;
    }
    wider = is_meet ? beside(b->world, t, other) : TYPE_NULL;
    if (!type_is_null(wider)) {
      add_at(b, wider, turn);
      return true;
    }
  }
  for (uint32_t i = 0; is_meet && i < b->literals.n; i++) {
    TypeId wider = beside(b->world, t, b->literals.v[i].type);
    if (type_is_null(wider)) continue;
    add_at(b, wider, turn);
    return true;
  }
  return false;
}

/* ---- other members ------------------------------------------------------- */

/* Keeps the others in the order of their turns. */
static void insert_other(UnionBuilder *b, TypeId t, uint32_t turn) {
  vec_push(&b->others, b->world->scratch, ((Slot){t, turn}));
  uint32_t i = b->others.n - 1;
  for (; i > 0 && b->others.v[i - 1].turn > turn; i--)
    b->others.v[i] = b->others.v[i - 1];
  b->others.v[i] = (Slot){t, turn};
  if (type_kind(t) == TYPE_KIND_INTERSECTION) b->meets++;
}

static bool is_alias(TypeId t) { return type_kind(t) == TYPE_KIND_TYPE_ALIAS; }

/* Whether one may be redundant beside the other, at a glance: tuples that hold
 * Any or Unknown are not, and there may be hundreds of them. */
static bool may_absorb(TypeId a, TypeId b) {
  const TypeRec *x = type_at(a), *y = type_at(b);
  const uint32_t dynamic = TYPE_HAS_ANY | TYPE_HAS_UNKNOWN | TYPE_HAS_DIVERGENT;
  return x->kind != TYPE_KIND_TUPLE || y->kind != TYPE_KIND_TUPLE ||
         !((x->flags | y->flags) & dynamic);
}

static void add_other(UnionBuilder *b, TypeId t, uint32_t turn) {
  for (uint32_t i = 0; i < b->others.n; i++)
    if (b->others.v[i].type.v == t.v) return;
  if (type_kind(t) == TYPE_KIND_TYPE_ALIAS) {
    insert_other(b, t, turn);
    return;
  }
  for (uint32_t i = 0; i < b->others.n; i++)
    if (!is_alias(b->others.v[i].type) && may_absorb(t, b->others.v[i].type) &&
        relate_redundant(b->world, t, b->others.v[i].type))
      return;
  bool is_meet = type_kind(t) == TYPE_KIND_INTERSECTION;
  if ((is_meet || b->meets) && merge_complements(b, t, turn)) return;
  for (uint32_t i = 0; i < b->others.n;) {
    if (!may_absorb(b->others.v[i].type, t) ||
        !relate_redundant(b->world, b->others.v[i].type, t)) {
      i++;
      continue;
    }
    uint32_t old = take_other(b, i).turn;
    turn = MIN(turn, old);
  }
  if (b->literals.n) drop_literals(b, t, &turn);
  if (b->others.n >= CAP_UNION_WIDTH) {
    b->too_wide = true;
    return;
  }
  insert_other(b, t, turn);
}

/* The members of a union in normal form are not compared with each other
 * again. */
static bool take_over(UnionBuilder *b, TypeId t, TypeSpan members) {
  if (b->literals.n || b->others.n || !relcache_is_normal(b->world->relcache, t))
    return false;
  for (uint32_t i = 0; i < members.n; i++) {
    Slot s = {members.v[i], b->turn++};
    if (!type_is_literal(s.type)) {
      vec_push(&b->others, b->world->scratch, s);
    } else {
      vec_push(&b->literals, b->world->scratch, s);
      b->counts[type_kind(s.type)]++;
    }
  }
  return true;
}

static void add_at(UnionBuilder *b, TypeId t, uint32_t turn) {
  switch (type_kind(t)) {
  case TYPE_KIND_NEVER: return;
  case TYPE_KIND_DIVERGENT: b->divergent = true; return;
  case TYPE_KIND_UNION: {
    TypeSpan members = type_members(t);
    if (take_over(b, t, members)) {
      b->flags |= type_union_flags(t) & (UNION_FLOAT | UNION_COMPLEX);
      return;
    }
    b->flags |= type_union_flags(t) & (UNION_FLOAT | UNION_COMPLEX);
    for (uint32_t i = 0; i < members.n; i++) add_at(b, members.v[i], b->turn++);
    return;
  }
  case TYPE_KIND_TYPE_ALIAS:
    if (b->keep_aliases) add_other(b, t, turn);
    else add_at(b, alias_expand(b->world, t), turn);
    return;
  case TYPE_KIND_LITERAL_INT:
  case TYPE_KIND_LITERAL_BOOL:
  case TYPE_KIND_LITERAL_STR:
  case TYPE_KIND_LITERAL_BYTES:
  case TYPE_KIND_LITERAL_ENUM: add_literal(b, t, turn); return;
  default: add_other(b, t, turn); return;
  }
}

/* Adds a member; scratch must not be reset to a mark taken after
 * union_begin while the builder is in use. */
void union_add(UnionBuilder *b, TypeId type) {
  if (!b->too_wide) add_at(b, type, b->turn++);
}

/* ---- the end ------------------------------------------------------------- */

/* True and False, or all members of an enum: the class stands in the place of
 * the first. */
static void complete_class(UnionBuilder *b, TypeId instance, uint32_t count) {
  TypeId first = TYPE_NULL;
  uint32_t turn = 0, found = 0;
  for (uint32_t i = 0; i < b->literals.n; i++) {
    Slot s = b->literals.v[i];
    if (world_nominal_fallback(b->world, s.type).v != instance.v) continue;
    if (found++ == 0) first = s.type, turn = s.turn;
  }
  if (!type_is_null(first) && found == count) add_other(b, instance, turn);
}

static void complete_enums(UnionBuilder *b) {
  HMap32 counts;
  hmap32_init(&counts, b->world->scratch, 8);
  for (uint32_t i = 0; i < b->literals.n; i++) {
    if (type_kind(b->literals.v[i].type) != TYPE_KIND_LITERAL_ENUM) continue;
    uint32_t id = type_class(b->literals.v[i].type).v;
    hmap32_put(&counts, id, hmap32_get(&counts, id) + 1);
  }
  for (uint32_t i = 0; i < b->literals.n; i++) {
    TypeId t = b->literals.v[i].type;
    if (type_kind(t) != TYPE_KIND_LITERAL_ENUM) continue;
    uint32_t n = hmap32_get(&counts, type_class(t).v);
    if (n < 2) continue;
    hmap32_put(&counts, type_class(t).v, 1); /* done */
    TypeId all = b->world->enum_members(b->world, type_class(t));
    if (type_is_null(all) || type_args(all).n != n) continue;
    complete_class(b, world_nominal_fallback(b->world, t), n);
    i = UINT32_MAX; /* members are gone: from the start */
  }
}

static uint32_t float_flags(const UnionBuilder *b) {
  bool has_int = false, has_float = false, has_complex = false;
  for (uint32_t i = 0; i < b->others.n; i++) {
    has_int |= b->others.v[i].type.v == TYPE_KNOWN(int).v;
    has_float |= b->others.v[i].type.v == TYPE_KNOWN(float).v;
    has_complex |= b->others.v[i].type.v == TYPE_KNOWN(complex).v;
  }
  if (!has_int || !has_float) return 0;
  uint32_t flags = b->flags;
  if (!has_complex) flags &= ~(uint32_t)UNION_COMPLEX;
  if (flags & UNION_COMPLEX) flags &= ~(uint32_t)UNION_FLOAT;
  return flags;
}

TypeId union_end(UnionBuilder *b) {
  if (b->too_wide) return TYPE(UNKNOWN);
  if (b->counts[TYPE_KIND_LITERAL_BOOL] == 2)
    complete_class(b, TYPE_KNOWN(bool), 2);
  if (b->counts[TYPE_KIND_LITERAL_ENUM] > 1) complete_enums(b);
  uint32_t n = b->literals.n + b->others.n;
  if (n == 0) return b->divergent ? TYPE(DIVERGENT) : TYPE(NEVER);
  if (n == 1)
    return b->literals.n ? b->literals.v[0].type : b->others.v[0].type;
  TypeId *members = ARENA_ARRAY_RAW(b->world->scratch, TypeId, n);
  const Slot *x = b->literals.v, *y = b->others.v;
  const Slot *x_end = x + b->literals.n, *y_end = y + b->others.n;
  for (uint32_t i = 0; i < n; i++) {
    bool take_x = y == y_end || (x != x_end && x->turn < y->turn);
    members[i] = take_x ? (x++)->type : (y++)->type;
  }
  uint32_t flags = b->flags ? float_flags(b) : 0;
  TypeId result = type_union_raw((TypeSpan){members, n}, flags);
  /* Final, and with neither aliases to expand nor complements to merge. */
  if (b->meets == 0 && !type_has(result, TYPE_HAS_ALIAS) &&
      b->world->provisional == b->provisional)
    relcache_set_normal(b->world->relcache, result);
  return result;
}

static TypeId build(World *world, TypeSpan members, bool keep_aliases) {
  ArenaMark mark = arena_mark(world->scratch);
  UnionBuilder *b = union_begin(world);
  b->keep_aliases = keep_aliases;
  for (uint32_t i = 0; i < members.n; i++) union_add(b, members.v[i]);
  TypeId result = union_end(b);
  arena_reset_to(world->scratch, mark);
  return result;
}

/* The union of the members, simplified. */
TypeId union_of(World *world, TypeSpan members) {
  if (members.n == 0) return TYPE(NEVER);
  bool all_same = true;
  for (uint32_t i = 1; i < members.n && all_same; i++)
    all_same = members.v[i].v == members.v[0].v;
  if (all_same) return members.v[0];
  if (members.n == 2) return union_of2(world, members.v[0], members.v[1]);
  return build(world, members, false);
}

static bool holds_alias(TypeSpan members) {
  for (uint32_t i = 0; i < members.n; i++)
    if (is_alias(members.v[i]) || (type_kind(members.v[i]) == TYPE_KIND_UNION &&
                                   type_has(members.v[i], TYPE_HAS_ALIAS) &&
                                   holds_alias(type_members(members.v[i]))))
      return true;
  return false;
}

/* The union of the members, aliases among them left as they are: expanding them
 * would have no end inside the value of a recursive alias. */
TypeId union_of_lazy(World *world, TypeSpan members) {
  if (!holds_alias(members)) return union_of(world, members);
  return build(world, members, true);
}

TypeId union_of2(World *world, TypeId a, TypeId b) {
  if (a.v == b.v) return a;
  if (a.v == TYPE(NEVER).v || a.v == TYPE(DIVERGENT).v)
    return b.v == TYPE(NEVER).v ? a : b;
  if (b.v == TYPE(NEVER).v || b.v == TYPE(DIVERGENT).v) return a;
  if (type_kind(a) == TYPE_KIND_UNION && type_union_has(a, b)) return a;
  PairCache *cache = &world->relcache->unions;
  uint32_t hit = pair_get(cache, a.v, b.v);
  if (hit) return (TypeId){hit};
  uint64_t before = world->provisional;
  TypeId v[2] = {a, b};
  TypeId result = build(world, (TypeSpan){v, 2}, false);
  if (world->provisional == before) pair_put(cache, a.v, b.v, result.v);
  return result;
}

/* Members when *single is a union (aliases expanded), else *single alone. */
TypeSpan union_members(World *world, TypeId *single) {
  if (type_kind(*single) == TYPE_KIND_TYPE_ALIAS)
    *single = alias_expand(world, *single);
  TypeSpan members = type_members(*single);
  return members.n ? members : (TypeSpan){single, 1};
}
