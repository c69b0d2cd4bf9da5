// What Swift cannot call by itself, as its number of arguments varies.

#ifndef CPROCESS_H
#define CPROCESS_H

#include <sys/prctl.h>

// Has the system write no core file of this process, wherever it would (prctl(2)). Programs that it starts are as usual.
static inline int tp_forbid_core(void) { return prctl(PR_SET_DUMPABLE, 0, 0, 0, 0); }

#endif
