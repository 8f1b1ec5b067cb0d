using System.Buffers;
using System.Diagnostics;
using System.Globalization;
using System.Text.Json;

namespace Cis2Auth;

/// <summary>What an ID token that came another way is held against, beside what the client knows: issuer, client id, algorithm, times.</summary>
public sealed class Cis2IdTokenExpectations
{
    // What a nonce, a token and class names are made of: nothing to encode.
    private static readonly SearchValues<char> s_plain =
        SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~ ");

    /// <summary>Makes expectations.</summary>
    /// <param name="nonce">The nonce that was sent; null if none was, and then the token may have none to compare.</param>
    public Cis2IdTokenExpectations(string? nonce) => Nonce = nonce;

    /// <summary>The nonce that was sent; null if none was.</summary>
    [DebuggerBrowsable(DebuggerBrowsableState.Never)]
    public string? Nonce { get; }

    /// <summary>Optional. The access token that came along: <c>at_hash</c> is held against it.</summary>
    [DebuggerBrowsable(DebuggerBrowsableState.Never)]
    public string? AccessToken { get; init; }

    /// <summary>Optional; null for none, and then the platform's own level must be reached. The classes that were asked for.</summary>
    public string? AcrValues { get; init; }

    /// <summary>Optional; null for any. How long ago the person may have authenticated.</summary>
    public TimeSpan? MaxAge { get; init; }

    /// <summary>Optional; null if it was not. When a new login was asked for (<c>prompt=login</c>).</summary>
    public DateTimeOffset? LoginAskedAt { get; init; }

    /// <summary>Optional; null: not looked at. How long ago the token may have been issued.</summary>
    public TimeSpan? MaxIssueAge { get; init; }

    /// <summary>The name of the type: what it holds is secret.</summary>
    public override string ToString() => nameof(Cis2IdTokenExpectations);

    /// <summary>As cis2_client_validate_id_token takes them.</summary>
    internal string ToJson() => string.Concat(
        "{\"nonce\":",
        Nonce is null ? "null" : Text(Nonce),
        string.Concat(
            Member("access_token", AccessToken),
            Member("acr_values", AcrValues),
            Member("max_age_s", Durations.Seconds(MaxAge, nameof(MaxAge)))),
        string.Concat(
            Member("login_asked_at", LoginAskedAt?.ToUnixTimeSeconds()),
            Member("max_issue_age_s", Durations.Seconds(MaxIssueAge, nameof(MaxIssueAge))),
            "}"));

    private static string Member(string name, string? value) => value is null ? "" : $",\"{name}\":{Text(value)}";

    private static string Member(string name, long? value) => value is null ? "" : string.Create(CultureInfo.InvariantCulture, $",\"{name}\":{value}");

    // The encoder of JsonEncodedText refuses a lone surrogate, where others put another character in its place.
    private static string Text(string value) =>
        value.AsSpan().ContainsAnyExcept(s_plain) ? $"\"{JsonEncodedText.Encode(value)}\"" : $"\"{value}\"";
}
