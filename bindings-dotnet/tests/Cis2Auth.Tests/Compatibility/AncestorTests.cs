using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Cis2Auth.Compatibility;
using Cis2Auth.Tests.Support;
using Xunit;

namespace Cis2Auth.Tests.Compatibility;

/// <summary>What the class that was replaced got wrong, row by row: each is right in ours.</summary>
public sealed class AncestorTests
{
    private const string Audience = "https://am.nhsint.auth-ptl.cis2.spineservices.nhs.uk:443/openam/oauth2/realms/root/realms/NHSIdentity/realms/Healthcare/access_token";
    private const string ClientId = "123456789012.apps.supplier";

    /// <summary>The question, what the ancestor did, and what ours must do.</summary>
    private static readonly (string Question, string Ancestor, Action Ours)[] s_table =
    [
        ("exp", "a text, but for luck", () => HasClaim("exp", JsonValueKind.Number)),
        ("iat", "absent, or a text", () => HasClaim("iat", JsonValueKind.Number)),
        ("aud", "twice in a list where it is said twice", () => HasClaim("aud", JsonValueKind.String)),
        ("aud, byte for byte", "lost :443 with Uri", () => Assert.Equal(Audience, (string?)Minted().Claims["aud"])),
        ("nbf", "now: a clock one second behind refuses", () => Assert.False(Minted().Claims.ContainsKey("nbf"))),
        ("claims", "all that were in some list", () => Assert.Equal(["aud", "exp", "iat", "iss", "jti", "sub"], Minted().Claims.Select(claim => claim.Key).Order())),
        ("lifetime", "300 seconds, refused where a clock is fast", () => Assert.Equal(60, (long)Minted().Claims["exp"]! - (long)Minted().Claims["iat"]!, tolerance: 1)),
        ("jti", "fresh", () => Assert.NotEqual((string?)Minted().Claims["jti"], (string?)Minted().Claims["jti"])),
        ("header", "alg, kid, typ", () => Assert.Equal("""{"alg":"RS512","kid":"test-13","typ":"JWT"}""", Json.Text(new JsonObject(Minted().Header.OrderBy(member => member.Key).Select(member => KeyValuePair.Create(member.Key, member.Value?.DeepClone())))))),
        ("algorithm of the constructor", "ignored: always RS512", () => Assert.Equal("RS256", (string?)Minted(algorithm: Cis2SigningAlgorithm.RS256).Header["alg"])),
        ("kid null", "no kid in the header", () => Assert.Throws<ArgumentNullException>("kid", () => Mint(kid: null!))),
        ("kid empty", "an empty kid", () => Refuses(Cis2ErrorCode.KeyIdInvalid, kid: string.Empty)),
        ("PKCS#1", "read", () => Minted("rsa2048.pkcs1.pem")),
        ("PKCS#8, as OpenSSL 3 writes it", "FormatException: no valid Base-64", () => Minted("rsa2048.pkcs8.pem")),
        ("CRLF", "read", () => Minted("rsa2048.crlf.pem")),
        ("byte order mark", "read, but for PKCS#8", () => Minted("rsa2048.bom.pem")),
        ("Bag Attributes before the key", "FormatException", () => Minted("rsa2048.bag-attributes.pem")),
        ("DER, by isPem: false", "FormatException", () => ReadsDer("rsa2048.pkcs8.der")),
        ("cut-off file", "ASN1 corrupted data", () => Refuses(Cis2ErrorCode.KeyCutOff, "rsa2048.cut-off.pem")),
        ("encrypted", "FormatException", () => Refuses(Cis2ErrorCode.KeyEncrypted, "rsa2048.encrypted.pem", "openssl pkcs8")),
        ("public key", "FormatException, or accepted", () => Refuses(Cis2ErrorCode.KeyIsPublic, "rsa2048.public.pem", "public key")),
        ("certificate", "FormatException", () => Refuses(Cis2ErrorCode.KeyIsCertificate, "rsa2048.certificate.pem", "certificate")),
        ("PKCS#12", "FormatException", () => Refuses(Cis2ErrorCode.KeyIsPkcs12, "rsa2048.p12", "openssl pkcs12")),
        ("EC key for an RSA algorithm", "FormatException", () => Refuses(Cis2ErrorCode.KeyAlgorithmMismatch, "p256.pkcs8.pem", "P-256")),
        ("RSA key for an EC algorithm", "NotSupportedException", () => Refuses(Cis2ErrorCode.KeyAlgorithmMismatch, "rsa2048.pkcs8.pem", "ES256", algorithm: Cis2SigningAlgorithm.ES256)),
        ("1024 bits", "signs happily", () => Refuses(Cis2ErrorCode.KeyTooShort, "rsa1024.pkcs8.pem", "1024")),
        ("harmless facts in texts", "PII is hidden", () => Refuses(Cis2ErrorCode.KeyIsPublic, "rsa2048.public.pem", "2048")),
        ("no such file", "FileNotFoundException", () => Assert.Throws<FileNotFoundException>(() => Mint("none.pem"))),
        ("dispose, then mint", "signs, or every second time not", () => RefusesAfterDispose()),
        ("the file goes, then mint", "reads it anew", () => MintsWithoutItsFile()),
        ("API key as client id", "JWT is not valid, from CIS2", () => Refuses(Cis2ErrorCode.ClientIdIsApiKey, clientId: "Kd83hsQ0zVn5XwLt7RbYc2mPfG6jEaU9", says: ".apps.supplier")),
        ("aud without :443", "JWT is not valid, from CIS2", () => Refuses(Cis2ErrorCode.AudienceForeign, audience: Audience.Replace(":443", string.Empty, StringComparison.Ordinal), says: ":443")),
        ("aud that is the issuer", "JWT is not valid, from CIS2", () => Refuses(Cis2ErrorCode.AudienceForeign, audience: Audience.Replace("/access_token", string.Empty, StringComparison.Ordinal))),
        ("a host that is nobody's", "left alone", () => Assert.Equal("any id", (string?)Minted(clientId: "any id", audience: "https://mock.example/token").Claims["iss"])),
        ("the API Platform", "left alone, with its API key", () => Minted(clientId: "Kd83hsQ0zVn5XwLt7RbYc2mPfG6jEaU9", audience: "https://int.api.service.nhs.uk/oauth2/token")),
    ];

