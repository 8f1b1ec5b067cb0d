using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Cis2Auth.Tests.Support;

/// <summary>The values that rows name with a <c>$</c>, and what a row's token and answer look like with them put in.</summary>
internal sealed class World(string state, string nonce, long now)
{
    public const string Subject = "656005750104";
    public const string AccessToken = "9SrRLS-XxM65UGJRlXR_6lqf604";
    public const string Code = "Zk3Vq8mRk0yTj1aBcD2eFg";

    // Longer names first: $state is the beginning of $state_cut.
    private readonly (string Name, string Value)[] _names =
    [
        ("$issuer_without_port", WithoutPort(Provider.Issuer)),
        ("$issuer_upper", Provider.Issuer.Replace("cis2", "CIS2", StringComparison.Ordinal)),
        ("$issuer", Provider.Issuer),
        ("$state_swapped", Swapped(state)),
        ("$state_cut", state[..^1]),
        ("$state", state),
        ("$code", Code),
        ("$client_id", Provider.ClientId),
        ("$redirect_uri", Provider.RedirectUri),
        ("$token_endpoint_without_port", WithoutPort(Provider.TokenEndpoint)),
        ("$token_endpoint", Provider.TokenEndpoint),
        ("$access_token", AccessToken),
        ("$at_hash", Base64.Url(SHA256.HashData(Encoding.UTF8.GetBytes(AccessToken)).AsSpan(0, 16))),
        ("$nonce", nonce),
        ("$sub", Subject),
        ("$kid_swapped", Swapped(ProviderKeys.Kid)),
        ("$kid_base64url", ProviderKeys.Kid.Replace('/', '_').Replace('+', '-').Replace("=", string.Empty, StringComparison.Ordinal)),
        ("$kid", ProviderKeys.Kid),
    ];

    public string Text(string text) =>
        _names.Aggregate(text, (filled, name) => filled.Replace(name.Name, name.Value, StringComparison.Ordinal));

    /// <summary>The ID token of a row; null for the good one.</summary>
    public string IdToken(JsonNode? row)
    {
        JsonNode table = Repository.Table("hostile/id_tokens.json")["base"]!;
        string header = Json.Inserted(Json.Text(Changed(table["header"]!, row?["header"])), Inserted(row?["insert_header"]));
        byte[] payload = (string?)row?["payload_hex"] is { } hex
            ? Convert.FromHexString(hex)
            : Encoding.UTF8.GetBytes((string?)row?["payload"] ?? Json.Inserted(Json.Text(Changed(table["claims"]!, row?["claims"])), Inserted(row?["insert"])));
        return CompactForm.Write(header, payload, (string?)row?["compact"] ?? "exact", (string?)row?["signature"] ?? "main_key");
    }

    /// <summary>The body of a row's token answer, with the ID token that fits its access token; null for the good one.</summary>
    public byte[] AnswerBody(JsonNode? row, string idToken)
    {
        if ((string?)row?["body_hex"] is { } hex)
        {
            return Convert.FromHexString(hex);
        }

        string text = (string?)row?["body"]
            ?? Json.Inserted(Json.Text(Changed(Repository.Table("hostile/token_answers.json")["base"]!, row?["change"])), Inserted(row?["insert"]))
                .Replace("$id_token", idToken, StringComparison.Ordinal);
        return Encoding.UTF8.GetBytes(text);
    }

    private string? Inserted(JsonNode? insert) => insert is null ? null : Text((string)insert!);

    /// <summary>A base object with a row's changes.</summary>
    private JsonObject Changed(JsonNode origin, JsonNode? changes)
    {
        var changed = (JsonObject)Filled(origin)!;
        foreach ((string name, JsonNode? change) in changes as JsonObject ?? [])
        {
            if (change is JsonObject instruction && instruction.ContainsKey("$remove"))
            {
                changed.Remove(name);
            }
            else
            {
                changed[name] = Filled(change);
            }
        }

        return changed;
    }

    /// <summary>A JSON value with its names and times put in.</summary>
    private JsonNode? Filled(JsonNode? value) => value switch
    {
        JsonArray items => new JsonArray([.. items.Select(Filled)]),
        JsonObject time when time["$now"] is { } seconds => now + (long)seconds,
        JsonObject time when time["$now_text"] is { } seconds => (now + (long)seconds).ToString(CultureInfo.InvariantCulture),
        JsonObject time when time["$now_float"] is { } seconds => now + (double)seconds,
        JsonObject members => new JsonObject(members.Select(member => KeyValuePair.Create(member.Key, Filled(member.Value)))),
        JsonValue text when text.GetValueKind() == JsonValueKind.String => (string)text! == "$other_jwk" ? ProviderKeys.OtherJwk : Text((string)text!),
        _ => value?.DeepClone(),
    };

    private static string WithoutPort(string address) => address.Replace(":443/", "/", StringComparison.Ordinal);

    private static string Swapped(string text) =>
        string.Concat(text.Select(c => char.IsLower(c) ? char.ToUpperInvariant(c) : char.ToLowerInvariant(c)));
}
