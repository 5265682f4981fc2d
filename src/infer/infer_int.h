/* infer_int.h - what the files of infer share: module state, workers, queries.
 *
 * Layer: infer, inside.  Memory: module state in the memo of the worker that made
 * it, everything else in the worker's scratch.  Threads: memo slots are shared (one atomic
 * word each); an InferWorker belongs to one thread.
 */
#ifndef INFER_INFER_INT_H
#define INFER_INFER_INT_H

#include "base/atomic.h"
#include "base/hmap.h"
#include "base/vec.h"
#include "infer/infer.h"
#include "infer/kept.h"
#include "types/algebra.h"
#include "types/display.h"
#include "types/relate.h"

/* ---- queries ------------------------------------------------------------- */

/* queries.def: QUERY(NAME, table, function, result).
 * table: DEF, FLOW, PLACE, PRED, REACH, RETURN (index into the module's tables), CLASS (ClassId). result: VALUE, TYPE or NUMBER
 * (a small number, stored by query_number). */
typedef enum {
#define QUERY(NAME, table, function, result) QUERY_##NAME,
#include "infer/queries.def"
#undef QUERY
  QUERY_COUNT
} QueryKind;

/* infer's record of a module: its memo slots. */
typedef struct ModuleState {
  ModuleId id;
  const Module *module;
  const ModuleCode *code;
  const Ast *ast;
  const Index *index;
  AtomicU32 *slots[QUERY_COUNT]; /* by table; a slot is 0 until published */
  AtomicU32 *classes;            /* by scope: its ClassId, once asked for */
  AtomicU32 *stars;              /* by import: 1 + the module whose names it
                                  * brings, once asked for */
  AtomicPtr parts;               /* the plan of its body units (module.c) */
} ModuleState;

/* infer's record of a class: memo slots of the queries whose table is CLASS. */
typedef struct ClassState {
  AtomicU32 slots[QUERY_COUNT];
  AtomicPtr names; /* the set of its own names (class_names.c) */
  ModuleState *module;
} ClassState;

typedef struct QueryStack QueryStack;

struct Infer {
  const Options *options;
  Modules *modules;
  Arena *run;
  ModuleId builtins, typing, typing_extensions, types;
};

typedef struct MemberCache MemberCache; /* class_member.c */

struct InferWorker {
  AttrCache attrs;
  BinaryCache binary;
  StringCache strings;
  BoundsCache bounds;
  TypeId integers[INTEGER_CACHE_SIZE];
  ConstructorCache constructors;
  DunderCache dunders;
  SignatureCache signatures;
  SymbolCache symbols;
  SiteCache sites;
  MemberCache *members;
  Infer *infer;
  World world;
  uint32_t number;
  Arena *scratch;   /* reset at the end of a unit */
  Arena *memo;      /* the worker's own caches; lives as long as the worker */
  Parser *parser;   /* string annotations; made on first use */
  QueryStack *queries;
  InferStats stats;
};

/* The state of a module, made on first use; never null (0 gives builtins). */
ModuleState *module_state(InferWorker *worker, ModuleId id);
ClassState *class_state(InferWorker *worker, ClassId id);

/* The answer of a query (query.c).  `index` is the dense index in the query's table; `module` is NULL
 * for table CLASS.  Inside a cycle the value of the last round, or TYPE(DIVERGENT) in the first. */
static inline TypeId query(InferWorker *worker, QueryKind kind,
                           ModuleState *module, uint32_t index);
/* The published answer or null; evaluates nothing. */
TypeId query_peek(QueryKind kind, const ModuleState *module, uint32_t index);
/* Publishes an answer that was computed by other means (the body walk); only values that
 * depended on final answers: i.e. when no query of this worker runs. */
void query_publish(InferWorker *worker, QueryKind kind, ModuleState *module,
                   uint32_t index, TypeId value);
/* True while some query of this worker runs: nothing may be published by hand. */
bool query_running(const InferWorker *worker);
QueryStack *query_stack_create(Arena *arena);
void query_stack_destroy(QueryStack *stack);
/* Makes the memo arrays of a module, all empty. */
void query_slots_create(ModuleState *module, Arena *arena);
/* All published answers of a module as text, a line each. */
void query_dump(InferWorker *worker, const ModuleState *module, StrBuf *out);
void query_stack_reset(QueryStack *stack);

/* Results that are numbers (0 <= n < 2^24) are stored as handles that are no types. In a cycle a number query
 * gives `divergent`. */
