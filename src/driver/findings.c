/* findings.c - diagnostics of a module -> findings with lines and columns. */
#include "driver/run.h"

#include "base/hmap.h"
#include "infer/suppress.h"

enum { EXCERPT_CONTEXT = 2, EXCERPT_LINES_MAX = 12, EXCERPT_BYTES_MAX = 4096 };

static LineRange place_of(const LineMap *lines, Str text, Span span) {
  LineColumn a = line_map_position(lines, text, span.start);
  LineColumn b = line_map_position(lines, text, span.end);
  return (LineRange){a.line, a.column, b.line, b.column};
}

/* Line `number` with its end. */
static Str line_text(const ModuleCode *code, uint32_t number) {
  const LineMap *lines = &code->parse.lines;
  Str text = code->source.text;
  uint32_t to = number < lines->count ? lines->starts[number] : text.len;
  return str_slice(text, lines->starts[number - 1], to);
}

/* The lines of the place and EXCERPT_CONTEXT around it, without blank ones at
 * the ends, cut to a size. */
static void add_excerpt(const ModuleCode *code, Finding *f, Arena *keep) {
  uint32_t first = f->place.line - MIN(f->place.line - 1, EXCERPT_CONTEXT);
  uint32_t last = MIN(f->place.end_line, f->place.line + EXCERPT_LINES_MAX);
  uint32_t count = code->parse.lines.count, least = last;
  last = MIN(last + EXCERPT_CONTEXT, count);
  while (first < f->place.line && !str_trim(line_text(code, first)).len)
    first++;
  while (last > least && !str_trim(line_text(code, last)).len) last--;
  Str from = line_text(code, first), to = line_text(code, last);
  Str all = str_make(from.ptr, (size_t)(to.ptr + to.len - from.ptr));
  if (all.len > EXCERPT_BYTES_MAX) { /* the line of the place alone */
    first = f->place.line;
    all = line_text(code, first);
    if (all.len > EXCERPT_BYTES_MAX) return;
  }
  f->excerpt = str_dup(keep, all);
  f->excerpt_line = first;
}

/* Notes keep the place in their own file; those in other files get it later:
 * line 0, file in `column`, span in end_line and end_column. */
static const FindingNote *convert_notes(const Diag *diag, const LineMap *lines,
                                        Str text, Str path, Arena *keep) {
  if (diag->note_count == 0) return NULL;
  FindingNote *notes = ARENA_ARRAY(keep, FindingNote, diag->note_count);
  for (uint32_t i = 0; i < diag->note_count; i++) {
    const DiagNote *note = &diag->notes[i];
    notes[i] = (FindingNote){.has_place = note->has_span,
                             .path = path,
                             .text = str_dup(keep, note->text)};
    if (!note->has_span) continue;
    if (note->file.v == 0) notes[i].place = place_of(lines, text, note->span);
    else
      notes[i].place =
          (LineRange){0, note->file.v, note->span.start, note->span.end};
  }
  return notes;
}

static void convert(Run *run, ModuleResult *result, const ModuleCode *code,
                    const DiagList *diags, Arena *keep) {
  const LineMap *lines = &code->parse.lines;
  Str text = code->source.text, path = result->file->display;
  result->findings = ARENA_ARRAY(keep, Finding, diags->items.n);
  result->finding_count = diags->items.n;
  for (uint32_t i = 0; i < diags->items.n; i++) {
    const Diag *diag = &diags->items.v[i];
    Finding *f = &result->findings[i];
    *f = (Finding){.path = path,
                   .place = place_of(lines, text, diag->span),
                   .severity = result->options->levels[diag->rule],
                   .rule = diag->rule,
                   .message = str_dup(keep, diag->message),
                   .note_count = diag->note_count,
                   .excerpt = STR_EMPTY};
    f->notes = convert_notes(diag, lines, text, path, keep);
    if (run->want_excerpt && code->source.status == SOURCE_OK)
      add_excerpt(code, f, keep);
  }
}

