using Cis2Auth;

namespace MvcController;

/// <summary>
/// Makes the client's options from the section <c>Cis2</c>. Whatever is missing or cannot be used is named by the key that
/// was written, all of it in one exception.
/// </summary>
internal sealed class Cis2Configuration
{
    private const string Section = "Cis2";

    private readonly IConfigurationSection _section;
    private readonly List<string> _faults = [];

    private Cis2Configuration(IConfiguration configuration) => _section = configuration.GetSection(Section);

    /// <exception cref="InvalidOperationException">The configuration has faults; the message has a line for each.</exception>
    public static Cis2ClientOptions Read(IConfiguration configuration)
    {
        var reader = new Cis2Configuration(configuration);
        Cis2ClientOptions options = reader.Options();
        if (reader._faults.Count > 0)
        {
            options.SigningKey?.Dispose();
            throw new InvalidOperationException($"CIS2 is not configured:{string.Concat(reader._faults.Select(fault => $"\n  {Section}:{fault}"))}");
        }

        return options;
    }

    private Cis2ClientOptions Options()
    {
        var options = new Cis2ClientOptions
        {
            Platform = Required("Platform", "the environment, such as cis2-integration", Cis2Platform.FromName),
            ClientId = Required("ClientId", "your client id at CIS2, such as NNN.apps.supplier", text => text),
            RedirectUri = Required("RedirectUri", "the address to which CIS2 sends people back, as registered, byte for byte", text => text),
            SigningKey = SigningKey(),
            StateSecret = Optional<ReadOnlyMemory<byte>?>("StateSecret", text => Convert.FromBase64String(text)),
            PreviousStateSecret = Optional<ReadOnlyMemory<byte>?>("PreviousStateSecret", text => Convert.FromBase64String(text)),
            AdditionalRootsPem = Optional("AdditionalRootsPath", File.ReadAllText),
            Proxy = Optional("Proxy", text => text),
        };
        if (Optional("ConnectTo", HostAndAddress) is var (host, address))
        {
            options.ConnectTo[host] = address;
        }

        // The library judges the rest, each value alone, so that one fault does not hide another.
        Judge("ClientId", alone => alone.ClientId = options.ClientId);
        Judge("RedirectUri", alone => alone.RedirectUri = options.RedirectUri);
        Judge("StateSecret", alone => alone.StateSecret = options.StateSecret);
        Judge("PreviousStateSecret", alone => alone.PreviousStateSecret = options.PreviousStateSecret);
        Judge("AdditionalRootsPath", alone => alone.AdditionalRootsPem = options.AdditionalRootsPem);
        Judge("Proxy", alone => alone.Proxy = options.Proxy);
        return options;

        void Judge(string key, Action<Cis2ClientOptions> set)
        {
            var alone = new Cis2ClientOptions { Platform = options.Platform ?? Cis2Platform.Cis2Integration };
            set(alone);
            _ = Try(key, () =>
            {
                try
                {
                    new Cis2Client(alone).Dispose();
                }
                catch (Cis2ConfigurationException others) when (others.ErrorCode == Cis2ErrorCode.ConfigIncomplete)
                {
                }

                return key;
            });
        }
    }

    private Cis2SigningKey? SigningKey()
    {
        string? path = Required("SigningKey:Path", "the PEM file of your private key", text => text);
        string? keyId = Required("SigningKey:KeyId", "the kid under which its public half is registered", text => text);
        Cis2SigningAlgorithm? algorithm = Required<Cis2SigningAlgorithm?>(
            "SigningKey:Algorithm", "RS256 or RS512, as registered", text => Algorithm(text));
        return path is null || keyId is null || algorithm is null
            ? null
            : Try("SigningKey:Path", () => Cis2SigningKey.FromPemFile(path, keyId, algorithm.Value, _section["SigningKey:Password"]));
    }

    private T? Required<T>(string key, string what, Func<string, T> read)
    {
        if (string.IsNullOrWhiteSpace(_section[key]))
        {
            _faults.Add($"{key} is missing: {what}.");
        }

        return Optional(key, read);
    }

    private T? Optional<T>(string key, Func<string, T> read) =>
        _section[key] is { } text && !string.IsNullOrWhiteSpace(text) ? Try(key, () => read(text)) : default;

    private T? Try<T>(string key, Func<T> read)
    {
        try
        {
            return read();
        }
        catch (Exception fault) when (fault is ArgumentException or FormatException or IOException or UnauthorizedAccessException or Cis2ConfigurationException)
        {
            _faults.Add($"{key}: {fault.Message}");
            return default;
        }
    }

    private static Cis2SigningAlgorithm Algorithm(string text) => Enum.TryParse(text, out Cis2SigningAlgorithm algorithm) && Enum.IsDefined(algorithm)
        ? algorithm
        : throw new FormatException($"\"{text}\" is no algorithm; there are {string.Join(", ", Enum.GetNames<Cis2SigningAlgorithm>())}.");

    /// <summary>As curl's <c>--connect-to</c> has it: HOST:PORT:ADDRESS:PORT.</summary>
    private static (string Host, string Address)? HostAndAddress(string text) => text.Split(':') is [var host, var port, var address, var addressPort]
        ? ($"{host}:{port}", $"{address}:{addressPort}")
        : throw new FormatException("it must be HOST:PORT:ADDRESS:PORT.");
}
