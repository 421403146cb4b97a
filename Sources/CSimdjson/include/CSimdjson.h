#pragma once
#include <stddef.h>
#include <stdint.h>
#ifdef __cplusplus
extern "C" {
#endif

/// A simdjson DOM parser; its tape and string buffer stay valid until the next parse or the end.
typedef struct touchline_json_parser touchline_json_parser;

touchline_json_parser *touchline_json_parser_new(size_t max_capacity);
void touchline_json_parser_free(touchline_json_parser *parser);
/// Parses `length` bytes; `bytes` must have touchline_json_padding() readable bytes behind them. 0, or simdjson's error code.
int touchline_json_parse(touchline_json_parser *parser, const uint8_t *bytes, size_t length);
const uint64_t *touchline_json_tape(const touchline_json_parser *parser);
const uint8_t *touchline_json_strings(const touchline_json_parser *parser);
size_t touchline_json_padding(void);
const char *touchline_json_error_message(int code);

#ifdef __cplusplus
}
#endif
