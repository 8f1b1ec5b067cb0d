using System.Text.Json.Nodes;
using Cis2Auth.Tests.Support;
using Xunit;

namespace Cis2Auth.Tests.Options;

/// <summary>Rows that the library knows, and rows of one's own.</summary>
public sealed class PlatformTests
{
    [Fact]
    public void FromJson_ManyFaults_NamesAllAtOnce()
    {
        string row = PlatformRow.With(change: row =>
        {
            row["identity"] = "nobody";
            row["issuer"] = "http://cis2.localhost/plain";
            row["audience_mode"] = "guess";
            row["algorithms"] = new JsonArray("HS256");
            row["pkce"] = "sometimes";
            row["default_level"] = 1000;
            row["colour"] = "blue";
        });
        Cis2Exception refusal = Refusal.Is(Cis2ErrorCode.PlatformRowInvalid, Record.Exception(() => Cis2Platform.FromJson(row)));
        Assert.All(
            (string[])["identity", "issuer", "audience_mode", "algorithms", "pkce", "default_level", "colour"],
            member => Assert.Contains(member, refusal.Message, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("")]
    [InlineData("{}")]
    [InlineData("[]")]
    [InlineData("null")]
    [InlineData("{\"version\": 1")]
    [InlineData("\0")]
    public void FromJson_NoRow_ThrowsPlatformRowInvalid(string row) =>
        Refusal.Is(Cis2ErrorCode.PlatformRowInvalid, Record.Exception(() => Cis2Platform.FromJson(row)));

    [Fact]
    public void FromJson_ARowOfOnesOwn_MakesAClient()
    {
        using Cis2SigningKey key = TestClient.Key();
        Cis2ClientOptions options = TestClient.Options(key);
        options.Platform = Cis2Platform.FromJson(PlatformRow.With("cis2.example"));
        using var client = new Cis2Client(options);
        string[] parts = client.CreateClientAssertion().Value.Split('.');
        Assert.Equal(Provider.TokenEndpoint.Replace("cis2.localhost", "cis2.example", StringComparison.Ordinal), (string?)JsonNode.Parse(Base64.FromUrl(parts[1]))!["aud"]);
    }

    [Fact]
    public void FromName_EachRow_IsThatRow() => Assert.All(Cis2Platform.All, row => Assert.Same(row, Cis2Platform.FromName(row.Name)));

    [Theory]
    [InlineData("")]
    [InlineData("CIS2-INTEGRATION")]
    [InlineData("cis2-integration\0")]
    public void FromName_NoRow_ThrowsAndNamesAll(string name)
    {
        ArgumentException refusal = Assert.Throws<ArgumentException>(nameof(name), () => Cis2Platform.FromName(name));
        Assert.All(Cis2Platform.All, row => Assert.Contains(row.Name, refusal.Message, StringComparison.Ordinal));
    }
}
