/* note.c - why one type is not assignable to another, as notes of a diagnostic.
 *
 * The relation is run again with explanations on (relate_explain), which gives
 * one line a level, the innermost first; notes begin with the outermost.  A
 * mismatch of two plain classes has nothing to explain.
 */
#include "infer/infer_int.h"

enum { NOTES_MAX = 6 };

/* The only member of a union beside None: what was meant. */
static TypeId without_none(World *world, TypeId target) {
  target = alias_expand(world, target);
  if (type_kind(target) != TYPE_KIND_UNION) return target;
  TypeSpan members = type_members(target);
  TypeId none = TYPE_KNOWN(NoneType);
  if (members.n != 2) return target;
  if (type_eq(members.v[0], none)) return members.v[1];
  return type_eq(members.v[1], none) ? members.v[0] : target;
}

void note_why(Ctx *ctx, TypeId source, TypeId target) {
  StrBuf why;
  strbuf_init(&why, ctx->scratch);
  target = without_none(ctx->world, target);
  relate_explain(ctx->world, source, target, &why);
  Str lines[NOTES_MAX], rest = strbuf_str(&why), line;
  uint32_t n = 0;
  while (rest.len && str_split(&rest, '\n', &line)) {
    if (line.len == 0) continue;
    if (n == NOTES_MAX) {
      for (uint32_t i = 1; i < n; i++) lines[i - 1] = lines[i];
      n--;
    }
    lines[n++] = line;
  }
  while (n-- > 0)
    diag_note(ctx->diags, ID_NONE(FileId), NULL, "%" PRIstr,
              STR_ARG(lines[n]));
}
