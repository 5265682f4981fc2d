/* call_special.c - calls that the analyser itself answers.
 *
 * Typing spec, "Type checker directives": reveal_type, assert_type, cast,
 * assert_never; Python's own super() and type().
 */
#include "infer/call_int.h"
#include "infer/class.h"
#include "infer/func.h"
#include "infer/special/ty_extensions.h"

/* The module-level function `name` of one of typing's modules or builtins. */
static bool is_function_of(const Ctx *ctx, TypeId callee, const char *name,
                           bool typing, bool builtins) {
  if (type_kind(callee) != TYPE_KIND_FUNCTION) return false;
  if (!str_is(name_text(type_name(callee)), name)) return false;
  const Infer *infer = ctx->worker->infer;
  ModuleId m = type_module_id(callee);
  if (typing && (m.v == infer->typing.v || m.v == infer->typing_extensions.v))
    return true;
  return builtins && m.v == infer->builtins.v;
}

static NodeId positional(const Ctx *ctx, NodeId call, uint32_t index) {
  NodeList list = ast_list(ctx->ast, ast_at(ctx->ast, call)->b);
  uint32_t seen = 0;
  for (uint32_t i = 0; i < list.n; i++) {
    NodeId node = ast_item(list, i);
    AstKind kind = ast_kind(ctx->ast, node);
    if (kind == AST_Keyword) continue;
    if (kind == AST_Starred) return (NodeId){0};
    if (seen++ == index) return node;
  }
  return (NodeId){0};
}

static uint32_t argument_count(const Ctx *ctx, NodeId call) {
  return ast_list(ctx->ast, ast_at(ctx->ast, call)->b).n;
}

/* ---- reveal_type and assert_type -------------------------------------------------- */

/* `a.b` as it is written; false: it is no name and no attribute of one. */
static bool put_dotted(const Ctx *ctx, NodeId node, StrBuf *out) {
  const AstNode *n = ast_at(ctx->ast, node);
  if (n->kind == AST_Attribute) {
    if (!put_dotted(ctx, (NodeId){n->a}, out)) return false;
    strbuf_putc(out, '.');
    strbuf_put(out, name_text((NameId){n->b}));
    return true;
  }
  if (n->kind == AST_Name) strbuf_put(out, name_text((NameId){n->a}));
  return n->kind == AST_Name;
}

/* `TypeIs[int @ x]` for a call of a guard: what it tells something about. */
static void put_guarded(const Ctx *ctx, NodeId value, TypeId type,
                        StrBuf *text) {
  if (type_kind(type) != TYPE_KIND_TYPE_GUARD ||
      ast_kind(ctx->ast, value) != AST_Call)
    return;
  NodeId guarded = positional(ctx, value, 0);
  StrBuf place;
  strbuf_init(&place, ctx->scratch);
  if (guarded.v == 0 || !put_dotted(ctx, guarded, &place)) return;
  Str shown = strbuf_str(text);
  strbuf_init(text, ctx->scratch);
  strbuf_printf(text, "%" PRIstr " @ %" PRIstr "]",
                STR_ARG(str_slice(shown, 0, shown.len - 1)),
                STR_ARG(strbuf_str(&place)));
}

static TypeId reveal_type(Ctx *ctx, NodeId call) {
  NodeId argument = positional(ctx, call, 0);
  if (argument.v == 0) return TYPE(UNKNOWN);
  TypeId type = expr_infer(ctx, argument, TYPE_NULL);
  if (ctx->diags && diag_on(ctx->diags, RULE_REVEALED_TYPE)) {
    StrBuf text;
    strbuf_init(&text, ctx->scratch);
    /* What an alias stands for, unless that is nothing. */
    TypeId shown = alias_expand(ctx->world, type);
    if (type_eq(shown, TYPE(UNKNOWN))) shown = type;
    display_type(ctx->world, shown, DISPLAY_FULL, &text);
    put_guarded(ctx, argument, shown, &text);
    diag_add(ctx->diags, RULE_REVEALED_TYPE, ctx_span(ctx, argument),
             "Revealed type: `%" PRIstr "`", STR_ARG(strbuf_str(&text)));
  }
  return type;
}

/* The type without the literals that tests took away from it: no annotation can
 * say `int & ~Literal[1]`. */
