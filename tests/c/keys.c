/* Key files: each row of the table, in C's hands; sizes, and files that cannot be read at all. */
#include "support.h"

#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define ROW_BYTES 400

/* Copies the text between the next two quotes; gives what comes after it, or NULL. */
static const char *quoted(const char *from, char to[ROW_BYTES])
{
    const char *begin = from == NULL ? NULL : strchr(from, '"');
    const char *end = begin == NULL ? NULL : strchr(begin + 1, '"');
    if (end == NULL || end - begin > ROW_BYTES) {
        return NULL;
    }
    memcpy(to, begin + 1, (size_t)(end - begin - 1));
    to[end - begin - 1] = '\0';
    return end + 1;
}

static const char *after(const char *line, const char *name)
{
    const char *found = strstr(line, name);
    return found == NULL ? NULL : found + strlen(name);
}

static cis2_status status_named(const char *name)
{
    for (cis2_status status = 100; status < 200; status++) {
        const cis2_str found = cis2_status_name(status);
        if (found.len == strlen(name) && memcmp(found.data, name, found.len) == 0) {
            return status;
        }
    }
    return strcmp(name, "ok") == 0 ? CIS2_STATUS_OK : -1;
}

/* Numbers are permanent: those of the header, by the names of the standard. */
static uint32_t algorithm_named(const char *name)
{
    const char *const names[] = {"RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512"};
    for (uint32_t number = 1; number <= 9; number++) {
        if (strcmp(names[number - 1], name) == 0) {
            return number;
        }
    }
    return 0;
}

/* What a row says of how its file is read. */
typedef struct reading {
    cis2_bytes file;
    cis2_bytes password;
    uint32_t algorithm;
    bool is_der;
} reading;

static cis2_status load(const reading *how, cis2_key **key)
{
    return how->is_der ? cis2_key_from_der(how->file, how->password, text("k"), how->algorithm, key, &why)
                       : cis2_key_from_pem(how->file, how->password, text("k"), how->algorithm, key, &why);
}

/* {"file": "...", "form": "der", "algorithm": "...", "password": "...", "expect": "...", "says": ["...", "..."]}; form,
 * algorithm and password may be missing. */
static void check_row(const char *line)
{
    char file[ROW_BYTES], expect[ROW_BYTES], words[ROW_BYTES], path[ROW_BYTES * 2];
    char password[ROW_BYTES], algorithm[ROW_BYTES];
    size_t len = 0;
    cis2_key *key = NULL;

    EXPECT(quoted(after(line, "\"file\":"), file) != NULL && quoted(after(line, "\"expect\":"), expect) != NULL);
    tap_at(file);
    snprintf(path, sizeof path, "%s%s", KEY_FOLDER, file);
    char *pem = read_file(path, &len);
    if (pem == NULL) {
        tap_give_up(path, "cannot be read");
    }
    reading how = {{(const uint8_t *)pem, len}, no_bytes, CIS2_ALGORITHM_RS256, false};
    if (quoted(after(line, "\"password\":"), password) != NULL) {
        how.password = bytes(password);
    }
    if (quoted(after(line, "\"algorithm\":"), algorithm) != NULL) {
        how.algorithm = algorithm_named(algorithm);
    }
    how.is_der = strstr(line, "\"form\": \"der\"") != NULL;
    const cis2_status expected = status_named(expect);
    const char *says = after(line, "\"says\": [");
    EXPECT(says != NULL && expected != -1);
    if (expected == CIS2_STATUS_OK) {
        OK(load(&how, &key));
        EXPECT(key != NULL);
    } else {
        tap_refused(expected, load(&how, &key), file, __LINE__);
        EXPECT(key == NULL);
        while (says != NULL && *says != ']' && (says = quoted(says, words)) != NULL) {
            tap_refused_saying(expected, words, load(&how, &key), file, __LINE__);
        }
    }
    cis2_key_free(key);
    free(pem);
}

static void rows(void)
{
    size_t len;
    int count = 0;
    char *table = read_file(KEY_FOLDER "cases.json", &len);
    if (table == NULL) {
        tap_give_up(KEY_FOLDER "cases.json", "cannot be read");
    }
    for (char *line = strtok(table, "\n"); line != NULL; line = strtok(NULL, "\n")) {
        if (strstr(line, "{\"file\": ") != NULL) {
            check_row(line);
            count++;
        }
    }
    tap_at("the table");
    EXPECT(count >= 37);
    free(table);
}

