/* The built-in transport: whole sign-ins against the simulator. */
#define _POSIX_C_SOURCE 200809L

#include "simulator.h"

#include <curl/curl.h>

#include <dirent.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#define SUBJECT "656005750104" /* several-roles */

static cis2_client *client;
static cis2_sign_in *person;
static char *nonce;

static cis2_authorization_parameters *asking(const char *acr_values)
{
    cis2_authorization_parameters *parameters = NULL;
    OK(cis2_authorization_parameters_new(&parameters, &why));
    OK(cis2_authorization_parameters_set_scope(parameters, text("openid selectedrole nationalrbacaccess"), &why));
    if (acr_values != NULL) {
        OK(cis2_authorization_parameters_set_acr_values(parameters, text(acr_values), &why));
    }
    return parameters;
}

/* NULL if the sign-in was refused with the status that is expected. */
static cis2_sign_in *sign_in_as(const char *name, const char *acr_values, cis2_status expected)
{
    cis2_authorization_parameters *parameters = asking(acr_values);
    cis2_authorization_request *request;
    cis2_sign_in *sign_in = NULL;
    char *callback;

    OK(authorize_as(name, client, parameters, &request, &callback, &why));
    cis2_authorization_parameters_free(parameters);
    if (callback == NULL) {
        tap_give_up("the simulator", "did not redirect the browser");
    }
    const cis2_str url = cis2_authorization_request_url(request);
    parameter_is_secret(url.data, "state");
    parameter_is_secret(url.data, "nonce");
    parameter_is_secret(callback, "code");
    if (nonce == NULL) {
        nonce = parameter_of(url.data, url.len, "nonce");
    }
    const cis2_status status = exchange_for(client, request, callback, &sign_in, &why);
    if (expected == CIS2_STATUS_OK) {
        OK(status);
        tokens_are_secret(sign_in);
    } else {
        tap_refused(expected, status, name, __LINE__);
    }
    free(callback);
    cis2_authorization_request_free(request);
    return sign_in;
}

static void whole_sign_in(void)
{
    person = sign_in_as("several-roles", NULL, CIS2_STATUS_OK);
    if (person == NULL) {
        tap_give_up("a sign-in", "did not go well");
    }
}

static void identity(void)
{
    const cis2_identity *who = cis2_sign_in_identity(person);
    const int64_t now = (int64_t)time(NULL);
    cis2_str json;

    SAME_TEXT(simulator("ISSUER"), cis2_identity_issuer(who));
    EXPECT(strstr(cis2_identity_issuer(who).data, ":443/") != NULL);
    SAME_TEXT(SUBJECT, cis2_identity_subject(who));
    SAME_TEXT("AAL3_ANY", cis2_identity_acr(who));
    SAME_NUMBER(3, cis2_identity_authentication_level(who));
    EXPECT(cis2_identity_identity_level(who) <= 3);
    EXPECT(cis2_identity_selected_role_id(who).len == 12);
    const cis2_str session = cis2_identity_session_id(who);
    EXPECT(session.len > 0 && session.data[session.len] == '\0');
    EXPECT(cis2_identity_amr(who).len > 2 && cis2_identity_amr(who).data[0] == '[');
    EXPECT(cis2_identity_issued_at(who) <= now + 1 && cis2_identity_issued_at(who) > now - 60);
    EXPECT(cis2_identity_expires_at(who) > now);
    EXPECT(cis2_identity_authenticated_at(who) <= now + 1 && cis2_identity_authenticated_at(who) > now - 3600);
    const cis2_str all = cis2_identity_claims_json(who);
    EXPECT(all.data[0] == '{' && all.data[all.len] == '\0' && strstr(all.data, SUBJECT) != NULL);
    OK(cis2_identity_claim(who, text("sub"), &json, &why));
    SAME_TEXT("\"" SUBJECT "\"", json);
    const cis2_str first = json;
    OK(cis2_identity_claim(who, text("exp"), &json, &why));
    EXPECT(json.len >= 10 && strspn(json.data, "0123456789") == json.len);
    /* What was given before is still there. */
    SAME_TEXT("\"" SUBJECT "\"", first);
    json = first;
    REFUSED(NOT_FOUND, cis2_identity_claim(who, text("nobody_has_this"), &json, &why));
    EXPECT(json.data == NULL && json.len == 0);
    REFUSED(INVALID_ARGUMENT, cis2_identity_claim(who, text("\xff"), &json, &why));
    REFUSED(INVALID_ARGUMENT, cis2_identity_claim(who, text("sub"), NULL, &why));
}

