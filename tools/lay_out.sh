# shellcheck shell=bash
# What a prefix of the library looks like; dist/ is one, and `install` makes another. Sourced after house.sh, never run.
# Leaves: VERSION SONAME SHIPPED_RUSTFLAGS, put, lay_out.

VERSION=$(sed -n '0,/^version = /s/^version = "\(.*\)"$/\1/p' Cargo.toml)
SONAME=libcis2.so.0

# What is shipped says where in the source a defect was, and not on which machine it was compiled.
SHIPPED_RUSTFLAGS="--remap-path-prefix=${CARGO_HOME:-${HOME:-/nonexistent}/.cargo}=cargo --remap-path-prefix=$ROOT=."

# put FILE PLACE: whole or not at all, and never into a file that a running program has mapped.
put() {
    mkdir -p "$(dirname "$2")"
    cp "$1" "$2.new"
    chmod "${3:-644}" "$2.new"
    mv -f "$2.new" "$2"
}

# lay_out FOLDER LIBDIR LIBRARIES: the two libraries of the folder LIBRARIES, headers, pkg-config files and CMake package
# below FOLDER, libraries in its LIBDIR (such as lib or lib/x86_64-linux-gnu).
lay_out() {
    local folder=$1 libdir=$2 libraries=$3 up native name place
    # From a file in LIBDIR/pkgconfig to LIBDIR's own parents: one `..` for each of its parts.
    up=$(printf '%s' "$libdir" | sed -E 's#[^/]+#..#g')
    native=$(cat "$libraries/libcis2.a.needs")
    if [ "$libraries" != "$folder/$libdir" ]; then
        put "$libraries/$SONAME" "$folder/$libdir/$SONAME" 755
        put "$libraries/libcis2.a" "$folder/$libdir/libcis2.a"
    fi
    ln -sfn "$SONAME" "$folder/$libdir/libcis2.so"
    for name in cis2.h cis2.hpp; do put "include/$name" "$folder/include/$name"; done
    for name in cis2.pc cis2-static.pc cis2Config.cmake cis2ConfigVersion.cmake; do
        case "$name" in
            *.pc) place=pkgconfig/$name up_here=$up separated=$native ;;
            *) place=cmake/cis2/$name up_here=$up/.. separated=${native// /;} ;;
        esac
        sed -e "s#@VERSION@#$VERSION#g; s#@SONAME@#$SONAME#g; s#@LIBDIR@#$libdir#g; s#@UP@#$up_here#g" \
            -e "s#@NATIVE_LIBS@#$separated#g; s#@POINTER_BYTES@#$(($(getconf LONG_BIT) / 8))#g" \
            "tools/package/$name.in" >"$TARGET/$name.made"
        put "$TARGET/$name.made" "$folder/$libdir/$place"
        rm -f "$TARGET/$name.made"
    done
}
