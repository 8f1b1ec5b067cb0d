/*
 * NULL, and views that are absent, in each place where something is needed: refused, with outputs made blank, and
 * nothing is touched. Accessors give nothing; `_free` does nothing. Every function of the header stands here.
 */
#include "support.h"

#include <stdlib.h>

static cis2_key *key;
static cis2_config *config;
static cis2_client *client;
static cis2_key_set *keys;
static cis2_authorization_parameters *parameters;
static cis2_authorization_request *request;
static cis2_flow *flow;

static void on_complete(void *user_data, cis2_operation *operation, cis2_status status)
{
    (void)user_data, (void)operation, (void)status;
}

static void on_event(void *user_data, const cis2_event *event)
{
    (void)user_data, (void)event;
}

/* What stands in an output before the call: it must not be there after a refusal. */
static int something;
#define SOMETHING ((void *)&something)
static const cis2_str SOME_TEXT = {"something", 9};

#define INVALID(call) REFUSED_SAYING(INVALID_ARGUMENT, "NULL", call)
/* A call that gives a handle through `out`. */
#define INVALID_BLANKS(out, call)                                                                                      \
    do {                                                                                                               \
        (out) = SOMETHING;                                                                                             \
        INVALID(call);                                                                                                 \
        EXPECT((out) == NULL);                                                                                         \
    } while (0)
/* A call that gives a view. */
#define INVALID_EMPTIES(out, call)                                                                                     \
    do {                                                                                                               \
        (out) = SOME_TEXT;                                                                                             \
        INVALID(call);                                                                                                 \
        EXPECT((out).data == NULL && (out).len == 0);                                                                  \
    } while (0)
#define NOTHING(view) EXPECT((view).data == NULL && (view).len == 0)

static void keys_and_sets(void)
{
    cis2_key *out = NULL;
    cis2_key_set *out_keys = NULL;
    cis2_str view;

    INVALID_BLANKS(out, cis2_key_from_pem(no_bytes, no_bytes, text("k"), CIS2_ALGORITHM_RS256, &out, &why));
    INVALID_BLANKS(out, cis2_key_from_pem(bytes("x"), no_bytes, no_text, CIS2_ALGORITHM_RS256, &out, &why));
    INVALID(cis2_key_from_pem(bytes("x"), no_bytes, text("k"), CIS2_ALGORITHM_RS256, NULL, &why));
    INVALID_EMPTIES(view, cis2_key_public_jwk(NULL, &view, &why));
    INVALID(cis2_key_public_jwk(key, NULL, &why));
    INVALID_EMPTIES(view, cis2_key_jwk_set(NULL, &view, &why));
    INVALID(cis2_key_jwk_set(key, NULL, &why));
    INVALID_EMPTIES(view, cis2_key_thumbprint(NULL, &view, &why));
    INVALID(cis2_key_thumbprint(key, NULL, &why));
    INVALID_BLANKS(out_keys, cis2_key_set_from_json(no_bytes, &out_keys, &why));
    INVALID(cis2_key_set_from_json(bytes("{\"keys\":[]}"), NULL, &why));
}

