/* solve_test.c - type variables from arguments. */
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

#define W (&fake.world)
static Solver *solver;

static void begin(TypeSpan vars) { solver = solver_create(W, type_list(vars)); }
static TypeId solution(void) { return solver_solution(solver, TYPE_NULL, false); }
static const char *value(TypeId var) {
  return display_full(W, subst(W, var, solution()));
}
static const char *closed(TypeId var) {
  return display_full(W, subst(W, var, solver_closing(solver)));
}
static const char *exact(TypeId var) {
  return display_full(W, subst(W, var, solver_solution(solver, var, false)));
}
#define TAKES(a, b) assert_true(solver_assign(solver, (a), (b)))
#define REFUSES(a, b) assert_false(solver_assign(solver, (a), (b)))
#define IS(text, expected) assert_string_equal(text, expected)

static TypeId list_of(TypeId t) { return of(CLASS_ID(list), t); }
static TypeId seq_of(TypeId t) { return of(CLASS_ID(Sequence), t); }
static TypeId plain(const char *name) {
  return fake_var(name, "f", TYPE_VAR_PLAIN);
}

static void test_plain(void **state) {
  (void)state;
  TypeId T = plain("T");
  begin(SPAN(T));
  TAKES(lit(1), T);
  IS(value(T), "int");
  IS(exact(T), "Literal[1]");
  TAKES(lits("a"), T);
  IS(value(T), "int | str");
  assert_true(solver_has_bounds(solver, T));
  begin(SPAN(T));
  IS(value(T), "T@f"); /* open: the caller binds or closes it */
  IS(closed(T), "Unknown");
  assert_true(type_is_null(solver_partial(solver)));
  assert_false(solver_has_bounds(solver, T));
}

static void test_invariant(void **state) {
  (void)state;
  TypeId T = plain("T");
  begin(SPAN(T));
  TAKES(list_of(INT), list_of(T));
  IS(value(T), "int");
  TAKES(lit(3), T);
  REFUSES(STRT, T);
  REFUSES(list_of(STRT), list_of(T));
  IS(value(T), "int");
}

static void test_covariant(void **state) {
  (void)state;
  TypeId T = plain("T");
  begin(SPAN(T));
  TAKES(list_of(inst(Dog)), seq_of(T));
  TAKES(list_of(inst(Cat)), seq_of(T));
  IS(value(T), "Dog | Cat");
  begin(SPAN(T));
  TAKES(type_tuple_of(SPAN(INT, STRT)), seq_of(T));
  IS(value(T), "int | str");
}

static void test_bounds(void **state) {
  (void)state;
  TypeId T = fake_bound_var("T", (TypeVarBounds){.bound = inst(Animal)});
  begin(SPAN(T));
  REFUSES(INT, T);
  TAKES(inst(Dog), T);
  IS(value(T), "Dog");
  TypeId L =
      fake_bound_var("L", (TypeVarBounds){.bound = TYPE(LITERAL_STRING)});
  begin(SPAN(L));
  TAKES(lits("a"), L);
  IS(value(L), "Literal[\"a\"]");
}

static void test_constraints(void **state) {
  (void)state;
  TypeVarBounds either = {.constraints = type_list(SPAN(STRT, BYTES))};
  TypeId A = fake_bound_var("AnyStr", either);
  begin(SPAN(A));
  TAKES(lits("a"), A);
  TAKES(STRT, A);
  REFUSES(BYTES, A);
  REFUSES(INT, A);
  IS(value(A), "str");
  TypeId mine = fake_bound_var("Mine", either);
  begin(SPAN(A));
  TAKES(mine, A);
  IS(value(A), "Mine@f");
}

static void test_unions(void **state) {
  (void)state;
  TypeId T = plain("T");
  begin(SPAN(T));
  TAKES(U(INT, NONE), U(T, NONE));
  IS(value(T), "int");
  begin(SPAN(T));
  TAKES(NONE, U(T, NONE));
  IS(closed(T), "Unknown");
  begin(SPAN(T));
  TAKES(U(list_of(INT), STRT), U(list_of(T), STRT));
  IS(value(T), "int");
  begin(SPAN(T));
  TAKES(U(list_of(INT), STRT), U(T, list_of(T)));
  IS(value(T), "list[int] | str");
}

