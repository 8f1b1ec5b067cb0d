/* Client assertions: what they say, what is never said, and for whom none is minted. */
#include "support.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#define LIVE_HOST "https://am.nhsidentity.spineservices.nhs.uk"
#define REALM "/openam/oauth2/realms/root/realms/NHSIdentity/realms/Healthcare"
#define LIVE_TOKEN_ENDPOINT LIVE_HOST ":443" REALM "/access_token"
#define API_KEY "marker4APIkeyOfTheCTests12345678"

static cis2_key *key;
static cis2_client *client;

static char *claims_and_free(cis2_assertion *assertion)
{
    const cis2_str jws = cis2_assertion_text(assertion);
    char *claims = claims_of(jws.data, jws.len);
    cis2_assertion_free(assertion);
    return claims;
}

static void same_member(const char *claims, const char *name, const char *expected)
{
    char *found = member_of(claims, name);
    EXPECT(found != NULL);
    if (found != NULL) {
        SAME_TEXT(expected, ((cis2_str){found, strlen(found)}));
    }
    free(found);
}

static void no_audience_is_the_one_of_the_platform(void)
{
    cis2_assertion *assertion = NULL;
    OK(cis2_client_assertion(client, (cis2_str){NULL, 0}, &assertion, &why));
    char *claims = claims_and_free(assertion);
    same_member(claims, "aud", SIMULATOR_TOKEN_ENDPOINT);
    free(claims);
}

static void what_it_says(void)
{
    const int64_t before = (int64_t)time(NULL);
    cis2_assertion *assertion = NULL;
    OK(cis2_client_assertion(client, text(SIMULATOR_TOKEN_ENDPOINT), &assertion, &why));
    const cis2_str jws = cis2_assertion_text(assertion);
    EXPECT(jws.data[jws.len] == '\0' && strlen(jws.data) == jws.len);
    secret(jws.data, jws.len);
    const char *first = strchr(jws.data, '.');
    EXPECT(first != NULL && strchr(first + 1, '.') != NULL && strchr(jws.data, '=') == NULL);
    const int64_t expires_at = cis2_assertion_expires_at(assertion);
    EXPECT(expires_at >= before + 60 && expires_at <= (int64_t)time(NULL) + 60);

    char *claims = claims_and_free(assertion);
    same_member(claims, "iss", TEST_CLIENT_ID);
    same_member(claims, "sub", TEST_CLIENT_ID);
    same_member(claims, "aud", SIMULATOR_TOKEN_ENDPOINT);
    char *jti = member_of(claims, "jti"), *exp = member_of(claims, "exp"), *iat = member_of(claims, "iat");
    SAME_NUMBER(22, jti == NULL ? 0 : strlen(jti));
    SAME_NUMBER(expires_at, atoll(exp));
    SAME_NUMBER(60, atoll(exp) - atoll(iat));
    EXPECT(strstr(claims, "nbf") == NULL && strstr(claims, "nonce") == NULL);
    free(jti);
    free(exp);
    free(iat);
    free(claims);
}

static void port_stays(void)
{
    const char *const audiences[] = {SIMULATOR_TOKEN_ENDPOINT, LIVE_TOKEN_ENDPOINT};
    for (size_t i = 0; i < 2; i++) {
        cis2_assertion *assertion = NULL;
        OK(cis2_assertion_mint(key, text(TEST_CLIENT_ID), text(audiences[i]), 0, &assertion, &why));
        char *claims = claims_and_free(assertion);
        same_member(claims, "aud", audiences[i]);
        EXPECT(strstr(claims, ":443/openam/") != NULL);
        free(claims);
    }
}

static void port_lost(void)
{
    cis2_assertion *assertion = NULL;
    REFUSED_SAYING(AUDIENCE_FOREIGN, ":443 was lost",
                   cis2_assertion_mint(key, text(TEST_CLIENT_ID), text(LIVE_HOST REALM "/access_token"), 0, &assertion,
                                       &why));
    REFUSED_SAYING(AUDIENCE_FOREIGN, ":443 was lost",
                   cis2_client_assertion(client, text("https://cis2.localhost" REALM "/access_token"), &assertion,
                                         &why));
    EXPECT(assertion == NULL);
}

static void other_audiences(void)
{
    static const char *const foreign[] = {
        LIVE_TOKEN_ENDPOINT "/",      LIVE_TOKEN_ENDPOINT " ", LIVE_HOST ":443" REALM, LIVE_HOST ":443" REALM "/token",
        LIVE_HOST ":443/ACCESS_TOKEN", LIVE_HOST ":8443" REALM "/access_token",
    };
    cis2_assertion *assertion = NULL;
    for (size_t i = 0; i < sizeof foreign / sizeof foreign[0]; i++) {
        tap_at(foreign[i]);
        const cis2_status status =
            cis2_assertion_mint(key, text(TEST_CLIENT_ID), text(foreign[i]), 0, &assertion, &why);
        /* An address that is none belongs to no row, and is refused as what it is. */
        const cis2_status expected =
            strchr(foreign[i], ' ') == NULL ? CIS2_STATUS_AUDIENCE_FOREIGN : CIS2_STATUS_INVALID_ARGUMENT;
        tap_refused(expected, status, "cis2_assertion_mint", __LINE__);
        REFUSED(AUDIENCE_FOREIGN, cis2_client_assertion(client, text(foreign[i]), &assertion, &why));
    }
    REFUSED(INVALID_ARGUMENT, cis2_assertion_mint(key, text(TEST_CLIENT_ID), text(""), 0, &assertion, &why));
    REFUSED(INVALID_ARGUMENT,
            cis2_assertion_mint(key, text(TEST_CLIENT_ID), text("http://a.example"), 0, &assertion, &why));
}

