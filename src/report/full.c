/* full.c - findings with their source, for people.
 *
 *   error[invalid-assignment]: Object of type ... is not assignable to `int`
 *     --> pkg/a.py:3:10
 *      |
 *    2 | y = 1
 *    3 | x: int = "a"
 *      |          ^^^
 *      |
 *   note: ...
 */
#include "report/format.h"

#include <stdio.h>
#include <utf8proc.h>

typedef struct {
  StrBuf *out;
  bool colour;
} Painter;

static const char *const RESET = "\033[0m";
static const char *const BOLD = "\033[1m";
static const char *const BLUE = "\033[1;34m";

static const char *severity_colour(uint8_t severity) {
  switch ((Severity)severity) {
  case SEVERITY_ERROR: return "\033[1;31m";
  case SEVERITY_WARNING: return "\033[1;33m";
  default: return "\033[1;36m";
  }
}

static void paint(Painter *p, const char *colour, const char *text) {
  if (p->colour) strbuf_puts(p->out, colour);
  strbuf_puts(p->out, text);
  if (p->colour) strbuf_puts(p->out, RESET);
}

static uint32_t digits(uint32_t n) {
  uint32_t d = 1;
  while (n >= 10) n /= 10, d++;
  return d;
}

/* "  12 | " or, for line 0, "     | ". */
static void gutter(Painter *p, uint32_t line, uint32_t width) {
  char text[32];
  if (line) snprintf(text, sizeof(text), "%*u |", (int)width, line);
  else snprintf(text, sizeof(text), "%*s |", (int)width, "");
  paint(p, BLUE, text);
}

/* Columns that a code point takes on a terminal; a tab is shown as four
 * spaces. */
static uint32_t width_of(uint32_t cp) {
  if (cp == '\t') return 4;
  if (cp == UTF8_BAD) return 1;
  int w = utf8proc_charwidth((utf8proc_int32_t)cp);
  return w > 0 ? (uint32_t)w : 0;
}

/* Copies a source line; control characters would disturb the terminal. */
static void put_source(StrBuf *out, Str line) {
  for (uint32_t i = 0; i < line.len;) {
    uint32_t from = i, cp = utf8_next(line, &i);
    if (cp == '\t') strbuf_puts(out, "    ");
    else if (cp == UTF8_BAD || cp < 0x20 || cp == 0x7f)
      strbuf_puts(out, "\xEF\xBF\xBD");
    else strbuf_put(out, str_slice(line, from, i));
  }
}

/* Terminal columns before the 1-based code point column. */
static uint32_t columns_before(Str line, uint32_t column) {
  uint32_t at = 0, width = 0;
  for (uint32_t c = 1; c < column && at < line.len; c++)
    width += width_of(utf8_next(line, &at));
  return width;
}

static Str next_line(Str *rest) {
  uint32_t end = 0;
  while (end < rest->len && rest->ptr[end] != '\n' && rest->ptr[end] != '\r')
    end++;
  Str line = str_slice(*rest, 0, end);
  if (end < rest->len && rest->ptr[end] == '\r') end++;
  if (end < rest->len && rest->ptr[end] == '\n' &&
      (end == line.len || rest->ptr[end - 1] == '\r'))
    end++;
  *rest = str_from_byte(*rest, end);
  return line;
}

static void carets(Painter *p, const Finding *f, Str line, uint32_t number,
                   uint32_t width) {
  const LineRange *at = &f->place;
  uint32_t all = utf8_count(line) + 1;
  uint32_t from = number == at->line ? at->column : 1;
  uint32_t to = number == at->end_line ? at->end_column : all;
  if (number != at->line) /* not under the indentation */
    while (from < to && from <= line.len &&
           (line.ptr[from - 1] == ' ' || line.ptr[from - 1] == '\t'))
      from++;
  uint32_t left = columns_before(line, from);
  uint32_t right = columns_before(line, to);
  gutter(p, 0, width);
  strbuf_putc(p->out, ' ');
  strbuf_fill(p->out, ' ', left);
  if (p->colour) strbuf_puts(p->out, severity_colour(f->severity));
  strbuf_fill(p->out, '^', right > left ? right - left : 1);
  if (p->colour) strbuf_puts(p->out, RESET);
  strbuf_putc(p->out, '\n');
}

/* The source lines, with carets under the first and the last of the place. */
static void frame(Painter *p, const Finding *f, uint32_t width) {
  if (f->excerpt.len == 0) return;
  gutter(p, 0, width);
  strbuf_putc(p->out, '\n');
  Str rest = f->excerpt;
  bool cut = false;
  for (uint32_t number = f->excerpt_line; rest.len; number++) {
    Str line = next_line(&rest);
    bool inside = number > f->place.line && number < f->place.end_line;
    if (inside && number > f->place.line + 2 &&
        number + 2 < f->place.end_line) {
      if (!cut) paint(p, BLUE, "...\n");
      cut = true;
      continue;
    }
    gutter(p, number, width);
    if (line.len) strbuf_putc(p->out, ' ');
    put_source(p->out, line);
    strbuf_putc(p->out, '\n');
    /* The end is exclusive: column 1 is none of that line. */
    bool ends = number == f->place.end_line && f->place.end_column > 1;
    if (number == f->place.line || ends) carets(p, f, line, number, width);
  }
  gutter(p, 0, width);
  strbuf_putc(p->out, '\n');
}

static void put_finding(Painter *p, const Finding *f) {
  StrBuf *out = p->out;
  char head[128];
  snprintf(head, sizeof(head), "%s[%s]", severity_name((Severity)f->severity),
           rule_info[f->rule].name);
  paint(p, severity_colour(f->severity), head);
  strbuf_puts(out, ": ");
  if (p->colour) strbuf_puts(out, BOLD);
  strbuf_put(out, f->message);
  if (p->colour) strbuf_puts(out, RESET);
  uint32_t width = digits(f->place.end_line + 2) + 1;
  strbuf_putc(out, '\n');
  strbuf_fill(out, ' ', width);
  paint(p, BLUE, "-->");
  strbuf_printf(out, " %" PRIstr ":%u:%u\n", STR_ARG(f->path), f->place.line,
                f->place.column);
  frame(p, f, width);
  for (uint32_t i = 0; i < f->note_count; i++) {
    const FindingNote *note = &f->notes[i];
    paint(p, "\033[1;32m", "note");
    strbuf_puts(out, ": ");
    strbuf_put(out, note->text);
    strbuf_putc(out, '\n');
    if (note->has_place) {
      strbuf_fill(out, ' ', width);
      paint(p, BLUE, "-->");
      strbuf_printf(out, " %" PRIstr ":%u:%u\n", STR_ARG(note->path),
                    note->place.line, note->place.column);
    }
  }
  strbuf_putc(out, '\n');
}

void report_full_finding(const Finding *finding, bool colour, StrBuf *out) {
  Painter p = {out, colour};
  put_finding(&p, finding);
}

void report_full(const FindingList *list, const ReportSink *sink) {
  Arena *scratch = arena_create("report");
  StrBuf text;
  strbuf_init(&text, scratch);
  for (uint32_t i = 0; i < list->n; i++) {
    strbuf_clear(&text);
    report_full_finding(&list->v[i], sink->colour, &text);
    report_put(sink, strbuf_str(&text));
  }
  if (!sink->quiet) {
    strbuf_clear(&text);
    report_summary_line(&list->summary, &text);
    report_put(sink, strbuf_str(&text));
  }
  arena_destroy(scratch);
}
