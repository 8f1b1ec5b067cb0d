using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography.X509Certificates;

namespace Cis2Auth.Tests.Support;

/// <summary>Clients of the local simulator's row, over each transport.</summary>
internal static class TestClient
{
    public static Cis2SigningKey Key(Cis2SigningAlgorithm algorithm = Cis2SigningAlgorithm.RS256)
    {
        string file = Repository.Vectors("keys/rsa2048.pkcs8.pem");
        SecretScan.MarkKey(file);
        return Cis2SigningKey.FromPemFile(file, "test-key", algorithm);
    }

    public static Cis2ClientOptions Options(Cis2SigningKey key) => new()
    {
        Platform = Cis2Platform.LocalSimulator,
        ClientId = Provider.ClientId,
        RedirectUri = Provider.RedirectUri,
        SigningKey = key,
    };

    /// <summary>Over an HTTP client that the test hands in.</summary>
    public static Cis2Client Over(HttpClient http, EventLog? log = null)
    {
        using Cis2SigningKey key = Key();
        return new Cis2Client(Options(key), http, log ?? new EventLog());
    }

    /// <summary>Over the library's own transport.</summary>
    public static Cis2Client Native(IPEndPoint server)
    {
        using Cis2SigningKey key = Key();
        Cis2ClientOptions options = Options(key);
        options.AdditionalRootsPem = Certificates.Trusted.RootPem;
        options.ConnectTo.Add("cis2.localhost:443", server.ToString());
        return new Cis2Client(options, httpClient: null, new EventLog());
    }

    /// <summary>A handler that finds the server wherever an address points, and trusts the authority of the tests alone.</summary>
    public static SocketsHttpHandler Handler(EndPoint server, X509Certificate2? root = null) => Handler(_ => server, root);

    /// <summary>The same with a server for each host.</summary>
    public static SocketsHttpHandler Handler(Func<string, EndPoint> server, X509Certificate2? root = null) => new()
    {
        AllowAutoRedirect = false,
        UseProxy = false,
        SslOptions = new SslClientAuthenticationOptions
        {
            CertificateChainPolicy = new X509ChainPolicy
            {
                TrustMode = X509ChainTrustMode.CustomRootTrust,
                RevocationMode = X509RevocationMode.NoCheck,
                CustomTrustStore = { root ?? Certificates.Trusted.Root },
            },
        },
        ConnectCallback = async (context, cancellationToken) =>
        {
            var socket = new Socket(SocketType.Stream, ProtocolType.Tcp);
            try
            {
                await socket.ConnectAsync(server(context.DnsEndPoint.Host), cancellationToken);
                return new NetworkStream(socket, ownsSocket: true);
            }
            catch
            {
                socket.Dispose();
                throw;
            }
        },
    };
}
