using Cis2Auth.Tests.Support;
using Xunit;

namespace Cis2Auth.Tests.Options;

/// <summary>What options are refused, when the client is made and before anything is sent.</summary>
public sealed class ClientOptionsTests
{
    // The names of what has to be there, as the library's message says them.
    private static readonly string[] s_required = ["client_id", "redirect_uri", "signing_key"];

    [Fact]
    public void New_NothingButThePlatform_NamesAllThatIsMissingAtOnce()
    {
        Cis2Exception refusal = Refusal.Is(Cis2ErrorCode.ConfigIncomplete, RefusalOf(new Cis2ClientOptions { Platform = Cis2Platform.Cis2Integration }));
        Assert.All(s_required, name => Assert.Contains(name, refusal.Message, StringComparison.Ordinal));
    }

    [Fact]
    public void New_NothingAtAll_NamesAllThatIsMissingAtOnce()
    {
        Cis2Exception refusal = Refusal.Is(Cis2ErrorCode.ConfigIncomplete, RefusalOf(new Cis2ClientOptions()));
        Assert.All(s_required.Append("platform"), name => Assert.Contains(name, refusal.Message, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("client_id")]
    [InlineData("redirect_uri")]
    [InlineData("signing_key")]
    public void New_OneMissing_NamesThatOneAlone(string missing)
    {
        Exception? thrown = RefusalOf(options =>
        {
            options.ClientId = missing == "client_id" ? null : options.ClientId;
            options.RedirectUri = missing == "redirect_uri" ? null : options.RedirectUri;
            options.SigningKey = missing == "signing_key" ? null : options.SigningKey;
        });
        Cis2Exception refusal = Refusal.Is(Cis2ErrorCode.ConfigIncomplete, thrown);
        Assert.Equal([missing], s_required.Where(name => refusal.Message.Contains(name, StringComparison.Ordinal)));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(31)]
    [InlineData(33)]
    public void New_StateSecretThatIsNot32Bytes_ThrowsAndSaysHowManyItHas(int length)
    {
        foreach (Action<Cis2ClientOptions, byte[]> set in (Action<Cis2ClientOptions, byte[]>[])[(options, secret) => options.StateSecret = secret, (options, secret) => options.PreviousStateSecret = secret])
        {
            Cis2Exception refusal = Refusal.Is(Cis2ErrorCode.ConfigInvalid, RefusalOf(options => set(options, new byte[length])));
            Assert.Contains("32 bytes", refusal.Message, StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData(nameof(Cis2ClientOptions.AssertionLifetime), -1.0)]
    [InlineData(nameof(Cis2ClientOptions.AssertionLifetime), 60.5)]
    [InlineData(nameof(Cis2ClientOptions.ClockSkew), 0.001)]
    [InlineData(nameof(Cis2ClientOptions.DangerClockSkew), -30.0)]
    [InlineData(nameof(Cis2ClientOptions.ConnectTimeout), -0.001)]
    [InlineData(nameof(Cis2ClientOptions.ConnectTimeout), 0.0001)]
    [InlineData(nameof(Cis2ClientOptions.RequestTimeout), 4_294_967.296)]
    public void New_DurationThatIsNoWholeNumber_ThrowsOutOfRangeAndNamesIt(string name, double seconds)
    {
        Exception? thrown = RefusalOf(options => typeof(Cis2ClientOptions).GetProperty(name)!.SetValue(options, TimeSpan.FromSeconds(seconds)));
        Assert.Equal(name, Assert.IsType<ArgumentOutOfRangeException>(thrown).ParamName);
    }

    [Theory]
    [InlineData(nameof(Cis2ClientOptions.AssertionLifetime), 9)]
    [InlineData(nameof(Cis2ClientOptions.AssertionLifetime), 301)]
    [InlineData(nameof(Cis2ClientOptions.ClockSkew), 121)]
    [InlineData(nameof(Cis2ClientOptions.DangerClockSkew), 86_401)]
    [InlineData(nameof(Cis2ClientOptions.ConnectTimeout), 0)]
    [InlineData(nameof(Cis2ClientOptions.RequestTimeout), 0)]
    public void New_DurationOutOfBounds_ThrowsConfigInvalid(string name, int seconds) =>
        Refusal.Is(Cis2ErrorCode.ConfigInvalid, RefusalOf(options => typeof(Cis2ClientOptions).GetProperty(name)!.SetValue(options, TimeSpan.FromSeconds(seconds))));

    [Theory]
    [InlineData("")]
    [InlineData("123456789012.apps\0.supplier")]
    [InlineData("123456789012.apps.supplier\0")]
    [InlineData("123456789012.apps.supplier ")]
    public void New_ClientIdThatIsNone_Throws(string clientId) =>
        Assert.IsType<Cis2ConfigurationException>(RefusalOf(options => options.ClientId = clientId));

    [Fact]
    public void New_ApiKeyAsClientId_ThrowsItsOwnCode() =>
        Refusal.Is(Cis2ErrorCode.ClientIdIsApiKey, RefusalOf(options => options.ClientId = "Kd83hsQ0zVn5XwLt7RbYc2mPfG6jEaU9"));

    [Theory]
    [InlineData("")]
    [InlineData("https://localhost:44358/author\0ise.aspx")]
    [InlineData("http://nhs.example/callback")]
    [InlineData("/callback")]
    [InlineData("https://localhost:44358/authorise.aspx#fragment")]
    public void New_RedirectUriThatCannotBeRegistered_Throws(string redirectUri) =>
        Refusal.Is(Cis2ErrorCode.ConfigInvalid, RefusalOf(options => options.RedirectUri = redirectUri));

    [Theory]
    [InlineData("")]
    [InlineData("no pem")]
    public void New_RootsThatAreNone_Throws(string pem) =>
        Assert.IsType<Cis2ConfigurationException>(RefusalOf(options => options.AdditionalRootsPem = pem));

    [Theory]
    [InlineData("cis2.localhost:443", "nonsense")]
    [InlineData("cis2.localhost:443", "127.0.0.1:0\0")]
    [InlineData("", "127.0.0.1:8443")]
    public void New_ConnectToThatIsNone_Throws(string host, string address) =>
        Refusal.Is(Cis2ErrorCode.ConfigInvalid, RefusalOf(options => options.ConnectTo.Add(host, address)));

    [Fact]
    public void New_ProxyThatIsNone_ThrowsWithoutItsCredentials()
    {
        const string Password = "a-password-of-a-proxy";
        SecretScan.Mark("proxy password", Password);
        Cis2Exception refusal = Refusal.Is(Cis2ErrorCode.ConfigInvalid, RefusalOf(options => options.Proxy = $"ftp://user:{Password}@proxy.example"));
        Assert.DoesNotContain(Password, refusal.ToString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(-1)]
    [InlineData(4)]
    public void New_DefaultLevelThatIsNone_ThrowsConfigInvalid(int level) =>
        Refusal.Is(Cis2ErrorCode.ConfigInvalid, RefusalOf(options => options.DangerDefaultLevel = level));

    [Fact]
    public void New_KeyOfAnAlgorithmThatThePlatformDoesNotTake_Throws()
    {
        using var key = Cis2SigningKey.FromPemFile(Repository.Vectors("keys/p256.pkcs8.pem"), "test-key", Cis2SigningAlgorithm.ES256);
        Refusal.Is(Cis2ErrorCode.AlgorithmNotAccepted, RefusalOf(options => options.SigningKey = key));
    }

    [Fact]
    public void New_AlgorithmThatIsNone_ThrowsArgumentExceptionWithTheCode()
    {
        var refusal = Assert.IsType<ArgumentException>(RefusalOf(options => options.IdTokenAlgorithm = (Cis2SigningAlgorithm)99));
        Assert.Equal((int)Cis2ErrorCode.InvalidArgument, refusal.Data["Cis2ErrorCode"]);
    }

    [Fact]
    public void New_DisposedKey_ThrowsObjectDisposed() =>
        Assert.IsType<ObjectDisposedException>(RefusalOf(options => options.SigningKey!.Dispose()));

    [Fact]
    public void New_LoneSurrogate_ThrowsArgumentException() =>
        Assert.IsType<ArgumentException>(RefusalOf(options => options.ClientId = "1234\ud800.apps.supplier"), exactMatch: false);

    [Fact]
    public void New_NoOptions_ThrowsArgumentNull() => Assert.Throws<ArgumentNullException>("options", () => new Cis2Client(null!));

    private static Exception? RefusalOf(Action<Cis2ClientOptions> change)
    {
        using Cis2SigningKey key = TestClient.Key();
        Cis2ClientOptions options = TestClient.Options(key);
        change(options);
        return RefusalOf(options);
    }

    private static Exception? RefusalOf(Cis2ClientOptions options) => Record.Exception(() => new Cis2Client(options).Dispose());
}
