using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography.X509Certificates;
using System.Text.Json.Nodes;
using Cis2Auth;

namespace SideBySide;

/// <summary>What the token endpoint said to an assertion, and what was really wrong.</summary>
internal sealed record Verdict(bool Taken, string Said, string Reason);

/// <summary>The local simulator (<c>./build.sh simulate</c>): a client for which RS512 is registered, and one conversation after another.</summary>
internal sealed class LocalCis2 : IDisposable
{
    public const string ClientId = "444444444444.apps.supplier";

    private readonly HttpClient _http;

    private LocalCis2() => _http = new HttpClient(new SocketsHttpHandler
    {
        AllowAutoRedirect = false,
        UseProxy = false,
        SslOptions = new SslClientAuthenticationOptions
        {
            CertificateChainPolicy = new X509ChainPolicy
            {
                TrustMode = X509ChainTrustMode.CustomRootTrust,
                RevocationMode = X509RevocationMode.NoCheck,
                CustomTrustStore = { X509Certificate2.CreateFromPem(File.ReadAllText(Variable("CA_FILE"))) },
            },
        },
        // The name cis2.localhost is nobody's: the simulator listens somewhere on this machine.
        ConnectCallback = async (_, cancellationToken) =>
        {
            var socket = new Socket(SocketType.Stream, ProtocolType.Tcp);
            await socket.ConnectAsync(IPEndPoint.Parse(Variable("LISTEN")), cancellationToken);
            return new NetworkStream(socket, ownsSocket: true);
        },
    });

    public static string TokenEndpoint => $"{Variable("ISSUER")}/access_token";

    public static string KeyFile => Variable("KEY_FILE");

    public static string Kid => Variable("KID");

    /// <summary>Adds the client to the simulator's client file, which is read anew for each request.</summary>
    public static LocalCis2 WithRegisteredClient()
    {
        string file = Variable("CLIENTS_FILE");
        JsonNode document = JsonNode.Parse(File.ReadAllText(file))!;
        JsonArray clients = document["clients"]!.AsArray();
        if (clients.Any(client => (string?)client!["client_id"] == ClientId))
        {
            return new LocalCis2();
        }

        using Cis2SigningKey key = Cis2SigningKey.FromPemFile(KeyFile, Kid, Cis2SigningAlgorithm.RS512);
        clients.Add(new JsonObject
        {
            ["client_id"] = ClientId,
            ["redirect_uris"] = new JsonArray(Variable("REDIRECT_URI")),
            ["jwks"] = JsonNode.Parse(key.JwkSet),
            ["algorithm"] = "RS512",
        });
        File.WriteAllText($"{file}.new", document.ToJsonString());
        File.Move($"{file}.new", file, overwrite: true);
        return new LocalCis2();
    }

    /// <summary>Exchanges a fresh code with an assertion, as the posted controller does: without PKCE.</summary>
    public async Task<Verdict> ExchangeAsync(string assertion)
    {
        string redirectUri = Variable("REDIRECT_URI");
        using HttpResponseMessage back = await _http.GetAsync(
            new Uri($"{Variable("ISSUER")}/authorize?response_type=code&scope=openid&state=s&client_id={ClientId}&redirect_uri={Uri.EscapeDataString(redirectUri)}&simulator_person=one-role"));
        string code = back.Headers.Location!.OriginalString.Split("code=")[1].Split('&')[0];
        using var form = new FormUrlEncodedContent(new Dictionary<string, string>
        {
            ["grant_type"] = "authorization_code",
            ["code"] = Uri.UnescapeDataString(code),
            ["redirect_uri"] = redirectUri,
            ["client_id"] = ClientId,
            ["client_assertion_type"] = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer",
            ["client_assertion"] = assertion,
        });
        using HttpResponseMessage answer = await _http.PostAsync(new Uri(TokenEndpoint), form);
        JsonNode said = JsonNode.Parse(await answer.Content.ReadAsStringAsync())!;
        return answer.IsSuccessStatusCode
            ? new Verdict(Taken: true, $"200: {string.Join(", ", said.AsObject().Select(member => member.Key))}", "taken")
            : new Verdict(Taken: false, $"{(int)answer.StatusCode}: {said["error"]}: {said["error_description"]}", await LastReasonAsync());
    }

    public void Dispose() => _http.Dispose();

    private async Task<string> LastReasonAsync()
    {
        JsonNode answer = JsonNode.Parse(await _http.GetStringAsync(new Uri(Variable("REASONS"))))!;
        JsonNode last = (answer as JsonArray ?? answer["reasons"]!.AsArray())[^1]!;
        return $"{last["rule"]} ({last["origin"]}): {last["reason"]}";
    }

    private static string Variable(string name) => Environment.GetEnvironmentVariable($"CIS2_SIM_{name}")
        ?? throw new InvalidOperationException($"CIS2_SIM_{name} is not set: run this beside the simulator (tools/with-simulator.sh).");
}
