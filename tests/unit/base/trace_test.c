#include "base/fs.h"
#include "base/trace.h"
#include "unit/base/cmocka_all.h"

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

static void *work(void *arg) {
  trace_thread_name("worker 1");
  for (uint32_t i = 0; i < 5000; i++) {
    TraceSpan t = trace_begin("unit");
    trace_end(t, i);
  }
  return NULL;
}

static void name_arg(void *ctx, const char *span, uint32_t arg, char *out,
                     size_t size) {
  snprintf(out, size, "%s \"%u\"", (const char *)ctx, arg);
}

static uint32_t count(Str s, const char *needle) {
  uint32_t n = 0;
  for (uint32_t at = 0;; at++, n++) {
    at = str_find(s, str_from(needle), at);
    if (at == STR_NONE) return n;
  }
}

static void nothing_when_off(void **state) {
  TraceSpan t = trace_begin("never");
  assert_null(t.name);
  trace_end(t, 1);
  trace_instant("never", 1);
}

static void spans_of_all_threads_are_written(void **state) {
  char path[] = "/tmp/taipan-trace-XXXXXX";
  close(mkstemp(path));
  Arena *a = arena_create("test");
  for (int round = 0; round < 2; round++) {
    trace_start();
    TraceSpan t = trace_begin("parse");
    pthread_t thread;
    pthread_create(&thread, NULL, work, NULL);
    pthread_join(thread, NULL);
    trace_end(t, TRACE_NO_ARG);
    trace_instant("phase", 3);
    trace_counter("bytes", 12);
    Err err;
    assert_true(trace_write(path, name_arg, (void *)(uintptr_t) "file", &err));
    trace_free();
    Str json;
    assert_true(fs_read(fs_disk(), str_from(path), a, &json, NULL));
    assert_int_equal(count(json, "\"name\":\"unit\""), 5000);
    assert_int_equal(count(json, "\"name\":\"parse\""), 1);
    assert_int_equal(count(json, "\"tdur\":"), 5001);
    assert_int_equal(count(json, "\"worker 1\""), 1);
    assert_int_equal(count(json, "\"what\":\"file \\\"4999\\\"\""), 1);
    assert_int_equal(count(json, "\"ph\":\"C\""), 1);
    assert_int_equal(count(json, "never"), 0);
    assert_true(str_ends(json, STR("]}\n")));
  }
  Err err;
  assert_false(trace_write("/nowhere/at/all", NULL, NULL, &err));
  assert_true(strstr(err.text, "/nowhere/at/all: ") == err.text);
  unlink(path);
  arena_destroy(a);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(nothing_when_off),
      cmocka_unit_test(spans_of_all_threads_are_written),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
