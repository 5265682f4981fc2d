/* site_test.c - environments and roots, found by reading files only. */
#include "unit/graph/world.h"

#include "graph/site.h"

typedef struct {
  Arena *a;
  Fs *fs;
} Disk;

static Disk disk_new(void) {
  Arena *a = arena_create("test");
  return (Disk){a, fs_memory_create(a)};
}

static void add(Disk d, const char *path, const char *text) {
  fs_memory_add(d.fs, str_from(path), str_from(text));
}

static bool find(Disk d, const char *python, PythonEnvironment *env) {
  Err err;
  return site_packages_find(d.fs, str_from(python), (PythonVersion){0, 0}, d.a,
                            env, &err);
}

static void assert_site(PythonEnvironment env, uint32_t i, const char *path) {
  assert_true(i < env.site_packages.n);
  assert_string_equal(env.site_packages.v[i].ptr, path);
}

static void test_venv(void **state) {
  (void)state;
  Disk d = disk_new();
  add(d, "/v/pyvenv.cfg",
      "home = /usr/bin\nversion = 3.11.4\n"
      "include-system-site-packages = false\n");
  add(d, "/v/bin/python3", "");
  add(d, "/v/lib/python3.11/site-packages/six.py", "");
  add(d, "/usr/lib/python3/dist-packages/apt.py", "");
  PythonEnvironment env;
  const char *const ways[] = {"/v", "/v/", "/v/bin/python3", "/v/bin"};
  for (uint32_t i = 0; i < ARRAY_LEN(ways); i++) {
    assert_true(find(d, ways[i], &env));
    assert_true(env.is_venv && env.version.minor == 11);
    assert_int_equal(env.site_packages.n, 1);
    assert_site(env, 0, "/v/lib/python3.11/site-packages");
  }
  arena_destroy(d.a);
}

static void test_venv_with_system_packages(void **state) {
  (void)state;
  Disk d = disk_new();
  add(d, "/v/pyvenv.cfg",
      "home=/usr/bin\r\nversion_info = 3.11.4.final.0\r\n"
      "include-system-site-packages = true\r\n");
  add(d, "/v/lib/python3.11/site-packages/six.py", "");
  add(d, "/usr/lib/python3/dist-packages/apt.py", "");
  add(d, "/usr/local/lib/python3.11/dist-packages/x.py", "");
  add(d, "/usr/local/lib/python3.12/dist-packages/x.py", "");
  PythonEnvironment env;
  assert_true(find(d, "/v", &env));
  assert_int_equal(env.site_packages.n, 3);
  assert_site(env, 1, "/usr/local/lib/python3.11/dist-packages");
  assert_site(env, 2, "/usr/lib/python3/dist-packages");
  arena_destroy(d.a);
}

static void test_prefix_with_several_versions(void **state) {
  (void)state;
  Disk d = disk_new();
  add(d, "/opt/lib/python3.9/site-packages/a.py", "");
  add(d, "/opt/lib/python3.12/site-packages/a.py", "");
  add(d, "/opt/lib/pythonlib/site-packages/a.py", "");
  PythonEnvironment env;
  assert_true(find(d, "/opt", &env));
  assert_site(env, 0, "/opt/lib/python3.12/site-packages");
  assert_int_equal(env.version.minor, 12);
  Err err;
  assert_true(site_packages_find(d.fs, STR("/opt"), (PythonVersion){3, 9}, d.a,
                                 &env, &err));
  assert_site(env, 0, "/opt/lib/python3.9/site-packages");
  assert_false(env.is_venv);
  arena_destroy(d.a);
}

static void test_other_layouts(void **state) {
  (void)state;
  Disk d = disk_new();
  add(d, "/win/Lib/site-packages/a.py", "");
  add(d, "/win/Scripts/python.exe", "");
  add(d, "/pypy/lib/pypy3.10/site-packages/a.py", "");
  add(d, "/free/lib/python3.13t/site-packages/a.py", "");
  PythonEnvironment env;
  assert_true(find(d, "/win/Scripts/python.exe", &env));
  assert_site(env, 0, "/win/Lib/site-packages");
  assert_true(find(d, "/pypy", &env));
  assert_int_equal(env.version.minor, 10);
  assert_true(find(d, "/free", &env));
  assert_int_equal(env.version.minor, 13);
  arena_destroy(d.a);
}

static void test_no_environment(void **state) {
  (void)state;
  Disk d = disk_new();
  add(d, "/empty/readme", "");
  PythonEnvironment env;
  Err err;
  assert_false(site_packages_find(d.fs, STR("/nope"), (PythonVersion){0, 0},
                                  d.a, &env, &err));
  assert_string_equal(err.text, "no such file or directory: /nope");
  assert_false(site_packages_find(d.fs, STR("/empty"), (PythonVersion){0, 0},
                                  d.a, &env, &err));
  assert_string_equal(err.text, "no site-packages below /empty");
  arena_destroy(d.a);
}

static void test_default_environment(void **state) {
  (void)state;
  Disk d = disk_new();
  add(d, "/p/venv/pyvenv.cfg", "");
  add(d, "/active/x", "");
  Str none = STR_EMPTY, p = STR("/p");
  assert_string_equal(site_environment_default(d.fs, p, none, d.a).ptr,
                      "/p/venv");
  add(d, "/p/.venv/pyvenv.cfg", "");
  assert_string_equal(site_environment_default(d.fs, p, none, d.a).ptr,
                      "/p/.venv");
  assert_string_equal(
      site_environment_default(d.fs, p, STR("/active"), d.a).ptr, "/active");
  assert_int_equal(site_environment_default(d.fs, STR("/q"), none, d.a).len, 0);
  arena_destroy(d.a);
}

static void test_default_roots(void **state) {
  (void)state;
  Disk d = disk_new();
  add(d, "/p/src/pkg/__init__.py", "");
  add(d, "/p/python/__init__.py", "");
  add(d, "/q/top/__init__.py", "");
  add(d, "/q/top/in/__init__.py", "");
  StrList roots = site_roots_default(d.fs, STR("/p"), d.a);
  assert_int_equal(roots.n, 2);
  assert_string_equal(roots.v[1].ptr, "/p/src");
  roots = site_roots_default(d.fs, STR("/q/top/in"), d.a);
  assert_int_equal(roots.n, 1);
  assert_true(str_is(roots.v[0], "/q"));
  arena_destroy(d.a);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_venv),
      cmocka_unit_test(test_venv_with_system_packages),
      cmocka_unit_test(test_prefix_with_several_versions),
      cmocka_unit_test(test_other_layouts),
      cmocka_unit_test(test_no_environment),
      cmocka_unit_test(test_default_environment),
      cmocka_unit_test(test_default_roots),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
