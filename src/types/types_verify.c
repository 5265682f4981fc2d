/* types_verify.c - what every record of a type must keep to. */
#include "types/intern.h"
#include "types/types_dump.h"

#define VERIFY(cond, t) \
  ((cond) ? (void)0 : panic("type of kind %u: %s", type_kind(t), #cond))

typedef struct {
  uint32_t flags, depth;
} Seen;

static void see_part(TypeId part, void *ctx) {
  Seen *seen = ctx;
  seen->flags |= type_at(part)->flags & ~(uint32_t)TYPE_IS_PROMOTABLE;
  seen->depth = MAX(seen->depth, type_at(part)->depth);
}

static bool is_proper(TypeId t) {
  TypeKind k = type_kind(t);
  return k != TYPE_KIND_NONE && k != TYPE_KIND_LIST && k != TYPE_KIND_MAPPING &&
         k != TYPE_KIND_QUALIFIED;
}

/* Members that are no unions, and no two of one handle. */
static void verify_union(TypeId t) {
  TypeSpan members = type_members(t);
  VERIFY(members.n >= 2, t);
  for (uint32_t i = 0; i < members.n; i++) {
    TypeKind k = type_kind(members.v[i]);
    VERIFY(k != TYPE_KIND_UNION && k != TYPE_KIND_NEVER, t);
    VERIFY(k != TYPE_KIND_DIVERGENT && is_proper(members.v[i]), t);
    VERIFY(type_union_has(t, members.v[i]), t);
    if (members.n > 64) continue;
    for (uint32_t j = 0; j < i; j++)
      VERIFY(members.v[i].v != members.v[j].v, t);
  }
}

static void verify_intersection(TypeId t) {
  IntersectionView v = type_intersection_view(t);
  VERIFY(v.positive.n >= 2 || v.negative.n >= 1, t);
  for (uint32_t i = 0; i < v.positive.n; i++) {
    TypeKind k = type_kind(v.positive.v[i]);
    VERIFY(k != TYPE_KIND_UNION && k != TYPE_KIND_INTERSECTION, t);
    VERIFY(k != TYPE_KIND_NEVER && is_proper(v.positive.v[i]), t);
  }
  for (uint32_t i = 0; i < v.negative.n; i++) {
    TypeKind k = type_kind(v.negative.v[i]);
    VERIFY(k != TYPE_KIND_UNION && k != TYPE_KIND_INTERSECTION, t);
    VERIFY(!type_is_dynamic(v.negative.v[i]), t);
  }
}

static void verify_signature(TypeId t) {
  SignatureView v = type_signature_view(t);
  bool returns = !type_is_null(v.returns);
  VERIFY(returns == (type_kind(t) == TYPE_KIND_CALLABLE), t);
  for (uint32_t i = 0; i < v.n; i++) {
    VERIFY(v.params[i].kind <= PARAM_KEYWORD_VARIADIC, t);
    VERIFY(is_proper(v.params[i].type), t);
    VERIFY(i == 0 || v.params[i - 1].kind <= v.params[i].kind, t);
  }
}

static void verify_mapping(TypeId t) {
  const TypePair *pairs;
  uint32_t n = type_mapping_pairs(t, &pairs);
  for (uint32_t i = 0; i < n; i++) {
    VERIFY(type_kind(pairs[i].var) == TYPE_KIND_TYPE_VAR, t);
    VERIFY(i == 0 || type_cmp(pairs[i - 1].var, pairs[i].var) <= 0, t);
  }
}

/* Panics when the record breaks an invariant of its kind. */
void types_verify(TypeId t) {
  const TypeRec *rec = type_at(t);
  VERIFY(rec->kind > TYPE_KIND_NONE && rec->kind < TYPE_KIND_COUNT, t);
  Seen seen = {0, 0};
  type_each_part(t, see_part, &seen);
  VERIFY(rec->depth == seen.depth + 1 || rec->kind == TYPE_KIND_MAPPING ||
             rec->kind == TYPE_KIND_FUNCTION,
         t);
  if (rec->kind != TYPE_KIND_MAPPING && rec->kind != TYPE_KIND_FUNCTION &&
      rec->kind != TYPE_KIND_KNOWN_VALUE)
    VERIFY((rec->flags & seen.flags) == seen.flags, t);
  switch ((TypeKind)rec->kind) {
  case TYPE_KIND_UNION: verify_union(t); break;
  case TYPE_KIND_INTERSECTION: verify_intersection(t); break;
  case TYPE_KIND_CALLABLE:
  case TYPE_KIND_PARAMS: verify_signature(t); break;
  case TYPE_KIND_MAPPING: verify_mapping(t); break;
  default: break;
  }
}

static void verify_one(uint32_t handle, void *ctx) {
  ++*(uint64_t *)ctx;
  types_verify((TypeId){handle});
}

/* All records of the interner. Returns their number. */
uint64_t types_verify_all(void) {
  uint64_t count = 0;
  intern_each(verify_one, &count);
  return count;
}
