/* site.c - see site.h.
 *
 * The layouts, with P the prefix:
 *
 *   P/lib/python3.X/site-packages     Unix: venv, uv, conda, pyenv, system
 *   P/lib64/python3.X/site-packages   the same on some, for compiled packages
 *   P/lib/pypy3.X/site-packages       PyPy
 *   P/local/lib/python3.X/dist-packages, P/lib/python3/dist-packages   Debian
 *   P/Lib/site-packages               Windows
 *
 * A virtual environment has P/pyvenv.cfg, which tells its version, and with
 * `include-system-site-packages = true` the installation at `home` counts too.
 */
#include "graph/site.h"

#include "base/vec.h"

typedef VEC(Str) StrVec;

typedef struct {
  Fs *fs;
  Arena *arena;
  PythonVersion wanted; /* major 0: the highest there is */
  StrVec found;
} Finder;

static Str join(Finder *f, Str dir, const char *name) {
  return path_join(f->arena, dir, str_from(name));
}

static void add_dir(Finder *f, Str dir) {
  for (uint32_t i = 0; i < f->found.n; i++)
    if (str_eq(f->found.v[i], dir)) return;
  if (fs_is_dir(f->fs, dir)) vec_push(&f->found, f->arena, dir);
}

/* ---- pyvenv.cfg ---------------------------------------------------------- */

typedef struct {
  bool found, system_site;
  Str home;
  PythonVersion version;
} VenvConfig;

/* The leading "3.X" of "3.12.1", "3.13.0rc1", "3.12". */
static bool leading_version(Str text, PythonVersion *out) {
  uint32_t minor = 0, i = 2;
  if (!str_starts(text, STR("3."))) return false;
  for (; i < text.len && i < 5 && text.ptr[i] >= '0' && text.ptr[i] <= '9'; i++)
    minor = minor * 10 + (uint32_t)(text.ptr[i] - '0');
  if (i == 2 || minor > 99) return false;
  *out = (PythonVersion){3, (uint8_t)minor};
  return true;
}

static VenvConfig read_venv_config(Finder *f, Str prefix) {
  VenvConfig config = {0};
  Str rest, line;
  FsErr err;
  config.found =
      fs_read(f->fs, join(f, prefix, "pyvenv.cfg"), f->arena, &rest, &err);
  if (!config.found) return config;
  while (str_split(&rest, '\n', &line)) {
    uint32_t equals = str_find_byte(line, '=');
    if (equals == STR_NONE) continue;
    Str key = str_trim(str_slice(line, 0, equals));
    Str value = str_trim(str_from_byte(line, equals + 1));
    if (str_is(key, "home")) config.home = value;
    if (str_is(key, "include-system-site-packages"))
      config.system_site = str_is(value, "true") || str_is(value, "True");
    if (str_is(key, "version") || str_is(key, "version_info"))
      leading_version(value, &config.version);
  }
  return config;
}

/* ---- layouts ------------------------------------------------------------- */

/* "python3.12", "python3.13t", "pypy3.10" -> 3.12, 3.13, 3.10. */
static bool lib_version(Str name, PythonVersion *out) {
  if (str_starts(name, STR("python")))
    return leading_version(str_from_byte(name, 6), out);
  return str_starts(name, STR("pypy")) &&
         leading_version(str_from_byte(name, 4), out);
}

/* The entry of lib/ to use: that of the wanted version, else the highest. */
static Str pick_version(Finder *f, Str lib, PythonVersion *version) {
  FsEntry *entries;
  uint32_t n;
  FsErr err;
  Str best = STR_EMPTY;
  PythonVersion wanted = f->wanted, best_version = {0, 0};
  if (!fs_list(f->fs, lib, f->arena, &entries, &n, &err)) return best;
  for (uint32_t i = 0; i < n; i++) {
    PythonVersion v;
    if (entries[i].kind != FS_KIND_DIR || !lib_version(entries[i].name, &v))
      continue;
    bool exact = wanted.major == v.major && wanted.minor == v.minor;
    bool best_exact = best.len && wanted.major == best_version.major &&
                      wanted.minor == best_version.minor;
    if (best_exact) continue;
    if (!exact && best.len &&
        !python_at_least(v, best_version.major, best_version.minor))
      continue;
    best = entries[i].name;
    best_version = v;
  }
  if (best.len) *version = best_version;
  return best;
}

