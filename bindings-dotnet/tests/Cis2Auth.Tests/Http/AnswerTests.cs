using System.IO.Compression;
using System.Net;
using System.Text.Json.Nodes;
using Cis2Auth.Tests.Support;
using Xunit;

namespace Cis2Auth.Tests.Http;

/// <summary>Addresses reach a handed <see cref="HttpClient"/> as the provider published them, and no answer is too large for it.</summary>
public sealed class AnswerTests
{
    private const string OddPath = "/openam/a%2Fb/%7Ekeys/%41/jwk_uri";

    [Fact]
    public async Task SignInAsync_AddressWithPort443_ReachesTheHandlerWithIt()
    {
        var provider = new Provider();
        using var handler = new CannedHandler(provider);
        using var http = new HttpClient(handler);
        using Cis2Client client = TestClient.Over(http);
        await new Conversation(provider).SignInAsync(client, TestContext.Current.CancellationToken);
        // The discovery document is the one address that CIS2 itself writes without a port.
        Assert.Equal([Provider.TokenEndpoint, $"{Provider.Issuer}/connect/jwk_uri"], handler.Addresses.Select(address => address.OriginalString).Skip(1));
        Assert.All(handler.Addresses, address => Assert.Equal(443, address.Port));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task SignInAsync_AddressWithEscapes_GoesOverTheWireAsPublished(bool native)
    {
        var provider = new Provider { Metadata = new JsonObject { ["jwks_uri"] = $"https://cis2.localhost:443{OddPath}" } };
        List<Asked> asked = [];
        await using var server = new TlsServer(request =>
        {
            asked.Add(request);
            return provider.AnswerOverWire(request);
        });
        using SocketsHttpHandler handler = TestClient.Handler(server.Address);
        using var http = new HttpClient(handler);
        using Cis2Client client = native ? TestClient.Native(server.Address) : TestClient.Over(http);
        await new Conversation(provider).SignInAsync(client, TestContext.Current.CancellationToken);
        Assert.Equal(OddPath, asked[^1].Url);
        // Port 443 is the scheme's own: a server takes the name with or without it (RFC 9110 section 4.2.3).
        Assert.All(asked, request => Assert.Contains(request.Host, (string[])["cis2.localhost", "cis2.localhost:443"]));
    }

    [Fact]
    public async Task SignInAsync_AnswerThatNeverEnds_ThrowsTooLargeAfterAMegabyte()
    {
        var provider = new Provider();
        using var endless = new EndlessStream(waits: false);
        using HttpMessageHandler handler = Answering(provider, () => new StreamContent(endless));
        Refusal.Is(Cis2ErrorCode.ResponseTooLarge, await RefusalAsync(provider, handler));
        Assert.InRange(endless.Given, 1024 * 1024, (1024 * 1024) + (16 * 1024));
    }

    [Fact]
    public async Task SignInAsync_GzipThatTheHandlerUnfolds_SignsIn()
    {
        var provider = new Provider();
        await using var server = new TlsServer(provider.AnswerOverWire);
        using SocketsHttpHandler handler = TestClient.Handler(server.Address);
        handler.AutomaticDecompression = DecompressionMethods.All;
        using var http = new HttpClient(handler);
        using Cis2Client client = TestClient.Over(http);
        var conversation = new Conversation(provider)
        {
            Answer = world => new Canned(200, "Content-Type: application/json\r\nContent-Encoding: gzip\r\n", Gzip(Conversation.GoodAnswer(world).Body)),
        };
        Assert.Null(await conversation.RefusalAsync(client));
    }

    [Fact]
    public async Task SignInAsync_GzipBombThatTheHandlerUnfolds_ThrowsTooLarge()
    {
        var provider = new Provider();
        await using var server = new TlsServer(provider.AnswerOverWire);
        using SocketsHttpHandler handler = TestClient.Handler(server.Address);
        handler.AutomaticDecompression = DecompressionMethods.All;
        using var http = new HttpClient(handler);
        using Cis2Client client = TestClient.Over(http);
        var conversation = new Conversation(provider) { Answer = _ => new Canned(200, "Content-Encoding: gzip\r\n", Gzip(new byte[32 * 1024 * 1024])) };
        Refusal.Is(Cis2ErrorCode.ResponseTooLarge, await conversation.RefusalAsync(client));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task SignInAsync_HeadersWithoutMeasure_ThrowsHeadersTooLarge(bool native)
    {
        var provider = new Provider();
        await using var server = new TlsServer(provider.AnswerOverWire);
        using SocketsHttpHandler handler = TestClient.Handler(server.Address);
        using var http = new HttpClient(handler);
        using Cis2Client client = native ? TestClient.Native(server.Address) : TestClient.Over(http);
        string headers = string.Concat(Enumerable.Repeat($"X-Long: {new string('x', 1000)}\r\n", 100));
        var conversation = new Conversation(provider) { Answer = _ => new Canned(200, headers, []) };
        Refusal.Is(Cis2ErrorCode.HeadersTooLarge, await conversation.RefusalAsync(client));
    }

    [Fact]
    public void New_OptionsOfTheNativeTransportBesideAnHttpClient_ThrowsAndNamesThemAll()
    {
        using Cis2SigningKey key = TestClient.Key();
        Cis2ClientOptions options = TestClient.Options(key);
        options.ConnectTimeout = TimeSpan.FromSeconds(1);
        options.AdditionalRootsPem = Certificates.Trusted.RootPem;
        options.Proxy = "http://proxy.example:8080";
        options.ConnectTo.Add("cis2.localhost:443", "127.0.0.1:8443");
        using var http = new HttpClient();
        ArgumentException refusal = Assert.Throws<ArgumentException>("options", () => new Cis2Client(options, http));
        Assert.StartsWith("ConnectTimeout, AdditionalRootsPem, Proxy, ConnectTo:", refusal.Message, StringComparison.Ordinal);
    }

    private static byte[] Gzip(byte[] body)
    {
        using var packed = new MemoryStream();
        using (var gzip = new GZipStream(packed, CompressionLevel.Fastest))
        {
            gzip.Write(body);
        }

        return packed.ToArray();
    }

    private static DelegateHandler Answering(Provider provider, Func<HttpContent> content) => new(new CannedHandler(provider), (request, next, cancellationToken) =>
        DelegateHandler.AsksForTokens(request)
            ? Task.FromResult(new HttpResponseMessage(HttpStatusCode.OK) { Content = content(), RequestMessage = request })
            : next(request, cancellationToken));

    private static async Task<Exception?> RefusalAsync(Provider provider, HttpMessageHandler handler)
    {
        using var http = new HttpClient(handler, disposeHandler: false);
        using Cis2Client client = TestClient.Over(http);
        return await new Conversation(provider).RefusalAsync(client);
    }
}
