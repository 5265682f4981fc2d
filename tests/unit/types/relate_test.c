/* relate_test.c - subtyping and assignability, kind by kind. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

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

static void fail_pair(const char *what, TypeId a, TypeId b, int line) {
  print_error("line %d: %s: `%s` against `%s`\n", line, what,
              display_full(&fake.world, a), display_full(&fake.world, b));
  fail();
}
#define YES(a, b)                           \
  (relate_assignable(&fake.world, (a), (b)) \
       ? (void)0                            \
       : fail_pair("not assignable", (a), (b), __LINE__))
#define NO(a, b)                             \
  (!relate_assignable(&fake.world, (a), (b)) \
       ? (void)0                             \
       : fail_pair("assignable", (a), (b), __LINE__))
#define SUB(a, b)                        \
  (relate_subtype(&fake.world, (a), (b)) \
       ? (void)0                         \
       : fail_pair("no subtype", (a), (b), __LINE__))
#define NOT_SUB(a, b)                     \
  (!relate_subtype(&fake.world, (a), (b)) \
       ? (void)0                          \
       : fail_pair("subtype", (a), (b), __LINE__))

static void test_dynamic(void **state) {
  (void)state;
  YES(TYPE(ANY), INT);
  YES(INT, TYPE(UNKNOWN));
  NOT_SUB(TYPE(ANY), INT);
  NOT_SUB(INT, TYPE(ANY));
  SUB(TYPE(ANY), OBJECT);
  SUB(TYPE(NEVER), TYPE(ANY));
  YES(of(CLASS_ID(list), TYPE(ANY)), of(CLASS_ID(list), INT));
  YES(of(CLASS_ID(list), INT), of(CLASS_ID(list), TYPE(UNKNOWN)));
  NOT_SUB(of(CLASS_ID(list), TYPE(ANY)), of(CLASS_ID(list), INT));
  SUB(of(CLASS_ID(list), TYPE(ANY)), of(CLASS_ID(list), TYPE(ANY)));
  YES(inst(Mystery), INT);
  NOT_SUB(inst(Mystery), INT);
}

static void test_nominal(void **state) {
  (void)state;
  SUB(inst(Dog), inst(Animal));
  NO(inst(Animal), inst(Dog));
  NO(inst(Cat), inst(Dog));
  SUB(BOOL, INT);
  SUB(TYPE(NEVER), INT);
  NO(INT, TYPE(NEVER));
  SUB(INT, OBJECT);
  NO(INT, NONE);
}

static void test_variance(void **state) {
  (void)state;
  TypeId dog = inst(Dog), animal = inst(Animal);
  NO(of(Box, dog), of(Box, animal));
  SUB(of(Source, dog), of(Source, animal));
  NO(of(Source, animal), of(Source, dog));
  SUB(of(Sink, animal), of(Sink, dog));
  NO(of(Sink, dog), of(Sink, animal));
  SUB(of(CLASS_ID(list), dog), of(CLASS_ID(Sequence), animal));
  SUB(of(CLASS_ID(list), dog), of(CLASS_ID(Iterable), dog));
  SUB(STRT, of(CLASS_ID(Sequence), STRT));
  SUB(of(Box, U(INT, STRT)), of(Box, U(STRT, INT)));
}

static void test_float(void **state) {
  (void)state;
  TypeId f = type_float_annotation(), c = type_complex_annotation();
  SUB(INT, f);
  SUB(FLOAT, f);
  SUB(f, c);
  NO(c, f);
  NO(f, INT);
  NO(STRT, f);
  SUB(BOOL, f);
  YES(of(CLASS_ID(list), FLOAT), of(CLASS_ID(list), f));
  NO(of(CLASS_ID(list), INT), of(CLASS_ID(list), f));
}

static void test_literals(void **state) {
  (void)state;
  SUB(lit(1), INT);
  SUB(TYPE(TRUE), BOOL);
  SUB(TYPE(TRUE), INT);
  NO(lit(1), lit(2));
  NO(lit(1), TYPE(TRUE));
  NO(INT, lit(1));
  SUB(type_literal_declared(lit(1)), lit(1));
  SUB(lit(1), type_literal_declared(lit(1)));
  SUB(lits("a"), TYPE(LITERAL_STRING));
  SUB(TYPE(LITERAL_STRING), STRT);
  NO(STRT, TYPE(LITERAL_STRING));
  SUB(lits("a"), of(CLASS_ID(Sequence), STRT));
  SUB(red, inst(Color));
  SUB(inst(Color), U(red, green, blue));
  NO(inst(Color), U(red, green));
  SUB(BOOL, type_union_raw(SPAN(TYPE(TRUE), TYPE(FALSE)), 0));
  SUB(U(lit(1), lit(2)),
      type_literal_declared(lit(2)).v ? U(lit(2), lit(1), lit(3)) : INT);
}

static void test_unions(void **state) {
  (void)state;
  SUB(INT, U(INT, STRT));
  SUB(U(INT, STRT), U(STRT, NONE, INT));
  NO(U(INT, NONE), INT);
  YES(U(INT, TYPE(ANY)), INT);
  NO(U(STRT, TYPE(ANY)), INT);
  SUB(lit(3), U(STRT, INT));
}

static void test_intersections(void **state) {
  (void)state;
  World *w = &fake.world;
  TypeId both = meet_of2(w, inst(Animal), inst(HasX));
  SUB(both, inst(Animal));
  SUB(both, inst(HasX));
  NO(inst(Animal), both);
  NO(inst(Dog), both);
  SUB(INT, meet_negate(w, STRT));
  NO(INT, meet_negate(w, INT));
  SUB(meet_without(w, inst(Animal), inst(Dog)), inst(Animal));
  SUB(meet_without(w, inst(Animal), inst(Dog)), meet_negate(w, inst(Dog)));
  SUB(meet_negate(w, inst(Animal)), meet_negate(w, inst(Dog)));
  NO(meet_negate(w, inst(Dog)), meet_negate(w, inst(Animal)));
}

static void test_tuples(void **state) {
  (void)state;
  TypeId is = type_tuple_of(SPAN(INT, STRT));
  TypeId ints = type_tuple(NO_SPAN, INT, NO_SPAN);
  SUB(type_tuple_of(SPAN(lit(1), lits("a"))), is);
  NO(is, type_tuple_of(SPAN(INT)));
  NO(is, ints);
  SUB(type_tuple_of(SPAN(INT, INT)), ints);
  SUB(TYPE(EMPTY_TUPLE), ints);
  NO(ints, type_tuple_of(SPAN(INT)));
  YES(type_tuple(NO_SPAN, TYPE(ANY), NO_SPAN), is);
  SUB(type_tuple(SPAN(INT), STRT, SPAN(INT)),
      type_tuple(NO_SPAN, U(INT, STRT), NO_SPAN));
  NO(type_tuple(NO_SPAN, INT, NO_SPAN), type_tuple(SPAN(INT), INT, NO_SPAN));
  SUB(type_tuple(SPAN(INT), INT, NO_SPAN), ints);
  SUB(type_tuple_of(SPAN(INT, STRT, STRT, BYTES)),
      type_tuple(SPAN(INT), STRT, SPAN(BYTES)));
  SUB(is, of(CLASS_ID(Sequence), U(INT, STRT)));
  NO(is, of(CLASS_ID(Sequence), INT));
  SUB(inst(Point3), ints);
  SUB(inst(Point3), type_tuple_of(SPAN(INT, INT, INT)));
  SUB(inst(Point3), of(CLASS_ID(Sequence), INT));
}

static void test_class_objects(void **state) {
  (void)state;
  TypeId dog = type_class_object(Dog);
  SUB(dog, type_subclass_of(inst(Animal)));
  NO(type_class_object(Animal), type_subclass_of(inst(Dog)));
  SUB(dog, TYPE_KNOWN(type));
  SUB(type_subclass_of(inst(Dog)), type_subclass_of(inst(Animal)));
  YES(TYPE_KNOWN(type), type_subclass_of(inst(Dog)));
  SUB(TYPE_KNOWN(type), type_subclass_of(OBJECT));
  YES(type_subclass_of(TYPE(ANY)), type_subclass_of(inst(Dog)));
  NO(dog, inst(Dog));
  NO(inst(Dog), type_subclass_of(inst(Dog)));
  fake_class(Dog)->constructor = SIG(inst(Dog), arg("name", STRT));
  SUB(dog, SIG(inst(Animal), arg(NULL, STRT)));
  NO(dog, SIG(inst(Animal), arg(NULL, INT)));
  SUB(type_class_object(Color), TYPE_KNOWN(EnumMeta));
  YES(TYPE_KNOWN(EnumMeta), type_subclass_of(TYPE(UNKNOWN)));
  NO(TYPE_KNOWN(EnumMeta), type_subclass_of(inst(Dog)));
  YES(type_class_object(Mystery), SIG(OBJECT, arg("x", INT)));
}

static void test_parameters(void **state) {
  (void)state;
  Param x = arg("x", INT), y = arg("y", STRT);
  Param xa = with_kind(arg("args", INT), PARAM_VARIADIC);
  Param kw = with_kind(arg("kwargs", INT), PARAM_KEYWORD_VARIADIC);
  Param k = with_kind(arg("k", INT), PARAM_KEYWORD_ONLY);
  Param pos = arg(NULL, INT);
  SUB(SIG(BOOL, arg("x", OBJECT)), SIG(INT, x));
  NO(SIG(INT, arg("x", BOOL)), SIG(INT, x));
  NO(SIG(OBJECT, x), SIG(INT, x));
  SUB(SIG(INT, x), SIG(INT, pos));
  NO(SIG(INT, pos), SIG(INT, x));
  NO(SIG(INT, arg("z", INT)), SIG(INT, x));
  NO(SIG(INT, x, y), SIG(INT, x));
  SUB(SIG(INT, x, with_default(y, TYPE_NULL)), SIG(INT, x));
  NO(SIG(INT, x), SIG(INT, x, y));
  NO(SIG(INT, x), SIG(INT, with_default(x, TYPE_NULL)));
  SUB(SIG(INT, xa), SIG(INT, pos, pos));
  NO(SIG(INT, xa), SIG(INT, x));
  SUB(SIG(INT, xa, kw), SIG(INT, x));
  NO(SIG(INT, pos), SIG(INT, xa));
  SUB(SIG(INT, xa), SIG(INT, xa));
  SUB(SIG(INT, arg("k", INT)), SIG(INT, k));
  SUB(SIG(INT, kw), SIG(INT, k));
  NO(SIG(INT, k), SIG(INT, kw));
  NO(SIG(INT, k), SIG(INT, arg("k", INT)));
  SUB(SIG(INT, with_default(k, TYPE_NULL)), SIG0(INT));
  NO(SIG(INT, k), SIG0(INT));
}

static void test_gradual_callables(void **state) {
  (void)state;
  Param x = arg("x", INT);
  TypeId any = callable_gradual(INT);
  YES(any, SIG(INT, x));
  YES(SIG(INT, x), any);
  NOT_SUB(SIG(INT, x), any);
  SUB(any, any);
  NO(SIG(STRT, x), any);
  SUB(SIG(INT, x), type_callable(NULL, 0, OBJECT, TYPE_NULL, SIGNATURE_TOP));
  Param p[1] = {arg(NULL, INT)};
  TypeId concat = type_callable(p, 1, INT, TYPE_NULL, SIGNATURE_GRADUAL);
  YES(SIG(INT, x, arg("y", STRT)), concat);
  NO(SIG(INT, arg("x", STRT)), concat);
}

static void test_generic_callables(void **state) {
  (void)state;
  TypeId T = fake_var("T", "f", TYPE_VAR_PLAIN);
  TypeId V = fake_var("U", "g", TYPE_VAR_PLAIN);
  TypeId id = GENERIC(SPAN(T), T, arg(NULL, T));
  SUB(id, SIG(INT, arg(NULL, INT)));
  NO(id, SIG(STRT, arg(NULL, INT)));
  SUB(id, GENERIC(SPAN(V), V, arg(NULL, V)));
  SUB(id, id);
  NO(SIG(INT, arg(NULL, INT)), GENERIC(SPAN(V), V, arg(NULL, V)));
  TypeId wrap = GENERIC(SPAN(T), of(CLASS_ID(list), T), arg(NULL, T));
  SUB(wrap, SIG(of(CLASS_ID(Sequence), INT), arg(NULL, INT)));
}

static void test_overloads(void **state) {
  (void)state;
  TypeId ii = SIG(INT, arg("x", INT)), ss = SIG(STRT, arg("x", STRT));
  TypeId both = type_overloaded(SPAN(ii, ss));
  SUB(both, ii);
  SUB(both, ss);
  NO(both, SIG(BYTES, arg("x", BYTES)));
  NO(ii, both);
  SUB(SIG(U(INT, STRT), arg("x", OBJECT)), SIG(U(INT, STRT), arg("x", INT)));
  SUB(both, type_overloaded(SPAN(ss, ii)));
}

static void test_param_spec(void **state) {
  (void)state;
  TypeId P = fake_var("P", "f", TYPE_VAR_PARAM_SPEC);
  TypeId Q = fake_var("Q", "f", TYPE_VAR_PARAM_SPEC);
#define PAIR(S)                                                           \
  with_kind(arg("args", type_param_spec_part(S, false)), PARAM_VARIADIC), \
      with_kind(arg("kwargs", type_param_spec_part(S, true)),             \
                PARAM_KEYWORD_VARIADIC)
  TypeId p = SIG(INT, PAIR(P));
  SUB(p, p);
  SUB(SIG(BOOL, PAIR(P)), p);
  NO(SIG(INT, PAIR(Q)), p);
  NO(SIG(INT, arg("x", INT)), p);
  SUB(SIG(INT, arg(NULL, OBJECT), PAIR(P)), SIG(INT, arg(NULL, INT), PAIR(P)));
  NO(SIG(INT, arg(NULL, INT), PAIR(P)), p);
  YES(callable_gradual(INT), p);
}

static void test_protocols(void **state) {
  (void)state;
  SUB(inst(Tree), inst(HasX));
  NO(inst(Animal), inst(HasX));
  NO(inst(Point3), inst(HasX)); /* read-only x */
  SUB(inst(Tree), inst(HasName));
  SUB(inst(Tree), inst(Linked)); /* recursive */
  SUB(inst(Linked), inst(Linked));
  ClassId Bad = fake_new("Bad", NO_SPAN, "", NO_SPAN, 0);
  fake_attr(Bad, "next", SIG0(INT), MEMBER_METHOD);
  NO(inst(Bad), inst(Linked));
  ClassId Wide = fake_new("Wide", NO_SPAN, "", NO_SPAN, 0);
  fake_attr(Wide, "x", BOOL, MEMBER_INSTANCE_VAR);
  NO(inst(Wide), inst(HasX)); /* invariant */
  ClassId Maker = fake_new("Maker", NO_SPAN, "", NO_SPAN, CLASS_PROTOCOL);
  fake_attr(Maker, "__call__", SIG(INT, arg("x", INT)), MEMBER_METHOD);
  SUB(SIG(BOOL, arg("x", OBJECT)), inst(Maker));
  NO(SIG(STRT, arg("x", OBJECT)), inst(Maker));
}

