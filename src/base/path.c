/* path.c - paths as text; nothing here asks the system. */
#include "base/fs.h"

bool path_is_absolute(Str path) { return path.len && path.ptr[0] == '/'; }

Str path_join(Arena *a, Str dir, Str name) {
  if (dir.len == 0 || path_is_absolute(name)) return str_dup(a, name);
  if (name.len == 0) return str_dup(a, dir);
  StrBuf b;
  strbuf_init(&b, a);
  strbuf_reserve(&b, dir.len + 1 + name.len);
  strbuf_put(&b, dir);
  if (dir.ptr[dir.len - 1] != '/') strbuf_putc(&b, '/');
  strbuf_put(&b, name);
  return strbuf_str(&b);
}

/* Cuts the last piece of b, but not below `root` bytes; false if there is none
 * or it is "..". */
static bool cut_piece(StrBuf *b, uint32_t root) {
  if (b->len <= root) return false;
  Str s = strbuf_str(b);
  uint32_t at = str_rfind_byte(s, '/');
  uint32_t start = at == STR_NONE ? 0 : at + 1;
  if (str_eq(str_from_byte(s, start), STR(".."))) return false;
  strbuf_cut(b, MAX(root, at == STR_NONE ? 0 : at));
  return true;
}

Str path_normalize(Arena *a, Str path) {
  StrBuf b;
  strbuf_init(&b, a);
  strbuf_reserve(&b, path.len + 1);
  uint32_t root = path_is_absolute(path) ? 1 : 0;
  if (root) strbuf_putc(&b, '/');
  Str rest = path, piece;
  while (str_split(&rest, '/', &piece)) {
    if (piece.len == 0 || str_eq(piece, STR("."))) continue;
    if (str_eq(piece, STR(".."))) {
      if (cut_piece(&b, root)) continue;
      if (root) continue; /* "/.." is "/" */
    }
    if (b.len > root) strbuf_putc(&b, '/');
    strbuf_put(&b, piece);
  }
  if (b.len == 0) strbuf_putc(&b, '.');
  return strbuf_str(&b);
}

Str path_dir(Str path) {
  uint32_t at = str_rfind_byte(path, '/');
  if (at == STR_NONE) return STR_EMPTY;
  return str_slice(path, 0, MAX(at, 1));
}

Str path_base(Str path) {
  uint32_t at = str_rfind_byte(path, '/');
  return at == STR_NONE ? path : str_from_byte(path, at + 1);
}

Str path_ext(Str path) {
  Str base = path_base(path);
  uint32_t at = str_rfind_byte(base, '.');
  if (at == STR_NONE || at == 0) return STR_EMPTY;
  return str_from_byte(base, at);
}

Str path_relative_to(Str path, Str dir) {
  if (str_eq(path, dir)) return STR(".");
  if (str_eq(dir, STR("/")) && path_is_absolute(path))
    return str_from_byte(path, 1);
  if (dir.len && str_starts(path, dir) && path.ptr[dir.len] == '/')
    return str_from_byte(path, dir.len + 1);
  return path;
}
