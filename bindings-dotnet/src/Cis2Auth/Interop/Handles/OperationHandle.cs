using System.Runtime.InteropServices;

namespace Cis2Auth.Interop.Handles;

/// <summary>Owns a <c>cis2_operation</c>.</summary>
internal sealed class OperationHandle : SafeHandle
{
    public OperationHandle()
        : base(0, ownsHandle: true)
    {
    }

    public override bool IsInvalid => handle == 0;

    protected override bool ReleaseHandle()
    {
        NativeMethods.cis2_operation_free(handle);
        return true;
    }
}
