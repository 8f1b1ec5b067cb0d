using System.Text.Json.Nodes;
using Cis2Auth.Tests.Support;
using Xunit;

namespace Cis2Auth.Tests.Hostile;

/// <summary>Each row of <c>tests/vectors/hostile</c> through a whole sign-in over an <see cref="HttpClient"/>.</summary>
public sealed class HostileRowTests
{
    public static IEnumerable<TheoryDataRow<string>> GoodCallbacks => HostileRow.Names("callbacks", "good");

    public static IEnumerable<TheoryDataRow<string>> HostileCallbacks => HostileRow.Names("callbacks", "rows");

    public static IEnumerable<TheoryDataRow<string>> GoodTokenAnswers => HostileRow.Names("token_answers", "good");

    public static IEnumerable<TheoryDataRow<string>> HostileTokenAnswers => HostileRow.Names("token_answers", "rows");

    public static IEnumerable<TheoryDataRow<string>> GoodIdTokens => HostileRow.Names("id_tokens", "good");

    public static IEnumerable<TheoryDataRow<string>> HostileIdTokens => HostileRow.Names("id_tokens", "rows");

    [Theory]
    [MemberData(nameof(GoodCallbacks))]
    public async Task SignInAsync_GoodCallback_SignsIn(string name) => await AcceptsAsync(HostileRow.Find("callbacks", "good", name));

    [Theory]
    [MemberData(nameof(HostileCallbacks))]
    public async Task SignInAsync_HostileCallback_ThrowsItsOwnCode(string name) => await RefusesAsync(HostileRow.Find("callbacks", "rows", name));

    [Theory]
    [MemberData(nameof(GoodTokenAnswers))]
    public async Task SignInAsync_GoodTokenAnswer_SignsIn(string name) => await AcceptsAsync(HostileRow.Find("token_answers", "good", name));

    [Theory]
    [MemberData(nameof(HostileTokenAnswers))]
    public async Task SignInAsync_HostileTokenAnswer_ThrowsItsOwnCode(string name)
    {
        HostileRow row = HostileRow.Find("token_answers", "rows", name);
        Cis2Exception refusal = await RefusesAsync(row);
        Assert.DoesNotContain("JWT is not valid", refusal.Message, StringComparison.Ordinal);
        foreach ((string member, JsonNode? words) in row.Words as JsonObject ?? [])
        {
            var protocol = Assert.IsType<Cis2ProtocolException>(refusal);
            Assert.Equal((string?)words, member == "error" ? protocol.Error : protocol.ErrorDescription);
        }
    }

    [Theory]
    [MemberData(nameof(GoodIdTokens))]
    public async Task SignInAsync_GoodIdToken_SignsIn(string name) => await AcceptsAsync(HostileRow.Find("id_tokens", "good", name));

    [Theory]
    [MemberData(nameof(HostileIdTokens))]
    public async Task SignInAsync_HostileIdToken_ThrowsItsOwnCode(string name) => await RefusesAsync(HostileRow.Find("id_tokens", "rows", name));

    [Theory]
    [InlineData("callbacks")]
    [InlineData("token_answers")]
    [InlineData("id_tokens")]
    public void EachRowOfTheFile_IsACaseOfItsOwn(string table)
    {
        string[] cases = [.. HostileRow.Names(table, "good").Select(row => $"good {row.Data}"), .. HostileRow.Names(table, "rows").Select(row => $"hostile {row.Data}")];
        Assert.Equal(HostileRow.CountInText(table), cases.Length);
        Assert.Distinct(cases);
    }

    private static async Task AcceptsAsync(HostileRow row)
    {
        Exception? refusal = await RefusalAsync(row);
        Assert.True(refusal is null, $"{row}: {refusal?.Message}");
    }

    private static async Task<Cis2Exception> RefusesAsync(HostileRow row) => Refusal.Is(row.Expect, await RefusalAsync(row));

    /// <summary>Over a handler that asks nobody; header lines that no message can hold come from a server.</summary>
    private static async Task<Exception?> RefusalAsync(HostileRow row)
    {
        Provider provider = row.NewProvider();
        await using TlsServer? server = row.FitsMessage ? null : new TlsServer(provider.AnswerOverWire);
        using HttpMessageHandler handler = server is null ? new CannedHandler(provider) : TestClient.Handler(server.Address);
        using var http = new HttpClient(handler);
        using Cis2Client client = TestClient.Over(http);
        return await row.NewConversation(provider).RefusalAsync(client);
    }
}
