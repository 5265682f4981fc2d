/* resolve_test.c - import resolution, rule by rule. */
#include "unit/graph/world.h"

#include "graph/typeshed.h"

static World *typical(void) {
  World *w = world_new();
  world_typeshed(w, "builtins: 3.0-\nos: 3.0-\ntypes: 3.0-\ntyping: 3.5-\n"
                    "xml: 3.0-\nasyncio: 3.4-\nasyncio.taskgroups: 3.11-\n"
                    "asyncio.later: 3.13-\ndistutils: 3.0-3.11\n"
                    "tomllib: 3.11-\n");
  world_files(
      w, "/typeshed/stdlib/builtins.pyi", "/typeshed/stdlib/os/__init__.pyi",
      "/typeshed/stdlib/os/path.pyi", "/typeshed/stdlib/types.pyi",
      "/typeshed/stdlib/typing.pyi", "/typeshed/stdlib/xml/__init__.pyi",
      "/typeshed/stdlib/asyncio/__init__.pyi",
      "/typeshed/stdlib/asyncio/taskgroups.pyi",
      "/typeshed/stdlib/asyncio/later.pyi",
      "/typeshed/stdlib/distutils/__init__.pyi", "/typeshed/stdlib/tomllib.pyi",
      "/typeshed/stdlib/unlisted.pyi", NULL);
  ADD(roots, "/p");
  ADD(site, "/site");
  world_checked(w, "/p/main.py", "");
  return w;
}

static void test_modules_and_packages(void **state) {
  (void)state;
  World *w = typical();
  world_checked(w, "/p/a.py", "");
  world_checked(w, "/p/pkg/__init__.py", "");
  world_checked(w, "/p/pkg/sub/__init__.py", "");
  world_checked(w, "/p/pkg/sub/leaf.py", "");
  world_open(w);
  world_import(w, "/p/main.py", "a", "/p/a.py");
  world_import(w, "/p/main.py", "pkg", "/p/pkg/__init__.py");
  world_import(w, "/p/main.py", "pkg.sub.leaf", "/p/pkg/sub/leaf.py");
  world_import(w, "/p/main.py", "pkg.nothing", NULL);
  world_import(w, "/p/main.py", "a.b", NULL);
  world_import(w, "/p/main.py", "nothing", NULL);
  world_import(w, "/p/main.py", "a..b", NULL);
  world_import(w, "/p/main.py", ".", NULL);
  const Module *leaf =
      modules_at(w->modules, world_id(w, "/p/pkg/sub/leaf.py"));
  assert_true(str_is(name_text(leaf->name), "pkg.sub.leaf"));
  assert_true(leaf->is_checked && !leaf->is_package && leaf->is_typed);
  assert_int_equal(leaf->origin, ORIGIN_FIRST_PARTY);
  world_end(w);
}

static void test_order_within_a_directory(void **state) {
  (void)state;
  World *w = typical();
  world_files(w, "/p/a.py", "/p/a.pyi", "/p/b.py", "/p/b/__init__.py",
              "/p/c.py", "/p/c/x.py", "/p/d/__init__.py", "/p/d/__init__.pyi",
              "/p/e.pyi", "/p/e/__init__.py",
              "/p/f.cpython-312-x86_64-linux-gnu.so", "/p/g.so", "/p/g.py",
              "/p/h.abi3.so", "/p/h_other.so", NULL);
  world_open(w);
  world_import(w, "/p/main.py", "a", "/p/a.pyi");
  world_import(w, "/p/main.py", "b", "/p/b/__init__.py");
  world_import(w, "/p/main.py", "c", "/p/c.py");
  world_import(w, "/p/main.py", "c.x", NULL);
  world_import(w, "/p/main.py", "d", "/p/d/__init__.pyi");
  world_import(w, "/p/main.py", "e", "/p/e/__init__.py");
  world_import(w, "/p/main.py", "f", "/p/f.cpython-312-x86_64-linux-gnu.so");
  world_import(w, "/p/main.py", "g", "/p/g.py");
  world_import(w, "/p/main.py", "h", "/p/h.abi3.so");
  ModuleId f =
      modules_resolve(w->modules, world_id(w, "/p/main.py"), world_name("f"));
  assert_true(modules_at(w->modules, f)->is_native);
  assert_true(str_is(name_text(modules_at(w->modules, f)->name), "f"));
  world_end(w);
}

