#include "tap.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Shorter ones are found by chance, and whoever scans the output refuses them. */
#define MIN_SECRET_BYTES 12
#define MAX_SECRETS 1000

cis2_error *why;

static const char *sentence_now = "before the first test";
static const char *row_now;
static char reason[2000];
static int failures;
static char *secrets[MAX_SECRETS];
static size_t secret_count;

void tap_run_of(const char *program, const char *sentence, void (*test)(void))
{
    sentence_now = sentence;
    test();
    if (reason[0] == '\0') {
        printf("ok %s: %s\n", program, sentence);
    } else {
        printf("not ok %s: %s: %s\n", program, sentence, reason);
        failures++;
    }
    fflush(stdout);
    row_now = NULL;
    /* Not before the test: what went wrong while main prepared it counts too. */
    reason[0] = '\0';
}

void tap_at(const char *row)
{
    row_now = row;
}

void tap_give_up(const char *what, const char *because)
{
    printf("not ok %s: %s: %s\n", sentence_now, what, because);
    exit(EXIT_FAILURE);
}

/* Keeps the first reason: what comes after it mostly follows from it. */
static void fail(int line, const char *what, const char *found)
{
    if (reason[0] == '\0') {
        snprintf(reason, sizeof reason, "line %d%s%s: %s%s%s", line, row_now != NULL ? ", at " : "",
                 row_now != NULL ? row_now : "", what, found != NULL ? ": found " : "", found != NULL ? found : "");
    }
}

void tap_expect(int holds, const char *what, int line)
{
    if (!holds) {
        fail(line, what, NULL);
    }
}

void tap_same_text(const char *expected, cis2_str found, const char *what, int line)
{
    if (found.data == NULL || found.len != strlen(expected) || memcmp(found.data, expected, found.len) != 0) {
        fail(line, what, found.data == NULL ? "nothing" : found.data);
    } else if (found.data[found.len] != '\0') {
        fail(line, what, "no NUL behind it");
    }
}

void tap_same_number(int64_t expected, int64_t found, const char *what, int line)
{
    char text[24];
    if (expected != found) {
        snprintf(text, sizeof text, "%lld", (long long)found);
        fail(line, what, text);
    }
}

static void free_why(void)
{
    cis2_error_free(why);
    why = NULL;
}

void tap_ok(cis2_status status, const char *call, int line)
{
    if (status != CIS2_STATUS_OK) {
        fail(line, call, why != NULL ? cis2_error_message(why).data : "a failure without an error");
    } else if (why != NULL) {
        fail(line, call, "an error although the status is 0");
    }
    free_why();
}

void tap_no_secret(cis2_str text, const char *call, int line)
{
    if (text.data == NULL) {
        return;
    }
    if (text.data[text.len] != '\0') {
        fail(line, call, "an error's text without a NUL behind it");
    }
    for (size_t i = 0; i < secret_count; i++) {
        if (strstr(text.data, secrets[i]) != NULL) {
            fail(line, call, "a secret in the error's texts");
        }
    }
}

void tap_refused_saying(cis2_status expected, const char *words, cis2_status found, const char *call, int line)
{
    if (found != expected) {
        fail(line, call, why != NULL ? cis2_error_message(why).data : "success, or a failure without an error");
    } else if (why == NULL || cis2_error_status(why) != expected) {
        fail(line, call, "no error, or one with another status");
    } else {
        const cis2_str message = cis2_error_message(why);
        const cis2_str name = cis2_status_name(expected);
        const cis2_str texts[] = {message,
                                  cis2_error_expected(why),
                                  cis2_error_found(why),
                                  cis2_error_remedy(why),
                                  cis2_error_oauth_error(why),
                                  cis2_error_oauth_description(why)};
        for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
            tap_no_secret(texts[i], call, line);
        }
        if (message.len == 0 || strncmp(message.data, name.data, name.len) != 0 || strchr(message.data, '\n') != NULL) {
            fail(line, call, "a message that is not one line with the status' name first");
        } else if (words != NULL && strstr(message.data, words) == NULL) {
            fail(line, words, message.data);
        } else if (cis2_error_remedy(why).len == 0) {
            fail(line, call, "an error that does not say what to do");
        }
    }
    free_why();
}

void tap_refused(cis2_status expected, cis2_status found, const char *call, int line)
{
    tap_refused_saying(expected, NULL, found, call, line);
}

void secret(const char *text, size_t len)
{
    const char *path = getenv("CIS2_TEST_MARKERS");
    char *copy = malloc(len + 1);

    if (copy == NULL || secret_count == MAX_SECRETS || len < MIN_SECRET_BYTES) {
        tap_give_up("a secret of the tests", "too short, or one too many");
    }
    memcpy(copy, text, len);
    copy[len] = '\0';
    secrets[secret_count++] = copy;
    if (path != NULL) {
        FILE *file = fopen(path, "a");
        if (file == NULL || fprintf(file, "%s\n", copy) < 0 || fclose(file) != 0) {
            tap_give_up("CIS2_TEST_MARKERS", "cannot be written");
        }
    }
}

static void nothing_is_left(void)
{
    SAME_NUMBER(0, cis2_live_objects());
}

int tap_end_of(const char *program)
{
    tap_run_of(program, "cis2_live_objects is 0 at the end", nothing_is_left);
    while (secret_count > 0) {
        free(secrets[--secret_count]);
    }
    return failures == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
