/* suppress.h - suppression comments against diagnostics.
 *
 * Layer: infer.  Memory: the list's arena.  Threads: one list, one thread.
 */
#ifndef INFER_SUPPRESS_H
#define INFER_SUPPRESS_H

#include "core/diag.h"
#include "core/options.h"
#include "parse/parse.h"

/* Sorts the list of one file, removes what a comment of the file suppresses,
 * and adds unused-ignore-comment, unused-type-ignore-comment and
 * invalid-ignore-comment where they are due.  The list stays sorted. */
void suppress_apply(const ParseResult *parse, const FileOptions *options,
                    DiagList *list);

#endif
