/*
 * Signs in with CIS2 over an HTTP client of one's own, here libcurl: the library says what to send and judges what came
 * back, and opens no socket.
 *
 *     cc -std=c11 sign_in_by_hand.c $(pkg-config --cflags --libs cis2 libcurl) -o sign_in_by_hand
 */
#include "common.h"
#include "show.h"

#include <curl/curl.h>

/* The limits of the built-in transport. */
#define MAX_BODY_BYTES (1024 * 1024)
#define MAX_HEADER_BYTES (64 * 1024)
#define CONNECT_TIMEOUT_MS 5000L
#define REQUEST_TIMEOUT_MS 15000L

/* What was received so far, up to a limit. */
typedef struct {
    char *data;
    size_t len;
    size_t max;
    int full;
} buffer;

static size_t receive(char *data, size_t size, size_t count, void *into)
{
    buffer *buffer = into;
    if (size * count > buffer->max - buffer->len) {
        /* Less than was offered: libcurl gives up with CURLE_WRITE_ERROR. */
        buffer->full = 1;
        return 0;
    }
    memcpy(buffer->data + buffer->len, data, size * count);
    buffer->len += size * count;
    return size * count;
}

static buffer buffer_of(size_t max)
{
    buffer buffer = {malloc(max), 0, max, 0};
    if (buffer.data == NULL) {
        fail("memory", "there is none");
    }
    return buffer;
}

static cis2_bytes bytes_of(const buffer *buffer)
{
    return (cis2_bytes){(const uint8_t *)buffer->data, buffer->len};
}

/* A body holds tokens, a header may hold a cookie. */
static void buffer_free(buffer *buffer)
{
    wipe(buffer->data, buffer->len);
    free(buffer->data);
}

/* libcurl's words in the library's. Whatever has no word of its own ended a connection that was there. */
static uint32_t failure_of(CURLcode code, const buffer *headers)
{
    switch (code) {
    case CURLE_COULDNT_RESOLVE_HOST:
        return CIS2_STATUS_DNS;
    case CURLE_COULDNT_CONNECT:
        return CIS2_STATUS_CONNECT;
    case CURLE_OPERATION_TIMEDOUT:
        return CIS2_STATUS_TRANSPORT_TIMEOUT;
    case CURLE_PEER_FAILED_VERIFICATION:
        return CIS2_STATUS_TLS_CERTIFICATE;
    case CURLE_SSL_CONNECT_ERROR:
        return CIS2_STATUS_TLS;
    case CURLE_COULDNT_RESOLVE_PROXY:
    case CURLE_PROXY:
        return CIS2_STATUS_PROXY;
    case CURLE_WRITE_ERROR:
        return headers->full ? CIS2_STATUS_HEADERS_TOO_LARGE : CIS2_STATUS_RESPONSE_TOO_LARGE;
    default:
        return CIS2_STATUS_CONNECTION_LOST;
    }
}

/* Only what failed before the connection stood was surely not sent. When in doubt, it may have been: then the library
 * does not use a code a second time. */
static uint32_t may_have_left(CURLcode code)
{
    switch (code) {
    case CURLE_COULDNT_RESOLVE_HOST:
    case CURLE_COULDNT_RESOLVE_PROXY:
    case CURLE_COULDNT_CONNECT:
    case CURLE_PEER_FAILED_VERIFICATION:
    case CURLE_SSL_CONNECT_ERROR:
        return 0;
    default:
        return 1;
    }
}

/* The header fields of the request, exactly these: libcurl's own idea of waiting for a `100 Continue` is taken out. */
static struct curl_slist *header_list(const cis2_flow *flow)
{
    struct curl_slist *list = curl_slist_append(NULL, "Expect:");
    for (size_t i = 0; i < cis2_flow_request_header_count(flow); i++) {
        char line[1024];
        int len = snprintf(line, sizeof line, "%s: %s", cis2_flow_request_header_name(flow, i).data,
                           cis2_flow_request_header_value(flow, i).data);
        struct curl_slist *longer = len < (int)sizeof line ? curl_slist_append(list, line) : NULL;
        if (longer == NULL) {
            fail("a header field", "too long, or no memory for it");
        }
        list = longer;
        wipe(line, sizeof line);
    }
    return list;
}

