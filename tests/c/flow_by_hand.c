/* Flows stepped by hand over a provider in memory: no network, no thread. */
#include "support.h"

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define JSON "Content-Type: application/json\r\n"
#define HTML "Content-Type: text/html\r\n"

static cis2_flow *discovering(void)
{
    cis2_client *client = test_client();
    cis2_flow *flow = NULL;
    OK(cis2_client_begin_authorization(client, NULL, &flow, &why));
    /* The flow keeps what it needs. */
    cis2_client_free(client);
    expect_send(flow, "cis2.localhost/openam/oauth2/realms/root/realms/NHSIdentity/realms/Healthcare"
                      "/.well-known/openid-configuration");
    return flow;
}

static cis2_flow *exchange(void)
{
    cis2_client *client = test_client();
    cis2_flow *flow = exchanging(client);
    cis2_client_free(client);
    return flow;
}

/* The parameter of the request's body, which is secret. */
static char *sent(const cis2_flow *flow, const char *name)
{
    const cis2_bytes body = cis2_flow_request_body(flow);
    return body.data == NULL ? NULL : parameter_of((const char *)body.data, body.len, name);
}

/* The same document with one text in the place of another, to be freed. */
static char *replaced(const char *document, const char *from, const char *to)
{
    const char *at = strstr(document, from);
    char *result = malloc(strlen(document) + strlen(to) + 1);
    if (at == NULL || result == NULL) {
        tap_give_up(from, "is not in the document");
    }
    sprintf(result, "%.*s%s%s", (int)(at - document), document, to, at + strlen(from));
    return result;
}

static void good_discovery(void)
{
    cis2_flow *flow = discovering();
    cis2_authorization_request *request = NULL;
    uint32_t step = 0;

    SAME_TEXT("GET", cis2_flow_request_method(flow));
    EXPECT(cis2_flow_request_body(flow).data == NULL);
    SAME_NUMBER(1, cis2_flow_request_header_count(flow));
    SAME_TEXT("Accept", cis2_flow_request_header_name(flow, 0));
    SAME_TEXT("application/json", cis2_flow_request_header_value(flow, 0));
    EXPECT(cis2_flow_request_header_name(flow, 1).data == NULL && cis2_flow_request_header_value(flow, 9).data == NULL);
    OK(answer(flow, 200, "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\n" JSON "\r\n", discovery_document));
    OK(cis2_flow_next(flow, &step, &why));
    SAME_NUMBER(CIS2_STEP_DONE, step);
    EXPECT(cis2_flow_request_url(flow).data == NULL && cis2_flow_request_method(flow).data == NULL);
    OK(cis2_flow_take_authorization_request(flow, &request, &why));
    const cis2_str url = cis2_authorization_request_url(request), sealed = cis2_authorization_request_sealed(request);
    EXPECT(strstr(url.data, "https://cis2.localhost:8443/openam/oauth2/realms/root/authorize?") == url.data);
    EXPECT(strstr(url.data, "&code_challenge_method=S256") != NULL && strstr(url.data, "response_type=code") != NULL);
    EXPECT(sealed.len > 100 && sealed.len <= 2048 && strncmp(sealed.data, "1.", 2) == 0);
    EXPECT(url.data[url.len] == '\0' && sealed.data[sealed.len] == '\0');
    cis2_authorization_request_free(request);
    cis2_flow_free(flow);
}

typedef struct {
    const char *name;
    cis2_status expected;
    uint16_t http_status;
    const char *headers;
    const char *body; /* NULL: the good document. */
    const char *from; /* If there is one, it is replaced in the good document. */
    const char *to;
} answer_row;

#define DEEP "[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[["
#define NO_PORT "https://cis2.localhost/openam/oauth2/realms/root/realms/NHSIdentity/realms/Healthcare"

