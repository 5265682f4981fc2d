/* annot.c - annotation and type expressions.
 *
 * A type expression is an expression read in another way: names are looked up
 * as values and the value says which type it means (a class means its
 * instances).  So the work has two halves: finding the runtime value of a name,
 * dotted name or subscript (annot_value), and reading a value as a type
 * (annot_from_value).  Subscripts are in annot_subscript.c.
 *
 * When names are looked up: in stubs, under PEP 563 and PEP 649 and in strings
 * at the end of their scope (ANNOT_DEFERRED, by scope_lookup), else where the
 * annotation stands (by the use-def map, through expr_infer).
 *
 * Type variables of the old kind are bound here (typevar_bind): a mention of T
 * in the annotations of a def or the bases of a class makes it a parameter of
 * that scope, unless one further out has it.
 *
 * Aliases that are assignments refer to themselves only through strings or in
 * stubs.  Such a reference, to a definition that encloses it or comes later, is
 * a lazy TYPE_ALIAS; a reference backwards is read at once.  Every cycle holds
 * at least one of the first kind, and which kind a reference is depends on
 * the source alone.
 *
 * Sources: typing spec, "Type annotations", "The Python Type System: type and
 * annotation expressions".
 */
#include "infer/annot.h"
#include "infer/alias.h"
#include "infer/check.h"
#include "infer/class.h"
#include "infer/typevar.h"
#include <stdarg.h>

enum { /* what of `where` holds for the parts of an expression */
  ANNOT_INHERITED = ANNOT_DEFERRED | ANNOT_ALIAS
};

uint32_t annot_when(const Infer *infer, const ModuleState *module) {
  bool deferred = module->module->is_stub ||
                  module->index->future_annotations ||
                  python_at_least(infer->options->python_version, 3, 14);
  return deferred ? ANNOT_DEFERRED : 0;
}

TypeId annot_invalid(Ctx *ctx, NodeId node, const char *format, ...) {
  if (ctx_reports(ctx, RULE_INVALID_TYPE_FORM)) {
    va_list args;
    va_start(args, format);
    diag_vadd(ctx->diags, RULE_INVALID_TYPE_FORM, ctx_span(ctx, node), format,
              args);
    va_end(args);
  }
  return TYPE(UNKNOWN);
}

/* ---- values of names ------------------------------------------------------------ */

/* Whether some definition of a place may be that of a type: a class, an alias, an
 * import, a type variable. */
static bool may_be_type(const Index *index, PlaceId place) {
  for (DefId d = index->places[place.v].first_def; d.v;
       d = index->defs[d.v].next)
    switch ((DefKind)index->defs[d.v].kind) {
    case DEF_CLASS:
    case DEF_TYPE_ALIAS:
    case DEF_TYPE_PARAM:
    case DEF_IMPORT:
    case DEF_IMPORT_FROM:
    case DEF_ASSIGN: return true;
    case DEF_ANN_ASSIGN: {
      const Ast *ast = index->ast;
      const AstNode *n = ast_at(ast, index->defs[d.v].node);
      const AstNode *annotation = ast_at(ast, (NodeId){n->b});
      bool named = annotation->kind == AST_Attribute ||
                   (annotation->kind == AST_Name &&
                    annotation->a != index->places[place.v].name.v);
      if (n->c && named) return true;
      break;
    }
    default: break;
    }
  return false;
}

/* The scope in which a deferred name is looked up: a variable or method of the
 * class body that bears a type's name does not hide it (`int: "int"`). */
static ScopeId lookup_scope(const Ctx *ctx, NameId name) {
  const Index *index = ctx->module->index;
  ScopeId s = ctx->scope;
  while (s.v && index->scopes[s.v].kind == SCOPE_CLASS) {
    PlaceId place = index_symbol(index, s, name);
    if (place.v == 0 || may_be_type(index, place)) break;
    s = index->scopes[s.v].parent;
  }
  return s;
}

static TypeId name_value(Ctx *ctx, NodeId node, uint32_t where) {
  if (!(where & ANNOT_DEFERRED) && !ctx->in_string)
    return expr_infer(ctx, node, TYPE_NULL);
  NameId name = {ast_at(ctx->ast, node)->a};
  if (where & ANNOT_ALIAS) {
    NodeId position = ctx->in_string ? ctx->string_node : node;
    TypeId lazy = alias_forward_reference(ctx, name, position);
    if (!type_is_null(lazy)) return lazy;
  }
  TypeId value = scope_lookup(ctx, lookup_scope(ctx, name), name);
  if (!type_is_null(value)) return value;
  ctx_report(ctx, RULE_UNRESOLVED_REFERENCE, node,
             "Name `%" PRIstr "` used when not defined",
             STR_ARG(name_text(name)));
  return TYPE(UNKNOWN);
}

