/* expr_operator.c - unary, binary and comparison operators.
 *
 * Literals are computed; everything else goes through the dunders of typeshed,
 * with the reflected method tried first when the right operand's class is a subclass that
 * overrides it (Python data model, "Emulating numeric types"). Unions are taken
 * apart on both sides; the operator must be there for each pair.
 */
#include "infer/check.h"
#include "infer/constrained.h"
#include "infer/expr_int.h"
#include "infer/narrow_int.h"
#include "infer/special/special.h"
#include <stdio.h>

enum {
  UNION_PAIRS_MAX = 64,     /* pairs of union members tried one by one */
  STRING_RESULT_MAX = 4096, /* bytes of a computed str literal */
  SHIFT_MAX = 62
};

static const struct {
  const char *symbol;
  WellKnownName method, reflected, in_place;
} operators[OP_COUNT] = {
    [OP_ADD] = {"+", NAME_dunder_add, NAME_dunder_radd, NAME_dunder_iadd},
    [OP_SUB] = {"-", NAME_dunder_sub, NAME_dunder_rsub, NAME_dunder_isub},
    [OP_MULT] = {"*", NAME_dunder_mul, NAME_dunder_rmul, NAME_dunder_imul},
    [OP_MATMULT] = {"@", NAME_dunder_matmul, NAME_dunder_rmatmul,
                    NAME_dunder_imatmul},
    [OP_DIV] = {"/", NAME_dunder_truediv, NAME_dunder_rtruediv,
                NAME_dunder_itruediv},
    [OP_MOD] = {"%", NAME_dunder_mod, NAME_dunder_rmod, NAME_dunder_imod},
    [OP_POW] = {"**", NAME_dunder_pow, NAME_dunder_rpow, NAME_dunder_ipow},
    [OP_LSHIFT] = {"<<", NAME_dunder_lshift, NAME_dunder_rlshift,
                   NAME_dunder_ilshift},
    [OP_RSHIFT] = {">>", NAME_dunder_rshift, NAME_dunder_rrshift,
                   NAME_dunder_irshift},
    [OP_BITOR] = {"|", NAME_dunder_or, NAME_dunder_ror, NAME_dunder_ior},
    [OP_BITXOR] = {"^", NAME_dunder_xor, NAME_dunder_rxor, NAME_dunder_ixor},
    [OP_BITAND] = {"&", NAME_dunder_and, NAME_dunder_rand, NAME_dunder_iand},
    [OP_FLOORDIV] = {"//", NAME_dunder_floordiv, NAME_dunder_rfloordiv,
                     NAME_dunder_ifloordiv},
};

/* ---- literal arithmetic ------------------------------------------------------- */

static bool is_int_literal(TypeId t) {
  TypeKind kind = type_kind(t);
  return kind == TYPE_KIND_LITERAL_INT || kind == TYPE_KIND_LITERAL_BOOL;
}

static int64_t floor_div(int64_t a, int64_t b) {
  int64_t q = a / b;
  return (a % b != 0 && (a < 0) != (b < 0)) ? q - 1 : q;
}

static bool int_power(int64_t base, int64_t exponent, int64_t *out) {
  int64_t r = 1;
  if (exponent < 0 || exponent > 64) return false;
  for (; exponent > 0; exponent--)
    if (__builtin_mul_overflow(r, base, &r)) return false;
  *out = r;
  return true;
}

/* Both are int or bool literals. Null: not computed. */
static TypeId literal_ints(Operator op, TypeId left, TypeId right) {
  int64_t a = type_int_value(left), b = type_int_value(right), r;
  bool bools = type_kind(left) == TYPE_KIND_LITERAL_BOOL &&
               type_kind(right) == TYPE_KIND_LITERAL_BOOL;
  switch (op) {
    case OP_ADD:
      if (__builtin_add_overflow(a, b, &r)) return TYPE_NULL;
      break;
    case OP_SUB:
      if (__builtin_sub_overflow(a, b, &r)) return TYPE_NULL;
      break;
    case OP_MULT:
      if (__builtin_mul_overflow(a, b, &r)) return TYPE_NULL;
      break;
    case OP_FLOORDIV:
      if (b == 0 || (a == INT64_MIN && b == -1)) return TYPE_NULL;
      r = floor_div(a, b);
      break;
    case OP_MOD:
      if (b == 0 || (a == INT64_MIN && b == -1)) return TYPE_NULL;
      r = a - b * floor_div(a, b);
      break;
    case OP_POW:
      /* Of larger exponents typeshed does not say that they give an int. */
      if (!int_power(a, b, &r)) return b < 0 ? TYPE_NULL : TYPE_KNOWN(int);
      break;
    case OP_LSHIFT:
      if (b < 0 || b > SHIFT_MAX || a < 0 || a > (INT64_MAX >> b))
        return TYPE_NULL;
      r = a << b;
      break;
    case OP_RSHIFT:
      if (b < 0) return TYPE_NULL;
      r = b > SHIFT_MAX ? (a < 0 ? -1 : 0) : a >> b;
      break;
    case OP_BITOR: r = a | b; break;
    case OP_BITAND: r = a & b; break;
    case OP_BITXOR: r = a ^ b; break;
    default: return TYPE_NULL;
  }
  if (bools && (op == OP_BITOR || op == OP_BITAND || op == OP_BITXOR))
    return type_literal_bool(r != 0);
  return type_literal_int(r);
}

