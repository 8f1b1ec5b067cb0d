using System.Net;
using System.Text.RegularExpressions;
using Microsoft.AspNetCore.Mvc.Testing.Handlers;
using Xunit;

namespace Cis2Auth.Samples.Tests;

/// <summary>A browser at the sample service: keeps cookies, follows no redirect, remembers what it was shown.</summary>
internal sealed partial class Visit : IDisposable
{
    public const string PendingCookie = "pending-sign-in";

    private readonly Uri _service;
    private readonly CookieContainer _cookies = new();
    private readonly HttpClient _client;

    public Visit(SampleService service, string address = "http://127.0.0.1:5080")
    {
        _service = new Uri(address);
        _client = service.CreateDefaultClient(_service, new CookieContainerHandler(_cookies));
    }

    /// <summary>The bodies of all pages, and all headers but the two that carry what the browser alone may know.</summary>
    public List<string> Shown { get; } = [];

    public string? Pending => Cookie(PendingCookie);

    private Uri CallbackAddress => new(_service, CallbackPath);

    public string CallbackPath { get; init; } = "/callback";

    public Task<Page> GetAsync(string address) => SendAsync(new HttpRequestMessage(HttpMethod.Get, address));

    /// <summary>Presses the button of the page at <c>/</c> that sends a form there.</summary>
    public async Task<Page> PressAsync(string action)
    {
        Page page = await GetAsync("/");
        Match form = Form().Match(page.Html);
        Assert.True(form.Success && form.Groups["action"].Value == action, $"The page has no button for {action}.");
        using var content = new FormUrlEncodedContent([new("__RequestVerificationToken", form.Groups["token"].Value)]);
        return await SendAsync(new HttpRequestMessage(HttpMethod.Post, action) { Content = content });
    }

    /// <summary>Presses the button for a sign-in; the address at CIS2 to which it leads.</summary>
    public async Task<string> BeginAsync()
    {
        Page page = await PressAsync("/Begin");
        Assert.Equal(HttpStatusCode.Found, page.Status);
        Secrets.MarkQuery(page.Location!);
        Secrets.Mark(Pending!);
        return page.Location!;
    }

    /// <summary>The whole way to CIS2 and back.</summary>
    public async Task<Page> SignInAsync(string person = "several-roles") => await GetAsync(await Simulator.SignInAsync(await BeginAsync(), person));

    public void SetPending(string value) => _cookies.Add(new Cookie(PendingCookie, value, CallbackPath, _service.Host) { Secure = _service.Scheme == Uri.UriSchemeHttps });

    public void ForgetPending() => _cookies.GetCookies(CallbackAddress)[PendingCookie]!.Expired = true;

    public void Dispose() => _client.Dispose();

    private string? Cookie(string name) => _cookies.GetCookies(CallbackAddress)[name]?.Value;

    private async Task<Page> SendAsync(HttpRequestMessage request)
    {
        using (request)
        {
            using HttpResponseMessage answer = await _client.SendAsync(request, TestContext.Current.CancellationToken);
            string html = await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
            var headers = answer.Headers.Concat(answer.Content.Headers).ToLookup(header => header.Key, header => header.Value);
            Shown.Add(html);
            Shown.AddRange(headers.Where(header => header.Key is not ("Location" or "Set-Cookie")).SelectMany(header => header).SelectMany(values => values));
            string[] setCookies = [.. headers["Set-Cookie"].SelectMany(values => values)];
            return new Page(answer.StatusCode, html, answer.Headers.Location?.OriginalString, setCookies);
        }
    }

    [GeneratedRegex("""<form method="post" action="(?<action>[^"]+)">.*?name="__RequestVerificationToken" type="hidden" value="(?<token>[^"]+)""", RegexOptions.Singleline)]
    private static partial Regex Form();
}

/// <summary>An answer of the sample service.</summary>
internal sealed record Page(HttpStatusCode Status, string Html, string? Location, string[] SetCookies)
{
    /// <summary>The text of the element with this id, as a person reads it; null if there is none.</summary>
    public string? Text(string id) =>
        Regex.Match(Html, $"""id="{id}">(.*?)<""", RegexOptions.Singleline) is { Success: true } match ? WebUtility.HtmlDecode(match.Groups[1].Value) : null;

    /// <summary>What stands beside a word in the list of the signed-in page.</summary>
    public string? Beside(string word) => Regex.Match(Html, $"<dt>{word}</dt><dd>(.*?)</dd>") is { Success: true } match ? match.Groups[1].Value : null;

    // A test that fails prints its page: that may hold what the log must not.
    public override string ToString() => $"{(int)Status} {Text("code")}: {Text("sentence")}";
}
