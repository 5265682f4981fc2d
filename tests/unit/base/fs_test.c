#include "base/fs.h"
#include "base/mem.h"
#include "unit/base/cmocka_all.h"

#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

static Arena *a;
static char dir[64];

static Str in_dir(const char *name) {
  return str_printf(a, "%s/%s", dir, name);
}

static void put(const char *name, const char *text) {
  FILE *f = fopen(in_dir(name).ptr, "w");
  fputs(text, f);
  fclose(f);
}

static FsReason reason_of_read(Str path) {
  Str bytes;
  FsErr err;
  if (fs_read(fs_disk(), path, a, &bytes, &err)) return FS_OK;
  assert_int_equal(bytes.len, 0);
  return err.reason;
}

static void reads_regular_files(void **state) {
  Str bytes;
  FsErr err;
  put("a.py", "x = 1\n");
  assert_true(fs_read(fs_disk(), in_dir("a.py"), a, &bytes, &err));
  assert_true(str_is(bytes, "x = 1\n"));
  assert_int_equal(bytes.ptr[bytes.len], 0);
  put("empty.py", "");
  assert_true(fs_read(fs_disk(), in_dir("empty.py"), a, &bytes, &err));
  assert_int_equal(bytes.len, 0);
  assert_int_equal(bytes.ptr[0], 0);
  /* One of /proc's says that it is empty. */
  assert_true(fs_read(fs_disk(), STR("/proc/self/status"), a, &bytes, &err));
  assert_true(bytes.len > 100);
}

static void refuses_what_is_no_file(void **state) {
  assert_int_equal(reason_of_read(in_dir("none.py")), FS_NOT_FOUND);
  assert_int_equal(reason_of_read(in_dir("a.py/b.py")), FS_NOT_DIRECTORY);
  assert_int_equal(reason_of_read(in_dir("")), FS_IS_DIRECTORY);
  assert_int_equal(reason_of_read(STR("/dev/null")), FS_NOT_REGULAR);
  assert_int_equal(reason_of_read(STR("/dev/zero")), FS_NOT_REGULAR);
  mkfifo(in_dir("fifo.py").ptr, 0600); /* nobody writes: must not block */
  assert_int_equal(reason_of_read(in_dir("fifo.py")), FS_NOT_REGULAR);
  struct sockaddr_un un = {.sun_family = AF_UNIX};
  snprintf(un.sun_path, sizeof un.sun_path, "%s/sock.py", dir);
  int s = socket(AF_UNIX, SOCK_STREAM, 0);
  assert_int_equal(bind(s, (struct sockaddr *)&un, sizeof un), 0);
  assert_int_equal(reason_of_read(in_dir("sock.py")), FS_NOT_REGULAR);
  close(s);
  symlink("loop.py", in_dir("loop.py").ptr);
  assert_int_equal(reason_of_read(in_dir("loop.py")), FS_LOOP);
  assert_int_equal(reason_of_read((Str){"a\0b", 3}), FS_NAME);
  char *longer = (char *)memset(arena_alloc(a, 9000, 1), 'x', 9000);
  assert_int_equal(reason_of_read((Str){longer, 9000}), FS_NAME);
  assert_int_equal(reason_of_read((Str){longer, 300}), FS_NAME);
  if (getuid() != 0) {
    put("secret.py", "");
    chmod(in_dir("secret.py").ptr, 0);
    assert_int_equal(reason_of_read(in_dir("secret.py")), FS_NO_PERMISSION);
  }
}

static void refuses_large_files(void **state) {
  put("large.py", "");
  assert_int_equal(truncate(in_dir("large.py").ptr, FS_MAX_FILE), 0);
  assert_int_equal(reason_of_read(in_dir("large.py")), FS_TOO_LARGE);
  Str bytes;
  FsErr err;
  put("six.py", "123456");
  assert_false(fs_read_max(fs_disk(), in_dir("six.py"), 5, a, &bytes, &err));
  assert_int_equal(err.reason, FS_TOO_LARGE);
  assert_string_equal(fs_reason_text(err.reason), "is too large");
  assert_true(fs_read_max(fs_disk(), in_dir("six.py"), 6, a, &bytes, NULL));
}