static TypeId attribute_value(Ctx *ctx, NodeId node, uint32_t where) {
  if (!(where & ANNOT_DEFERRED) && !ctx->in_string)
    return expr_infer(ctx, node, TYPE_NULL);
  const AstNode *n = ast_at(ctx->ast, node);
  TypeId base = annot_value(ctx, (NodeId){n->a}, where);
  NameId name = {n->b};
  if (type_is_dynamic(base)) return base;
  TypeId value;
  if (type_kind(base) == TYPE_KIND_MODULE) {
    bool maybe = false;
    value = module_attribute(ctx->worker, type_module_id(base), name, &maybe);
  } else {
    value = attr_read(ctx->worker, base, name).type;
  }
  if (!type_is_null(value)) return value;
  ctx_report(ctx, RULE_UNRESOLVED_ATTRIBUTE, node,
             "Object of type `%s` has no attribute `%" PRIstr "`",
             display_short(ctx->world, base), STR_ARG(name_text(name)));
  return TYPE(UNKNOWN);
}

TypeId annot_value(Ctx *ctx, NodeId node, uint32_t where) {
  switch (ast_kind(ctx->ast, node)) {
  case AST_Name: return name_value(ctx, node, where);
  case AST_Attribute: return attribute_value(ctx, node, where);
  case AST_Subscript: {
    TypeId base = annot_value(ctx, (NodeId){ast_at(ctx->ast, node)->a}, where);
    return annot_as_value(annot_subscript_eval(ctx, base, node, where, NULL));
  }
  default:
    if (ctx->in_string) return TYPE(UNKNOWN);
    return expr_infer(ctx, node, TYPE_NULL);
  }
}

/* ---- values as types --------------------------------------------------------------- */

/* The instance that a class's bare name means. */
static TypeId class_as_type(Ctx *ctx, ClassId id) {
  switch (id.v) {
  case KNOWN_float: return type_float_annotation();
  case KNOWN_complex: return type_complex_annotation();
  case KNOWN_type: return type_subclass_of(TYPE(UNKNOWN));
  default: return world_instance_unknown(ctx->world, id);
  }
}

static TypeId known_value_as_type(Ctx *ctx, TypeId value) {
  TypeId inner = type_inner(value);
  switch (type_known_value_kind(value)) {
  case KNOWN_VALUE_TYPE_VAR:
    return type_kind(inner) == TYPE_KIND_TYPE_VAR ? typevar_bind(ctx, inner)
                                                  : TYPE(UNKNOWN);
  case KNOWN_VALUE_TYPE_ALIAS: {
    if (type_kind(inner) != TYPE_KIND_TYPE_ALIAS) return inner;
    ModuleState *m = module_state(ctx->worker, type_module_id(inner));
    TypeId list = alias_type_params(ctx->worker, m, type_def(inner));
    TypeSpan params = type_args(list);
    if (params.n == 0 || type_args(inner).n) return inner;
    TypeId *args = ARENA_ARRAY(ctx->scratch, TypeId, params.n);
    annot_default_arguments(ctx->world, params, args);
    return type_alias(m->id, type_def(inner), type_name(inner),
                      (TypeSpan){args, params.n});
  }
  case KNOWN_VALUE_NEW_TYPE: return inner;
  case KNOWN_VALUE_UNION:
  case KNOWN_VALUE_ANNOTATION: return inner;
  case KNOWN_VALUE_GENERIC_BASE:
  case KNOWN_VALUE_PROTOCOL_BASE:
  case KNOWN_VALUE_PARTIAL: break;
  }
  return TYPE_NULL;
}

/* Bare special forms that mean one type wherever they stand. */
static TypeId form_as_type(Ctx *ctx, SpecialForm form) {
  switch (form) {
  case FORM_ANY: return TYPE(ANY);
  case FORM_NEVER:
  case FORM_NO_RETURN: return TYPE(NEVER);
  case FORM_LITERAL_STRING: return TYPE(LITERAL_STRING);
  case FORM_SELF: return typevar_self_here(ctx);
  case FORM_CALLABLE:
    return type_callable(NULL, 0, TYPE(UNKNOWN), TYPE(EMPTY_LIST),
                         SIGNATURE_GRADUAL);
  case FORM_TUPLE: return world_instance_unknown(ctx->world, CLASS_ID(tuple));
  case FORM_TYPE: return type_subclass_of(TYPE(UNKNOWN));
  case FORM_TYPE_FORM: return type_form_of(TYPE(UNKNOWN));
  case FORM_UNKNOWN: return TYPE(UNKNOWN);
  case FORM_ALWAYS_TRUTHY: return TYPE(ALWAYS_TRUTHY);
  case FORM_ALWAYS_FALSY: return TYPE(ALWAYS_FALSY);
  case FORM_NAMED_TUPLE: return type_instance(CLASS_ID(NamedTuple), (TypeSpan){0});
#define COLLECTION(FORM, ident)                                              \
  case FORM: return world_instance_unknown(ctx->world, CLASS_ID(ident));
#include "infer/annot_forms.def"
#undef COLLECTION
  default: return TYPE_NULL;
  }
}

