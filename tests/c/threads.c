/* Many threads, one client; one handle after another thread; and a process that was forked. */
#define _POSIX_C_SOURCE 200809L

#include "simulator.h"

#include <curl/curl.h>

#include <pthread.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#define THREADS 6
#define ROUNDS 200

static cis2_client *client;

typedef struct {
    const char *person;
    const char *subject;
    cis2_status status;
    cis2_error *error;
    char *callback;
    cis2_authorization_request *request;
    cis2_sign_in *sign_in;
} visitor;

static pthread_barrier_t start;

static void *sign_in_beside_others(void *argument)
{
    visitor *visitor = argument;
    pthread_barrier_wait(&start);
    visitor->status =
        authorize_as(visitor->person, client, NULL, &visitor->request, &visitor->callback, &visitor->error);
    if (visitor->callback != NULL) {
        visitor->status =
            exchange_for(client, visitor->request, visitor->callback, &visitor->sign_in, &visitor->error);
    }
    return NULL;
}

static void start_all(pthread_t threads[THREADS], void *(*body)(void *), void *arguments, size_t size)
{
    for (size_t i = 0; i < THREADS; i++) {
        if (pthread_create(&threads[i], NULL, body, (char *)arguments + i * size) != 0) {
            tap_give_up("a thread", "cannot be had");
        }
    }
}

static void join_all(pthread_t threads[THREADS])
{
    for (size_t i = 0; i < THREADS; i++) {
        pthread_join(threads[i], NULL);
    }
}

/* None waits for another, none gets what is another's. What a thread made is judged and freed on this one. */
static void all_sign_in(void)
{
    pthread_t threads[THREADS];
    visitor visitors[THREADS];
    memset(visitors, 0, sizeof visitors);
    for (size_t i = 0; i < THREADS; i++) {
        visitors[i].person = i % 2 == 0 ? "several-roles" : "one-role";
        visitors[i].subject = i % 2 == 0 ? "656005750104" : "656005750105";
    }
    start_all(threads, sign_in_beside_others, visitors, sizeof visitors[0]);
    join_all(threads);
    for (size_t i = 0; i < THREADS; i++) {
        visitor *visitor = &visitors[i];
        parameter_is_secret(visitor->callback, "code");
        parameter_is_secret(visitor->callback, "state");
        why = visitor->error;
        OK(visitor->status);
        if (visitor->sign_in != NULL) {
            tokens_are_secret(visitor->sign_in);
        }
        SAME_TEXT(visitor->subject, cis2_identity_subject(cis2_sign_in_identity(visitor->sign_in)));
        for (size_t j = 0; j < i; j++) {
            EXPECT(visitor->callback != NULL && visitors[j].callback != NULL &&
                   strcmp(visitor->callback, visitors[j].callback) != 0);
        }
    }
    for (size_t i = 0; i < THREADS; i++) {
        cis2_sign_in_free(visitors[i].sign_in);
        cis2_authorization_request_free(visitors[i].request);
        free(visitors[i].callback);
    }
}

/* What all threads read at once, and none changes. Texts are made when they are first asked for: all get the same. */
static struct {
    cis2_key *key;
    cis2_error *error;
    cis2_authorization_request *request;
} shared;

typedef struct {
    cis2_str jwk, message, url, sealed;
    int failures;
} reader;

static void *read_at_once(void *argument)
{
    reader *reader = argument;
    pthread_barrier_wait(&start);
    for (int i = 0; i < ROUNDS; i++) {
        cis2_assertion *assertion = NULL;
        reader->failures += cis2_key_public_jwk(shared.key, &reader->jwk, NULL) != CIS2_STATUS_OK;
        reader->message = cis2_error_message(shared.error);
        reader->url = cis2_authorization_request_url(shared.request);
        reader->sealed = cis2_authorization_request_sealed(shared.request);
        if (i % 20 == 0) {
            reader->failures += cis2_client_assertion(client, text(SIMULATOR_TOKEN_ENDPOINT), &assertion, NULL) != 0;
            reader->failures += cis2_assertion_text(assertion).len == 0;
            cis2_assertion_free(assertion);
        }
    }
    return NULL;
}

