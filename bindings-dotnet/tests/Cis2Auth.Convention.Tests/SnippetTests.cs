using System.Text.RegularExpressions;
using Xunit;

namespace Cis2Auth.Convention.Tests;

/// <summary>
/// What a reader copies was compiled: each C# snippet of a document is a region (<c>#region NAME</c>, or <c>// region: NAME</c>
/// to <c>// endregion</c>) of a sample or a test, but for its indentation. A fence of the kind <c>cs</c> shows what was posted.
/// </summary>
public sealed partial class SnippetTests
{
    private static readonly string[][] s_documents = [["README.md"], ["docs", "dotnet.md"], ["bindings-dotnet", "README.md"], ["bindings-dotnet", "src", "Cis2Auth", "README.md"]];

    [Fact]
    public void EachSnippetOfADocument_IsARegionOfACompiledFile()
    {
        HashSet<string> regions = [.. Repository.Sources("samples").Concat(Repository.Sources("tests")).SelectMany(file => Regions(File.ReadAllText(file)))];
        foreach (string[] document in s_documents.Where(path => File.Exists(Path.Combine([Repository.Root, .. path]))))
        {
            foreach (Match snippet in Snippet().Matches(Repository.Read(document)))
            {
                string code = Dedented(snippet.Groups[1].Value);
                Assert.True(regions.Contains(code), $"{string.Join('/', document)}: this snippet is no region of a sample or test:\n{code}");
            }
        }
    }

    [Fact]
    public void ARegion_IsFoundInBothForms()
    {
        const string file = "class A\n{\n    #region one\n    first();\n\n        second();\n    #endregion\n\n    // region: two\n    third();\n    // endregion\n}\n";
        Assert.Equal(["first();\n\n    second();", "third();"], Regions(file));
    }

    private static IEnumerable<string> Regions(string file) => Region().Matches(file).Select(match => Dedented(match.Groups["code"].Value));

    private static string Dedented(string code)
    {
        string[] lines = code.ReplaceLineEndings("\n").Trim('\n').Split('\n');
        int indent = lines.Where(line => line.Trim().Length > 0).Select(line => line.Length - line.TrimStart().Length).DefaultIfEmpty(0).Min();
        return string.Join('\n', lines.Select(line => line.Length >= indent ? line[indent..].TrimEnd() : "")).TrimEnd();
    }

    [GeneratedRegex(@"^[ \t]*(?:#region|// region:) [^\n]*\n(?<code>.*?)^[ \t]*(?:#endregion|// endregion)", RegexOptions.Multiline | RegexOptions.Singleline)]
    private static partial Regex Region();

    [GeneratedRegex(@"^```csharp\r?\n(.*?)^```", RegexOptions.Multiline | RegexOptions.Singleline)]
    private static partial Regex Snippet();
}