    public static IEnumerable<TheoryDataRow<string, string>> Rows => s_table.Select(row => new TheoryDataRow<string, string>(row.Question, row.Ancestor));

    [Theory]
    [MemberData(nameof(Rows))]
    public void Handler_WhereTheAncestorWasWrong_IsRight(string question, string ancestor)
    {
        Assert.NotEmpty(ancestor);
        s_table.Single(row => row.Question == question).Ours();
    }

    [Fact]
    public void GenerateJwt_IsVerifiedByThePublicHalf()
    {
        using Cis2SigningKey key = TestClient.Key(Cis2SigningAlgorithm.RS512);
        string[] parts = Mint().Split('.');
        using var rsa = System.Security.Cryptography.RSA.Create();
        rsa.ImportFromPem(File.ReadAllText(Repository.Vectors("keys/rsa2048.public.pem")));
        Assert.True(rsa.VerifyData(
            Encoding.ASCII.GetBytes($"{parts[0]}.{parts[1]}"),
            Base64.FromUrl(parts[2]),
            System.Security.Cryptography.HashAlgorithmName.SHA512,
            System.Security.Cryptography.RSASignaturePadding.Pkcs1));
    }

    private static string Mint(
        string file = "rsa2048.pkcs8.pem", string kid = "test-13", string clientId = ClientId, string audience = Audience, Cis2SigningAlgorithm? algorithm = null)
    {
        string path = Repository.Vectors($"keys/{file}");
        using UserRestrictedJwtHandler handler = algorithm is { } named
            ? new UserRestrictedJwtHandler(path, audience, clientId, kid, named)
            : new UserRestrictedJwtHandler(path, audience, clientId, kid);
        string assertion = SecretScan.Show(handler).GenerateJwt();
        SecretScan.Mark("assertion", assertion);
        return assertion;
    }

    private static (JsonObject Header, JsonObject Claims) Minted(
        string file = "rsa2048.pkcs8.pem", string clientId = ClientId, string audience = Audience, Cis2SigningAlgorithm? algorithm = null)
    {
        string[] parts = Mint(file, clientId: clientId, audience: audience, algorithm: algorithm).Split('.');
        Assert.Equal(3, parts.Length);
        return (Part(parts[0]), Part(parts[1]));
    }

    // Repeated members are refused: two readers could see two tokens.
    private static JsonObject Part(string part)
    {
        byte[] json = Base64.FromUrl(part);
        using JsonDocument once = JsonDocument.Parse(json, new JsonDocumentOptions { AllowDuplicateProperties = false });
        return JsonNode.Parse(json)!.AsObject();
    }

    private static void HasClaim(string name, JsonValueKind kind) => Assert.Equal(kind, Minted().Claims[name]!.GetValueKind());

    private static void Refuses(
        Cis2ErrorCode code, string file = "rsa2048.pkcs8.pem", string says = "", string kid = "test-13", string clientId = ClientId, string audience = Audience, Cis2SigningAlgorithm? algorithm = null)
    {
        Cis2Exception refusal = Refusal.Is(code, Record.Exception(() => Mint(file, kid, clientId, audience, algorithm)));
        Assert.Contains(says, refusal.Message, StringComparison.Ordinal);
    }

    private static void ReadsDer(string file)
    {
        using var handler = new UserRestrictedJwtHandler(Repository.Vectors($"keys/{file}"), Audience, ClientId, "test-13", isPem: false);
        Assert.Equal(3, handler.GenerateJwt().Split('.').Length);
    }

    private static void RefusesAfterDispose()
    {
        var handler = new UserRestrictedJwtHandler(Repository.Vectors("keys/rsa2048.pkcs8.pem"), Audience, ClientId, "test-13");
        handler.Dispose();
        handler.Dispose();
        Assert.Throws<ObjectDisposedException>(handler.GenerateJwt);
    }

    private static void MintsWithoutItsFile()
    {
        string file = Path.GetTempFileName();
        File.Copy(Repository.Vectors("keys/rsa2048.pkcs8.pem"), file, overwrite: true);
        using var handler = new UserRestrictedJwtHandler(file, Audience, ClientId, "test-13");
        File.Delete(file);
        Assert.NotEqual(handler.GenerateJwt(), handler.GenerateJwt());
    }
}