/* Two protocols that mention each other, and one that grows for ever. */
static void test_recursive_protocols(void **state) {
  (void)state;
  ClassId A = fake_new("PA", NO_SPAN, "", NO_SPAN, CLASS_PROTOCOL);
  ClassId B = fake_new("PB", NO_SPAN, "", NO_SPAN, CLASS_PROTOCOL);
  fake_attr(A, "b", SIG0(inst(B)), MEMBER_METHOD);
  fake_attr(B, "a", SIG0(inst(A)), MEMBER_METHOD);
  ClassId X = fake_new("X", NO_SPAN, "", NO_SPAN, 0);
  ClassId Y = fake_new("Y", NO_SPAN, "", NO_SPAN, 0);
  fake_attr(X, "b", SIG0(inst(Y)), MEMBER_METHOD);
  fake_attr(Y, "a", SIG0(inst(X)), MEMBER_METHOD);
  SUB(inst(X), inst(A));
  SUB(inst(Y), inst(B));
  ClassId Z = fake_new("Z", NO_SPAN, "", NO_SPAN, 0);
  fake_attr(Z, "b", SIG0(INT), MEMBER_METHOD);
  NO(inst(Z), inst(A));
  TypeId T = fake_var("T", "Grow", TYPE_VAR_PLAIN);
  ClassId Grow = fake_new("Grow", SPAN(T), "o", NO_SPAN, CLASS_PROTOCOL);
  fake_attr(Grow, "more", SIG0(of(Grow, of(CLASS_ID(list), T))), MEMBER_METHOD);
  TypeId S = fake_var("T", "Growing", TYPE_VAR_PLAIN);
  ClassId Growing = fake_new("Growing", SPAN(S), "o", NO_SPAN, 0);
  fake_attr(Growing, "more", SIG0(of(Growing, of(CLASS_ID(list), S))),
            MEMBER_METHOD);
  YES(of(Growing, INT), of(Grow, INT)); /* the budget's answer */
  YES(of(Growing, INT), of(Grow, INT));
}

