/* dump.h - `--dump NAME`: what a phase made, as text for snapshot tests.
 *
 * Layer: driver.  Memory: scratch.  Threads: serial, after the phase.
 */
#ifndef DRIVER_DUMP_H
#define DRIVER_DUMP_H

#include "driver/run.h"

/* Prints the dump on stdout; with more than one file each is headed by
 * "== PATH".  False: stdout could not be written. */
bool dump_write(Run *run, Dump dump);

#endif
