using System.Runtime.InteropServices;

namespace Cis2Auth.Interop.Handles;

/// <summary>Owns a <c>cis2_authorization_request</c>.</summary>
internal sealed class AuthorizationRequestHandle : SafeHandle
{
    public AuthorizationRequestHandle()
        : base(0, ownsHandle: true)
    {
    }

    public override bool IsInvalid => handle == 0;

    protected override bool ReleaseHandle()
    {
        NativeMethods.cis2_authorization_request_free(handle);
        return true;
    }
}
