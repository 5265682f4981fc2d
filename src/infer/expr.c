/* expr.c - the type of an expression: dispatch, names, attributes, literals.
 *
 * One function an expression kind; `expected` is the type that the context wants
 * and only a hint.  With a reporting context each expression of a body is
 * inferred once, which is also when it is counted; look-ahead uses a quiet copy.
 */
#include "base/panic.h"
#include "infer/call_int.h"
#include "infer/check.h"
#include "infer/class.h"
#include "infer/expr_int.h"
#include "infer/partial_container.h"
#include "infer/special/special.h"
#include "infer/stmt_int.h"
#include "infer/typevar.h"

Ctx expr_quiet(const Ctx *ctx) {
  Ctx quiet = *ctx;
  quiet.diags = NULL;
  quiet.counts = NULL;
  return quiet;
}

static void count_expression(Ctx *ctx, TypeId type) {
  if (ctx->unreachable) {
    ctx->counts->unreached++;
    return;
  }
  uint8_t flags = type_at(type)->flags;
  if (!(flags & (TYPE_HAS_ANY | TYPE_HAS_UNKNOWN | TYPE_HAS_DIVERGENT)))
    ctx->counts->known++;
  else if (type_eq(type, TYPE(ANY)))
    ctx->counts->any++;
  else if (type_is_dynamic(type))
    ctx->counts->unknown++;
  else
    ctx->counts->partial++;
}

/* ---- names -------------------------------------------------------------------- */

static void report_name(Ctx *ctx, NodeId node, NameId name,
                        uint32_t qualifiers) {
  Str text = name_text(name);
  if (qualifiers & QUALIFIER_UNBOUND)
    ctx_report(ctx, RULE_UNRESOLVED_REFERENCE, node,
               "Name `%" PRIstr "` used when not defined", STR_ARG(text));
  else if (qualifiers & QUALIFIER_POSSIBLY_UNBOUND)
    ctx_report(ctx, RULE_POSSIBLY_UNRESOLVED_REFERENCE, node,
               "Name `%" PRIstr "` used when possibly not defined",
               STR_ARG(text));
}

/* Names that class statements make: `__class__` in what they hold, `__module__`
 * and `__qualname__` in their bodies. Null: none of them. */
static TypeId implicit_name(Ctx *ctx, NameId name) {
  const Scope *scope = &ctx->index->scopes[ctx->scope.v];
  switch (name.v) {
    case NAME_dunder_class: {
      ClassId owner = class_around(ctx->worker, ctx->module, scope->parent);
      return owner.v ? type_class_object(owner) : TYPE_NULL;
    }
    case NAME_dunder_module:
    case NAME_dunder_qualname:
      return scope->kind == SCOPE_CLASS ? TYPE_KNOWN(str) : TYPE_NULL;
    default: return TYPE_NULL;
  }
}

/* `del x`, where x must be bound; that it may not be is usual behind a loop
 * over something that is never empty. */
void expr_check_deleted(Ctx *ctx, NodeId node) {
  const AstNode *n = ast_at(ctx->ast, node);
  const Index *index = ctx->index;
  FlowId before = n->b ? index->defs[n->b].prev : ID_NONE(FlowId);
  if (before.v == 0 || index->defs[n->b].kind != DEF_DELETE) return;
  const Place *place = &index->places[index->defs[n->b].place.v];
  if ((place->flags & PLACE_WRITTEN_FROM_INSIDE) ||
      !type_is_null(implicit_name(ctx, place->name)))
    return;
  uint32_t qualifiers;
  unqualified(flow_type(ctx, before), &qualifiers);
  if (qualifiers & QUALIFIER_UNBOUND)
    report_name(ctx, node, (NameId){n->a}, qualifiers);
}

/* A local name that only unreachable code binds (`if not TYPE_CHECKING:`) means
 * what it means around the function. Null: it is none. */
