using System.Xml.Linq;
using Xunit;

namespace Cis2Auth.Package.Tests;

public sealed class ContentTests
{
    [Fact]
    public void Entries_AreThoseOfTheCommittedList()
    {
        string[] promised = File.ReadAllLines(Path.Combine(PackedFile.Root, "bindings-dotnet", "tests", "Cis2Auth.Package.Tests", "entries.txt"));
        string[] found = [.. PackedFile.Entries(PackedFile.Nupkg), .. PackedFile.Entries(PackedFile.Snupkg).Select(entry => "snupkg: " + entry)];
        Assert.Equal(promised, found);
    }

    [Fact]
    public void Version_IsTheOneOfTheCrate_WithoutSuffix()
    {
        XElement metadata = Nuspec();
        Assert.Equal(PackedFile.Version, Value(metadata, "version"));
        Assert.Matches(@"^\d+\.\d+\.\d+$", PackedFile.Version);
    }

    [Fact]
    public void Dependencies_AreTheLoggingAbstractionsAlone()
    {
        XElement[] dependencies = [.. Nuspec().Descendants().Where(element => element.Name.LocalName == "dependency")];
        Assert.Equal(["Microsoft.Extensions.Logging.Abstractions"], dependencies.Select(one => one.Attribute("id")!.Value).Distinct());
    }

    [Fact]
    public void Licence_IsSaidAndThere() => Assert.Equal("Apache-2.0 OR MIT", Value(Nuspec(), "license"));

    [Fact]
    public void Notices_NameEachCrateThatTheLibraryHolds()
    {
        string notices = PackedFile.Read(PackedFile.Nupkg, "THIRD-PARTY-NOTICES.txt");
        Assert.All(["aws-lc-sys", "rustls", "reqwest", "tokio", "serde_json"], crate => Assert.Matches($"(?m)^{crate} [0-9.]+", notices));
        Assert.DoesNotMatch("(?m)^(cbindgen|proptest) ", notices);
    }

    [Fact]
    public void NativeLibrary_IsStripped_AndHoldsNoPathOfAMachine()
    {
        string library = System.Text.Encoding.Latin1.GetString(PackedFile.ReadBytes(PackedFile.Nupkg, "runtimes/linux-x64/native/libcis2.so"));
        Assert.DoesNotContain(".symtab", library, StringComparison.Ordinal);
        Assert.DoesNotContain(PackedFile.Root, library, StringComparison.Ordinal);
        Assert.DoesNotContain(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile) + "/.cargo", library, StringComparison.Ordinal);
    }

    [Fact]
    public void Assemblies_AreSigned()
    {
        byte[] assembly = PackedFile.ReadBytes(PackedFile.Nupkg, "lib/net10.0/Cis2Auth.dll");
        string file = Path.GetTempFileName();
        File.WriteAllBytes(file, assembly);
        byte[]? token = System.Reflection.AssemblyName.GetAssemblyName(file).GetPublicKeyToken();
        File.Delete(file);
        Assert.Equal(8, token?.Length);
    }

    private static XElement Nuspec() => XDocument.Parse(PackedFile.Read(PackedFile.Nupkg, "Cis2Auth.nuspec")).Root!;

    private static string Value(XElement metadata, string name) => metadata.Descendants().Single(element => element.Name.LocalName == name).Value;
}
