using System.Runtime.InteropServices;

namespace Cis2Auth.Interop.Handles;

/// <summary>Owns a <c>cis2_identity</c>.</summary>
internal sealed class IdentityHandle : SafeHandle
{
    public IdentityHandle()
        : base(0, ownsHandle: true)
    {
    }

    public override bool IsInvalid => handle == 0;

    protected override bool ReleaseHandle()
    {
        NativeMethods.cis2_identity_free(handle);
        return true;
    }
}