static const answer_row BAD_DISCOVERY[] = {
    {"html", CIS2_STATUS_RESPONSE_NOT_JSON, 200, HTML, "<html>", 0, 0},
    {"nothing", CIS2_STATUS_RESPONSE_NOT_JSON, 200, "", "", 0, 0},
    {"array", CIS2_STATUS_RESPONSE_MALFORMED, 200, JSON, "[]", 0, 0},
    {"deep", CIS2_STATUS_RESPONSE_TOO_DEEP, 200, JSON, "{\"a\":" DEEP, 0, 0},
    {"not found", CIS2_STATUS_HTTP_STATUS, 404, HTML, "<html>", 0, 0},
    {"out of order", CIS2_STATUS_HTTP_STATUS, 503, HTML, "<html>", 0, 0},
    {"no content", CIS2_STATUS_HTTP_STATUS, 204, "", "", 0, 0},
    {"compressed", CIS2_STATUS_RESPONSE_ENCODED, 200, JSON "Content-Encoding: gzip\r\n", NULL, 0, 0},
    {"compressed, other case", CIS2_STATUS_RESPONSE_ENCODED, 200, "content-encoding: br\r\n", NULL, 0, 0},
    {"no colon", CIS2_STATUS_HEADERS_MALFORMED, 200, "Content-Type application/json\r\n", NULL, 0, 0},
    {"folded header", CIS2_STATUS_HEADERS_MALFORMED, 200, "A: b\r\n c: d\r\n", NULL, 0, 0},
    {"no name", CIS2_STATUS_HEADERS_MALFORMED, 200, ": x\r\n", NULL, 0, 0},
    {"issuer without port", CIS2_STATUS_DISCOVERY_ISSUER_MISMATCH, 200, JSON, NULL,
     "\"issuer\":\"https://cis2.localhost:443", "\"issuer\":\"https://cis2.localhost"},
    {"token endpoint without port", CIS2_STATUS_DISCOVERY_TOKEN_ENDPOINT_MISMATCH, 200, JSON, NULL,
     SIMULATOR_TOKEN_ENDPOINT, NO_PORT "/access_token"},
    {"foreign host", CIS2_STATUS_DISCOVERY_HOST_FOREIGN, 200, JSON, NULL, "https://cis2.localhost:8443",
     "https://cis2.localhost.evil.example"},
    {"no tls", CIS2_STATUS_DISCOVERY_NOT_HTTPS, 200, JSON, NULL, "https://cis2.localhost:8443",
     "http://cis2.localhost:8443"},
    {"no keys", CIS2_STATUS_DISCOVERY_INVALID, 200, JSON, NULL, "jwks_uri", "jwks"},
    {"issuer twice", CIS2_STATUS_RESPONSE_MEMBER_REPEATED, 200, JSON, NULL, "{", "{\"issuer\":\"x\","},
    {"redirect elsewhere", CIS2_STATUS_REDIRECT_REFUSED, 302, "Location: https://evil.example/x\r\n", "", 0, 0},
    {"redirect without tls", CIS2_STATUS_REDIRECT_REFUSED, 301, "Location: http://cis2.localhost/x\r\n", "", 0, 0},
    {"redirect to nowhere", CIS2_STATUS_REDIRECT_REFUSED, 307, "", "", 0, 0},
};

static void bad_discovery(void)
{
    for (size_t i = 0; i < sizeof BAD_DISCOVERY / sizeof BAD_DISCOVERY[0]; i++) {
        const answer_row *row = &BAD_DISCOVERY[i];
        cis2_flow *flow = discovering();
        cis2_authorization_request *request = NULL;
        uint32_t step = 77;
        char *body = replaced(row->body != NULL ? row->body : discovery_document, row->from != NULL ? row->from : "",
                              row->to != NULL ? row->to : "");
        tap_at(row->name);
        tap_refused_saying(row->expected, row->to == NULL || strstr(row->name, "without port") == NULL ? NULL : ":443 was lost",
                           answer(flow, row->http_status, row->headers, body), "the answer", __LINE__);
        /* The same again, as often as it is asked, and whatever is tried. */
        tap_refused(row->expected, cis2_flow_next(flow, &step, &why), "the next step", __LINE__);
        SAME_NUMBER(0, step);
        tap_refused(row->expected, answer(flow, 200, JSON, discovery_document), "a second answer", __LINE__);
        EXPECT(cis2_flow_request_url(flow).data == NULL && cis2_flow_request_header_count(flow) == 0);
        REFUSED(INVALID_STATE, cis2_flow_take_authorization_request(flow, &request, &why));
        free(body);
        cis2_flow_free(flow);
    }
}

