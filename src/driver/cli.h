/* cli.h - the command line, parsed.
 *
 * Layer: driver.  Memory: the arena of the process.  Threads: serial.
 */
#ifndef DRIVER_CLI_H
#define DRIVER_CLI_H

#include "driver/config.h"
#include "driver/run.h"

typedef enum {
#define COMMAND(ident, name, run, usage, about) COMMAND_##ident,
#include "driver/commands.def"
#undef COMMAND
  COMMAND_COUNT
} Command;

typedef struct {
  Str format;
  Str file;
} OutputFile;

typedef enum { COLOUR_AUTO, COLOUR_ALWAYS, COLOUR_NEVER } Colour;

typedef struct {
  Arena *arena;
  Command command;
  VEC(Str) paths; /* arguments that are no options */
  VEC(Str) pairs; /* -c */
  ConfigRequest config;
  Str output_format; /* "" when not given */
  VEC(OutputFile) outputs;
  bool exit_zero, error_on_warning, no_progress, stats, all;
  Colour colour;
  int verbosity; /* -q: -1, -v: +1 each */
  uint32_t jobs;
  uint64_t memory_limit, seed;
  Str trace, filter, inject_fault;
  Phase stop_after;
  Dump dump;
  uint32_t causes;
} Cli;

enum {
  EXIT_CLEAN = 0,
  EXIT_FINDINGS = 1,
  EXIT_USAGE = 2,
  EXIT_PARTIAL = 4,
  EXIT_INTERNAL = 101,
  EXIT_INTERRUPTED = 130
};

/* Parses and runs a command line; returns the exit code. */
int cli_main(int argc, char **argv);

/* args.c: replaces each @FILE by the lines of FILE.  False: *err says why. */
bool args_expand(Arena *arena, int argc, char **argv, int *out_argc,
                 char ***out_argv, Err *err);

/* options.c: fills *cli from the arguments behind the command.  False: a
 * message was printed, exit with *code (0 for --help, 2 for mistakes). */
bool cli_options(Cli *cli, int argc, char **argv, int *code);
/* Prints the help of a command, or of the program for COMMAND_COUNT. */
void cli_help(Command command, FILE *file);
/* "error: ..." on stderr, one line. */
void cli_error(const char *format, ...) PRINTF_LIKE(1, 2);

/* Prepares a run from a parsed command line: configuration, files, pool.
 * False: errors were printed, exit with 2. */
bool cli_open_run(Cli *cli, Config *config, Run *run);
/* Discovers the files and runs the pipeline. */
bool cli_run_pipeline(Cli *cli, Config *config, Run *run);
/* Prints --stats, writes --trace, and releases the run.  False: the trace could
 * not be written (said on stderr). */
bool cli_finish_run(Cli *cli, Run *run);
/* Writes the text to stdout.  False: it could not be written. */
bool cli_write(Str text);

/* The commands; each returns the exit code. */
#define COMMAND(ident, name, run, usage, about) int run(Cli *cli);
#include "driver/commands.def"
#undef COMMAND

#endif
