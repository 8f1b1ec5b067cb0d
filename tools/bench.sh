#!/usr/bin/env bash
# How fast the shipped library is: ratios to the bare operations first, then rates. docs/bench.md holds a run of it.
# Enters: dist/, CIS2_PROGRAM or what tools/program.sh builds; CIS2_BENCH_SIGN_INS (200), CIS2_BENCH_FLOWS
# (10000). Leaves: the figures on the screen.
# Not part of `test`: a figure of a busy machine proves nothing.
set -euo pipefail
# shellcheck source=tools/house.sh
. "$(dirname "${BASH_SOURCE[0]}")/house.sh"

BUILD=$TARGET/bench
KEY=tests/vectors/keys/rsa2048.pkcs8.pem
SIGN_INS=${CIS2_BENCH_SIGN_INS:-200}
FLOWS=${CIS2_BENCH_FLOWS:-10000}

# program NAME [PACKAGE...]
program() {
    local name=$1 flags
    shift
    flags=$(PKG_CONFIG_PATH=$DIST/lib/pkgconfig${PKG_CONFIG_PATH:+:$PKG_CONFIG_PATH} pkg-config --cflags --libs cis2 "$@")
    # shellcheck disable=SC2086
    cc -std=gnu11 -O2 -Wall -Wextra -Werror -o "$BUILD/$name" "tests/bench/c/$name.c" $flags -Wl,-rpath,"$DIST/lib"
}

# The token endpoint of the simulator is silent from now on.
hang() {
    curl -sS --max-time 20 --cacert "$CIS2_SIM_CA_FILE" --connect-to "$CIS2_SIM_CONNECT_TO" \
        --resolve "cis2.localhost:${CIS2_SIM_LISTEN##*:}:127.0.0.1" -o "$BUILD/faults.json" \
        -d '{"faults": [{"fault": "hang", "endpoint": "access_token"}]}' -H 'Content-Type: application/json' \
        "${CIS2_SIM_REASONS%/reasons}/faults"
}

if [ "${1:-}" = --beside-the-simulator ]; then
    heading "Whole sign-ins against the local simulator, one after another, $SIGN_INS of them"
    "$BUILD/sign_ins" "$SIGN_INS"
    heading "$FLOWS sign-ins in flight at once, while the token endpoint is silent"
    hang
    "$BUILD/flows" "$FLOWS"
    exit 0
fi
[ -f "$DIST/lib/libcis2.so.0" ] || die 'bench: dist/lib/libcis2.so.0 is not there: ./build.sh dist'
mkdir -p "$BUILD"
cargo build -p cis2-bench --release --locked
cc -O2 -o "$BUILD/empty" tests/bench/c/empty.c
program cold
printf 'library %s, %s, load %s\n' "$(sed -n '0,/^version = /s/^version = "\(.*\)"$/\1/p' Cargo.toml)" \
    "$(sed -n 's/^model name[^:]*: //p' /proc/cpuinfo | sort | uniq -c | sed 's/^ *//' | paste -sd, -)" "$(cut -d' ' -f1-3 /proc/loadavg)"
if have openssl; then openssl version | cut -d' ' -f1-2; fi
"$TARGET/release/cis2-bench" "$DIST/lib/libcis2.so.0" "$KEY" "$BUILD/cold" "$BUILD/empty"
if pkg-config --exists libcurl; then
    program flows libcurl
    program sign_ins libcurl
    CIS2_PROGRAM=${CIS2_PROGRAM:-$(bash tools/program.sh)} \
        bash tools/with-simulator.sh bash tools/bench.sh --beside-the-simulator
else
    not_run 'sign-ins' 'no libcurl: ./build.sh setup'
fi
