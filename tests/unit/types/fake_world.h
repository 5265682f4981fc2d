/* fake_world.h - a small World by tables, for tests of the algebra.
 *
 * Builtins with their real shapes (list[T] is an invariant Sequence[T], ...), a
 * few classes, protocols, an enum, TypedDicts, aliases and type variables that
 * a test can add to. */
#ifndef TESTS_UNIT_TYPES_FAKE_WORLD_H
#define TESTS_UNIT_TYPES_FAKE_WORLD_H

#include <stdio.h>
#include <string.h>

#include "types/algebra.h"
#include "types/callable.h"
#include "types/display.h"
#include "types/mro.h"
#include "types/relate.h"
#include "types/types_dump.h"

#define SPAN(...)                            \
  ((TypeSpan){(const TypeId[]){__VA_ARGS__}, \
              sizeof((const TypeId[]){__VA_ARGS__}) / sizeof(TypeId)})
#define NO_SPAN ((TypeSpan){NULL, 0})

enum { FAKE_CLASSES = 256, FAKE_MEMBERS = 16, FAKE_DEFS = 64 };

typedef struct {
  ClassId id;
  TypeId params, mro;
  uint32_t flags, members;
  uint8_t variance[8];
  Member member[FAKE_MEMBERS];
  NameId names[FAKE_MEMBERS]; /* sorted by text */
  TypeId constructor, enum_members;
} FakeClass;

static struct {
  World world;
  Arena *run, *scratch;
  FakeClass classes[FAKE_CLASSES];
  uint32_t n;
  TypeId signatures[FAKE_DEFS], aliases[FAKE_DEFS], bases[FAKE_DEFS];
  struct {
    TypeId var;
    TypeVarBounds bounds;
  } vars[FAKE_DEFS];
  uint32_t n_vars, next_node;
} fake;

static inline NameId nm(const char *s) { return name_intern(str_from(s)); }

static inline FakeClass *fake_class(ClassId id) {
  for (uint32_t i = 0; i < fake.n; i++)
    if (fake.classes[i].id.v == id.v) return &fake.classes[i];
  panic("no class %s in the fake world",
        id.v ? name_text(class_at(id)->name).ptr : "0");
}

/* ---- callbacks ----------------------------------------------------------- */

