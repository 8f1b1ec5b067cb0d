/*
 * Flows that run by themselves: one callback each, however they end; cancelling, freeing and closing at any moment;
 * events. The provider is known already, or nobody listens, or it never says a word.
 */
#define _POSIX_C_SOURCE 200809L

#include "support.h"

#include <arpa/inet.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#define IN_FLIGHT 40
#define RACES 400
#define LONG_MS 60000

/* A socket of this machine that listens, and its address. Nobody needs to accept a connection for it to be made. */
static int listener(char address[32])
{
    struct sockaddr_in place = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    socklen_t size = sizeof place;
    const int listening = socket(AF_INET, SOCK_STREAM, 0);
    if (listening < 0 || bind(listening, (struct sockaddr *)&place, size) != 0 || listen(listening, 64) != 0 ||
        getsockname(listening, (struct sockaddr *)&place, &size) != 0) {
        tap_give_up("a socket", "cannot be had");
    }
    snprintf(address, 32, "127.0.0.1:%u", (unsigned)ntohs(place.sin_port));
    return listening;
}

static cis2_client *client_to(const char *address)
{
    cis2_config *config = test_config('s');
    OK(cis2_config_set_connect_to(config, text("cis2.localhost:443"), text(address), &why));
    OK(cis2_config_set_connect_timeout_ms(config, LONG_MS, &why));
    OK(cis2_config_set_request_timeout_ms(config, LONG_MS, &why));
    cis2_client *client = client_of(config);
    cis2_config_free(config);
    return client;
}

static int silence;
static cis2_client *silent_client(void)
{
    char address[32];
    silence = listener(address);
    return client_to(address);
}

static cis2_client *client_of_nobody(void)
{
    char address[32];
    close(listener(address));
    return client_to(address);
}

/* Its authorizations are done at once. */
static cis2_client *client_that_knows(void)
{
    cis2_client *client = test_client();
    cis2_authorization_request_free(authorized(client));
    return client;
}

static cis2_flow *begin(const cis2_client *client)
{
    cis2_flow *flow = NULL;
    OK(cis2_client_begin_authorization(client, NULL, &flow, &why));
    return flow;
}

/* What `user_data` points to. Macros belong to the main thread: the callback only writes down what it saw. */
typedef struct {
    pthread_mutex_t lock;
    pthread_cond_t changed;
    int calls;
    cis2_status status;
    cis2_status error_status;
    cis2_operation *operation;
    pthread_t thread;
    /* What the callback is to do. */
    int frees;
    int waits;
    const cis2_client *closes;
    cis2_status wait_status;
    cis2_status close_status;
} visit;

static void visit_init(visit *visit)
{
    memset(visit, 0, sizeof *visit);
    pthread_mutex_init(&visit->lock, NULL);
    pthread_cond_init(&visit->changed, NULL);
}

static void on_complete(void *user_data, cis2_operation *operation, cis2_status status)
{
    visit *visit = user_data;
    pthread_mutex_lock(&visit->lock);
    if (visit->waits) {
        visit->wait_status = cis2_operation_wait(operation, 0, NULL);
    }
    if (visit->closes != NULL) {
        visit->close_status = cis2_client_close(visit->closes, NULL);
    }
    visit->error_status = cis2_error_status(cis2_operation_error(operation));
    visit->operation = operation;
    visit->status = status;
    visit->thread = pthread_self();
    visit->calls++;
    if (visit->frees) {
        cis2_operation_free(operation);
    }
    pthread_cond_signal(&visit->changed);
    pthread_mutex_unlock(&visit->lock);
}

static cis2_status outcome_of(visit *visit)
{
    pthread_mutex_lock(&visit->lock);
    while (visit->calls == 0) {
        pthread_cond_wait(&visit->changed, &visit->lock);
    }
    const cis2_status status = visit->status;
    pthread_mutex_unlock(&visit->lock);
    return status;
}

static cis2_operation *start(cis2_flow *flow, visit *visit)
{
    cis2_operation *operation = NULL;
    OK(cis2_flow_start(flow, on_complete, visit, &operation, &why));
    EXPECT(operation != NULL);
    return operation;
}

