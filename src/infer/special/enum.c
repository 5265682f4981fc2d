/* enum.c - enumerations.
 *
 * A member is an assignment in the body of a class whose metaclass derives from
 * EnumMeta, unless its name or its value says otherwise: names with two
 * underscores, `_ignore_` and the like, functions, descriptors and nonmember(...).
 * A member whose value is an earlier member, or the same literal, is an alias of
 * that one.  CLASS_ENUM_MEMBERS lists the members in order of definition.
 *
 * Enum("Name", "A B") makes a class by a call.
 *
 * Source: typing spec, "Enumerations".
 */
#include "infer/class.h"
#include "infer/func.h"
#include "infer/special/special.h"

/* members whose values and names are joined for `.value` and `.name` */
enum { VALUES_JOINED = 64 };

/* ---- names ---------------------------------------------------------------------- */

static bool is_sunder(Str s) {
  return s.len > 2 && s.ptr[0] == '_' && s.ptr[1] != '_' &&
         s.ptr[s.len - 1] == '_' && s.ptr[s.len - 2] != '_';
}

static bool never_member(NameId name) {
  Str s = name_text(name);
  return str_starts(s, STR("__")) || is_sunder(s);
}

static bool text_has_word(Str text, Str word) {
  Str rest = text, piece;
  while (str_split(&rest, ' ', &piece)) {
    Str inner;
    while (str_split(&piece, ',', &inner))
      if (str_eq(str_trim(inner), word)) return true;
  }
  return false;
}

static bool is_unpacked(const Def *def) {
  return def->kind == DEF_ASSIGN && (def->flags & DEF_IN_UNPACK) != 0;
}

static bool is_list(const Ast *ast, NodeId node) {
  return ast_kind(ast, node) == AST_Tuple || ast_kind(ast, node) == AST_List;
}

/* What stands for the name in `A, B = 1, 2`; 0 when that has to be computed. */
static NodeId unpacked_node(const Ast *ast, const Def *def) {
  const AstNode *n = ast_at(ast, def->node);
  NodeList targets = ast_list(ast, n->a);
  NodeId value = {n->b};
  if (targets.n != 1 || !is_list(ast, ast_item(targets, 0)) ||
      !is_list(ast, value))
    return (NodeId){0};
  NodeList names = ast_list(ast, ast_at(ast, ast_item(targets, 0))->a);
  NodeList values = ast_list(ast, ast_at(ast, value)->a);
  uint32_t at = UINT32_MAX;
  for (uint32_t i = 0; i < names.n; i++) {
    if (ast_kind(ast, ast_item(names, i)) == AST_Starred) return (NodeId){0};
    if (ast_item(names, i).v == def->target.v) at = i;
  }
  for (uint32_t i = 0; i < values.n; i++)
    if (ast_kind(ast, ast_item(values, i)) == AST_Starred) return (NodeId){0};
  return names.n == values.n && at != UINT32_MAX ? ast_item(values, at)
                                                 : (NodeId){0};
}

/* The right side of the first assignment of a name; 0: none. */
static NodeId value_of_place(const ModuleState *m, PlaceId place) {
  const Index *index = m->index;
  for (DefId d = index->places[place.v].first_def; d.v;
       d = index->defs[d.v].next) {
    const Def *def = &index->defs[d.v];
    const AstNode *n = ast_at(m->ast, def->node);
    if (is_unpacked(def)) return unpacked_node(m->ast, def);
    if (def->kind == DEF_ASSIGN) return (NodeId){n->b};
    if (def->kind == DEF_ANN_ASSIGN && n->c) return (NodeId){n->c};
    return (NodeId){0};
  }
  return (NodeId){0};
}

/* Named in `_ignore_ = "a b"` or a list of names. */
static bool is_ignored(InferWorker *worker, ClassId id, NameId name) {
  ModuleState *m = class_module(worker, id);
  PlaceId place = index_symbol(m->index, class_at(id)->scope,
                               name_intern(STR("_ignore_")));
  NodeId value = place.v ? value_of_place(m, place) : (NodeId){0};
  if (value.v == 0) return false;
  const AstNode *n = ast_at(m->ast, value);
  if (n->kind == AST_Str)
    return text_has_word(m->ast->values[n->a].text, name_text(name));
  if (n->kind != AST_List && n->kind != AST_Tuple) return false;
  NodeList list = ast_list(m->ast, n->a);
  for (uint32_t i = 0; i < list.n; i++)
    if (name_eq(special_string(m->ast, ast_item(list, i)), name)) return true;
  return false;
}

