/* What the head of the header promises for every function; NULL has a program of its own, threads and fork too. */
#include "support.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define EMPTY ((cis2_str){"", 0})
#define EMPTY_BYTES ((cis2_bytes){(const uint8_t *)"", 0})

static void versions(void)
{
    EXPECT(cis2_abi_version() >> 16 == (uint32_t)CIS2_ABI_VERSION >> 16);
    EXPECT((cis2_abi_version() & 0xffff) >= (CIS2_ABI_VERSION & 0xffff));
    EXPECT(strspn(cis2_version(), "0123456789.") >= 5);
}

static void statuses(void)
{
    SAME_TEXT("OK", cis2_status_name(CIS2_STATUS_OK));
    SAME_TEXT("KEY_ENCRYPTED", cis2_status_name(CIS2_STATUS_KEY_ENCRYPTED));
    SAME_TEXT("ACCESS_TOKEN_HASH_MISMATCH", cis2_status_name(CIS2_STATUS_ACCESS_TOKEN_HASH_MISMATCH));
    int known = 0;
    for (cis2_status status = 0; status < 500; status++) {
        const cis2_str name = cis2_status_name(status), sentence = cis2_status_sentence(status);
        EXPECT((name.len == 0) == (sentence.len == 0));
        known += name.len > 0;
        EXPECT(name.len == 0 || (name.data[name.len] == '\0' && sentence.data[sentence.len] == '\0'));
        EXPECT(sentence.len == 0 || sentence.data[sentence.len - 1] == '.');
    }
    EXPECT(known > 100);
    const cis2_status unknown[] = {-1, 10, 99, 299, 433, 1000, INT32_MAX, INT32_MIN};
    for (size_t i = 0; i < sizeof unknown / sizeof unknown[0]; i++) {
        EXPECT(cis2_status_name(unknown[i]).data == NULL && cis2_status_sentence(unknown[i]).data == NULL);
    }
}

/* A refusal says why; a success clears what stood in the error output, without freeing it. */
static void error_objects(void)
{
    cis2_config *config = NULL;
    const uint64_t before = cis2_live_objects();
    SAME_NUMBER(CIS2_STATUS_PLATFORM_UNKNOWN, cis2_config_new(5, &config, &why));
    EXPECT(config == NULL && why != NULL);
    SAME_NUMBER(before + 1, cis2_live_objects());
    cis2_error *kept = why;
    OK(cis2_config_new(CIS2_PLATFORM_CIS2_DEV, &config, &why));
    EXPECT(why == NULL && config != NULL);
    cis2_config_free(config);

    SAME_NUMBER(CIS2_STATUS_PLATFORM_UNKNOWN, cis2_error_status(kept));
    const cis2_str message = cis2_error_message(kept);
    EXPECT(strstr(message.data, "PLATFORM_UNKNOWN (152)") == message.data);
    EXPECT(strstr(message.data, cis2_error_expected(kept).data) != NULL);
    EXPECT(strstr(message.data, cis2_error_remedy(kept).data) != NULL);
    SAME_TEXT("5", cis2_error_found(kept));
    /* Borrowed as long as the error lives: asked again, it is the same text at the same place. */
    EXPECT(cis2_error_message(kept).data == message.data);
    /* There was no answer, no provider and no clock. */
    EXPECT(cis2_error_oauth_error(kept).data == NULL && cis2_error_oauth_description(kept).data == NULL);
    SAME_NUMBER(0, cis2_error_http_status(kept));
    SAME_NUMBER(0, cis2_error_is_retryable(kept));
    SAME_NUMBER(0, cis2_error_clock_offset_s(kept));
    cis2_error_free(kept);
    SAME_NUMBER(before, cis2_live_objects());
}

static void outputs_are_blank_after_a_failure(void)
{
    int something;
    cis2_key *key = (void *)&something;
    REFUSED(KEY_EMPTY, cis2_key_from_pem(EMPTY_BYTES, no_bytes, text("k"), CIS2_ALGORITHM_RS256, &key, &why));
    EXPECT(key == NULL);
    cis2_client *client = (void *)&something;
    cis2_config *config = NULL;
    OK(cis2_config_new(CIS2_PLATFORM_CIS2_DEV, &config, &why));
    REFUSED_SAYING(CONFIG_INCOMPLETE, "client_id, redirect_uri, signing_key", cis2_client_new(config, &client, &why));
    EXPECT(client == NULL);
    cis2_config_free(config);
    cis2_config *none = (void *)&something;
    REFUSED(PLATFORM_ROW_INVALID, cis2_config_from_platform_json(text("[]"), &none, &why));
    EXPECT(none == NULL);
}