static void one_callback(void)
{
    cis2_client *clients[] = {client_that_knows(), client_of_nobody()};
    const cis2_status expected[] = {CIS2_STATUS_OK, CIS2_STATUS_CONNECT};
    for (int i = 0; i < 2; i++) {
        visit visit;
        visit_init(&visit);
        cis2_flow *flow = begin(clients[i]);
        cis2_operation *operation = start(flow, &visit);
        SAME_NUMBER(expected[i], outcome_of(&visit));
        OK(cis2_client_close(clients[i], &why));
        SAME_NUMBER(1, visit.calls);
        SAME_NUMBER(expected[i], visit.error_status);
        EXPECT(visit.operation == operation);
        EXPECT(!pthread_equal(visit.thread, pthread_self()));
        cis2_operation_free(operation);
        cis2_flow_free(flow);
        cis2_client_free(clients[i]);
    }
}

static void only_waiting(void)
{
    cis2_client *client = client_of_nobody(), *knows = client_that_knows();
    cis2_flow *flow = begin(client), *done = begin(knows);
    cis2_operation *operation = NULL;
    cis2_authorization_request *request = NULL, *again = NULL;

    OK(cis2_flow_start(flow, NULL, NULL, &operation, &why));
    REFUSED(CONNECT, cis2_operation_wait(operation, 0, &why));
    SAME_NUMBER(CIS2_STATUS_CONNECT, cis2_error_status(cis2_operation_error(operation)));
    cis2_operation_free(operation);
    OK(cis2_flow_start(done, NULL, NULL, &operation, &why));
    OK(cis2_operation_wait(operation, LONG_MS, &why));
    EXPECT(cis2_operation_error(operation) == NULL);
    OK(cis2_flow_take_authorization_request(done, &request, &why));
    REFUSED(INVALID_STATE, cis2_flow_take_authorization_request(done, &again, &why));
    cis2_authorization_request_free(request);
    cis2_operation_free(operation);
    cis2_flow_free(flow);
    cis2_flow_free(done);
    cis2_client_free(client);
    cis2_client_free(knows);
}

static void busy_flow(void)
{
    visit visit;
    uint32_t step = 77;
    cis2_client *client = silent_client();
    cis2_flow *flow = begin(client);
    cis2_authorization_request *request = NULL;
    cis2_operation *second = NULL;

    visit_init(&visit);
    cis2_operation *operation = start(flow, &visit);
    REFUSED(INVALID_STATE, cis2_flow_start(flow, on_complete, &visit, &second, &why));
    EXPECT(second == NULL);
    REFUSED(INVALID_STATE, cis2_flow_run(flow, 0, &why));
    REFUSED(INVALID_STATE, cis2_flow_next(flow, &step, &why));
    REFUSED(INVALID_STATE, cis2_flow_take_authorization_request(flow, &request, &why));
    EXPECT(cis2_flow_request_url(flow).data == NULL);
    REFUSED(WAIT_TIMEOUT, cis2_operation_wait(operation, 1, &why));
    SAME_NUMBER(0, visit.calls);
    cis2_operation_cancel(operation);
    cis2_operation_cancel(operation);
    REFUSED(CANCELLED, cis2_operation_wait(operation, 0, &why));
    SAME_NUMBER(1, visit.calls);
    REFUSED(CANCELLED, cis2_flow_next(flow, &step, &why));
    cis2_operation_free(operation);
    cis2_flow_free(flow);
    cis2_client_free(client);
    close(silence);
}

/* The operation, the flow, the client: whichever goes first, the callback comes. */
static void freed_while_it_runs(void)
{
    for (int first = 0; first < 3; first++) {
        visit visit;
        visit_init(&visit);
        cis2_client *client = silent_client();
        cis2_flow *flow = begin(client);
        cis2_operation *operation = start(flow, &visit);
        if (first == 0) {
            cis2_operation_free(operation);
        } else if (first == 1) {
            cis2_flow_free(flow);
        } else {
            cis2_client_free(client);
            cis2_operation_cancel(operation);
        }
        SAME_NUMBER(CIS2_STATUS_CANCELLED, outcome_of(&visit));
        SAME_NUMBER(CIS2_STATUS_CANCELLED, visit.error_status);
        EXPECT(visit.operation == operation);
        if (first != 0) {
            cis2_operation_free(operation);
        }
        if (first != 1) {
            cis2_flow_free(flow);
        }
        if (first != 2) {
            cis2_client_free(client);
        }
        close(silence);
    }
}

