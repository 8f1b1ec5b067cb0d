#!/usr/bin/env bash
# All layers of tests, stage by stage, and at the end what passed, what failed, what did not run.
# Enters: CI (a part that cannot run is then a failure), VERBOSE (each passed test on the screen too).
# Leaves: target/test-output/STAGE.log with all that a stage printed; last line `N passed, N failed`; 1 on any failure.
# A stage that fails stops only those that need it. The last stage, scan, reads the logs of all others for secrets.
set -euo pipefail
# shellcheck source=tools/house.sh
. "$(dirname "${BASH_SOURCE[0]}")/house.sh"
# shellcheck source=tools/dotnet-sdk.sh
. tools/dotnet-sdk.sh

FAILURES_SHOWN=20
FAILURE='^not ok |^test .* FAILED$'

rm -rf "$OUT"
mkdir -p "$OUT"
export CIS2_TEST_MARKERS=$OUT/markers.txt
# tools/tally.sh reads cargo's lines.
export CARGO_TERM_COLOR=never
declare -A PASSED=()
STAGES=()
declare -A SECONDS_OF=()

# What a person wants to see pass by: progress, verdicts, failures; not each of many hundred passed tests.
screen() {
    if [ -n "${VERBOSE:-}" ]; then cat; else grep --line-buffered -vE '^(test .* ok|running [0-9]+ tests?|ok .*|  \| .*| *)$' || true; fi
}

set_up() { bash tools/setup.sh --lenient && ok 'what the tests hang on is there'; }
build_program() { bash tools/program.sh && ok 'the program cis2 builds'; }

# stage NAME "STAGES IT NEEDS" COMMAND...
stage() {
    local name=$1 needs=$2 log=$OUT/$1.log started=$SECONDS status=0 need counts passed failed skipped
    shift 2
    STAGES+=("$name")
    heading "$name"
    for need in $needs; do
        if [ -z "${PASSED[$need]:-}" ]; then
            printf 'not ok %s: did not run, because %s failed\n' "$name" "$need" | tee "$log"
            SECONDS_OF[$name]=0
            return 0
        fi
    done
    { "$@" </dev/null 2>&1 || status=$?; printf '%s\n' "$status" >"$OUT/status"; } | tee "$log" | screen
    status=$(<"$OUT/status")
    SECONDS_OF[$name]=$((SECONDS - started))

    counts=$(bash tools/tally.sh "$log" | awk -F '\t' '{ p += $1; f += $2; s += $3 } END { printf "%d %d %d", p, f, s }')
    read -r passed failed skipped <<<"$counts"
    if [ "$status" -ne 0 ] && [ "$failed" -eq 0 ]; then
        # A crash or a compile error; what it printed is all there is.
        printf 'not ok %s: exit status %s\n' "$name" "$status" >>"$log"
        failed=1
    elif [ $((passed + failed + skipped)) -eq 0 ]; then
        printf 'not ok %s: it counted nothing\n' "$name" >>"$log"
        failed=1
    fi
    if [ "$failed" -eq 0 ]; then
        PASSED[$name]=yes
        printf '%s%s: %d passed%s, %d s\n' "$GREEN" "$name" "$passed" "$PLAIN" "${SECONDS_OF[$name]}"
    else
        # What it printed stands above; here what of it counts.
        printf '%s%s: %d passed, %d failed%s, %d s; the whole of it: %s\n' \
            "$RED" "$name" "$passed" "$failed" "$PLAIN" "${SECONDS_OF[$name]}" "$log"
        grep -E "$FAILURE" "$log" | head -n "$FAILURES_SHOWN" | sed 's/^/  /' || true
    fi
}

# Without an SDK that can be had the C# part does not run, in CI neither; one that is there and does not work is a failure.
dotnet_stages() {
    local project
    if ! find_dotnet; then
        if [ -n "$DOTNET_BROKEN" ]; then
            stage dotnet '' printf 'not ok the .NET SDK works: %s\n' "$DOTNET_BROKEN"
        else
            stage dotnet '' printf 'skip the C# part: %s\n' "$DOTNET_MISSING"
        fi
        return 0
    fi
    stage dotnet dist bash tools/dotnet.sh build
    stage pack dotnet bash tools/pack.sh
    for project in $(bash tools/dotnet.sh projects); do
        CIS2_SIM_LOG=$OUT/simulator-$project.log stage "$project" 'dotnet program' bash tools/dotnet.sh test "$project"
    done
    CIS2_SIM_LOG=$OUT/simulator-browser.log stage browser 'dotnet program' bash tools/browser.sh
    CIS2_SIM_LOG=$OUT/simulator-package.log stage Cis2Auth.Package.Tests 'pack program' bash tools/dotnet.sh test Cis2Auth.Package.Tests
}

# The rows of the last table, and the two sums that the last line says.
table() {
    local name passed failed skipped layer shown
    SUM_PASSED=0 SUM_FAILED=0
    heading 'Counts by layer'
    printf '%-34s %8s %8s %8s %8s\n' layer passed failed 'not run' seconds
    for name in "${STAGES[@]}"; do
        shown=${SECONDS_OF[$name]}
        while IFS=$'\t' read -r passed failed skipped layer; do
            printf '%-34s %8d %8d %8d %8s\n' "$layer" "$passed" "$failed" "$skipped" "$shown"
            SUM_PASSED=$((SUM_PASSED + passed))
            SUM_FAILED=$((SUM_FAILED + failed))
            shown=''
        done < <(bash tools/tally.sh "$OUT/$name.log")
    done
    printf '%-34s %8d %8d %8s %8d\n' total "$SUM_PASSED" "$SUM_FAILED" '' "$SECONDS"
}

# logs_saying PATTERN: such lines of all logs, each with its stage.
logs_saying() { (cd "$OUT" && grep -HE "$1" -- *.log) | sed -E 's/^([A-Za-z0-9.-]+)\.log:/  \1: /' || true; }

stage setup '' set_up
# What else is missing, the stages say themselves; without these two not one of them could.
if have cargo && have cc; then
    stage check '' bash tools/check.sh
    stage rust '' cargo test --workspace --locked --no-fail-fast
    stage program '' build_program
    stage dist '' bash tools/dist.sh
    stage abi 'dist' bash tools/abi.sh
    stage consumer 'dist' bash tools/consumer.sh
    export CIS2_PROGRAM=$TARGET/debug/cis2
    for mode in plain asan valgrind; do
        CIS2_SIM_LOG=$OUT/simulator-c-$mode.log stage "c-$mode" 'dist program' bash tools/c.sh "$mode"
    done
    dotnet_stages
    CIS2_SAID_LOG=$OUT/said-program.log stage said 'program' bash tools/said.sh
    CIS2_SIM_LOG=$OUT/simulator-demo.log stage demo 'dist program' bash tools/demo.sh --check
    stage scan '' bash tools/scan.sh
fi

table
if [ "$SUM_FAILED" -gt 0 ]; then
    printf '\n%sFailed:%s\n' "$RED" "$PLAIN"
    logs_saying "$FAILURE"
fi
unrun=$(logs_saying '^skip |^test .* \.\.\. ignored')
if [ -n "$unrun" ]; then printf '\n%sDid NOT run:%s\n%s\n' "$BOLD" "$PLAIN" "$unrun"; fi
printf '\n%d passed, %d failed\n' "$SUM_PASSED" "$SUM_FAILED"
[ "$SUM_FAILED" -eq 0 ]