static TypeId without_negated_literals(World *world, TypeId t) {
  TypeSpan members = union_members(world, &t);
  UnionBuilder *builder = union_begin(world);
  for (uint32_t i = 0; i < members.n; i++) {
    TypeId m = members.v[i];
    if (type_kind(m) == TYPE_KIND_INTERSECTION) {
      IntersectionView v = type_intersection_view(m);
      m = v.positive.n ? meet_of(world, v.positive) : TYPE_KNOWN(object);
      for (uint32_t k = 0; k < v.negative.n; k++)
        if (!type_is_literal(v.negative.v[k]))
          m = meet_without(world, m, v.negative.v[k]);
    }
    union_add(builder, m);
  }
  return union_end(builder);
}

static bool is_asserted(World *world, TypeId type, TypeId want) {
  if (type_eq(type, want) || relate_equivalent(world, type, want)) return true;
  TypeId plain = without_negated_literals(world, type);
  return !type_eq(plain, type) && relate_equivalent(world, plain, want);
}

static TypeId assert_type(Ctx *ctx, NodeId call) {
  NodeId value = positional(ctx, call, 0), form = positional(ctx, call, 1);
  if (value.v == 0 || form.v == 0 || argument_count(ctx, call) != 2)
    return TYPE_NULL;
  TypeId type = expr_infer(ctx, value, TYPE_NULL);
  TypeId want = annot_type(ctx, form, ANNOT_VARIABLE);
  if (!ctx_reports(ctx, RULE_TYPE_ASSERTION_FAILURE)) return type;
  /* The value of a type expression is an object of its class at run time. */
  if (type_kind(type) == TYPE_KIND_KNOWN_VALUE)
    type = world_nominal_fallback(ctx->world, type);
  if (!is_asserted(ctx->world, type, want)) {
    const char *a, *b;
    display_pair(ctx->world, want, type, &a, &b);
    ctx_report(ctx, RULE_TYPE_ASSERTION_FAILURE, call,
               "Argument does not have asserted type `%s`: it is `%s`", a, b);
  }
  return type;
}

static TypeId cast(Ctx *ctx, NodeId call) {
  NodeId form = positional(ctx, call, 0), value = positional(ctx, call, 1);
  if (form.v == 0 || value.v == 0 || argument_count(ctx, call) != 2)
    return TYPE_NULL;
  TypeId want = ast_kind(ctx->ast, form) == AST_Str
                    ? annot_string(ctx, form, ANNOT_VARIABLE)
                    : annot_type(ctx, form, ANNOT_VARIABLE);
  TypeId type = expr_infer(ctx, value, TYPE_NULL);
  if (type_eq(type, want) && !type_has(type, TYPE_HAS_ANY | TYPE_HAS_UNKNOWN))
    ctx_report(ctx, RULE_REDUNDANT_CAST, call,
               "Value is already of type `%s`",
               display_short(ctx->world, want));
  return want;
}

/* ---- super and type ------------------------------------------------------------------ */

/* The function scope in which an expression stands. */
static ScopeId function_scope(const Ctx *ctx) {
  const Index *index = ctx->index;
  ScopeId scope = ctx->scope;
  while (scope.v && index->scopes[scope.v].kind != SCOPE_FUNCTION)
    scope = index->scopes[scope.v].parent;
  return scope;
}

/* In a lambda without parameters, which has no first argument either. */
static bool in_bare_lambda(const Ctx *ctx) {
  const Scope *scope = &ctx->index->scopes[ctx->scope.v];
  return scope->kind == SCOPE_LAMBDA &&
         ast_list(ctx->ast, ast_at(ctx->ast, scope->node)->a).n == 0;
}

/* The first parameter of the method around, as its body sees it. */
static TypeId first_parameter(Ctx *ctx, ScopeId scope) {
  const Index *index = ctx->index;
  NodeId node = index->scopes[scope.v].node;
  NodeList params = ast_list(ctx->ast, ast_function(ctx->ast, node)->params);
  if (params.n == 0) return TYPE_NULL;
  NameId name = {ast_at(ctx->ast, ast_item(params, 0))->a};
  PlaceId place = index_symbol(index, scope, name);
  if (place.v == 0) return TYPE_NULL;
  DefId def = index->places[place.v].first_def;
  return def.v ? def_type(ctx->worker, ctx->module, def) : TYPE_NULL;
}

