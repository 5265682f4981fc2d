/* module.c - the layer's entry: workers, module states, units of work.
 *
 * A module's state (its memo arrays) is made by whoever needs it first and
 * published by compare-exchange, as everything here.  A body part is a run of
 * items; an item is the module's top level (with its class bodies) or one
 * function that stands in no other function, with all that is nested in it.
 * Parts are cut by weight, so that one huge file does not keep one worker busy
 * while the others wait.
 */
#include "base/panic.h"
#include "infer/claim.h"
#include "infer/publish.h"
#include "infer/stmt_int.h"
#include <stdlib.h>

enum {
  PART_NODES = 4000,       /* syntax nodes of a body part, about */
  INTERFACE_NODES = 20000  /* and of an interface part */
};

/* ---- states ------------------------------------------------------------------- */

static COLD ModuleState *state_make(InferWorker *worker, ModuleId id) {
  const Infer *infer = worker->infer;
  Arena *arena = worker->memo;
  const ModuleCode *code = modules_code(infer->modules, id);
  ArenaMark mark = arena_mark(arena);
  ModuleState *state = ARENA_NEW(arena, ModuleState);
  state->id = id;
  state->module = modules_at(infer->modules, id);
  state->code = code;
  state->ast = &code->parse.ast;
  state->index = &code->index;
  query_slots_create(state, arena);
  ModuleState *winner = modules_set_state(infer->modules, id, state);
  if (winner != state) arena_reset_to(arena, mark);
  return winner;
}

ModuleState *module_state(InferWorker *worker, ModuleId id) {
  const Infer *infer = worker->infer;
  if (id.v == 0) id = infer->builtins;
  ModuleState *state = modules_state(infer->modules, id);
  return LIKELY(state != NULL) ? state : state_make(worker, id);
}

ClassState *class_state(InferWorker *worker, ClassId id) {
  ClassInfo *info = class_at(id);
  ClassState *state = atomic_ptr_load_acquire(&info->state);
  if (LIKELY(state != NULL)) return state;
  ModuleState *module = module_state(worker, info->module);
  state = ARENA_NEW(worker->memo, ClassState);
  state->module = module;
  void *empty = NULL;
  if (!atomic_ptr_cas_acq_rel(&info->state, &empty, state)) state = empty;
  return state;
}

Ctx ctx_quiet(InferWorker *worker, ModuleState *module, ScopeId scope) {
  return (Ctx){.worker = worker,
               .world = &worker->world,
               .scratch = worker->scratch,
               .module = module,
               .ast = module->ast,
               .index = module->index,
               .scope = scope};
}

Span ctx_span(const Ctx *ctx, NodeId node) {
  const AstNode *n = ast_at(ctx->ast, node);
  return (Span){n->start, n->end};
}

/* ---- creation -------------------------------------------------------------------- */

/* The definition of a class statement named `name` in a module's top level. */
static DefId find_class(const Index *index, NameId name) {
  PlaceId place = index_symbol(index, (ScopeId){1}, name);
  if (place.v == 0) return (DefId){0};
  for (DefId d = index->places[place.v].first_def; d.v;
       d = index->defs[d.v].next)
    if (index->defs[d.v].kind == DEF_CLASS) return d;
  return (DefId){0};
}

/* Gives the classes of known_classes.def their fixed ids. */
static void define_known_classes(Infer *infer) {
  ModuleId module = {0};
  const char *previous = "";
  for (KnownClass known = KNOWN_NONE_ + 1; known < KNOWN_CLASS_COUNT; known++) {
    const char *name = known_class_module(known);
    if (strcmp(name, previous) != 0)
      module = modules_resolve(infer->modules, (ModuleId){0},
                               name_intern(str_from(name)));
    previous = name;
    if (module.v == 0) continue;
    const ModuleCode *code = modules_code(infer->modules, module);
    NameId class_name = name_intern(str_from(known_class_name(known)));
    DefId def = find_class(&code->index, class_name);
    if (def.v == 0) continue;
    NodeId node = code->index.defs[def.v].node;
    class_define_known(known, module, def, node,
                       index_scope_of(&code->index, node), class_name);
  }
}

/* For type_cmp, which must not order by handle. One run a process at a time. */
static Modules *ordered_modules;

static int module_cmp(ModuleId a, ModuleId b) {
  const Module *x = modules_at(ordered_modules, a);
  const Module *y = modules_at(ordered_modules, b);
  int c = str_cmp(x->path, y->path);
  return c ? c : name_cmp(x->name, y->name);
}