static inline TypeId query_number(uint32_t n) { return (TypeId){0x80000000u | n}; }
static inline uint32_t query_to_number(TypeId value, uint32_t divergent) {
  return value.v & 0x80000000u ? value.v & 0xffffffu : divergent;
}

/* ---- the context of an evaluation ------------------------------------------------ */

/* Types given to definitions from outside, for the parameters of a lambda under an expected type; while there
 * are any, nothing below is memoised (flowsolve.c). */
typedef struct Override {
  DefId def;
  TypeId type;
  const struct Override *next;
} Override;

/* Calls inside of calls that are looked into (call_site.c).  Who evaluates a call
 * outside of a query or a body, and may come by again, starts with as many. */
enum { CALL_SITES_MAX = 2 };
typedef struct CallBody CallBody; /* call_body.c */

typedef struct Ctx {
  InferWorker *worker;
  World *world;
  Arena *scratch;
  ModuleState *module;
  const Ast *ast;     /* usually the module's; a string annotation has its own */
  const Index *index;
  ScopeId scope;      /* in which names are looked up when a node has no FlowId */
  NodeId binder;      /* FunctionDef or ClassDef whose header is evaluated: binds
                       * legacy type variables (typevar.c); 0: none */
  NodeId string_node; /* in_string: the Str node in the module's ast */
  DiagList *diags;    /* NULL in queries: they never report */
  ExpressionCounts *counts; /* NULL in queries */
  const Override *overrides;
  CallBody *body;     /* overrides are what a call gives to parameters */
  uint32_t sites;     /* calls around that are looked into (call_site.c) */
  uint32_t trials;    /* calls around that are tried with their context first */
  uint32_t loops;     /* statements around that run their body again */
  bool in_string;     /* ast is that of a string annotation: nodes have no FlowIds */
  bool unreachable;   /* nothing is reported, but reveal_type answers */
  ScopeId lives;      /* unreachable: the function around that is never defined, where it is that;
                       * what is bound inside of it has values there. 0: nothing has */
} Ctx;

/* A context for evaluating in `scope` of `module` without reporting. */
Ctx ctx_quiet(InferWorker *worker, ModuleState *module, ScopeId scope);
static inline bool ctx_reports(const Ctx *ctx, Rule rule) {
  return ctx->diags && !ctx->unreachable && diag_on(ctx->diags, rule);
}
Span ctx_span(const Ctx *ctx, NodeId node);
/* Reports unless the context is quiet or unreachable. */
#define ctx_report(ctx, rule, node, ...)                                     \
  (ctx_reports(ctx, rule)                                                    \
       ? diag_add((ctx)->diags, rule, ctx_span(ctx, node), __VA_ARGS__)      \
       : (void)0)

/* note.c: notes to the diagnostic added last: why source is not assignable to
 * target. */
void note_why(Ctx *ctx, TypeId source, TypeId target);

/* ---- expr.c: expressions ----------------------------------------------------------- */

/* The type of an expression; `expected` (null: none) is the type that its context wants, a hint for
 * literals, displays, lambdas and calls. */
TypeId expr_infer(Ctx *ctx, NodeId node, TypeId expected);
/* The type of an operand whose truth is asked for here: what a name, an attribute or
 * an item holds may have changed since it was tested (types/truth.c). */
TypeId expr_tested(Ctx *ctx, NodeId node, TypeId type);
/* Iterating a value: the element type. Reports not-iterable at `node`. */
TypeId expr_iterate(Ctx *ctx, TypeId iterable, NodeId node, bool is_async);
/* Awaiting a value. */
TypeId expr_await(Ctx *ctx, TypeId awaitable, NodeId node);
/* `a <op> b` by dunders; null when not supported. */
TypeId expr_binary(Ctx *ctx, Operator op, TypeId left, TypeId right, NodeId node);
/* object[index]; reports at `node`. */
TypeId expr_subscript(Ctx *ctx, TypeId object, TypeId index, NodeId node);

/* Entering a context manager: what `as` binds. */
TypeId expr_enter(Ctx *ctx, TypeId manager, bool is_async, NodeId node);
/* Current value of an assignment target read as an expression (x.y in `x.y += 1`). */
TypeId expr_target_value(Ctx *ctx, NodeId target);
/* left <op>= right */
TypeId expr_augmented(Ctx *ctx, Operator op, TypeId left, NodeId right, NodeId node);
/* pattern.c: the type that a capturing pattern (DEF_MATCH) binds. */
TypeId pattern_capture(Ctx *ctx, DefId def);