static TypeId name_around(Ctx *ctx, NameId name) {
  const Index *index = ctx->index;
  PlaceId id = index_resolve(index, ctx->scope, name);
  if (id.v == 0) return TYPE_NULL;
  const Place *place = &index->places[id.v];
  const Scope *scope = &index->scopes[place->scope.v];
  if (scope->kind != SCOPE_FUNCTION || place->first_def.v == 0 ||
      special_is_reachable(ctx, place->first_def))
    return TYPE_NULL;
  return scope_lookup(ctx, scope->parent, name);
}

/* A nested function binds the name by `nonlocal` or `global`: when, the flow does
 * not tell. */
static bool bound_from_inside(const Ctx *ctx, NameId name) {
  PlaceId id = index_resolve(ctx->index, ctx->scope, name);
  return id.v && (ctx->index->places[id.v].flags & PLACE_WRITTEN_FROM_INSIDE);
}

static bool is_inside(const Index *index, ScopeId scope, ScopeId outer) {
  while (scope.v && scope.v != outer.v) scope = index->scopes[scope.v].parent;
  return scope.v != 0;
}

/* In code that is not reached: a name that is bound, to no value then.  Builtins are
 * always there, and in a function that is never defined what it binds itself. */
static bool has_no_value(const Ctx *ctx, NameId name) {
  PlaceId id = index_resolve(ctx->index, ctx->scope, name);
  if (id.v == 0) return false;
  const Place *place = &ctx->index->places[id.v];
  if (place->first_def.v == 0) return false;
  return ctx->lives.v == 0 || !is_inside(ctx->index, place->scope, ctx->lives);
}

static TypeId infer_name(Ctx *ctx, NodeId node) {
  const AstNode *n = ast_at(ctx->ast, node);
  NameId name = {n->a};
  /* No value gets to where nothing runs. */
  if (UNLIKELY(ctx->unreachable) && !name_is(name, NAME_reveal_type) &&
      has_no_value(ctx, name))
    return TYPE(NEVER);
  if (name_is(name, NAME_TYPE_CHECKING) || name_is(name, NAME_MYPY))
    return TYPE(TRUE);
  TypeId type;
  uint32_t qualifiers = 0;
  if (ctx->in_string || n->b == 0) {
    type = scope_lookup(ctx, ctx->scope, name);
    if (type_is_null(type)) {
      qualifiers = QUALIFIER_UNBOUND;
      type = TYPE(UNKNOWN);
    }
  } else {
    type = unqualified(flow_type(ctx, (FlowId){n->b}), &qualifiers);
    if (qualifiers & QUALIFIER_UNBOUND) {
      /* A name that is bound somewhere around, only not here. */
      type = TYPE(UNKNOWN);
    }
  }
  if (UNLIKELY(qualifiers & QUALIFIER_UNBOUND)) {
    TypeId implicit = implicit_name(ctx, name);
    if (type_is_null(implicit)) implicit = name_around(ctx, name);
    if (!type_is_null(implicit)) return implicit;
  }
  if (UNLIKELY(qualifiers & (QUALIFIER_UNBOUND | QUALIFIER_POSSIBLY_UNBOUND)))
    if ((!(qualifiers & QUALIFIER_UNBOUND) ||
         !name_is(name, NAME_reveal_type)) &&
        !bound_from_inside(ctx, name))
      report_name(ctx, node, name, qualifiers);
  if (ctx->diags) check_deprecated_use(ctx, node, type);
  return type;
}

/* ---- attributes ------------------------------------------------------------------ */

static Span attribute_span(Ctx *ctx, NodeId node) {
  return ctx_span(ctx, node);
}

/* `import module.name` stands in the file; when that fails, it is the import that
 * is reported. */
static bool imports_submodule(const Ctx *ctx, Str module, Str name) {
  const Index *index = ctx->index;
  for (uint32_t i = 0; i < index->import_count; i++) {
    if (index->imports[i].flags & IMPORT_FROM) continue;
    Str text = name_text(index->imports[i].module);
    if (text.len <= module.len || !str_starts(text, module) ||
        text.ptr[module.len] != '.')
      continue;
    Str rest = str_slice(text, module.len + 1, text.len);
    if (str_starts(rest, name) &&
        (rest.len == name.len || rest.ptr[name.len] == '.'))
      return true;
  }
  return false;
}

