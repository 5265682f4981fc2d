/* types_test.c - laws of the algebra of types, over random types.
 *
 * A pool of types is drawn from a seed: atoms, literals, generic instances,
 * tuples, callables, unions, intersections, negations. The laws are checked for
 * all pairs, or for as many triples as time allows. A failure names the seed
 * and the types. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "unit/types/fake_world.h"

enum { POOL = 140, SEEDS = 12 };
#define W (&fake.world)

static uint64_t rng;
static uint32_t rnd(uint32_t n) {
  rng = rng * 6364136223846793005u + 1442695040888963407u;
  return (uint32_t)(rng >> 33) % n;
}

static TypeId pool[POOL];
static bool sub[POOL][POOL];

static TypeId any_of(uint32_t depth);

static TypeId random_atom(void) {
  switch (rnd(16)) {
  case 0: return INT;
  case 1: return STRT;
  case 2: return BOOL;
  case 3: return NONE;
  case 4: return OBJECT;
  case 5: return inst(Animal);
  case 6: return inst(Dog);
  case 7: return inst(Cat);
  case 8: return inst(Sealed);
  case 9: return inst(Color);
  case 10: return inst(HasX);
  case 11: return inst(Tree);
  case 12: return lit(rnd(4));
  case 13: return rnd(2) ? TYPE(TRUE) : lits("a");
  case 14: return rnd(2) ? red : green;
  default: return rnd(2) ? type_float_annotation() : TYPE(LITERAL_STRING);
  }
}

static TypeId random_callable(uint32_t depth) {
  Param p[2] = {arg(rnd(2) ? "x" : NULL, any_of(depth)),
                arg("y", any_of(depth))};
  p[0].kind = p[0].name.v ? PARAM_POSITIONAL_OR_KEYWORD : PARAM_POSITIONAL_ONLY;
  if (rnd(3) == 0) p[1] = with_default(p[1], TYPE_NULL);
  return type_callable(p, rnd(3), any_of(depth), TYPE_NULL, 0);
}

/* tuple[Never] has no values, but is not Never. */
static TypeId random_tuple(uint32_t depth) {
  TypeId v[2] = {any_of(depth), any_of(depth)};
  for (uint32_t i = 0; i < 2; i++)
    if (v[i].v == TYPE(NEVER).v) v[i] = INT;
  TypeSpan span = {v, rnd(3)};
  return rnd(3) ? type_tuple_of(span)
                : type_tuple(span, any_of(depth), NO_SPAN);
}

static TypeId any_of(uint32_t depth) {
  if (depth == 0) return random_atom();
  depth--;
  switch (rnd(12)) {
  case 0: return of(CLASS_ID(list), any_of(depth));
  case 1: return of(rnd(2) ? Source : Sink, any_of(depth));
  case 2: return of(CLASS_ID(Sequence), any_of(depth));
  case 3: return random_tuple(depth);
  case 4: return random_callable(depth);
  case 5:
  case 6: return U(any_of(depth), any_of(depth));
  case 7: return meet_of2(W, any_of(depth), any_of(depth));
  case 8: return meet_without(W, any_of(depth), any_of(depth));
  case 9: return type_class_object(rnd(2) ? Dog : Animal);
  case 10: return type_subclass_of(inst(rnd(2) ? Dog : Cat));
  default: return random_atom();
  }
}

static void fill(uint64_t seed) {
  rng = seed * 7919 + 17;
  for (uint32_t i = 0; i < POOL; i++) pool[i] = any_of(i % 3);
  for (uint32_t i = 0; i < POOL; i++)
    for (uint32_t j = 0; j < POOL; j++)
      sub[i][j] = relate_subtype(W, pool[i], pool[j]);
}

