using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Cis2Auth.Interop.Handles;

namespace Cis2Auth.Interop;

internal static partial class NativeMethods
{
    [LibraryImport(Library)]
    [UnmanagedCallConv(CallConvs = [typeof(CallConvCdecl)])]
    internal static partial int cis2_assertion_mint(
        KeyHandle key,
        NativeText clientId,
        NativeText audience,
        uint lifetimeS,
        out AssertionHandle assertion,
        out nint error);

    [LibraryImport(Library)]
    [UnmanagedCallConv(CallConvs = [typeof(CallConvCdecl)])]
    internal static partial NativeText cis2_assertion_text(AssertionHandle assertion);

    [LibraryImport(Library)]
    [UnmanagedCallConv(CallConvs = [typeof(CallConvCdecl)])]
    internal static partial long cis2_assertion_expires_at(AssertionHandle assertion);

    [LibraryImport(Library)]
    [UnmanagedCallConv(CallConvs = [typeof(CallConvCdecl)])]
    internal static partial void cis2_assertion_free(nint assertion);
}
