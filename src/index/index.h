/* index.h - one module's semantic index: scopes, places, definitions, flow.
 *
 * Layer: index.  Memory: the module's arena.  Threads: built by the worker that
 * parsed the module, frozen afterwards.  No types anywhere.
 *
 * The use-def map is an SSA graph, module-wide and dense (Braun et al., "Simple
 * and Efficient Construction of Static Single Assignment Form", 2013, fitted to
 * structured control flow).  A FlowId names the value of one place at one point:
 * a definition, a phi over branches (each operand with the reachability of its
 * edge), a loop header, or an earlier value narrowed by a predicate.  A use holds
 * one FlowId.  infer evaluates flow nodes lazily, one memo slot each.
 * Reachability conditions form a second DAG, evaluated lazily too, since
 * predicates and NoReturn calls need types.
 */
#ifndef INDEX_INDEX_H
#define INDEX_INDEX_H

#include "core/diag.h"
#include "core/options.h"
#include "parse/ast.h"

/* ---- scopes ------------------------------------------------------------ */

typedef enum {
  SCOPE_MODULE,
  SCOPE_CLASS,
  SCOPE_FUNCTION,
  SCOPE_LAMBDA,
  SCOPE_COMPREHENSION,
  SCOPE_TYPE_PARAMS, /* PEP 695 list of a def, class or type statement */
  SCOPE_TYPE_ALIAS   /* the lazily evaluated value of a `type` statement */
} ScopeKind;

enum { /* Scope.flags */
  SCOPE_ASYNC = 1,        /* async def; async comprehension */
  SCOPE_GENERATOR = 2,    /* holds yield or yield from */
  SCOPE_STAR_IMPORT = 4,  /* holds `from m import *` */
  SCOPE_FUTURE_ANNOTATIONS = 8, /* module: from __future__ import annotations */
  SCOPE_FALLS_THROUGH = 16, /* function: its end may be reached (see end_reach) */
  SCOPE_SETS_ANY = 32      /* class: __init__ does setattr(self, name, ...) */
};

/* Eager scopes (module, class, comprehension, type parameters) run where they
 * stand and see the flow-sensitive values of the scopes around them; lazy ones
 * (function, lambda, type alias) run later. */
typedef struct {
  uint8_t kind; /* ScopeKind */
  uint8_t flags;
  uint16_t depth;
  ScopeId parent;        /* 0 for the module */
  NodeId node;           /* Module, FunctionDef, ClassDef, Lambda, comprehension, TypeAlias */
  NodeId first;          /* first node inside; [first, ast_end(node)) holds the scope, less what
                          * the scope around evaluates (see index_enclosing) */
  ScopeId around;        /* innermost scope whose nodes include `first`; parent, or further in */
  uint32_t place_begin;  /* its places: index->places[place_begin, place_end) */
  uint32_t place_end;
  uint32_t return_begin; /* function: its return statements in index->returns */
  uint32_t return_end;
  uint32_t yield_begin;  /* function, lambda: Yield and YieldFrom nodes in index->yields */
  uint32_t yield_end;
  ReachId end_reach;     /* reachability of the end of the scope's body */
  NameId name;           /* of the function or class, else 0 */
} Scope;

/* A statement or expression with the reachability of the point where it stands. */
typedef struct {
  NodeId node;
  ReachId reach;
} NodeReach;

/* ---- places ---------------------------------------------------------------- */

typedef enum {
  PLACE_SYMBOL,    /* x */
  PLACE_ATTRIBUTE, /* <parent>.name */
  PLACE_INDEX,     /* <parent>[integer literal] */
  PLACE_KEY        /* <parent>["string literal"] */
} PlaceKind;

