/*
 * What stands around a sign-in in both examples: a client made from settings, errors that end the program, and lines on
 * the screen. A header, so that each example is one file to compile.
 *
 * The settings are the simulator's, in CIS2_SIM_...; at a real CIS2 they are yours.
 */
#ifndef CIS2_EXAMPLES_COMMON_H
#define CIS2_EXAMPLES_COMMON_H

#include <cis2.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

/* More than any file that is read here. */
#define MAX_FILE_BYTES (1024 * 1024)

static void fail(const char *what, const char *why)
{
    fprintf(stderr, "%s: %s\n", what, why);
    exit(EXIT_FAILURE);
}

/*
 * Ends the program if a call failed, with all that the library knows of why; the text holds no secret. A program that
 * goes on would free what it holds, in any order: outputs of a call that failed are NULL, and `_free` takes NULL.
 */
static void check(cis2_status status, cis2_error **error)
{
    if (status == CIS2_STATUS_OK) {
        return;
    }
    fprintf(stderr, "%s\n", cis2_error_message(*error).data);
    if (cis2_error_oauth_error(*error).len > 0) {
        fprintf(stderr, "the provider says: %s, %.*s\n", cis2_error_oauth_error(*error).data,
                (int)cis2_error_oauth_description(*error).len, cis2_error_oauth_description(*error).data);
    }
    cis2_error_free(*error);
    exit(EXIT_FAILURE);
}

static cis2_str text(const char *nul_terminated)
{
    return (cis2_str){nul_terminated, CIS2_LEN_NUL};
}

static const char *setting(const char *name)
{
    const char *value = getenv(name);
    if (value == NULL) {
        fail(name, "not set: run this beside `cis2 simulate`, as `./build.sh demo` does");
    }
    return value;
}

/* A whole file, to be freed. A directory can be opened like a file: it fails at the first read. */
static char *read_file(const char *path, size_t *len)
{
    char *data = malloc(MAX_FILE_BYTES);
    FILE *file = fopen(path, "rb");
    if (data == NULL || file == NULL) {
        fail(path, "cannot be opened");
    }
    *len = fread(data, 1, MAX_FILE_BYTES, file);
    if (ferror(file) || !feof(file)) {
        fail(path, "cannot be read, or is larger than it can be");
    }
    fclose(file);
    return data;
}

/* Overwrites a secret. volatile, because a compiler leaves out a memset that stands before a free. */
static void wipe(void *secret, size_t len)
{
    for (volatile unsigned char *at = secret; len > 0; len--) {
        *at++ = 0;
    }
}

static cis2_key *read_key(void)
{
    const cis2_bytes no_password = {NULL, 0};
    const char *algorithm = setting("CIS2_SIM_ALGORITHM");
    cis2_error *error;
    cis2_key *key;
    size_t len;
    char *pem = read_file(setting("CIS2_SIM_KEY_FILE"), &len);

    cis2_status status = cis2_key_from_pem((cis2_bytes){(const uint8_t *)pem, len}, no_password,
                                           text(setting("CIS2_SIM_KID")),
                                           strcmp(algorithm, "RS512") == 0 ? CIS2_ALGORITHM_RS512 : CIS2_ALGORITHM_RS256,
                                           &key, &error);
    /* The library has its own copy, which it overwrites too. */
    wipe(pem, len);
    free(pem);
    check(status, &error);
    return key;
}

