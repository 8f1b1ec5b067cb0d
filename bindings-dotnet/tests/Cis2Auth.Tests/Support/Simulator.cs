using System.Net;
using System.Security.Cryptography.X509Certificates;
using System.Text.Json.Nodes;

namespace Cis2Auth.Tests.Support;

/// <summary>The local simulator beside which the suite runs (<c>tools/with-simulator.sh</c>).</summary>
internal static class Simulator
{
    /// <summary>A client like the one of <see cref="ClientId"/>, for which RS512 is registered.</summary>
    public const string Rs512ClientId = "555555555555.apps.supplier";

    private static readonly Lazy<X509Certificate2> s_root = new(() => X509Certificate2.CreateFromPem(File.ReadAllText(Variable("CA_FILE"))));

    public static string Issuer => Variable("ISSUER");

    public static string ClientId => Variable("CLIENT_ID");

    public static string KeyFile => Variable("KEY_FILE");

    public static string Kid => Variable("KID");

    public static string RedirectUri => Variable("REDIRECT_URI");

    public static HttpClient NewHttpClient() => new(TestClient.Handler(IPEndPoint.Parse(Variable("LISTEN")), s_root.Value), disposeHandler: true);

    /// <summary>Registers <see cref="Rs512ClientId"/> in the client file, which is read anew for each request.</summary>
    public static void RegisterRs512Client()
    {
        string file = Variable("CLIENTS_FILE");
        JsonNode document = JsonNode.Parse(File.ReadAllText(file))!;
        JsonArray clients = document["clients"]!.AsArray();
        if (clients.Any(client => (string?)client!["client_id"] == Rs512ClientId))
        {
            return;
        }

        using Cis2SigningKey key = Cis2SigningKey.FromPemFile(KeyFile, Kid, Cis2SigningAlgorithm.RS512);
        clients.Add(new JsonObject
        {
            ["client_id"] = Rs512ClientId,
            ["redirect_uris"] = new JsonArray(RedirectUri),
            ["jwks"] = JsonNode.Parse(key.JwkSet),
            ["algorithm"] = "RS512",
        });
        // Nobody may read half a file.
        string fresh = $"{file}.new";
        File.WriteAllText(fresh, Json.Text(document));
        File.Move(fresh, file, overwrite: true);
    }

    /// <summary>What the browser brings back when a person signs in, after an authorization without PKCE, as the posted one is begun.</summary>
    public static async Task<string> CodeAsync(string clientId, CancellationToken cancellationToken)
    {
        using HttpClient browser = NewHttpClient();
        string query = string.Join('&', new Dictionary<string, string>
        {
            ["response_type"] = "code",
            ["client_id"] = clientId,
            ["redirect_uri"] = RedirectUri,
            ["scope"] = "openid",
            ["state"] = "of-the-browser",
            ["simulator_person"] = "one-role",
        }.Select(parameter => $"{parameter.Key}={Uri.EscapeDataString(parameter.Value)}"));
        using HttpResponseMessage answer = await browser.GetAsync(new Uri($"{Issuer}/authorize?{query}"), cancellationToken);
        string code = Query.Of(answer.Headers.Location!.OriginalString)["code"];
        SecretScan.Mark("code", code);
        return code;
    }

    private static string Variable(string name) => Environment.GetEnvironmentVariable($"CIS2_SIM_{name}")
        ?? throw new InvalidOperationException($"CIS2_SIM_{name} is not set: run the tests by tools/with-simulator.sh.");
}
