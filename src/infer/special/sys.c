/* sys.c - symbols whose value follows from the options.
 *
 * Typing spec, "Version and platform checking": sys.version_info,
 * sys.platform and TYPE_CHECKING are known to a type checker; os.name with them.
 */
#include "infer/expr_int.h"
#include "infer/special/special.h"

static TypeId platform_name(InferWorker *worker) {
  static const char *const names[] = {[PLATFORM_LINUX] = "linux",
                                      [PLATFORM_DARWIN] = "darwin",
                                      [PLATFORM_WIN32] = "win32"};
  PythonPlatform platform = worker->infer->options->platform;
  if (platform == PLATFORM_ALL) return world_known(&worker->world, KNOWN_str);
  return type_literal_str(name_intern(str_from(names[platform])));
}

/* os.name, which follows from the platform. */
static TypeId system_name(InferWorker *worker) {
  PythonPlatform platform = worker->infer->options->platform;
  if (platform == PLATFORM_ALL) return TYPE_NULL;
  return type_literal_str(name_intern(
      platform == PLATFORM_WIN32 ? STR("nt") : STR("posix")));
}

TypeId special_symbol(InferWorker *worker, const Module *module,
                      NameId name) {
  if (module->origin != ORIGIN_STDLIB) return TYPE_NULL;
  switch (name.v) {
    case NAME_TYPE_CHECKING:
      return module->id.v == worker->infer->typing.v ||
                     module->id.v == worker->infer->typing_extensions.v
                 ? TYPE(TRUE)
                 : TYPE_NULL;
    case NAME_platform:
      return name_is(module->name, NAME_sys) ? platform_name(worker)
                                             : TYPE_NULL;
    case NAME_name:
      return str_is(name_text(module->name), "os") ? system_name(worker)
                                                   : TYPE_NULL;
    default: return special_form_of_definition(worker, module, name);
  }
}
