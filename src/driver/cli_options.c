/* cli_options.c - options.def + getopt_long -> Cli. */
#include "driver/cli.h"

#include "report/format.h"

#include <ctype.h>
#include <getopt.h>
#include <stdlib.h>

typedef enum {
#define OPTION(ident, letter, name, arg, commands, help) OPT_##ident,
#include "driver/options.def"
#undef OPTION
  OPT_COUNT
} OptionId;

typedef struct {
  char letter;
  const char *name, *arg, *commands, *help;
} OptionInfo;

static const OptionInfo options[OPT_COUNT] = {
#define OPTION(ident, letter, name, arg, commands, help) \
  [OPT_##ident] = {letter, name, arg, commands, help},
#include "driver/options.def"
#undef OPTION
};

static const struct {
  const char *name, *usage, *about;
} commands[COMMAND_COUNT] = {
#define COMMAND(ident, name, run, usage, about) \
  [COMMAND_##ident] = {name, usage, about},
#include "driver/commands.def"
#undef COMMAND
};

static const char command_letters[COMMAND_COUNT + 1] = "COGMEV";

/* ---- help --------------------------------------------------------------- */

/* Prints text from column `indent` on, in lines of at most 79. */
static void print_wrapped(FILE *file, const char *text, int indent) {
  int column = indent;
  for (const char *word = text; *word;) {
    int n = (int)strcspn(word, " ");
    if (column > indent && column + 1 + n > 79) {
      fprintf(file, "\n%*s", indent, "");
      column = indent;
    }
    if (column > indent) column += fprintf(file, " ");
    column += fprintf(file, "%.*s", n, word);
    word += n + (word[n] == ' ');
  }
  fputc('\n', file);
}

static void help_program(FILE *file) {
  fputs("A type checker for Python.\n\nUsage: taipan COMMAND [OPTIONS] "
        "[ARGUMENTS]\n\nCommands:\n",
        file);
  for (uint32_t i = 0; i < COMMAND_COUNT; i++)
    fprintf(file, "  %-10s %s\n", commands[i].name, commands[i].about);
  fputs("\n`taipan COMMAND --help` lists the options of a command. @FILE reads "
        "arguments\nfrom a file, one a line.\n",
        file);
}

void cli_help(Command command, FILE *file) {
  if (command >= COMMAND_COUNT) {
    help_program(file);
    return;
  }
  fprintf(file, "%s.\n\nUsage: taipan %s [OPTIONS] %s\n\nOptions:\n",
          commands[command].about, commands[command].name,
          commands[command].usage);
  for (uint32_t i = 0; i < OPT_COUNT; i++) {
    const OptionInfo *o = &options[i];
    if (!strchr(o->commands, command_letters[command])) continue;
    char flag[64];
    int n = 0;
    if (o->letter) n = snprintf(flag, sizeof(flag), "-%c", o->letter);
    if (o->name)
      n += snprintf(flag + n, sizeof(flag) - (size_t)n, "%s--%s",
                    n ? ", " : "    ", o->name);
    if (o->arg)
      n += snprintf(flag + n, sizeof(flag) - (size_t)n, " %s", o->arg);
    if (n > 28) fprintf(file, "  %s\n%32s", flag, "");
    else fprintf(file, "  %-28s  ", flag);
    print_wrapped(file, o->help, 32);
  }
  if (command == COMMAND_CHECK)
    fprintf(file,
            "\nFormats: %s.\n\nExit codes: 0 no errors, 1 errors found, 2 "
            "usage or configuration, 4 partial\n(a module crashed or could "
            "not be read), 101 internal failure, 130 interrupted.\n",
            report_format_names());
}

/* ---- values ------------------------------------------------------------- */

static bool bad_value(OptionId id, const char *value, const char *want) {
  const OptionInfo *o = &options[id];
  if (o->name) cli_error("--%s: `%s` is not %s", o->name, value, want);
  else cli_error("-%c: `%s` is not %s", o->letter, value, want);
  return false;
}

static Str absolute(Cli *cli, const char *path) {
  return path_normalize(cli->arena,
                        path_join(cli->arena, cli->config.cwd, str_from(path)));
}

static void append(Cli *cli, ListSetting *list, Str item) {
  Str *items = ARENA_ARRAY(cli->arena, Str, list->list.n + 1);
  if (list->list.n) memcpy(items, list->list.v, list->list.n * sizeof(Str));
  items[list->list.n] = item;
  *list = (ListSetting){true, {items, list->list.n + 1}};
}

static bool set_rule(Cli *cli, OptionId id, const char *name) {
  static const Severity levels[] = {SEVERITY_ERROR, SEVERITY_WARNING,
                                    SEVERITY_IGNORE};
  Str text = str_from(name), piece;
  while (text.ptr && str_split(&text, ',', &piece)) {
    piece = str_trim(piece);
    Rule rule = rule_find(piece);
    if (rule == RULE_COUNT && !str_is(piece, "all"))
      return bad_value(id, name, "a rule");
    vec_push(&cli->config.flags.rules, cli->arena,
             (RuleSetting){(uint8_t)rule, (uint8_t)levels[id - OPT_ERROR]});
  }
  return true;
}

static bool parse_size(const char *text, uint64_t *out) {
  char *end;
  double n = strtod(text, &end);
  if (end == text || n <= 0 || !isdigit((unsigned char)text[0])) return false;
  static const char units[] = "KMGT";
  const char *unit = *end ? strchr(units, toupper((unsigned char)*end)) : NULL;
  for (const char *u = units; unit && u <= unit; u++) n *= 1024;
  if (unit) end++;
  if (unit && (*end == 'i' || *end == 'I')) end++;
  if (*end == 'B' || *end == 'b') end++;
  if (*end || n > 1e18) return false;
  *out = (uint64_t)n;
  return true;
}

static bool set_output(Cli *cli, const char *value) {
  Str text = str_from(value);
  uint32_t colon = str_find_byte(text, ':');
  if (colon == STR_NONE || colon == 0 || colon + 1 == text.len)
    return bad_value(OPT_OUTPUT, value, "FORMAT:FILE");
  OutputFile output = {str_slice(text, 0, colon),
                       str_from_byte(text, colon + 1)};
  if (cli->command == COMMAND_CHECK &&
      report_format_find(output.format) == FORMAT_COUNT) {
    cli_error("-o: the format is not one of %s", report_format_names());
    return false;
  }
  vec_push(&cli->outputs, cli->arena, output);
  return true;
}

static bool set_dump(Cli *cli, const char *value) {
  static const struct {
    const char *name;
    Phase phase;
  } dumps[] = {
      {"", PHASE_REPORT},
#define DUMP(ident, name, phase) {name, phase},
#include "driver/dumps.def"
#undef DUMP
  };
  for (uint32_t i = 1; i < DUMP_COUNT; i++) {
    if (strcmp(value, dumps[i].name) != 0) continue;
    cli->dump = (Dump)i;
    if (cli->stop_after > dumps[i].phase) cli->stop_after = dumps[i].phase;
    return true;
  }
  return bad_value(OPT_DUMP, value, "one of"
#define DUMP(ident, name, phase) " " name
#include "driver/dumps.def"
#undef DUMP
  );
}

static bool set_stop(Cli *cli, const char *value) {
  static const char *const names[] = {
#define PHASE(ident, name) name,
#include "driver/phases.def"
#undef PHASE
  };
  for (uint32_t i = 0; i < PHASE_COUNT; i++) {
    if (strcmp(value, names[i]) != 0) continue;
    cli->stop_after = (Phase)i;
    return true;
  }
  return bad_value(OPT_STOP_AFTER, value, "one of"
#define PHASE(ident, name) " " name
#include "driver/phases.def"
#undef PHASE
  );
}

static bool set_format(Cli *cli, const char *value) {
  static const char *const allowed[COMMAND_COUNT] = {
      [COMMAND_COVERAGE] = "text json", [COMMAND_GRAPH] = "text json dot",
      [COMMAND_MDTEST] = "text json",   [COMMAND_EXPLAIN] = "text json",
      [COMMAND_VERSION] = "text",
  };
  cli->output_format = str_from(value);
  if (cli->command == COMMAND_CHECK) {
    if (report_format_find(cli->output_format) != FORMAT_COUNT) return true;
    cli_error("--output-format: `%s` is not one of %s", value,
              report_format_names());
    return false;
  }
  Str words = str_from(allowed[cli->command]), word;
  while (words.ptr && str_split(&words, ' ', &word))
    if (str_eq(word, cli->output_format)) return true;
  cli_error("--output-format: `%s` is not one of %s", value,
            allowed[cli->command]);
  return false;
}

static bool set_colour(Cli *cli, const char *value) {
  static const char *const names[] = {"auto", "always", "never"};
  for (uint32_t i = 0; i < ARRAY_LEN(names); i++) {
    if (strcmp(value, names[i]) != 0) continue;
    cli->colour = (Colour)i;
    return true;
  }
  return bad_value(OPT_COLOUR, value, "auto, always or never");
}

/* Flags whose value is checked as in a configuration file. */
static bool set_setting(Cli *cli, OptionId id, const char *value) {
  Settings *s = &cli->config.flags;
  PythonVersion version;
  PythonPlatform platform;
  Str text = str_from(value);
  switch (id) {
  case OPT_PYTHON_VERSION:
    s->python_version = text;
    return python_version_parse(text, &version) ||
           bad_value(id, value, "a version from 3.8 to 3.15");
  case OPT_PYTHON_PLATFORM:
    s->python_platform = text;
    return python_platform_parse(text, &platform) ||
           bad_value(id, value, "linux, darwin, win32 or all");
  case OPT_PYTHON: s->python = absolute(cli, value); return true;
  case OPT_TYPESHED: s->typeshed = absolute(cli, value); return true;
  case OPT_EXTRA_SEARCH_PATH:
    append(cli, &s->extra_paths, absolute(cli, value));
    return true;
  case OPT_EXCLUDE: append(cli, &s->exclude, text); return true;
  default: UNREACHABLE();
  }
}

static bool set_option(Cli *cli, OptionId id, const char *value) {
  uint64_t number = 0;
  switch (id) {
  case OPT_PYTHON_VERSION:
  case OPT_PYTHON_PLATFORM:
  case OPT_PYTHON:
  case OPT_TYPESHED:
  case OPT_EXTRA_SEARCH_PATH:
  case OPT_EXCLUDE: return set_setting(cli, id, value);
  case OPT_CONFIG: cli->config.config = str_from(value); return true;
  case OPT_PROJECT: cli->config.project = str_from(value); return true;
  case OPT_PAIR:
    vec_push(&cli->pairs, cli->arena, str_from(value));
    return true;
  case OPT_ERROR:
  case OPT_WARN:
  case OPT_IGNORE: return set_rule(cli, id, value);
  case OPT_OUTPUT_FORMAT: return set_format(cli, value);
  case OPT_OUTPUT: return set_output(cli, value);
  case OPT_EXIT_ZERO: cli->exit_zero = true; return true;
  case OPT_ERROR_ON_WARNING: cli->error_on_warning = true; return true;
  case OPT_ALL: cli->all = true; return true;
  case OPT_FILTER: cli->filter = str_from(value); return true;
  case OPT_JOBS:
    if (!str_to_u64(str_from(value), &number) || number == 0 || number > 1024)
      return bad_value(id, value, "a number of workers");
    cli->jobs = (uint32_t)number;
    return true;
  case OPT_MEMORY_LIMIT:
    return parse_size(value, &cli->memory_limit) ||
           bad_value(id, value, "a size such as 512M or 4G");
  case OPT_COLOUR: return set_colour(cli, value);
  case OPT_NO_PROGRESS: cli->no_progress = true; return true;
  case OPT_STATS: cli->stats = true; return true;
  case OPT_TRACE: cli->trace = str_from(value); return true;
  case OPT_SCHEDULE_SEED:
    return str_to_u64(str_from(value), &cli->seed) ||
           bad_value(id, value, "a number");
  case OPT_DUMP: return set_dump(cli, value);
  case OPT_STOP_AFTER: return set_stop(cli, value);
  case OPT_INJECT_FAULT: cli->inject_fault = str_from(value); return true;
  case OPT_QUIET: cli->verbosity--; return true;
  case OPT_VERBOSE: cli->verbosity++; return true;
  case OPT_HELP:
  case OPT_COUNT: break;
  }
  return true;
}

/* ---- parsing ------------------------------------------------------------ */

enum { LONG_BASE = 256 };

/* Fills the tables of getopt_long from the options of the command. */
static void getopt_tables(Command command, struct option *long_options,
                          char *letters) {
  *letters++ = ':';
  for (uint32_t i = 0; i < OPT_COUNT; i++) {
    const OptionInfo *o = &options[i];
    if (!strchr(o->commands, command_letters[command]) &&
        !(o->commands[0] == '-' && command == COMMAND_CHECK))
      continue;
    if (o->letter) {
      *letters++ = o->letter;
      if (o->arg) *letters++ = ':';
    }
    if (o->name)
      *long_options++ =
          (struct option){o->name, o->arg ? required_argument : no_argument,
                          NULL, (int)(LONG_BASE + i)};
  }
  *letters = 0;
  *long_options = (struct option){0};
}

static OptionId option_of(int c) {
  if (c >= LONG_BASE) return (OptionId)(c - LONG_BASE);
  for (uint32_t i = 0; i < OPT_COUNT; i++)
    if (options[i].letter && options[i].letter == c) return (OptionId)i;
  return OPT_COUNT;
}

static void complain(Command command, int c, char **argv) {
  if (c == ':') cli_error("%s needs a value", argv[optind - 1]);
  else if (optopt && optopt < LONG_BASE)
    cli_error("unknown option -%c", optopt);
  else if (optopt) cli_error("%s takes no value", argv[optind - 1]);
  else cli_error("unknown option %s", argv[optind - 1]);
  fprintf(stderr, "`taipan %s --help` lists the options\n",
          commands[command].name);
}

bool cli_options(Cli *cli, int argc, char **argv, int *code) {
  struct option long_options[OPT_COUNT + 1];
  char letters[OPT_COUNT * 2 + 2];
  getopt_tables(cli->command, long_options, letters);
  opterr = 0;
  optind = 0; /* start afresh (glibc) */
  *code = EXIT_USAGE;
  for (;;) {
    int c = getopt_long(argc, argv, letters, long_options, NULL);
    if (c == -1) break;
    if (c == '?' || c == ':') {
      complain(cli->command, c, argv);
      return false;
    }
    OptionId id = option_of(c);
    if (id == OPT_HELP) {
      cli_help(cli->command, stdout);
      *code = EXIT_CLEAN;
      return false;
    }
    if (!set_option(cli, id, optarg)) return false;
  }
  for (int i = optind; i < argc; i++)
    vec_push(&cli->paths, cli->arena, str_from(argv[i]));
  return true;
}
