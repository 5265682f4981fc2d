/* gitlab.c - GitLab's Code Quality report: one JSON array. */
#include "report/fingerprint.h"
#include "report/format.h"
#include "report/json_util.h"

static cJSON *position(uint32_t line, uint32_t column) {
  cJSON *o = cJSON_CreateObject();
  json_number(o, "line", line);
  json_number(o, "column", column);
  return o;
}

static cJSON *issue(const Finding *f, const char *fingerprint) {
  static const char *const severities[] = {"info", "info", "minor", "major"};
  cJSON *o = cJSON_CreateObject();
  cJSON_AddStringToObject(o, "check_name", rule_info[f->rule].name);
  json_string(o, "description", f->message);
  cJSON_AddStringToObject(o, "severity", severities[f->severity]);
  cJSON_AddStringToObject(o, "fingerprint", fingerprint);
  cJSON *location = cJSON_AddObjectToObject(o, "location");
  json_string(location, "path", f->path);
  cJSON *positions = cJSON_AddObjectToObject(location, "positions");
  const LineRange *at = &f->place;
  cJSON_AddItemToObject(positions, "begin", position(at->line, at->column));
  cJSON_AddItemToObject(positions, "end",
                        position(at->end_line, at->end_column));
  return o;
}

void report_gitlab(const FindingList *list, const ReportSink *sink) {
  Arena *scratch = arena_create("report");
  Fingerprints prints;
  fingerprints_init(&prints, scratch);
  fputc('[', sink->file);
  for (uint32_t i = 0; i < list->n; i++) {
    char print[33];
    fingerprint_next(&prints, &list->v[i], print);
    fputs(i ? ",\n " : "\n ", sink->file);
    json_print(sink->file, issue(&list->v[i], print));
  }
  fputs(list->n ? "\n]\n" : "]\n", sink->file);
  arena_destroy(scratch);
}
