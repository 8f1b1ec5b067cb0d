/*
 * Whole sign-ins, one after another, against the local simulator (CIS2_SIM_..., tools/with-simulator.sh): how many a
 * second, and what they take of a processor. sign_ins COUNT
 */
#include "../../../examples/c/common.h"

#include "../../../examples/c/browser.h"
#include "measure.h"

/* What the library takes, summed up over all sign-ins; the browser's part is in between and not counted. */
static double library_wall_s;
static double library_cpu_s;

static void run(cis2_flow *flow)
{
    cis2_error *error;
    check(cis2_flow_run(flow, 0, &error), &error);
}

static void sign_in(const cis2_client *client, const cis2_authorization_parameters *parameters)
{
    cis2_error *error;
    cis2_flow *flow;
    cis2_authorization_request *request;
    cis2_sign_in *person;

    double wall = wall_s(), cpu = cpu_s();
    check(cis2_client_begin_authorization(client, parameters, &flow, &error), &error);
    run(flow);
    check(cis2_flow_take_authorization_request(flow, &request, &error), &error);
    cis2_flow_free(flow);
    library_wall_s += wall_s() - wall;
    library_cpu_s += cpu_s() - cpu;

    char *callback = browser_visit(cis2_authorization_request_url(request).data, "several-roles");
    if (callback == NULL) {
        fail("no callback", "see above");
    }

    wall = wall_s(), cpu = cpu_s();
    check(cis2_client_begin_sign_in(client, request, text(callback), &flow, &error), &error);
    run(flow);
    check(cis2_flow_take_sign_in(flow, &person, &error), &error);
    cis2_flow_free(flow);
    cis2_sign_in_free(person);
    cis2_authorization_request_free(request);
    library_wall_s += wall_s() - wall;
    library_cpu_s += cpu_s() - cpu;
    wipe(callback, strlen(callback));
    free(callback);
}

int main(int argc, char **argv)
{
    const int count = argc == 2 ? atoi(argv[1]) : 0;
    cis2_client *client = make_client(NULL);
    cis2_authorization_parameters *parameters = ask_for_role();
    if (count < 1) {
        fail("sign_ins COUNT", "how many?");
    }
    /* The first ones fetch discovery and keys, and start the runtime. */
    for (int i = 0; i < 5; i++) {
        sign_in(client, parameters);
    }
    row("first five, each in the library", library_wall_s / 5 * 1e3, "ms");
    library_wall_s = library_cpu_s = 0;
    const double begin = wall_s();
    for (int i = 0; i < count; i++) {
        sign_in(client, parameters);
    }
    const double spent = wall_s() - begin;
    row("sign-ins a second, browser included", count / spent, "");
    row("one: waiting in the library", library_wall_s / count * 1e3, "ms");
    row("one: CPU of the library", library_cpu_s / count * 1e3, "ms");
    row("resident size of the process", resident_mb(), "MB");
    cis2_authorization_parameters_free(parameters);
    cis2_client_free(client);
    return EXIT_SUCCESS;
}
