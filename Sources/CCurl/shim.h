#pragma once
#include <curl/curl.h>

// libcurl's variadic calls, one inline function per type of argument: Swift cannot call the variadic ones.

typedef size_t (*touchline_curl_receiver)(char *bytes, size_t size, size_t count, void *context);

static inline CURLcode touchline_set_long(CURL *handle, CURLoption option, long value) {
    return curl_easy_setopt(handle, option, value);
}

static inline CURLcode touchline_set_text(CURL *handle, CURLoption option, const char *value) {
    return curl_easy_setopt(handle, option, value);
}

static inline CURLcode touchline_set_pointer(CURL *handle, CURLoption option, void *value) {
    return curl_easy_setopt(handle, option, value);
}

static inline CURLcode touchline_set_list(CURL *handle, struct curl_slist *value) {
    return curl_easy_setopt(handle, CURLOPT_HTTPHEADER, value);
}

static inline CURLcode touchline_set_receiver(CURL *handle, CURLoption option, touchline_curl_receiver receiver) {
    return curl_easy_setopt(handle, option, receiver);
}

// libcurl copies the bytes.
static inline CURLcode touchline_set_blob(CURL *handle, CURLoption option, const void *bytes, size_t count) {
    struct curl_blob blob = {(void *)bytes, count, CURL_BLOB_COPY};
    return curl_easy_setopt(handle, option, &blob);
}

// Bytes of a POST, copied.
static inline CURLcode touchline_set_post(CURL *handle, const char *bytes, size_t count) {
    CURLcode code = curl_easy_setopt(handle, CURLOPT_POSTFIELDSIZE_LARGE, (curl_off_t)count);
    return code != CURLE_OK ? code : curl_easy_setopt(handle, CURLOPT_COPYPOSTFIELDS, bytes);
}

typedef curl_socket_t (*touchline_curl_opener)(void *context, curlsocktype purpose, struct curl_sockaddr *address);
typedef int (*touchline_curl_gate)(
    void *context, char *remote_address, char *local_address, int remote_port, int local_port);

static inline CURLcode touchline_set_opener(CURL *handle, touchline_curl_opener opener, void *context) {
    CURLcode code = curl_easy_setopt(handle, CURLOPT_OPENSOCKETDATA, context);
    return code != CURLE_OK ? code : curl_easy_setopt(handle, CURLOPT_OPENSOCKETFUNCTION, opener);
}

// Asked before each request, on a connection that was open already too.
static inline CURLcode touchline_set_gate(CURL *handle, touchline_curl_gate gate, void *context) {
    CURLcode code = curl_easy_setopt(handle, CURLOPT_PREREQDATA, context);
    return code != CURLE_OK ? code : curl_easy_setopt(handle, CURLOPT_PREREQFUNCTION, gate);
}

// The address itself, of which `curl_sockaddr` declares only the beginning; `addrlen` bytes.
static inline const unsigned char *touchline_address_bytes(const struct curl_sockaddr *address) {
    return (const unsigned char *)&address->addr;
}

static inline CURLcode touchline_get_long(CURL *handle, CURLINFO info, long *value) {
    return curl_easy_getinfo(handle, info, value);
}

static inline CURLcode touchline_get_offset(CURL *handle, CURLINFO info, curl_off_t *value) {
    return curl_easy_getinfo(handle, info, value);
}

static inline CURLMcode touchline_multi_set_long(CURLM *multi, CURLMoption option, long value) {
    return curl_multi_setopt(multi, option, value);
}

static inline CURLcode touchline_message_result(const CURLMsg *message) { return message->data.result; }
