using System.Net;
using System.Net.Http.Json;
using System.Net.Sockets;
using System.Security.Cryptography.X509Certificates;
using Xunit;

namespace Cis2Auth.Samples.Tests;

/// <summary>The local CIS2 beside the tests (tools/with-simulator.sh), as the person's browser sees it.</summary>
internal static class Simulator
{
    /// <summary>The collection of all tests here: one simulator serves them, and a fault that one asks for must not reach another.</summary>
    public const string Alone = "one at a time";

    public static string ReadyFile { get; } = Variable("READY");

    private static HttpClient Browser { get; } = NewBrowser();

    /// <summary>Goes to CIS2 and picks a person; the address to which CIS2 sends the browser back.</summary>
    public static Task<string> SignInAsync(string address, string person = "several-roles") => VisitAsync(address, $"simulator_person={person}");

    /// <summary>Goes to CIS2 and gives up there.</summary>
    public static Task<string> CancelAsync(string address) => VisitAsync(address, "simulator_cancel=yes");

    /// <summary>Lets an endpoint fail once.</summary>
    public static async Task FailOnceAsync(string fault, string endpoint)
    {
        var faults = new { faults = new[] { new { fault, endpoint, times = 1 } } };
        using HttpResponseMessage answer = await Browser.PostAsJsonAsync(new Uri($"https://cis2.localhost/simulator/faults"), faults, TestContext.Current.CancellationToken);
        answer.EnsureSuccessStatusCode();
    }

    public static string Variable(string name) => Environment.GetEnvironmentVariable($"CIS2_SIM_{name}")
        ?? throw new InvalidOperationException($"CIS2_SIM_{name} is not set: these tests run beside a simulator, `bash tools/with-simulator.sh PROGRAM`.");

    private static async Task<string> VisitAsync(string address, string choice)
    {
        using HttpResponseMessage answer = await Browser.GetAsync(new Uri($"{address}&{choice}"), TestContext.Current.CancellationToken);
        Assert.Equal(HttpStatusCode.Found, answer.StatusCode);
        string callback = answer.Headers.Location!.OriginalString;
        Secrets.MarkQuery(callback);
        return callback;
    }

    private static HttpClient NewBrowser()
    {
        IPEndPoint listen = IPEndPoint.Parse(Variable("LISTEN"));
        var handler = new SocketsHttpHandler { AllowAutoRedirect = false, UseProxy = false };
        handler.SslOptions.CertificateChainPolicy = new X509ChainPolicy
        {
            TrustMode = X509ChainTrustMode.CustomRootTrust,
            RevocationMode = X509RevocationMode.NoCheck,
        };
        handler.SslOptions.CertificateChainPolicy.CustomTrustStore.Add(X509CertificateLoader.LoadCertificateFromFile(Variable("CA_FILE")));
        // A real browser resolves *.localhost by itself.
        handler.ConnectCallback = async (_, cancellationToken) =>
        {
            var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
            await socket.ConnectAsync(listen, cancellationToken);
            return new NetworkStream(socket, ownsSocket: true);
        };
        return new HttpClient(handler);
    }
}