static TypeId literal_concat(Ctx *ctx, TypeId left, TypeId right) {
  TypeKind kind = type_kind(left);
  if (kind != type_kind(right)) return TYPE_NULL;
  if (kind != TYPE_KIND_LITERAL_STR && kind != TYPE_KIND_LITERAL_BYTES)
    return TYPE_NULL;
  Str a = name_text(type_name(left)), b = name_text(type_name(right));
  if (a.len + b.len > STRING_RESULT_MAX) return TYPE_NULL;
  NameId name = name_intern(str_concat(ctx->scratch, a, b));
  return kind == TYPE_KIND_LITERAL_STR ? type_literal_str(name)
                                       : type_literal_bytes(name);
}

/* "ab" * 3; null: not computed. */
static TypeId literal_repeat(Ctx *ctx, TypeId literal, int64_t times) {
  TypeKind kind = type_kind(literal);
  if (kind != TYPE_KIND_LITERAL_STR && kind != TYPE_KIND_LITERAL_BYTES)
    return TYPE_NULL;
  Str text = name_text(type_name(literal));
  if (times < 0 || text.len == 0) times = 0;
  if (times > STRING_RESULT_MAX ||
      text.len * (uint64_t)times > STRING_RESULT_MAX)
    return TYPE_NULL;
  char *bytes = ARENA_ARRAY(ctx->scratch, char, text.len * times + 1);
  for (int64_t i = 0; i < times; i++)
    memcpy(bytes + i * text.len, text.ptr, text.len);
  NameId name = name_intern((Str){bytes, (uint32_t)(text.len * times)});
  return kind == TYPE_KIND_LITERAL_STR ? type_literal_str(name)
                                       : type_literal_bytes(name);
}

static bool is_literal_string(TypeId t) {
  return type_kind(t) == TYPE_KIND_LITERAL_STR ||
         type_kind(t) == TYPE_KIND_LITERAL_STRING;
}

static TypeId tuple_concat(Ctx *ctx, TypeId left, TypeId right) {
  TupleView a = type_tuple_view(left), b = type_tuple_view(right);
  if (!type_is_null(a.middle) && !type_is_null(b.middle)) return TYPE_NULL;
  TypeId *items =
      ARENA_ARRAY(ctx->scratch, TypeId,
                  a.prefix.n + a.suffix.n + b.prefix.n + b.suffix.n + 1);
  uint32_t n = 0, split;
  TypeId middle = TYPE_NULL;
  for (uint32_t i = 0; i < a.prefix.n; i++) items[n++] = a.prefix.v[i];
  split = n;
  if (!type_is_null(a.middle)) {
    middle = a.middle;
    for (uint32_t i = 0; i < a.suffix.n; i++) items[n++] = a.suffix.v[i];
  }
  for (uint32_t i = 0; i < b.prefix.n; i++) items[n++] = b.prefix.v[i];
  if (!type_is_null(b.middle)) {
    middle = b.middle;
    split = n;
    for (uint32_t i = 0; i < b.suffix.n; i++) items[n++] = b.suffix.v[i];
  }
  if (type_is_null(middle)) return type_tuple_of((TypeSpan){items, n});
  return type_tuple((TypeSpan){items, split}, middle,
                    (TypeSpan){items + split, n - split});
}

