using System.Text.Json.Nodes;
using Cis2Auth.Tests.Support;
using Xunit;

namespace Cis2Auth.Tests.Compatibility;

/// <summary>The posted controller, with one <c>using</c> changed, beside the simulator.</summary>
public sealed class PostedControllerTests : IDisposable
{
    private static readonly Lazy<bool> s_registered = new(() =>
    {
        Simulator.RegisterRs512Client();
        return true;
    });

    private readonly TextWriter _console = Console.Out;
    private readonly StringWriter _written = new();

    public PostedControllerTests()
    {
        Assert.True(s_registered.Value);
        // The posted lines print tokens.
        Console.SetOut(_written);
    }

    public void Dispose()
    {
        Console.SetOut(_console);
        PostedConstants.ApiKey = PostedConstants.PostedApiKey;
        _written.Dispose();
    }

    [Fact]
    public async Task Get_WithTheApiKeyAsPosted_ThrowsTheSentenceThatNamesTheCure()
    {
        SecretScan.Mark("API key", PostedConstants.PostedApiKey);
        Exception? thrown = await Record.ExceptionAsync(() => new UserRestrictedAuthController().Get("a code"));
        Cis2Exception refusal = Refusal.Is(Cis2ErrorCode.ClientIdIsApiKey, thrown);
        Assert.Contains(".apps.supplier", refusal.Message, StringComparison.Ordinal);
        Assert.Contains("API Platform key", refusal.Message, StringComparison.Ordinal);
        Assert.Empty(_written.ToString());
    }

    [Fact]
    public async Task Get_WithTheCis2Id_HasItsAssertionTakenAndExchangesTheCode()
    {
        PostedConstants.ApiKey = Simulator.Rs512ClientId;
        string code = await Simulator.CodeAsync(Simulator.Rs512ClientId, TestContext.Current.CancellationToken);
        await new UserRestrictedAuthController().Get(code);
        string written = _written.ToString();
        const string Success = "Response Data: ";
        Assert.True(written.StartsWith(Success, StringComparison.Ordinal), written);
        JsonNode answer = JsonNode.Parse(written[Success.Length..])!;
        SecretScan.Mark("access token", (string?)answer["access_token"]);
        SecretScan.Mark("ID token", (string?)answer["id_token"]);
        Assert.Equal("Bearer", (string?)answer["token_type"]);
        Assert.NotNull(answer["id_token"]);
    }

    [Fact]
    public async Task Get_WithACodeThatWasUsed_GetsTheProvidersWordsForACodeAndNotForAnAssertion()
    {
        PostedConstants.ApiKey = Simulator.Rs512ClientId;
        string code = await Simulator.CodeAsync(Simulator.Rs512ClientId, TestContext.Current.CancellationToken);
        await new UserRestrictedAuthController().Get(code);
        _written.GetStringBuilder().Clear();
        await new UserRestrictedAuthController().Get(code);
        Assert.StartsWith("Error: BadRequest", _written.ToString(), StringComparison.Ordinal);
        Assert.Contains("invalid_grant", _written.ToString(), StringComparison.Ordinal);
    }
}
