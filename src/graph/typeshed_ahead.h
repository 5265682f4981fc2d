/* typeshed_ahead.h - the standard library's stubs as the build parsed them.
 *
 * Layer: graph.  Memory: the program's own read-only data.  Threads: any.
 */
#ifndef GRAPH_TYPESHED_AHEAD_H
#define GRAPH_TYPESHED_AHEAD_H

#include "graph/typeshed_archive.h"
#include "index/image.h"

/* The image of a file of the archive; empty when there is none. */
Str typeshed_ahead_image(TypeshedId file);
/* Most images are read once.  Lets those that have been read go from memory. */
void typeshed_ahead_drop(void);
/* The names that the images are written with. */
ImageTexts typeshed_ahead_texts(void);

#endif