/* ---- values ------------------------------------------------------------------------ */

static Ctx body_ctx(InferWorker *worker, ClassId id) {
  return ctx_quiet(worker, class_module(worker, id), class_at(id)->scope);
}

/* The class that a call's callee names; 0: none. */
static ClassId called_class(Ctx *ctx, NodeId call) {
  TypeId callee =
      expr_infer(ctx, (NodeId){ast_at(ctx->ast, call)->a}, TYPE_NULL);
  if (type_kind(callee) != TYPE_KIND_CLASS) return (ClassId){0};
  return type_class(callee);
}

/* A value that keeps its name from being a member. */
static bool is_plain_attribute(Ctx *ctx, NodeId value) {
  switch (ast_kind(ctx->ast, value)) {
  case AST_Int:
  case AST_Str:
  case AST_Bytes:
  case AST_Tuple:
  case AST_Float:
  case AST_UnaryOp:
  case AST_BinOp:
  case AST_Ellipsis:
  case AST_True:
  case AST_False:
  case AST_None:
  case AST_List:
  case AST_Dict: return false;
  case AST_Lambda: return true;
  default: break;
  }
  TypeId t = expr_infer(ctx, value, TYPE_NULL);
  switch (type_kind(t)) {
  case TYPE_KIND_FUNCTION:
  case TYPE_KIND_BOUND_METHOD:
  case TYPE_KIND_PROPERTY: return true;
  case TYPE_KIND_INSTANCE:
    if (class_is(type_class(t), KNOWN_enum_nonmember)) return true;
    return !type_is_null(attr_dunder(ctx->worker, t, NAME_ID(dunder_get)));
  default: return false;
  }
}

static uint32_t position_of(const TypeVec *members, NameId name) {
  for (uint32_t i = 0; i < members->n; i++)
    if (name_eq(type_name(members->v[i]), name)) return i;
  return UINT32_MAX;
}

/* `B = A` and the like: the name of the earlier member; 0: none. */
static NameId aliased(InferWorker *worker, ClassId id, NodeId value,
                      const TypeVec *members) {
  ModuleState *m = class_module(worker, id);
  const AstNode *n = ast_at(m->ast, value);
  if (n->kind == AST_Name)
    return position_of(members, (NameId){n->a}) == UINT32_MAX
               ? (NameId){0}
               : (NameId){n->a};
  if (n->kind != AST_Int && n->kind != AST_Str) return (NameId){0};
  const AstValue *v = &m->ast->values[n->a];
  for (uint32_t i = 0; i < members->n; i++) {
    PlaceId place =
        index_symbol(m->index, class_at(id)->scope, type_name(members->v[i]));
    NodeId other = value_of_place(m, place);
    if (other.v == 0) continue;
    const AstNode *o = ast_at(m->ast, other);
    if (o->kind != n->kind) continue;
    const AstValue *w = &m->ast->values[o->a];
    bool same = n->kind == AST_Int
                    ? !v->big && !w->big && v->integer == w->integer
                    : str_eq(v->text, w->text);
    if (same) return type_name(members->v[i]);
  }
  return (NameId){0};
}

/* ---- members ---------------------------------------------------------------------------- */