static void stat_follows_links(void **state) {
  FsStat st, link;
  put("t.py", "abc");
  symlink("t.py", in_dir("l.py").ptr);
  assert_true(fs_stat(fs_disk(), in_dir("t.py"), &st, NULL));
  assert_int_equal(st.kind, FS_KIND_FILE);
  assert_int_equal(st.size, 3);
  assert_false(st.via_link);
  assert_true(fs_stat(fs_disk(), in_dir("l.py"), &link, NULL));
  assert_true(link.via_link);
  assert_true(link.ino == st.ino && link.dev == st.dev);
  assert_true(fs_is_dir(fs_disk(), in_dir("")));
  assert_false(fs_is_file(fs_disk(), in_dir("")));
  FsErr err;
  assert_false(fs_stat(fs_disk(), in_dir("nothing"), &st, &err));
  assert_int_equal(err.reason, FS_NOT_FOUND);
  Str real, real_dir;
  assert_true(fs_real(fs_disk(), in_dir("l.py"), a, &real, NULL));
  assert_true(fs_real(fs_disk(), str_from(dir), a, &real_dir, NULL));
  assert_true(str_eq(real, path_join(a, real_dir, STR("t.py"))));
}

static void lists_are_sorted(void **state) {
  mkdir(in_dir("list").ptr, 0700);
  put("list/b.py", "");
  put("list/B.py", "");
  put("list/a.py", "");
  mkdir(in_dir("list/sub").ptr, 0700);
  symlink("sub", in_dir("list/to_sub").ptr);
  symlink("nowhere", in_dir("list/broken").ptr);
  mkfifo(in_dir("list/fifo").ptr, 0600);
  FsEntry *e;
  uint32_t n;
  FsErr err;
  assert_true(fs_list(fs_disk(), in_dir("list"), a, &e, &n, &err));
  static const struct {
    const char *name;
    FsKind kind;
    bool link;
  } want[] = {{"B.py", FS_KIND_FILE, false},  {"a.py", FS_KIND_FILE, false},
              {"b.py", FS_KIND_FILE, false},  {"broken", FS_KIND_LINK, true},
              {"fifo", FS_KIND_OTHER, false}, {"sub", FS_KIND_DIR, false},
              {"to_sub", FS_KIND_DIR, true}};
  assert_int_equal(n, ARRAY_LEN(want));
  for (uint32_t i = 0; i < n; i++) {
    assert_true(str_is(e[i].name, want[i].name));
    assert_int_equal(e[i].kind, want[i].kind);
    assert_int_equal(e[i].is_link, want[i].link);
  }
  assert_false(fs_list(fs_disk(), in_dir("a.py"), a, &e, &n, &err));
  assert_int_equal(err.reason, FS_NOT_DIRECTORY);
  assert_int_equal(n, 0);
}

static void writes_whole_or_not_at_all(void **state) {
  FsErr err;
  const char *p = in_dir("out.json").ptr;
  assert_true(fs_write_atomic(p, STR("one"), &err));
  assert_true(fs_write_atomic(p, STR("two"), &err));
  Str bytes;
  assert_true(fs_read(fs_disk(), str_from(p), a, &bytes, NULL));
  assert_true(str_is(bytes, "two"));
  assert_false(fs_write_atomic(in_dir("no/x").ptr, STR("x"), &err));
  assert_int_equal(err.reason, FS_NOT_FOUND);
  assert_false(fs_write_atomic(in_dir("list").ptr, STR("x"), &err));
  assert_int_equal(err.reason, FS_IS_DIRECTORY);
  assert_true(fs_make_dirs(in_dir("d/e//f").ptr, &err));
  assert_true(fs_make_dirs(in_dir("d/e/f/").ptr, &err));
  assert_true(fs_is_dir(fs_disk(), in_dir("d/e/f")));
  assert_false(fs_make_dirs(in_dir("out.json/f").ptr, &err));
  assert_true(err.reason != FS_OK);
}