Infer *infer_create(const Options *options, Modules *modules, Arena *run) {
  Infer *infer = ARENA_NEW(run, Infer);
  infer->options = options;
  infer->modules = modules;
  infer->run = run;
  ModuleId none = {0};
  infer->builtins = modules_resolve(modules, none, NAME_ID(builtins));
  infer->typing = modules_resolve(modules, none, NAME_ID(typing));
  infer->typing_extensions =
      modules_resolve(modules, none, NAME_ID(typing_extensions));
  infer->types = modules_resolve(modules, none, NAME_ID(types));
  if (infer->builtins.v == 0) panic("typeshed has no builtins module");
  define_known_classes(infer);
  ordered_modules = modules;
  types_set_module_cmp(module_cmp);
  return infer;
}

void infer_destroy(Infer *infer) {
  (void)infer;
  publish_reset();
}

InferWorker *infer_worker_create(Infer *infer, uint32_t number) {
  Arena *memo = arena_create("infer worker");
  InferWorker *worker = ARENA_NEW(memo, InferWorker);
  worker->infer = infer;
  worker->number = number;
  worker->memo = memo;
  worker->scratch = arena_create("infer scratch");
  worker->queries = query_stack_create(memo);
  worker->members = member_cache_create(memo);
  worker->world.self = worker;
  worker->world.scratch = worker->scratch;
  world_callbacks_init(worker);
  world_init(&worker->world, memo);
  return worker;
}

void infer_worker_destroy(InferWorker *worker) {
  if (worker->parser) parser_destroy(worker->parser);
  query_stack_destroy(worker->queries);
  hmap64_free(&worker->attrs.map);
  hvec_free(&worker->attrs.items);
  hmap64_free(&worker->sites.next);
  hvec_free(&worker->sites.nodes);
  arena_destroy(worker->scratch);
  arena_destroy(worker->memo);
}

void infer_worker_abandon(InferWorker *worker, ModuleId module) {
  (void)module;
  query_stack_reset(worker->queries);
  query_yields(worker, false);
  query_gave_up(worker);
  world_end_unit(&worker->world);
  arena_reset(worker->scratch);
}

static void end_unit(InferWorker *worker) {
  ASSERT(!query_running(worker));
  world_end_unit(&worker->world);
  arena_reset(worker->scratch);
}

/* ---- the plan of a module's units ---------------------------------------------------- */

typedef struct {
  uint32_t part_count;
  uint32_t *first;   /* [part_count + 1] into items */
  uint32_t *weight;  /* [part_count] */
  ScopeId *items;    /* scope 1 = the top level */
} Parts;

static uint32_t scope_nodes(const ModuleState *m, ScopeId scope) {
  NodeId node = m->index->scopes[scope.v].node;
  return ast_end(m->ast, node).v - node.v;
}

/* A function that stands in no other function. */
static bool is_item(const Index *index, ScopeId scope) {
  if (index->scopes[scope.v].kind != SCOPE_FUNCTION) return false;
  for (ScopeId s = index->scopes[scope.v].parent; s.v;
       s = index->scopes[s.v].parent) {
    uint8_t kind = index->scopes[s.v].kind;
    if (kind == SCOPE_FUNCTION || kind == SCOPE_LAMBDA) return false;
  }
  return true;
}

static Parts *parts_make(InferWorker *worker, const ModuleState *m) {
  const Index *index = m->index;
  Arena *arena = worker->scratch;
  ArenaMark mark = arena_mark(arena);
  Parts *parts = ARENA_NEW(worker->memo, Parts);
  VEC(uint32_t) first = {0}, weight = {0};
  VEC(ScopeId) items = {0};
  uint32_t sum = m->ast->node_count;
  vec_push(&first, arena, 0);
  vec_push(&items, arena, (ScopeId){1});
  for (uint32_t s = 2; s < index->scope_count; s++)
    if (is_item(index, (ScopeId){s})) sum -= scope_nodes(m, (ScopeId){s});
  for (uint32_t s = 2; s < index->scope_count; s++) {
    if (!is_item(index, (ScopeId){s})) continue;
    if (sum >= PART_NODES) {
      vec_push(&first, arena, items.n);
      vec_push(&weight, arena, sum);
      sum = 0;
    }
    vec_push(&items, arena, (ScopeId){s});
    sum += scope_nodes(m, (ScopeId){s});
  }
  vec_push(&first, arena, items.n);
  vec_push(&weight, arena, sum);
  parts->part_count = weight.n;
  parts->first = vec_dup(&first, worker->memo);
  parts->weight = vec_dup(&weight, worker->memo);
  parts->items = vec_dup(&items, worker->memo);
  arena_reset_to(arena, mark);
  return parts;
}

