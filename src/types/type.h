/* type.h - types: 32-bit handles to immutable, hash-consed records.
 *
 * Layer: types.  Memory: the interner's region (run).  Threads: any; a
 * constructor that finds its record takes no lock and writes nothing.
 *
 * Equal handles = identical types.  Handles come in schedule order: no order,
 * hash or output may depend on a handle's value.  The order of a union's
 * members is part of its identity: a union lists its members as a reader of the
 * source meets them. */
#ifndef TYPES_TYPE_H
#define TYPES_TYPE_H

#include "base/arena.h"
#include "base/defs.h"
#include "core/ids.h"
#include "core/names.h"
#include "core/param_kind.h"
#include "types/classinfo.h"

typedef enum {
#define KIND(NAME, dump) TYPE_KIND_##NAME,
  TYPE_KIND_NONE,
#include "types/kinds.def"
#undef KIND
  TYPE_KIND_COUNT
} TypeKind;

/* TypeRec.flags: facts about the type and all that it is made of */
enum {
  TYPE_HAS_ANY = 1,
  TYPE_HAS_UNKNOWN = 2,
  TYPE_HAS_DIVERGENT = 4,
  TYPE_HAS_TYPE_VAR = 8, /* a type variable or Self occurs, bound or free */
  TYPE_HAS_ALIAS = 16,   /* an unexpanded TYPE_ALIAS occurs */
  /* A literal that an expression gave: it may widen in invariant positions. One
   * written in an annotation may not (type_literal_declared). Part of the
   * handle's identity, not of the displayed text nor of any relation. */
  TYPE_IS_PROMOTABLE = 32,
  TYPE_HAS_SELF = 64,       /* a TYPE_VAR_SELF occurs */
  /* a promotable literal occurs, LiteralString or plain float */
  TYPE_HAS_PROMOTABLE = 128
};

typedef struct {
  uint8_t kind; /* TypeKind */
  uint8_t flags;
  uint16_t aux;   /* per kind */
  uint32_t n;     /* words */
  uint32_t depth; /* nesting of the value: 1 + the deepest part, saturating */
  uint32_t w[];
} TypeRec;
static_assert(sizeof(TypeRec) == 12, "one more word makes 16 bytes");

/* Fixed handles, the same in every run. The interner puts these records first,
 * each in 16 bytes: handle = 2 * ordinal. Behind them lie, as regularly, the
 * instances without arguments of the known classes. */
#define TYPE_FIXED(X)                                                 \
  X(ANY)                                                              \
  X(UNKNOWN) X(DIVERGENT) X(NEVER) X(LITERAL_STRING) X(ALWAYS_TRUTHY) \
      X(ALWAYS_FALSY) X(TRUE) X(FALSE) X(EMPTY_LIST) X(EMPTY_TUPLE)
typedef enum {
  TYPE_FIXED_NONE_,
#define X(NAME) TYPE_FIXED_##NAME,
  TYPE_FIXED(X)
#undef X
      TYPE_FIXED_COUNT
} TypeFixed;
/* TYPE(ANY) is the handle of Any, and so on. */
#define TYPE(NAME) ((TypeId){2u * TYPE_FIXED_##NAME})
/* TYPE_KNOWN(int): the instance of a known class without arguments. For a
 * generic class (list) it is not a proper type; use type_instance. */
