#!/usr/bin/env bash
# Installs what dist/ holds: libraries, headers, pkg-config files, CMake package.
# Enters: PREFIX (/usr/local), LIBDIR below it (lib), DESTDIR (a packager's folder, put before the prefix), dist/; where
# there is none it is made. Leaves: the files below DESTDIR/PREFIX, and a line for each.
set -euo pipefail
# shellcheck source=tools/house.sh
. "$(dirname "${BASH_SOURCE[0]}")/house.sh"
# shellcheck source=tools/lay_out.sh
. tools/lay_out.sh

PREFIX=${PREFIX:-/usr/local}
LIBDIR=${LIBDIR:-lib}
case "$PREFIX" in /*) ;; *) PREFIX=$CALLER/$PREFIX ;; esac
case "${DESTDIR:=}" in '' | /*) ;; *) DESTDIR=$CALLER/$DESTDIR ;; esac
case "$LIBDIR" in
    /* | *..* | '') die "install: LIBDIR is a folder below PREFIX, such as lib or lib64, and not '$LIBDIR'" ;;
    *) LIBDIR=${LIBDIR%/} ;;
esac

if [ ! -f "$DIST/lib/libcis2.a.needs" ]; then bash tools/dist.sh; fi
lay_out "$DESTDIR$PREFIX" "$LIBDIR" "$DIST/lib"
for name in include/cis2.h include/cis2.hpp "$LIBDIR/$SONAME" "$LIBDIR/libcis2.so" "$LIBDIR/libcis2.a" \
    "$LIBDIR/pkgconfig/cis2.pc" "$LIBDIR/pkgconfig/cis2-static.pc" "$LIBDIR/cmake/cis2/cis2Config.cmake"; do
    printf '%s\n' "$DESTDIR$PREFIX/$name"
done
if [ -z "$DESTDIR" ] && [ "$(id -u)" -eq 0 ] && have ldconfig; then
    # So that programs find the library at once, where the folder is one of the loader's.
    ldconfig
fi
