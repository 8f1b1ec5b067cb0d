using Cis2Auth.Tests.Support;
using Xunit;

namespace Cis2Auth.Tests.Secrets;

/// <summary>The scan at the end of the suite is only worth something if it is told of the secrets, sees the texts, and finds.</summary>
public sealed class SecretScanTests
{
    private static readonly string[] s_kinds = ["ID token", "access token", "client_assertion", "code", "code_verifier", "line of a private key", "nonce", "sealed request", "state"];

    [Fact]
    public void Find_APlantedSecret_NamesItsKindAndNotItself()
    {
        var secrets = new Dictionary<string, string> { ["planted-secret-of-this-test"] = "code" };
        IReadOnlyList<string> found = SecretScan.Find([("a log", "nothing"), ("a text", "with planted-secret-of-this-test inside")], secrets);
        Assert.Equal(["a text: code"], found);
    }

    [Fact]
    public async Task Scan_AfterASignInAndARefusal_KnowsTheirSecretsAndSawTheirTexts()
    {
        var provider = new Provider();
        using var handler = new CannedHandler(provider);
        using var http = new HttpClient(handler);
        using Cis2Client client = SecretScan.Show(TestClient.Over(http));
        await new Conversation(provider).SignInAsync(client, TestContext.Current.CancellationToken);
        var refused = new Conversation(provider) { Callback = "code=$code&state=another-state" };
        Refusal.Is(Cis2ErrorCode.StateMismatch, await refused.RefusalAsync(client));

        (IReadOnlySet<string> secrets, IReadOnlySet<string> texts) = SecretScan.Kinds;
        Assert.Empty(s_kinds.Except(secrets));
        Assert.Contains($"text of {nameof(Cis2ProtocolException)}", texts);
        Assert.Contains($"ToString of {nameof(Cis2SignIn)}", texts);
        Assert.Contains(texts, where => where.StartsWith("event ", StringComparison.Ordinal));
    }
}
