using System.Text.Json;
using Cis2Auth;

namespace ConsoleSignIn;

/// <summary>Who signs in where: from the environment, or all of it from the file with the simulator's ready line.</summary>
internal sealed record Settings(Cis2Platform Platform, string ClientId, string RedirectUri, string KeyFile, string KeyId, Cis2SigningAlgorithm Algorithm)
{
    // Registered at the simulator for every port of this machine.
    private const string SimulatorRedirectUri = "http://127.0.0.1:8400/callback";

    private (string CaFile, string Listen)? Simulator { get; init; }

    public static Settings Read(string[] arguments) => arguments switch
    {
        ["--ready", var file] => FromReadyFile(file),
        [] => FromEnvironment(),
        _ => throw new ArgumentException("The one argument is --ready FILE; without it the environment is read, see README.md."),
    };

    public Cis2ClientOptions ToOptions(Cis2SigningKey key)
    {
        var options = new Cis2ClientOptions { Platform = Platform, ClientId = ClientId, RedirectUri = RedirectUri, SigningKey = key };
        if (Simulator is var (caFile, listen))
        {
            options.AdditionalRootsPem = File.ReadAllText(caFile);
            options.ConnectTo["cis2.localhost:443"] = listen;
        }

        return options;
    }

    private static Settings FromEnvironment() => new(
        Cis2Platform.FromName(Required("CIS2_PLATFORM")),
        Required("CIS2_CLIENT_ID"),
        Required("CIS2_REDIRECT_URI"),
        Required("CIS2_KEY_FILE"),
        Required("CIS2_KID"),
        Enum.Parse<Cis2SigningAlgorithm>(Required("CIS2_ALGORITHM")));

    private static Settings FromReadyFile(string file)
    {
        using JsonDocument ready = JsonDocument.Parse(File.ReadLines(file).FirstOrDefault()
            ?? throw new InvalidOperationException($"{file} is empty: the simulator has not started yet."));
        JsonElement simulator = ready.RootElement;
        JsonElement client = simulator.GetProperty("client");
        return new(
            Cis2Platform.LocalSimulator,
            Text(client, "client_id"),
            Environment.GetEnvironmentVariable("CIS2_REDIRECT_URI") ?? SimulatorRedirectUri,
            Text(client, "key_file"),
            Text(client, "kid"),
            Enum.Parse<Cis2SigningAlgorithm>(Text(client, "algorithm")))
        {
            Simulator = (Text(simulator, "ca_file"), Text(simulator, "listen")),
        };
    }

    private static string Required(string name) =>
        Environment.GetEnvironmentVariable(name) ?? throw new InvalidOperationException($"{name} is not set: see README.md, or give --ready FILE.");

    private static string Text(JsonElement element, string name) => element.GetProperty(name).GetString()!;
}
