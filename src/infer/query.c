/* query.c - memoised questions, and what happens when they go in a circle.
 *
 * A query is a pure function of the program.  Its answer sits in one atomic
 * word; whoever needs it first computes it, several threads may do so at once
 * and get the same.  Nobody waits.
 *
 * The answer of a query inside a cycle is defined, not stumbled upon:
 *
 *   value(q, 0) = Divergent
 *   value(q, k) = q evaluated, each read of a query r of q's own strongly
 *                 connected component giving value(r, k-1), each other read
 *                 its answer
 *   answer(q)   = value(q, k) from the k on from which the component is stable
 *
 * which mentions neither the entry nor the thread nor what else is being
 * solved (Jacobi iteration).  To find the component, a worker explores depth
 * first as Tarjan's algorithm does: a query that meets itself on the stack
 * gets Divergent; what was computed from that is tainted, put aside as
 * provisional (whoever reads it again gets Divergent, too) and never published; `low` is the lowest stack position that a
 * result depends on.  A frame whose low is its own position heads a
 * component, whose members are the provisional results above it.  They are
 * then solved in rounds from scratch: read the old values, write new ones.  A
 * round may read a query that turns out to depend on a member; it joins, and
 * the rounds start again, so that the result is that of the full component.
 * A query that merely hangs behind a cycle is evaluated when the cycle has its
 * answer.
 *
 * A member that another thread publishes meanwhile is read as final from then
 * on, in the middle of a round, too.  The answers of a component become visible
 * together (publish.c), so all members have been published by then, and what
 * the rounds still give is dropped.  What used only final answers may thus be
 * kept by a worker and used wherever it is asked for again (kept.h).
 *
 * Why it ends: a member's changes are counted.  After QUERY_CHANGES_WIDEN the
 * value is joined with the previous one, numbers widened and nesting cut (the
 * other literals, of which a program has as many as it writes, later); after
 * QUERY_CHANGES_UNKNOWN it is Unknown, for good.
 *
 * Cost: a query outside cycles costs one probe of a small table; a member of a
 * cycle is evaluated once more in each round in which something that it read
 * has changed.
 */
#include "base/panic.h"
#include "base/vec.h"
#include "base/sort.h"
#include "infer/publish.h"
#include "infer/queries.h"

enum {
  QUERY_CHANGES_WIDEN = 3,    /* then numbers and nesting are widened */
  QUERY_CHANGES_LITERALS = 6, /* then all literals */
  QUERY_CHANGES_UNKNOWN = 10, /* then Unknown */
  QUERY_CHANGES_TYPE = 60,    /* the same for what is made of values */
  QUERY_WIDEN_DEPTH = 6,
  QUERY_GROWTH_DEPTH = 3,     /* of what has become deeper while it is widened */
  QUERY_ROUNDS_MAX = 4000     /* a broken invariant past this */
};

typedef TypeId (*QueryFn)(InferWorker *, ModuleState *, uint32_t);
enum { RESULT_VALUE, RESULT_TYPE, RESULT_NUMBER };
enum { TABLE_DEF, TABLE_FLOW, TABLE_PLACE, TABLE_PRED, TABLE_REACH,
       TABLE_RETURN, TABLE_CONTAINER, TABLE_CLASS };
