/* settings.c - TOML tables -> Settings, by one table of keys a section. */
#include "driver/settings.h"

#include "driver/glob.h"
#include "report/format.h"

typedef struct {
  const SettingsSource *source;
  bool ok;
} Reader;

typedef void (*ReadFn)(Reader *r, Str key, const TomlValue *value, void *at);

typedef struct {
  const char *key;
  ReadFn read;
  size_t offset;
} Field;

static void complain(Reader *r, uint32_t line, Str key, const char *format, ...)
    PRINTF_LIKE(4, 5);
static void complain(Reader *r, uint32_t line, Str key, const char *format,
                     ...) {
  const SettingsSource *s = r->source;
  strbuf_put(s->errors, s->where);
  if (s->lines) strbuf_printf(s->errors, ":%u", line + s->line_offset);
  strbuf_puts(s->errors, ": ");
  strbuf_put(s->errors, s->prefix);
  strbuf_printf(s->errors, "%" PRIstr ": ", STR_ARG(key));
  va_list args;
  va_start(args, format);
  strbuf_vprintf(s->errors, format, args);
  va_end(args);
  strbuf_putc(s->errors, '\n');
  r->ok = false;
}

static bool expect(Reader *r, Str key, const TomlValue *value, TomlKind kind) {
  if (value->kind == kind) return true;
  complain(r, value->line, key, "expected %s, found %s", toml_kind_name(kind),
           toml_kind_name(value->kind));
  return false;
}

/* ---- values ------------------------------------------------------------- */

static void read_path(Reader *r, Str key, const TomlValue *value, void *at) {
  if (!expect(r, key, value, TOML_STRING)) return;
  if (value->string.len == 0) complain(r, value->line, key, "is an empty path");
  *(Str *)at = value->string;
}

static void read_version(Reader *r, Str key, const TomlValue *value, void *at) {
  if (!expect(r, key, value, TOML_STRING)) return;
  PythonVersion version;
  if (!python_version_parse(value->string, &version))
    complain(r, value->line, key,
             "`%" PRIstr "` is not a version from %d.%d to %d.%d",
             STR_ARG(value->string), PYTHON_VERSION_MIN.major,
             PYTHON_VERSION_MIN.minor, PYTHON_VERSION_MAX.major,
             PYTHON_VERSION_MAX.minor);
  *(Str *)at = value->string;
}

static void read_platform(Reader *r, Str key, const TomlValue *value,
                          void *at) {
  if (!expect(r, key, value, TOML_STRING)) return;
  PythonPlatform platform;
  if (!python_platform_parse(value->string, &platform))
    complain(r, value->line, key,
             "`%" PRIstr "` is not one of linux, darwin, win32, all",
             STR_ARG(value->string));
  *(Str *)at = value->string;
}

static void read_format(Reader *r, Str key, const TomlValue *value, void *at) {
  if (!expect(r, key, value, TOML_STRING)) return;
  if (report_format_find(value->string) == FORMAT_COUNT)
    complain(r, value->line, key, "`%" PRIstr "` is not one of %s",
             STR_ARG(value->string), report_format_names());
  *(Str *)at = value->string;
}

static void read_switch(Reader *r, Str key, const TomlValue *value, void *at) {
  if (expect(r, key, value, TOML_BOOLEAN))
    *(Switch *)at = value->boolean ? SET_TRUE : SET_FALSE;
}

static void read_strings(Reader *r, Str key, const TomlValue *value, void *at) {
  if (!expect(r, key, value, TOML_ARRAY)) return;
  Str *items = ARENA_ARRAY(r->source->arena, Str, value->items.n);
  for (uint32_t i = 0; i < value->items.n; i++) {
    const TomlValue *item = value->items.v[i];
    if (!expect(r, key, item, TOML_STRING)) return;
    items[i] = item->string;
  }
  *(ListSetting *)at = (ListSetting){true, {items, value->items.n}};
}

static void read_globs(Reader *r, Str key, const TomlValue *value, void *at) {
  ListSetting list = {0};
  read_strings(r, key, value, &list);
  for (uint32_t i = 0; i < list.list.n; i++) {
    GlobList compiled;
    Err err;
    StrList one = {&list.list.v[i], 1};
    if (!glob_compile(one, false, r->source->arena, &compiled, &err))
      complain(r, value->items.v[i]->line, key, "%s", err.text);
  }
  if (list.set) *(ListSetting *)at = list;
}

/* ---- tables ------------------------------------------------------------- */

