/* github.c - workflow commands, which GitHub shows as annotations. */
#include "report/format.h"

/* Escapes the data of a command; `property` also `,` and `:`. */
static void escape(StrBuf *out, Str text, bool property) {
  for (uint32_t i = 0; i < text.len; i++) {
    char c = text.ptr[i];
    if (c == '%' || c == '\r' || c == '\n' ||
        (property && (c == ',' || c == ':')))
      strbuf_printf(out, "%%%02X", (unsigned)(uint8_t)c);
    else strbuf_putc(out, c);
  }
}

void report_github(const FindingList *list, const ReportSink *sink) {
  static const char *const commands[] = {"debug", "notice", "warning", "error"};
  Arena *scratch = arena_create("report");
  StrBuf line;
  strbuf_init(&line, scratch);
  for (uint32_t i = 0; i < list->n; i++) {
    const Finding *f = &list->v[i];
    const LineRange *at = &f->place;
    strbuf_clear(&line);
    strbuf_printf(&line, "::%s title=taipan (%s),file=", commands[f->severity],
                  rule_info[f->rule].name);
    escape(&line, f->path, true);
    strbuf_printf(&line, ",line=%u,endLine=%u", at->line, at->end_line);
    /* GitHub takes columns only for places on one line. */
    if (at->line == at->end_line)
      strbuf_printf(&line, ",col=%u,endColumn=%u", at->column, at->end_column);
    strbuf_puts(&line, "::");
    escape(&line, f->path, false);
    strbuf_printf(&line, ":%u:%u: %s[%s] ", at->line, at->column,
                  severity_name((Severity)f->severity),
                  rule_info[f->rule].name);
    escape(&line, f->message, false);
    strbuf_putc(&line, '\n');
    report_put(sink, strbuf_str(&line));
  }
  arena_destroy(scratch);
}