void expr_report_attribute(Ctx *ctx, NodeId node, TypeId object, NameId name,
                           const Attr *attr) {
  Str text = name_text(name);
  bool whole = type_is_null(attr->type);
  bool part = attr->possibly_missing &&
              (type_kind(object) == TYPE_KIND_UNION ||
               type_kind(object) == TYPE_KIND_NEW_TYPE ||
               type_kind(object) == TYPE_KIND_TYPE_VAR);
  if ((!whole && !part) || !ctx_reports(ctx, RULE_UNRESOLVED_ATTRIBUTE)) return;
  Span span = attribute_span(ctx, node);
  if (whole) {
    if (type_kind(object) == TYPE_KIND_MODULE) {
      Str module = name_text(modules_at(ctx->worker->infer->modules,
                                        type_module_id(object))->name);
      if (imports_submodule(ctx, module, text)) return;
      diag_add(ctx->diags, RULE_UNRESOLVED_ATTRIBUTE, span,
               "Module `%" PRIstr "` has no member `%" PRIstr "`",
               STR_ARG(module), STR_ARG(text));
      return;
    }
    const char *kind = type_kind(object) == TYPE_KIND_CLASS ||
                               type_kind(object) == TYPE_KIND_GENERIC_ALIAS
                           ? "Class"
                           : "Object of type";
    const char *shown = display_short(ctx->world, object);
    if (kind[0] == 'C') {
      Str class_name = class_at(type_class(object))->name.v
                           ? name_text(class_at(type_class(object))->name)
                           : STR("?");
      diag_add(ctx->diags, RULE_UNRESOLVED_ATTRIBUTE, span,
               "Class `%" PRIstr "` has no attribute `%" PRIstr "`",
               STR_ARG(class_name), STR_ARG(text));
      return;
    }
    diag_add(ctx->diags, RULE_UNRESOLVED_ATTRIBUTE, span,
             "%s `%s` has no attribute `%" PRIstr "`", kind, shown,
             STR_ARG(text));
    return;
  }
  /* Missing on some members of a union, maybe one that bounds a variable or that
   * a NewType is made of. */
  if (type_kind(object) == TYPE_KIND_NEW_TYPE)
    object = alias_expand(ctx->world, ctx->world->new_type_base(ctx->world, object));
  if (type_kind(object) == TYPE_KIND_TYPE_VAR) {
    TypeId bound = ctx->world->type_var_bounds(ctx->world, object).bound;
    if (!type_is_null(bound)) object = alias_expand(ctx->world, bound);
  }
  TypeSpan members = union_members(ctx->world, &object);
  for (uint32_t i = 0; i < members.n; i++) {
    Attr one = attr_read(ctx->worker, members.v[i], name);
    if (!type_is_null(one.type)) continue;
    diag_add(ctx->diags, RULE_UNRESOLVED_ATTRIBUTE, span,
             "Attribute `%" PRIstr "` is not defined on `%s` in union `%s`",
             STR_ARG(text), display_short(ctx->world, members.v[i]),
             display_short(ctx->world, object));
    return;
  }
}

static TypeId sys_attribute(Ctx *ctx, TypeId object, NameId name) {
  ModuleId id = type_module_id(object);
  const Module *m = modules_at(ctx->worker->infer->modules, id);
  if (m->origin != ORIGIN_STDLIB) return TYPE_NULL;
  TypeId t = special_symbol(ctx->worker, m, name);
  /* A special form may be there in other versions only. */
  bool form = !type_is_null(t) && type_kind(t) == TYPE_KIND_SPECIAL_FORM;
  return form ? TYPE_NULL : t;
}

/* a.b where nothing here imports a.b. */
static void check_submodule(Ctx *ctx, NodeId node, TypeId object,
                            NameId name) {
  ModuleId package = type_module_id(object);
  if (module_submodule_loaded(ctx->worker, ctx->module, package, name)) return;
  Str text = name_text(name);
  Str in = name_text(modules_at(ctx->worker->infer->modules, package)->name);
  ctx_report(ctx, RULE_POSSIBLY_MISSING_SUBMODULE, node,
             "Submodule `%" PRIstr "` of `%" PRIstr
             "` may not have been imported",
             STR_ARG(text), STR_ARG(in));
}

