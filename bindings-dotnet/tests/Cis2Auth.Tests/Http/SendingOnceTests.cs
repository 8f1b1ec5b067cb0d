using System.Net;
using System.Reflection;
using System.Text;
using System.Text.Json.Nodes;
using Cis2Auth.Tests.Support;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace Cis2Auth.Tests.Http;

/// <summary>One assertion leaves once, whatever the handlers of a handed <see cref="HttpClient"/> do.</summary>
public sealed class SendingOnceTests
{
    private static readonly Canned s_unavailable = new(503, string.Empty, []);

    [Fact]
    public async Task SignInAsync_HandlerSendsAgain_ThrowsAndTheAssertionArrivedOnce()
    {
        var provider = new Provider();
        await using var server = new TlsServer(provider.AnswerOverWire);
        using var handler = new DelegateHandler(TestClient.Handler(server.Address), async (request, next, cancellationToken) =>
        {
            HttpResponseMessage first = await next(request, cancellationToken);
            return first.StatusCode == HttpStatusCode.ServiceUnavailable ? await next(request, cancellationToken) : first;
        });
        Exception? refusal = await RefusalAsync(provider, handler);
        Refusal.Is(Cis2ErrorCode.ConnectionLost, refusal);
        Assert.Contains("sends requests again", refusal!.InnerException?.Message, StringComparison.Ordinal);
        Assert.Single(provider.AskedForTokens);
    }

    [Fact]
    public async Task SignInAsync_HandlerSendsAgainAndHidesThatItCouldNot_TakesTheFirstAnswer()
    {
        var provider = new Provider();
        await using var server = new TlsServer(provider.AnswerOverWire);
        using var handler = new DelegateHandler(TestClient.Handler(server.Address), async (request, next, cancellationToken) =>
        {
            HttpResponseMessage first = await next(request, cancellationToken);
            if (first.StatusCode == HttpStatusCode.ServiceUnavailable)
            {
                Assert.NotNull(await Record.ExceptionAsync(() => next(request, cancellationToken)));
            }

            return first;
        });
        Refusal.Is(Cis2ErrorCode.HttpStatus, await RefusalAsync(provider, handler));
        Assert.Single(provider.AskedForTokens);
    }

    [Fact]
    public async Task SignInAsync_StandardResilienceHandler_ThrowsAndTheAssertionArrivedOnce()
    {
        var provider = new Provider();
        await using var server = new TlsServer(provider.AnswerOverWire);
        var services = new ServiceCollection();
        services.AddHttpClient("cis2")
            .ConfigurePrimaryHttpMessageHandler(() => TestClient.Handler(server.Address))
            .AddStandardResilienceHandler(options => options.Retry.Delay = TimeSpan.Zero);
        await using ServiceProvider built = services.BuildServiceProvider();
        using HttpClient http = built.GetRequiredService<IHttpClientFactory>().CreateClient("cis2");
        using Cis2Client client = TestClient.Over(http);
        Refusal.Is(Cis2ErrorCode.ConnectionLost, await Unavailable(provider).RefusalAsync(client));
        Assert.Single(provider.AskedForTokens);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task SignInAsync_ServerEndsTheConnectionInPlaceOfAnAnswer_IsNotAskedAgain(bool native)
    {
        var provider = new Provider();
        await using var server = new TlsServer(asked => provider.AnswerOverWire(asked) is { Status: 200 } canned ? canned : null);
        using SocketsHttpHandler handler = TestClient.Handler(server.Address);
        using var http = new HttpClient(handler);
        using Cis2Client client = native ? TestClient.Native(server.Address) : TestClient.Over(http);
        Refusal.Is(Cis2ErrorCode.ConnectionLost, await Unavailable(provider).RefusalAsync(client));
        Assert.Single(provider.AskedForTokens);
    }

    [Fact]
    public async Task SignInAsync_ConnectionRefusedOnce_IsTriedAgainWithAFreshAssertion()
    {
        var provider = new Provider();
        List<string> identifiers = [];
        using var handler = new DelegateHandler(new CannedHandler(provider), (request, next, cancellationToken) =>
        {
            if (DelegateHandler.AsksForTokens(request))
            {
                identifiers.Add(Identifier(request.Content!));
                if (identifiers.Count == 1)
                {
                    throw new HttpRequestException(HttpRequestError.ConnectionError);
                }
            }

            return next(request, cancellationToken);
        });
        var log = new EventLog();
        using var http = new HttpClient(handler);
        using Cis2Client client = TestClient.Over(http, log);
        await new Conversation(provider).SignInAsync(client, TestContext.Current.CancellationToken);
        Assert.Equal(2, identifiers.Count);
        Assert.Distinct(identifiers);
        Assert.Single(provider.AskedForTokens);
    }

    [Fact]
    public async Task SignInAsync_ConnectionFailsAfterTheBodyWasRead_IsNotTriedAgain()
    {
        var provider = new Provider();
        int reads = 0;
        using var handler = new DelegateHandler(new CannedHandler(provider), async (request, next, cancellationToken) =>
        {
            if (!DelegateHandler.AsksForTokens(request))
            {
                return await next(request, cancellationToken);
            }

            // Whoever read it may have sent it.
            await request.Content!.CopyToAsync(Stream.Null, cancellationToken);
            reads++;
            throw new HttpRequestException(HttpRequestError.ConnectionError);
        });
        Refusal.Is(Cis2ErrorCode.Connect, await RefusalAsync(provider, handler));
        Assert.Equal(1, reads);
    }

    [Fact]
    public async Task SignInAsync_TwoSignIns_SendTwoAssertions()
    {
        var provider = new Provider();
        using var handler = new CannedHandler(provider);
        using var http = new HttpClient(handler);
        using Cis2Client client = TestClient.Over(http);
        await new Conversation(provider).SignInAsync(client, TestContext.Current.CancellationToken);
        await new Conversation(provider).SignInAsync(client, TestContext.Current.CancellationToken);
        IEnumerable<string> identifiers = provider.AskedForTokens.Select(asked => Identifier(asked.Form["client_assertion"]));
        Assert.Equal(2, identifiers.Count());
        Assert.Distinct(identifiers);
    }

    private static Conversation Unavailable(Provider provider) => new(provider) { Answer = _ => s_unavailable };

    private static async Task<Exception?> RefusalAsync(Provider provider, HttpMessageHandler handler)
    {
        using var http = new HttpClient(handler, disposeHandler: false);
        using Cis2Client client = TestClient.Over(http);
        return await Unavailable(provider).RefusalAsync(client);
    }

    /// <summary>The <c>jti</c> of a body that has not left: reading it by the front door would count as sending it.</summary>
    private static string Identifier(HttpContent content)
    {
        FieldInfo body = content.GetType().GetFields(BindingFlags.Instance | BindingFlags.NonPublic).Single(field => field.FieldType == typeof(byte[]));
        return Identifier(Query.Parse(Encoding.UTF8.GetString((byte[])body.GetValue(content)!))["client_assertion"]);
    }

    private static string Identifier(string assertion)
    {
        SecretScan.Mark("client_assertion", assertion);
        return (string)JsonNode.Parse(Base64.FromUrl(assertion.Split('.')[1]))!["jti"]!;
    }
}
