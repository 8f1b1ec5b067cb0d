/* Flows stepped by hand over a provider in memory: no network, no thread. */
#include "support.h"

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define JSON "Content-Type: application/json\r\n"
#define HTML "Content-Type: text/html\r\n"

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

typedef struct {
    const char *name;
    cis2_status expected;
    uint16_t http_status;
    const char *headers;
    const char *body;
} answer_row;

static const answer_row BAD_TOKENS[] = {
    {"html", CIS2_STATUS_RESPONSE_NOT_JSON, 200, HTML, "<html>"},
    {"gateway", CIS2_STATUS_HTTP_STATUS, 502, HTML, "<html>"},
    {"redirect", CIS2_STATUS_REDIRECT_REFUSED, 302, "Location: " SIMULATOR_TOKEN_ENDPOINT "/moved\r\n", ""},
    {"redirect that repeats", CIS2_STATUS_REDIRECT_REFUSED, 307, "Location: /moved\r\n", "{}"},
    {"compressed", CIS2_STATUS_RESPONSE_ENCODED, 200, "Content-Encoding: deflate\r\n", "{}"},
    {"bad headers", CIS2_STATUS_HEADERS_MALFORMED, 200, "x\r\n", "{}"},
    {"error in success", CIS2_STATUS_OAUTH_ERROR_IN_SUCCESS, 200, JSON, "{\"error\":\"invalid_grant\"}"},
    {"no access token", CIS2_STATUS_ACCESS_TOKEN_MISSING, 200, JSON, "{\"token_type\":\"Bearer\"}"},
    {"no id token", CIS2_STATUS_ID_TOKEN_MISSING, 200, JSON, "{\"access_token\":\"a\",\"token_type\":\"Bearer\"}"},
    {"no type", CIS2_STATUS_TOKEN_TYPE_REFUSED, 200, JSON, "{\"access_token\":\"a\",\"id_token\":\"b\"}"},
    {"id token that is none", CIS2_STATUS_TOKEN_MALFORMED, 200, JSON,
     "{\"access_token\":\"a\",\"token_type\":\"bearer\",\"id_token\":\"b\"}"},
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
    EXPECT(why != NULL && strstr(cis2_error_message(why).data, "JWT is not valid") == NULL);
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
    /* Who cancels wants no more of it, though nothing has left. */
    flow = exchange();
    REFUSED(CANCELLED, cis2_flow_supply_failure(flow, CIS2_STATUS_CANCELLED, 0, &why));
    cis2_flow_free(flow);
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

/* Last of all: the first run starts threads, even where nothing is left to send. */
static void run_after_a_failure(void)
{
    cis2_flow *flow = discovering();
    REFUSED(RESPONSE_NOT_JSON, answer(flow, 200, HTML, "<html>"));
    REFUSED(RESPONSE_NOT_JSON, cis2_flow_run(flow, 0, &why));
    cis2_flow_free(flow);
}

int main(void)
{
    tap_run("calls out of order are refused and change nothing", order_of_calls);
    tap_run("the code exchange is what the contract says, with no secret beside the assertion", the_exchange);
    tap_run("a bad token answer ends the flow with a status of its own", bad_tokens);
    tap_run("the provider's words are kept apart, without our secrets", words_of_the_provider);
    tap_run("an exchange is sent again only if it never left, with a new assertion", sending_again);
    tap_run("nothing of all this started a thread", no_thread_was_started);
    tap_run("a flow that failed by hand fails the same when it is run", run_after_a_failure);
    return tap_end();
}
