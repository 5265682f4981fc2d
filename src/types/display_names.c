/* display_names.c - names in displayed types, and the text of literals.
 *
 * Two classes of the same name in one text are told apart by their modules, and
 * if those are the same by path and line. Which names need that is found before
 * anything is written, by a walk over all parts.
 */
#include "types/display_int.h"

#include "types/caps.h"

/* Two modules may bear one name, under two roots. */
static bool same_module(World *world, ClassId a, ClassId b) {
  ModuleId x = class_at(a)->module, y = class_at(b)->module;
  if (x.v == y.v || x.v == 0 || y.v == 0) return x.v == y.v;
  return str_eq(world->module_name(world, x), world->module_name(world, y));
}

static void note_class(World *world, Names *names, ClassId id) {
  NameId name = class_at(id)->name;
  uint32_t first = hmap32_get(&names->first, name.v);
  if (first == 0) {
    hmap32_put(&names->first, name.v, id.v);
    return;
  }
  if (first == id.v) return;
  uint32_t how = same_module(world, (ClassId){first}, id) ? 2 : 1;
  uint32_t old = hmap32_get(&names->shared, name.v);
  if (how > old) hmap32_put(&names->shared, name.v, how);
}

typedef struct {
  World *world;
  Names *names;
  uint32_t depth;
} Walk;

static void walk_part(TypeId part, void *ctx) {
  Walk *w = ctx;
  display_collect(w->world, w->names, part, w->depth);
}

/* Ends: each type is walked once, functions to a fixed depth. */
void display_collect(World *world, Names *names, TypeId type, uint32_t depth) {
  if (depth > CAP_DISPLAY_DEPTH || hmap32_put(&names->seen, type.v, 1)) return;
  switch (type_kind(type)) {
  case TYPE_KIND_INSTANCE:
  case TYPE_KIND_CLASS:
  case TYPE_KIND_GENERIC_ALIAS:
  case TYPE_KIND_LITERAL_ENUM:
    note_class(world, names, type_class(type));
    break;
  case TYPE_KIND_FUNCTION: {
    TypeId signature = world->signature(world, type);
    if (!type_is_null(signature))
      display_collect(world, names, signature,
                      depth + CAP_DISPLAY_DEPTH / CAP_DISPLAY_FUNCTION_DEPTH);
    return;
  }
  default: break;
  }
  Walk w = {world, names, depth + 1};
  type_each_part(type, walk_part, &w);
}

/* `name`, `module.name` or `module.name @ path:line`. */
static void put_name(Display *d, NameId name, ModuleId module, NodeId node) {
  uint32_t shared = d->names ? hmap32_get(&d->names->shared, name.v) : 0;
  if (shared && module.v) {
    strbuf_put(d->out, d->world->module_name(d->world, module));
    strbuf_putc(d->out, '.');
  }
  strbuf_put(d->out, name_text(name));
  if (shared == 2 && node.v) {
    Str path = STR_EMPTY;
    uint32_t line = 0;
    d->world->source_place(d->world, module, node, &path, &line);
    strbuf_printf(d->out, " @ %" PRIstr ":%u", STR_ARG(path), line);
  }
}

void display_class_name(Display *d, ClassId class_id) {
  const ClassInfo *info = class_at(class_id);
  if (class_is(class_id, KNOWN_NoneType)) strbuf_puts(d->out, "None");
  else put_name(d, info->name, info->module, info->node);
}

void display_declared_name(Display *d, TypeId type) {
  put_name(d, type_name(type), type_module_id(type), (NodeId){0});
}

/* ---- literals ------------------------------------------------------------ */

static void put_escaped(StrBuf *out, Str s, bool bytes) {
  strbuf_putc(out, '"');
  for (uint32_t pos = 0; pos < s.len;) {
    uint32_t from = pos;
    uint32_t c = bytes ? (uint8_t)s.ptr[pos++] : utf8_next(s, &pos);
    switch (c) {
    case '"': strbuf_puts(out, "\\\""); continue;
    case '\\': strbuf_puts(out, "\\\\"); continue;
    case '\n': strbuf_puts(out, "\\n"); continue;
    case '\r': strbuf_puts(out, "\\r"); continue;
    case '\t': strbuf_puts(out, "\\t"); continue;
    default: break;
    }
    if (c == UTF8_BAD) c = (uint8_t)s.ptr[from];
    else if (c >= 0x20 && c != 0x7f && (!bytes || c < 0x80)) {
      strbuf_put(out, str_slice(s, from, pos));
      continue;
    }
    strbuf_printf(out, "\\x%02x", c & 0xff);
  }
  strbuf_putc(out, '"');
}

/* What stands between the brackets of Literal[...]. */
void display_literal(Display *d, TypeId t) {
  switch (type_kind(t)) {
  case TYPE_KIND_LITERAL_INT:
    strbuf_printf(d->out, "%lld", (long long)type_int_value(t));
    return;
  case TYPE_KIND_LITERAL_BOOL:
    strbuf_puts(d->out, type_int_value(t) ? "True" : "False");
    return;
  case TYPE_KIND_LITERAL_BYTES: strbuf_putc(d->out, 'b'); FALLTHROUGH;
  case TYPE_KIND_LITERAL_STR:
    put_escaped(d->out, name_text(type_name(t)),
                type_kind(t) == TYPE_KIND_LITERAL_BYTES);
    return;
  case TYPE_KIND_LITERAL_ENUM:
    display_class_name(d, type_class(t));
    strbuf_putc(d->out, '.');
    strbuf_put(d->out, name_text(type_name(t)));
    return;
  default: UNREACHABLE();
  }
}
