using System.Collections.Concurrent;
using System.Net.WebSockets;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Cis2Auth.Browser;

/// <summary>A connection to one page by the Chrome DevTools protocol: commands with answers, and events.</summary>
internal sealed class DevTools : IAsyncDisposable
{
    private static readonly JsonSerializerOptions s_json = new() { DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull };

    private readonly ClientWebSocket _socket;
    private readonly CancellationToken _patience;
    private readonly ConcurrentDictionary<int, TaskCompletionSource<JsonElement>> _answers = new();
    private readonly ConcurrentQueue<(string Name, JsonElement Parameters)> _events = new();
    private readonly ConcurrentDictionary<string, TaskCompletionSource> _awaited = new();
    private readonly Task _reading;
    private int _last;

    private DevTools(ClientWebSocket socket, CancellationToken patience)
    {
        _socket = socket;
        _patience = patience;
        _reading = ReadAsync();
    }

    /// <summary>Connects to the one page of a browser.</summary>
    public static async Task<DevTools> ConnectAsync(Uri browser, CancellationToken patience)
    {
        using var http = new HttpClient();
        string list = await http.GetStringAsync(new Uri($"http://{browser.Authority}/json/list"), patience);
        string page = JsonDocument.Parse(list).RootElement.EnumerateArray()
            .First(target => target.GetProperty("type").GetString() == "page")
            .GetProperty("webSocketDebuggerUrl").GetString()!;
        var socket = new ClientWebSocket();
        await socket.ConnectAsync(new Uri(page), patience);
        return new DevTools(socket, patience);
    }

    public async Task<JsonElement> SendAsync(string method, object? parameters = null)
    {
        int id = Interlocked.Increment(ref _last);
        var answer = _answers[id] = new(TaskCreationOptions.RunContinuationsAsynchronously);
        byte[] message = JsonSerializer.SerializeToUtf8Bytes(new { id, method, @params = parameters }, s_json);
        await _socket.SendAsync(message, WebSocketMessageType.Text, endOfMessage: true, _patience);
        return await answer.Task.WaitAsync(_patience);
    }

    /// <summary>The next event of this name, from now on.</summary>
    public Task NextAsync(string name)
    {
        var next = _awaited[name] = new(TaskCreationOptions.RunContinuationsAsynchronously);
        return next.Task.WaitAsync(_patience);
    }

    /// <summary>All events of this name until now.</summary>
    public IEnumerable<JsonElement> Events(string name) => _events.Where(one => one.Name == name).Select(one => one.Parameters);

    public async ValueTask DisposeAsync()
    {
        _socket.Abort();
        await _reading;
        _socket.Dispose();
    }

    private async Task ReadAsync()
    {
        try
        {
            while (true)
            {
                Handle(await MessageAsync());
            }
        }
        catch (Exception over) when (over is WebSocketException or OperationCanceledException or EndOfStreamException)
        {
            foreach (var waiting in _answers.Values)
            {
                waiting.TrySetException(over);
            }
        }
    }

    private async Task<JsonElement> MessageAsync()
    {
        using var message = new MemoryStream();
        byte[] part = new byte[64 * 1024];
        WebSocketReceiveResult received;
        do
        {
            received = await _socket.ReceiveAsync(part, _patience);
            message.Write(part, 0, received.Count);
        }
        while (!received.EndOfMessage);
        return received.MessageType == WebSocketMessageType.Close
            ? throw new EndOfStreamException()
            : JsonDocument.Parse(message.ToArray()).RootElement;
    }

    private void Handle(JsonElement message)
    {
        if (!message.TryGetProperty("id", out JsonElement id))
        {
            string name = message.GetProperty("method").GetString()!;
            _events.Enqueue((name, message.GetProperty("params")));
            if (_awaited.TryRemove(name, out TaskCompletionSource? awaited))
            {
                awaited.SetResult();
            }
        }
        else if (_answers.TryRemove(id.GetInt32(), out TaskCompletionSource<JsonElement>? answer))
        {
            if (message.TryGetProperty("error", out JsonElement error))
            {
                answer.SetException(new InvalidOperationException(error.ToString()));
            }
            else
            {
                answer.SetResult(message.GetProperty("result"));
            }
        }
    }
}
