/*
 * Sign-ins against the local simulator, whose addresses and files are in CIS2_SIM_... (tools/with-simulator.sh). A
 * header, because libcurl is only for the programs that include it.
 */
#ifndef CIS2_TESTS_SIMULATOR_H
#define CIS2_TESTS_SIMULATOR_H

#include "../../examples/c/browser.h"
#include "support.h"

/* The simulator's row and client, its CA, and the address at which it listens. */
static cis2_config *simulator_config(void)
{
    cis2_config *config = NULL;
    size_t len;
    char *row = read_file(simulator("PLATFORM_FILE"), &len);
    const uint32_t algorithm =
        strcmp(simulator("ALGORITHM"), "RS512") == 0 ? CIS2_ALGORITHM_RS512 : CIS2_ALGORITHM_RS256;
    cis2_key *key = key_from_file(simulator("KEY_FILE"), simulator("KID"), algorithm);

    OK(cis2_config_from_platform_json((cis2_str){row, len}, &config, &why));
    free(row);
    OK(cis2_config_set_client_id(config, text(simulator("CLIENT_ID")), &why));
    OK(cis2_config_set_redirect_uri(config, text(simulator("REDIRECT_URI")), &why));
    OK(cis2_config_set_signing_key(config, key, &why));
    OK(cis2_config_set_connect_to(config, text("cis2.localhost:443"), text(simulator("LISTEN")), &why));
    cis2_key_free(key);
    char *roots = read_file(simulator("CA_FILE"), &len);
    OK(cis2_config_add_root_pem(config, (cis2_bytes){(const uint8_t *)roots, len}, &why));
    free(roots);
    return config;
}

/* The first half of a sign-in and the person's part. On any thread: it leaves macros and secrets to its caller. */
static cis2_status authorize_as(const char *person, const cis2_client *client,
                                const cis2_authorization_parameters *parameters,
                                cis2_authorization_request **out_request, char **out_callback, cis2_error **out_error)
{
    cis2_flow *flow = NULL;
    *out_request = NULL;
    *out_callback = NULL;
    cis2_status status = cis2_client_begin_authorization(client, parameters, &flow, out_error);
    if (status == CIS2_STATUS_OK) {
        status = cis2_flow_run(flow, 0, out_error);
    }
    if (status == CIS2_STATUS_OK) {
        status = cis2_flow_take_authorization_request(flow, out_request, out_error);
    }
    if (status == CIS2_STATUS_OK) {
        *out_callback = browser_visit(cis2_authorization_request_url(*out_request).data, person);
    }
    cis2_flow_free(flow);
    return status;
}

/* The second half. */
static cis2_status exchange_for(const cis2_client *client, const cis2_authorization_request *request,
                                const char *callback, cis2_sign_in **out_sign_in, cis2_error **out_error)
{
    cis2_flow *flow = NULL;
    *out_sign_in = NULL;
    cis2_status status = cis2_client_begin_sign_in(client, request, text(callback), &flow, out_error);
    if (status == CIS2_STATUS_OK) {
        status = cis2_flow_run(flow, 0, out_error);
    }
    if (status == CIS2_STATUS_OK) {
        status = cis2_flow_take_sign_in(flow, out_sign_in, out_error);
    }
    cis2_flow_free(flow);
    return status;
}

static void parameter_is_secret(const char *query, const char *name)
{
    char *value = query == NULL ? NULL : parameter_of(query, strlen(query), name);
    if (value != NULL) {
        secret(value, strlen(value));
    }
    free(value);
}

static void tokens_are_secret(const cis2_sign_in *sign_in)
{
    const cis2_str access = cis2_tokens_access_token(cis2_sign_in_tokens(sign_in));
    const cis2_str id = cis2_tokens_id_token(cis2_sign_in_tokens(sign_in));
    if (access.len > 0 && id.len > 0) {
        secret(access.data, access.len);
        secret(id.data, id.len);
    }
}

#endif
