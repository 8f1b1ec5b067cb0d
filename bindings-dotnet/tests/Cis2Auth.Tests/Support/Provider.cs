using System.Collections.Concurrent;
using System.Text;
using System.Text.Json.Nodes;

namespace Cis2Auth.Tests.Support;

/// <summary>A request as the provider got it.</summary>
internal sealed record Asked(string Method, string Url, string Host, byte[]? Body)
{
    public IReadOnlyDictionary<string, string> Form => Body is null ? new Dictionary<string, string>() : Query.Parse(Encoding.UTF8.GetString(Body));
}

/// <summary>An answer: headers as lines, and the address from which it comes if that is not the one that was asked.</summary>
internal sealed record Canned(int Status, string Headers, byte[] Body, string? FinalUrl = null)
{
    public static Canned OkJson(string body) => new(200, "Content-Type: application/json\r\n", Encoding.UTF8.GetBytes(body));
}

/// <summary>A provider of the local simulator's row, in memory: discovery, key set, and the token answer that a test wants.</summary>
internal sealed class Provider
{
    public const string Issuer = "https://cis2.localhost:443/openam/oauth2/realms/root/realms/NHSIdentity/realms/Healthcare";
    public const string TokenEndpoint = $"{Issuer}/access_token";
    public const string ClientId = "123456789012.apps.supplier";
    public const string RedirectUri = "https://localhost:44358/authorise.aspx";

    private readonly ConcurrentQueue<Asked> _asked = new();

    public JsonNode? Metadata { get; init; }

    public string KeySet { get; init; } = ProviderKeys.KeySet(row: null);

    /// <summary>Set when the browser comes back: before it, nobody asks for tokens.</summary>
    public Func<Canned>? Token { get; set; }

    public IReadOnlyList<Asked> Asked => [.. _asked];

    public IReadOnlyList<Asked> AskedForTokens => [.. _asked.Where(asked => asked.Url.EndsWith("/access_token", StringComparison.Ordinal))];

    public Canned Answer(Asked asked)
    {
        _asked.Enqueue(asked);
        foreach (string name in (string[])["code", "client_assertion", "code_verifier"])
        {
            SecretScan.Mark(name, asked.Form.GetValueOrDefault(name));
        }

        return asked.Url.Split('/')[^1] switch
        {
            "openid-configuration" => Canned.OkJson(Json.Text(Discovery())),
            "jwk_uri" => Canned.OkJson(KeySet),
            "access_token" => Token!(),
            _ => new Canned(404, string.Empty, []),
        };
    }

    /// <summary>The same to a server, which sees a path and not the whole address.</summary>
    public Canned AnswerOverWire(Asked asked) => Answer(asked with { Url = $"https://cis2.localhost:443{asked.Url}" });

    private JsonObject Discovery()
    {
        var document = new JsonObject
        {
            ["issuer"] = Issuer,
            ["authorization_endpoint"] = "https://cis2.localhost:8443/openam/oauth2/realms/root/realms/NHSIdentity/realms/Healthcare/authorize",
            ["token_endpoint"] = TokenEndpoint,
            ["userinfo_endpoint"] = $"{Issuer}/userinfo",
            ["jwks_uri"] = $"{Issuer}/connect/jwk_uri",
        };
        foreach ((string name, JsonNode? value) in Metadata as JsonObject ?? [])
        {
            document[name] = value?.DeepClone();
        }

        return document;
    }
}
