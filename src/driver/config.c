/* config.c - finds the configuration and resolves it.
 *
 * The project is --project, else the working directory, else (when every PATH
 * lies outside of it) what the PATHs have in common.  From there upwards the
 * first taipan.toml or pyproject.toml with [tool.taipan] counts, and its
 * directory becomes the project.  Later sources win: defaults, file, -c, flags;
 * an override of the file wins over the file's own [rules], the command
 * line's rules win over everything.
 */
#include "driver/config.h"

#include "base/hash.h"
#include "graph/site.h"
#include "graph/typeshed.h"

/* As ty's, and caches and environments that other tools leave behind. */
static const char *const default_excludes[] = {
    ".bzr/",
    ".direnv/",
    ".eggs/",
    ".git/",
    ".git-rewrite/",
    ".hg/",
    ".mypy_cache/",
    ".nox/",
    ".pants.d/",
    ".pyenv/",
    ".pytest_cache/",
    ".pytype/",
    ".ruff_cache/",
    ".svn/",
    ".tox/",
    ".venv/",
    ".ipynb_checkpoints/",
    "__pycache__/",
    "__pypackages__/",
    "_build/",
    "buck-out/",
    "dist/",
    "node_modules/",
    "site-packages/",
    "venv/",
};

typedef struct {
  Fs *fs;
  const ConfigRequest *request;
  Arena *run;
  Config *out;
  StrBuf *errors;
  Str project; /* absolute */
  Settings settings;
  Str requires_python; /* of the nearest pyproject.toml */
} Loader;

/* ---- paths -------------------------------------------------------------- */

static Str absolute(Loader *l, Str base, Str path) {
  return path_normalize(l->run, path_join(l->run, base, path));
}

static bool inside(Str path, Str dir) {
  return str_is(dir, "/") || str_eq(path, dir) ||
         (str_starts(path, dir) && path.ptr[dir.len] == '/');
}

Str config_display_path(Arena *arena, Str path, Str dir) {
  if (str_eq(path, dir)) return STR(".");
  StrBuf up;
  strbuf_init(&up, arena);
  while (!inside(path, dir)) {
    strbuf_puts(&up, "../");
    uint32_t slash = str_rfind_byte(dir, '/');
    dir = slash ? str_slice(dir, 0, slash) : STR("/");
  }
  Str rest = str_eq(path, dir)  ? STR_EMPTY
             : str_is(dir, "/") ? str_from_byte(path, 1)
                                : str_from_byte(path, dir.len + 1);
  if (up.len == 0) return rest;
  strbuf_put(&up, rest);
  return strbuf_str(&up);
}

/* The directory that all PATHs have in common; a file counts as its own
 * directory. */
static Str common_dir(Loader *l) {
  Str common = STR_EMPTY;
  for (uint32_t i = 0; i < l->request->paths.n; i++) {
    Str path = absolute(l, l->request->cwd, l->request->paths.v[i]);
    if (!fs_is_dir(l->fs, path)) path = path_dir(path);
    if (path.len == 0) path = STR("/");
    if (common.len == 0) common = path;
    while (!inside(path, common)) {
      common = path_dir(common);
      if (common.len == 0) common = STR("/");
    }
  }
  return common;
}

static bool any_path_inside(Loader *l, Str dir) {
  if (l->request->paths.n == 0) return true;
  for (uint32_t i = 0; i < l->request->paths.n; i++)
    if (inside(absolute(l, l->request->cwd, l->request->paths.v[i]), dir))
      return true;
  return false;
}

/* ---- files -------------------------------------------------------------- */

static bool fail(Loader *l, Str where, const char *format, ...)
    PRINTF_LIKE(3, 4);
static bool fail(Loader *l, Str where, const char *format, ...) {
  strbuf_put(l->errors, where);
  strbuf_puts(l->errors, ": ");
  va_list args;
  va_start(args, format);
  strbuf_vprintf(l->errors, format, args);
  va_end(args);
  strbuf_putc(l->errors, '\n');
  return false;
}

/* "line 3: ..." of the TOML parser -> "FILE:3: ...". */
static bool fail_toml(Loader *l, Str where, const Err *err) {
  Str text = str_from(err->text);
  if (!str_starts(text, STR("line "))) return fail(l, where, "%s", err->text);
  strbuf_put(l->errors, where);
  strbuf_printf(l->errors, ":%" PRIstr "\n", STR_ARG(str_from_byte(text, 5)));
  return false;
}

static bool read_settings(Loader *l, const TomlValue *table, Str where) {
  bool nested = str_is(path_base(where), "pyproject.toml");
  SettingsSource source = {.arena = l->run,
                           .where = where,
                           .prefix = nested ? STR("tool.taipan.") : STR_EMPTY,
                           .lines = true,
                           .errors = l->errors};
  return settings_read(&source, SETTINGS_FILE, table, &l->settings);
}

