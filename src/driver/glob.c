/* glob.c - .gitignore patterns: the common ones by comparing bytes, the rest
 * through PCRE2's own conversion of globs.
 *
 * Real ignore files are mostly plain names (`build`), suffixes (`*.pyc`) and
 * anchored plain paths (`/docs/api`); these never reach the regex engine.
 */
#include "driver/glob.h"

#include "base/vec.h"

#ifndef PCRE2_CODE_UNIT_WIDTH
#define PCRE2_CODE_UNIT_WIDTH 8
#endif
#include <pcre2.h>

typedef enum { GLOB_NAME, GLOB_SUFFIX, GLOB_PATH, GLOB_REGEX } GlobForm;

struct Glob {
  uint8_t form; /* GlobForm */
  bool negated, dir_only, anchored;
  Str text; /* NAME, PATH: whole; SUFFIX: behind the star */
  pcre2_code *code;
  pcre2_match_data *match;
};

typedef VEC(Glob) GlobVec;

/* ---- PCRE2 in an arena -------------------------------------------------- */

static void *pcre_alloc(size_t size, void *arena) {
  return arena_alloc(arena, size, 16);
}
static void pcre_release(void *p, void *arena) { (void)p, (void)arena; }

static bool compile_regex(Glob *glob, Str pattern, Arena *arena) {
  pcre2_general_context *general =
      pcre2_general_context_create(pcre_alloc, pcre_release, arena);
  pcre2_convert_context *convert = pcre2_convert_context_create(general);
  pcre2_set_glob_separator(convert, '/');
  pcre2_set_glob_escape(convert, '\\');
  PCRE2_UCHAR *regex = NULL;
  PCRE2_SIZE length = 0;
  if (pcre2_pattern_convert((PCRE2_SPTR)pattern.ptr, pattern.len,
                            PCRE2_CONVERT_GLOB, &regex, &length, convert) != 0)
    return false;
  int code;
  PCRE2_SIZE at;
  pcre2_compile_context *context = pcre2_compile_context_create(general);
  glob->code = pcre2_compile(regex, length,
                             PCRE2_UTF | PCRE2_MATCH_INVALID_UTF | PCRE2_DOTALL,
                             &code, &at, context);
  if (!glob->code) return false;
  glob->match = pcre2_match_data_create(1, general);
  return true;
}

/* ---- compiling ---------------------------------------------------------- */

static bool has_meta(Str s) {
  for (uint32_t i = 0; i < s.len; i++)
    if (memchr("*?[\\", s.ptr[i], 4)) return true;
  return false;
}

/* One pattern.  False: it is empty or not valid. */
static bool compile_one(Str pattern, bool anchor, Arena *arena, Glob *out) {
  *out = (Glob){0};
  if (pattern.len && pattern.ptr[0] == '!') {
    out->negated = true;
    pattern = str_from_byte(pattern, 1);
  }
  while (pattern.len && pattern.ptr[pattern.len - 1] == '/') {
    out->dir_only = true;
    pattern = str_slice(pattern, 0, pattern.len - 1);
  }
  if (str_starts(pattern, STR("./"))) {
    anchor = true;
    pattern = str_from_byte(pattern, 2);
  }
  out->anchored = anchor || str_find_byte(pattern, '/') != STR_NONE;
  if (pattern.len && pattern.ptr[0] == '/') pattern = str_from_byte(pattern, 1);
  if (pattern.len == 0) return false;
  /* `**`/x is x at any depth. */
  Str deep = str_from_byte(pattern, 3);
  if (str_starts(pattern, STR("**/")) && deep.len &&
      str_find_byte(deep, '/') == STR_NONE) {
    out->anchored = false;
    pattern = deep;
  }
  out->text = str_dup(arena, pattern);
  if (!has_meta(pattern)) {
    out->form = out->anchored ? GLOB_PATH : GLOB_NAME;
    return true;
  }
  if (!out->anchored && pattern.ptr[0] == '*' && pattern.len > 1 &&
      !has_meta(str_from_byte(pattern, 1))) {
    out->form = GLOB_SUFFIX;
    out->text = str_from_byte(out->text, 1);
    return true;
  }
  out->form = GLOB_REGEX;
  return compile_regex(out, pattern, arena);
}

bool glob_compile(StrList patterns, bool anchor_all, Arena *arena,
                  GlobList *out, Err *err) {
  GlobVec globs = {0};
  for (uint32_t i = 0; i < patterns.n; i++) {
    Glob glob;
    if (!compile_one(patterns.v[i], anchor_all, arena, &glob))
      return err_set(err, "`%" PRIstr "` is not a valid pattern",
                     STR_ARG(patterns.v[i]));
    vec_push(&globs, arena, glob);
  }
  *out = (GlobList){globs.v, globs.n};
  return true;
}

GlobList glob_compile_lines(Str text, Arena *arena) {
  GlobVec globs = {0};
  Str rest = text, line;
  if (rest.len == 0) return (GlobList){NULL, 0};
  while (str_split(&rest, '\n', &line)) {
    if (line.len && line.ptr[line.len - 1] == '\r')
      line = str_slice(line, 0, line.len - 1);
    /* Spaces at the end count only behind a backslash. */
    while (line.len && line.ptr[line.len - 1] == ' ' &&
           !(line.len > 1 && line.ptr[line.len - 2] == '\\'))
      line = str_slice(line, 0, line.len - 1);
    if (line.len == 0 || line.ptr[0] == '#') continue;
    Glob glob;
    if (compile_one(line, false, arena, &glob)) vec_push(&globs, arena, glob);
  }
  return (GlobList){globs.v, globs.n};
}

/* ---- matching ----------------------------------------------------------- */

static bool matches(const Glob *glob, Str path, Str name, bool is_dir) {
  if (glob->dir_only && !is_dir) return false;
  Str subject = glob->anchored ? path : name;
  switch ((GlobForm)glob->form) {
  case GLOB_NAME:
  case GLOB_PATH: return str_eq(subject, glob->text);
  case GLOB_SUFFIX: return str_ends(subject, glob->text);
  case GLOB_REGEX:
    return pcre2_match(glob->code, (PCRE2_SPTR)subject.ptr, subject.len, 0, 0,
                       glob->match, NULL) >= 0;
  }
  return false;
}

GlobAnswer glob_match(GlobList list, Str path, bool is_dir) {
  Str name = path_base(path);
  for (uint32_t i = list.n; i-- > 0;)
    if (matches(&list.v[i], path, name, is_dir))
      return list.v[i].negated ? GLOB_NEGATED : GLOB_MATCH;
  return GLOB_NO_MATCH;
}

bool glob_match_tree(GlobList list, Str path, bool is_dir) {
  if (list.n == 0) return false;
  for (uint32_t i = 0; i < path.len; i++)
    if (path.ptr[i] == '/' &&
        glob_match(list, str_slice(path, 0, i), true) == GLOB_MATCH)
      return true;
  return glob_match(list, path, is_dir) == GLOB_MATCH;
}
