/* query.c - memoised questions, and who is asking them.
 *
 * A query is a pure function of the program.  Its answer sits in one atomic
 * word; whoever needs it first computes it, several threads may do so at once
 * and get the same.  Nobody waits; who can do something else instead leaves what
 * another has been at for long (claim.c).
 *
 * To find the queries that go in a circle, a worker explores depth first as
 * Tarjan's algorithm does: a query that meets itself on the stack gets
 * Divergent; what was computed from that is tainted, put aside as provisional
 * (whoever reads it again gets Divergent, too) and never published; `low` is
 * the lowest stack position that a result depends on.  A frame whose low is
 * its own position heads a component, whose members are the provisional results
 * above it.  cycle.c defines and computes their answers.  A query that merely
 * hangs behind a cycle is evaluated when the cycle has its answer.
 *
 * Cost: a query outside cycles costs one probe of a small table.
 */
#include "base/chaos.h"
#include "base/panic.h"
#include "infer/claim.h"
#include "infer/cycle.h"
#include "infer/publish.h"
#include "infer/queries.h"

typedef TypeId (*QueryFn)(InferWorker *, ModuleState *, uint32_t);
enum { RESULT_VALUE, RESULT_TYPE, RESULT_NUMBER };
enum {
  TABLE_DEF,
  TABLE_FLOW,
  TABLE_PLACE,
  TABLE_PRED,
  TABLE_REACH,
  TABLE_RETURN,
  TABLE_CONTAINER,
  TABLE_CLASS
};
enum { CLAIM_AFTER = 64 }; /* queries that an evaluation needs to be long */
static const struct {
  QueryFn compute;
  uint8_t table, result;
} query_info[QUERY_COUNT] = {
#define QUERY(NAME, table, function, result) \
  {function, TABLE_##table, RESULT_##result},
#include "infer/queries.def"
#undef QUERY
};

static uint64_t query_key(QueryKind kind, const ModuleState *module,
                          uint32_t index) {
  return (uint64_t)kind << 56 | (uint64_t)(module ? module->id.v : 0) << 32 |
         index;
}

static uint32_t table_size(const Index *index, int table) {
  switch (table) {
  case TABLE_DEF: return index->def_count;
  case TABLE_FLOW: return index->flow_count;
  case TABLE_PLACE: return index->place_count;
  case TABLE_PRED: return index->pred_count;
  case TABLE_REACH: return index->reach_count;
  case TABLE_RETURN: return index->return_count + 1;
  case TABLE_CONTAINER: return index->container_count + 1;
  default: return 0;
  }
}

void query_slots_create(ModuleState *module, Arena *arena) {
  for (int kind = 0; kind < QUERY_COUNT; kind++) {
    uint32_t n = table_size(module->index, query_info[kind].table);
    module->slots[kind] = n ? ARENA_ARRAY(arena, AtomicU32, n) : NULL;
  }
  module->classes = ARENA_ARRAY(arena, AtomicU32, module->index->scope_count);
  module->stars = ARENA_ARRAY(arena, AtomicU32, module->index->import_count);
}

void query_dump(InferWorker *worker, const ModuleState *module, StrBuf *out) {
  static const char *const names[QUERY_COUNT] = {
#define QUERY(NAME, table, function, result) #NAME,
#include "infer/queries.def"
#undef QUERY
  };
  for (int kind = 0; kind < QUERY_COUNT; kind++) {
    uint32_t n = table_size(module->index, query_info[kind].table);
    for (uint32_t i = 1; i < n; i++) {
      TypeId value = query_peek((QueryKind)kind, module, i);
      if (value.v == 0) continue;
      strbuf_printf(out, "%s %u ", names[kind], i);
      if (query_info[kind].result == RESULT_NUMBER)
        strbuf_printf(out, "%u", query_to_number(value, 0));
      else display_type(&worker->world, value, DISPLAY_FULL, out);
      strbuf_putc(out, '\n');
    }
  }
}

AtomicU32 *query_slot(InferWorker *worker, QueryKind kind, ModuleState *module,
                      uint32_t index) {
  if (query_info[kind].table == TABLE_CLASS)
    return &class_state(worker, (ClassId){index})->slots[kind];
  return &module->slots[kind][index];
}

bool query_is_number(uint64_t key) {
  return query_info[key >> 56].result == RESULT_NUMBER;
}

bool query_is_of_values(uint64_t key) {
  return query_info[key >> 56].result == RESULT_VALUE;
}

QueryStack *query_stack_create(Arena *arena) {
  QueryStack *stack = ARENA_NEW(arena, QueryStack);
  hmap64_init(&stack->where, NULL, 64);
  return stack;
}

void query_stack_destroy(QueryStack *stack) {
  hvec_free(&stack->frames);
  hvec_free(&stack->provisional);
  hvec_free(&stack->explored);
  hvec_free(&stack->history);
  hvec_free(&stack->links);
  hvec_free(&stack->agenda);
  hmap64_free(&stack->where);
}

/* Forgets what runs: a faulted unit left it behind, or it was given up. */
void query_stack_reset(QueryStack *stack) {
  for (uint32_t i = 0; i < stack->frames.n; i++)
    if (stack->frames.v[i].claimed) claim_leave(stack->frames.v[i].key);
  for (uint32_t i = 0; i < stack->provisional.n; i++)
    if (stack->provisional.v[i].claimed)
      claim_leave(stack->provisional.v[i].key);
  stack->frames.n = 0;
  stack->provisional.n = 0;
  stack->explored.n = 0;
  stack->history.n = 0;
  stack->links.n = 0;
  stack->agenda.n = 0;
  stack->round = stack->seen = 0;
  stack->joined = false;
  hmap64_clear(&stack->where);
}

bool query_running(const InferWorker *worker) {
  return worker->queries->frames.n != 0;
}

TypeId query_peek(QueryKind kind, const ModuleState *module, uint32_t index) {
  return publish_read(&module->slots[kind][index]);
}

void query_publish(InferWorker *worker, QueryKind kind, ModuleState *module,
                   uint32_t index, TypeId value) {
  ASSERT(!query_running(worker));
  if (worker->queries->gave_up) return;
  publish_one(query_slot(worker, kind, module, index), value);
}

/* ---- bookkeeping of the stack ------------------------------------------------ */

static bool where_frame(const QueryStack *stack, uint64_t key, uint32_t w,
                        uint32_t *position) {
  if (!(w & 1)) return false;
  *position = (w - 1) / 2;
  return *position < stack->frames.n && stack->frames.v[*position].key == key;
}

static void taint(InferWorker *worker, uint32_t low) {
  QueryStack *stack = worker->queries;
  worker->world.provisional++;
  if (stack->frames.n == 0) return;
  Frame *top = &stack->frames.v[stack->frames.n - 1];
  top->low = MIN(top->low, low);
}

/* The running frame got Divergent for `key`: its value in round 0 for who
 * explores, nothing to go on with for a member in a later round. */
static TypeId read_unfinished(QueryStack *stack, uint64_t key) {
  ASSERT(stack->frames.n);
  Frame *top = &stack->frames.v[stack->frames.n - 1];
  if (stack->round) {
    stack->joined = true;
  } else {
    hvec_push(&stack->explored, ((Read){key, top->reads}));
    top->reads = stack->explored.n;
  }
  return TYPE(DIVERGENT);
}

TypeId query_evaluate(InferWorker *worker, uint64_t key, ModuleState *module,
                      uint32_t member, uint32_t round, Frame *ended) {
  QueryStack *stack = worker->queries;
  uint32_t position = stack->frames.n, outer = stack->round;
  uint32_t before = hmap64_get(&stack->where, key);
  stack->round = round;
  hvec_push(&stack->frames, ((Frame){.key = key,
                                     .low = UINT32_MAX,
                                     .member = member,
                                     .started = worker->stats.queries}));
  cycle_where_set(stack, key, 1 + 2 * position);
  STACK_GUARD();
  ArenaMark mark = arena_mark(worker->scratch);
  TypeId value = query_info[key >> 56].compute(worker, module, (uint32_t)key);
  arena_reset_to(worker->scratch, mark);
  ASSERT(stack->frames.n == position + 1 && value.v != 0);
  *ended = stack->frames.v[position];
  stack->frames.n--;
  stack->seen = MIN(stack->seen, position);
  stack->round = outer;
  if (before) cycle_where_set(stack, key, before);
  else hmap64_remove(&stack->where, key);
  return value;
}

/* ---- who else is at it ---------------------------------------------------------------- */

/* Claims the frames that have taken long by now.  False when another worker has
 * claimed one of them. */
static bool claim_frames(InferWorker *worker) {
  QueryStack *stack = worker->queries;
  uint32_t now = (uint32_t)worker->stats.queries & INT32_MAX;
  bool alone = true;
  for (; stack->seen < stack->frames.n; stack->seen++) {
    Frame *f = &stack->frames.v[stack->seen];
    if (((now - f->started) & INT32_MAX) < CLAIM_AFTER) break;
    if (f->member || f->key == UINT64_MAX) continue;
    Claim claim = claim_take(f->key);
    f->claimed = claim == CLAIM_MINE;
    alone = alone && claim != CLAIM_THEIRS;
  }
  stack->look = worker->stats.queries + CLAIM_AFTER;
  return alone;
}

/* Shall this worker leave the query, and all that waits for it, to another? */
static bool gives_up(InferWorker *worker, uint64_t key) {
  QueryStack *stack = worker->queries;
  bool alone = true;
  if (UNLIKELY(worker->stats.queries >= stack->look))
    alone = claim_frames(worker);
  if (LIKELY(!stack->yields)) return false;
  if (UNLIKELY(chaos_seed) && chaos_random() % 32 == 0) return true;
  return !alone || claim_is_taken(key);
}

/* What a query gives that is given up: nothing to go on with for all below it. */
static TypeId given_up(InferWorker *worker) {
  QueryStack *stack = worker->queries;
  if (!stack->gave_up) worker->stats.given_up++;
  stack->gave_up = true;
  taint(worker, 0);
  if (stack->frames.n == 0) query_stack_reset(stack);
  return TYPE(DIVERGENT);
}

void query_yields(InferWorker *worker, bool yields) {
  worker->queries->yields = yields;
}

bool query_gave_up(InferWorker *worker) {
  bool gave_up = worker->queries->gave_up;
  worker->queries->gave_up = false;
  return gave_up;
}

/* ---- the entry ------------------------------------------------------------------------ */

/* Reads a provisional result: what the member was in the round before, for a
 * member of the same component; Divergent, as in round 0, for who explores. */
static TypeId read_provisional(InferWorker *worker, uint32_t at) {
  QueryStack *stack = worker->queries;
  const Provisional *p = &stack->provisional.v[at];
  taint(worker, p->low);
  if (stack->round == 0 || at < stack->component.first || !p->solving)
    return read_unfinished(stack, p->key);
  uint32_t reader = stack->frames.v[stack->frames.n - 1].member - 1;
  return cycle_read(stack, reader, at, stack->round);
}

/* Is the query in progress here?  Then *value is what a reader gets. */
static bool answer_in_progress(InferWorker *worker, uint64_t key,
                               TypeId *value) {
  QueryStack *stack = worker->queries;
  uint32_t at;
  if (stack->frames.n == 0) return false;
  uint32_t w = hmap64_get(&stack->where, key);
  if (w == 0) return false;
  if (where_frame(stack, key, w, &at)) {
    /* A member that is run in a round reads what it was. */
    if (stack->frames.v[at].member) {
      *value = read_provisional(worker, stack->frames.v[at].member - 1);
      return true;
    }
    taint(worker, at);
    *value = read_unfinished(stack, key);
    return true;
  }
  if (cycle_where(stack, key, w, &at)) {
    *value = read_provisional(worker, at);
    return true;
  }
  return false;
}

/* A tainted result waits for its component. */
static void put_aside(QueryStack *stack, const Frame *ended,
                      ModuleState *module, TypeId value) {
  hvec_push(&stack->provisional,
            ((Provisional){.key = ended->key,
                           .module = module,
                           .low = ended->low,
                           .explored = value,
                           .explored_reads = ended->reads,
                           .claimed = ended->claimed}));
  cycle_where_set(stack, ended->key, 2 + 2 * (stack->provisional.n - 1));
}

/* What waits for the frame at `position`, which was put aside, waits for what
 * that one waits for: the next frame there is another query's. */
static void hand_down(QueryStack *stack, uint32_t first, uint32_t position,
                      uint32_t low) {
  for (uint32_t i = first; i < stack->provisional.n; i++)
    if (stack->provisional.v[i].low == position)
      stack->provisional.v[i].low = low;
}

TypeId query_answer(InferWorker *worker, QueryKind kind, ModuleState *module,
                    uint32_t index) {
  AtomicU32 *slot = query_slot(worker, kind, module, index);
  QueryStack *stack = worker->queries;
  uint64_t key = query_key(kind, module, index);
  TypeId value = publish_read(slot);
  if (LIKELY(value.v != 0)) {
    worker->stats.hits++;
    return value;
  }
  if (answer_in_progress(worker, key, &value)) return value;
  if (UNLIKELY(stack->joined)) {
    taint(worker, stack->component.head);
    return TYPE(DIVERGENT);
  }
  if (UNLIKELY(stack->gave_up) || gives_up(worker, key)) return given_up(worker);

  worker->stats.queries++;
  uint32_t position = stack->frames.n, first = stack->provisional.n;
  uint32_t explored = stack->explored.n;
  Frame ended;
  value = query_evaluate(worker, key, module, 0, 0, &ended);
  if (UNLIKELY(stack->gave_up)) {
    if (ended.claimed) claim_leave(key);
    return given_up(worker);
  }
  uint32_t low = ended.low;
  if (low == UINT32_MAX || low > position) {
    /* Nothing unfinished was read (a low above us was solved meanwhile). */
    ASSERT(stack->provisional.n == first);
    ASSERT(query_is_number(key) || !type_has(value, TYPE_HAS_DIVERGENT));
    value = publish_one(slot, value);
    if (ended.claimed) claim_leave(key);
    return value;
  }
  put_aside(stack, &ended, module, value);
  if (low == position) {
    /* The head of a component: a frame stands for it while it is solved. */
    uint32_t self = stack->provisional.n - 1;
    hvec_push(&stack->frames, ((Frame){.key = UINT64_MAX, .low = UINT32_MAX}));
    bool done = cycle_solve(worker, first, position, &low);
    stack->frames.n--;
    stack->seen = MIN(stack->seen, position);
    if (UNLIKELY(stack->gave_up)) return given_up(worker);
    if (done) {
      value = stack->provisional.v[self].value;
      if (!query_is_number(key))
        value = type_drop_divergent(&worker->world, value);
      cycle_publish(worker, first);
      stack->explored.n = explored;
      TypeId winner = publish_read(slot);
      return type_is_null(winner) ? value : winner;
    }
    for (uint32_t i = first; i < stack->provisional.n; i++)
      stack->provisional.v[i].low = MIN(stack->provisional.v[i].low, low);
  }
  hand_down(stack, first, position, low);
  taint(worker, low);
  return read_unfinished(stack, key);
}