/* An attribute whose value an assignment or a test tells, but which some object
 * that may stand here does not have. */
static void check_narrowed(Ctx *ctx, NodeId node, TypeId object, NameId name) {
  if (ctx->diags == NULL || type_is_dynamic(object) ||
      type_kind(object) == TYPE_KIND_MODULE)
    return;
  Attr attr = attr_read(ctx->worker, object, name);
  if (!type_is_null(attr.type) && !attr.possibly_missing) return;
  /* What __setattr__ took may be read back. */
  if (type_is_null(attr.type) &&
      !type_is_null(attr_write(ctx->worker, object, name).type))
    return;
  expr_report_attribute(ctx, node, object, name, &attr);
}

/* a.b, which this module imports: where a's own code has None for b if it cannot
 * be imported, it could. */
static TypeId imported_submodule(Ctx *ctx, TypeId object, NameId name,
                                 TypeId type) {
  if (type_kind(type) != TYPE_KIND_UNION) return type;
  ModuleId sub = modules_submodule(ctx->worker->infer->modules,
                                   type_module_id(object), name);
  if (sub.v == 0 || !type_union_has(type, type_module(sub))) return type;
  bool imports = module_imports_submodule(ctx->worker, ctx->module,
                                          type_module_id(object), name);
  if (!imports) return type;
  TypeSpan members = type_members(type);
  UnionBuilder *builder = union_begin(ctx->world);
  for (uint32_t i = 0; i < members.n; i++)
    if (!type_eq(members.v[i], TYPE_KNOWN(NoneType)))
      union_add(builder, members.v[i]);
  return union_end(builder);
}

static TypeId attribute_type(Ctx *ctx, NodeId node, bool *reported) {
  const AstNode *n = ast_at(ctx->ast, node);
  NameId name = {n->b};
  TypeId object = expr_infer(ctx, (NodeId){n->a}, TYPE_NULL);
  check_generic_attribute(ctx, object, name, node);
  if (n->c && !ctx->in_string) {
    uint32_t qualifiers;
    TypeId t = unqualified(flow_type(ctx, (FlowId){n->c}), &qualifiers);
    if (!(qualifiers & QUALIFIER_UNBOUND)) {
      check_narrowed(ctx, node, object, name);
      return t;
    }
  }
  if (type_is_dynamic(object)) return object;
  if (index_method_fills(name))
    object = container_mixed(ctx, (NodeId){n->a}, object);
  if (type_kind(object) == TYPE_KIND_MODULE) {
    TypeId special = sys_attribute(ctx, object, name);
    if (!type_is_null(special)) return special;
  }
  Attr attr = attr_read(ctx->worker, object, name);
  if (type_is_null(attr.type)) attr = attr_by_hook(ctx->worker, object, name);
  if (type_kind(object) == TYPE_KIND_MODULE && !type_is_null(attr.type))
    attr.type = imported_submodule(ctx, object, name, attr.type);
  if (type_kind(object) == TYPE_KIND_MODULE && !type_is_null(attr.type) &&
      type_kind(attr.type) == TYPE_KIND_MODULE &&
      ctx_reports(ctx, RULE_POSSIBLY_MISSING_SUBMODULE))
    check_submodule(ctx, node, object, name);
  expr_report_attribute(ctx, node, object, name, &attr);
  *reported = type_is_null(attr.type);
  if (*reported) return TYPE(UNKNOWN);
  if (ctx->diags) {
    check_deprecated_use(ctx, node, attr.type);
    check_property_read(ctx, object, name, node);
    check_possibly_missing(ctx, object, name, node);
  }
  return attr.type;
}

static TypeId infer_attribute(Ctx *ctx, NodeId node) {
  bool reported = false;
  TypeId t = attribute_type(ctx, node, &reported);
  if (ctx->diags && !reported) check_unknown_member(ctx, node, t);
  return t;
}

