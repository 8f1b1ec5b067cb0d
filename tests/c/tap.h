/*
 * A tiny harness. A test is a function and a sentence; all that it expects must hold for one line `ok`. Macros may be
 * used on one thread only: other threads hand their results to it.
 */
#ifndef CIS2_TESTS_TAP_H
#define CIS2_TESTS_TAP_H

#include <cis2.h>

/* The error output of the calls that OK and REFUSED judge: OK(cis2_flow_run(flow, 0, &why)). */
extern cis2_error *why;

/* The call succeeds, and leaves no error. */
#define OK(call) tap_ok((call), #call, __LINE__)
/* The call is refused with CIS2_STATUS_`status`, and with an error object whose every text is free of secrets. */
#define REFUSED(status, call) tap_refused(CIS2_STATUS_##status, (call), #call, __LINE__)
/* The same, and the message holds these words. */
#define REFUSED_SAYING(status, words, call) tap_refused_saying(CIS2_STATUS_##status, (words), (call), #call, __LINE__)
#define EXPECT(condition) tap_expect(!!(condition), #condition, __LINE__)
#define SAME_TEXT(expected, found) tap_same_text((expected), (found), #found, __LINE__)
#define SAME_NUMBER(expected, found) tap_same_number((int64_t)(expected), (int64_t)(found), #found, __LINE__)

#define tap_run(sentence, test) tap_run_of(__FILE__, (sentence), (test))
/* Frees what the harness keeps, expects that nothing of the library is left, and gives the exit status of main. */
#define tap_end() tap_end_of(__FILE__)
/* A test that goes through rows says which one it is at. */
void tap_at(const char *row);
/* Ends the program: what a test cannot begin without is not there. */
void tap_give_up(const char *what, const char *reason);
/* A text that must never be printed, nor stand in an error: told to whoever scans the output, too. */
void secret(const char *text, size_t len);

void tap_run_of(const char *program, const char *sentence, void (*test)(void));
int tap_end_of(const char *program);
void tap_ok(cis2_status status, const char *call, int line);
void tap_refused(cis2_status expected, cis2_status found, const char *call, int line);
void tap_refused_saying(cis2_status expected, const char *words, cis2_status found, const char *call, int line);
void tap_expect(int holds, const char *what, int line);
/* An error's text holds none of the secrets, and a NUL stands behind it. */
void tap_no_secret(cis2_str text, const char *what, int line);
void tap_same_text(const char *expected, cis2_str found, const char *what, int line);
void tap_same_number(int64_t expected, int64_t found, const char *what, int line);

#endif
