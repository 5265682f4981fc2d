/* expr_operator.c - unary and binary operators.
 *
 * Literals are computed; everything else goes through the dunders of typeshed,
 * with the reflected method tried first when the right operand's class is a subclass that
 * overrides it (Python data model, "Emulating numeric types"). Unions are taken
 * apart on both sides; the operator must be there for each pair.
 */
#include "infer/check.h"
#include "infer/constrained.h"
#include "infer/operator_int.h"
#include "infer/special/special.h"
#include <stdio.h>

enum {
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

/* Operators whose result follows from the operands without dunders. */
static TypeId binary_builtin(Ctx *ctx, Operator op, TypeId left,
                             TypeId right) {
  if (operator_is_int(left) && operator_is_int(right))
    return literal_ints(op, left, right);
  if (op == OP_ADD) {
    TypeId t = literal_concat(ctx, left, right);
    if (!type_is_null(t)) return t;
    if (is_literal_string(left) && is_literal_string(right))
      return TYPE(LITERAL_STRING);
    if (type_kind(left) == TYPE_KIND_TUPLE &&
        type_kind(right) == TYPE_KIND_TUPLE)
      return expr_tuple_concat(ctx, left, right);
  }
  if (op == OP_MULT && (operator_is_int(left) || operator_is_int(right))) {
    bool times_left = operator_is_int(left);
    TypeId items = times_left ? right : left;
    int64_t times = type_int_value(times_left ? left : right);
    return type_kind(items) == TYPE_KIND_TUPLE
               ? expr_tuple_repeat(ctx, items, times)
               : literal_repeat(ctx, items, times);
  }
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

/* int | None where both sides are types: types.UnionType. */
static TypeId type_union_value(Ctx *ctx, TypeId left, TypeId right) {
  if (!is_type_value(left) && !is_type_value(right)) return TYPE_NULL;
  if (!(is_type_value(left) || operator_is_none(left)) ||
      !(is_type_value(right) || operator_is_none(right)))
    return TYPE_NULL;
  /* A metaclass may define the operator itself. */
  TypeId a = annot_of_value(ctx, left), b = annot_of_value(ctx, right);
  if (type_is_null(a) || type_is_null(b)) return TYPE_NULL;
  return type_known_value(KNOWN_VALUE_UNION, union_of2(ctx->world, a, b));
}

/* ---- dunders ----------------------------------------------------------------------- */

bool operator_reflected_first(Ctx *ctx, TypeId left, TypeId right,
                              uint32_t method) {
  NameId reflected = {method};
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

bool operator_ask(Ctx *ctx, TypeId object, uint32_t method, TypeId arg,
                  OperatorAnswer *answer) {
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

TypeId operator_answered(OperatorAnswer answer) {
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
  OperatorAnswer answer = {TYPE_NULL, false};
  bool first = operator_reflected_first(ctx, left, right, reflected);
  if (first && operator_ask(ctx, right, reflected, left, &answer))
    return answer.returns;
  if (!operator_ask(ctx, left, method, right, &answer))
    operator_ask(ctx, right, reflected, left, &answer);
  return operator_answered(answer);
}

TypeId operator_union_bound(World *world, TypeId operand) {
  if (type_kind(operand) == TYPE_KIND_NEW_TYPE) {
    TypeId base = alias_expand(world, world->new_type_base(world, operand));
    return type_kind(base) == TYPE_KIND_UNION ? base : operand;
  }
  if (type_kind(operand) != TYPE_KIND_TYPE_VAR) return operand;
  TypeId bound = world->type_var_bounds(world, operand).bound;
  if (type_is_null(bound)) return operand;
  bound = alias_expand(world, bound);
  return type_kind(bound) == TYPE_KIND_UNION ? bound : operand;
}

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
  TypeId a = operator_union_bound(ctx->world, left), b = operator_union_bound(ctx->world, right);
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

void operator_report(Ctx *ctx, const char *symbol, TypeId left, TypeId right,
                     NodeId node) {
  if (!ctx_reports(ctx, RULE_UNSUPPORTED_OPERATOR)) return;
  const char *a, *b;
  display_pair(ctx->world, left, right, &a, &b);
  ctx_report(ctx, RULE_UNSUPPORTED_OPERATOR, node,
             "Operator `%s` is not supported between objects of type `%s` "
             "and `%s`",
             symbol, a, b);
}

static bool is_zero(TypeId t) {
  if (type_kind(t) == TYPE_KIND_LITERAL_INT)
    return type_eq(t, type_literal_int(0));
  return type_kind(t) == TYPE_KIND_LITERAL_BOOL &&
         type_eq(t, type_literal_bool(false));
}

/* The number that is divided is of a type whose division by 0 raises. */
static bool is_plain_number(TypeId t) {
  if (type_kind(t) == TYPE_KIND_LITERAL_INT ||
      type_kind(t) == TYPE_KIND_LITERAL_BOOL)
    return true;
  return type_kind(t) == TYPE_KIND_INSTANCE &&
         (class_is(type_class(t), KNOWN_int) ||
          class_is(type_class(t), KNOWN_float) ||
          class_is(type_class(t), KNOWN_bool));
}

static void check_division(Ctx *ctx, Operator op, TypeId left, TypeId right,
                           NodeId node) {
  if ((op != OP_DIV && op != OP_FLOORDIV && op != OP_MOD) || !is_zero(right) ||
      !ctx_reports(ctx, RULE_DIVISION_BY_ZERO))
    return;
  TypeId store = alias_expand(ctx->world, left);
  TypeSpan members = union_members(ctx->world, &store);
  for (uint32_t i = 0; i < members.n; i++)
    if (!is_plain_number(members.v[i])) return;
  ctx_report(ctx, RULE_DIVISION_BY_ZERO, node,
             "Cannot %s object of type `%s` %s zero",
             op == OP_MOD ? "reduce" : op == OP_DIV ? "divide" : "floor divide",
             display_short(ctx->world, left), op == OP_MOD ? "modulo" : "by");
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
    operator_report(ctx, operators[n->op].symbol, left, right, node);
    result = TYPE(UNKNOWN);
  }
  if (ctx->diags) {
    check_division(ctx, (Operator)n->op, left, right, node);
    check_deprecated_method(ctx, left, (NameId){operators[n->op].method}, node);
    if (n->op == OP_MOD) check_format(ctx, left, right, node);
  }
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
  OperatorAnswer answer = {TYPE_NULL, false};
  if (!type_is_dynamic(left) && !type_is_dynamic(right) &&
      operator_ask(ctx, left, operators[op].in_place, right, &answer))
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
  if (ctx->diags && node.v) check_division(ctx, op, left, right, node);
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
        operator_report(ctx, symbol, left, right, node);
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
  if (operator_is_int(operand)) {
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
