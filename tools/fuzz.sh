#!/usr/bin/env bash
# Looks for bytes that break what a reader promises (fuzz/src), with libFuzzer on stable Rust, for a bounded time.
# Enters: [SECONDS_PER_TARGET] (20) [TARGET...] (all of fuzz/Cargo.toml); crates.io, from which cargo-fuzz comes into
# target/tools. Leaves: a line for each target; target/fuzz/corpus, from which the next run goes on; bytes that broke a
# promise in target/fuzz/findings/TARGET, and what to do with them. 1 if there were any.
# Not part of `test`, which holds the same promises against the vectors (tests/rust/readers.rs): it compiles the library a
# second time, and a run that finds nothing proves little.
set -euo pipefail
# shellcheck source=tools/house.sh
. "$(dirname "${BASH_SOURCE[0]}")/house.sh"

CARGO_FUZZ=0.13
TOOLS=$TARGET/tools
WORK=$TARGET/fuzz
# One run of a reader that takes longer is a finding too: a door that many people knock at must not be slow.
SLOW_S=10
MAX_BYTES=16384

seconds=${1:-20}
[[ $seconds =~ ^[1-9][0-9]*$ ]] || die "fuzz: '$seconds' is no number of seconds; it takes [SECONDS_PER_TARGET] [TARGET...]"
[ $# -eq 0 ] || shift
mapfile -t known < <(sed -n '/^\[\[bin\]\]/{n;s/^name = "\(.*\)"$/\1/p;}' fuzz/Cargo.toml)
targets=("$@")
[ $# -gt 0 ] || targets=("${known[@]}")
for target in "${targets[@]}"; do
    [[ " ${known[*]} " == *" $target "* ]] || die "fuzz: no target '$target'; there are ${known[*]}"
done

have g++ || die 'fuzz: g++ is needed, for libFuzzer is written in C++: ./build.sh setup'
if [ ! -x "$TOOLS/bin/cargo-fuzz" ]; then
    complain "Installing cargo-fuzz $CARGO_FUZZ into ${TOOLS#"$ROOT"/} (some minutes, once)."
    cargo install cargo-fuzz --version "~$CARGO_FUZZ" --locked --quiet --root "$TOOLS"
fi
export PATH=$TOOLS/bin:$PATH

CIS2_WRITE_SEEDS=$WORK/seeds cargo test -p cis2 --test rust --locked --quiet -- readers::
# A target folder of its own, which the host's builds do not invalidate. The sanitizers need a nightly compiler; panics and
# broken promises show without them, and the readers have no unsafe code.
export CARGO_TARGET_DIR=$WORK/build
build=(--fuzz-dir fuzz --sanitizer none)
cargo fuzz build "${build[@]}"

# fuzz TARGET: runs it, and says how many inputs it tried.
fuzz() {
    local target=$1 log=$WORK/$1.log status=0
    mkdir -p "$WORK/corpus/$target" "$WORK/findings/$target"
    cargo fuzz run "${build[@]}" "$target" "$WORK/corpus/$target" "$WORK/seeds/$target" -- \
        "-artifact_prefix=$WORK/findings/$target/" "-max_total_time=$seconds" "-timeout=$SLOW_S" "-max_len=$MAX_BYTES" \
        -print_final_stats=1 >"$log" 2>&1 || status=$?
    sed -n 's/^stat::number_of_executed_units: *\(.*\)$/  \1 inputs/p' "$log"
    [ "$status" -eq 0 ] || grep -E "panicked at|^==|SUMMARY|Test unit written|error" -A 1 "$log" | head -n 20
    return "$status"
}

heading "$seconds s for each of ${#targets[@]} targets"
for target in "${targets[@]}"; do check "$target" fuzz "$target"; done

found=$(find "$WORK/findings" -type f | sort)
if [ -n "$found" ]; then
    printf '\nBytes that broke a promise:\n%s\n' "$found"
    cat <<'SAY'

What to do with each of them:
  1. See it again:   CARGO_TARGET_DIR=target/fuzz/build cargo fuzz run --fuzz-dir fuzz --sanitizer none TARGET FILE
  2. Make it small:  the same with `tmin` instead of `run` (cargo-fuzz lies in target/tools/bin).
  3. Keep it:        copy it to tests/vectors/readers/TARGET/ under a name that says what is odd. From now on
                     `cargo test -p cis2 --test rust readers::` fails.
  4. Mend the reader, and give the bytes a row or a test where the reader has its own (tests/README.md); then delete the
     finding.
SAY
fi
exit_by_checks
