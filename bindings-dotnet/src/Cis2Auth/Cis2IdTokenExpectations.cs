using System.Buffers;
using System.Diagnostics;
using System.Text.Json;

namespace Cis2Auth;

/// <summary>What an ID token that came another way is held against, beside what the client knows: issuer, client id, algorithm, times.</summary>
public sealed class Cis2IdTokenExpectations
{
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
    internal string ToJson()
    {
        var buffer = new ArrayBufferWriter<byte>(256);
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            json.WriteString("nonce", Nonce);
            WriteText(json, "access_token", AccessToken);
            WriteText(json, "acr_values", AcrValues);
            WriteNumber(json, "max_age_s", Durations.Seconds(MaxAge, nameof(MaxAge)));
            WriteNumber(json, "login_asked_at", LoginAskedAt?.ToUnixTimeSeconds());
            WriteNumber(json, "max_issue_age_s", Durations.Seconds(MaxIssueAge, nameof(MaxIssueAge)));
            json.WriteEndObject();
        }

        return System.Text.Encoding.UTF8.GetString(buffer.WrittenSpan);
    }

    private static void WriteText(Utf8JsonWriter json, string name, string? value)
    {
        if (value is not null)
        {
            json.WriteString(name, value);
        }
    }

    private static void WriteNumber(Utf8JsonWriter json, string name, long? value)
    {
        if (value is { } number)
        {
            json.WriteNumber(name, number);
        }
    }
}
