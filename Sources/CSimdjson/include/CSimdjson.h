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

/// Finds the elements of one list in a JSON text without parsing it.
typedef struct touchline_json_cutter touchline_json_cutter;

/// A key in UTF-8, without escapes.
typedef struct {
    const uint8_t *text;
    size_t length;
} touchline_json_key;

/// A part of a text, by its offsets.
typedef struct {
    uint32_t start;
    uint32_t end;
} touchline_json_place;

/// NULL where there is no memory.
touchline_json_cutter *touchline_json_cutter_new(void);
void touchline_json_cutter_free(touchline_json_cutter *cutter);
/// Reads over a text that has touchline_json_padding() zeros behind it. Not 0 where the text is JSON and `path` leads to a
/// list; 0 where it does not, and where only the parser can tell: numbers with an exponent, a key of the path that stands
/// twice or is written with escapes, much depth, very many elements.
int touchline_json_cut(touchline_json_cutter *cutter, const uint8_t *bytes, size_t length, const touchline_json_key *path,
                       size_t keys);
/// Each element from its first byte to the comma or bracket behind it, until the next cut.
const touchline_json_place *touchline_json_cut_places(const touchline_json_cutter *cutter);
size_t touchline_json_cut_count(const touchline_json_cutter *cutter);
/// The places of the list's brackets.
touchline_json_place touchline_json_cut_list(const touchline_json_cutter *cutter);

#ifdef __cplusplus
}
#endif
