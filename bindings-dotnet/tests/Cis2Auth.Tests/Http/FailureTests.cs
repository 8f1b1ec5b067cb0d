using System.Net;
using System.Net.Sockets;
using Cis2Auth.Tests.Support;
using Xunit;

namespace Cis2Auth.Tests.Http;

/// <summary>What becomes of a request that gets no answer over a handed <see cref="HttpClient"/>, or one that cannot be used.</summary>
public sealed class FailureTests
{
    [Fact]
    public async Task CreateAuthorizationRequestAsync_NoSuchHost_ThrowsDns()
    {
        Cis2Platform platform = Cis2Platform.FromJson(PlatformRow.With(host: "cis2.invalid"));
        using Cis2SigningKey key = TestClient.Key();
        Cis2ClientOptions options = TestClient.Options(key);
        options.Platform = platform;
        using var http = new HttpClient();
        using var client = new Cis2Client(options, http);
        Refusal.Is(Cis2ErrorCode.Dns, await AuthorizationRefusalAsync(client));
    }

    [Theory]
    [InlineData(SocketError.HostNotFound)]
    [InlineData(SocketError.NoData)]
    [InlineData(SocketError.TryAgain)]
    public async Task CreateAuthorizationRequestAsync_ResolverFails_ThrowsDns(SocketError error)
    {
        using var handler = new SocketsHttpHandler { UseProxy = false, ConnectCallback = (_, _) => throw new SocketException((int)error) };
        Refusal.Is(Cis2ErrorCode.Dns, await AuthorizationRefusalAsync(handler));
    }

    [Fact]
    public async Task CreateAuthorizationRequestAsync_NobodyListens_TriesTwiceAndThrowsConnect()
    {
        int attempts = 0;
        IPEndPoint nobody = Unused();
        using SocketsHttpHandler handler = TestClient.Handler(_ =>
        {
            attempts++;
            return nobody;
        });
        Cis2Exception refusal = Refusal.Is(Cis2ErrorCode.Connect, await AuthorizationRefusalAsync(handler));
        Assert.True(refusal.IsRetryable);
        Assert.Equal(2, attempts);
    }

