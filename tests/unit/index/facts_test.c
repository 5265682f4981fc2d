/* What other modules need: exports, imports, implicit attributes, definitions.
 */
#include "unit/index/index_world.h"

#include <stdio.h>

/* `__all__` as text: "name a, module m.n, remove b, reset; complete". */
static const char *all_text(const char *source) {
  static char text[512];
  static const char *const kinds[] = {"name ", "remove ", "module ", "reset"};
  World w;
  world_open(&w, source);
  StrBuf out;
  strbuf_init(&out, w.mod);
  strbuf_puts(&out, w.index.has_all ? "" : "none");
  for (uint32_t i = 0; i < w.index.all_count; i++) {
    const AllEntry *e = &w.index.all[i];
    if (i) strbuf_puts(&out, ", ");
    strbuf_puts(&out, kinds[e->kind]);
    if (e->value.v) strbuf_put(&out, name_text(e->value));
  }
  if (w.index.has_all && !w.index.all_is_complete)
    strbuf_puts(&out, "; incomplete");
  snprintf(text, sizeof(text), "%s", out.ptr);
  world_close(&w);
  return text;
}

static void all_in_every_form(void **state) {
  assert_string_equal(all_text("x = 1\n"), "none");
  assert_string_equal(all_text("__all__ = ['a', 'b']\n"), "name a, name b");
  assert_string_equal(all_text("__all__ = ('a', 'b')\n"), "name a, name b");
  assert_string_equal(all_text("__all__ = 'a', 'b'\n"), "name a, name b");
  assert_string_equal(all_text("__all__: list[str] = ['a']\n"), "name a");
  assert_string_equal(all_text("__all__ = []\n__all__ += ['b']\n"), "name b");
  assert_string_equal(all_text("__all__ = ['a']\n__all__ += m.__all__\n"),
                      "name a, module m");
  assert_string_equal(
      all_text("__all__ = ['a']\n__all__.extend(['b'])\n"
               "__all__.extend(m.n.__all__)\n"),
      "name a, name b, module m.n");
  assert_string_equal(
      all_text("__all__ = ['a']\n__all__.append('b')\n__all__.remove('a')\n"),
      "name a, name b, remove a");
  assert_string_equal(
      all_text("__all__ = m.__all__ + n.__all__ + ['a']\n"),
      "module m, module n, name a");
  assert_string_equal(all_text("__all__ = ['a', *m.__all__]\n"),
                      "name a, module m");
  assert_string_equal(all_text("if c:\n  __all__ = ['a']\nelse:\n"
                               "  __all__ = ['b']\n"),
                      "name a, reset, name b");
  assert_string_equal(all_text("__all__ = ['a']\n__all__ = __all__ + ['b']\n"),
                      "name a, name b");
}

static void all_that_is_not_understood(void **state) {
  assert_string_equal(all_text("__all__ = [n for n in dir()]\n"),
                      "; incomplete");
  assert_string_equal(all_text("__all__ = ['a', f()]\n"),
                      "name a; incomplete");
  assert_string_equal(all_text("__all__ = ['a']\n__all__.sort()\n"),
                      "name a; incomplete");
  assert_string_equal(all_text("from m import __all__\n"), "; incomplete");
  assert_string_equal(all_text("def f():\n  __all__ = ['a']\n"), "none");
  assert_string_equal(all_text("class C:\n  __all__ = ['a']\n"), "none");
}

static void import_flags(void **state) {
  World w;
  world_open(&w, "import a\n"
                 "if TYPE_CHECKING:\n"
                 "  import b\n"
                 "else:\n"
                 "  import c\n"
                 "try:\n"
                 "  from d import e\n"
                 "except (ValueError, ImportError):\n"
                 "  import f\n"
                 "def g():\n"
                 "  from .h import *\n"
                 "  try: import i\n"
                 "  except OSError: pass\n"
                 "if typing.TYPE_CHECKING:\n"
                 "  def j():\n"
                 "    from .. import k\n"
                 "try: import l\n"
                 "except: pass\n");
  static const uint32_t want[] = {
      0,
      IMPORT_TYPE_CHECKING,
      0,
      IMPORT_FROM | IMPORT_IN_TRY,
      0,
      IMPORT_FROM | IMPORT_STAR | IMPORT_IN_FUNCTION,
      IMPORT_IN_FUNCTION,
      IMPORT_FROM | IMPORT_TYPE_CHECKING | IMPORT_IN_FUNCTION,
      IMPORT_IN_TRY};
  assert_int_equal(w.index.import_count, ARRAY_LEN(want));
  for (uint32_t i = 0; i < ARRAY_LEN(want); i++)
    assert_int_equal(w.index.imports[i].flags, want[i]);
  assert_int_equal(w.index.imports[7].level, 2);
  assert_int_equal(w.index.imports[7].module.v, 0);
  world_close(&w);
}

