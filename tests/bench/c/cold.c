/* cold KEY.pem: reads the key, mints one assertion, ends. What it frees is what a short program would: nothing. */
#include <cis2.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

int main(int argc, char **argv)
{
    static uint8_t pem[65536];
    static const char client_id[] = "100.apps.supplier";
    static const char audience[] =
        "https://cis2.localhost:443/openam/oauth2/realms/root/realms/NHSIdentity/realms/Healthcare/access_token";
    FILE *file = argc == 2 ? fopen(argv[1], "rb") : NULL;
    cis2_key *key = NULL;
    cis2_assertion *assertion = NULL;

    if (file == NULL) {
        return EXIT_FAILURE;
    }
    const size_t len = fread(pem, 1, sizeof pem, file);
    if (cis2_key_from_pem((cis2_bytes){pem, len}, (cis2_bytes){NULL, 0}, (cis2_str){"kid", 3}, CIS2_ALGORITHM_RS256,
                          &key, NULL) != CIS2_STATUS_OK ||
        cis2_assertion_mint(key, (cis2_str){client_id, strlen(client_id)}, (cis2_str){audience, strlen(audience)}, 60,
                            &assertion, NULL) != CIS2_STATUS_OK) {
        return EXIT_FAILURE;
    }
    return cis2_assertion_text(assertion).len > 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
