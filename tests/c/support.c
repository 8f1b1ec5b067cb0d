#include "support.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

const cis2_str no_text = {NULL, 0};
const cis2_bytes no_bytes = {NULL, 0};

const char discovery_document[] =
    "{\"issuer\":\"" SIMULATOR_ISSUER "\","
    "\"authorization_endpoint\":\"https://cis2.localhost:8443/openam/oauth2/realms/root/authorize\","
    "\"token_endpoint\":\"" SIMULATOR_TOKEN_ENDPOINT "\","
    "\"userinfo_endpoint\":\"" SIMULATOR_ISSUER "/userinfo\","
    "\"jwks_uri\":\"" SIMULATOR_ISSUER "/connect/jwk_uri\"}";

cis2_str text(const char *nul_terminated)
{
    return (cis2_str){nul_terminated, CIS2_LEN_NUL};
}

cis2_bytes bytes(const char *nul_terminated)
{
    return (cis2_bytes){(const uint8_t *)nul_terminated, strlen(nul_terminated)};
}

static void *memory(size_t size)
{
    void *memory = malloc(size);
    if (memory == NULL) {
        tap_give_up("memory", "there is none");
    }
    return memory;
}

static char *copy_of(const char *from, size_t len)
{
    char *copy = memory(len + 1);
    memcpy(copy, from, len);
    copy[len] = '\0';
    return copy;
}

char *read_file(const char *path, size_t *len)
{
    const size_t most = 256 * 1024;
    FILE *file = fopen(path, "rb");
    if (file == NULL) {
        return NULL;
    }
    char *data = memory(most + 1);
    *len = fread(data, 1, most, file);
    const int fault = ferror(file) ? errno : feof(file) ? 0 : EFBIG;
    fclose(file);
    if (fault != 0) {
        free(data);
        errno = fault;
        return NULL;
    }
    data[*len] = '\0';
    return data;
}

static char *needed_file(const char *path, size_t *len)
{
    char *data = read_file(path, len);
    if (data == NULL) {
        tap_give_up(path, "cannot be read: the tests run in the root of the repository");
    }
    return data;
}

/* A key's lines are secrets of the tests, all but the short last one. */
static void lines_are_secrets(const char *pem)
{
    for (const char *line = pem; *line != '\0';) {
        const size_t len = strcspn(line, "\r\n");
        if (len == 64) {
            secret(line, len);
        }
        line += len + strspn(line + len, "\r\n");
    }
}

cis2_key *key_from_file(const char *path, const char *key_id, uint32_t algorithm)
{
    static int told;
    size_t len;
    char *pem = needed_file(path, &len);
    cis2_key *key = NULL;

    if (strcmp(path, TEST_KEY_FILE) == 0 && !told++) {
        lines_are_secrets(pem);
    }
    OK(cis2_key_from_pem((cis2_bytes){(const uint8_t *)pem, len}, no_bytes, text(key_id), algorithm, &key, &why));
    free(pem);
    if (key == NULL) {
        tap_give_up(path, "is no key");
    }
    return key;
}

cis2_config *test_config(char state_secret)
{
    uint8_t secret_bytes[32];
    cis2_config *config = NULL;
    cis2_key *key = key_from_file(TEST_KEY_FILE, TEST_KEY_ID, CIS2_ALGORITHM_RS256);

    memset(secret_bytes, state_secret, sizeof secret_bytes);
    OK(cis2_config_new(CIS2_PLATFORM_LOCAL_SIMULATOR, &config, &why));
    OK(cis2_config_set_client_id(config, text(TEST_CLIENT_ID), &why));
    OK(cis2_config_set_redirect_uri(config, text(TEST_REDIRECT_URI), &why));
    OK(cis2_config_set_signing_key(config, key, &why));
    OK(cis2_config_set_state_secret(config, (cis2_bytes){secret_bytes, sizeof secret_bytes}, &why));
    cis2_key_free(key);
    return config;
}

cis2_client *client_of(const cis2_config *config)
{
    cis2_client *client = NULL;
    OK(cis2_client_new(config, &client, &why));
    if (client == NULL) {
        tap_give_up("cis2_client_new", "gave no client");
    }
    return client;
}

cis2_client *test_client(void)
{
    cis2_config *config = test_config('s');
    cis2_client *client = client_of(config);
    cis2_config_free(config);
    return client;
}

char *platform_row(const char *host)
{
    static const char form[] =
        "{\"version\":1,\"name\":\"own\",\"identity\":\"any\",\"issuer\":\"https://%s:443/am\","
        "\"metadata_url\":\"https://%s/am/.well-known/openid-configuration\","
        "\"token_endpoint\":\"https://%s:443/am/access_token\",\"hosts\":[\"%s\"],\"audience_mode\":\"token_endpoint\","
        "\"typ\":\"JWT\",\"algorithms\":[\"RS256\"],\"id_token_algorithms\":[\"RS256\"],\"assertion_lifetime_s\":60,"
        "\"pkce\":\"always\",\"acr_levels\":{\"AAL3_ANY\":3},\"default_level\":3,"
        "\"sources\":{\"issuer\":\"the C tests, 2026-11-25\"}}";
    const size_t size = sizeof form + 4 * strlen(host);
    char *row = memory(size);
    snprintf(row, size, form, host, host, host, host);
    return row;
}