/* The nominal class of what super() is given, and whether it is a class object. */
static TypeId super_nominal(Ctx *ctx, TypeId owner, bool *is_class) {
  World *world = ctx->world;
  owner = alias_expand(world, owner);
  TypeKind kind = type_kind(owner);
  *is_class = kind == TYPE_KIND_CLASS || kind == TYPE_KIND_GENERIC_ALIAS ||
              kind == TYPE_KIND_SUBCLASS_OF;
  if (kind == TYPE_KIND_CLASS || kind == TYPE_KIND_GENERIC_ALIAS)
    owner = world_instance_unknown(world, type_class(owner));
  else if (kind == TYPE_KIND_SUBCLASS_OF)
    owner = type_inner(owner);
  if (type_kind(owner) == TYPE_KIND_TYPE_VAR)
    owner = world->type_var_bounds(world, owner).bound;
  if (type_is_null(owner)) return TYPE_NULL;
  owner = world_nominal_fallback(world, alias_expand(world, owner));
  bool known = !type_is_null(owner) && type_kind(owner) == TYPE_KIND_INSTANCE;
  return known ? owner : TYPE_NULL;
}

static bool derives(World *world, TypeId nominal, ClassId from) {
  return !type_is_null(world_as_instance_of(world, nominal, from));
}

/* super(pivot, owner) where owner is neither an instance nor a subclass of pivot. */
static void check_super_owner(Ctx *ctx, NodeId call, TypeId pivot,
                              TypeId owner) {
  World *world = ctx->world;
  if (!ctx_reports(ctx, RULE_INVALID_SUPER_ARGUMENT)) return;
  bool is_class;
  TypeId nominal = super_nominal(ctx, owner, &is_class);
  if (type_is_null(nominal)) return;
  ClassId id = type_class(pivot), own = type_class(nominal);
  if (class_is(own, KNOWN_NoneType)) return; /* super(pivot) that is not bound */
  uint32_t flags = class_flags(world, own) | class_flags(world, id);
  if (flags & (CLASS_UNKNOWN_BASE | CLASS_PROTOCOL)) return;
  /* One of which the other derives may be meant; a class that is named is no
   * other. */
  bool exact = type_kind(owner) == TYPE_KIND_CLASS;
  if (derives(world, nominal, id) ||
      (!exact && derives(world, world_instance_unknown(world, id), own)))
    return;
  TypeId meta = is_class ? class_metaclass(world, own) : TYPE_NULL;
  if (is_class && (type_is_dynamic(meta) || derives(world, meta, id))) return;
  ctx_report(ctx, RULE_INVALID_SUPER_ARGUMENT, call,
             "`%s` is not an instance or subclass of `%s`",
             display_short(world, owner), display_short(world, pivot));
}

static void report_no_super(Ctx *ctx, NodeId call, const char *why) {
  ctx_report(ctx, RULE_UNAVAILABLE_IMPLICIT_SUPER_ARGUMENTS, call,
             "`super()` without arguments has none to take here: %s", why);
}

/* Python takes the first argument of the function in which super() stands. */
static void check_implicit_super(Ctx *ctx, NodeId call, ScopeId scope,
                                 ScopeId method) {
  if (!ctx_reports(ctx, RULE_UNAVAILABLE_IMPLICIT_SUPER_ARGUMENTS)) return;
  NodeId node = ctx->index->scopes[scope.v].node;
  NodeList params = ast_list(ctx->ast, ast_function(ctx->ast, node)->params);
  if (params.n == 0 || in_bare_lambda(ctx)) {
    report_no_super(ctx, call, "the function has no parameters");
    return;
  }
  DefId def = func_def_of_scope(ctx->module, method);
  uint32_t flags = def.v ? func_flags(ctx->worker, ctx->module, def) : 0;
  if (scope.v == method.v && (flags & FUNC_STATIC) && !(flags & FUNC_NEW))
    report_no_super(ctx, call, "the method is static");
}

/* The type's values are no classes, unless they are of a class that derives from
 * `type`, too. */
static bool is_no_class(World *world, TypeId t) {
  if (type_is_literal(t)) return true;
  if (type_kind(t) != TYPE_KIND_INSTANCE) return false;
  ClassId id = type_class(t);
  return !class_is(id, KNOWN_object) && !derives(world, t, CLASS_ID(type)) &&
         !derives(world, TYPE_KNOWN(type), id) &&
         !(class_flags(world, id) & (CLASS_UNKNOWN_BASE | CLASS_PROTOCOL));
}