static void test_class_objects(void **state) {
  (void)state;
  TypeId T = plain("T");
  begin(SPAN(T));
  TAKES(type_class_object(Dog), type_subclass_of(T));
  IS(value(T), "Dog");
}

static void test_callables(void **state) {
  (void)state;
  TypeId A = plain("A"), B = plain("B"), T = plain("T");
  TypeId param = SIG(B, arg(NULL, A));
  begin(SPAN(A, B));
  TAKES(list_of(INT), list_of(A));
  TAKES(SIG(STRT, arg("x", INT)), param);
  IS(value(B), "str");
  begin(SPAN(A, B));
  TAKES(SIG(STRT, arg("x", INT)), param);
  IS(value(A), "int");
  REFUSES(list_of(STRT), list_of(A));
  begin(SPAN(A, B)); /* a generic function as argument */
  TAKES(list_of(INT), list_of(A));
  TypeId id = GENERIC(SPAN(T), T, arg("x", T));
  TAKES(id, param);
  IS(value(B), "int");
  begin(SPAN(A, B)); /* twice the same one */
  TAKES(GENERIC(SPAN(T), list_of(T), arg("x", T)), param);
  TAKES(INT, A);
  IS(value(A), "int");
}

static void test_param_spec(void **state) {
  (void)state;
  TypeId P = fake_var("P", "f", TYPE_VAR_PARAM_SPEC), R = plain("R");
  Param a =
      with_kind(arg("args", type_param_spec_part(P, false)), PARAM_VARIADIC);
  Param k = with_kind(arg("kwargs", type_param_spec_part(P, true)),
                      PARAM_KEYWORD_VARIADIC);
  TypeId f = SIG(STRT, arg("x", INT), arg("y", BYTES));
  begin(SPAN(P, R));
  TAKES(f, SIG(R, a, k));
  IS(display_full(
         W, subst(W, SIG(list_of(R), a, k), solution())),
     "(x: int, y: bytes) -> list[str]");
  begin(SPAN(P, R));
  TAKES(f, SIG(R, arg(NULL, INT), a, k));
  IS(display_full(W, subst(W, SIG(R, a, k), solution())),
     "(y: bytes) -> str");
  begin(SPAN(P, R));
  IS(display_full(W, subst(W, SIG(R, a, k), solver_closing(solver))),
     "(...) -> Unknown");
  begin(SPAN(P, R)); /* the same by position only */
  TAKES(SIG(STRT, arg("x", INT)), SIG(R, a, k));
  TAKES(SIG(STRT, arg("y", BOOL)), SIG(R, a, k));
  IS(display_full(W, subst(W, SIG(R, a, k), solution())),
     "(y: bool, /) -> str");
  Param kx = with_kind(arg("x", INT), PARAM_KEYWORD_ONLY);
  Param ky = with_kind(arg("y", INT), PARAM_KEYWORD_ONLY);
  begin(SPAN(P, R));
  TAKES(SIG(STRT, kx), SIG(R, a, k));
  REFUSES(SIG(STRT, ky), SIG(R, a, k));
}

static void test_type_var_tuple(void **state) {
  (void)state;
  TypeId Ts = fake_var("Ts", "f", TYPE_VAR_TUPLE);
  TypeId t = type_tuple(SPAN(INT), type_unpacked(Ts), NO_SPAN);
  begin(SPAN(Ts));
  TAKES(type_tuple_of(SPAN(INT, STRT, BYTES)), t);
  IS(display_full(W, subst(W, type_tuple(NO_SPAN, type_unpacked(Ts), NO_SPAN),
                           solution())),
     "tuple[str, bytes]");
  Param args = with_kind(arg("args", type_unpacked(Ts)), PARAM_VARIADIC);
  args.flags |= PARAM_UNPACKED;
  begin(SPAN(Ts));
  TAKES(SIG(NONE, arg("a", INT), arg("b", STRT)), SIG(NONE, args));
  IS(display_full(W, subst(W, SIG(NONE, args), solution())),
     "(int, str, /) -> None");
  REFUSES(type_tuple_of(SPAN(STRT, INT)),
          type_tuple(NO_SPAN, type_unpacked(Ts), NO_SPAN));
  TAKES(type_tuple_of(SPAN(lit(1), STRT)),
        type_tuple(NO_SPAN, type_unpacked(Ts), NO_SPAN));
  REFUSES(type_tuple_of(SPAN(INT)),
          type_tuple(NO_SPAN, type_unpacked(Ts), NO_SPAN));
}

