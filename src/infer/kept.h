/* kept.h - what a worker keeps of its final answers, beside the memo slots.
 *
 * Layer: infer, inside; comes with infer_int.h.  Memory: the worker's, of fixed
 * sizes but for attributes.  Threads: one worker each.
 *
 * An answer that used an unfinished query (World.provisional changed
 * meanwhile) is not kept.
 */
#ifndef INFER_KEPT_H
#define INFER_KEPT_H

#include "base/hmap.h"
#include "base/vec.h"
#include "parse/ast.h"
#include "types/world.h"

/* The result of an attribute look-up (member.c). */
typedef struct {
  TypeId type;           /* null: no such attribute */
  bool possibly_missing;
  bool is_dynamic;       /* answered by __getattr__ or an Unknown base */
  bool is_inferred;      /* stored: nobody declares it */
  uint32_t qualifiers;
} Attr;
enum { ATTR_CACHE_MAX = 1 << 16 };
/* Attributes that were looked up with final answers: (object, name) -> Attr. */
typedef struct {
  HMap64 map;
  VEC(Attr) items;
} AttrCache;

/* Results of binary operators on two types, direct mapped; inside calls that are
 * looked into less is known of what a method gives. */
typedef struct {
  TypeId left, right, result;
  uint8_t op, sites;
} BinaryEntry;
enum { BINARY_CACHE_SIZE = 4096 };
typedef struct {
  BinaryEntry entries[BINARY_CACHE_SIZE];
} BinaryCache;

/* Types of the string literals of modules, direct mapped by place. */
typedef struct {
  const AstValue *value;
  TypeId type;
} StringEntry;
enum { STRING_CACHE_SIZE = 1024 };
typedef struct {
  StringEntry entries[STRING_CACHE_SIZE];
} StringCache;

/* Types of small integer literals, by their value. */
enum { INTEGER_CACHE_SIZE = 256 };

/* Bounds of type variables, direct mapped. */
typedef struct {
  TypeId var;
  TypeVarBounds bounds;
} BoundsEntry;
enum { BOUNDS_CACHE_SIZE = 512 };
typedef struct {
  BoundsEntry entries[BOUNDS_CACHE_SIZE];
} BoundsCache;

/* What __init__ or __new__ of a class is when it is called, direct mapped. */
typedef struct {
  TypeId made, params; /* of the receiver */
  bool is_new;
  uint8_t state; /* MethodState (construct.c) */
  TypeId signature, refused;
} ConstructorEntry;
enum { CONSTRUCTOR_CACHE_SIZE = 1024 };
typedef struct {
  ConstructorEntry entries[CONSTRUCTOR_CACHE_SIZE];
} ConstructorCache;

/* Dunder methods of objects, direct mapped; a null type: none. */
typedef struct {
  TypeId object;
  NameId name;
  TypeId type;
} DunderEntry;
enum { DUNDER_CACHE_SIZE = 2048 };
typedef struct {
  DunderEntry entries[DUNDER_CACHE_SIZE];
} DunderCache;

/* Signatures of bound methods, direct mapped; null: it does not take the
 * receiver. */
typedef struct {
  TypeId method, signature;
} SignatureEntry;
enum { SIGNATURE_CACHE_SIZE = 2048 };
typedef struct {
  SignatureEntry entries[SIGNATURE_CACHE_SIZE];
} SignatureCache;

/* What defs without a return annotation give to single calls (call_site.c): a
 * tree whose edges lie in `next`. */
typedef struct {
  uint32_t asks; /* the parameter whose type decides where it goes on */
  TypeId answer; /* null: that parameter is asked for */
} SiteNode;
enum { SITE_NODES_MAX = 1 << 16 };
typedef struct {
  HMap64 next; /* (node, type) -> node */
  VEC(SiteNode) nodes;
} SiteCache;

/* Names of modules that import stars, direct mapped; a null type: no such name. */
typedef struct {
  ModuleId module;
  NameId name;
  TypeId type;
  bool possibly_unbound;
} SymbolEntry;
enum { SYMBOL_CACHE_SIZE = 2048 };
typedef struct {
  SymbolEntry entries[SYMBOL_CACHE_SIZE];
} SymbolCache;

#endif