typedef enum { LOOK_NONE, LOOK_FOUND, LOOK_FAILED } Look;

/* taipan.toml or pyproject.toml at `path`.  A pyproject.toml counts when it has
 * [tool.taipan]; its requires-python is noted in any case. */
static Look look_at(Loader *l, Str path, bool must_count) {
  Str text;
  FsErr io;
  Err err;
  TomlValue *root;
  Str where = config_display_path(l->run, path, l->request->cwd);
  if (!fs_read_max(l->fs, path, 16 << 20, l->run, &text, &io)) {
    if (io.reason == FS_NOT_FOUND && !must_count) return LOOK_NONE;
    if (io.reason == FS_NOT_DIRECTORY && !must_count) return LOOK_NONE;
    fail(l, where, "%s", fs_reason_text(io.reason));
    return LOOK_FAILED;
  }
  bool is_pyproject = str_is(path_base(path), "pyproject.toml");
  if (!toml_parse(text, l->run, &root, &err)) {
    if (is_pyproject && !must_count &&
        str_find(text, STR("tool.taipan"), 0) == STR_NONE)
      return LOOK_NONE;
    fail_toml(l, where, &err);
    return LOOK_FAILED;
  }
  const TomlValue *table = root;
  if (is_pyproject) {
    TomlValue *requires =
        toml_get(toml_get(root, "project"), "requires-python");
    if (requires && requires->kind == TOML_STRING && !l->requires_python.ptr)
    l->requires_python = requires->string;
    table = toml_get(toml_get(root, "tool"), "taipan");
    if (!table && !must_count) return LOOK_NONE;
    if (!table) {
      fail(l, where, "has no [tool.taipan]");
      return LOOK_FAILED;
    }
  }
  l->out->file = where;
  return read_settings(l, table, where) ? LOOK_FOUND : LOOK_FAILED;
}

/* Walks upwards from the project; the directory that has a configuration
 * becomes the project. */
static bool search(Loader *l) {
  for (Str dir = l->project;; dir = path_dir(dir)) {
    if (dir.len == 0) dir = STR("/");
    static const char *const names[] = {"taipan.toml", "pyproject.toml"};
    Look found = LOOK_NONE;
    for (uint32_t i = 0; i < 2 && found == LOOK_NONE; i++)
      found = look_at(l, path_join(l->run, dir, str_from(names[i])), false);
    if (found == LOOK_FAILED) return false;
    if (found == LOOK_FOUND) l->project = dir;
    if (found == LOOK_FOUND || str_is(dir, "/")) break;
  }
  /* requires-python stands beside a taipan.toml, too. */
  if (!l->requires_python.ptr && l->out->file.len &&
      !str_is(path_base(l->out->file), "pyproject.toml")) {
    Str text, path = path_join(l->run, l->project, STR("pyproject.toml"));
    FsErr io;
    Err err;
    TomlValue *root, *requires;
    if (fs_read_max(l->fs, path, 16 << 20, l->run, &text, &io) &&
        toml_parse(text, l->run, &root, &err) &&
        (requires = toml_get(toml_get(root, "project"), "requires-python")) &&
        requires->kind == TOML_STRING)
    l->requires_python = requires->string;
  }
  return true;
}

static bool find_project(Loader *l) {
  const ConfigRequest *r = l->request;
  if (r->project.ptr) {
    l->project = absolute(l, r->cwd, r->project);
    if (!fs_is_dir(l->fs, l->project))
      return fail(l, STR("--project"), "%" PRIstr " is not a directory",
                  STR_ARG(r->project));
  } else {
    l->project = any_path_inside(l, r->cwd) ? r->cwd : common_dir(l);
  }
  if (!r->config.ptr) return search(l);
  return look_at(l, absolute(l, r->cwd, r->config), true) == LOOK_FOUND;
}

/* ---- layers ------------------------------------------------------------- */

static void lay_str(Str *to, Str from) {
  if (from.ptr) *to = from;
}
static void lay_list(ListSetting *to, ListSetting from) {
  if (from.set) *to = from;
}

/* Absolute paths for the relative ones of a source. */
static void make_absolute(Loader *l, Str base, Settings *s) {
  Str *single[] = {&s->python, &s->typeshed};
  ListSetting *lists[] = {&s->roots, &s->extra_paths};
  for (uint32_t i = 0; i < 2; i++)
    if (single[i]->ptr) *single[i] = absolute(l, base, *single[i]);
  for (uint32_t i = 0; i < 2; i++) {
    Str *paths = ARENA_ARRAY(l->run, Str, lists[i]->list.n);
    for (uint32_t j = 0; j < lists[i]->list.n; j++)
      paths[j] = absolute(l, base, lists[i]->list.v[j]);
    lists[i]->list.v = paths;
  }
}

