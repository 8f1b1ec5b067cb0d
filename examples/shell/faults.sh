#!/usr/bin/env bash
# Signs in while the simulator fails on purpose, three faults one at a time, and shows the error that a user sees for each.
# Enters: the addresses and files of the simulator in CIS2_SIM_*. Leaves: 1 if a fault was not noticed as it should be.
set -uo pipefail

WORK=$(mktemp -d "${TMPDIR:-/tmp}/cis2-faults.XXXXXX")
trap 'rm -rf "$WORK"' EXIT
failed=0

# switch JSON: puts these faults in the place of those that were on.
switch() {
    curl -sS --max-time 20 --cacert "$CIS2_SIM_CA_FILE" --connect-to "$CIS2_SIM_CONNECT_TO" \
        --resolve "cis2.localhost:${CIS2_SIM_LISTEN##*:}:127.0.0.1" -o /dev/null \
        -H 'Content-Type: application/json' -d "$1" "${CIS2_SIM_REASONS%/reasons}/faults"
}

# fault TITLE JSON EXPECTED: a sign-in with this fault; what the program says of it must name EXPECTED.
fault() {
    printf '\n-- %s\n' "$1"
    switch "$2"
    cis2 login --ready "$CIS2_SIM_READY" --simulator-person one-role >"$WORK/said" 2>&1
    sed 's/^/   /' "$WORK/said"
    grep -q "$3" "$WORK/said" || { failed=1; printf '   NOT AS EXPECTED: %s\n' "$3"; }
    switch '{"faults": []}'
}

fault 'a proxy answers with its login page in the place of the token endpoint' \
    '{"faults": [{"fault": "html", "endpoint": "access_token"}]}' RESPONSE_NOT_JSON
fault 'the ID token names the issuer without :443' \
    '{"faults": [{"fault": "wrong_issuer", "endpoint": "access_token"}]}' ISSUER_MISMATCH
fault 'the clock of the server is an hour ahead' \
    '{"faults": [{"fault": "clock_ahead", "seconds": 3600}]}' OAUTH_ERROR

exit "$failed"
