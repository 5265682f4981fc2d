/* modules_int.h - what modules.c, resolve.c and search.c share.
 *
 * Layer: graph, private.
 */
#ifndef GRAPH_MODULES_INT_H
#define GRAPH_MODULES_INT_H

#include "base/cmap.h"
#include "base/hmap.h"
#include "base/vec.h"
#include "graph/dirs.h"
#include "graph/modules.h"
#include "graph/typeshed.h"

/* Indices into Modules.roots that are always there. */
enum { ROOT_STDLIB, ROOT_STUBS, ROOT_FIRST_FREE };

/* A directory in which top-level modules are looked for. */
typedef struct {
  Str path;
  Dir *dir;
  uint8_t origin; /* ModuleOrigin */
} SearchRoot;

typedef struct {
  uint32_t begin, end; /* in Modules.roots */
} RootRange;

/* A root that has a top-level name; a chain in the roots' order. */
typedef struct {
  uint32_t root;
  uint32_t next; /* index + 1 in Modules.links, 0 = the last */
} RootLink;

/* A module's record and what grows around it. */
typedef struct {
  Module module;
  Str key;          /* path, or "ns:<root>:<name>" of a namespace package */
  uint32_t root;    /* index in Modules.roots; namespace: its context */
  uint32_t archive; /* TypeshedId of a file of the packed typeshed, or 0 */
  bool in_stub_package;
  AtomicPtr dir;   /* Dir *: the directory that holds the file */
  AtomicPtr code;  /* ModuleCode * */
  AtomicPtr state; /* infer's */
} ModuleSlot;

/* What a thread keeps for one Modules. */
typedef struct Worker {
  struct Worker *next;
  const void *thread; /* address of a thread-local of its thread */
  Parser *parser;
  Arena *keep;    /* directories, paths: as long as the table */
  Arena *scratch; /* reset at each call from outside */
  Arena *code;    /* what parse and index made of the files it has loaded */
  Arena *loading; /* code, or what tables share, while a module is loaded; a
                   * fault leaves it set */
  ArenaMark mark; /* of `loading`, before the module */
  HMap64 memo;    /* (context root, name) -> ModuleId + 1 */
  uint32_t spare; /* an id whose slot nobody has seen */
} Worker;

#ifdef TAIPAN_STRESS
#define SLOT_CHUNK 2u
#else
#define SLOT_CHUNK 256u
#endif
#define SLOT_CHUNKS 22

struct Modules {
  const Options *options;
  Fs *fs;
  Arena *run;
  uint32_t life; /* number of this table in the process: checks the worker */
  Typeshed typeshed;
  VEC(SearchRoot) roots; /* grows only while checked modules are added */
  HMap64 root_by_path;   /* hash of the path -> index + 1 */
  RootRange extra, first_party, site;
  HMap32 links_by_name; /* top-level NameId -> index + 1 in links; frozen */
  VEC(RootLink) links;  /* of the first-party roots */
  uint32_t checked; /* ids 1..checked */
  AtomicU32 count;  /* ids given out */
  AtomicU32 read_ahead; /* images that were read */
  CMap by_key;
  AtomicPtr workers;             /* Worker *, a stack */
  AtomicPtr chunks[SLOT_CHUNKS]; /* chunk k: SLOT_CHUNK << k slots */
};

/* ---- modules.c ---------------------------------------------------------- */

/* The calling thread's Worker. */
Worker *modules_worker(Modules *m);
ModuleSlot *modules_slot(const Modules *m, ModuleId id);
/* The module of a file, made when it is new. */
ModuleId modules_of_file(Modules *m, Worker *w, Dir *dir, DirEntry *entry);
/* The namespace package `dotted` as seen from the root `context`. */
ModuleId modules_of_namespace(Modules *m, Worker *w, uint32_t context,
                              Str dotted);

/* ---- search.c ----------------------------------------------------------- */

/* Sets the roots up from the options. */
void search_open(Modules *m, Worker *w);
/* Adds a root unless its path is one already; returns its index. */
uint32_t search_add_root(Modules *m, Str path, ModuleOrigin origin, Worker *w);

/* The first link of the first-party roots that hold anything of that top-level
 * name, as an index + 1 in m->links; 0 = none does. */
uint32_t search_first_link(const Modules *m, Str top);

/* What a path says about its module. */
typedef struct {
  uint32_t root; /* UINT32_MAX: below none */
  Str dotted;    /* in the arena that was given */
  bool is_stub, is_package, is_native, in_stub_package;
} PathIdentity;

/* Root and dotted name of the file `path` by the deepest root above it. */
PathIdentity search_identify(const Modules *m, Str path, Arena *arena);
/* Dotted name of the package that is the directory; "" for a root. */
Str search_dotted(const Modules *m, const Dir *dir, Arena *arena);
/* The directory that holds the module's file; NULL for a namespace package
 * that its context's own root does not have, and for a file that vanished. */
Dir *search_dir(Modules *m, Worker *w, ModuleSlot *slot);
/* True for a search root and for a distribution in typeshed's stubs/. */
bool search_is_top(const Modules *m, const Dir *dir);

/* ---- resolve.c ---------------------------------------------------------- */

typedef enum {
  WALK_NONE,      /* not here */
  WALK_CLAIMED,   /* not here, and a package here says: nowhere else */
  WALK_NAMESPACE, /* a directory without __init__ */
  WALK_FOUND
} WalkKind;

typedef struct {
  WalkKind kind;
  bool typed;      /* some directory on the way has py.typed */
  Dir *dir;        /* of the file; NAMESPACE: the directory itself */
  DirEntry *entry; /* the file */
} Walk;

/* Looks for `dotted` below dir.  stubs: its first component is found under
 * the name with "-stubs" behind it. */
Walk resolve_walk(Modules *m, Worker *w, Dir *dir, Str dotted, bool stubs);

#endif