static void test_typed_dicts(void **state) {
  (void)state;
  SUB(inst(Movie), inst(Film));
  NO(inst(Film), inst(Movie));
  ClassId Opt = fake_new("Opt", NO_SPAN, "", NO_SPAN, CLASS_TYPED_DICT);
  fake_attr(Opt, "title", STRT, MEMBER_NOT_REQUIRED);
  NO(inst(Opt), inst(Film));
  NO(inst(Film), inst(Opt));
  ClassId Ro = fake_new("Ro", NO_SPAN, "", NO_SPAN, CLASS_TYPED_DICT);
  fake_attr(Ro, "title", OBJECT, MEMBER_READ_ONLY);
  SUB(inst(Film), inst(Ro));
  NO(inst(Ro), inst(Film));
}

static void test_type_vars(void **state) {
  (void)state;
  TypeId T = fake_bound_var("T", (TypeVarBounds){.bound = inst(Animal)});
  TypeId C = fake_bound_var(
      "C", (TypeVarBounds){.constraints = type_list(SPAN(INT, STRT))});
  TypeId F = fake_var("F", "f", TYPE_VAR_PLAIN);
  SUB(T, T);
  SUB(T, inst(Animal));
  NO(T, inst(Dog));
  NO(inst(Dog), T);
  SUB(C, U(INT, STRT));
  NO(C, INT);
  SUB(F, OBJECT);
  NO(F, INT);
  SUB(T, U(T, NONE));
  NO(U(T, NONE), T);
}