static void lay_flags(Settings *to, const Settings *from) {
  lay_str(&to->python_version, from->python_version);
  lay_str(&to->python_platform, from->python_platform);
  lay_str(&to->python, from->python);
  lay_str(&to->typeshed, from->typeshed);
  lay_list(&to->extra_paths, from->extra_paths);
  lay_str(&to->output_format, from->output_format);
  if (from->error_on_warning) to->error_on_warning = from->error_on_warning;
}

static bool read_pairs(Loader *l) {
  SettingsSource source = {
      .arena = l->run, .where = STR("-c"), .errors = l->errors};
  bool ok = true;
  for (uint32_t i = 0; i < l->request->pairs.n; i++)
    ok &= settings_read_pair(&source, l->request->pairs.v[i], &l->settings);
  return ok;
}

/* ---- resolving ---------------------------------------------------------- */

static bool exists(Loader *l, const char *key, Str path, bool dir) {
  FsStat st;
  FsErr err;
  if (!fs_stat(l->fs, path, &st, &err))
    return fail(l, str_from(key), "%" PRIstr ": %s",
                STR_ARG(config_display_path(l->run, path, l->request->cwd)),
                fs_reason_text(err.reason));
  if (dir && st.kind != FS_KIND_DIR)
    return fail(l, str_from(key), "%" PRIstr " is not a directory",
                STR_ARG(config_display_path(l->run, path, l->request->cwd)));
  return true;
}

static bool resolve_python(Loader *l, PythonVersion *venv) {
  Options *o = &l->out->options;
  PythonVersion wanted = {0, 0};
  PythonEnvironment found;
  Err err;
  *venv = wanted;
  if (l->settings.python_version.ptr)
    python_version_parse(l->settings.python_version, &wanted);
  Str python = l->settings.python;
  bool given = python.ptr != NULL;
  if (!given)
    python =
        site_environment_default(l->fs, l->project, l->request->active, l->run);
  if (python.len == 0) return true;
  if (given && !exists(l, "environment.python", python, false)) return false;
  if (site_packages_find(l->fs, python, wanted, l->run, &found, &err)) {
    o->site_packages = found.site_packages;
    *venv = found.version;
  } else if (given) {
    return fail(l, STR("environment.python"),
                "%" PRIstr " is no Python environment",
                STR_ARG(config_display_path(l->run, python, l->request->cwd)));
  }
  return true;
}

static void resolve_version(Loader *l, PythonVersion venv) {
  Options *o = &l->out->options;
  if (l->settings.python_version.ptr)
    python_version_parse(l->settings.python_version, &o->python_version);
  else if (l->requires_python.ptr &&
           requires_lower_bound(l->requires_python, &o->python_version))
    return;
  else if (venv.minor >= PYTHON_VERSION_MIN.minor)
    o->python_version =
        venv.minor > PYTHON_VERSION_MAX.minor ? PYTHON_VERSION_MAX : venv;
}

static bool resolve_roots(Loader *l) {
  Options *o = &l->out->options;
  if (l->settings.roots.set) {
    o->roots = l->out->start = l->settings.roots.list;
  } else {
    o->roots = site_roots_default(l->fs, l->project, l->run);
    l->out->start = (StrList){&o->project, 1};
  }
  if (l->settings.extra_paths.set)
    o->extra_paths = l->settings.extra_paths.list;
  bool ok = true;
  for (uint32_t i = 0; i < o->roots.n; i++)
    ok &= exists(l, "environment.roots", o->roots.v[i], true);
  for (uint32_t i = 0; i < o->extra_paths.n; i++)
    ok &= exists(l, "environment.extra-paths", o->extra_paths.v[i], true);
  if (l->settings.typeshed.ptr) {
    o->typeshed = l->settings.typeshed;
    ok &= exists(l, "environment.typeshed", o->typeshed, true);
  }
  return ok;
}

/* Nothing can be checked without builtins; of other modules some may be missing. */
static bool resolve_typeshed(Loader *l) {
  const char *key = "environment.typeshed";
  Str root = l->out->options.typeshed, text;
  if (!root.len) return true;
  Str versions = path_join(l->run, root, STR("stdlib/VERSIONS"));
  Str builtins = path_join(l->run, root, STR("stdlib/builtins.pyi"));
  if (!exists(l, key, versions, false) || !exists(l, key, builtins, false))
    return false;
  Str shown = config_display_path(l->run, versions, l->request->cwd);
  FsErr err;
  if (!fs_read(l->fs, versions, l->run, &text, &err))
    return fail(l, str_from(key), "%" PRIstr ": %s", STR_ARG(shown),
                fs_reason_text(err.reason));
  VersionTable table;
  typeshed_parse_versions(text, l->run, &table);
  PythonVersion version = l->out->options.python_version;
  if (typeshed_has_version(&table, STR("builtins"), version)) return true;
  return fail(l, str_from(key),
              "%" PRIstr " has no builtins for Python %u.%u", STR_ARG(shown),
              (unsigned)version.major, (unsigned)version.minor);
}

