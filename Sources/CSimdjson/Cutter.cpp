#include "CSimdjson.h"
#include <cstring>
#include <memory>
#include <new>
#include <simdjson.h>
#include <vector>

// Stage one of simdjson finds where every token begins, checks UTF-8, and that texts are closed and hold no control
// characters. The walk over these places checks the rest of the grammar. Whatever is beyond it is given up.

struct touchline_json_cutter {
    std::unique_ptr<simdjson::internal::dom_parser_implementation> stages;
    std::vector<touchline_json_place> places;
    touchline_json_place list = {0, 0};
};

namespace {

constexpr size_t deepest = 64;
constexpr size_t most_elements = 1 << 20;

class Walk {
  public:
    Walk(touchline_json_cutter &cutter, const uint8_t *bytes, size_t length, const touchline_json_key *path, size_t keys)
        : cutter(cutter), bytes(bytes), end(bytes + length), next(cutter.stages->structural_indexes.get()),
          last(next + cutter.stages->n_structural_indexes), path(path), keys(keys) {
        slash = find_slash(bytes);
    }

    /// True where the text is JSON and the list was found, once.
    bool run() {
        bool wants_list = keys == 0, wants_object = keys > 0;
        while (true) {
            // A value.
            if (next >= last) return false;
            const uint32_t place = *next++;
            const uint8_t first = bytes[place];
            if (wants_list && first != '[') return false;
            if (wants_object && first != '{') return false;
            if (first == '{' || first == '[') {
                if (depth == deepest) return false;
                is_object[depth++] = first == '{';
                if (wants_list) {
                    list_depth = depth;
                    cutter.list.start = place;
                }
                if (wants_object) chain = depth;
                wants_list = wants_object = false;
                const uint8_t closing = first == '{' ? '}' : ']';
                if (next < last && bytes[*next] == closing) {
                    // Closed at once.
                } else if (first == '{') {
                    if (!key(wants_list, wants_object)) return false;
                    continue;
                } else {
                    if (depth == list_depth && !begin_element()) return false;
                    continue;
                }
            } else if (!scalar(place, first)) {
                return false;
            }
            // Behind a value.
            while (true) {
                if (depth == 0) return next == last && cutter.list.end != 0;
                if (next >= last) return false;
                const uint32_t at = *next++;
                const uint8_t mark = bytes[at];
                if (mark == ',') {
                    if (is_object[depth - 1]) {
                        if (!key(wants_list, wants_object)) return false;
                    } else if (depth == list_depth) {
                        cutter.places.back().end = at;
                        if (!begin_element()) return false;
                    }
                    break;
                }
                if (mark != (is_object[depth - 1] ? '}' : ']')) return false;
                if (depth == list_depth) {
                    if (!cutter.places.empty()) cutter.places.back().end = at;
                    cutter.list.end = at;
                    list_depth = 0;
                }
                if (depth == chain) chain--;
                depth--;
            }
        }
    }

  private:
    touchline_json_cutter &cutter;
    const uint8_t *bytes, *end;
    const uint32_t *next, *last;
    const touchline_json_key *path;
    const size_t keys;
    /// The next backslash, or the end.
    const uint8_t *slash;
    size_t depth = 0, list_depth = 0;
    /// The depth of the innermost open object that the path leads through.
    size_t chain = 0;
    /// How many keys of the path were found.
    size_t found = 0;
    bool is_object[deepest];

    const uint8_t *find_slash(const uint8_t *from) const {
        const void *place = from < end ? memchr(from, '\\', (size_t)(end - from)) : nullptr;
        return place ? static_cast<const uint8_t *>(place) : end;
    }

    bool begin_element() {
        if (next >= last || cutter.places.size() == most_elements) return false;
        cutter.places.push_back({*next, 0});
        return true;
    }

    /// A key and its colon. Where it is of the path, says what its value must be.
    bool key(bool &wants_list, bool &wants_object) {
        if (last - next < 2 || bytes[next[0]] != '"' || bytes[next[1]] != ':') return false;
        const uint8_t *start = bytes + next[0] + 1;
        const uint32_t colon = next[1];
        const bool has_escape = slash < bytes + colon;
        next += 2;
        if (has_escape && !text(start)) return false;
        if (depth != chain) return true;
        // Another way to write a key of the path is left to the parser.
        if (has_escape) return false;
        if (!is_key(start, path[chain - 1])) return true;
        // A key that stands twice is, too.
        if (found >= chain) return false;
        found = chain;
        wants_list = found == keys;
        wants_object = !wants_list;
        return true;
    }