enum { /* Place.flags */
  PLACE_BOUND = 1,      /* some definition here binds it */
  PLACE_DECLARED = 2,   /* some definition here declares its type */
  PLACE_USED = 4,
  PLACE_PARAM = 8,
  PLACE_GLOBAL = 16,    /* named in a `global` statement of this scope */
  PLACE_NONLOCAL = 32,  /* named in a `nonlocal` statement of this scope */
  PLACE_WRITTEN_FROM_INSIDE = 64, /* a nested scope binds it by global/nonlocal */
  PLACE_REASSIGNED = 128, /* more than one binding */
  PLACE_REDECLARED = 256, /* an annotation that is not its first definition */
  PLACE_CONTAINER = 512,  /* some definition binds it to an empty container */
  PLACE_ITEMS_CHANGE = 1024, /* an item is stored whose key is not written there,
                              * or update() is called */
  PLACE_ITEMS_STORED = 2048  /* some item is stored under a written key */
};

typedef struct {
  uint8_t kind; /* PlaceKind */
  uint16_t flags;
  ScopeId scope;
  NameId name;     /* symbol, attribute or key */
  PlaceId parent;  /* 0 for symbols */
  int32_t index;   /* PLACE_INDEX */
  DefId first_def; /* definitions of the place, in source order, by Def.next;
                    * those made from nested scopes by global/nonlocal included */
  FlowId end;      /* value at the end of the scope; 0 for members */
} Place;

/* ---- definitions -------------------------------------------------------------- */

typedef enum {
  DEF_NONE,
  DEF_IMPORT,        /* node: Alias of Import.  `import a.b` binds a */
  DEF_IMPORT_FROM,   /* node: Alias of ImportFrom */
  DEF_FUNCTION,      /* node: FunctionDef */
  DEF_CLASS,         /* node: ClassDef */
  DEF_TYPE_ALIAS,    /* node: TypeAlias */
  DEF_TYPE_PARAM,    /* node: TypeParam */
  DEF_PARAM,         /* node: Param; of a function or lambda */
  DEF_ASSIGN,        /* node: Assign; target may sit inside an unpacking */
  DEF_ANN_ASSIGN,    /* node: AnnAssign */
  DEF_AUG_ASSIGN,    /* node: AugAssign; prev = value before it */
  DEF_FOR,           /* node: For */
  DEF_WITH,          /* node: WithItem */
  DEF_COMPREHENSION, /* node: Comprehension */
  DEF_NAMED_EXPR,    /* node: NamedExpr */
  DEF_EXCEPT,        /* node: ExceptHandler */
  DEF_MATCH,         /* node: MatchAs, MatchStar or MatchMapping that captures; pred = its case */
  DEF_DELETE         /* node: Delete; unbinds */
} DefKind;

enum { /* Def.flags */
  DEF_BINDS = 1,     /* gives the place a value */
  DEF_DECLARES = 2,  /* annotation, def, class, type statement, parameter annotation */
  DEF_IN_UNPACK = 4, /* target sits inside a tuple or list target */
  DEF_LOCAL_TO_EXCEPT = 8,
  DEF_IN_LOOP = 16,
  DEF_IN_HANDLER = 32 /* an annotation in an except clause */
};

typedef struct {
  uint8_t kind; /* DefKind */
  uint8_t flags;
  ScopeId scope;   /* scope in which it stands (for global/nonlocal: not the place's) */
  PlaceId place;
  NodeId node;
  NodeId target;   /* the Name, Attribute or Subscript bound; 0 where there is none */
  ReachId reach;   /* of the point of definition */
  FlowId prev;     /* value of the place just before it (0: unknown) */
  PredId pred;     /* DEF_MATCH: the case's predicate */
  FlowId flow;     /* the FLOW_DEF node */
  DefId next;      /* next definition of the same place */
} Def;

/* ---- flow: SSA values ------------------------------------------------------------ */