static TypeId tuple_repeat(Ctx *ctx, TypeId tuple, int64_t times) {
  TupleView view = type_tuple_view(tuple);
  if (!type_is_null(view.middle)) return TYPE_NULL;
  if (times <= 0) return TYPE(EMPTY_TUPLE);
  if (view.prefix.n * (uint64_t)times > 64) return TYPE_NULL;
  uint32_t n = view.prefix.n * (uint32_t)times;
  TypeId *items = ARENA_ARRAY(ctx->scratch, TypeId, n + 1);
  for (uint32_t i = 0; i < n; i++) items[i] = view.prefix.v[i % view.prefix.n];
  return type_tuple_of((TypeSpan){items, n});
}

/* Operators whose result follows from the operands without dunders. */
static TypeId binary_builtin(Ctx *ctx, Operator op, TypeId left,
                             TypeId right) {
  if (is_int_literal(left) && is_int_literal(right))
    return literal_ints(op, left, right);
  if (op == OP_ADD) {
    TypeId t = literal_concat(ctx, left, right);
    if (!type_is_null(t)) return t;
    if (is_literal_string(left) && is_literal_string(right))
      return TYPE(LITERAL_STRING);
    if (type_kind(left) == TYPE_KIND_TUPLE &&
        type_kind(right) == TYPE_KIND_TUPLE)
      return tuple_concat(ctx, left, right);
  }
  if (op == OP_MULT && is_int_literal(right)) {
    if (type_kind(left) == TYPE_KIND_TUPLE)
      return tuple_repeat(ctx, left, type_int_value(right));
    return literal_repeat(ctx, left, type_int_value(right));
  }
  if (op == OP_MULT && is_int_literal(left))
    return literal_repeat(ctx, right, type_int_value(left));
  return TYPE_NULL;
}

/* ---- X | Y as a value ------------------------------------------------------------ */

static bool is_type_value(TypeId t) {
  switch (type_kind(t)) {
    case TYPE_KIND_CLASS:
    case TYPE_KIND_GENERIC_ALIAS:
    case TYPE_KIND_SPECIAL_FORM:
    case TYPE_KIND_NAMED_SENTINEL: return true;
    case TYPE_KIND_KNOWN_VALUE:
      return !type_is_partial(t);
    default: return false;
  }
}

static bool is_none(TypeId t) {
  return type_kind(t) == TYPE_KIND_INSTANCE &&
         class_is(type_class(t), KNOWN_NoneType);
}

/* int | None where both sides are types: types.UnionType. */
static TypeId type_union_value(Ctx *ctx, TypeId left, TypeId right) {
  if (!is_type_value(left) && !is_type_value(right)) return TYPE_NULL;
  if (!(is_type_value(left) || is_none(left)) ||
      !(is_type_value(right) || is_none(right)))
    return TYPE_NULL;
  /* A metaclass may define the operator itself. */
  TypeId a = annot_of_value(ctx, left), b = annot_of_value(ctx, right);
  if (type_is_null(a) || type_is_null(b)) return TYPE_NULL;
  return type_known_value(KNOWN_VALUE_UNION, union_of2(ctx->world, a, b));
}

/* ---- dunders ----------------------------------------------------------------------- */

static bool overrides_reflected(Ctx *ctx, TypeId left, TypeId right,
                                NameId reflected) {
  TypeId l = world_nominal_fallback(ctx->world, left);
  TypeId r = world_nominal_fallback(ctx->world, right);
  if (type_is_null(l) || type_is_null(r) ||
      type_kind(l) != TYPE_KIND_INSTANCE || type_kind(r) != TYPE_KIND_INSTANCE)
    return false;
  if (type_class(l).v == type_class(r).v) return false;
  if (type_is_null(world_as_instance_of(ctx->world, r, type_class(l))))
    return false;
  ClassMember on_right = class_lookup(ctx->worker, r, reflected, 0);
  ClassMember on_left = class_lookup(ctx->worker, l, reflected, 0);
  return !type_is_null(on_right.type) && on_right.owner.v != on_left.owner.v;
}

/* What an operator gives for pair after pair of methods. */
typedef struct {
  TypeId returns; /* null: none has answered */
  bool declined;  /* one gives NotImplemented always: it may not know better */
} Answer;

/* object.method(arg) of an operator.  NotImplemented is no result: it hands on to
 * the next method.  True: *answer holds what it gives else. */
