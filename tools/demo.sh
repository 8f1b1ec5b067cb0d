#!/usr/bin/env bash
# Six sign-ins against a strict local CIS2, the class that this library replaces beside ours, then the mistakes it refuses,
# with what was really wrong.
# Enters: [--check], as `test` calls it: the transcript is judged too. Leaves: the transcript on the screen and in
# target/demo/transcript.txt; 1 if a sign-in failed or a mistake was not refused as it should be.
set -euo pipefail
# shellcheck source=tools/house.sh
. "$(dirname "${BASH_SOURCE[0]}")/house.sh"
# shellcheck source=tools/dotnet-sdk.sh
. tools/dotnet-sdk.sh

MIN_MISTAKES=10
WORK=$TARGET/demo

# What the demo shows, in its order: a file of logs and results | title | how it is called.
sign_ins() {
    cat <<'TABLE'
shell|from the shell|examples/shell/sign_in.sh
c-blocking|from C, blocking|examples/c/sign_in.c
c-by-hand|from C, over libcurl|examples/c/sign_in_by_hand.c
c-callbacks|from C, on callbacks|examples/c/callbacks.c
cpp|from C++|examples/cpp/sign_in.cpp
csharp|from C#, by the package|tools/newcomer.sh
TABLE
}

program_of() { printf '%s/c/examples/%s' "$TARGET" "$(printf '%s' "${1%.*}" | tr '/' '-')"; }

# The seed's handler as posted, and ours, in one program.
SIDE_BY_SIDE=bindings-dotnet/samples/SideBySide
side_by_side_program() { printf '%s/dotnet/bin/SideBySide/release/SideBySide.dll' "$TARGET"; }

# can_run WHAT: a program that compiles is missing only where libcurl or g++ is (tools/c.sh has said so); C# needs its SDK.
can_run() {
    case "$1" in
        *.c | *.cpp) [ -x "$(program_of "$1")" ] ;;
        tools/newcomer.sh | "$SIDE_BY_SIDE") [ -z "${CIS2_DEMO_WITHOUT_DOTNET:-}" ] ;;
    esac
}

# call WHAT: an example, with the addresses and files of the simulator in CIS2_SIM_*, no arguments and no input.
call() {
    case "$1" in
        # Its lines say `cis2`, as they would after an installation.
        *.sh) PATH=$(dirname "$CIS2_PROGRAM"):$PATH bash "$1" </dev/null ;;
        *.c | *.cpp) "$(program_of "$1")" </dev/null ;;
        "$SIDE_BY_SIDE") dotnet "$(side_by_side_program)" </dev/null ;;
    esac
}

# run_part NAME WHAT: its result, for the summary.
run_part() {
    if ! can_run "$2"; then
        echo 'not run' >"$WORK/$1"
    elif call "$2" 2>&1; then
        echo ok >"$WORK/$1"
    else
        echo failed >"$WORK/$1"
    fi
}

mistakes() { call examples/shell/mistakes.sh; }

# Inside, beside the simulator: all that is sent and answered.
story() {
    local name title what
    while IFS='|' read -r name title what; do
        heading "Sign-in $title: $what"
        run_part "$name" "$what"
    done < <(sign_ins)
    heading "The class as it was posted, and ours in its place: $SIDE_BY_SIDE"
    run_part side-by-side "$SIDE_BY_SIDE"
    heading 'Three faults of the simulator, and the error that a user sees: examples/shell/faults.sh'
    if call examples/shell/faults.sh 2>&1; then echo ok >"$WORK/faults"; else echo failed >"$WORK/faults"; fi
    if mistakes >"$WORK/mistakes.txt" 2>&1; then echo ok >"$WORK/mistakes"; else echo failed >"$WORK/mistakes"; fi
}