/* One internal-error for the module, whatever crashed in it or was left out. */
static void add_crash(ModuleResult *result, DiagList *diags) {
  for (uint32_t i = 0; i < result->interface_parts + result->body_parts; i++) {
    const PartResult *part = &result->parts[i];
    if (!part->crash && !part->left_out) continue;
    result->crashed = true;
    if (part->left_out) {
      diag_add(diags, RULE_INTERNAL_ERROR, (Span){0, 0},
               "The memory limit was reached before all of this file was "
               "checked");
      return;
    }
    diag_add(diags, RULE_INTERNAL_ERROR, (Span){0, 0},
             "The analysis of this file failed (%s); other files are not "
             "affected",
             part->crash);
    return;
  }
}

static void build(Run *run, ModuleResult *result, Arena *keep) {
  const ModuleCode *code = modules_code(run->modules, result->id);
  Arena *scratch = arena_create("findings");
  DiagList all = {.arena = scratch, .levels = result->options->levels};
  vec_append(&all.items, scratch, code->diags.items.v, code->diags.items.n);
  uint32_t n = result->interface_parts + result->body_parts;
  for (uint32_t i = 0; i < n; i++) {
    const PartResult *part = &result->parts[i];
    vec_append(&all.items, scratch, part->diags.items.v, part->diags.items.n);
    result->counts.known += part->counts.known;
    result->counts.partial += part->counts.partial;
    result->counts.any += part->counts.any;
    result->counts.unknown += part->counts.unknown;
    result->counts.unreached += part->counts.unreached;
  }
  add_crash(result, &all);
  suppress_apply(&code->parse, result->options, &all);
  result->unreadable = code->source.status != SOURCE_OK;
  result->lines = line_map_count(code->source.text);
  result->crashed |= code->crashed;
  convert(run, result, code, &all, keep);
  result->finished = true;
  arena_destroy(scratch);
}

typedef struct {
  Run *run;
  ModuleResult *result;
} Building;

static void build_unit(void *arg) {
  Building *b = arg;
  build(b->run, b->result, run_worker(b->run)->keep);
}

void findings_finish(Run *run, ModuleResult *result) {
  Building building = {run, result};
  FaultInfo info;
  if (fault_run(build_unit, &building, &info)) return;
  Finding *f = ARENA_NEW(run_worker(run)->keep, Finding);
  *f = (Finding){.path = result->file->display,
                 .place = {1, 1, 1, 1},
                 .severity = SEVERITY_ERROR,
                 .rule = RULE_INTERNAL_ERROR,
                 .message = STR("The findings of this file are lost; other "
                                "files are not affected"),
                 .excerpt = STR_EMPTY};
  result->findings = f;
  result->finding_count = 1;
  result->crashed = result->finished = true;
}

/* ---- notes in other files ----------------------------------------------- */

typedef struct {
  Str text;
  LineMap lines;
} LoadedFile;

void findings_resolve_notes(Run *run) {
  LoadedFile **loaded = NULL;
  Arena *scratch = NULL;
  for (uint32_t i = 0; i < run->findings.n; i++) {
    const Finding *f = &run->findings.v[i];
    for (uint32_t j = 0; j < f->note_count; j++) {
      FindingNote *note = (FindingNote *)&f->notes[j];
      if (!note->has_place || note->place.line) continue;
      uint32_t file = note->place.column;
      if (!scratch) scratch = arena_create("notes");
      if (!loaded)
        loaded = ARENA_ARRAY(scratch, LoadedFile *,
                             modules_checked_count(run->modules) + 1);
      const Module *module = modules_at(run->modules, (ModuleId){file});
      if (!loaded[file]) {
        SourceText source;
        loaded[file] = ARENA_NEW(scratch, LoadedFile);
        source_load(run->fs, module->path, scratch, &source);
        loaded[file]->text = source.text;
        loaded[file]->lines = line_map_build(source.text, scratch);
      }
      Span span = {note->place.end_line, note->place.end_column};
      note->path = module->display;
      note->place = place_of(&loaded[file]->lines, loaded[file]->text, span);
    }
  }
  arena_destroy(scratch);
}
