using Microsoft.AspNetCore.WebUtilities;
using Xunit;

namespace Cis2Auth.Samples.Tests;

/// <summary>What the tests used that nobody may read afterwards; each text is named to the scan of all logs too.</summary>
internal static class Secrets
{
    private static readonly string[] s_names = ["code", "state", "nonce", "code_challenge"];

    private static readonly HashSet<string> s_texts = new(StringComparer.Ordinal);

    /// <summary>The secrets among the parameters of an address.</summary>
    public static void MarkQuery(string address)
    {
        foreach ((string name, var values) in QueryHelpers.ParseQuery(new Uri(address).Query))
        {
            if (s_names.Contains(name) && values is [{ Length: > 0 } value])
            {
                Mark(value);
            }
        }
    }

    public static void Mark(string secret)
    {
        if (s_texts.Add(secret) && Environment.GetEnvironmentVariable("CIS2_TEST_MARKERS") is { Length: > 0 } file)
        {
            File.AppendAllText(file, secret + "\n");
        }
    }

    public static void AssertNoneIn(string text)
    {
        Assert.NotEmpty(s_texts);
        // Never the secret itself in the message of the test.
        Assert.False(s_texts.Any(secret => text.Contains(secret, StringComparison.Ordinal)), "A secret stands in what must hold none.");
    }
}
