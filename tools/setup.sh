#!/usr/bin/env bash
# What this machine lacks for a verb, and how it gets it: by apt where we may, said first.
# Enters: [--no-install] [--lenient] [VERB], VERB being `test` (the default: all) or `demo` (no valgrind).
# Leaves: 0 and no word when nothing is missing. When something is missing and we may not install it, the one
# apt line and 1; with --lenient (as `test` calls it outside CI) 0 if only parts of the tests need what is missing.
set -euo pipefail
# shellcheck source=tools/house.sh
. "$(dirname "${BASH_SOURCE[0]}")/house.sh"
# shellcheck source=tools/dotnet-sdk.sh
. tools/dotnet-sdk.sh

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
command python3|python3|demo|the tools for glibc 2.17 and the notices of the package
module ensurepip|python3-venv|demo|a folder of its own for the tools for glibc 2.17
file zlib.h|zlib1g-dev|test|a C# program compiled ahead of time links it
command chromium|chromium|test|sees the sample of a web server as a person does
command certutil|libnss3-tools|test|lets that browser trust the simulator
command valgrind|valgrind|test|leaks and misuse of memory in the C programs
package libc6-dbg|libc6-dbg|test|valgrind reads the C library's symbols
TABLE
}

present() {
    case "$1" in
        command) have "$2" ;;
        file) printf '#include <%s>\n' "$2" | cc -E -x c - >/dev/null 2>&1 ;;
        path) [ -e "$2" ] ;;
        module) have python3 && python3 -c "import $2" 2>/dev/null ;;
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
    local install=yes lenient='' verb=test status=0
    local -a may=()
    for argument in "$@"; do
        case "$argument" in
            --no-install) install='' ;;
            --lenient) [ -n "${CI:-}" ] || lenient=yes ;;
            demo | test) verb=$argument ;;
            *) die "setup: unknown argument '$argument'; it takes --no-install" ;;
        esac
    done
    rust_is_there || exit 1
    [ "$(id -u)" -eq 0 ] || may=(sudo -n)
    system_packages || status=$?
    dotnet_sdk || status=$?
    exit "$status"
}

may_install() { [ -n "$install" ] && { [ "$(id -u)" -eq 0 ] || { have sudo && sudo -n true 2>/dev/null; }; }; }

# The .NET part alone may be left out where no SDK can be had. One that is there and does not work is a failure.
dotnet_sdk() {
    find_dotnet && return 0
    if [ -n "$DOTNET_BROKEN" ]; then
        complain "The .NET SDK cannot be used: $DOTNET_BROKEN. Repair or remove it."
        return 1
    fi
    if [ -z "$install" ]; then
        complain "For the C# part: $DOTNET_MISSING"
    elif ! install_dotnet "${may[@]}" || ! find_dotnet; then
        complain "The C# part will not run: ${DOTNET_BROKEN:-$DOTNET_MISSING}"
    fi
    return 0
}

system_packages() {
    local kind what package weight why must=0
    local -a packages=() reasons=()
    while IFS='|' read -r what package weight why; do
        kind=${what%% *}
        what=${what#* }
        if [ "$verb" = demo ] && [ "$weight" = test ]; then continue; fi
        if present "$kind" "$what"; then continue; fi
        packages+=("$package")
        reasons+=("$(printf '  %-22s %s' "$package" "$why")")
        if [ "$weight" = must ]; then must=1; fi
    done < <(needs)
    [ "${#packages[@]}" -gt 0 ] || return 0

    complain "This machine lacks:"
    printf '%s\n' "${reasons[@]}" >&2
    if ! have apt-get; then
        complain "Install these with this system's package manager (the names are Debian's)."
    elif may_install; then
        complain "Installing them with apt (./build.sh setup --no-install only says the line)."
        if apt_install "${may[@]}"; then return 0; fi
        complain "apt could not install them; the line was: apt-get install ${packages[*]}"
    else
        complain "Install them with:"
        complain "  sudo apt-get update && sudo apt-get install -y --no-install-recommends ${packages[*]}"
    fi
    if [ -n "$lenient" ] && [ "$must" -eq 0 ]; then return 0; fi
    return 1
}

# apt_install [sudo -n]: puts in what system_packages() found missing.
apt_install() {
    # Another apt may be at work on a new machine (unattended-upgrades): wait for its lock instead of failing.
    local -a apt=("$@" env DEBIAN_FRONTEND=noninteractive apt-get -qq -o Dpkg::Use-Pty=0 -o DPkg::Lock::Timeout=120 -o Acquire::Retries=3)
    "${apt[@]}" update </dev/null >&2 && "${apt[@]}" install -y --no-install-recommends "${packages[@]}" </dev/null >&2
}

main "$@"