static Str sub_key(Reader *r, Str prefix, Str key) {
  if (prefix.len == 0) return key;
  return str_printf(r->source->arena, "%" PRIstr ".%" PRIstr, STR_ARG(prefix),
                    STR_ARG(key));
}

static void read_fields(Reader *r, Str prefix, const TomlValue *table,
                        const Field *fields, uint32_t n, void *base) {
  if (!expect(r, prefix, table, TOML_TABLE)) return;
  for (uint32_t i = 0; i < table->entries.n; i++) {
    const TomlEntry *entry = &table->entries.v[i];
    Str key = sub_key(r, prefix, entry->key);
    uint32_t f = 0;
    while (f < n && !str_is(entry->key, fields[f].key)) f++;
    if (f == n) complain(r, entry->line, key, "unknown key");
    else fields[f].read(r, key, entry->value, (char *)base + fields[f].offset);
  }
}

static void read_rules(Reader *r, Str prefix, const TomlValue *table,
                       void *at) {
  if (!expect(r, prefix, table, TOML_TABLE)) return;
  for (uint32_t i = 0; i < table->entries.n; i++) {
    const TomlEntry *entry = &table->entries.v[i];
    Str key = sub_key(r, prefix, entry->key);
    Rule rule =
        str_is(entry->key, "all") ? (Rule)RULE_ALL : rule_find(entry->key);
    Severity level;
    if (rule == RULE_COUNT && !str_is(entry->key, "all"))
      complain(r, entry->line, key, "unknown rule");
    else if (!expect(r, key, entry->value, TOML_STRING)) continue;
    else if (!severity_parse(entry->value->string, &level))
      complain(r, entry->value->line, key,
               "`%" PRIstr "` is not one of ignore, warn, error",
               STR_ARG(entry->value->string));
    else
      vec_push((RuleSettings *)at, r->source->arena,
               (RuleSetting){(uint8_t)rule, (uint8_t)level});
  }
}

#define FIELD(key, fn, type, member) \
  { key, fn, offsetof(type, member) }

static void read_analysis(Reader *r, Str key, const TomlValue *table,
                          void *at) {
  static const Field fields[] = {
      FIELD("infer-return-types", read_switch, AnalysisSettings,
            infer_return_types),
      FIELD("respect-type-ignore-comments", read_switch, AnalysisSettings,
            respect_type_ignore_comments),
      FIELD("allowed-unresolved-imports", read_globs, AnalysisSettings,
            allowed_unresolved_imports),
      FIELD("replace-imports-with-any", read_globs, AnalysisSettings,
            replace_imports_with_any),
  };
  read_fields(r, key, table, fields, ARRAY_LEN(fields), at);
}

static void read_environment(Reader *r, Str key, const TomlValue *table,
                             void *at) {
  static const Field fields[] = {
      FIELD("python-version", read_version, Settings, python_version),
      FIELD("python-platform", read_platform, Settings, python_platform),
      FIELD("python", read_path, Settings, python),
      FIELD("roots", read_strings, Settings, roots),
      FIELD("extra-paths", read_strings, Settings, extra_paths),
      FIELD("typeshed", read_path, Settings, typeshed),
  };
  read_fields(r, key, table, fields, ARRAY_LEN(fields), at);
}

static void read_src(Reader *r, Str key, const TomlValue *table, void *at) {
  static const Field fields[] = {
      FIELD("include", read_globs, Settings, include),
      FIELD("exclude", read_globs, Settings, exclude),
      FIELD("respect-ignore-files", read_switch, Settings,
            respect_ignore_files),
  };
  read_fields(r, key, table, fields, ARRAY_LEN(fields), at);
}

static void read_terminal(Reader *r, Str key, const TomlValue *table,
                          void *at) {
  static const Field fields[] = {
      FIELD("output-format", read_format, Settings, output_format),
      FIELD("error-on-warning", read_switch, Settings, error_on_warning),
  };
  read_fields(r, key, table, fields, ARRAY_LEN(fields), at);
}

static void read_overrides(Reader *r, Str key, const TomlValue *value,
                           void *at) {
  static const Field fields[] = {
      FIELD("include", read_globs, Override, include),
      FIELD("exclude", read_globs, Override, exclude),
      FIELD("rules", read_rules, Override, rules),
      FIELD("analysis", read_analysis, Override, analysis),
  };
  Settings *out = at;
  if (!expect(r, key, value, TOML_ARRAY)) return;
  for (uint32_t i = 0; i < value->items.n; i++) {
    Override override = {0};
    const TomlValue *table = value->items.v[i];
    read_fields(r, key, table, fields, ARRAY_LEN(fields), &override);
    if (table->kind == TOML_TABLE && !toml_get(table, "include") &&
        !toml_get(table, "exclude"))
      complain(r, table->line, key, "has neither include nor exclude");
    vec_push(&out->overrides, r->source->arena, override);
  }
}

