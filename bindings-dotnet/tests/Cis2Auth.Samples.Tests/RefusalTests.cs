using System.Net;
using Xunit;

namespace Cis2Auth.Samples.Tests;

[Collection(Simulator.Alone)]
public sealed class RefusalTests
{
    private const string StateSecret = "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=";

    [Fact]
    public async Task Callback_Reloaded_SaysThatNoSignInIsUnderWay()
    {
        using var service = new SampleService();
        using var visit = new Visit(service);
        string callback = await Simulator.SignInAsync(await visit.BeginAsync());
        await visit.GetAsync(callback);
        Page page = await visit.GetAsync(callback);
        AssertRefused(page, HttpStatusCode.BadRequest, "NothingPending", "This browser has no sign-in under way.");
    }

    [Fact]
    public async Task Callback_CookieLost_SaysThatNoSignInIsUnderWay()
    {
        using var service = new SampleService();
        using var visit = new Visit(service);
        string callback = await Simulator.SignInAsync(await visit.BeginAsync());
        visit.ForgetPending();
        AssertRefused(await visit.GetAsync(callback), HttpStatusCode.BadRequest, "NothingPending", "This browser has no sign-in under way.");
    }

    [Fact]
    public async Task Callback_CookieAndCodeUsedTwice_GivesTheWordsOfCis2()
    {
        using var service = new SampleService();
        using var visit = new Visit(service);
        string callback = await Simulator.SignInAsync(await visit.BeginAsync());
        string pending = visit.Pending!;
        await visit.GetAsync(callback);
        visit.SetPending(pending);
        Page page = await visit.GetAsync(callback);
        AssertRefused(page, HttpStatusCode.BadGateway, "OAuthError", "The provider's token endpoint refused.");
        Assert.StartsWith("invalid_grant: ", page.Text("words"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Callback_OfAnotherSignIn_IsRefusedForItsState()
    {
        using var service = new SampleService();
        using var attacker = new Visit(service);
        using var victim = new Visit(service);
        string foreign = await Simulator.SignInAsync(await attacker.BeginAsync());
        await victim.BeginAsync();
        Page page = await victim.GetAsync(foreign);
        AssertRefused(page, HttpStatusCode.BadRequest, "StateMismatch", "The callback's state is not the one of the request.");
        Assert.Null((await victim.GetAsync("/")).Beside("User id"));
    }

    [Fact]
    public async Task Callback_WithoutAnything_IsRefused()
    {
        using var service = new SampleService();
        using var visit = new Visit(service);
        await visit.BeginAsync();
        AssertRefused(await visit.GetAsync("/callback"), HttpStatusCode.BadRequest, "StateMissing", "The callback has no state.");
    }

    [Fact]
    public async Task Callback_PersonCancelled_IsForbiddenAndSaysWhatCis2Said()
    {
        using var service = new SampleService();
        using var visit = new Visit(service);
        Page page = await visit.GetAsync(await Simulator.CancelAsync(await visit.BeginAsync()));
        AssertRefused(page, HttpStatusCode.Forbidden, "AuthorizationRefused", "The provider refused to authorize.");
        Assert.StartsWith("access_denied: ", page.Text("words"), StringComparison.Ordinal);
        Assert.Null(visit.Pending);
    }

    [Theory]
    [InlineData("not sealed", "RequestMalformed", "The saved authorization request cannot be read.")]
    [InlineData("1.AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA", "RequestSealForeign", "The saved authorization request was sealed with another secret, or changed.")]
    public async Task Callback_GarbledCookie_IsRefused(string cookie, string code, string sentence)
    {
        using var service = new SampleService();
        using var visit = new Visit(service);
        string callback = await Simulator.SignInAsync(await visit.BeginAsync());
        visit.SetPending(Uri.EscapeDataString(cookie));
        AssertRefused(await visit.GetAsync(callback), HttpStatusCode.BadRequest, code, sentence);
    }

    [Fact]
    public async Task Callback_CookieOlderThanAQuarterOfAnHour_IsRefused()
    {
        using SampleService service = new SampleService().With("Cis2:StateSecret", StateSecret);
        using var visit = new Visit(service);
        string callback = await Simulator.SignInAsync(await visit.BeginAsync());
        visit.SetPending(SealedRequest.Aged(visit.Pending!, Convert.FromBase64String(StateSecret), TimeSpan.FromMinutes(16)));
        AssertRefused(await visit.GetAsync(callback), HttpStatusCode.BadRequest, "RequestExpired", "The saved authorization request is too old.");
    }

    [Theory]
    [InlineData("reset", "access_token", HttpStatusCode.BadGateway, "ConnectionLost")]
    [InlineData("status_500", "access_token", HttpStatusCode.BadGateway, "HttpStatus")]
    [InlineData("html", "access_token", HttpStatusCode.BadGateway, "ResponseNotJson")]
    [InlineData("wrong_issuer", "access_token", HttpStatusCode.Forbidden, "IssuerMismatch")]
    public async Task Callback_FaultOfCis2_IsRefused(string fault, string endpoint, HttpStatusCode status, string code)
    {
        using var service = new SampleService();
        using var visit = new Visit(service);
        string callback = await Simulator.SignInAsync(await visit.BeginAsync());
        await Simulator.FailOnceAsync(fault, endpoint);
        AssertRefused(await visit.GetAsync(callback), status, code, sentence: null);
    }

    [Fact]
    public async Task Begin_DiscoveryFails_IsRefusedAndKeepsNothing()
    {
        using var service = new SampleService();
        using var visit = new Visit(service);
        await Simulator.FailOnceAsync("html", "discovery");
        AssertRefused(await visit.PressAsync("/Begin"), HttpStatusCode.BadGateway, "ResponseNotJson", sentence: null);
        Assert.Null(visit.Pending);
    }

    [Fact]
    public async Task Begin_WithoutAntiforgeryToken_IsRefused()
    {
        using var service = new SampleService();
        using HttpClient client = service.CreateClient();
        using HttpResponseMessage answer = await client.PostAsync(new Uri("/Begin", UriKind.Relative), content: null, TestContext.Current.CancellationToken);
        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
    }

    [Fact]
    public async Task Callback_MarkupInTheWordsOfCis2_IsShownAsText()
    {
        using var service = new SampleService();
        using var visit = new Visit(service);
        string cancelled = await Simulator.CancelAsync(await visit.BeginAsync());
        string callback = cancelled.Replace("error_description=", "error_description=%3Cscript%3Ealert(1)%3C%2Fscript%3E", StringComparison.Ordinal);
        Page page = await visit.GetAsync(callback);
        Assert.Contains("<script>alert(1)</script>", page.Text("words"), StringComparison.Ordinal);
        Assert.DoesNotContain("<script", page.Html, StringComparison.OrdinalIgnoreCase);
    }

    private static void AssertRefused(Page page, HttpStatusCode status, string code, string? sentence)
    {
        Assert.Equal(code, page.Text("code"));
        Assert.Equal(status, page.Status);
        Assert.False(string.IsNullOrEmpty(page.Text("remedy")));
        if (sentence is not null)
        {
            Assert.StartsWith(sentence, page.Text("sentence"), StringComparison.Ordinal);
        }
    }
}
