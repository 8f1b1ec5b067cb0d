#!/usr/bin/env bash
# The one door: whatever CI does is a verb here, and a person at home calls the same verbs.
# Enters: a verb and its arguments; CARGO_TARGET_DIR and CI are honoured. Leaves: the verb's exit status.
# What needs more than a few lines is a script in tools/.
set -euo pipefail
# shellcheck source=tools/house.sh
. "$(dirname "${BASH_SOURCE[0]}")/tools/house.sh"

verbs() {
    cat <<'LIST'
./build.sh VERB, where VERB is

  demo      six sign-ins (shell, C, C++, C#) against a strict local CIS2, then the mistakes that it refuses, and why
  test      all tests; the last line says how many passed and failed

  abi       what the shared library exports and needs, compared with the header and tests/abi/exports.txt
  bench     how fast the library is beside the bare operations and its peers; ratios first
  c         compiles and runs the C and C++ examples and tests: plain, under AddressSanitizer, under Valgrind
  check     format, lints, pages, the build without features, the headers alone, one crypto provider
  consumer  C and C++ programs outside of the tree against a fresh installation, shared and static
  dist      the libraries, shared and static, with headers, pkg-config files and CMake package, laid out in dist/; and the next
  dist-old-glibc  the shared library for glibc 2.17, in dist/glibc-2.17 (some minutes; its tools come from PyPI)
  dotnet    builds the C# part and runs its tests (or those of the projects named), but for the package's
  docs      writes docs/errors.md, docs/events.md and docs/cis2.md anew from the tables
  fuzz      looks for bytes that break a reader: ./build.sh fuzz [SECONDS_PER_TARGET] [TARGET...] (20 s; not in `test`)
  header    writes include/cis2.h anew from src/ffi
  install   puts that into PREFIX (/usr/local), the libraries into its LIBDIR (lib), all below DESTDIR for a packager
  pack      the NuGet package, in dist/nuget
  setup     installs with apt what this machine lacks, after saying what and why (--no-install only says it)
  simulate  a local CIS2 in the foreground (arguments go to `cis2 simulate`, try --help)

demo and test do their own setup. They need Rust and nothing else.
LIST
}

verb=${1:-}
[ $# -eq 0 ] || shift
case "$verb" in
    '' | help | -h | --help) verbs ;;
    abi)
        bash tools/dist.sh
        bash tools/abi.sh
        ;;
    bench)
        bash tools/dist.sh
        bash tools/bench.sh
        bash bindings-dotnet/bench/run.sh
        ;;
    c)
        bash tools/dist.sh
        CIS2_PROGRAM=$(bash tools/program.sh)
        export CIS2_PROGRAM
        # All three, though one fails: each sees what the others cannot.
        status=0
        for mode in plain asan valgrind; do
            heading "$mode"
            bash tools/c.sh "$mode" || status=1
        done
        exit "$status"
        ;;
    check) bash tools/check.sh ;;
    consumer)
        bash tools/dist.sh
        bash tools/consumer.sh
        ;;
    demo) bash tools/demo.sh "$@" ;;
    dist)
        bash tools/dist.sh
        bash tools/dist-old-glibc.sh
        ;;
    dist-old-glibc) bash tools/dist-old-glibc.sh ;;
    docs) CIS2_WRITE_DOCS=1 cargo test -p cis2 --test rust --locked -- docs:: ;;
    dotnet) bash tools/dotnet.sh all "$@" ;;
    fuzz) bash tools/fuzz.sh "$@" ;;
    header) CIS2_WRITE_HEADER=1 cargo test -p cis2 --test rust --locked -- header:: ;;
    install) bash tools/install.sh ;;
    pack) bash tools/pack.sh ;;
    setup) bash tools/setup.sh "$@" ;;
    simulate)
        program=$(bash tools/program.sh)
        complain 'A local CIS2 follows. Its first line says where it listens and which files a client needs; Ctrl-C stops it.'
        cd "$CALLER"
        exec "$program" simulate "$@"
        ;;
    test) bash tools/test.sh ;;
    *)
        complain "build.sh: no verb '$verb'"
        verbs >&2
        exit 2
        ;;
esac
