using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Cis2Auth.Interop.Handles;

namespace Cis2Auth.Interop;

internal static partial class NativeMethods
{
    [LibraryImport(Library)]
    [UnmanagedCallConv(CallConvs = [typeof(CallConvCdecl)])]
    internal static partial int cis2_authorization_parameters_new(out AuthorizationParametersHandle authorizationParameters, out nint error);

    [LibraryImport(Library)]
    [UnmanagedCallConv(CallConvs = [typeof(CallConvCdecl)])]
    internal static partial int cis2_authorization_parameters_set_scope(AuthorizationParametersHandle parameters, NativeText scope, out nint error);

    [LibraryImport(Library)]
    [UnmanagedCallConv(CallConvs = [typeof(CallConvCdecl)])]
    internal static partial int cis2_authorization_parameters_set_acr_values(
        AuthorizationParametersHandle parameters,
        NativeText acrValues,
        out nint error);

    [LibraryImport(Library)]
    [UnmanagedCallConv(CallConvs = [typeof(CallConvCdecl)])]
    internal static partial int cis2_authorization_parameters_set_max_age_s(AuthorizationParametersHandle parameters, uint maxAgeS, out nint error);

    [LibraryImport(Library)]
    [UnmanagedCallConv(CallConvs = [typeof(CallConvCdecl)])]
    internal static partial int cis2_authorization_parameters_set_prompt(AuthorizationParametersHandle parameters, NativeText prompt, out nint error);

    [LibraryImport(Library)]
    [UnmanagedCallConv(CallConvs = [typeof(CallConvCdecl)])]
    internal static partial int cis2_authorization_parameters_set_ui_locales(
        AuthorizationParametersHandle parameters,
        NativeText uiLocales,
        out nint error);

    [LibraryImport(Library)]
    [UnmanagedCallConv(CallConvs = [typeof(CallConvCdecl)])]
    internal static partial int cis2_authorization_parameters_set(
        AuthorizationParametersHandle parameters,
        NativeText name,
        NativeText value,
        out nint error);

    [LibraryImport(Library)]
    [UnmanagedCallConv(CallConvs = [typeof(CallConvCdecl)])]
    internal static partial void cis2_authorization_parameters_free(nint parameters);
}
