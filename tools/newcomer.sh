#!/usr/bin/env bash
# Does what a newcomer does with C#: an empty folder, `dotnet new console`, `dotnet add package Cis2Auth`, the first lines of
# C# in the README pasted as they stand, a sign-in. Runs beside a simulator: tools/with-simulator.sh tools/newcomer.sh
# Enters: dist/nuget, CIS2_SIM_*, a .NET SDK. Leaves: what the newcomer sees; 1 if nobody was signed in.
set -euo pipefail
# shellcheck source=tools/house.sh
. "$(dirname "${BASH_SOURCE[0]}")/house.sh"
# shellcheck source=tools/lay_out.sh
. tools/lay_out.sh
# shellcheck source=tools/dotnet-sdk.sh
. tools/dotnet-sdk.sh

find_dotnet || die "newcomer: ${DOTNET_BROKEN:-$DOTNET_MISSING}"
[ -f "$DIST/nuget/Cis2Auth.$VERSION.nupkg" ] || die 'newcomer: no package in dist/nuget: ./build.sh pack'
FOLDER=$(mktemp -d "${TMPDIR:-/tmp}/cis2-newcomer.XXXXXX")
trap 'rm -rf "$FOLDER"' EXIT
# Of its own: an older package of the same version would be taken for this one.
export NUGET_PACKAGES=$FOLDER/packages
unset CARGO_TARGET_DIR

# quiet COMMAND...: says the line, and what it printed only if it failed.
quiet() {
    printf '$ %s\n' "$*" | sed "s#$DIST/nuget#dist/nuget#"
    "$@" >"$FOLDER/log" 2>&1 || { cat "$FOLDER/log"; exit 1; }
}

# In C#: the first fence of the front page.
readme_lines() { awk '/^```csharp$/ { inside = 1; next } /^```$/ { if (inside) exit } inside' "$ROOT/README.md"; }

cd "$FOLDER"
quiet dotnet new console --name Newcomer --output .
quiet dotnet add package Cis2Auth --version "$VERSION" --source "$DIST/nuget"
readme_lines >Program.cs
[ -s Program.cs ] || die 'newcomer: no ```csharp lines in README.md'
printf '  ... %s lines of the README go into Program.cs\n' "$(wc -l <Program.cs)"
quiet dotnet build --no-restore --output out

printf '$ dotnet run\n'
coproc PROGRAM { dotnet out/Newcomer.dll 2>&1; }
# bash forgets both when the program ends.
program=$PROGRAM_PID input=${PROGRAM[1]}
status=0
exec {output}<&"${PROGRAM[0]}"
while IFS= read -r line <&"$output"; do
    case "$line" in
        *https://*)
            # The address holds state and nonce.
            printf '  %s?...\n' "${line%%\?*}"
            url=https://${line#*https://}
            # What a person does in the browser, up to the redirect at the end.
            back=$(curl -sS --max-time 20 --cacert "$CIS2_SIM_CA_FILE" --resolve "cis2.localhost:${CIS2_SIM_LISTEN##*:}:127.0.0.1" \
                -o /dev/null -w '%{redirect_url}' "$url&simulator_person=one-role")
            printf '%s\n' "$back" >&"$input"
            ;;
        *) printf '  %s\n' "$line" ;;
    esac
    case "$line" in 'Signed in: '*) signed_in=yes ;; esac
done
wait "$program" 2>/dev/null || status=$?
[ "$status" -eq 0 ] && [ -n "${signed_in:-}" ] || die 'newcomer: nobody was signed in'
