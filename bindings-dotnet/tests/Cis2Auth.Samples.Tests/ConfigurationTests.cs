using Xunit;

namespace Cis2Auth.Samples.Tests;

[Collection(Simulator.Alone)]
public sealed class ConfigurationTests
{
    [Fact]
    public void Start_NothingConfigured_NamesEachMissingKey()
    {
        string message = FaultsOf(new SampleService().Without("ready"));
        Assert.Equal(
            ["ClientId", "RedirectUri", "SigningKey:Path", "SigningKey:KeyId", "SigningKey:Algorithm"],
            Lines(message).Select(line => line.Split(" is missing: ")[0]["Cis2:".Length..]));
    }

    [Fact]
    public void Start_SeveralValuesWrong_NamesEachByItsKeyAtOnce()
    {
        string message = FaultsOf(new SampleService()
            .Without("ready")
            .With("Cis2:Platform", "cis2")
            .With("Cis2:ClientId", "myApiKey")
            .With("Cis2:RedirectUri", "http://example.org/")
            .With("Cis2:SigningKey:Path", "not-there.pem")
            .With("Cis2:SigningKey:KeyId", "test-13")
            .With("Cis2:SigningKey:Algorithm", "RS512")
            .With("Cis2:StateSecret", "c2hvcnQ=")
            .With("Cis2:PreviousStateSecret", "no base64")
            .With("Cis2:AdditionalRootsPath", "not-there-either.pem"));
        Assert.Equal(
            ["AdditionalRootsPath", "ClientId", "Platform", "PreviousStateSecret", "RedirectUri", "SigningKey:Path", "StateSecret"],
            Lines(message).Select(line => line.Split(": ")[0]["Cis2:".Length..]).Order(StringComparer.Ordinal));
        Assert.DoesNotContain("c2hvcnQ=", message, StringComparison.Ordinal);
        Assert.DoesNotContain("no base64", message, StringComparison.Ordinal);
    }

    [Fact]
    public void Start_ReadyFileStillEmpty_SaysSo()
    {
        string empty = Path.GetTempFileName();
        try
        {
            using SampleService service = new SampleService().With("ready", empty);
            Assert.Equal($"{empty} is empty: the simulator has not started yet.", Assert.Throws<InvalidOperationException>(() => service.Services).Message);
        }
        finally
        {
            File.Delete(empty);
        }
    }

    [Theory]
    [InlineData("Cis2:ClientId", "5Wq1xNgFbApiKeyOfThePlatform", "CLIENT_ID_IS_API_KEY")]
    [InlineData("Cis2:SigningKey:Algorithm", "RS1024", "\"RS1024\" is no algorithm; there are ")]
    [InlineData("Cis2:StateSecret", "c2hvcnQ=", "state_secret to be 32 bytes")]
    [InlineData("Cis2:ConnectTo", "cis2.localhost", "HOST:PORT:ADDRESS:PORT")]
    public void Start_ValueWrong_SaysWhatWouldBeRight(string key, string value, string words)
    {
        string line = Assert.Single(Lines(FaultsOf(Configured().With(key, value))));
        Assert.StartsWith($"{key}: ", line, StringComparison.Ordinal);
        Assert.Contains(words, line, StringComparison.Ordinal);
    }

    [Fact]
    public async Task SignIn_ConfiguredWithoutReadyFile_Works()
    {
        using SampleService service = Configured();
        using var visit = new Visit(service);
        await visit.SignInAsync();
        Assert.Equal("656005750104", (await visit.GetAsync("/")).Beside("User id"));
    }

    private static SampleService Configured() => new SampleService()
        .Without("ready")
        .With("Cis2:Platform", "local-simulator")
        .With("Cis2:ClientId", Simulator.Variable("CLIENT_ID"))
        .With("Cis2:RedirectUri", "http://127.0.0.1:5080/callback")
        .With("Cis2:SigningKey:Path", Simulator.Variable("KEY_FILE"))
        .With("Cis2:SigningKey:KeyId", Simulator.Variable("KID"))
        .With("Cis2:SigningKey:Algorithm", Simulator.Variable("ALGORITHM"))
        .With("Cis2:AdditionalRootsPath", Simulator.Variable("CA_FILE"))
        .With("Cis2:ConnectTo", Simulator.Variable("CONNECT_TO"));

    private static string FaultsOf(SampleService service)
    {
        using (service)
        {
            return Assert.Throws<InvalidOperationException>(() => service.Services).Message;
        }
    }

    private static string[] Lines(string message)
    {
        string[] lines = message.Split("\n  ");
        Assert.Equal("CIS2 is not configured:", lines[0]);
        return lines[1..];
    }
}