static TypeId fake_params(World *w, ClassId c) {
  (void)w;
  return fake_class(c)->params;
}
static TypeId fake_mro(World *w, ClassId c) {
  (void)w;
  return fake_class(c)->mro;
}
static uint32_t fake_flags(World *w, ClassId c) {
  (void)w;
  return fake_class(c)->flags;
}
static TypeId fake_metaclass(World *w, ClassId c) {
  (void)w;
  return fake_class(c)->flags & CLASS_ENUM ? TYPE_KNOWN(EnumMeta)
                                           : TYPE_KNOWN(type);
}
static Variance fake_variance(World *w, ClassId c, uint32_t i) {
  (void)w;
  return (Variance)fake_class(c)->variance[i];
}
static TypeVarBounds fake_bounds(World *w, TypeId var) {
  (void)w;
  TypeVarView v = type_var_view(var);
  v.synthetic = 0;
  TypeId plain = type_var(&v);
  for (uint32_t i = 0; i < fake.n_vars; i++)
    if (fake.vars[i].var.v == plain.v) return fake.vars[i].bounds;
  return (TypeVarBounds){0};
}
static Variance fake_var_variance(World *w, TypeId var) {
  (void)w;
  (void)var;
  return VARIANCE_INVARIANT;
}
static TypeId fake_signature(World *w, TypeId f) {
  return subst(w, fake.signatures[type_def(f).v], type_mapping_of(f));
}
static TypeId fake_alias(World *w, TypeId a) {
  (void)w;
  return fake.aliases[type_def(a).v];
}
static TypeId fake_new_type(World *w, TypeId t) {
  (void)w;
  return fake.bases[type_def(t).v];
}
static Member fake_own(ClassId c, NameId name) {
  FakeClass *f = fake_class(c);
  for (uint32_t i = 0; i < f->members; i++)
    if (f->member[i].name.v == name.v) return f->member[i];
  return (Member){0};
}
static Member fake_member(World *w, TypeId object, NameId name) {
  TypeId base = world_nominal_fallback(w, object);
  if (type_is_null(base)) return (Member){0};
  ClassId c =
      type_kind(base) == TYPE_KIND_TUPLE ? CLASS_ID(tuple) : type_class(base);
  TypeSpan mro = type_args(fake_class(c)->mro);
  for (uint32_t i = 0; i < mro.n; i++) {
    ClassId owner = mro_entry_class(mro.v[i]);
    if (owner.v == 0) continue;
    Member m = fake_own(owner, name);
    if (type_is_null(m.type)) continue;
    TypeId seen = world_as_instance_of(w, base, owner);
    m.type = subst_self(w, subst(w, m.type, subst_mapping_of(w, seen)), object);
    return m;
  }
  return (Member){0};
}
static const NameId *fake_protocol_members(World *w, ClassId c, uint32_t *n) {
  (void)w;
  FakeClass *f = fake_class(c);
  *n = f->members;
  return f->names;
}
static Member fake_class_member(World *w, ClassId c, NameId name) {
  (void)w;
  return fake_own(c, name);
}
static Member fake_typed_dict_extra(World *w, ClassId c) {
  (void)w, (void)c;
  return (Member){0};
}
static TypeId fake_constructor(World *w, TypeId object) {
  TypeId t = fake_class(type_class(object))->constructor;
  if (type_kind(object) == TYPE_KIND_GENERIC_ALIAS && !type_is_null(t))
    return subst(w, t, subst_mapping_of(w, object));
  return t;
}
static TypeId fake_enum_members(World *w, ClassId c) {
  (void)w;
  return fake_class(c)->enum_members;
}
static Str fake_module_name(World *w, ModuleId m) {
  (void)w;
  return m.v == 1 ? STR("builtins") : m.v == 2 ? STR("a") : STR("b.c");
}
static void fake_place(World *w, ModuleId m, NodeId node, Str *path,
                       uint32_t *line) {
  (void)w;
  *path = m.v == 2 ? STR("src/a.py") : STR("src/b/c.py");
  *line = node.v;
}

/* ---- making things ------------------------------------------------------- */

static inline TypeId fake_var(const char *name, const char *scope,
                              TypeVarKind kind) {
  TypeVarView v = {.kind = kind,
                   .name = nm(name),
                   .module = {2},
                   .def = {++fake.next_node},
                   .scope_module = {2},
                   .scope_node = {fake.next_node},
                   .scope_name = scope ? nm(scope) : (NameId){0}};
  return type_var(&v);
}
static inline TypeId fake_bound_var(const char *name, TypeVarBounds bounds) {
  TypeId t = fake_var(name, "f", TYPE_VAR_PLAIN);
  fake.vars[fake.n_vars].var = t;
  fake.vars[fake.n_vars++].bounds = bounds;
  return t;
}

/* A class whose bases are given in terms of `params`; variance: a letter each
 * of i, o, n (in-variant, out = covariant, n = contravariant). */
