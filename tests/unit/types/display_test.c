/* display_test.c - the table "Display" of src/README.md, row by row. */
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

#define SHOWS(type, text) \
  assert_string_equal(display_full(&fake.world, (type)), (text))

static void test_literals(void **state) {
  (void)state;
  SHOWS(lit(1), "Literal[1]");
  SHOWS(lit(-7), "Literal[-7]");
  SHOWS(lits("a"), "Literal[\"a\"]");
  SHOWS(lits("it's \"x\"\n\\"), "Literal[\"it's \\\"x\\\"\\n\\\\\"]");
  SHOWS(lits("\xc3\xa9"), "Literal[\"\xc3\xa9\"]");
  SHOWS(type_literal_bytes(nm("bc\xff")), "Literal[b\"bc\\xff\"]");
  SHOWS(TYPE(TRUE), "Literal[True]");
  SHOWS(red, "Literal[Color.RED]");
  SHOWS(U(lit(1), NONE, lit(2)), "Literal[1, 2] | None");
  SHOWS(U(STRT, lit(2), NONE, lit(3)), "str | Literal[2, 3] | None");
  SHOWS(U(lit(1), lits("foo"), red), "Literal[1, \"foo\", Color.RED]");
}

static void test_atoms(void **state) {
  (void)state;
  SHOWS(TYPE(NEVER), "Never");
  SHOWS(TYPE(ANY), "Any");
  SHOWS(TYPE(UNKNOWN), "Unknown");
  SHOWS(TYPE(DIVERGENT), "Divergent");
  SHOWS(NONE, "None");
  SHOWS(TYPE(LITERAL_STRING), "LiteralString");
  SHOWS(type_float_annotation(), "float");
  SHOWS(type_complex_annotation(), "complex");
  SHOWS(FLOAT, "float");
  SHOWS(U(type_float_annotation(), NONE), "float | None");
  SHOWS(U(NONE, type_float_annotation(), STRT), "None | float | str");
  SHOWS(U(INT, FLOAT), "float");
}

static void test_classes(void **state) {
  (void)state;
  SHOWS(type_class_object(Animal), "<class 'Animal'>");
  SHOWS(type_generic_alias(CLASS_ID(list), SPAN(INT)), "<class 'list[int]'>");
  SHOWS(type_subclass_of(inst(Animal)), "type[Animal]");
  SHOWS(U(type_subclass_of(INT), type_subclass_of(STRT), NONE),
        "type[int | str] | None");
  SHOWS(type_subclass_of(TYPE(UNKNOWN)), "type[Unknown]");
  SHOWS(type_module((ModuleId){3}), "<module 'b.c'>");
  SHOWS(of2(CLASS_ID(dict), STRT, of(CLASS_ID(list), INT)),
        "dict[str, list[int]]");
}

static void test_tuples(void **state) {
  (void)state;
  SHOWS(TYPE(EMPTY_TUPLE), "tuple[()]");
  SHOWS(type_tuple_of(SPAN(INT, STRT)), "tuple[int, str]");
  SHOWS(type_tuple(NO_SPAN, INT, NO_SPAN), "tuple[int, ...]");
  SHOWS(type_tuple(SPAN(INT), STRT, SPAN(BYTES)),
        "tuple[int, *tuple[str, ...], bytes]");
  TypeId Ts = fake_var("Ts", "f", TYPE_VAR_TUPLE);
  SHOWS(type_tuple(NO_SPAN, type_unpacked(Ts), NO_SPAN), "tuple[*Ts@f]");
}