/* The two identities are not the same, and neither is repeated in a message: an API key is half a credential. */
static void the_wrong_identity(void)
{
    secret(API_KEY, strlen(API_KEY));
    cis2_assertion *assertion = NULL;
    cis2_config *config = test_config('s');
    REFUSED_SAYING(CLIENT_ID_IS_API_KEY, ".apps.supplier", cis2_config_set_client_id(config, text(API_KEY), &why));
    REFUSED_SAYING(CLIENT_ID_IS_API_KEY, ".apps.national",
                   cis2_assertion_mint(key, text(API_KEY), text(LIVE_TOKEN_ENDPOINT), 0, &assertion, &why));
    REFUSED(CLIENT_ID_IS_API_KEY,
            cis2_config_set_client_id(config, text("9d1d9c4a-8f7c-4a3e-9d0f-2b5d6c7e8f90"), &why));
    OK(cis2_config_set_client_id(config, text("1.apps.national"), &why));
    cis2_config_free(config);

    char *row = platform_row("own.example");
    char *kind = strstr(row, "\"any\"");
    char *api_row = malloc(strlen(row) + sizeof "\"api_platform\"");
    if (api_row == NULL || kind == NULL) {
        tap_give_up("a row", "cannot be made");
    }
    sprintf(api_row, "%.*s\"api_platform\"%s", (int)(kind - row), row, kind + strlen("\"any\""));
    OK(cis2_config_from_platform_json(text(api_row), &config, &why));
    REFUSED_SAYING(CLIENT_ID_IS_CIS2, "API key", cis2_config_set_client_id(config, text(TEST_CLIENT_ID), &why));
    OK(cis2_config_set_client_id(config, text(API_KEY), &why));
    cis2_config_free(config);
    free(api_row);
    free(row);
}

static void lifetimes(void)
{
    const uint32_t refused[] = {1, 9, 301, 3600, UINT32_MAX}, taken[][2] = {{0, 60}, {10, 10}, {300, 300}};
    cis2_assertion *assertion = NULL;
    for (size_t i = 0; i < 5; i++) {
        REFUSED_SAYING(CONFIG_INVALID, "10 to 300",
                       cis2_assertion_mint(key, text(TEST_CLIENT_ID), text(LIVE_TOKEN_ENDPOINT), refused[i], &assertion,
                                           &why));
    }
    for (size_t i = 0; i < 3; i++) {
        OK(cis2_assertion_mint(key, text(TEST_CLIENT_ID), text(LIVE_TOKEN_ENDPOINT), taken[i][0], &assertion, &why));
        char *claims = claims_and_free(assertion);
        char *exp = member_of(claims, "exp"), *iat = member_of(claims, "iat");
        SAME_NUMBER(taken[i][1], atoll(exp) - atoll(iat));
        free(exp);
        free(iat);
        free(claims);
    }
}

static void never_the_same_twice(void)
{
    char *jtis[8];
    for (size_t i = 0; i < 8; i++) {
        cis2_assertion *assertion = NULL;
        OK(cis2_client_assertion(client, text(SIMULATOR_TOKEN_ENDPOINT), &assertion, &why));
        char *claims = claims_and_free(assertion);
        jtis[i] = member_of(claims, "jti");
        free(claims);
        for (size_t j = 0; j < i; j++) {
            EXPECT(jtis[i] != NULL && jtis[j] != NULL && strcmp(jtis[i], jtis[j]) != 0);
        }
    }
    for (size_t i = 0; i < 8; i++) {
        free(jtis[i]);
    }
}

/* A server that no row describes: the general rules, and any identity. */
static void another_server(void)
{
    cis2_assertion *assertion = NULL;
    OK(cis2_assertion_mint(key, text(API_KEY), text("https://own.example/token"), 0, &assertion, &why));
    char *claims = claims_and_free(assertion);
    same_member(claims, "aud", "https://own.example/token");
    free(claims);
    REFUSED(INVALID_ARGUMENT,
            cis2_assertion_mint(key, text(""), text("https://own.example/token"), 0, &assertion, &why));
    REFUSED(INVALID_ARGUMENT,
            cis2_assertion_mint(key, text("a\nb"), text("https://own.example/token"), 0, &assertion, &why));
}

int main(void)
{
    key = key_from_file(TEST_KEY_FILE, TEST_KEY_ID, CIS2_ALGORITHM_RS256);
    client = test_client();
    tap_run("an assertion without a said audience has the platform's", no_audience_is_the_one_of_the_platform);
    tap_run("an assertion says what the contract wants, for 60 seconds", what_it_says);
    tap_run("the audience keeps its :443", port_stays);
    tap_run("an audience that lost its :443 is refused, and that is said", port_lost);
    tap_run("an audience that the platform would not take is refused", other_audiences);
    tap_run("an API key as client id is refused, and a CIS2 client id as API key", the_wrong_identity);
    tap_run("a lifetime is 10 to 300 seconds, or the platform's own", lifetimes);
    tap_run("no two assertions share a jti", never_the_same_twice);
    tap_run("a server that no row describes gets the general rules", another_server);
    cis2_client_free(client);
    cis2_key_free(key);
    return tap_end();
}
