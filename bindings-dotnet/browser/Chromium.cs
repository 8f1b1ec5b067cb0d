using System.Diagnostics;
using System.Text.Json;

namespace Cis2Auth.Browser;

/// <summary>A headless Chromium with one page, driven over the DevTools protocol as a person would: mouse and keyboard.</summary>
internal sealed class Chromium : IAsyncDisposable
{
    private const string Listening = "DevTools listening on ";

    private static readonly string[] s_click = ["mousePressed", "mouseReleased"];
    private static readonly string[] s_domains = ["Log", "Network", "Page", "Runtime"];

    private readonly Process _process;
    private readonly DirectoryInfo _profile;
    private readonly DevTools _page;

    private Chromium(Process process, DirectoryInfo profile, DevTools page)
    {
        _process = process;
        _profile = profile;
        _page = page;
    }

    /// <summary>Addresses that the page itself went to, in order, redirects included.</summary>
    public IEnumerable<string> Visited => _page.Events("Network.requestWillBeSent")
        .Where(request => request.GetProperty("type").GetString() == "Document")
        .Select(request => request.GetProperty("request").GetProperty("url").GetString()!);

    /// <summary>What the browser complained of.</summary>
    public IEnumerable<string> Complaints => _page.Events("Log.entryAdded")
        .Select(log => log.GetProperty("entry"))
        .Where(entry => entry.GetProperty("level").GetString() == "error")
        .Select(entry => $"{entry.GetProperty("text").GetString()} {new Uri(entry.GetProperty("url").GetString()!).AbsolutePath}");

    public static async Task<Chromium> StartAsync(string program, CancellationToken cancellationToken)
    {
        DirectoryInfo profile = Directory.CreateTempSubdirectory("cis2-chromium");
        string[] arguments =
        [
            "--headless", "--no-sandbox", "--no-first-run", "--disable-gpu", "--disable-quic", "--disable-dev-shm-usage",
            "--hide-scrollbars", "--window-size=1000,760", "--remote-debugging-port=0", $"--user-data-dir={profile.FullName}", "about:blank",
        ];
        Process process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardError = true, RedirectStandardOutput = true })!;
        _ = process.StandardOutput.BaseStream.CopyToAsync(Stream.Null, CancellationToken.None);
        string? line;
        do
        {
            line = await process.StandardError.ReadLineAsync(cancellationToken) ?? throw new InvalidOperationException("Chromium did not start.");
        }
        while (!line.StartsWith(Listening, StringComparison.Ordinal));
        _ = process.StandardError.BaseStream.CopyToAsync(Stream.Null, CancellationToken.None);

        var page = await DevTools.ConnectAsync(new Uri(line[Listening.Length..]), cancellationToken);
        foreach (string domain in s_domains)
        {
            await page.SendAsync($"{domain}.enable");
        }

        return new Chromium(process, profile, page);
    }

    public Task OpenAsync(string address) => AfterLoadAsync(() => _page.SendAsync("Page.navigate", new { url = address }));

    /// <summary>Clicks into the middle of the first element that fits, and waits for the page to which it leads.</summary>
    public Task ClickAsync(string selector) => AfterLoadAsync(async () =>
    {
        JsonElement middle = JsonDocument.Parse(await EvaluateAsync($$"""
            (() => {
                const element = document.querySelector({{JsonSerializer.Serialize(selector)}});
                element.scrollIntoView({ block: 'center' });
                const box = element.getBoundingClientRect();
                return JSON.stringify([box.x + box.width / 2, box.y + box.height / 2]);
            })()
            """)).RootElement;
        foreach (string type in s_click)
        {
            await _page.SendAsync("Input.dispatchMouseEvent", new { type, x = middle[0], y = middle[1], button = "left", clickCount = 1 });
        }
    });

    /// <summary>Goes to the next element that the keyboard reaches.</summary>
    public Task TabAsync() => KeyAsync("Tab", 9, text: null);

    /// <summary>Presses what has the focus, and waits for the page to which it leads.</summary>
    public Task EnterAsync() => AfterLoadAsync(() => KeyAsync("Enter", 13, "\r"));

    /// <summary>The text that an expression gives.</summary>
    public async Task<string> EvaluateAsync(string expression)
    {
        JsonElement answer = await _page.SendAsync("Runtime.evaluate", new { expression, returnByValue = true });
        return answer.GetProperty("result").TryGetProperty("value", out JsonElement value) ? value.ToString() : throw new InvalidOperationException($"No value: {expression}");
    }

    public async Task ScreenshotAsync(string file)
    {
        JsonElement answer = await _page.SendAsync("Page.captureScreenshot", new { format = "png" });
        await File.WriteAllBytesAsync(file, answer.GetProperty("data").GetBytesFromBase64());
    }

    public async ValueTask DisposeAsync()
    {
        await _page.DisposeAsync();
        _process.Kill(entireProcessTree: true);
        await _process.WaitForExitAsync();
        _process.Dispose();
        _profile.Delete(recursive: true);
    }

    private async Task AfterLoadAsync(Func<Task> act)
    {
        Task loaded = _page.NextAsync("Page.loadEventFired");
        await act();
        await loaded;
    }

    private async Task KeyAsync(string key, int windowsVirtualKeyCode, string? text)
    {
        await _page.SendAsync("Input.dispatchKeyEvent", new { type = "keyDown", key, windowsVirtualKeyCode, text });
        await _page.SendAsync("Input.dispatchKeyEvent", new { type = "keyUp", key, windowsVirtualKeyCode });
    }
}
