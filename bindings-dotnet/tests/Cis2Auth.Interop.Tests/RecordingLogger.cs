using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;

namespace Cis2Auth.Interop.Tests;

internal sealed record Entry(LogLevel Level, EventId Id, string Text, IReadOnlyList<KeyValuePair<string, object?>> Fields, string Thread);

/// <summary>Keeps what it is told, and may do something more each time.</summary>
internal sealed class RecordingLogger(Action<Entry>? also = null, LogLevel least = LogLevel.Debug) : ILogger<Cis2Client>
{
    private readonly ConcurrentQueue<Entry> _entries = new();

    public IReadOnlyList<Entry> Entries => [.. _entries];

    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => null;

    public bool IsEnabled(LogLevel logLevel) => logLevel >= least;

    public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
    {
        var entry = new Entry(
            logLevel, eventId, formatter(state, exception), Assert.IsType<IReadOnlyList<KeyValuePair<string, object?>>>(state, exactMatch: false), NativeThread.Name);
        _entries.Enqueue(entry);
        also?.Invoke(entry);
    }
}
