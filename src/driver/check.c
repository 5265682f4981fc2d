/* check.c - the check command: pipeline, outputs, exit code. */
#include "driver/cli.h"

#include "base/trace.h"
#include "driver/dump.h"
#include "report/format.h"

#include <errno.h>
#include <stdlib.h>
#include <unistd.h>

static bool use_colour(const Cli *cli) {
  if (cli->colour != COLOUR_AUTO) return cli->colour == COLOUR_ALWAYS;
  const char *term = getenv("TERM"), *no = getenv("NO_COLOR");
  return isatty(STDOUT_FILENO) && !(no && *no) &&
         !(term && !strcmp(term, "dumb"));
}

static Format main_format(const Cli *cli, const Config *config) {
  if (cli->output_format.len) return report_format_find(cli->output_format);
  if (config->output_format.len)
    return report_format_find(config->output_format);
  return isatty(STDOUT_FILENO) ? FORMAT_FULL : FORMAT_CONCISE;
}

static bool needs_excerpt(const Cli *cli, Format format) {
  if (format == FORMAT_FULL) return true;
  for (uint32_t i = 0; i < cli->outputs.n; i++) {
    Format f = report_format_find(cli->outputs.v[i].format);
    if (f != FORMAT_CONCISE && f != FORMAT_JSON) return true;
  }
  return format != FORMAT_CONCISE && format != FORMAT_JSON;
}

/* Writes every -o file.  False: one could not be written. */
static bool write_files(const Cli *cli, const FindingList *findings) {
  bool ok = true;
  for (uint32_t i = 0; i < cli->outputs.n; i++) {
    const OutputFile *o = &cli->outputs.v[i];
    const char *path = str_cstr(cli->arena, o->file);
    FILE *file = fopen(path, "wb");
    bool written = file != NULL;
    if (file) {
      ReportSink sink = {.file = file};
      report_write(report_format_find(o->format), findings, &sink);
      written = !ferror(file);
      if (fclose(file) != 0) written = false;
    }
    if (!written) cli_error("cannot write %s: %s", path, strerror(errno));
    ok &= written;
  }
  return ok;
}

static bool write_stdout(const Cli *cli, Format format,
                         const FindingList *findings) {
  ReportSink sink = {
      .file = stdout, .colour = use_colour(cli), .quiet = cli->verbosity < 0};
  report_write(format, findings, &sink);
  if (!ferror(stdout)) return true;
  cli_error("cannot write to stdout: %s", strerror(errno));
  return false;
}

static int exit_code(const Cli *cli, const Config *config, const Run *run) {
  const Summary *s = &run->findings.summary;
  if (run->unreadable_named) return EXIT_USAGE;
  if (run->crashed || run->unreadable) return EXIT_PARTIAL;
  if (cli->exit_zero) return EXIT_CLEAN;
  bool strict = cli->error_on_warning || config->error_on_warning;
  return s->errors || (strict && s->warnings) ? EXIT_FINDINGS : EXIT_CLEAN;
}

bool cli_run_pipeline(Cli *cli, Config *config, Run *run) {
  stats_begin(&run->stats, "discover");
  run->files =
      discover(run->fs, config, cli->config.cwd, cli->config.paths, cli->arena);
  stats_end(&run->stats, run->files.n, 0);
  if (run->files.n == 0) fputs("warning: no Python files found\n", stderr);
  PoolConfig pool = {.workers = cli->jobs, .seed = cli->seed};
  run->pool = pool_create(&pool);
  run->stats.workers = pool_workers(run->pool);
  pipeline_run(run);
  progress_clear(run);
  return true;
}

static void trace_name(void *ctx, const char *span, uint32_t arg, char *out,
                       size_t size) {
  Run *run = ctx;
  (void)span;
  out[0] = 0;
  if (arg == TRACE_NO_ARG || arg == 0) return;
  Str path = modules_at(run->modules, (ModuleId){arg})->display;
  snprintf(out, size, "%" PRIstr, STR_ARG(path));
}

/* --stats and --trace. */
bool cli_finish_run(Cli *cli, Run *run) {
  Err err;
  bool ok = true;
  if (cli->stats) {
    run_stats(run);
    stats_print(&run->stats, stderr);
  }
  if (cli->trace.ptr &&
      !trace_write(str_cstr(cli->arena, cli->trace), trace_name, run, &err)) {
    cli_error("%s", err.text);
    ok = false;
  }
  pipeline_close(run);
  pool_destroy(run->pool);
  trace_free();
  return ok;
}

int command_check(Cli *cli) {
  Config config;
  Run run;
  if (!cli_open_run(cli, &config, &run)) return EXIT_USAGE;
  Format format = main_format(cli, &config);
  run.want_excerpt = needs_excerpt(cli, format);
  cli_run_pipeline(cli, &config, &run);
  bool ok = true;
  if (cli->dump != DUMP_NONE) {
    ok = dump_write(&run, cli->dump);
  } else {
    ok = write_stdout(cli, format, &run.findings);
    ok &= write_files(cli, &run.findings);
  }
  int code = exit_code(cli, &config, &run);
  ok &= cli_finish_run(cli, &run);
  return ok ? code : EXIT_USAGE;
}