typedef enum {
  FLOW_NONE,
  FLOW_UNBOUND, /* FlowId 1: nothing is bound (start of a function scope, after del) */
  FLOW_DEF,     /* a: DefId */
  FLOW_PHI,     /* a: index into extra: n, then n pairs (FlowId, ReachId of the edge);
                 * c: ReachId that all edges go through (0: not known), so that an
                 * edge may be evaluated relative to where the paths parted. Operands are in
                 * the order in which a reader first meets their definitions */
  FLOW_LOOP,    /* as FLOW_PHI; the first pair is the entry, a second one comes back */
  FLOW_NARROW,  /* a: FlowId before, b: PredId, c: 1 = the predicate holds; an elif chain of n
                 * arms nests n of them: readers iterate */
  FLOW_STAR,    /* a: FlowId before, b: ImportFrom node (star): the module's value for
                 * the place's name when it exports it, else `a`; c: PlaceId */
  FLOW_FREE,    /* a: PlaceId of a symbol of an enclosing scope, read later (from a lazy scope);
                 * b: FlowId of its value where the lazy scope stands, when nothing binds
                 * it after that point (so narrowing holds), else 0 */
  FLOW_GLOBAL,  /* a: NameId bound nowhere in this module: star imports, then builtins;
                 * b: PlaceId of the module's symbol, if it has one */
  FLOW_MEMBER   /* a: PlaceId of a member, b: FlowId of its parent's value: the attribute or
                 * item as looked up, before any narrowing */
} FlowKind;

typedef struct {
  uint32_t kind : 8; /* FlowKind */
  uint32_t c : 24;
  uint32_t a, b;
} Flow;
static_assert(sizeof(Flow) == 12, "a flow node is three words");
#define FLOW_ID_UNBOUND ((FlowId){1})

typedef struct {
  FlowId value;
  ReachId edge;
} FlowEdge;
typedef struct {
  const FlowEdge *v;
  uint32_t n;
} FlowEdges;

/* ---- predicates and reachability ---------------------------------------------------- */

typedef enum {
  PRED_NONE,
  PRED_EXPR,    /* node: an atomic test (never not/and/or): it is true */
  PRED_PATTERN, /* node: MatchCase: its pattern matches (the guard is a PRED_EXPR of its own) */
  PRED_NOT_EMPTY /* node: For or Comprehension: the iterable yields at least once */
} PredKind;

typedef struct {
  uint8_t kind; /* PredKind */
  NodeId node;
  FlowId subject; /* PRED_PATTERN: the subject's value before this case when it is a place, else 0 */
  PredId previous; /* PRED_PATTERN: the case before it (which did not match), else 0 */
} Pred;

typedef enum {
  REACH_NONE,
  REACH_ALWAYS,   /* ReachId 1 */
  REACH_NEVER,    /* ReachId 2 */
  REACH_PRED,     /* a: ReachId before, b: PredId, c: 1 = holds */
  REACH_CALL,     /* a: ReachId before, b: Call (or Await of it) node: unless it never returns */
  REACH_SUPPRESS, /* a: ReachId before, b: WithItem node: if its exit may swallow */
  REACH_OR,       /* a, b: ReachId; c: the nearest ReachId that both go through */
  REACH_AND       /* as REACH_OR */
} ReachKind;
/* Operands have smaller ids than the node. A chain may be as long as its function: readers
 * walk `a` in a loop (or evaluate nodes in id order), and do not recurse. */

typedef struct {
  uint32_t kind : 8;
  uint32_t c : 24;
  uint32_t a, b;
} Reach;
#define REACH_ID_ALWAYS ((ReachId){1})
#define REACH_ID_NEVER ((ReachId){2})

/* ---- what other modules need ------------------------------------------------------------ */

enum { /* ImportRequest.flags */
  IMPORT_TYPE_CHECKING = 1, /* under `if TYPE_CHECKING` */
  IMPORT_IN_FUNCTION = 2,
  IMPORT_STAR = 4,
  IMPORT_FROM = 8,
  IMPORT_IN_TRY = 16 /* inside a try with a handler for ImportError or wider */
};
typedef struct {
  NodeId node;   /* Alias of an Import, or ImportFrom */
  NameId module; /* dotted name as written, 0 for `from . import x` */
  uint16_t level;
  uint16_t flags;
} ImportRequest;

