/* world.h - what the algebra asks of the rest of the program.
 *
 * Layer: types.  Threads: one World a worker.
 *
 * Types are syntax-free; whatever must be inferred lazily (an MRO, a member, a
 * signature) is asked through this table, which infer fills. Each answer is a
 * pure function of the program; it may be TYPE(DIVERGENT) inside a cycle of
 * queries. */
#ifndef TYPES_WORLD_H
#define TYPES_WORLD_H

#include "base/arena.h"
#include "types/classinfo.h"
#include "types/type.h"

/* class_flags */
enum {
  CLASS_PROTOCOL = 1,
  CLASS_TYPED_DICT = 2,
  CLASS_FINAL = 4,
  CLASS_ENUM = 8,
  CLASS_NAMED_TUPLE = 16,
  CLASS_DATACLASS = 32,
  CLASS_ABSTRACT = 64, /* has abstract methods left */
  /* a base is Any or Unknown: attributes may exist */
  CLASS_UNKNOWN_BASE = 128,
  CLASS_RUNTIME_CHECKABLE = 256,
  CLASS_TOTAL = 512, /* TypedDict: total=True */
  CLASS_DATACLASS_FROZEN = 1024,
  CLASS_CUSTOM_METACLASS = 2048,
  CLASS_DISJOINT_BASE = 4096 /* has an instance layout of its own (PEP 800) */
};
typedef enum {
  VARIANCE_INVARIANT,
  VARIANCE_COVARIANT,
  VARIANCE_CONTRAVARIANT,
  VARIANCE_BIVARIANT
} Variance;
typedef struct {
  TypeId bound;        /* null: object */
  TypeId constraints;  /* LIST, or null */
  TypeId default_type; /* null: none */
} TypeVarBounds;
/* Member.flags */
enum {
  MEMBER_INSTANCE_VAR = 1, /* writable variable of instances */
  MEMBER_CLASS_VAR = 2,
  MEMBER_METHOD = 4,
  MEMBER_PROPERTY = 8,
  /* property without setter, Final, frozen, ReadOnly */
  MEMBER_READ_ONLY = 16,
  MEMBER_NOT_REQUIRED = 32, /* TypedDict item that may be missing */
  MEMBER_POSSIBLY_MISSING = 64
};
typedef struct {
  NameId name;
  TypeId type;       /* null: no such member. Bound to the object asked about */
  TypeId write_type; /* what may be assigned; null: same as type */
  uint32_t flags;
} Member;

typedef struct World World;
struct World {
  void *self;     /* infer's InferWorker */
  Arena *scratch; /* of the unit; algorithms mark and reset around themselves */
  struct RelCache *relcache;         /* types/relcache.h; made by world_init */
  uint64_t relations, relation_hits; /* counters */
  /* infer adds 1 whenever an answer that it gives (by a callback here) is not
   * final: Divergent, or a value of a round.  What was computed in between is
   * not remembered. */
  uint64_t provisional;

  /* LIST of the class's own type parameters (TYPE_VAR). */
  TypeId (*class_type_params)(World *, ClassId);
  /* LIST: the MRO as INSTANCE/TUPLE/Unknown types in terms of the class's own
   * type parameters, itself first, object last.  A Protocol or Generic base is
   * not listed. */
  TypeId (*class_mro)(World *, ClassId);
  uint32_t (*class_flags)(World *, ClassId);
  /* The metaclass as an instance type (type when none). */
  TypeId (*class_metaclass)(World *, ClassId);
  Variance (*class_variance)(World *, ClassId, uint32_t type_param);
  /* Bound, constraints, default of a type variable. */
  TypeVarBounds (*type_var_bounds)(World *, TypeId type_var);
  Variance (*type_var_variance)(World *, TypeId type_var); /* declared */
  /* CALLABLE or OVERLOADED of a FUNCTION, its mapping applied. */
  TypeId (*signature)(World *, TypeId function);
  /* The value of a TYPE_ALIAS with its arguments put in. */
  TypeId (*alias_value)(World *, TypeId alias);
  TypeId (*new_type_base)(World *, TypeId new_type);
  /* Attribute `name` read on a value of type `object` (descriptors applied):
   * the type, or null. */
  Member (*member)(World *, TypeId object, NameId name);
  /* Names of a protocol's members, or of a TypedDict's items, sorted by
   * text. */
  const NameId *(*protocol_members)(World *, ClassId, uint32_t *count);
  /* A protocol's member / TypedDict's item as declared, in terms of the class's
   * parameters, Self unbound. As read on an instance: a method without its
   * receiver parameter (or, with SIGNATURE_METHOD in its flags, with it: it is
   * dropped here), a property's value. */
  Member (*class_member)(World *, ClassId, NameId name);
  /* The item of a TypedDict for all keys that it does not name (PEP 728), in
   * terms of its parameters; null: neither closed nor with extra items. */
  Member (*typed_dict_extra)(World *, ClassId);
  /* CALLABLE or OVERLOADED that a class object is when called (constructor), or
   * null. */
  TypeId (*constructor)(World *, TypeId class_object);
  /* Members of an enum in order of definition: LITERAL_ENUMs in a LIST; empty
   * for a Flag, whose values are not only its members. */
  TypeId (*enum_members)(World *, ClassId);
  /* "module" and the line of a class or alias, to tell two of the same name
   * apart. */
  Str (*module_name)(World *, ModuleId);
  void (*source_place)(World *, ModuleId, NodeId, Str *path, uint32_t *line);
  /* Type of an attribute of a module, or null (protocols against modules). */
  TypeId (*module_member)(World *, ModuleId, NameId);
};

/* Requires: the callbacks are set.  Makes the caches. */
void world_init(World *world, Arena *run);
/* Forgets what was cached for the current query only. */
void world_end_unit(World *world);

/* The MRO entry of `class_id` in type `t` (an INSTANCE or TUPLE): `t` seen as
 * that class, type arguments put in; null when it is no base.  E.g. (list[int],
 * Iterable) -> Iterable[int]. */
TypeId world_as_instance_of(World *world, TypeId t, ClassId class_id);
/* Default specialisation: type parameters replaced by their defaults or
 * Unknown. */
TypeId world_instance_unknown(World *world, ClassId class_id);
/* Every type parameter Unknown, whatever its default; not for tuple. */
TypeId world_instance_open(World *world, ClassId class_id);
/* With the class's own type parameters as arguments. */
TypeId world_instance_identity(World *world, ClassId class_id);
/* The instance a non-nominal type behaves as for members: literals to their
 * class, FUNCTION to types.FunctionType, TUPLE to tuple[union], MODULE to
 * types.ModuleType ...; itself for INSTANCE; null if none. */
TypeId world_nominal_fallback(World *world, TypeId t);
/* Instance of a known class without arguments (int, str, ...). */
TypeId world_known(World *world, KnownClass known);

#endif
