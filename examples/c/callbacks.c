/*
 * Signs in with CIS2 on callbacks: no thread waits for the network. This is how a server does it that has thousands of
 * sign-ins under way; here the main thread waits at the end, because there is nothing else to do.
 *
 *     cc -std=c11 -pthread callbacks.c $(pkg-config --cflags --libs cis2 libcurl) -o callbacks
 *
 * libcurl is there for show.h alone, which plays the person; the library itself needs none.
 */
#include "common.h"
#include "show.h"

#include <pthread.h>

/* One person's sign-in. It lives from the browser's first request until `finished`; callbacks get it as user_data. */
typedef struct {
    const cis2_client *client;
    cis2_flow *flow;
    cis2_authorization_request *request;
    cis2_sign_in *sign_in;
    pthread_mutex_t lock;
    pthread_cond_t changed;
    int finished;
} visit;

static void finish_visit(visit *visit)
{
    pthread_mutex_lock(&visit->lock);
    visit->finished = 1;
    pthread_cond_signal(&visit->changed);
    pthread_mutex_unlock(&visit->lock);
}

/* A callback must come to an end: what went wrong is written down, and the visit is over without a sign-in. */
static int went_wrong(visit *visit, cis2_operation *operation, cis2_status status)
{
    if (status == CIS2_STATUS_OK) {
        return 0;
    }
    fprintf(stderr, "%s\n", cis2_error_message(cis2_operation_error(operation)).data);
    cis2_operation_free(operation);
    finish_visit(visit);
    return 1;
}

static void on_signed_in(void *user_data, cis2_operation *operation, cis2_status status)
{
    visit *visit = user_data;
    cis2_error *error;

    if (went_wrong(visit, operation, status)) {
        return;
    }
    check(cis2_flow_take_sign_in(visit->flow, &visit->sign_in, &error), &error);
    cis2_operation_free(operation);
    finish_visit(visit);
}

static void on_authorized(void *user_data, cis2_operation *operation, cis2_status status)
{
    visit *visit = user_data;
    cis2_error *error;
    cis2_operation *next;

    if (went_wrong(visit, operation, status)) {
        return;
    }
    check(cis2_flow_take_authorization_request(visit->flow, &visit->request, &error), &error);
    cis2_operation_free(operation);
    cis2_flow_free(visit->flow);

    /* At a web server this callback ends here, with a redirect; the rest begins with the browser's return. */
    char *callback = wait_for_callback(visit->request);
    check(cis2_client_begin_sign_in(visit->client, visit->request, text(callback), &visit->flow, &error), &error);
    wipe(callback, strlen(callback));
    free(callback);
    check(cis2_flow_start(visit->flow, on_signed_in, visit, &next, &error), &error);
}

/* Told on a thread of the library, one at a time; no event holds a secret. */
static void on_event(void *user_data, const cis2_event *event)
{
    (void)user_data;
    printf("event: %s\n", cis2_event_message(event).data);
}

int main(void)
{
    cis2_error *error;
    cis2_operation *operation;
    visit visit = {.lock = PTHREAD_MUTEX_INITIALIZER, .changed = PTHREAD_COND_INITIALIZER};

    cis2_client *client = make_client(on_event);
    cis2_authorization_parameters *parameters = ask_for_role();
    show_assertion(client);
    visit.client = client;

    check(cis2_client_begin_authorization(client, parameters, &visit.flow, &error), &error);
    check(cis2_flow_start(visit.flow, on_authorized, &visit, &operation, &error), &error);

    pthread_mutex_lock(&visit.lock);
    while (!visit.finished) {
        pthread_cond_wait(&visit.changed, &visit.lock);
    }
    pthread_mutex_unlock(&visit.lock);

    /* Before what callbacks use goes away: none runs after this. */
    check(cis2_client_close(client, &error), &error);
    if (visit.sign_in == NULL) {
        fail("no sign-in", "see above");
    }
    show_identity(visit.sign_in);

    cis2_sign_in_free(visit.sign_in);
    cis2_authorization_request_free(visit.request);
    cis2_flow_free(visit.flow);
    cis2_authorization_parameters_free(parameters);
    cis2_client_free(client);
    return finish();
}
