#include "CSimdjson.h"
#include <new>
#include <simdjson.h>

struct touchline_json_parser {
    simdjson::dom::parser parser;
    explicit touchline_json_parser(size_t capacity) : parser(capacity) {}
};

struct touchline_json_document {
    simdjson::dom::document document;
};

touchline_json_parser *touchline_json_parser_new(size_t max_capacity) {
    return new (std::nothrow) touchline_json_parser(max_capacity);
}

void touchline_json_parser_free(touchline_json_parser *parser) { delete parser; }

touchline_json_document *touchline_json_document_new(void) { return new (std::nothrow) touchline_json_document(); }

void touchline_json_document_free(touchline_json_document *document) { delete document; }

int touchline_json_parse(touchline_json_parser *parser, touchline_json_document *document, const uint8_t *bytes,
                         size_t length) {
    return static_cast<int>(parser->parser.parse_into_document(document->document, bytes, length, false).error());
}

const uint64_t *touchline_json_tape(const touchline_json_document *document) { return document->document.tape.get(); }

const uint8_t *touchline_json_strings(const touchline_json_document *document) {
    return document->document.string_buf.get();
}

size_t touchline_json_padding(void) { return simdjson::SIMDJSON_PADDING; }

int touchline_json_is_number_error(int code) {
    return code == static_cast<int>(simdjson::NUMBER_ERROR) || code == static_cast<int>(simdjson::NUMBER_OUT_OF_RANGE);
}

const char *touchline_json_error_message(int code) {
    return simdjson::error_message(static_cast<simdjson::error_code>(code));
}

int touchline_is_utf8(const uint8_t *bytes, size_t length) {
    return simdjson::validate_utf8(reinterpret_cast<const char *>(bytes), length);
}
