/*
 * What all examples put on the screen, and the person's part, so that they run unattended. Nothing here is needed in a
 * program of yours, and nothing here prints a secret.
 */
#ifndef CIS2_EXAMPLES_SHOW_H
#define CIS2_EXAMPLES_SHOW_H

#include "browser.h"
#include "common.h"

#include <time.h>

/* One part of a compact JWS: base64url without padding (RFC 4648 section 5). */
static void show_part(const char *title, const char *part, size_t len)
{
    static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    unsigned bits = 0;
    int count = 0;

    printf("%s", title);
    for (size_t i = 0; i < len; i++) {
        bits = bits << 6 | (unsigned)(strchr(digits, part[i]) - digits);
        count += 6;
        if (count >= 8) {
            count -= 8;
            putchar((int)(bits >> count & 0xff));
        }
    }
    putchar('\n');
}

/* What the library says to the token endpoint. The flows mint their own; this one is made to be looked at. */
static void show_assertion(const cis2_client *client)
{
    cis2_error *error;
    cis2_assertion *assertion;
    char audience[1024];

    snprintf(audience, sizeof audience, "%s/access_token", setting("CIS2_SIM_ISSUER"));
    check(cis2_client_assertion(client, text(audience), &assertion, &error), &error);
    /* Header and claims say nothing that is secret; with the signature they would be a credential. */
    const char *header = cis2_assertion_text(assertion).data;
    const char *claims = strchr(header, '.') + 1;
    show_part("assertion header: ", header, (size_t)(claims - 1 - header));
    show_part("assertion claims: ", claims, strcspn(claims, "."));
    cis2_assertion_free(assertion);
}

/* Plays the browser, and gives the callback, which holds a code: wipe it, free it. At a web server the callback is the
 * whole URL of the request that comes in at your redirect URI. */
static char *wait_for_callback(const cis2_authorization_request *request)
{
    const char *url = cis2_authorization_request_url(request).data;
    /* Without the query: state and nonce stand there. */
    printf("the browser goes to: %.*s\n", (int)strcspn(url, "?"), url);
    char *callback = browser_visit(url, "several-roles");
    if (callback == NULL) {
        fail("no callback", "see above");
    }
    return callback;
}

static void show_identity(const cis2_sign_in *sign_in)
{
    const cis2_identity *identity = cis2_sign_in_identity(sign_in);
    const cis2_str role = cis2_identity_selected_role_id(identity);
    const cis2_str session = cis2_identity_session_id(identity);
    const cis2_str acr = cis2_identity_acr(identity);
    const time_t expires_at = (time_t)cis2_identity_expires_at(identity);
    char expiry[sizeof "2026-11-25T12:00:00Z"];

    strftime(expiry, sizeof expiry, "%Y-%m-%dT%H:%M:%SZ", gmtime(&expires_at));
    printf("signed in:  %s\n", cis2_identity_subject(identity).data);
    printf("  level:    %u\n", (unsigned)cis2_identity_authentication_level(identity));
    /* What a token need not have is the empty view, whose data is NULL. */
    printf("  acr:      %s\n", acr.len > 0 ? acr.data : "none");
    printf("  role:     %s\n", role.len > 0 ? role.data : "none");
    printf("  session:  %s\n", session.len > 0 ? session.data : "none");
    printf("  expires:  %s\n", expiry);
}

/* The last line of a program that freed all that it was given. */
static int finish(void)
{
    printf("cis2_live_objects() = %llu\n", (unsigned long long)cis2_live_objects());
    return cis2_live_objects() == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}

#endif
