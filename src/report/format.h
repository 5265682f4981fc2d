/* format.h - the output formats, and how one is written.
 *
 * Layer: report.  Memory: scratch arenas of their own.  Threads: serial.
 *
 * A format is a function of the findings alone: no clock, no absolute path, no
 * thread.  One file a format, one row in formats.def.
 */
#ifndef REPORT_FORMAT_H
#define REPORT_FORMAT_H

#include "report/finding.h"
#include <stdio.h>

typedef enum {
#define FORMAT(ident, name, writer) FORMAT_##ident,
#include "report/formats.def"
#undef FORMAT
  FORMAT_COUNT
} Format;

typedef struct {
  FILE *file;
  bool colour;
  bool quiet; /* no summary line */
} ReportSink;

typedef void (*ReportWriter)(const FindingList *list, const ReportSink *sink);

/* The format of that name, or FORMAT_COUNT. */
Format report_format_find(Str name);
/* "concise, full, json, ..." */
const char *report_format_names(void);
/* Writes the whole report.  The caller looks at ferror(). */
void report_write(Format format, const FindingList *list,
                  const ReportSink *sink);

#define FORMAT(ident, name, writer) \
  void writer(const FindingList *list, const ReportSink *sink);
#include "report/formats.def"
#undef FORMAT

/* One finding as `full` shows it, with a blank line behind it. */
void report_full_finding(const Finding *finding, bool colour, StrBuf *out);
/* "2 errors, 1 warning in 12 files": fills out; the text formats share it. */
void report_summary_line(const Summary *summary, StrBuf *out);
static inline void report_put(const ReportSink *sink, Str text) {
  if (text.len) fwrite(text.ptr, 1, text.len, sink->file);
}

#endif
