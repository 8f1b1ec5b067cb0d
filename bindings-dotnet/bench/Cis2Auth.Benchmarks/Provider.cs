using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using Microsoft.IdentityModel.Tokens;

namespace Cis2Auth.Benchmarks;

/// <summary>What all contenders share: one RSA key of 2048 bits, which here signs assertions and ID tokens alike, and one ID token.</summary>
internal sealed class Provider : IDisposable
{
    public const string KeyId = "b/O6OvVv1+y+WgrH5Ui9WTioLt0=";
    public const string ClientId = "123456789012.apps.supplier";
    public const string Issuer = "https://cis2.localhost:443/openam/oauth2/realms/root/realms/NHSIdentity/realms/Healthcare";
    public const string TokenEndpoint = Issuer + "/access_token";

    // A plus sign in the key id stays one.
    private static readonly JsonSerializerOptions s_plain = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public Provider()
    {
        Rsa = RSA.Create(2048);
        Directory = System.IO.Directory.CreateTempSubdirectory("cis2-bench-").FullName;
        KeyFile = Path.Combine(Directory, "key.pem");
        File.WriteAllText(KeyFile, Rsa.ExportRSAPrivateKeyPem());
        Raw = RawRsa.Load(Rsa.ExportPkcs8PrivateKey(), Rsa.KeySize / 8);
        Nonce = RandomText();
        IdToken = Signed(JsonSerializer.Serialize(Claims()));
        SigningKey = Cis2SigningKey.FromPemFile(KeyFile, KeyId, Cis2SigningAlgorithm.RS256);
        Client = new Cis2Client(new Cis2ClientOptions
        {
            Platform = Cis2Platform.LocalSimulator,
            ClientId = ClientId,
            RedirectUri = "https://localhost/callback",
            SigningKey = SigningKey,
        });
    }

    public RSA Rsa { get; }

    public RawRsa? Raw { get; }

    /// <summary>PKCS#1, as the posted class reads it.</summary>
    public string KeyFile { get; }

    public string Nonce { get; }

    public string IdToken { get; }

    public Cis2SigningKey SigningKey { get; }

    public Cis2Client Client { get; }

    /// <summary>The key for the libraries of Microsoft, whose provider cache is kept by the key object.</summary>
    public RsaSecurityKey SecurityKey => field ??= new RsaSecurityKey(Rsa) { KeyId = KeyId };

    private string Directory { get; }

    public void Dispose()
    {
        Client.Dispose();
        SigningKey.Dispose();
        Rsa.Dispose();
        System.IO.Directory.Delete(Directory, recursive: true);
    }

    private static string RandomText() => Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(32));

    /// <summary>The claims that CIS2 was seen to send, as long as those of the native bench.</summary>
    private Dictionary<string, object> Claims()
    {
        long now = DateTimeOffset.UtcNow.ToUnixTimeSeconds();
        string half = Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(16));
        return new Dictionary<string, object>
        {
            ["at_hash"] = half,
            ["sub"] = "656005750104",
            ["auditTrackingId"] = "b9ed5a0c-0f0a-4a4e-9a5e-1f1c4a0d7f2a",
            ["amr"] = new[] { "N3_SMARTCARD" },
            ["iss"] = Issuer,
            ["tokenName"] = "id_token",
            ["nonce"] = Nonce,
            ["sid"] = half,
            ["aud"] = ClientId,
            ["c_hash"] = half,
            ["acr"] = "AAL3_ANY",
            ["org.forgerock.openidconnect.ops"] = "kQ8wE5rT2yU7",
            ["s_hash"] = half,
            ["azp"] = ClientId,
            ["auth_time"] = now - 5,
            ["realm"] = "/NHSIdentity/Healthcare",
            ["exp"] = now + 3600,
            ["tokenType"] = "JWTToken",
            ["iat"] = now - 1,
            ["authentication_assurance_level"] = "3",
            ["id_assurance_level"] = "3",
            ["selected_roleid"] = "555254242102",
        };
    }

    private string Signed(string payload)
    {
        string header = JsonSerializer.Serialize(new { typ = "JWT", kid = KeyId, alg = "RS256" }, s_plain);
        string input = Base64Url.EncodeToString(Encoding.UTF8.GetBytes(header)) + "." + Base64Url.EncodeToString(Encoding.UTF8.GetBytes(payload));
        byte[] signature = Rsa.SignData(Encoding.UTF8.GetBytes(input), HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        return input + "." + Base64Url.EncodeToString(signature);
    }
}