/* Made once, at start, and shared by all threads. */
static cis2_client *make_client(void)
{
    cis2_error *error;
    cis2_config *config;
    cis2_client *client;
    size_t len;

    /* At a real CIS2: cis2_config_new(CIS2_PLATFORM_CIS2_INTEGRATION, &config, &error), and no roots nor connect_to. */
    char *row = read_file(setting("CIS2_SIM_PLATFORM_FILE"), &len);
    check(cis2_config_from_platform_json((cis2_str){row, len}, &config, &error), &error);
    free(row);

    cis2_key *key = read_key();
    check(cis2_config_set_signing_key(config, key, &error), &error);
    cis2_key_free(key);
    check(cis2_config_set_client_id(config, text(setting("CIS2_SIM_CLIENT_ID")), &error), &error);
    check(cis2_config_set_redirect_uri(config, text(setting("CIS2_SIM_REDIRECT_URI")), &error), &error);

    /* The simulator has a CA of its own, and publishes addresses with port 443 although it listens on another one. */
    char *roots = read_file(setting("CIS2_SIM_CA_FILE"), &len);
    check(cis2_config_add_root_pem(config, (cis2_bytes){(const uint8_t *)roots, len}, &error), &error);
    free(roots);
    const char *connect_to = setting("CIS2_SIM_CONNECT_TO"); /* HOST:443:ADDRESS:PORT */
    const char *colon = strchr(connect_to, ':');
    colon = colon == NULL ? NULL : strchr(colon + 1, ':');
    if (colon == NULL) {
        fail("CIS2_SIM_CONNECT_TO", "not of the form HOST:443:ADDRESS:PORT");
    }
    const cis2_str host_port = {connect_to, (size_t)(colon - connect_to)};
    check(cis2_config_set_connect_to(config, host_port, text(colon + 1), &error), &error);

    check(cis2_client_new(config, &client, &error), &error);
    cis2_config_free(config);
    return client;
}

/* One part of a compact JWS: base64url without padding (RFC 4648 section 5). */
static void show_part(const char *title, const char *part, size_t len)
{
    static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    unsigned bits = 0;
    int count = 0;

    printf("%s", title);
    for (size_t i = 0; i < len; i++) {
        bits = bits << 6 | (unsigned)(strchr(digits, part[i]) - digits);
        count += 6;
        if (count >= 8) {
            count -= 8;
            putchar((int)(bits >> count & 0xff));
        }
    }
    putchar('\n');
}

/* What the library says to the token endpoint. The flows mint their own; this one is made to be looked at. */
static void show_assertion(const cis2_client *client)
{
    cis2_error *error;
    cis2_assertion *assertion;
    char audience[1024];

    snprintf(audience, sizeof audience, "%s/access_token", setting("CIS2_SIM_ISSUER"));
    check(cis2_client_assertion(client, text(audience), &assertion, &error), &error);
    /* Header and claims say nothing that is secret; with the signature they would be a credential. */
    const char *header = cis2_assertion_text(assertion).data;
    const char *claims = strchr(header, '.') + 1;
    show_part("assertion header: ", header, (size_t)(claims - 1 - header));
    show_part("assertion claims: ", claims, strcspn(claims, "."));
    cis2_assertion_free(assertion);
}

/* Where the browser goes, without the query: state and nonce stand there. */
static void show_address(cis2_str url)
{
    printf("the browser goes to: %.*s\n", (int)strcspn(url.data, "?"), url.data);
}

static void show_identity(const cis2_sign_in *sign_in)
{
    const cis2_identity *identity = cis2_sign_in_identity(sign_in);
    const cis2_str role = cis2_identity_selected_role_id(identity);
    const cis2_str session = cis2_identity_session_id(identity);
    const cis2_str acr = cis2_identity_acr(identity);
    const time_t expires_at = (time_t)cis2_identity_expires_at(identity);
    char expiry[sizeof "2026-11-25T12:00:00Z"];

    strftime(expiry, sizeof expiry, "%Y-%m-%dT%H:%M:%SZ", gmtime(&expires_at));
    printf("signed in:  %s\n", cis2_identity_subject(identity).data);
    printf("  level:    %u\n", (unsigned)cis2_identity_authentication_level(identity));
    /* What a token need not have is the empty view, whose data is NULL. */
    printf("  acr:      %s\n", acr.len > 0 ? acr.data : "none");
    printf("  role:     %s\n", role.len > 0 ? role.data : "none");
    printf("  session:  %s\n", session.len > 0 ? session.data : "none");
    printf("  expires:  %s\n", expiry);
}

/* The last line of a program that freed all that it was given. */
static int finish(void)
{
    printf("cis2_live_objects() = %llu\n", (unsigned long long)cis2_live_objects());
    return cis2_live_objects() == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}

#endif