static void configurations(void)
{
    cis2_config *out = NULL;

    INVALID(cis2_config_new(CIS2_PLATFORM_CIS2_LIVE, NULL, &why));
    INVALID_BLANKS(out, cis2_config_from_platform_json(no_text, &out, &why));
    INVALID(cis2_config_from_platform_json(text("{}"), NULL, &why));

    INVALID(cis2_config_set_client_id(NULL, text(TEST_CLIENT_ID), &why));
    INVALID(cis2_config_set_client_id(config, no_text, &why));
    INVALID(cis2_config_set_redirect_uri(NULL, text(TEST_REDIRECT_URI), &why));
    INVALID(cis2_config_set_redirect_uri(config, no_text, &why));
    INVALID(cis2_config_set_signing_key(NULL, key, &why));
    INVALID(cis2_config_set_signing_key(config, NULL, &why));
    INVALID(cis2_config_set_id_token_algorithm(NULL, CIS2_ALGORITHM_RS256, &why));
    INVALID(cis2_config_set_assertion_lifetime_s(NULL, 60, &why));
    INVALID(cis2_config_set_connect_timeout_ms(NULL, 5000, &why));
    INVALID(cis2_config_set_request_timeout_ms(NULL, 15000, &why));
    INVALID(cis2_config_set_clock_skew_s(NULL, 30, &why));
    INVALID(cis2_config_set_state_secret(NULL, bytes("01234567890123456789012345678901"), &why));
    INVALID(cis2_config_set_state_secret(config, no_bytes, &why));
    INVALID(cis2_config_set_previous_state_secret(NULL, bytes("01234567890123456789012345678901"), &why));
    INVALID(cis2_config_set_previous_state_secret(config, no_bytes, &why));
    INVALID(cis2_config_add_root_pem(NULL, bytes("x"), &why));
    INVALID(cis2_config_add_root_pem(config, no_bytes, &why));
    INVALID(cis2_config_set_proxy(NULL, text("http://proxy.example:3128"), &why));
    INVALID(cis2_config_set_proxy(config, no_text, &why));
    INVALID(cis2_config_set_connect_to(NULL, text("cis2.localhost:443"), text("127.0.0.1:1"), &why));
    INVALID(cis2_config_set_connect_to(config, no_text, text("127.0.0.1:1"), &why));
    INVALID(cis2_config_set_connect_to(config, text("cis2.localhost:443"), no_text, &why));
    INVALID(cis2_config_set_events(NULL, on_event, NULL, NULL, CIS2_LEVEL_DEBUG, &why));
    INVALID(cis2_config_set_events(config, NULL, NULL, NULL, CIS2_LEVEL_DEBUG, &why));
    INVALID(cis2_config_danger_set_issuer(NULL, text("https://other.example"), &why));
    INVALID(cis2_config_danger_set_issuer(config, no_text, &why));
    INVALID(cis2_config_danger_set_clock_skew_s(NULL, 300, &why));
    INVALID(cis2_config_danger_set_default_level(NULL, 1, &why));
}

static void clients(void)
{
    cis2_client *out = NULL;
    cis2_assertion *assertion = NULL;
    cis2_identity *identity = NULL;
    cis2_authorization_request *restored = NULL;
    cis2_flow *begun = NULL;

    INVALID_BLANKS(out, cis2_client_new(NULL, &out, &why));
    INVALID(cis2_client_new(config, NULL, &why));
    INVALID(cis2_client_close(NULL, &why));
    INVALID_BLANKS(assertion, cis2_client_assertion(NULL, text(SIMULATOR_TOKEN_ENDPOINT), &assertion, &why));
    INVALID(cis2_client_assertion(client, text(SIMULATOR_TOKEN_ENDPOINT), NULL, &why));

    const cis2_str token = text("a.b.c"), wanted = text("{\"nonce\":null}");
    INVALID_BLANKS(identity, cis2_client_validate_id_token(NULL, keys, token, wanted, &identity, &why));
    INVALID_BLANKS(identity, cis2_client_validate_id_token(client, NULL, token, wanted, &identity, &why));
    INVALID_BLANKS(identity, cis2_client_validate_id_token(client, keys, no_text, wanted, &identity, &why));
    INVALID_BLANKS(identity, cis2_client_validate_id_token(client, keys, token, no_text, &identity, &why));
    INVALID(cis2_client_validate_id_token(client, keys, token, wanted, NULL, &why));

    INVALID_BLANKS(restored, cis2_client_restore_authorization_request(NULL, text("1.x"), &restored, &why));
    INVALID_BLANKS(restored, cis2_client_restore_authorization_request(client, no_text, &restored, &why));
    INVALID(cis2_client_restore_authorization_request(client, text("1.x"), NULL, &why));

    INVALID_BLANKS(begun, cis2_client_begin_authorization(NULL, parameters, &begun, &why));
    INVALID(cis2_client_begin_authorization(client, parameters, NULL, &why));
    INVALID_BLANKS(begun, cis2_client_begin_sign_in(NULL, request, text("x=y"), &begun, &why));
    INVALID_BLANKS(begun, cis2_client_begin_sign_in(client, NULL, text("x=y"), &begun, &why));
    INVALID_BLANKS(begun, cis2_client_begin_sign_in(client, request, no_text, &begun, &why));
    INVALID(cis2_client_begin_sign_in(client, request, text("x=y"), NULL, &why));

    const cis2_str id = text(TEST_CLIENT_ID), audience = text(SIMULATOR_TOKEN_ENDPOINT);
    INVALID_BLANKS(assertion, cis2_assertion_mint(NULL, id, audience, 60, &assertion, &why));
    INVALID_BLANKS(assertion, cis2_assertion_mint(key, no_text, audience, 60, &assertion, &why));
    INVALID_BLANKS(assertion, cis2_assertion_mint(key, id, no_text, 60, &assertion, &why));
    INVALID(cis2_assertion_mint(key, id, audience, 60, NULL, &why));
}