static void test_extra_paths_come_first(void **state) {
  (void)state;
  World *w = typical();
  ADD(extra, "/extra");
  world_files(w, "/extra/a.py", "/extra/os/__init__.pyi", "/extra/typing.py",
              "/extra/lib-stubs/__init__.pyi", "/extra/builtins.pyi", "/p/a.py",
              "/site/lib/__init__.py", NULL);
  world_open(w);
  world_import(w, "/p/main.py", "a", "/extra/a.py");
  world_import(w, "/p/main.py", "os", "/extra/os/__init__.pyi");
  world_import(w, "/p/main.py", "os.path", NULL); /* claimed */
  world_import(w, "/p/main.py", "lib", "/extra/lib-stubs/__init__.pyi");
  world_import(w, NULL, "builtins", "/extra/builtins.pyi");
  /* source never replaces what the type system itself is made of */
  world_import(w, "/p/main.py", "typing", "/typeshed/stdlib/typing.pyi");
  world_end(w);
}

static void test_stdlib_by_version(void **state) {
  (void)state;
  World *w = typical();
  world_file(w, "/site/distutils/__init__.py", "");
  world_open(w);
  const char *in = "/p/main.py";
  world_import(w, in, "os.path", "/typeshed/stdlib/os/path.pyi");
  world_import(w, in, "asyncio.taskgroups",
               "/typeshed/stdlib/asyncio/taskgroups.pyi");
  world_import(w, in, "asyncio.later", NULL);
  world_import(w, in, "distutils", "/site/distutils/__init__.py");
  world_import(w, in, "tomllib", "/typeshed/stdlib/tomllib.pyi");
  world_import(w, in, "unlisted", NULL);
  world_end(w);
  w = typical();
  w->options.python_version = (PythonVersion){3, 10};
  world_open(w);
  world_import(w, in, "asyncio.taskgroups", NULL);
  world_import(w, in, "distutils", "/typeshed/stdlib/distutils/__init__.pyi");
  world_import(w, in, "tomllib", NULL);
  ModuleId asyncio =
      modules_resolve(w->modules, world_id(w, in), world_name("asyncio"));
  world_is(w, modules_submodule(w->modules, asyncio, world_name("taskgroups")),
           NULL, "asyncio . taskgroups");
  world_end(w);
}

static void test_shadowing_the_stdlib(void **state) {
  (void)state;
  World *w = typical();
  ADD(roots, "/p/src");
  world_checked(w, "/p/types.py", "");
  world_checked(w, "/p/typing.py", "");
  world_checked(w, "/p/os.py", "");
  world_checked(w, "/p/xml/part.py", ""); /* a namespace shadows nothing */
  world_checked(w, "/p/src/m.py", "");
  world_files(w, "/site/lib/__init__.py", NULL);
  world_open(w);
  const char *types = "/typeshed/stdlib/types.pyi";
  world_import(w, "/p/main.py", "types", "/p/types.py");
  world_import(w, "/p/src/m.py", "types", types);
  world_import(w, NULL, "types", types);
  world_import(w, "/p/main.py", "typing", "/typeshed/stdlib/typing.pyi");
  world_import(w, "/p/main.py", "xml", "/typeshed/stdlib/xml/__init__.pyi");
  world_import(w, "/p/main.py", "xml.part", "/p/xml/part.py");
  world_import(w, "/p/main.py", "os", "/p/os.py");
  world_import(w, "/p/main.py", "os.path", "/typeshed/stdlib/os/path.pyi");
  ModuleId lib =
      modules_resolve(w->modules, world_id(w, "/p/main.py"), world_name("lib"));
  world_is(w, modules_resolve(w->modules, lib, world_name("types")), types,
           "types from a library");
  ModuleId os =
      modules_resolve(w->modules, world_id(w, "/p/src/m.py"), world_name("os"));
  world_is(w, modules_resolve(w->modules, os, world_name("types")), types,
           "types from the stdlib");
  world_end(w);
}

