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
 * every read of a member gives Divergent: that is round 1.  From then on a member
 * is evaluated in the rounds after those in which something that it read has
 * changed, and in no others: an agenda says who is due in which round.
 *
 * A round may read a query that has not been asked for before.  It is explored
 * like any other, in round 1, and when it turns out to depend on a member it
 * is one, too.  Then it is due in the rounds that lie behind: the changes of
 * every member are kept with their rounds, so that value(r, k) can be read for
 * each k.  The agenda takes the earliest round first, so the new member has
 * caught up when the one that asked for it is evaluated again.  Nothing starts over.
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
 * Cost: a member's evaluations are at most the changes of what it reads, and one
 * more for each that met a new member.
 */
#include "infer/cycle.h"

#include "base/panic.h"
#include "base/sort.h"
#include "infer/claim.h"
#include "infer/publish.h"

enum {
  QUERY_CHANGES_WIDEN = 3,    /* then numbers and nesting are widened */
  QUERY_CHANGES_LITERALS = 6, /* then all literals */
  QUERY_CHANGES_UNKNOWN = 10, /* then Unknown */
  QUERY_CHANGES_TYPE = 60,    /* the same for what is made of values */
  QUERY_WIDEN_DEPTH = 6,
  QUERY_GROWTH_DEPTH = 3, /* of what has become deeper while it is widened */
  ROUNDS_A_MEMBER = 4000  /* a broken invariant past this */
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

/* ---- who is due when ------------------------------------------------------- */

static void schedule(QueryStack *stack, uint32_t member, uint32_t round) {
  Component *c = &stack->component;
  Provisional *p = &stack->provisional.v[member];
  ASSERT(round > p->round);
  if (p->due && p->due <= round) return;
  p->due = round;
  while (stack->agenda.n <= c->agenda + round) hvec_push(&stack->agenda, 0);
  uint32_t *list = &stack->agenda.v[c->agenda + round];
  hvec_push(&stack->links, ((Link){member, *list}));
  *list = stack->links.n;
  c->now = MIN(c->now, round);
}

/* Takes the next member that is due: *member, in round c->now; false when none
 * is. */
static bool take_due(QueryStack *stack, uint32_t *member) {
  Component *c = &stack->component;
  for (; c->agenda + c->now < stack->agenda.n; c->now++) {
    uint32_t *list = &stack->agenda.v[c->agenda + c->now];
    while (*list) {
      Link link = stack->links.v[*list - 1];
      Provisional *p = &stack->provisional.v[link.member];
      *list = link.next;
      if (p->due != c->now) continue; /* it was due earlier */
      p->due = 0;
      *member = link.member;
      return true;
    }
  }
  return false;
}

/* ---- members --------------------------------------------------------------- */

TypeId cycle_read(QueryStack *stack, uint32_t reader, uint32_t at,
                  uint32_t round) {
  Provisional *p = &stack->provisional.v[at];
  uint32_t change = p->history, later = 0;
  while (change && stack->history.v[change - 1].round >= round) {
    later = stack->history.v[change - 1].round;
    change = stack->history.v[change - 1].before;
  }
  if (later) schedule(stack, reader, later + 1);
  if (!p->readers || stack->links.v[p->readers - 1].member != reader) {
    hvec_push(&stack->links, ((Link){reader, p->readers}));
    p->readers = stack->links.n;
  }
  return change ? stack->history.v[change - 1].value : TYPE(DIVERGENT);
}

/* The member was evaluated in `round` and gave `value`. */
static void advance(InferWorker *worker, uint32_t member, TypeId value,
                    uint32_t round) {
  QueryStack *stack = worker->queries;
  Provisional *p = &stack->provisional.v[member];
  p->round = round;
  value = settle(worker, p, value);
  if (type_eq(value, p->value)) return;
  p->value = value;
  hvec_push(&stack->history, ((Change){value, round, p->history}));
  p->history = stack->history.n;
  for (uint32_t i = p->readers; i; i = stack->links.v[i - 1].next)
    schedule(stack, stack->links.v[i - 1].member, round + 1);
  p->readers = 0;
}

static void read_as_explored(QueryStack *stack, uint32_t member) {
  for (uint32_t i = stack->provisional.v[member].explored_reads; i;
       i = stack->explored.v[i - 1].before) {
    uint64_t key = stack->explored.v[i - 1].key;
    uint32_t at;
    if (!cycle_where(stack, key, hmap64_get(&stack->where, key), &at))
      panic("a query in a cycle is lost");
    cycle_read(stack, member, at, 1);
  }
}

/* The provisional results [from, ...) become members.  Their first round has been
 * run: who explored them read nothing but Divergent. */
static void enroll(InferWorker *worker, uint32_t from) {
  QueryStack *stack = worker->queries;
  uint32_t n = stack->provisional.n;
  for (uint32_t i = from; i < n; i++) {
    Provisional *p = &stack->provisional.v[i];
    *p = (Provisional){.key = p->key,
                       .module = p->module,
                       .low = stack->component.head,
                       .explored = p->explored,
                       .explored_reads = p->explored_reads,
                       .claimed = p->claimed,
                       .solving = true,
                       .value = TYPE(DIVERGENT)};
    cycle_where_set(stack, p->key, 2 + 2 * i);
  }
  for (uint32_t i = from; i < n; i++) read_as_explored(stack, i);
  for (uint32_t i = from; i < n; i++)
    advance(worker, i, stack->provisional.v[i].explored, 1);
}

/* ---- rounds ----------------------------------------------------------------- */

/* Evaluates a member in a round.  When it meets new members, they become due
 * in earlier rounds, and it is due again.  Returns false when something below the
 * component was read: *low. */
static bool run_member(InferWorker *worker, uint32_t member, uint32_t round,
                       uint32_t *low) {
  QueryStack *stack = worker->queries;
  Provisional *p = &stack->provisional.v[member];
  uint32_t n = stack->provisional.n;
  Frame ended;
  TypeId value =
      query_evaluate(worker, p->key, p->module, member + 1, round, &ended);
  bool joined = stack->joined;
  stack->joined = false;
  if (UNLIKELY(stack->gave_up)) return false;
  if (ended.low < stack->component.head) {
    *low = MIN(*low, ended.low);
    return false;
  }
  ASSERT(joined == (stack->provisional.n != n));
  if (joined) {
    enroll(worker, n);
    schedule(stack, member, round);
  } else {
    advance(worker, member, value, round);
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
  Component *c = &stack->component;
  uint32_t member, round = 1;
  enroll(worker, c->first);
  while (take_due(stack, &member)) {
    if (c->now > round) {
      round = c->now;
      if (is_published(worker, &stack->provisional.v[c->first])) break;
      if (round / ROUNDS_A_MEMBER > stack->provisional.n - c->first)
        panic("a query cycle does not settle");
    }
    if (!run_member(worker, member, c->now, low)) return false;
  }
  worker->stats.rounds += round;
  return true;
}

bool cycle_solve(InferWorker *worker, uint32_t first, uint32_t head,
                 uint32_t *low) {
  QueryStack *stack = worker->queries;
  uint32_t links_mark = stack->links.n, history_mark = stack->history.n;
  Component outer = stack->component;
  stack->component = (Component){
      .first = first, .head = head, .agenda = stack->agenda.n, .now = 2};
  bool done = run_rounds(worker, low);
  for (uint32_t i = first; i < stack->provisional.n; i++)
    stack->provisional.v[i].solving = false;
  stack->links.n = links_mark;
  stack->history.n = history_mark;
  stack->agenda.n = stack->component.agenda;
  stack->component = outer;
  return done;
}

static int by_key(const void *a, const void *b, void *ctx) {
  uint64_t x = ((const Provisional *)a)->key, y = ((const Provisional *)b)->key;
  (void)ctx;
  return (x > y) - (x < y);
}

static void forget(QueryStack *stack, const Provisional *p) {
  hmap64_remove(&stack->where, p->key);
  if (p->claimed) claim_leave(p->key);
}

void cycle_publish(InferWorker *worker, uint32_t first) {
  QueryStack *stack = worker->queries;
  Provisional *members = &stack->provisional.v[first];
  uint32_t n = stack->provisional.n - first;
  if (is_published(worker, members)) {
    for (uint32_t i = 0; i < n; i++) forget(stack, &members[i]);
    stack->provisional.n = first;
    return;
  }
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
  }
  worker->stats.cyclic += n;
  publish_all(worker->memo, batch);
  for (uint32_t i = 0; i < n; i++) forget(stack, &members[i]);
  stack->provisional.n = first;
}
