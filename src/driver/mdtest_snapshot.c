/* mdtest_snapshot.c - `snapshot` blocks against rendered findings.
 *
 * A block belongs to the code block before it, and holds, as the format `full`
 * prints them, the findings that `# snapshot` comments there assert; when there
 * are no such comments, all findings of the code block.  Blanks at the ends of
 * lines, and blank lines at the ends of the text, make no difference.
 */
#include "driver/mdtest.h"

#include "report/format.h"

/* The lines of a file that one code block gave: [from, to). */
typedef struct {
  uint32_t from, to;
} LineSpan;

static LineSpan span_of(const MdFile *file, uint32_t segment) {
  LineSpan span = {file->segments.v[segment].line, UINT32_MAX};
  if (segment + 1 < file->segments.n)
    span.to = file->segments.v[segment + 1].line;
  return span;
}

static bool holds(LineSpan span, uint32_t line) {
  return line >= span.from && line < span.to;
}

/* Takes the next line off, without blanks at its end; "" behind the last. */
static Str take_line(Str *rest) {
  Str line = STR_EMPTY;
  if (rest->ptr && rest->len) str_split(rest, '\n', &line);
  while (line.len &&
         (line.ptr[line.len - 1] == ' ' || line.ptr[line.len - 1] == '\t' ||
          line.ptr[line.len - 1] == '\r'))
    line.len--;
  return line;
}

static void compare(const MdSnapshot *snapshot, Str now, Arena *arena,
                    MdFailures *out) {
  Str want = snapshot->text;
  while (now.len && now.ptr[now.len - 1] == '\n') now.len--;
  for (uint32_t at = snapshot->at; want.len || now.len; at++) {
    Str a = take_line(&want), b = take_line(&now);
    if (str_eq(a, b)) continue;
    vec_push(out, arena,
             (MdFailure){at, str_printf(arena,
                                        "snapshot differs: expected \"%" PRIstr
                                        "\", found \"%" PRIstr "\"",
                                        STR_ARG(a), STR_ARG(b))});
    return;
  }
}

void mdtest_snapshots(const MdFile *file, const Finding *findings, uint32_t n,
                      const bool *marked, const uint32_t *lines,
                      uint32_t line_count, Arena *arena, MdFailures *out) {
  uint32_t next = 0;
  for (uint32_t s = 0; s < file->segments.n; s++) {
    LineSpan span = span_of(file, s);
    uint32_t asserted = 0; /* the first line with a `# snapshot`, or 0 */
    for (uint32_t i = 0; i < line_count && !asserted; i++)
      if (holds(span, lines[i])) asserted = lines[i];
    const MdSnapshot *snapshot = NULL;
    if (next < file->snapshots.n && file->snapshots.v[next].segment == s)
      snapshot = &file->snapshots.v[next++];
    if (!snapshot) {
      if (asserted)
        vec_push(out, arena,
                 (MdFailure){mdtest_line(file, asserted),
                             STR("no snapshot block follows the code")});
      continue;
    }
    StrBuf now;
    strbuf_init(&now, arena);
    for (uint32_t i = 0; i < n; i++)
      if (holds(span, findings[i].place.line) && (!asserted || marked[i]))
        report_full_finding(&findings[i], false, &now);
    compare(snapshot, strbuf_str(&now), arena, out);
  }
}