# The last screen: what happened, the table, what to do next.
summary() {
    local name title what word failed=0
    heading 'The mistakes, one at a time: what CIS2 says, what was really wrong'
    cat "$WORK/mistakes.txt"
    heading 'Signed in'
    while IFS='|' read -r name title what; do
        word=$(<"$WORK/$name")
        if [ "$word" != ok ] && { [ "$word" != 'not run' ] || [ "$name" != csharp ]; }; then failed=1; fi
        printf '  %-7s %-22s %s\n' "$word" "$title" "$what"
    done < <(sign_ins)
    [ "$(<"$WORK/side-by-side")" != failed ] || { failed=1; printf '  failed  the posted class and ours, side by side\n'; }
    if [ -n "${CIS2_DEMO_WITHOUT_DOTNET:-}" ]; then
        printf '\nDid NOT run: C#, because there is %s\n' "$CIS2_DEMO_WITHOUT_DOTNET"
    fi
    [ "$(<"$WORK/faults")" = ok ] || { failed=1; printf '  failed  a fault above was not seen as it should be\n'; }
    [ "$(<"$WORK/mistakes")" = ok ] || { failed=1; printf '  failed  the table of mistakes above is not as it should be\n'; }
    cat <<'NEXT'

Next
  ./build.sh simulate      the same CIS2 for your own program, in whatever language it is
  examples/, README.md     the ten lines that signed in above
  docs/cis2.md             the real environments, each value with its source
NEXT
    return "$failed"
}

# rows: the rows of the table of mistakes: three columns and more, with bars between.
rows() { grep -cE '^ *[^ |].* [|│] .* [|│] ' "$1" || true; }

judge() {
    local name title what
    while IFS='|' read -r name title what; do
        case "$(<"$WORK/$name")" in
            ok) ok "signs in $title" ;;
            'not run') [ "$name" = csharp ] || not_run "signs in $title" "$what needs libcurl, and g++ where it is C++: ./build.sh setup" ;;
            *) not_ok "signs in $title" "$what failed" ;;
        esac
    done < <(sign_ins)
    case "$(<"$WORK/side-by-side")" in
        ok) ok 'the posted class is refused, ours in its place is taken' ;;
        failed) not_ok 'the posted class is refused, ours in its place is taken' 'see the transcript' ;;
    esac
    # In CI too: where no SDK can be had this part alone is excused.
    [ -z "${CIS2_DEMO_WITHOUT_DOTNET:-}" ] || printf 'skip signs in from C#: %s\n' "$CIS2_DEMO_WITHOUT_DOTNET"
    if grep -qE '"?aud"?.*:443/' "$WORK/transcript.txt"; then
        ok 'the assertion claims are shown, with :443'
    else
        not_ok 'the assertion claims are shown, with :443' 'no aud with :443 in the transcript'
    fi
    if [ "$(<"$WORK/faults")" = ok ]; then
        ok 'three faults give the errors that they should'
    else
        not_ok 'three faults give the errors that they should' 'see the transcript'
    fi
    if [ "$(<"$WORK/mistakes")" != ok ]; then
        not_ok 'mistakes are refused, each with its reason' 'see the table above'
    elif [ "$(rows "$WORK/mistakes.txt")" -lt "$MIN_MISTAKES" ]; then
        not_ok 'mistakes are refused, each with its reason' "$(rows "$WORK/mistakes.txt") rows, at least $MIN_MISTAKES expected"
    else
        ok 'mistakes are refused, each with its reason'
    fi
}

case "${1:-}" in
    --inside)
        story
        exit 0
        ;;
    '' | --check) ;;
    *) die "demo: unknown argument '$1'" ;;
esac

bash tools/setup.sh demo
rm -rf "$WORK"
mkdir -p "$WORK"
if [ "${1:-}" = '' ]; then
    heading 'Building (the first time this takes a few minutes; cargo shows how far it is)'
    bash tools/dist.sh
fi
CIS2_PROGRAM=${CIS2_PROGRAM:-$(bash tools/program.sh)}
export CIS2_PROGRAM
bash tools/c.sh examples >"$WORK/compile.log" 2>&1 || { cat "$WORK/compile.log"; die 'demo: the examples do not compile'; }
export CIS2_SIM_LOG=${CIS2_SIM_LOG:-$WORK/simulator.log}
if find_dotnet; then
    export CIS2_DEMO_WITHOUT_DOTNET=''
    if [ "${1:-}" = '' ]; then
        bash tools/pack.sh
        dotnet build "$SIDE_BY_SIDE" -c Release --nologo -v quiet
    fi
elif [ -n "$DOTNET_BROKEN" ]; then
    die "demo: $DOTNET_BROKEN"
else
    export CIS2_DEMO_WITHOUT_DOTNET=$DOTNET_MISSING
fi

bash tools/with-simulator.sh bash tools/demo.sh --inside | tee "$WORK/transcript.txt"
status=0
summary | tee -a "$WORK/transcript.txt" || status=1
if [ "${1:-}" = --check ]; then
    judge
    exit_by_checks
fi
exit "$status"