/* Names in the second argument of Enum("E", ...), in order. */
static void call_names(InferWorker *worker, ClassId id, NameVec *out) {
  ModuleState *m = class_module(worker, id);
  Arena *arena = worker->scratch;
  NodeId names = special_argument(m->ast, class_at(id)->node, 1, "names");
  if (names.v == 0) return;
  const AstNode *n = ast_at(m->ast, names);
  if (n->kind == AST_Str) {
    Str rest = m->ast->values[n->a].text, piece, inner;
    while (str_split(&rest, ' ', &piece))
      while (str_split(&piece, ',', &inner)) {
        Str word = str_trim(inner);
        if (word.len) vec_push(out, arena, name_intern(word));
      }
    return;
  }
  if (n->kind != AST_List && n->kind != AST_Tuple && n->kind != AST_Dict) return;
  NodeList list = ast_list(m->ast, n->a);
  for (uint32_t i = 0; i < list.n; i++) {
    NodeId item = ast_item(list, i);
    const AstNode *e = ast_at(m->ast, item);
    if (e->kind == AST_DictItem) item = (NodeId){e->a};
    if (e->kind == AST_Tuple || e->kind == AST_List) {
      NodeList pair = ast_list(m->ast, e->a);
      item = pair.n ? ast_item(pair, 0) : (NodeId){0};
    }
    NameId name = special_string(m->ast, item);
    if (name.v) vec_push(out, arena, name);
  }
}

/* Whether a def or class in the body is decorated with enum.member. */
static bool has_member_decorator(Ctx *ctx, const Def *def) {
  const Ast *ast = ctx->module->ast;
  uint32_t decorators = 0;
  if (def->kind == DEF_FUNCTION)
    decorators = ast_function(ast, def->node)->decorators;
  else if (def->kind == DEF_CLASS)
    decorators = ast_class(ast, def->node)->decorators;
  NodeList list = ast_list(ast, decorators);
  for (uint32_t i = 0; i < list.n; i++) {
    NodeId node = ast_item(list, i);
    if (ast_kind(ast, node) != AST_Name && ast_kind(ast, node) != AST_Attribute)
      continue;
    TypeId t = expr_infer(ctx, node, TYPE_NULL);
    if (type_kind(t) == TYPE_KIND_CLASS &&
        class_is(type_class(t), KNOWN_enum_member))
      return true;
  }
  return false;
}

static bool is_member_place(Ctx *ctx, ClassId id, PlaceId place,
                            NodeId *value) {
  const Place *p = &ctx->index->places[place.v];
  if (never_member(p->name) || is_ignored(ctx->worker, id, p->name))
    return false;
  const Def *def = &ctx->index->defs[p->first_def.v];
  if (reach_truth(ctx, def->reach, REACH_ID_ALWAYS) == TRUTH_NEVER)
    return false;
  *value = def->node;
  if (has_member_decorator(ctx, def)) return true;
  *value = value_of_place(ctx->module, place);
  if (value->v == 0 && is_unpacked(def)) {
    *value = def->node; /* `A, B = range(2)` */
    return true;
  }
  return value->v && !is_plain_attribute(ctx, *value);
}

TypeId class_enum_members_compute(InferWorker *worker, ModuleState *unused,
                                  uint32_t index) {
  ClassId id = {index};
  TypeVec members = {0};
  if (!(class_flags(&worker->world, id) & CLASS_ENUM)) return TYPE(EMPTY_LIST);
  if (class_at(id)->scope.v == 0) {
    NameVec names = {0};
    call_names(worker, id, &names);
    for (uint32_t i = 0; i < names.n; i++)
      vec_push(&members, worker->scratch, type_literal_enum(id, names.v[i]));
    return type_list(type_vec_span(&members));
  }
  Ctx ctx = body_ctx(worker, id);
  PlaceVec places = {0};
  special_places(worker, id, &places);
  for (uint32_t i = 0; i < places.n; i++) {
    NodeId value;
    if (!is_member_place(&ctx, id, places.v[i], &value)) continue;
    if (aliased(worker, id, value, &members).v) continue;
    NameId name = ctx.index->places[places.v[i].v].name;
    vec_push(&members, worker->scratch, type_literal_enum(id, name));
  }
  return type_list(type_vec_span(&members));
}

TypeId enum_members(World *world, ClassId id) {
  return query(world->self, QUERY_CLASS_ENUM_MEMBERS, NULL, id.v);
}

/* `x = nonmember(1)`: what it wraps, of which EnumMeta makes a plain attribute;
 * null: it is none. */
