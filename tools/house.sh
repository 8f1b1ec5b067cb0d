# shellcheck shell=bash
# Where things are and how a script of this folder speaks. Sourced by each of them, never run.
# Enters: CARGO_TARGET_DIR, CI. Leaves: ROOT TARGET DIST OUT CALLER, the current folder at the root, and
# the functions below. The lines `ok NAME`, `not ok NAME: WHY` and `skip NAME: WHY` at the start of a line
# are what tools/tally.sh counts, so no script prints them for anything but a check.

# What a person names in an argument is meant from here.
CALLER=$PWD
ROOT=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd -P)
# A relative CARGO_TARGET_DIR means the caller's folder, as it does for cargo.
case "${CARGO_TARGET_DIR:=$ROOT/target}" in
    /*) ;;
    *) CARGO_TARGET_DIR=$PWD/$CARGO_TARGET_DIR ;;
esac
export CARGO_TARGET_DIR
TARGET=$CARGO_TARGET_DIR
DIST=$ROOT/dist
# What the stages of `test` print, and the secrets that tests used (see tools/scan.sh).
OUT=$TARGET/test-output
cd "$ROOT"

# rustup adds its folder to the next login's PATH; whoever has just installed Rust is still in this one.
if ! command -v cargo >/dev/null && [ -x "${CARGO_HOME:-${HOME:-/nonexistent}/.cargo}/bin/cargo" ]; then
    PATH=${CARGO_HOME:-$HOME/.cargo}/bin:$PATH
    export PATH
fi

if [ -t 1 ] && [ -z "${NO_COLOR:-}" ]; then
    BOLD=$'\e[1m' RED=$'\e[31m' GREEN=$'\e[32m' PLAIN=$'\e[0m'
else
    BOLD='' RED='' GREEN='' PLAIN=''
fi

# How many checks of this script failed; a script ends with `exit_by_checks`.
FAILED=0

heading() { printf '\n%s== %s%s\n' "$BOLD" "$*" "$PLAIN"; }
complain() { printf '%s\n' "$*" >&2; }
die() { complain "$*"; exit 1; }
have() { command -v "$1" >/dev/null 2>&1; }
ok() { printf 'ok %s\n' "$1"; }
not_ok() { printf 'not ok %s: %s\n' "$1" "$2"; FAILED=$((FAILED + 1)); }

# A part that cannot run here. In CI that is a failure: nothing passes in silence.
not_run() {
    if [ -n "${CI:-}" ]; then not_ok "$1" "did not run: $2"; else printf 'skip %s: %s\n' "$1" "$2"; fi
}

# check NAME COMMAND...: one named check, with the command's own output above its verdict.
check() {
    local name=$1 status=0
    shift
    "$@" || status=$?
    if [ "$status" -eq 0 ]; then ok "$name"; else not_ok "$name" "exit status $status"; fi
}

exit_by_checks() { [ "$FAILED" -eq 0 ] || exit 1; exit 0; }