static void read_project(Reader *r, Str key, const TomlValue *table, void *at) {
  static const Field fields[] = {
      FIELD("dependencies", read_strings, Settings, dependencies),
  };
  read_fields(r, key, table, fields, ARRAY_LEN(fields), at);
}

/* Keys of ty's runner that change nothing here. */
static void read_nothing(Reader *r, Str key, const TomlValue *value, void *at) {
  (void)r, (void)key, (void)value, (void)at;
}

bool settings_read(const SettingsSource *source, SettingsKind kind,
                   const TomlValue *table, Settings *out) {
  static const Field file_fields[] = {
      {"environment", read_environment, 0},
      {"src", read_src, 0},
      FIELD("rules", read_rules, Settings, rules),
      FIELD("analysis", read_analysis, Settings, analysis),
      {"overrides", read_overrides, 0},
      {"terminal", read_terminal, 0},
  };
  static const Field mdtest_fields[] = {
      {"environment", read_environment, 0},
      FIELD("rules", read_rules, Settings, rules),
      FIELD("analysis", read_analysis, Settings, analysis),
      {"project", read_project, 0},
      {"log", read_nothing, 0},
      {"verbose", read_nothing, 0},
      {"system", read_nothing, 0},
  };
  Reader r = {source, true};
  if (kind == SETTINGS_FILE)
    read_fields(&r, STR_EMPTY, table, file_fields, ARRAY_LEN(file_fields), out);
  else
    read_fields(&r, STR_EMPTY, table, mdtest_fields, ARRAY_LEN(mdtest_fields),
                out);
  return r.ok;
}

bool settings_read_pair(const SettingsSource *source, Str pair, Settings *out) {
  uint32_t equals = str_find_byte(pair, '=');
  if (equals == STR_NONE || equals == 0) {
    strbuf_printf(source->errors,
                  "%" PRIstr ": expected KEY=VALUE, found `%" PRIstr "`\n",
                  STR_ARG(source->where), STR_ARG(pair));
    return false;
  }
  Str key = str_trim(str_slice(pair, 0, equals));
  Str value = str_trim(str_from_byte(pair, equals + 1));
  bool is_toml = (value.len && memchr("\"'[{", value.ptr[0], 4)) ||
                 str_is(value, "true") || str_is(value, "false");
  StrBuf text;
  strbuf_init(&text, source->arena);
  strbuf_put(&text, key);
  strbuf_puts(&text, " = ");
  if (!is_toml) strbuf_putc(&text, '"');
  if (is_toml) strbuf_put(&text, value);
  else strbuf_json(&text, value);
  if (!is_toml) strbuf_putc(&text, '"');
  strbuf_putc(&text, '\n');
  TomlValue *root;
  Err err;
  if (toml_parse(strbuf_str(&text), source->arena, &root, &err))
    return settings_read(source, SETTINGS_FILE, root, out);
  strbuf_printf(source->errors, "%" PRIstr ": `%" PRIstr "` is not valid\n",
                STR_ARG(source->where), STR_ARG(pair));
  return false;
}

/* ---- applying ----------------------------------------------------------- */

void settings_apply_rules(const RuleSettings *rules, uint8_t *levels) {
  for (uint32_t i = 0; i < rules->n; i++)
    if (rules->v[i].rule == RULE_ALL)
      levels_set_all(levels, (Severity)rules->v[i].level);
  for (uint32_t i = 0; i < rules->n; i++)
    if (rules->v[i].rule != RULE_ALL)
      levels[rules->v[i].rule] = rules->v[i].level;
}

void settings_apply_analysis(const AnalysisSettings *from, FileOptions *to) {
  if (from->infer_return_types != UNSET)
    to->infer_return_types = from->infer_return_types == SET_TRUE;
  if (from->respect_type_ignore_comments != UNSET)
    to->respect_type_ignore_comments =
        from->respect_type_ignore_comments == SET_TRUE;
  if (from->allowed_unresolved_imports.set)
    to->allowed_unresolved_imports = from->allowed_unresolved_imports.list;
  if (from->replace_imports_with_any.set)
    to->replace_imports_with_any = from->replace_imports_with_any.list;
}
