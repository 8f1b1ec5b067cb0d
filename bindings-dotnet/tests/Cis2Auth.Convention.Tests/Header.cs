using System.Globalization;
using System.Text.RegularExpressions;

namespace Cis2Auth.Convention.Tests;

/// <summary>What <c>include/cis2.h</c> declares.</summary>
internal static partial class Header
{
    private static readonly string s_text = Repository.Read("include", "cis2.h");
    private static readonly string s_code = Comment().Replace(s_text, "");

    /// <summary>Each function: its result and its parameters as C writes them, without the parameters' names.</summary>
    public static IReadOnlyDictionary<string, (string Result, string[] Parameters)> Functions { get; } =
        Function().Matches(s_code).ToDictionary(
            match => match.Groups["name"].Value,
            match => (Type(match.Groups["result"].Value), Parameters(match.Groups["parameters"].Value)));

    /// <summary>Each number that is defined, by its name without <c>CIS2_</c>.</summary>
    public static IReadOnlyDictionary<string, int> Numbers { get; } =
        Define().Matches(s_code).ToDictionary(match => match.Groups["name"].Value, match => Number(match.Groups["value"]));

    /// <summary>Each status: its name without <c>CIS2_STATUS_</c>, its number, its sentence.</summary>
    public static IReadOnlyList<(string Name, int Number, string Sentence)> Statuses { get; } =
    [
        .. Status().Matches(s_text).Select(match => (match.Groups["name"].Value, Number(match.Groups["value"]), match.Groups["sentence"].Value)),
    ];

    private static string[] Parameters(string list) =>
        list.Trim() == "void" ? [] : [.. list.Split(',').Select(parameter => Type(LastName().Replace(parameter.Trim(), "")))];

    private static string Type(string text) => Spaces().Replace(text, " ").Trim();

    private static int Number(Group group) => int.Parse(group.ValueSpan, CultureInfo.InvariantCulture);

    [GeneratedRegex(@"/\*.*?\*/", RegexOptions.Singleline)]
    private static partial Regex Comment();

    [GeneratedRegex(@"^(?<result>[a-z][\w ]* \*?)(?<name>cis2_\w+)\((?<parameters>[^()]*)\);", RegexOptions.Multiline)]
    private static partial Regex Function();

    [GeneratedRegex(@"^#define CIS2_(?<name>\w+) (?<value>\d+)\r?$", RegexOptions.Multiline)]
    private static partial Regex Define();

    [GeneratedRegex(@"/\*\*\s+\* (?<sentence>[^\n]+)\s+\*/\s+CIS2_STATUS_(?<name>[A-Z0-9_]+) = (?<value>\d+),")]
    private static partial Regex Status();

    [GeneratedRegex(@"\w+$")]
    private static partial Regex LastName();

    [GeneratedRegex(@"\s+")]
    private static partial Regex Spaces();
}
