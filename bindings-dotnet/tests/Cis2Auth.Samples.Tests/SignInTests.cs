using System.Net;
using Xunit;

namespace Cis2Auth.Samples.Tests;

[Collection(Simulator.Alone)]
public sealed class SignInTests
{
    [Fact]
    public async Task Index_NobodySignedIn_ShowsTheButton()
    {
        using var service = new SampleService();
        using var visit = new Visit(service);
        Page page = await visit.GetAsync("/");
        Assert.Equal(HttpStatusCode.OK, page.Status);
        Assert.Contains("<button>Sign in with NHS Care Identity</button>", page.Html, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Callback_GoodCode_ShowsUidLevelAndPickedRole()
    {
        using var service = new SampleService();
        using var visit = new Visit(service);
        string cis2 = await visit.BeginAsync();
        Page back = await visit.GetAsync(await Simulator.SignInAsync(cis2 + "&simulator_role=555254240100"));
        Assert.Equal("/", back.Location);
        Page page = await visit.GetAsync("/");
        Assert.Equal("656005750104", page.Beside("User id"));
        Assert.Equal("AAL3", page.Beside("Assurance level"));
        Assert.Equal("555254240100", page.Beside("Selected role"));
    }

    [Fact]
    public async Task Callback_PersonWithoutRole_SignsInWithNone()
    {
        using var service = new SampleService();
        using var visit = new Visit(service);
        await visit.SignInAsync("no-role");
        Assert.Equal("none", (await visit.GetAsync("/")).Beside("Selected role"));
    }

    [Fact]
    public async Task Begin_HttpRedirectUri_KeepsTheRequestFromScriptsAndOtherPathsForAQuarterOfAnHour()
    {
        using var service = new SampleService();
        using var visit = new Visit(service);
        Page page = await visit.PressAsync("/Begin");
        string cookie = Assert.Single(page.SetCookies, cookie => cookie.StartsWith(Visit.PendingCookie, StringComparison.Ordinal));
        Assert.Equal(["max-age=900", "path=/callback", "samesite=lax", "httponly"], cookie.Split("; ")[1..].Where(part => !part.StartsWith("expires", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task SignIn_AtTheRedirectUriOfTheSeed_WorksWithSecureCookies()
    {
        using SampleService service = new SampleService().With("Cis2:RedirectUri", "https://localhost:44358/authorise.aspx");
        using var visit = new Visit(service, "https://localhost:44358") { CallbackPath = "/authorise.aspx" };
        Page first = await visit.GetAsync("/");
        Page begun = await visit.PressAsync("/Begin");
        Page back = await visit.GetAsync(await Simulator.SignInAsync(begun.Location!));
        Assert.Equal("/", back.Location);
        string[] cookies = [.. first.SetCookies, .. begun.SetCookies, .. back.SetCookies];
        Assert.Equal(4, cookies.Length);
        Assert.All(cookies, cookie => Assert.Contains("; secure", cookie, StringComparison.Ordinal));
        Assert.Equal("656005750104", (await visit.GetAsync("/")).Beside("User id"));
    }

    [Fact]
    public async Task Callback_GoodCode_DeletesThePendingCookie()
    {
        using var service = new SampleService();
        using var visit = new Visit(service);
        string callback = await Simulator.SignInAsync(await visit.BeginAsync());
        Assert.NotNull(visit.Pending);
        await visit.GetAsync(callback);
        Assert.Null(visit.Pending);
    }

    [Fact]
    public async Task End_SignedIn_ShowsTheButtonAgain()
    {
        using var service = new SampleService();
        using var visit = new Visit(service);
        await visit.SignInAsync();
        await visit.PressAsync("/End");
        Assert.Null((await visit.GetAsync("/")).Beside("User id"));
    }

    [Fact]
    public async Task Dispose_ServiceEnds_DisposesTheClient()
    {
        var service = new SampleService();
        Cis2Client client = (Cis2Client)service.Services.GetService(typeof(Cis2Client))!;
        await service.DisposeAsync();
        Assert.Throws<ObjectDisposedException>(() => client.CreateClientAssertion());
    }
}
