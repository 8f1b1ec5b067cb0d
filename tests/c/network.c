/* The network as it is on a bad day: each failure has a status of its own, comes in time, and leaves nothing behind. */
#define _POSIX_C_SOURCE 200809L

#include "support.h"

#include <arpa/inet.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

/* A short time for what never answers, a long one for what does; between them, what a slow machine may take. */
#define SHORT_MS 300
#define LONG_MS 60000
#define SOON_S 20

/* A socket of this machine that listens, and its address as `127.0.0.1:PORT`. Connections wait in the queue: nobody
 * needs to accept one for it to be made. */
static int listener(char address[32])
{
    struct sockaddr_in place = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    socklen_t size = sizeof place;
    const int listening = socket(AF_INET, SOCK_STREAM, 0);
    if (listening < 0 || bind(listening, (struct sockaddr *)&place, size) != 0 || listen(listening, 16) != 0 ||
        getsockname(listening, (struct sockaddr *)&place, &size) != 0) {
        tap_give_up("a socket", "cannot be had");
    }
    snprintf(address, 32, "127.0.0.1:%u", (unsigned)ntohs(place.sin_port));
    return listening;
}

static void set_timeouts(cis2_config *config, uint32_t timeout_ms)
{
    OK(cis2_config_set_connect_timeout_ms(config, timeout_ms, &why));
    OK(cis2_config_set_request_timeout_ms(config, timeout_ms, &why));
}

static cis2_client *client_to(const char *address, uint32_t timeout_ms)
{
    cis2_config *config = test_config('s');
    OK(cis2_config_set_connect_to(config, text("cis2.localhost:443"), text(address), &why));
    set_timeouts(config, timeout_ms);
    cis2_client *client = client_of(config);
    cis2_config_free(config);
    return client;
}

/* Runs discovery, which must be refused with this status; soon, if it is for the time. */
static void expect_refusal(cis2_status expected, const cis2_client *client, uint32_t timeout_ms)
{
    const time_t begun = time(NULL);
    cis2_flow *flow = NULL;
    uint32_t step;
    OK(cis2_client_begin_authorization(client, NULL, &flow, &why));
    const cis2_status status = cis2_flow_run(flow, timeout_ms, &why);
    SAME_NUMBER(0, cis2_error_http_status(why));
    tap_refused(expected, status, "cis2_flow_run", __LINE__);
    EXPECT(expected != CIS2_STATUS_TRANSPORT_TIMEOUT || time(NULL) - begun <= SOON_S);
    tap_refused(expected, cis2_flow_next(flow, &step, &why), "cis2_flow_next", __LINE__);
    tap_refused(expected, cis2_flow_run(flow, 0, &why), "a second cis2_flow_run", __LINE__);
    cis2_flow_free(flow);
}

static void closed_port(void)
{
    char address[32];
    /* A port that was free a moment ago, and has nobody who listens. */
    close(listener(address));
    cis2_client *client = client_to(address, LONG_MS);
    expect_refusal(CIS2_STATUS_CONNECT, client, 0);
    cis2_client_free(client);
}

static void silence(void)
{
    char address[32];
    const int listening = listener(address);
    cis2_client *client = client_to(address, SHORT_MS);
    expect_refusal(CIS2_STATUS_TRANSPORT_TIMEOUT, client, 0);
    cis2_client_free(client);
    close(listening);
}

/* The time for the whole flow counts where those of connection and request are longer. */
static void time_of_the_flow(void)
{
    char address[32];
    const int listening = listener(address);
    cis2_client *client = client_to(address, LONG_MS);
    expect_refusal(CIS2_STATUS_TRANSPORT_TIMEOUT, client, SHORT_MS);
    expect_refusal(CIS2_STATUS_TRANSPORT_TIMEOUT, client, 1);
    cis2_client_free(client);
    close(listening);
}

/* Discovery went well, by hand; the token endpoint says nothing. The code is not lost to the caller: it never left. */
static void silent_token_endpoint(void)
{
    char address[32];
    const int listening = listener(address);
    const time_t begun = time(NULL);
    cis2_client *client = client_to(address, SHORT_MS);
    cis2_flow *flow = exchanging(client);
    REFUSED(TRANSPORT_TIMEOUT, cis2_flow_run(flow, 0, &why));
    EXPECT(time(NULL) - begun <= SOON_S);
    EXPECT(cis2_flow_request_body(flow).data == NULL);
    cis2_flow_free(flow);
    cis2_client_free(client);
    close(listening);
}

typedef struct {
    int listening;
    const char *says; /* NULL: it closes the connection without a word. */
} peer;

