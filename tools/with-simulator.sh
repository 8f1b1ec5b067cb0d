#!/usr/bin/env bash
# Runs a command beside a local simulator of its own: with-simulator.sh COMMAND [ARGUMENT...]
# Enters: CIS2_PROGRAM (the program cis2; built when not given), CIS2_SIM_LOG (where the simulator's console goes).
# Leaves: the command's exit status, no process behind. The command finds CIS2_SIM_READY (a file with the
# ready line) and, from that line: CIS2_SIM_ISSUER _LISTEN _CONNECT_TO _CA_FILE _CLIENTS_FILE _PLATFORM_FILE
# _REASONS _CLIENT_ID _KEY_FILE _KID _ALGORITHM _REDIRECT_URI (the first one).
set -euo pipefail
# shellcheck source=tools/house.sh
. "$(dirname "${BASH_SOURCE[0]}")/house.sh"

READY_WITHIN_S=60

[ $# -gt 0 ] || die 'with-simulator.sh: which command?'
PROGRAM=${CIS2_PROGRAM:-$(bash tools/program.sh)}
WORK=$(mktemp -d "${TMPDIR:-/tmp}/cis2-simulator.XXXXXX")
LOG=${CIS2_SIM_LOG:-$WORK/console.log}
SIMULATOR=''

# member NAME: the text of a member of the ready line. Its names are all different, so where they stand is not asked.
member() {
    sed -nE 's/.*"'"$1"'" *: *\[? *"(([^"\\]|\\.)*)".*/\1/p' "$WORK/ready.json" | sed -E 's/\\(["\\/])/\1/g'
}

stop() {
    if [ -n "$SIMULATOR" ]; then
        kill "$SIMULATOR" 2>/dev/null || true
        wait "$SIMULATOR" 2>/dev/null || true
    fi
    rm -rf "$WORK"
}
trap stop EXIT
trap 'exit 130' INT
trap 'exit 143' TERM

mkdir -p "$(dirname "$LOG")"
: >"$WORK/out"
"$PROGRAM" simulate </dev/null >"$WORK/out" 2>>"$LOG" &
SIMULATOR=$!
for ((tenths = 0; ; tenths++)); do
    # A whole line: a part of one may be there already.
    if IFS= read -r line <"$WORK/out"; then break; fi
    if ! kill -0 "$SIMULATOR" 2>/dev/null || [ "$tenths" -ge $((READY_WITHIN_S * 10)) ]; then
        tail -n 20 "$LOG" >&2 || true
        die "with-simulator.sh: \`cis2 simulate\` gave no ready line"
    fi
    sleep 0.1
done
printf '%s\n' "$line" >"$WORK/ready.json"

export CIS2_SIM_READY=$WORK/ready.json
for name in issuer listen connect_to ca_file clients_file platform_file reasons client_id key_file kid algorithm; do
    value=$(member "$name")
    [ -n "$value" ] || die "with-simulator.sh: the ready line has no \"$name\""
    export "CIS2_SIM_${name^^}=$value"
done
CIS2_SIM_REDIRECT_URI=$(member redirect_uris)
[ -n "$CIS2_SIM_REDIRECT_URI" ] || die 'with-simulator.sh: the ready line has no "redirect_uris"'
export CIS2_SIM_REDIRECT_URI

# Not exec: the trap above has to stop the simulator.
status=0
cd "$CALLER"
"$@" || status=$?
exit "$status"