static const struct {
  QueryFn compute;
  uint8_t table, result;
} query_info[QUERY_COUNT] = {
#define QUERY(NAME, table, function, result)                                 \
  {function, TABLE_##table, RESULT_##result},
#include "infer/queries.def"
#undef QUERY
};

/* A frame of the running stack. */
typedef struct {
  uint64_t key;
  uint32_t low;    /* lowest stack position that the result depends on */
  uint32_t member; /* 1 + index of the provisional result that is run; 0 */
  uint32_t reads;  /* 1 + index of its last Read while exploring; 0: none */
} Frame;

/* A frame read an unfinished query while exploring. */
typedef struct {
  uint64_t key;
  uint32_t before; /* as Frame.reads */
} Read;

/* A tainted result, kept until its component is solved. */
typedef struct {
  uint64_t key;
  ModuleState *module;
  uint32_t low;
  TypeId explored; /* value(q, 1), but for what settle() makes of it */
  uint32_t explored_reads; /* as Frame.reads */
  bool solving; /* a member whose component is being solved; the rest only then */
  bool reached_unknown;
  uint16_t changes;
  uint32_t round;                /* the last one that it was taken to */
  TypeId value;                  /* value(q, round) */
  uint32_t history;              /* 1 + index of its last Change; 0: Divergent */
  uint32_t read_begin, read_end; /* members read last, in the stack's reads */
} Provisional;

/* From this round on a member has this value. */
typedef struct {
  TypeId value;
  uint32_t round;
  uint32_t before; /* as Provisional.history */
} Change;

struct QueryStack {
  VEC(Frame) frames;
  VEC(Provisional) provisional;
  /* key -> 1 + 2*frame position, or 2 + 2*provisional index; of these only */
  HMap64 where;
  VEC(Read) explored; /* of the frames and the provisional results */
  /* of the component that is being solved, the innermost one: */
  VEC(Change) history;
  VEC(uint32_t) reads; /* provisional indices, of one evaluation side by side */
  uint32_t first;      /* its members are provisional[first..) */
  uint32_t head;       /* the stack position that stands for all of them */
  uint32_t round;      /* in which a member is run; 0: exploring */
  uint32_t last_change; /* the last round in which a value changed */
  bool joined; /* the member that is run met a new one: it is run again */
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
  module->classes =
      ARENA_ARRAY(arena, AtomicU32, module->index->scope_count);
  module->stars =
      ARENA_ARRAY(arena, AtomicU32, module->index->import_count);
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
      else
        display_type(&worker->world, value, DISPLAY_FULL, out);
      strbuf_putc(out, '\n');
    }
  }
}

static AtomicU32 *query_slot(InferWorker *worker, QueryKind kind,
                             ModuleState *module, uint32_t index) {
  if (query_info[kind].table == TABLE_CLASS)
    return &class_state(worker, (ClassId){index})->slots[kind];
  return &module->slots[kind][index];
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
  hvec_free(&stack->reads);
  hmap64_free(&stack->where);
}

/* Forgets what a faulted unit left behind. */
void query_stack_reset(QueryStack *stack) {
  stack->frames.n = 0;
  stack->provisional.n = 0;
  stack->explored.n = 0;
  stack->history.n = 0;
  stack->reads.n = 0;
  stack->round = 0;
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
  publish_one(query_slot(worker, kind, module, index), value);
}

/* ---- bookkeeping of the stack ------------------------------------------------ */

static void where_set(QueryStack *stack, uint64_t key, uint32_t value) {
  hmap64_put(&stack->where, key, value);
}