static TypeId nonmember_value(Ctx *ctx, NodeId value) {
  if (value.v == 0 || ast_kind(ctx->ast, value) != AST_Call) return TYPE_NULL;
  TypeId t = expr_infer(ctx, value, TYPE_NULL);
  bool wrapped = type_kind(t) == TYPE_KIND_INSTANCE &&
                 class_is(type_class(t), KNOWN_enum_nonmember) &&
                 type_args(t).n == 1;
  return wrapped ? type_args(t).v[0] : TYPE_NULL;
}

/* A name of the enum's body as the member that it is; null: none. */
TypeId enum_own_member(InferWorker *worker, ClassId id, NameId name,
                       uint32_t *qualifiers) {
  if (never_member(name)) return TYPE_NULL;
  TypeSpan list = type_args(enum_members(&worker->world, id));
  TypeVec members = {(TypeId *)(uintptr_t)list.v, list.n, list.n};
  uint32_t at = position_of(&members, name);
  if (at == UINT32_MAX && class_at(id)->scope.v) {
    ModuleState *m = class_module(worker, id);
    PlaceId place = index_symbol(m->index, class_at(id)->scope, name);
    if (place.v == 0 || list.n == 0) return TYPE_NULL;
    Ctx ctx = body_ctx(worker, id);
    NodeId value;
    if (!is_member_place(&ctx, id, place, &value))
      return nonmember_value(&ctx, value_of_place(m, place));
    at = position_of(&members, aliased(worker, id, value, &members));
  }
  if (at == UINT32_MAX) return TYPE_NULL;
  *qualifiers |= QUALIFIER_CLASS_VAR | QUALIFIER_READ_ONLY;
  return members.v[at];
}

/* ---- Member.value --------------------------------------------------------------------------- */

static bool is_stdlib_class(InferWorker *worker, ClassId id) {
  return modules_at(worker->infer->modules, class_at(id)->module)->origin ==
         ORIGIN_STDLIB;
}

/* `_value_: T` in the class or a base of one's own; in *own whether that is the
 * user's and not IntEnum's or StrEnum's, which a member's value only narrows. */
static TypeId declared_value(InferWorker *worker, ClassId id, bool *own) {
  NameId name = name_intern(STR("_value_"));
  TypeSpan mro = type_args(class_mro(&worker->world, id));
  for (uint32_t i = 0; i < mro.n; i++) {
    if (type_kind(mro.v[i]) != TYPE_KIND_INSTANCE) continue;
    ClassId owner = type_class(mro.v[i]);
    if (class_is(owner, KNOWN_Enum) || class_is(owner, KNOWN_Flag))
      return TYPE_NULL;
    const ClassInfo *info = class_at(owner);
    if (info->scope.v == 0) continue;
    ModuleState *m = class_module(worker, owner);
    PlaceId place = index_symbol(m->index, info->scope, name);
    if (place.v == 0) continue;
    TypeId t = place_declared(worker, m, place);
    if (type_kind(t) == TYPE_KIND_LIST) continue;
    *own = !is_stdlib_class(worker, owner);
    return unqualified(t, NULL);
  }
  return TYPE_NULL;
}

/* Whether a class of the user's in the MRO binds the name. */
static bool defines(InferWorker *worker, ClassId id, NameId name) {
  TypeSpan mro = type_args(class_mro(&worker->world, id));
  for (uint32_t i = 0; i < mro.n; i++) {
    if (type_kind(mro.v[i]) != TYPE_KIND_INSTANCE) continue;
    ClassId owner = type_class(mro.v[i]);
    if (!(class_flags(&worker->world, owner) & CLASS_ENUM)) continue;
    if (is_stdlib_class(worker, owner)) continue;
    const ClassInfo *info = class_at(owner);
    if (info->scope.v &&
        index_symbol(class_module(worker, owner)->index, info->scope,
                     name)
            .v)
      return true;
  }
  return false;
}

/* What the class's own `_generate_next_value_` gives; null: it has none. */
static TypeId generated_value(InferWorker *worker, ClassId id) {
  NameId name = name_intern(STR("_generate_next_value_"));
  if (!defines(worker, id, name)) return TYPE_NULL;
  TypeId hook = attr_read(worker, type_class_object(id), name).type;
  if (type_is_null(hook)) return TYPE_NULL;
  Ctx ctx = body_ctx(worker, id);
  Argument args[4];
  for (size_t i = 0; i < ARRAY_LEN(args); i++)
    args[i] = (Argument){.type = TYPE(UNKNOWN)};
  CallResult r = call_value(&ctx, hook, (Arguments){args, 4}, TYPE_NULL,
                            ID_NONE(NodeId));
  return r.ok ? r.returns : TYPE(UNKNOWN);
}

