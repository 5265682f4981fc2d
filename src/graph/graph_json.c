/* graph_json.c - the import graph as one JSON object.
 *
 *   {"summary": {"modules", "imports", "unresolved", "edges", "components",
 *                "waves", "weight", "critical_weight", "cycles"},
 *    "modules": [{"path", "name", "weight", "component", "imports":
 *                 [{"path", "line", "kinds": [...]}]}],
 *    "components": [{"wave", "weight", "modules": [path], "needs": [index]}],
 *    "critical_path": [index],
 *    "cycles": [{"modules": [path], "edges", "shortest": [path],
 *                "cut": [{"from", "to", "line", "kinds"}], "cut_least"}]}
 *
 * An index is that of a component, from 0, dependencies first; waves count
 * from 1.
 */
#include "graph/graph_dump_int.h"

#include <cjson/cJSON.h>

typedef struct {
  const Graph *g;
  Arena *arena;
} Json;

/* A string; bytes that are not UTF-8 become U+FFFD. */
static cJSON *json_str(Json *j, Str s) {
  if (utf8_check(s) == STR_NONE)
    return cJSON_CreateString(str_cstr(j->arena, s));
  StrBuf b;
  strbuf_init(&b, j->arena);
  for (uint32_t at = 0; at < s.len;) {
    uint32_t from = at;
    if (utf8_next(s, &at) == UTF8_BAD) strbuf_puts(&b, "\xEF\xBF\xBD");
    else strbuf_put(&b, str_slice(s, from, at));
  }
  return cJSON_CreateString(b.ptr);
}

static cJSON *json_path(Json *j, uint32_t node) {
  return json_str(j, graph_path(j->g, node));
}

static cJSON *json_paths(Json *j, const uint32_t *nodes, uint32_t n) {
  cJSON *list = cJSON_CreateArray();
  for (uint32_t i = 0; i < n; i++)
    cJSON_AddItemToArray(list, json_path(j, nodes[i]));
  return list;
}

static cJSON *json_numbers(const uint32_t *v, uint32_t n) {
  cJSON *list = cJSON_CreateArray();
  for (uint32_t i = 0; i < n; i++)
    cJSON_AddItemToArray(list, cJSON_CreateNumber(v[i]));
  return list;
}

static cJSON *json_kinds(uint32_t kinds) {
  cJSON *list = cJSON_CreateArray();
  for (uint32_t k = 0; k < GRAPH_KIND_COUNT; k++)
    if (kinds >> k & 1)
      cJSON_AddItemToArray(list, cJSON_CreateString(graph_kind_names[k]));
  return list;
}

static cJSON *json_module(Json *j, uint32_t node) {
  const Graph *g = j->g;
  const Module *module = modules_at(g->modules, graph_module(node));
  cJSON *out = cJSON_CreateObject(), *imports = cJSON_CreateArray();
  cJSON_AddItemToObject(out, "path", json_path(j, node));
  cJSON_AddItemToObject(out, "name", json_str(j, name_text(module->name)));
  cJSON_AddNumberToObject(out, "weight", g->weight[node]);
  cJSON_AddNumberToObject(out, "component", g->sccs.of[node]);
  for (uint32_t e = g->edge_first[node]; e < g->edge_first[node + 1]; e++) {
    cJSON *item = cJSON_CreateObject();
    cJSON_AddItemToObject(item, "path", json_path(j, g->edges[e].to));
    cJSON_AddNumberToObject(item, "line", graph_line(g, node, &g->edges[e]));
    cJSON_AddItemToObject(item, "kinds", json_kinds(g->edges[e].kinds));
    cJSON_AddItemToArray(imports, item);
  }
  cJSON_AddItemToObject(out, "imports", imports);
  return out;
}

