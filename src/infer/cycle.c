/* cycle.c - the answers of queries that go in a circle.
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
 * solved (Jacobi iteration).  query.c finds the component by exploring, where
 * every read of a member gives Divergent: that is round 1.  From then on, in
 * each round, a member of which a read has changed is evaluated again.
 *
 * A round may read a query that has not been asked for before.  It is explored
 * like any other, from round 0, and when it turns out to depend on a member it
 * is one, too, and takes its earlier rounds now: the changes of every member are kept
 * with their rounds, so that value(r, k) can be read for each k that lies behind.
 * The member that asked is then evaluated once more.  Nothing starts again.
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
 * Cost: a member is evaluated once for each round in which something that it
 * read has changed, and once more for each evaluation that met a new member.
 */
#include "infer/cycle.h"

#include "base/panic.h"
#include "base/sort.h"
#include "infer/publish.h"

enum {
  QUERY_CHANGES_WIDEN = 3,    /* then numbers and nesting are widened */
  QUERY_CHANGES_LITERALS = 6, /* then all literals */
  QUERY_CHANGES_UNKNOWN = 10, /* then Unknown */
  QUERY_CHANGES_TYPE = 60,    /* the same for what is made of values */
  QUERY_WIDEN_DEPTH = 6,
  QUERY_GROWTH_DEPTH = 3, /* of what has become deeper while it is widened */
  QUERY_ROUNDS_MAX = 4000 /* a broken invariant past this */
};

static TypeId with_qualifiers(TypeId t, uint32_t qualifiers) {
  return qualifiers ? type_qualified(t, qualifiers) : t;
}

/* A value of a query that may be QUALIFIED (not a type by itself). */
static TypeId widen_join(World *world, TypeId old, TypeId new,
                         uint32_t changes) {
  TypeId (*promote)(World *, TypeId) =
      changes > QUERY_CHANGES_LITERALS ? promote_literals : promote_numbers;
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
  bool begun =
      type_has(old, TYPE_HAS_DIVERGENT) && !type_has(new, TYPE_HAS_DIVERGENT);
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
  if (changes > QUERY_CHANGES_LITERALS)
    joined = type_join_tuples(world, joined);
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
  bool of_values = query_is_of_values(p->key);
  if (p->reached_unknown) return p->value;
  if (query_is_number(p->key) || type_eq(value, p->value)) return value;
  /* Members of a cycle that hand each other's values on turn the order of a
   * union round for ever: the first order stays. */
  if (type_same_but_order(value, p->value)) return p->value;
  p->changes++;
  if (p->changes > (of_values ? QUERY_CHANGES_UNKNOWN : QUERY_CHANGES_TYPE)) {
    p->reached_unknown = true;
    worker->stats.widened++;
    return never_settled(p, value);
  }
  if (!of_values || p->changes <= QUERY_CHANGES_WIDEN) return value;
  worker->stats.widened++;
  return widen_join(&worker->world, p->value, value, p->changes);
}

TypeId cycle_value_at(const QueryStack *stack, const Provisional *p,
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
    bool found =
        cycle_where(stack, key, hmap64_get(&stack->where, key), &index);
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
    cycle_where_set(stack, p->key, 2 + 2 * i);
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
    TypeId value =
        query_evaluate(worker, p->key, p->module, i + 1, round, &ended);
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

bool cycle_solve(InferWorker *worker, uint32_t first, uint32_t head,
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

void cycle_publish(InferWorker *worker, uint32_t first) {
  QueryStack *stack = worker->queries;
  Provisional *members = &stack->provisional.v[first];
  uint32_t n = stack->provisional.n - first;
  sort_stable(members, n, sizeof *members, by_key, NULL);
  Batch *batch = publish_batch(worker->memo, n);
  BatchEntry *entries = publish_entries(batch);
  for (uint32_t i = 0; i < n; i++) {
    TypeId value = members[i].value;
    QueryKind kind = (QueryKind)(members[i].key >> 56);
    if (!query_is_number(members[i].key))
      value = type_drop_divergent(&worker->world, value);
    entries[i].slot =
        query_slot(worker, kind, members[i].module, (uint32_t)members[i].key);
    entries[i].value = value;
    hmap64_remove(&stack->where, members[i].key);
  }
  worker->stats.cyclic += n;
  publish_all(worker->memo, batch);
  stack->provisional.n = first;
}
