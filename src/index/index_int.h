/* index_int.h - what the files of index/ share while they build one Index.
 *
 * Layer: index.  Memory: all of it in `scratch`; index.c copies what stays.
 * Threads: one Builder a unit of work.
 *
 * Two passes.  The first (scope.c, place.c) scans the nodes in source order:
 * scopes, symbols, members, definitions.  The second (flow*.c) walks the
 * statements in the order of execution and builds the SSA graph.
 */
#ifndef INDEX_INDEX_INT_H
#define INDEX_INDEX_INT_H

#include "base/hmap.h"
#include "base/vec.h"
#include "core/names.h"
#include "index/index.h"

/* While a name waits for the second pass its USE word holds a temporary
 * symbol with this bit set. */
#define TEMP_MARK 0x80000000u
/* Fewest nodes in no loop. */
#define NO_LOOP UINT32_MAX

/* A join that paths lead to; 0 = a path that is of no interest. */
typedef uint32_t Target;

typedef struct {
  uint32_t place, old;
} LogEntry;
typedef struct {
  uint32_t place, value;
} Change;
/* A path that leads to a target: it left the spine at log position `pos` with
 * these changes on top. */
typedef struct {
  Target target;
  uint32_t pos;
  uint32_t begin, end; /* in Builder.changes */
  ReachId reach;
} Arm;
/* A stretch of the walk that will be undone and merged: marks on the stacks. */
typedef struct {
  uint32_t log, arm, change;
} Segment;

/* What the second pass knows of a place beside index.h's Place. */
typedef struct {
  uint32_t init;     /* FlowId at the start of its scope, when made */
  uint32_t outer;    /* free symbol: the place next further out */
  uint32_t owner;    /* the place that is bound; itself unless free */
  uint32_t last_end; /* no binding's node ends behind this one */
  uint32_t root;     /* member: its symbol */
  uint32_t child, sibling; /* members directly below */
  uint32_t known;    /* symbol: list of members that may have a value */
  uint32_t known_next; /* member: the rest of that list */
  bool is_known;     /* member: is on it */
  uint32_t lazy, lazy_value; /* newest FLOW_FREE, and its b */
  uint32_t member;   /* newest FLOW_MEMBER */
} PlaceInfo;

/* One run of a lazy scope or of the module. */
typedef struct Frame {
  struct Frame *up;
  ScopeId base;        /* function, lambda, type alias or module */
  ScopeId scope;       /* innermost scope now, eager ones included */
  ReachId reach;       /* of the point where the walk stands */
  uint32_t segments;   /* open ones */
  uint32_t loop_start; /* node of the outermost loop around, or NO_LOOP */
  uint32_t snapshot;   /* what is bound before this node stays so */
  Target break_target, continue_target;
  uint32_t import_flags;
  uint32_t returns, yields; /* marks on the stacks */
  bool lazy_names;     /* names now read as if from a lazy scope */
} Frame;

/* A reach node in the tree of dominators, with a jump pointer: any ancestor is
 * found in logarithmic time. */
typedef struct {
  uint32_t parent, jump, depth;
} ReachUp;

typedef struct {
  uint32_t x, y, answer;
} ReachOr;

typedef VEC(Scope) ScopeVec;
typedef VEC(Place) PlaceVec;
typedef VEC(Def) DefVec;
typedef VEC(Flow) FlowVec;
typedef VEC(Reach) ReachVec;
typedef VEC(Pred) PredVec;
typedef VEC(NodeReach) NodeReachVec;
typedef VEC(LogEntry) LogVec;
typedef VEC(Change) ChangeVec;
typedef VEC(Arm) ArmVec;
typedef VEC(FlowEdge) EdgeVec;

/* A place that a merge touches: its writes on the spine and in the arms. */
typedef struct {
  uint32_t place;
  uint32_t spine, spine_last, arm, arm_last; /* events, 0 = none */
} Touched;
typedef struct {
  uint32_t next, key, value;
} Event;

/* Reused by every merge (state.c). */
typedef struct {
  ArmVec arms;      /* of the target at hand */
  VEC(Touched) touched;
  VEC(Event) events;
  ChangeVec out;
  ArmVec results;
  EdgeVec edges;    /* operands of the phi at hand */
  EdgeVec todo, done; /* phi.c */
  VEC(uint32_t) lo, hi; /* ranges of arms, by operand */
  U32Vec tree;      /* ORs of the arms' reaches, 0 = not made */
} Merge;

