/* cmap.h - the concurrent, insert-only map from keys to u32 handles.
 *
 * Layer: base.  Memory: mapped tables that live until cmap_free.
 * Threads: see the table; the proof is at the head of cmap.c.
 *
 *   operation     who            promise
 *   cmap_find     any thread     wait-free; writes nothing, takes no lock; a
 *                                hit's handle was published by the release in
 *                                cmap_insert, so the record behind it can be
 *                                read; a miss means: was not there at some
 *                                moment during the call
 *   cmap_insert   any thread     lock-free; one handle wins for each key, and
 *                                every call for that key returns it, for ever
 *   init, free,   one thread,    not concurrent with anything
 *   each, count   nobody else
 */
#ifndef TAIPAN_BASE_CMAP_H
#define TAIPAN_BASE_CMAP_H

#include "base/atomic.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef struct CMapLevel CMapLevel;
typedef struct CMap {
  CMapLevel *first; /* chain to the newer, larger levels */
  const char *name;
} CMap;

/* True if the record of `handle` is the key.  Called only for handles whose
 * 32-bit tags agree; must be pure. */
typedef bool (*CMapEq)(uint32_t handle, const void *key, void *ctx);

/* An empty map for about `expect` keys.  A guess that is too low costs up to a
 * cache miss a look-up, one that is too high costs memory. */
void cmap_init(CMap *m, const char *name, uint64_t expect);
void cmap_free(CMap *m);

/* The handle of the key with this hash, or 0. */
uint32_t cmap_find(const CMap *m, uint64_t hash, CMapEq eq, const void *key,
                   void *ctx);

/* The handle of the key, which is `candidate` (not 0) if the key was not there
 * yet.  The record behind candidate must be complete before the call; if
 * another handle is returned, the record has been seen by nobody. */
uint32_t cmap_insert(CMap *m, uint64_t hash, CMapEq eq, const void *key,
                     void *ctx, uint32_t candidate);

/* Calls fn for each handle, in no particular order. */
void cmap_each(const CMap *m, void (*fn)(uint32_t handle, void *ctx),
               void *ctx);

typedef struct {
  uint64_t keys, slots, bytes;
  uint32_t levels;
} CMapStats;
CMapStats cmap_stats(const CMap *m);

#ifdef __cplusplus
}
#endif
#endif
