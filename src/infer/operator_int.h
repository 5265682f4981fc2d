/* operator_int.h - what binary operators and comparisons share.
 *
 * Layer: infer, inside.
 */
#ifndef INFER_OPERATOR_INT_H
#define INFER_OPERATOR_INT_H

#include "infer/expr_int.h"

enum { UNION_PAIRS_MAX = 64 }; /* pairs of union members tried one by one */

/* What an operator gives for pair after pair of methods. */
typedef struct {
  TypeId returns; /* null: none has answered */
  bool declined;  /* one gives NotImplemented always: it may not know better */
} OperatorAnswer;

typedef struct {
  uint8_t op; /* Operator or CompareOperator */
  TypeId operands[2];
} Operation;

/* object.method(arg) of an operator.  NotImplemented is no result: it hands on to
 * the next method.  True: *answer holds what it gives else. */
bool operator_ask(Ctx *ctx, TypeId object, uint32_t method, TypeId arg,
                  OperatorAnswer *answer);
/* The right operand is of a subclass of the left one's class that defines the
 * reflected method anew: it is asked first. */
bool operator_reflected_first(Ctx *ctx, TypeId left, TypeId right,
                              uint32_t method);

/* Null: not supported. */
TypeId operator_answered(OperatorAnswer answer);

/* The union that bounds a type variable, or that a NewType is made of (float
 * is int, too), with the members of which an operation
 * is done that the variable's type alone does not decide; else the operand. */
TypeId operator_union_bound(World *world, TypeId operand);

void operator_report(Ctx *ctx, const char *symbol, TypeId left, TypeId right,
                     NodeId node);

static inline bool operator_is_int(TypeId t) {
  TypeKind kind = type_kind(t);
  return kind == TYPE_KIND_LITERAL_INT || kind == TYPE_KIND_LITERAL_BOOL;
}

static inline bool operator_is_none(TypeId t) {
  return type_kind(t) == TYPE_KIND_INSTANCE &&
         class_is(type_class(t), KNOWN_NoneType);
}

#endif