    bool is_key(const uint8_t *start, const touchline_json_key &key) const {
        return (size_t)(end - start) > key.length && start[key.length] == '"' && memcmp(start, key.text, key.length) == 0;
    }

    bool scalar(uint32_t place, uint8_t first) {
        const uint8_t *at = bytes + place;
        switch (first) {
        case '"': {
            const uint8_t *behind = next < last ? bytes + *next : end;
            return slash >= behind || text(at + 1);
        }
        case 't': return memcmp(at, "true", 4) == 0 && ends(at + 4);
        case 'f': return memcmp(at, "false", 5) == 0 && ends(at + 5);
        case 'n': return memcmp(at, "null", 4) == 0 && ends(at + 4);
        default: return number(at);
        }
    }

    /// A number of some digits without an exponent: whether another one fits is for the parser to say.
    bool number(const uint8_t *at) const {
        const uint8_t *start = at;
        if (*at == '-') at++;
        if (!is_digit(*at)) return false;
        if (*at == '0') at++;
        else while (is_digit(*at)) at++;
        if (*at == '.') {
            at++;
            if (!is_digit(*at)) return false;
            while (is_digit(*at)) at++;
        }
        return at - start < 300 && ends(at);
    }

    static bool is_digit(uint8_t byte) { return (uint8_t)(byte - '0') < 10; }

    bool ends(const uint8_t *at) const {
        if (at >= end) return at == end;
        switch (*at) {
        case ' ': case '\t': case '\n': case '\r': case ',': case ':': case '[': case ']': case '{': case '}': return true;
        default: return false;
        }
    }

    /// Checks the escapes of the text at `start`, which begins before the next backslash.
    bool text(const uint8_t *start) {
        const uint8_t *at = slash;
        if (at < start) return false;
        while (at < end && *at != '"') {
            if (*at != '\\') {
                at++;
                continue;
            }
            switch (at[1]) {
            case '"': case '\\': case '/': case 'b': case 'f': case 'n': case 'r': case 't': at += 2; break;
            case 'u': {
                const int unit = hexadecimal(at + 2);
                if (unit < 0) return false;
                at += 6;
                if ((unit & 0xFC00) == 0xDC00) return false;
                if ((unit & 0xFC00) == 0xD800) {
                    if (at[0] != '\\' || at[1] != 'u' || (hexadecimal(at + 2) & ~0x3FF) != 0xDC00) return false;
                    at += 6;
                }
                break;
            }
            default: return false;
            }
        }
        slash = find_slash(at);
        return true;
    }

    /// The number that four digits write, or -1.
    static int hexadecimal(const uint8_t *digits) {
        int number = 0;
        for (int index = 0; index < 4; index++) {
            const uint8_t digit = digits[index], letter = digit | 0x20;
            if (is_digit(digit)) number = number << 4 | (digit - '0');
            else if (letter >= 'a' && letter <= 'f') number = number << 4 | (letter - 'a' + 10);
            else return -1;
        }
        return number;
    }
};

} // namespace

touchline_json_cutter *touchline_json_cutter_new(void) { return new (std::nothrow) touchline_json_cutter(); }

void touchline_json_cutter_free(touchline_json_cutter *cutter) { delete cutter; }

int touchline_json_cut(touchline_json_cutter *cutter, const uint8_t *bytes, size_t length, const touchline_json_key *path,
                       size_t keys) {
    cutter->places.clear();
    cutter->list = {0, 0};
    if (keys > deepest || length > UINT32_MAX - 64) return 0;
    if (!cutter->stages || cutter->stages->capacity() < length) {
        cutter->stages.reset();
        if (simdjson::get_active_implementation()->create_dom_parser_implementation(length, deepest, cutter->stages) !=
            simdjson::SUCCESS) {
            cutter->stages.reset();
            return 0;
        }
    }
    if (cutter->stages->stage1(bytes, length, simdjson::stage1_mode::regular) != simdjson::SUCCESS) return 0;
    return Walk(*cutter, bytes, length, path, keys).run();
}

const touchline_json_place *touchline_json_cut_places(const touchline_json_cutter *cutter) { return cutter->places.data(); }
size_t touchline_json_cut_count(const touchline_json_cutter *cutter) { return cutter->places.size(); }
touchline_json_place touchline_json_cut_list(const touchline_json_cutter *cutter) { return cutter->list; }
