using System.Diagnostics;
using System.Text;
using System.Text.Json;
using Cis2Auth.Interop;

namespace Cis2Auth;

/// <summary>
/// Who signed in: the claims of an ID token that passed all checks. Nobody else can make one. Immutable; used by any threads
/// at once.
/// </summary>
[DebuggerDisplay("{ToString(),nq}")]
public sealed class Cis2Identity
{
    [DebuggerBrowsable(DebuggerBrowsableState.Never)]
    private readonly string _idToken;
    private string? _claimsText;
    private IReadOnlyList<string>? _methods;
    private object? _claims;

    private Cis2Identity(nint identity, string idToken, string? usualIssuer)
    {
        _idToken = idToken;
        Issuer = NativeMethods.cis2_identity_issuer(identity).CopyOr(usualIssuer);
        Subject = NativeMethods.cis2_identity_subject(identity).Copy();
        Acr = NativeMethods.cis2_identity_acr(identity).CopyOrNull();
        SessionId = NativeMethods.cis2_identity_session_id(identity).CopyOrNull();
        SelectedRoleId = NativeMethods.cis2_identity_selected_role_id(identity).CopyOrNull();
        AuthenticationLevel = (int)NativeMethods.cis2_identity_authentication_level(identity);
        IdentityLevel = (int)NativeMethods.cis2_identity_identity_level(identity);
        IssuedAt = DateTimeOffset.FromUnixTimeSeconds(NativeMethods.cis2_identity_issued_at(identity));
        ExpiresAt = DateTimeOffset.FromUnixTimeSeconds(NativeMethods.cis2_identity_expires_at(identity));
        AuthenticatedAt = UnixTime.OrNull(NativeMethods.cis2_identity_authenticated_at(identity));
    }

    /// <summary><c>iss</c>, byte for byte.</summary>
    public string Issuer { get; }

    /// <summary><c>sub</c>: the person's UID, 12 digits at CIS2.</summary>
    public string Subject { get; }

    /// <summary><c>acr</c>: the authentication class that was satisfied; null if the token has none.</summary>
    public string? Acr { get; }

    /// <summary><c>amr</c>: how the person authenticated; empty if the token does not say.</summary>
    public IReadOnlyList<string> AuthenticationMethods => _methods ??= Methods();

    /// <summary><c>sid</c>: the provider's session, which a back-channel logout names; null if the token has none.</summary>
    public string? SessionId { get; }

    /// <summary><c>selected_roleid</c>: the role that the person picked; null for many, because a person may have no roles.</summary>
    public string? SelectedRoleId { get; }

    /// <summary><c>authentication_assurance_level</c>, 1 to 3; 0 if unknown.</summary>
    public int AuthenticationLevel { get; }

    /// <summary><c>id_assurance_level</c>, 1 to 3; 0 if the token says so or nothing.</summary>
    public int IdentityLevel { get; }

    /// <summary><c>iat</c>.</summary>
    public DateTimeOffset IssuedAt { get; }

    /// <summary><c>exp</c> of the ID token: until when it may be presented, not how long a session may last.</summary>
    public DateTimeOffset ExpiresAt { get; }

    /// <summary><c>auth_time</c>: when the person authenticated; null if the token does not say.</summary>
    public DateTimeOffset? AuthenticatedAt { get; }

    /// <summary>All claims as received, one JSON object, read from the token at first use.</summary>
    [DebuggerBrowsable(DebuggerBrowsableState.Never)]
    public string ClaimsJson => _claimsText ??= Encoding.UTF8.GetString(CompactJws.Payload(_idToken));

    /// <summary>All claims as received, parsed at first use.</summary>
    [DebuggerBrowsable(DebuggerBrowsableState.Never)]
    public JsonElement Claims => (JsonElement)(_claims ??= Parse(CompactJws.Payload(_idToken)));

    /// <summary>The subject, and nothing else.</summary>
    public override string ToString() => $"{nameof(Cis2Identity)} {Subject}";

    /// <summary>Copies; the native identity stays its owner's, which must live until this returns.</summary>
    /// <param name="identity">The native identity.</param>
    /// <param name="idToken">The token that it was validated from.</param>
    /// <param name="usualIssuer">The issuer of the identity before: all of one client have the same.</param>
    internal static Cis2Identity Copy(nint identity, string idToken, string? usualIssuer = null) => new(identity, idToken, usualIssuer);

    private static JsonElement Parse(byte[] json)
    {
        using JsonDocument document = JsonDocument.Parse(json);
        return document.RootElement.Clone();
    }

    private string[] Methods() => Claims.TryGetProperty("amr", out JsonElement amr) && amr.ValueKind == JsonValueKind.Array
        ? [.. amr.EnumerateArray().Where(method => method.ValueKind == JsonValueKind.String).Select(method => method.GetString()!)]
        : [];
}
