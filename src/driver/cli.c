/* cli.c - entry: which command, and what the commands share. */
#include "driver/cli.h"

#include "base/chaos.h"
#include "base/log.h"
#include "base/trace.h"
#include "core/names.h"

#include <errno.h>
#include <limits.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

static const struct {
  const char *name;
  int (*run)(Cli *cli);
} commands[COMMAND_COUNT] = {
#define COMMAND(ident, name, run, usage, about) [COMMAND_##ident] = {name, run},
#include "driver/commands.def"
#undef COMMAND
};

void cli_error(const char *format, ...) {
  char line[2048];
  va_list args;
  va_start(args, format);
  vsnprintf(line, sizeof(line), format, args);
  va_end(args);
  fprintf(stderr, "error: %s\n", line);
}

bool cli_write(Str text) {
  bool ok = text.len == 0 || fwrite(text.ptr, 1, text.len, stdout) == text.len;
  if (fflush(stdout) != 0) ok = false;
  if (!ok) cli_error("cannot write to stdout: %s", strerror(errno));
  return ok;
}

static void on_interrupt(int signal) {
  (void)signal;
  static const char text[] = "\ninterrupted\n";
  ssize_t n = write(STDERR_FILENO, text, sizeof(text) - 1);
  (void)n;
  _exit(EXIT_INTERRUPTED);
}

/* The command named by argv[1].  COMMAND_COUNT: none; exit with *code. */
static Command find_command(int argc, char **argv, int *code) {
  *code = EXIT_USAGE;
  if (argc < 2) {
    cli_help(COMMAND_COUNT, stderr);
    return COMMAND_COUNT;
  }
  const char *name = argv[1];
  for (uint32_t i = 0; i < COMMAND_COUNT; i++)
    if (strcmp(name, commands[i].name) == 0) return (Command)i;
  if (!strcmp(name, "--version") || !strcmp(name, "-V")) return COMMAND_VERSION;
  if (!strcmp(name, "--help") || !strcmp(name, "-h") || !strcmp(name, "help")) {
    cli_help(COMMAND_COUNT, stdout);
    *code = EXIT_CLEAN;
    return COMMAND_COUNT;
  }
  cli_error(name[0] == '-' ? "unknown option %s" : "unknown command `%s`",
            name);
  if (fs_is_file(fs_disk(), str_from(name)) ||
      fs_is_dir(fs_disk(), str_from(name)))
    fprintf(stderr, "did you mean `taipan check %s`?\n", name);
  fputs("`taipan --help` lists the commands\n", stderr);
  return COMMAND_COUNT;
}

static bool open_cli(Cli *cli, Arena *arena) {
  *cli = (Cli){.arena = arena,
               .output_format = STR_EMPTY,
               .stop_after = PHASE_REPORT,
               .dump = DUMP_NONE};
  char cwd[PATH_MAX];
  if (!getcwd(cwd, sizeof(cwd))) {
    cli_error("cannot tell the working directory: %s", strerror(errno));
    return false;
  }
  cli->config.cwd = str_dup(arena, path_normalize(arena, str_from(cwd)));
  cli->config.active = str_from(getenv("VIRTUAL_ENV"));
  return true;
}

static int run_command(Arena *arena, int argc, char **argv) {
  Err err;
  int code;
  if (!args_expand(arena, argc, argv, &argc, &argv, &err)) {
    cli_error("%s", err.text);
    return EXIT_USAGE;
  }
  Command command = find_command(argc, argv, &code);
  if (command == COMMAND_COUNT) return code;
  Cli cli;
  if (!open_cli(&cli, arena)) return EXIT_INTERNAL;
  cli.command = command;
  if (!cli_options(&cli, argc - 1, argv + 1, &code)) return code;
  cli.config.paths = (StrList){cli.paths.v, cli.paths.n};
  cli.config.pairs = (StrList){cli.pairs.v, cli.pairs.n};
  if (cli.verbosity > 0) log_level = cli.verbosity > 1 ? LOG_DEBUG : LOG_INFO;
  if (cli.verbosity < 0) log_level = LOG_ERROR;
  chaos_seed = cli.seed;
  if (cli.trace.ptr) trace_start();
  return commands[command].run(&cli);
}

int cli_main(int argc, char **argv) {
  struct sigaction interrupt = {.sa_handler = on_interrupt};
  sigaction(SIGINT, &interrupt, NULL);
  names_init();
  Arena *arena = arena_create("cli");
  int code = run_command(arena, argc, argv);
  arena_destroy(arena);
  return code;
}

bool cli_open_run(Cli *cli, Config *config, Run *run) {
  StrBuf errors;
  strbuf_init(&errors, cli->arena);
  Fs *fs = fs_disk();
  if (!config_load(fs, &cli->config, cli->arena, config, &errors)) {
    Str rest = strbuf_str(&errors), line;
    while (rest.len && str_split(&rest, '\n', &line))
      if (line.len) cli_error("%" PRIstr, STR_ARG(line));
    return false;
  }
  if (config->file.len)
    log_info("configuration: %" PRIstr, STR_ARG(config->file));
  *run = (Run){.fs = fs,
               .config = config,
               .arena = cli->arena,
               .stop_after = cli->stop_after,
               .memory_limit = cli->memory_limit,
               .time_units = cli->stats,
               .inject_fault = cli->inject_fault};
  run->progress =
      !cli->no_progress && cli->verbosity >= 0 && isatty(STDERR_FILENO);
  return true;
}
