/* type_test.c - constructors: identity, fixed handles, readers, flags. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>

#include "types/type.h"

static NameId name(const char *s) { return name_intern(str_from(s)); }
#define SPAN(...)                            \
  ((TypeSpan){(const TypeId[]){__VA_ARGS__}, \
              sizeof((const TypeId[]){__VA_ARGS__}) / sizeof(TypeId)})

static const TypeId int_ = TYPE_KNOWN(int), str_ = TYPE_KNOWN(str);

static int setup(void **state) {
  (void)state;
  names_init();
  types_init(0);
  return 0;
}

static int teardown(void **state) {
  (void)state;
  types_destroy();
  names_destroy();
  return 0;
}

static void test_fixed_types(void **state) {
  (void)state;
  assert_int_equal(type_kind(TYPE(ANY)), TYPE_KIND_ANY);
  assert_int_equal(type_kind(TYPE(NEVER)), TYPE_KIND_NEVER);
  assert_int_equal(type_literal_bool(true).v, TYPE(TRUE).v);
  assert_int_equal(type_int_value(TYPE(TRUE)), 1);
  assert_int_equal(type_list((TypeSpan){NULL, 0}).v, TYPE(EMPTY_LIST).v);
  assert_int_equal(type_tuple_of((TypeSpan){NULL, 0}).v, TYPE(EMPTY_TUPLE).v);
  assert_true(type_is_dynamic(TYPE(DIVERGENT)));
  assert_false(type_is_dynamic(TYPE(NEVER)));
  assert_int_equal(type_instance(CLASS_ID(int), (TypeSpan){NULL, 0}).v, int_.v);
  assert_int_equal(type_class(int_).v, KNOWN_int);
  assert_true(
      str_is(name_text(class_at(CLASS_ID(NoneType))->name), "NoneType"));
}

static void test_equal_records_have_one_handle(void **state) {
  (void)state;
  TypeId a = type_instance(CLASS_ID(list), SPAN(int_));
  assert_int_equal(a.v, type_instance(CLASS_ID(list), SPAN(int_)).v);
  assert_int_not_equal(a.v, type_instance(CLASS_ID(list), SPAN(str_)).v);
  assert_int_equal(type_args(a).n, 1);
  assert_int_equal(type_at(a)->depth, 2);
  for (int64_t i = -50; i < 5000; i++)
    assert_int_equal(type_int_value(type_literal_int(i)), i);
  assert_int_equal(type_literal_int(7).v, type_literal_int(7).v);
}

static void test_tuples(void **state) {
  (void)state;
  TypeId t = type_tuple(SPAN(int_), str_, SPAN(int_, str_));
  TupleView v = type_tuple_view(t);
  assert_int_equal(v.prefix.n, 1);
  assert_int_equal(v.suffix.n, 2);
  assert_int_equal(v.middle.v, str_.v);
  assert_int_equal(v.suffix.v[1].v, str_.v);
  TypeId f = type_tuple_of(SPAN(int_, str_));
  assert_int_equal(type_tuple_view(f).prefix.n, 2);
  assert_true(type_is_null(type_tuple_view(f).middle));
}

static void test_flags(void **state) {
  (void)state;
  TypeVarView var = {.name = name("T"), .module = {1}, .def = {3}};
  TypeId t = type_var(&var);
  TypeId l = type_instance(CLASS_ID(list), SPAN(t));
  assert_true(type_has(l, TYPE_HAS_TYPE_VAR));
  assert_false(type_has(l, TYPE_HAS_ANY));
  TypeId m = type_mapping(&(TypePair){t, int_}, 1);
  assert_false(type_has(m, TYPE_HAS_TYPE_VAR));
  assert_true(type_has(type_subclass_of(TYPE(ANY)), TYPE_HAS_ANY));
  TypeId one = type_literal_int(1);
  assert_true(type_has(one, TYPE_IS_PROMOTABLE));
  TypeId declared = type_literal_declared(one);
  assert_false(type_has(declared, TYPE_IS_PROMOTABLE | TYPE_HAS_PROMOTABLE));
  assert_int_not_equal(one.v, declared.v);
  assert_true(type_literal_same(one, declared));
  assert_int_equal(type_literal_promotable(declared).v, one.v);
  TypeId yes = type_literal_declared(TYPE(TRUE));
  assert_true(type_literal_same(yes, TYPE(TRUE)));
  assert_false(type_literal_same(yes, TYPE(FALSE)));
}

static void test_signatures(void **state) {
  (void)state;
  Param p[2] = {
      {name("x"), int_, TYPE_NULL, PARAM_POSITIONAL_OR_KEYWORD, 0, 0},
      {name("k"), str_, TYPE_NULL, PARAM_KEYWORD_ONLY, PARAM_HAS_DEFAULT, 0}};
  TypeId c = type_callable(p, 2, TYPE(ANY), TYPE(EMPTY_LIST), 0);
  SignatureView v = type_signature_view(c);
  assert_int_equal(v.n, 2);
  assert_int_equal(v.params[1].name.v, name("k").v);
  assert_int_equal(v.returns.v, TYPE(ANY).v);
  assert_int_equal(v.type_params.v, TYPE(EMPTY_LIST).v);
  assert_true(type_has(c, TYPE_HAS_ANY));
}

static void test_unions_are_indexed(void **state) {
  (void)state;
  static TypeId v[5000];
  for (uint32_t i = 0; i < 5000; i++) v[i] = type_literal_int(i);
  for (uint32_t n = 2; n <= 5000; n = n < 40 ? n + 1 : n * 3) {
    TypeId u = type_union_raw((TypeSpan){v, n}, 0);
    assert_int_equal(type_members(u).n, n);
    assert_true(type_union_flags(u) & UNION_ALL_LITERALS);
    for (uint32_t i = 0; i < n; i++) {
      assert_true(type_union_has(u, v[i]));
      assert_int_equal(type_members(u).v[i].v, v[i].v);
    }
    assert_false(type_union_has(u, type_literal_int(7777)));
    assert_false(type_union_has(u, str_));
    assert_int_equal(u.v, type_union_raw((TypeSpan){v, n}, 0).v);
  }
}

static void test_order_is_total(void **state) {
  (void)state;
  TypeId v[] = {TYPE(ANY),
                int_,
                str_,
                type_literal_int(3),
                type_literal_str(name("a")),
                type_literal_str(name("b")),
                type_literal_declared(type_literal_int(3)),
                type_instance(CLASS_ID(list), SPAN(int_)),
                type_instance(CLASS_ID(list), SPAN(str_)),
                type_tuple_of(SPAN(int_, str_)),
                type_tuple(SPAN(int_), str_, (TypeSpan){NULL, 0}),
                type_union_raw(SPAN(int_, str_), 0),
                type_float_annotation()};
  for (size_t i = 0; i < ARRAY_LEN(v); i++)
    for (size_t j = 0; j < ARRAY_LEN(v); j++) {
      int c = type_cmp(v[i], v[j]), d = type_cmp(v[j], v[i]);
      assert_true((c == 0) == (i == j));
      assert_true((c < 0) == (d > 0));
    }
  assert_true(type_cmp(v[4], v[5]) < 0);
}

static void test_classes(void **state) {
  (void)state;
  ModuleId m = {1};
  ClassId a =
      class_intern(m, (DefId){1}, (NodeId){10}, (ScopeId){2}, name("A"));
  assert_int_equal(
      a.v,
      class_intern(m, (DefId){1}, (NodeId){10}, (ScopeId){2}, name("A")).v);
  ClassId b =
      class_intern(m, (DefId){2}, (NodeId){20}, (ScopeId){3}, name("B"));
  assert_int_not_equal(a.v, b.v);
  assert_int_equal(class_at(b)->node.v, 20);
  class_define_known(KNOWN_int, m, (DefId){5}, (NodeId){50}, (ScopeId){5},
                     name("int"));
  assert_int_equal(
      class_intern(m, (DefId){5}, (NodeId){50}, (ScopeId){5}, name("int")).v,
      KNOWN_int);
}

static void test_special_forms(void **state) {
  (void)state;
  SpecialForm f = special_form_find(STR("typing"), STR("Literal"));
  assert_int_equal(f, FORM_LITERAL);
  assert_string_equal(special_form_name(f), "typing.Literal");
  assert_int_equal(special_form_find(STR("typing"), STR("x")), FORM_NONE);
  assert_int_equal(type_form(type_special_form(f)), f);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_fixed_types),
      cmocka_unit_test(test_equal_records_have_one_handle),
      cmocka_unit_test(test_tuples),
      cmocka_unit_test(test_flags),
      cmocka_unit_test(test_signatures),
      cmocka_unit_test(test_unions_are_indexed),
      cmocka_unit_test(test_order_is_total),
      cmocka_unit_test(test_classes),
      cmocka_unit_test(test_special_forms),
  };
  return cmocka_run_group_tests(tests, setup, teardown);
}
