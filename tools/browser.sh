#!/usr/bin/env bash
# Drives the sample MvcController in a real browser against the simulator: the button, CIS2's page, the signed-in page, a refusal.
# Enters: CIS2_PROGRAM (as for with-simulator.sh); a .NET SDK, `chromium`, `certutil` (libnss3-tools) on the PATH.
# Leaves: a line for each check, screenshots in target/browser; 1 if one failed. Without one of the three: a line that says so.
set -euo pipefail
# shellcheck source=tools/house.sh
. "$(dirname "${BASH_SOURCE[0]}")/house.sh"
# shellcheck source=tools/dotnet-sdk.sh
. tools/dotnet-sdk.sh

WORK=$TARGET/browser
BIN=$TARGET/dotnet/bin

# Inside, beside the simulator: a HOME of its own, in which Chromium trusts the simulator's CA.
if [ "${1:-}" = --inside ]; then
    HOME=$(mktemp -d "${TMPDIR:-/tmp}/cis2-browser.XXXXXX")
    export HOME
    trap 'rm -rf "$HOME"' EXIT
    mkdir -p "$HOME/.pki/nssdb"
    certutil -d "sql:$HOME/.pki/nssdb" -N --empty-password
    certutil -d "sql:$HOME/.pki/nssdb" -A -t C,, -n simulator -i "$CIS2_SIM_CA_FILE"
    unset XDG_CONFIG_HOME XDG_CACHE_HOME XDG_DATA_HOME
    "$BIN/Cis2Auth.Browser/release/Cis2Auth.Browser" "$2" "$BIN/MvcController/release/MvcController" \
        "$ROOT/bindings-dotnet/samples/MvcController" "$WORK"
    exit
fi

CHROMIUM=$(command -v chromium || command -v chromium-browser || true)
lacking=''
[ -n "$CHROMIUM" ] || lacking='chromium (Debian: apt-get install --no-install-recommends chromium)'
have certutil || lacking=${lacking:-'certutil (Debian: apt-get install --no-install-recommends libnss3-tools)'}
find_dotnet || lacking=${lacking:-'the .NET SDK: ./build.sh setup'}
if [ -n "$lacking" ]; then
    not_run 'MvcController in a browser' "it needs $lacking"
    exit_by_checks
fi

mkdir -p "$WORK"
dotnet build -c Release --nologo bindings-dotnet/browser/Cis2Auth.Browser.csproj >"$WORK/build.log" || {
    cat "$WORK/build.log"
    die 'browser.sh: the sample does not build'
}
status=0
bash tools/with-simulator.sh bash tools/browser.sh --inside "$CHROMIUM" || status=$?
# A check that failed has said so itself; what ended without a word has not.
[ "$status" -le 1 ] || not_ok 'MvcController in a browser' "exit status $status"
[ "$status" -eq 0 ] || exit 1
exit_by_checks
