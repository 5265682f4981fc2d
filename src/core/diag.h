/* diag.h - diagnostics: collected by unit, sorted once, printed by report.
 *
 * Layer: core.  Memory: the caller's arena.  Threads: a DiagList belongs to one
 * unit of work; lists are merged serially.
 *
 * A diagnostic is identified by (path, start, rule, message); that is also the
 * sort order, so the output does not depend on who found what first.
 */
#ifndef CORE_DIAG_H
#define CORE_DIAG_H

#include "base/arena.h"
#include "base/str.h"
#include "base/vec.h"
#include "core/ids.h"

#include <stdarg.h>

typedef enum {
  SEVERITY_IGNORE,
  SEVERITY_INFORMATION,
  SEVERITY_WARNING,
  SEVERITY_ERROR
} Severity;

/* rules.def: RULE(IDENT, "kebab-name", default SEVERITY_xxx, "spec section",
 * "one line") */
typedef enum {
#define RULE(ident, name, level, spec, meaning) RULE_##ident,
#include "core/rules.def"
#undef RULE
  RULE_COUNT
} Rule;

typedef struct {
  const char *name;
  Severity level;
  const char *spec; /* section of the typing spec, or "" */
  const char *meaning;
} RuleInfo;

extern const RuleInfo rule_info[RULE_COUNT];
/* Returns the rule of that name, or RULE_COUNT. */
Rule rule_find(Str name);

typedef struct {
  uint32_t start, end; /* byte offsets in the file */
} Span;

typedef struct {
  FileId file; /* 0: the file of the diagnostic itself */
  Span span;
  bool has_span; /* false: a note without a place */
  Str text;
} DiagNote;

typedef struct {
  uint8_t rule; /* Rule */
  Span span;
  uint32_t head; /* where the definition named by span begins, with its
                  * decorators and overloads; 0: span is all. A comment on that
                  * line suppresses it, too */
  Str message; /* one line */
  const DiagNote *notes;
  uint32_t note_count;
} Diag;

/* The diagnostics of one unit of work, all of one file. */
typedef struct {
  Arena *arena;          /* texts live here; outlives the unit */
  const uint8_t *levels; /* Severity by Rule; IGNORE = do not build */
  VEC(Diag) items;
} DiagList;

static_assert(RULE_COUNT < 256, "Diag.rule is a byte");

/* True when the rule is on: ask before building an expensive message. */
static inline bool diag_on(const DiagList *list, Rule rule) {
  return list && list->levels[rule] != SEVERITY_IGNORE;
}
/* Adds one diagnostic if its rule is on; the text is formatted into the arena.
 * A NULL list is allowed and collects nothing (queries never report). */
void diag_add(DiagList *list, Rule rule, Span span, const char *format, ...)
    __attribute__((format(printf, 4, 5)));
void diag_vadd(DiagList *list, Rule rule, Span span, const char *format,
               va_list args);
/* Adds a note to the diagnostic that was added last. */
void diag_note(DiagList *list, FileId file, const Span *span,
               const char *format, ...) __attribute__((format(printf, 4, 5)));
/* Order of two diagnostics of one file: (start, end, rule name, message). */
int diag_cmp(const Diag *a, const Diag *b);
/* Sorts by diag_cmp and drops exact duplicates. */
void diag_sort(DiagList *list);
/* "error", "warning", "information" or "ignore". */
const char *severity_name(Severity severity);

#endif
