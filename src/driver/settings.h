/* settings.h - what a configuration says, before it is resolved.
 *
 * Layer: driver.  Memory: the caller's arena.  Threads: one owner.
 *
 * One Settings a source (file, `-c`, flags, mdtest block); later ones are laid
 * over earlier ones.  What is not set stays as it was.
 */
#ifndef DRIVER_SETTINGS_H
#define DRIVER_SETTINGS_H

#include "core/options.h"
#include "driver/toml.h"

typedef enum { UNSET, SET_FALSE, SET_TRUE } Switch;

typedef struct {
  bool set;
  StrList list;
} ListSetting;

#define RULE_ALL RULE_COUNT
typedef struct {
  uint8_t rule;  /* Rule, or RULE_ALL */
  uint8_t level; /* Severity */
} RuleSetting;
typedef VEC(RuleSetting) RuleSettings;

typedef struct {
  Switch infer_return_types, respect_type_ignore_comments;
  ListSetting allowed_unresolved_imports, replace_imports_with_any;
} AnalysisSettings;

typedef struct {
  ListSetting include, exclude;
  RuleSettings rules;
  AnalysisSettings analysis;
} Override;

typedef struct {
  /* [environment] */
  Str python_version, python_platform, python, typeshed; /* ptr NULL: unset */
  ListSetting roots, extra_paths;
  /* [src] */
  ListSetting include, exclude;
  Switch respect_ignore_files;
  RuleSettings rules;
  AnalysisSettings analysis;
  VEC(Override) overrides;
  /* [terminal] */
  Str output_format;
  Switch error_on_warning;
  /* mdtest only */
  ListSetting dependencies;
} Settings;

typedef enum {
  SETTINGS_FILE,  /* taipan.toml, [tool.taipan], -c */
  SETTINGS_MDTEST /* a test's toml block */
} SettingsKind;

/* Reads `table`.  Every unknown key, wrong type and impossible value becomes
 * one line in *errors: "WHERE:LINE: KEY: what is wrong" (without the line when
 * `lines` is false).  line_offset is added to lines.  True: no error. */
typedef struct {
  Arena *arena;
  Str where;
  Str prefix; /* of every key: "tool.taipan." or "" */
  bool lines;
  uint32_t line_offset;
  StrBuf *errors;
} SettingsSource;
bool settings_read(const SettingsSource *source, SettingsKind kind,
                   const TomlValue *table, Settings *out);

/* "KEY=VALUE" of the command line, e.g. rules.all=error.  VALUE is TOML when it
 * looks like it, else a string. */
bool settings_read_pair(const SettingsSource *source, Str pair, Settings *out);

/* Applies in order, `all` before single rules. */
void settings_apply_rules(const RuleSettings *rules, uint8_t *levels);
void settings_apply_analysis(const AnalysisSettings *from, FileOptions *to);

#endif