/* `__all__` as the typing spec's list of forms allows ("Library interface"). */
typedef enum {
  ALL_NAME,        /* value: a name that it holds */
  ALL_REMOVE,      /* value: a name that it does not hold any more */
  ALL_MODULE,      /* value: local (dotted) name of a module whose __all__ is added */
  ALL_RESET        /* a second `__all__ = ...` starts here; value: 0 */
} AllKind;
typedef struct {
  uint8_t kind;
  NameId value;
  NodeId node;
} AllEntry;

/* `self.x = ...`, `self.x: T`, `cls.x = ...` in a method: an implicit attribute. */
typedef struct {
  ScopeId class_scope;
  ScopeId method_scope;
  NameId name;
  DefId def;
  bool through_class; /* in a classmethod, or by cls. */
} ImplicitAttribute;

/* Empty containers and what is put into them (container.c). */
enum { CONTAINER_DEPTH_MAX = 4 };
typedef enum {
  CONTAINER_CALL,      /* node: Call of a method that puts something in */
  CONTAINER_STORE,     /* node: Subscript, a target of an Assign */
  CONTAINER_AUG_STORE, /* node: Subscript, the target of an AugAssign */
  CONTAINER_AUG,       /* node: AugAssign of the container itself */
  CONTAINER_OTHER,     /* node: target (or statement) of another definition */
  CONTAINER_ESCAPE     /* others may put something in, unseen */
} ContainerUseKind;
typedef struct {
  uint32_t container; /* index into containers */
  uint8_t kind;       /* ContainerUseKind */
  uint8_t depth;      /* 0: of the container itself, 1: of its items, ... */
  NodeId node;
} ContainerUse;
typedef struct {
  DefId first; /* its first definition */
  uint32_t use_begin, use_end; /* index->container_uses, in source order */
} Container;
typedef struct {
  DefId def; /* DEF_ASSIGN of a symbol to what looks like an empty container */
  uint32_t container;
} ContainerDef;

typedef struct Index {
  Arena *arena;
  const Ast *ast;
  Scope *scopes;     /* [scope_count] in pre-order, 0 unused, 1 = module */
  Place *places;     /* [place_count] by scope, 0 unused */
  uint32_t *symbol_slots; /* [symbol_mask + 1] hash table of symbols that a scope binds or declares */
  uint32_t symbol_mask;
  Def *defs;         /* [def_count] in source order, 0 unused */
  Flow *flows;       /* [flow_count] */
  Reach *reaches;    /* [reach_count] */
  Pred *preds;       /* [pred_count] */
  uint32_t *extra;   /* phi operands */
  NodeReach *returns, *yields;
  NodeReach *reach_changes; /* sorted by node: from this statement on, within its scope,
                             * this reachability holds */
  ImportRequest *imports;   /* in source order */
  AllEntry *all;            /* in order of execution; see has_all */
  ImplicitAttribute *implicit; /* sorted by (class_scope, name text, def) */
  Container *containers;
  ContainerDef *container_defs; /* sorted by def */
  ContainerUse *container_uses;
  uint32_t container_count, container_def_count, container_use_count;
  uint32_t scope_count, place_count, def_count, flow_count, reach_count,
      pred_count, extra_count, return_count, yield_count, reach_change_count,
      import_count, all_count, implicit_count;
  bool has_all;         /* __all__ is defined */
  bool all_is_complete; /* and every operation on it was understood */
  bool future_annotations;
} Index;

/* ---- building ------------------------------------------------------------------------- */

