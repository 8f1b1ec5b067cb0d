/* What several programs of the tests begin with: a key, a client, a provider in memory. They run in the root. */
#ifndef CIS2_TESTS_SUPPORT_H
#define CIS2_TESTS_SUPPORT_H

#include "tap.h"

#define KEY_FOLDER "tests/vectors/keys/"
#define TEST_KEY_FILE KEY_FOLDER "rsa2048.pkcs8.pem"
#define TEST_KEY_ID "c-tests-1"
#define TEST_CLIENT_ID "123456789012.apps.supplier"
#define TEST_REDIRECT_URI "https://rp.example/callback"
#define TEST_CODE "marker-code-of-the-c-tests"
#define SIMULATOR_ISSUER "https://cis2.localhost:443/openam/oauth2/realms/root/realms/NHSIdentity/realms/Healthcare"
#define SIMULATOR_TOKEN_ENDPOINT SIMULATOR_ISSUER "/access_token"
#define CALLBACK_BYTES 4096

cis2_str text(const char *nul_terminated);
cis2_bytes bytes(const char *nul_terminated);
extern const cis2_str no_text;
extern const cis2_bytes no_bytes;

/* A whole file, to be freed; NULL with errno if it cannot be read. */
char *read_file(const char *path, size_t *len);

cis2_key *key_from_file(const char *path, const char *key_id, uint32_t algorithm);
/* Of the local simulator's row, with the values above. The state secret is 32 times this byte. */
cis2_config *test_config(char state_secret);
cis2_client *client_of(const cis2_config *config);
cis2_client *test_client(void);
/* A whole row as JSON, to be freed: the simulator's with a host of one's own. */
char *platform_row(const char *host);

/* Supplies an answer from the address that was asked. */
cis2_status answer(cis2_flow *flow, uint16_t http_status, const char *headers, const char *body);
/* What discovery answers for the local simulator's row. */
extern const char discovery_document[];
/* Begins an authorization and answers its discovery. Its state and nonce are told as secrets. */
cis2_authorization_request *authorized(const cis2_client *client);
/* `code` and the request's state, as a query. */
void callback_of(const cis2_authorization_request *request, char callback[CALLBACK_BYTES]);
/* Begins an authorization, whose first request is discovery. Its client is gone: the flow keeps what it needs. */
cis2_flow *discovering(void);
/* Begins a sign-in, whose first request is the code exchange. */
cis2_flow *exchanging(const cis2_client *client);
/* Asks a flow, which must want to send something. */
void expect_send(cis2_flow *flow, const char *url_end);

/* What the simulator said of itself: the value of CIS2_SIM_`name`. Gives up without it. */
const char *simulator(const char *name);

/* The value of a parameter in a query or form, to be freed; NULL if there is none. Nothing is decoded. */
char *parameter_of(const char *query, size_t len, const char *name);
/* The claims of a compact JWS as JSON text, to be freed. */
char *claims_of(const char *jws, size_t len);
/* The value of `"name":` in a JSON object without blanks, without its quotes, to be freed; NULL if there is none. */
char *member_of(const char *json, const char *name);

#endif