TypeId expr_target_value(Ctx *ctx, NodeId target) {
  const AstNode *n = ast_at(ctx->ast, target);
  switch ((AstKind)n->kind) {
    case AST_Attribute: {
      TypeId object = expr_infer(ctx, (NodeId){n->a}, TYPE_NULL);
      if (type_is_dynamic(object)) return object;
      Attr attr = attr_read(ctx->worker, object, (NameId){n->b});
      expr_report_attribute(ctx, target, object, (NameId){n->b}, &attr);
      return type_is_null(attr.type) ? TYPE(UNKNOWN) : attr.type;
    }
    case AST_Subscript: {
      TypeId object = expr_infer(ctx, (NodeId){n->a}, TYPE_NULL);
      TypeId index = expr_infer(ctx, (NodeId){n->b}, TYPE_NULL);
      return expr_subscript(ctx, object, index, target);
    }
    default: return TYPE(UNKNOWN);
  }
}

/* ---- literals ----------------------------------------------------------------------- */

enum { LITERAL_STR_MAX = 4096 }; /* bytes; longer ones are str */

/* One place is asked about several times in a row: as the value of a name, of
 * a return, in a body. */
static TypeId infer_string(Ctx *ctx, const AstValue *value) {
  if (value->text.len > LITERAL_STR_MAX) return TYPE(LITERAL_STRING);
  if (ctx->in_string) return type_literal_str(name_intern(value->text));
  StringEntry *entry =
      &ctx->worker->strings.entries[hash_u64((uintptr_t)value) %
                                    STRING_CACHE_SIZE];
  if (entry->value != value)
    *entry = (StringEntry){value, type_literal_str(name_intern(value->text))};
  return entry->type;
}

static TypeId infer_integer(Ctx *ctx, const AstValue *value) {
  if (value->big) return TYPE_KNOWN(int);
  if (value->integer < 0 || value->integer >= INTEGER_CACHE_SIZE)
    return type_literal_int(value->integer);
  TypeId *kept = &ctx->worker->integers[value->integer];
  if (type_is_null(*kept)) *kept = type_literal_int(value->integer);
  return *kept;
}

static TypeId infer_constant(Ctx *ctx, const AstNode *n) {
  World *world = ctx->world;
  switch ((AstKind)n->kind) {
    case AST_Int: return infer_integer(ctx, &ctx->ast->values[n->a]);
    case AST_Str: return infer_string(ctx, &ctx->ast->values[n->a]);
    case AST_Bytes: {
      const AstValue *value = &ctx->ast->values[n->a];
      return value->text.len > LITERAL_STR_MAX
                 ? world_known(world, KNOWN_bytes)
                 : type_literal_bytes(name_intern(value->text));
    }
    case AST_Float: return world_known(world, KNOWN_float);
    case AST_Complex: return world_known(world, KNOWN_complex);
    case AST_True: return TYPE(TRUE);
    case AST_False: return TYPE(FALSE);
    case AST_None: return world_known(world, KNOWN_NoneType);
    default: return world_known(world, KNOWN_EllipsisType);
  }
}

/* An f-string as far as it is read: its text while that is known, and whether it
 * is made of literal strings alone. */
typedef struct {
  StrBuf text;
  bool known, literal;
} Joined;

static void infer_parts(Ctx *ctx, NodeId node, Joined *out);

/* What format(value) gives for a literal whose text is known. */
static bool literal_text(StrBuf *out, TypeId value) {
  switch (type_kind(value)) {
  case TYPE_KIND_LITERAL_STR: strbuf_put(out, name_text(type_name(value))); break;
  case TYPE_KIND_LITERAL_INT:
    strbuf_printf(out, "%lld", (long long)type_int_value(value));
    break;
  case TYPE_KIND_LITERAL_BOOL:
    strbuf_puts(out, type_int_value(value) ? "True" : "False");
    break;
  default: return false;
  }
  return true;
}