#define TYPE_KNOWN(ident) \
  ((TypeId){2u * ((uint32_t)TYPE_FIXED_COUNT - 1 + (uint32_t)KNOWN_##ident)})
#define TYPE_NULL ((TypeId){0})

static inline bool type_eq(TypeId a, TypeId b) { return a.v == b.v; }
static inline bool type_is_null(TypeId t) { return t.v == 0; }

/* Creates the process-wide interner, for about `expect` types, the fixed types and
 * the class table; once, after names_init. */
void types_init(uint64_t expect);
void types_destroy(void);
/* Bytes and records in use, for --stats. */
void types_usage(uint64_t *records, uint64_t *bytes);
/* How type_cmp orders modules (by path or name); set before any worker runs.
 * Without it the handles are compared, which only a test may do. */
void types_set_module_cmp(int (*cmp)(ModuleId a, ModuleId b));

extern char *types_base; /* the interner's region */
/* The record of a handle. */
static inline const TypeRec *type_at(TypeId type) {
  ASSERT(type.v != 0);
  return (const TypeRec *)(const void *)(types_base + (uint64_t)type.v * 8);
}
static inline TypeKind type_kind(TypeId type) {
  return (TypeKind)type_at(type)->kind;
}
static inline bool type_has(TypeId type, uint32_t flags) {
  return (type_at(type)->flags & flags) != 0;
}
/* Any, Unknown or Divergent. */
static inline bool type_is_dynamic(TypeId type) {
  return type.v <= TYPE(DIVERGENT).v;
}
static inline bool type_is_literal(TypeId type) {
  TypeKind k = type_kind(type);
  return k >= TYPE_KIND_LITERAL_INT && k <= TYPE_KIND_LITERAL_ENUM;
}

/* A borrowed list of types. */
typedef struct {
  const TypeId *v;
  uint32_t n;
} TypeSpan;

/* ---- constructors (each interns) and their readers ----------------------- */

/* INSTANCE: an instance of a class; args: one for each type parameter, or none
 * when the class is not generic. `float` and `complex` of annotations are
 * unions made by infer. Tuples are TUPLE. */
TypeId type_instance(ClassId class_id, TypeSpan args);
/* INSTANCE, CLASS, GENERIC_ALIAS, LITERAL_ENUM */
ClassId type_class(TypeId type);
/* INSTANCE, GENERIC_ALIAS, TYPE_ALIAS, LIST, OVERLOADED, UNION (members) */
TypeSpan type_args(TypeId type);

TypeId type_class_object(ClassId class_id); /* CLASS */
/* GENERIC_ALIAS; no args = CLASS. Of the class tuple: one argument, the
 * TUPLE */
TypeId type_generic_alias(ClassId class_id, TypeSpan args);
/* type[instance]; of a final class = CLASS is infer's choice */
TypeId type_subclass_of(TypeId instance);
/* SUBCLASS_OF, UNPACKED, TYPE_FORM, TYPE_GUARD, QUALIFIED: the T */
TypeId type_inner(TypeId type);

/* TUPLE: prefix, then (middle is null or the element type of the unbounded
 * part, or an UNPACKED TypeVarTuple) and suffix. */
TypeId type_tuple(TypeSpan prefix, TypeId middle, TypeSpan suffix);
TypeId type_tuple_of(TypeSpan elements); /* fixed length */
typedef struct {
  TypeSpan prefix, suffix;
  TypeId middle; /* null: fixed length */
} TupleView;
TupleView type_tuple_view(TypeId tuple);

/* Literals are promotable (an expression gave them) as these make them;
 * type_literal_declared gives the one that an annotation means.  Both display
 * alike and relate_* takes them as equal; type_literal_same compares values. */
TypeId type_literal_int(int64_t value);
TypeId type_literal_bool(bool value);
TypeId type_literal_str(NameId text);
TypeId type_literal_bytes(NameId bytes);
TypeId type_literal_enum(ClassId enum_class, NameId member);
/* LITERAL_*: the same value that never widens; other types: themselves. Deep
 * copies (in unions, tuples) are algebra.h's literals_declared. */
TypeId type_literal_declared(TypeId type);
TypeId type_literal_promotable(TypeId type);
bool type_literal_same(TypeId a, TypeId b);
int64_t type_int_value(TypeId type); /* LITERAL_INT, LITERAL_BOOL */
/* SENTINEL: the object that the definition `def`, `x = object()`, makes and
 * nothing else is; it widens to object where a literal would to its class. */
TypeId type_sentinel(ModuleId module, DefId def);
/* NAMED_SENTINEL: the object that `name = sentinel("...")` makes, an instance of
 * `class_id`; it never widens. */
TypeId type_named_sentinel(ModuleId module, DefId def, NameId name,
                           ClassId class_id);
TypeId type_sentinel_instance(TypeId named_sentinel);
/* LITERAL_STR, _BYTES, _ENUM, TYPE_VAR, FUNCTION, NEW_TYPE, TYPE_ALIAS,
 * NAMED_SENTINEL */
NameId type_name(TypeId type);

TypeId type_module(ModuleId module);
/* MODULE, and the module of FUNCTION, TYPE_VAR, TYPE_ALIAS, NEW_TYPE, SENTINEL,
 * NAMED_SENTINEL */
ModuleId type_module_id(TypeId type);

/* FUNCTION: the def `def` of `module` (for an overloaded one: the last def),
 * seen through `mapping` (a MAPPING or null): its signature is
 * world->signature(def) with the mapping applied. With a null mapping it is
 * closed under substitution (nothing happens to it); a method seen through its
 * class gets a mapping of the class's type variables (and Self), at first to
 * themselves, and subst() composes it. */
TypeId type_function(ModuleId module, DefId def, NameId name, TypeId mapping);
/* FUNCTION, TYPE_VAR (declaration), TYPE_ALIAS, NEW_TYPE, SENTINEL,
 * NAMED_SENTINEL */
DefId type_def(TypeId type);
TypeId type_mapping_of(TypeId type); /* FUNCTION: its mapping or null */

TypeId type_bound_method(TypeId receiver, TypeId function);
TypeId type_receiver(TypeId bound_method);
TypeId type_bound_function(TypeId bound_method);

/* Param.flags */
enum {
  PARAM_HAS_DEFAULT = 1,
  PARAM_ANNOTATED = 2,
  PARAM_UNPACKED = 4, /* *args: *Ts, **kwargs: Unpack[TD] */
  /* Callable[[int], ..]: positional-only without a name */
  PARAM_SYNTHETIC_NAME = 8
};
typedef struct {
  NameId name;         /* 0: none */
  TypeId type;         /* for *args and **kwargs: of each argument */
  TypeId default_type; /* null: none (or not needed for display) */
  uint8_t kind;        /* ParamKind */
  uint8_t flags;
  uint16_t reserved;
} Param;
static_assert(sizeof(Param) == 16, "a parameter is four words in a record");
/* signature flags: TypeRec.aux */
enum {
  /* (...): the parameters are not known; *args: Any, **kwargs: Any */
  SIGNATURE_GRADUAL = 1,
  SIGNATURE_INFERRED_RETURN = 2, /* the return type was not annotated */
  SIGNATURE_METHOD = 4,          /* the first parameter is the receiver */
  SIGNATURE_TOP = 8,             /* Top[(...) -> object] */
  SIGNATURE_DEPRECATED = 16,     /* an overload that @deprecated marks */
  /* **kwargs: Unpack[TD] of an open TypedDict, its items put in: others may be
   * there that nobody names */
  SIGNATURE_OPEN_KWARGS = 32
};
/* CALLABLE: parameters in order; a ParamSpec P at the end is the pair (*args:
 * P.args, **kwargs: P.kwargs) of PARAM_SPEC_PARTs.  type_params: a LIST of the
 * type variables that this signature binds. */
TypeId type_callable(const Param *params, uint32_t n, TypeId returns,
                     TypeId type_params, uint32_t flags);
typedef struct {
  const Param *params;
  uint32_t n;
  TypeId returns;
  TypeId type_params; /* LIST */
  uint32_t flags;
} SignatureView;
SignatureView type_signature_view(TypeId callable); /* CALLABLE or PARAMS */
TypeId type_overloaded(TypeSpan callables);         /* one = itself */
/* Whether two parameters in a row are *args: P.args, **kwargs: P.kwargs. */
bool type_is_param_spec_pair(const Param *pair);
/* PARAMS; the ParamSpec itself where they are its parameters and no others. */
TypeId type_params(const Param *params, uint32_t n, uint32_t flags);

TypeId type_property(TypeId getter, TypeId setter, TypeId deleter);
typedef struct {
  TypeId getter, setter, deleter; /* null where missing */
} PropertyView;
PropertyView type_property_view(TypeId property);

typedef enum {
  TYPE_VAR_PLAIN,
  TYPE_VAR_TUPLE,
  TYPE_VAR_PARAM_SPEC,
  TYPE_VAR_SELF
} TypeVarKind;
/* TYPE_VAR: identity is the declaration (module, def) and the scope that binds
 * it (module, node; 0 = not bound: a bare legacy TypeVar). Bound, constraints,
 * default and variance are asked of the world. scope_name is for display (T@f).
 * For Self: declaration = the class's. */
typedef struct {
  TypeVarKind kind;
  NameId name;
  ModuleId module;
  DefId def;
  ModuleId scope_module;
  NodeId scope_node;
  NameId scope_name;
  uint8_t synthetic; /* > 0: the n-th fresh copy, made by the solver */
} TypeVarView;
enum { TYPE_VAR_COPY_CALLEE = 255 }; /* the copy of what is called (rebind.c) */
TypeId type_var(const TypeVarView *view);
TypeVarView type_var_view(TypeId type);
TypeId type_param_spec_part(TypeId param_spec, bool kwargs);
TypeId type_param_spec_of(TypeId part);
bool type_param_spec_is_kwargs(TypeId part);
TypeId type_unpacked(TypeId inner);

/* lazy reference */
TypeId type_alias(ModuleId module, DefId def, NameId name, TypeSpan args);
TypeId type_new_type(ModuleId module, DefId def, NameId name);

/* SPECIAL_FORM: one row of special_forms.def (typing.Literal, typing.Optional,
 * ...). */
typedef enum {
#define FORM(NAME, module, name) FORM_##NAME,
  FORM_NONE,
#include "types/special_forms.def"
#undef FORM
  FORM_COUNT
} SpecialForm;
TypeId type_special_form(SpecialForm form);
SpecialForm type_form(TypeId type);
const char *special_form_name(SpecialForm form); /* "typing.Literal" */
/* One of ty_extensions. */
static inline bool special_form_is_extension(SpecialForm form) {
  return form >= FORM_NOT;
}
/* Stands for a class at run time, where isinstance() takes it: Callable, List */
bool special_form_is_class(SpecialForm form);
SpecialForm special_form_find(Str module, Str name);

typedef enum {
  /* the runtime object of a legacy TypeVar & co.; inner = the TYPE_VAR */
  KNOWN_VALUE_TYPE_VAR,
  KNOWN_VALUE_NEW_TYPE,   /* inner = NEW_TYPE */
  KNOWN_VALUE_TYPE_ALIAS, /* TypeAliasType object; inner = TYPE_ALIAS */
  KNOWN_VALUE_UNION,      /* int | str as a value; inner = the union */
  /* other type expressions as values (Literal[1], Callable[..], Annotated[..]);
   * inner = the type */
  KNOWN_VALUE_ANNOTATION,
  /* Generic[T, ...] in a list of bases; inner = LIST */
  KNOWN_VALUE_GENERIC_BASE,
  KNOWN_VALUE_PROTOCOL_BASE, /* Protocol[T, ...]; inner = LIST */
  /* functools.partial(f, ...); inner = CALLABLE or OVERLOADED: what is left */
  KNOWN_VALUE_PARTIAL
} KnownValueKind;
TypeId type_known_value(KnownValueKind kind, TypeId inner);
KnownValueKind type_known_value_kind(TypeId type);
static inline bool type_is_partial(TypeId type) {
  return type_kind(type) == TYPE_KIND_KNOWN_VALUE &&
         type_known_value_kind(type) == KNOWN_VALUE_PARTIAL;
}

TypeId type_super(TypeId pivot, TypeId owner);
TypeId type_guard(bool is, TypeId guarded, NameId place); /* TypeIs when `is` */
bool type_guard_is(TypeId type);
NameId type_guard_place(TypeId type); /* the narrowed place as text, or 0 */
TypeId type_form_of(TypeId inner);    /* TypeForm[T] */

TypeId type_list(TypeSpan items);
typedef struct {
  TypeId var, value;
} TypePair;
/* sorted by structure */
TypeId type_mapping(const TypePair *pairs, uint32_t n);
uint32_t type_mapping_pairs(TypeId mapping, const TypePair **pairs);

/* qualifiers of a declaration */
enum {
  QUALIFIER_FINAL = 1,
  QUALIFIER_CLASS_VAR = 2,
  QUALIFIER_REQUIRED = 4,
  QUALIFIER_NOT_REQUIRED = 8,
  QUALIFIER_READ_ONLY = 16,
  QUALIFIER_INIT_VAR = 32,
  QUALIFIER_DECLARED = 64 /* there is a type annotation (not a bare Final) */
};
TypeId type_qualified(TypeId inner, uint32_t qualifiers);
uint32_t type_qualifiers(TypeId type);

/* UNION and INTERSECTION: use algebra.h, which normalises; these readers serve
 * all. */
/* TypeRec.aux of a UNION */
enum {
  /* int | float came from the annotation `float`: shown so. `float | str` has
   * the flag too: to know whether a type is `float` and nothing else, compare
   * with type_float_annotation(). */
  UNION_FLOAT = 1,
  UNION_COMPLEX = 2, /* int | float | complex came from `complex` */
  /* has a table for type_union_has (the interner's choice) */
  UNION_INDEXED = 4,
  /* every member is a LITERAL_* (the interner finds out) */
  UNION_ALL_LITERALS = 8
};
TypeId type_union_raw(TypeSpan members, uint32_t flags); /* union.c's */
/* meet.c's */
TypeId type_intersection_raw(TypeSpan positive, TypeSpan negative);
/* of a non-union: a list of itself is NOT made: n = 0 */
TypeSpan type_members(TypeId union_type);
uint32_t type_union_flags(TypeId union_type);
/* Whether this very handle is a member; constant time also in large unions. */
bool type_union_has(TypeId union_type, TypeId member);
/* What the annotations `float` and `complex` mean: int | float, shown as
 * `float`, and int | float | complex, shown as `complex`. TYPE_KNOWN(float)
 * alone is the class float itself (1.0). */
TypeId type_float_annotation(void);
TypeId type_complex_annotation(void);

typedef struct {
  TypeSpan positive, negative;
} IntersectionView;
IntersectionView type_intersection_view(TypeId type);

/* The parts of a type: calls visit for each TypeId in its record (not null). */
void type_each_part(TypeId type, void (*visit)(TypeId part, void *ctx),
                    void *ctx);

/* A total order of types by structure (names, source positions), never by
 * handle: <0, 0, >0. */
int type_cmp(TypeId a, TypeId b);

#endif
