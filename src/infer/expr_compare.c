/* expr_compare.c - comparisons.
 *
 * Literals are computed, fixed tuples are compared item by item as the interpreter does;
 * everything else goes through the dunders of typeshed.  Unions are taken apart on both
 * sides; the operator must be there for each pair.
 */
#include "infer/check.h"
#include "infer/constrained.h"
#include "infer/narrow_int.h"
#include "infer/operator_int.h"

/* ---- comparisons -------------------------------------------------------------------------- */

static const struct {
  const char *symbol;
  WellKnownName method, reflected;
} comparisons[CMP_COUNT] = {
    [CMP_EQ] = {"==", NAME_dunder_eq, NAME_dunder_eq},
    [CMP_NOT_EQ] = {"!=", NAME_dunder_ne, NAME_dunder_ne},
    [CMP_LT] = {"<", NAME_dunder_lt, NAME_dunder_gt},
    [CMP_LT_E] = {"<=", NAME_dunder_le, NAME_dunder_ge},
    [CMP_GT] = {">", NAME_dunder_gt, NAME_dunder_lt},
    [CMP_GT_E] = {">=", NAME_dunder_ge, NAME_dunder_le},
    [CMP_IS] = {"is", 0, 0},
    [CMP_IS_NOT] = {"is not", 0, 0},
    [CMP_IN] = {"in", 0, 0},
    [CMP_NOT_IN] = {"not in", 0, 0},
};

static bool is_single_value(TypeId t) {
  switch (type_kind(t)) {
    case TYPE_KIND_LITERAL_BOOL:
    case TYPE_KIND_LITERAL_ENUM:
    case TYPE_KIND_CLASS: return true;
    default: return operator_is_none(t);
  }
}

static TypeId compare_numbers(CompareOperator op, int64_t a, int64_t b) {
  bool r;
  switch (op) {
    case CMP_EQ: r = a == b; break;
    case CMP_NOT_EQ: r = a != b; break;
    case CMP_LT: r = a < b; break;
    case CMP_LT_E: r = a <= b; break;
    case CMP_GT: r = a > b; break;
    default: r = a >= b; break;
  }
  return type_literal_bool(r);
}

/* Lexicographic order of two rows of int literals. Null: undecided. */
static TypeId compare_versions(CompareOperator op, TypeSpan a, TypeSpan b) {
  uint32_t n = MIN(a.n, b.n);
  for (uint32_t i = 0; i < n; i++) {
    if (!operator_is_int(a.v[i]) || !operator_is_int(b.v[i])) return TYPE_NULL;
    int64_t x = type_int_value(a.v[i]), y = type_int_value(b.v[i]);
    if (x != y) return compare_numbers(op, x, y);
  }
  return compare_numbers(op, a.n, b.n);
}

/* sys.version_info: major and minor are known, what follows is not: compared
 * with a longer tuple only these two decide. */
static TypeId version_tuple(Ctx *ctx) {
  PythonVersion v = ctx->worker->infer->options->python_version;
  TypeId items[3] = {type_literal_int(v.major), type_literal_int(v.minor),
                     world_known(ctx->world, KNOWN_int)};
  return type_tuple((TypeSpan){items, 2}, items[2], (TypeSpan){0});
}

