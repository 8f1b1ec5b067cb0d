using System.Diagnostics;

namespace Cis2Auth;

/// <summary>
/// The options of a client, while it is made: copied by <see cref="Cis2Client"/>, which names all that is missing in one
/// exception. Fit for binding from configuration but for platform and key, which are made from it.
/// </summary>
public sealed class Cis2ClientOptions
{
    /// <summary>Required. The environment.</summary>
    public Cis2Platform? Platform { get; set; }

    /// <summary>Required. Your client id at this platform: at CIS2 it ends in <c>.apps.supplier</c> or <c>.apps.national</c>; the API key is another thing.</summary>
    public string? ClientId { get; set; }

    /// <summary>Required. As registered, byte for byte: https, or http on a loopback host.</summary>
    public string? RedirectUri { get; set; }

    /// <summary>Required. Signs assertions. The client keeps what it needs: yours may be disposed.</summary>
    public Cis2SigningKey? SigningKey { get; set; }

    /// <summary>Optional; null for the platform's, RS256 at CIS2. The algorithm that is registered for your ID tokens; no other is accepted.</summary>
    public Cis2SigningAlgorithm? IdTokenAlgorithm { get; set; }

    /// <summary>Optional; null for the platform's, 60 seconds. 10 seconds to 5 minutes, in whole seconds.</summary>
    public TimeSpan? AssertionLifetime { get; set; }

    /// <summary>Optional; null for 5 seconds. Time to connect, TLS included; native transport only.</summary>
    public TimeSpan? ConnectTimeout { get; set; }

    /// <summary>Optional; null for 15 seconds. Time for a whole request, over either transport.</summary>
    public TimeSpan? RequestTimeout { get; set; }

    /// <summary>Optional; null for 30 seconds. How far clocks may be apart, up to 2 minutes.</summary>
    public TimeSpan? ClockSkew { get; set; }

    /// <summary>
    /// Optional; null for a random one of each client. 32 bytes that seal authorization requests: give the same to all your
    /// servers, so that a person may return to another one.
    /// </summary>
    [DebuggerBrowsable(DebuggerBrowsableState.Never)]
    public ReadOnlyMemory<byte>? StateSecret { get; set; }

    /// <summary>Optional; null for none. The 32 bytes that sealed before: they open and seal no more.</summary>
    [DebuggerBrowsable(DebuggerBrowsableState.Never)]
    public ReadOnlyMemory<byte>? PreviousStateSecret { get; set; }

    /// <summary>Optional; null for none. Certificates in PEM to trust beside the system's; native transport only.</summary>
    public string? AdditionalRootsPem { get; set; }

    /// <summary>Optional; null for what the environment says (<c>HTTPS_PROXY</c>, <c>NO_PROXY</c>). The proxy's address, which may hold credentials; native transport only.</summary>
    [DebuggerBrowsable(DebuggerBrowsableState.Never)]
    public string? Proxy { get; set; }

    /// <summary>
    /// Optional; empty. Connects to an address in the place of a host, like curl's <c>--connect-to</c>: key such as
    /// <c>cis2.localhost:443</c>, value such as <c>127.0.0.1:8443</c>. Names and TLS checks stay; native transport only.
    /// </summary>
    public IDictionary<string, string> ConnectTo { get; } = new Dictionary<string, string>(StringComparer.Ordinal);

    /// <summary>Weakens the check of the issuer: expects another one than the platform's, byte for byte. Null: not weakened.</summary>
    public string? DangerIssuer { get; set; }

    /// <summary>Weakens the checks of times: more than 2 minutes of skew, up to a day. Null: not weakened.</summary>
    public TimeSpan? DangerClockSkew { get; set; }

    /// <summary>Weakens the check of assurance: the level, 0 to 3, that must be reached when no <c>acr_values</c> are sent. Null: not weakened.</summary>
    public int? DangerDefaultLevel { get; set; }

    /// <summary>Platform and client id, nothing else.</summary>
    public override string ToString() => $"{nameof(Cis2ClientOptions)} {Platform} {ClientId}";
}
