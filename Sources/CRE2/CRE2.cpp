#include "CRE2.h"
#include <cstring>
#include <re2/re2.h>

struct touchline_re2 {
    re2::RE2 regex;
    touchline_re2(re2::StringPiece pattern, const re2::RE2::Options &options) : regex(pattern, options) {}
};

touchline_re2 *touchline_re2_new(const char *pattern, size_t length) {
    re2::RE2::Options options;
    options.set_log_errors(false);
    options.set_max_mem(8 << 20);
    return new (std::nothrow) touchline_re2(re2::StringPiece(pattern, length), options);
}

void touchline_re2_free(touchline_re2 *regex) { delete regex; }

const char *touchline_re2_error(const touchline_re2 *regex) {
    return regex->regex.ok() ? nullptr : regex->regex.error().c_str();
}

int touchline_re2_size(const touchline_re2 *regex) { return regex->regex.ProgramSize(); }

bool touchline_re2_matches(const touchline_re2 *regex, const char *text, size_t length) {
    return re2::RE2::PartialMatch(re2::StringPiece(text, length), regex->regex);
}

long touchline_find(const void *text, size_t length, const void *needle, size_t needle_length) {
    const void *found = memmem(text, length, needle, needle_length);
    return found == nullptr ? -1 : static_cast<const char *>(found) - static_cast<const char *>(text);
}
