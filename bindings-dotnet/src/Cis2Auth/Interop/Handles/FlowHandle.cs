using System.Runtime.InteropServices;

namespace Cis2Auth.Interop.Handles;

/// <summary>Owns a <c>cis2_flow</c>.</summary>
internal sealed class FlowHandle : SafeHandle
{
    public FlowHandle()
        : base(0, ownsHandle: true)
    {
    }

    public override bool IsInvalid => handle == 0;

    protected override bool ReleaseHandle()
    {
        NativeMethods.cis2_flow_free(handle);
        return true;
    }
}
