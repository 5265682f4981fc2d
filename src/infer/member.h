/* member.h - looking attributes up (class_member.c, descriptor.c, member.c).
 *
 * Layer: infer, inside; comes with infer_int.h, which defines Attr.
 */
#ifndef INFER_MEMBER_H
#define INFER_MEMBER_H

#include "infer/infer_int.h"

/* A name found in a class body or among its implicit attributes, walking the MRO; not yet bound. */
typedef struct {
  TypeId type;        /* in terms of the asking type: the MRO entry's arguments put in; null: not found */
  ClassId owner;
  uint32_t qualifiers; /* QUALIFIER_... */
  bool declared;
  bool is_instance;   /* bound through self in a method, or declared without value: lives on instances */
  bool dynamic;       /* found only because a base is Unknown */
  DefId def;          /* its first definition, 0 when synthesised */
} ClassMember;
enum { MEMBER_SKIP_OBJECT = 1, MEMBER_SKIP_FIRST = 2, MEMBER_CLASS_ONLY = 4,
       MEMBER_DECLARED_ONLY = 8, /* inferred ones are skipped */
       MEMBER_BODY_ONLY = 16, /* those that methods make are skipped */
       MEMBER_SKIP_DYNAMIC = 64, /* what an Unknown base may have is passed over */
       MEMBER_ON_CLASS = 128, /* those that methods make through self are skipped */
       MEMBER_STORED = 32 /* what methods store joins what the body assigns */ };
ClassMember class_lookup(InferWorker *worker, TypeId instance, NameId name, uint32_t flags);
MemberCache *member_cache_create(Arena *memo);
/* The same in the class's own body alone, in its own terms. */
ClassMember class_own_member(InferWorker *worker, ClassId id, NameId name);

/* inherit.c: the variable that a base declares under this name, in terms of the
 * class's own parameters; type null: there is none. */
ClassMember inherited_variable(InferWorker *worker, ClassId id, NameId name);
/* Whether a symbol of a class body is only assigned to; the type that a base
 * then declares for it, or null. */
bool inherits_declaration(const Index *index, const Place *place);
TypeId inherited_declaration(InferWorker *worker, ModuleState *module,
                             const Place *place);

/* Reading object.name with descriptors, metaclass, __getattr__, modules, unions. */
Attr attr_read(InferWorker *worker, TypeId object, NameId name);
/* What `__getattr__` of an instance gives for a name, whatever the class has. */
Attr attr_by_hook(InferWorker *worker, TypeId object, NameId name);
/* What may be assigned to object.name: null type when nothing may. */
Attr attr_write(InferWorker *worker, TypeId object, NameId name);
/* The object's class has `name = None`, by which it says that it lacks the
 * operation (data model, "Special method names"). */
bool attr_dunder_is_none(InferWorker *worker, TypeId object, NameId name);
/* Where the class of `object`, an instance or a type variable, has a property or another data
 * descriptor under the name: what a store to object.name calls, or a `del` of it. */
typedef struct {
  bool is_descriptor;
  bool is_bound;   /* called with the value alone, not with (object, value) */
  TypeId callee;   /* null: it takes none */
} AttrHook;
AttrHook attr_hook(InferWorker *worker, TypeId object, NameId name, bool is_delete);
/* What a data descriptor gives back of what was stored through it. */
typedef enum {
  STORE_CONVERTS, /* nobody knows: a value of the type that reading gives */
  STORE_KEEPS,    /* a property that takes and gives one declared type: the value */
  STORE_UNTYPED   /* a property without annotations: the value */
} PropertyStore;
/* What object.name gives in general, where an assignment to it goes through a
 * property or another data descriptor of the class; null: it goes to the
 * instance, which then has the value. */
TypeId attr_after_store(InferWorker *worker, TypeId object, NameId name,
                        PropertyStore *store);
/* Properties, and instances with a `__set__`. */
bool attr_is_data_descriptor(InferWorker *worker, TypeId type);
/* A method or function whose return type nobody wrote. */
bool method_is_unannotated(InferWorker *worker, TypeId method);
/* A dunder looked up on the type, not the instance. Null: none. */
TypeId attr_dunder(InferWorker *worker, TypeId object, NameId name);
void world_callbacks_init(InferWorker *worker);

#endif
