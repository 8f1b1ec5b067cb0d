using System.Security.Cryptography;
using Cis2Auth.Tests.Support;
using Xunit;

namespace Cis2Auth.Tests.Options;

/// <summary>What is asked for in an authorization, and which sealed requests a client opens.</summary>
public sealed class RequestTests
{
    [Theory]
    [InlineData("state", "value")]
    [InlineData("nonce", "value")]
    [InlineData("code_challenge", "value")]
    [InlineData("client_id", "value")]
    [InlineData("redirect_uri", "value")]
    [InlineData("response_type", "value")]
    [InlineData("scope", "value")]
    [InlineData("max_age", "60")]
    [InlineData("", "value")]
    [InlineData("na\0me", "value")]
    [InlineData("name", "val\0ue")]
    public async Task CreateAuthorizationRequestAsync_ParameterThatIsNotOnesOwn_ThrowsArgumentExceptionWithTheCode(string name, string value)
    {
        var parameters = new Cis2AuthorizationParameters();
        parameters.Additional.Add(name, value);
        var refusal = Assert.IsType<ArgumentException>(await RefusalAsync(parameters));
        Assert.Equal((int)Cis2ErrorCode.InvalidArgument, refusal.Data["Cis2ErrorCode"]);
    }

    [Theory]
    [InlineData("oidc profile")]
    [InlineData("profile")]
    public async Task CreateAuthorizationRequestAsync_ScopeWithoutOpenid_Throws(string scope) =>
        Refusal.Is(Cis2ErrorCode.ScopeWithoutOpenid, await RefusalAsync(new Cis2AuthorizationParameters { Scope = scope }));

    [Theory]
    [InlineData("AAL4_ANY")]
    [InlineData("AAL3_ANY aal2_any")]
    public async Task CreateAuthorizationRequestAsync_ClassThatThePlatformDoesNotKnow_Throws(string acrValues) =>
        Refusal.Is(Cis2ErrorCode.AcrUnknown, await RefusalAsync(new Cis2AuthorizationParameters { AcrValues = acrValues }));

    [Fact]
    public async Task CreateAuthorizationRequestAsync_NegativeMaxAge_ThrowsOutOfRange()
    {
        Exception? thrown = await RefusalAsync(new Cis2AuthorizationParameters { MaxAge = TimeSpan.FromSeconds(-1) });
        Assert.Equal(nameof(Cis2AuthorizationParameters.MaxAge), Assert.IsType<ArgumentOutOfRangeException>(thrown).ParamName);
    }

    [Fact]
    public async Task CreateAuthorizationRequestAsync_EverythingAskedFor_IsInTheAddress()
    {
        var parameters = new Cis2AuthorizationParameters { Scope = "openid profile", AcrValues = "AAL3_ANY", MaxAge = TimeSpan.FromMinutes(5), Prompt = "login", UILocales = "cy en" };
        parameters.Additional.Add("further", "a b&c=\U0001F600");
        using var handler = new CannedHandler(new Provider());
        using var http = new HttpClient(handler);
        using Cis2Client client = TestClient.Over(http);
        IReadOnlyDictionary<string, string> query = Query.Of((await client.CreateAuthorizationRequestAsync(parameters, TestContext.Current.CancellationToken)).Url);
        Assert.Equal(
            ("openid profile", "AAL3_ANY", "300", "login", "cy en", "a b&c=\U0001F600"),
            (query["scope"], query["acr_values"], query["max_age"], query["prompt"], query["ui_locales"], query["further"]));
    }

    [Theory]
    [InlineData("", Cis2ErrorCode.RequestMalformed)]
    [InlineData("nonsense", Cis2ErrorCode.RequestMalformed)]
    [InlineData("1.\0", Cis2ErrorCode.RequestMalformed)]
    public void RestoreAuthorizationRequest_NoSealedRequest_Throws(string text, Cis2ErrorCode code)
    {
        using Cis2Client client = Sealing(new byte[32]);
        Refusal.Is(code, Record.Exception(() => client.RestoreAuthorizationRequest(text)));
    }

    [Fact]
    public void RestoreAuthorizationRequest_AMegabyte_ThrowsAndShowsNoneOfIt()
    {
        using Cis2Client client = Sealing(new byte[32]);
        Cis2Exception refusal = Assert.IsType<Cis2ProtocolException>(Record.Exception(() => client.RestoreAuthorizationRequest("1." + new string('A', 1024 * 1024))));
        Assert.True(refusal.Message.Length < 1000);
    }

