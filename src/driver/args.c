/* args.c - @FILE: one argument a line, blank lines left out. */
#include "driver/cli.h"

enum { ARGS_NESTING_MAX = 16 };

typedef VEC(char *) ArgVec;

static bool expand(Arena *arena, char *arg, uint32_t depth, ArgVec *out,
                   Err *err) {
  if (arg[0] != '@' || arg[1] == 0) {
    vec_push(out, arena, arg);
    return true;
  }
  if (depth > ARGS_NESTING_MAX) return err_set(err, "%s: nested too deep", arg);
  Str text, line;
  FsErr io;
  if (!fs_read(fs_disk(), str_from(arg + 1), arena, &text, &io))
    return err_set(err, "%s: %s", arg, fs_reason_text(io.reason));
  if (text.len && memchr(text.ptr, 0, text.len))
    return err_set(err, "%s: holds a NUL byte", arg);
  while (text.ptr && str_split(&text, '\n', &line)) {
    line = str_trim(line);
    if (line.len == 0) continue;
    char *one = arena_strndup(arena, line.ptr, line.len);
    if (!expand(arena, one, depth + 1, out, err)) return false;
  }
  return true;
}

bool args_expand(Arena *arena, int argc, char **argv, int *out_argc,
                 char ***out_argv, Err *err) {
  ArgVec out = {0};
  bool literal = false; /* behind "--" */
  for (int i = 0; i < argc; i++) {
    if (strcmp(argv[i], "--") == 0) literal = true;
    if (literal || i == 0) vec_push(&out, arena, argv[i]);
    else if (!expand(arena, argv[i], 0, &out, err)) return false;
  }
  *out_argc = (int)out.n;
  vec_push(&out, arena, NULL);
  *out_argv = out.v;
  return true;
}