static void test_a_root_that_is_a_package_shadows_nothing(void **state) {
  (void)state;
  World *w = typical();
  world_checked(w, "/p/__init__.py", "");
  world_checked(w, "/p/types.py", "");
  world_open(w);
  world_import(w, "/p/main.py", "types", "/typeshed/stdlib/types.pyi");
  world_relative(w, "/p/main.py", 1, "types", "/p/types.py");
  world_relative(w, "/p/main.py", 1, "", "/p/__init__.py");
  world_end(w);
}

static void test_installed_packages(void **state) {
  (void)state;
  World *w = typical();
  world_file(w, "/site/typed/py.typed", "");
  world_files(w, "/site/typed/__init__.py", "/site/typed/sub.py",
              "/site/untyped/__init__.py", "/site/own/__init__.py",
              "/site/own-stubs/__init__.pyi", "/site/own-stubs/a.pyi",
              "/site/own/b.py", "/site/both/__init__.py", "/site/both/x.py",
              "/site/single.py", NULL);
  world_files(w, "/typeshed/stubs/Both/both/__init__.pyi",
              "/typeshed/stubs/Typed/typed/__init__.pyi",
              "/typeshed/stubs/six/six.pyi",
              "/typeshed/stubs/six/METADATA.toml", NULL);
  world_open(w);
  const char *in = "/p/main.py";
  world_import(w, in, "typed", "/site/typed/__init__.py");
  world_import(w, in, "typed.sub", "/site/typed/sub.py");
  world_import(w, in, "untyped", "/site/untyped/__init__.py");
  world_import(w, in, "single", "/site/single.py");
  world_import(w, in, "own", "/site/own-stubs/__init__.pyi");
  world_import(w, in, "own.a", "/site/own-stubs/a.pyi");
  world_import(w, in, "own.b", NULL); /* full stubs claim the package */
  world_import(w, in, "both", "/typeshed/stubs/Both/both/__init__.pyi");
  world_import(w, in, "both.x", "/site/both/x.py");
  world_import(w, in, "six", "/typeshed/stubs/six/six.pyi");
  world_import(w, in, "METADATA", NULL);
  ModuleId typed =
      modules_resolve(w->modules, world_id(w, in), world_name("typed.sub"));
  assert_true(modules_at(w->modules, typed)->is_typed);
  assert_true(
      str_is(modules_at(w->modules, typed)->display, "site/typed/sub.py"));
  ModuleId both =
      modules_resolve(w->modules, world_id(w, in), world_name("both.x"));
  assert_false(modules_at(w->modules, both)->is_typed);
  ModuleId own =
      modules_resolve(w->modules, world_id(w, in), world_name("own.a"));
  assert_int_equal(modules_at(w->modules, own)->origin, ORIGIN_SITE_STUBS);
  assert_true(str_is(name_text(modules_at(w->modules, own)->name), "own.a"));
  world_end(w);
}

