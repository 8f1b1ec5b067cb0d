using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Cis2Auth.Interop.Handles;

namespace Cis2Auth.Interop;

internal static partial class NativeMethods
{
    [LibraryImport(Library)]
    [UnmanagedCallConv(CallConvs = [typeof(CallConvCdecl)])]
    internal static partial int cis2_key_set_from_json(NativeBytes json, out KeySetHandle keySet, out nint error);

    [LibraryImport(Library)]
    [UnmanagedCallConv(CallConvs = [typeof(CallConvCdecl)])]
    internal static partial void cis2_key_set_free(nint keys);
}