static TypeId compare_literals(Ctx *ctx, CompareOperator op, TypeId left,
                               TypeId right) {
  TypeKind lk = type_kind(left), rk = type_kind(right);
  if (operator_is_int(left) && operator_is_int(right))
    return compare_numbers(op, type_int_value(left), type_int_value(right));
  if ((lk == TYPE_KIND_LITERAL_STR || lk == TYPE_KIND_LITERAL_BYTES) &&
      lk == rk) {
    int c = str_cmp(name_text(type_name(left)), name_text(type_name(right)));
    return compare_numbers(op, c, 0);
  }
  if (lk == TYPE_KIND_INSTANCE && class_is(type_class(left), KNOWN_version_info) &&
      rk == TYPE_KIND_TUPLE) {
    TupleView known = type_tuple_view(version_tuple(ctx));
    TupleView other = type_tuple_view(right);
    if (!type_is_null(other.middle)) return TYPE_NULL;
    if (other.prefix.n <= 2) {
      /* (3, 12, 0, ...) against (3, 12): equal so far, but longer. */
      TypeSpan mine = {known.prefix.v, other.prefix.n};
      TypeId t = compare_versions(op, mine, other.prefix);
      TypeId same = compare_versions(CMP_EQ, mine, other.prefix);
      if (!type_is_null(same) && type_eq(same, TYPE(TRUE)))
        return compare_numbers(op, 1, 0);
      return t;
    }
    TypeSpan theirs = {other.prefix.v, 2};
    TypeId same = compare_versions(CMP_EQ, known.prefix, theirs);
    if (type_is_null(same) || type_eq(same, TYPE(TRUE))) return TYPE_NULL;
    return compare_versions(op, known.prefix, theirs);
  }
  if (op != CMP_EQ && op != CMP_NOT_EQ) return TYPE_NULL;
  if (operator_is_none(left) && operator_is_none(right)) return type_literal_bool(op == CMP_EQ);
  if (narrow_is_value(left) && narrow_is_value(right)) {
    Truth same = narrow_values_equal(ctx, left, right);
    if (same != TRUTH_AMBIGUOUS)
      return type_literal_bool((same == TRUTH_ALWAYS) == (op == CMP_EQ));
  }
  return TYPE_NULL;
}

static TypeId compare_identity(Ctx *ctx, CompareOperator op, TypeId left,
                               TypeId right) {
  if (is_single_value(left) && type_eq(left, right))
    return type_literal_bool(op == CMP_IS);
  if (meet_disjoint(ctx->world, left, right))
    return type_literal_bool(op != CMP_IS);
  return world_known(ctx->world, KNOWN_bool);
}

/* Whether a tuple holds a value, as far as values that are known tell. */
static Truth is_item(Ctx *ctx, TypeId value, TypeId tuple) {
  TupleView v = type_tuple_view(tuple);
  if (!type_is_null(v.middle)) return TRUTH_AMBIGUOUS;
  Truth held = TRUTH_NEVER;
  for (uint32_t i = 0; i < v.prefix.n; i++) {
    TypeId item = v.prefix.v[i];
    Truth same = narrow_is_value(value) && narrow_is_value(item)
                     ? narrow_values_equal(ctx, value, item)
                     : TRUTH_AMBIGUOUS;
    if (same == TRUTH_ALWAYS) return TRUTH_ALWAYS;
    if (same == TRUTH_AMBIGUOUS) held = TRUTH_AMBIGUOUS;
  }
  return held;
}

/* Null: not supported. */
static TypeId compare_in(Ctx *ctx, CompareOperator op, TypeId left,
                         TypeId right) {
  World *world = ctx->world;
  TypeId boolean = world_known(world, KNOWN_bool);
  if (type_is_dynamic(right) || type_is_dynamic(left)) return boolean;
  if ((type_kind(left) == TYPE_KIND_LITERAL_STR ||
       type_kind(left) == TYPE_KIND_LITERAL_BYTES) &&
      type_kind(right) == type_kind(left)) {
    bool in = str_find(name_text(type_name(right)),
                       name_text(type_name(left)), 0) != STR_NONE;
    return type_literal_bool(in == (op == CMP_IN));
  }
  if (type_kind(right) == TYPE_KIND_TUPLE) {
    Truth held = is_item(ctx, left, right);
    if (held != TRUTH_AMBIGUOUS)
      return type_literal_bool((held == TRUTH_ALWAYS) == (op == CMP_IN));
  }
  TypeId contains =
      attr_dunder(ctx->worker, right, NAME_ID(dunder_contains));
  if (!type_is_null(contains)) {
    CallResult r =
        call_dunder(ctx, right, NAME_ID(dunder_contains), &left, 1);
    if (r.ok) return boolean;
  } else if (!attr_dunder_is_none(ctx->worker, right,
                                  NAME_ID(dunder_contains))) {
    Ctx quiet = expr_quiet(ctx);
    TypeId item = expr_iterate(&quiet, right, ID_NONE(NodeId), false);
    if (!type_is_null(attr_dunder(ctx->worker, right, NAME_ID(dunder_iter))) ||
        !type_is_null(
            attr_dunder(ctx->worker, right, NAME_ID(dunder_getitem))) ||
        !type_is_dynamic(item))
      return boolean;
  }
  return TYPE_NULL;
}

