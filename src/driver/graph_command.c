/* graph_command.c - `taipan graph`: modules, cycles, waves, cuts. */
#include "driver/cli.h"

int command_graph(Cli *cli) {
  Config config;
  Run run;
  cli->stop_after = PHASE_GRAPH;
  if (!cli_open_run(cli, &config, &run)) return EXIT_USAGE;
  cli_run_pipeline(cli, &config, &run);
  GraphFormat format = GRAPH_TEXT;
  if (str_is(cli->output_format, "json")) format = GRAPH_JSON;
  if (str_is(cli->output_format, "dot")) format = GRAPH_DOT;
  Arena *scratch = arena_create("graph");
  StrBuf out;
  strbuf_init(&out, scratch);
  graph_dump(&run.graph, format, cli->verbosity > 0, scratch, &out);
  bool ok = cli_write(strbuf_str(&out));
  arena_destroy(scratch);
  int code = run.unreadable_named            ? EXIT_USAGE
             : run.crashed || run.unreadable ? EXIT_PARTIAL
                                             : EXIT_CLEAN;
  ok &= cli_finish_run(cli, &run);
  return ok ? code : EXIT_USAGE;
}
