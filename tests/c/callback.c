/* What the browser brings back, what waited for it, what was asked for, and ID tokens that came another way. */
#include "support.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static cis2_client *client;
static cis2_authorization_request *request;
static char *state;

/* Begins a sign-in with this callback, in which $ stands for the state. */
static cis2_status begin(const char *form, cis2_flow **out_flow)
{
    char callback[CALLBACK_BYTES] = "";
    for (; *form != '\0'; form++) {
        snprintf(callback + strlen(callback), sizeof callback - strlen(callback), "%.*s", *form == '$' ? 200 : 1,
                 *form == '$' ? state : form);
    }
    return cis2_client_begin_sign_in(client, request, text(callback), out_flow, &why);
}

#define CODE "code=" TEST_CODE

static void good_callbacks(void)
{
    static const char *const forms[] = {
        TEST_REDIRECT_URI "?" CODE "&state=$",
        TEST_REDIRECT_URI "?" CODE "&state=$#",
        "?state=$&" CODE,
        CODE "&state=$",
        CODE "&state=$&iss=https%3A%2F%2Fcis2.localhost%3A443%2Fopenam%2Foauth2%2Frealms%2Froot%2Frealms"
             "%2FNHSIdentity%2Frealms%2FHealthcare&client_id=x&scope=openid+profile",
    };
    for (size_t i = 0; i < sizeof forms / sizeof forms[0]; i++) {
        cis2_flow *flow = NULL;
        tap_at("a callback of its number in the source");
        OK(begin(forms[i], &flow));
        expect_send(flow, "/access_token");
        cis2_flow_free(flow);
    }
}