/* ---- annot.c: annotation and type expressions ----------------------------------------- */

enum { /* where an annotation stands: what is allowed in it */
  ANNOT_VARIABLE = 1,   /* ClassVar, Final allowed */
  ANNOT_PARAM = 2,
  ANNOT_RETURN = 4,     /* TypeGuard, TypeIs allowed */
  ANNOT_BASE = 8,
  ANNOT_ALIAS = 16,
  ANNOT_TYPED_DICT = 32, /* Required, NotRequired, ReadOnly */
  ANNOT_ARGS = 64,      /* *args: *Ts */
  ANNOT_KWARGS = 128,   /* **kwargs: Unpack[TD] */
  ANNOT_DEFERRED = 256, /* names are looked up at the end of their scope (forward references) */
  ANNOT_DATACLASS = 512, /* InitVar */
  ANNOT_VALUE = 1024 /* an expression, no annotation: any qualifier is a value */
};
/* The type that an annotation stands for. Reports invalid-type-form. */
TypeId annot_type(Ctx *ctx, NodeId node, uint32_t where);
/* The same with its qualifiers, as QUALIFIED(type, QUALIFIER_...). */
TypeId annot_qualified(Ctx *ctx, NodeId node, uint32_t where);
/* An annotation in text (a string annotation met as a value, e.g. cast("T", x)). */
TypeId annot_string(Ctx *ctx, NodeId string, uint32_t where);
/* The type that a value stands for when it is used as a type expression: CLASS -> instance, None ->
 * None, KNOWN_VALUE -> inner ...; null when it is none. */
TypeId annot_of_value(Ctx *ctx, TypeId value);
/* A subscripted special form or generic class in a type expression or as a value: `base[slice]`. */
TypeId annot_subscript(Ctx *ctx, TypeId base, NodeId subscript, uint32_t where);
/* A parameter list `[int, str]`, `...`, P, Concatenate[...] as PARAMS. */
TypeId annot_params(Ctx *ctx, NodeId node);

/* ---- deftype.c: definitions ------------------------------------------------------------- */
/* Type that a definition binds (its value, or declared type narrowed to the value). */
TypeId def_type(InferWorker *worker, ModuleState *module, DefId def);
/* QUALIFIED declared type of one definition; TYPE(EMPTY_LIST) when it declares nothing. */
TypeId def_declared(InferWorker *worker, ModuleState *module, DefId def);
/* Declared type of a place (first declaration wins), QUALIFIED or EMPTY_LIST. */
TypeId place_declared(InferWorker *worker, ModuleState *module, PlaceId place);
/* What a parameter of this kind holds whose arguments are of a type: a tuple for `*args: T`, a dict for
 * `**kwargs: T`. */
TypeId declared_collected(World *world, uint8_t param_kind, TypeId type);
/* The declared type that holds where a definition binds its place, plain; null: none, or two that contradict
 * each other: then *conflicting (may be NULL) gets the second. */
TypeId declared_before(InferWorker *worker, ModuleState *module, DefId def, TypeId *conflicting);
/* The value on the right of a definition's statement, before unpacking, for all its targets: the assigned value, the
 * iterable of a for, the entered context of a with. */
TypeId def_source(InferWorker *worker, ModuleState *module, DefId def);
/* `declared` narrowed to an assigned value: the value where it is assignable and says more, else declared; arguments
 * that the value leaves open (list[Any]) are taken from `declared`. _assigned: later; Any takes the place of None. */
TypeId def_narrow_declared(Ctx *ctx, TypeId declared, TypeId value);
TypeId def_narrow_assigned(Ctx *ctx, TypeId declared, TypeId value);
/* Evaluates def_type with a context (overrides of lambda parameters). */
TypeId def_type_in(Ctx *ctx, DefId def);
/* What other scopes see of a symbol: QUALIFIED(type, QUALIFIER_DECLARED|...|QUALIFIER_POSSIBLY_UNBOUND). */
TypeId place_public(InferWorker *worker, ModuleState *module, PlaceId place);
/* Some definition of the place can be reached under this version and platform. */
bool place_may_be_bound(InferWorker *worker, ModuleState *module, PlaceId place);
enum { QUALIFIER_POSSIBLY_UNBOUND = 1 << 14, QUALIFIER_UNBOUND = 1 << 15 };

