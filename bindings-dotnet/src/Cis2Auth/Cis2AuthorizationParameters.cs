using Cis2Auth.Interop;
using Cis2Auth.Interop.Handles;

namespace Cis2Auth;

/// <summary>What to ask for in an authorization. Judged by the client, which knows the platform.</summary>
public sealed class Cis2AuthorizationParameters
{
    /// <summary>Optional; null for <c>openid</c>. Separated by spaces; <c>openid</c> must be among them.</summary>
    public string? Scope { get; set; }

    /// <summary>
    /// Optional; null for none, and then the platform's own assurance level must be reached. Classes such as
    /// <c>AAL2_OR_AAL3_ANY</c>, separated by spaces; the identity must reach the lowest of them.
    /// </summary>
    public string? AcrValues { get; set; }

    /// <summary>Optional; null for any. How long ago the person may have authenticated; the ID token is held against it.</summary>
    public TimeSpan? MaxAge { get; set; }

    /// <summary>Optional; null for none. Such as <c>login</c>; the ID token is held against it.</summary>
    public string? Prompt { get; set; }

    /// <summary>Optional; null for none. Language tags (BCP 47), separated by spaces.</summary>
    public string? UILocales { get; set; }

    /// <summary>Optional; empty. Further parameters by name, none that the library sets itself or that has a property here.</summary>
    public IDictionary<string, string> Additional { get; } = new Dictionary<string, string>(StringComparer.Ordinal);

    internal AuthorizationParametersHandle ToNative()
    {
        NativeError.Check(NativeMethods.cis2_authorization_parameters_new(out AuthorizationParametersHandle parameters, out nint error), error);
        try
        {
            Setter.Text(parameters, Scope, NativeMethods.cis2_authorization_parameters_set_scope);
            Setter.Text(parameters, AcrValues, NativeMethods.cis2_authorization_parameters_set_acr_values);
            Setter.Number(parameters, Durations.Seconds(MaxAge, nameof(MaxAge)), NativeMethods.cis2_authorization_parameters_set_max_age_s);
            Setter.Text(parameters, Prompt, NativeMethods.cis2_authorization_parameters_set_prompt);
            Setter.Text(parameters, UILocales, NativeMethods.cis2_authorization_parameters_set_ui_locales);
            foreach ((string name, string value) in Additional)
            {
                Setter.Pair(parameters, name, value, NativeMethods.cis2_authorization_parameters_set);
            }

            return parameters;
        }
        catch
        {
            parameters.Dispose();
            throw;
        }
    }
}
