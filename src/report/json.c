/* json.c - one JSON object, shaped as the command line's contract says.
 *
 * cJSON builds and prints one diagnostic at a time, so that a million findings
 * need no more memory than one.
 */
#include "report/format.h"
#include "report/json_util.h"

static void add_place(cJSON *object, const LineRange *place) {
  json_number(object, "line", place->line);
  json_number(object, "column", place->column);
  json_number(object, "end_line", place->end_line);
  json_number(object, "end_column", place->end_column);
}

static cJSON *finding_object(const Finding *f) {
  cJSON *object = cJSON_CreateObject();
  json_string(object, "path", f->path);
  add_place(object, &f->place);
  cJSON_AddStringToObject(object, "severity",
                          severity_name((Severity)f->severity));
  cJSON_AddStringToObject(object, "rule", rule_info[f->rule].name);
  json_string(object, "message", f->message);
  cJSON *notes = cJSON_AddArrayToObject(object, "notes");
  for (uint32_t i = 0; i < f->note_count; i++) {
    const FindingNote *note = &f->notes[i];
    cJSON *item = cJSON_CreateObject();
    json_string(item, "message", note->text);
    if (note->has_place) {
      json_string(item, "path", note->path);
      add_place(item, &note->place);
    }
    cJSON_AddItemToArray(notes, item);
  }
  return object;
}

void report_json(const FindingList *list, const ReportSink *sink) {
  const Summary *s = &list->summary;
  fprintf(sink->file, "{\"version\": \"%s\",\n \"diagnostics\": [",
          TAIPAN_VERSION);
  for (uint32_t i = 0; i < list->n; i++) {
    fputs(i ? ",\n  " : "\n  ", sink->file);
    json_print(sink->file, finding_object(&list->v[i]));
  }
  fputs(list->n ? "\n ],\n \"summary\": " : "],\n \"summary\": ", sink->file);
  cJSON *summary = cJSON_CreateObject();
  json_number(summary, "files", s->files);
  json_number(summary, "lines", s->lines);
  json_number(summary, "errors", s->errors);
  json_number(summary, "warnings", s->warnings);
  json_number(summary, "information", s->information);
  json_print(sink->file, summary);
  fputs("}\n", sink->file);
}