/* ---- flowsolve.c: SSA values and reachability ---------------------------------------------- */

/* Value of a flow node: QUALIFIED when it may be unbound, else a plain type. */
TypeId flow_type(Ctx *ctx, FlowId flow);
/* The value of a phi or a narrowed or member node, evaluated in this context. */
TypeId flow_evaluate(Ctx *ctx, FlowId flow);
/* The plain type in a possibly QUALIFIED value; *qualifiers (may be NULL) gets
 * QUALIFIER_UNBOUND, QUALIFIER_POSSIBLY_UNBOUND and the like. */
static inline TypeId unqualified(TypeId t, uint32_t *qualifiers) {
  bool is = type_kind(t) == TYPE_KIND_QUALIFIED;
  if (qualifiers) *qualifiers = is ? type_qualifiers(t) : 0;
  return is ? type_inner(t) : t;
}
/* Value of a name looked up (lazily) from `scope`, e.g. in a string annotation. null: not found. */
TypeId scope_lookup(Ctx *ctx, ScopeId scope, NameId name);
/* builtins.name, or null. */
TypeId builtin_lookup(InferWorker *worker, NameId name);
/* Whether a point can be reached, seen from `base` (REACH_ID_ALWAYS: from the start of its scope). */
Truth reach_truth(Ctx *ctx, ReachId reach, ReachId base);
/* The same, seen from the nearest point that all ways to both go through. */
Truth reach_truth_beside(Ctx *ctx, ReachId reach, ReachId other);
/* Truth of a predicate; AMBIGUOUS when the types do not decide. */
Truth pred_truth(Ctx *ctx, PredId pred);

/* Whether a Call (or an Await of one) that stands as a statement comes back: its callee is not declared
 * NoReturn. */
bool call_returns(Ctx *ctx, NodeId call);
/* Subject of a `match` statement's case. */
TypeId pred_subject(Ctx *ctx, PredId pred);
/* The place whose value the flow node is. */
PlaceId flow_place(const Index *index, FlowId id);
/* The subject's node of the match statement in which the predicate's case stands. */
NodeId pred_subject_node(const Ast *ast, const Pred *pred);

/* ---- narrow.c --------------------------------------------------------------------------------- */

/* `type`, the value of `place` before the test, as the predicate leaves it. */
TypeId narrow_type(Ctx *ctx, TypeId type, PlaceId place, PredId pred, bool holds);

/* Whether two values, each a literal or None, are equal. */
Truth narrow_values_equal(Ctx *ctx, TypeId a, TypeId b);

/* ---- func.c: functions ------------------------------------------------------------------------------ */

/* CALLABLE of one def, without its decorators and overloads. */
TypeId func_signature(InferWorker *worker, ModuleState *module, DefId def);
/* What a def statement binds: FUNCTION, decorated. */
TypeId func_value(InferWorker *worker, ModuleState *module, DefId def);
/* Inferred return type (without the coroutine or generator around it). */
TypeId func_inferred_return(InferWorker *worker, ModuleState *module, DefId def);
/* World.signature: CALLABLE or OVERLOADED of a FUNCTION. */
TypeId func_callable(World *world, TypeId function);
/* Declared (or inferred) return type of `return` statements inside the def: for an async def or
 * generator the type of the value after `return`. Null: not declared. */
TypeId func_expected_return(Ctx *ctx, DefId def);
/* The declared return type as written (of an async def: not wrapped), or null. (func.c) */
TypeId func_declared_return(InferWorker *worker, ModuleState *module, DefId def);
typedef struct {
  TypeId yield_type, send_type, return_type;
} GeneratorTypes;
bool func_generator_types(Ctx *ctx, TypeId declared, bool is_async, GeneratorTypes *out);

/* Type of a parameter without annotation (alias.. see semantics.md): self and cls in methods, else Unknown
 * joined with the default's promoted type. Element type for *args and **kwargs. (func.c) */
