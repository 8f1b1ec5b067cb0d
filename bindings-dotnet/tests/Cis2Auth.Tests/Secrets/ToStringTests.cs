using System.Diagnostics;
using System.Globalization;
using System.Reflection;
using Cis2Auth.Tests.Support;
using Xunit;

namespace Cis2Auth.Tests.Secrets;

/// <summary>What a log or a debugger shows of each public type.</summary>
public sealed class ToStringTests
{
    // Types whose properties hold secrets, and those properties.
    private static readonly Dictionary<Type, string[]> s_secretProperties = new()
    {
        [typeof(Cis2AuthorizationRequest)] = ["Sealed", "Url"],
        [typeof(Cis2ClientAssertion)] = ["Value"],
        [typeof(Cis2ClientOptions)] = ["PreviousStateSecret", "Proxy", "StateSecret"],
        [typeof(Cis2IdTokenExpectations)] = ["AccessToken", "Nonce"],
        [typeof(Cis2Identity)] = ["Claims", "ClaimsJson"],
        [typeof(Cis2Tokens)] = ["AccessToken", "IdToken", "RefreshToken"],
    };

    [Fact]
    public async Task ToString_OfEachType_SaysWhatItIsAndNoMore()
    {
        var provider = new Provider();
        using var handler = new CannedHandler(provider);
        using var http = new HttpClient(handler);
        using Cis2Client client = TestClient.Over(http);
        using Cis2SigningKey key = TestClient.Key();
        Cis2ClientOptions options = TestClient.Options(key);
        options.Proxy = "http://user:another-password-of-a-proxy@proxy.example";
        SecretScan.Mark("proxy password", "another-password-of-a-proxy");
        Cis2SignIn signIn = await new Conversation(provider).SignInAsync(client, TestContext.Current.CancellationToken);
        Cis2AuthorizationRequest request = await client.CreateAuthorizationRequestAsync(cancellationToken: TestContext.Current.CancellationToken);
        Cis2ClientAssertion assertion = client.CreateClientAssertion();
        SecretScan.Mark("assertion", assertion.Value);
        var expectations = new Cis2IdTokenExpectations("a nonce of this test") { AccessToken = World.AccessToken };
        SecretScan.Mark("nonce", expectations.Nonce);

        Assert.Equal($"Cis2SignIn {World.Subject}", Shown(signIn));
        Assert.Equal($"Cis2Identity {World.Subject}", Shown(signIn.Identity));
        Assert.Equal(string.Create(CultureInfo.InvariantCulture, $"Cis2Tokens until {signIn.Tokens.ExpiresAt:O}"), Shown(signIn.Tokens));
        Assert.Equal("Cis2AuthorizationRequest", Shown(request));
        Assert.Equal(string.Create(CultureInfo.InvariantCulture, $"Cis2ClientAssertion until {assertion.ExpiresAt:O}"), Shown(assertion));
        Assert.Equal("Cis2IdTokenExpectations", Shown(expectations));
        Assert.Equal($"Cis2ClientOptions local-simulator {Provider.ClientId}", Shown(options));
        Assert.Equal($"Cis2ClientOptions local-simulator {Provider.ClientId}", Shown(client));
        Assert.Equal("Cis2SigningKey test-key RS256", Shown(key));
        Assert.Equal("local-simulator", Shown(Cis2Platform.LocalSimulator));
    }

    [Fact]
    public void Debugger_SecretProperties_AreNeverBrowsed() => Assert.All(s_secretProperties, type => Assert.Equal(
        type.Value,
        type.Key.GetProperties(BindingFlags.Public | BindingFlags.Instance)
            .Where(property => property.GetCustomAttribute<DebuggerBrowsableAttribute>()?.State == DebuggerBrowsableState.Never)
            .Select(property => property.Name).Order()));

    [Fact]
    public void Properties_ThatAreNamedLikeSecrets_AreAllInTheList()
    {
        string[] words = ["Token", "Secret", "Nonce", "Sealed", "Url", "Proxy", "Claims"];
        IEnumerable<string> found = typeof(Cis2Client).Assembly.GetExportedTypes()
            .SelectMany(type => type.GetProperties(BindingFlags.Public | BindingFlags.Instance).Select(property => (Type: type, Property: property)))
            .Where(found => found.Property.PropertyType != typeof(Cis2Tokens) && words.Any(word => found.Property.Name.Contains(word, StringComparison.Ordinal)))
            .Where(found => found.Property.PropertyType != typeof(Cis2SigningAlgorithm?))
            .Select(found => $"{found.Type.Name}.{found.Property.Name}");
        Assert.Empty(found.Except(s_secretProperties.SelectMany(type => type.Value.Select(name => $"{type.Key.Name}.{name}"))));
    }

    private static string Shown(object value) => SecretScan.Show(value).ToString()!;
}