static void memory_behaves_like_the_disk(void **state) {
  Fs *fs = fs_memory_create(a);
  fs_memory_add(fs, STR("pkg/__init__.py"), STR("x = 1"));
  fs_memory_add(fs, STR("/pkg/sub/m.py"), STR(""));
  fs_memory_add(fs, STR("top.py"), STR("old"));
  fs_memory_add(fs, STR("./top.py"), STR("new"));
  Str bytes;
  FsErr err;
  assert_true(fs_read(fs, STR("pkg/../pkg/__init__.py"), a, &bytes, &err));
  assert_true(str_is(bytes, "x = 1"));
  assert_true(fs_read(fs, STR("top.py"), a, &bytes, &err));
  assert_true(str_is(bytes, "new"));
  assert_false(fs_read(fs, STR("pkg"), a, &bytes, &err));
  assert_int_equal(err.reason, FS_IS_DIRECTORY);
  assert_false(fs_read(fs, STR("none.py"), a, &bytes, &err));
  assert_int_equal(err.reason, FS_NOT_FOUND);
  assert_false(fs_read(fs, STR("top.py/x"), a, &bytes, &err));
  assert_int_equal(err.reason, FS_NOT_DIRECTORY);
  assert_true(fs_is_dir(fs, STR("/pkg/sub/")));
  FsStat x, y;
  assert_true(fs_stat(fs, STR("/pkg"), &x, NULL));
  assert_true(fs_stat(fs, STR("/pkg/sub"), &y, NULL));
  assert_true(x.ino != y.ino);
  FsEntry *e;
  uint32_t n;
  assert_true(fs_list(fs, STR("/pkg"), a, &e, &n, &err));
  assert_int_equal(n, 2);
  assert_true(str_is(e[0].name, "__init__.py"));
  assert_true(str_is(e[1].name, "sub") && e[1].kind == FS_KIND_DIR);
  assert_true(fs_list(fs, STR(""), a, &e, &n, &err) || true);
  assert_true(fs_list(fs, STR("/"), a, &e, &n, &err));
  assert_int_equal(n, 2);
}

static void check_norm(const char *from, const char *to) {
  assert_string_equal(path_normalize(a, str_from(from)).ptr, to);
}

static void paths(void **state) {
  check_norm("", ".");
  check_norm("/", "/");
  check_norm("a//b/./c/", "a/b/c");
  check_norm("a/../b", "b");
  check_norm("a/..", ".");
  check_norm("../../a/..", "../..");
  check_norm("/../a", "/a");
  check_norm("/a/b/../../..", "/");
  check_norm("a/b/../../../c", "../c");
  assert_true(str_is(path_join(a, STR("a/"), STR("b")), "a/b"));
  assert_true(str_is(path_join(a, STR("a"), STR("/b")), "/b"));
  assert_true(str_is(path_join(a, STR(""), STR("b")), "b"));
  assert_true(str_is(path_join(a, STR("a"), STR("")), "a"));
  assert_true(str_is(path_dir(STR("a/b.py")), "a"));
  assert_true(str_is(path_dir(STR("/b.py")), "/"));
  assert_true(str_is(path_dir(STR("b.py")), ""));
  assert_true(str_is(path_base(STR("a/b.py")), "b.py"));
  assert_true(str_is(path_ext(STR("a.x/b.tar.py")), ".py"));
  assert_true(str_is(path_ext(STR("a.x/.rc")), ""));
  assert_true(str_is(path_relative_to(STR("/a/b"), STR("/a")), "b"));
  assert_true(str_is(path_relative_to(STR("/ab"), STR("/a")), "/ab"));
  assert_true(str_is(path_relative_to(STR("/a"), STR("/a")), "."));
  assert_true(str_is(path_relative_to(STR("/a"), STR("/")), "a"));
}

static int up(void **state) {
  a = arena_create("test");
  strcpy(dir, "/tmp/taipan-fs-XXXXXX");
  return mkdtemp(dir) == NULL;
}
static int down(void **state) {
  char cmd[100];
  snprintf(cmd, sizeof cmd, "rm -rf %s", dir);
  arena_destroy(a);
  return system(cmd);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(reads_regular_files),
      cmocka_unit_test(refuses_what_is_no_file),
      cmocka_unit_test(refuses_large_files),
      cmocka_unit_test(stat_follows_links),
      cmocka_unit_test(lists_are_sorted),
      cmocka_unit_test(writes_whole_or_not_at_all),
      cmocka_unit_test(memory_behaves_like_the_disk),
      cmocka_unit_test(paths),
  };
  return cmocka_run_group_tests(tests, up, down);
}
