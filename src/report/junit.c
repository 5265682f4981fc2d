/* junit.c - JUnit XML: a suite a file, a case a finding; errors and warnings
 * fail.  No times, so that equal runs give equal bytes. */
#include "report/format.h"

static void escape(StrBuf *out, Str text) {
  for (uint32_t i = 0; i < text.len;) {
    uint32_t from = i, cp = utf8_next(text, &i);
    switch (cp) {
    case '&': strbuf_puts(out, "&amp;"); break;
    case '<': strbuf_puts(out, "&lt;"); break;
    case '>': strbuf_puts(out, "&gt;"); break;
    case '"': strbuf_puts(out, "&quot;"); break;
    default:
      if (cp == UTF8_BAD || (cp < 0x20 && cp != '\t' && cp != '\n'))
        strbuf_puts(out, "\xEF\xBF\xBD"); /* not allowed in XML at all */
      else strbuf_put(out, str_slice(text, from, i));
    }
  }
}

static bool fails(const Finding *f) { return f->severity >= SEVERITY_WARNING; }

static void put_case(StrBuf *out, const Finding *f) {
  const char *rule = rule_info[f->rule].name;
  strbuf_printf(out, "    <testcase name=\"%s %u:%u\" classname=\"", rule,
                f->place.line, f->place.column);
  escape(out, f->path);
  strbuf_printf(out, "\" line=\"%u\">\n", f->place.line);
  strbuf_puts(out, fails(f) ? "      <failure type=\"" : "      <system-out>");
  if (fails(f)) {
    strbuf_puts(out, severity_name((Severity)f->severity));
    strbuf_puts(out, "\" message=\"");
    escape(out, f->message);
    strbuf_puts(out, "\">");
  }
  escape(out, f->path);
  strbuf_printf(out, ":%u:%u: ", f->place.line, f->place.column);
  escape(out, f->message);
  strbuf_puts(out, fails(f) ? "</failure>\n" : "</system-out>\n");
  strbuf_puts(out, "    </testcase>\n");
}

static uint32_t suite_end(const FindingList *list, uint32_t from,
                          uint32_t *failures) {
  uint32_t to = from;
  *failures = 0;
  for (; to < list->n && str_eq(list->v[to].path, list->v[from].path); to++)
    *failures += fails(&list->v[to]);
  return to;
}

void report_junit(const FindingList *list, const ReportSink *sink) {
  Arena *scratch = arena_create("report");
  StrBuf out;
  strbuf_init(&out, scratch);
  const Summary *s = &list->summary;
  /* A clean run is one passing case, as CI systems dislike empty reports. */
  strbuf_printf(
      &out,
      "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites "
      "name=\"taipan\" tests=\"%u\" failures=\"%llu\" errors=\"0\">\n",
      list->n ? list->n : 1, (unsigned long long)(s->errors + s->warnings));
  if (list->n == 0)
    strbuf_puts(&out, "  <testsuite name=\"taipan\" tests=\"1\" failures=\"0\" "
                      "errors=\"0\">\n    <testcase name=\"no findings\" "
                      "classname=\"taipan\"/>\n  </testsuite>\n");
  for (uint32_t i = 0; i < list->n;) {
    uint32_t failures, end = suite_end(list, i, &failures);
    strbuf_puts(&out, "  <testsuite name=\"");
    escape(&out, list->v[i].path);
    strbuf_printf(&out, "\" tests=\"%u\" failures=\"%u\" errors=\"0\">\n",
                  end - i, failures);
    for (; i < end; i++) {
      put_case(&out, &list->v[i]);
      report_put(sink, strbuf_str(&out));
      strbuf_clear(&out);
    }
    strbuf_puts(&out, "  </testsuite>\n");
  }
  strbuf_puts(&out, "</testsuites>\n");
  report_put(sink, strbuf_str(&out));
  arena_destroy(scratch);
}
