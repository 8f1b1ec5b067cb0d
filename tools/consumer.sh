#!/usr/bin/env bash
# Programs outside of the tree against an installed library: C and C++, shared and static, by CMake and by pkg-config.
# Enters: dist/, tests/consumer, a test key. Leaves: a line for each check; the installations are in a temporary folder.
set -euo pipefail
# shellcheck source=tools/house.sh
. "$(dirname "${BASH_SOURCE[0]}")/house.sh"

[ -f "$DIST/lib/libcis2.a.needs" ] || die 'consumer: dist/ is not there: ./build.sh dist'
WORK=$(mktemp -d "${TMPDIR:-/tmp}/cis2-consumer.XXXXXX")
trap 'rm -rf "$WORK"' EXIT
# What this machine has installed otherwise must not be what is found.
unset PKG_CONFIG_PATH CMAKE_PREFIX_PATH LD_LIBRARY_PATH
KEY=$ROOT/tests/vectors/keys/rsa2048.pkcs8.pem

# by_cmake FOLDER PREFIX
by_cmake() {
    cp -r tests/consumer "$1"
    cmake -S "$1" -B "$1/built" -DCMAKE_PREFIX_PATH="$2" -DCMAKE_BUILD_TYPE=Release >"$1.log" 2>&1 &&
        cmake --build "$1/built" >>"$1.log" 2>&1 || { cat "$1.log"; return 1; }
}

# by_make FOLDER PKG-CONFIG-FOLDER
by_make() {
    cp -r tests/consumer "$1"
    PKG_CONFIG_PATH=$2 make -C "$1" >"$1.log" 2>&1 || { cat "$1.log"; return 1; }
}

# links KIND PROGRAM: the shared library is needed by name, or not at all.
links() {
    case "$1:$(readelf --dynamic --wide "$2" | grep -c 'NEEDED.*libcis2\.so\.0' || true)" in
        shared:1 | static:0) ;;
        *) echo "$2 is not linked as $1"; return 1 ;;
    esac
}

# programs HOW FOLDER: all four run.
programs() {
    local language kind
    for language in c cpp; do
        for kind in shared static; do
            check "$1: $language, $kind, runs" "$2/${language}_$kind" "$KEY"
            check "$1: $language, $kind, is that" links "$kind" "$2/${language}_$kind"
        done
    done
}

refuses_version() {
    mkdir -p "$WORK/version"
    printf 'cmake_minimum_required(VERSION 3.16)\nproject(v NONE)\nfind_package(cis2 %s REQUIRED)\n' "$1" >"$WORK/version/CMakeLists.txt"
    ! cmake -S "$WORK/version" -B "$WORK/version/built" -DCMAKE_PREFIX_PATH="$WORK/usr" >/dev/null 2>&1
}

check 'installs to a prefix' env PREFIX="$WORK/usr" bash tools/install.sh
if have cmake && have g++; then
    check 'CMake: configures and builds' by_cmake "$WORK/cmake" "$WORK/usr"
    programs CMake "$WORK/cmake/built"
    check 'CMake: a newer version is not found' refuses_version 0.2
    check 'CMake: another major version is not found' refuses_version 1.0
else
    not_run 'a consumer by CMake' 'no cmake or no g++: ./build.sh setup'
fi
# As a packager does: below a folder of his own, libraries in a folder of their processor. Moved from where it was put.
check 'installs below DESTDIR' env DESTDIR="$WORK/package" PREFIX=/usr LIBDIR=lib/here-linux-gnu bash tools/install.sh
mv "$WORK/package" "$WORK/moved"
if have make && have g++; then
    check 'pkg-config: builds' by_make "$WORK/make" "$WORK/moved/usr/lib/here-linux-gnu/pkgconfig"
    programs pkg-config "$WORK/make"
else
    not_run 'a consumer by pkg-config' 'no make or no g++: ./build.sh setup'
fi
if have cmake && have g++; then
    check 'CMake: finds what was moved' by_cmake "$WORK/cmake-moved" "$WORK/moved/usr/lib/here-linux-gnu/cmake"
    check 'CMake: what was moved runs' "$WORK/cmake-moved/built/cpp_shared" "$KEY"
fi
exit_by_checks
