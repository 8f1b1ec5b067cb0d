using System.Runtime.InteropServices;

namespace Cis2Auth.Interop.Handles;

/// <summary>Owns a <c>cis2_key_set</c>.</summary>
internal sealed class KeySetHandle : SafeHandle
{
    public KeySetHandle()
        : base(0, ownsHandle: true)
    {
    }

    public override bool IsInvalid => handle == 0;

    protected override bool ReleaseHandle()
    {
        NativeMethods.cis2_key_set_free(handle);
        return true;
    }
}