static bool same_variable(TypeId a, TypeId b) {
  return type_kind(a) == TYPE_KIND_TYPE_VAR &&
         type_kind(b) == TYPE_KIND_TYPE_VAR &&
         name_eq(type_var_view(a).name, type_var_view(b).name);
}

/* A union of classes, as a conditional definition gives it. */
static TypeId union_as_type(Ctx *ctx, TypeId value) {
  TypeSpan members = type_members(value);
  UnionBuilder *builder = union_begin(ctx->world);
  TypeId first = TYPE_NULL;
  bool ok = true, one = true;
  for (uint32_t i = 0; i < members.n; i++) {
    TypeId t = annot_of_value(ctx, members.v[i]);
    if (type_is_null(t)) {
      ok = false;
      continue;
    }
    if (type_is_null(first)) first = t;
    else one &= same_variable(first, t);
    union_add(builder, t);
  }
  TypeId result = union_end(builder);
  if (!ok) return TYPE_NULL;
  /* `try: from typing import T` and `except ImportError: T = TypeVar("T")`. */
  return one ? first : result;
}

/* The type that a value stands for when it is used as a type expression; null
 * when it is none.  Free variables of an implicit generic alias stay. */
TypeId annot_of_value(Ctx *ctx, TypeId value) {
  switch (type_kind(value)) {
  case TYPE_KIND_ANY:
  case TYPE_KIND_UNKNOWN: return TYPE(UNKNOWN);
  case TYPE_KIND_DIVERGENT: return value;
  case TYPE_KIND_CLASS: return class_as_type(ctx, type_class(value));
  case TYPE_KIND_GENERIC_ALIAS:
    return type_instance(type_class(value), type_args(value));
  case TYPE_KIND_INSTANCE:
    return class_is(type_class(value), KNOWN_NoneType) ? value : TYPE_NULL;
  case TYPE_KIND_KNOWN_VALUE: return known_value_as_type(ctx, value);
  case TYPE_KIND_SPECIAL_FORM: return form_as_type(ctx, type_form(value));
  case TYPE_KIND_NAMED_SENTINEL:
  case TYPE_KIND_TYPE_ALIAS: return value;
  case TYPE_KIND_UNION: return union_as_type(ctx, value);
  default: return TYPE_NULL;
  }
}

/* Bare forms that are qualifiers; true when it was one. */
static bool qualifier_form(Ctx *ctx, SpecialForm form, NodeId node,
                           uint32_t where, uint32_t *q) {
  if (q == NULL || !(where & (ANNOT_VARIABLE | ANNOT_DATACLASS))) return false;
  if (form != FORM_FINAL && form != FORM_CLASS_VAR) return false;
  if (ctx_reports(ctx, RULE_INVALID_TYPE_FORM)) {
    const char *problem = annot_qualifier_problem(ctx, form, where, q);
    if (problem)
      annot_invalid(ctx, node, "`%s` %s", special_form_name(form), problem);
  }
  if (form == FORM_FINAL) *q |= QUALIFIER_FINAL;
  else *q |= QUALIFIER_CLASS_VAR;
  return true;
}

static TypeId invalid_value(Ctx *ctx, TypeId value, NodeId node) {
  Str text = ctx->in_string ? STR_EMPTY : ast_text(ctx->ast, node);
  switch (type_kind(value)) {
  case TYPE_KIND_MODULE:
    return annot_invalid(ctx, node,
                         "Module `%" PRIstr "` is not valid in a type expression",
                         STR_ARG(text));
  case TYPE_KIND_FUNCTION:
    return annot_invalid(
        ctx, node, "Function `%" PRIstr "` is not valid in a type expression",
        STR_ARG(name_text(type_name(value))));
  case TYPE_KIND_SPECIAL_FORM:
    if (type_form(value) == FORM_SELF)
      return annot_invalid(ctx, node, "`Self` is used outside of a class");
    return annot_invalid(ctx, node, "`%s` is not allowed in this context in a "
                         "type expression", special_form_name(type_form(value)));
  case TYPE_KIND_SUBCLASS_OF:
    if (type_is_dynamic(type_inner(value))) return TYPE(UNKNOWN);
    break;
  case TYPE_KIND_KNOWN_VALUE: break;
  default: break;
  }
  if (type_has(value, TYPE_HAS_DIVERGENT)) return TYPE(UNKNOWN);
  return annot_invalid(
      ctx, node, "Variable of type `%s` is not allowed in a type expression",
      ctx_reports(ctx, RULE_INVALID_TYPE_FORM) ? display_short(ctx->world, value)
                                               : "");
}

