namespace Cis2Auth.Tests.Support;

/// <summary>Parameters of a form or of an address.</summary>
internal static class Query
{
    public static IReadOnlyDictionary<string, string> Of(string url) => Parse(url[(url.IndexOf('?', StringComparison.Ordinal) + 1)..]);

    public static IReadOnlyDictionary<string, string> Parse(string form) => form.Split('&')
        .Select(pair => pair.Split('=', 2))
        .ToDictionary(pair => Decoded(pair[0]), pair => Decoded(pair[1]), StringComparer.Ordinal);

    private static string Decoded(string text) => Uri.UnescapeDataString(text.Replace('+', ' '));
}
