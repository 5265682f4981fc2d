/* special.h - classes and values that the language makes by decorator, base or
 * call: one table of leaf files, none of which includes another.
 *
 * Layer: infer.  Threads: one worker.
 */
#ifndef INFER_SPECIAL_H
#define INFER_SPECIAL_H

#include "infer/class.h"
#include "infer/annot.h"
#include "infer/queries.h"

/* The special form that `name` means when `module` (typing, typing_extensions,
 * ty_extensions) defines it, as SPECIAL_FORM; null when it is none. Cheap. */
TypeId special_form_of_definition(InferWorker *worker, const Module *module,
                                  NameId name);
/* What a definition by a special call or alias annotation binds (TypeVar,
 * NewType, NamedTuple, `X: TypeAlias = ...`, ...); null when it is none. */
TypeId special_assignment_value(Ctx *ctx, DefId def);
/* The value of a Call node whose callee has the type `callee`, when it is one
 * of those calls; else null. */
TypeId special_call(Ctx *ctx, NodeId call, TypeId callee);
/* A member that a class has by being a dataclass, enum, named tuple or
 * TypedDict; null when nothing is synthesised under that name. */
TypeId special_own_member(InferWorker *worker, ClassId id, NameId name,
                          uint32_t *qualifiers);
/* An attribute that a value has in its own right: Color.RED.value; null: none. */
TypeId special_attribute(InferWorker *worker, TypeId object, NameId name);
/* Bases, as class_bases gives them, of a class made by a call. */
TypeId special_call_bases(InferWorker *worker, ClassId id);
/* CLASS_ flags of a class made by a call. */
uint32_t special_call_flags(InferWorker *worker, ClassId id);

/* Argument i (0-based) of a Call, positional or by keyword; 0: none. */
NodeId special_argument(const Ast *ast, NodeId call, uint32_t i,
                        const char *keyword);
/* The text of a string literal node, else 0. */
NameId special_string(const Ast *ast, NodeId node);
/* Names bound or declared in a class body, in order of definition. */
typedef VEC(PlaceId) PlaceVec;
/* Whether some definition of a place, from `first` on, can be reached
 * (`if sys.version_info`). */
bool special_is_reachable(Ctx *ctx, DefId first);
void special_places(InferWorker *worker, ClassId id, PlaceVec *out);
/* Whether the class body itself binds or declares the name. */
bool special_is_defined(InferWorker *worker, ClassId id, NameId name);
/* What may be stored in an attribute that `owner` declares, where that is not
 * its type; null: its type. */
TypeId special_write_type(InferWorker *worker, ClassId owner, NameId name);
/* A parameter of a synthesised method. */
Param special_param(NameId name, TypeId type, ParamKind kind, bool has_default);
/* Self of a class, as synthesised methods name it; a class made by a call: its instance. */
TypeId special_self(InferWorker *worker, ClassId id);

/* ---- total_ordering.c --------------------------------------------------------- */
/* The comparison of that name that @functools.total_ordering adds, or null. */
TypeId total_ordering_own_member(InferWorker *worker, ClassId id, NameId name);

/* ---- enum.c ----------------------------------------------------------------- */
/* Members in order of definition. */
TypeId enum_members(World *world, ClassId id);
/* The same, empty for a Flag, whose members are not all of it
 * (World.enum_members). */
TypeId enum_closed_members(World *world, ClassId id);
/* Reports annotated members and values that do not fit `_value_`. */
void enum_check(Ctx *ctx, ClassId id);
/* The type of Member.value (or _value_); null when not known. */
TypeId enum_member_value(InferWorker *worker, ClassId id, NameId member);
/* A name of an enum's body as the member (or alias of one) that it is; null: not a member. */
TypeId enum_own_member(InferWorker *worker, ClassId id, NameId name,
                       uint32_t *qualifiers);
/* value and name of a member or of any member. */
TypeId enum_attribute(InferWorker *worker, TypeId object, NameId name);
TypeId enum_call(Ctx *ctx, NodeId call, TypeId callee);
TypeId enum_call_bases(InferWorker *worker, ClassId id);

/* ---- dataclass.c --------------------------------------------------------------- */
enum {
  DATACLASS_INIT = 1, DATACLASS_EQ = 2, DATACLASS_ORDER = 4,
  DATACLASS_FROZEN = 8, DATACLASS_KW_ONLY = 16, DATACLASS_MATCH_ARGS = 32,
  DATACLASS_SLOTS = 64, DATACLASS_UNSAFE_HASH = 128, DATACLASS_IS = 256,
  DATACLASS_TRANSFORMED = 512 /* by something that dataclass_transform marks */
};
/* DATACLASS_ options of a class's own decorator, base or metaclass; 0: none. */
uint32_t dataclass_options(InferWorker *worker, ClassId id);
typedef struct {
  NameId name, alias; /* alias: the parameter's name */
  TypeId type;        /* in terms of the asking class */
  TypeId write_type;  /* what __init__ and stores take; null: type */
  DefId def;          /* in the class that declares it */
  TypeId default_type; /* of a literal default; null: not known */
  bool init, kw_only, has_default, init_var;
} DataclassField;
typedef VEC(DataclassField) DataclassFields;
/* What may be stored in a field that has a converter or a descriptor; null: what
 * its annotation says. */
