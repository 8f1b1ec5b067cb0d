using System.Diagnostics;
using Cis2Auth.Interop;
using Cis2Auth.Interop.Handles;

namespace Cis2Auth;

/// <summary>An authorization that was begun and waits for the browser's return. Immutable.</summary>
[DebuggerDisplay("{ToString(),nq}")]
public sealed class Cis2AuthorizationRequest
{
    private Cis2AuthorizationRequest(string url, string sealedText)
    {
        Url = url;
        Sealed = sealedText;
    }

    /// <summary>Where to send the browser; empty in a restored request. It holds state and nonce: never log it.</summary>
    [DebuggerBrowsable(DebuggerBrowsableState.Never)]
    public string Url { get; }

    /// <summary>
    /// What to keep until the browser returns: at most 2 KiB, fit for a cookie (<c>HttpOnly</c>, <c>Secure</c>) or a session,
    /// readable by this client alone, for 15 minutes. Delete it there at first use, and hand it to
    /// <see cref="Cis2Client.RestoreAuthorizationRequest"/>.
    /// </summary>
    [DebuggerBrowsable(DebuggerBrowsableState.Never)]
    public string Sealed { get; }

    /// <summary>The name of the type: all else is secret.</summary>
    public override string ToString() => nameof(Cis2AuthorizationRequest);

    internal static Cis2AuthorizationRequest Take(FlowHandle flow)
    {
        NativeError.Check(NativeMethods.cis2_flow_take_authorization_request(flow, out AuthorizationRequestHandle request, out nint error), error);
        return Take(request);
    }

    internal static Cis2AuthorizationRequest Take(AuthorizationRequestHandle handle)
    {
        using (handle)
        {
            var request = new Cis2AuthorizationRequest(
                NativeMethods.cis2_authorization_request_url(handle).Copy(),
                NativeMethods.cis2_authorization_request_sealed(handle).Copy());
            GC.KeepAlive(handle);
            return request;
        }
    }
}
