using Cis2Auth.Tests.Support;
using Xunit;

namespace Cis2Auth.Tests.Hostile;

/// <summary>The same ID tokens, where they did not come out of a sign-in of this library.</summary>
public sealed class ValidateIdTokenTests
{
    private const string State = "a-state-that-no-token-holds";
    private const string Nonce = "a-nonce-of-another-library";
    private const int MostTries = 20;

    public static IEnumerable<TheoryDataRow<string>> GoodRows => HostileRow.Names("id_tokens", "good");

    public static IEnumerable<TheoryDataRow<string>> HostileRows => HostileRow.Names("id_tokens", "rows");

    [Theory]
    [MemberData(nameof(GoodRows))]
    public void ValidateIdToken_GoodRow_IdentifiesThePerson(string name)
    {
        Exception? refusal = RefusalOf(HostileRow.Find("id_tokens", "good", name));
        Assert.True(refusal is null, refusal?.Message);
    }

    [Theory]
    [MemberData(nameof(HostileRows))]
    public void ValidateIdToken_HostileRow_ThrowsItsOwnCode(string name)
    {
        HostileRow row = HostileRow.Find("id_tokens", "rows", name);
        Refusal.Is(row.Expect, RefusalOf(row));
    }

    [Theory]
    [InlineData("")]
    [InlineData("{}")]
    [InlineData("[]")]
    [InlineData("{\"keys\": 1}")]
    [InlineData("\0")]
    public void FromJson_NoKeySet_Throws(string keys) => Assert.IsType<Cis2ProtocolException>(Record.Exception(() => Cis2KeySet.FromJson(keys)));

    [Fact]
    public void ValidateIdToken_DisposedKeys_ThrowsObjectDisposed()
    {
        using var http = new HttpClient();
        using Cis2Client client = TestClient.Over(http);
        Cis2KeySet keys = Cis2KeySet.FromJson(ProviderKeys.KeySet(row: null));
        keys.Dispose();
        Assert.Throws<ObjectDisposedException>(() => client.ValidateIdToken("a.b.c", keys, new Cis2IdTokenExpectations(Nonce)));
    }

    [Fact]
    public void ValidateIdToken_NegativeMaxAge_ThrowsOutOfRange()
    {
        using var http = new HttpClient();
        using Cis2Client client = TestClient.Over(http);
        using Cis2KeySet keys = Cis2KeySet.FromJson(ProviderKeys.KeySet(row: null));
        var expectations = new Cis2IdTokenExpectations(Nonce) { MaxAge = TimeSpan.FromSeconds(-1) };
        Assert.Throws<ArgumentOutOfRangeException>(nameof(expectations.MaxAge), () => client.ValidateIdToken("a.b.c", keys, expectations));
    }

    private static Exception? RefusalOf(HostileRow row)
    {
        SecretScan.Mark("nonce", Nonce);
        using var http = new HttpClient();
        using Cis2Client client = TestClient.Over(http);
        using Cis2KeySet keys = Cis2KeySet.FromJson(row.KeySet);
        // As in a sign-in: times at an edge are judged within the second in which they were written.
        for (int tries = 1; ; tries++)
        {
            long writtenAt = DateTimeOffset.UtcNow.ToUnixTimeSeconds();
            string token = row.IdToken(new World(State, Nonce, writtenAt));
            SecretScan.Mark("ID token", token);
            Exception? refusal = Record.Exception(() => Assert.Equal(row.Subject, client.ValidateIdToken(token, keys, row.Expectations(Nonce)).Subject));
            if (writtenAt == DateTimeOffset.UtcNow.ToUnixTimeSeconds() || tries == MostTries)
            {
                return refusal;
            }
        }
    }
}