/* Who binds the next name that is stored (first pass). */
typedef struct {
  DefKind kind;
  uint32_t node;
} Binder;

/* A test whose answer has a name (alias.c): what it may narrow, and the value
 * that was tested. */
typedef struct {
  uint32_t node, place, value;
} AliasTest;
typedef struct {
  uint32_t value;      /* the node that was assigned */
  uint32_t begin, end; /* of Builder.alias_tests */
} Alias;

typedef struct Builder {
  Ast *ast;
  AstNode *nodes;
  const uint32_t *ends;
  Arena *scratch;
  DiagList *diags;
  Index *out;
  bool deferred;     /* annotations are evaluated lazily */
  bool second_pass;

  /* first pass */
  ScopeVec scopes;
  PlaceVec temps;    /* symbols and members as met; ids are temporary */
  HMap64 symbols;    /* (scope, name) -> temporary */
  HMap64 members;    /* member_key -> temporary, then place */
  DefVec defs;
  U32Vec def_key;    /* node by which the definitions are sorted */
  U32Vec def_track;  /* temporary, then the place whose flow it changes */
  U32Vec complex;    /* expressions that change or branch the state */
  U32Vec setattrs;   /* pairs (scope, name): setattr(name, <no literal>, ...) */
  U32Vec forgets;    /* pairs (node, place << 1 | 1 when only its items) */
  ScopeId scope;     /* in which the scanned node is evaluated */
  ScopeId around;    /* innermost one among whose nodes it is */
  Binder binder;
  uint32_t unpack_end;
  bool in_loop;
  uint32_t handler_end; /* of the last except clause that was entered */

  /* between */
  uint32_t *final;   /* temporary -> place */
  Place *places;
  PlaceInfo *info;
  uint32_t place_count;

  /* second pass */
  uint32_t *cur;     /* FlowId by place; 0 = as at the start, as looked up */
  Frame *frame;
  LogVec log;
  ArmVec arms;
  ChangeVec changes;
  uint32_t *slot;    /* by place: index of Touched + 1 in the merge at hand */
  Merge merge;
  Target targets;    /* the newest */
  FlowVec flows;
  U32Vec orders;     /* by FlowId: where its value is first met (state.c) */
  ReachVec reaches;
  PredVec preds;
  U32Vec extra;      /* phis: n, pairs, then the join's own reach */
  VEC(ReachUp) reach_up; /* by ReachId */
  uint32_t *reach_slots;
  uint32_t reach_mask;
  ReachOr *reach_ors; /* [reach_mask + 1] newest answers of reach_or */
  NodeReachVec returns, yields;           /* finished scopes */
  NodeReachVec open_returns, open_yields; /* a stack */
  NodeReachVec reach_changes;
  VEC(AliasTest) alias_tests;
  VEC(Alias) aliases;
  HMap32 alias_of_def; /* DefId -> index in aliases + 1 */
  U32Vec loops;      /* stack of (place, header, entry value, its reach) */
  uint32_t complex_at;
  VEC(ImportRequest) imports;
  VEC(AllEntry) all;
  bool has_all, all_unknown;
  uint32_t stars;    /* FLOW_STAR nodes made */
} Builder;

static inline const AstNode *node_at(const Builder *b, uint32_t id) {
  return &b->nodes[id];
}
static inline NodeList node_list(const Builder *b, uint32_t extra) {
  return ast_list(b->ast, extra);
}
/* The first node behind the subtree of `id`. */
static inline uint32_t node_end(const Builder *b, uint32_t id) {
  return b->ends[id];
}

/* ---- scope.c: first pass ------------------------------------------------ */
void scope_scan_module(Builder *b);
/* Temporary of the symbol; made when it is not there. */
uint32_t scope_symbol(Builder *b, ScopeId scope, NameId name);

/* ---- place.c: places, and what lies between the passes ------------------ */
/* The place that an expression names, or 0.  First pass: a temporary, made when
 * missing.  Second pass: only before its names are visited. */
