#pragma once
#include <stdbool.h>
#include <stddef.h>
#ifdef __cplusplus
extern "C" {
#endif

/// A compiled regular expression of RE2: linear in the text, without back-references.
typedef struct touchline_re2 touchline_re2;

/// Compiles UTF-8 `pattern`. Never null but for want of memory; ask touchline_re2_error.
touchline_re2 *touchline_re2_new(const char *pattern, size_t length);
void touchline_re2_free(touchline_re2 *regex);
/// Null where the pattern is sound, else the reason; lives as long as the regex.
const char *touchline_re2_error(const touchline_re2 *regex);
/// How many instructions the pattern was compiled to.
int touchline_re2_size(const touchline_re2 *regex);
/// True where the pattern matches anywhere in the text.
bool touchline_re2_matches(const touchline_re2 *regex, const char *text, size_t length);
/// Where the needle first stands in the text, -1 where it does not: memmem, linear in both, which Swift does not see.
long touchline_find(const void *text, size_t length, const void *needle, size_t needle_length);

#ifdef __cplusplus
}
#endif