    [Fact]
    public async Task CreateAuthorizationRequestAsync_NobodyListensForTheOwnTransport_ThrowsConnectToo()
    {
        using Cis2Client client = TestClient.Native(Unused());
        Refusal.Is(Cis2ErrorCode.Connect, await AuthorizationRefusalAsync(client));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task CreateAuthorizationRequestAsync_CertificateOfNobodyTrusted_ThrowsTlsCertificate(bool native)
    {
        await using var server = new TlsServer(new Provider().AnswerOverWire, Certificates.Foreign);
        using SocketsHttpHandler handler = TestClient.Handler(server.Address);
        using var http = new HttpClient(handler);
        using Cis2Client client = native ? TestClient.Native(server.Address) : TestClient.Over(http);
        Refusal.Is(Cis2ErrorCode.TlsCertificate, await AuthorizationRefusalAsync(client));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task CreateAuthorizationRequestAsync_ServerThatSpeaksNoTls_ThrowsTls(bool native)
    {
        using var plain = new TcpListener(IPAddress.Loopback, 0);
        plain.Start();
        using var over = new CancellationTokenSource();
        Task answering = AnswerPlainlyAsync(plain, over.Token);
        using SocketsHttpHandler handler = TestClient.Handler(plain.LocalEndpoint);
        using var http = new HttpClient(handler);
        using Cis2Client client = native ? TestClient.Native((IPEndPoint)plain.LocalEndpoint) : TestClient.Over(http);
        Refusal.Is(Cis2ErrorCode.Tls, await AuthorizationRefusalAsync(client));
        await over.CancelAsync();
        await answering;
    }

    [Fact]
    public async Task SignInAsync_TimeoutOfTheHttpClient_ThrowsTransportTimeoutAndNoCancellation()
    {
        var provider = new Provider();
        using HttpMessageHandler handler = Waiting(provider);
        using var http = new HttpClient(handler) { Timeout = TimeSpan.FromMilliseconds(200) };
        using Cis2Client client = TestClient.Over(http);
        Cis2Exception refusal = Refusal.Is(Cis2ErrorCode.TransportTimeout, await new Conversation(provider).RefusalAsync(client));
        Assert.IsNotType<OperationCanceledException>(refusal, exactMatch: false);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task SignInAsync_RequestTimeoutOfTheOptions_ThrowsTransportTimeout(bool bodyOnly)
    {
        var provider = new Provider();
        using HttpMessageHandler handler = bodyOnly ? Answering(provider, new StreamContent(new EndlessStream(waits: true))) : Waiting(provider);
        using var http = new HttpClient(handler) { Timeout = Timeout.InfiniteTimeSpan };
        using Cis2SigningKey key = TestClient.Key();
        Cis2ClientOptions options = TestClient.Options(key);
        options.RequestTimeout = TimeSpan.FromSeconds(1);
        using var client = new Cis2Client(options, http);
        Refusal.Is(Cis2ErrorCode.TransportTimeout, await new Conversation(provider).RefusalAsync(client));
    }

    [Fact]
    public async Task SignInAsync_CancelledWhileTheProviderThinks_ThrowsCancelledWithThatToken()
    {
        var provider = new Provider();
        using var cancelling = new CancellationTokenSource();
        using HttpMessageHandler handler = Waiting(provider, cancelling.Cancel);
        using var http = new HttpClient(handler);
        using Cis2Client client = TestClient.Over(http);
        OperationCanceledException cancelled = await Assert.ThrowsAnyAsync<OperationCanceledException>(
            () => new Conversation(provider).SignInAsync(client, cancelling.Token));
        Assert.Equal(cancelling.Token, cancelled.CancellationToken);
    }

    [Fact]
    public async Task CreateAuthorizationRequestAsync_CancelledBefore_AsksNobody()
    {
        var provider = new Provider();
        using var handler = new CannedHandler(provider);
        using var http = new HttpClient(handler);
        using Cis2Client client = TestClient.Over(http);
        var cancelled = new CancellationToken(canceled: true);
        OperationCanceledException thrown = await Assert.ThrowsAnyAsync<OperationCanceledException>(() => client.CreateAuthorizationRequestAsync(cancellationToken: cancelled));
        Assert.Equal(cancelled, thrown.CancellationToken);
        Assert.Empty(provider.Asked);
    }

    [Fact]
    public async Task SignInAsync_HandlerOfTheHostThrowsSomethingElse_LetsItThrough()
    {
        var provider = new Provider();
        using var handler = new DelegateHandler(new CannedHandler(provider), (request, next, cancellationToken) =>
            DelegateHandler.AsksForTokens(request) ? throw new NotSupportedException("of the host") : next(request, cancellationToken));
        using var http = new HttpClient(handler);
        using Cis2Client client = TestClient.Over(http);
        Assert.IsType<NotSupportedException>(await new Conversation(provider).RefusalAsync(client));
    }

    private static async Task<Exception?> AuthorizationRefusalAsync(HttpMessageHandler handler)
    {
        using var http = new HttpClient(handler, disposeHandler: false);
        using Cis2Client client = TestClient.Over(http);
        return await AuthorizationRefusalAsync(client);
    }

    private static async Task<Exception?> AuthorizationRefusalAsync(Cis2Client client) =>
        await Record.ExceptionAsync(() => client.CreateAuthorizationRequestAsync(cancellationToken: TestContext.Current.CancellationToken));

    /// <summary>Gives no answer to a request for tokens until somebody has had enough.</summary>
    private static DelegateHandler Waiting(Provider provider, Action? asked = null) => new(new CannedHandler(provider), async (request, next, cancellationToken) =>
    {
        if (DelegateHandler.AsksForTokens(request))
        {
            asked?.Invoke();
            await Task.Delay(Timeout.Infinite, cancellationToken);
        }

        return await next(request, cancellationToken);
    });

    private static DelegateHandler Answering(Provider provider, HttpContent content) => new(new CannedHandler(provider), (request, next, cancellationToken) =>
        DelegateHandler.AsksForTokens(request)
            ? Task.FromResult(new HttpResponseMessage(HttpStatusCode.OK) { Content = content, RequestMessage = request })
            : next(request, cancellationToken));

    private static IPEndPoint Unused()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return (IPEndPoint)listener.LocalEndpoint;
    }

    private static async Task AnswerPlainlyAsync(TcpListener listener, CancellationToken stopped)
    {
        while (!stopped.IsCancellationRequested)
        {
            try
            {
                using TcpClient client = await listener.AcceptTcpClientAsync(stopped);
                NetworkStream stream = client.GetStream();
                await stream.WriteAsync("HTTP/1.1 400 This is no TLS\r\n\r\n"u8.ToArray(), stopped);
                await stream.CopyToAsync(Stream.Null, stopped);
            }
            catch (Exception end) when (end is OperationCanceledException or IOException)
            {
                // The client has seen enough, or the test is over.
            }
        }
    }
}