static inline ClassId fake_add(ClassId id, TypeSpan params,
                               const char *variance, TypeSpan bases,
                               uint32_t flags) {
  FakeClass *f = &fake.classes[fake.n++];
  *f = (FakeClass){.id = id, .params = type_list(params), .flags = flags};
  for (uint32_t i = 0; variance[i]; i++)
    f->variance[i] = variance[i] == 'o'   ? VARIANCE_COVARIANT
                     : variance[i] == 'n' ? VARIANCE_CONTRAVARIANT
                                          : VARIANCE_INVARIANT;
  TypeSpan lists[8];
  uint32_t n = 0;
  for (uint32_t i = 0; i < bases.n; i++) {
    FakeClass *b = fake_class(mro_entry_class(bases.v[i]));
    TypeSpan mro = type_args(b->mro);
    TypeId *own = ARENA_ARRAY(fake.run, TypeId, mro.n);
    for (uint32_t j = 0; j < mro.n; j++)
      own[j] = subst(
          &fake.world, mro.v[j],
          subst_mapping_of(&fake.world,
                           world_nominal_fallback(&fake.world, bases.v[i])));
    own[0] = bases.v[i];
    lists[n++] = (TypeSpan){own, mro.n};
  }
  TypeId out[64];
  out[0] = type_instance(id, params);
  uint32_t count = n ? mro_merge(fake.run, lists, n, out + 1) : 0;
  if (n && count == 0) panic("inconsistent bases in the fake world");
  f->mro = type_list((TypeSpan){out, count + 1});
  return id;
}
static inline ClassId fake_new(const char *name, TypeSpan params,
                               const char *variance, TypeSpan bases,
                               uint32_t flags) {
  uint32_t node = ++fake.next_node;
  ClassId id = class_intern((ModuleId){2}, (DefId){node}, (NodeId){node},
                            (ScopeId){node}, nm(name));
  return fake_add(id, params, variance,
                  bases.n ? bases : SPAN(TYPE_KNOWN(object)), flags);
}
static inline void fake_attr(ClassId c, const char *name, TypeId type,
                             uint32_t flags) {
  FakeClass *f = fake_class(c);
  uint32_t i = f->members++;
  f->member[i] = (Member){nm(name), type, TYPE_NULL, flags};
  for (; i > 0 && name_cmp(f->names[i - 1], nm(name)) > 0; i--)
    f->names[i] = f->names[i - 1];
  f->names[i] = nm(name);
}

static inline Param arg(const char *name, TypeId type) {
  return (Param){.name = name ? nm(name) : (NameId){0},
                 .type = type,
                 .kind =
                     name ? PARAM_POSITIONAL_OR_KEYWORD : PARAM_POSITIONAL_ONLY,
                 .flags = PARAM_ANNOTATED | (name ? 0 : PARAM_SYNTHETIC_NAME)};
}
static inline Param with_kind(Param p, ParamKind kind) {
  p.kind = (uint8_t)kind;
  return p;
}
static inline Param with_default(Param p, TypeId value) {
  p.flags |= PARAM_HAS_DEFAULT;
  p.default_type = value;
  return p;
}
#define SIG(ret, ...)                                                      \
  type_callable((const Param[]){__VA_ARGS__},                              \
                sizeof((const Param[]){__VA_ARGS__}) / sizeof(Param), ret, \
                TYPE_NULL, 0)
#define SIG0(ret) type_callable(NULL, 0, ret, TYPE_NULL, 0)
#define GENERIC(vars, ret, ...)                                            \
  type_callable((const Param[]){__VA_ARGS__},                              \
                sizeof((const Param[]){__VA_ARGS__}) / sizeof(Param), ret, \
                type_list(vars), 0)

static inline TypeId inst(ClassId c) { return type_instance(c, NO_SPAN); }
static inline TypeId of(ClassId c, TypeId arg) {
  return type_instance(c, (TypeSpan){&arg, 1});
}
static inline TypeId of2(ClassId c, TypeId a, TypeId b) {
  return type_instance(c, SPAN(a, b));
}
static inline TypeId lit(int64_t v) { return type_literal_int(v); }
static inline TypeId lits(const char *s) { return type_literal_str(nm(s)); }
static inline TypeId uni(TypeSpan s) { return union_of(&fake.world, s); }
#define U(...) uni(SPAN(__VA_ARGS__))

#define INT TYPE_KNOWN(int)
#define STRT TYPE_KNOWN(str)
#define BOOL TYPE_KNOWN(bool)
#define BYTES TYPE_KNOWN(bytes)
#define FLOAT TYPE_KNOWN(float)
#define NONE TYPE_KNOWN(NoneType)
#define OBJECT TYPE_KNOWN(object)