static TypeId super_call(Ctx *ctx, NodeId call) {
  NodeList list = ast_list(ctx->ast, ast_at(ctx->ast, call)->b);
  if (ctx->in_string) return TYPE(UNKNOWN);
  if (list.n == 2) {
    TypeId pivot = expr_infer(ctx, ast_item(list, 0), TYPE_NULL);
    TypeId owner = expr_infer(ctx, ast_item(list, 1), TYPE_NULL);
    if (type_kind(pivot) == TYPE_KIND_GENERIC_ALIAS)
      pivot = type_class_object(type_class(pivot));
    if (type_kind(pivot) != TYPE_KIND_CLASS) {
      if (is_no_class(ctx->world, pivot))
        ctx_report(ctx, RULE_INVALID_SUPER_ARGUMENT, call,
                   "`%s` is not a class", display_short(ctx->world, pivot));
      return TYPE(UNKNOWN);
    }
    check_super_owner(ctx, call, pivot, owner);
    return type_super(pivot, owner);
  }
  if (list.n) return TYPE_NULL;
  ScopeId scope = function_scope(ctx);
  if (scope.v == 0) {
    report_no_super(ctx, call, "it stands in no method");
    return TYPE(UNKNOWN);
  }
  ClassId owner_class = class_around(ctx->worker, ctx->module, scope);
  /* The method is the outermost function inside the class. */
  const Index *index = ctx->index;
  ScopeId method = scope;
  for (ScopeId s = scope; s.v; s = index->scopes[s.v].parent) {
    if (index->scopes[s.v].kind == SCOPE_CLASS) break;
    if (index->scopes[s.v].kind == SCOPE_FUNCTION) method = s;
  }
  if (owner_class.v == 0) {
    report_no_super(ctx, call, "it stands in no method");
    return TYPE(UNKNOWN);
  }
  if (class_flags(ctx->world, owner_class) & CLASS_NAMED_TUPLE)
    ctx_report(ctx, RULE_SUPER_CALL_IN_NAMED_TUPLE_METHOD, call,
               "`super()` fails in a method of the NamedTuple class `%" PRIstr "`",
               STR_ARG(name_text(class_at(owner_class)->name)));
  check_implicit_super(ctx, call, scope, method);
  TypeId owner = first_parameter(ctx, method);
  if (type_is_null(owner) || type_is_dynamic(owner)) return TYPE(UNKNOWN);
  return type_super(type_class_object(owner_class), owner);
}

/* No subclass can hide behind the type. */
static bool is_exact(World *world, TypeId t, TypeId nominal) {
  if (type_kind(nominal) != TYPE_KIND_INSTANCE) return false;
  return type_is_literal(t) ||
         (class_flags(world, type_class(nominal)) & CLASS_FINAL) != 0;
}

/* type(x): the class of x. */
static TypeId type_of(Ctx *ctx, NodeId argument) {
  World *world = ctx->world;
  TypeId t = alias_expand(world, expr_infer(ctx, argument, TYPE_NULL));
  if (type_is_dynamic(t)) return type_subclass_of(t);
  TypeId store = t;
  TypeSpan members = union_members(world, &store);
  UnionBuilder *builder = union_begin(world);
  for (uint32_t i = 0; i < members.n; i++) {
    TypeId m = alias_expand(world, members.v[i]);
    switch (type_kind(m)) {
      case TYPE_KIND_CLASS:
      case TYPE_KIND_GENERIC_ALIAS: {
        TypeId meta = class_metaclass(world, type_class(m));
        union_add(builder, type_is_dynamic(meta)
                               ? meta
                               : type_class_object(type_class(meta)));
        break;
      }
      case TYPE_KIND_TUPLE:
      case TYPE_KIND_TYPE_VAR: union_add(builder, type_subclass_of(m)); break;
      default: {
        TypeId nominal = world_nominal_fallback(world, m);
        if (type_is_null(nominal)) union_add(builder, TYPE(UNKNOWN));
        else if (is_exact(world, m, nominal))
          union_add(builder, type_class_object(type_class(nominal)));
        else union_add(builder, type_subclass_of(nominal));
      }
    }
  }
  return union_end(builder);
}

