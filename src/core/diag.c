#include "core/diag.h"

#include "base/sort.h"

const RuleInfo rule_info[RULE_COUNT] = {
#define RULE(ident, name, level, spec, meaning) \
  [RULE_##ident] = {name, level, spec, meaning},
#include "core/rules.def"
#undef RULE
};

Rule rule_find(Str name) {
  for (uint32_t i = 0; i < RULE_COUNT; i++)
    if (str_is(name, rule_info[i].name)) return (Rule)i;
  return RULE_COUNT;
}

/* Formats into `arena`; line ends become spaces, so that the text is one
 * line. */
static Str format_line(Arena *arena, const char *format, va_list args) {
  StrBuf text;
  strbuf_init(&text, arena);
  strbuf_vprintf(&text, format, args);
  for (uint32_t i = 0; i < text.len; i++)
    if (text.ptr[i] == '\n' || text.ptr[i] == '\r') text.ptr[i] = ' ';
  return text.len ? strbuf_str(&text) : STR_EMPTY;
}

void diag_add(DiagList *list, Rule rule, Span span, const char *format, ...) {
  va_list args;
  va_start(args, format);
  diag_vadd(list, rule, span, format, args);
  va_end(args);
}

void diag_vadd(DiagList *list, Rule rule, Span span, const char *format,
               va_list args) {
  if (!diag_on(list, rule)) return;
  ASSERT(span.start <= span.end);
  Str message = format_line(list->arena, format, args);
  vec_push(&list->items, list->arena,
           (Diag){.rule = (uint8_t)rule, .span = span, .message = message});
}

void diag_note(DiagList *list, FileId file, const Span *span,
               const char *format, ...) {
  if (!list || list->items.n == 0) return;
  Diag *diag = &vec_last(&list->items);
  va_list args;
  va_start(args, format);
  Str text = format_line(list->arena, format, args);
  va_end(args);
  /* Notes are few: the array is copied each time. */
  uint32_t n = diag->note_count;
  DiagNote *notes = ARENA_ARRAY(list->arena, DiagNote, n + 1);
  if (n) memcpy(notes, diag->notes, n * sizeof(*notes));
  notes[n] = (DiagNote){.file = file, .has_span = span != NULL, .text = text};
  if (span) notes[n].span = *span;
  diag->notes = notes;
  diag->note_count = n + 1;
}

int diag_cmp(const Diag *a, const Diag *b) {
  if (a->span.start != b->span.start)
    return a->span.start < b->span.start ? -1 : 1;
  if (a->span.end != b->span.end) return a->span.end < b->span.end ? -1 : 1;
  if (a->rule != b->rule)
    return strcmp(rule_info[a->rule].name, rule_info[b->rule].name);
  return str_cmp(a->message, b->message);
}

/* Order of two diagnostics; among equals the one with fewer notes first, then
 * by the notes' texts, so that dropping duplicates keeps the same one. */
static int cmp_for_sort(const void *x, const void *y, void *ctx) {
  const Diag *a = x, *b = y;
  (void)ctx;
  int c = diag_cmp(a, b);
  if (c) return c;
  if (a->note_count != b->note_count)
    return a->note_count < b->note_count ? -1 : 1;
  for (uint32_t i = 0; i < a->note_count; i++) {
    c = str_cmp(a->notes[i].text, b->notes[i].text);
    if (c) return c;
    if (a->notes[i].span.start != b->notes[i].span.start)
      return a->notes[i].span.start < b->notes[i].span.start ? -1 : 1;
  }
  return 0;
}

void diag_sort(DiagList *list) {
  if (list->items.n < 2) return;
  sort_stable(list->items.v, list->items.n, sizeof(Diag), cmp_for_sort, NULL);
  uint32_t kept = 1;
  for (uint32_t i = 1; i < list->items.n; i++) {
    const Diag *diag = &list->items.v[i];
    if (diag_cmp(&list->items.v[kept - 1], diag) != 0)
      list->items.v[kept++] = *diag;
  }
  list->items.n = kept;
}

const char *severity_name(Severity severity) {
  static const char *const names[] = {"ignore", "information", "warning",
                                      "error"};
  return names[severity];
}