cis2_status answer(cis2_flow *flow, uint16_t http_status, const char *headers, const char *body)
{
    /* A copy: the view ends with the answer. */
    const cis2_str asked = cis2_flow_request_url(flow);
    char *url = asked.data == NULL ? copy_of("https://none", 12) : copy_of(asked.data, asked.len);
    const cis2_status status =
        cis2_flow_supply_response(flow, http_status, text(url), bytes(headers), bytes(body), &why);
    free(url);
    return status;
}

void expect_send(cis2_flow *flow, const char *url_end)
{
    uint32_t step = 0;
    OK(cis2_flow_next(flow, &step, &why));
    SAME_NUMBER(CIS2_STEP_SEND, step);
    const cis2_str url = cis2_flow_request_url(flow);
    const size_t len = strlen(url_end);
    EXPECT(url.len >= len && memcmp(url.data + url.len - len, url_end, len) == 0);
}

static void parameter_is_secret(const char *query, size_t len, const char *name)
{
    char *value = parameter_of(query, len, name);
    if (value == NULL) {
        tap_give_up(name, "is not in the query");
    }
    secret(value, strlen(value));
    free(value);
}

cis2_authorization_request *authorized(const cis2_client *client)
{
    cis2_flow *flow = NULL;
    cis2_authorization_request *request = NULL;
    uint32_t step = 0;

    OK(cis2_client_begin_authorization(client, NULL, &flow, &why));
    OK(cis2_flow_next(flow, &step, &why));
    if (step == CIS2_STEP_SEND) {
        /* Not the second time: the client keeps what it learnt. */
        OK(answer(flow, 200, "Content-Type: application/json\r\n", discovery_document));
    }
    OK(cis2_flow_take_authorization_request(flow, &request, &why));
    cis2_flow_free(flow);
    if (request == NULL) {
        tap_give_up("an authorization", "was not made");
    }
    const cis2_str url = cis2_authorization_request_url(request);
    parameter_is_secret(url.data, url.len, "state");
    parameter_is_secret(url.data, url.len, "nonce");
    return request;
}

void callback_of(const cis2_authorization_request *request, char callback[CALLBACK_BYTES])
{
    static int told;
    const cis2_str url = cis2_authorization_request_url(request);
    char *state = parameter_of(url.data, url.len, "state");
    if (!told++) {
        secret(TEST_CODE, strlen(TEST_CODE));
    }
    snprintf(callback, CALLBACK_BYTES, "%s?code=%s&state=%s", TEST_REDIRECT_URI, TEST_CODE, state);
    free(state);
}

cis2_flow *discovering(void)
{
    cis2_client *client = test_client();
    cis2_flow *flow = NULL;
    OK(cis2_client_begin_authorization(client, NULL, &flow, &why));
    cis2_client_free(client);
    expect_send(flow, "cis2.localhost/openam/oauth2/realms/root/realms/NHSIdentity/realms/Healthcare"
                      "/.well-known/openid-configuration");
    return flow;
}

cis2_flow *exchanging(const cis2_client *client)
{
    char callback[CALLBACK_BYTES];
    cis2_flow *flow = NULL;
    cis2_authorization_request *request = authorized(client);

    callback_of(request, callback);
    OK(cis2_client_begin_sign_in(client, request, text(callback), &flow, &why));
    cis2_authorization_request_free(request);
    if (flow == NULL) {
        tap_give_up("a sign-in", "was not begun");
    }
    expect_send(flow, "/access_token");
    return flow;
}

const char *simulator(const char *name)
{
    char variable[64];
    snprintf(variable, sizeof variable, "CIS2_SIM_%s", name);
    const char *value = getenv(variable);
    if (value == NULL) {
        tap_give_up(variable, "is not set: run this with tools/with-simulator.sh");
    }
    return value;
}

char *parameter_of(const char *query, size_t len, const char *name)
{
    const size_t name_len = strlen(name);
    const char *end = query + len;
    for (const char *at = query; at < end; at++) {
        const int begins = at == query || at[-1] == '?' || at[-1] == '&';
        if (begins && (size_t)(end - at) > name_len && memcmp(at, name, name_len) == 0 && at[name_len] == '=') {
            const char *value = at + name_len + 1;
            const char *stop = memchr(value, '&', (size_t)(end - value));
            return copy_of(value, (size_t)((stop == NULL ? end : stop) - value));
        }
    }
    return NULL;
}

char *claims_of(const char *jws, size_t len)
{
    static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    const char *end = jws + len;
    const char *part = memchr(jws, '.', len);
    char *claims = memory(len + 1);
    size_t count = 0;
    unsigned bits = 0;
    int bit_count = 0;

    for (const char *at = part == NULL ? end : part + 1; at < end && *at != '.'; at++) {
        const char *digit = strchr(digits, *at);
        bits = bits << 6 | (unsigned)(digit == NULL ? 0 : digit - digits);
        bit_count += 6;
        if (bit_count >= 8) {
            bit_count -= 8;
            claims[count++] = (char)(bits >> bit_count & 0xff);
        }
    }
    claims[count] = '\0';
    return claims;
}

char *member_of(const char *json, const char *name)
{
    char key[64];
    snprintf(key, sizeof key, "\"%s\":", name);
    const char *value = strstr(json, key);
    if (value == NULL) {
        return NULL;
    }
    value += strlen(key);
    return *value == '"' ? copy_of(value + 1, strcspn(value + 1, "\"")) : copy_of(value, strcspn(value, ",}"));
}
