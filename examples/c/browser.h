/*
 * The browser's part of a sign-in, played against the simulator over libcurl: a person is picked by name, and the
 * redirect that answers is the callback. At a real CIS2 a person's browser does this, and your web server receives it.
 */
#ifndef CIS2_EXAMPLES_BROWSER_H
#define CIS2_EXAMPLES_BROWSER_H

#include <curl/curl.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static size_t browser_ignore(char *data, size_t size, size_t count, void *unused)
{
    (void)data, (void)unused;
    return size * count;
}

/* The whole callback, to be freed: it holds a code. NULL, with a line on standard error, if there was no redirect. */
static char *browser_visit(const char *address, const char *person)
{
    const char *listen = getenv("CIS2_SIM_LISTEN"); /* ADDRESS:PORT */
    const char *ca_file = getenv("CIS2_SIM_CA_FILE");
    CURL *curl = curl_easy_init();
    struct curl_slist *connect_to = NULL;
    char *callback = NULL;
    char *location = NULL;
    char override[256];
    long http_status = 0;
    CURLcode code = CURLE_FAILED_INIT;
    size_t size = strlen(address) + strlen("&simulator_person=") + strlen(person) + 1;
    char *url = malloc(size);

    if (curl != NULL && url != NULL && listen != NULL && ca_file != NULL) {
        snprintf(url, size, "%s&simulator_person=%s", address, person);
        /* Whatever the port: a browser would resolve *.localhost by itself. */
        snprintf(override, sizeof override, "cis2.localhost::%s", listen);
        connect_to = curl_slist_append(NULL, override);
        curl_easy_setopt(curl, CURLOPT_URL, url);
        curl_easy_setopt(curl, CURLOPT_CONNECT_TO, connect_to);
        curl_easy_setopt(curl, CURLOPT_CAINFO, ca_file);
        curl_easy_setopt(curl, CURLOPT_PROXY, "");
        curl_easy_setopt(curl, CURLOPT_NOSIGNAL, 1L);
        curl_easy_setopt(curl, CURLOPT_TIMEOUT_MS, 15000L);
        curl_easy_setopt(curl, CURLOPT_WRITEFUNCTION, browser_ignore);
        code = curl_easy_perform(curl);
        curl_easy_getinfo(curl, CURLINFO_RESPONSE_CODE, &http_status);
        /* Where a redirect leads that was not followed. */
        curl_easy_getinfo(curl, CURLINFO_REDIRECT_URL, &location);
    }
    if (location != NULL) {
        callback = malloc(strlen(location) + 1);
    }
    if (callback != NULL) {
        strcpy(callback, location);
    } else {
        fprintf(stderr, "the browser was not redirected: %s, HTTP status %ld\n", curl_easy_strerror(code), http_status);
    }
    curl_slist_free_all(connect_to);
    curl_easy_cleanup(curl);
    free(url);
    return callback;
}

#endif
