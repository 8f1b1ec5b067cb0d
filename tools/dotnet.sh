#!/usr/bin/env bash
# The C# part: dotnet.sh all [PROJECT...] | build | projects | test PROJECT
# Enters: dist/, a .NET SDK; for a test project, the program cis2 (CIS2_PROGRAM), because each runs beside a simulator of its own.
# Leaves: for `projects`, the test projects that need no package; for `build`, one line; for `test`, a line for each test, as tools/tally.sh counts them; 1 on any failure.
set -euo pipefail
# shellcheck source=tools/house.sh
. "$(dirname "${BASH_SOURCE[0]}")/house.sh"
# shellcheck source=tools/dotnet-sdk.sh
. tools/dotnet-sdk.sh

HANGS_AFTER=5m

find_dotnet || die "dotnet: ${DOTNET_BROKEN:-$DOTNET_MISSING}"
# Absolute, so that the build's outputs lie where this script looks.
export CARGO_TARGET_DIR=$TARGET

build() {
    printf '.NET SDK %s\n' "$DOTNET"
    check 'the C# part builds without a warning' dotnet build bindings-dotnet/Cis2Auth.slnx -c Release --nologo -v quiet
    exit_by_checks
}

# The platform's own words, one line for each test, as the lines of this house. The time at the end of its line goes.
verdicts() {
    sed -E 's/^passed (.*) \([^()]*\)$/ok \1/; s/^failed (.*) \([^()]*\)$/not ok \1: see above/; s/^skipped (.*) \([^()]*\)$/skip \1: see there/'
}

run_tests() {
    local project=$1 program=$TARGET/dotnet/bin/$1/release/$1
    [ -x "$program" ] || die "dotnet: $program was not built"
    bash tools/with-simulator.sh "$program" --output Detailed --ansi off --progress off \
        --hangdump --hangdump-timeout "$HANGS_AFTER" --hangdump-type None 2>&1 | verdicts
}

# A person's way: what it hangs on first.
all() {
    local project status=0
    bash tools/dist.sh
    CIS2_PROGRAM=$(bash tools/program.sh)
    export CIS2_PROGRAM
    bash tools/dotnet.sh build
    for project in ${*:-$(projects)}; do
        heading "$project"
        run_tests "$project" || status=1
    done
    return "$status"
}

# Their names say the order: what is wrong with the declarations makes all else fail.
projects() { printf 'Cis2Auth.%s\n' Convention.Tests Interop.Tests Tests Samples.Tests; }

case "${1:-}" in
    all)
        shift
        all "$@"
        ;;
    projects) projects ;;
    build) build ;;
    test) run_tests "${2:?which test project?}" ;;
    *) die 'dotnet.sh: all, build, projects, or test PROJECT' ;;
esac
