using System.Runtime.InteropServices;

namespace Cis2Auth.Interop.Handles;

/// <summary>Owns a <c>cis2_sign_in</c>.</summary>
internal sealed class SignInHandle : SafeHandle
{
    public SignInHandle()
        : base(0, ownsHandle: true)
    {
    }

    public override bool IsInvalid => handle == 0;

    protected override bool ReleaseHandle()
    {
        NativeMethods.cis2_sign_in_free(handle);
        return true;
    }
}