static void lengths(void)
{
    cis2_config *config = test_config('s');
    const char *id = TEST_CLIENT_ID " and what comes after the length";
    /* The length counts, not the NUL. */
    OK(cis2_config_set_client_id(config, (cis2_str){id, strlen(TEST_CLIENT_ID)}, &why));
    REFUSED(CONFIG_INVALID, cis2_config_set_client_id(config, (cis2_str){id, CIS2_LEN_NUL}, &why));
    OK(cis2_config_set_client_id(config, (cis2_str){TEST_CLIENT_ID, CIS2_LEN_NUL}, &why));
    /* A NUL inside is a character that no client id has. */
    REFUSED(CONFIG_INVALID, cis2_config_set_client_id(config, (cis2_str){"1.apps.supplier\0", 16}, &why));
    /* Lengths that cannot be are refused before anything is read. */
    const size_t too_long[] = {SIZE_MAX - 1, SIZE_MAX / 2 + 1};
    for (size_t i = 0; i < 2; i++) {
        REFUSED(INVALID_ARGUMENT, cis2_config_set_client_id(config, (cis2_str){id, too_long[i]}, &why));
        REFUSED(INVALID_ARGUMENT,
                cis2_config_add_root_pem(config, (cis2_bytes){(const uint8_t *)id, too_long[i]}, &why));
    }
    /* Bytes end in no NUL, so CIS2_LEN_NUL is one of these. */
    REFUSED(INVALID_ARGUMENT, cis2_config_add_root_pem(config, (cis2_bytes){(const uint8_t *)id, CIS2_LEN_NUL}, &why));
    cis2_config_free(config);
}

/* `data` NULL is absent, whatever `len` says; with `len` 0 it is empty, which has the status of the value. */
static void absent_and_empty(void)
{
    cis2_config *config = test_config('s');
    cis2_key *key = NULL;
    cis2_config *row = NULL;
    const size_t lens[] = {0, 5, CIS2_LEN_NUL};
    for (size_t i = 0; i < 3; i++) {
        REFUSED(INVALID_ARGUMENT, cis2_config_set_client_id(config, (cis2_str){NULL, lens[i]}, &why));
        REFUSED(INVALID_ARGUMENT, cis2_config_set_state_secret(config, (cis2_bytes){NULL, lens[i]}, &why));
    }
    REFUSED(CONFIG_INVALID, cis2_config_set_client_id(config, EMPTY, &why));
    REFUSED(CONFIG_INVALID, cis2_config_set_redirect_uri(config, EMPTY, &why));
    REFUSED(CONFIG_INVALID, cis2_config_set_state_secret(config, EMPTY_BYTES, &why));
    REFUSED(CONFIG_INVALID, cis2_config_set_previous_state_secret(config, EMPTY_BYTES, &why));
    REFUSED(CONFIG_INVALID, cis2_config_add_root_pem(config, EMPTY_BYTES, &why));
    REFUSED(CONFIG_INVALID, cis2_config_set_proxy(config, EMPTY, &why));
    REFUSED(CONFIG_INVALID, cis2_config_set_connect_to(config, EMPTY, text("127.0.0.1:1"), &why));
    REFUSED(CONFIG_INVALID, cis2_config_set_connect_to(config, text("cis2.localhost:443"), EMPTY, &why));
    REFUSED(CONFIG_INVALID, cis2_config_danger_set_issuer(config, EMPTY, &why));
    REFUSED(PLATFORM_ROW_INVALID, cis2_config_from_platform_json(EMPTY, &row, &why));
    REFUSED(KEY_EMPTY, cis2_key_from_pem(EMPTY_BYTES, no_bytes, text("k"), CIS2_ALGORITHM_RS256, &key, &why));
    REFUSED(KEY_ID_INVALID, cis2_key_from_pem(bytes("x"), no_bytes, EMPTY, CIS2_ALGORITHM_RS256, &key, &why));
    cis2_config_free(config);
}

