using System.Collections.Concurrent;
using System.Runtime.ExceptionServices;
using Cis2Auth.Tests.Support;
using Xunit;

[assembly: AssemblyFixture(typeof(SecretScan))]

namespace Cis2Auth.Tests.Support;

/// <summary>
/// Collects what the suite could have shown to somebody (events, exception texts, <c>ToString</c>) and the secrets that it used;
/// at the end no text may hold a secret. Exceptions are collected where they are thrown, so that no test can forget one.
/// </summary>
public sealed class SecretScan : IDisposable
{
    // A shorter one is found by chance.
    private const int MinSecretLength = 12;

    // Labels and headers of PEM are shorter.
    private const int MinKeyLineLength = 40;
    private const int MinLettersOfASecret = 8;

    private static readonly char[] s_lineEnds = ['\r', '\n'];

    private static readonly ConcurrentDictionary<string, string> s_secrets = new(StringComparer.Ordinal);
    private static readonly ConcurrentQueue<(string Where, string Text)> s_texts = new();

    [ThreadStatic]
    private static bool s_looking;

    public SecretScan() => AppDomain.CurrentDomain.FirstChanceException += OnException;

    /// <summary>Names a secret that a test uses.</summary>
    public static void Mark(string kind, string? secret)
    {
        if (secret is { Length: >= MinSecretLength })
        {
            s_secrets.TryAdd(secret, kind);
        }
    }

    /// <summary>Names each line of a private key in a file; a public key before it is nobody's secret.</summary>
    public static void MarkKey(string file)
    {
        string text = File.ReadAllText(file);
        int label = text.IndexOf("PRIVATE KEY", StringComparison.Ordinal);
        if (label >= 0)
        {
            // A key made for its size has lines of one letter, which stand in public ones too.
            foreach (string line in text[label..].Split(s_lineEnds).Where(line => line.Length >= MinKeyLineLength && !line.Contains(' ', StringComparison.Ordinal) && line.Distinct().Count() > MinLettersOfASecret))
            {
                Mark("line of a private key", line);
            }
        }
    }

    /// <summary>Looks at a text that somebody could see.</summary>
    public static void See(string where, string? text)
    {
        if (text is not null)
        {
            s_texts.Enqueue((where, text));
        }
    }

    /// <summary>Looks at a result of the library, as a log or a debugger shows it.</summary>
    public static T Show<T>(T result)
        where T : notnull
    {
        See($"ToString of {result.GetType().Name}", result.ToString());
        return result;
    }

    /// <summary>What was found, without the secrets themselves.</summary>
    public static IReadOnlyList<string> Find(IEnumerable<(string Where, string Text)> texts, IReadOnlyDictionary<string, string> secrets) =>
        [.. texts.SelectMany(seen => secrets.Where(secret => seen.Text.Contains(secret.Key, StringComparison.Ordinal)).Select(secret => $"{seen.Where}: {secret.Value}")).Distinct()];

    /// <summary>The end of the suite.</summary>
    public void Dispose()
    {
        AppDomain.CurrentDomain.FirstChanceException -= OnException;
        if (Environment.GetEnvironmentVariable("CIS2_TEST_MARKERS") is { Length: > 0 } markers)
        {
            File.AppendAllLines(markers, s_secrets.Keys.Where(secret => !secret.Contains('\n', StringComparison.Ordinal)));
        }

        IReadOnlyList<string> found = Find(s_texts, s_secrets);
        Assert.True(found.Count == 0, $"secrets in texts: {string.Join("; ", found.Take(20))}");
    }

    /// <summary>The kinds of secrets that were named so far, and where texts came from.</summary>
    public static (IReadOnlySet<string> Secrets, IReadOnlySet<string> Texts) Kinds =>
        (s_secrets.Values.ToHashSet(), s_texts.Select(seen => seen.Where).ToHashSet());

    private static void OnException(object? sender, FirstChanceExceptionEventArgs thrown)
    {
        if (s_looking)
        {
            return;
        }

        s_looking = true;
        try
        {
            Look(thrown.Exception);
        }
        finally
        {
            s_looking = false;
        }
    }

    private static void Look(Exception exception)
    {
        string where = $"text of {exception.GetType().Name}";
        See(where, exception.ToString());
        foreach (object? value in exception.Data.Values)
        {
            See(where, value?.ToString());
        }

        switch (exception)
        {
            case Cis2ProtocolException refusal:
                See(where, $"{refusal.Expected} {refusal.Found} {refusal.Remedy} {refusal.Error} {refusal.ErrorDescription}");
                break;
            case Cis2Exception refusal:
                See(where, $"{refusal.Expected} {refusal.Found} {refusal.Remedy}");
                break;
        }
    }
}
