using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Cis2Auth.Interop.Handles;

namespace Cis2Auth.Interop;

internal static partial class NativeMethods
{
    [LibraryImport(Library)]
    [UnmanagedCallConv(CallConvs = [typeof(CallConvCdecl)])]
    internal static partial int cis2_client_new(ConfigHandle config, out ClientHandle client, out nint error);

    [LibraryImport(Library)]
    [UnmanagedCallConv(CallConvs = [typeof(CallConvCdecl)])]
    internal static partial int cis2_client_assertion(ClientHandle client, NativeText audience, out AssertionHandle assertion, out nint error);

    [LibraryImport(Library)]
    [UnmanagedCallConv(CallConvs = [typeof(CallConvCdecl)])]
    internal static partial int cis2_client_validate_id_token(
        ClientHandle client,
        KeySetHandle keys,
        NativeText idToken,
        NativeText expectationsJson,
        out IdentityHandle identity,
        out nint error);

    [LibraryImport(Library)]
    [UnmanagedCallConv(CallConvs = [typeof(CallConvCdecl)])]
    internal static partial int cis2_client_restore_authorization_request(
        ClientHandle client,
        NativeText sealedText,
        out AuthorizationRequestHandle authorizationRequest,
        out nint error);

    [LibraryImport(Library)]
    [UnmanagedCallConv(CallConvs = [typeof(CallConvCdecl)])]
    internal static partial int cis2_client_begin_authorization(
        ClientHandle client,
        AuthorizationParametersHandle parameters,
        out FlowHandle flow,
        out nint error);

    [LibraryImport(Library)]
    [UnmanagedCallConv(CallConvs = [typeof(CallConvCdecl)])]
    internal static partial int cis2_client_begin_sign_in(
        ClientHandle client,
        AuthorizationRequestHandle request,
        NativeText callback,
        out FlowHandle flow,
        out nint error);

    [LibraryImport(Library)]
    [UnmanagedCallConv(CallConvs = [typeof(CallConvCdecl)])]
    internal static partial int cis2_client_close(ClientHandle client, out nint error);

    [LibraryImport(Library)]
    [UnmanagedCallConv(CallConvs = [typeof(CallConvCdecl)])]
    internal static partial void cis2_client_free(nint client);
}
