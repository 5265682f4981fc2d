/* explain_command.c - `taipan explain` and `taipan version`. */
#include "driver/cli.h"

#include "report/explain.h"

int command_explain(Cli *cli) {
  bool json = str_is(cli->output_format, "json");
  if (cli->all) {
    if (cli->paths.n) {
      cli_error("--all takes no rule");
      return EXIT_USAGE;
    }
    explain_all(stdout, json);
  } else {
    if (cli->paths.n == 0) {
      cli_error("which rule? `taipan explain --all` shows all of them");
      return EXIT_USAGE;
    }
    for (uint32_t i = 0; i < cli->paths.n; i++) {
      Rule rule = rule_find(cli->paths.v[i]);
      if (rule == RULE_COUNT) {
        cli_error("unknown rule `%" PRIstr "`", STR_ARG(cli->paths.v[i]));
        return EXIT_USAGE;
      }
    }
    for (uint32_t i = 0; i < cli->paths.n; i++)
      explain_rule(rule_find(cli->paths.v[i]), stdout, json);
  }
  return cli_write(STR_EMPTY) ? EXIT_CLEAN : EXIT_USAGE;
}

int command_version(Cli *cli) {
  (void)cli;
  puts("taipan " TAIPAN_VERSION);
  return cli_write(STR_EMPTY) ? EXIT_CLEAN : EXIT_USAGE;
}
