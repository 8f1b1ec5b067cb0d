using System.Runtime.InteropServices;

namespace Cis2Auth.Interop.Handles;

/// <summary>Owns a <c>cis2_assertion</c>.</summary>
internal sealed class AssertionHandle : SafeHandle
{
    public AssertionHandle()
        : base(0, ownsHandle: true)
    {
    }

    public override bool IsInvalid => handle == 0;

    protected override bool ReleaseHandle()
    {
        NativeMethods.cis2_assertion_free(handle);
        return true;
    }
}
