#pragma once
#include <stddef.h>
#include <stdint.h>
#ifdef __cplusplus
extern "C" {
#endif

/// A simdjson DOM parser: its working memory, used again from parse to parse.
typedef struct touchline_json_parser touchline_json_parser;

/// What a parse leaves behind: a tape and a string buffer. They stay valid until the next parse into it or its end, and
/// outlive the parser.
typedef struct touchline_json_document touchline_json_document;

/// NULL where there is no memory.
touchline_json_parser *touchline_json_parser_new(size_t max_capacity);
void touchline_json_parser_free(touchline_json_parser *parser);
touchline_json_document *touchline_json_document_new(void);
void touchline_json_document_free(touchline_json_document *document);
/// Parses `length` bytes; `bytes` must have touchline_json_padding() readable bytes behind them. 0, or simdjson's error
/// code.
int touchline_json_parse(touchline_json_parser *parser, touchline_json_document *document, const uint8_t *bytes,
                         size_t length);
const uint64_t *touchline_json_tape(const touchline_json_document *document);
const uint8_t *touchline_json_strings(const touchline_json_document *document);
size_t touchline_json_padding(void);
/// True for the code of a number that does not fit: an integer beyond 64 bits, or a double out of range.
int touchline_json_is_number_error(int code);
const char *touchline_json_error_message(int code);
/// Not 0 where the bytes are valid UTF-8.
int touchline_is_utf8(const uint8_t *bytes, size_t length);

#ifdef __cplusplus
}
#endif