static bool ask(Ctx *ctx, TypeId object, uint32_t method, TypeId arg,
                Answer *answer) {
  CallResult r = call_dunder(ctx, object, (NameId){method}, &arg, 1);
  if (!r.ok) return false;
  TypeId store = r.returns;
  TypeSpan members = union_members(ctx->world, &store);
  uint32_t left = 0;
  for (uint32_t i = 0; i < members.n; i++)
    left += !type_eq(members.v[i], TYPE_KNOWN(NotImplementedType));
  answer->returns = r.returns;
  if (left == members.n) return true;
  answer->declined |= left == 0;
  answer->returns = TYPE_NULL;
  if (left == 0) return false;
  UnionBuilder *builder = union_begin(ctx->world);
  for (uint32_t i = 0; i < members.n; i++)
    if (!type_eq(members.v[i], TYPE_KNOWN(NotImplementedType)))
      union_add(builder, members.v[i]);
  answer->returns = union_end(builder);
  return true;
}

/* Null: not supported. */
static TypeId answered(Answer answer) {
  return type_is_null(answer.returns) && answer.declined ? TYPE(UNKNOWN)
                                                         : answer.returns;
}

/* One pair of operands that are no unions. Null: not supported. */
static TypeId binary_pair(Ctx *ctx, Operator op, TypeId left, TypeId right) {
  if (type_is_dynamic(left) || type_eq(left, TYPE(NEVER))) return left;
  if (type_is_dynamic(right) || type_eq(right, TYPE(NEVER))) return right;
  TypeId t = binary_builtin(ctx, op, left, right);
  if (!type_is_null(t)) return t;
  if (op == OP_BITOR) {
    t = type_union_value(ctx, left, right);
    if (!type_is_null(t)) return t;
  }
  uint32_t method = operators[op].method, reflected = operators[op].reflected;
  Answer answer = {TYPE_NULL, false};
  bool first = overrides_reflected(ctx, left, right, (NameId){reflected});
  if (first && ask(ctx, right, reflected, left, &answer))
    return answer.returns;
  if (!ask(ctx, left, method, right, &answer))
    ask(ctx, right, reflected, left, &answer);
  return answered(answer);
}

/* The union that bounds a type variable, with the members of which an operation
 * is done that the variable's type alone does not decide; else the operand. */
static TypeId union_bound(World *world, TypeId operand) {
  if (type_kind(operand) != TYPE_KIND_TYPE_VAR) return operand;
  TypeId bound = world->type_var_bounds(world, operand).bound;
  if (type_is_null(bound)) return operand;
  bound = alias_expand(world, bound);
  return type_kind(bound) == TYPE_KIND_UNION ? bound : operand;
}

typedef struct {
  uint8_t op; /* Operator or CompareOperator */
  TypeId operands[2];
} Operation;

static TypeId binary_constrained(Ctx *ctx, TypeId mapping, void *data) {
  const Operation *o = data;
  return expr_binary(ctx, (Operator)o->op,
                     subst(ctx->world, o->operands[0], mapping),
                     subst(ctx->world, o->operands[1], mapping),
                     ID_NONE(NodeId));
}

static TypeId binary_one(Ctx *ctx, Operator op, TypeId left, TypeId right) {
  Operation o = {(uint8_t)op, {left, right}};
  TypeId var = constrained_variable(ctx->world, o.operands, 2);
  if (!type_is_null(var))
    return constrained_each(ctx, var, binary_constrained, &o);
  TypeId t = binary_pair(ctx, op, left, right);
  if (!type_is_null(t)) return t;
  TypeId a = union_bound(ctx->world, left), b = union_bound(ctx->world, right);
  return type_eq(a, left) && type_eq(b, right)
             ? TYPE_NULL
             : expr_binary(ctx, op, a, b, ID_NONE(NodeId));
}

/* Answers that used nothing unfinished are kept. */
static TypeId binary_cached(Ctx *ctx, Operator op, TypeId left, TypeId right) {
  InferWorker *worker = ctx->worker;
  BinaryCache *cache = &worker->binary;
  uint64_t hash = hash_mix(hmap_pair(left.v, right.v), op + 16 * ctx->sites);
  BinaryEntry *entry = &cache->entries[hash % BINARY_CACHE_SIZE];
  if (entry->left.v == left.v && entry->right.v == right.v &&
      entry->op == (uint8_t)op && entry->sites == (uint8_t)ctx->sites)
    return entry->result;
  uint64_t provisional = worker->world.provisional;
  TypeId t = binary_one(ctx, op, left, right);
  if (worker->world.provisional != provisional) return t;
  *entry = (BinaryEntry){left, right, t, (uint8_t)op, (uint8_t)ctx->sites};
  return t;
}

