#include "CSimdjson.h"
#include <simdjson.h>

struct touchline_json_parser {
    simdjson::dom::parser parser;
    explicit touchline_json_parser(size_t capacity) : parser(capacity) {}
};

touchline_json_parser *touchline_json_parser_new(size_t max_capacity) {
    return new (std::nothrow) touchline_json_parser(max_capacity);
}

void touchline_json_parser_free(touchline_json_parser *parser) { delete parser; }

int touchline_json_parse(touchline_json_parser *parser, const uint8_t *bytes, size_t length) {
    return static_cast<int>(parser->parser.parse(bytes, length, false).error());
}

const uint64_t *touchline_json_tape(const touchline_json_parser *parser) { return parser->parser.doc.tape.get(); }

const uint8_t *touchline_json_strings(const touchline_json_parser *parser) {
    return parser->parser.doc.string_buf.get();
}

size_t touchline_json_padding(void) { return simdjson::SIMDJSON_PADDING; }

const char *touchline_json_error_message(int code) {
    return simdjson::error_message(static_cast<simdjson::error_code>(code));
}
