using System.Net;
using Microsoft.Extensions.Logging.Testing;
using Xunit;

namespace Cis2Auth.Samples.Tests;

[Collection(Simulator.Alone)]
public sealed class SecretsTests
{
    [Fact]
    public async Task PagesHeadersAndLog_OfSignInsAndRefusals_HoldNoSecret()
    {
        using var service = new SampleService();
        using var visit = new Visit(service);
        string callback = await Simulator.SignInAsync(await visit.BeginAsync());
        string pending = visit.Pending!;
        await visit.GetAsync(callback);
        await visit.GetAsync("/");
        await visit.GetAsync(callback);
        visit.SetPending(pending);
        Page refused = await visit.GetAsync(callback);
        Assert.Equal(HttpStatusCode.BadGateway, refused.Status);
        await visit.PressAsync("/End");
        await visit.GetAsync(await Simulator.CancelAsync(await visit.BeginAsync()));

        Secrets.AssertNoneIn(string.Join('\n', visit.Shown));
        IReadOnlyList<FakeLogRecord> records = await service.LogUntilAsync("CALLBACK_REFUSED", TestContext.Current.CancellationToken);
        string log = string.Join('\n', records.Select(Everything));
        Assert.Contains("OAuthError", log, StringComparison.Ordinal);
        Assert.Contains("FLOW_FAILED", log, StringComparison.Ordinal);
        Secrets.AssertNoneIn(log);
    }

    private static string Everything(FakeLogRecord record) =>
        $"{record.Message} {record.Exception} {string.Join(' ', record.StructuredState ?? [])} {string.Join(' ', record.Scopes)}";
}