static cJSON *json_component(Json *j, uint32_t c) {
  const Graph *g = j->g;
  const uint32_t *first = g->sccs.first, *need = g->waves.deps.first;
  cJSON *out = cJSON_CreateObject();
  cJSON_AddNumberToObject(out, "wave", g->waves.wave[c] + 1);
  cJSON_AddNumberToObject(out, "weight", g->waves.weight[c]);
  cJSON_AddItemToObject(
      out, "modules",
      json_paths(j, g->sccs.members + first[c], first[c + 1] - first[c]));
  cJSON_AddItemToObject(
      out, "needs",
      json_numbers(g->waves.deps.to + need[c], need[c + 1] - need[c]));
  return out;
}

static cJSON *json_cycle(Json *j, const Cycle *cycle) {
  cJSON *out = cJSON_CreateObject(), *cuts = cJSON_CreateArray();
  cJSON_AddItemToObject(out, "modules",
                        json_paths(j, cycle->members, cycle->member_count));
  cJSON_AddNumberToObject(out, "edges", cycle->edge_count);
  cJSON_AddItemToObject(out, "shortest",
                        json_paths(j, cycle->shortest, cycle->shortest_count));
  for (uint32_t i = 0; i < cycle->cut_count; i++) {
    CycleEdge cut = cycle->cuts[i];
    const GraphEdge *edge = graph_edge(j->g, cut);
    cJSON *item = cJSON_CreateObject();
    cJSON_AddItemToObject(item, "from", json_path(j, cut.from));
    cJSON_AddItemToObject(item, "to", json_path(j, cut.to));
    cJSON_AddNumberToObject(item, "line", graph_line(j->g, cut.from, edge));
    cJSON_AddItemToObject(item, "kinds", json_kinds(edge->kinds));
    cJSON_AddItemToArray(cuts, item);
  }
  cJSON_AddItemToObject(out, "cut", cuts);
  cJSON_AddNumberToObject(out, "cut_least", cycle->cut_least);
  return out;
}

static cJSON *json_summary(const Graph *g, const CycleList *cycles) {
  cJSON *out = cJSON_CreateObject();
  cJSON_AddNumberToObject(out, "modules", g->n);
  cJSON_AddNumberToObject(out, "imports", g->imports);
  cJSON_AddNumberToObject(out, "unresolved", g->unresolved);
  cJSON_AddNumberToObject(out, "edges", g->edge_first[g->n]);
  cJSON_AddNumberToObject(out, "components", g->sccs.count);
  cJSON_AddNumberToObject(out, "waves", g->waves.wave_count);
  cJSON_AddNumberToObject(out, "weight", (double)g->waves.total_weight);
  cJSON_AddNumberToObject(out, "critical_weight",
                          (double)g->waves.critical_weight);
  cJSON_AddNumberToObject(out, "cycles", cycles->n);
  return out;
}

void graph_write_json(const Graph *g, const CycleList *cycles, Arena *arena,
                      StrBuf *out) {
  Json j = {.g = g, .arena = arena};
  cJSON *root = cJSON_CreateObject(), *modules = cJSON_CreateArray();
  cJSON *components = cJSON_CreateArray(), *knots = cJSON_CreateArray();
  cJSON_AddItemToObject(root, "summary", json_summary(g, cycles));
  for (uint32_t i = 0; i < g->n; i++)
    cJSON_AddItemToArray(modules, json_module(&j, i));
  cJSON_AddItemToObject(root, "modules", modules);
  for (uint32_t c = 0; c < g->sccs.count; c++)
    cJSON_AddItemToArray(components, json_component(&j, c));
  cJSON_AddItemToObject(root, "components", components);
  cJSON_AddItemToObject(
      root, "critical_path",
      json_numbers(g->waves.critical, g->waves.critical_count));
  const Cycle **sorted = graph_sort_cycles(cycles, arena);
  for (uint32_t i = 0; i < cycles->n; i++)
    cJSON_AddItemToArray(knots, json_cycle(&j, sorted[i]));
  cJSON_AddItemToObject(root, "cycles", knots);
  char *text = cJSON_PrintUnformatted(root);
  if (!text) panic("out of memory for JSON");
  strbuf_puts(out, text);
  strbuf_putc(out, '\n');
  cJSON_free(text);
  cJSON_Delete(root);
}