static void what_to_ask_for(void)
{
    INVALID(cis2_authorization_parameters_new(NULL, &why));
    INVALID(cis2_authorization_parameters_set_scope(NULL, text("openid"), &why));
    INVALID(cis2_authorization_parameters_set_scope(parameters, no_text, &why));
    INVALID(cis2_authorization_parameters_set_acr_values(NULL, text("AAL3_ANY"), &why));
    INVALID(cis2_authorization_parameters_set_acr_values(parameters, no_text, &why));
    INVALID(cis2_authorization_parameters_set_max_age_s(NULL, 60, &why));
    INVALID(cis2_authorization_parameters_set_prompt(NULL, text("login"), &why));
    INVALID(cis2_authorization_parameters_set_prompt(parameters, no_text, &why));
    INVALID(cis2_authorization_parameters_set_ui_locales(NULL, text("cy"), &why));
    INVALID(cis2_authorization_parameters_set_ui_locales(parameters, no_text, &why));
    INVALID(cis2_authorization_parameters_set(NULL, text("vtr"), text("x"), &why));
    INVALID(cis2_authorization_parameters_set(parameters, no_text, text("x"), &why));
    INVALID(cis2_authorization_parameters_set(parameters, text("vtr"), no_text, &why));
}

static void flows(void)
{
    const cis2_str url = text(SIMULATOR_ISSUER);
    uint32_t step = 77;
    cis2_authorization_request *taken = NULL;
    cis2_sign_in *sign_in = NULL;
    cis2_str view;
    cis2_operation *operation = NULL;

    INVALID(cis2_flow_run(NULL, 0, &why));
    INVALID_BLANKS(operation, cis2_flow_start(NULL, on_complete, NULL, &operation, &why));
    INVALID(cis2_flow_start(flow, on_complete, NULL, NULL, &why));
    INVALID(cis2_operation_wait(NULL, 1, &why));
    INVALID(cis2_flow_next(NULL, &step, &why));
    SAME_NUMBER(0, step);
    INVALID(cis2_flow_next(flow, NULL, &why));
    INVALID(cis2_flow_supply_response(NULL, 200, url, bytes(""), bytes(""), &why));
    INVALID(cis2_flow_supply_response(flow, 200, no_text, bytes(""), bytes(""), &why));
    INVALID(cis2_flow_supply_response(flow, 200, url, no_bytes, bytes(""), &why));
    INVALID(cis2_flow_supply_response(flow, 200, url, bytes(""), no_bytes, &why));
    INVALID(cis2_flow_supply_failure(NULL, CIS2_STATUS_CONNECT, 0, &why));
    INVALID_BLANKS(taken, cis2_flow_take_authorization_request(NULL, &taken, &why));
    INVALID(cis2_flow_take_authorization_request(flow, NULL, &why));
    INVALID_BLANKS(sign_in, cis2_flow_take_sign_in(NULL, &sign_in, &why));
    INVALID(cis2_flow_take_sign_in(flow, NULL, &why));
    INVALID_EMPTIES(view, cis2_identity_claim(NULL, text("sub"), &view, &why));
    INVALID(cis2_identity_claim(NULL, text("sub"), NULL, &why));
    /* All of that changed nothing. */
    expect_send(flow, "/.well-known/openid-configuration");
}

