/*
 * Sign-ins in flight, all at once, against the local simulator (CIS2_SIM_..., tools/with-simulator.sh) whose token
 * endpoint does not answer: what they take of memory, and how many threads wait for them. flows COUNT
 */
#include "../../../examples/c/common.h"

#include "../../../examples/c/browser.h"
#include "measure.h"

#include <stdatomic.h>

/* All are on their way when the process has come to rest; by then no request has waited too long (15 s by default). */
#define REST_S 0.5
#define REST_CPU_S 0.02

static atomic_int outcomes;

static void on_outcome(void *user_data, cis2_operation *operation, cis2_status status)
{
    (void)user_data;
    if (status != CIS2_STATUS_CANCELLED) {
        fail("a flow ended by itself", cis2_error_message(cis2_operation_error(operation)).data);
    }
    atomic_fetch_add(&outcomes, 1);
    cis2_operation_free(operation);
}

static void come_to_rest(void)
{
    const struct timespec pause = {(time_t)REST_S, (long)((REST_S - (time_t)REST_S) * 1e9)};
    double before;
    do {
        before = cpu_s();
        nanosleep(&pause, NULL);
    } while (cpu_s() - before > REST_CPU_S);
}

int main(int argc, char **argv)
{
    const int count = argc == 2 ? atoi(argv[1]) : 0;
    cis2_error *error;
    cis2_flow *authorization;
    cis2_authorization_request *request;
    cis2_client *client = make_client(NULL);
    cis2_authorization_parameters *parameters = ask_for_role();
    cis2_flow **flows = calloc((size_t)count + 1, sizeof *flows);
    if (count < 1 || flows == NULL) {
        fail("flows COUNT", "how many?");
    }

    check(cis2_client_begin_authorization(client, parameters, &authorization, &error), &error);
    check(cis2_flow_run(authorization, 0, &error), &error);
    check(cis2_flow_take_authorization_request(authorization, &request, &error), &error);
    cis2_flow_free(authorization);
    char *callback = browser_visit(cis2_authorization_request_url(request).data, "several-roles");
    if (callback == NULL) {
        fail("no callback", "see above");
    }

    const double resident_before_mb = resident_mb();
    const double begin = wall_s(), cpu = cpu_s();
    for (int i = 0; i < count; i++) {
        cis2_operation *operation;
        check(cis2_client_begin_sign_in(client, request, text(callback), &flows[i], &error), &error);
        check(cis2_flow_start(flows[i], on_outcome, NULL, &operation, &error), &error);
    }
    row("to start them all", wall_s() - begin, "s");
    come_to_rest();
    row("in flight at once", count - atomic_load(&outcomes), "");
    row("CPU for each, assertion included", (cpu_s() - cpu) / count * 1e3, "ms");
    row("resident size of the process", resident_mb(), "MB");
    row("of it since the first was started", resident_mb() - resident_before_mb, "MB");
    row("largest resident size", (double)status_of("VmHWM:") / 1e3, "MB");
    row("threads of the process", (double)status_of("Threads:"), "");

    const double closing = wall_s();
    check(cis2_client_close(client, &error), &error);
    row("to cancel them all, callbacks included", wall_s() - closing, "s");
    if (atomic_load(&outcomes) != count) {
        fail("outcomes are missing", "each flow calls back once");
    }
    for (int i = 0; i < count; i++) {
        cis2_flow_free(flows[i]);
    }
    free(flows);
    wipe(callback, strlen(callback));
    free(callback);
    cis2_authorization_request_free(request);
    cis2_authorization_parameters_free(parameters);
    cis2_client_free(client);
    return cis2_live_objects() == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
