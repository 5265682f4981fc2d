/* narrow_int.h - what the files of narrowing share.
 *
 * Layer: infer, inside.  Memory: ctx->scratch.  Threads: one worker.
 *
 * narrow.c finds what a predicate says of a place and puts each member of the
 * place's type through a Test; narrow_call.c and narrow_compare.c make the
 * tests, pattern.c those of match statements.
 */
#ifndef INFER_NARROW_INT_H
#define INFER_NARROW_INT_H

#include "infer/infer_int.h"

/* A question about one value. */
typedef struct Test Test;
struct Test {
  /* The part of `member` (no union, no alias, not Divergent) for which the
   * answer is yes (`holds`) or no. */
  TypeId (*apply)(Ctx *ctx, const Test *test, TypeId member, bool holds);
  TypeId operand;  /* what the value is compared with; null: nothing known */
  TypeId exact;    /* what a negative answer surely excludes; null: nothing */
  TypeSpan values; /* of `in`: elements that are surely there */
  NameId name;     /* of hasattr */
  int64_t number;  /* of len(); of `in`: IN_ flags */
  uint8_t op;      /* of len(): CompareOperator */
};

/* How an expression of a predicate relates to the place that is narrowed: it is
 * the place, or a member of it. */
typedef struct {
  bool found, child;
  uint8_t kind; /* child: PlaceKind, and its name or index */
  NameId name;
  int32_t index;
} Operand;

/* ---- narrow.c ------------------------------------------------------------ */

Operand narrow_operand_of(Ctx *ctx, NodeId node, PlaceId place);
/* `type` member by member. */
TypeId narrow_members(Ctx *ctx, const Test *test, TypeId type, bool holds);
/* `type`, the value of a place, when the test is made of `operand`. */
TypeId narrow_operand(Ctx *ctx, Operand operand, const Test *test, TypeId type,
                      bool holds);
/* Truth of the value. */
Test narrow_truth(void);
/* The values that meet at a phi among those of another one: at most `room`,
 * returns how many; 0: they are of no use. */
typedef uint32_t (*FlowOpen)(Ctx *ctx, FlowId phi, FlowId *values,
                             uint32_t room);
enum { NARROW_JOIN_ROOM = 32 };
/* The values that meet at the node `join`: each pair of a value narrowed by a
 * test and by its negation is replaced by that value, and what narrows another
 * one of them is dropped.  Returns how many are left in values[0 .. n), which
 * has NARROW_JOIN_ROOM more places. */
uint32_t narrow_join(Ctx *ctx, FlowId join, FlowId *values, uint32_t n,
                     FlowOpen open);

/* ---- narrow_call.c ------------------------------------------------------- */

TypeId narrow_call(Ctx *ctx, NodeId call, TypeId type, PlaceId place,
                   bool holds);
/* isinstance against the class, tuple of classes or union that has the type
 * `classes`. */
Test narrow_isinstance(Ctx *ctx, TypeId classes);
/* Whether each value of `t` is an instance of the class that `target` (an
 * instance, type arguments unknown) names. */
bool narrow_derives(Ctx *ctx, TypeId t, TypeId target);
/* type(value) is the class object `class_object`. */
Test narrow_exact_type(Ctx *ctx, TypeId class_object);
/* It is one of them. */
Test narrow_exact_types(TypeSpan class_objects);
/* len(value) <op> number. */
Test narrow_length(CompareOperator op, int64_t number);
typedef enum { CALL_OF_OTHER, CALL_OF_LEN, CALL_OF_TYPE } CallOf;
/* Whether the node is len(place) or type(place), or of a member of it. */
CallOf narrow_call_of(Ctx *ctx, NodeId node, PlaceId place, Operand *operand);

/* ---- narrow_compare.c ---------------------------------------------------- */

/* A type with one value, that is the same object everywhere. */
bool narrow_is_single_object(TypeId t);
TypeId narrow_compare(Ctx *ctx, NodeId node, TypeId type, PlaceId place,
                      bool holds);
/* value is operand. */
Test narrow_identical(TypeId operand);

/* ---- narrow_equal.c ------------------------------------------------------ */

/* A type of one value whose class is known exactly. */
bool narrow_is_value(TypeId t);
/* Whether some value of the one type may be equal to one of the other. */
bool narrow_may_equal(Ctx *ctx, TypeId a, TypeId b);
/* The part of `member` (no union) that may be equal to `other`. */
TypeId narrow_equal_part(Ctx *ctx, TypeId member, TypeId other);
/* value == operand. */
Test narrow_equal(TypeId operand);

/* ---- pattern.c ----------------------------------------------------------- */

/* The part of a subject that a pattern matches, or leaves over. */
TypeId pattern_narrow(Ctx *ctx, NodeId pattern, TypeId type, bool holds);
/* Reports what is wrong with a class pattern whose class has that type. */
void pattern_check_class(Ctx *ctx, NodeId pattern, TypeId class_value);

/* ---- pattern_sequence.c -------------------------------------------------- */

/* `member`: one member of the subject's type.  split: a tuple may be cut into
 * several. */
TypeId pattern_sequence(Ctx *ctx, NodeId pattern, TypeId member, bool holds,
                        bool split);
/* Type of the value that stands against item `at` of the pattern; for a star
 * the type of one item of its list. */
TypeId pattern_element(Ctx *ctx, NodeId pattern, uint32_t at, TypeId subject);
/* Values of this type can be no instance of an abstract collection that their
 * class does not derive from. */
bool pattern_is_closed(Ctx *ctx, TypeId member);

#endif
