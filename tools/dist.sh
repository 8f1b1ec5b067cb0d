#!/usr/bin/env bash
# Lays out dist/ as a prefix: the libraries, shared and static, the headers, the pkg-config files, the CMake package.
# Enters: the working tree. Leaves: dist/lib/libcis2.so.0 (stripped, LTO), dist/lib/libcis2.so -> libcis2.so.0,
# dist/lib/libcis2.a (one object that shows the functions of the header alone), dist/include, dist/lib/pkgconfig,
# dist/lib/cmake/cis2. Tests and packing take the library from here only.
set -euo pipefail
# shellcheck source=tools/house.sh
. "$(dirname "${BASH_SOURCE[0]}")/house.sh"
# shellcheck source=tools/lay_out.sh
. tools/lay_out.sh

BUILT=$TARGET/release
SUM=$BUILT/libcis2.dist-sum
WORK=$(mktemp -d "${TMPDIR:-/tmp}/cis2-dist.XXXXXX")
trap 'rm -rf "$WORK"' EXIT

# cargo applies no LTO to a library that is an rlib too, so the shipped ones are made by `cargo rustc --crate-type`, both
# in one pass (rust-lang/cargo#4611). A later `cargo build --release` writes another library to the same place, and cargo
# then takes that for ours: what is not the file we last made goes first.
build_libraries() {
    if ! sha256sum --status --check "$SUM" 2>/dev/null; then
        rm -f "$BUILT"/libcis2.{so,a} "$BUILT"/deps/libcis2.{so,a}
    fi
    # What the system must give to whoever links the static library is a note among the warnings.
    RUSTFLAGS="${RUSTFLAGS:-} $SHIPPED_RUSTFLAGS" cargo rustc -p cis2 --lib --crate-type cdylib,staticlib --features capi --release --locked -- \
        --print native-static-libs 2>&1 | tee "$WORK/notes" >&2
    sha256sum "$BUILT/libcis2.so" "$BUILT/libcis2.a" >"$SUM"
}

# The archive as rustc makes it has 700 objects, with all global symbols of Rust's standard library and of aws-lc: beside
# another Rust library it does not link. So all of it becomes one object, in which the exported functions alone are
# global; its sections stay apart, so that the linker of a program still drops what is not used.
# Group members of the same name in another library would take the place of ours: the groups are dissolved. The bitcode
# of another LLVM makes binutils' plugins stumble: it goes.
static_library() {
    local -a roots=()
    local name
    while read -r name; do roots+=(-u "$name"); done <"$WORK/exports"
    ld -r --gc-sections --force-group-allocation "${roots[@]}" -o "$WORK/all.o" "$BUILT/libcis2.a"
    objcopy --strip-unneeded --remove-section=.llvmbc --remove-section=.llvmcmd \
        --keep-global-symbols="$WORK/exports" "$WORK/all.o" "$WORK/cis2.o"
    # D: no time and no user in the archive.
    ar rcsD "$WORK/libcis2.a" "$WORK/cis2.o"
}

build_libraries
grep -vE '^ *(#|$)' tests/abi/exports.txt >"$WORK/exports"
strip --strip-unneeded -o "$WORK/$SONAME" "$BUILT/libcis2.so"
static_library
sed -n 's/^note: native-static-libs: *//p' "$WORK/notes" >"$WORK/libcis2.a.needs"
[ -s "$WORK/libcis2.a.needs" ] || die 'dist: rustc did not say what a static library needs'
lay_out "$DIST" lib "$WORK"
put "$WORK/libcis2.a.needs" "$DIST/lib/libcis2.a.needs"

for name in "$SONAME" libcis2.a; do
    printf 'dist/lib/%s: %s bytes, stripped\n' "$name" "$(stat -c %s "$DIST/lib/$name")"
done
ok 'dist laid out'