static void test_partial_stubs(void **state) {
  (void)state;
  World *w = typical();
  world_file(w, "/site/lib-stubs/py.typed", "partial\n");
  world_files(w, "/site/lib-stubs/__init__.pyi", "/site/lib-stubs/a.pyi",
              "/site/lib-stubs/deep/__init__.pyi", "/site/lib/__init__.py",
              "/site/lib/b.py", "/site/lib/deep/__init__.py",
              "/site/lib/deep/c.py", NULL);
  /* a stub package without __init__.pyi is a namespace: same thing */
  world_files(w, "/site/ns-stubs/a.pyi", "/site/ns/__init__.py",
              "/site/ns/b.py", NULL);
  world_open(w);
  const char *in = "/p/main.py";
  world_import(w, in, "lib", "/site/lib-stubs/__init__.pyi");
  world_import(w, in, "lib.a", "/site/lib-stubs/a.pyi");
  world_import(w, in, "lib.b", "/site/lib/b.py");
  world_import(w, in, "lib.deep.c", "/site/lib/deep/c.py");
  world_import(w, in, "lib.c", NULL);
  world_import(w, in, "ns", "/site/ns/__init__.py");
  world_import(w, in, "ns.a", "/site/ns-stubs/a.pyi");
  world_import(w, in, "ns.b", "/site/ns/b.py");
  ModuleId main = world_id(w, in);
  ModuleId lib = modules_resolve(w->modules, main, world_name("lib"));
  world_is(w, modules_submodule(w->modules, lib, world_name("b")),
           "/site/lib/b.py", "lib . b");
  ModuleId deep = modules_resolve(w->modules, main, world_name("lib.deep"));
  world_is(w, modules_submodule(w->modules, deep, world_name("c")),
           "/site/lib/deep/c.py", "lib.deep . c");
  world_is(w, modules_resolve_relative(w->modules, deep, 1, world_name("c")),
           "/site/lib/deep/c.py", "from .c");
  world_end(w);
}

static void test_namespace_packages_merge(void **state) {
  (void)state;
  World *w = typical();
  ADD(roots, "/p/src");
  ADD(site, "/site2");
  world_files(w, "/p/google/ours.py", "/p/src/google/deep/x.py",
              "/site/google/cloud/storage/__init__.py",
              "/site2/google/cloud/vision/__init__.py",
              "/typeshed/stubs/protobuf/google/protobuf/__init__.pyi",
              "/p/yaml/config.txt", "/site/yaml/__init__.py", NULL);
  world_open(w);
  const char *in = "/p/main.py";
  world_import(w, in, "google", "ns:google");
  world_import(w, in, "google.ours", "/p/google/ours.py");
  world_import(w, in, "google.deep.x", "/p/src/google/deep/x.py");
  world_import(w, in, "google.cloud", "ns:google.cloud");
  world_import(w, in, "google.cloud.storage",
               "/site/google/cloud/storage/__init__.py");
  world_import(w, in, "google.cloud.vision",
               "/site2/google/cloud/vision/__init__.py");
  world_import(w, in, "google.protobuf",
               "/typeshed/stubs/protobuf/google/protobuf/__init__.pyi");
  world_import(w, in, "google.nothing", NULL);
  world_import(w, in, "yaml", "/site/yaml/__init__.py");
  ModuleId google =
      modules_resolve(w->modules, world_id(w, in), world_name("google"));
  world_is(w, modules_submodule(w->modules, google, world_name("protobuf")),
           "/typeshed/stubs/protobuf/google/protobuf/__init__.pyi",
           "google . protobuf");
  world_is(w, modules_submodule(w->modules, google, world_name("ours")),
           "/p/google/ours.py", "google . ours");
  const ModuleCode *code = modules_code(w->modules, google);
  assert_non_null(code);
  assert_int_equal(code->source.text.len, 0);
  world_end(w);
}

static void test_old_style_namespaces(void **state) {
  (void)state;
  World *w = typical();
  ADD(site, "/site2");
  world_file(w, "/site/zope/__init__.py",
             "__path__ = __import__('pkgutil').extend_path(__path__, "
             "__name__)\n");
  world_file(w, "/site2/zope/__init__.py",
             "import pkg_resources\n"
             "pkg_resources.declare_namespace(__name__)\n");
  world_files(w, "/site/zope/one.py", "/site2/zope/two.py", NULL);
  world_open(w);
  world_import(w, "/p/main.py", "zope", "/site/zope/__init__.py");
  world_import(w, "/p/main.py", "zope.one", "/site/zope/one.py");
  world_import(w, "/p/main.py", "zope.two", "/site2/zope/two.py");
  world_import(w, "/p/main.py", "zope.three", NULL);
  world_end(w);
}

