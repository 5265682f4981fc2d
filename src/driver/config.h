/* config.h - from command line and files to what a run needs.
 *
 * Layer: driver.  Memory: the run arena.  Threads: serial, frozen afterwards.
 */
#ifndef DRIVER_CONFIG_H
#define DRIVER_CONFIG_H

#include "base/fs.h"
#include "driver/glob.h"
#include "driver/settings.h"

/* What the command line says about configuration.  Str with ptr NULL: not
 * given. */
typedef struct {
  Str cwd;        /* absolute */
  Str project;    /* --project */
  Str config;     /* --config */
  Str active;     /* VIRTUAL_ENV, or "" */
  StrList pairs;  /* -c KEY=VALUE */
  StrList paths;  /* PATH arguments, as given */
  Settings flags; /* the other flags, as settings; paths are absolute */
} ConfigRequest;

typedef struct {
  GlobList include, exclude;
  bool has_include;
  const Override *from;
} ConfigOverride;

typedef struct {
  Str file; /* printed path of the configuration file, or "" */
  Options options;
  StrList start;    /* what is checked without PATHs */
  bool has_include; /* [src] include is given */
  GlobList include;
  GlobList exclude; /* defaults, then configuration, then --exclude */
  bool respect_ignore_files;
  ConfigOverride *overrides;
  uint32_t override_count;
  RuleSettings cli_rules; /* win over overrides */
  AnalysisSettings cli_analysis;
  Str output_format; /* "" when not configured */
  bool error_on_warning;
  Arena *arena;
  VEC(FileOptions *) variants; /* see config_file_options */
  VEC(uint64_t) variant_keys;
} Config;

/* Finds and reads the configuration, and resolves it.  False: *errors holds one
 * line each, without a prefix. */
bool config_load(Fs *fs, const ConfigRequest *request, Arena *run, Config *out,
                 StrBuf *errors);

/* Options of the file at `path` (absolute): [rules] and [analysis], then every
 * override that matches, then the command line's. */
const FileOptions *config_file_options(Config *config, Str path);

/* path relative to dir, with `..` where it must; both absolute. */
Str config_display_path(Arena *arena, Str path, Str dir);

/* requires.c: the lower bound of a `requires-python` specifier, such as
 * ">=3.9,<4"; false when it has none. */
bool requires_lower_bound(Str specifier, PythonVersion *out);

#endif