TypeId expr_binary(Ctx *ctx, Operator op, TypeId left, TypeId right,
                   NodeId node) {
  (void)node;
  World *world = ctx->world;
  left = alias_expand(world, left);
  right = alias_expand(world, right);
  if (type_kind(left) != TYPE_KIND_UNION &&
      type_kind(right) != TYPE_KIND_UNION)
    return binary_cached(ctx, op, left, right);
  TypeId left_store = left, right_store = right;
  TypeSpan a = union_members(world, &left_store);
  TypeSpan b = union_members(world, &right_store);
  if ((uint64_t)a.n * b.n > UNION_PAIRS_MAX) {
    /* Too many literals: compute with their classes. */
    TypeId wide_left = promote_literals(world, left);
    TypeId wide_right = promote_literals(world, right);
    if (type_eq(wide_left, left) && type_eq(wide_right, right))
      return TYPE(UNKNOWN);
    return expr_binary(ctx, op, wide_left, wide_right, node);
  }
  UnionBuilder *builder = union_begin(world);
  for (uint32_t i = 0; i < a.n; i++)
    for (uint32_t k = 0; k < b.n; k++) {
      TypeId t = binary_cached(ctx, op, a.v[i], b.v[k]);
      if (type_is_null(t)) {
        union_end(builder);
        return TYPE_NULL;
      }
      union_add(builder, t);
    }
  return union_end(builder);
}

static void report_operator(Ctx *ctx, const char *symbol, TypeId left,
                            TypeId right, NodeId node) {
  if (!ctx_reports(ctx, RULE_UNSUPPORTED_OPERATOR)) return;
  const char *a, *b;
  display_pair(ctx->world, left, right, &a, &b);
  ctx_report(ctx, RULE_UNSUPPORTED_OPERATOR, node,
             "Operator `%s` is not supported between objects of type `%s` "
             "and `%s`",
             symbol, a, b);
}

/* One operator of a chain, whose left operand is known. */
static TypeId bin_op_step(Ctx *ctx, NodeId node, TypeId left) {
  const AstNode *n = ast_at(ctx->ast, node);
  NodeId right_node = {n->b};
  bool instance = type_kind(left) == TYPE_KIND_INSTANCE;
  if (n->op == OP_BITOR && instance) {
    TypeId merged = typed_dict_merge(ctx, left, right_node, false);
    if (!type_is_null(merged)) return merged;
  }
  /* A display beside a TypedDict that it does not fit stays a dict. */
  bool hint = instance && !(n->op == OP_BITOR &&
                            (class_flags(ctx->world, type_class(left)) &
                             CLASS_TYPED_DICT));
  TypeId right = expr_infer(ctx, right_node, hint ? left : TYPE_NULL);
  TypeId result = expr_binary(ctx, (Operator)n->op, left, right, node);
  if (type_is_null(result)) {
    report_operator(ctx, operators[n->op].symbol, left, right, node);
    result = TYPE(UNKNOWN);
  }
  if (ctx->diags)
    check_deprecated_method(ctx, left, (NameId){operators[n->op].method}, node);
  return result;
}

TypeId expr_bin_op(Ctx *ctx, NodeId node, TypeId expected) {
  /* A long chain a + b + c ... leans to the left: walk it in a loop. */
  VEC(NodeId) chain = {0};
  NodeId left_node = node;
  while (ast_kind(ctx->ast, left_node) == AST_BinOp) {
    vec_push(&chain, ctx->scratch, left_node);
    left_node = (NodeId){ast_at(ctx->ast, left_node)->a};
  }
  /* str | None is a type form, str only a part of it. */
  bool hint = chain.n == 1 && !type_is_null(expected) &&
              type_is_null(typeform_wanted(expected));
  TypeId left = expr_infer(ctx, left_node, hint ? expected : TYPE_NULL);
  for (uint32_t i = chain.n; i-- > 0;) {
    if (i > 0 && ctx->counts) ctx->counts->known++;
    left = bin_op_step(ctx, chain.v[i], left);
  }
  return left;
}

