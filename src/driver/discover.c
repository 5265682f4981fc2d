/* discover.c - walks directories.
 *
 * Ignore files nest: an answer in a deeper directory beats one above, and
 * what is ignored is not entered.  Links are left for later rounds, in sorted
 * order, so that a real path is always preferred to a link to it and the
 * result does not depend on the order of the arguments; directories are known
 * by (device, inode), which ends every loop.
 */
#include "driver/discover.h"

#include "base/hmap.h"
#include "base/sort.h"
#include "core/source.h"

#include <fcntl.h>
#include <unistd.h>

/* The ignore files of one directory; chained to those above it. */
typedef struct Ignore {
  const struct Ignore *up;
  GlobList list;
  uint32_t base; /* length of the directory's path, with the '/' */
} Ignore;

typedef struct {
  Str path;
  bool is_dir;
  const Ignore *ignore; /* of the directory in which the link stands */
} Link;

typedef struct {
  Fs *fs;
  const Config *config;
  Arena *run;
  VEC(SourceFile) files;
  VEC(Str) dirs;   /* entered, in order */
  VEC(Link) links; /* found, not followed yet */
  HMap64 *seen;    /* (device, inode) of files and directories; NULL in the
                    * first round, when there may be no links at all */
} Walk;

#define PATH_DEPTH_MAX 512

static void add_file(Walk *w, Str path, bool named, bool script,
                     FsReason problem) {
  Str display = config_display_path(w->run, path, w->config->options.project);
  vec_push(&w->files, w->run,
           (SourceFile){path, display, named, script,
                        problem == FS_OK ? STR_EMPTY
                                         : source_io_problem(w->run, problem)});
}

/* ---- what a name says --------------------------------------------------- */

static bool has_python_suffix(Str name) {
  return str_ends(name, STR(".py")) || str_ends(name, STR(".pyi"));
}

static bool word_is_python(Str word) {
  Str name = path_base(word);
  return str_starts(name, STR("python")) ? !str_starts(name, STR("python2"))
                                         : str_starts(name, STR("pypy"));
}

/* The file starts with a line like `#!/usr/bin/env python3`. */
static bool has_python_shebang(Walk *w, Str path) {
  if (w->fs != fs_disk()) return false;
  int fd = open(str_cstr(w->run, path), O_RDONLY | O_NONBLOCK | O_CLOEXEC);
  if (fd < 0) return false;
  char head[160];
  ssize_t n = read(fd, head, sizeof(head));
  close(fd);
  if (n < 4 || head[0] != '#' || head[1] != '!') return false;
  Str rest = str_make(head + 2, (size_t)n - 2), line, word;
  str_split(&rest, '\n', &line);
  line = str_trim(line);
  while (line.ptr && str_split(&line, ' ', &word)) {
    if (word_is_python(word)) return true;
    if (str_is(path_base(word), "uv")) return true;
  }
  return false;
}

/* ---- ignore files ------------------------------------------------------- */

static const Ignore *add_ignore(Walk *w, const Ignore *up, Str dir, Str file,
                                uint32_t base) {
  Str text;
  FsErr err;
  if (!fs_read_max(w->fs, path_join(w->run, dir, file), 4 << 20, w->run, &text,
                   &err))
    return up;
  Ignore *made = ARENA_NEW(w->run, Ignore);
  *made = (Ignore){up, glob_compile_lines(text, w->run), base};
  return made;
}

static uint32_t base_of(Str dir) { return str_is(dir, "/") ? 1 : dir.len + 1; }

/* Ignore files above `dir`, from the root of its git repository down. */
static const Ignore *ignores_above(Walk *w, Str dir) {
  if (!w->config->respect_ignore_files) return NULL;
  Str top = dir;
  FsStat st;
  FsErr err;
  for (;; top = path_dir(top)) {
    if (top.len == 0 || str_is(top, "/")) return NULL; /* in no repository */
    if (fs_stat(w->fs, path_join(w->run, top, STR(".git")), &st, &err)) break;
  }
  const Ignore *chain =
      add_ignore(w, NULL, top, STR(".git/info/exclude"), base_of(top));
  for (uint32_t end = top.len; end < dir.len;) {
    Str at = str_slice(dir, 0, end);
    chain = add_ignore(w, chain, at, STR(".gitignore"), base_of(at));
    chain = add_ignore(w, chain, at, STR(".ignore"), base_of(at));
    end++;
    while (end < dir.len && dir.ptr[end] != '/') end++;
  }
  return chain;
}

