/* Discovery stepped by hand: good answers, bad answers, answers from elsewhere. No network. */
#include "support.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define JSON "Content-Type: application/json\r\n"
#define HTML "Content-Type: text/html\r\n"

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
        tap_refused_saying(row->expected, strstr(row->name, "without port") == NULL ? NULL : ":443 was lost",
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

static void final_urls(void)
{
    static const char *const others[] = {
        "https://evil.example/.well-known/openid-configuration",
        "https://cis2.localhost/",
        "http://cis2.localhost/",
        "x",
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

int main(void)
{
    tap_run("a good discovery answer ends in an authorization request", good_discovery);
    tap_run("a bad discovery answer ends the flow with a status of its own, for good", bad_discovery);
    tap_run("an answer from another address is refused", final_urls);
    tap_run("an answer over the limits is refused", large_answers);
    tap_run("a discovery document may move three times within its origin", redirects_of_discovery);
    return tap_end();
}