/* The value that auto() gives: a number, or for a StrEnum the name. */
static TypeId auto_value(InferWorker *worker, ClassId id, NameId member) {
  World *world = &worker->world;
  TypeId own = generated_value(worker, id);
  if (!type_is_null(own)) return own;
  if (class_at(CLASS_ID(StrEnum))->defined &&
      class_derives(worker, id, CLASS_ID(StrEnum))) {
    Str text = name_text(member);
    char *lower = arena_strndup(worker->scratch, text.ptr, text.len);
    for (uint32_t i = 0; i < text.len; i++)
      if (lower[i] >= 'A' && lower[i] <= 'Z') lower[i] = (char)(lower[i] + 32);
    return type_literal_str(name_intern(str_make(lower, text.len)));
  }
  if (class_derives(worker, id, CLASS_ID(str)))
    return world_known(world, KNOWN_str);
  return world_known(world, KNOWN_int);
}

/* The value that a pair or an entry of Enum("E", {...}) gives a member. */
static NodeId call_pair_value(const Ast *ast, NodeId item) {
  const AstNode *n = ast_at(ast, item);
  if (n->kind == AST_DictItem) return (NodeId){n->b};
  if (n->kind != AST_Tuple && n->kind != AST_List) return ID_NONE(NodeId);
  NodeList pair = ast_list(ast, n->a);
  return pair.n == 2 ? ast_item(pair, 1) : ID_NONE(NodeId);
}

/* Of a member of Enum("E", names): numbers from 1, or what stands beside it. */
static TypeId call_member_value(InferWorker *worker, ClassId id,
                                NameId member) {
  ModuleState *m = class_module(worker, id);
  NodeId call = class_at(id)->node;
  NodeId names = special_argument(m->ast, call, 1, "names");
  NameVec all = {0};
  call_names(worker, id, &all);
  uint32_t at = 0;
  while (at < all.n && !name_eq(all.v[at], member)) at++;
  if (at == all.n) return TYPE_KNOWN(int);
  const AstNode *n = ast_at(m->ast, names);
  if (n->kind == AST_List || n->kind == AST_Tuple || n->kind == AST_Dict) {
    NodeList items = ast_list(m->ast, n->a);
    NodeId value = {0};
    if (items.n == all.n) value = call_pair_value(m->ast, ast_item(items, at));
    Ctx ctx = class_header_ctx(worker, id);
    if (value.v) return expr_infer(&ctx, value, TYPE_NULL);
  }
  bool counted =
      special_argument(m->ast, call, UINT32_MAX, "start").v == 0 &&
      special_argument(m->ast, call, UINT32_MAX, "type").v == 0 &&
      !class_derives(worker, id, CLASS_ID(str)) &&
      !class_derives(worker, id, CLASS_ID(Flag));
  return counted ? type_literal_int((int64_t)at + 1)
                 : auto_value(worker, id, member);
}

/* Of the member as its class body spells it; Any: not known. */
static TypeId spelled_value(InferWorker *worker, ClassId id, NameId member) {
  if (defines(worker, id, NAME_ID(dunder_new))) return TYPE(ANY);
  if (defines(worker, id, NAME_ID(dunder_init))) return TYPE(ANY);
  ModuleState *m = class_module(worker, id);
  PlaceId place = index_symbol(m->index, class_at(id)->scope, member);
  NodeId value = place.v ? value_of_place(m, place) : (NodeId){0};
  if (value.v == 0) {
    DefId first = place.v ? m->index->places[place.v].first_def : (DefId){0};
    return first.v && is_unpacked(&m->index->defs[first.v])
               ? unqualified(def_type(worker, m, first), NULL)
               : TYPE_NULL;
  }
  Ctx ctx = body_ctx(worker, id);
  if (ast_kind(m->ast, value) == AST_Ellipsis) return TYPE(ANY);
  if (ast_kind(m->ast, value) == AST_Call) {
    ClassId called = called_class(&ctx, value);
    if (class_is(called, KNOWN_auto)) return auto_value(worker, id, member);
    if (class_is(called, KNOWN_enum_member)) {
      NodeId inner = special_argument(m->ast, value, 0, "value");
      if (inner.v) value = inner;
    }
  }
  TypeId t = expr_infer(&ctx, value, TYPE_NULL);
  /* `RW = R | W`, where R and W are auto() still. */
  bool of_auto =
      type_kind(t) == TYPE_KIND_INSTANCE && class_is(type_class(t), KNOWN_auto);
  return of_auto ? world_known(&worker->world, KNOWN_int) : t;
}