/* Takes connections until its socket is shut down. */
static void *answer_all(void *argument)
{
    const peer *peer = argument;
    for (int taken; (taken = accept(peer->listening, NULL, NULL)) >= 0; close(taken)) {
        char hello[4096];
        if (peer->says != NULL && recv(taken, hello, sizeof hello, 0) > 0) {
            const ssize_t sent = send(taken, peer->says, strlen(peer->says), MSG_NOSIGNAL);
            (void)sent;
        }
    }
    return NULL;
}

static void with_peer(const char *says, cis2_status expected)
{
    char address[32];
    pthread_t thread;
    peer peer = {listener(address), says};
    if (pthread_create(&thread, NULL, answer_all, &peer) != 0) {
        tap_give_up("a thread", "cannot be had");
    }
    cis2_client *client = client_to(address, LONG_MS);
    expect_refusal(expected, client, 0);
    cis2_client_free(client);
    shutdown(peer.listening, SHUT_RDWR);
    pthread_join(thread, NULL);
    close(peer.listening);
}

static void no_tls(void)
{
    with_peer("HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n", CIS2_STATUS_TLS);
}

static void hung_up(void)
{
    with_peer(NULL, CIS2_STATUS_CONNECT);
}

/* The simulator's certificate is of a CA that no system knows. */
static void unknown_ca(void)
{
    cis2_client *client = client_to(simulator("LISTEN"), LONG_MS);
    expect_refusal(CIS2_STATUS_TLS_CERTIFICATE, client, 0);
    cis2_client_free(client);
}

static cis2_config *config_of_host(const char *host)
{
    char *row = platform_row(host);
    cis2_config *config = NULL;
    cis2_key *key = key_from_file(TEST_KEY_FILE, TEST_KEY_ID, CIS2_ALGORITHM_RS256);
    OK(cis2_config_from_platform_json(text(row), &config, &why));
    OK(cis2_config_set_client_id(config, text("c-tests"), &why));
    OK(cis2_config_set_redirect_uri(config, text("http://127.0.0.1:8400/callback"), &why));
    OK(cis2_config_set_signing_key(config, key, &why));
    /* A resolver may take its time to say that a name is not there. */
    set_timeouts(config, LONG_MS);
    cis2_key_free(key);
    free(row);
    return config;
}

/* RFC 6761 section 6.4: no name that ends in .invalid is ever there. */
static void no_such_host(void)
{
    cis2_config *config = config_of_host("cis2.invalid");
    cis2_client *client = client_of(config);
    expect_refusal(CIS2_STATUS_DNS, client, 0);
    cis2_client_free(client);
    cis2_config_free(config);
}

static void proxy_that_is_not_there(void)
{
    char address[32], proxy[64];
    close(listener(address));
    snprintf(proxy, sizeof proxy, "http://%s", address);
    cis2_config *config = config_of_host("cis2.invalid");
    OK(cis2_config_set_proxy(config, text(proxy), &why));
    cis2_client *client = client_of(config);
    /* The host's name is the proxy's to resolve. */
    expect_refusal(CIS2_STATUS_PROXY, client, 0);
    cis2_client_free(client);
    cis2_config_free(config);
}

static void roots_that_are_none(void)
{
    cis2_config *config = test_config('s');
    REFUSED(CONFIG_INVALID, cis2_config_add_root_pem(config, bytes("no certificate"), &why));
    OK(cis2_config_add_root_pem(config, bytes("-----BEGIN CERTIFICATE-----\nbm8=\n-----END CERTIFICATE-----\n"), &why));
    OK(cis2_config_set_connect_to(config, text("cis2.localhost:443"), text(simulator("LISTEN")), &why));
    cis2_client *client = client_of(config);
    /* Seen when trust is first needed: making a client reads no trust store. */
    expect_refusal(CIS2_STATUS_TLS_CERTIFICATE, client, 0);
    cis2_client_free(client);
    cis2_config_free(config);
}

int main(void)
{
    /* A proxy of whoever runs the tests is asked about no name of theirs. */
    unsetenv("HTTPS_PROXY");
    unsetenv("https_proxy");
    unsetenv("ALL_PROXY");
    unsetenv("all_proxy");

    tap_run("a port where nobody listens: CONNECT", closed_port);
    tap_run("a server that never answers: TRANSPORT_TIMEOUT, in time", silence);
    tap_run("a flow that has its time: TRANSPORT_TIMEOUT, in time", time_of_the_flow);
    tap_run("a token endpoint that hangs: TRANSPORT_TIMEOUT, and the request is gone", silent_token_endpoint);
    tap_run("a server that speaks no TLS: TLS", no_tls);
    tap_run("a server that hangs up: CONNECT", hung_up);
    tap_run("a certificate of an unknown CA: TLS_CERTIFICATE", unknown_ca);
    tap_run("a host that is not there: DNS", no_such_host);
    tap_run("a proxy that is not there: PROXY", proxy_that_is_not_there);
    tap_run("roots that are none are seen when trust is needed", roots_that_are_none);
    return tap_end();
}
