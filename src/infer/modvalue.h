/* modvalue.h - modules as values (modvalue.c).
 *
 * Layer: infer, inside; comes with infer_int.h.  Memory: none of its own.
 * Threads: one worker.
 */
#ifndef INFER_MODVALUE_H
#define INFER_MODVALUE_H

#include "infer/infer_int.h"

/* Attribute `name` of a module: its symbol, a star import, a submodule, `__getattr__`; null if none. Fills
 * *possibly_unbound. */
TypeId module_attribute(InferWorker *worker, ModuleId module, NameId name,
                        bool *possibly_unbound);
/* Whether others may import the symbol: not what a stub imports for itself. */
bool module_shows(const ModuleState *m, PlaceId place);
/* An attribute that the import system gives every module (`__doc__`); null: none. */
TypeId module_implicit_attribute(InferWorker *worker, ModuleState *m,
                                 NameId name);
/* Type that an import statement's alias binds. Null: unresolved. *maybe: the name may be unbound in its
 * module. */
TypeId import_value(Ctx *ctx, NodeId alias, bool *unresolved, bool *maybe);

/* False when package.name is a submodule that neither `m` nor the package imports:
 * the attribute is there only if some other module has loaded it. */
bool module_submodule_loaded(InferWorker *worker, ModuleState *m,
                             ModuleId package, NameId name);
/* Whether `m` has `import package.name`, or `from package.name import ...`. */
bool module_imports_submodule(InferWorker *worker, ModuleState *m,
                              ModuleId package, NameId name);
/* A package's own submodule that its statements load and thereby bind:
 * `from .name import x`; null: none. */
TypeId module_own_submodule(InferWorker *worker, ModuleState *m, NameId name);
/* Symbol of a module scope as seen from outside at the end of the module. */
TypeId module_symbol(InferWorker *worker, ModuleState *module, NameId name,
                     bool *possibly_unbound);
/* Whether `from m import *` brings the name. */
bool module_exports_star(InferWorker *worker, ModuleState *module, NameId name);
/* The module that an ImportFrom node names; 0: unresolved. */
ModuleId import_from_module(InferWorker *worker, ModuleState *module, NodeId node);

#endif