static void freed_in_the_callback(void)
{
    visit visit;
    visit_init(&visit);
    visit.frees = 1;
    cis2_client *client = client_of_nobody();
    cis2_flow *flow = begin(client);
    start(flow, &visit);
    SAME_NUMBER(CIS2_STATUS_CONNECT, outcome_of(&visit));
    OK(cis2_client_close(client, &why));
    SAME_NUMBER(1, visit.calls);
    cis2_flow_free(flow);
    cis2_client_free(client);
}

static void close_in_flight(void)
{
    visit visits[IN_FLIGHT];
    cis2_flow *flows[IN_FLIGHT], *late;
    cis2_operation *operations[IN_FLIGHT], *never = NULL;
    cis2_client *client = silent_client();
    for (int i = 0; i < IN_FLIGHT; i++) {
        visit_init(&visits[i]);
        flows[i] = begin(client);
        operations[i] = start(flows[i], &visits[i]);
    }
    OK(cis2_client_close(client, &why));
    for (int i = 0; i < IN_FLIGHT; i++) {
        SAME_NUMBER(1, visits[i].calls);
        SAME_NUMBER(CIS2_STATUS_CANCELLED, visits[i].status);
        cis2_operation_free(operations[i]);
        cis2_flow_free(flows[i]);
    }
    OK(cis2_client_close(client, &why));
    late = begin(client);
    REFUSED(INVALID_STATE, cis2_flow_start(late, on_complete, &visits[0], &never, &why));
    REFUSED(INVALID_STATE, cis2_flow_run(late, 0, &why));
    expect_send(late, "/.well-known/openid-configuration");
    cis2_flow_free(late);
    cis2_client_free(client);
    SAME_NUMBER(1, visits[0].calls);
    close(silence);
}

static void waiting_in_a_callback(void)
{
    visit visit;
    visit_init(&visit);
    cis2_client *client = client_that_knows();
    cis2_flow *flow = begin(client);
    visit.waits = 1;
    visit.closes = client;
    cis2_operation *operation = start(flow, &visit);
    OK(cis2_operation_wait(operation, LONG_MS, &why));
    SAME_NUMBER(CIS2_STATUS_INVALID_STATE, visit.wait_status);
    SAME_NUMBER(CIS2_STATUS_INVALID_STATE, visit.close_status);
    cis2_operation_free(operation);
    cis2_flow_free(flow);
    OK(cis2_client_close(client, &why));
    cis2_client_free(client);
}

/* In every order, without looking. */
static void race_each_other(void)
{
    static visit visits[RACES];
    cis2_client *client = client_that_knows();
    for (int i = 0; i < RACES; i++) {
        visit_init(&visits[i]);
        visits[i].frees = i % 4 == 0;
        cis2_flow *flow = begin(client);
        cis2_operation *operation = start(flow, &visits[i]);
        if (i % 3 == 0) {
            cis2_flow_free(flow);
        }
        if (i % 4 != 0) {
            if (i % 5 == 0) {
                cis2_operation_cancel(operation);
            }
            cis2_operation_free(operation);
        }
        if (i % 3 != 0) {
            cis2_flow_free(flow);
        }
    }
    OK(cis2_client_close(client, &why));
    cis2_client_free(client);
    for (int i = 0; i < RACES; i++) {
        SAME_NUMBER(1, visits[i].calls);
        EXPECT(visits[i].status == CIS2_STATUS_OK || visits[i].status == CIS2_STATUS_CANCELLED);
    }
}

/* What a listener hears. Only the callback touches it until the client is closed. */
typedef struct {
    int count, inside, nested, dropped, malformed;
    uint32_t ids[16], levels[16];
    char host[64], last[512];
    const cis2_client *client;
} ear;

static void on_event(void *user_data, const cis2_event *event)
{
    ear *ear = user_data;
    ear->nested |= ear->inside++;
    if (ear->count < 16) {
        ear->ids[ear->count] = cis2_event_id(event);
        ear->levels[ear->count] = cis2_event_level(event);
    }
    ear->count++;
    for (size_t i = 0; i < cis2_event_field_count(event); i++) {
        const cis2_str name = cis2_event_field_name(event, i), value = cis2_event_field_value(event, i);
        ear->malformed += name.len == 0 || cis2_event_field(event, name).data != value.data;
    }
    ear->malformed += strncmp(cis2_event_message(event).data, cis2_event_name(event).data,
                              cis2_event_name(event).len) != 0;
    if (cis2_event_field(event, text("host")).len > 0) {
        snprintf(ear->host, sizeof ear->host, "%s", cis2_event_field(event, text("host")).data);
    }
    snprintf(ear->last, sizeof ear->last, "%s", cis2_event_message(event).data);
    if (ear->client != NULL) {
        /* It has events of its own, which come later. */
        cis2_flow *flow = NULL;
        const cis2_client *client = ear->client;
        ear->client = NULL;
        ear->malformed += cis2_client_begin_authorization(client, NULL, &flow, NULL) != CIS2_STATUS_OK;
        cis2_flow_free(flow);
    }
    ear->inside--;
}

