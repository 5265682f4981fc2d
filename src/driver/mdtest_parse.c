/* mdtest_parse.c - Markdown, by lines, -> tests.
 *
 * Not CommonMark: a heading, a path, a fence and an HTML comment are what
 * starts in column 0 in the right place; all other text is prose.
 */
#include "driver/mdtest.h"

typedef struct Section {
  struct Section *parent;
  uint32_t level, line;
  Str title;
  const TomlValue *config; /* inherited or its own */
  uint32_t config_line;
  bool has_config;
  uint32_t test; /* index + 1 in the suite; 0: no file yet */
  const char *skip;
} Section;

typedef struct {
  Str text;
  uint32_t at, line; /* offset and number of the line that comes next */
  Arena *arena;
  MdSuite *suite;
  StrBuf *errors;
  bool ok;
  Section *section;
  bool after_blank;
  Str path; /* named for the next block, or ptr NULL */
} MdParser;

static void complain(MdParser *p, uint32_t line, const char *format, ...)
    PRINTF_LIKE(3, 4);
static void complain(MdParser *p, uint32_t line, const char *format, ...) {
  strbuf_printf(p->errors, "%" PRIstr ":%u: ", STR_ARG(p->suite->display),
                line);
  va_list args;
  va_start(args, format);
  strbuf_vprintf(p->errors, format, args);
  va_end(args);
  strbuf_putc(p->errors, '\n');
  p->ok = false;
}

/* ---- lines -------------------------------------------------------------- */

static bool next_line(MdParser *p, Str *line) {
  if (p->at >= p->text.len) return false;
  Str rest = str_from_byte(p->text, p->at);
  uint32_t end = str_find_byte(rest, '\n');
  p->at += end == STR_NONE ? rest.len : end + 1;
  *line = str_slice(rest, 0, end == STR_NONE ? rest.len : end);
  if (line->len && line->ptr[line->len - 1] == '\r')
    *line = str_slice(*line, 0, line->len - 1);
  p->line++;
  return true;
}

static bool is_blank(Str line) { return str_trim(line).len == 0; }

/* ---- sections and tests ------------------------------------------------- */

static void open_section(MdParser *p, uint32_t level, Str title) {
  while (p->section->parent && p->section->level >= level)
    p->section = p->section->parent;
  Section *made = ARENA_NEW(p->arena, Section);
  *made = (Section){.parent = p->section,
                    .level = level,
                    .line = p->line,
                    .title = title,
                    .config = p->section->config,
                    .config_line = p->section->config_line};
  p->section = made;
}

static void put_name(StrBuf *out, const Section *section) {
  if (section->parent) {
    put_name(out, section->parent);
    if (out->len) strbuf_puts(out, " - ");
    strbuf_put(out, section->title);
  }
}

/* The test of the open section, made with its first file. */
static MdTest *open_test(MdParser *p) {
  Section *s = p->section;
  if (s->test == 0) {
    StrBuf name;
    strbuf_init(&name, p->arena);
    put_name(&name, s);
    if (name.len == 0) strbuf_put(&name, path_base(p->suite->display));
    vec_push(&p->suite->tests, p->arena,
             (MdTest){.name = strbuf_str(&name), .line = s->line});
    s->test = p->suite->tests.n;
  }
  return &p->suite->tests.v[s->test - 1];
}

/* Configuration of the section, once it is complete. */
static void close_test(MdParser *p, Section *s) {
  if (s->test == 0) return;
  MdTest *test = &p->suite->tests.v[s->test - 1];
  test->skip = s->skip;
  if (!s->config) return;
  SettingsSource source = {.arena = p->arena,
                           .where = p->suite->display,
                           .lines = true,
                           .line_offset = s->config_line,
                           .errors = p->errors};
  p->ok &= settings_read(&source, SETTINGS_MDTEST, s->config, &test->settings);
  if (test->settings.dependencies.list.n && !test->skip)
    test->skip = "needs packages to be installed";
}

/* ---- headings, paths, comments ------------------------------------------ */

static bool read_heading(MdParser *p, Str line) {
  uint32_t level = 0;
  while (level < line.len && line.ptr[level] == '#') level++;
  Str title = str_trim(str_from_byte(line, level));
  if (level == 0 || title.len == 0 || line.ptr[level] != ' ') return false;
  if (p->path.ptr) p->path = (Str){0};
  open_section(p, level, title);
  return true;
}