static void test_relative_imports(void **state) {
  (void)state;
  World *w = typical();
  world_checked(w, "/p/pkg/__init__.py", "");
  world_checked(w, "/p/pkg/a.py", "");
  world_checked(w, "/p/pkg/sub/__init__.py", "");
  world_checked(w, "/p/pkg/sub/b.py", "");
  world_checked(w, "/p/space/c.py", "");
  world_checked(w, "/p/space/d.py", "");
  world_files(w, "/p/pkg/plain/e.py", NULL);
  world_open(w);
  world_relative(w, "/p/pkg/a.py", 1, "", "/p/pkg/__init__.py");
  world_relative(w, "/p/pkg/a.py", 1, "sub", "/p/pkg/sub/__init__.py");
  world_relative(w, "/p/pkg/a.py", 1, "sub.b", "/p/pkg/sub/b.py");
  world_relative(w, "/p/pkg/__init__.py", 1, "a", "/p/pkg/a.py");
  world_relative(w, "/p/pkg/sub/b.py", 2, "a", "/p/pkg/a.py");
  world_relative(w, "/p/pkg/sub/__init__.py", 2, "", "/p/pkg/__init__.py");
  world_relative(w, "/p/pkg/sub/b.py", 3, "a", NULL); /* beyond the top */
  world_relative(w, "/p/pkg/sub/b.py", 9, "a", NULL);
  world_relative(w, "/p/pkg/a.py", 1, "nothing", NULL);
  world_relative(w, "/p/pkg/a.py", 1, "plain", "ns:pkg.plain");
  world_relative(w, "/p/pkg/a.py", 1, "plain.e", "/p/pkg/plain/e.py");
  world_relative(w, "/p/space/c.py", 1, "d", "/p/space/d.py");
  world_relative(w, "/p/space/c.py", 1, "", "ns:space");
  world_is(w, modules_package(w->modules, world_id(w, "/p/pkg/sub/b.py")),
           "/p/pkg/sub/__init__.py", "package of b");
  world_is(w, modules_package(w->modules, world_id(w, "/p/space/c.py")),
           "ns:space", "package of c");
  world_is(w, modules_package(w->modules, world_id(w, "/p/main.py")), NULL,
           "package of main");
  world_end(w);
}

static void test_several_roots(void **state) {
  (void)state;
  World *w = typical();
  ADD(roots, "/p/libs/one");
  ADD(roots, "/p/libs/two");
  world_checked(w, "/p/libs/one/conftest.py", "");
  world_checked(w, "/p/libs/two/conftest.py", "");
  world_checked(w, "/p/libs/one/app/__init__.py", "");
  world_checked(w, "/p/libs/one/app/x.py", "");
  world_checked(w, "/p/libs/two/app/__init__.py", "");
  world_checked(w, "/p/libs/two/app/y.py", "");
  world_checked(w, "/p/libs/two/main.py", "");
  world_open(w);
  const char *one = "/p/libs/one/conftest.py", *two = "/p/libs/two/main.py";
  world_import(w, one, "conftest", one);
  world_import(w, two, "conftest", "/p/libs/two/conftest.py");
  world_import(w, one, "app.x", "/p/libs/one/app/x.py");
  world_import(w, two, "app.y", "/p/libs/two/app/y.py");
  world_import(w, two, "app.x", NULL); /* its own app has no x */
  world_import(w, one, "main", "/p/main.py");
  world_import(w, two, "main", "/p/libs/two/main.py");
  /* the same file from two roots is one module, named from the deepest */
  world_import(w, "/p/main.py", "libs.two.app.y", "/p/libs/two/app/y.py");
  assert_true(str_is(
      name_text(
          modules_at(w->modules, world_id(w, "/p/libs/two/app/y.py"))->name),
      "app.y"));
  world_end(w);
}