static bool is_ignored(const Ignore *chain, Str path, bool is_dir) {
  for (; chain; chain = chain->up) {
    GlobAnswer answer =
        glob_match(chain->list, str_from_byte(path, chain->base), is_dir);
    if (answer != GLOB_NO_MATCH) return answer == GLOB_MATCH;
  }
  return false;
}

/* ---- walking ------------------------------------------------------------ */

static bool is_excluded(Walk *w, const Ignore *ignore, Str path, bool is_dir) {
  Str relative = path_relative_to(path, w->config->options.project);
  if (glob_match(w->config->exclude, relative, is_dir) == GLOB_MATCH)
    return true;
  return is_ignored(ignore, path, is_dir);
}

static bool is_included(Walk *w, Str path) {
  if (!w->config->has_include) return true;
  return glob_match_tree(w->config->include,
                         path_relative_to(path, w->config->options.project),
                         false);
}

static void visit_dir(Walk *w, Str dir, const Ignore *ignore, uint32_t depth);

/* Marks a path as seen by (device, inode); false when it was. */
static bool mark(Walk *w, Str path) {
  FsStat st;
  FsErr err;
  if (!fs_stat(w->fs, path, &st, &err)) return true;
  return hmap64_put(w->seen, hash_mix(hash_u64(st.dev), st.ino), 1) == 0;
}

/* One file of a directory, or a link that points nowhere. */
static void visit_file(Walk *w, Str path, Str name, FsKind kind) {
  if (w->seen && kind == FS_KIND_FILE && !mark(w, path)) return;
  bool python = has_python_suffix(name);
  bool plain = kind == FS_KIND_FILE;
  if (!python) {
    if (plain && str_find_byte(name, '.') == STR_NONE && is_included(w, path) &&
        has_python_shebang(w, path))
      add_file(w, path, false, true, FS_OK);
    return;
  }
  /* Editors leave locks of this form: `.#a.py -> user@host.123`. */
  if (str_starts(name, STR(".#")) || !is_included(w, path)) return;
  FsReason problem = FS_OK;
  FsStat st;
  FsErr err;
  if (kind == FS_KIND_OTHER) problem = FS_NOT_REGULAR;
  if (kind == FS_KIND_LINK && !fs_stat(w->fs, path, &st, &err))
    problem = err.reason;
  add_file(w, path, false, false, problem);
}

static void visit(Walk *w, Str dir, const FsEntry *entry, const Ignore *ignore,
                  uint32_t depth) {
  bool is_dir = entry->kind == FS_KIND_DIR;
  if (!is_dir && !has_python_suffix(entry->name) &&
      str_find_byte(entry->name, '.') != STR_NONE)
    return;
  Str path = path_join(w->run, dir, entry->name);
  if (is_excluded(w, ignore, path, is_dir)) return;
  if (entry->is_link && entry->kind != FS_KIND_LINK &&
      entry->kind != FS_KIND_OTHER) {
    /* Bazel leaves links to its output tree in every workspace. */
    if (is_dir && str_starts(entry->name, STR("bazel-"))) return;
    vec_push(&w->links, w->run, (Link){path, is_dir, ignore});
    return;
  }
  if (!is_dir) {
    visit_file(w, path, entry->name, entry->kind);
    return;
  }
  if (has_python_suffix(entry->name) && is_included(w, path))
    add_file(w, path, false, false, FS_IS_DIRECTORY);
  visit_dir(w, path, ignore, depth + 1);
}

typedef struct {
  FsEntry *entries;
  uint32_t n;
  FsReason problem;
} Listing;

static Listing list_dir(Walk *w, Str dir, uint32_t depth) {
  Listing l = {.problem = FS_LOOP};
  FsErr err;
  if (depth > PATH_DEPTH_MAX) return l;
  fs_list(w->fs, dir, w->run, &l.entries, &l.n, &err);
  l.problem = err.reason;
  return l;
}

static void walk_listed(Walk *w, Str dir, Listing l, const Ignore *ignore,
                        uint32_t depth) {
  if (w->seen && !mark(w, dir)) return;
  if (l.problem != FS_OK) {
    add_file(w, dir, depth == 0, false, l.problem);
    return;
  }
  const FsEntry *entries = l.entries;
  uint32_t n = l.n;
  vec_push(&w->dirs, w->run, dir);
  if (w->config->respect_ignore_files) {
    for (uint32_t i = 0; i < n; i++)
      if (str_is(entries[i].name, ".gitignore") ||
          str_is(entries[i].name, ".ignore"))
        ignore = add_ignore(w, ignore, dir, entries[i].name, base_of(dir));
  }
  for (uint32_t i = 0; i < n; i++) visit(w, dir, &entries[i], ignore, depth);
}

