using System.Diagnostics;
using Cis2Auth.Interop;
using Cis2Auth.Interop.Handles;

namespace Cis2Auth;

/// <summary>Who signed in, and the tokens that came with it: there are no tokens without a validated identity. Immutable.</summary>
[DebuggerDisplay("{ToString(),nq}")]
public sealed class Cis2SignIn
{
    private Cis2SignIn(SignInHandle handle)
    {
        Tokens = Cis2Tokens.Copy(NativeMethods.cis2_sign_in_tokens(handle));
        Identity = Cis2Identity.Copy(NativeMethods.cis2_sign_in_identity(handle), Tokens.IdToken);
        GC.KeepAlive(handle);
    }

    /// <summary>Who signed in.</summary>
    public Cis2Identity Identity { get; }

    /// <summary>The tokens.</summary>
    public Cis2Tokens Tokens { get; }

    /// <summary>The subject, and nothing else.</summary>
    public override string ToString() => $"{nameof(Cis2SignIn)} {Identity.Subject}";

    internal static Cis2SignIn Take(FlowHandle flow)
    {
        NativeError.Check(NativeMethods.cis2_flow_take_sign_in(flow, out SignInHandle signIn, out nint error), error);
        using (signIn)
        {
            return new Cis2SignIn(signIn);
        }
    }
}
