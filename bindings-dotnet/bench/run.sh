#!/usr/bin/env bash
# How fast the C# wrapper is: ratios beside other libraries first, then rates. README.md here holds a run of it.
# Enters: dist/, a .NET SDK; all | ratios | cold | bdn, and a number of rounds for the middle two. Leaves: the figures
# on the screen.
# Not part of `test`: a figure of a busy machine proves nothing.
set -euo pipefail
# shellcheck source=tools/house.sh
. "$(dirname "${BASH_SOURCE[0]}")/../../tools/house.sh"
# shellcheck source=../../tools/dotnet-sdk.sh
. tools/dotnet-sdk.sh

if ! find_dotnet; then
    [ -z "$DOTNET_BROKEN" ] || die "bench of the C# part: $DOTNET_BROKEN"
    printf 'The C# part: not run, %s\n' "$DOTNET_MISSING"
    exit 0
fi
[ -f "$DIST/lib/libcis2.so" ] || die 'bench: dist/lib/libcis2.so is not there: ./build.sh dist'
cargo build -p cis2-bench-raw --release --locked
for project in Cis2Auth.Benchmarks ColdCis2Auth ColdJsonWebToken; do
    dotnet build -c Release -v quiet -nologo "bindings-dotnet/bench/$project" >&2
done
export CIS2_BENCH_RAW=$TARGET/release/libcis2_bench_raw.so
program=$TARGET/dotnet/bin/Cis2Auth.Benchmarks/release/Cis2Auth.Benchmarks
case "${1:-all}" in
    all)
        "$program" ratios
        "$program" cold
        ;;
    # BenchmarkDotNet leaves its reports where it runs.
    bdn) mkdir -p "$TARGET/bench" && cd "$TARGET/bench" && exec "$program" bdn ;;
    *) exec "$program" "$@" ;;
esac
