#!/usr/bin/env bash
# Lays out dist/: the shared library with its soname, the headers, the pkg-config file.
# Enters: the working tree. Leaves: dist/lib/libcis2.so.0 (stripped, LTO), dist/lib/libcis2.so -> libcis2.so.0,
# dist/include/cis2.h and cis2.hpp, dist/lib/pkgconfig/cis2.pc. Tests and packing take the library from here only.
set -euo pipefail
# shellcheck source=tools/house.sh
. "$(dirname "${BASH_SOURCE[0]}")/house.sh"

VERSION=$(sed -n '0,/^version = /s/^version = "\(.*\)"$/\1/p' Cargo.toml)
BUILT=$TARGET/release/libcis2.so
SUM=$TARGET/release/libcis2.dist-sum

# cargo applies no LTO to a library of several kinds, so the shipped one is made by `cargo rustc --crate-type`
# (rust-lang/cargo#4611). A later `cargo build --release` writes another library to the same place, and cargo
# then takes that for ours: what is not the file we last made goes first.
build_library() {
    if ! sha256sum --status --check "$SUM" 2>/dev/null; then
        rm -f "$BUILT" "$TARGET/release/deps/libcis2.so"
    fi
    cargo rustc -p cis2 --lib --crate-type cdylib --features capi --release --locked
    sha256sum "$BUILT" >"$SUM"
}

# put FILE PLACE: whole or not at all, and never into a file that a running program has mapped.
put() {
    mkdir -p "$(dirname "$2")"
    cp "$1" "$2.new"
    mv -f "$2.new" "$2"
}

# The prefix is found from where this file lies, so that dist/ can be moved.
pkg_config_file() {
    cat <<PC
prefix=\${pcfiledir}/../..
libdir=\${prefix}/lib
includedir=\${prefix}/include

Name: cis2
Description: Sign in with NHS Care Identity Service 2
Version: $VERSION
Libs: -L\${libdir} -lcis2
Cflags: -I\${includedir}
PC
}

build_library
mkdir -p "$DIST/lib/pkgconfig"
strip --strip-unneeded -o "$TARGET/release/libcis2.stripped.so" "$BUILT"
put "$TARGET/release/libcis2.stripped.so" "$DIST/lib/libcis2.so.0"
ln -sfn libcis2.so.0 "$DIST/lib/libcis2.so"
put include/cis2.h "$DIST/include/cis2.h"
put include/cis2.hpp "$DIST/include/cis2.hpp"
pkg_config_file >"$DIST/lib/pkgconfig/cis2.pc"

printf 'dist/lib/libcis2.so.0: %s bytes, stripped\n' "$(stat -c %s "$DIST/lib/libcis2.so.0")"
ok 'dist laid out'
