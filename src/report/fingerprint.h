/* fingerprint.h - an identity of findings that survives edits above them.
 *
 * Layer: report.  Memory: the arena given.  Threads: serial.
 */
#ifndef REPORT_FINGERPRINT_H
#define REPORT_FINGERPRINT_H

#include "base/hmap.h"
#include "report/finding.h"

typedef struct {
  HMap64 seen;
} Fingerprints;

void fingerprints_init(Fingerprints *f, Arena *arena);
/* 32 hexadecimal digits and a zero byte: of rule, path, message and the source
 * line without its spaces; equal ones are told apart by their order.  To be
 * called once for each finding, in the order of the list. */
void fingerprint_next(Fingerprints *f, const Finding *finding, char out[33]);

#endif