static TypeId augmented_pair(Ctx *ctx, Operator op, TypeId left,
                             TypeId right) {
  Answer answer = {TYPE_NULL, false};
  if (!type_is_dynamic(left) && !type_is_dynamic(right) &&
      ask(ctx, left, operators[op].in_place, right, &answer))
    return answer.returns;
  return expr_binary(ctx, op, left, right, ID_NONE(NodeId));
}

TypeId expr_augmented(Ctx *ctx, Operator op, TypeId left, NodeId right_node,
                      NodeId node) {
  if (op == OP_BITOR && ast_kind(ctx->ast, right_node) == AST_Dict) {
    TypeId merged = typed_dict_merge(ctx, left, right_node, true);
    if (!type_is_null(merged)) return merged;
  }
  TypeId right = expr_infer(ctx, right_node, left);
  left = alias_expand(ctx->world, left);
  TypeId store = left;
  TypeSpan members = union_members(ctx->world, &store);
  UnionBuilder *builder = union_begin(ctx->world);
  for (uint32_t i = 0; i < members.n; i++) {
    TypeId t = augmented_pair(ctx, op, members.v[i], right);
    if (type_is_null(t)) {
      union_end(builder);
      if (node.v) {
        char symbol[8];
        snprintf(symbol, sizeof symbol, "%s=", operators[op].symbol);
        report_operator(ctx, symbol, left, right, node);
      }
      return TYPE(UNKNOWN);
    }
    if (ctx->diags) {
      NameId in_place = {operators[op].in_place};
      bool own = !type_is_null(attr_dunder(ctx->worker, members.v[i], in_place));
      check_deprecated_method(ctx, members.v[i],
                              own ? in_place : (NameId){operators[op].method},
                              node);
    }
    union_add(builder, t);
  }
  return union_end(builder);
}

/* ---- unary -------------------------------------------------------------------------- */

static NameId unary_method(UnaryOperator op) {
  static const WellKnownName methods[] = {[UNARY_INVERT] = NAME_dunder_invert,
                                          [UNARY_PLUS] = NAME_dunder_pos,
                                          [UNARY_MINUS] = NAME_dunder_neg};
  return (NameId){methods[op]};
}

static TypeId unary_one(Ctx *ctx, UnaryOperator op, TypeId operand) {
  if (type_is_dynamic(operand) || type_eq(operand, TYPE(NEVER)))
    return operand;
  if (is_int_literal(operand)) {
    int64_t v = type_int_value(operand);
    if (op == UNARY_PLUS) return type_literal_int(v);
    if (op == UNARY_INVERT) return type_literal_int(~v);
    if (op == UNARY_MINUS && v != INT64_MIN) return type_literal_int(-v);
  }
  CallResult r = call_dunder(ctx, operand, unary_method(op), NULL, 0);
  return r.ok ? r.returns : TYPE_NULL;
}

TypeId expr_unary(Ctx *ctx, NodeId node) {
  const AstNode *n = ast_at(ctx->ast, node);
  TypeId operand = expr_infer(ctx, (NodeId){n->a}, TYPE_NULL);
  World *world = ctx->world;
  if (n->op == UNARY_NOT) {
    if (ctx->diags) check_truth(ctx, operand, (NodeId){n->a});
    Truth truth =
        type_truth(world, expr_tested(ctx, (NodeId){n->a}, operand));
    return truth == TRUTH_AMBIGUOUS ? world_known(world, KNOWN_bool)
                                    : type_literal_bool(truth == TRUTH_NEVER);
  }
  operand = alias_expand(world, operand);
  TypeId store = operand;
  TypeSpan members = union_members(world, &store);
  UnionBuilder *builder = union_begin(world);
  for (uint32_t i = 0; i < members.n; i++) {
    TypeId t = unary_one(ctx, (UnaryOperator)n->op, members.v[i]);
    if (ctx->diags)
      check_deprecated_method(ctx, members.v[i], unary_method(n->op), node);
    if (type_is_null(t)) {
      static const char *symbols[] = {
          [UNARY_INVERT] = "~", [UNARY_PLUS] = "+", [UNARY_MINUS] = "-"};
      ctx_report(ctx, RULE_UNSUPPORTED_OPERATOR, node,
                 "Unary operator `%s` is not supported for type `%s`",
                 symbols[n->op], display_short(world, operand));
      t = TYPE(UNKNOWN);
    }
    union_add(builder, t);
  }
  return union_end(builder);
}

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
    default: return is_none(t);
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