/* A legacy variable that nothing binds is an error outside of aliases. */
static TypeId check_bound(Ctx *ctx, TypeId var, NodeId node, uint32_t where) {
  TypeVarView view = type_var_view(var);
  if (ctx_reports(ctx, RULE_INVALID_LEGACY_TYPE_VARIABLE) &&
      typevar_is_mixed(ctx, var))
    ctx_report(ctx, RULE_INVALID_LEGACY_TYPE_VARIABLE, node,
               "Legacy type variable `%" PRIstr
               "` cannot be used where type parameters are declared in brackets",
               STR_ARG(name_text(view.name)));
  if (where & ANNOT_ALIAS) return var;
  if (view.kind == TYPE_VAR_SELF || view.scope_node.v) return var;
  ctx_report(ctx, RULE_UNBOUND_TYPE_VARIABLE, node,
             "Type variable `%" PRIstr
             "` is not bound to any outer generic context",
             STR_ARG(name_text(view.name)));
  return view.kind == TYPE_VAR_PLAIN ? TYPE(UNKNOWN) : var;
}

TypeId annot_from_value(Ctx *ctx, TypeId value, NodeId node, uint32_t where,
                        uint32_t *q) {
  TypeKind kind = type_kind(value);
  if (kind == TYPE_KIND_SPECIAL_FORM) {
    SpecialForm form = type_form(value);
    if (qualifier_form(ctx, form, node, where, q)) return TYPE_NULL;
    if (form == FORM_TYPE_ALIAS && q && (where & ANNOT_VARIABLE)) return value;
  }
  if (kind == TYPE_KIND_SUBCLASS_OF && (where & ANNOT_BASE) &&
      type_kind(type_inner(value)) == TYPE_KIND_INSTANCE)
    return type_inner(value);
  TypeId type = annot_of_value(ctx, value);
  if (type_is_null(type)) return invalid_value(ctx, value, node);
  check_type_arguments(ctx, value, node);
  if (type_kind(type) == TYPE_KIND_TYPE_VAR)
    return check_bound(ctx, type, node, where);
  /* A generic alias without arguments. */
  if (kind != TYPE_KIND_CLASS) type = typevar_erase_free(ctx->world, type);
  return type;
}

/* ---- expressions ----------------------------------------------------------------------- */

/* `P.args` and `P.kwargs`; null when the attribute is no such thing. */
static TypeId param_spec_part(Ctx *ctx, NodeId node, uint32_t where) {
  const AstNode *n = ast_at(ctx->ast, node);
  if (n->b != NAME_args && n->b != NAME_kwargs) return TYPE_NULL;
  NodeId base = {n->a};
  if (ast_kind(ctx->ast, base) != AST_Name) return TYPE_NULL;
  TypeId value = annot_value(ctx, base, where);
  if (type_kind(value) != TYPE_KIND_KNOWN_VALUE ||
      type_known_value_kind(value) != KNOWN_VALUE_TYPE_VAR)
    return TYPE_NULL;
  TypeId var = type_inner(value);
  if (type_kind(var) != TYPE_KIND_TYPE_VAR ||
      type_var_view(var).kind != TYPE_VAR_PARAM_SPEC)
    return TYPE_NULL;
  return type_param_spec_part(typevar_bind(ctx, var), n->b == NAME_kwargs);
}

/* `"A" | int` fails at run time when it is evaluated: neither a string nor a
 * plain class has the operator for the other. */
static void check_string_operand(Ctx *ctx, NodeId a, NodeId b, uint32_t where) {
  if (!ctx_reports(ctx, RULE_INVALID_TYPE_FORM) || ctx->in_string) return;
  if (ast_kind(ctx->ast, b) == AST_Str) {
    NodeId other = a;
    a = b;
    b = other;
  }
  if (ast_kind(ctx->ast, a) != AST_Str) return;
  AstKind kind = ast_kind(ctx->ast, b);
  bool plain = kind == AST_None || kind == AST_Str;
  if (kind == AST_Name || kind == AST_Attribute)
    plain = type_kind(annot_value(ctx, b, where)) == TYPE_KIND_CLASS;
  if (plain)
    annot_invalid(ctx, a, "A string cannot be an operand of `|` here: quote the "
                          "whole annotation");
}