uint32_t place_of_expr(Builder *b, uint32_t node);
/* Its child by attribute or literal item, or 0 (second pass). */
uint32_t place_child(const Builder *b, uint32_t parent, const AstNode *load);
void place_resolve(Builder *b);
/* First definition whose key is at or behind `node`. */
uint32_t place_defs_from(const Builder *b, uint32_t node);
/* The definition with exactly this key, or 0. */
DefId place_def_at(const Builder *b, uint32_t node);

/* ---- state.c: the state and its joins ----------------------------------- */
uint32_t state_flow(Builder *b, FlowKind kind, uint32_t c, uint32_t a,
                    uint32_t w);
void state_set(Builder *b, uint32_t place, uint32_t flow);
Target state_target(Builder *b);
Segment state_open(Builder *b);
/* The path as it is now leads to `target`, if it can be reached. */
void state_arm(Builder *b, Target target);
/* The same, with changes that lie behind `begin` on Builder.changes. */
void state_arm_changes(Builder *b, Target target, uint32_t begin,
                       ReachId reach);
/* Undoes the segment; all its arms become one arm a target, in the segment
 * around. */
void state_close(Builder *b, Segment s, Target last);
/* Takes the newest arm of the target off the stack; false: no path. */
bool state_take(Builder *b, Target target, Arm *out);
/* Goes on along that arm. */
void state_apply(Builder *b, const Arm *arm);
/* Closes, and goes on where `target` is; REACH_NEVER when no path leads
 * there. */
void state_close_to(Builder *b, Segment s, Target target);
/* A place's values: the merge of try and with collects them (flow_try.c). */
Touched *state_touch(Builder *b, uint32_t place);
void state_touch_value(Builder *b, Touched *t, uint32_t key, uint32_t value);
/* Forgets all that is known of the members below. */
void state_forget_members(Builder *b, uint32_t place);
void state_forget_items(Builder *b, uint32_t place);

/* ---- phi.c -------------------------------------------------------------- */
/* A phi over b->merge.edges at a join with that reach, simplified; 0 for a
 * member about which nothing is known. */
uint32_t phi_make(Builder *b, uint32_t place, ReachId reach);

/* ---- reach.c ------------------------------------------------------------ */
void reach_init(Builder *b);
ReachId reach_pred(Builder *b, ReachId before, PredId pred, bool holds);
ReachId reach_call(Builder *b, ReachId before, uint32_t node);
ReachId reach_suppress(Builder *b, ReachId before, uint32_t item);
ReachId reach_or(Builder *b, ReachId x, ReachId y);
ReachId reach_and(Builder *b, ReachId x, ReachId y);
/* The nearest condition that both go through. */
ReachId reach_common(const Builder *b, ReachId x, ReachId y);
/* The condition that all paths of a join with that reach go through. */
ReachId reach_dominator(const Builder *b, ReachId r);
/* True when x and y are the two outcomes of one test: *before is their or. */
bool reach_complement(const Builder *b, ReachId x, ReachId y, ReachId *before);

/* ---- predicate.c -------------------------------------------------------- */
#define PREDICATE_PLACES 8
typedef struct {
  uint32_t v[PREDICATE_PLACES];
  uint32_t n;
} PlaceList;
/* The places that the atomic test may narrow; in the second pass to be asked
 * before the test is visited. */
void predicate_places(Builder *b, uint32_t node, PlaceList *out);
/* The places that the patterns of a match on `node` may narrow; the result is
 * the subject's own, or 0. */
uint32_t predicate_subject(Builder *b, uint32_t node, PlaceList *out);
PredId predicate_new(Builder *b, PredKind kind, uint32_t node,
                     uint32_t subject, PredId previous);
/* ---- alias.c ------------------------------------------------------------ */
/* Before the value of an assignment is visited, and when its name is bound. */
uint32_t alias_tests(Builder *b, uint32_t value);
void alias_name(Builder *b, uint32_t def, uint32_t value, uint32_t begin);
/* The test whose answer the place holds now, or NULL. */
const Alias *alias_find(const Builder *b, uint32_t place);
/* One predicate a test. */
PredId *alias_predicates(Builder *b, const Alias *alias);
/* Pushes on Builder.changes what the alias's being true (false) says. */
void alias_narrow(Builder *b, const Alias *alias, bool holds,
                  const PredId *preds);
