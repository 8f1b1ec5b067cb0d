#!/usr/bin/env bash
# What this machine lacks for a verb, and how it gets it: by apt where we may, said first.
# Enters: [--no-install] [--lenient] [VERB], VERB being `test` (the default: all) or `demo` (no valgrind).
# Leaves: 0 and no word when nothing is missing. When something is missing and we may not install it, the one
# apt line and 1; with --lenient (as `test` calls it outside CI) 0 if only parts of the tests need what is missing.
set -euo pipefail
# shellcheck source=tools/house.sh
. "$(dirname "${BASH_SOURCE[0]}")/house.sh"

RUST_FLOOR=$(sed -n 's/^rust-version = "\(.*\)"$/\1/p' Cargo.toml)

# How it is noticed | Debian's package | who hangs on it: all (must), the demo and a part of the tests (demo), a part
# of the tests (test) | what for
needs() {
    cat <<'TABLE'
command cc|gcc|must|compiles aws-lc and the C programs
file limits.h|libc6-dev|must|headers of the C library
command pkg-config|pkg-config|must|C programs find the library with it
command nm|binutils|must|strips the library and reads its exports
file curl/curl.h|libcurl4-openssl-dev|demo|examples/c steps a sign-in over libcurl
command curl|curl|demo|sends the mistakes of the demo without anything of ours
command openssl|openssl|must|judges our assertion with means of its own
path /etc/ssl/certs/ca-certificates.crt|ca-certificates|must|the system's trusted roots
command g++|g++|demo|examples/cpp, tests/cpp, the headers as C++17
command cmake|cmake|test|a program outside the tree finds the installed library with it
command make|make|test|the same with pkg-config
command valgrind|valgrind|test|leaks and misuse of memory in the C programs
package libc6-dbg|libc6-dbg|test|valgrind reads the C library's symbols
TABLE
}

present() {
    case "$1" in
        command) have "$2" ;;
        file) printf '#include <%s>\n' "$2" | cc -E -x c - >/dev/null 2>&1 ;;
        path) [ -e "$2" ] ;;
        # Other systems cut their C library into other packages.
        package) ! have dpkg-query || [ "$(dpkg-query -W -f '${db:Status-Status}' "$2" 2>/dev/null)" = installed ] ;;
    esac
}

# Rust is not ours to install: rustup and distributions each have their own way.
rust_is_there() {
    local version
    if ! have cargo || ! have rustc; then
        complain "Rust $RUST_FLOOR or newer is needed (cargo and rustc are not on the PATH): see https://www.rust-lang.org/tools/install"
        return 1
    fi
    version=$(rustc --version | cut -d' ' -f2)
    if [ "$(printf '%s\n%s\n' "$RUST_FLOOR" "$version" | sort -V | head -n 1)" != "$RUST_FLOOR" ]; then
        complain "Rust $RUST_FLOOR or newer is needed, this is $version: \`rustup update stable\`, or see https://www.rust-lang.org/tools/install"
        return 1
    fi
}

main() {
    local install=yes lenient='' verb=test kind what package weight why
    local -a packages=() reasons=() may=()
    local must=0
    for argument in "$@"; do
        case "$argument" in
            --no-install) install='' ;;
            --lenient) [ -n "${CI:-}" ] || lenient=yes ;;
            demo | test) verb=$argument ;;
            *) die "setup: unknown argument '$argument'; it takes --no-install" ;;
        esac
    done
    rust_is_there || exit 1

    while IFS='|' read -r what package weight why; do
        kind=${what%% *}
        what=${what#* }
        if [ "$verb" = demo ] && [ "$weight" = test ]; then continue; fi
        if present "$kind" "$what"; then continue; fi
        packages+=("$package")
        reasons+=("$(printf '  %-22s %s' "$package" "$why")")
        if [ "$weight" = must ]; then must=1; fi
    done < <(needs)
    [ "${#packages[@]}" -gt 0 ] || exit 0

    complain "This machine lacks:"
    printf '%s\n' "${reasons[@]}" >&2
    if ! have apt-get; then
        complain "Install these with this system's package manager (the names are Debian's)."
    elif [ -n "$install" ] && { [ "$(id -u)" -eq 0 ] || { have sudo && sudo -n true 2>/dev/null; }; }; then
        [ "$(id -u)" -eq 0 ] || may=(sudo -n)
        complain "Installing them with apt (./build.sh setup --no-install only says the line)."
        if apt_install "${may[@]}"; then exit 0; fi
        complain "apt could not install them; the line was: apt-get install ${packages[*]}"
    else
        complain "Install them with:"
        complain "  sudo apt-get update && sudo apt-get install -y --no-install-recommends ${packages[*]}"
    fi
    if [ -n "$lenient" ] && [ "$must" -eq 0 ]; then exit 0; fi
    exit 1
}

# apt_install [sudo -n]: puts in what main() found missing.
apt_install() {
    # Another apt may be at work on a new machine (unattended-upgrades): wait for its lock instead of failing.
    local -a apt=("$@" env DEBIAN_FRONTEND=noninteractive apt-get -qq -o Dpkg::Use-Pty=0 -o DPkg::Lock::Timeout=120 -o Acquire::Retries=3)
    "${apt[@]}" update </dev/null >&2 && "${apt[@]}" install -y --no-install-recommends "${packages[@]}" </dev/null >&2
}

main "$@"
