using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

namespace Cis2Auth.Interop.Tests;

/// <summary>Issues ID tokens in the name of the simulator, with a key of its own: for claims that the simulator never sends.</summary>
internal sealed class Provider : IDisposable
{
    private const string Kid = "provider";

    private readonly RSA _key = RSA.Create(2048);
    private readonly Cis2KeySet _keys;

    public Provider()
    {
        RSAParameters key = _key.ExportParameters(includePrivateParameters: false);
        _keys = Cis2KeySet.FromJson(JsonSerializer.Serialize(new
        {
            keys = new[]
            {
                new { kty = "RSA", use = "sig", alg = "RS256", kid = Kid, n = Base64Url.EncodeToString(key.Modulus), e = Base64Url.EncodeToString(key.Exponent) },
            },
        }));
    }

    /// <summary>Validates a good token in which these claims are others.</summary>
    public Cis2Identity Validate(Cis2Client client, Dictionary<string, object>? others = null)
    {
        string nonce = Convert.ToHexString(RandomNumberGenerator.GetBytes(16));
        long now = TimeProvider.System.GetUtcNow().ToUnixTimeSeconds();
        var claims = new Dictionary<string, object>
        {
            ["iss"] = Simulator.Issuer,
            ["aud"] = Simulator.ClientId,
            ["sub"] = "555036632103",
            ["iat"] = now,
            ["exp"] = now + 60,
            ["nonce"] = nonce,
            ["acr"] = "AAL3_ANY",
            ["authentication_assurance_level"] = "3",
            ["id_assurance_level"] = "3",
        };
        foreach ((string name, object value) in others ?? [])
        {
            claims[name] = value;
        }

        string token = Sign(JsonSerializer.Serialize(claims));
        Markers.Add(token);
        Markers.Add(nonce);
        return client.ValidateIdToken(token, _keys, new Cis2IdTokenExpectations(nonce));
    }

    public void Dispose()
    {
        _keys.Dispose();
        _key.Dispose();
    }

    private string Sign(string claims)
    {
        string input = $"{Encode($$"""{"alg":"RS256","typ":"JWT","kid":"{{Kid}}"}""")}.{Encode(claims)}";
        byte[] signature = _key.SignData(Encoding.ASCII.GetBytes(input), HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        return $"{input}.{Base64Url.EncodeToString(signature)}";
    }

    private static string Encode(string text) => Base64Url.EncodeToString(Encoding.UTF8.GetBytes(text));
}
