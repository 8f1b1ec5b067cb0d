using System.Runtime.InteropServices;

namespace Cis2Auth.Interop.Handles;

/// <summary>Owns a <c>cis2_config</c>.</summary>
internal sealed class ConfigHandle : SafeHandle
{
    public ConfigHandle()
        : base(0, ownsHandle: true)
    {
    }

    public override bool IsInvalid => handle == 0;

    protected override bool ReleaseHandle()
    {
        NativeMethods.cis2_config_free(handle);
        return true;
    }
}