static bool read_path(MdParser *p, Str line) {
  if (!p->after_blank || line.len < 3 || line.ptr[0] != '`' ||
      line.ptr[1] == '`')
    return false;
  uint32_t end = str_find(line, STR("`:"), 1);
  if (end == STR_NONE ||
      str_find_byte(str_slice(line, 1, end), '`') != STR_NONE)
    return false;
  p->path = str_slice(line, 1, end);
  return true;
}

/* An HTML comment in column 0; it may span lines. */
static bool read_comment(MdParser *p, Str line) {
  if (!str_starts(line, STR("<!--"))) return false;
  uint32_t from = p->line;
  StrBuf text;
  strbuf_init(&text, p->arena);
  strbuf_put(&text, str_from_byte(line, 4));
  while (str_find(strbuf_str(&text), STR("-->"), 0) == STR_NONE) {
    if (!next_line(p, &line)) {
      complain(p, from, "unterminated comment");
      return true;
    }
    strbuf_putc(&text, '\n');
    strbuf_put(&text, line);
  }
  Str body = strbuf_str(&text);
  body = str_trim(str_slice(body, 0, str_find(body, STR("-->"), 0)));
  /* snapshot-diagnostics asks a runner to keep all renderings in files beside the
   * Markdown; `snapshot` blocks are what this one compares. */
  static const char *const known[] = {"snapshot-diagnostics",
                                      "pull-types:skip",
                                      "fmt:on",
                                      "fmt:off",
                                      "fmt: on",
                                      "fmt: off"};
  for (uint32_t i = 0; i < ARRAY_LEN(known); i++)
    if (str_is(body, known[i])) return true;
  if (str_is(body, "expect-panic") || str_starts(body, STR("expect-panic:")))
    p->section->skip = "expects a crash";
  else complain(p, from, "unknown directive `%" PRIstr "`", STR_ARG(body));
  return true;
}

/* ---- code blocks -------------------------------------------------------- */

static const char *snippet_name(Str lang) {
  if (str_is(lang, "py") || str_is(lang, "python")) return "mdtest_snippet.py";
  return str_is(lang, "pyi") ? "mdtest_snippet.pyi" : NULL;
}

static uint32_t count_lines(Str text) {
  uint32_t n = 1;
  for (uint32_t i = 0; i < text.len; i++) n += text.ptr[i] == '\n';
  return n;
}

static void add_unnamed(MdParser *p, MdTest *test, Str name, Str code,
                        uint32_t first) {
  for (uint32_t i = 0; i < test->files.n; i++) {
    MdFile *file = &test->files.v[i];
    if (!str_eq(file->path, name)) continue;
    if (!file->unnamed || test->files.n > 1) {
      complain(p, first - 1,
               "unnamed blocks are only joined in a section "
               "without other files");
      return;
    }
    vec_push(&file->segments, p->arena,
             (MdSegment){count_lines(file->text) + 1, first});
    file->text = str_printf(p->arena, "%" PRIstr "\n%" PRIstr,
                            STR_ARG(file->text), STR_ARG(code));
    test->last = i + 1;
    return;
  }
  MdFile file = {.path = name, .text = code, .unnamed = true};
  vec_push(&file.segments, p->arena, (MdSegment){1, first});
  vec_push(&test->files, p->arena, file);
  test->last = test->files.n;
}

static void add_named(MdParser *p, MdTest *test, Str path, Str code,
                      uint32_t first) {
  for (uint32_t i = 0; i < test->files.n; i++) {
    const MdFile *file = &test->files.v[i];
    if (str_eq(file->path, path)) {
      complain(p, first - 1, "`%" PRIstr "` is given twice", STR_ARG(path));
      return;
    }
    if (file->unnamed && file->segments.n > 1) {
      complain(p, first - 1,
               "unnamed blocks are only joined in a section "
               "without other files");
      return;
    }
  }
  MdFile file = {.path = path, .text = code};
  vec_push(&file.segments, p->arena, (MdSegment){1, first});
  vec_push(&test->files, p->arena, file);
  test->last = test->files.n;
}

static void add_config(MdParser *p, Str code, uint32_t first) {
  Section *s = p->section;
  if (s->has_config) {
    complain(p, first - 1, "a second configuration block in this section");
    return;
  }
  TomlValue *root;
  Err err;
  if (!toml_parse(code, p->arena, &root, &err)) {
    complain(p, first - 1, "%s (of the block)", err.text);
    return;
  }
  s->has_config = true;
  s->config = root;
  s->config_line = first - 1;
}

