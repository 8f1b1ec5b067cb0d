using Cis2Auth.Interop;
using Cis2Auth.Interop.Handles;

namespace Cis2Auth;

/// <summary>Options as the library takes them. What is missing is left out: the library names all of it at once.</summary>
internal static class ClientConfiguration
{
    public static ConfigHandle Build(Cis2ClientOptions options)
    {
        if (options.Platform is null)
        {
            throw Incomplete(options);
        }

        ConfigHandle config = options.Platform.NewConfig();
        try
        {
            Set(config, options);
            return config;
        }
        catch
        {
            config.Dispose();
            throw;
        }
    }

    /// <summary>What would be ignored beside an HTTP client is refused instead.</summary>
    public static void RequireNoNativeTransport(Cis2ClientOptions options)
    {
        var set = new List<string>();
        if (options.ConnectTimeout is not null)
        {
            set.Add(nameof(options.ConnectTimeout));
        }

        if (options.AdditionalRootsPem is not null)
        {
            set.Add(nameof(options.AdditionalRootsPem));
        }

        if (options.Proxy is not null)
        {
            set.Add(nameof(options.Proxy));
        }

        if (options.ConnectTo.Count > 0)
        {
            set.Add(nameof(options.ConnectTo));
        }

        if (set.Count > 0)
        {
            throw new ArgumentException(
                $"{string.Join(", ", set)}: of the native transport alone, and an HttpClient was handed in. Set it on the handler of the HttpClient, or hand in none.",
                nameof(options));
        }
    }

    /// <summary>The library says what is missing, but not without a platform.</summary>
    private static Cis2ConfigurationException Incomplete(Cis2ClientOptions options)
    {
        (string Name, bool IsMissing)[] required =
        [
            ("platform", true),
            ("client_id", options.ClientId is null),
            ("redirect_uri", options.RedirectUri is null),
            ("signing_key", options.SigningKey is null),
        ];
        string missing = string.Join(", ", required.Where(option => option.IsMissing).Select(option => option.Name));
        const string Remedy = $"set the options that are named, the platform to {nameof(Cis2Platform)}.{nameof(Cis2Platform.Cis2Integration)} for example";
        var details = new ErrorDetails
        {
            Code = Cis2ErrorCode.ConfigIncomplete,
            Message = $"CONFIG_INCOMPLETE ({(int)Cis2ErrorCode.ConfigIncomplete}): Required options are missing. Expected: {missing}. Next: {Remedy}.",
            Sentence = "Required options are missing.",
            Expected = missing,
            Remedy = Remedy,
        };
        return new Cis2ConfigurationException(details, inner: null);
    }

    private static void Set(ConfigHandle config, Cis2ClientOptions options)
    {
        Setter.Text(config, options.ClientId, NativeMethods.cis2_config_set_client_id);
        Setter.Text(config, options.RedirectUri, NativeMethods.cis2_config_set_redirect_uri);
        if (options.SigningKey is { } key)
        {
            ObjectDisposedException.ThrowIf(key.Handle.IsClosed, key);
            NativeError.Check(NativeMethods.cis2_config_set_signing_key(config, key.Handle, out nint error), error);
        }

        Setter.Number(config, (uint?)options.IdTokenAlgorithm, NativeMethods.cis2_config_set_id_token_algorithm);
        Setter.Number(config, Durations.Seconds(options.AssertionLifetime, nameof(options.AssertionLifetime)), NativeMethods.cis2_config_set_assertion_lifetime_s);
        Setter.Number(config, Durations.Milliseconds(options.ConnectTimeout, nameof(options.ConnectTimeout)), NativeMethods.cis2_config_set_connect_timeout_ms);
        Setter.Number(config, Durations.Milliseconds(options.RequestTimeout, nameof(options.RequestTimeout)), NativeMethods.cis2_config_set_request_timeout_ms);
        Setter.Number(config, Durations.Seconds(options.ClockSkew, nameof(options.ClockSkew)), NativeMethods.cis2_config_set_clock_skew_s);
        Setter.Bytes(config, options.StateSecret, NativeMethods.cis2_config_set_state_secret);
        Setter.Bytes(config, options.PreviousStateSecret, NativeMethods.cis2_config_set_previous_state_secret);
        Setter.Bytes(config, options.AdditionalRootsPem, NativeMethods.cis2_config_add_root_pem);
        Setter.Text(config, options.Proxy, NativeMethods.cis2_config_set_proxy);
        foreach ((string host, string address) in options.ConnectTo)
        {
            Setter.Pair(config, host, address, NativeMethods.cis2_config_set_connect_to);
        }

        Setter.Text(config, options.DangerIssuer, NativeMethods.cis2_config_danger_set_issuer);
        Setter.Number(config, Durations.Seconds(options.DangerClockSkew, nameof(options.DangerClockSkew)), NativeMethods.cis2_config_danger_set_clock_skew_s);
        Setter.Number(config, (uint?)options.DangerDefaultLevel, NativeMethods.cis2_config_danger_set_default_level);
    }
}
