/* options.h - what a run was asked to do: the result of configuration.
 *
 * Layer: core.  Memory: run.  Threads: frozen before the first worker starts.
 */
#ifndef CORE_OPTIONS_H
#define CORE_OPTIONS_H

#include "base/str.h"
#include "core/diag.h"

typedef struct {
  uint8_t major, minor;
} PythonVersion;
#define PYTHON_VERSION_MIN ((PythonVersion){3, 8})
#define PYTHON_VERSION_MAX ((PythonVersion){3, 15})
#define PYTHON_VERSION_DEFAULT ((PythonVersion){3, 14})

static inline bool python_at_least(PythonVersion v, int major, int minor) {
  return v.major > major || (v.major == major && v.minor >= minor);
}

typedef enum {
  PLATFORM_LINUX,
  PLATFORM_DARWIN,
  PLATFORM_WIN32,
  PLATFORM_ALL
} PythonPlatform;

/* A list of strings. */
typedef struct {
  const Str *v;
  uint32_t n;
} StrList;

/* What may differ from file to file ([[overrides]]). */
typedef struct {
  uint8_t levels[RULE_COUNT]; /* Severity by Rule */
  bool infer_return_types;
  bool respect_type_ignore_comments;
  StrList allowed_unresolved_imports; /* globs over dotted names */
  StrList replace_imports_with_any;
} FileOptions;

/* What holds for the whole run and changes the analysis. */
typedef struct {
  PythonVersion python_version;
  PythonPlatform platform;
  Str project;           /* absolute path of the project directory */
  StrList roots;         /* absolute; first-party import roots, in order */
  StrList extra_paths;   /* absolute, searched before the roots */
  StrList site_packages; /* absolute, in order */
  Str typeshed;          /* absolute directory, or "" for the embedded one */
  FileOptions base;
} Options;

/* Fills *out with what holds when nothing is configured. */
void file_options_default(FileOptions *out);
void options_default(Options *out);

/* "3.12" -> {3, 12}; false when it is none, or outside MIN..MAX. */
bool python_version_parse(Str text, PythonVersion *out);
/* "linux", "darwin", "win32", "all". */
bool python_platform_parse(Str text, PythonPlatform *out);
const char *python_platform_name(PythonPlatform platform);
/* "ignore", "warn", "error", as configuration spells levels. */
bool severity_parse(Str text, Severity *out);
/* `all = level`: every rule but revealed-type, whose answers were asked for,
 * and what says that a file was not checked at all. */
void levels_set_all(uint8_t levels[RULE_COUNT], Severity level);

#endif
