/* sarif.c - SARIF 2.1.0 (OASIS), as code scanning services read it. */
#include "report/fingerprint.h"
#include "report/format.h"
#include "report/json_util.h"

#define SPEC_URL "https://typing.python.org/en/latest/spec/"

static const char *const sarif_levels[] = {"none", "note", "warning", "error"};

/* A relative URI reference: what is not unreserved or '/' is escaped. */
static cJSON *uri(Str path) {
  static const char plain[] = "-._~/";
  Arena *scratch = arena_create("uri");
  StrBuf out;
  strbuf_init(&out, scratch);
  for (uint32_t i = 0; i < path.len; i++) {
    char c = path.ptr[i];
    if ((c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') ||
        (c >= 'A' && c <= 'Z') || char_is_in(c, plain))
      strbuf_putc(&out, c);
    else strbuf_printf(&out, "%%%02X", (unsigned)(uint8_t)c);
  }
  cJSON *value = json_make_string(strbuf_str(&out));
  arena_destroy(scratch);
  return value;
}

static cJSON *text_object(Str text) {
  cJSON *o = cJSON_CreateObject();
  json_string(o, "text", text);
  return o;
}

static cJSON *location(Str path, const LineRange *at) {
  cJSON *o = cJSON_CreateObject();
  cJSON *physical = cJSON_AddObjectToObject(o, "physicalLocation");
  cJSON *artifact = cJSON_AddObjectToObject(physical, "artifactLocation");
  cJSON_AddItemToObject(artifact, "uri", uri(path));
  cJSON *region = cJSON_AddObjectToObject(physical, "region");
  json_number(region, "startLine", at->line);
  json_number(region, "startColumn", at->column);
  json_number(region, "endLine", at->end_line);
  json_number(region, "endColumn", at->end_column);
  return o;
}

static cJSON *rule_object(Rule rule) {
  const RuleInfo *info = &rule_info[rule];
  cJSON *o = cJSON_CreateObject();
  cJSON_AddStringToObject(o, "id", info->name);
  cJSON_AddItemToObject(o, "shortDescription",
                        text_object(str_from(info->meaning)));
  if (info->spec[0]) {
    char url[256];
    snprintf(url, sizeof(url), SPEC_URL "%s", info->spec);
    cJSON_AddStringToObject(o, "helpUri", url);
  }
  cJSON *configuration = cJSON_AddObjectToObject(o, "defaultConfiguration");
  cJSON_AddStringToObject(configuration, "level", sarif_levels[info->level]);
  return o;
}

static cJSON *result(const Finding *f, uint32_t rule_index,
                     const char *fingerprint) {
  cJSON *o = cJSON_CreateObject();
  cJSON_AddStringToObject(o, "ruleId", rule_info[f->rule].name);
  json_number(o, "ruleIndex", rule_index);
  cJSON_AddStringToObject(o, "level", sarif_levels[f->severity]);
  cJSON_AddItemToObject(o, "message", text_object(f->message));
  cJSON *locations = cJSON_AddArrayToObject(o, "locations");
  cJSON_AddItemToArray(locations, location(f->path, &f->place));
  cJSON *related = NULL;
  for (uint32_t i = 0; i < f->note_count; i++) {
    const FindingNote *note = &f->notes[i];
    const LineRange *at = note->has_place ? &note->place : &f->place;
    if (!related) related = cJSON_AddArrayToObject(o, "relatedLocations");
    cJSON *item = location(note->path, at);
    cJSON_AddItemToObject(item, "message", text_object(note->text));
    cJSON_AddItemToArray(related, item);
  }
  cJSON *prints = cJSON_AddObjectToObject(o, "partialFingerprints");
  cJSON_AddStringToObject(prints, "taipan/v1", fingerprint);
  return o;
}

void report_sarif(const FindingList *list, const ReportSink *sink) {
  Arena *scratch = arena_create("report");
  Fingerprints prints;
  fingerprints_init(&prints, scratch);
  uint32_t index[RULE_COUNT] = {0};
  for (uint32_t i = 0; i < list->n; i++) index[list->v[i].rule] = 1;
  fprintf(sink->file,
          "{\"$schema\": \"https://json.schemastore.org/sarif-2.1.0.json\",\n"
          " \"version\": \"2.1.0\",\n \"runs\": [{\"tool\": {\"driver\": "
          "{\"name\": \"taipan\", \"version\": \"%s\", \"rules\": [",
          TAIPAN_VERSION);
  uint32_t rules = 0;
  for (uint32_t r = 0; r < RULE_COUNT; r++) {
    if (!index[r]) continue;
    index[r] = rules++;
    fputs(index[r] ? ",\n  " : "\n  ", sink->file);
    json_print(sink->file, rule_object((Rule)r));
  }
  fputs("]}},\n  \"columnKind\": \"unicodeCodePoints\",\n  \"results\": [",
        sink->file);
  for (uint32_t i = 0; i < list->n; i++) {
    const Finding *f = &list->v[i];
    char print[33];
    fingerprint_next(&prints, f, print);
    fputs(i ? ",\n  " : "\n  ", sink->file);
    json_print(sink->file, result(f, index[f->rule], print));
  }
  fputs("]}]}\n", sink->file);
  arena_destroy(scratch);
}