static TypeId compare_members(Ctx *ctx, CompareOperator op, TypeId left,
                              TypeId right);

/* Two fixed tuples, as the interpreter compares them: the first items that are not
 * equal decide, then the lengths.  An order is asked of such items alone, so whatever
 * follows two that always differ need not have one.  Null: not supported. */
static TypeId compare_tuples(Ctx *ctx, CompareOperator op, TypeSpan a,
                             TypeSpan b) {
  bool equality = op == CMP_EQ || op == CMP_NOT_EQ;
  if (equality && a.n != b.n) return type_literal_bool(op == CMP_NOT_EQ);
  UnionBuilder *builder = union_begin(ctx->world);
  for (uint32_t i = 0; i < MIN(a.n, b.n); i++) {
    TypeId same = compare_members(ctx, CMP_EQ, a.v[i], b.v[i]);
    Truth truth = type_is_null(same) ? TRUTH_AMBIGUOUS
                                     : type_truth(ctx->world, same);
    if (truth == TRUTH_ALWAYS) continue;
    TypeId t = equality ? type_literal_bool(op == CMP_NOT_EQ)
                        : compare_members(ctx, op, a.v[i], b.v[i]);
    if (type_is_null(t)) {
      union_end(builder);
      return TYPE_NULL;
    }
    union_add(builder, t);
    if (truth == TRUTH_NEVER) return union_end(builder);
  }
  union_add(builder, compare_numbers(op, a.n, b.n));
  return union_end(builder);
}

static TypeId compare_pair(Ctx *ctx, CompareOperator op, TypeId left,
                           TypeId right) {
  World *world = ctx->world;
  if (type_is_dynamic(left)) return left;
  if (type_is_dynamic(right)) return right;
  if (type_kind(left) == TYPE_KIND_TUPLE &&
      type_kind(right) == TYPE_KIND_TUPLE) {
    TupleView a = type_tuple_view(left), b = type_tuple_view(right);
    if (type_is_null(a.middle) && type_is_null(b.middle))
      return compare_tuples(ctx, op, a.prefix, b.prefix);
  }
  TypeId t = compare_literals(ctx, op, left, right);
  if (!type_is_null(t)) return t;
  OperatorAnswer answer = {TYPE_NULL, false};
  bool equality = op == CMP_EQ || op == CMP_NOT_EQ;
  bool done =
      !equality &&
      operator_reflected_first(ctx, left, right, comparisons[op].reflected) &&
      operator_ask(ctx, right, comparisons[op].reflected, left, &answer);
  if (!done)
    done = operator_ask(ctx, left, comparisons[op].method, right, &answer);
  /* Everything has a reflected __eq__: it would hide what a subclass says. */
  if (!done && !(equality && answer.declined))
    operator_ask(ctx, right, comparisons[op].reflected, left, &answer);
  if (equality && type_is_null(answer.returns) && !answer.declined)
    return world_known(world, KNOWN_bool); /* by identity */
  TypeId result = operator_answered(answer);
  if (!type_is_null(result)) return result;
  TypeId a = operator_union_bound(world, left), b = operator_union_bound(world, right);
  return type_eq(a, left) && type_eq(b, right) ? TYPE_NULL
                                               : compare_members(ctx, op, a, b);
}