static void tokens(void)
{
    const cis2_tokens *tokens = cis2_sign_in_tokens(person);
    const int64_t now = (int64_t)time(NULL);
    const cis2_str access = cis2_tokens_access_token(tokens), id = cis2_tokens_id_token(tokens);
    EXPECT(access.len > 20 && access.data[access.len] == '\0' && strlen(access.data) == access.len);
    EXPECT(id.len > 100 && strncmp(id.data, "eyJ", 3) == 0);
    EXPECT(cis2_tokens_refresh_token(tokens).len == 0);
    EXPECT(cis2_tokens_scope(tokens).len == 0 || strstr(cis2_tokens_scope(tokens).data, "openid") != NULL);
    EXPECT(cis2_tokens_expires_at(tokens) > now && cis2_tokens_expires_at(tokens) < now + 24 * 3600);
    EXPECT(cis2_sign_in_tokens(person) == tokens);
}

typedef struct {
    char data[64 * 1024];
    size_t len;
} document;

static size_t into_document(char *data, size_t size, size_t count, void *into)
{
    document *document = into;
    if (size * count > sizeof document->data - document->len) {
        return 0;
    }
    memcpy(document->data + document->len, data, size * count);
    document->len += size * count;
    return size * count;
}

/* The simulator's keys, as a server fetches them that receives ID tokens from elsewhere. */
static cis2_key_set *provider_keys(void)
{
    static document keys;
    char url[1024];
    cis2_key_set *set = NULL;
    CURL *curl = curl_easy_init();
    struct curl_slist *connect_to = curl_slist_append(NULL, simulator("CONNECT_TO"));
    snprintf(url, sizeof url, "%s/connect/jwk_uri", simulator("ISSUER"));
    curl_easy_setopt(curl, CURLOPT_URL, url);
    curl_easy_setopt(curl, CURLOPT_CONNECT_TO, connect_to);
    curl_easy_setopt(curl, CURLOPT_CAINFO, simulator("CA_FILE"));
    curl_easy_setopt(curl, CURLOPT_PROXY, "");
    curl_easy_setopt(curl, CURLOPT_WRITEFUNCTION, into_document);
    curl_easy_setopt(curl, CURLOPT_WRITEDATA, &keys);
    EXPECT(curl_easy_perform(curl) == CURLE_OK);
    curl_slist_free_all(connect_to);
    curl_easy_cleanup(curl);
    OK(cis2_key_set_from_json((cis2_bytes){(const uint8_t *)keys.data, keys.len}, &set, &why));
    return set;
}

static void id_token_from_elsewhere(void)
{
    const cis2_tokens *tokens = cis2_sign_in_tokens(person);
    const cis2_str token = cis2_tokens_id_token(tokens);
    cis2_key_set *keys = provider_keys();
    cis2_identity *who = NULL;
    char wanted[4096];

    snprintf(wanted, sizeof wanted,
             "{\"nonce\":\"%s\",\"access_token\":\"%s\",\"acr_values\":\"AAL3_ANY\",\"max_issue_age_s\":600}", nonce,
             cis2_tokens_access_token(tokens).data);
    OK(cis2_client_validate_id_token(client, keys, token, text(wanted), &who, &why));
    SAME_TEXT(SUBJECT, cis2_identity_subject(who));
    cis2_identity_free(who);

    REFUSED(NONCE_MISMATCH,
            cis2_client_validate_id_token(client, keys, token, text("{\"nonce\":\"another\"}"), &who, &why));
    snprintf(wanted, sizeof wanted, "{\"nonce\":\"%s\",\"access_token\":\"another\"}", nonce);
    REFUSED(ACCESS_TOKEN_HASH_MISMATCH, cis2_client_validate_id_token(client, keys, token, text(wanted), &who, &why));
    EXPECT(who == NULL);

    /* Not the last character: of that one not all bits count. */
    char *forged = malloc(token.len + 1);
    if (forged == NULL) {
        tap_give_up("memory", "there is none");
    }
    memcpy(forged, token.data, token.len + 1);
    forged[token.len - 10] = forged[token.len - 10] == 'A' ? 'B' : 'A';
    secret(forged, token.len);
    snprintf(wanted, sizeof wanted, "{\"nonce\":\"%s\"}", nonce);
    REFUSED(SIGNATURE_INVALID, cis2_client_validate_id_token(client, keys, text(forged), text(wanted), &who, &why));
    free(forged);
    cis2_key_set_free(keys);
}

