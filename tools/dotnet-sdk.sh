# shellcheck shell=bash
# Finds a .NET SDK for the C# part. Sourced after house.sh, never run.
# Enters: DOTNET_KIT. Leaves: find_dotnet and install_dotnet; after find_dotnet, DOTNET says which SDK it is, or DOTNET_MISSING
# in one line why there is none. An SDK or kit that is there and does not work is another thing than none: DOTNET_BROKEN.

SDK_MAJOR=10
SDK_FEATURE=10.0
DOTNET='' DOTNET_MISSING='' DOTNET_BROKEN=''
DOTNET_USER_FOLDER=${HOME:-/nonexistent}/.dotnet

# These would become properties of every build; servers that outlive a script hold 400 MB.
unset VERSION_SUFFIX CONFIGURATION PLATFORM OUTDIR
export DOTNET_NOLOGO=1 DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_SKIP_FIRST_TIME_EXPERIENCE=1
export MSBUILDDISABLENODEREUSE=1 DOTNET_CLI_USE_MSBUILD_SERVER=0 UseSharedCompilation=false

# sdk_works: the dotnet on the PATH has an SDK that is new enough. 2: it does not run at all.
sdk_works() {
    local list
    list=$(dotnet --list-sdks 2>&1) || return 2
    printf '%s\n' "$list" | awk -F. -v major="$SDK_MAJOR" '$1 >= major { found = 1 } END { exit !found }'
}

# use WHERE: takes the dotnet on the PATH, if it can be taken.
use() {
    local status=0
    sdk_works || status=$?
    case "$status" in
        0) DOTNET="$(cd "$ROOT" && dotnet --version) ($1)" ;;
        2) DOTNET_BROKEN="$1: dotnet is there and does not run: $(dotnet --list-sdks 2>&1 | head -n 1)" ;;
    esac
    return "$status"
}

kit_folder() { printf '%s' "${DOTNET_KIT:-$ROOT/../shared/dotnet-kit}"; }

# find_dotnet: what is there already, without fetching anything.
find_dotnet() {
    local kit
    kit=$(kit_folder)
    if have dotnet; then
        use 'on the PATH' && return 0
        [ -z "$DOTNET_BROKEN" ] || return 1
    fi
    if [ -n "${DOTNET_KIT:-}" ] && [ ! -f "$kit/env.sh" ]; then
        DOTNET_BROKEN="DOTNET_KIT names a folder without env.sh: $kit"
        return 1
    fi
    if [ -f "$kit/env.sh" ]; then
        # shellcheck source=/dev/null
        if . "$kit/env.sh"; then
            use 'kit' && return 0
            DOTNET_BROKEN=${DOTNET_BROKEN:-the kit has no SDK $SDK_MAJOR}
        else
            DOTNET_BROKEN='the kit beside the checkout does not work'
        fi
        return 1
    fi
    if [ -x "$DOTNET_USER_FOLDER/dotnet" ]; then
        export DOTNET_ROOT=$DOTNET_USER_FOLDER
        PATH=$DOTNET_USER_FOLDER:$PATH
        use 'of this user' && return 0
        [ -z "$DOTNET_BROKEN" ] || return 1
    fi
    DOTNET_MISSING="no .NET SDK $SDK_MAJOR: https://dotnet.microsoft.com/download/dotnet/$SDK_FEATURE, or ./build.sh setup"
    return 1
}

# install_dotnet [sudo -n]: the distribution's package where it has one and we may, else Microsoft's script into a folder of the
# user's, for which nobody's permission is needed. Called by setup.sh, which knows whether we may (may_install).
install_dotnet() {
    local script
    if may_install && have apt-cache && apt-cache show "dotnet-sdk-$SDK_FEATURE" >/dev/null 2>&1; then
        complain "Installing dotnet-sdk-$SDK_FEATURE with apt: it compiles and tests the C# part."
        "$@" env DEBIAN_FRONTEND=noninteractive apt-get -qq install -y --no-install-recommends "dotnet-sdk-$SDK_FEATURE" </dev/null >&2 && return 0
    fi
    if have curl; then
        complain "Installing the .NET SDK $SDK_FEATURE into $DOTNET_USER_FOLDER with Microsoft's script: it compiles and tests the C# part."
        script=$(mktemp "${TMPDIR:-/tmp}/dotnet-install.XXXXXX")
        if curl -fsSL --retry 1 --max-time 60 https://dot.net/v1/dotnet-install.sh -o "$script" 2>/dev/null \
            && bash "$script" --channel "$SDK_FEATURE" --install-dir "$DOTNET_USER_FOLDER" --no-path >&2; then
            rm -f "$script"
            return 0
        fi
        rm -f "$script"
    fi
    complain "The .NET SDK could not be had: neither this system's packages have it, nor could Microsoft's script be fetched."
    return 1
}