TypeId func_unannotated_param(InferWorker *worker, ModuleState *module, DefId param);
/* Value of a class statement: CLASS, put through its decorators. (class.c) */
TypeId class_value_of_def(InferWorker *worker, ModuleState *module, DefId def);
/* Value of a `type X = ...` statement. (alias.c) */
TypeId alias_statement_value(Ctx *ctx, DefId def);
/* Value of a PEP 695 type parameter: KNOWN_VALUE_TYPE_VAR. (typevar.c) */
TypeId type_param_value(InferWorker *worker, ModuleState *module, DefId def);
/* DEF_ASSIGN and DEF_ANN_ASSIGN whose value is not an ordinary one: special forms of typing's own stub, TypeVar
 * (and kin) calls, NewType, namedtuple/TypedDict/Enum calls, `X: TypeAlias = ...`, implicit aliases that need laziness
 * (forward references in strings). Null for all others: must be cheap to say no (look at the syntax of the
 * right side first: a Call of a Name/Attribute of such a name). (typevar.c) */
TypeId special_assignment_value(Ctx *ctx, DefId def);

/* ---- class.c ------------------------------------------------------------------------------------------- */

/* The class of a ClassDef definition. */
ClassId class_of_def(InferWorker *worker, ModuleState *module, DefId def);
TypeId class_bases(InferWorker *worker, ClassId id);       /* LIST of INSTANCEs, Unknown for a dynamic base */
TypeId class_mro(World *world, ClassId id);                /* World.class_mro */
TypeId class_type_params(World *world, ClassId id);
uint32_t class_flags(World *world, ClassId id);
TypeId class_metaclass(World *world, ClassId id);
Variance class_variance(World *world, ClassId id, uint32_t type_param);
/* The class that encloses a function scope directly, or 0. */
ClassId class_enclosing(InferWorker *worker, ModuleState *module, ScopeId scope);

/* ---- call.c ------------------------------------------------------------------------------------------------ */

/* One argument of a call: a node to be inferred (with its parameter's type as context), or a type. */
typedef struct {
  NodeId node;    /* 0: only a type */
  TypeId type;    /* null until inferred */
  NameId keyword; /* 0: positional */
  bool is_star, is_double_star;
  bool is_item;   /* an item of a TypedDict after ** */
  bool keeps;     /* a quiet inference is kept in `type`, too */
} Argument;
typedef struct {
  Argument *v;
  uint32_t n;
} Arguments;
typedef struct {
  TypeId returns;
  bool ok;        /* the call type-checks */
} CallResult;
Arguments call_arguments(Ctx *ctx, NodeId call);
/* Calls a value; reports at `node` (0: quietly). */
CallResult call_value(Ctx *ctx, TypeId callee, Arguments args, TypeId expected, NodeId node);
/* object.dunder(args...): ok = false when there is no such method or it does not take them. */
CallResult call_dunder(Ctx *ctx, TypeId object, NameId name, const TypeId *args, uint32_t n);
/* Infers a Call expression, special functions included. */
TypeId call_infer(Ctx *ctx, NodeId call, TypeId expected);

/* CALLABLE or OVERLOADED of anything that can be called without more inference: FUNCTION, BOUND_METHOD (its
 * receiver taken off), CALLABLE itself; null for others. (signature.c) */
TypeId call_signature(World *world, TypeId callee);

/* ---- special/typeddict_*.c --------------------------------------------------------------------------------------------- */

/* A dict display where `expected` (or a member of it) is a TypedDict: checks keys and values, gives the TypedDict;
 * null when expected is none. */
TypeId typed_dict_display(Ctx *ctx, NodeId display, TypeId expected);
/* A call of a TypedDict class, dict(...) where one is expected, or update() of one: checks what is given; null when
 * it is none of these, or the signature of the callee decides. */
TypeId typed_dict_call(Ctx *ctx, NodeId call, TypeId callee, TypeId expected);
/* left | {...} and left |= {...} where left is a TypedDict: left; null when that is not so, or the display has other
 * keys. */
TypeId typed_dict_merge(Ctx *ctx, TypeId left, NodeId right, bool in_place);
/* td["key"]; null when object is no TypedDict or the key no literal. Reports invalid-key at `node` (0: quietly). */
TypeId typed_dict_get(Ctx *ctx, TypeId object, TypeId key, NodeId node);

/* ---- stmt.c, assign.c ------------------------------------------------------------------------------------------ */

/* Checks the statements of a list. */
void stmt_check_body(Ctx *ctx, uint32_t list);
/* Type that a target inside an unpacking receives from `value`. */
TypeId assign_unpacked(Ctx *ctx, NodeId root_target, NodeId target, TypeId value);

#include "infer/member.h"
#include "infer/modvalue.h"
#include "infer/query_inline.h"

#endif
