#!/usr/bin/env bash
# Looks for secrets in what the stages of `test` printed: scan.sh [FOLDER]
# Enters: the logs of target/test-output, and markers.txt there: the codes, tokens, verifiers, key texts that the tests
# used, one a line (they append to the file named by CIS2_TEST_MARKERS). Leaves: a line for each kind of secret,
# naming file and line but never the secret; 1 if one was found, or if the scan itself would not have found it.
set -euo pipefail
# shellcheck source=tools/house.sh
. "$(dirname "${BASH_SOURCE[0]}")/house.sh"

# Fewer means that tests stopped telling what they used.
MIN_MARKERS=20
# A shorter text is found by chance.
MIN_MARKER_LENGTH=12

FOLDER=${1:-$OUT}
WORK=$(mktemp -d "${TMPDIR:-/tmp}/cis2-scan.XXXXXX")
trap 'rm -rf "$WORK"' EXIT
MARKERS=$FOLDER/markers.txt

# Each kind of secret: name|pattern (grep -E). Values under 16 characters are samples in prose ("code=..."), not secrets.
# Remedies say a label in a sentence: after the word "line", or before a full stop.
kinds() {
    cat <<'TABLE'
JOSE compact form|eyJ[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]{2,}\.[A-Za-z0-9_-]{8,}
sealed request|(^|[^0-9A-Za-z.])1\.[A-Za-z0-9_-]{80,}
PEM label of a private key|(^|[^ ]|[^e] )-----BEGIN ([A-Z0-9]+ )*PRIVATE KEY-----([^.]|$)
PEM or DER body|(^|[^A-Za-z0-9+/])MII[A-Za-z0-9+/]{40,}
PEM line|^[ "|]*[A-Za-z0-9+/]{64}([" |]|$)
private member of a JWK|"(d|p|q|dp|dq|qi|k)" *: *"[A-Za-z0-9_-]{16,}"
form or query parameter|(client_secret|client_assertion|code|code_verifier|id_token|id_token_hint|access_token|refresh_token|password|state|nonce)=[A-Za-z0-9_.~%+/-]{16,}
JSON member|"(client_secret|client_assertion|code_verifier|id_token|access_token|refresh_token|password|state|nonce)" *: *"[A-Za-z0-9_.~%+/=-]{16,}"
authorization header|[Aa]uthorization: *(Bearer|Basic) +[A-Za-z0-9_.~+/=-]{16,}
TABLE
}

# sample NAME: what that kind must find. Put together here, so that no file of ours looks like a leak.
sample() {
    local body=abcdefghijABCDEFGHIJ0123456789abcdefghijABCDEFGHIJ0123456789abcdefghij
    case "$1" in
        'JOSE compact form') printf 'token eyJ%s.%s.%s!' "${body:0:20}" "$body" "$body" ;;
        'sealed request') printf 'cookie=1.%s%s' "$body" "$body" ;;
        'PEM label of a private key') printf -- '-----BEGIN %s KEY-----' 'RSA PRIVATE' ;;
        'PEM or DER body') printf 'der: MII%s' "$body" ;;
        'PEM line') printf '%s' "${body:0:64}" ;;
        'private member of a JWK') printf '{"kty":"RSA","d": "%s"}' "$body" ;;
        'form or query parameter') printf 'grant_type=authorization_code&client_secret=%s' "${body:0:16}" ;;
        'JSON member') printf '{"refresh_token":"%s"}' "${body:0:32}" ;;
        'authorization header') printf 'Authorization: Bearer %s' "${body:0:32}" ;;
    esac
}

# places OPTION... FILE...: grep's hits as file:line, without the lines themselves.
places() { grep -nH "$@" | cut -d: -f1,2 | sed 's#.*/##' | head -n 5 | paste -sd ' ' - || true; }

# A gate that cannot fail is no gate: each pattern is tried on what it must find and on a log without secrets.
self_test() {
    local name pattern clean planted=$WORK
    clean='test key::rejects_a_public_key ... ok; send code=... and state=... (eyJ, 412 characters) to https://cis2.localhost:443/x'
    printf '%s\n' "$clean" >"$planted/clean.log"
    printf '%s a line -----BEGIN %s KEY----- or\n    -----BEGIN %s KEY-----.\n' next PRIVATE 'RSA PRIVATE' >>"$planted/clean.log"
    while IFS='|' read -r name pattern; do
        sample "$name" >"$planted/dirty.log"
        if [ -z "$(places -E -e "$pattern" "$planted/dirty.log")" ]; then
            not_ok "scan finds a planted sample: $name" 'it did not'
        elif [ -n "$(places -E -e "$pattern" "$planted/clean.log")" ]; then
            not_ok "scan finds a planted sample: $name" 'it also finds one where there is none'
        else
            ok "scan finds a planted sample: $name"
        fi
    done < <(kinds)
    printf 'marker-of-the-self-test\n' >"$planted/markers"
    printf 'a line with marker-of-the-self-test inside\n' >"$planted/dirty.log"
    if [ -n "$(places -F -f "$planted/markers" "$planted/dirty.log")" ]; then
        ok 'scan finds a planted marker'
    else
        not_ok 'scan finds a planted marker' 'it did not'
    fi
}

verdict() { if [ -z "$2" ]; then ok "$1"; else not_ok "$1" "at $2"; fi; }

self_test

logs=()
for log in "$FOLDER"/*.log; do
    # Its own log is being written.
    if [ -f "$log" ] && [ "${log##*/}" != scan.log ]; then logs+=("$log"); fi
done
if [ "${#logs[@]}" -eq 0 ]; then
    not_ok 'logs to scan' "there is none in $FOLDER: ./build.sh test writes them"
    exit_by_checks
fi
while IFS='|' read -r name pattern; do
    verdict "no output holds: $name" "$(places -E -e "$pattern" "${logs[@]}")"
done < <(kinds)

count=0 short=0
if [ -f "$MARKERS" ]; then
    sort -u "$MARKERS" | grep . >"$WORK/markers" || true
    count=$(grep -c . "$WORK/markers" || true)
    short=$(awk -v least="$MIN_MARKER_LENGTH" 'length($0) < least { n++ } END { print n + 0 }' "$WORK/markers")
fi
if [ "$count" -lt "$MIN_MARKERS" ]; then
    not_ok 'tests named their secrets' "$count markers in $MARKERS, at least $MIN_MARKERS expected"
elif [ "$short" -gt 0 ]; then
    not_ok 'tests named their secrets' "$short of them are under $MIN_MARKER_LENGTH characters and would be found by chance"
else
    ok 'tests named their secrets'
fi
if [ "$count" -gt 0 ]; then
    verdict "no output holds a marker of the tests" "$(places -F -f "$WORK/markers" "${logs[@]}")"
fi
printf '%d logs read, %d markers\n' "${#logs[@]}" "$count"
exit_by_checks
