/* consumer KEY.pem: mints an assertion, and runs a flow to nobody, so that all of the library is linked and starts. */
#include <cis2.h>

#include <stdio.h>
#include <stdlib.h>

static cis2_str text(const char *nul_terminated)
{
    return (cis2_str){nul_terminated, CIS2_LEN_NUL};
}

static void check(cis2_status status, cis2_error *error)
{
    if (status != CIS2_STATUS_OK) {
        fprintf(stderr, "%s\n", cis2_error_message(error).data);
        exit(EXIT_FAILURE);
    }
}

int main(int argc, char **argv)
{
    static uint8_t pem[65536];
    const char *const client_id = "123456789012.apps.supplier";
    FILE *file = argc == 2 ? fopen(argv[1], "rb") : NULL;
    if (file == NULL) {
        return EXIT_FAILURE;
    }
    const size_t len = fread(pem, 1, sizeof pem, file);
    fclose(file);

    cis2_error *error = NULL;
    cis2_key *key = NULL;
    cis2_assertion *assertion = NULL;
    cis2_config *config = NULL;
    cis2_client *client = NULL;
    cis2_flow *flow = NULL;
    check(cis2_key_from_pem((cis2_bytes){pem, len}, (cis2_bytes){NULL, 0}, text("kid"), CIS2_ALGORITHM_RS256, &key,
                            &error),
          error);
    check(cis2_assertion_mint(key, text(client_id), text("https://example.org/token"), 60, &assertion, &error), error);
    check(cis2_config_new(CIS2_PLATFORM_LOCAL_SIMULATOR, &config, &error), error);
    check(cis2_config_set_client_id(config, text(client_id), &error), error);
    check(cis2_config_set_redirect_uri(config, text("https://rp.example/callback"), &error), error);
    check(cis2_config_set_signing_key(config, key, &error), error);
    /* Port 9 of this machine: nobody. */
    check(cis2_config_set_connect_to(config, text("cis2.localhost:443"), text("127.0.0.1:9"), &error), error);
    check(cis2_client_new(config, &client, &error), error);
    check(cis2_client_begin_authorization(client, NULL, &flow, &error), error);
    const cis2_status status = cis2_flow_run(flow, 0, &error);
    printf("cis2 %s: %zu characters of assertion; %s\n", cis2_version(), cis2_assertion_text(assertion).len,
           cis2_status_name(status).data);
    cis2_error_free(error);
    cis2_flow_free(flow);
    cis2_client_free(client);
    cis2_config_free(config);
    cis2_assertion_free(assertion);
    cis2_key_free(key);
    return status == CIS2_STATUS_CONNECT && cis2_live_objects() == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