/* A | B | ...: members from left to right, without recursion on the left. */
static TypeId eval_union(Ctx *ctx, NodeId node, uint32_t where) {
  uint32_t n = 2;
  NodeId left = {ast_at(ctx->ast, node)->a};
  while (ast_kind(ctx->ast, left) == AST_BinOp &&
         ast_at(ctx->ast, left)->op == OP_BITOR) {
    left = (NodeId){ast_at(ctx->ast, left)->a};
    n++;
  }
  NodeId *operands = ARENA_ARRAY(ctx->scratch, NodeId, n);
  left = node;
  for (uint32_t i = n; i-- > 1;) {
    operands[i] = (NodeId){ast_at(ctx->ast, left)->b};
    left = (NodeId){ast_at(ctx->ast, left)->a};
  }
  operands[0] = left;
  TypeId *members = ARENA_ARRAY(ctx->scratch, TypeId, n);
  for (uint32_t i = 0; i < n; i++)
    members[i] = annot_inner(ctx, operands[i], where);
  if (!(where & ANNOT_DEFERRED) && n == 2)
    check_string_operand(ctx, operands[0], operands[1], where);
  return annot_union(ctx, (TypeSpan){members, n}, where);
}

/* Flattened, without repetitions, otherwise as written: what is redundant only
 * for some arguments of a generic alias has to be there for the others. */
static TypeId union_as_written(Ctx *ctx, TypeSpan members) {
  TypeVec out = {0};
  uint32_t flags = 0;
  for (uint32_t i = 0; i < members.n; i++) {
    TypeSpan inner = type_members(members.v[i]);
    flags |= type_union_flags(members.v[i]);
    if (inner.n == 0) inner = (TypeSpan){&members.v[i], 1};
    for (uint32_t k = 0; k < inner.n; k++) {
      bool seen = type_eq(inner.v[k], TYPE(NEVER));
      for (uint32_t j = 0; j < out.n && !seen; j++)
        seen = type_eq(out.v[j], inner.v[k]);
      if (!seen) vec_push(&out, ctx->scratch, inner.v[k]);
    }
  }
  if (out.n == 0) return TYPE(NEVER);
  return out.n == 1 ? out.v[0] : type_union_raw(type_vec_span(&out), flags);
}

TypeId annot_union(Ctx *ctx, TypeSpan members, uint32_t where) {
  if (!(where & ANNOT_ALIAS)) return union_of(ctx->world, members);
  for (uint32_t i = 0; i < members.n; i++)
    if (type_has(members.v[i], TYPE_HAS_TYPE_VAR))
      return union_as_written(ctx, members);
  return union_of_lazy(ctx->world, members);
}

/* Offset in the file of a string literal's text. */
static uint32_t string_offset(const Ctx *ctx, const AstNode *n) {
  if (ctx->in_string) return n->start + 1;
  Str source = ctx->ast->source;
  uint32_t p = n->start;
  while (p < n->end && source.ptr[p] != '"' && source.ptr[p] != '\'') p++;
  return p + (n->op & STR_TRIPLE ? 3 : 1);
}

static bool has_escape(const Ctx *ctx, const AstNode *n) {
  if (ctx->in_string || (n->op & STR_RAW)) return false;
  for (uint32_t p = n->start; p < n->end; p++)
    if (ctx->ast->source.ptr[p] == '\\') return true;
  return false;
}

/* String annotations whose text is not what stands in the source; false: it is
 * not to be read. */
static bool check_spelling(Ctx *ctx, NodeId node) {
  const AstNode *n = ast_at(ctx->ast, node);
  if (n->op & STR_CONCATENATED)
    ctx_report(ctx, RULE_IMPLICIT_CONCATENATED_STRING_TYPE_ANNOTATION, node,
               "A type expression cannot span several string literals");
  else if (n->op & STR_RAW)
    ctx_report(ctx, RULE_RAW_STRING_TYPE_ANNOTATION, node,
               "A type expression cannot be a raw string literal");
  if (!has_escape(ctx, n)) return true;
  ctx_report(ctx, RULE_ESCAPE_CHARACTER_IN_FORWARD_ANNOTATION, node,
             "A type expression cannot contain escape characters");
  return false;
}

