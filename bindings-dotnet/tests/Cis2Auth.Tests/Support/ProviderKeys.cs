using System.Security.Cryptography;
using System.Text.Json.Nodes;

namespace Cis2Auth.Tests.Support;

/// <summary>The provider's keys: one that it publishes and one that it does not; and the odd forms in which rows publish them.</summary>
internal static class ProviderKeys
{
    /// <summary>The kid that CIS2's documentation shows: standard base64, with all that a careless hand would change.</summary>
    public const string Kid = "b/O6OvVv1+y+WgrH5Ui9WTioLt0=";

    private static readonly RSA s_main = RSA.Create(2048);
    private static readonly RSA s_other = RSA.Create(2048);

    public static JsonObject OtherJwk => Jwk(s_other, Kid);

    /// <summary>The key set of a row: by default the published key alone.</summary>
    public static string KeySet(JsonNode? row)
    {
        IEnumerable<string> names = row?["keys"]?.AsArray().Select(name => name!.GetValue<string>()) ?? ["main"];
        return Json.Text(new JsonObject { ["keys"] = new JsonArray([.. names.Select(Named)]) });
    }

    /// <summary>The signature of a row over its signing input.</summary>
    public static byte[] Sign(string kind, byte[] input)
    {
        byte[] MainKey() => Rsa(s_main, input, HashAlgorithmName.SHA256);
        switch (kind)
        {
            case "main_key" or "after":
                return MainKey();
            case "other_key":
                return Rsa(s_other, input, HashAlgorithmName.SHA256);
            case "rs512":
                return Rsa(s_main, input, HashAlgorithmName.SHA512);
            case "of_other_payload":
                return Rsa(s_main, [.. input, (byte)'x'], HashAlgorithmName.SHA256);
            case "empty":
                return [];
            case "cut":
                return MainKey()[..200];
            case "bit_changed":
                byte[] changed = MainKey();
                changed[7] ^= 1;
                return changed;
            case "hmac_with_public_key":
                return HMACSHA256.HashData(s_main.ExportRSAPublicKey(), input);
            default:
                throw new ArgumentException($"no signature is called {kind}");
        }
    }

    private static byte[] Rsa(RSA key, byte[] input, HashAlgorithmName hash)
    {
        // One key for all tests, which run at once.
        lock (key)
        {
            return key.SignData(input, hash, RSASignaturePadding.Pkcs1);
        }
    }

    private static JsonObject Named(string name) => name switch
    {
        "main" => Published(),
        "other" => Jwk(s_other, "another"),
        "other_with_our_kid" => OtherJwk,
        "main_for_encryption" => With("use", "enc"),
        "main_for_signing_only" => With("key_ops", new JsonArray("sign")),
        "main_for_rs512" => With("alg", "RS512"),
        "main_for_ps256" => With("alg", "PS256"),
        "main_with_exponent_1" => With("e", "AQ"),
        "short" => With("n", Base64.Url(Enumerable.Repeat((byte)0xff, 128).ToArray())),
        "main_as_oct" => new JsonObject { ["kty"] = "oct", ["kid"] = Kid, ["k"] = "AAAA" },
        "main_as_oct_of_another_kid" => new JsonObject { ["kty"] = "oct", ["kid"] = "symmetric", ["k"] = "AAAA" },
        "main_padded" => With("n", $"{Published()["n"]}=="),
        "broken" => new JsonObject { ["kty"] = "RSA", ["kid"] = "broken", ["n"] = "!", ["e"] = 3 },
        _ => throw new ArgumentException($"no key is called {name}"),
    };

    private static JsonObject Published() => Jwk(s_main, Kid);

    private static JsonObject With(string member, JsonNode value)
    {
        JsonObject key = Published();
        key[member] = value;
        return key;
    }

    private static JsonObject Jwk(RSA key, string kid)
    {
        RSAParameters numbers = key.ExportParameters(includePrivateParameters: false);
        return new JsonObject
        {
            ["kty"] = "RSA",
            ["kid"] = kid,
            ["use"] = "sig",
            ["alg"] = "RS256",
            ["n"] = Base64.Url(numbers.Modulus),
            ["e"] = Base64.Url(numbers.Exponent),
        };
    }
}