static void on_drop(void *user_data)
{
    ((ear *)user_data)->dropped++;
}

static void events(void)
{
    char address[32];
    ear ear = {0}, refused = {0};
    close(listener(address));
    cis2_config *config = test_config('s');
    OK(cis2_config_set_connect_to(config, text("cis2.localhost:443"), text(address), &why));
    REFUSED(INVALID_ARGUMENT, cis2_config_set_events(config, on_event, &refused, on_drop, 0, &why));
    REFUSED(INVALID_ARGUMENT, cis2_config_set_events(config, on_event, &refused, on_drop, 5, &why));
    OK(cis2_config_set_events(config, on_event, &refused, on_drop, CIS2_LEVEL_ERROR, &why));
    OK(cis2_config_set_events(config, on_event, &ear, on_drop, CIS2_LEVEL_DEBUG, &why));
    SAME_NUMBER(1, refused.dropped);
    cis2_client *client = client_of(config);
    cis2_config_free(config);
    ear.client = client;

    cis2_flow *flow = begin(client);
    REFUSED(CONNECT, cis2_flow_run(flow, 0, &why));
    OK(cis2_client_close(client, &why));
    cis2_flow_free(flow);
    SAME_NUMBER(0, ear.dropped);
    cis2_client_free(client);
    SAME_NUMBER(1, ear.dropped);
    SAME_NUMBER(0, ear.nested);
    SAME_NUMBER(0, ear.malformed);
    /* Begun, begun again inside the first; sent and failed, twice; repeated; failed. */
    SAME_NUMBER(8, ear.count);
    SAME_NUMBER(CIS2_EVENT_FLOW_BEGUN, ear.ids[0]);
    SAME_NUMBER(CIS2_LEVEL_DEBUG, ear.levels[0]);
    EXPECT(strcmp(ear.host, "cis2.localhost") == 0);
    SAME_NUMBER(0, refused.count);
}

static void events_of_the_worst_kind_alone(void)
{
    char address[32];
    ear ear = {0};
    close(listener(address));
    cis2_config *config = test_config('s');
    OK(cis2_config_set_connect_to(config, text("cis2.localhost:443"), text(address), &why));
    OK(cis2_config_set_events(config, on_event, &ear, NULL, CIS2_LEVEL_ERROR, &why));
    cis2_client *client = client_of(config);
    cis2_config_free(config);
    cis2_flow *flow = begin(client);
    REFUSED(CONNECT, cis2_flow_run(flow, 0, &why));
    OK(cis2_client_close(client, &why));
    cis2_flow_free(flow);
    cis2_client_free(client);
    SAME_NUMBER(1, ear.count);
    SAME_NUMBER(CIS2_EVENT_FLOW_FAILED, ear.ids[0]);
    EXPECT(strstr(ear.last, "flow=authorization status=201 status_name=CONNECT") != NULL);
}

int main(void)
{
    tap_run("a callback comes once, on another thread, with the outcome or why there is none", one_callback);
    tap_run("without a callback one waits", only_waiting);
    tap_run("a flow that runs refuses all else, and is cancelled", busy_flow);
    tap_run("what is freed while it runs is cancelled, and the callback comes", freed_while_it_runs);
    tap_run("an operation may be freed in its callback", freed_in_the_callback);
    tap_run("a close cancels all in flight, and no callback comes after it", close_in_flight);
    tap_run("waiting and closing in a callback are answered", waiting_in_a_callback);
    tap_run("cancel, free and completion race, and end in one callback each", race_each_other);
    tap_run("events are told in order, one at a time, and what was given comes back once", events);
    tap_run("a listener gets the levels that it asked for", events_of_the_worst_kind_alone);
    return tap_end();
}
