/* wave_run.c - which unit runs when.
 *
 * Parsing and indexing are flat.  Behind the graph, interfaces are ordered by
 * the condensation of the imports, bodies come behind the interfaces that they
 * can name, and nothing waits for anything else.  The DAG, for a component c
 * of the import graph:
 *
 *   end(d) for each d that c needs -> begin(c) -> interface parts of all its
 *   modules -> end(c) -> body parts of all its modules
 *
 * begin and end do nothing; they keep the number of edges linear.  An interface
 * that is given up (infer_interface) comes again with the bodies.  Who ends the
 * last of a module's body parts, and of those that come again, makes its findings.
 * Results go to a slot a unit, so their order is that of the source, whoever
 * ran what.
 */
#include "base/trace.h"
#include "driver/import_cycles.h"
#include "driver/units.h"
#include "types/type.h"

/* ---- parse -------------------------------------------------------------- */

static void parse_item(void *ctx, uint32_t item) {
  Run *run = ctx;
  ModuleResult *result = &run->results[item];
  if (result->id.v == 0) return;
  PartResult out;
  Unit unit = {
      .run = run, .result = result, .kind = UNIT_PARSE, .out = &out};
  unit_run(&unit);
  const Worker *worker = worker_self();
  result->node = worker ? (uint8_t)worker->node : 0;
}

void run_parse(Run *run) {
  run->all_units = run->result_count;
  pool_parallel_for(run->pool, run->result_count, parse_item, run);
  stats_end(&run->stats, run->result_count, 0);
}

void run_graph(Run *run) {
  graph_build(run->modules, run->arena, &run->graph);
  import_cycles_find(run);
  stats_end(&run->stats, run->graph.n, 0);
}

/* ---- the plan ----------------------------------------------------------- */

typedef struct {
  uint32_t node; /* of the graph; UINT32_MAX: begin or end */
  uint32_t part; /* interface parts first */
} PlanUnit;

typedef struct {
  Run *run;
  ModuleResult **by_node; /* [graph.n] */
  uint32_t *first_unit;   /* of each graph node */
  PlanUnit *units;
  uint32_t unit_count;
} Plan;

typedef struct {
  Run *run;
  ModuleResult *result;
} Counting;

static void count_body(void *arg) {
  Counting *c = arg;
  c->result->interface_parts =
      infer_interface_parts(c->run->infer, c->result->id);
  c->result->body_parts = 
      infer_body_parts(run_infer_worker(c->run), c->result->id);
}

/* The counts are functions of the source.  A fault in here comes again, and is
 * reported, in the units that are planned all the same. */
static void count_parts(void *ctx, uint32_t node) {
  Plan *plan = ctx;
  ModuleResult *result = plan->by_node[node];
  Counting counting = {plan->run, result};
  FaultInfo info;
  if (!fault_run(count_body, &counting, &info))
    result->interface_parts = result->body_parts = 1;
  atomic_u32_store_relaxed(&result->pending, result->body_parts);
  result->parts = ARENA_ARRAY(run_worker(plan->run)->keep, PartResult,
                              result->interface_parts + result->body_parts);
}

static uint32_t begin_of(uint32_t component) { return 2 * component; }
static uint32_t end_of(uint32_t component) { return 2 * component + 1; }

/* Numbers the units: begin and end of every component, then the modules'. */
static void number_units(Plan *plan, Arena *arena) {
  const Graph *g = &plan->run->graph;
  uint32_t n = 2 * g->sccs.count;
  plan->first_unit = ARENA_ARRAY(arena, uint32_t, g->n + 1);
  for (uint32_t i = 0; i < g->n; i++) {
    plan->first_unit[i] = n;
    n += plan->by_node[i]->interface_parts + plan->by_node[i]->body_parts;
  }
  plan->first_unit[g->n] = n;
  plan->unit_count = n;
  plan->units = ARENA_ARRAY(arena, PlanUnit, n);
  for (uint32_t u = 0; u < 2 * g->sccs.count; u++)
    plan->units[u].node = UINT32_MAX;
  for (uint32_t i = 0; i < g->n; i++)
    for (uint32_t u = plan->first_unit[i]; u < plan->first_unit[i + 1]; u++)
      plan->units[u] = (PlanUnit){i, u - plan->first_unit[i]};
}

/* Successors of unit u, into out when it is not NULL; returns how many. */
static uint32_t successors(const Plan *plan, uint32_t u, uint32_t *out) {
  const Graph *g = &plan->run->graph;
  uint32_t n = 0, components = g->sccs.count;
#define PUT(unit) (out ? (void)(out[n] = (unit)) : (void)0, n++)
  if (u >= 2 * components) {
    const PlanUnit *unit = &plan->units[u];
    if (unit->part < plan->by_node[unit->node]->interface_parts)
      PUT(end_of(g->sccs.of[unit->node]));
    return n;
  }
  uint32_t c = u / 2;
  bool is_begin = u == begin_of(c);
  for (uint32_t i = g->sccs.first[c]; i < g->sccs.first[c + 1]; i++) {
    uint32_t node = g->sccs.members[i];
    uint32_t split =
        plan->first_unit[node] + plan->by_node[node]->interface_parts;
    uint32_t from = is_begin ? plan->first_unit[node] : split;
    uint32_t to = is_begin ? split : plan->first_unit[node + 1];
    for (uint32_t v = from; v < to; v++) PUT(v);
  }
  if (is_begin) {
    PUT(end_of(c));
  } else {
    const Csr *dependents = &g->waves.dependents;
    for (uint32_t i = dependents->first[c]; i < dependents->first[c + 1]; i++)
      PUT(begin_of(dependents->to[i]));
  }
#undef PUT
  return n;
}

