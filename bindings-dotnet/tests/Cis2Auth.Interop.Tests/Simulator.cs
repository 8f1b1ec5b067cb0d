using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography.X509Certificates;
using System.Text;

namespace Cis2Auth.Interop.Tests;

/// <summary>The local simulator that <c>tools/with-simulator.sh</c> started beside the tests, and the browser that visits it.</summary>
internal static class Simulator
{
    public const string Host = "cis2.localhost:443";

    private static readonly HttpClient s_browser = NewHttpClient();

    public static string Issuer => Variable("ISSUER");

    public static string ClientId => Variable("CLIENT_ID");

    public static Cis2SigningKey NewKey() =>
        Cis2SigningKey.FromPemFile(Variable("KEY_FILE"), Variable("KID"), Enum.Parse<Cis2SigningAlgorithm>(Variable("ALGORITHM")));

    /// <summary>For the native transport.</summary>
    public static Cis2ClientOptions Options(Cis2SigningKey key)
    {
        Cis2ClientOptions options = OptionsForHttpClient(key);
        options.AdditionalRootsPem = File.ReadAllText(Variable("CA_FILE"));
        options.ConnectTo.Add(Host, Variable("LISTEN"));
        return options;
    }

    public static Cis2ClientOptions OptionsForHttpClient(Cis2SigningKey key) => new()
    {
        Platform = Cis2Platform.LocalSimulator,
        ClientId = ClientId,
        RedirectUri = Variable("REDIRECT_URI"),
        SigningKey = key,
    };

    public static Cis2Client NewClient(Microsoft.Extensions.Logging.ILogger<Cis2Client>? logger = null)
    {
        using Cis2SigningKey key = NewKey();
        return new Cis2Client(Options(key), httpClient: null, logger);
    }

    public static Cis2Client NewClientOver(HttpClient http)
    {
        using Cis2SigningKey key = NewKey();
        return new Cis2Client(OptionsForHttpClient(key), http);
    }

    /// <summary>Connects to the simulator whatever the host's name, trusts its CA, follows no redirects.</summary>
    /// <param name="watch">Called before each request, in the flow of its sender.</param>
    public static HttpClient NewHttpClient(Action? watch = null) => new(new WatchingHandler(watch) { InnerHandler = NewHandler() });

    private static SocketsHttpHandler NewHandler() => new()
    {
        AllowAutoRedirect = false,
        UseCookies = false,
        ConnectCallback = async (_, token) =>
        {
            var socket = new Socket(SocketType.Stream, ProtocolType.Tcp);
            await socket.ConnectAsync(IPEndPoint.Parse(Variable("LISTEN")), token);
            return new NetworkStream(socket, ownsSocket: true);
        },
        SslOptions = new SslClientAuthenticationOptions
        {
            CertificateChainPolicy = new X509ChainPolicy
            {
                TrustMode = X509ChainTrustMode.CustomRootTrust,
                RevocationMode = X509RevocationMode.NoCheck,
                CustomTrustStore = { X509Certificate2.CreateFromPem(File.ReadAllText(Variable("CA_FILE"))) },
            },
        },
    };

    /// <summary>The journey of the browser: where it arrived.</summary>
    public static async Task<string> SignInAtAsync(Cis2AuthorizationRequest request)
    {
        using HttpResponseMessage answer = await s_browser.GetAsync(request.Url + "&simulator_person=one-role", TestContext.Current.CancellationToken);
        Assert.Equal(HttpStatusCode.Found, answer.StatusCode);
        string callback = answer.Headers.Location!.OriginalString;
        Markers.Add(request.Sealed);
        Markers.Add(callback[callback.IndexOf('?', StringComparison.Ordinal)..]);
        return callback;
    }

    /// <summary>Until it is disposed, the simulator does this on purpose: a member of <c>faults</c> as its JSON says it.</summary>
    public static async Task<IAsyncDisposable> WithFaultAsync(string fault)
    {
        await SwitchAsync(fault);
        return new Switched();
    }

    private static async Task SwitchAsync(string faults)
    {
        using var body = new StringContent($$"""{"faults": [{{faults}}]}""", Encoding.UTF8, "application/json");
        string address = Variable("REASONS").Replace("/reasons", "/faults", StringComparison.Ordinal);
        using HttpResponseMessage answer = await s_browser.PostAsync(address, body, CancellationToken.None);
        answer.EnsureSuccessStatusCode();
    }

    private static string Variable(string name) =>
        Environment.GetEnvironmentVariable("CIS2_SIM_" + name)
        ?? throw new InvalidOperationException($"CIS2_SIM_{name} is not set: run the tests under tools/with-simulator.sh.");

    private sealed class WatchingHandler(Action? watch) : DelegatingHandler
    {
        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            watch?.Invoke();
            return base.SendAsync(request, cancellationToken);
        }
    }

    private sealed class Switched : IAsyncDisposable
    {
        public async ValueTask DisposeAsync() => await SwitchAsync("");
    }
}