static void test_functions(void **state) {
  (void)state;
  Param y = with_default(arg("y", INT), lit(2));
  y.flags &= (uint8_t)~PARAM_ANNOTATED;
  Param args = with_kind(arg("args", TYPE(UNKNOWN)), PARAM_VARIADIC);
  args.flags = 0;
  Param z =
      with_default(with_kind(arg("z", STRT), PARAM_KEYWORD_ONLY), TYPE_NULL);
  Param kw = with_kind(arg("kw", TYPE(ANY)), PARAM_KEYWORD_VARIADIC);
  fake.signatures[1] = SIG(inst(Animal), arg("x", INT), y, args, z, kw);
  TypeId f = type_function((ModuleId){2}, (DefId){1}, nm("f"), TYPE_NULL);
  SHOWS(f, "def f(x: int, y=2, *args, z: str = ..., **kw: Any) -> Animal");
  SHOWS(U(f, NONE), "(def f(x: int, y=2, *args, z: str = ..., **kw: Any) -> "
                    "Animal) | None");
  TypeId T = fake_var("T", "g", TYPE_VAR_PLAIN);
  TypeId Ts = fake_var("Ts", "g", TYPE_VAR_TUPLE);
  TypeId P = fake_var("P", "g", TYPE_VAR_PARAM_SPEC);
  fake.signatures[2] = GENERIC(SPAN(T, Ts, P), T, arg("x", T));
  SHOWS(type_function((ModuleId){2}, (DefId){2}, nm("g"), TYPE_NULL),
        "def g[T, *Ts, **P](x: T) -> T");
  fake.signatures[3] = SIG(STRT, arg("self", inst(Box)), arg("x", INT));
  TypeId m = type_function((ModuleId){2}, (DefId){3}, nm("m"), TYPE_NULL);
  SHOWS(type_bound_method(inst(Animal), m),
        "bound method Animal.m(x: int) -> str");
  SHOWS(T, "T@g");
  SHOWS(fake_var("", "m", TYPE_VAR_SELF), "Self@m");
}

static void test_callables(void **state) {
  (void)state;
  SHOWS(SIG(STRT, arg(NULL, INT)), "(int, /) -> str");
  SHOWS(SIG(STRT, with_kind(arg("x", INT), PARAM_POSITIONAL_ONLY)),
        "(x: int, /) -> str");
  Param y = with_kind(arg("y", STRT), PARAM_KEYWORD_ONLY);
  SHOWS(SIG(NONE, arg("x", INT), with_default(y, TYPE_NULL)),
        "(x: int, *, y: str = ...) -> None");
  SHOWS(callable_gradual(INT), "(...) -> int");
  SHOWS(SIG0(SIG0(INT)), "() -> (() -> int)");
  SHOWS(U(SIG0(INT), NONE), "(() -> int) | None");
  SHOWS(
      type_overloaded(SPAN(SIG(INT, arg("x", INT)), SIG(STRT, arg("x", STRT)))),
      "Overload[(x: int) -> int, (x: str) -> str]");
  SHOWS(type_callable(NULL, 0, OBJECT, TYPE_NULL, SIGNATURE_TOP),
        "Top[(...) -> object]");
  TypeId P = fake_var("P", "f", TYPE_VAR_PARAM_SPEC);
  Param a =
      with_kind(arg("args", type_param_spec_part(P, false)), PARAM_VARIADIC);
  Param k = with_kind(arg("kwargs", type_param_spec_part(P, true)),
                      PARAM_KEYWORD_VARIADIC);
  SHOWS(SIG(INT, a, k), "(**P@f) -> int");
  SHOWS(SIG(INT, arg(NULL, INT), a, k),
        "(int, /, *args: P@f.args, **kwargs: P@f.kwargs) -> int");
  TypeId T = fake_var("T", "f", TYPE_VAR_PLAIN);
  SHOWS(GENERIC(SPAN(P, T), SIG(T, a, k), arg("c", SIG(T, a, k))),
        "[**P, T](c: (**P) -> T) -> ((**P) -> T)");
  TypeId nest = SIG0(INT);
  for (int i = 0; i < 6; i++) nest = SIG(INT, arg("c", nest));
  SHOWS(nest, "(c: (c: (c: (c: (...)) -> int) -> int) -> int) -> int");
}

