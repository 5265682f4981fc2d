/* The packed typeshed: what is in it, and that each file comes out whole. */
#include "graph/typeshed_archive.h"

#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <xxhash.h>

#include <cmocka.h>

static TypeshedId find(const char *path) {
  TypeshedId id;
  bool found = typeshed_archive_find(str_from(path), &id);
  assert_int_equal(found, id.v != 0);
  return id;
}

static void finds_files_and_folders(void **state) {
  assert_true(typeshed_archive_is_dir(find("")));
  assert_true(typeshed_archive_is_dir(find("stdlib/asyncio")));
  assert_true(typeshed_archive_is_file(find("stdlib/builtins.pyi")));
  assert_true(typeshed_archive_is_file(find("stdlib/VERSIONS")));
  assert_true(typeshed_archive_is_file(find("LICENSE")));
  assert_true(typeshed_archive_is_file(find("stubs/PyYAML/yaml/__init__.pyi")));
}

static void finds_nothing_else(void **state) {
  static const char *const paths[] = {"stdlib/builtin",
                                      "stdlib/builtins.pyi/x",
                                      "stdlib/",
                                      "/stdlib",
                                      "/",
                                      "stdlib//asyncio",
                                      "nothing",
                                      "stdlib/builtins.pyi2"};
  for (size_t i = 0; i < ARRAY_LEN(paths); i++)
    assert_int_equal(find(paths[i]).v, 0);
  assert_int_equal(typeshed_archive_child((TypeshedId){0}, STR("x")).v, 0);
}

/* Visits every node: order, parents, paths, and each file's content. */
static uint32_t walk(TypeshedId dir, Arena *arena) {
  uint32_t files = 0;
  Str before = STR_EMPTY;
  for (uint32_t i = 0; i < typeshed_archive_count(dir); i++) {
    TypeshedId id = typeshed_archive_nth(dir, i), found;
    Str name = typeshed_archive_name(id);
    assert_true(str_cmp(before, name) < 0);
    before = name;
    assert_int_equal(typeshed_archive_parent(id).v, dir.v);
    assert_int_equal(typeshed_archive_child(dir, name).v, id.v);
    ArenaMark mark = arena_mark(arena);
    Str path = typeshed_archive_path(id, arena);
    assert_true(typeshed_archive_find(path, &found));
    assert_int_equal(found.v, id.v);
    if (typeshed_archive_is_dir(id)) {
      files += walk(id, arena);
    } else {
      Str text = typeshed_archive_read(id, arena);
      assert_int_equal(text.len, typeshed_archive_size(id));
      assert_int_equal(text.ptr[text.len], 0);
      assert_true(XXH64(text.ptr, text.len, 0) == typeshed_archive_hash(id));
      files++;
    }
    arena_reset_to(arena, mark);
  }
  return files;
}

static void every_file_is_whole(void **state) {
  Arena *arena = arena_create("test");
  assert_true(walk(typeshed_archive_root(), arena) > 5000);
  arena_destroy(arena);
}

/* Reads one file many times; the result says whether it was whole. */
static void *read_often(void *path) {
  Arena *arena = arena_create("test");
  bool whole = true;
  for (int i = 0; i < 50; i++) {
    TypeshedId id = {0};
    whole = whole && typeshed_archive_find(*(const Str *)path, &id);
    if (!whole) break;
    Str text = typeshed_archive_read(id, arena);
    whole = XXH64(text.ptr, text.len, 0) == typeshed_archive_hash(id);
    arena_reset(arena);
  }
  arena_destroy(arena);
  return whole ? path : NULL;
}

static void threads_read_at_once(void **state) {
  static Str paths[] = {
      STR_INIT("stdlib/builtins.pyi"), STR_INIT("stdlib/typing.pyi"),
      STR_INIT("stdlib/os/__init__.pyi"), STR_INIT("stdlib/re.pyi")};
  pthread_t threads[ARRAY_LEN(paths)];
  for (size_t i = 0; i < ARRAY_LEN(paths); i++)
    assert_int_equal(pthread_create(&threads[i], NULL, read_often, &paths[i]),
                     0);
  for (size_t i = 0; i < ARRAY_LEN(paths); i++) {
    void *whole = NULL;
    pthread_join(threads[i], &whole);
    assert_ptr_equal(whole, &paths[i]);
  }
}

static void knows_its_identity(void **state) {
  assert_true(typeshed_archive_identity() != 0);
  assert_int_equal(typeshed_archive_commit().len, 40);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(finds_files_and_folders),
      cmocka_unit_test(finds_nothing_else),
      cmocka_unit_test(every_file_is_whole),
      cmocka_unit_test(threads_read_at_once),
      cmocka_unit_test(knows_its_identity),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