TypeId enum_member_value(InferWorker *worker, ClassId id, NameId member) {
  bool own = false;
  TypeId declared = declared_value(worker, id, &own);
  if (own) return declared;
  TypeId t = class_at(id)->scope.v == 0
                 ? call_member_value(worker, id, member)
                 : spelled_value(worker, id, member);
  if (type_is_null(declared)) return t;
  bool says_more = !type_is_null(t) && !type_is_dynamic(t) &&
                   relate_assignable(&worker->world, t, declared);
  return says_more ? t : declared;
}

TypeId enum_attribute(InferWorker *worker, TypeId object, NameId name) {
  static const char *const value_names[] = {"value", "_value_"};
  static const char *const name_names[] = {"name", "_name_"};
  Str text = name_text(name);
  bool value = str_is(text, value_names[0]) || str_is(text, value_names[1]);
  if (!value && !str_is(text, name_names[0]) && !str_is(text, name_names[1]))
    return TYPE_NULL;
  ClassId id = type_class(object);
  World *world = &worker->world;
  if (defines(worker, id, name)) return TYPE_NULL;
  if (type_kind(object) == TYPE_KIND_LITERAL_ENUM)
    return value ? enum_member_value(worker, id, type_name(object))
                 : type_literal_str(type_name(object));
  TypeSpan members = type_args(enum_closed_members(world, id));
  if (members.n == 0 || members.n > VALUES_JOINED) return TYPE_NULL;
  UnionBuilder *builder = union_begin(world);
  for (uint32_t i = 0; i < members.n; i++) {
    TypeId t = value ? enum_member_value(worker, id, type_name(members.v[i]))
                     : type_literal_str(type_name(members.v[i]));
    union_add(builder, type_is_null(t) ? TYPE(ANY) : t);
  }
  return union_end(builder);
}

/* The members that make the whole enum up: those of a Flag do not (World.enum_members). */
TypeId enum_closed_members(World *world, ClassId id) {
  InferWorker *worker = world->self;
  if (class_at(CLASS_ID(Flag))->defined &&
      class_derives(worker, id, CLASS_ID(Flag)))
    return TYPE(EMPTY_LIST);
  return enum_members(world, id);
}

/* A member's value is what __init__ is called with: a tuple, its elements. */
static void check_init(Ctx *ctx, ClassId id, NodeId value, TypeId t) {
  if (ast_kind(ctx->ast, value) == AST_Call || type_is_dynamic(t)) return;
  TypeSpan given = {&t, 1};
  if (type_kind(t) == TYPE_KIND_TUPLE) {
    TupleView v = type_tuple_view(t);
    if (!type_is_null(v.middle)) return;
    given = v.prefix;
  }
  TypeId init = attr_read(ctx->worker, type_instance(id, (TypeSpan){0}),
                          NAME_ID(dunder_init))
                    .type;
  if (type_is_null(init)) return;
  Argument *args = ARENA_ARRAY(ctx->scratch, Argument, given.n + 1);
  for (uint32_t i = 0; i < given.n; i++)
    args[i] = (Argument){.type = given.v[i]};
  Ctx quiet = *ctx;
  quiet.diags = NULL;
  quiet.counts = NULL;
  if (call_value(&quiet, init, (Arguments){args, given.n}, TYPE_NULL,
                 ID_NONE(NodeId))
          .ok)
    return;
  ctx_report(ctx, RULE_INVALID_ASSIGNMENT, value,
             "Value of type `%s` does not fit the parameters of `__init__` of "
             "enum `%" PRIstr "`",
             display_short(ctx->world, t),
             STR_ARG(name_text(class_at(id)->name)));
}

