#!/usr/bin/env bash
# Compiles the C programs against dist/ and runs them: c.sh plain | asan | valgrind
# Enters: dist/, examples/c, tests/c, tests/abi; CIS2_PROGRAM or what tools/program.sh builds. A file with a main
# is a program, any other file of tests/c is linked to each program there, any other of tests/abi is compiled only.
# Leaves: plain: the programs' own `ok` and `not ok` lines, and one for each that compiles; asan, valgrind: one line
# for each program, its own lines indented. One simulator for the whole run, see tools/with-simulator.sh.
set -euo pipefail
# shellcheck source=tools/house.sh
. "$(dirname "${BASH_SOURCE[0]}")/house.sh"

RUN_WITHIN_S=300
MODE=${1:-}
BUILD=$TARGET/c/$MODE

case "$MODE" in
    plain) FLAGS=(-O2) ;;
    # valgrind reads line numbers; optimised code makes it report reads of whole words behind short strings.
    valgrind) FLAGS=(-g -O0) ;;
    asan) FLAGS=(-g -O1 -fno-omit-frame-pointer -fsanitize=address) ;;
    *) die 'c.sh: plain, asan or valgrind?' ;;
esac
STRICT=(-std=c11 -Wall -Wextra -Werror)

# is_program FILE: whether it defines main.
is_program() { grep -qE '^(int|static int|extern int)? *main *\(' "$1"; }
uses_curl() { grep -q '^# *include *<curl/' "$1"; }
kept_name() { printf '%s' "${1%.c}" | tr '/' '-'; }

# flags PACKAGE: into the array PACKAGE_FLAGS. pkg-config quotes blanks for a shell, so a shell reads its answer.
package_flags() {
    local words
    words=$(PKG_CONFIG_PATH=$DIST/lib/pkgconfig pkg-config --cflags --libs "$@")
    eval "PACKAGE_FLAGS=($words)"
}

compile() {
    local file=$1 program=$2
    shift 2
    # `cis2` last word: static order does not matter for shared libraries, the run path does.
    cc "${STRICT[@]}" "${FLAGS[@]}" -D_POSIX_C_SOURCE=200809L -o "$program" "$file" "$@" \
        "${PACKAGE_FLAGS[@]}" -Wl,-rpath,"$DIST/lib" -pthread
}

# build: compiles all; the programs that came out stand in PROGRAMS.
build() {
    local file name
    local -a helpers=() linked
    rm -rf "$BUILD"
    mkdir -p "$BUILD"
    package_flags cis2
    for file in tests/c/*.c tests/abi/*.c; do
        if [ ! -f "$file" ] || is_program "$file"; then continue; fi
        name=$(kept_name "$file")
        check "compiles: $file" cc "${STRICT[@]}" "${FLAGS[@]}" -D_POSIX_C_SOURCE=200809L \
            "${PACKAGE_FLAGS[@]}" -c -o "$BUILD/$name.o" "$file"
        if [ "${file#tests/c/}" != "$file" ]; then helpers+=("$BUILD/$name.o"); fi
    done
    for file in examples/c/*.c tests/c/*.c tests/abi/*.c; do
        if [ ! -f "$file" ] || ! is_program "$file"; then continue; fi
        name=$(kept_name "$file")
        linked=()
        if [ "${file#tests/c/}" != "$file" ]; then linked=("${helpers[@]}"); fi
        package_flags cis2
        if uses_curl "$file"; then
            if ! pkg-config --exists libcurl; then
                not_run "$file" 'no libcurl: ./build.sh setup'
                continue
            fi
            package_flags cis2 libcurl
        fi
        check "compiles: $file" compile "$file" "$BUILD/$name" "${linked[@]}"
        if [ -x "$BUILD/$name" ]; then PROGRAMS+=("$name"); fi
    done
}

# run NAME WRAPPER...: one program, without arguments and input; what it needs of the simulator is in its environment.
run() {
    local name=$1 status=0 log=$BUILD/$1.log
    shift
    timeout "$RUN_WITHIN_S" "$@" "$BUILD/$name" </dev/null >"$log" 2>&1 || status=$?
    if [ "$MODE" = plain ]; then
        # Its lines count one by one.
        while IFS= read -r line || [ -n "$line" ]; do printf '%s\n' "$line"; done <"$log"
        FAILED=$((FAILED + $(grep -c '^not ok ' "$log" || true)))
        if [ "$status" -ne 0 ] && ! grep -q '^not ok ' "$log"; then
            not_ok "$name" "exit status $status"
        elif [ "$status" -eq 0 ] && grep -q '^not ok ' "$log"; then
            not_ok "$name" 'it failed a test and ended with 0'
        elif [ "${name#examples-}" != "$name" ]; then
            [ "$status" -ne 0 ] || ok "runs: $name"
        elif ! grep -qE '^(not )?ok ' "$log"; then
            not_ok "$name" 'it ran no test'
        fi
    else
        sed 's/^/    /' "$log"
        if [ "$status" -eq 0 ]; then ok "$MODE: $name"; else not_ok "$MODE: $name" "exit status $status"; fi
    fi
}

run_all() {
    local name
    local -a wrapper=(env)
    case "$MODE" in
        asan) wrapper=(env ASAN_OPTIONS=detect_leaks=1) ;;
        # The runtime is never shut down, so its threads' blocks are "possibly lost" for ever: only what surely leaks counts.
        valgrind) wrapper=(valgrind -q --leak-check=full --show-leak-kinds=definite,indirect
            --errors-for-leak-kinds=definite,indirect --error-exitcode=99) ;;
    esac
    for name in "${PROGRAMS[@]}"; do run "$name" "${wrapper[@]}"; done
}

PROGRAMS=()
if [ "$MODE" = valgrind ] && ! have valgrind; then
    not_run 'C programs under valgrind' 'no valgrind: ./build.sh setup'
    exit_by_checks
fi
[ -f "$DIST/lib/libcis2.so.0" ] || die 'c: dist/lib/libcis2.so.0 is not there: ./build.sh dist'

if [ "${CIS2_SIM_READY:-}" = '' ]; then
    # From the start again, beside a simulator: only so does one trap stop it, however this script ends.
    exec bash tools/with-simulator.sh bash tools/c.sh "$MODE"
fi
build
run_all
[ "${#PROGRAMS[@]}" -gt 0 ] || not_ok 'C programs' 'there is none'
exit_by_checks