static void test_many_conftests(void **state) {
  (void)state;
  World *w = typical();
  for (int i = 0; i < 500; i++)
    world_checked(w, str_printf(w->run, "/p/tests/d%03d/conftest.py", i).ptr,
                  "");
  world_open(w);
  assert_int_equal(modules_checked_count(w->modules), 501);
  world_relative(w, "/p/tests/d007/conftest.py", 1, "conftest",
                 "/p/tests/d007/conftest.py");
  world_import(w, "/p/tests/d400/conftest.py", "conftest",
               "/p/tests/d400/conftest.py");
  world_end(w);
}

static void test_beside_the_importer(void **state) {
  (void)state;
  World *w = typical();
  world_checked(w, "/p/services/a/app/main.py", "");
  world_files(w, "/p/services/a/app/models.py", "/p/services/a/helper.py",
              "/p/services/b/app/views.py", "/p/scripts/tool.py", NULL);
  world_checked(w, "/p/scripts/run", "");
  world_checked(w, "/p/pkg/__init__.py", "");
  world_checked(w, "/p/pkg/a.py", "");
  world_file(w, "/p/pkg/b.py", "");
  world_open(w);
  const char *in = "/p/services/a/app/main.py";
  world_import(w, in, "app.models", "/p/services/a/app/models.py");
  world_import(w, in, "models", "/p/services/a/app/models.py");
  world_import(w, in, "helper", "/p/services/a/helper.py");
  world_import(w, in, "app.views", NULL);
  world_import(w, in, "app", "ns:services.a.app");
  world_import(w, "/p/scripts/run", "tool", "/p/scripts/tool.py");
  world_import(w, "/p/pkg/a.py", "b", NULL); /* a package is no script */
  assert_true(modules_at(w->modules, world_id(w, "/p/scripts/run"))->is_script);
  world_end(w);
}

static void test_pth_files(void **state) {
  (void)state;
  World *w = typical();
  world_file(w, "/site/a.pth",
             "# comment\n\n../elsewhere\n/abs/dir\nimport os; os.evil()\n"
             "/does/not/exist\r\n/p\n");
  world_files(w, "/elsewhere/one.py", "/abs/dir/two/__init__.py", NULL);
  world_open(w);
  world_import(w, "/p/main.py", "one", "/elsewhere/one.py");
  world_import(w, "/p/main.py", "two", "/abs/dir/two/__init__.py");
  ModuleId two =
      modules_resolve(w->modules, world_id(w, "/p/main.py"), world_name("two"));
  assert_true(
      str_is(modules_at(w->modules, two)->display, "dir/two/__init__.py"));
  world_end(w);
}

static void test_editable_installs(void **state) {
  (void)state;
  World *w = typical();
  world_file(w, "/site/__editable__.mine-1.0.pth",
             "import __editable___mine_1_0_finder; "
             "__editable___mine_1_0_finder.install()\n");
  world_file(w, "/site/__editable___mine_1_0_finder.py",
             "from x import y\n"
             "MAPPING: dict[str, str] = {'mine': '/dev/mine/src/mine', "
             "'other': '/elsewhere/renamed'}\n"
             "NAMESPACES: dict[str, list[str]] = {'q': ['/q']}\n");
  world_files(w, "/dev/mine/src/mine/__init__.py",
              "/elsewhere/renamed/__init__.py", NULL);
  world_open(w);
  world_import(w, "/p/main.py", "mine", "/dev/mine/src/mine/__init__.py");
  world_import(w, "/p/main.py", "renamed", NULL);
  world_end(w);
}

static void test_files_outside_the_roots(void **state) {
  (void)state;
  World *w = typical();
  world_checked(w, "/other/pkg/__init__.py", "");
  world_checked(w, "/other/pkg/m.py", "");
  world_checked(w, "/lonely/s.py", "");
  world_file(w, "/lonely/friend.py", "");
  world_open(w);
  world_import(w, "/other/pkg/m.py", "pkg.m", "/other/pkg/m.py");
  world_relative(w, "/other/pkg/m.py", 1, "", "/other/pkg/__init__.py");
  world_import(w, "/lonely/s.py", "friend", "/lonely/friend.py");
  world_import(w, "/p/main.py", "friend", NULL);
  world_end(w);
}

