using Cis2Auth.Interop;
using Cis2Auth.Interop.Handles;

namespace Cis2Auth;

/// <summary>
/// An environment of CIS2 or of the NHS API Platform: one of the rows that the library knows, or one of your own. What a row
/// holds, with the source of each value: <c>docs/cis2.md</c>. Immutable.
/// </summary>
public sealed class Cis2Platform
{
    private readonly string? _row;

    private Cis2Platform(uint number, string name)
    {
        Number = number;
        Name = name;
    }

    private Cis2Platform(string row)
    {
        _row = row;
        Name = "own row";
    }

    /// <summary>CIS2 dev, Healthcare realm.</summary>
    public static Cis2Platform Cis2Dev { get; } = new(1, "cis2-dev");

    /// <summary>CIS2 integration.</summary>
    public static Cis2Platform Cis2Integration { get; } = new(2, "cis2-integration");

    /// <summary>CIS2 deployment.</summary>
    public static Cis2Platform Cis2Deployment { get; } = new(3, "cis2-deployment");

    /// <summary>CIS2 live.</summary>
    public static Cis2Platform Cis2Live { get; } = new(4, "cis2-live");

    /// <summary>NHS API Platform, sandbox.</summary>
    public static Cis2Platform ApiPlatformSandbox { get; } = new(10, "api-platform-sandbox");

    /// <summary>NHS API Platform, development.</summary>
    public static Cis2Platform ApiPlatformDev { get; } = new(11, "api-platform-dev");

    /// <summary>NHS API Platform, integration.</summary>
    public static Cis2Platform ApiPlatformIntegration { get; } = new(12, "api-platform-integration");

    /// <summary>NHS API Platform, deployment.</summary>
    public static Cis2Platform ApiPlatformDeployment { get; } = new(13, "api-platform-deployment");

    /// <summary>NHS API Platform, live.</summary>
    public static Cis2Platform ApiPlatformLive { get; } = new(14, "api-platform-live");

    /// <summary>The simulator of this project, on this machine.</summary>
    public static Cis2Platform LocalSimulator { get; } = new(100, "local-simulator");

    /// <summary>All rows that the library knows, in the order of their numbers.</summary>
    public static IReadOnlyList<Cis2Platform> All { get; } =
    [
        Cis2Dev, Cis2Integration, Cis2Deployment, Cis2Live,
        ApiPlatformSandbox, ApiPlatformDev, ApiPlatformIntegration, ApiPlatformDeployment, ApiPlatformLive,
        LocalSimulator,
    ];

    /// <summary>The name of the row, such as <c>cis2-integration</c>.</summary>
    public string Name { get; }

    /// <summary>The row of this name, such as <c>cis2-integration</c>: for a value of a configuration file.</summary>
    /// <exception cref="ArgumentException">There is no such row; the message names all.</exception>
    public static Cis2Platform FromName(string name)
    {
        ArgumentNullException.ThrowIfNull(name);
        return All.FirstOrDefault(row => row.Name == name)
            ?? throw new ArgumentException(
                $"There is no platform of the name \"{name}\". There are: {string.Join(", ", All.Select(row => row.Name))}.", nameof(name));
    }

    /// <summary>A row of your own, in the form that <c>cis2 platforms --json</c> prints.</summary>
    /// <exception cref="Cis2ConfigurationException">It cannot be used; the message names all faults at once.</exception>
    /// <exception cref="Cis2NativeLibraryException">The native library cannot be loaded.</exception>
    public static Cis2Platform FromJson(string row)
    {
        ArgumentNullException.ThrowIfNull(row);
        var platform = new Cis2Platform(row);
        platform.NewConfig().Dispose();
        return platform;
    }

    /// <summary>The name.</summary>
    public override string ToString() => Name;

    /// <summary>The permanent number; 0 for a row of your own.</summary>
    internal uint Number { get; }

    internal ConfigHandle NewConfig()
    {
        NativeLibraryLoader.EnsureLoaded();
        ConfigHandle config;
        nint error;
        int status;
        if (_row is null)
        {
            status = NativeMethods.cis2_config_new(Number, out config, out error);
        }
        else
        {
            using var row = new Utf8(_row, stackalloc byte[Utf8.StackBytes]);
            status = NativeMethods.cis2_config_from_platform_json(row.Text, out config, out error);
        }

        NativeError.Check(status, error);
        return config;
    }
}