static void bad_callbacks(void)
{
    static const struct {
        const char *name;
        cis2_status expected;
        const char *form;
    } rows[] = {
        {"nothing", CIS2_STATUS_STATE_MISSING, ""},
        {"no state", CIS2_STATUS_STATE_MISSING, CODE},
        {"empty state", CIS2_STATUS_STATE_MISSING, CODE "&state="},
        {"another state", CIS2_STATUS_STATE_MISMATCH, CODE "&state=another"},
        {"a longer state", CIS2_STATUS_STATE_MISMATCH, CODE "&state=$x"},
        {"state twice", CIS2_STATUS_CALLBACK_PARAMETER_REPEATED, CODE "&state=$&state=$"},
        {"code twice", CIS2_STATUS_CALLBACK_PARAMETER_REPEATED, CODE "&state=$&" CODE},
        {"no code", CIS2_STATUS_CODE_MISSING, "state=$"},
        {"empty code", CIS2_STATUS_CODE_MISSING, "code=&state=$"},
        {"refused", CIS2_STATUS_AUTHORIZATION_REFUSED, "error=access_denied&state=$"},
        {"refused, with a code", CIS2_STATUS_AUTHORIZATION_REFUSED, "error=access_denied&state=$&" CODE},
        {"refused by somebody", CIS2_STATUS_STATE_MISSING, "error=access_denied"},
        {"another issuer", CIS2_STATUS_CALLBACK_ISSUER_MISMATCH, CODE "&state=$&iss=https%3A%2F%2Fevil.example"},
        {"a token", CIS2_STATUS_CALLBACK_TOKEN_PRESENT, CODE "&state=$&id_token=x"},
        {"a broken escape", CIS2_STATUS_CALLBACK_MALFORMED, "code=%zz&state=$"},
        {"an escape cut off", CIS2_STATUS_CALLBACK_MALFORMED, "state=$&code=%4"},
        {"escaped bytes that are no text", CIS2_STATUS_CALLBACK_MALFORMED, "code=%ff&state=$"},
        {"a line end", CIS2_STATUS_CALLBACK_MALFORMED, CODE "\n&state=$"},
        {"an escaped NUL", CIS2_STATUS_CALLBACK_MALFORMED, "code=a%00b&state=$"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        int something;
        cis2_flow *flow = (void *)&something;
        tap_at(rows[i].name);
        tap_refused(rows[i].expected, begin(rows[i].form, &flow), "cis2_client_begin_sign_in", __LINE__);
        EXPECT(flow == NULL);
    }
    /* A callback of 1 MB, as anybody can send it to a web server. */
    const size_t size = 1000 * 1000;
    char *large = malloc(size);
    cis2_flow *flow = NULL;
    if (large == NULL) {
        tap_give_up("memory", "there is none");
    }
    memset(large, 'a', size);
    REFUSED(CALLBACK_MALFORMED, cis2_client_begin_sign_in(client, request, (cis2_str){large, size}, &flow, &why));
    free(large);
}

static void words_of_a_refusal(void)
{
    cis2_flow *flow = NULL;
    const cis2_status status = begin("error=access_denied&error_description=Not+today,+$&state=$&" CODE, &flow);
    SAME_NUMBER(CIS2_STATUS_AUTHORIZATION_REFUSED, status);
    SAME_TEXT("access_denied", cis2_error_oauth_error(why));
    SAME_TEXT("Not today, [removed]", cis2_error_oauth_description(why));
    EXPECT(why != NULL && strstr(cis2_error_message(why).data, "Not today") == NULL);
    tap_refused(CIS2_STATUS_AUTHORIZATION_REFUSED, status, "cis2_client_begin_sign_in", __LINE__);
}

static cis2_client *other_client(char state_secret, const char *client_id, const char *redirect_uri, char previous)
{
    uint8_t previous_secret[32];
    cis2_config *config = test_config(state_secret);
    OK(cis2_config_set_client_id(config, text(client_id), &why));
    OK(cis2_config_set_redirect_uri(config, text(redirect_uri), &why));
    memset(previous_secret, previous, sizeof previous_secret);
    OK(cis2_config_set_previous_state_secret(config, (cis2_bytes){previous_secret, sizeof previous_secret}, &why));
    cis2_client *other = client_of(config);
    cis2_config_free(config);
    return other;
}

static void sealed_requests(void)
{
    cis2_authorization_request *restored = NULL;
    const cis2_str sealed = cis2_authorization_request_sealed(request);
    secret(sealed.data, sealed.len);

    OK(cis2_client_restore_authorization_request(client, sealed, &restored, &why));
    EXPECT(cis2_authorization_request_url(restored).len == 0);
    SAME_TEXT(sealed.data, cis2_authorization_request_sealed(restored));
    cis2_flow *flow = NULL;
    char callback[CALLBACK_BYTES];
    callback_of(request, callback);
    OK(cis2_client_begin_sign_in(client, restored, text(callback), &flow, &why));
    cis2_authorization_request_free(restored);
    expect_send(flow, "/access_token");
    cis2_flow_free(flow);

    const struct {
        cis2_status expected;
        cis2_client *client;
    } rows[] = {
        {CIS2_STATUS_REQUEST_SEAL_FOREIGN, other_client('t', TEST_CLIENT_ID, TEST_REDIRECT_URI, 'u')},
        {CIS2_STATUS_REQUEST_CLIENT_FOREIGN, other_client('s', "1.apps.national", TEST_REDIRECT_URI, 'u')},
        {CIS2_STATUS_REQUEST_CLIENT_FOREIGN, other_client('s', TEST_CLIENT_ID, TEST_REDIRECT_URI "2", 'u')},
        /* The secret was changed while the person signed in: the older one opens. */
        {CIS2_STATUS_OK, other_client('t', TEST_CLIENT_ID, TEST_REDIRECT_URI, 's')},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        if (rows[i].expected == CIS2_STATUS_OK) {
            OK(cis2_client_restore_authorization_request(rows[i].client, sealed, &restored, &why));
            cis2_authorization_request_free(restored);
        } else {
            tap_refused(rows[i].expected,
                        cis2_client_restore_authorization_request(rows[i].client, sealed, &restored, &why), "a restore",
                        __LINE__);
            EXPECT(restored == NULL);
        }
        cis2_client_free(rows[i].client);
    }
}

static void damaged_sealed_requests(void)
{
    cis2_authorization_request *restored = NULL;
    const cis2_str sealed = cis2_authorization_request_sealed(request);
    char *damaged = malloc(sealed.len + 1);
    if (damaged == NULL) {
        tap_give_up("memory", "there is none");
    }
    /* No character can be changed, and no end be cut off. */
    for (size_t i = 0; i < sealed.len; i += 7) {
        memcpy(damaged, sealed.data, sealed.len + 1);
        damaged[i] = damaged[i] == 'A' ? 'B' : 'A';
        cis2_status status = cis2_client_restore_authorization_request(client, text(damaged), &restored, NULL);
        EXPECT(status == CIS2_STATUS_REQUEST_SEAL_FOREIGN || status == CIS2_STATUS_REQUEST_MALFORMED);
        status = cis2_client_restore_authorization_request(client, (cis2_str){sealed.data, i}, &restored, NULL);
        EXPECT(i == 0 || status == CIS2_STATUS_REQUEST_SEAL_FOREIGN || status == CIS2_STATUS_REQUEST_MALFORMED);
        EXPECT(status != CIS2_STATUS_OK && restored == NULL);
    }
    free(damaged);
    REFUSED(REQUEST_MALFORMED, cis2_client_restore_authorization_request(client, text("2.abcd"), &restored, &why));
    REFUSED(REQUEST_MALFORMED, cis2_client_restore_authorization_request(client, text("1.a b"), &restored, &why));
}

static char *url_of(cis2_flow *flow)
{
    cis2_authorization_request *made = NULL;
    OK(cis2_flow_take_authorization_request(flow, &made, &why));
    const cis2_str url = cis2_authorization_request_url(made);
    char *copy = malloc(url.len + 1);
    if (copy == NULL || url.data == NULL) {
        tap_give_up("an address", "was not made");
    }
    memcpy(copy, url.data, url.len + 1);
    cis2_authorization_request_free(made);
    return copy;
}

static void parameters_are_sent(void)
{
    static const char *const parts[] = {"scope=openid%20nationalrbacaccess", "acr_values=AAL2_OR_AAL3_ANY%20AAL3_ANY",
                                        "max_age=300",                       "prompt=login",
                                        "ui_locales=cy%20en-GB",             "vtr=a%26b%3Dc%C3%A9",
                                        "client_id=" TEST_CLIENT_ID,         "response_type=code"};
    cis2_authorization_parameters *parameters = NULL;
    cis2_flow *flow = NULL;
    OK(cis2_authorization_parameters_new(&parameters, &why));
    OK(cis2_authorization_parameters_set_scope(parameters, text("openid nationalrbacaccess"), &why));
    OK(cis2_authorization_parameters_set_acr_values(parameters, text("AAL2_OR_AAL3_ANY AAL3_ANY"), &why));
    OK(cis2_authorization_parameters_set_max_age_s(parameters, 300, &why));
    OK(cis2_authorization_parameters_set_prompt(parameters, text("login"), &why));
    OK(cis2_authorization_parameters_set_ui_locales(parameters, text("cy en-GB"), &why));
    OK(cis2_authorization_parameters_set(parameters, text("vtr"), text("a&b=c\xc3\xa9"), &why));
    OK(cis2_client_begin_authorization(client, parameters, &flow, &why));
    /* They were copied. */
    cis2_authorization_parameters_free(parameters);
    char *url = url_of(flow);
    for (size_t i = 0; i < sizeof parts / sizeof parts[0]; i++) {
        tap_at(parts[i]);
        EXPECT(strstr(url, parts[i]) != NULL);
    }
    free(url);
    cis2_flow_free(flow);
}

static void parameters_are_refused(void)
{
    static const struct {
        cis2_status expected;
        const char *name;
        const char *value;
    } rows[] = {
        {CIS2_STATUS_SCOPE_WITHOUT_OPENID, "scope", "oidc profile"},
        {CIS2_STATUS_SCOPE_WITHOUT_OPENID, "scope", ""},
        {CIS2_STATUS_ACR_UNKNOWN, "acr_values", "AAL4_ANY"},
        {CIS2_STATUS_INVALID_ARGUMENT, "acr_values", ""},
        {CIS2_STATUS_INVALID_ARGUMENT, "prompt", ""},
        {CIS2_STATUS_INVALID_ARGUMENT, "ui_locales", "a\nb"},
        {CIS2_STATUS_INVALID_ARGUMENT, "state", "x"},
        {CIS2_STATUS_INVALID_ARGUMENT, "client_secret", "x"},
        {CIS2_STATUS_INVALID_ARGUMENT, "redirect_uri", "https://evil.example"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        const cis2_str value = text(rows[i].value);
        cis2_authorization_parameters *parameters = NULL;
        cis2_flow *flow = NULL;
        tap_at(rows[i].name);
        OK(cis2_authorization_parameters_new(&parameters, &why));
        if (strcmp(rows[i].name, "scope") == 0) {
            OK(cis2_authorization_parameters_set_scope(parameters, value, &why));
        } else if (strcmp(rows[i].name, "acr_values") == 0) {
            OK(cis2_authorization_parameters_set_acr_values(parameters, value, &why));
        } else if (strcmp(rows[i].name, "prompt") == 0) {
            OK(cis2_authorization_parameters_set_prompt(parameters, value, &why));
        } else if (strcmp(rows[i].name, "ui_locales") == 0) {
            OK(cis2_authorization_parameters_set_ui_locales(parameters, value, &why));
        } else {
            OK(cis2_authorization_parameters_set(parameters, text(rows[i].name), value, &why));
        }
        tap_refused(rows[i].expected, cis2_client_begin_authorization(client, parameters, &flow, &why), "a beginning",
                    __LINE__);
        EXPECT(flow == NULL);
        cis2_authorization_parameters_free(parameters);
    }
}

/* A cookie has little room: what does not fit is refused, and not cut. */
static void too_much_to_seal(void)
{
    char scope[1024] = "openid ", prompt[1000];
    uint32_t step;
    cis2_authorization_parameters *parameters = NULL;
    cis2_flow *flow = NULL;
    memset(scope + strlen(scope), 's', sizeof scope - 8);
    memset(prompt, 'p', sizeof prompt);
    OK(cis2_authorization_parameters_new(&parameters, &why));
    OK(cis2_authorization_parameters_set_scope(parameters, text(scope), &why));
    OK(cis2_authorization_parameters_set_prompt(parameters, (cis2_str){prompt, sizeof prompt}, &why));
    OK(cis2_client_begin_authorization(client, parameters, &flow, &why));
    REFUSED(REQUEST_TOO_LARGE, cis2_flow_next(flow, &step, &why));
    cis2_flow_free(flow);
    cis2_authorization_parameters_free(parameters);
}

/* Refusals alone: a token that passes comes from the simulator, in transport.c. */
static void id_tokens(void)
{
    static const char *const no_expectations[] = {"", "[]", "{}", "{\"nonce\":7}", "{\"nonce\":null,\"nonce\":null}",
                                                  "{\"nonce\":null,\"x\":1}", "{\"nonce\":null,\"max_age_s\":-1}"};
    const cis2_str any = text("{\"nonce\":null}");
    cis2_key *key = key_from_file(TEST_KEY_FILE, TEST_KEY_ID, CIS2_ALGORITHM_RS256);
    cis2_key_set *keys = NULL;
    cis2_identity *identity = NULL;
    cis2_assertion *assertion = NULL;
    cis2_str set;
    OK(cis2_key_jwk_set(key, &set, &why));
    OK(cis2_key_set_from_json((cis2_bytes){(const uint8_t *)set.data, set.len}, &keys, &why));
    cis2_key_free(key);
    OK(cis2_client_assertion(client, text(SIMULATOR_TOKEN_ENDPOINT), &assertion, &why));
    const cis2_str jws = cis2_assertion_text(assertion);
    secret(jws.data, jws.len);

    for (size_t i = 0; i < sizeof no_expectations / sizeof no_expectations[0]; i++) {
        tap_at(no_expectations[i]);
        REFUSED(INVALID_ARGUMENT,
                cis2_client_validate_id_token(client, keys, jws, text(no_expectations[i]), &identity, &why));
    }
    REFUSED(TOKEN_MALFORMED, cis2_client_validate_id_token(client, keys, text(""), any, &identity, &why));
    REFUSED(INVALID_ARGUMENT, cis2_client_validate_id_token(client, keys, text("\xff"), any, &identity, &why));
    REFUSED(INVALID_ARGUMENT, cis2_client_validate_id_token(client, keys, jws, text("\xff"), &identity, &why));
    REFUSED(TOKEN_MALFORMED, cis2_client_validate_id_token(client, keys, text("a.b"), any, &identity, &why));
    REFUSED(TOKEN_MALFORMED, cis2_client_validate_id_token(client, keys, text("a=.b=.c="), any, &identity, &why));
    /* Our own assertion, with our own key as the provider's: well signed, and no ID token of this issuer. */
    REFUSED(ISSUER_MISMATCH, cis2_client_validate_id_token(client, keys, jws, any, &identity, &why));
    cis2_key_set_free(keys);
    OK(cis2_key_set_from_json(bytes("{\"keys\":[]}"), &keys, &why));
    REFUSED(KEY_UNKNOWN, cis2_client_validate_id_token(client, keys, jws, any, &identity, &why));
    EXPECT(identity == NULL);
    cis2_assertion_free(assertion);
    cis2_key_set_free(keys);
}

int main(void)
{
    client = test_client();
    request = authorized(client);
    const cis2_str url = cis2_authorization_request_url(request);
    state = parameter_of(url.data, url.len, "state");
    secret(TEST_CODE, strlen(TEST_CODE));

    tap_run("a callback is taken as a whole URL, a query or a form", good_callbacks);
    tap_run("a bad callback is refused with a status of its own, and nothing is sent", bad_callbacks);
    tap_run("the provider's refusal keeps its words apart", words_of_a_refusal);
    tap_run("a sealed request is opened by the same client alone", sealed_requests);
    tap_run("a sealed request that was damaged is refused", damaged_sealed_requests);
    tap_run("authorization parameters are sent, each encoded once", parameters_are_sent);
    tap_run("authorization parameters that could not be checked later are refused", parameters_are_refused);
    tap_run("a request too large for a cookie is refused", too_much_to_seal);
    tap_run("an ID token that is none is refused with a status of its own", id_tokens);

    free(state);
    cis2_authorization_request_free(request);
    cis2_client_free(client);
    return tap_end();
}
