/* cst_memory.h - where tree-sitter's memory comes from.
 *
 * Layer: parse.  Memory: an arena.  Threads: one owner; what it gives out is
 * the thread's that called cst_memory_enter.
 */
#ifndef PARSE_CST_MEMORY_H
#define PARSE_CST_MEMORY_H

typedef struct CstMemory CstMemory;

CstMemory *cst_memory_create(void);
void cst_memory_destroy(CstMemory *memory);

/* From now on all that tree-sitter allocates in this thread lies in `memory`,
 * until cst_memory_leave, which forgets it all at once: nothing made meanwhile
 * may be used, or freed, behind it.  Enter also forgets what a fault left. */
void cst_memory_enter(CstMemory *memory);
void cst_memory_leave(CstMemory *memory);

#endif
