// zlib, with the two of its macros that Swift needs as functions.

#ifndef CZLIB_SHIM_H
#define CZLIB_SHIM_H

#include <zlib.h>

// The number of window bits tells the format: 15 and 16 is gzip, -15 bare deflate data (zlib.h, deflateInit2).
static inline int tz_deflate_begin(z_streamp stream, int level, int window_bits) {
    return deflateInit2(stream, level, Z_DEFLATED, window_bits, 8, Z_DEFAULT_STRATEGY);
}

static inline int tz_inflate_begin(z_streamp stream, int window_bits) { return inflateInit2(stream, window_bits); }

#endif