/* Last of all: the first run starts threads, even where nothing is left to send. */
static void run_after_a_failure(void)
{
    cis2_flow *flow = discovering();
    REFUSED(RESPONSE_NOT_JSON, answer(flow, 200, HTML, "<html>"));
    REFUSED(RESPONSE_NOT_JSON, cis2_flow_run(flow, 0, &why));
    cis2_flow_free(flow);
}

static void final_urls(void)
{
    static const char *const others[] = {
        "https://evil.example/.well-known/openid-configuration", "https://cis2.localhost/", "http://cis2.localhost/", "x",
        "https://cis2.localhost:444/openam/oauth2/realms/root/realms/NHSIdentity/realms/Healthcare"
        "/.well-known/openid-configuration"};
    for (size_t i = 0; i < sizeof others / sizeof others[0]; i++) {
        cis2_flow *flow = discovering();
        tap_at(others[i]);
        REFUSED(FINAL_URL_MISMATCH, cis2_flow_supply_response(flow, 200, text(others[i]), bytes(JSON),
                                                              bytes(discovery_document), &why));
        cis2_flow_free(flow);
    }
    /* HTTP clients write the default port or leave it out; that is the same address. */
    cis2_flow *flow = discovering();
    OK(cis2_flow_supply_response(flow, 200, text(SIMULATOR_ISSUER "/.well-known/openid-configuration"), bytes(JSON),
                                 bytes(discovery_document), &why));
    cis2_flow_free(flow);
}

static void large_answers(void)
{
    const size_t size = 1024 * 1024 + 1;
    char *large = malloc(size + 1);
    if (large == NULL) {
        tap_give_up("memory", "there is none");
    }
    memset(large, ' ', size);
    large[size] = '\0';
    cis2_flow *flow = discovering();
    REFUSED(RESPONSE_TOO_LARGE, answer(flow, 200, JSON, large));
    cis2_flow_free(flow);
    memcpy(large, "X-Long: ", 8);
    large[70000] = '\0';
    flow = discovering();
    REFUSED(HEADERS_TOO_LARGE, answer(flow, 200, large, discovery_document));
    cis2_flow_free(flow);
    free(large);
}

static void redirects_of_discovery(void)
{
    cis2_flow *flow = discovering();
    for (int i = 0; i < 3; i++) {
        OK(answer(flow, 302, "Location: /moved\r\n", ""));
        expect_send(flow, "https://cis2.localhost/moved");
        SAME_TEXT("GET", cis2_flow_request_method(flow));
    }
    REFUSED(TOO_MANY_REDIRECTS, answer(flow, 302, "Location: /moved\r\n", ""));
    cis2_flow_free(flow);
}