static void walk_dir(Walk *w, Str dir, const Ignore *ignore, uint32_t depth) {
  walk_listed(w, dir, list_dir(w, dir, depth), ignore, depth);
}

/* A virtual environment, by whatever name. */
static bool is_environment(Walk *w, Str dir, const Listing *l) {
  bool maybe = l->problem != FS_OK;
  for (uint32_t i = 0; i < l->n && !maybe; i++)
    maybe = str_is(l->entries[i].name, "pyvenv.cfg");
  return maybe && fs_is_file(w->fs, path_join(w->run, dir, STR("pyvenv.cfg")));
}

static void visit_dir(Walk *w, Str dir, const Ignore *ignore, uint32_t depth) {
  Listing l = list_dir(w, dir, depth);
  if (!is_environment(w, dir, &l)) walk_listed(w, dir, l, ignore, depth);
}

/* ---- links -------------------------------------------------------------- */

static int cmp_link(const void *a, const void *b, void *ctx) {
  (void)ctx;
  return str_cmp(((const Link *)a)->path, ((const Link *)b)->path);
}

static int cmp_file(const void *a, const void *b, void *ctx) {
  (void)ctx;
  const SourceFile *x = a, *y = b;
  int c = str_cmp(x->path, y->path);
  if (c) return c;
  /* Given on the command line, and found: the former counts. */
  return (int)y->named - (int)x->named;
}

/* Follows the links that were found, until no new ones come up. */
static void follow_links(Walk *w) {
  if (w->links.n == 0) return;
  HMap64 seen;
  hmap64_init(&seen, w->run, w->files.n + w->dirs.n);
  w->seen = &seen; /* until the end of this function */
  for (uint32_t i = 0; i < w->files.n; i++)
    if (!w->files.v[i].problem.len) mark(w, w->files.v[i].path);
  for (uint32_t i = 0; i < w->dirs.n; i++) mark(w, w->dirs.v[i]);
  while (w->links.n) {
    sort_stable(w->links.v, w->links.n, sizeof(Link), cmp_link, NULL);
    Link link = w->links.v[0];
    uint32_t n = --w->links.n;
    memmove(w->links.v, w->links.v + 1, n * sizeof(Link));
    if (link.is_dir) walk_dir(w, link.path, link.ignore, 1);
    else visit_file(w, link.path, path_base(link.path), FS_KIND_FILE);
  }
  w->seen = NULL;
}

/* ---- arguments ---------------------------------------------------------- */

static void add_argument(Walk *w, Str path) {
  FsStat st;
  FsErr err;
  if (!fs_stat(w->fs, path, &st, &err)) {
    add_file(w, path, true, false, err.reason);
  } else if (st.kind == FS_KIND_DIR) {
    Str above = path_dir(path);
    walk_dir(w, path, ignores_above(w, above.len ? path : STR("/")), 0);
  } else if (st.kind == FS_KIND_OTHER) {
    add_file(w, path, true, false, FS_NOT_REGULAR);
  } else {
    add_file(w, path, true, !has_python_suffix(path_base(path)), FS_OK);
  }
}

SourceFiles discover(Fs *fs, const Config *config, Str cwd, StrList paths,
                     Arena *run) {
  Walk w = {.fs = fs, .config = config, .run = run};
  StrList starts = paths.n ? paths : config->start;
  Str *absolute = ARENA_ARRAY(run, Str, starts.n);
  for (uint32_t i = 0; i < starts.n; i++)
    absolute[i] = path_normalize(run, path_join(run, cwd, starts.v[i]));
  for (uint32_t i = 0; i < starts.n; i++) add_argument(&w, absolute[i]);
  follow_links(&w);
  if (w.files.n == 0) return (SourceFiles){NULL, 0};
  sort_stable(w.files.v, w.files.n, sizeof(SourceFile), cmp_file, NULL);
  uint32_t kept = 1;
  for (uint32_t i = 1; i < w.files.n; i++)
    if (!str_eq(w.files.v[i].path, w.files.v[kept - 1].path))
      w.files.v[kept++] = w.files.v[i];
  return (SourceFiles){w.files.v, kept};
}
