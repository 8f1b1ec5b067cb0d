using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Cis2Auth.Tests.Support;
using Xunit;

namespace Cis2Auth.Tests.Keys;

/// <summary>Each row of <c>tests/vectors/keys/cases.json</c> through each door that its form has.</summary>
public sealed class KeyFileTests
{
    private const string Table = "keys/cases.json";

    // Keys of their own, which have no thumbprint file: .NET computes theirs.
    private static readonly string[] s_others = ["rsa2056.pem", "rsa3072.pem", "rsa4096.pkcs8.pem"];

    /// <summary>The number of the row and its file: one file may have several rows.</summary>
    public static IEnumerable<TheoryDataRow<int, string>> Rows => Repository.Table(Table)["rows"]!.AsArray()
        .Select((row, number) => new TheoryDataRow<int, string>(number, (string)row!["file"]!));

    [Theory]
    [MemberData(nameof(Rows))]
    public void From_EachKeyFile_GivesItsKeyOrThrowsItsOwnCode(int number, string file)
    {
        JsonNode row = Repository.Table(Table)["rows"]![number]!;
        string path = Repository.Vectors($"keys/{file}");
        SecretScan.MarkKey(path);
        var algorithm = Enum.Parse<Cis2SigningAlgorithm>((string?)row["algorithm"] ?? "RS256");
        string? password = (string?)row["password"];
        foreach (Func<Cis2SigningKey> door in Doors(path, (string?)row["form"] == "der", algorithm, password))
        {
            Judge(row, door);
        }
    }

    [Fact]
    public void EachRowOfTheFile_IsACase() =>
        Assert.Equal(Regex.Count(File.ReadAllText(Repository.Vectors(Table)), "\"file\":"), Rows.Count());

    [Fact]
    public void FromPemFile_NoSuchFile_ThrowsFileNotFound() =>
        Assert.Throws<FileNotFoundException>(() => Cis2SigningKey.FromPemFile(Repository.Vectors("keys/none.pem"), "kid", Cis2SigningAlgorithm.RS256));

    [Fact]
    public void FromPem_MoreThanAMegabyte_ThrowsKeyTooLarge() =>
        Refusal.Is(Cis2ErrorCode.KeyTooLarge, Record.Exception(() => Cis2SigningKey.FromPem(new byte[(1024 * 1024) + 1], "kid", Cis2SigningAlgorithm.RS256)));

    [Theory]
    [InlineData("")]
    [InlineData("with\0nul")]
    public void FromPemFile_KeyIdThatNoHeaderCanHold_ThrowsKeyIdInvalid(string keyId) =>
        Refusal.Is(Cis2ErrorCode.KeyIdInvalid, Record.Exception(() => Cis2SigningKey.FromPemFile(Good, keyId, Cis2SigningAlgorithm.RS256)));

    [Fact]
    public void FromPemFile_NoKeyId_ThrowsArgumentNull() =>
        Assert.Throws<ArgumentNullException>("keyId", () => Cis2SigningKey.FromPemFile(Good, null!, Cis2SigningAlgorithm.RS256));

    [Theory]
    [InlineData(Cis2SigningAlgorithm.None)]
    [InlineData((Cis2SigningAlgorithm)10)]
    public void FromPemFile_NoAlgorithm_ThrowsArgumentExceptionWithTheCode(Cis2SigningAlgorithm algorithm)
    {
        ArgumentException refusal = Assert.Throws<ArgumentException>(() => Cis2SigningKey.FromPemFile(Good, "kid", algorithm));
        Assert.Equal((int)Cis2ErrorCode.InvalidArgument, refusal.Data["Cis2ErrorCode"]);
    }

    [Fact]
    public void PublicJwk_OfAPrivateKey_HoldsNoPrivateMember()
    {
        using Cis2SigningKey key = TestClient.Key();
        var jwk = (JsonObject)JsonNode.Parse(key.PublicJwk)!;
        Assert.Equal(["alg", "e", "kid", "kty", "n", "use"], jwk.Select(member => member.Key).Order());
        Assert.Equal(Json.Text(jwk), Json.Text(JsonNode.Parse(key.JwkSet)!["keys"]![0]));
    }

    private static string Good => Repository.Vectors("keys/rsa2048.pkcs8.pem");

    private static IEnumerable<Func<Cis2SigningKey>> Doors(string path, bool der, Cis2SigningAlgorithm algorithm, string? password)
    {
        byte[] bytes = File.ReadAllBytes(path);
        if (der)
        {
            yield return () => Cis2SigningKey.FromDerFile(path, "kid", algorithm, password);
            yield return () => Cis2SigningKey.FromDer(bytes, "kid", algorithm, password);
            yield break;
        }

        yield return () => Cis2SigningKey.FromPemFile(path, "kid", algorithm, password);
        yield return () => Cis2SigningKey.FromPem(bytes, "kid", algorithm, password);
        // A string is what a key vault gives. Bytes that are no text cannot come that way.
        string text = Encoding.UTF8.GetString(bytes);
        if (Encoding.UTF8.GetBytes(text).AsSpan().SequenceEqual(bytes))
        {
            yield return () => Cis2SigningKey.FromPem(text, "kid", algorithm, password);
        }
    }

    private static void Judge(JsonNode row, Func<Cis2SigningKey> door)
    {
        string expect = (string)row["expect"]!;
        if (expect == "ok")
        {
            using Cis2SigningKey key = SecretScan.Show(door());
            if (Thumbprint(row) is { } thumbprint)
            {
                Assert.Equal(thumbprint, key.Thumbprint);
            }

            return;
        }

        Cis2Exception refusal = Refusal.Is(expect, Record.Exception(door));
        foreach (JsonNode? words in row["says"]!.AsArray())
        {
            Assert.Contains((string)words!, refusal.Message, StringComparison.Ordinal);
        }
    }

    private static string? Thumbprint(JsonNode row)
    {
        string file = (string)row["file"]!;
        if (s_others.Contains(file))
        {
            using var rsa = RSA.Create();
            rsa.ImportFromPem(File.ReadAllText(Repository.Vectors($"keys/{file}")));
            RSAParameters numbers = rsa.ExportParameters(includePrivateParameters: false);
            // RFC 7638 section 3.2: these members, in this order, without white space.
            return Base64.Url(SHA256.HashData(Encoding.UTF8.GetBytes($$"""{"e":"{{Base64.Url(numbers.Exponent)}}","kty":"RSA","n":"{{Base64.Url(numbers.Modulus)}}"}""")));
        }

        string name = (string?)row["key"] ?? "rsa2048";
        return name == "other" ? null : File.ReadAllText(Repository.Vectors($"keys/{name}.thumbprint")).Trim();
    }
}
