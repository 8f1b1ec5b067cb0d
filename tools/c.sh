#!/usr/bin/env bash
# Compiles the C and C++ programs against dist/ and runs them: c.sh plain | asan | valgrind | examples
# Enters: dist/, examples/c, examples/cpp, tests/c, tests/cpp, tests/abi; CIS2_PROGRAM or what tools/program.sh builds. A
# file with a main is a program; any other file of tests/c is linked to each program of the tests, any other of tests/abi
# is compiled only.
# Leaves: plain: the programs' own `ok` and `not ok` lines, and one for each file that compiles and each example that
# runs; asan, valgrind: one line for each program, its own lines indented. One simulator serves the whole run.
# examples: compiles the examples alone and runs nothing (tools/demo.sh does).
set -euo pipefail
# shellcheck source=tools/house.sh
. "$(dirname "${BASH_SOURCE[0]}")/house.sh"

RUN_WITHIN_S=300
STRICT=(-Wall -Wextra -Werror)
MODE=${1:-}
BUILD=$TARGET/c/$MODE
RUNNER=(env)

case "$MODE" in
    plain)
        FLAGS=(-O2)
        ;;
    asan)
        FLAGS=(-g -O1 -fno-omit-frame-pointer -fsanitize=address)
        RUNNER=(env ASAN_OPTIONS=detect_leaks=1)
        ;;
    valgrind)
        FLAGS=(-g -O0)
        # The runtime is never shut down, so its threads' blocks are "possibly lost" for ever: only sure leaks count.
        RUNNER=(valgrind -q --leak-check=full "--show-leak-kinds=definite,indirect"
            "--errors-for-leak-kinds=definite,indirect" --error-exitcode=99
            --suppressions="$PWD/tools/valgrind.supp")
        ;;
    examples)
        FLAGS=(-O2)
        ;;
    *) die 'c.sh: plain, asan, valgrind or examples?' ;;
esac

is_program() { grep -qE '^(int )?main *\(' "$1"; }
# compiler FILE: into the array COMPILER.
compiler() {
    case "$1" in
        *.cpp) COMPILER=(c++ -std=c++17 -pedantic) ;;
        *) COMPILER=(cc -std=c11) ;;
    esac
    COMPILER+=("${STRICT[@]}" "${FLAGS[@]}")
}
# A file includes <curl/...> itself, or by a header of its own folder: the compiler knows. Without libcurl -MG names it too.
# Not grep -q: it ends at its first find, and the compiler would die of the broken pipe.
uses_curl() { compiler "$1"; "${COMPILER[0]}" -I"$DIST/include" -M -MG "$1" | grep 'curl/curl\.h' >/dev/null; }
# kept FILE: where what is made of it lies, without the ending.
kept() { printf '%s/%s' "$BUILD" "$(printf '%s' "${1%.*}" | tr '/' '-')"; }

# package_flags PACKAGE...: into the array PACKAGE_FLAGS. pkg-config quotes blanks for a shell, so a shell reads its answer.
package_flags() {
    local words
    words=$(PKG_CONFIG_PATH=$DIST/lib/pkgconfig${PKG_CONFIG_PATH:+:$PKG_CONFIG_PATH} pkg-config --cflags --libs "$@")
    eval "PACKAGE_FLAGS=($words)"
}

object() { compiler "$1"; "${COMPILER[@]}" "${PACKAGE_FLAGS[@]}" -c -o "$(kept "$1").o" "$1"; }

# program FILE [OBJECT...]
program() {
    compiler "$1"
    "${COMPILER[@]}" -pthread -o "$(kept "$1")" "$@" "${PACKAGE_FLAGS[@]}" -Wl,-rpath,"$DIST/lib"
}

# Compiles everything; the programs that came out stand in PROGRAMS, by their source.
compile_all() {
    local file
    local -a helpers=() linked
    rm -rf "$BUILD"
    mkdir -p "$BUILD"
    package_flags cis2
    for file in tests/c/*.c tests/abi/*.c; do
        if [ "$MODE" = examples ] || [ ! -f "$file" ] || is_program "$file"; then continue; fi
        check "compiles ($MODE): $file" object "$file"
        case "$file" in tests/c/*) helpers+=("$(kept "$file").o") ;; esac
    done
    for file in examples/c/*.c examples/cpp/*.cpp tests/c/*.c tests/cpp/*.cpp tests/abi/*.c; do
        if [ ! -f "$file" ] || ! is_program "$file"; then continue; fi
        if [ "$MODE" = examples ] && [ "${file#examples/}" = "$file" ]; then continue; fi
        if [ "${file%.cpp}" != "$file" ] && ! have c++; then
            not_run "$file ($MODE)" 'no C++ compiler: ./build.sh setup'
            continue
        fi
        linked=()
        case "$file" in tests/c/* | tests/cpp/*) linked=("${helpers[@]}") ;; esac
        package_flags cis2
        if uses_curl "$file"; then
            if ! pkg-config --exists libcurl; then
                not_run "$file ($MODE)" 'no libcurl: ./build.sh setup'
                continue
            fi
            package_flags cis2 libcurl
        fi
        check "compiles ($MODE): $file" program "$file" "${linked[@]}"
        if [ -x "$(kept "$file")" ]; then PROGRAMS+=("$file"); fi
    done
}

# run FILE: without arguments and input; what a program needs of the simulator is in its environment.
run() {
    local file=$1 status=0 log failures
    log=$(kept "$1").log
    timeout "$RUN_WITHIN_S" "${RUNNER[@]}" "$(kept "$file")" </dev/null >"$log" 2>&1 || status=$?
    if [ "$MODE" != plain ]; then
        sed 's/^/  | /' "$log"
        if [ "$status" -eq 0 ]; then ok "$MODE: $file"; else not_ok "$MODE: $file" "exit status $status"; fi
        return
    fi
    cat "$log"
    failures=$(grep -c '^not ok ' "$log" || true)
    FAILED=$((FAILED + failures))
    if [ "$status" -ne 0 ] && [ "$failures" -eq 0 ]; then
        not_ok "$file" "exit status $status"
    elif [ "$status" -eq 0 ] && [ "$failures" -gt 0 ]; then
        not_ok "$file" 'it failed a test and ended with 0'
    elif [ "$status" -eq 0 ]; then
        case "$file" in
            examples/*) ok "runs: $file" ;;
            *) grep -q '^ok ' "$log" || not_ok "$file" 'it ran no test' ;;
        esac
    fi
}

if [ "$MODE" = valgrind ] && ! have valgrind; then
    not_run 'C and C++ programs under valgrind' 'no valgrind: ./build.sh setup'
    exit_by_checks
fi
[ -f "$DIST/lib/libcis2.so.0" ] || die 'c: dist/lib/libcis2.so.0 is not there: ./build.sh dist'
if [ "$MODE" != examples ] && [ -z "${CIS2_SIM_READY:-}" ]; then
    # From the start again, inside: then one trap stops the simulator, however this script ends.
    exec bash tools/with-simulator.sh bash tools/c.sh "$MODE"
fi

PROGRAMS=()
compile_all
if [ "$MODE" != examples ]; then
    for source in "${PROGRAMS[@]}"; do run "$source"; done
fi
[ "${#PROGRAMS[@]}" -gt 0 ] || not_ok "C and C++ programs ($MODE)" 'there is none'
exit_by_checks