/* One caller a module (the driver plans before it runs). */
static const Parts *parts_of(InferWorker *worker, ModuleId module) {
  ModuleState *m = module_state(worker, module);
  Parts *parts = atomic_ptr_load_acquire(&m->parts);
  if (parts) return parts;
  parts = parts_make(worker, m);
  atomic_ptr_store_release(&m->parts, parts);
  return parts;
}

uint32_t infer_interface_parts(const Infer *infer, ModuleId module) {
  const ModuleCode *code = modules_code(infer->modules, module);
  return 1 + code->parse.ast.node_count / INTERFACE_NODES;
}

uint32_t infer_body_parts(InferWorker *worker, ModuleId module) {
  return parts_of(worker, module)->part_count;
}

uint32_t infer_body_weight(InferWorker *worker, ModuleId module,
                           uint32_t part) {
  return parts_of(worker, module)->weight[part];
}

/* ---- running ----------------------------------------------------------------------------- */

bool infer_interface(InferWorker *worker, ModuleId module, uint32_t part,
                     bool yields) {
  ModuleState *m = module_state(worker, module);
  const Index *index = m->index;
  const Scope *top = &index->scopes[1];
  uint32_t n = top->place_end - top->place_begin;
  uint32_t parts = infer_interface_parts(worker->infer, module);
  uint32_t begin = (uint32_t)((uint64_t)n * part / parts);
  uint32_t end = (uint32_t)((uint64_t)n * (part + 1) / parts);
  bool gave_up = false;
  query_yields(worker, yields);
  for (uint32_t i = begin; i < end && !gave_up; i++) {
    PlaceId place = {top->place_begin + i};
    if (index->places[place.v].kind != PLACE_SYMBOL) continue;
    place_public(worker, m, place);
    gave_up = query_gave_up(worker);
  }
  query_yields(worker, false);
  end_unit(worker);
  return !gave_up;
}

void infer_body(InferWorker *worker, ModuleId module, uint32_t part,
                DiagList *diags, ExpressionCounts *counts) {
  const Parts *parts = parts_of(worker, module);
  ModuleState *m = module_state(worker, module);
  for (uint32_t i = parts->first[part]; i < parts->first[part + 1]; i++) {
    ScopeId scope = parts->items[i];
    Ctx ctx = ctx_quiet(worker, m, scope);
    ctx.diags = diags;
    ctx.counts = counts;
    if (scope.v == 1) {
      check_module_body(&ctx);
    } else {
      check_function_body(&ctx, scope);
    }
    arena_reset(worker->scratch);
  }
  end_unit(worker);
}

/* ---- dumps and figures --------------------------------------------------------------------- */

static int by_name(const void *a, const void *b, void *ctx) {
  const Place *places = ctx;
  return name_cmp(places[*(const uint32_t *)a].name,
                  places[*(const uint32_t *)b].name);
}

void infer_dump_interface(InferWorker *worker, ModuleId module, StrBuf *out) {
  ModuleState *m = module_state(worker, module);
  const Scope *top = &m->index->scopes[1];
  uint32_t n = 0, room = top->place_end - top->place_begin;
  uint32_t *order = ARENA_ARRAY(out->arena, uint32_t, room + 1);
  for (uint32_t i = top->place_begin; i < top->place_end; i++)
    if (m->index->places[i].kind == PLACE_SYMBOL) order[n++] = i;
  qsort_r(order, n, sizeof *order, by_name, m->index->places);
  for (uint32_t i = 0; i < n; i++) {
    TypeId type = unqualified(place_public(worker, m, (PlaceId){order[i]}), NULL);
    strbuf_put(out, name_text(m->index->places[order[i]].name));
    strbuf_puts(out, ": ");
    display_type(&worker->world, type, DISPLAY_FULL, out);
    strbuf_putc(out, '\n');
  }
}

void infer_dump_queries(InferWorker *worker, ModuleId module, StrBuf *out) {
  query_dump(worker, module_state(worker, module), out);
}

void infer_worker_stats(const InferWorker *worker, InferStats *add_to) {
  const uint64_t *from = (const uint64_t *)&worker->stats;
  uint64_t *to = (uint64_t *)add_to;
  for (size_t i = 0; i < sizeof(InferStats) / sizeof(uint64_t); i++)
    to[i] += from[i];
  add_to->relations += worker->world.relations;
  add_to->relation_hits += worker->world.relation_hits;
}
