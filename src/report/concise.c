/* concise.c - `path:line:col: error[rule] message`, one line a finding. */
#include "report/format.h"

void report_concise(const FindingList *list, const ReportSink *sink) {
  Arena *scratch = arena_create("report");
  StrBuf line;
  strbuf_init(&line, scratch);
  for (uint32_t i = 0; i < list->n; i++) {
    const Finding *f = &list->v[i];
    strbuf_clear(&line);
    strbuf_put(&line, f->path);
    strbuf_printf(&line, ":%u:%u: ", f->place.line, f->place.column);
    strbuf_puts(&line, severity_name((Severity)f->severity));
    strbuf_printf(&line, "[%s] ", rule_info[f->rule].name);
    strbuf_put(&line, f->message);
    strbuf_putc(&line, '\n');
    report_put(sink, strbuf_str(&line));
  }
  if (!sink->quiet) {
    strbuf_clear(&line);
    report_summary_line(&list->summary, &line);
    report_put(sink, strbuf_str(&line));
  }
  arena_destroy(scratch);
}
