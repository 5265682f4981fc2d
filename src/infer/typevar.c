/* typevar.c - type variables: what declares them and which scope binds them.
 *
 * A legacy variable (`T = TypeVar("T")`) is one declaration that many scopes
 * may bind; in a type it is a TYPE_VAR of (declaration, scope), and its value
 * at run time holds the TYPE_VAR without a scope (free).  A mention in an
 * annotation is bound to the outermost def around it whose header mentions
 * it, but not beyond a class that has it as a parameter; the header that is
 * being evaluated (ctx->binder) counts as mentioning it.  "Mentions" is asked
 * of the text of the annotations, strings included, so that no function's
 * signature depends on another's.
 *
 * PEP 695 parameters are bound by syntax.  Self is a variable of the class,
 * bound by the method in which it stands.
 *
 * Bounds, constraints and defaults are a query of their own, so that the
 * mention of a variable evaluates nothing.
 *
 * Source: typing spec, "Generics", "Scoping rules for type variables".
 */
#include "infer/typevar.h"
#include "infer/class.h"
#include "infer/func.h"

/* ---- declarations ------------------------------------------------------------------ */

static TypeVarKind kind_of_param(uint8_t op) {
  switch (op) {
  case TYPE_PARAM_TYPE_VAR_TUPLE: return TYPE_VAR_TUPLE;
  case TYPE_PARAM_PARAM_SPEC: return TYPE_VAR_PARAM_SPEC;
  default: return TYPE_VAR_PLAIN;
  }
}

static NameId owner_name(const Ast *ast, NodeId owner) {
  switch (ast_kind(ast, owner)) {
  case AST_FunctionDef: return ast_function(ast, owner)->name;
  case AST_ClassDef: return ast_class(ast, owner)->name;
  case AST_TypeAlias:
    return (NameId){ast_at(ast, (NodeId){ast_at(ast, owner)->a})->a};
  default: return (NameId){0};
  }
}

static TypeId param_var(ModuleState *m, NodeId owner, NodeId param, DefId def) {
  const AstNode *n = ast_at(m->ast, param);
  TypeVarView view = {.kind = kind_of_param(n->op),
                      .name = {n->a},
                      .module = m->id,
                      .def = def,
                      .scope_module = m->id,
                      .scope_node = owner,
                      .scope_name = owner_name(m->ast, owner)};
  return type_var(&view);
}

TypeId type_param_value(InferWorker *worker, ModuleState *module, DefId def) {
  const Def *d = &module->index->defs[def.v];
  NodeId owner = module->index->scopes[d->scope.v].node;
  return type_known_value(KNOWN_VALUE_TYPE_VAR,
                          param_var(module, owner, d->node, def));
}

TypeId typevar_params(InferWorker *worker, ModuleState *module, NodeId owner,
                      uint32_t list) {
  const Index *index = module->index;
  NodeList params = ast_list(module->ast, list);
  ScopeId scope = index_type_params_of(index, owner);
  TypeId *vars = ARENA_ARRAY(worker->scratch, TypeId, params.n);
  uint32_t n = 0;
  for (uint32_t i = 0; i < params.n; i++) {
    NodeId node = ast_item(params, i);
    NameId name = {ast_at(module->ast, node)->a};
    PlaceId place = index_symbol(index, scope, name);
    DefId def = place.v ? index->places[place.v].first_def : (DefId){0};
    while (def.v && index->defs[def.v].node.v != node.v)
      def = index->defs[def.v].next;
    if (def.v) vars[n++] = param_var(module, owner, node, def);
  }
  return type_list((TypeSpan){vars, n});
}

TypeId typevar_call_value(ModuleState *module, DefId def, NameId name,
                          TypeVarKind kind) {
  TypeVarView view = {
      .kind = kind, .name = name, .module = module->id, .def = def};
  return type_known_value(KNOWN_VALUE_TYPE_VAR, type_var(&view));
}

TypeId typevar_in_scope(TypeId var, const ModuleState *module, NodeId node,
                        NameId name) {
  TypeVarView view = type_var_view(var);
  view.scope_module = module->id;
  view.scope_node = node;
  view.scope_name = name;
  return type_var(&view);
}

TypeId typevar_self(InferWorker *worker, ModuleState *module, ClassId class_id,
                    NodeId method) {
  const ClassInfo *info = class_at(class_id);
  NodeId node = method.v ? method : info->node;
  NameId scope_name =
      method.v ? ast_function(module->ast, method)->name : info->name;
  TypeVarView view = {.kind = TYPE_VAR_SELF,
                      .name = NAME_ID(Self),
                      .module = info->module,
                      .def = info->def,
                      .scope_module = module->id,
                      .scope_node = node,
                      .scope_name = scope_name};
  return type_var(&view);
}

