using System.Text.Json;

namespace MvcController;

/// <summary>Fills the configuration from the first line of <c>cis2 simulate</c>: for a try on this machine.</summary>
internal static class Simulator
{
    // Registered at the simulator for every port of this machine.
    private const string DefaultRedirectUri = "http://127.0.0.1:5080/callback";

    public static void UseSimulator(this WebApplicationBuilder builder, string readyFile)
    {
        using JsonDocument ready = JsonDocument.Parse(File.ReadLines(readyFile).FirstOrDefault()
            ?? throw new InvalidOperationException($"{readyFile} is empty: the simulator has not started yet."));
        JsonElement simulator = ready.RootElement;
        JsonElement client = simulator.GetProperty("client");
        string redirectUri = builder.Configuration["Cis2:RedirectUri"] ?? DefaultRedirectUri;
        builder.Configuration.AddInMemoryCollection(new Dictionary<string, string?>
        {
            ["Cis2:Platform"] = "local-simulator",
            ["Cis2:ClientId"] = client.GetProperty("client_id").GetString(),
            ["Cis2:RedirectUri"] = redirectUri,
            ["Cis2:SigningKey:Path"] = client.GetProperty("key_file").GetString(),
            ["Cis2:SigningKey:KeyId"] = client.GetProperty("kid").GetString(),
            ["Cis2:SigningKey:Algorithm"] = client.GetProperty("algorithm").GetString(),
            ["Cis2:AdditionalRootsPath"] = simulator.GetProperty("ca_file").GetString(),
            ["Cis2:ConnectTo"] = simulator.GetProperty("connect_to").GetString(),
        });
        if (builder.Configuration["urls"] is null)
        {
            builder.WebHost.UseUrls(new Uri(redirectUri).GetLeftPart(UriPartial.Authority));
        }
    }
}
