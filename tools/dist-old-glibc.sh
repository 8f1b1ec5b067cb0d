#!/usr/bin/env bash
# The shared library for systems with an older glibc: dist/glibc-2.17/libcis2.so.0 (RHEL 7 and newer).
# Enters: the working tree; PyPI, from which ziglang (a C compiler and linker that know the symbols of each glibc) and
# cargo-zigbuild come into an environment below target/. Leaves: the library, and a line for each check of it.
# `dist` and `pack` call it: the package carries this library. It compiles everything a second time, for some minutes.
set -euo pipefail
# shellcheck source=tools/house.sh
. "$(dirname "${BASH_SOURCE[0]}")/house.sh"
# shellcheck source=tools/lay_out.sh
. tools/lay_out.sh

GLIBC=2.17
ZIGLANG=0.17
ZIGBUILD=0.24
ENVIRONMENT=$TARGET/zig
PLACE=$DIST/glibc-$GLIBC
WORK=$(mktemp -d "${TMPDIR:-/tmp}/cis2-glibc.XXXXXX")
trap 'rm -rf "$WORK"' EXIT

have python3 || die 'dist-old-glibc: python3 with its venv module is needed: apt-get install python3-venv'
if [ ! -x "$ENVIRONMENT/bin/cargo-zigbuild" ]; then
    python3 -m venv "$ENVIRONMENT"
    "$ENVIRONMENT/bin/pip" install --quiet "ziglang==$ZIGLANG.*" "cargo-zigbuild==$ZIGBUILD.*"
fi
host=$(rustc -vV | sed -n 's/^host: //p')

# A target folder of its own, which the host's builds do not invalidate.
PATH=$ENVIRONMENT/bin:$PATH CARGO_TARGET_DIR=$TARGET/glibc-$GLIBC RUSTFLAGS="${RUSTFLAGS:-} $SHIPPED_RUSTFLAGS" cargo-zigbuild rustc --target "$host.$GLIBC" \
    -p cis2 --lib --crate-type cdylib --features capi --release --locked
strip --strip-unneeded -o "$WORK/$SONAME" "$TARGET/glibc-$GLIBC/$host/release/libcis2.so"
put "$WORK/$SONAME" "$PLACE/$SONAME" 755
ln -sfn "$SONAME" "$PLACE/libcis2.so"

# needed FILE: the highest version of glibc whose symbols it asks for.
needed() { readelf --version-info --wide "$1" | grep -oE 'GLIBC_[0-9.]+' | cut -d_ -f2 | sort -Vu | tail -n 1; }
old_enough() {
    local highest
    highest=$(needed "$PLACE/$SONAME")
    printf 'needs glibc %s or newer\n' "$highest"
    [ -n "$highest" ] && [ "$(printf '%s\n%s\n' "$highest" "$GLIBC" | sort -V | tail -n 1)" = "$GLIBC" ]
}
same_exports() {
    grep -vE '^ *(#|$)' tests/abi/exports.txt >"$WORK/promised"
    nm --dynamic --defined-only "$PLACE/$SONAME" | sed -E 's/^[^ ]* *[^ ]+ //; s/@.*//' | LC_ALL=C sort -u | diff "$WORK/promised" -
}
soname() { readelf --dynamic --wide "$PLACE/$SONAME" | grep -q "SONAME.*\[$SONAME\]"; }
runs() {
    cc -std=c11 -Wall -Wextra -Werror -Iinclude -o "$WORK/consumer" tests/consumer/consumer.c -L"$PLACE" -lcis2 -Wl,-rpath,"$PLACE"
    "$WORK/consumer" tests/vectors/keys/rsa2048.pkcs8.pem
}
printf 'dist/glibc-%s/%s: %s bytes, stripped\n' "$GLIBC" "$SONAME" "$(stat -c %s "$PLACE/$SONAME")"
check "needs no glibc over $GLIBC" old_enough
check 'exports what exports.txt lists' same_exports
check "soname is $SONAME" soname
check 'a C program runs with it' runs
exit_by_checks
