/*
 * Whole sign-ins, one after another, against the local simulator (CIS2_SIM_..., tools/with-simulator.sh): how many a
 * second, and what they take of a processor. sign_ins COUNT
 */
#include "../../../examples/c/common.h"

#include "../../../examples/c/browser.h"

#include <sys/resource.h>
#include <time.h>

static double wall_s(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

/* Of all threads of this process. */
static double cpu_s(void)
{
    struct rusage used;
    getrusage(RUSAGE_SELF, &used);
    return (double)(used.ru_utime.tv_sec + used.ru_stime.tv_sec) +
           (double)(used.ru_utime.tv_usec + used.ru_stime.tv_usec) / 1e6;
}

static long resident_kb(void)
{
    struct rusage used;
    getrusage(RUSAGE_SELF, &used);
    return used.ru_maxrss;
}

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
    cis2_client *client = make_client();
    cis2_authorization_parameters *parameters = ask_for_role();
    if (count < 1) {
        fail("sign_ins COUNT", "how many?");
    }
    /* The first ones fetch discovery and keys, and start the runtime. */
    for (int i = 0; i < 5; i++) {
        sign_in(client, parameters);
    }
    printf("  %-38s %10.2f ms\n", "first five, each in the library", library_wall_s / 5 * 1e3);
    library_wall_s = library_cpu_s = 0;
    const double begin = wall_s();
    for (int i = 0; i < count; i++) {
        sign_in(client, parameters);
    }
    const double spent = wall_s() - begin;
    printf("  %-38s %10.1f\n", "sign-ins a second, browser included", count / spent);
    printf("  %-38s %10.2f ms\n", "one: waiting in the library", library_wall_s / count * 1e3);
    printf("  %-38s %10.2f ms\n", "one: CPU of the library", library_cpu_s / count * 1e3);
    printf("  %-38s %10ld KB\n", "largest resident size of the process", resident_kb());
    cis2_authorization_parameters_free(parameters);
    cis2_client_free(client);
    return EXIT_SUCCESS;
}