/* Sends the request that the flow holds, once, and supplies what came of it. */
static void exchange(cis2_flow *flow, CURL *curl)
{
    cis2_error *error;
    struct curl_slist *headers_sent = header_list(flow);
    struct curl_slist *connect_to = curl_slist_append(NULL, setting("CIS2_SIM_CONNECT_TO"));
    buffer headers = buffer_of(MAX_HEADER_BYTES);
    buffer body = buffer_of(MAX_BODY_BYTES);
    const cis2_bytes sent = cis2_flow_request_body(flow);

    curl_easy_reset(curl);
    curl_easy_setopt(curl, CURLOPT_URL, cis2_flow_request_url(flow).data);
    curl_easy_setopt(curl, CURLOPT_HTTPHEADER, headers_sent);
    if (sent.data != NULL) {
        /* A POST. libcurl reads the body where it lies: it is there until the answer is supplied. */
        curl_easy_setopt(curl, CURLOPT_POSTFIELDS, (const char *)sent.data);
        curl_easy_setopt(curl, CURLOPT_POSTFIELDSIZE_LARGE, (curl_off_t)sent.len);
    }
    /* A redirect is the library's to judge, and a connection that the server has closed meanwhile costs a sign-in. */
    curl_easy_setopt(curl, CURLOPT_FOLLOWLOCATION, 0L);
    curl_easy_setopt(curl, CURLOPT_FRESH_CONNECT, 1L);
    curl_easy_setopt(curl, CURLOPT_FORBID_REUSE, 1L);
    curl_easy_setopt(curl, CURLOPT_HTTP_VERSION, (long)CURL_HTTP_VERSION_1_1);
    curl_easy_setopt(curl, CURLOPT_CONNECTTIMEOUT_MS, CONNECT_TIMEOUT_MS);
    curl_easy_setopt(curl, CURLOPT_TIMEOUT_MS, REQUEST_TIMEOUT_MS);
    curl_easy_setopt(curl, CURLOPT_NOSIGNAL, 1L);
    curl_easy_setopt(curl, CURLOPT_HEADERFUNCTION, receive);
    curl_easy_setopt(curl, CURLOPT_HEADERDATA, &headers);
    curl_easy_setopt(curl, CURLOPT_WRITEFUNCTION, receive);
    curl_easy_setopt(curl, CURLOPT_WRITEDATA, &body);
    /* The simulator's CA and address; at a real CIS2 these three go. */
    curl_easy_setopt(curl, CURLOPT_CAINFO, setting("CIS2_SIM_CA_FILE"));
    curl_easy_setopt(curl, CURLOPT_CONNECT_TO, connect_to);
    curl_easy_setopt(curl, CURLOPT_PROXY, "");

    CURLcode code = curl_easy_perform(curl);
    cis2_status status;
    if (code == CURLE_OK) {
        long http_status = 0;
        const char *final_url = NULL;
        curl_easy_getinfo(curl, CURLINFO_RESPONSE_CODE, &http_status);
        curl_easy_getinfo(curl, CURLINFO_EFFECTIVE_URL, &final_url);
        status = cis2_flow_supply_response(flow, (uint16_t)http_status, text(final_url), bytes_of(&headers),
                                           bytes_of(&body), &error);
    } else {
        status = cis2_flow_supply_failure(flow, failure_of(code, &headers), may_have_left(code), &error);
    }
    buffer_free(&body);
    buffer_free(&headers);
    curl_slist_free_all(connect_to);
    curl_slist_free_all(headers_sent);
    check(status, &error);
}

/* In the place of cis2_flow_run: asks, sends and supplies until the outcome is there. */
static void step(cis2_flow *flow, CURL *curl)
{
    cis2_error *error;
    uint32_t next;

    for (;;) {
        check(cis2_flow_next(flow, &next, &error), &error);
        if (next == CIS2_STEP_DONE) {
            return;
        }
        if (next != CIS2_STEP_SEND) {
            fail("cis2_flow_next", "a step of a newer library");
        }
        printf("sends: %s %s\n", cis2_flow_request_method(flow).data, cis2_flow_request_url(flow).data);
        exchange(flow, curl);
    }
}

int main(void)
{
    cis2_error *error;
    cis2_flow *flow;
    cis2_authorization_request *request;
    cis2_sign_in *sign_in;
    CURL *curl = curl_easy_init();
    cis2_client *client = make_client(NULL);
    cis2_authorization_parameters *parameters = ask_for_role();

    if (curl == NULL) {
        fail("libcurl", "cannot be used");
    }
    show_assertion(client);
    check(cis2_client_begin_authorization(client, parameters, &flow, &error), &error);
    step(flow, curl);
    check(cis2_flow_take_authorization_request(flow, &request, &error), &error);
    cis2_flow_free(flow);

    char *callback = wait_for_callback(request);

    check(cis2_client_begin_sign_in(client, request, text(callback), &flow, &error), &error);
    step(flow, curl);
    check(cis2_flow_take_sign_in(flow, &sign_in, &error), &error);
    show_identity(sign_in);

    wipe(callback, strlen(callback));
    free(callback);
    cis2_sign_in_free(sign_in);
    cis2_flow_free(flow);
    cis2_authorization_request_free(request);
    cis2_authorization_parameters_free(parameters);
    cis2_client_free(client);
    curl_easy_cleanup(curl);
    return finish();
}