static void order_of_calls(void)
{
    cis2_client *client = test_client();
    cis2_flow *flow = NULL;
    cis2_sign_in *sign_in = NULL;
    cis2_authorization_request *request = NULL;
    uint32_t step = 0;

    OK(cis2_client_begin_authorization(client, NULL, &flow, &why));
    /* Before the first step there is nothing to send, and nothing to take. */
    EXPECT(cis2_flow_request_url(flow).data == NULL && cis2_flow_request_header_count(flow) == 0);
    REFUSED(INVALID_STATE, cis2_flow_take_authorization_request(flow, &request, &why));
    OK(cis2_flow_next(flow, &step, &why));
    /* Asked twice, it is the same request at the same place; and so after a call that is refused. */
    const cis2_str url = cis2_flow_request_url(flow);
    OK(cis2_flow_next(flow, &step, &why));
    SAME_NUMBER(CIS2_STEP_SEND, step);
    EXPECT(cis2_flow_request_url(flow).data == url.data);
    const uint16_t no_statuses[] = {0, 99, 600, UINT16_MAX};
    for (size_t i = 0; i < 4; i++) {
        REFUSED(INVALID_ARGUMENT, answer(flow, no_statuses[i], JSON, discovery_document));
    }
    REFUSED(INVALID_ARGUMENT, cis2_flow_supply_response(flow, 200, text(""), bytes(JSON), bytes("{}"), &why));
    REFUSED(INVALID_ARGUMENT, cis2_flow_supply_response(flow, 200, text("\xff"), bytes(JSON), bytes("{}"), &why));
    const uint32_t no_kinds[] = {0, 1, 2, 199, 250, 299, 300, 416, UINT32_MAX};
    for (size_t i = 0; i < sizeof no_kinds / sizeof no_kinds[0]; i++) {
        REFUSED(INVALID_ARGUMENT, cis2_flow_supply_failure(flow, no_kinds[i], 0, &why));
    }
    REFUSED(INVALID_ARGUMENT, cis2_flow_supply_failure(flow, CIS2_STATUS_CONNECT, 2, &why));
    REFUSED(INVALID_STATE, cis2_flow_take_sign_in(flow, &sign_in, &why));
    EXPECT(cis2_flow_request_url(flow).data == url.data);

    OK(answer(flow, 200, JSON, discovery_document));
    REFUSED(INVALID_STATE, answer(flow, 200, JSON, discovery_document));
    REFUSED(INVALID_STATE, cis2_flow_supply_failure(flow, CIS2_STATUS_CONNECT, 0, &why));
    REFUSED(INVALID_STATE, cis2_flow_take_sign_in(flow, &sign_in, &why));
    OK(cis2_flow_take_authorization_request(flow, &request, &why));
    cis2_authorization_request_free(request);
    REFUSED(INVALID_STATE, cis2_flow_take_authorization_request(flow, &request, &why));
    EXPECT(request == NULL && sign_in == NULL);
    cis2_flow_free(flow);
    cis2_client_free(client);
}

static void the_exchange(void)
{
    cis2_flow *flow = exchange();
    static const char *const names[] = {"client_secret", "client_assertion", "code_verifier", "code", "grant_type"};
    SAME_TEXT("POST", cis2_flow_request_method(flow));
    SAME_TEXT(SIMULATOR_TOKEN_ENDPOINT, cis2_flow_request_url(flow));
    SAME_NUMBER(2, cis2_flow_request_header_count(flow));
    SAME_TEXT("Content-Type", cis2_flow_request_header_name(flow, 1));
    SAME_TEXT("application/x-www-form-urlencoded", cis2_flow_request_header_value(flow, 1));
    for (size_t i = 0; i < 5; i++) {
        char *value = sent(flow, names[i]);
        EXPECT((value == NULL) == (i == 0));
        EXPECT(i != 3 || strcmp(value, TEST_CODE) == 0);
        if (i == 1) {
            char *claims = claims_of(value, strlen(value));
            char *audience = member_of(claims, "aud");
            EXPECT(audience != NULL && strcmp(audience, SIMULATOR_TOKEN_ENDPOINT) == 0);
            free(audience);
            free(claims);
        }
        free(value);
    }
    cis2_flow_free(flow);
}

