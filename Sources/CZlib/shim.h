#pragma once
#include <zlib.h>

// zlib's macro with its casts, as a function that Swift can call: a gzip stream, and nothing else.
static inline int touchline_inflate_start(z_stream *stream) { return inflateInit2(stream, 16 + MAX_WBITS); }