static uint32_t unit_weight(const Plan *plan, uint32_t u) {
  const PlanUnit *unit = &plan->units[u];
  if (unit->node == UINT32_MAX) return 1;
  Run *run = plan->run;
  const ModuleResult *result = plan->by_node[unit->node];
  if (unit->part >= result->interface_parts)
    return infer_body_weight(run_infer_worker(run), result->id,
                             unit->part - result->interface_parts);
  /* An interface is about a tenth of a module. */
  return run->graph.weight[unit->node] / 10 / result->interface_parts + 1;
}

static void fill_spec(Plan *plan, Arena *arena, DagSpec *spec) {
  uint32_t n = plan->unit_count, edges = 0;
  uint32_t *start = ARENA_ARRAY(arena, uint32_t, n + 1);
  uint32_t *weight = ARENA_ARRAY(arena, uint32_t, n);
  uint8_t *node = ARENA_ARRAY(arena, uint8_t, n);
  for (uint32_t u = 0; u < n; u++) {
    start[u] = edges;
    edges += successors(plan, u, NULL);
    weight[u] = unit_weight(plan, u);
    node[u] = plan->units[u].node == UINT32_MAX
                  ? DAG_ANY_NODE
                  : plan->by_node[plan->units[u].node]->node;
  }
  start[n] = edges;
  uint32_t *succ = ARENA_ARRAY(arena, uint32_t, edges);
  for (uint32_t u = 0; u < n; u++) successors(plan, u, succ + start[u]);
  *spec = (DagSpec){n, start, succ, weight, node};
}

/* ---- running ------------------------------------------------------------ */

static void finish_module(Plan *plan, uint32_t node) {
  TraceSpan span = trace_begin("findings");
  findings_finish(plan->run, plan->by_node[node]);
  trace_end(span, plan->by_node[node]->id.v);
}

/* One that has to run before a module's findings are made has run. */
static void unit_done(Plan *plan, uint32_t node) {
  AtomicU32 *pending = &plan->by_node[node]->pending;
  if (atomic_u32_fetch_sub_acq_rel(pending, 1) == 1) finish_module(plan, node);
}

/* One that was given up comes again, behind all others; the module's findings
 * wait for it as for a body, and none of those has run yet. */
static void run_interface(Dag *dag, Plan *plan, uint32_t u, bool again) {
  const PlanUnit *planned = &plan->units[u];
  ModuleResult *result = plan->by_node[planned->node];
  Unit unit = {.run = plan->run,
               .result = result,
               .kind = UNIT_INTERFACE,
               .part = planned->part,
               .yields = !again,
               .out = &result->parts[planned->part]};
  unit_run(&unit);
  if (unit.unfinished) {
    atomic_u32_fetch_add_relaxed(&result->pending, 1);
    dag_spawn(dag, plan->unit_count + u, result->node);
  } else if (again) {
    unit_done(plan, planned->node);
  }
}

static void run_unit(Dag *dag, uint32_t u, void *ctx) {
  Plan *plan = ctx;
  bool again = u >= plan->unit_count;
  if (again) u -= plan->unit_count;
  const PlanUnit *planned = &plan->units[u];
  if (planned->node == UINT32_MAX) return;
  ModuleResult *result = plan->by_node[planned->node];
  if (planned->part < result->interface_parts) {
    run_interface(dag, plan, u, again);
    return;
  }
  Unit unit = {.run = plan->run,
               .result = result,
               .kind = UNIT_BODY,
               .part = planned->part - result->interface_parts,
               .out = &result->parts[planned->part]};
  unit_run(&unit);
  unit_done(plan, planned->node);
}

/* Up to a type for three syntax nodes in small repositories, where builtins make
 * most of them; one for five to ten in large ones. */
static uint64_t types_expected(const Graph *graph) {
  uint64_t nodes = 0;
  for (uint32_t i = 0; i < graph->n; i++) nodes += graph->weight[i];
  return MAX(nodes / 8, (uint64_t)1 << 17);
}

void run_infer(Run *run) {
  Arena *arena = arena_create("plan");
  Plan plan = {.run = run};
  types_init(types_expected(&run->graph));
  run->infer = infer_create(&run->config->options, run->modules, run->arena);
  plan.by_node = ARENA_ARRAY(arena, ModuleResult *, run->graph.n);
  for (uint32_t i = 0; i < run->result_count; i++)
    if (run->results[i].id.v)
      plan.by_node[graph_node(run->results[i].id)] = &run->results[i];
  pool_parallel_for(run->pool, run->graph.n, count_parts, &plan);
  number_units(&plan, arena);
  DagSpec spec;
  fill_spec(&plan, arena, &spec);
  run->all_units += plan.unit_count - 2 * run->graph.sccs.count;
  if (!dag_run(run->pool, &spec, run_unit, &plan, &run->dag))
    panic("the plan of units has a cycle");
  for (uint32_t i = 0; i < run->graph.n; i++)
    if (!plan.by_node[i]->finished) findings_finish(run, plan.by_node[i]);
  arena_destroy(arena);
  stats_end(&run->stats, run->dag.units, run->dag.steals);
}