TypeId dataclass_write_type(InferWorker *worker, ClassId id, NameId name);
/* dataclasses.KW_ONLY, after which fields are keywords. */
bool dataclass_is_marker(TypeId t);
/* Fields in order, inherited ones first. */
void dataclass_fields(InferWorker *worker, ClassId id, DataclassFields *out);
TypeId dataclass_own_member(InferWorker *worker, ClassId id, NameId name,
                            uint32_t *qualifiers);

/* ---- namedtuple.c --------------------------------------------------------------- */
/* Fields of a NamedTuple class or call, in order. */
typedef struct {
  NameId name;
  TypeId type;
  bool has_default;
  TypeId default_type; /* of a literal default; null: not known */
} TupleField;
typedef VEC(TupleField) TupleFields;
bool namedtuple_fields(InferWorker *worker, ClassId id, TupleFields *out);
TypeId namedtuple_base(InferWorker *worker, ClassId id);
TypeId namedtuple_own_member(InferWorker *worker, ClassId id, NameId name,
                             uint32_t *qualifiers);
TypeId namedtuple_call(Ctx *ctx, NodeId call, TypeId callee);
/* Reports what is wrong with such a call; infers its arguments. */
void namedtuple_check_call(Ctx *ctx, NodeId call, TypeId callee);
bool namedtuple_is_keyword(Str s);


/* ---- typeddict.c ------------------------------------------------------------------ */
/* An item as declared; name 0 when there is none.  Own items and inherited. */
Member typeddict_item(InferWorker *worker, ClassId id, NameId name);
/* The class of a TypedDict instance; 0: it is none. */
ClassId typeddict_class(World *world, TypeId t);
/* The item of an instance, its type arguments put in; an extra item for a name
 * that is none, where the TypedDict takes such. */
Member typeddict_item_of(InferWorker *worker, TypeId instance, NameId name);
/* Whether a TypedDict instance is also a dict[str, value]: its mutable extra items
 * are of that type and so are all others, none of them required or read-only. */
bool typeddict_is_dict(World *world, TypeId t, TypeId *value);
/* The union of all values of an instance; null when it may hold any others. */
TypeId typeddict_values(InferWorker *worker, TypeId t);
/* Names of the items, inherited ones first, in order of declaration. */
void typeddict_names(InferWorker *worker, ClassId id, NameVec *out);
TypeId typeddict_own_member(InferWorker *worker, ClassId id, NameId name,
                            uint32_t *qualifiers);
TypeId typeddict_call(Ctx *ctx, NodeId call, TypeId callee);
uint32_t typeddict_call_flags(InferWorker *worker, ClassId id);

/* Reports what is wrong with a TypedDict statement. */
void typeddict_check(Ctx *ctx, ClassId id, NodeId node);
void typeddict_check_extra_qualifiers(Ctx *ctx, NodeId node, TypeId qualified);
/* TypedDict(x, ...) where x is no string literal. */
void typeddict_check_name(Ctx *ctx, NodeId call);
void typeddict_check_call(Ctx *ctx, NodeId call, NameId name);
/* The type of items that a TypedDict may hold beyond those it names (PEP 728):
 * null: nothing is said; Never: none (closed=True). */
TypeId typeddict_extra(InferWorker *worker, ClassId id, bool *read_only);
/* A store to (or del of) object[key] that the item does not allow; true when it
 * was reported. */
bool typed_dict_check_store(Ctx *ctx, TypeId object, TypeId key, NodeId target,
                            bool is_delete);

/* ---- typeform.c ------------------------------------------------------------------- */
/* The TypeForm that is wanted, alone or in a union; null: none is. */
TypeId typeform_wanted(TypeId expected);
/* The value of an expression, whose type is `natural`, where `expected` may want a
 * TypeForm: the TypeForm of what the expression means as a type, or natural. */
TypeId typeform_implicit(Ctx *ctx, NodeId node, TypeId expected,
                         TypeId natural);
/* TypeForm(...) */
TypeId typeform_call(Ctx *ctx, NodeId call);

/* ---- newtype.c -------------------------------------------------------------------- */
/* What calling a NewType takes and gives. */
TypeId newtype_constructor(World *world, TypeId new_type);
TypeId newtype_call(Ctx *ctx, NodeId call, TypeId callee, DefId def);
/* NewType(name, ...), where name is no literal. */
void newtype_check_name(Ctx *ctx, NodeId call);

#endif