static void text_that_is_not_utf8(void)
{
    static const char *const ill_formed[] = {"\xff",         "ab\x80",   "\xc0\xaf",
                                             "\xed\xa0\x80", "\xe2\x82", "\xf4\x90\x80\x80"};
    cis2_config *config = test_config('s');
    cis2_client *client = client_of(config);
    cis2_key *key = key_from_file(TEST_KEY_FILE, TEST_KEY_ID, CIS2_ALGORITHM_RS256);
    cis2_authorization_parameters *parameters = NULL;
    cis2_authorization_request *request = authorized(client);
    OK(cis2_authorization_parameters_new(&parameters, &why));

    for (size_t i = 0; i < sizeof ill_formed / sizeof ill_formed[0]; i++) {
        const cis2_str bad = text(ill_formed[i]), audience = text(SIMULATOR_TOKEN_ENDPOINT);
        cis2_key *out_key = NULL;
        cis2_config *out_config = NULL;
        cis2_assertion *assertion = NULL;
        cis2_authorization_request *restored = NULL;
        cis2_flow *flow = NULL;
#define NOT_UTF8(call) REFUSED_SAYING(INVALID_ARGUMENT, "UTF-8", call)
        NOT_UTF8(cis2_key_from_pem(bytes("x"), no_bytes, bad, CIS2_ALGORITHM_RS256, &out_key, &why));
        NOT_UTF8(cis2_config_from_platform_json(bad, &out_config, &why));
        NOT_UTF8(cis2_config_set_client_id(config, bad, &why));
        NOT_UTF8(cis2_config_set_redirect_uri(config, bad, &why));
        NOT_UTF8(cis2_config_set_proxy(config, bad, &why));
        NOT_UTF8(cis2_config_set_connect_to(config, bad, text("127.0.0.1:1"), &why));
        NOT_UTF8(cis2_config_set_connect_to(config, text("cis2.localhost:443"), bad, &why));
        NOT_UTF8(cis2_config_danger_set_issuer(config, bad, &why));
        NOT_UTF8(cis2_client_assertion(client, bad, &assertion, &why));
        NOT_UTF8(cis2_assertion_mint(key, bad, audience, 0, &assertion, &why));
        NOT_UTF8(cis2_assertion_mint(key, text(TEST_CLIENT_ID), bad, 0, &assertion, &why));
        NOT_UTF8(cis2_client_restore_authorization_request(client, bad, &restored, &why));
        NOT_UTF8(cis2_client_begin_sign_in(client, request, bad, &flow, &why));
        NOT_UTF8(cis2_authorization_parameters_set_scope(parameters, bad, &why));
        NOT_UTF8(cis2_authorization_parameters_set_acr_values(parameters, bad, &why));
        NOT_UTF8(cis2_authorization_parameters_set_prompt(parameters, bad, &why));
        NOT_UTF8(cis2_authorization_parameters_set_ui_locales(parameters, bad, &why));
        NOT_UTF8(cis2_authorization_parameters_set(parameters, bad, text("x"), &why));
        NOT_UTF8(cis2_authorization_parameters_set(parameters, text("x"), bad, &why));
    }
    cis2_authorization_request_free(request);
    cis2_authorization_parameters_free(parameters);
    cis2_key_free(key);
    cis2_client_free(client);
    cis2_config_free(config);
}

static void unknown_numbers(void)
{
    const uint32_t no_algorithms[] = {0, 10, 11, 256, UINT32_MAX}, no_platforms[] = {0, 5, 99, 101, UINT32_MAX};
    cis2_config *config = test_config('s');
    cis2_config *out = NULL;
    cis2_key *key = NULL;
    for (size_t i = 0; i < 5; i++) {
        REFUSED(INVALID_ARGUMENT, cis2_config_set_id_token_algorithm(config, no_algorithms[i], &why));
        REFUSED(INVALID_ARGUMENT, cis2_key_from_pem(bytes("x"), no_bytes, text("k"), no_algorithms[i], &key, &why));
        REFUSED(PLATFORM_UNKNOWN, cis2_config_new(no_platforms[i], &out, &why));
    }
    OK(cis2_config_set_id_token_algorithm(config, CIS2_ALGORITHM_RS512, &why));
    const uint32_t platforms[] = {CIS2_PLATFORM_CIS2_DEV, CIS2_PLATFORM_CIS2_INTEGRATION, CIS2_PLATFORM_CIS2_DEPLOYMENT,
                                  CIS2_PLATFORM_CIS2_LIVE, CIS2_PLATFORM_LOCAL_SIMULATOR};
    for (size_t i = 0; i < 5; i++) {
        OK(cis2_config_new(platforms[i], &out, &why));
        cis2_config_free(out);
    }
    cis2_config_free(config);
}