static void test_new_types_aliases(void **state) {
  (void)state;
  TypeId id = type_new_type((ModuleId){2}, (DefId){1}, nm("Id"));
  fake.bases[1] = INT;
  SUB(id, INT);
  NO(INT, id);
  NO(lit(1), id);
  SUB(id, U(STRT, INT));
  TypeId json = type_alias((ModuleId){2}, (DefId){2}, nm("Json"), NO_SPAN);
  fake.aliases[2] = U(STRT, INT, of(CLASS_ID(Sequence), json));
  SUB(STRT, json);
  SUB(of(CLASS_ID(list), STRT), json);
  SUB(of(CLASS_ID(list), of(CLASS_ID(list), INT)), json);
  NO(BYTES, STRT);
  NO(NONE, json);
  SUB(json, json);
  SUB(json, U(INT, STRT, of(CLASS_ID(Sequence), json)));
  /* Two recursive aliases of one meaning, and one of another. */
  TypeId a = type_alias((ModuleId){2}, (DefId){3}, nm("A"), NO_SPAN);
  TypeId b = type_alias((ModuleId){2}, (DefId){4}, nm("B"), NO_SPAN);
  TypeId c = type_alias((ModuleId){2}, (DefId){5}, nm("C"), NO_SPAN);
  fake.aliases[3] = U(of(CLASS_ID(list), a), INT);
  fake.aliases[4] = U(of(CLASS_ID(list), b), INT);
  fake.aliases[5] = U(of(CLASS_ID(list), c), STRT);
  SUB(a, b);
  NO(a, c);
  NO(of(CLASS_ID(list), a), of(CLASS_ID(list), c));
  SUB(of(CLASS_ID(list), a), of(CLASS_ID(list), b));
}

