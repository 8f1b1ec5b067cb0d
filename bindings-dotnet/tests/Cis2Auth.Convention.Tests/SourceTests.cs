using System.Reflection;
using System.Text.RegularExpressions;
using Xunit;

namespace Cis2Auth.Convention.Tests;

/// <summary>Rules of the source that no analyser holds.</summary>
public sealed partial class SourceTests
{
    [Fact]
    public void EachAwaitOfTheLibrary_LeavesTheContextOfTheCaller()
    {
        int awaits = 0;
        foreach (string file in Repository.Sources("src"))
        {
            foreach (Match statement in Await().Matches(Comment().Replace(File.ReadAllText(file), "")))
            {
                awaits++;
                Assert.True(statement.Value.Contains("ConfigureAwait(false)", StringComparison.Ordinal), $"{Repository.Relative(file)}: {statement.Value}");
            }
        }

        Assert.True(awaits >= 8, $"only {awaits} awaits were found");
    }

    [Fact]
    public void NoTextIsMadeFromAUri() =>
        Assert.All(Repository.Sources("src"), file =>
        {
            string code = Comment().Replace(File.ReadAllText(file), "");
            Assert.DoesNotMatch(@"\.AbsoluteUri|Uri\(?\)?\.ToString\(\)|\.GetComponents\(", code);
        });

    [Fact]
    public void NoFileHas400Lines()
    {
        string[] files = [.. Repository.Sources("src"), .. Repository.Sources("tests"), .. Repository.Sources("samples")];
        Assert.All(files, file => Assert.True(File.ReadLines(file).Count() < 400, Repository.Relative(file)));
    }

    [Fact]
    public void NoSource_NamesAPointerOutsideOfInterop() =>
        Assert.All(
            Repository.Sources("src").Where(file => !Repository.Relative(file).Contains("Interop", StringComparison.Ordinal)),
            file => Assert.DoesNotMatch(@"\bIntPtr\b|UnmanagedCallersOnly|LibraryImport|GCHandle", File.ReadAllText(file)));

    [Fact]
    public void TheAssembly_HasTheVersionOfTheCrate()
    {
        string crate = Version().Match(Repository.Read("Cargo.toml")).Groups[1].Value;
        Assembly assembly = typeof(Cis2Client).Assembly;
        Assert.Equal(crate, assembly.GetName().Version!.ToString(3));
        Assert.Equal(crate, assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()!.InformationalVersion.Split('+')[0]);
        Assert.Equal(crate, Cis2NativeLibrary.Version);
    }

    [Fact]
    public void TheAssembly_HasAStrongName() => Assert.NotEmpty(typeof(Cis2Client).Assembly.GetName().GetPublicKeyToken()!);

    [GeneratedRegex(@"^\s*//.*$", RegexOptions.Multiline)]
    private static partial Regex Comment();

    [GeneratedRegex(@"\bawait\b[^;{]+[;{)]", RegexOptions.Singleline)]
    private static partial Regex Await();

    [GeneratedRegex("^version = \"([^\"]+)\"", RegexOptions.Multiline)]
    private static partial Regex Version();
}