static void large_files(void)
{
    const size_t most = 1024 * 1024, ten_mb = 10 * 1000 * 1000;
    uint8_t *file = malloc(ten_mb);
    cis2_key *key = NULL;
    if (file == NULL) {
        tap_give_up("10 MB", "are not there");
    }
    memset(file, 'x', ten_mb);
    REFUSED_SAYING(KEY_TOO_LARGE, "1048576",
                   cis2_key_from_pem((cis2_bytes){file, ten_mb}, no_bytes, text("k"), CIS2_ALGORITHM_RS256, &key,
                                     &why));
    REFUSED(KEY_TOO_LARGE,
            cis2_key_from_pem((cis2_bytes){file, most + 1}, no_bytes, text("k"), CIS2_ALGORITHM_RS256, &key, &why));
    REFUSED(KEY_PEM_INVALID,
            cis2_key_from_pem((cis2_bytes){file, most}, no_bytes, text("k"), CIS2_ALGORITHM_RS256, &key, &why));
    memset(file, 0, ten_mb);
    REFUSED(KEY_TOO_LARGE,
            cis2_key_from_pem((cis2_bytes){file, ten_mb}, no_bytes, text("k"), CIS2_ALGORITHM_RS256, &key, &why));
    free(file);
}

/* The library opens no file, so what cannot be read is seen by the program: a directory opens, and fails at its first
 * read; what a program that did not look would pass on is empty. */
static void directory(void)
{
    size_t len = 0;
    cis2_key *key = NULL;
    errno = 0;
    EXPECT(read_file(KEY_FOLDER, &len) == NULL && errno == EISDIR);
    EXPECT(read_file(KEY_FOLDER "nobody-has-this.pem", &len) == NULL && errno == ENOENT);
    REFUSED_SAYING(KEY_EMPTY, "empty",
                   cis2_key_from_pem(bytes(""), no_bytes, text("k"), CIS2_ALGORITHM_RS256, &key, &why));
}

/* A path where the file's contents belong is the commonest mistake with a function that takes bytes. */
static void path_instead_of_contents(void)
{
    cis2_key *key = NULL;
    REFUSED(KEY_PEM_INVALID,
            cis2_key_from_pem(bytes("/etc/cis2/key.pem"), no_bytes, text("k"), CIS2_ALGORITHM_RS256, &key, &why));
}

/* However much of a good file is there, it is a key or a refusal; and a key only if nothing but the line end is cut. */
static void every_beginning(void)
{
    size_t len;
    char *pem = read_file(TEST_KEY_FILE, &len);
    if (pem == NULL) {
        tap_give_up(TEST_KEY_FILE, "cannot be read");
    }
    size_t needed = len;
    while (pem[needed - 1] == '\n') {
        needed--;
    }
    for (size_t count = 1; count < len; count += count < 40 || count > needed - 40 ? 1 : 37) {
        /* A buffer of exactly this size: reading past it is seen by a sanitizer. */
        uint8_t *cut = malloc(count);
        cis2_key *key = NULL;
        if (cut == NULL) {
            tap_give_up("memory", "there is none");
        }
        memcpy(cut, pem, count);
        const cis2_status status =
            cis2_key_from_pem((cis2_bytes){cut, count}, no_bytes, text("k"), CIS2_ALGORITHM_RS256, &key, NULL);
        EXPECT((status == CIS2_STATUS_OK) == (count >= needed) && (key != NULL) == (count >= needed));
        EXPECT(status == CIS2_STATUS_OK || (status >= 100 && status < 150));
        cis2_key_free(key);
        free(cut);
    }
    free(pem);
}

static void key_ids(void)
{
    const char *const refused[] = {" ", "a\nb", " a", "a ", "\t"};
    char long_id[258];
    size_t len;
    cis2_key *key = NULL;
    char *pem = read_file(TEST_KEY_FILE, &len);
    const cis2_bytes input = {(const uint8_t *)pem, len};

    for (size_t i = 0; i < sizeof refused / sizeof refused[0]; i++) {
        REFUSED(KEY_ID_INVALID, cis2_key_from_pem(input, no_bytes, text(refused[i]), CIS2_ALGORITHM_RS256, &key, &why));
    }
    memset(long_id, 'k', sizeof long_id);
    REFUSED(KEY_ID_INVALID,
            cis2_key_from_pem(input, no_bytes, (cis2_str){long_id, 257}, CIS2_ALGORITHM_RS256, &key, &why));
    OK(cis2_key_from_pem(input, no_bytes, (cis2_str){long_id, 256}, CIS2_ALGORITHM_RS256, &key, &why));
    cis2_key_free(key);
    /* Key and key id in the wrong order: the key is not repeated in the message. */
    REFUSED(KEY_ID_INVALID,
            cis2_key_from_pem(bytes("k"), no_bytes, (cis2_str){pem, len}, CIS2_ALGORITHM_RS256, &key, &why));
    free(pem);
}

