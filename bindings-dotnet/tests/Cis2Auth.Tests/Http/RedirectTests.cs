using Cis2Auth.Tests.Support;
using Xunit;

namespace Cis2Auth.Tests.Http;

/// <summary>A handed <see cref="HttpClient"/> that follows redirects is noticed, and never carries the assertion to another address.</summary>
public sealed class RedirectTests
{
    private const string Elsewhere = "https://elsewhere.localhost/token";

    [Theory]
    [InlineData(307)]
    [InlineData(308)]
    public async Task SignInAsync_HttpClientFollowsARedirectThatKeepsTheBody_ThrowsAndTheBodyDoesNotArrive(int status)
    {
        var provider = new Provider();
        await using var elsewhere = new TlsServer(provider.AnswerOverWire);
        Exception? refusal = await RefusalAsync(provider, elsewhere, new Canned(status, $"Location: {Elsewhere}\r\n", []));
        Refusal.Is(Cis2ErrorCode.FinalUrlMismatch, refusal);
        Assert.Contains("AllowAutoRedirect = false", refusal!.InnerException?.Message, StringComparison.Ordinal);
        Assert.Equal(0, elsewhere.BodyBytes);
        Assert.Single(provider.AskedForTokens);
    }

    [Theory]
    [InlineData(301)]
    [InlineData(302)]
    [InlineData(303)]
    public async Task SignInAsync_HttpClientFollowsARedirectThatDropsTheBody_ThrowsThoughTheAnswerIsGood(int status)
    {
        Canned? good = null;
        var provider = new Provider();
        await using var elsewhere = new TlsServer(_ => good);
        Exception? refusal = await RefusalAsync(provider, elsewhere, new Canned(status, $"Location: {Elsewhere}\r\n", []), answer => good = answer);
        Refusal.Is(Cis2ErrorCode.FinalUrlMismatch, refusal);
        Assert.Equal(1, elsewhere.Accepted);
        Assert.Equal(0, elsewhere.BodyBytes);
    }

    [Fact]
    public async Task SignInAsync_HttpClientFollowsARedirectToTheSameAddress_ThrowsThoughTheAnswerIsGood()
    {
        var provider = new Provider();
        await using var server = new TlsServer(provider.AnswerOverWire);
        using SocketsHttpHandler handler = TestClient.Handler(server.Address);
        handler.AllowAutoRedirect = true;
        using var http = new HttpClient(handler);
        using Cis2Client client = TestClient.Over(http);
        var redirect = new Canned(302, $"Location: {Provider.TokenEndpoint}\r\n", []);
        var conversation = new Conversation(provider)
        {
            Answer = world => provider.Asked[^1].Method == "POST" ? redirect : Conversation.GoodAnswer(world),
        };
        Refusal.Is(Cis2ErrorCode.FinalUrlMismatch, await conversation.RefusalAsync(client));
        Assert.Equal(["POST", "GET"], provider.AskedForTokens.Select(asked => asked.Method));
    }

    [Fact]
    public async Task CreateAuthorizationRequestAsync_HttpClientFollowsTheDiscoveryElsewhere_Throws()
    {
        var provider = new Provider();
        await using var elsewhere = new TlsServer(_ => provider.Answer(new Asked("GET", $"{Provider.Issuer}/.well-known/openid-configuration", "elsewhere.localhost", null)));
        await using var server = new TlsServer(_ => new Canned(302, $"Location: {Elsewhere}\r\n", []));
        using HttpClient http = Following(server, elsewhere);
        using Cis2Client client = TestClient.Over(http);
        Refusal.Is(Cis2ErrorCode.FinalUrlMismatch, await Record.ExceptionAsync(() => client.CreateAuthorizationRequestAsync(cancellationToken: TestContext.Current.CancellationToken)));
    }

    [Fact]
    public async Task CreateAuthorizationRequestAsync_DiscoveryMovedWithinItsOrigin_IsFollowedByTheLibraryItself()
    {
        var provider = new Provider();
        using var handler = new DelegateHandler(new CannedHandler(provider), (request, next, cancellationToken) =>
            request.RequestUri!.OriginalString.EndsWith("openid-configuration", StringComparison.Ordinal) && !request.RequestUri.OriginalString.Contains("/moved/", StringComparison.Ordinal)
                ? Task.FromResult(new HttpResponseMessage(System.Net.HttpStatusCode.Found) { Headers = { Location = new Uri("/moved/openid-configuration", UriKind.Relative) }, RequestMessage = request })
                : next(request, cancellationToken));
        using var http = new HttpClient(handler);
        using Cis2Client client = TestClient.Over(http);
        Cis2AuthorizationRequest request = await client.CreateAuthorizationRequestAsync(cancellationToken: TestContext.Current.CancellationToken);
        Assert.StartsWith("https://cis2.localhost:8443/", request.Url, StringComparison.Ordinal);
        Assert.EndsWith("/moved/openid-configuration", Assert.Single(provider.Asked).Url, StringComparison.Ordinal);
    }

    private static HttpClient Following(TlsServer server, TlsServer elsewhere)
    {
        SocketsHttpHandler handler = TestClient.Handler(host => host == "elsewhere.localhost" ? elsewhere.Address : server.Address);
        handler.AllowAutoRedirect = true;
        return new HttpClient(handler, disposeHandler: true);
    }

    private static async Task<Exception?> RefusalAsync(Provider provider, TlsServer elsewhere, Canned redirect, Action<Canned>? good = null)
    {
        await using var server = new TlsServer(provider.AnswerOverWire);
        using HttpClient http = Following(server, elsewhere);
        using Cis2Client client = TestClient.Over(http);
        var conversation = new Conversation(provider)
        {
            Answer = world =>
            {
                good?.Invoke(Conversation.GoodAnswer(world));
                return redirect;
            },
        };
        return await conversation.RefusalAsync(client);
    }
}
