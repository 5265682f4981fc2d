/* construct_int.h - what construct.c and construct_bind.c share.
 *
 * Layer: infer, inside.  Memory: types interned, work in world->scratch.
 * Threads: one worker.
 */
#ifndef INFER_CONSTRUCT_INT_H
#define INFER_CONSTRUCT_INT_H

#include "infer/infer_int.h"

/* What a constructor is bound to. */
typedef struct {
  TypeId made;    /* the instance; type[T] makes a T */
  TypeId nominal; /* INSTANCE: the same, or what the T is at least */
  TypeId params;  /* LIST: parameters of its class that the arguments decide */
} Receiver;

/* CALLABLE or OVERLOADED: the method (a FUNCTION, CALLABLE or OVERLOADED) without
 * its first parameter, returning what is made.  Unknown: nobody knows what the
 * method is.  Null: its first parameter does not take the receiver; *refused
 * is what it is annotated with, or null when there are overloads. */
TypeId construct_bind(World *world, const Receiver *receiver, TypeId method,
                      bool is_new, TypeId *refused);

#endif