static ClassId Animal, Dog, Cat, Color, Sealed, Box, Source, Sink, HasX,
    HasName, Closer, Linked, Tree, Point3, Movie, Film, Mystery;
static TypeId red, green, blue;

static inline void fake_builtins(void) {
  ModuleId m = {1};
  for (uint32_t k = 1; k < KNOWN_CLASS_COUNT; k++) {
    if (class_at((ClassId){k})->defined) continue;
    class_define_known((KnownClass)k, m, (DefId){k}, (NodeId){k}, (ScopeId){k},
                       nm(known_class_name((KnownClass)k)));
  }
  fake_add(CLASS_ID(object), NO_SPAN, "", NO_SPAN, 0);
  TypeSpan obj = SPAN(OBJECT);
  TypeId T = fake_var("T", "Iterable", TYPE_VAR_PLAIN);
  fake_add(CLASS_ID(Iterable), SPAN(T), "o", obj, CLASS_PROTOCOL);
  TypeId S = fake_var("T", "Sequence", TYPE_VAR_PLAIN);
  fake_add(CLASS_ID(Sequence), SPAN(S), "o", SPAN(of(CLASS_ID(Iterable), S)),
           0);
  TypeId L = fake_var("T", "list", TYPE_VAR_PLAIN);
  fake_add(CLASS_ID(list), SPAN(L), "i", SPAN(of(CLASS_ID(Sequence), L)), 0);
  TypeId E = fake_var("T", "tuple", TYPE_VAR_PLAIN);
  fake_add(CLASS_ID(tuple), SPAN(E), "o", SPAN(of(CLASS_ID(Sequence), E)), 0);
  TypeId K = fake_var("K", "dict", TYPE_VAR_PLAIN);
  TypeId V = fake_var("V", "dict", TYPE_VAR_PLAIN);
  fake_add(CLASS_ID(dict), SPAN(K, V), "ii", SPAN(of(CLASS_ID(Iterable), K)),
           0);
  fake_add(CLASS_ID(int), NO_SPAN, "", obj, 0);
  fake_add(CLASS_ID(bool), NO_SPAN, "", SPAN(INT), CLASS_FINAL);
  fake_add(CLASS_ID(float), NO_SPAN, "", obj, 0);
  fake_add(CLASS_ID(complex), NO_SPAN, "", obj, 0);
  fake_add(CLASS_ID(str), NO_SPAN, "", SPAN(of(CLASS_ID(Sequence), STRT)), 0);
  fake_add(CLASS_ID(bytes), NO_SPAN, "", SPAN(of(CLASS_ID(Sequence), INT)), 0);
  fake_add(CLASS_ID(NoneType), NO_SPAN, "", obj, CLASS_FINAL);
  fake_add(CLASS_ID(type), NO_SPAN, "", obj, 0);
  fake_add(CLASS_ID(EnumMeta), NO_SPAN, "", SPAN(TYPE_KNOWN(type)), 0);
  fake_add(CLASS_ID(FunctionType), NO_SPAN, "", obj, CLASS_FINAL);
  fake_add(CLASS_ID(MethodType), NO_SPAN, "", obj, CLASS_FINAL);
  fake_add(CLASS_ID(ModuleType), NO_SPAN, "", obj, 0);
  fake_add(CLASS_ID(TypeVar), NO_SPAN, "", obj, CLASS_FINAL);
}

