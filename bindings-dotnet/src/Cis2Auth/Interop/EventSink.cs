using System.Collections;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Cis2Auth.Interop.Handles;
using Microsoft.Extensions.Logging;

namespace Cis2Auth.Interop;

/// <summary>Brings the events of the library into a logger. The library owns the sink and drops it after the last event.</summary>
internal sealed class EventSink(ILogger logger)
{
    private const uint MaxLevel = 4;

    public static unsafe void Attach(ConfigHandle config, ILogger logger)
    {
        GCHandle sink = GCHandle.Alloc(new EventSink(logger));
        int status = NativeMethods.cis2_config_set_events(config, &OnEvent, GCHandle.ToIntPtr(sink), &OnDrop, MaxLevel, out nint error);
        if (status != 0)
        {
            // Then neither is ever called.
            sink.Free();
        }

        NativeError.Check(status, error);
    }

    internal static LogLevel Level(uint level) => level switch
    {
        1 => LogLevel.Error,
        2 => LogLevel.Warning,
        3 => LogLevel.Information,
        _ => LogLevel.Debug,
    };

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static void OnEvent(nint userData, nint @event)
    {
        // A logger that throws must not end the process; there is nobody to tell.
        try
        {
            ((EventSink)GCHandle.FromIntPtr(userData).Target!).Write(@event);
        }
        catch (Exception)
        {
        }
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static void OnDrop(nint userData) => GCHandle.FromIntPtr(userData).Free();

    private void Write(nint @event)
    {
        LogLevel level = Level(NativeMethods.cis2_event_level(@event));
        if (!logger.IsEnabled(level))
        {
            return;
        }

        var id = new EventId((int)NativeMethods.cis2_event_id(@event), NativeMethods.cis2_event_name(@event).Copy());
        logger.Log(level, id, new Fields(@event), exception: null, static (fields, _) => fields.Message);
    }

    /// <summary>The fields of an event as a structured log takes them.</summary>
    private sealed class Fields : IReadOnlyList<KeyValuePair<string, object?>>
    {
        private readonly KeyValuePair<string, object?>[] _fields;

        public Fields(nint @event)
        {
            Message = NativeMethods.cis2_event_message(@event).Copy();
            int count = (int)NativeMethods.cis2_event_field_count(@event);
            _fields = new KeyValuePair<string, object?>[count];
            for (int i = 0; i < count; i++)
            {
                _fields[i] = new(NativeMethods.cis2_event_field_name(@event, (nuint)i).Copy(), NativeMethods.cis2_event_field_value(@event, (nuint)i).Copy());
            }
        }

        public string Message { get; }

        public int Count => _fields.Length;

        public KeyValuePair<string, object?> this[int index] => _fields[index];

        public IEnumerator<KeyValuePair<string, object?>> GetEnumerator() => ((IEnumerable<KeyValuePair<string, object?>>)_fields).GetEnumerator();

        IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

        public override string ToString() => Message;
    }
}