/* A second member of the same name: the class statement fails. */
static void check_once(Ctx *ctx, PlaceId place, NameId name) {
  const Index *index = ctx->module->index;
  if (!(index->places[place.v].flags & PLACE_REASSIGNED)) return;
  bool bound = false;
  for (DefId d = index->places[place.v].first_def; d.v;
       d = index->defs[d.v].next) {
    const Def *def = &index->defs[d.v];
    if (def->kind != DEF_ASSIGN || !special_is_reachable(ctx, d)) continue;
    if (bound &&
        reach_truth(ctx, def->reach, REACH_ID_ALWAYS) == TRUTH_ALWAYS)
      ctx_report(ctx, RULE_INVALID_ASSIGNMENT,
                 def->target.v ? def->target : def->node,
                 "Enum member `%" PRIstr "` is already defined",
                 STR_ARG(name_text(name)));
    bound = true;
  }
}

void enum_check(Ctx *ctx, ClassId id) {
  InferWorker *worker = ctx->worker;
  if (class_at(id)->scope.v == 0 || ctx->module->module->is_stub) return;
  const Index *index = ctx->module->index;
  TypeSpan members = type_args(enum_members(ctx->world, id));
  bool own;
  TypeId declared = declared_value(worker, id, &own);
  bool own_init = defines(worker, id, NAME_ID(dunder_init));
  bool custom = own_init || defines(worker, id, NAME_ID(dunder_new));
  Ctx body = body_ctx(worker, id);
  for (uint32_t i = 0; i < members.n; i++) {
    PlaceId place =
        index_symbol(index, class_at(id)->scope, type_name(members.v[i]));
    check_once(ctx, place, type_name(members.v[i]));
    const Def *def = &index->defs[index->places[place.v].first_def.v];
    if (def->kind == DEF_ANN_ASSIGN)
      ctx_report(ctx, RULE_INVALID_ENUM_MEMBER_ANNOTATION,
                 (NodeId){ast_at(ctx->ast, def->node)->b},
                 "Type annotations are not allowed for enum members");
    NodeId value = value_of_place(ctx->module, place);
    if (value.v && own_init)
      check_init(ctx, id, value, expr_infer(&body, value, TYPE_NULL));
    if (value.v == 0 || custom || type_is_null(declared)) continue;
    if (ast_kind(ctx->ast, value) == AST_Call) continue;
    TypeId t = expr_infer(&body, value, declared);
    if (!relate_assignable(ctx->world, t, declared))
      ctx_report(ctx, RULE_INVALID_ASSIGNMENT, value,
                 "Value of type `%s` is not assignable to the declared type "
                 "`%s` of `_value_`",
                 display_short(ctx->world, t),
                 display_short(ctx->world, declared));
  }
}

/* ---- Enum("E", ...) ---------------------------------------------------------------------------- */

TypeId enum_call(Ctx *ctx, NodeId call, TypeId callee) {
  ClassId base = type_class(callee);
  if (ctx->in_string || !(class_flags(ctx->world, base) & CLASS_ENUM))
    return TYPE_NULL;
  NameId name =
      special_string(ctx->ast, special_argument(ctx->ast, call, 0, "value"));
  if (name.v == 0) return TYPE_NULL;
  if (special_argument(ctx->ast, call, 1, "names").v == 0) return TYPE_NULL;
  if (type_args(enum_members(ctx->world, base)).n) return TYPE_NULL;
  ClassId id = class_intern(ctx->module->id, ID_NONE(DefId), call,
                            ID_NONE(ScopeId), name);
  return type_class_object(id);
}

TypeId enum_call_bases(InferWorker *worker, ClassId id) {
  Ctx ctx = class_header_ctx(worker, id);
  ClassId base = called_class(&ctx, class_at(id)->node);
  TypeId t = base.v ? type_instance(base, (TypeSpan){0}) : TYPE(UNKNOWN);
  return type_list((TypeSpan){&t, 1});
}