/* Requires: *ast is complete.  Fills *out in `mod`, and the USE words of the
 * Ast: Name.b (load: FlowId; store, delete: DefId), Attribute.c and Subscript.c
 * (load: FlowId or 0 = no narrowing; store: DefId or 0), AstHandler.def.  Reports to `diags` (may be NULL) what needs scopes
 * but no types: `nonlocal` without a binding, a name both parameter and global, ... */
void index_module(Ast *ast, Arena *mod, Arena *scratch, DiagList *diags,
                  Index *out);
/* The same; `deferred`: annotations are evaluated lazily in every module, as
 * from Python 3.14 on (PEP 649), not only in stubs and under
 * `from __future__ import annotations`. */
void index_module_deferred(Ast *ast, bool deferred, Arena *mod, Arena *scratch,
                           DiagList *diags, Index *out);

/* ---- reading --------------------------------------------------------------------------- */

/* The symbol `name` of that scope alone, or 0.  Only symbols that the scope binds or declares
 * (also by global, nonlocal or from inside), not those that it merely uses. */
PlaceId index_symbol(const Index *index, ScopeId scope, NameId name);
/* The symbol that `name` means when it is read (lazily) in `scope`: walks outwards by Python's rules
 * (class scopes are skipped from functions inside them; global and nonlocal respected).  0: not in this
 * module. */
PlaceId index_resolve(const Index *index, ScopeId scope, NameId name);
/* The scope whose body `node` opens (FunctionDef, ClassDef, Lambda, comprehension, TypeAlias, Module); for a
 * def or class with type parameters, the inner one. */
ScopeId index_scope_of(const Index *index, NodeId node);
/* The type parameter scope of a FunctionDef, ClassDef or TypeAlias, or 0. */
ScopeId index_type_params_of(const Index *index, NodeId node);
/* The innermost scope that holds `node`. */
ScopeId index_enclosing(const Index *index, NodeId node);
/* Reachability of the statement `node`. */
ReachId index_reach_at(const Index *index, NodeId node);
/* The definition that `node` makes without a target (FunctionDef, ClassDef, Param, TypeParam, Alias,
 * ExceptHandler), or that of a target; 0: none. */
DefId index_def_of(const Index *index, NodeId node);
/* The implicit attributes of a class with that name: a run in index->implicit. */
uint32_t index_implicit(const Index *index, ScopeId class_scope, NameId name,
                        uint32_t *count);
/* The first implicit attribute of the class, or of the next one that has any:
 * index->implicit is sorted by its classes. */
uint32_t index_implicit_from(const Index *index, ScopeId class_scope);

/* The condition that must hold for `reach` to hold; ALWAYS at the end. */
static inline ReachId index_reach_before(const Index *index, ReachId reach) {
  const Reach *r = &index->reaches[reach.v];
  switch ((ReachKind)r->kind) {
  case REACH_PRED:
  case REACH_CALL:
  case REACH_SUPPRESS: return (ReachId){r->a};
  case REACH_OR:
  case REACH_AND: return r->c ? (ReachId){r->c} : REACH_ID_ALWAYS;
  default: return REACH_ID_ALWAYS;
  }
}
/* `[]`, `{}`, `set()`, `defaultdict(list)`: syntax that may make an empty
 * container; types have the last word. */
bool index_is_empty_container(const Ast *ast, NodeId node);
/* The container that a definition makes, + 1; 0: it makes none. */
uint32_t index_container_of(const Index *index, DefId def);
/* Does a container's method of that name put something in? */
bool index_method_fills(NameId method);

static inline FlowEdges index_edges(const Index *index, FlowId flow) {
  const uint32_t *p = &index->extra[index->flows[flow.v].a];
  return (FlowEdges){(const FlowEdge *)(const void *)(p + 1), *p};
}

/* Text form for --dump index. */
void index_dump(const Index *index, StrBuf *out);
/* Panics when an invariant of this header is broken (debug builds). */
void index_verify(const Index *index);

#endif
