#!/usr/bin/env bash
# Whether include/cis2.hpp has all that include/cis2.h has: each function, and each number that a caller chooses.
# Enters: both headers; tests/cpp/not_wrapped.txt, what is left out on purpose: `NAME REASON` a line.
# Leaves: 1 and the names if something is in neither, or left out and wrapped all the same, or listed and not there.
set -euo pipefail
# shellcheck source=tools/house.sh
. "$(dirname "${BASH_SOURCE[0]}")/house.sh"

LIST=tests/cpp/not_wrapped.txt
WORK=$(mktemp -d "${TMPDIR:-/tmp}/cis2-wrapped.XXXXXX")
trap 'rm -rf "$WORK"' EXIT
export LC_ALL=C

# uses FILE: the functions and the choices that it names outside of comments.
uses() { cc -fpreprocessed -dD -E -P -x c++ "$1" 2>/dev/null | grep -oE '\b(cis2_[a-z0-9_]+|CIS2_[A-Z]+_[A-Z0-9_]+)\b'; }

{
    cc -E -P include/cis2.h | grep -oE '\bcis2_[a-z0-9_]+ *\(' | tr -d ' ('
    grep -oE '^#define CIS2_(ALGORITHM|PLATFORM|STEP|EVENT|LEVEL)_[A-Z0-9_]+' include/cis2.h | cut -d' ' -f2
} | sort -u >"$WORK/there"
uses include/cis2.hpp | sort -u >"$WORK/wrapped"
sed -E '/^ *(#|$)/d' "$LIST" >"$WORK/lines"
cut -d' ' -f1 "$WORK/lines" | sort -u >"$WORK/listed"

status=0
say() { # say WHAT < names
    local names
    names=$(paste -sd ' ' -)
    if [ -n "$names" ]; then
        printf '%s: %s\n' "$1" "$names"
        status=1
    fi
}
[ "$(wc -l <"$WORK/there")" -gt 50 ] || { echo 'cis2.h was not read'; status=1; }
comm -23 "$WORK/there" "$WORK/wrapped" | comm -23 - "$WORK/listed" >"$WORK/missing"
say "neither in cis2.hpp nor in $LIST" <"$WORK/missing"
comm -12 "$WORK/listed" "$WORK/wrapped" >"$WORK/both"
say "in $LIST and in cis2.hpp" <"$WORK/both"
comm -23 "$WORK/listed" "$WORK/there" >"$WORK/stale"
say "in $LIST and not in cis2.h" <"$WORK/stale"
awk 'NF < 2 { print $1 }' "$WORK/lines" >"$WORK/bare"
say "in $LIST without a reason" <"$WORK/bare"
exit "$status"