/* Lexicographic order of two fixed tuples of int literals. Null: undecided. */
static TypeId compare_tuples(CompareOperator op, TypeSpan a, TypeSpan b) {
  uint32_t n = MIN(a.n, b.n);
  for (uint32_t i = 0; i < n; i++) {
    if (!is_int_literal(a.v[i]) || !is_int_literal(b.v[i])) return TYPE_NULL;
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
  if (is_int_literal(left) && is_int_literal(right))
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
      TypeId t = compare_tuples(op, mine, other.prefix);
      TypeId same = compare_tuples(CMP_EQ, mine, other.prefix);
      if (!type_is_null(same) && type_eq(same, TYPE(TRUE)))
        return compare_numbers(op, 1, 0);
      return t;
    }
    TypeSpan theirs = {other.prefix.v, 2};
    TypeId same = compare_tuples(CMP_EQ, known.prefix, theirs);
    if (type_is_null(same) || type_eq(same, TYPE(TRUE))) return TYPE_NULL;
    return compare_tuples(op, known.prefix, theirs);
  }
  if (lk == TYPE_KIND_TUPLE && rk == TYPE_KIND_TUPLE) {
    TupleView a = type_tuple_view(left), b = type_tuple_view(right);
    if (type_is_null(a.middle) && type_is_null(b.middle))
      return compare_tuples(op, a.prefix, b.prefix);
  }
  if (op != CMP_EQ && op != CMP_NOT_EQ) return TYPE_NULL;
  if (is_none(left) && is_none(right)) return type_literal_bool(op == CMP_EQ);
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

static TypeId compare_in(Ctx *ctx, CompareOperator op, TypeId left,
                         TypeId right, NodeId node) {
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
  } else {
    Ctx quiet = expr_quiet(ctx);
    TypeId item = expr_iterate(&quiet, right, ID_NONE(NodeId), false);
    if (!type_is_null(attr_dunder(ctx->worker, right, NAME_ID(dunder_iter))) ||
        !type_is_null(
            attr_dunder(ctx->worker, right, NAME_ID(dunder_getitem))) ||
        !type_is_dynamic(item))
      return boolean;
  }
  report_operator(ctx, comparisons[op].symbol, left, right, node);
  return boolean;
}

static TypeId compare_members(Ctx *ctx, CompareOperator op, TypeId left,
                              TypeId right);

static TypeId compare_pair(Ctx *ctx, CompareOperator op, TypeId left,
                           TypeId right) {
  World *world = ctx->world;
  if (type_is_dynamic(left)) return left;
  if (type_is_dynamic(right)) return right;
  TypeId t = compare_literals(ctx, op, left, right);
  if (!type_is_null(t)) return t;
  Answer answer = {TYPE_NULL, false};
  bool equality = op == CMP_EQ || op == CMP_NOT_EQ;
  bool done = ask(ctx, left, comparisons[op].method, right, &answer);
  /* Everything has a reflected __eq__: it would hide what a subclass says. */
  if (!done && !(equality && answer.declined))
    ask(ctx, right, comparisons[op].reflected, left, &answer);
  if (equality && type_is_null(answer.returns) && !answer.declined)
    return world_known(world, KNOWN_bool); /* by identity */
  TypeId result = answered(answer);
  if (!type_is_null(result)) return result;
  TypeId a = union_bound(world, left), b = union_bound(world, right);
  return type_eq(a, left) && type_eq(b, right) ? TYPE_NULL
                                               : compare_members(ctx, op, a, b);
}

/* All pairs of members of the two; null when one does not compare. */
static TypeId compare_members(Ctx *ctx, CompareOperator op, TypeId left,
                              TypeId right) {
  TypeSpan as = union_members(ctx->world, &left);
  TypeSpan bs = union_members(ctx->world, &right);
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
                     ? compare_in(ctx, op, as.v[i], bs.v[k], node)
                     : compare_pair(ctx, op, as.v[i], bs.v[k]);
      if (type_is_null(t)) {
        union_end(builder);
        report_operator(ctx, comparisons[op].symbol, left, right, node);
        return TYPE(UNKNOWN);
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
    if (i && ctx->diags) check_truth(ctx, result, node);
    TypeId t = compare_values(ctx, (CompareOperator)ops.v[i], left, right,
                              node);
    result = type_is_null(result) || type_is_dynamic(result)
                 ? t
                 : union_of2(ctx->world, type_when_false(ctx->world, result), t);
    left = right;
  }
  return result;
}
