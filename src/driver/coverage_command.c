/* coverage_command.c - typing coverage, as far as it goes yet: expressions.
 *
 * Slots, lines, public completeness, ignores and causes (see the design of
 * coverage) are not counted yet, and nothing is printed for them.
 */
#include "driver/cli.h"

#include "core/names.h"
#include "report/json_util.h"

static double percent(const ExpressionCounts *c) {
  uint64_t all = c->known + c->partial + c->any + c->unknown;
  return all ? 100.0 * (double)c->known / (double)all : 100.0;
}

static void print_row(const char *name, const ExpressionCounts *c) {
  printf("%7.2f%% %10llu %10llu %10llu %10llu %10llu  %s\n", percent(c),
         (unsigned long long)c->known, (unsigned long long)c->partial,
         (unsigned long long)c->any, (unsigned long long)c->unknown,
         (unsigned long long)c->unreached, name);
}

static void print_text(const Run *run) {
  printf("%8s %10s %10s %10s %10s %10s  %s\n", "known", "known", "partial",
         "any", "unknown", "unreached", "module");
  for (uint32_t i = 0; i < run->result_count; i++) {
    const ModuleResult *r = &run->results[i];
    print_row(str_cstr(run->arena, r->file->display), &r->counts);
  }
  print_row("total", &run->counts);
  puts("only expressions are counted yet: no slots, lines, symbols or causes");
}

static cJSON *counts_object(const ExpressionCounts *c) {
  cJSON *o = cJSON_CreateObject();
  json_number(o, "known", c->known);
  json_number(o, "partial", c->partial);
  json_number(o, "any", c->any);
  json_number(o, "unknown", c->unknown);
  json_number(o, "unreached", c->unreached);
  return o;
}

static void print_json(const Run *run) {
  printf("{\"version\": \"%s\",\n \"totals\": {\"expressions\": ",
         TAIPAN_VERSION);
  json_print(stdout, counts_object(&run->counts));
  fputs("},\n \"modules\": [", stdout);
  bool first = true;
  for (uint32_t i = 0; i < run->result_count; i++) {
    const ModuleResult *r = &run->results[i];
    if (r->id.v == 0) continue;
    cJSON *module = cJSON_CreateObject();
    json_string(module, "name",
                name_text(modules_at(run->modules, r->id)->name));
    json_string(module, "path", r->file->display);
    cJSON_AddItemToObject(module, "expressions", counts_object(&r->counts));
    fputs(first ? "\n  " : ",\n  ", stdout);
    json_print(stdout, module);
    first = false;
  }
  fputs("\n ]}\n", stdout);
}

int command_coverage(Cli *cli) {
  Config config;
  Run run;
  if (!cli_open_run(cli, &config, &run)) return EXIT_USAGE;
  cli_run_pipeline(cli, &config, &run);
  if (str_is(cli->output_format, "json")) print_json(&run);
  else print_text(&run);
  int code = run.unreadable_named            ? EXIT_USAGE
             : run.crashed || run.unreadable ? EXIT_PARTIAL
                                             : EXIT_CLEAN;
  bool ok = cli_write(STR_EMPTY);
  ok &= cli_finish_run(cli, &run);
  return ok ? code : EXIT_USAGE;
}
