/* classinfo.h - the table of classes: a class is a name that needs nothing
 * evaluated.
 *
 * Layer: types.  Memory: run.  Threads: any, lock-free.
 *
 * A ClassId stands for one class statement (module, def), or for a class that a
 * call makes (module, node).  What is known of it (bases, MRO, members) is
 * asked of the World; this table holds identity only. The classes that the
 * analyser itself mentions have fixed ids. */
#ifndef TYPES_CLASSINFO_H
#define TYPES_CLASSINFO_H

#include "base/atomic.h"
#include "core/ids.h"
#include "core/names.h"

/* known_classes.def: KNOWN(ident, "module", "Name"): where typeshed defines
 * it. */
typedef enum {
  KNOWN_NONE_,
#define KNOWN(ident, module, name) KNOWN_##ident,
#include "types/known_classes.def"
#undef KNOWN
  KNOWN_CLASS_COUNT
} KnownClass;

#define CLASS_ID(ident) ((ClassId){KNOWN_##ident})

typedef struct {
  ModuleId module;
  DefId def;     /* of the class statement; 0 for a class made by a call */
  NodeId node;   /* ClassDef, or the Call that made it */
  ScopeId scope; /* the class body, 0 for a class made by a call */
  NameId name;
  bool defined; /* known classes: the typeshed in use has it */
  /* infer's own record of the class (its memo slots), made on first use. */
  AtomicPtr state;
} ClassInfo;

void class_table_init(void);
void class_table_destroy(void);
/* The class of that identity; makes it when new.  */
ClassId class_intern(ModuleId module, DefId def, NodeId node, ScopeId scope,
                     NameId name);
/* Gives a known class its place; serial, before any class_intern of the same
 * (module, node). */
void class_define_known(KnownClass known, ModuleId module, DefId def,
                        NodeId node, ScopeId scope, NameId name);
/* Stable address. */
ClassInfo *class_at(ClassId id);
const char *known_class_module(KnownClass known);
const char *known_class_name(KnownClass known);
static inline bool class_is(ClassId id, KnownClass known) {
  return id.v == known;
}

#endif