/* All pairs of members of the two; null when one does not compare. */
static TypeId compare_members(Ctx *ctx, CompareOperator op, TypeId left,
                              TypeId right) {
  TypeSpan as = union_members(ctx->world, &left);
  TypeSpan bs = union_members(ctx->world, &right);
  if ((uint64_t)as.n * bs.n > UNION_PAIRS_MAX)
    return world_known(ctx->world, KNOWN_bool);
  UnionBuilder *builder = union_begin(ctx->world);
  bool ok = true;
  for (uint32_t i = 0; i < as.n && ok; i++)
    for (uint32_t k = 0; k < bs.n && ok; k++) {
      TypeId t = compare_pair(ctx, op, as.v[i], bs.v[k]);
      ok = !type_is_null(t);
      if (ok) union_add(builder, t);
    }
  TypeId result = union_end(builder);
  return ok ? result : TYPE_NULL;
}

static TypeId compare_values(Ctx *ctx, CompareOperator op, TypeId left,
                             TypeId right, NodeId node);

typedef struct {
  Operation o;
  NodeId node;
} Comparison;

static TypeId compare_constrained(Ctx *ctx, TypeId mapping, void *data) {
  const Comparison *c = data;
  return compare_values(ctx, (CompareOperator)c->o.op,
                        subst(ctx->world, c->o.operands[0], mapping),
                        subst(ctx->world, c->o.operands[1], mapping), c->node);
}

static TypeId compare_values(Ctx *ctx, CompareOperator op, TypeId left,
                             TypeId right, NodeId node) {
  World *world = ctx->world;
  left = alias_expand(world, left);
  right = alias_expand(world, right);
  Comparison c = {{(uint8_t)op, {left, right}}, node};
  TypeId var = constrained_variable(world, c.o.operands, 2);
  if (!type_is_null(var))
    return constrained_each(ctx, var, compare_constrained, &c);
  if (op == CMP_IS || op == CMP_IS_NOT)
    return compare_identity(ctx, op, left, right);
  TypeId a = left, b = right;
  TypeSpan as = union_members(world, &a), bs = union_members(world, &b);
  if ((uint64_t)as.n * bs.n > UNION_PAIRS_MAX)
    return world_known(world, KNOWN_bool);
  UnionBuilder *builder = union_begin(world);
  for (uint32_t i = 0; i < as.n; i++)
    for (uint32_t k = 0; k < bs.n; k++) {
      TypeId t = op == CMP_IN || op == CMP_NOT_IN
                     ? compare_in(ctx, op, as.v[i], bs.v[k])
                     : compare_pair(ctx, op, as.v[i], bs.v[k]);
      if (type_is_null(t)) {
        union_end(builder);
        operator_report(ctx, comparisons[op].symbol, left, right, node);
        return op == CMP_IN || op == CMP_NOT_IN ? world_known(world, KNOWN_bool)
                                                : TYPE(UNKNOWN);
      }
      union_add(builder, t);
    }
  return union_end(builder);
}

TypeId expr_compare(Ctx *ctx, NodeId node) {
  const AstNode *n = ast_at(ctx->ast, node);
  NodeList rights = ast_list(ctx->ast, n->b), ops = ast_list(ctx->ast, n->c);
  TypeId left = expr_infer(ctx, (NodeId){n->a}, TYPE_NULL);
  TypeId result = TYPE_NULL;
  for (uint32_t i = 0; i < rights.n; i++) {
    TypeId right = expr_infer(ctx, ast_item(rights, i), TYPE_NULL);
    if (ctx->diags) {
      if (i) check_truth(ctx, result, node);
      NodeId before = i ? ast_item(rights, i - 1) : (NodeId){n->a};
      check_comparison(ctx, (CompareOperator)ops.v[i], left, right, before,
                       ast_item(rights, i), node);
    }
    TypeId t = compare_values(ctx, (CompareOperator)ops.v[i], left, right,
                              node);
    result = type_is_null(result) || type_is_dynamic(result)
                 ? t
                 : union_of2(ctx->world, type_when_false(ctx->world, result), t);
    left = right;
  }
  return result;
}