static void test_explain(void **state) {
  (void)state;
  StrBuf out;
  strbuf_init(&out, fake.scratch);
  relate_explain(&fake.world, inst(Animal), inst(HasX), &out);
  assert_string_equal(out.ptr, "protocol member `x` is missing\n");
  strbuf_clear(&out);
  relate_explain(&fake.world, of(CLASS_ID(list), BOOL), of(CLASS_ID(list), INT),
                 &out);
  assert_string_equal(out.ptr, "type parameter 1 of `list` is invariant: "
                               "`bool` is not `int`; that of `Sequence` is "
                               "covariant\n");
}

static void test_big_literal_unions(void **state) {
  (void)state;
  static TypeId v[5000];
  for (uint32_t i = 0; i < 5000; i++) v[i] = lit(i);
  TypeId up = uni((TypeSpan){v, 5000});
  for (uint32_t i = 0; i < 2500; i++) {
    TypeId t = v[i];
    v[i] = v[4999 - i];
    v[4999 - i] = t;
  }
  TypeId down = uni((TypeSpan){v, 5000});
  assert_int_not_equal(up.v, down.v);
  assert_true(relate_equivalent(&fake.world, up, down));
  SUB(lit(77), up);
  NO(lit(5001), up);
  SUB(up, INT);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_dynamic),
      cmocka_unit_test(test_nominal),
      cmocka_unit_test(test_variance),
      cmocka_unit_test(test_float),
      cmocka_unit_test(test_literals),
      cmocka_unit_test(test_unions),
      cmocka_unit_test(test_intersections),
      cmocka_unit_test(test_tuples),
      cmocka_unit_test(test_class_objects),
      cmocka_unit_test(test_parameters),
      cmocka_unit_test(test_gradual_callables),
      cmocka_unit_test(test_generic_callables),
      cmocka_unit_test(test_overloads),
      cmocka_unit_test(test_param_spec),
      cmocka_unit_test(test_protocols),
      cmocka_unit_test(test_recursive_protocols),
      cmocka_unit_test(test_typed_dicts),
      cmocka_unit_test(test_type_vars),
      cmocka_unit_test(test_new_types_aliases),
      cmocka_unit_test(test_explain),
      cmocka_unit_test(test_big_literal_unions),
  };
  return cmocka_run_group_tests(tests, setup, teardown);
}
