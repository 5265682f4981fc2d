/* world.h - a small program on a file system in memory, for tests of graph.
 *
 * Layer: tests.  Everything is set up first (files, roots), then world_open
 * adds the files under `checked` and the table of modules can be asked.
 */
#ifndef TESTS_UNIT_GRAPH_WORLD_H
#define TESTS_UNIT_GRAPH_WORLD_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include "base/vec.h"
#include "core/names.h"
#include "graph/modules.h"

typedef VEC(Str) StrVec;

typedef struct {
  Arena *run;
  Fs *fs;
  Options options;
  Modules *modules;
  StrVec roots, extra, site, checked;
} World;

static inline World *world_new(void) {
  names_init();
  Arena *run = arena_create("test");
  World *w = ARENA_NEW(run, World);
  w->run = run;
  w->fs = fs_memory_create(run);
  options_default(&w->options);
  w->options.project = STR("/p");
  w->options.typeshed = STR("/typeshed");
  w->options.python_version = (PythonVersion){3, 12};
  return w;
}

static inline void world_file(World *w, const char *path, const char *text) {
  fs_memory_add(w->fs, str_from(path), str_from(text));
}

/* Adds empty files; the list ends with NULL. */
static inline void world_files(World *w, const char *path, ...) {
  va_list args;
  va_start(args, path);
  for (; path; path = va_arg(args, const char *)) world_file(w, path, "");
  va_end(args);
}

/* The same, and they are checked. */
static inline void world_checked(World *w, const char *path, const char *text) {
  world_file(w, path, text);
  vec_push(&w->checked, w->run, str_from(path));
}

static inline void world_typeshed(World *w, const char *versions) {
  world_file(w, "/typeshed/stdlib/VERSIONS", versions);
}

static inline void world_open(World *w) {
  w->options.roots = (StrList){w->roots.v, w->roots.n};
  w->options.extra_paths = (StrList){w->extra.v, w->extra.n};
  w->options.site_packages = (StrList){w->site.v, w->site.n};
  w->modules = modules_create(&w->options, w->fs, w->run);
  if (w->checked.n) qsort(w->checked.v, w->checked.n, sizeof(Str), str_cmp_ptr);
  for (uint32_t i = 0; i < w->checked.n; i++)
    modules_add_checked(w->modules, w->checked.v[i],
                        path_relative_to(w->checked.v[i], STR("/p")),
                        &w->options.base);
}

static inline void world_end(World *w) {
  modules_destroy(w->modules);
  arena_destroy(w->run);
}

static inline NameId world_name(const char *name) {
  return name_intern(str_from(name));
}

/* The id of a checked file. */
static inline ModuleId world_id(World *w, const char *path) {
  for (uint32_t i = 1; i <= modules_checked_count(w->modules); i++)
    if (str_is(modules_at(w->modules, (ModuleId){i})->path, path))
      return (ModuleId){i};
  fail_msg("%s is not checked", path);
  return ID_NONE(ModuleId);
}

/* Fails unless the module is the file `want`, the namespace package "ns:name",
 * or none (NULL). */
static inline void world_is(World *w, ModuleId id, const char *want,
                            const char *what) {
  const char *got = NULL;
  if (id.v) {
    const Module *m = modules_at(w->modules, id);
    got =
        m->is_namespace
            ? str_printf(w->run, "ns:%" PRIstr, STR_ARG(name_text(m->name))).ptr
            : m->path.ptr;
  }
  if (!got && !want) return;
  if (!got || !want || strcmp(got, want) != 0)
    fail_msg("%s: %s, expected %s", what, got ? got : "unresolved",
             want ? want : "unresolved");
}

/* `import name` in the file `from` (NULL: the builtin scope) is `want`. */
static inline void world_import(World *w, const char *from, const char *name,
                                const char *want) {
  ModuleId importer = from ? world_id(w, from) : ID_NONE(ModuleId);
  world_is(w, modules_resolve(w->modules, importer, world_name(name)), want,
           name);
}

/* `from ..name import` with that many dots. */
static inline void world_relative(World *w, const char *from, uint32_t level,
                                  const char *name, const char *want) {
  NameId id = name[0] ? world_name(name) : ID_NONE(NameId);
  world_is(w,
           modules_resolve_relative(w->modules, world_id(w, from), level, id),
           want, name);
}

#define ADD(list, path) vec_push(&w->list, w->run, str_from(path))

#endif