static inline void fake_user_classes(void) {
  Animal = fake_new("Animal", NO_SPAN, "", NO_SPAN, 0);
  Dog = fake_new("Dog", NO_SPAN, "", SPAN(inst(Animal)), 0);
  Cat = fake_new("Cat", NO_SPAN, "", SPAN(inst(Animal)), 0);
  Sealed = fake_new("Sealed", NO_SPAN, "", NO_SPAN, CLASS_FINAL);
  Mystery = fake_new("Mystery", NO_SPAN, "", NO_SPAN, CLASS_UNKNOWN_BASE);
  TypeId T = fake_var("T", "Box", TYPE_VAR_PLAIN);
  Box = fake_new("Box", SPAN(T), "i", NO_SPAN, 0);
  TypeId O = fake_var("T", "Source", TYPE_VAR_PLAIN);
  Source = fake_new("Source", SPAN(O), "o", NO_SPAN, 0);
  TypeId I = fake_var("T", "Sink", TYPE_VAR_PLAIN);
  Sink = fake_new("Sink", SPAN(I), "n", NO_SPAN, 0);
  Color = fake_new("Color", NO_SPAN, "", NO_SPAN, CLASS_ENUM | CLASS_FINAL);
  red = type_literal_enum(Color, nm("RED"));
  green = type_literal_enum(Color, nm("GREEN"));
  blue = type_literal_enum(Color, nm("BLUE"));
  fake_class(Color)->enum_members = type_list(SPAN(red, green, blue));
  HasX = fake_new("HasX", NO_SPAN, "", NO_SPAN, CLASS_PROTOCOL);
  fake_attr(HasX, "x", INT, MEMBER_INSTANCE_VAR);
  HasName = fake_new("HasName", NO_SPAN, "", NO_SPAN, CLASS_PROTOCOL);
  fake_attr(HasName, "name", STRT, MEMBER_PROPERTY | MEMBER_READ_ONLY);
  Closer = fake_new("Closer", NO_SPAN, "", NO_SPAN, CLASS_PROTOCOL);
  fake_attr(Closer, "close", SIG0(NONE), MEMBER_METHOD);
  Linked = fake_new("Linked", NO_SPAN, "", NO_SPAN, CLASS_PROTOCOL);
  fake_attr(Linked, "next", SIG0(inst(Linked)), MEMBER_METHOD);
  Tree = fake_new("Tree", NO_SPAN, "", NO_SPAN, 0);
  fake_attr(Tree, "next", SIG0(inst(Tree)), MEMBER_METHOD);
  fake_attr(Tree, "x", INT, MEMBER_INSTANCE_VAR);
  fake_attr(Tree, "name", STRT, MEMBER_INSTANCE_VAR);
  Point3 = fake_new("Point3", NO_SPAN, "",
                    SPAN(type_tuple_of(SPAN(INT, INT, INT))), 0);
  fake_attr(Point3, "x", INT, MEMBER_PROPERTY | MEMBER_READ_ONLY);
  Movie = fake_new("Movie", NO_SPAN, "", NO_SPAN, CLASS_TYPED_DICT);
  fake_attr(Movie, "title", STRT, 0);
  fake_attr(Movie, "year", INT, 0);
  Film = fake_new("Film", NO_SPAN, "", NO_SPAN, CLASS_TYPED_DICT);
  fake_attr(Film, "title", STRT, 0);
}

static inline void fake_init(void) {
  memset(&fake, 0, sizeof fake);
  names_init();
  types_init(0);
  fake.run = arena_create("run");
  fake.scratch = arena_create("scratch");
  fake.next_node = 1000;
  fake.world = (World){.scratch = fake.scratch,
                       .class_type_params = fake_params,
                       .class_mro = fake_mro,
                       .class_flags = fake_flags,
                       .class_metaclass = fake_metaclass,
                       .class_variance = fake_variance,
                       .type_var_bounds = fake_bounds,
                       .type_var_variance = fake_var_variance,
                       .signature = fake_signature,
                       .alias_value = fake_alias,
                       .new_type_base = fake_new_type,
                       .member = fake_member,
                       .protocol_members = fake_protocol_members,
                       .class_member = fake_class_member,
                       .typed_dict_extra = fake_typed_dict_extra,
                       .constructor = fake_constructor,
                       .enum_members = fake_enum_members,
                       .module_name = fake_module_name,
                       .source_place = fake_place};
  world_init(&fake.world, fake.run);
  fake_builtins();
  fake_user_classes();
}
static inline void fake_destroy(void) {
  types_verify_all();
  arena_destroy(fake.scratch);
  arena_destroy(fake.run);
  types_destroy();
  names_destroy();
}

#endif
