/* display_int.h - what the files of display share.
 *
 * Layer: types, private to the folder.  Memory: world->scratch.  Threads: one
 * World a worker.
 */
#ifndef TYPES_DISPLAY_INT_H
#define TYPES_DISPLAY_INT_H

#include "base/hmap.h"
#include "types/display.h"

/* Names that two classes or aliases of one text bear. */
typedef struct {
  HMap32 first;  /* NameId -> identity that bears it first */
  HMap32 shared; /* NameId -> 1: by module; 2: by place too */
  HMap32 seen;   /* types walked through */
} Names;

typedef struct {
  World *world;
  StrBuf *out;
  uint32_t flags;
  uint32_t depth, functions; /* nesting */
  Names *names;
  TypeId stack[8];     /* FUNCTIONs being shown */
  const TypeId *bound; /* type variables that the signature around binds */
  uint32_t bound_n;
} Display;

void display_any(Display *d, TypeId type);
/* In parentheses where a member of a union would be misread. */
void display_member(Display *d, TypeId type);
/* (x: int) -> str, [T](x: T) -> T, Overload[...]; `name` in front: def f. */
void display_signature(Display *d, TypeId signature, NameId name);
void display_param_list(Display *d, SignatureView view);

/* Finds the names that must be qualified in the text of `type`. */
void display_collect(World *world, Names *names, TypeId type, uint32_t depth);
void display_class_name(Display *d, ClassId class_id);
/* The name of an alias or NewType. */
void display_declared_name(Display *d, TypeId type);
/* What stands between the brackets of Literal[...]. */
void display_literal(Display *d, TypeId literal);

#endif