/* Adds what lies below one prefix.  *version: of the lib directory taken. */
static void add_prefix(Finder *f, Str prefix, PythonVersion *version) {
  static const char *const libs[] = {"local/lib", "lib", "lib64"};
  for (uint32_t i = 0; i < ARRAY_LEN(libs); i++) {
    Str lib = join(f, prefix, libs[i]);
    PythonVersion v = {0, 0};
    Str name = pick_version(f, lib, &v);
    if (name.len == 0) continue;
    Str dir = path_join(f->arena, lib, name);
    uint32_t before = f->found.n;
    add_dir(f, join(f, dir, "site-packages"));
    add_dir(f, join(f, dir, "dist-packages"));
    if (f->found.n > before && version->major == 0) *version = v;
  }
  add_dir(f, join(f, prefix, "lib/python3/dist-packages"));
  add_dir(f, join(f, prefix, "Lib/site-packages"));
}

/* The prefix of an interpreter's path: two directories up. */
static Str prefix_of_file(Finder *f, Str path) {
  Str prefix = path_dir(path_dir(path));
  if (fs_is_file(f->fs, join(f, prefix, "pyvenv.cfg"))) return prefix;
  Str real; /* no venv: /usr/bin/python3 may be a link to another prefix */
  FsErr err;
  if (!fs_real(f->fs, path, f->arena, &real, &err)) return prefix;
  return path_dir(path_dir(real));
}

static Str prefix_of(Finder *f, Str python) {
  if (!fs_is_dir(f->fs, python)) return prefix_of_file(f, python);
  Str base = path_base(python);
  if ((str_is(base, "bin") || str_is(base, "Scripts")) &&
      !fs_is_dir(f->fs, join(f, python, "lib")))
    return path_dir(python);
  return python;
}

bool site_packages_find(Fs *fs, Str python, PythonVersion wanted, Arena *arena,
                        PythonEnvironment *out, Err *err) {
  Finder f = {.fs = fs, .arena = arena, .wanted = wanted};
  *out = (PythonEnvironment){0};
  python = path_normalize(arena, python);
  if (!fs_is_dir(fs, python) && !fs_is_file(fs, python))
    return err_set(err, "no such file or directory: %" PRIstr, STR_ARG(python));
  out->prefix = prefix_of(&f, python);
  VenvConfig config = read_venv_config(&f, out->prefix);
  out->is_venv = config.found;
  if (config.version.major) f.wanted = out->version = config.version;
  add_prefix(&f, out->prefix, &out->version);
  if (f.found.n == 0)
    return err_set(err, "no site-packages below %" PRIstr,
                   STR_ARG(out->prefix));
  if (config.system_site && config.home.len) {
    PythonVersion ignored = out->version;
    Str home = path_normalize(arena, config.home);
    add_prefix(&f, path_dir(home), &ignored);
  }
  out->site_packages = (StrList){f.found.v, f.found.n};
  return true;
}

Str site_environment_default(Fs *fs, Str project, Str active, Arena *arena) {
  static const char *const names[] = {".venv", "venv"};
  if (active.len && fs_is_dir(fs, active)) return active;
  for (uint32_t i = 0; i < ARRAY_LEN(names); i++) {
    Str dir = path_join(arena, project, str_from(names[i]));
    if (fs_is_file(fs, path_join(arena, dir, STR("pyvenv.cfg")))) return dir;
  }
  return STR_EMPTY;
}

static bool is_package_dir(Fs *fs, Str dir, Arena *arena) {
  return fs_is_file(fs, path_join(arena, dir, STR("__init__.py"))) ||
         fs_is_file(fs, path_join(arena, dir, STR("__init__.pyi")));
}

StrList site_roots_default(Fs *fs, Str project, Arena *arena) {
  static const char *const names[] = {"src", "python"};
  StrVec roots = {0};
  Str top = project;
  while (top.len > 1 && is_package_dir(fs, top, arena)) top = path_dir(top);
  vec_push(&roots, arena, top);
  for (uint32_t i = 0; i < ARRAY_LEN(names); i++) {
    Str dir = path_join(arena, project, str_from(names[i]));
    if (fs_is_dir(fs, dir) && !is_package_dir(fs, dir, arena))
      vec_push(&roots, arena, dir);
  }
  return (StrList){roots.v, roots.n};
}
