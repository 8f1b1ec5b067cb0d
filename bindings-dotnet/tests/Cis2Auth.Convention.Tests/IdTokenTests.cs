using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Xunit;

namespace Cis2Auth.Convention.Tests;

/// <summary>What C# itself writes and reads of a validation: expectations go in as JSON, claims come out as JSON.</summary>
public sealed class IdTokenTests : IDisposable
{
    private const string Issuer = "https://cis2.localhost:443/openam/oauth2/realms/root/realms/NHSIdentity/realms/Healthcare";
    private const string ClientId = "123456789012.apps.supplier";

    // One for all: making one takes longer than all tests.
    private static readonly RSA s_rsa = RSA.Create(2048);

    private readonly Cis2SigningKey _key;
    private readonly Cis2Client _client;
    private readonly Cis2KeySet _keys;

    public IdTokenTests()
    {
        _key = Cis2SigningKey.FromDer(s_rsa.ExportPkcs8PrivateKey(), "kid", Cis2SigningAlgorithm.RS256);
        _keys = Cis2KeySet.FromJson(_key.JwkSet);
        _client = new Cis2Client(new Cis2ClientOptions
        {
            Platform = Cis2Platform.LocalSimulator,
            ClientId = ClientId,
            RedirectUri = "https://localhost/callback",
            SigningKey = _key,
        });
    }

    public static TheoryData<string, string[]> Amr => new()
    {
        { """["N3_SMARTCARD","pin"]""", ["N3_SMARTCARD", "pin"] },
        { "[]", [] },
        { """["fido",{"a":1},2,null]""", ["fido"] },
        { "\"fido\"", [] },
        { "null", [] },
    };

    [Theory]
    [MemberData(nameof(Amr))]
    public void AuthenticationMethods_AreTheTextsOfAmr(string amr, string[] methods)
    {
        Cis2Identity identity = Validate(new Cis2IdTokenExpectations("nonce"), "nonce", ("amr", JsonSerializer.Deserialize<JsonElement>(amr)));
        Assert.Equal(methods, identity.AuthenticationMethods);
        Assert.Equal(amr, identity.Claims.GetProperty("amr").GetRawText());
    }

    [Fact]
    public void ClaimsJson_IsThePayloadAsReceived()
    {
        Cis2Identity identity = Validate(new Cis2IdTokenExpectations("nonce"), "nonce", ("name", "Zoë \ud83d\ude00"));
        Assert.EndsWith("\"name\":\"Zo\\u00EB \\uD83D\\uDE00\"}", identity.ClaimsJson, StringComparison.Ordinal);
        Assert.Equal("Zoë \ud83d\ude00", identity.Claims.GetProperty("name").GetString());
    }

    [Theory]
    [InlineData("\"},\\")]
    [InlineData("line\nend\0")]
    [InlineData("Zoë \ud83d\ude00 <&'>")]
    public void Expectations_ReachTheLibraryCharacterByCharacter(string nonce) =>
        Assert.Equal(Issuer, Validate(new Cis2IdTokenExpectations(nonce), nonce).Issuer);

    [Fact]
    public void Expectations_WithALoneSurrogate_AreRefused_NotReplaced() =>
        Assert.ThrowsAny<ArgumentException>(() => Validate(new Cis2IdTokenExpectations("\ud83d"), "\ufffd"));

    [Fact]
    public void EachExpectation_IsHeldAgainstTheToken()
    {
        DateTimeOffset now = TimeProvider.System.GetUtcNow();
        (string, object) authenticated = ("auth_time", now.AddMinutes(-10).ToUnixTimeSeconds());
        Assert.NotNull(Validate(All(new TimeSpan(0, 20, 0), now.AddMinutes(-20)), "nonce", authenticated));
        Assert.Equal(Cis2ErrorCode.AuthenticationTooOld, Refusal(() => Validate(All(new TimeSpan(0, 5, 0), now.AddMinutes(-20)), "nonce", authenticated)));
        Assert.Equal(Cis2ErrorCode.AuthenticationNotRepeated, Refusal(() => Validate(All(new TimeSpan(0, 20, 0), now.AddMinutes(-5)), "nonce", authenticated)));
    }

    public void Dispose()
    {
        _client.Dispose();
        _keys.Dispose();
        _key.Dispose();
    }

    private static Cis2IdTokenExpectations All(TimeSpan maxAge, DateTimeOffset loginAskedAt) => new("nonce")
    {
        AccessToken = "any, because the token has no at_hash",
        AcrValues = "AAL3_ANY",
        MaxAge = maxAge,
        LoginAskedAt = loginAskedAt,
        MaxIssueAge = TimeSpan.FromMinutes(1),
    };

    private static Cis2ErrorCode Refusal(Action validate) => Assert.Throws<Cis2TokenValidationException>(validate).ErrorCode;

    private Cis2Identity Validate(Cis2IdTokenExpectations expectations, string nonce, params (string Name, object Value)[] others)
    {
        long now = TimeProvider.System.GetUtcNow().ToUnixTimeSeconds();
        var claims = new Dictionary<string, object>
        {
            ["iss"] = Issuer,
            ["aud"] = ClientId,
            ["sub"] = "555036632103",
            ["iat"] = now,
            ["exp"] = now + 60,
            ["nonce"] = nonce,
            ["acr"] = "AAL3_ANY",
            ["authentication_assurance_level"] = "3",
        };
        foreach ((string name, object value) in others)
        {
            claims[name] = value;
        }

        string input = $"{Encode("""{"alg":"RS256","kid":"kid"}""")}.{Encode(JsonSerializer.Serialize(claims))}";
        byte[] signature = s_rsa.SignData(Encoding.ASCII.GetBytes(input), HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        return _client.ValidateIdToken($"{input}.{Base64Url.EncodeToString(signature)}", _keys, expectations);
    }

    private static string Encode(string text) => Base64Url.EncodeToString(Encoding.UTF8.GetBytes(text));
}