static TypeId eval_string(Ctx *ctx, NodeId node, uint32_t where, uint32_t *q) {
  const AstNode *n = ast_at(ctx->ast, node);
  if (!check_spelling(ctx, node)) return TYPE(UNKNOWN);
  Ast *ast = ARENA_NEW(ctx->scratch, Ast);
  NodeId root;
  const char *problem = NULL;
  InferWorker *worker = ctx->worker;
  if (worker->parser == NULL) worker->parser = parser_create();
  if (!parse_annotation(worker->parser, ctx->ast->values[n->a].text,
                        string_offset(ctx, n), ctx->scratch, ast, &root,
                        &problem)) {
    ctx_report(ctx, RULE_INVALID_SYNTAX_IN_FORWARD_ANNOTATION, node,
               "Invalid forward annotation: %s",
               problem ? problem : "syntax error");
    return TYPE(UNKNOWN);
  }
  Ctx inner = *ctx;
  inner.ast = ast;
  inner.in_string = true;
  if (!ctx->in_string) inner.string_node = node;
  return annot_eval(&inner, root, where | ANNOT_DEFERRED, q);
}

static TypeId eval_starred(Ctx *ctx, NodeId node, uint32_t where) {
  TypeId t = annot_eval(ctx, (NodeId){ast_at(ctx->ast, node)->a},
                        where & ANNOT_INHERITED, NULL);
  if (type_is_dynamic(t)) return type_unpacked(TYPE(UNKNOWN));
  bool is_tuple = type_kind(t) == TYPE_KIND_TUPLE;
  bool is_var = type_kind(t) == TYPE_KIND_TYPE_VAR &&
                type_var_view(t).kind == TYPE_VAR_TUPLE;
  if (is_tuple || is_var) return type_unpacked(t);
  annot_invalid(ctx, node, "Only a tuple or a TypeVarTuple can be unpacked in "
                           "a type expression");
  return type_unpacked(TYPE(UNKNOWN));
}

static const char *literal_name(AstKind kind) {
  switch (kind) {
  case AST_Int: return "Int literals";
  case AST_Float: return "Float literals";
  case AST_Complex: return "Complex literals";
  case AST_Bytes: return "Bytes literals";
  case AST_True:
  case AST_False: return "Boolean literals";
  case AST_Tuple: return "Tuple literals";
  case AST_List: return "List literals";
  case AST_Set: return "Set literals";
  case AST_Dict: return "Dict literals";
  case AST_JoinedStr: return "F-strings";
  case AST_ListComp: return "List comprehensions";
  case AST_SetComp: return "Set comprehensions";
  case AST_DictComp: return "Dict comprehensions";
  case AST_GeneratorExp: return "Generator expressions";
  case AST_Call: return "Function calls";
  case AST_Compare: return "Comparison expressions";
  case AST_BoolOp: return "Boolean operations";
  case AST_UnaryOp: return "Unary operations";
  case AST_BinOp: return "Binary operations other than `|`";
  case AST_IfExp: return "`if` expressions";
  case AST_Lambda: return "`lambda` expressions";
  case AST_NamedExpr: return "Named expressions";
  case AST_Await: return "`await` expressions";
  case AST_Yield:
  case AST_YieldFrom: return "`yield` expressions";
  case AST_Ellipsis: return "`...` literals";
  default: return "These expressions";
  }
}

/* Whether a name is bound once, in this module, to an expression that no alias may
 * have on its right side, though its value might be a class. */
static bool is_plain_variable(Ctx *ctx, NodeId node, TypeId value) {
  if (ctx->diags == NULL) return false;
  TypeKind kind = type_kind(value);
  if (kind != TYPE_KIND_CLASS && kind != TYPE_KIND_GENERIC_ALIAS &&
      kind != TYPE_KIND_ANY && kind != TYPE_KIND_UNION)
    return false;
  NameId name = {ast_at(ctx->ast, node)->a};
  const Index *index = ctx->module->index;
  PlaceId place = index_resolve(index, lookup_scope(ctx, name), name);
  if (place.v == 0) return false;
  DefId d = index->places[place.v].first_def;
  if (d.v == 0 || index->defs[d.v].next.v) return false;
  if (index->defs[d.v].kind == DEF_ANN_ASSIGN) {
    /* `x: type = int` declares a variable, whatever it holds. */
    uint32_t qualifiers;
    TypeId declared =
        unqualified(def_declared(ctx->worker, ctx->module, d), &qualifiers);
    return type_kind(declared) != TYPE_KIND_LIST &&
           !(qualifiers & QUALIFIER_FINAL);
  }
  if (index->defs[d.v].kind != DEF_ASSIGN ||
      (index->defs[d.v].flags & DEF_IN_UNPACK))
    return false;
  const Ast *ast = ctx->module->ast;
  NodeId right = {ast_at(ast, index->defs[d.v].node)->b};
  switch (ast_kind(ast, right)) {
  case AST_IfExp:
  case AST_BoolOp: return true;
  case AST_Subscript: {
    AstKind of = ast_kind(ast, (NodeId){ast_at(ast, right)->a});
    return of == AST_List || of == AST_Tuple || of == AST_Dict;
  }
  case AST_Call: {
    /* Classes that calls make: NamedTuple(...), type(...), NewType(...). */
    NodeId func = {ast_at(ast, right)->a};
    if (kind != TYPE_KIND_ANY) return ast_kind(ast, func) == AST_Lambda;
    return ast_kind(ast, func) == AST_Name;
  }
  default: return false;
  }
}