/* property(fget, fset, fdel): null unless the arguments are plain. */
static TypeId property_call(Ctx *ctx, NodeId call) {
  static const char *const names[] = {"fget", "fset", "fdel", "doc"};
  TypeId parts[4] = {{0}};
  NodeList list = ast_list(ctx->ast, ast_at(ctx->ast, call)->b);
  if (list.n > 4) return TYPE_NULL;
  for (uint32_t i = 0; i < list.n; i++) {
    NodeId value = ast_item(list, i);
    const AstNode *n = ast_at(ctx->ast, value);
    uint32_t at = i;
    if (n->kind == AST_Starred) return TYPE_NULL;
    if (n->kind == AST_Keyword) {
      for (at = 0; at < 4; at++)
        if (n->a && str_is(name_text((NameId){n->a}), names[at])) break;
      if (at == 4) return TYPE_NULL;
      value = (NodeId){n->b};
    }
    TypeId part = expr_infer(ctx, value, TYPE_NULL);
    bool none = type_kind(part) == TYPE_KIND_INSTANCE &&
                class_is(type_class(part), KNOWN_NoneType);
    if (!none) parts[at] = part;
  }
  return type_property(parts[0], parts[1], parts[2]);
}

/* "linux".startswith("lin"): known of a known string; null for all else. */
static TypeId literal_affix(Ctx *ctx, NodeId call, TypeId callee) {
  TypeId receiver = type_receiver(callee);
  NodeList list = ast_list(ctx->ast, ast_at(ctx->ast, call)->b);
  if (type_kind(receiver) != TYPE_KIND_LITERAL_STR || list.n != 1)
    return TYPE_NULL;
  TypeId function = type_bound_function(callee);
  if (type_kind(function) != TYPE_KIND_FUNCTION) return TYPE_NULL;
  Str name = name_text(type_name(function));
  bool start = str_is(name, "startswith");
  if (!start && !str_is(name, "endswith")) return TYPE_NULL;
  Ctx quiet = expr_quiet(ctx);
  TypeId affix = expr_infer(&quiet, ast_item(list, 0), TYPE_NULL);
  TypeSpan affixes = {&affix, 1};
  if (type_kind(affix) == TYPE_KIND_TUPLE) {
    TupleView v = type_tuple_view(affix);
    if (!type_is_null(v.middle)) return TYPE_NULL;
    affixes = v.prefix;
  }
  Str text = name_text(type_name(receiver));
  bool holds = false;
  for (uint32_t i = 0; i < affixes.n; i++) {
    if (type_kind(affixes.v[i]) != TYPE_KIND_LITERAL_STR) return TYPE_NULL;
    Str a = name_text(type_name(affixes.v[i]));
    holds |= start ? str_starts(text, a) : str_ends(text, a);
  }
  if (ctx->diags) expr_infer(ctx, ast_item(list, 0), TYPE_NULL);
  return type_literal_bool(holds);
}

bool call_special(Ctx *ctx, NodeId call, TypeId callee, TypeId *result) {
  *result = TYPE_NULL;
  NodeList list = ast_list(ctx->ast, ast_at(ctx->ast, call)->b);
  if (type_kind(callee) == TYPE_KIND_FUNCTION) {
    if (is_function_of(ctx, callee, "reveal_type", true, true)) {
      *result = argument_count(ctx, call) == 1 ? reveal_type(ctx, call)
                                               : TYPE_NULL;
    } else if (is_function_of(ctx, callee, "assert_type", true, false)) {
      *result = assert_type(ctx, call);
    } else if (type_name(callee).v &&
               is_function_of(ctx, callee, "cast", true, false)) {
      *result = cast(ctx, call);
    } else {
      *result = ty_extensions_call(ctx, call, callee);
    }
    return !type_is_null(*result);
  }
  if (type_kind(callee) == TYPE_KIND_BOUND_METHOD) {
    *result = literal_affix(ctx, call, callee);
    return !type_is_null(*result);
  }
  NodeId func = {ast_at(ctx->ast, call)->a};
  if (ast_kind(ctx->ast, func) == AST_Name &&
      name_is((NameId){ast_at(ctx->ast, func)->a}, NAME_reveal_type) &&
      type_eq(callee, TYPE(UNKNOWN))) {
    /* Not imported: pyright and ty know it all the same. */
    bool unreachable = ctx->unreachable;
    ctx_report(ctx, RULE_UNDEFINED_REVEAL, func,
               "`reveal_type` used without importing it");
    ctx->unreachable = unreachable;
    *result = reveal_type(ctx, call);
    return true;
  }
  if (type_kind(callee) == TYPE_KIND_CLASS) {
    ClassId c = type_class(callee);
    if (class_is(c, KNOWN_super)) *result = super_call(ctx, call);
    else if (class_is(c, KNOWN_property)) *result = property_call(ctx, call);
    else if (class_is(c, KNOWN_type) && list.n == 1 &&
             positional(ctx, call, 0).v)
      *result = type_of(ctx, positional(ctx, call, 0));
  }
  return !type_is_null(*result);
}
