#include "report/explain.h"

#include "base/sort.h"
#include "report/json_util.h"

static const struct {
  const char *text;
  const char *wrong, *right; /* an example that is reported, one that is not */
} explanations[RULE_COUNT] = {
#define EXPLAIN(ident, text, wrong, right) [RULE_##ident] = {text, wrong, right},
#include "report/explain_text.def"
#undef EXPLAIN
};

#define SPEC_URL "https://typing.python.org/en/latest/spec/"

/* Lines of an example, indented, under a title; nothing for an empty one. */
static void print_example(const char *title, const char *example, FILE *file) {
  if (!example[0]) return;
  fprintf(file, "\n%s:\n\n", title);
  Str rest = str_from(example), line;
  while (rest.ptr && str_split(&rest, '\n', &line))
    if (line.len || rest.ptr)
      fprintf(file, line.len ? "    %" PRIstr "\n" : "%" PRIstr "\n",
              STR_ARG(line));
}

static void print_text(Rule rule, FILE *file) {
  const RuleInfo *info = &rule_info[rule];
  fprintf(file, "%s (default: %s)\n\n", info->name, severity_name(info->level));
  if (!explanations[rule].text) {
    fprintf(file, "Reports when %s.\nThis version does not report it yet.\n",
            info->meaning);
  } else {
    fputs(explanations[rule].text, file);
    fputc('\n', file);
    print_example("Reported", explanations[rule].wrong, file);
    print_example("Not reported", explanations[rule].right, file);
  }
  if (info->spec[0]) fprintf(file, "\nSee " SPEC_URL "%s\n", info->spec);
}

static cJSON *rule_object(Rule rule) {
  const RuleInfo *info = &rule_info[rule];
  cJSON *o = cJSON_CreateObject();
  cJSON_AddStringToObject(o, "rule", info->name);
  cJSON_AddStringToObject(o, "default", severity_name(info->level));
  cJSON_AddStringToObject(o, "summary", info->meaning);
  cJSON_AddBoolToObject(o, "reported", explanations[rule].text != NULL);
  if (info->spec[0]) {
    Arena *scratch = arena_create("explain");
    Str url = str_printf(scratch, SPEC_URL "%s", info->spec);
    json_string(o, "spec", url);
    arena_destroy(scratch);
  } else {
    cJSON_AddNullToObject(o, "spec");
  }
  if (explanations[rule].text) {
    cJSON_AddStringToObject(o, "explanation", explanations[rule].text);
    cJSON_AddStringToObject(o, "example", explanations[rule].wrong);
    cJSON_AddStringToObject(o, "correct_example", explanations[rule].right);
  }
  return o;
}

void explain_rule(Rule rule, FILE *file, bool json) {
  if (!json) {
    print_text(rule, file);
    return;
  }
  json_print(file, rule_object(rule));
  fputc('\n', file);
}

static int cmp_rule(const void *a, const void *b, void *ctx) {
  (void)ctx;
  return strcmp(rule_info[*(const uint8_t *)a].name,
                rule_info[*(const uint8_t *)b].name);
}

void explain_all(FILE *file, bool json) {
  uint8_t order[RULE_COUNT];
  for (uint32_t i = 0; i < RULE_COUNT; i++) order[i] = (uint8_t)i;
  sort_stable(order, RULE_COUNT, 1, cmp_rule, NULL);
  if (json)
    fprintf(file, "{\"version\": \"%s\",\n \"rules\": [", TAIPAN_VERSION);
  for (uint32_t i = 0; i < RULE_COUNT; i++) {
    if (json) {
      fputs(i ? ",\n  " : "\n  ", file);
      json_print(file, rule_object((Rule)order[i]));
    } else {
      if (i) fputs("\n----\n\n", file);
      print_text((Rule)order[i], file);
    }
  }
  if (json) fputs("\n ]}\n", file);
}
