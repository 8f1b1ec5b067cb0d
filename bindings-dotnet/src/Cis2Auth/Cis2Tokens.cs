using System.Diagnostics;
using Cis2Auth.Interop;

namespace Cis2Auth;

/// <summary>The tokens that came with a sign-in. Immutable. They are strings, which nobody can overwrite: keep them no longer than needed.</summary>
[DebuggerDisplay("{ToString(),nq}")]
public sealed class Cis2Tokens
{
    private Cis2Tokens(nint tokens)
    {
        AccessToken = NativeMethods.cis2_tokens_access_token(tokens).Copy();
        IdToken = NativeMethods.cis2_tokens_id_token(tokens).Copy();
        RefreshToken = NativeMethods.cis2_tokens_refresh_token(tokens).CopyOrNull();
        Scope = NativeMethods.cis2_tokens_scope(tokens).CopyOrNull();
        ExpiresAt = UnixTime.OrNull(NativeMethods.cis2_tokens_expires_at(tokens));
    }

    /// <summary>The access token: for the <c>Authorization</c> header alone, never for a URL.</summary>
    [DebuggerBrowsable(DebuggerBrowsableState.Never)]
    public string AccessToken { get; }

    /// <summary>The ID token as received.</summary>
    [DebuggerBrowsable(DebuggerBrowsableState.Never)]
    public string IdToken { get; }

    /// <summary>The refresh token; null if the provider issued none.</summary>
    [DebuggerBrowsable(DebuggerBrowsableState.Never)]
    public string? RefreshToken { get; }

    /// <summary>What the provider granted; null if it does not say, and then it is what was asked for.</summary>
    public string? Scope { get; }

    /// <summary>When the access token expires; null if the provider does not say.</summary>
    public DateTimeOffset? ExpiresAt { get; }

    /// <summary>When the access token expires, and nothing else.</summary>
    public override string ToString() => FormattableString.Invariant($"{nameof(Cis2Tokens)} until {ExpiresAt:O}");

    /// <summary>Copies; the native tokens stay their owner's, which must live until this returns.</summary>
    internal static Cis2Tokens Copy(nint tokens) => new(tokens);
}