/* The value before what narrowed it. */
uint32_t alias_strip(const Builder *b, uint32_t flow);

/* 1 true, 0 false, -1 not a constant. */
int predicate_constant(const Builder *b, uint32_t node);
/* True for TYPE_CHECKING and typing.TYPE_CHECKING. */
bool predicate_is_type_checking(const Builder *b, uint32_t node);

/* ---- flow.c ------------------------------------------------------------- */
void flow_module(Builder *b);
/* A symbol's value at the start of its scope. */
uint32_t flow_init(Builder *b, uint32_t place);
/* The place's value now; never 0 for a symbol. */
uint32_t flow_value(Builder *b, uint32_t place);
/* As flow_value, but a member that is not known gets its FLOW_MEMBER. */
uint32_t flow_base(Builder *b, uint32_t place);
/* The value when read later, from `node`, where the walk stands. */
uint32_t flow_lazy(Builder *b, uint32_t place, uint32_t node);
/* The definition takes effect here. */
void flow_bind(Builder *b, DefId def);
void flow_frame_open(Builder *b, Frame *frame, ScopeId scope);
void flow_frame_close(Builder *b, Frame *frame);
/* Fills Place.end of the scope's places and its end_reach. */
void flow_scope_end(Builder *b, ScopeId scope);
/* Records that `node` stands at the present reachability. */
void flow_mark(Builder *b, uint32_t node);
void flow_def_function(Builder *b, uint32_t node);
void flow_def_class(Builder *b, uint32_t node);
void flow_type_alias(Builder *b, uint32_t node);
void flow_lambda(Builder *b, uint32_t node);
/* Definitions in a range of nodes that change places of this frame: calls fn
 * once for each definition. */
typedef void (*FlowDefVisit)(Builder *b, uint32_t def, uint32_t place,
                             void *ctx);
void flow_each_def(Builder *b, uint32_t begin, uint32_t end, FlowDefVisit fn,
                   void *ctx);

/* ---- flow_expr.c -------------------------------------------------------- */
void flow_expr(Builder *b, uint32_t node);
void flow_expr0(Builder *b, uint32_t node);
/* Reads the names as a lazy scope would. */
void flow_annotation(Builder *b, uint32_t node);
void flow_lazy_expr(Builder *b, uint32_t node);
/* Binds (or deletes) every target in the expression. */
void flow_store(Builder *b, uint32_t target);
/* Visits the test from the present state; paths go to yes and no. */
void flow_cond(Builder *b, uint32_t node, Target yes, Target no);
/* Both outcomes relative to the present state; of reach NEVER when impossible.
 * They live until the segment around is closed. */
typedef struct {
  Arm yes, no;
} Outcomes;
Outcomes flow_test(Builder *b, uint32_t node, bool want_no);
/* Pushes NARROW of each place on Builder.changes. */
void flow_narrow(Builder *b, const PlaceList *places, PredId pred, bool holds);

/* ---- flow_stmt.c -------------------------------------------------------- */
void flow_body(Builder *b, uint32_t list);
/* Loops (flow_loop.c). */
uint32_t flow_loop_open(Builder *b, uint32_t begin, uint32_t end);
void flow_loop_close(Builder *b, uint32_t mark, const Arm *back);
void flow_forget_range(Builder *b, uint32_t begin, uint32_t end);
void flow_for(Builder *b, uint32_t node);
void flow_while(Builder *b, uint32_t node);

/* ---- flow_try.c, flow_match.c ------------------------------------------- */
void flow_try(Builder *b, uint32_t node);
void flow_with(Builder *b, uint32_t node);
void flow_match(Builder *b, uint32_t node);

/* ---- exports.c, imports.c ----------------------------------------------- */
void exports_statement(Builder *b, uint32_t node);
void exports_finish(Builder *b);
void imports_request(Builder *b, uint32_t node, NameId module, uint32_t level,
                     uint32_t flags);
/* Fills symbol_slots from the finished places (index.c). */
void index_build_symbols(Arena *mod, Index *out);
/* Implicit attributes, sorted (attributes.c). */
void attributes_collect(Builder *b, Arena *mod);
/* Empty containers and their uses (container.c). */
void containers_collect(Builder *b, Arena *mod);

#endif