static void test_first_party_stub_package(void **state) {
  (void)state;
  World *w = typical();
  world_checked(w, "/p/lib-stubs/__init__.pyi", "");
  world_checked(w, "/p/lib-stubs/deep/x.pyi", "");
  world_file(w, "/site/lib/__init__.py", "");
  world_open(w);
  world_import(w, "/p/main.py", "lib", "/p/lib-stubs/__init__.pyi");
  const Module *x =
      modules_at(w->modules, world_id(w, "/p/lib-stubs/deep/x.pyi"));
  assert_true(str_is(name_text(x->name), "lib.deep.x"));
  world_relative(w, "/p/lib-stubs/deep/x.pyi", 2, "",
                 "/p/lib-stubs/__init__.pyi");
  world_end(w);
}

static void test_versions_file(void **state) {
  (void)state;
  names_init();
  Arena *a = arena_create("test");
  VersionTable t;
  typeshed_parse_versions(STR("# head\n\na: 3.0-3.9  # gone\nb:3.8-\r\n"
                              "b.c: 3.12-\njunk\nd: x-y\ne: 3.9\n"),
                          a, &t);
  assert_int_equal(t.count, 3);
  PythonVersion v39 = {3, 9}, v310 = {3, 10}, v312 = {3, 12};
  assert_true(typeshed_has_version(&t, STR("a"), v39));
  assert_false(typeshed_has_version(&t, STR("a"), v310));
  assert_false(typeshed_has_version(&t, STR("a.sub.sub"), v310));
  assert_true(typeshed_has_version(&t, STR("b.x"), v310));
  assert_false(typeshed_has_version(&t, STR("b.c.d"), v310));
  assert_true(typeshed_has_version(&t, STR("b.c.d"), v312));
  assert_false(typeshed_has_version(&t, STR("z"), v312));
  arena_destroy(a);
}

static void test_no_typeshed_at_all(void **state) {
  (void)state;
  World *w = world_new();
  ADD(roots, "/p");
  world_checked(w, "/p/main.py", "");
  world_open(w);
  world_import(w, "/p/main.py", "os", NULL);
  world_import(w, NULL, "builtins", NULL);
  world_end(w);
}

static void test_odd_names(void **state) {
  (void)state;
  World *w = typical();
  world_checked(w, "/p/my-scripts/do it.py", "");
  world_checked(w, "/p/my-scripts/other.py", "");
  world_file(w, "/p/loop/__init__.py", "");
  world_open(w);
  world_relative(w, "/p/my-scripts/do it.py", 1, "other",
                 "/p/my-scripts/other.py");
  StrBuf deep;
  strbuf_init(&deep, w->run);
  for (int i = 0; i < 20000; i++) strbuf_puts(&deep, i ? ".loop" : "loop");
  world_import(w, "/p/main.py", deep.ptr, NULL);
  world_end(w);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_modules_and_packages),
      cmocka_unit_test(test_order_within_a_directory),
      cmocka_unit_test(test_extra_paths_come_first),
      cmocka_unit_test(test_stdlib_by_version),
      cmocka_unit_test(test_shadowing_the_stdlib),
      cmocka_unit_test(test_a_root_that_is_a_package_shadows_nothing),
      cmocka_unit_test(test_installed_packages),
      cmocka_unit_test(test_partial_stubs),
      cmocka_unit_test(test_namespace_packages_merge),
      cmocka_unit_test(test_old_style_namespaces),
      cmocka_unit_test(test_relative_imports),
      cmocka_unit_test(test_several_roots),
      cmocka_unit_test(test_many_conftests),
      cmocka_unit_test(test_beside_the_importer),
      cmocka_unit_test(test_pth_files),
      cmocka_unit_test(test_editable_installs),
      cmocka_unit_test(test_files_outside_the_roots),
      cmocka_unit_test(test_first_party_stub_package),
      cmocka_unit_test(test_versions_file),
      cmocka_unit_test(test_no_typeshed_at_all),
      cmocka_unit_test(test_odd_names),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
