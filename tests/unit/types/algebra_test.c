/* algebra_test.c - unions, intersections, substitution, promotion, truth. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "types/variance.h"
#include "unit/types/fake_world.h"

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

#define W (&fake.world)
#define IS(type, text) \
  assert_string_equal(display_full(&fake.world, (type)), (text))

static void test_union_rules(void **state) {
  (void)state;
  assert_int_equal(U(INT, INT).v, INT.v);
  IS(U(INT, TYPE(NEVER), STRT), "int | str");
  IS(U(INT, U(STRT, INT)), "int | str");
  IS(U(INT, STRT), "int | str");
  IS(U(STRT, INT), "str | int");
  IS(U(inst(Dog), inst(Cat), inst(Animal)), "Animal");
  IS(U(STRT, inst(Dog), INT, inst(Animal)), "str | Animal | int");
  IS(U(lit(1), INT), "int");
  IS(U(lit(1), lits("a"), STRT), "Literal[1] | str");
  IS(U(TYPE(TRUE), NONE, TYPE(FALSE)), "bool | None");
  IS(U(red, green), "Literal[Color.RED, Color.GREEN]");
  IS(U(red, STRT, green, blue), "Color | str");
  IS(U(INT, TYPE(ANY)), "int | Any");
  IS(U(INT, TYPE(UNKNOWN), TYPE(UNKNOWN)), "int | Unknown");
  IS(U(TYPE(UNKNOWN), OBJECT), "object");
  IS(U(TYPE(DIVERGENT), INT), "int");
  IS(U(TYPE(DIVERGENT), TYPE(NEVER)), "Divergent");
  IS(U(of(CLASS_ID(list), TYPE(ANY)), of(CLASS_ID(list), INT)),
     "list[Any] | list[int]");
  IS(U(of(Source, inst(Dog)), of(Source, inst(Animal))), "Source[Animal]");
  IS(U(type_tuple_of(SPAN(INT)), type_tuple(NO_SPAN, INT, NO_SPAN)),
     "tuple[int, ...]");
  IS(U(type_class_object(Dog), type_subclass_of(inst(Animal))), "type[Animal]");
  IS(U(lit(1), type_literal_declared(lit(1))), "Literal[1]");
  IS(union_of(W, NO_SPAN), "Never");
}

static void test_union_complements(void **state) {
  (void)state;
  TypeId both = meet_of2(W, inst(Animal), inst(HasX));
  TypeId rest = meet_without(W, inst(Animal), inst(HasX));
  IS(rest, "Animal & ~HasX");
  IS(U(both, rest), "Animal");
  IS(U(rest, both), "Animal");
  TypeId no_dog = meet_without(W, inst(Animal), inst(Dog));
  IS(U(inst(Dog), no_dog), "Animal");
  IS(U(no_dog, inst(Dog)), "Animal");
  TypeId one = meet_without(W, INT, lit(1));
  IS(U(one, lit(1)), "int");
  IS(U(lit(1), STRT, one), "int | str");
  IS(U(meet_negate(W, INT), INT), "object");
  IS(U(type_when_true(W, STRT), type_when_false(W, STRT)), "str");
  IS(U(one, lit(2)), "int & ~Literal[1]");
}

static void test_union_caps(void **state) {
  (void)state;
  static TypeId v[9000];
  for (uint32_t i = 0; i < 9000; i++) v[i] = lit(i);
  IS(uni((TypeSpan){v, 9000}), "int");
  for (uint32_t i = 0; i < 1100; i++) v[i] = of(Box, lit(i));
  IS(uni((TypeSpan){v, 1100}), "Unknown");
  assert_int_equal(type_members(uni((TypeSpan){v, 1000})).n, 1000);
}

static void test_union_members(void **state) {
  (void)state;
  TypeId t = INT;
  assert_int_equal(union_members(W, &t).n, 1);
  t = U(INT, STRT);
  assert_int_equal(union_members(W, &t).n, 2);
}

static void test_meet_rules(void **state) {
  (void)state;
  IS(meet_of2(W, INT, OBJECT), "int");
  IS(meet_of2(W, INT, BOOL), "bool");
  IS(meet_of2(W, INT, STRT), "Never");
  IS(meet_of2(W, inst(Dog), inst(Sealed)), "Never");
  IS(meet_of2(W, inst(Dog), inst(Cat)), "Dog & Cat");
  IS(meet_of2(W, TYPE(ANY), INT), "Any & int");
  IS(meet_of2(W, U(INT, STRT, NONE), U(STRT, INT)), "int | str");
  IS(meet_of2(W, U(inst(Dog), NONE), inst(Animal)), "Dog");
  IS(meet_of2(W, of(CLASS_ID(list), INT), of(CLASS_ID(list), TYPE(UNKNOWN))),
     "list[int]");
  IS(meet_of2(W, of(CLASS_ID(Sequence), INT),
              of(CLASS_ID(list), TYPE(UNKNOWN))),
     "list[int]");
  IS(meet_of2(W, of(CLASS_ID(list), TYPE(UNKNOWN)),
              of(CLASS_ID(Sequence), INT)),
     "list[int]");
  IS(meet_of2(W, U(lit(1), lit(2), lits("a")), INT), "Literal[1, 2]");
  IS(meet_without(W, U(INT, NONE), NONE), "int");
  IS(meet_without(W, BOOL, TYPE(TRUE)), "Literal[False]");
  IS(meet_without(W, inst(Color), red), "Literal[Color.GREEN, Color.BLUE]");
  IS(meet_without(W, INT, STRT), "int");
  IS(meet_without(W, BOOL, INT), "Never");
  IS(meet_without(W, U(lit(1), lit(2), lit(3)), U(lit(2), lit(3))),
     "Literal[1]");
  IS(meet_negate(W, meet_negate(W, inst(Dog))), "Dog");
  IS(meet_negate(W, U(INT, STRT)), "~int & ~str");
  IS(meet_of2(W, meet_negate(W, INT), BOOL), "Never");
  IS(meet_without(W, TYPE(ANY), INT), "Any & ~int");
  TypeId T = fake_bound_var("T", (TypeVarBounds){.bound = STRT});
  IS(meet_of2(W, T, INT), "Never");
  IS(meet_of2(W, T, STRT), "T@f");
}

static void test_disjoint(void **state) {
  (void)state;
  assert_true(meet_disjoint(W, INT, STRT));
  assert_true(meet_disjoint(W, NONE, INT));
  assert_false(meet_disjoint(W, inst(Dog), inst(Cat)));
  assert_true(meet_disjoint(W, lit(1), lit(2)));
  assert_true(meet_disjoint(W, lit(1), STRT));
  assert_false(meet_disjoint(W, lit(1), INT));
  assert_true(meet_disjoint(W, type_tuple_of(SPAN(INT)), TYPE(EMPTY_TUPLE)));
  assert_true(
      meet_disjoint(W, type_tuple_of(SPAN(INT)), type_tuple_of(SPAN(STRT))));
  assert_false(meet_disjoint(W, type_tuple_of(SPAN(INT)),
                             type_tuple(NO_SPAN, INT, NO_SPAN)));
  assert_true(meet_disjoint(W, type_class_object(Dog), type_class_object(Cat)));
  assert_true(meet_disjoint(W, NONE, SIG0(INT)));
  assert_false(meet_disjoint(W, inst(Dog), SIG0(INT)));
  assert_false(meet_disjoint(W, inst(Mystery), inst(Sealed)));
}

static void test_subst(void **state) {
  (void)state;
  TypeId T = fake_var("T", "f", TYPE_VAR_PLAIN);
  TypeId V = fake_var("U", "f", TYPE_VAR_PLAIN);
  TypeId m = type_mapping((TypePair[]){{T, INT}, {V, STRT}}, 2);
  assert_int_equal(m.v, type_mapping((TypePair[]){{V, STRT}, {T, INT}}, 2).v);
  IS(subst(W, of2(CLASS_ID(dict), T, of(CLASS_ID(list), V)), m),
     "dict[int, list[str]]");
  IS(subst(W, U(T, V, INT), m), "int | str");
  IS(subst(W, GENERIC(SPAN(T, V), T, arg("x", T), arg("y", V)), m),
     "(x: int, y: str) -> int");
  TypeId one = type_mapping((TypePair[]){{T, INT}}, 1);
  IS(subst(W, GENERIC(SPAN(T, V), T, arg("y", V)), one), "[U](y: U) -> int");
  assert_int_equal(subst(W, INT, m).v, INT.v);
  TypeId n = subst_compose(W, type_mapping((TypePair[]){{T, of(Box, V)}}, 1),
                           type_mapping((TypePair[]){{V, INT}}, 1));
  IS(subst(W, type_tuple_of(SPAN(T, V)), n), "tuple[Box[int], int]");
  IS(subst(W, type_subclass_of(T),
           type_mapping((TypePair[]){{T, U(INT, STRT)}}, 1)),
     "type[int | str]");
  TypeId S = fake_var("", "m", TYPE_VAR_SELF);
  IS(subst_self(W, of(CLASS_ID(list), S), inst(Dog)), "list[Dog]");
}

static void test_subst_variadic(void **state) {
  (void)state;
  TypeId Ts = fake_var("Ts", "f", TYPE_VAR_TUPLE);
  TypeId t = type_tuple(SPAN(INT), type_unpacked(Ts), SPAN(STRT));
#define WITH(value) type_mapping((TypePair[]){{Ts, value}}, 1)
  IS(subst(W, t, WITH(type_tuple_of(SPAN(BYTES, NONE)))),
     "tuple[int, bytes, None, str]");
  IS(subst(W, t, WITH(TYPE(EMPTY_TUPLE))), "tuple[int, str]");
  IS(subst(W, t, WITH(type_tuple(SPAN(NONE), BYTES, NO_SPAN))),
     "tuple[int, None, *tuple[bytes, ...], str]");
  IS(subst(W, t, WITH(TYPE(ANY))), "tuple[int, *tuple[Any, ...], str]");
  Param args = with_kind(arg("args", type_unpacked(Ts)), PARAM_VARIADIC);
  args.flags |= PARAM_UNPACKED;
  IS(SIG(NONE, args), "(*args: *Ts@f) -> None");
  IS(subst(W, SIG(NONE, args), WITH(type_tuple_of(SPAN(INT, STRT)))),
     "(int, str, /) -> None");
  TypeId P = fake_var("P", "f", TYPE_VAR_PARAM_SPEC);
  Param a =
      with_kind(arg("args", type_param_spec_part(P, false)), PARAM_VARIADIC);
  Param k = with_kind(arg("kwargs", type_param_spec_part(P, true)),
                      PARAM_KEYWORD_VARIADIC);
  TypeId c = SIG(INT, arg("n", STRT), a, k);
  Param xy[2] = {arg("x", INT), with_kind(arg("y", STRT), PARAM_KEYWORD_ONLY)};
  IS(subst(W, c, type_mapping((TypePair[]){{P, type_params(xy, 2, 0)}}, 1)),
     "(n: str, /, x: int, *, y: str) -> int");
  TypeId any = type_params(NULL, 0, SIGNATURE_GRADUAL);
  IS(subst(W, SIG(INT, a, k), type_mapping((TypePair[]){{P, any}}, 1)),
     "(...) -> int");
}

static void test_promotion(void **state) {
  (void)state;
  IS(promote_literals(W, lit(1)), "int");
  IS(promote_literals(W, type_literal_declared(lit(1))), "Literal[1]");
  IS(promote_literals(W, U(lit(1), lits("a"), NONE)), "int | str | None");
  IS(promote_literals(W, type_tuple_of(SPAN(lit(1), TYPE(TRUE)))),
     "tuple[int, bool]");
  assert_int_equal(promote_literals(W, FLOAT).v, type_float_annotation().v);
  IS(promote_literals(W, meet_without(W, INT, lit(1))), "int");
  IS(promote_invariant(W, type_class_object(Dog)), "type[Dog]");
  IS(literals_declared(W, U(lit(1), NONE)), "Literal[1] | None");
  assert_int_equal(promote_literals(W, literals_declared(W, U(lit(1), NONE))).v,
                   literals_declared(W, U(lit(1), NONE)).v);
}

static void test_cut(void **state) {
  (void)state;
  TypeId t = INT;
  for (int i = 0; i < 5; i++) t = of(CLASS_ID(list), t);
  IS(type_cut_depth(W, t, 3), "list[list[Unknown]]");
  IS(type_cut_depth(W, t, 6), "list[list[list[list[list[int]]]]]");
  IS(type_drop_divergent(W, of(CLASS_ID(list), TYPE(DIVERGENT))),
     "list[Unknown]");
}

static void test_truth(void **state) {
  (void)state;
  assert_int_equal(type_truth(W, NONE), TRUTH_NEVER);
  assert_int_equal(type_truth(W, lit(0)), TRUTH_NEVER);
  assert_int_equal(type_truth(W, lits("x")), TRUTH_ALWAYS);
  assert_int_equal(type_truth(W, INT), TRUTH_AMBIGUOUS);
  assert_int_equal(type_truth(W, TYPE(EMPTY_TUPLE)), TRUTH_NEVER);
  assert_int_equal(type_truth(W, type_tuple_of(SPAN(INT))), TRUTH_ALWAYS);
  assert_int_equal(type_truth(W, inst(Sealed)), TRUTH_ALWAYS);
  assert_int_equal(type_truth(W, inst(Dog)), TRUTH_AMBIGUOUS);
  assert_int_equal(type_truth(W, type_class_object(Dog)), TRUTH_ALWAYS);
  IS(type_when_true(W, U(INT, NONE)), "int & ~AlwaysFalsy");
  IS(type_when_true(W, BOOL), "Literal[True]");
  IS(type_when_false(W, U(lit(0), lit(1), NONE)), "Literal[0] | None");
  IS(type_when_false(W, type_tuple_of(SPAN(INT))), "Never");
  ClassId Falsy = fake_new("Falsy", NO_SPAN, "", NO_SPAN, 0);
  fake_attr(Falsy, "__bool__", SIG0(TYPE(FALSE)), MEMBER_METHOD);
  assert_int_equal(type_truth(W, inst(Falsy)), TRUTH_NEVER);
}

static void test_world(void **state) {
  (void)state;
  TypeId l = of(CLASS_ID(list), INT);
  IS(world_as_instance_of(W, l, CLASS_ID(Iterable)), "Iterable[int]");
  IS(world_as_instance_of(W, type_tuple_of(SPAN(INT, STRT)),
                          CLASS_ID(Sequence)),
     "Sequence[int | str]");
  assert_true(type_is_null(world_as_instance_of(W, INT, CLASS_ID(str))));
  IS(world_instance_unknown(W, CLASS_ID(dict)), "dict[Unknown, Unknown]");
  IS(world_nominal_fallback(W, lits("a")), "str");
  IS(world_nominal_fallback(W, type_class_object(Color)), "EnumMeta");
}

static void test_variance(void **state) {
  (void)state;
  TypeId T = fake_var("T", "C", TYPE_VAR_PLAIN);
  assert_int_equal(variance_in(W, INT, T), VARIANCE_BIVARIANT);
  assert_int_equal(variance_in(W, T, T), VARIANCE_COVARIANT);
  assert_int_equal(variance_in(W, SIG(NONE, arg("x", T)), T),
                   VARIANCE_CONTRAVARIANT);
  assert_int_equal(variance_in(W, SIG(T, arg("x", T)), T), VARIANCE_INVARIANT);
  assert_int_equal(variance_in(W, of(Box, T), T), VARIANCE_INVARIANT);
  assert_int_equal(variance_in(W, of(Sink, of(Sink, T)), T),
                   VARIANCE_COVARIANT);
  assert_int_equal(variance_in(W, of(Sink, of(Source, T)), T),
                   VARIANCE_CONTRAVARIANT);
}

static void test_mro(void **state) {
  (void)state;
  ClassId A = fake_new("A", NO_SPAN, "", NO_SPAN, 0);
  ClassId B = fake_new("B", NO_SPAN, "", SPAN(inst(A)), 0);
  ClassId C = fake_new("C", NO_SPAN, "", SPAN(inst(A)), 0);
  ClassId D = fake_new("D", NO_SPAN, "", SPAN(inst(B), inst(C)), 0);
  IS(fake_class(D)->mro, "(D, B, C, A, object)");
  TypeSpan ba[2] = {type_args(fake_class(A)->mro),
                    type_args(fake_class(B)->mro)};
  TypeId out[16];
  assert_int_equal(mro_merge(fake.scratch, ba, 2, out), 0);
  TypeSpan ab[2] = {ba[1], ba[0]};
  assert_int_equal(mro_merge(fake.scratch, ab, 2, out), 3);
}

static void test_dump(void **state) {
  (void)state;
  StrBuf out;
  strbuf_init(&out, fake.scratch);
  types_dump(U(of(CLASS_ID(list), INT), lit(1)), &out);
  assert_string_equal(out.ptr,
                      "(union (instance list (instance int)) (literal_int 1))");
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_union_rules),
      cmocka_unit_test(test_union_complements),
      cmocka_unit_test(test_union_caps),
      cmocka_unit_test(test_union_members),
      cmocka_unit_test(test_meet_rules),
      cmocka_unit_test(test_disjoint),
      cmocka_unit_test(test_subst),
      cmocka_unit_test(test_subst_variadic),
      cmocka_unit_test(test_promotion),
      cmocka_unit_test(test_cut),
      cmocka_unit_test(test_truth),
      cmocka_unit_test(test_world),
      cmocka_unit_test(test_variance),
      cmocka_unit_test(test_mro),
      cmocka_unit_test(test_dump),
  };
  return cmocka_run_group_tests(tests, setup, teardown);
}