static bool compile(Loader *l, StrList list, bool anchor, GlobList *out) {
  Err err;
  return glob_compile(list, anchor, l->run, out, &err) ||
         fail(l, STR("pattern"), "%s", err.text);
}

static bool resolve_globs(Loader *l) {
  const Settings *s = &l->settings, *flags = &l->request->flags;
  Config *c = l->out;
  uint32_t n = ARRAY_LEN(default_excludes);
  VEC(Str) excludes = {0};
  for (uint32_t i = 0; i < n; i++)
    vec_push(&excludes, l->run, str_from(default_excludes[i]));
  vec_append(&excludes, l->run, s->exclude.list.v, s->exclude.list.n);
  vec_append(&excludes, l->run, flags->exclude.list.v, flags->exclude.list.n);
  c->has_include = s->include.set;
  c->respect_ignore_files = s->respect_ignore_files != SET_FALSE;
  bool ok = compile(l, s->include.list, true, &c->include) &&
            compile(l, (StrList){excludes.v, excludes.n}, false, &c->exclude);
  c->override_count = s->overrides.n;
  c->overrides = ARENA_ARRAY(l->run, ConfigOverride, s->overrides.n);
  for (uint32_t i = 0; i < s->overrides.n && ok; i++) {
    const Override *from = &s->overrides.v[i];
    ConfigOverride *to = &c->overrides[i];
    *to = (ConfigOverride){.has_include = from->include.set, .from = from};
    ok = compile(l, from->include.list, false, &to->include) &&
         compile(l, from->exclude.list, false, &to->exclude);
  }
  return ok;
}

bool config_load(Fs *fs, const ConfigRequest *request, Arena *run, Config *out,
                 StrBuf *errors) {
  *out = (Config){.file = STR_EMPTY, .arena = run, .output_format = STR_EMPTY};
  options_default(&out->options);
  Loader l = {
      .fs = fs, .request = request, .run = run, .out = out, .errors = errors};
  if (!find_project(&l)) return false;
  make_absolute(&l, l.project, &l.settings);
  if (!read_pairs(&l)) return false;
  make_absolute(&l, request->cwd, &l.settings);
  lay_flags(&l.settings, &request->flags);
  Options *o = &out->options;
  o->project = l.project;
  if (l.settings.python_platform.ptr)
    python_platform_parse(l.settings.python_platform, &o->platform);
  settings_apply_rules(&l.settings.rules, o->base.levels);
  settings_apply_analysis(&l.settings.analysis, &o->base);
  out->cli_rules = request->flags.rules;
  out->output_format =
      l.settings.output_format.ptr ? l.settings.output_format : STR_EMPTY;
  out->error_on_warning = l.settings.error_on_warning == SET_TRUE;
  PythonVersion venv;
  if (!resolve_python(&l, &venv) || !resolve_roots(&l) || !resolve_globs(&l))
    return false;
  resolve_version(&l, venv);
  if (!resolve_typeshed(&l)) return false;
  settings_apply_rules(&out->cli_rules, o->base.levels);
  return true;
}

/* ---- options of a file -------------------------------------------------- */

const FileOptions *config_file_options(Config *config, Str path) {
  if (config->override_count == 0) return &config->options.base;
  Str relative = path_relative_to(path, config->options.project);
  uint64_t key = 0xCBF29CE484222325u;
  bool *hit = ARENA_ARRAY(config->arena, bool, config->override_count);
  bool any = false;
  for (uint32_t i = 0; i < config->override_count; i++) {
    const ConfigOverride *o = &config->overrides[i];
    hit[i] =
        (!o->has_include || glob_match_tree(o->include, relative, false)) &&
        !glob_match_tree(o->exclude, relative, false);
    any |= hit[i];
    key = hash_mix(key, hit[i]);
  }
  if (!any) return &config->options.base;
  for (uint32_t i = 0; i < config->variant_keys.n; i++)
    if (config->variant_keys.v[i] == key) return config->variants.v[i];
  FileOptions *made = ARENA_NEW(config->arena, FileOptions);
  *made = config->options.base;
  for (uint32_t i = 0; i < config->override_count; i++) {
    if (!hit[i]) continue;
    settings_apply_rules(&config->overrides[i].from->rules, made->levels);
    settings_apply_analysis(&config->overrides[i].from->analysis, made);
  }
  settings_apply_rules(&config->cli_rules, made->levels);
  vec_push(&config->variants, config->arena, made);
  vec_push(&config->variant_keys, config->arena, key);
  return made;
}
