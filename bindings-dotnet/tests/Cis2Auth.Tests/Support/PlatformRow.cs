using System.Text.Json.Nodes;

namespace Cis2Auth.Tests.Support;

/// <summary>The row of the local simulator as JSON, with another host or other members.</summary>
internal static class PlatformRow
{
    public static string With(string host = "cis2.localhost", Action<JsonObject>? change = null)
    {
        string issuer = Provider.Issuer.Replace("cis2.localhost", host, StringComparison.Ordinal);
        var row = new JsonObject
        {
            ["version"] = 1,
            ["name"] = "of-the-tests",
            ["identity"] = "cis2",
            ["issuer"] = issuer,
            ["metadata_url"] = $"{issuer}/.well-known/openid-configuration",
            ["token_endpoint"] = $"{issuer}/access_token",
            ["hosts"] = new JsonArray(host),
            ["audience_mode"] = "token_endpoint",
            ["typ"] = "JWT",
            ["algorithms"] = new JsonArray("RS256", "RS512"),
            ["id_token_algorithms"] = new JsonArray("RS256"),
            ["assertion_lifetime_s"] = 60,
            ["pkce"] = "always",
            ["acr_levels"] = new JsonObject { ["AAL3_ANY"] = 3 },
            ["default_level"] = 3,
            ["sources"] = new JsonObject(),
        };
        change?.Invoke(row);
        return Json.Text(row);
    }
}
