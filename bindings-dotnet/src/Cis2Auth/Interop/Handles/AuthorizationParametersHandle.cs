using System.Runtime.InteropServices;

namespace Cis2Auth.Interop.Handles;

/// <summary>Owns a <c>cis2_authorization_parameters</c>.</summary>
internal sealed class AuthorizationParametersHandle : SafeHandle
{
    public AuthorizationParametersHandle()
        : base(0, ownsHandle: true)
    {
    }

    public override bool IsInvalid => handle == 0;

    protected override bool ReleaseHandle()
    {
        NativeMethods.cis2_authorization_parameters_free(handle);
        return true;
    }
}