static void test_set_theoretic(void **state) {
  (void)state;
  World *w = &fake.world;
  TypeId both = meet_of2(w, inst(Animal), inst(HasX));
  SHOWS(both, "Animal & HasX");
  SHOWS(meet_negate(w, INT), "~int");
  SHOWS(meet_without(w, INT, lit(1)), "int & ~Literal[1]");
  SHOWS(U(STRT, meet_without(w, both, inst(Tree))),
        "str | (Animal & HasX & ~Tree)");
  SHOWS(type_intersection_raw(SPAN(SIG0(INT), inst(HasX)), NO_SPAN),
        "(() -> int) & HasX");
}

static void test_special(void **state) {
  (void)state;
  SHOWS(type_guard(true, INT, nm("x")), "TypeIs[int @ x]");
  SHOWS(type_guard(false, inst(Animal), nm("a[1]")),
        "TypeGuard[Animal @ a[1]]");
  SHOWS(type_special_form(FORM_LITERAL), "<special-form 'typing.Literal'>");
  TypeId id = type_new_type((ModuleId){2}, (DefId){9}, nm("Id"));
  SHOWS(id, "Id");
  SHOWS(type_known_value(KNOWN_VALUE_NEW_TYPE, id),
        "<NewType pseudo-class 'Id'>");
  TypeId a = type_alias((ModuleId){2}, (DefId){8}, nm("A"), NO_SPAN);
  SHOWS(type_known_value(KNOWN_VALUE_TYPE_ALIAS, a), "<type alias 'A'>");
  SHOWS(type_known_value(KNOWN_VALUE_UNION, U(INT, STRT)),
        "<types.UnionType special-form 'int | str'>");
  SHOWS(type_form_of(INT), "TypeForm[int]");
  SHOWS(type_super(type_class_object(Animal), inst(Dog)),
        "<super: <class 'Animal'>, Dog>");
}

static void test_same_names(void **state) {
  (void)state;
  ClassId other = class_intern((ModuleId){3}, (DefId){1}, (NodeId){12},
                               (ScopeId){1}, nm("Animal"));
  fake_add(other, NO_SPAN, "", SPAN(OBJECT), 0);
  SHOWS(U(inst(Animal), inst(other)), "a.Animal | b.c.Animal");
  SHOWS(U(inst(Animal), inst(Dog)), "Animal");
  ClassId third = class_intern((ModuleId){3}, (DefId){2}, (NodeId){40},
                               (ScopeId){2}, nm("Animal"));
  fake_add(third, NO_SPAN, "", SPAN(OBJECT), 0);
  SHOWS(U(inst(other), inst(third)),
        "b.c.Animal @ src/b/c.py:12 | b.c.Animal @ src/b/c.py:40");
  const char *a, *b;
  display_pair(&fake.world, inst(other), inst(Animal), &a, &b);
  assert_string_equal(a, "b.c.Animal");
  assert_string_equal(b, "a.Animal");
}

static void test_short(void **state) {
  (void)state;
  TypeId u = U(INT, STRT, BYTES, NONE, inst(Dog), inst(Cat));
  assert_string_equal(display_short(&fake.world, u),
                      "int | str | bytes | ... omitted 3 union elements");
  SHOWS(u, "int | str | bytes | None | Dog | Cat");
  TypeId v[9];
  for (int i = 0; i < 9; i++) v[i] = lit(i);
  assert_string_equal(display_short(&fake.world, uni((TypeSpan){v, 9})),
                      "Literal[0, 1, 2, 3, 4, ... omitted 4 literals]");
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_literals),      cmocka_unit_test(test_atoms),
      cmocka_unit_test(test_classes),       cmocka_unit_test(test_tuples),
      cmocka_unit_test(test_functions),     cmocka_unit_test(test_callables),
      cmocka_unit_test(test_set_theoretic), cmocka_unit_test(test_special),
      cmocka_unit_test(test_same_names),    cmocka_unit_test(test_short),
  };
  return cmocka_run_group_tests(tests, setup, teardown);
}