static bool where_frame(const QueryStack *stack, uint64_t key, uint32_t w,
                        uint32_t *position) {
  if (!(w & 1)) return false;
  *position = (w - 1) / 2;
  return *position < stack->frames.n && stack->frames.v[*position].key == key;
}
static bool where_provisional(const QueryStack *stack, uint64_t key,
                              uint32_t w, uint32_t *index) {
  if (w == 0 || (w & 1)) return false;
  *index = (w - 2) / 2;
  return *index < stack->provisional.n &&
         stack->provisional.v[*index].key == key;
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

/* Evaluates q once, with a frame of its own: as a member (1 + its index) in a
 * round, or 0, 0 to explore; *ended gets what the frame says of it. */
static TypeId evaluate(InferWorker *worker, uint64_t key, ModuleState *module,
                       uint32_t member, uint32_t round, Frame *ended) {
  QueryStack *stack = worker->queries;
  uint32_t position = stack->frames.n, outer = stack->round;
  uint32_t before = hmap64_get(&stack->where, key);
  stack->round = round;
  hvec_push(&stack->frames, ((Frame){key, UINT32_MAX, member, 0}));
  where_set(stack, key, 1 + 2 * position);
  STACK_GUARD();
  ArenaMark mark = arena_mark(worker->scratch);
  TypeId value = query_info[key >> 56].compute(worker, module, (uint32_t)key);
  arena_reset_to(worker->scratch, mark);
  ASSERT(stack->frames.n == position + 1 && value.v != 0);
  *ended = stack->frames.v[position];
  stack->frames.n--;
  stack->round = outer;
  if (before)
    where_set(stack, key, before);
  else
    hmap64_remove(&stack->where, key);
  return value;
}

/* ---- solving a component --------------------------------------------------------- */

static bool is_number(uint64_t key) {
  return query_info[key >> 56].result == RESULT_NUMBER;
}

static TypeId with_qualifiers(TypeId t, uint32_t qualifiers) {
  return qualifiers ? type_qualified(t, qualifiers) : t;
}

/* A value of a query that may be QUALIFIED (not a type by itself). */
static TypeId widen_join(World *world, TypeId old, TypeId new,
                         uint32_t changes) {
  TypeId (*promote)(World *, TypeId) = changes > QUERY_CHANGES_LITERALS
                                           ? promote_literals
                                           : promote_numbers;
  uint32_t qualifiers = 0;
  if (type_kind(old) == TYPE_KIND_LIST || type_kind(new) == TYPE_KIND_LIST)
    return new;
  if (type_kind(old) == TYPE_KIND_QUALIFIED) {
    qualifiers |= type_qualifiers(old);
    old = type_inner(old);
  }
  if (type_kind(new) == TYPE_KIND_QUALIFIED) {
    qualifiers |= type_qualifiers(new);
    new = type_inner(new);
  }
  /* list[Divergent] was only the beginning of list[str], a function that
   * returns int that of one that returns int | str. */
  bool begun = type_has(old, TYPE_HAS_DIVERGENT) &&
               !type_has(new, TYPE_HAS_DIVERGENT);
  if (type_kind(old) == TYPE_KIND_CALLABLE && relate_subtype(world, old, new))
    begun = true;
  new = type_cut_growth(world, &old, new);
  TypeId joined = promote(world, new);
  /* What nests deeper each time is made of itself. */
  uint32_t depth = type_at(new)->depth;
  if (depth > QUERY_GROWTH_DEPTH && depth > type_at(old)->depth)
    return with_qualifiers(type_cut_depth(world, joined, QUERY_GROWTH_DEPTH),
                           qualifiers);
  if (!begun) joined = union_of2(world, promote(world, old), joined);
  joined = type_cut_depth(world, joined, QUERY_WIDEN_DEPTH);
  if (changes > QUERY_CHANGES_LITERALS) joined = type_join_tuples(world, joined);
  return with_qualifiers(joined, qualifiers);
}

/* What stands for a value that never comes to rest: Unknown, and of a signature
 * that a function of these parameters returns that. */
static TypeId never_settled(const Provisional *p, TypeId value) {
  if (type_kind(value) == TYPE_KIND_LIST) return p->value;
  if (type_kind(value) != TYPE_KIND_CALLABLE) return TYPE(UNKNOWN);
  SignatureView v = type_signature_view(value);
  return type_callable(v.params, v.n, TYPE(UNKNOWN), v.type_params, v.flags);
}

static TypeId settle(InferWorker *worker, Provisional *p, TypeId value) {
  uint8_t result = query_info[p->key >> 56].result;
  if (p->reached_unknown) return p->value;
  if (result == RESULT_NUMBER || type_eq(value, p->value)) return value;
  /* Members of a cycle that hand each other's values on turn the order of a
   * union round for ever: the first order stays. */
  if (type_same_but_order(value, p->value)) return p->value;
  p->changes++;
  if (p->changes > (result == RESULT_VALUE ? QUERY_CHANGES_UNKNOWN
                                           : QUERY_CHANGES_TYPE)) {
    p->reached_unknown = true;
    worker->stats.widened++;
    return never_settled(p, value);
  }
  if (result == RESULT_TYPE || p->changes <= QUERY_CHANGES_WIDEN) return value;
  worker->stats.widened++;
  return widen_join(&worker->world, p->value, value, p->changes);
}

/* value(q, round) of a member. */
static TypeId value_at(const QueryStack *stack, const Provisional *p,
                       uint32_t round) {
  uint32_t at = p->history;
  while (at && stack->history.v[at - 1].round > round)
    at = stack->history.v[at - 1].before;
  return at ? stack->history.v[at - 1].value : TYPE(DIVERGENT);
}

static bool changed_in(const QueryStack *stack, const Provisional *p,
                       uint32_t round) {
  uint32_t at = p->history;
  while (at && stack->history.v[at - 1].round > round)
    at = stack->history.v[at - 1].before;
  return at && stack->history.v[at - 1].round == round;
}

static bool reads_changed_in(const QueryStack *stack, const Provisional *p,
                             uint32_t round) {
  for (uint32_t i = p->read_begin; i < p->read_end; i++)
    if (changed_in(stack, &stack->provisional.v[stack->reads.v[i]], round))
      return true;
  return false;
}

static void member_advance(InferWorker *worker, Provisional *p, TypeId value,
                           uint32_t round) {
  QueryStack *stack = worker->queries;
  p->round = round;
  value = settle(worker, p, value);
  if (type_eq(value, p->value)) return;
  hvec_push(&stack->history, ((Change){value, round, p->history}));
  p->history = stack->history.n;
  p->value = value;
  stack->last_change = MAX(stack->last_change, round);
}

static void resolve_reads(QueryStack *stack, Provisional *p) {
  uint32_t index;
  p->read_begin = stack->reads.n;
  for (uint32_t at = p->explored_reads; at;
       at = stack->explored.v[at - 1].before) {
    uint64_t key = stack->explored.v[at - 1].key;
    bool found = where_provisional(stack, key,
                                   hmap64_get(&stack->where, key), &index);
    ASSERT(found);
    if (found) hvec_push(&stack->reads, index);
  }
  p->read_end = stack->reads.n;
}

/* Provisional results become members.  Their first round has been run: who
 * explored them read nothing but Divergent. */
static void enroll(InferWorker *worker, uint32_t from) {
  QueryStack *stack = worker->queries;
  for (uint32_t i = from; i < stack->provisional.n; i++) {
    Provisional *p = &stack->provisional.v[i];
    p->low = stack->head;
    p->solving = true;
    p->reached_unknown = false;
    p->changes = 0;
    p->value = TYPE(DIVERGENT);
    p->history = 0;
    where_set(stack, p->key, 2 + 2 * i);
  }
  for (uint32_t i = from; i < stack->provisional.n; i++) {
    Provisional *p = &stack->provisional.v[i];
    resolve_reads(stack, p);
    member_advance(worker, p, p->explored, 1);
  }
}

/* Takes the members [from, ...) that have come to the round before it through
 * `round`.  A query that turns out to be a member then gets its earlier rounds,
 * and the one that asked for it is run again.  Returns false when something
 * below the component was read: *low. */
static bool run_round(InferWorker *worker, uint32_t from, uint32_t round,
                      uint32_t *low) {
  QueryStack *stack = worker->queries;
  for (uint32_t i = from; i < stack->provisional.n; i++) {
    Provisional *p = &stack->provisional.v[i];
    if (p->round >= round) continue;
    if (!reads_changed_in(stack, p, round - 1)) {
      p->round = round;
      continue;
    }
    uint32_t n = stack->provisional.n, begin = stack->reads.n;
    Frame ended;
    TypeId value = evaluate(worker, p->key, p->module, i + 1, round, &ended);
    bool joined = stack->joined;
    stack->joined = false;
    if (ended.low < stack->head) {
      *low = MIN(*low, ended.low);
      return false;
    }
    ASSERT(joined == (stack->provisional.n != n));
    p = &stack->provisional.v[i];
    if (!joined) {
      p->read_begin = begin;
      p->read_end = stack->reads.n;
      member_advance(worker, p, value, round);
      continue;
    }
    stack->reads.n = begin;
    enroll(worker, n);
    for (uint32_t r = 2; r < round; r++)
      if (!run_round(worker, n, r, low)) return false;
    i--;
  }
  return true;
}

/* Another thread has published the component, of which this is a part. */
static bool is_published(InferWorker *worker, const Provisional *p) {
  AtomicU32 *slot = query_slot(worker, (QueryKind)(p->key >> 56), p->module,
                               (uint32_t)p->key);
  return !type_is_null(publish_read(slot));
}

/* Runs rounds until nothing changes; false when it reaches below the head. */
static bool run_rounds(InferWorker *worker, uint32_t *low) {
  QueryStack *stack = worker->queries;
  for (uint32_t round = 1;; round++) {
    worker->stats.rounds++;
    if (round > QUERY_ROUNDS_MAX) panic("a query cycle does not settle");
    if (!run_round(worker, stack->first, round, low)) return false;
    if (stack->last_change < round ||
        is_published(worker, &stack->provisional.v[stack->first]))
      return true;
  }
}

/* Solves the component whose members are provisional[first..); `head` is the
 * stack position that stands for all of them.  Returns false when the component turned
 * out to reach below head: *low says how far, and the members stay provisional. */
static bool solve(InferWorker *worker, uint32_t first, uint32_t head,
                  uint32_t *low) {
  QueryStack *stack = worker->queries;
  uint32_t reads_mark = stack->reads.n, history_mark = stack->history.n;
  uint32_t outer_first = stack->first, outer_head = stack->head;
  uint32_t outer_change = stack->last_change;
  worker->solving++;
  stack->first = first;
  stack->head = head;
  stack->last_change = 0;
  enroll(worker, first);
  bool done = run_rounds(worker, low);
  for (uint32_t i = first; i < stack->provisional.n; i++)
    stack->provisional.v[i].solving = false;
  stack->reads.n = reads_mark;
  stack->history.n = history_mark;
  stack->first = outer_first;
  stack->head = outer_head;
  stack->last_change = outer_change;
  worker->solving--;
  return done;
}

static int by_key(const void *a, const void *b, void *ctx) {
  uint64_t x = ((const Provisional *)a)->key, y = ((const Provisional *)b)->key;
  (void)ctx;
  return (x > y) - (x < y);
}

/* The values of the members become answers, all at once. */
static void publish_members(InferWorker *worker, uint32_t first) {
  QueryStack *stack = worker->queries;
  Provisional *members = &stack->provisional.v[first];
  uint32_t n = stack->provisional.n - first;
  sort_stable(members, n, sizeof *members, by_key, NULL);
  Batch *batch = publish_batch(worker->memo, n);
  BatchEntry *entries = publish_entries(batch);
  for (uint32_t i = 0; i < n; i++) {
    TypeId value = members[i].value;
    QueryKind kind = (QueryKind)(members[i].key >> 56);
    if (!is_number(members[i].key))
      value = type_drop_divergent(&worker->world, value);
    entries[i].slot = query_slot(worker, kind, members[i].module,
                                 (uint32_t)members[i].key);
    entries[i].value = value;
    hmap64_remove(&stack->where, members[i].key);
  }
  worker->stats.cyclic += n;
  publish_all(worker->memo, batch);
  stack->provisional.n = first;
}

/* ---- the entry ------------------------------------------------------------------------ */

/* Reads a provisional result: what the member was in the round before, for a
 * member of the same component; Divergent, as in round 0, for who explores. */
static TypeId read_provisional(InferWorker *worker, uint32_t at) {
  QueryStack *stack = worker->queries;
  const Provisional *p = &stack->provisional.v[at];
  taint(worker, p->low);
  if (stack->round == 0 || at < stack->first || !p->solving)
    return read_unfinished(stack, p->key);
  hvec_push(&stack->reads, at);
  return value_at(stack, p, stack->round - 1);
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
  if (where_provisional(stack, key, w, &at)) {
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
                           .explored_reads = ended->reads}));
  where_set(stack, ended->key, 2 + 2 * (stack->provisional.n - 1));
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
    taint(worker, stack->head);
    return TYPE(DIVERGENT);
  }

  worker->stats.queries++;
  uint32_t position = stack->frames.n, first = stack->provisional.n;
  uint32_t explored = stack->explored.n;
  Frame ended;
  value = evaluate(worker, key, module, 0, 0, &ended);
  uint32_t low = ended.low;
  if (low == UINT32_MAX || low > position) {
    /* Nothing unfinished was read (a low above us was solved meanwhile). */
    ASSERT(stack->provisional.n == first);
    ASSERT(is_number(key) || !type_has(value, TYPE_HAS_DIVERGENT));
    return publish_one(slot, value);
  }
  put_aside(stack, &ended, module, value);
  if (low == position) {
    /* The head of a component: a frame stands for it while it is solved. */
    uint32_t self = stack->provisional.n - 1;
    hvec_push(&stack->frames, ((Frame){UINT64_MAX, UINT32_MAX, 0, 0}));
    bool done = solve(worker, first, position, &low);
    stack->frames.n--;
    if (done) {
      value = stack->provisional.v[self].value;
      if (!is_number(key)) value = type_drop_divergent(&worker->world, value);
      publish_members(worker, first);
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
