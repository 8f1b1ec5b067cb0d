using System.Runtime.InteropServices;

namespace Cis2Auth.Interop;

/// <summary>Calls the setters of a builder of the library, each only where there is something to set.</summary>
internal static class Setter
{
    public delegate int TextSetter<THandle>(THandle handle, NativeText value, out nint error)
        where THandle : SafeHandle;

    public delegate int BytesSetter<THandle>(THandle handle, NativeBytes value, out nint error)
        where THandle : SafeHandle;

    public delegate int NumberSetter<THandle>(THandle handle, uint value, out nint error)
        where THandle : SafeHandle;

    public delegate int PairSetter<THandle>(THandle handle, NativeText name, NativeText value, out nint error)
        where THandle : SafeHandle;

    public static void Text<THandle>(THandle handle, string? value, TextSetter<THandle> set)
        where THandle : SafeHandle
    {
        if (value is not null)
        {
            using var text = new Utf8(value, stackalloc byte[Utf8.StackBytes]);
            NativeError.Check(set(handle, text.Text, out nint error), error);
        }
    }

    public static unsafe void Bytes<THandle>(THandle handle, ReadOnlyMemory<byte>? value, BytesSetter<THandle> set)
        where THandle : SafeHandle
    {
        if (value is { } given)
        {
            byte none = 0;
            fixed (byte* start = given.Span)
            {
                NativeError.Check(set(handle, new NativeBytes(start is null ? &none : start, given.Length), out nint error), error);
            }
        }
    }

    /// <summary>A file that is text in C#.</summary>
    public static void Bytes<THandle>(THandle handle, string? value, BytesSetter<THandle> set)
        where THandle : SafeHandle
    {
        if (value is not null)
        {
            using var text = new Utf8(value, stackalloc byte[Utf8.StackBytes]);
            NativeError.Check(set(handle, text.AsBytes, out nint error), error);
        }
    }

    public static void Number<THandle>(THandle handle, uint? value, NumberSetter<THandle> set)
        where THandle : SafeHandle
    {
        if (value is { } given)
        {
            NativeError.Check(set(handle, given, out nint error), error);
        }
    }

    public static void Pair<THandle>(THandle handle, string name, string value, PairSetter<THandle> set)
        where THandle : SafeHandle
    {
        using var nameText = new Utf8(name, stackalloc byte[Utf8.StackBytes]);
        using var valueText = new Utf8(value, stackalloc byte[Utf8.StackBytes]);
        NativeError.Check(set(handle, nameText.Text, valueText.Text, out nint error), error);
    }
}
