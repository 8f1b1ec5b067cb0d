using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;

namespace Cis2Auth.Tests.Support;

/// <summary>Keeps the events of a client, and shows each to the scan.</summary>
internal sealed class EventLog : ILogger<Cis2Client>
{
    private readonly ConcurrentQueue<string> _messages = new();

    public IEnumerable<string> Messages => _messages;

    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => null;

    public bool IsEnabled(LogLevel logLevel) => true;

    public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
    {
        string message = formatter(state, exception);
        _messages.Enqueue(message);
        SecretScan.See($"event {eventId}", message);
        if (state is IEnumerable<KeyValuePair<string, object?>> fields)
        {
            SecretScan.See($"event {eventId}", string.Join(' ', fields.Select(field => $"{field.Key}={field.Value}")));
        }
    }
}