/* Each number is taken at its bounds and refused beyond them; what is refused leaves the value that was there. */
static void bounds(void)
{
    cis2_config *config = test_config('s');
#define BOUNDS(set, least, most)                                                                                       \
    do {                                                                                                               \
        OK(set(config, (least), &why));                                                                                \
        OK(set(config, (most), &why));                                                                                 \
        REFUSED(CONFIG_INVALID, set(config, (most) + 1u, &why));                                                       \
        REFUSED(CONFIG_INVALID, set(config, UINT32_MAX, &why));                                                        \
    } while (0)
    BOUNDS(cis2_config_set_assertion_lifetime_s, 10, 300);
    REFUSED(CONFIG_INVALID, cis2_config_set_assertion_lifetime_s(config, 9, &why));
    BOUNDS(cis2_config_set_connect_timeout_ms, 100, 300000);
    REFUSED(CONFIG_INVALID, cis2_config_set_connect_timeout_ms(config, 99, &why));
    BOUNDS(cis2_config_set_request_timeout_ms, 100, 300000);
    REFUSED(CONFIG_INVALID, cis2_config_set_request_timeout_ms(config, 0, &why));
    BOUNDS(cis2_config_set_clock_skew_s, 0, 120);
    BOUNDS(cis2_config_danger_set_clock_skew_s, 0, 86400);
    BOUNDS(cis2_config_danger_set_default_level, 0, 3);
    REFUSED(CONFIG_INVALID, cis2_config_danger_set_default_level(config, 256 + 1, &why));
    REFUSED(CONFIG_INVALID, cis2_config_set_state_secret(config, bytes("31 bytes 31 bytes 31 bytes 31 b"), &why));
    REFUSED(CONFIG_INVALID, cis2_config_set_state_secret(config, bytes("33 bytes 33 bytes 33 bytes 33 byt"), &why));
    OK(cis2_config_set_previous_state_secret(config, bytes("32 bytes 32 bytes 32 bytes 32 by"), &why));
    OK(cis2_config_danger_set_issuer(config, text("https://other.example:443/am"), &why));
    REFUSED(CONFIG_INVALID, cis2_config_danger_set_issuer(config, text("http://other.example/am"), &why));
    OK(cis2_config_set_proxy(config, text("http://proxy.example:3128"), &why));
    REFUSED(CONFIG_INVALID, cis2_config_set_proxy(config, text("socks5://proxy.example:1080"), &why));

    /* The last lifetime that was accepted is 300. */
    cis2_client *client = client_of(config);
    cis2_assertion *assertion = NULL;
    OK(cis2_client_assertion(client, text(SIMULATOR_TOKEN_ENDPOINT), &assertion, &why));
    const cis2_str jws = cis2_assertion_text(assertion);
    char *claims = claims_of(jws.data, jws.len);
    char *expires = member_of(claims, "exp"), *issued = member_of(claims, "iat");
    SAME_NUMBER(300, atoll(expires) - atoll(issued));
    free(expires);
    free(issued);
    free(claims);
    cis2_assertion_free(assertion);
    cis2_client_free(client);
    cis2_config_free(config);
}

/* Handles hold what they need: each is freed before what was made from it. */
static void order_of_freeing(void)
{
    const uint64_t before = cis2_live_objects();
    char row[] = TEST_REDIRECT_URI;
    cis2_config *config = test_config('s');
    OK(cis2_config_set_redirect_uri(config, text(row), &why));
    memset(row, 'x', sizeof row - 1); /* What was passed was copied. */
    cis2_client *client = client_of(config);
    cis2_config_free(config);
    cis2_flow *flow = exchanging(client);
    cis2_client_free(client);
    expect_send(flow, "/access_token");
    const cis2_bytes body = cis2_flow_request_body(flow);
    char *redirect_uri = parameter_of((const char *)body.data, body.len, "redirect_uri");
    EXPECT(redirect_uri != NULL && strcmp(redirect_uri, "https%3A%2F%2Frp.example%2Fcallback") == 0);
    free(redirect_uri);
    SAME_NUMBER(before + 1, cis2_live_objects());
    cis2_flow_free(flow);
    SAME_NUMBER(before, cis2_live_objects());
}

int main(void)
{
    tap_run("the library is at least the header's version", versions);
    tap_run("each known status has a name and a sentence, an unknown one nothing", statuses);
    tap_run("a refusal gives an error object that says why, a success none", error_objects);
    tap_run("outputs are blank after a failure", outputs_are_blank_after_a_failure);
    tap_run("a text ends where its length says, or at its NUL", lengths);
    tap_run("absent and empty are different refusals", absent_and_empty);
    tap_run("text that is not UTF-8 is refused everywhere", text_that_is_not_utf8);
    tap_run("numbers of no choice are refused", unknown_numbers);
    tap_run("numbers out of bounds are refused and change nothing", bounds);
    tap_run("handles may be freed in any order, and copy what they keep", order_of_freeing);
    return tap_end();
}