/* A `snapshot` block speaks of the code block before it, in the same section. */
static void add_snapshot(MdParser *p, Str code, uint32_t first) {
  Section *s = p->section;
  MdTest *test = s->test ? &p->suite->tests.v[s->test - 1] : NULL;
  if (!test || !test->last) {
    complain(p, first - 1, "a snapshot must follow a code block");
    return;
  }
  MdFile *file = &test->files.v[test->last - 1];
  uint32_t segment = file->segments.n - 1;
  if (file->snapshots.n && vec_last(&file->snapshots).segment == segment) {
    complain(p, first - 1, "a second snapshot of the same code block");
    return;
  }
  vec_push(&file->snapshots, p->arena, (MdSnapshot){segment, first, code});
}

/* The block whose fence is `line`. */
static void read_block(MdParser *p, Str line) {
  uint32_t fence = p->line;
  Str path = p->path;
  p->path = (Str){0};
  Str info = str_from_byte(line, 3);
  uint32_t end = 0;
  while (end < info.len && info.ptr[end] != ' ' && info.ptr[end] != '\t') end++;
  Str lang = str_slice(info, 0, end);
  bool ignored = str_find(str_from_byte(info, end),
                          STR("data-mdtest=\"ignore\""), 0) != STR_NONE;
  Str rest = str_from_byte(p->text, p->at);
  uint32_t close = str_find(rest, STR("```"), 0);
  if (close == STR_NONE) {
    complain(p, fence, "unterminated code block");
    p->at = p->text.len;
    return;
  }
  Str code = str_slice(rest, 0, close);
  p->at += close;
  p->line += count_lines(code) - 1;
  next_line(p, &line); /* what stands behind the fence's end */
  if (code.len && code.ptr[code.len - 1] == '\n')
    code = str_slice(code, 0, code.len - 1);
  if (ignored || str_is(lang, "ignore") || str_is(lang, "pycon")) return;
  if (str_is(lang, "snapshot")) {
    add_snapshot(p, code, fence + 1);
    return;
  }
  const char *snippet = snippet_name(lang);
  if (path.ptr) add_named(p, open_test(p), path, code, fence + 1);
  else if (str_is(lang, "toml")) add_config(p, code, fence + 1);
  else if (snippet)
    add_unnamed(p, open_test(p), str_from(snippet), code, fence + 1);
  else
    complain(p, fence, "a code block of language `%" PRIstr "` needs a path",
             STR_ARG(lang));
}

/* ---- the whole ---------------------------------------------------------- */

static void read_line(MdParser *p, Str line) {
  if (str_starts(line, STR("```"))) {
    if (!p->after_blank && !p->path.ptr)
      complain(p, p->line, "a code block must follow a blank line");
    read_block(p, line);
  } else if (is_blank(line)) {
    p->after_blank = true;
    return;
  } else if (line.ptr[0] == '#' && read_heading(p, line)) {
    p->path = (Str){0};
  } else if (line.ptr[0] == '`' && read_path(p, line)) {
    /* keeps the path */
  } else if (line.ptr[0] == '<' && read_comment(p, line)) {
    /* keeps the path */
  } else {
    p->path = (Str){0};
  }
  p->after_blank = false;
}

bool mdtest_parse(Str text, Str display, Arena *arena, MdSuite *out,
                  StrBuf *errors) {
  *out = (MdSuite){.display = display};
  Section *root = ARENA_NEW(arena, Section);
  root->line = 1;
  MdParser p = {.text = text,
                .arena = arena,
                .suite = out,
                .errors = errors,
                .ok = true,
                .section = root,
                .after_blank = true};
  VEC(Section *) sections = {0};
  vec_push(&sections, arena, root);
  Str line;
  while (next_line(&p, &line)) {
    Section *before = p.section;
    read_line(&p, line);
    if (p.section != before) vec_push(&sections, arena, p.section);
  }
  for (uint32_t i = 0; i < sections.n; i++) close_test(&p, sections.v[i]);
  return p.ok;
}

uint32_t mdtest_line(const MdFile *file, uint32_t line) {
  uint32_t at = 1;
  for (uint32_t i = 0; i < file->segments.n; i++) {
    const MdSegment *s = &file->segments.v[i];
    if (s->line <= line) at = s->at + (line - s->line);
  }
  return at;
}
