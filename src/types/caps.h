/* caps.h - the limits of caps.def as constants.
 *
 * Layer: types.  Memory: none.  Threads: constants.
 */
#ifndef TYPES_CAPS_H
#define TYPES_CAPS_H

enum {
#define CAP(NAME, value, what) CAP_##NAME = value,
#include "types/caps.def"
#undef CAP
};

#endif