static void all_read(void)
{
    pthread_t threads[THREADS];
    reader readers[THREADS];
    cis2_config *none = NULL;
    cis2_client *local = test_client();
    memset(readers, 0, sizeof readers);
    shared.key = key_from_file(TEST_KEY_FILE, TEST_KEY_ID, CIS2_ALGORITHM_RS256);
    shared.request = authorized(local);
    EXPECT(cis2_config_new(0, &none, &shared.error) == CIS2_STATUS_PLATFORM_UNKNOWN);
    start_all(threads, read_at_once, readers, sizeof readers[0]);
    join_all(threads);
    for (size_t i = 0; i < THREADS; i++) {
        SAME_NUMBER(0, readers[i].failures);
        EXPECT(readers[i].jwk.data != NULL && readers[i].jwk.data == readers[0].jwk.data);
        EXPECT(readers[i].message.data != NULL && readers[i].message.data == readers[0].message.data);
        EXPECT(readers[i].url.data != NULL && readers[i].url.data == readers[0].url.data);
        EXPECT(readers[i].sealed.data != NULL && readers[i].sealed.data == readers[0].sealed.data);
    }
    cis2_error_free(shared.error);
    cis2_key_free(shared.key);
    cis2_authorization_request_free(shared.request);
    cis2_client_free(local);
}

/* In the child: what needs no network works; what needs it is refused at once, and does not hang. */
static int child_is_right(void)
{
    cis2_flow *flow = NULL;
    cis2_assertion *assertion = NULL;
    cis2_error *error = NULL;
    uint32_t step = 0;
    int right = cis2_client_assertion(client, text(SIMULATOR_TOKEN_ENDPOINT), &assertion, NULL) == CIS2_STATUS_OK;
    cis2_assertion_free(assertion);

    /* A client that knows nothing yet, so that there is something to send. */
    cis2_client *fresh = test_client();
    right = right && cis2_client_begin_authorization(fresh, NULL, &flow, NULL) == CIS2_STATUS_OK;
    right = right && cis2_flow_run(flow, 0, &error) == CIS2_STATUS_INVALID_STATE;
    right = right && cis2_error_status(error) == CIS2_STATUS_INVALID_STATE;
    right = right && strstr(cis2_error_message(error).data, "fork") != NULL;
    cis2_error_free(error);
    /* It has changed nothing: the flow can be stepped by hand. */
    right = right && cis2_flow_next(flow, &step, NULL) == CIS2_STATUS_OK && step == CIS2_STEP_SEND;
    right = right && answer(flow, 200, "", discovery_document) == CIS2_STATUS_OK;
    cis2_flow_free(flow);
    cis2_client_free(fresh);
    return right;
}

static void forked(void)
{
    int status = 0;
    const pid_t child = fork();
    if (child == 0) {
        alarm(60);
        /* By a signal, so that no checker of leaks looks at what only the parent's threads could free. */
        raise(child_is_right() ? SIGUSR1 : SIGUSR2);
    }
    EXPECT(child > 0 && waitpid(child, &status, 0) == child);
    EXPECT(WIFSIGNALED(status) && WTERMSIG(status) == SIGUSR1);
    /* The parent goes on as before. */
    cis2_flow *flow = NULL;
    OK(cis2_client_begin_authorization(client, NULL, &flow, &why));
    OK(cis2_flow_run(flow, 0, &why));
    cis2_flow_free(flow);
}

int main(void)
{
    cis2_config *config = simulator_config();
    client = client_of(config);
    cis2_config_free(config);
    pthread_barrier_init(&start, NULL, THREADS);
    curl_global_init(CURL_GLOBAL_DEFAULT);

    tap_run("several threads share one client and sign in at once", all_sign_in);
    tap_run("several threads read what is const at once, and get the same", all_read);
    tap_run("a forked process is refused the network, and has all the rest", forked);

    curl_global_cleanup();
    pthread_barrier_destroy(&start);
    cis2_client_free(client);
    return tap_end();
}
