#pragma once
#include <stdint.h>
#include <string.h>
#if defined(__SSE2__)
#include <emmintrin.h>
#endif

// Looking at many bytes at once, which Swift has no words for. Everything here reads up to sixteen bytes from where it
// stands, so texts need that much behind their end.

/// The first quote, backslash or control character from `at` on; the bytes on the way are gathered in `seen`, whose highest
/// bits tell whether any was beyond ASCII (a few bytes behind the end may have their say as well).
static inline const uint8_t *_Nonnull touchline_text_end(const uint8_t *_Nonnull at, uint64_t *_Nonnull seen) {
#if defined(__SSE2__)
    const __m128i quote = _mm_set1_epi8('"'), slash = _mm_set1_epi8('\\'), control = _mm_set1_epi8(0x1F);
    for (;; at += 16) {
        const __m128i bytes = _mm_loadu_si128((const __m128i *)at);
        const __m128i found = _mm_or_si128(_mm_or_si128(_mm_cmpeq_epi8(bytes, quote), _mm_cmpeq_epi8(bytes, slash)),
                                           _mm_cmpeq_epi8(_mm_min_epu8(bytes, control), bytes));
        const unsigned high = (unsigned)_mm_movemask_epi8(bytes), places = (unsigned)_mm_movemask_epi8(found);
        *seen |= high != 0 ? ~(uint64_t)0 : 0;
        if (places != 0) return at + __builtin_ctz(places);
    }
#else
    const uint64_t ones = 0x0101010101010101u, highs = 0x8080808080808080u;
    for (;; at += 8) {
        uint64_t word;
        memcpy(&word, at, 8);
#if defined(__BYTE_ORDER__) && __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__
        word = __builtin_bswap64(word);
#endif
        const uint64_t quote = word ^ 0x2222222222222222u, slash = word ^ 0x5C5C5C5C5C5C5C5Cu;
        const uint64_t found =
            (((quote - ones) & ~quote) | ((slash - ones) & ~slash) | ((word - 0x2020202020202020u) & ~word)) & highs;
        *seen |= word & highs;
        if (found != 0) return at + (__builtin_ctzll(found) >> 3);
    }
#endif
}
