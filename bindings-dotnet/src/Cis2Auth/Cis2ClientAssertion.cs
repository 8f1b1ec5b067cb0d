using System.Diagnostics;
using System.Diagnostics.CodeAnalysis;
using Cis2Auth.Interop;
using Cis2Auth.Interop.Handles;

namespace Cis2Auth;

/// <summary>
/// A signed client assertion (RFC 7523): the values of <c>client_assertion_type</c> and <c>client_assertion</c>. To be sent
/// once: mint another for each request. Immutable.
/// </summary>
[DebuggerDisplay("{ToString(),nq}")]
public sealed class Cis2ClientAssertion
{
    private Cis2ClientAssertion(string value, DateTimeOffset expiresAt)
    {
        Value = value;
        ExpiresAt = expiresAt;
    }

    /// <summary>The value of <c>client_assertion_type</c>.</summary>
    [SuppressMessage("Performance", "CA1822:Mark members as static", Justification = "Read beside Value, of one assertion.")]
    public string Type => "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";

    /// <summary>The value of <c>client_assertion</c>: a compact JWS. A secret until it expires.</summary>
    [DebuggerBrowsable(DebuggerBrowsableState.Never)]
    public string Value { get; }

    /// <summary>When it expires.</summary>
    public DateTimeOffset ExpiresAt { get; }

    /// <summary>When it expires, and nothing else.</summary>
    public override string ToString() => FormattableString.Invariant($"{nameof(Cis2ClientAssertion)} until {ExpiresAt:O}");

    internal static Cis2ClientAssertion Take(int status, AssertionHandle handle, nint error)
    {
        NativeError.Check(status, error);
        using (handle)
        {
            var assertion = new Cis2ClientAssertion(
                NativeMethods.cis2_assertion_text(handle).Copy(),
                DateTimeOffset.FromUnixTimeSeconds(NativeMethods.cis2_assertion_expires_at(handle)));
            GC.KeepAlive(handle);
            return assertion;
        }
    }
}
