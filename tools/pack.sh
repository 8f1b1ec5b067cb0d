#!/usr/bin/env bash
# Packs the NuGet package: dist/nuget/Cis2Auth.VERSION.nupkg and .snupkg, beside them what it depends on.
# Enters: the working tree; a .NET SDK. Leaves: the two files; on the last lines what is not in them. The native library is
# the one for glibc 2.17, so that the package serves older systems too.
set -euo pipefail
# shellcheck source=tools/house.sh
. "$(dirname "${BASH_SOURCE[0]}")/house.sh"
# shellcheck source=tools/lay_out.sh
. tools/lay_out.sh
# shellcheck source=tools/dotnet-sdk.sh
. tools/dotnet-sdk.sh

FEED=$DIST/nuget
NATIVE=$TARGET/dotnet/native

find_dotnet || die "pack: ${DOTNET_BROKEN:-$DOTNET_MISSING}"
bash tools/dist-old-glibc.sh
rm -rf "$NATIVE" "$FEED"
# The package carries the bare name, under which .NET looks for it.
put "$DIST/glibc-2.17/$SONAME" "$NATIVE/linux-x64/libcis2.so" 755
have python3 || die 'pack: python3 is needed, for the notices'
python3 tools/notices.py >"$TARGET/dotnet/THIRD-PARTY-NOTICES.txt"

cd bindings-dotnet
# CI builds leave the paths of this machine out of the assemblies.
dotnet pack src/Cis2Auth/Cis2Auth.csproj -c Release -o "$FEED" --nologo -v minimal \
    -p:Cis2NativeRoot="$NATIVE" -p:Cis2Notices="$TARGET/dotnet/THIRD-PARTY-NOTICES.txt" \
    -p:Cis2AllowPartial=true -p:ContinuousIntegrationBuild=true

# The folder is a feed that stands alone: what the package depends on lies beside it (but for what this
# machine holds ready for every restore), so that `--source dist/nuget` is enough for a program that tries it.
CONSUMER=$TARGET/dotnet/feed
rm -rf "$CONSUMER"
mkdir -p "$CONSUMER"
cat >"$CONSUMER/Feed.csproj" <<PROJECT
<Project Sdk="Microsoft.NET.Sdk">
  <PropertyGroup><TargetFrameworks>net10.0;net8.0</TargetFrameworks></PropertyGroup>
  <ItemGroup><PackageReference Include="Cis2Auth" Version="$VERSION" /></ItemGroup>
</Project>
PROJECT
dotnet restore "$CONSUMER/Feed.csproj" --nologo -v quiet --packages "$CONSUMER/packages" \
    -p:RestoreAdditionalProjectSources="$FEED"
find "$CONSUMER/packages" -name '*.nupkg' ! -iname 'cis2auth.*' -exec cp {} "$FEED" \;

for package in "$FEED/Cis2Auth.$VERSION.nupkg" "$FEED/Cis2Auth.$VERSION.snupkg"; do
    [ -f "$package" ] || die "pack: $package was not made: is the version $VERSION everywhere?"
    printf 'dist/nuget/%s: %s bytes\n' "$(basename "$package")" "$(stat -c %s "$package")"
done
ok 'the package is made'