TypeId annot_eval(Ctx *ctx, NodeId node, uint32_t where, uint32_t *q) {
  AstKind kind = ast_kind(ctx->ast, node);
  switch (kind) {
  case AST_Attribute: {
    TypeId part = param_spec_part(ctx, node, where);
    if (!type_is_null(part)) return part;
  } FALLTHROUGH;
  case AST_Name: {
    TypeId value = annot_value(ctx, node, where);
    if (kind == AST_Name && is_plain_variable(ctx, node, value))
      return annot_invalid(
          ctx, node, "Variable `%" PRIstr "` is not a type alias",
          STR_ARG(name_text((NameId){ast_at(ctx->ast, node)->a})));
    return annot_from_value(ctx, value, node, where, q);
  }
  case AST_None: return TYPE_KNOWN(NoneType);
  case AST_Str: return eval_string(ctx, node, where, q);
  case AST_Subscript: {
    NodeId of = {ast_at(ctx->ast, node)->a};
    AstKind of_kind = ast_kind(ctx->ast, of);
    if (of_kind != AST_Name && of_kind != AST_Attribute &&
        of_kind != AST_Subscript)
      return annot_invalid(ctx, node, "%s cannot be subscripted in a type "
                           "expression", literal_name(of_kind));
    TypeId base =
        annot_value(ctx, of, where & (ANNOT_INHERITED | ANNOT_BASE));
    return annot_subscript_eval(ctx, base, node, where, q);
  }
  case AST_BinOp:
    if (ast_at(ctx->ast, node)->op != OP_BITOR) break;
    return eval_union(ctx, node, where);
  case AST_Starred: return eval_starred(ctx, node, where);
  case AST_Call:
    if (!(where & ANNOT_BASE) || ctx->in_string) break;
    return annot_from_value(ctx, expr_infer(ctx, node, TYPE_NULL), node, where,
                            q);
  case AST_ErrorExpr: return TYPE(UNKNOWN);
  default: break;
  }
  return annot_invalid(ctx, node,
                       "%s are not allowed in this context in a type expression",
                       literal_name(kind));
}

TypeId annot_element(Ctx *ctx, NodeId node, uint32_t where) {
  return annot_eval(ctx, node, where & ANNOT_INHERITED, NULL);
}

TypeId annot_inner(Ctx *ctx, NodeId node, uint32_t where) {
  return annot_checked(ctx, annot_element(ctx, node, where), node);
}

TypeId annot_checked(Ctx *ctx, TypeId t, NodeId node) {
  switch (type_kind(t)) {
  case TYPE_KIND_UNPACKED:
    return annot_invalid(ctx, node, "`Unpack` is not allowed in this context "
                                    "in a type expression");
  case TYPE_KIND_TYPE_VAR:
    if (type_var_view(t).kind == TYPE_VAR_PARAM_SPEC)
      return annot_invalid(ctx, node, "A ParamSpec is not allowed in this "
                                      "context in a type expression");
    if (type_var_view(t).kind == TYPE_VAR_TUPLE)
      return annot_invalid(ctx, node, "A TypeVarTuple must be unpacked");
    return t;
  case TYPE_KIND_PARAM_SPEC_PART:
    return annot_invalid(ctx, node, "`%s` can only annotate `*args` and "
                         "`**kwargs`", type_param_spec_is_kwargs(t)
                                           ? "P.kwargs" : "P.args");
  case TYPE_KIND_PARAMS:
    return annot_invalid(ctx, node, "A parameter list is not allowed in this "
                                    "context in a type expression");
  default: return t;
  }
}

/* ---- entries ------------------------------------------------------------------------------ */

/* The def in whose header `node` stands. */
static NodeId header_of(const Ast *ast, NodeId node) {
  NodeId n = node;
  while (n.v > 1) {
    n.v--;
    AstKind kind = ast_kind(ast, n);
    if ((kind == AST_FunctionDef || kind == AST_Lambda) &&
        ast_end(ast, n).v > node.v)
      return kind == AST_FunctionDef ? n : (NodeId){0};
  }
  return (NodeId){0};
}

