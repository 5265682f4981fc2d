/* report.c - the table of formats and what they share. */
#include "report/format.h"

static const struct {
  const char *name;
  ReportWriter write;
} formats[FORMAT_COUNT] = {
#define FORMAT(ident, name, writer) [FORMAT_##ident] = {name, writer},
#include "report/formats.def"
#undef FORMAT
};

Format report_format_find(Str name) {
  for (uint32_t i = 0; i < FORMAT_COUNT; i++)
    if (str_is(name, formats[i].name)) return (Format)i;
  return FORMAT_COUNT;
}

const char *report_format_names(void) {
  return "concise, full, json, sarif, github, gitlab, junit";
}

void report_write(Format format, const FindingList *list,
                  const ReportSink *sink) {
  ASSERT(format < FORMAT_COUNT);
  formats[format].write(list, sink);
  fflush(sink->file);
}

static void count(StrBuf *out, uint64_t n, const char *noun, bool *any) {
  if (n == 0) return;
  if (*any) strbuf_puts(out, ", ");
  strbuf_u64(out, n);
  strbuf_printf(out, " %s%s", noun, n == 1 ? "" : "s");
  *any = true;
}

void report_summary_line(const Summary *summary, StrBuf *out) {
  bool any = false;
  count(out, summary->errors, "error", &any);
  count(out, summary->warnings, "warning", &any);
  if (!any) strbuf_puts(out, "All checks passed");
  strbuf_puts(out, any ? " in " : ": ");
  strbuf_u64(out, summary->files);
  strbuf_printf(out, " file%s\n", summary->files == 1 ? "" : "s");
}
