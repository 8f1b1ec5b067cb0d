#!/usr/bin/env bash
# The checks that run no program of ours: style, lints, walls, pages, the header alone, one crypto provider.
# Enters: the working tree, Cargo.lock as it is. Leaves: a line for each check; 1 if one failed.
# cargo is called with --locked throughout: a check that could change what it checks would prove nothing.
set -euo pipefail
# shellcheck source=tools/house.sh
. "$(dirname "${BASH_SOURCE[0]}")/house.sh"

header_alone() {
    local header=$1 compiler=$2 language=$3 standard=$4
    printf '#include "%s"\n' "$header" |
        "$compiler" -x "$language" "-std=$standard" -Wall -Wextra -pedantic -Werror -fsyntax-only -Iinclude -
}

# The workspace has one cryptographic provider, once: a second one is a second set of advisories to follow.
no_ring() {
    local users
    # Where the lock file does not name ring at all, cargo calls the question an error.
    grep -q '^name = "ring"$' Cargo.lock || return 0
    users=$(cargo tree --locked --workspace --edges all --invert ring 2>&1) || { printf '%s\n' "$users"; return 1; }
    [ -z "${users##warning: nothing to print*}" ] || { printf '%s\n' "$users"; return 1; }
}

one_aws_lc() {
    local versions
    # Two versions make `--invert` ambiguous, so the lock file is asked.
    versions=$(sed -n '/^name = "aws-lc-rs"$/{n;s/^version = "\(.*\)"$/\1/p;}' Cargo.lock)
    [ "$(printf '%s\n' "$versions" | grep -c .)" -eq 1 ] || { printf 'versions of aws-lc-rs: %s\n' "${versions:-none}"; return 1; }
}

fuzz_lock_fits() { cargo metadata --manifest-path fuzz/Cargo.toml --locked --format-version 1 >/dev/null; }

if cargo fmt --version >/dev/null 2>&1; then
    check 'format' cargo fmt --all --check
    check 'format of fuzz/' cargo fmt --manifest-path fuzz/Cargo.toml --check
else
    not_run 'format' 'cargo fmt is missing: rustup component add rustfmt'
fi
if cargo clippy --version >/dev/null 2>&1; then
    check 'clippy, every target' cargo clippy --workspace --all-targets --locked -- -D warnings
else
    not_run 'clippy, every target' 'cargo clippy is missing: rustup component add clippy'
fi
# Without features there is no C edge, no socket and no runtime, and lib.rs forbids unsafe: what crosses the wall
# does not compile (docs/architecture.md, section 1).
check 'the wall: builds without features' cargo check -p cis2 --no-default-features --locked
check 'pages without warnings' env RUSTDOCFLAGS='-D warnings' cargo doc --workspace --no-deps --locked
check 'cis2.h alone as C11' header_alone cis2.h cc c c11
if have g++; then
    check 'cis2.h alone as C++17' header_alone cis2.h g++ c++ c++17
    check 'cis2.hpp alone as C++17' header_alone cis2.hpp g++ c++ c++17
    check 'cis2.hpp alone as C++20' header_alone cis2.hpp g++ c++ c++20
else
    not_run 'the headers alone as C++' 'no g++: ./build.sh setup'
fi
check 'cis2.hpp has all of cis2.h' bash tools/wrapped.sh
check 'no ring in the workspace' no_ring
check 'one version of aws-lc-rs' one_aws_lc
# It is a workspace of its own and locks the library's dependencies a second time.
check 'the lock file of fuzz/ fits the library' fuzz_lock_fits
exit_by_checks