static Ctx with_binder(const Ctx *ctx, NodeId node, uint32_t where) {
  Ctx result = *ctx;
  const uint32_t header =
      ANNOT_PARAM | ANNOT_RETURN | ANNOT_ARGS | ANNOT_KWARGS;
  if (result.binder.v == 0 && (where & header) && !ctx->in_string)
    result.binder = header_of(ctx->ast, node);
  return result;
}

/* What may stand at the top of an annotation but not below it. */
static TypeId check_top(Ctx *ctx, TypeId t, NodeId node, uint32_t where) {
  switch (type_kind(t)) {
  case TYPE_KIND_UNPACKED:
    if (where & (ANNOT_ARGS | ANNOT_KWARGS)) return t;
    return annot_invalid(ctx, node, "`Unpack` is not allowed in this context "
                                    "in a type expression");
  case TYPE_KIND_PARAM_SPEC_PART:
    if (where & (type_param_spec_is_kwargs(t) ? ANNOT_KWARGS : ANNOT_ARGS))
      return t;
    return annot_invalid(ctx, node, "`%s` can only annotate `%s`",
                         type_param_spec_is_kwargs(t) ? "P.kwargs" : "P.args",
                         type_param_spec_is_kwargs(t) ? "**kwargs" : "*args");
  case TYPE_KIND_TYPE_VAR: {
    TypeVarKind kind = type_var_view(t).kind;
    if ((where & ANNOT_ALIAS) && kind != TYPE_VAR_PARAM_SPEC) return t;
    if (kind == TYPE_VAR_PARAM_SPEC)
      return annot_invalid(ctx, node, "A ParamSpec is not allowed in this "
                                      "context in a type expression");
    if (kind == TYPE_VAR_TUPLE)
      return annot_invalid(ctx, node, "A TypeVarTuple must be unpacked");
    return t;
  }
  case TYPE_KIND_TYPE_GUARD:
    return t;
  case TYPE_KIND_PARAMS:
    if (where & ANNOT_ALIAS) return t;
    return annot_invalid(ctx, node, "A parameter list is not allowed in this "
                                    "context in a type expression");
  default: return t;
  }
}

/* The type that an annotation stands for; see infer_int.h. */
TypeId annot_type(Ctx *ctx, NodeId node, uint32_t where) {
  Ctx inner = with_binder(ctx, node, where);
  TypeId t = annot_eval(&inner, node, where, NULL);
  return check_top(&inner, t, node, where);
}

/* The same with its qualifiers; a bare Final or ClassVar declares no type. */
TypeId annot_qualified(Ctx *ctx, NodeId node, uint32_t where) {
  Ctx inner = with_binder(ctx, node, where);
  uint32_t q = 0;
  TypeId t = annot_eval(&inner, node, where, &q);
  if (type_is_null(t)) return type_qualified(TYPE(UNKNOWN), q);
  if (type_kind(t) == TYPE_KIND_SPECIAL_FORM)
    return type_qualified(t, QUALIFIER_DECLARED);
  t = check_top(&inner, t, node, where);
  return type_qualified(t, q | QUALIFIER_DECLARED);
}

/* A string that is met as a value where a type is meant. */
TypeId annot_string(Ctx *ctx, NodeId string, uint32_t where) {
  return check_top(ctx, eval_string(ctx, string, where, NULL), string, where);
}

/* Rules out qualifiers in the value of nested calls, for the walk of bodies. */
TypeId annot_as_value(TypeId type) {
  switch (type_kind(type)) {
  case TYPE_KIND_INSTANCE: {
    if (class_is(type_class(type), KNOWN_NoneType)) return type;
    return type_generic_alias(type_class(type), type_args(type));
  }
  case TYPE_KIND_UNION:
    if (type_eq(type, type_float_annotation()))
      return type_class_object(CLASS_ID(float));
    if (type_eq(type, type_complex_annotation()))
      return type_class_object(CLASS_ID(complex));
    return type_known_value(KNOWN_VALUE_UNION, type);
  case TYPE_KIND_ANY: return type_special_form(FORM_ANY);
  case TYPE_KIND_UNKNOWN:
  case TYPE_KIND_DIVERGENT:
  case TYPE_KIND_NAMED_SENTINEL:
  case TYPE_KIND_CLASS:
  case TYPE_KIND_KNOWN_VALUE:
  case TYPE_KIND_SPECIAL_FORM: return type;
  case TYPE_KIND_TYPE_VAR: return type_known_value(KNOWN_VALUE_TYPE_VAR, type);
  case TYPE_KIND_NEW_TYPE: return type_known_value(KNOWN_VALUE_NEW_TYPE, type);
  case TYPE_KIND_TYPE_ALIAS:
    return type_known_value(KNOWN_VALUE_TYPE_ALIAS, type);
  default: return type_known_value(KNOWN_VALUE_ANNOTATION, type);
  }
}
