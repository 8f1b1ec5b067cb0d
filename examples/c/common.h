/*
 * What stands around a sign-in in all examples: a client made from settings, and errors that end the program. A header,
 * so that each example is one file to compile.
 *
 * The settings are the simulator's, in CIS2_SIM_...; at a real CIS2 they are yours.
 */
#ifndef CIS2_EXAMPLES_COMMON_H
#define CIS2_EXAMPLES_COMMON_H

#include <cis2.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* More than any file that is read here. */
#define MAX_FILE_BYTES (1024 * 1024)

static void fail(const char *what, const char *why)
{
    fflush(stdout);
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
    fflush(stdout);
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
    const int is_rs512 = strcmp(setting("CIS2_SIM_ALGORITHM"), "RS512") == 0;
    cis2_error *error;
    cis2_key *key;
    size_t len;
    char *pem = read_file(setting("CIS2_SIM_KEY_FILE"), &len);

    cis2_status status =
        cis2_key_from_pem((cis2_bytes){(const uint8_t *)pem, len}, no_password, text(setting("CIS2_SIM_KID")),
                          is_rs512 ? CIS2_ALGORITHM_RS512 : CIS2_ALGORITHM_RS256, &key, &error);
    /* The library has its own copy, which it overwrites too. */
    wipe(pem, len);
    free(pem);
    check(status, &error);
    return key;
}

/* Made once, at start, and shared by all threads. `on_event`: told what happens, for a log; NULL for nobody. */
static cis2_client *make_client(cis2_event_fn on_event)
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

    if (on_event != NULL) {
        check(cis2_config_set_events(config, on_event, NULL, NULL, CIS2_LEVEL_INFO, &error), &error);
    }
    check(cis2_client_new(config, &client, &error), &error);
    cis2_config_free(config);
    return client;
}

/* The role that the person picks, and what may be done with it: without these scopes the identity says neither. */
static cis2_authorization_parameters *ask_for_role(void)
{
    cis2_error *error;
    cis2_authorization_parameters *parameters;

    check(cis2_authorization_parameters_new(&parameters, &error), &error);
    check(cis2_authorization_parameters_set_scope(parameters, text("openid nationalrbacaccess selectedrole"), &error),
          &error);
    return parameters;
}

#endif
