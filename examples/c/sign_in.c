/*
 * Signs in with CIS2 over the built-in transport.
 *
 *     cc -std=c11 sign_in.c $(pkg-config --cflags --libs cis2 libcurl) -o sign_in
 *
 * libcurl is there for show.h alone, which plays the person; the library itself needs none.
 */
#include "common.h"
#include "show.h"

/* At a web server the two halves are two requests of one browser, and `cis2_authorization_request_sealed` is the cookie
 * that connects them. */
static cis2_sign_in *sign_in(const cis2_client *client, const cis2_authorization_parameters *parameters)
{
    cis2_error *error;
    cis2_flow *flow;
    cis2_authorization_request *request;
    cis2_sign_in *sign_in;

    /* The person wants to sign in: redirect the browser to the URL of the request. */
    check(cis2_client_begin_authorization(client, parameters, &flow, &error), &error);
    check(cis2_flow_run(flow, 0, &error), &error);
    check(cis2_flow_take_authorization_request(flow, &request, &error), &error);
    cis2_flow_free(flow);

    char *callback = wait_for_callback(request);

    /* The browser is back: hand over the whole URL that it came with. */
    check(cis2_client_begin_sign_in(client, request, text(callback), &flow, &error), &error);
    check(cis2_flow_run(flow, 0, &error), &error);
    check(cis2_flow_take_sign_in(flow, &sign_in, &error), &error);
    cis2_flow_free(flow);

    wipe(callback, strlen(callback));
    free(callback);
    cis2_authorization_request_free(request);
    return sign_in;
}

int main(void)
{
    cis2_client *client = make_client(NULL);
    cis2_authorization_parameters *parameters = ask_for_role();
    show_assertion(client);

    cis2_sign_in *person = sign_in(client, parameters);
    show_identity(person);

    cis2_sign_in_free(person);
    cis2_authorization_parameters_free(parameters);
    cis2_client_free(client);
    return finish();
}
