#!/usr/bin/env bash
# What the shipped libraries show to a linker, compared with what was promised.
# Enters: dist/ as tools/dist.sh laid it out, tests/abi/exports.txt. Leaves: a line for each check, which says
# what differs; 1 if one failed. The highest glibc version needed is said and not judged: it is the build machine's.
set -euo pipefail
# shellcheck source=tools/house.sh
. "$(dirname "${BASH_SOURCE[0]}")/house.sh"

LIBRARY=$DIST/lib/libcis2.so.0
HEADER=$DIST/include/cis2.h
# libm and the loader are linked or not as the compiler sees fit; anything beyond this list is a dependency that
# whoever installs the library would have to know of.
MAY_NEED='libc.so.6 libgcc_s.so.1 libm.so.6 ld-linux-x86-64.so.2 ld-linux-aarch64.so.1'

[ -f "$LIBRARY" ] || die 'abi: dist/lib/libcis2.so.0 is not there: ./build.sh dist'
WORK=$(mktemp -d "${TMPDIR:-/tmp}/cis2-abi.XXXXXX")
trap 'rm -rf "$WORK"' EXIT
export LC_ALL=C

# same NAME LEFT-FILE LEFT-WORD RIGHT-FILE RIGHT-WORD: two sorted lists, and what only one of them has.
same() {
    local only_left only_right
    only_left=$(comm -23 "$2" "$4" | paste -sd ' ' -)
    only_right=$(comm -13 "$2" "$4" | paste -sd ' ' -)
    if [ ! -s "$2" ]; then
        not_ok "$1" "$3 has no function at all"
    elif [ -n "$only_left$only_right" ]; then
        not_ok "$1" "only in $3: ${only_left:-none}; only in $5: ${only_right:-none}"
    else
        ok "$1"
    fi
}

dynamic() { readelf --dynamic --wide "$LIBRARY" | sed -n "s/.*($1).*\[\(.*\)\]/\1/p"; }

# The compiler takes comments and conditions away. A function pointer type has its name in brackets, so that no
# opening bracket follows it.
cc -E -P "$HEADER" | grep -oE '\bcis2_[a-z0-9_]+ *\(' | tr -d ' (' | sort -u >"$WORK/header" || true
nm --dynamic --defined-only "$LIBRARY" | sed -E 's/^[^ ]* *[^ ]+ //; s/@.*//' | sort -u >"$WORK/library"
grep -vE '^ *(#|$)' tests/abi/exports.txt >"$WORK/listed" || true
sort -u "$WORK/listed" >"$WORK/promised"

same 'exports are the functions of the header' "$WORK/library" 'the library' "$WORK/header" 'the header'
same 'exports are those of exports.txt' "$WORK/library" 'the library' "$WORK/promised" 'exports.txt'
# What else were global would clash with another Rust library, or another aws-lc, in the same program.
nm --extern-only --defined-only "$DIST/lib/libcis2.a" | awk 'NF == 3 { print $3 }' | sort -u >"$WORK/static"
same 'the static library shows the same alone' "$WORK/static" 'libcis2.a' "$WORK/promised" 'exports.txt'
if cmp -s "$WORK/listed" "$WORK/promised"; then
    ok 'exports.txt is sorted'
else
    not_ok 'exports.txt is sorted' "$(diff "$WORK/listed" "$WORK/promised" | sed -n 's/^[<>] //p' | sort -u | head -n 3 | paste -sd ' ' -)"
fi

soname=$(dynamic SONAME)
if [ "$soname" = libcis2.so.0 ]; then
    ok 'soname is libcis2.so.0'
else
    not_ok 'soname is libcis2.so.0' "it is '${soname:-absent}'"
fi
if [ "$(readlink "$DIST/lib/libcis2.so")" = libcis2.so.0 ]; then
    ok 'libcis2.so leads to libcis2.so.0'
else
    not_ok 'libcis2.so leads to libcis2.so.0' "it is '$(readlink "$DIST/lib/libcis2.so" || true)'"
fi
# The runtime's threads outlive a dlclose.
if readelf --dynamic --wide "$LIBRARY" | grep NODELETE >/dev/null; then
    ok 'stays loaded (NODELETE)'
else
    not_ok 'stays loaded (NODELETE)' 'the flag is missing: see build.rs'
fi
unexpected=''
for needed in $(dynamic NEEDED); do
    case " $MAY_NEED " in *" $needed "*) ;; *) unexpected="$unexpected $needed" ;; esac
done
if [ -z "$unexpected" ]; then
    ok 'needs the C library and nothing else'
else
    not_ok 'needs the C library and nothing else' "also$unexpected"
fi
printf 'needs glibc %s or newer\n' "$(readelf --version-info --wide "$LIBRARY" | grep -oE 'GLIBC_[0-9.]+' | cut -d_ -f2 | sort -Vu | tail -n 1)"

twice() {
    printf '#include <%s>\n#include <%s>\n' "$1" "$1" |
        "$2" -x "$3" "-std=$4" -Wall -Wextra -pedantic -Werror -fsyntax-only -I"$DIST/include" -
}
check 'cis2.h twice in one file, C11' twice cis2.h cc c c11
if have g++; then
    check 'cis2.h twice in one file, C++17' twice cis2.h g++ c++ c++17
    check 'cis2.hpp twice in one file, C++17' twice cis2.hpp g++ c++ c++17
else
    not_run 'the headers twice in one file, C++17' 'no g++: ./build.sh setup'
fi
exit_by_checks