static const answer_row BAD_TOKENS[] = {
    {"html", CIS2_STATUS_RESPONSE_NOT_JSON, 200, HTML, "<html>", 0, 0},
    {"gateway", CIS2_STATUS_HTTP_STATUS, 502, HTML, "<html>", 0, 0},
    {"redirect", CIS2_STATUS_REDIRECT_REFUSED, 302, "Location: " SIMULATOR_TOKEN_ENDPOINT "/moved\r\n", "", 0, 0},
    {"redirect that repeats", CIS2_STATUS_REDIRECT_REFUSED, 307, "Location: /moved\r\n", "{}", 0, 0},
    {"compressed", CIS2_STATUS_RESPONSE_ENCODED, 200, "Content-Encoding: deflate\r\n", "{}", 0, 0},
    {"bad headers", CIS2_STATUS_HEADERS_MALFORMED, 200, "x\r\n", "{}", 0, 0},
    {"error in success", CIS2_STATUS_OAUTH_ERROR_IN_SUCCESS, 200, JSON, "{\"error\":\"invalid_grant\"}", 0, 0},
    {"no access token", CIS2_STATUS_ACCESS_TOKEN_MISSING, 200, JSON, "{\"token_type\":\"Bearer\"}", 0, 0},
    {"no id token", CIS2_STATUS_ID_TOKEN_MISSING, 200, JSON, "{\"access_token\":\"a\",\"token_type\":\"Bearer\"}", 0, 0},
    {"no type", CIS2_STATUS_TOKEN_TYPE_REFUSED, 200, JSON, "{\"access_token\":\"a\",\"id_token\":\"b\"}", 0, 0},
    {"id token that is none", CIS2_STATUS_TOKEN_MALFORMED, 200, JSON,
     "{\"access_token\":\"a\",\"token_type\":\"bearer\",\"id_token\":\"b\"}", 0, 0},
};

static void bad_tokens(void)
{
    for (size_t i = 0; i < sizeof BAD_TOKENS / sizeof BAD_TOKENS[0]; i++) {
        const answer_row *row = &BAD_TOKENS[i];
        cis2_flow *flow = exchange();
        cis2_sign_in *sign_in = NULL;
        uint32_t step;
        tap_at(row->name);
        tap_refused(row->expected, answer(flow, row->http_status, row->headers, row->body), "the answer", __LINE__);
        tap_refused(row->expected, cis2_flow_next(flow, &step, &why), "the next step", __LINE__);
        REFUSED(INVALID_STATE, cis2_flow_take_sign_in(flow, &sign_in, &why));
        EXPECT(sign_in == NULL);
        cis2_flow_free(flow);
    }
}

/* Where CIS2 says next to nothing: its words, the HTTP status and the clock are there, each apart. */
static void words_of_the_provider(void)
{
    cis2_flow *flow = exchange();
    cis2_status status = answer(flow, 400, JSON "Date: Wed, 25 Nov 2099 13:00:00 GMT\r\n",
                                "{\"error_description\":\"JWT is not valid\",\"error\":\"invalid_client\"}");
    SAME_NUMBER(CIS2_STATUS_OAUTH_ERROR, status);
    SAME_TEXT("invalid_client", cis2_error_oauth_error(why));
    SAME_TEXT("JWT is not valid", cis2_error_oauth_description(why));
    SAME_NUMBER(400, cis2_error_http_status(why));
    SAME_NUMBER(0, cis2_error_is_retryable(why));
    EXPECT(cis2_error_clock_offset_s(why) > 3600);
    EXPECT(strstr(cis2_error_message(why).data, "JWT is not valid") == NULL);
    tap_refused(CIS2_STATUS_OAUTH_ERROR, status, "the answer", __LINE__);
    cis2_flow_free(flow);

    /* What it repeats of ours is taken out: `REFUSED` looks through all texts. */
    static const char *const names[] = {"code", "client_assertion", "code_verifier"};
    for (size_t i = 0; i < 3; i++) {
        char body[8192];
        flow = exchange();
        char *value = sent(flow, names[i]);
        tap_at(names[i]);
        secret(value, strlen(value));
        snprintf(body, sizeof body, "{\"error\":\"%s\",\"error_description\":\"not valid: %s, see\"}", value, value);
        REFUSED(OAUTH_ERROR, answer(flow, 401, JSON, body));
        free(value);
        cis2_flow_free(flow);
    }
}