static void broken(const char *law, TypeId a, TypeId b, TypeId c) {
  print_error("%s\n  a: %s\n  b: %s\n  c: %s\n", law, display_full(W, a),
              display_full(W, b), type_is_null(c) ? "-" : display_full(W, c));
  fail();
}
#define LAW2(cond, i, j) \
  ((cond) ? (void)0 : broken(#cond, pool[i], pool[j], TYPE_NULL))
#define LAW3(cond, i, j, k) \
  ((cond) ? (void)0 : broken(#cond, pool[i], pool[j], pool[k]))
#define EACH_PAIR                                     \
  for (uint64_t seed = 1; seed <= SEEDS; seed++)      \
    for (uint32_t i = (fill(seed), 0); i < POOL; i++) \
      for (uint32_t j = 0; j < POOL; j++)

static int setup(void **state) {
  (void)state;
  fake_init();
  return 0;
}
static int teardown(void **state) {
  (void)state;
  fake_destroy();
  return 0;
}

static bool eq(TypeId a, TypeId b) { return relate_equivalent(W, a, b); }

/* The class float alone is shown like the annotation. */
static bool eq_as_written(TypeId a, TypeId b) {
  return eq(promote_literals(W, a), promote_literals(W, b));
}

static void test_preorder(void **state) {
  (void)state;
  for (uint64_t seed = 1; seed <= SEEDS; seed++) {
    fill(seed);
    for (uint32_t i = 0; i < POOL; i++) {
      LAW2(sub[i][i], i, i);
      for (uint32_t j = 0; j < POOL; j++) {
        if (!sub[i][j]) continue;
        LAW2(relate_assignable(W, pool[i], pool[j]), i, j);
        for (uint32_t k = 0; k < POOL; k++)
          if (sub[j][k]) LAW3(sub[i][k], i, j, k);
      }
    }
  }
}

static void test_unions(void **state) {
  (void)state;
  EACH_PAIR {
    TypeId u = union_of2(W, pool[i], pool[j]);
    LAW2(relate_subtype(W, pool[i], u), i, j);
    LAW2(relate_subtype(W, pool[j], u), i, j);
    LAW2(eq(u, union_of2(W, pool[j], pool[i])), i, j);
    LAW2(union_of2(W, u, pool[i]).v == u.v || eq(union_of2(W, u, pool[i]), u),
         i, j);
    if (sub[i][j]) LAW2(eq(u, pool[j]), i, j);
    uint32_t k = rnd(POOL);
    if (sub[i][k] && sub[j][k]) LAW3(relate_subtype(W, u, pool[k]), i, j, k);
    LAW3(eq(union_of2(W, u, pool[k]),
            union_of2(W, pool[i], union_of2(W, pool[j], pool[k]))),
         i, j, k);
  }
}

static void test_intersections(void **state) {
  (void)state;
  EACH_PAIR {
    TypeId m = meet_of2(W, pool[i], pool[j]);
    LAW2(relate_subtype(W, m, pool[i]), i, j);
    LAW2(relate_subtype(W, m, pool[j]), i, j);
    uint32_t k = rnd(POOL);
    if (sub[k][i] && sub[k][j]) LAW3(relate_subtype(W, pool[k], m), i, j, k);
    if (meet_disjoint(W, pool[i], pool[j])) {
      LAW2(m.v == TYPE(NEVER).v, i, j);
      LAW2(meet_disjoint(W, pool[j], pool[i]), i, j);
      LAW2(!sub[i][j] || pool[i].v == TYPE(NEVER).v, i, j);
    }
  }
}

static void test_negation(void **state) {
  (void)state;
  EACH_PAIR {
    TypeId rest = meet_without(W, pool[i], pool[j]);
    LAW2(relate_subtype(W, rest, pool[i]), i, j);
    if (sub[i][j]) LAW2(rest.v == TYPE(NEVER).v, i, j);
    TypeId both = meet_of2(W, pool[i], pool[j]);
    TypeId again = union_of2(W, both, rest);
    LAW2(relate_subtype(W, again, pool[i]), i, j);
    if (i != j) continue;
    TypeId negated = meet_negate(W, pool[i]);
    LAW2(meet_of2(W, pool[i], negated).v == TYPE(NEVER).v, i, j);
    LAW2(eq(meet_negate(W, negated), pool[i]), i, j);
  }
}

static void test_display(void **state) {
  (void)state;
  EACH_PAIR {
    if (j >= i) continue;
    ArenaMark mark = arena_mark(fake.scratch);
    const char *a = display_full(W, pool[i]), *b = display_full(W, pool[j]);
    if (pool[i].v == pool[j].v) LAW2(strcmp(a, b) == 0, i, j);
    else if (strcmp(a, b) == 0) LAW2(eq_as_written(pool[i], pool[j]), i, j);
    arena_reset_to(fake.scratch, mark);
  }
}

/* What a worker remembers must not be seen. */
static void test_memory(void **state) {
  (void)state;
  fill(5);
  Arena *other = arena_create("other");
  World cold = fake.world;
  for (uint32_t i = 0; i < POOL; i++) {
    if (i % 20 == 0) world_init(&cold, other);
    for (uint32_t j = 0; j < POOL; j++)
      LAW2(relate_subtype(&cold, pool[i], pool[j]) == sub[i][j], i, j);
  }
  arena_destroy(other);
}

static void test_substitution(void **state) {
  (void)state;
  TypeId T = fake_var("T", "f", TYPE_VAR_PLAIN);
  TypeId V = fake_var("V", "f", TYPE_VAR_PLAIN);
  EACH_PAIR {
    TypeId t = type_tuple_of(SPAN(T, of(CLASS_ID(list), V), pool[i]));
    TypeId to_v = type_mapping(&(TypePair){T, V}, 1);
    TypeId from_v = type_mapping(&(TypePair){V, pool[j]}, 1);
    TypeId twice = subst(W, subst(W, t, to_v), from_v);
    LAW2(twice.v == subst(W, t, subst_compose(W, to_v, from_v)).v, i, j);
    LAW2(subst(W, pool[i], from_v).v == pool[i].v, i, j);
  }
}

static void test_promotion(void **state) {
  (void)state;
  EACH_PAIR {
    if (j) continue;
    TypeId wide = promote_literals(W, pool[i]);
    LAW2(relate_subtype(W, pool[i], wide), i, i);
    LAW2(promote_literals(W, wide).v == wide.v, i, i);
    TypeId yes = type_when_true(W, pool[i]), no = type_when_false(W, pool[i]);
    LAW2(relate_subtype(W, yes, pool[i]), i, i);
    LAW2(relate_subtype(W, no, pool[i]), i, i);
    if (!strpbrk(display_full(W, pool[i]), "~&"))
      LAW2(eq(union_of2(W, yes, no), pool[i]), i, i);
  }
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_preorder),      cmocka_unit_test(test_unions),
      cmocka_unit_test(test_intersections), cmocka_unit_test(test_negation),
      cmocka_unit_test(test_display),       cmocka_unit_test(test_memory),
      cmocka_unit_test(test_substitution),  cmocka_unit_test(test_promotion),
  };
  return cmocka_run_group_tests(tests, setup, teardown);
}