static bool has_attribute(const World *w, const char *name, bool on_class,
                          uint32_t count) {
  NameId id = name_intern(str_from(name));
  uint32_t n, first = index_implicit(&w->index, (ScopeId){2}, id, &n);
  return n == count &&
         (n == 0 || w->index.implicit[first].through_class == on_class);
}

static void implicit_attributes(void **state) {
  World w;
  world_open(&w, "class C:\n"
                 "  def a(self, o):\n"
                 "    self.x = 1\n"
                 "    self.y: int = 2\n"
                 "    self.z += 1\n"
                 "    self.t, (self.u, *self.v) = o\n"
                 "    for self.w in o: pass\n"
                 "    with o as self.i: pass\n"
                 "    o.q = self.r.s = 1\n"
                 "    self.d: int\n"
                 "    del self.e\n"
                 "    def inner():\n"
                 "      self.n = 1\n"
                 "    lambda: [self.l for self.l in o]\n"
                 "  @classmethod\n"
                 "  def b(cls): cls.c = 1\n"
                 "  @staticmethod\n"
                 "  def s(self): self.st = 1\n"
                 "  @deco\n"
                 "  def g[T](self): self.x = T\n"
                 "  def h(self):\n"
                 "    self.be = 1\n"
                 "    self = o\n"
                 "    self.re = 1\n"
                 "  def k(*self): self.k = 1\n"
                 "def f(self): self.ff = 1\n");
  assert_true(has_attribute(&w, "x", false, 2));
  static const char *const names[] = {"y", "z", "t", "u", "v",
                                      "w", "i", "d", "n", "l", "be"};
  for (uint32_t i = 0; i < ARRAY_LEN(names); i++)
    assert_true(has_attribute(&w, names[i], false, 1));
  assert_true(has_attribute(&w, "c", true, 1));
  static const char *const none[] = {"q", "r", "s", "e", "st", "re", "k", "ff"};
  for (uint32_t i = 0; i < ARRAY_LEN(none); i++)
    assert_true(has_attribute(&w, none[i], false, 0));
  world_close(&w);
}

static void definitions_of_a_place(void **state) {
  World w;
  world_open(&w, "x: int\n"
                 "x = 1\n"
                 "def f():\n"
                 "  global x\n"
                 "  x, y = 1, 2\n"
                 "for z in []: z = 1\n");
  PlaceId x = index_symbol(&w.index, (ScopeId){1}, name_intern(STR("x")));
  const Place *place = &w.index.places[x.v];
  assert_int_equal(place->flags & ~PLACE_USED,
                   PLACE_BOUND | PLACE_DECLARED | PLACE_REASSIGNED |
                       PLACE_WRITTEN_FROM_INSIDE);
  uint32_t n = 0;
  const Def *last = NULL;
  for (uint32_t d = place->first_def.v; d; d = w.index.defs[d].next.v) {
    last = &w.index.defs[d];
    n++;
  }
  assert_int_equal(n, 3);
  assert_int_equal(last->flags, DEF_BINDS | DEF_IN_UNPACK);
  assert_int_equal(w.index.scopes[last->scope.v].kind, SCOPE_FUNCTION);
  PlaceId z = index_symbol(&w.index, (ScopeId){1}, name_intern(STR("z")));
  DefId d = w.index.places[z.v].first_def;
  assert_int_equal(w.index.defs[d.v].kind, DEF_FOR);
  assert_true(w.index.defs[d.v].flags & DEF_IN_LOOP);
  d = w.index.defs[d.v].next;
  assert_int_equal(w.index.defs[d.v].kind, DEF_ASSIGN);
  assert_true(w.index.defs[d.v].flags & DEF_IN_LOOP);
  world_close(&w);
}

static void definitions_by_node(void **state) {
  World w;
  world_open(&w, "import a.b, c\n"
                 "def f[T](p, *, q=1) -> int: pass\n"
                 "class D[U]: pass\n"
                 "try: pass\n"
                 "except E as e: pass\n");
  uint32_t n = 0;
  for (uint32_t i = 1; i < w.parsed.ast.node_count; i++) {
    DefId d = index_def_of(&w.index, (NodeId){i});
    if (d.v) n++;
    AstKind kind = (AstKind)w.parsed.ast.nodes[i].kind;
    bool wants = kind == AST_Alias || kind == AST_FunctionDef ||
                 kind == AST_Param || kind == AST_TypeParam ||
                 kind == AST_ClassDef || kind == AST_ExceptHandler;
    /* `*` alone is no parameter */
    if (wants && !(kind == AST_Param && !w.parsed.ast.nodes[i].a))
      assert_int_not_equal(d.v, 0);
  }
  assert_int_equal(n, w.index.def_count - 1);
  world_close(&w);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(all_in_every_form),
      cmocka_unit_test(all_that_is_not_understood),
      cmocka_unit_test(import_flags),
      cmocka_unit_test(implicit_attributes),
      cmocka_unit_test(definitions_of_a_place),
      cmocka_unit_test(definitions_by_node),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