/* Sent again only if no connection was made, and then with a new assertion for the same code. */
static void sending_again(void)
{
    cis2_flow *flow = exchange();
    char *jtis[2];
    for (size_t i = 0; i < 2; i++) {
        char *assertion = sent(flow, "client_assertion"), *code = sent(flow, "code");
        char *claims = claims_of(assertion, strlen(assertion));
        jtis[i] = member_of(claims, "jti");
        EXPECT(strcmp(code, TEST_CODE) == 0);
        free(claims);
        free(code);
        free(assertion);
        if (i == 0) {
            OK(cis2_flow_supply_failure(flow, CIS2_STATUS_CONNECT, 0, &why));
            /* The old request is gone with its failure. */
            EXPECT(cis2_flow_request_body(flow).data == NULL);
            expect_send(flow, "/access_token");
        }
    }
    EXPECT(jtis[0] != NULL && jtis[1] != NULL && strcmp(jtis[0], jtis[1]) != 0);
    free(jtis[0]);
    free(jtis[1]);
    REFUSED(CONNECT, cis2_flow_supply_failure(flow, CIS2_STATUS_CONNECT, 0, &why));
    cis2_flow_free(flow);

    const uint32_t kinds[] = {CIS2_STATUS_CONNECT, CIS2_STATUS_TRANSPORT_TIMEOUT, CIS2_STATUS_CONNECTION_LOST,
                              CIS2_STATUS_CANCELLED};
    for (size_t i = 0; i < 4; i++) {
        uint32_t step;
        flow = exchange();
        tap_refused((cis2_status)kinds[i], cis2_flow_supply_failure(flow, kinds[i], 1, &why), "a failure", __LINE__);
        tap_refused((cis2_status)kinds[i], cis2_flow_next(flow, &step, &why), "the next step", __LINE__);
        cis2_flow_free(flow);
    }
    /* What will not be better the next time is not tried again. */
    flow = exchange();
    REFUSED(TLS_CERTIFICATE, cis2_flow_supply_failure(flow, CIS2_STATUS_TLS_CERTIFICATE, 0, &why));
    cis2_flow_free(flow);
    /* A read may be repeated once although it left. */
    flow = discovering();
    OK(cis2_flow_supply_failure(flow, CIS2_STATUS_CONNECTION_LOST, 1, &why));
    expect_send(flow, "/.well-known/openid-configuration");
    REFUSED(CONNECTION_LOST, cis2_flow_supply_failure(flow, CIS2_STATUS_CONNECTION_LOST, 1, &why));
    cis2_flow_free(flow);
}

static void no_thread_was_started(void)
{
    int threads = 0;
    DIR *tasks = opendir("/proc/self/task");
    if (tasks == NULL) {
        tap_give_up("/proc/self/task", "cannot be read");
    }
    for (struct dirent *entry = readdir(tasks); entry != NULL; entry = readdir(tasks)) {
        threads += entry->d_name[0] != '.';
    }
    closedir(tasks);
    SAME_NUMBER(1, threads);
}

int main(void)
{
    tap_run("a good discovery answer ends in an authorization request", good_discovery);
    tap_run("a bad discovery answer ends the flow with a status of its own, for good", bad_discovery);
    tap_run("an answer from another address is refused", final_urls);
    tap_run("an answer over the limits is refused", large_answers);
    tap_run("a discovery document may move three times within its origin", redirects_of_discovery);
    tap_run("calls out of order are refused and change nothing", order_of_calls);
    tap_run("the code exchange is what the contract says, with no secret beside the assertion", the_exchange);
    tap_run("a bad token answer ends the flow with a status of its own", bad_tokens);
    tap_run("the provider's words are kept apart, without our secrets", words_of_the_provider);
    tap_run("an exchange is sent again only if it never left, with a new assertion", sending_again);
    tap_run("nothing of all this started a thread", no_thread_was_started);
    tap_run("a flow that failed by hand fails the same when it is run", run_after_a_failure);
    return tap_end();
}