TypeId typevar_self_here(Ctx *ctx) {
  const Index *index = ctx->module->index;
  NodeId method = {0};
  if (ctx->binder.v) {
    if (ast_kind(ctx->module->ast, ctx->binder) != AST_FunctionDef)
      return TYPE_NULL;
    method = ctx->binder;
  }
  for (ScopeId s = ctx->scope; s.v; s = index->scopes[s.v].parent) {
    const Scope *scope = &index->scopes[s.v];
    if (scope->kind == SCOPE_FUNCTION) method = scope->node;
    if (scope->kind == SCOPE_CLASS)
      return typevar_self(ctx->worker, ctx->module,
                          class_of_scope(ctx->worker, ctx->module, s), method);
  }
  return TYPE_NULL;
}

/* ---- mentions by name ---------------------------------------------------------------- */

static bool is_word(char c) {
  return c == '_' || (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') ||
         (c >= 'a' && c <= 'z') || (unsigned char)c >= 0x80;
}

/* Whether `word` stands in `text` as a whole identifier. */
static bool text_mentions(Str text, Str word) {
  for (uint32_t at = str_find(text, word, 0); at != STR_NONE;
       at = str_find(text, word, at + 1)) {
    uint32_t end = at + word.len;
    if ((at == 0 || !is_word(text.ptr[at - 1])) &&
        (end == text.len || !is_word(text.ptr[end])))
      return true;
  }
  return false;
}

bool typevar_named_in(const Ast *ast, NodeId begin, NodeId end, NameId name) {
  for (uint32_t i = begin.v; i < end.v; i++) {
    const AstNode *n = &ast->nodes[i];
    if (n->kind == AST_Name && n->a == name.v) return true;
    if (n->kind == AST_Attribute && n->b == name.v) return true;
    if (n->kind == AST_Str &&
        text_mentions(ast->values[n->a].text, name_text(name)))
      return true;
  }
  return false;
}

static bool annotation_mentions(const Ast *ast, NodeId node, NameId name) {
  return node.v && typevar_named_in(ast, node, ast_end(ast, node), name);
}

/* Whether the annotations of a def mention the name. */
static bool header_mentions(const Ast *ast, NodeId def, NameId name) {
  const AstFunction *f = ast_function(ast, def);
  NodeList params = ast_list(ast, f->params);
  for (uint32_t i = 0; i < params.n; i++) {
    NodeId annotation = {ast_at(ast, ast_item(params, i))->b};
    if (annotation_mentions(ast, annotation, name)) return true;
  }
  return annotation_mentions(ast, f->returns, name);
}

/* A method that does not speak of Self: its receiver is an instance of the
 * class, where that it might be one of a subclass would only be in the way. */
TypeId typevar_self_widened(Ctx *ctx, TypeId t) {
  if (type_kind(t) != TYPE_KIND_TYPE_VAR) return t;
  TypeVarView view = type_var_view(t);
  const ModuleState *m = ctx->module;
  if (view.kind != TYPE_VAR_SELF || view.scope_module.v != m->id.v ||
      view.scope_node.v == 0 ||
      ast_kind(m->ast, view.scope_node) != AST_FunctionDef ||
      header_mentions(m->ast, view.scope_node, view.name))
    return t;
  TypeId bound = type_var_bounds(ctx->world, t).bound;
  return type_is_null(bound) ? t : bound;
}

static bool same_declaration(TypeId a, TypeId b) {
  TypeVarView x = type_var_view(a), y = type_var_view(b);
  return x.module.v == y.module.v && x.def.v == y.def.v && x.kind == y.kind;
}

/* The class's own parameter that `var` declares; null when it has none such. */
static TypeId class_param(Ctx *ctx, ScopeId scope, TypeId var) {
  ClassId id = class_of_scope(ctx->worker, ctx->module, scope);
  if (id.v == 0) return TYPE_NULL;
  TypeSpan params = type_args(class_type_params(ctx->world, id));
  for (uint32_t i = 0; i < params.n; i++)
    if (type_kind(params.v[i]) == TYPE_KIND_TYPE_VAR &&
        same_declaration(params.v[i], var))
      return params.v[i];
  return TYPE_NULL;
}

TypeId typevar_bind(Ctx *ctx, TypeId var) {
  TypeVarView view = type_var_view(var);
  if (view.scope_node.v || view.kind == TYPE_VAR_SELF) return var;
  const Index *index = ctx->module->index;
  const Ast *ast = ctx->module->ast;
  NodeId found = ctx->binder;
  /* Classes between here and the nearest function around hide each other. */
  bool class_seen = false;
  for (ScopeId s = ctx->scope; s.v; s = index->scopes[s.v].parent) {
    const Scope *scope = &index->scopes[s.v];
    if (scope->kind == SCOPE_FUNCTION) {
      class_seen = false;
      if (header_mentions(ast, scope->node, view.name)) found = scope->node;
    } else if (scope->kind == SCOPE_CLASS && !class_seen) {
      class_seen = true;
      TypeId param = class_param(ctx, s, var);
      if (!type_is_null(param)) return param;
    }
  }
  if (found.v == 0) return var;
  return typevar_in_scope(var, ctx->module, found, owner_name(ast, found));
}

bool typevar_is_mixed(const Ctx *ctx, TypeId var) {
  TypeVarView view = type_var_view(var);
  if (view.kind == TYPE_VAR_SELF || view.module.v == 0) return false;
  const ModuleState *declared = module_state(ctx->worker, view.module);
  if (declared->index->defs[view.def.v].kind == DEF_TYPE_PARAM) return false;
  const Ast *ast = ctx->module->ast;
  if (view.scope_node.v == 0) {
    /* Free: the value of a `type` statement. */
    const Index *index = ctx->module->index;
    return ast_kind(ast, index->scopes[ctx->scope.v].node) == AST_TypeAlias;
  }
  if (view.scope_module.v != ctx->module->id.v) return false;
  switch (ast_kind(ast, view.scope_node)) {
  case AST_FunctionDef:
    return ast_function(ast, view.scope_node)->type_params != 0;
  case AST_ClassDef: return ast_class(ast, view.scope_node)->type_params != 0;
  default: return false;
  }
}

/* ---- variables in a type --------------------------------------------------------------- */

typedef struct {
  Arena *arena;
  TypeVarFilter keep;
  const void *arg;
  TypeVec *out;
  HMap32 seen;
} Collect;

static void collect(TypeId t, void *data) {
  Collect *c = data;
  if (type_kind(t) == TYPE_KIND_TYPE_VAR) {
    if (!c->keep(t, c->arg)) return;
    for (uint32_t i = 0; i < c->out->n; i++)
      if (type_eq(c->out->v[i], t)) return;
    vec_push(c->out, c->arena, t);
    return;
  }
  if (!type_has(t, TYPE_HAS_TYPE_VAR) || hmap32_put(&c->seen, t.v, 1)) return;
  if (type_kind(t) != TYPE_KIND_CALLABLE) {
    type_each_part(t, collect, c);
    return;
  }
  SignatureView view = type_signature_view(t);
  for (uint32_t i = 0; i < view.n; i++) collect(view.params[i].type, c);
  collect(view.returns, c);
}

void typevar_collect(Arena *arena, TypeId t, TypeVarFilter keep,
                     const void *arg, TypeVec *out) {
  if (!type_has(t, TYPE_HAS_TYPE_VAR)) return;
  Collect c = {.arena = arena, .keep = keep, .arg = arg, .out = out};
  hmap32_init(&c.seen, arena, 8);
  collect(t, &c);
}

bool typevar_is_free(TypeId var, const void *unused) {
  TypeVarView view = type_var_view(var);
  return view.scope_node.v == 0 && view.kind != TYPE_VAR_SELF;
}

bool typevar_is_of(TypeId var, const void *arg) {
  const TypeVarScope *scope = arg;
  TypeVarView view = type_var_view(var);
  return view.scope_node.v == scope->node.v &&
         view.scope_module.v == scope->module.v && view.kind != TYPE_VAR_SELF;
}

bool typevar_is_visible(const Ctx *ctx, TypeId var) {
  TypeVarView v = type_var_view(var);
  if (v.scope_module.v != ctx->module->id.v || v.scope_node.v == 0 ||
      v.synthetic)
    return false;
  const Index *index = ctx->module->index;
  for (ScopeId s = ctx->scope; s.v; s = index->scopes[s.v].parent)
    if (index->scopes[s.v].node.v == v.scope_node.v) return true;
  return false;
}

static bool is_not_visible(TypeId var, const void *ctx) {
  return !typevar_is_visible(ctx, var);
}

bool typevar_all_visible(const Ctx *ctx, TypeId t) {
  if (!type_has(t, TYPE_HAS_TYPE_VAR)) return true;
  TypeVec others = {0};
  typevar_collect(ctx->scratch, t, is_not_visible, ctx, &others);
  return others.n == 0;
}

static bool is_inner(TypeId var, const void *ctx) {
  return type_var_view(var).kind != TYPE_VAR_SELF &&
         !typevar_is_visible(ctx, var);
}

TypeId typevar_erase_inner(InferWorker *worker, ModuleState *module,
                           ScopeId scope, TypeId t) {
  if (!type_has(t, TYPE_HAS_TYPE_VAR)) return t;
  Ctx ctx = ctx_quiet(worker, module, scope);
  TypeVec inner = {0};
  typevar_collect(ctx.scratch, t, is_inner, &ctx, &inner);
  if (inner.n == 0) return t;
  TypePair *pairs = ARENA_ARRAY(ctx.scratch, TypePair, inner.n);
  for (uint32_t i = 0; i < inner.n; i++)
    pairs[i] = (TypePair){inner.v[i], typevar_unknown(inner.v[i])};
  return subst(ctx.world, t, type_mapping(pairs, inner.n));
}

TypeId typevar_unknown(TypeId var) {
  switch (type_var_view(var).kind) {
  case TYPE_VAR_TUPLE:
    return type_tuple((TypeSpan){0}, TYPE(UNKNOWN), (TypeSpan){0});
  case TYPE_VAR_PARAM_SPEC: return annot_gradual_params();
  default: return TYPE(UNKNOWN);
  }
}

TypeId typevar_erase_free(World *world, TypeId t) {
  TypeVec vars = {0};
  typevar_collect(world->scratch, t, typevar_is_free, NULL, &vars);
  if (vars.n == 0) return t;
  TypePair *pairs = ARENA_ARRAY(world->scratch, TypePair, vars.n);
  TypeId *args = ARENA_ARRAY(world->scratch, TypeId, vars.n);
  annot_default_arguments(world, type_vec_span(&vars), args);
  for (uint32_t i = 0; i < vars.n; i++)
    pairs[i] = (TypePair){vars.v[i], args[i]};
  return subst(world, t, type_mapping(pairs, vars.n));
}

/* ---- variables that an expression mentions ------------------------------------------------- */

typedef struct {
  Ctx *ctx;
  NodeId owner;
  NameId owner_name;
  TypeVec *out;
  uint32_t where;
} Mentions;

static void mention(Mentions *m, TypeId value) {
  if (type_kind(value) != TYPE_KIND_KNOWN_VALUE ||
      type_known_value_kind(value) != KNOWN_VALUE_TYPE_VAR)
    return;
  TypeId var = type_inner(value);
  if (type_kind(var) != TYPE_KIND_TYPE_VAR) return;
  if (!typevar_is_free(var, NULL)) return;
  var = typevar_in_scope(var, m->ctx->module, m->owner, m->owner_name);
  for (uint32_t i = 0; i < m->out->n; i++)
    if (type_eq(m->out->v[i], var)) return;
  vec_push(m->out, m->ctx->scratch, var);
}

static void mentions_in(Mentions *m, NodeId node);

static bool mentions_child(const Ast *ast, NodeId child, void *data) {
  mentions_in(data, child);
  return true;
}

static void mentions_in_string(Mentions *m, NodeId node) {
  Ctx *ctx = m->ctx;
  if (ctx->in_string) return;
  const AstNode *n = ast_at(ctx->ast, node);
  InferWorker *worker = ctx->worker;
  if (worker->parser == NULL) worker->parser = parser_create();
  Ast *ast = ARENA_NEW(ctx->scratch, Ast);
  NodeId root;
  const char *problem;
  if (!parse_annotation(worker->parser, ctx->ast->values[n->a].text, n->start,
                        ctx->scratch, ast, &root, &problem))
    return;
  Ctx inner = *ctx;
  inner.ast = ast;
  inner.in_string = true;
  inner.string_node = node;
  Mentions nested = *m;
  nested.ctx = &inner;
  mentions_in(&nested, root);
}

static void mentions_in(Mentions *m, NodeId node) {
  Ctx *ctx = m->ctx;
  uint32_t where = m->where;
  switch (ast_kind(ctx->ast, node)) {
  case AST_Name: mention(m, annot_value(ctx, node, where)); return;
  case AST_Attribute: {
    /* P.args, or module.T. */
    const AstNode *n = ast_at(ctx->ast, node);
    if (n->b == NAME_args || n->b == NAME_kwargs)
      mentions_in(m, (NodeId){n->a});
    else
      mention(m, annot_value(ctx, node, where));
    return;
  }
  case AST_Str: mentions_in_string(m, node); return;
  default: ast_children(ctx->ast, node, mentions_child, m);
  }
}

void typevar_mentions(Ctx *ctx, NodeId node, NodeId owner, NameId name,
                      TypeVec *out) {
  /* Bases are evaluated where they stand, except in stubs. */
  bool is_class = ast_kind(ctx->module->ast, owner) == AST_ClassDef;
  uint32_t where = is_class && !ctx->module->module->is_stub
                       ? 0
                       : annot_when(ctx->worker->infer, ctx->module);
  Mentions m = {ctx, owner, name, out, where};
  mentions_in(&m, node);
}