static void accessors(void)
{
    NOTHING(cis2_error_message(NULL));
    NOTHING(cis2_error_expected(NULL));
    NOTHING(cis2_error_found(NULL));
    NOTHING(cis2_error_remedy(NULL));
    NOTHING(cis2_error_oauth_error(NULL));
    NOTHING(cis2_error_oauth_description(NULL));
    SAME_NUMBER(0, cis2_error_status(NULL));
    SAME_NUMBER(0, cis2_error_http_status(NULL));
    SAME_NUMBER(0, cis2_error_is_retryable(NULL));
    SAME_NUMBER(0, cis2_error_clock_offset_s(NULL));
    SAME_NUMBER(0, cis2_event_id(NULL));
    SAME_NUMBER(0, cis2_event_level(NULL));
    NOTHING(cis2_event_name(NULL));
    NOTHING(cis2_event_message(NULL));
    SAME_NUMBER(0, cis2_event_field_count(NULL));
    NOTHING(cis2_event_field_name(NULL, 0));
    NOTHING(cis2_event_field_value(NULL, 0));
    NOTHING(cis2_event_field(NULL, text("host")));
    EXPECT(cis2_operation_error(NULL) == NULL);
    NOTHING(cis2_assertion_text(NULL));
    SAME_NUMBER(0, cis2_assertion_expires_at(NULL));
    NOTHING(cis2_authorization_request_url(NULL));
    NOTHING(cis2_authorization_request_sealed(NULL));
    NOTHING(cis2_flow_request_method(NULL));
    NOTHING(cis2_flow_request_url(NULL));
    SAME_NUMBER(0, cis2_flow_request_header_count(NULL));
    NOTHING(cis2_flow_request_header_name(NULL, 0));
    NOTHING(cis2_flow_request_header_value(NULL, 0));
    NOTHING(cis2_flow_request_body(NULL));
    EXPECT(cis2_sign_in_identity(NULL) == NULL);
    EXPECT(cis2_sign_in_tokens(NULL) == NULL);
    NOTHING(cis2_identity_issuer(NULL));
    NOTHING(cis2_identity_subject(NULL));
    NOTHING(cis2_identity_acr(NULL));
    NOTHING(cis2_identity_amr(NULL));
    NOTHING(cis2_identity_session_id(NULL));
    NOTHING(cis2_identity_selected_role_id(NULL));
    NOTHING(cis2_identity_claims_json(NULL));
    SAME_NUMBER(0, cis2_identity_authentication_level(NULL));
    SAME_NUMBER(0, cis2_identity_identity_level(NULL));
    SAME_NUMBER(0, cis2_identity_issued_at(NULL));
    SAME_NUMBER(0, cis2_identity_expires_at(NULL));
    SAME_NUMBER(0, cis2_identity_authenticated_at(NULL));
    NOTHING(cis2_tokens_access_token(NULL));
    NOTHING(cis2_tokens_id_token(NULL));
    NOTHING(cis2_tokens_refresh_token(NULL));
    NOTHING(cis2_tokens_scope(NULL));
    SAME_NUMBER(0, cis2_tokens_expires_at(NULL));
}

static void frees(void)
{
    const uint64_t before = cis2_live_objects();
    cis2_error_free(NULL);
    cis2_key_free(NULL);
    cis2_key_set_free(NULL);
    cis2_config_free(NULL);
    cis2_client_free(NULL);
    cis2_assertion_free(NULL);
    cis2_authorization_parameters_free(NULL);
    cis2_authorization_request_free(NULL);
    cis2_flow_free(NULL);
    cis2_operation_cancel(NULL);
    cis2_operation_free(NULL);
    cis2_sign_in_free(NULL);
    cis2_identity_free(NULL);
    SAME_NUMBER(before, cis2_live_objects());
}

static void no_error_output(void)
{
    SAME_NUMBER(CIS2_STATUS_INVALID_ARGUMENT, cis2_config_new(CIS2_PLATFORM_CIS2_LIVE, NULL, NULL));
    SAME_NUMBER(CIS2_STATUS_INVALID_ARGUMENT, cis2_flow_run(NULL, 0, NULL));
    SAME_NUMBER(CIS2_STATUS_OK, cis2_config_set_clock_skew_s(config, 30, NULL));
}

int main(void)
{
    key = key_from_file(TEST_KEY_FILE, TEST_KEY_ID, CIS2_ALGORITHM_RS256);
    config = test_config('s');
    client = client_of(config);
    request = authorized(client);
    OK(cis2_key_set_from_json(bytes("{\"keys\":[]}"), &keys, &why));
    OK(cis2_authorization_parameters_new(&parameters, &why));
    cis2_client *fresh = client_of(config);
    OK(cis2_client_begin_authorization(fresh, NULL, &flow, &why));
    cis2_client_free(fresh);

    tap_run("NULL is refused: keys and key sets", keys_and_sets);
    tap_run("NULL is refused: configurations", configurations);
    tap_run("NULL is refused: clients and assertions", clients);
    tap_run("NULL is refused: authorization parameters", what_to_ask_for);
    tap_run("NULL is refused: flows and identities", flows);
    tap_run("accessors of NULL give nothing", accessors);
    tap_run("freeing NULL does nothing", frees);
    tap_run("out_error may be NULL", no_error_output);

    cis2_flow_free(flow);
    cis2_authorization_parameters_free(parameters);
    cis2_key_set_free(keys);
    cis2_authorization_request_free(request);
    cis2_client_free(client);
    cis2_config_free(config);
    cis2_key_free(key);
    return tap_end();
}