/* Kept byte for byte, and nothing private in it. */
static void public_half(void)
{
    cis2_str jwk, set, thumbprint, again;
    cis2_key *key = key_from_file(TEST_KEY_FILE, "+/=kid", CIS2_ALGORITHM_RS512);

    OK(cis2_key_public_jwk(key, &jwk, &why));
    OK(cis2_key_jwk_set(key, &set, &why));
    OK(cis2_key_thumbprint(key, &thumbprint, &why));
    EXPECT(jwk.data[jwk.len] == '\0' && set.data[set.len] == '\0' && thumbprint.data[thumbprint.len] == '\0');
    EXPECT(strstr(jwk.data, "\"+/=kid\"") != NULL && strstr(jwk.data, "\"RS512\"") != NULL);
    EXPECT(strstr(set.data, "\"keys\"") != NULL && strstr(set.data, "\"+/=kid\"") != NULL);
    const char *const private_members[] = {"\"d\"", "\"p\"", "\"q\"", "\"dp\"", "\"dq\"", "\"qi\""};
    for (size_t i = 0; i < sizeof private_members / sizeof private_members[0]; i++) {
        EXPECT(strstr(jwk.data, private_members[i]) == NULL && strstr(set.data, private_members[i]) == NULL);
    }
    SAME_NUMBER(43, thumbprint.len);
    OK(cis2_key_public_jwk(key, &again, &why));
    EXPECT(again.data == jwk.data);
    /* A key of its own, read back as a provider's: what we publish can be read. */
    cis2_key_set *keys = NULL;
    OK(cis2_key_set_from_json((cis2_bytes){(const uint8_t *)set.data, set.len}, &keys, &why));
    cis2_key_set_free(keys);
    cis2_key_free(key);
}

static void key_sets(void)
{
    cis2_key_set *keys = NULL;
    REFUSED(RESPONSE_NOT_JSON, cis2_key_set_from_json(bytes("<html>"), &keys, &why));
    REFUSED(RESPONSE_NOT_JSON, cis2_key_set_from_json(bytes(""), &keys, &why));
    REFUSED(KEY_SET_INVALID, cis2_key_set_from_json(bytes("{}"), &keys, &why));
    REFUSED(KEY_SET_INVALID, cis2_key_set_from_json(bytes("{\"keys\":7}"), &keys, &why));
    EXPECT(keys == NULL);
}

/* CIS2 registers RS256 and RS512; a platform that takes one alone refuses the other when the key is set. */
static void algorithm_of_the_platform(void)
{
    char *row = platform_row("own.example");
    cis2_config *config = NULL;
    cis2_key *key = key_from_file(TEST_KEY_FILE, TEST_KEY_ID, CIS2_ALGORITHM_RS512);
    OK(cis2_config_from_platform_json(text(row), &config, &why));
    REFUSED_SAYING(ALGORITHM_NOT_ACCEPTED, "RS512", cis2_config_set_signing_key(config, key, &why));
    cis2_key_free(key);
    cis2_config_free(config);
    free(row);
}

int main(void)
{
    tap_run("each key file of the table becomes what its row says", rows);
    tap_run("a key file of 10 MB is refused, and the limit is said", large_files);
    tap_run("a directory and a missing file are the program's to see", directory);
    tap_run("a path where the contents belong is refused", path_instead_of_contents);
    tap_run("every beginning of a key file is a refusal, none a crash", every_beginning);
    tap_run("a key id is required, bounded and kept byte for byte", key_ids);
    tap_run("the public half can be had, and nothing private with it", public_half);
    tap_run("a key set that is none is refused", key_sets);
    tap_run("an algorithm that the platform does not take is refused", algorithm_of_the_platform);
    return tap_end();
}