/* {value!conversion:format} */
static void infer_part(Ctx *ctx, const AstNode *part, Joined *out) {
  TypeId value = expr_infer(ctx, (NodeId){part->a}, TYPE_NULL);
  out->literal &= !type_is_dynamic(value) &&
                  relate_assignable(ctx->world, value, TYPE(LITERAL_STRING));
  if (part->b) infer_parts(ctx, (NodeId){part->b}, out);
  out->known &= part->b == 0 && part->c == 0;
  if (out->known) out->known = literal_text(&out->text, value);
}

static void infer_parts(Ctx *ctx, NodeId node, Joined *out) {
  NodeList parts = ast_list(ctx->ast, ast_at(ctx->ast, node)->a);
  for (uint32_t i = 0; i < parts.n; i++) {
    const AstNode *part = ast_at(ctx->ast, ast_item(parts, i));
    if (part->kind == AST_FormattedValue) infer_part(ctx, part, out);
    else if (out->known)
      strbuf_put(&out->text, ctx->ast->values[part->a].text);
    out->known &= out->text.len <= LITERAL_STR_MAX;
  }
}

/* An f-string whose parts are all known is a literal, one of literal strings a
 * literal string (typing spec, "LiteralString"); a t-string is a Template. */
static TypeId infer_joined(Ctx *ctx, NodeId node) {
  Joined joined = {.known = true, .literal = true};
  strbuf_init(&joined.text, ctx->scratch);
  infer_parts(ctx, node, &joined);
  if (ast_at(ctx->ast, node)->op == 1)
    return world_known(ctx->world, KNOWN_Template);
  if (joined.known) return type_literal_str(name_intern(strbuf_str(&joined.text)));
  return joined.literal ? TYPE(LITERAL_STRING)
                        : world_known(ctx->world, KNOWN_str);
}

/* ---- control in expressions -------------------------------------------------------------- */

/* An operand that is evaluated only if `runs`; where it is not, nothing is
 * reported. */
static TypeId infer_if_run(Ctx *ctx, NodeId node, TypeId expected, bool runs) {
  if (runs) return expr_infer(ctx, node, expected);
  if (!ctx->diags) return TYPE(NEVER);
  bool outer = ctx->unreachable;
  ScopeId lives = ctx->lives;
  ctx->unreachable = true;
  ctx->lives = ID_NONE(ScopeId);
  TypeId type = expr_infer(ctx, node, expected);
  ctx->unreachable = outer;
  ctx->lives = lives;
  return type;
}

/* Whether the context asks something of a value: variables that a call has still
 * to solve, and object, ask nothing. */
static bool context_asks(const Ctx *ctx, TypeId expected) {
  return !type_is_null(expected) && !type_is_dynamic(expected) &&
         !type_eq(expected, world_known(ctx->world, KNOWN_object)) &&
         typevar_all_visible(ctx, expected);
}

/* What the values beside it say about a display, lambda or call: `names or []`
 * means a list of names. A hint: what does not fit it has its own type. */
static TypeId hint_beside(Ctx *ctx, NodeId node, TypeId expected,
                          TypeId beside) {
  if (context_asks(ctx, expected) || type_is_null(beside) ||
      !argument_takes_context(ctx->ast, node))
    return expected;
  TypeSpan members = union_members(ctx->world, &beside);
  for (uint32_t i = 0; i < members.n; i++) {
    TypeId m = alias_expand(ctx->world, members.v[i]);
    if (type_is_dynamic(m)) return expected;
    /* A dict that is no such TypedDict is one of its own. */
    if (typeddict_class(ctx->world, m).v)
      return union_of2(ctx->world, beside,
                       world_instance_unknown(ctx->world, CLASS_ID(dict)));
  }
  return beside;
}

static bool is_empty_display(const Ctx *ctx, NodeId node) {
  const AstNode *n = ast_at(ctx->ast, node);
  return (n->kind == AST_List || n->kind == AST_Dict) &&
         ast_list(ctx->ast, n->a).n == 0;
}

TypeId expr_tested(Ctx *ctx, NodeId node, TypeId type) {
  AstKind kind = ast_kind(ctx->ast, node);
  bool is_place = kind == AST_Name || kind == AST_Attribute || kind == AST_Subscript;
  return is_place ? type_retested(ctx->world, type) : type;
}