static void test_dynamic(void **state) {
  (void)state;
  TypeId T = plain("T");
  begin(SPAN(T));
  TAKES(TYPE(ANY), list_of(T));
  IS(value(T), "Any");
  begin(SPAN(T));
  TAKES(list_of(TYPE(UNKNOWN)), list_of(T));
  IS(value(T), "Unknown");
}

static void test_expected(void **state) {
  (void)state;
  TypeId T = plain("T");
  begin(SPAN(T));
  TAKES(list_of(T), list_of(OBJECT)); /* the return type against the context */
  IS(value(T), "object");
  TAKES(INT, T);
  IS(value(T), "object");
  begin(SPAN(T));
  TAKES(T, U(INT, NONE));
  IS(value(T), "int | None");
  TAKES(lit(1), T);
  IS(value(T), "int");
  REFUSES(STRT, T);
}

static void test_context(void **state) {
  (void)state;
  TypeId T = plain("T");
  begin(SPAN(T));
  TAKES(SIG(INT, arg("x", OBJECT)), SIG(INT, arg(NULL, T)));
  IS(display_full(W, solver_context(solver, list_of(T))), "list[T@f]");
  IS(display_full(W, solver_context(solver, SIG(INT, arg(NULL, T)))),
     "(object, /) -> int");
  TAKES(STRT, T);
  IS(display_full(W, solver_context(solver, list_of(T))), "list[str]");
}

static void test_rollback(void **state) {
  (void)state;
  TypeId T = plain("T"), V = plain("V");
  begin(SPAN(T, V));
  uint32_t mark = solver_mark(solver);
  TAKES(INT, T);
  solver_rollback(solver, mark);
  assert_false(solver_has_bounds(solver, T));
  TAKES(list_of(STRT), list_of(V));
  REFUSES(type_tuple_of(SPAN(INT, INT)), type_tuple_of(SPAN(T, list_of(T))));
  assert_false(solver_has_bounds(solver, T));
  IS(value(V), "str");
}

static void test_protocol(void **state) {
  (void)state;
  TypeId S = plain("S");
  ClassId Has = fake_new("Has", SPAN(S), "o", NO_SPAN, CLASS_PROTOCOL);
  fake_attr(Has, "get", SIG0(S), MEMBER_METHOD);
  ClassId Impl = fake_new("Impl", NO_SPAN, "", NO_SPAN, 0);
  fake_attr(Impl, "get", SIG0(BYTES), MEMBER_METHOD);
  TypeId T = plain("T");
  begin(SPAN(T));
  TAKES(inst(Impl), of(Has, T));
  IS(value(T), "bytes");
}

static void test_defaults(void **state) {
  (void)state;
  TypeId T = fake_bound_var("T", (TypeVarBounds){.default_type = INT});
  TypeId V = fake_bound_var("V", (TypeVarBounds){.default_type = list_of(T)});
  begin(SPAN(T, V));
  IS(closed(V), "list[int]");
  TAKES(STRT, T);
  IS(closed(V), "list[str]");
}

static void test_overloaded_argument(void **state) {
  (void)state;
  TypeId A = plain("A"), B = plain("B");
  TypeId f = type_overloaded(
      SPAN(SIG(INT, arg("x", STRT)), SIG(BYTES, arg("x", INT))));
  begin(SPAN(A, B));
  TAKES(list_of(INT), list_of(A));
  TAKES(f, SIG(B, arg(NULL, A)));
  IS(value(B), "bytes");
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_plain),
      cmocka_unit_test(test_invariant),
      cmocka_unit_test(test_covariant),
      cmocka_unit_test(test_bounds),
      cmocka_unit_test(test_constraints),
      cmocka_unit_test(test_unions),
      cmocka_unit_test(test_class_objects),
      cmocka_unit_test(test_callables),
      cmocka_unit_test(test_param_spec),
      cmocka_unit_test(test_type_var_tuple),
      cmocka_unit_test(test_dynamic),
      cmocka_unit_test(test_expected),
      cmocka_unit_test(test_context),
      cmocka_unit_test(test_rollback),
      cmocka_unit_test(test_protocol),
      cmocka_unit_test(test_defaults),
      cmocka_unit_test(test_overloaded_argument),
  };
  return cmocka_run_group_tests(tests, setup, teardown);
}
