using System.Globalization;
using System.Reflection;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace Cis2Auth.Tests.Support;

/// <summary>The files of the repository that the tests share with those in Rust and C.</summary>
internal static class Repository
{
    private static readonly Lazy<Dictionary<string, Cis2ErrorCode>> s_statuses = new(() =>
        Regex.Matches(Read("include/cis2.h"), @"CIS2_STATUS_([A-Z0-9_]+) = (\d+),").ToDictionary(
            match => match.Groups[1].Value, match => (Cis2ErrorCode)int.Parse(match.Groups[2].Value, CultureInfo.InvariantCulture)));

    public static string Root { get; } = typeof(Repository).Assembly
        .GetCustomAttributes<AssemblyMetadataAttribute>().Single(data => data.Key == "RepositoryRoot").Value!;

    public static string Path(string relative) => System.IO.Path.Combine(Root, relative);

    public static string Read(string relative) => File.ReadAllText(Path(relative));

    public static string Vectors(string relative) => Path($"tests/vectors/{relative}");

    /// <summary>A table of vectors; each caller gets one of its own, because a <see cref="JsonNode"/> is for one thread.</summary>
    public static JsonNode Table(string relative) => JsonNode.Parse(File.ReadAllText(Vectors(relative)))!;

    /// <summary>The number that the header gives to a status of the vectors.</summary>
    public static Cis2ErrorCode Status(string name) => s_statuses.Value[name];
}