/* Each branch is a hint for the other one; an empty display gives none. */
static TypeId infer_if(Ctx *ctx, NodeId node, TypeId expected) {
  const AstNode *n = ast_at(ctx->ast, node);
  TypeId test = expr_infer(ctx, (NodeId){n->a}, TYPE_NULL);
  if (ctx->diags) check_test(ctx, test, (NodeId){n->a});
  Truth truth =
      type_truth(ctx->world, expr_tested(ctx, (NodeId){n->a}, test));
  NodeId nodes[2] = {{n->b}, {n->c}};
  bool runs[2] = {truth != TRUTH_NEVER, truth != TRUTH_ALWAYS};
  uint32_t first = is_empty_display(ctx, nodes[0]) ? 1 : 0;
  TypeId types[2];
  types[first] = infer_if_run(ctx, nodes[first], expected, runs[first]);
  TypeId hint = runs[first] && !is_empty_display(ctx, nodes[first])
                    ? hint_beside(ctx, nodes[!first], expected, types[first])
                    : expected;
  types[!first] = infer_if_run(ctx, nodes[!first], hint, runs[!first]);
  if (truth == TRUTH_ALWAYS) return types[0];
  if (truth == TRUTH_NEVER) return types[1];
  return union_of2(ctx->world, types[0], types[1]);
}

/* An operand of `or` is a hint for those behind it. */
static TypeId infer_bool(Ctx *ctx, NodeId node, TypeId expected) {
  const AstNode *n = ast_at(ctx->ast, node);
  NodeList values = ast_list(ctx->ast, n->a);
  UnionBuilder *builder = union_begin(ctx->world);
  TypeId before = TYPE_NULL;
  bool decided = false;
  for (uint32_t i = 0; i < values.n; i++) {
    NodeId operand = ast_item(values, i);
    TypeId hint = hint_beside(ctx, operand, expected, before);
    TypeId value = infer_if_run(ctx, operand, hint, !decided);
    if (decided) continue;
    if (i + 1 == values.n) {
      union_add(builder, value);
      break;
    }
    if (ctx->diags) check_truth(ctx, value, operand);
    value = expr_tested(ctx, operand, value);
    Truth truth = type_truth(ctx->world, value);
    if (n->op == BOOL_AND) {
      if (truth == TRUTH_NEVER) decided = true;
      if (truth != TRUTH_ALWAYS)
        union_add(builder, type_when_false(ctx->world, value));
    } else {
      if (truth == TRUTH_ALWAYS) decided = true;
      if (truth != TRUTH_NEVER)
        union_add(builder, type_when_true(ctx->world, value));
      before = type_is_null(before) ? value
                                    : union_of2(ctx->world, before, value);
    }
  }
  return union_end(builder);
}

static TypeId infer_named(Ctx *ctx, NodeId node, TypeId expected) {
  const AstNode *n = ast_at(ctx->ast, node);
  DefId def = {ast_at(ctx->ast, (NodeId){n->a})->b};
  TypeId t = TYPE_NULL;
  if (def.v && !ctx->overrides && !ctx->in_string)
    t = declared_before(ctx->worker, ctx->module, def, NULL);
  TypeId value =
      expr_infer(ctx, (NodeId){n->b}, type_is_null(t) ? expected : t);
  if (type_is_null(t)) {
    if (def.v && !ctx->overrides && !ctx->in_string)
      assign_check(ctx, (NodeId){n->a}, value, (NodeId){n->b});
    return value;
  }
  if (!relate_assignable(ctx->world, value, t))
    ctx_report(ctx, RULE_INVALID_ASSIGNMENT, (NodeId){n->b},
               "Object of type `%s` is not assignable to `%s`",
               display_short(ctx->world, value), display_short(ctx->world, t));
  return def_narrow_assigned(ctx, t, value);
}

