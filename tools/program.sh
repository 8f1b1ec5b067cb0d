#!/usr/bin/env bash
# Builds the program cis2 (and the simulator inside it) for the tests, the demo and `simulate`.
# Enters: the working tree. Leaves: target/debug/cis2, and its path as the only line on standard output.
# As `cargo test --workspace` builds it: the same features and profile, so the dependencies are compiled once.
# Naming the package instead (-p cis2-cli) selects other features and compiles 69 crates again.
set -euo pipefail
# shellcheck source=tools/house.sh
. "$(dirname "${BASH_SOURCE[0]}")/house.sh"

cargo build --workspace --bins --locked >&2
printf '%s\n' "$TARGET/debug/cis2"
