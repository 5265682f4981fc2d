/* member_int.h - between member.c, class_member.c and descriptor.c.
 *
 * Layer: infer, inside; of these files alone.
 */
#ifndef INFER_MEMBER_INT_H
#define INFER_MEMBER_INT_H

#include "infer/member.h"

/* What is known of the object through which a name is read. */
typedef struct {
  TypeId receiver;   /* the object as written: an instance, or the instance of a class object */
  TypeId class_object; /* its class, as an object */
  bool through_class;
} Access;

/* ---- descriptor.c ------------------------------------------------------------- */

/* The value of a class-level member read through `access`. */
TypeId member_bind(InferWorker *worker, const ClassMember *member,
                   Access access);
/* What a class-level value of this type takes when it is stored to through
 * `access`: a property, a data descriptor, or a value to be replaced. Null:
 * nothing; Unknown where nobody says. */
TypeId member_stored_through(InferWorker *worker, TypeId type, Access access);
/* A variable that a class body declares as a descriptor (which has `method`)
 * is one, although the body gives it no value. */
bool member_is_declared_descriptor(InferWorker *worker,
                                   const ClassMember *member, NameId method);
/* Flags of the def that a member comes from; 0: it comes from none. */
uint32_t member_def_flags(InferWorker *worker, const ClassMember *member);

#endif
