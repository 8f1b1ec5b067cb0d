using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Cis2Auth.Interop.Handles;

namespace Cis2Auth.Interop;

internal static unsafe partial class NativeMethods
{
    [LibraryImport(Library)]
    [UnmanagedCallConv(CallConvs = [typeof(CallConvCdecl)])]
    internal static partial int cis2_config_new(uint platform, out ConfigHandle config, out nint error);

    [LibraryImport(Library)]
    [UnmanagedCallConv(CallConvs = [typeof(CallConvCdecl)])]
    internal static partial int cis2_config_from_platform_json(NativeText row, out ConfigHandle config, out nint error);

    [LibraryImport(Library)]
    [UnmanagedCallConv(CallConvs = [typeof(CallConvCdecl)])]
    internal static partial int cis2_config_set_client_id(ConfigHandle config, NativeText clientId, out nint error);

    [LibraryImport(Library)]
    [UnmanagedCallConv(CallConvs = [typeof(CallConvCdecl)])]
    internal static partial int cis2_config_set_redirect_uri(ConfigHandle config, NativeText redirectUri, out nint error);

    [LibraryImport(Library)]
    [UnmanagedCallConv(CallConvs = [typeof(CallConvCdecl)])]
    internal static partial int cis2_config_set_signing_key(ConfigHandle config, KeyHandle key, out nint error);

    [LibraryImport(Library)]
    [UnmanagedCallConv(CallConvs = [typeof(CallConvCdecl)])]
    internal static partial int cis2_config_set_id_token_algorithm(ConfigHandle config, uint algorithm, out nint error);

    [LibraryImport(Library)]
    [UnmanagedCallConv(CallConvs = [typeof(CallConvCdecl)])]
    internal static partial int cis2_config_set_assertion_lifetime_s(ConfigHandle config, uint assertionLifetimeS, out nint error);

    [LibraryImport(Library)]
    [UnmanagedCallConv(CallConvs = [typeof(CallConvCdecl)])]
    internal static partial int cis2_config_set_connect_timeout_ms(ConfigHandle config, uint connectTimeoutMs, out nint error);

    [LibraryImport(Library)]
    [UnmanagedCallConv(CallConvs = [typeof(CallConvCdecl)])]
    internal static partial int cis2_config_set_request_timeout_ms(ConfigHandle config, uint requestTimeoutMs, out nint error);

    [LibraryImport(Library)]
    [UnmanagedCallConv(CallConvs = [typeof(CallConvCdecl)])]
    internal static partial int cis2_config_set_clock_skew_s(ConfigHandle config, uint clockSkewS, out nint error);

    [LibraryImport(Library)]
    [UnmanagedCallConv(CallConvs = [typeof(CallConvCdecl)])]
    internal static partial int cis2_config_set_state_secret(ConfigHandle config, NativeBytes stateSecret, out nint error);

    [LibraryImport(Library)]
    [UnmanagedCallConv(CallConvs = [typeof(CallConvCdecl)])]
    internal static partial int cis2_config_set_previous_state_secret(ConfigHandle config, NativeBytes previousStateSecret, out nint error);

    [LibraryImport(Library)]
    [UnmanagedCallConv(CallConvs = [typeof(CallConvCdecl)])]
    internal static partial int cis2_config_add_root_pem(ConfigHandle config, NativeBytes rootPem, out nint error);

    [LibraryImport(Library)]
    [UnmanagedCallConv(CallConvs = [typeof(CallConvCdecl)])]
    internal static partial int cis2_config_set_proxy(ConfigHandle config, NativeText proxy, out nint error);

    [LibraryImport(Library)]
    [UnmanagedCallConv(CallConvs = [typeof(CallConvCdecl)])]
    internal static partial int cis2_config_set_connect_to(ConfigHandle config, NativeText hostPort, NativeText addressPort, out nint error);

    [LibraryImport(Library)]
    [UnmanagedCallConv(CallConvs = [typeof(CallConvCdecl)])]
    internal static partial int cis2_config_set_events(
        ConfigHandle config,
        delegate* unmanaged[Cdecl]<nint, nint, void> onEvent,
        nint userData,
        delegate* unmanaged[Cdecl]<nint, void> drop,
        uint maxLevel,
        out nint error);

    [LibraryImport(Library)]
    [UnmanagedCallConv(CallConvs = [typeof(CallConvCdecl)])]
    internal static partial int cis2_config_danger_set_issuer(ConfigHandle config, NativeText issuer, out nint error);

    [LibraryImport(Library)]
    [UnmanagedCallConv(CallConvs = [typeof(CallConvCdecl)])]
    internal static partial int cis2_config_danger_set_clock_skew_s(ConfigHandle config, uint clockSkewS, out nint error);

    [LibraryImport(Library)]
    [UnmanagedCallConv(CallConvs = [typeof(CallConvCdecl)])]
    internal static partial int cis2_config_danger_set_default_level(ConfigHandle config, uint level, out nint error);

    [LibraryImport(Library)]
    [UnmanagedCallConv(CallConvs = [typeof(CallConvCdecl)])]
    internal static partial void cis2_config_free(nint config);
}