static TypeId infer_slice(Ctx *ctx, NodeId node) {
  const AstNode *n = ast_at(ctx->ast, node);
  uint32_t parts[3] = {n->a, n->b, n->c};
  TypeId args[3];
  for (int i = 0; i < 3; i++) {
    args[i] = world_known(ctx->world, KNOWN_NoneType);
    if (parts[i])
      args[i] = promote_literals(
          ctx->world, expr_infer(ctx, (NodeId){parts[i]}, TYPE_NULL));
  }
  return type_instance(CLASS_ID(slice), (TypeSpan){args, 3});
}

static TypeId infer_error(Ctx *ctx, NodeId node) {
  NodeList parts = ast_list(ctx->ast, ast_at(ctx->ast, node)->a);
  for (uint32_t i = 0; i < parts.n; i++)
    expr_infer(ctx, ast_item(parts, i), TYPE_NULL);
  return TYPE(UNKNOWN);
}

/* ---- await ------------------------------------------------------------------------------------- */

/* What an awaitable is expected to be whose result is: Awaitable[expected]. */
static TypeId awaitable_of(Ctx *ctx, TypeId expected) {
  if (type_is_null(expected) || type_is_dynamic(expected)) return TYPE_NULL;
  return type_instance(CLASS_ID(Awaitable), (TypeSpan){&expected, 1});
}

/* ---- dispatch ---------------------------------------------------------------------------------- */

static TypeId dispatch(Ctx *ctx, NodeId node, TypeId expected) {
  const AstNode *n = ast_at(ctx->ast, node);
  switch ((AstKind)n->kind) {
    case AST_Name: {
      TypeId type = infer_name(ctx, node);
      return type_is_null(expected)
                 ? type
                 : container_wanted(ctx, node, type, expected);
    }
    case AST_Attribute: return infer_attribute(ctx, node);
    case AST_Int:
    case AST_Float:
    case AST_Complex:
    case AST_Str:
    case AST_Bytes:
    case AST_True:
    case AST_False:
    case AST_None:
    case AST_Ellipsis: return infer_constant(ctx, n);
    case AST_JoinedStr: return infer_joined(ctx, node);
    case AST_Tuple: return expr_tuple(ctx, node, expected);
    case AST_List:
    case AST_Set: return expr_list_or_set(ctx, node, expected);
    case AST_Dict: return expr_dict(ctx, node, expected);
    case AST_ListComp:
    case AST_SetComp:
    case AST_GeneratorExp:
    case AST_DictComp: return expr_comprehension(ctx, node, expected);
    case AST_Subscript: return expr_subscript_node(ctx, node);
    case AST_Slice: return infer_slice(ctx, node);
    case AST_Starred: {
      TypeId value = expr_infer(ctx, (NodeId){n->a}, TYPE_NULL);
      return expr_iterate(ctx, value, (NodeId){n->a}, false);
    }
    case AST_Call: return call_infer(ctx, node, expected);
    case AST_Await: {
      TypeId value =
          expr_infer(ctx, (NodeId){n->a}, awaitable_of(ctx, expected));
      return expr_await(ctx, value, node);
    }
    case AST_Yield:
    case AST_YieldFrom: return expr_yield(ctx, node);
    case AST_UnaryOp: return expr_unary(ctx, node);
    case AST_BinOp: return expr_bin_op(ctx, node, expected);
    case AST_BoolOp: return infer_bool(ctx, node, expected);
    case AST_Compare: return expr_compare(ctx, node);
    case AST_IfExp: return infer_if(ctx, node, expected);
    case AST_Lambda: return expr_lambda(ctx, node, expected);
    case AST_NamedExpr: return infer_named(ctx, node, expected);
    case AST_ErrorExpr: return infer_error(ctx, node);
    default: return TYPE(UNKNOWN); /* no expression: a part of a broken one */
  }
}

TypeId expr_infer(Ctx *ctx, NodeId node, TypeId expected) {
  STACK_GUARD();
  TypeId type = dispatch(ctx, node, expected);
  ASSERT(type.v != 0);
  if (!type_is_null(expected) && !type_is_null(typeform_wanted(expected)))
    type = typeform_implicit(ctx, node, expected, type);
  if (ctx->counts) count_expression(ctx, type);
  return type;
}
