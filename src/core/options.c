#include "core/options.h"

void file_options_default(FileOptions *out) {
  *out = (FileOptions){.infer_return_types = true,
                       .respect_type_ignore_comments = true};
  for (uint32_t i = 0; i < RULE_COUNT; i++)
    out->levels[i] = (uint8_t)rule_info[i].level;
}

void options_default(Options *out) {
  *out = (Options){.python_version = PYTHON_VERSION_DEFAULT,
                   .platform = PLATFORM_LINUX,
                   .project = STR("/"),
                   .typeshed = STR_EMPTY};
  file_options_default(&out->base);
}

bool python_version_parse(Str text, PythonVersion *out) {
  uint32_t dot = str_find_byte(text, '.');
  uint64_t major, minor;
  if (dot == STR_NONE || !str_to_u64(str_slice(text, 0, dot), &major) ||
      !str_to_u64(str_from_byte(text, dot + 1), &minor))
    return false;
  if (major != 3 || minor < PYTHON_VERSION_MIN.minor ||
      minor > PYTHON_VERSION_MAX.minor)
    return false;
  *out = (PythonVersion){(uint8_t)major, (uint8_t)minor};
  return true;
}

static const char *const platform_names[] = {"linux", "darwin", "win32", "all"};

bool python_platform_parse(Str text, PythonPlatform *out) {
  for (uint32_t i = 0; i < ARRAY_LEN(platform_names); i++) {
    if (!str_is(text, platform_names[i])) continue;
    *out = (PythonPlatform)i;
    return true;
  }
  return false;
}

const char *python_platform_name(PythonPlatform platform) {
  return platform_names[platform];
}

bool severity_parse(Str text, Severity *out) {
  static const struct {
    const char *name;
    Severity level;
  } words[] = {{"ignore", SEVERITY_IGNORE},
               {"warn", SEVERITY_WARNING},
               {"error", SEVERITY_ERROR}};
  for (uint32_t i = 0; i < ARRAY_LEN(words); i++) {
    if (!str_is(text, words[i].name)) continue;
    *out = words[i].level;
    return true;
  }
  return false;
}

void levels_set_all(uint8_t levels[RULE_COUNT], Severity level) {
  for (uint32_t i = 0; i < RULE_COUNT; i++)
    if (i != RULE_REVEALED_TYPE && i != RULE_INVALID_SYNTAX &&
        i != RULE_IO_ERROR && i != RULE_INTERNAL_ERROR)
      levels[i] = (uint8_t)level;
}
