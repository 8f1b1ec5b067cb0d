#!/usr/bin/env bash
# What the program says of every key file of the tests, its man pages and completions, into a log that scan.sh reads:
# said.sh. Enters: CIS2_PROGRAM (built when not given), CIS2_SAID_LOG (where all of it goes), CIS2_TEST_MARKERS.
# Leaves: the log, a line for each part.
set -euo pipefail
# shellcheck source=tools/house.sh
. "$(dirname "${BASH_SOURCE[0]}")/house.sh"

KEYS=tests/vectors/keys
CIS2_PROGRAM=${CIS2_PROGRAM:-$(bash tools/program.sh)}
LOG=${CIS2_SAID_LOG:-$(mktemp "${TMPDIR:-/tmp}/cis2-said.XXXXXX")}
printf 'test\n' >"$LOG.password"
trap 'rm -f "$LOG.password"' EXIT
: >"$LOG"

# say CODES ARGUMENT...: one run, whose exit code is one of these.
say() {
    local codes=$1 status=0
    shift
    printf '\n$ cis2 %s\n' "$*" >>"$LOG"
    "$CIS2_PROGRAM" "$@" >>"$LOG" 2>&1 </dev/null || status=$?
    case " $codes " in *" $status "*) ;; *) printf 'cis2 %s: exit code %s\n' "$*" "$status"; return 1 ;; esac
}

of_every_file() {
    local file
    for file in "$KEYS"/*; do
        say '0 10' "$@" "$file" || return 1
    done
}

opened() {
    local file
    for file in rsa2048.encrypted.pem p256.encrypted.der encrypted.3des.pem; do
        say 0 key inspect "$KEYS/$file" --password-file "$LOG.password" || return 1
        say '0 10' jwks publish "$KEYS/$file" --password-file "$LOG.password" --algorithm RS256 || return 1
    done
}

completions() {
    local shell
    for shell in bash elvish fish powershell zsh; do
        say 0 completions "$shell" || return 1
    done
}

man_pages() {
    local verb
    for verb in '' key 'key new' 'key inspect' jwks 'jwks publish' assertion login simulate reasons platforms completions man; do
        # shellcheck disable=SC2086
        say 0 man $verb || return 1
    done
}

if [ -n "${CIS2_TEST_MARKERS:-}" ]; then
    # The last whole line of a private key, and the private members of a JWK.
    tail -n 3 "$KEYS/rsa2048.pkcs8.pem" | head -n 1 >>"$CIS2_TEST_MARKERS"
    grep -oE '"(d|p|q|dp|dq|qi)": *"[^"]+"' "$KEYS/private.jwk.json" | sed -E 's/.*"([^"]+)"$/\1/' >>"$CIS2_TEST_MARKERS"
fi
check 'key inspect of every key file' of_every_file key inspect
check 'key inspect of every key file, as JSON' of_every_file key inspect --json
check 'jwks publish of every key file' of_every_file jwks publish --algorithm RS256
check 'both, of keys that their password opens' opened
check 'completions of every shell' completions
check 'man pages of every verb' man_pages
[ -n "${CIS2_SAID_LOG:-}" ] || rm -f "$LOG"
exit_by_checks