    [Fact]
    public async Task RestoreAuthorizationRequest_OfAnotherSecret_ThrowsSealForeign()
    {
        string sealedRequest = await SealedAsync(RandomNumberGenerator.GetBytes(32));
        using Cis2Client client = Sealing(RandomNumberGenerator.GetBytes(32));
        Refusal.Is(Cis2ErrorCode.RequestSealForeign, Record.Exception(() => client.RestoreAuthorizationRequest(sealedRequest)));
    }

    [Fact]
    public async Task RestoreAuthorizationRequest_OfTheSecretBefore_IsOpened()
    {
        byte[] before = RandomNumberGenerator.GetBytes(32);
        string sealedRequest = await SealedAsync(before);
        using Cis2Client client = Sealing(RandomNumberGenerator.GetBytes(32), options => options.PreviousStateSecret = before);
        Assert.Empty(client.RestoreAuthorizationRequest(sealedRequest).Url);
    }

    [Fact]
    public async Task RestoreAuthorizationRequest_OfAnotherClient_ThrowsClientForeign()
    {
        byte[] secret = RandomNumberGenerator.GetBytes(32);
        string sealedRequest = await SealedAsync(secret);
        using Cis2Client client = Sealing(secret, options => options.ClientId = "999999999999.apps.supplier");
        Refusal.Is(Cis2ErrorCode.RequestClientForeign, Record.Exception(() => client.RestoreAuthorizationRequest(sealedRequest)));
    }

    [Fact]
    public async Task Methods_OfADisposedClient_ThrowObjectDisposed()
    {
        Cis2Client client = Sealing(new byte[32]);
        client.Dispose();
        client.Dispose();
        using Cis2KeySet keys = Cis2KeySet.FromJson(ProviderKeys.KeySet(row: null));
        Assert.Throws<ObjectDisposedException>(() => client.RestoreAuthorizationRequest("1."));
        Assert.Throws<ObjectDisposedException>(() => client.CreateClientAssertion());
        Assert.Throws<ObjectDisposedException>(() => client.ValidateIdToken("x", keys, new Cis2IdTokenExpectations(nonce: null)));
        await Assert.ThrowsAsync<ObjectDisposedException>(() => client.CreateAuthorizationRequestAsync(cancellationToken: TestContext.Current.CancellationToken));
    }

    [Theory]
    [InlineData(9)]
    [InlineData(301)]
    public void CreateClientAssertion_LifetimeOutOfBounds_Throws(int seconds)
    {
        using Cis2SigningKey key = TestClient.Key();
        Refusal.Is(Cis2ErrorCode.ConfigInvalid, Record.Exception(() => key.CreateClientAssertion(Provider.ClientId, Provider.TokenEndpoint, TimeSpan.FromSeconds(seconds))));
    }

    [Fact]
    public void CreateClientAssertion_EmptyAudience_ThrowsArgumentExceptionWithTheCode()
    {
        using Cis2Client client = Sealing(new byte[32]);
        ArgumentException refusal = Assert.Throws<ArgumentException>(() => client.CreateClientAssertion(string.Empty));
        Assert.Equal((int)Cis2ErrorCode.InvalidArgument, refusal.Data["Cis2ErrorCode"]);
    }

    [Theory]
    [InlineData("https://cis2.localhost/openam/oauth2/realms/root/realms/NHSIdentity/realms/Healthcare/access_token")]
    [InlineData("https://elsewhere.localhost/token")]
    public void CreateClientAssertion_AudienceThatThePlatformWouldNotTake_ThrowsAudienceForeign(string audience)
    {
        using Cis2Client client = Sealing(new byte[32]);
        Refusal.Is(Cis2ErrorCode.AudienceForeign, Record.Exception(() => client.CreateClientAssertion(audience)));
    }

    private static Cis2Client Sealing(byte[] secret, Action<Cis2ClientOptions>? change = null, HttpClient? http = null)
    {
        using Cis2SigningKey key = TestClient.Key();
        Cis2ClientOptions options = TestClient.Options(key);
        options.StateSecret = secret;
        change?.Invoke(options);
        return new Cis2Client(options, http);
    }

    private static async Task<string> SealedAsync(byte[] secret)
    {
        using var handler = new CannedHandler(new Provider());
        using var http = new HttpClient(handler);
        using Cis2Client client = Sealing(secret, http: http);
        string text = (await client.CreateAuthorizationRequestAsync(cancellationToken: TestContext.Current.CancellationToken)).Sealed;
        SecretScan.Mark("sealed request", text);
        return text;
    }

    private static async Task<Exception?> RefusalAsync(Cis2AuthorizationParameters parameters)
    {
        using var handler = new CannedHandler(new Provider());
        using var http = new HttpClient(handler);
        using Cis2Client client = TestClient.Over(http);
        return await Record.ExceptionAsync(() => client.CreateAuthorizationRequestAsync(parameters, TestContext.Current.CancellationToken));
    }
}
