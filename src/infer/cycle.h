/* cycle.h - a worker's running queries, and the components among them.
 *
 * Layer: infer, inside; of query.c and cycle.c alone.  Memory: malloc, kept
 * from one query to the next.  Threads: one worker's own.
 *
 * The definitions, and why, are in cycle.c.
 */
#ifndef INFER_CYCLE_H
#define INFER_CYCLE_H

#include "base/vec.h"
#include "infer/infer_int.h"

/* A frame of the running stack. */
typedef struct {
  uint64_t key;
  uint32_t low;    /* lowest stack position that the result depends on */
  uint32_t member; /* 1 + index of the provisional result that is run; 0 */
  uint32_t reads;  /* 1 + index of its last Read while exploring; 0: none */
  uint32_t started : 31; /* by the worker's count of queries */
  uint32_t claimed : 1;  /* the claim is ours (claim.h) */
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
  TypeId explored;         /* value(q, 1), but for what settle() makes of it */
  uint32_t explored_reads; /* as Frame.reads */
  bool claimed;            /* as Frame.claimed */
  bool solving;            /* a member; what follows is used only then */
  bool reached_unknown;
  uint16_t changes;
  uint32_t round;   /* in which it was evaluated last */
  uint32_t due;     /* in which it is to be evaluated next; 0: not known of */
  TypeId value;     /* value(q, round) */
  uint32_t history; /* 1 + index of its last Change; 0: still Divergent */
  uint32_t readers; /* 1 + index of a Link: who read it since it changed */
} Provisional;

/* From this round on a member has this value. */
typedef struct {
  TypeId value;
  uint32_t round;
  uint32_t before; /* as Provisional.history */
} Change;

/* An element of a list of members. */
typedef struct {
  uint32_t member; /* index of the provisional result */
  uint32_t next;   /* 1 + index; 0: the end */
} Link;

/* The component that is being solved, of several nested ones the innermost. */
typedef struct {
  uint32_t first;  /* its members are provisional[first..) */
  uint32_t head;   /* the stack position that stands for all of them */
  uint32_t agenda; /* where its part of the agenda begins */
  uint32_t now;    /* no member is due before this round */
} Component;

struct QueryStack {
  VEC(Frame) frames;
  VEC(Provisional) provisional;
  /* key -> 1 + 2*frame position, or 2 + 2*provisional index; of these only */
  HMap64 where;
  VEC(Read) explored; /* of the frames and the provisional results */
  Component component;
  VEC(Change) history;
  VEC(Link) links;
  VEC(uint32_t) agenda; /* by round, a list of the members that are due */
  uint32_t round; /* in which the running member is evaluated; 0: exploring */
  bool joined;    /* it met a new member: it is to be evaluated again */
  bool yields;    /* may drop what it does when another worker is at it */
  bool gave_up;   /* and does so */
  uint32_t seen;  /* frames below have been claimed, or cannot be */
  uint64_t look;  /* at which count of queries to claim more */
};

/* Does w, the entry of `where` for key, name a provisional result?  Fills *index. */
static inline bool cycle_where(const QueryStack *stack, uint64_t key,
                               uint32_t w, uint32_t *index) {
  if (w == 0 || (w & 1)) return false;
  *index = (w - 2) / 2;
  return *index < stack->provisional.n &&
         stack->provisional.v[*index].key == key;
}

static inline void cycle_where_set(QueryStack *stack, uint64_t key,
                                   uint32_t value) {
  hmap64_put(&stack->where, key, value);
}

/* ---- query.c ---------------------------------------------------------------- */

/* Where the answer of a query goes; `module` as in query(). */
AtomicU32 *query_slot(InferWorker *worker, QueryKind kind, ModuleState *module,
                      uint32_t index);
/* By key: what kind of result a query has (queries.def); neither: a type made of declarations. */
bool query_is_number(uint64_t key);
bool query_is_of_values(uint64_t key);
/* Evaluates a query once, with a frame of its own: as a member (1 + its index)
 * in a round, or 0, 0 to explore.  *ended gets what the frame says of it. */
TypeId query_evaluate(InferWorker *worker, uint64_t key, ModuleState *module,
                      uint32_t member, uint32_t round, Frame *ended);

/* ---- cycle.c ---------------------------------------------------------------- */

/* What the member `reader` reads from the member `at` in this round: its value
 * in the round before.  The reader becomes due when that changes. */
TypeId cycle_read(QueryStack *stack, uint32_t reader, uint32_t at,
                  uint32_t round);
/* Solves the component whose members are provisional[first..); `head` is the
 * stack position that stands for all of them.  More may join.  Returns false
 * when the component turns out to reach below head: *low says how far, and the
 * members stay provisional. */
bool cycle_solve(InferWorker *worker, uint32_t first, uint32_t head,
                 uint32_t *low);
/* The values of the members provisional[first..) become answers, all at once,
 * and are provisional no more. */
void cycle_publish(InferWorker *worker, uint32_t first);

#endif