static void other_people(void)
{
    cis2_sign_in *other = sign_in_as("no-role", NULL, CIS2_STATUS_OK);
    EXPECT(cis2_identity_selected_role_id(cis2_sign_in_identity(other)).len == 0);
    cis2_sign_in_free(other);
    other = sign_in_as("aal2-only", "AAL2_OR_AAL3_ANY", CIS2_STATUS_OK);
    SAME_NUMBER(2, cis2_identity_authentication_level(cis2_sign_in_identity(other)));
    cis2_sign_in_free(other);
    /* Without acr_values the platform's own level must be reached. */
    EXPECT(sign_in_as("aal2-only", NULL, CIS2_STATUS_AUTHORIZATION_REFUSED) == NULL);
}

/* The provider refuses a code that was used; its words come through. */
static void code_used_twice(void)
{
    cis2_authorization_request *request;
    cis2_sign_in *first, *second;
    char *callback;
    OK(authorize_as("one-role", client, NULL, &request, &callback, &why));
    parameter_is_secret(callback, "code");
    parameter_is_secret(callback, "state");
    OK(exchange_for(client, request, callback, &first, &why));
    tokens_are_secret(first);
    const cis2_status status = exchange_for(client, request, callback, &second, &why);
    SAME_TEXT("invalid_grant", cis2_error_oauth_error(why));
    SAME_NUMBER(400, cis2_error_http_status(why));
    EXPECT(cis2_error_clock_offset_s(why) > -60 && cis2_error_clock_offset_s(why) < 60);
    REFUSED(OAUTH_ERROR, status);
    EXPECT(second == NULL);
    cis2_sign_in_free(first);
    cis2_authorization_request_free(request);
    free(callback);
}

static void flow_is_spent(void)
{
    cis2_flow *flow = NULL;
    cis2_authorization_request *request = NULL;
    OK(cis2_client_begin_authorization(client, NULL, &flow, &why));
    OK(cis2_flow_run(flow, 0, &why));
    /* Done is done: another run has nothing to do. */
    OK(cis2_flow_run(flow, 0, &why));
    OK(cis2_flow_take_authorization_request(flow, &request, &why));
    cis2_authorization_request_free(request);
    REFUSED(INVALID_STATE, cis2_flow_take_authorization_request(flow, &request, &why));
    cis2_flow_free(flow);
}

/* All that was done above, on two threads of the library's: names were not resolved. */
static void two_threads(void)
{
    int threads = 0, ours = 0;
    DIR *tasks = opendir("/proc/self/task");
    for (struct dirent *entry; tasks != NULL && (entry = readdir(tasks)) != NULL;) {
        char path[300], name[32] = "";
        snprintf(path, sizeof path, "/proc/self/task/%s/comm", entry->d_name);
        FILE *file = entry->d_name[0] == '.' ? NULL : fopen(path, "r");
        if (file != NULL) {
            threads++;
            ours += fgets(name, sizeof name, file) != NULL && strcmp(name, "cis2-io\n") == 0;
            fclose(file);
        }
    }
    closedir(tasks);
    SAME_NUMBER(2, ours);
    SAME_NUMBER(3, threads);
}

int main(void)
{
    cis2_config *config = simulator_config();
    client = client_of(config);
    cis2_config_free(config);

    tap_run("a whole sign-in, blocking", whole_sign_in);
    tap_run("the identity is the test person's, whichever way it is asked", identity);
    tap_run("the tokens are there, each followed by a NUL", tokens);
    tap_run("an ID token that came another way is validated in full", id_token_from_elsewhere);
    tap_run("people without a role or with a lower level", other_people);
    tap_run("a code that was used is refused in the provider's words", code_used_twice);
    tap_run("the outcome of a flow is taken once", flow_is_spent);
    tap_run("the library runs two threads, named cis2-io", two_threads);

    free(nonce);
    cis2_sign_in_free(person);
    cis2_client_free(client);
    return tap_end();
}
