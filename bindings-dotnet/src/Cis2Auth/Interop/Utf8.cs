using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text;

namespace Cis2Auth.Interop;

/// <summary>
/// Text of a caller as UTF-8 for the length of one call. Short texts lie on the caller's stack, longer ones in memory that
/// no collector moves; both are overwritten at the end, because any of them may be a secret.
/// </summary>
/// <remarks>Use: <c>using var id = new Utf8(clientId, stackalloc byte[Utf8.StackBytes]);</c>, never inside a loop.</remarks>
internal unsafe ref struct Utf8
{
    public const int StackBytes = 256;

    /// <summary>For a text that is a token most of the time.</summary>
    public const int TokenStackBytes = 2048;

    /// <summary>A lone surrogate is no text: refused, not replaced.</summary>
    public static readonly UTF8Encoding Strict = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    private readonly byte* _data;
    private readonly int _capacity;
    private readonly bool _onHeap;

    /// <summary>Null is absent, which is another thing than empty.</summary>
    public Utf8(string? text, scoped Span<byte> stack)
    {
        if (text is null)
        {
            return;
        }

        int needed = Strict.GetMaxByteCount(text.Length);
        if (needed > stack.Length)
        {
            needed = Strict.GetByteCount(text);
        }

        if (needed <= stack.Length)
        {
            _data = (byte*)Unsafe.AsPointer(ref MemoryMarshal.GetReference(stack));
            _capacity = stack.Length;
        }
        else
        {
            _capacity = needed;
            _data = (byte*)NativeMemory.Alloc((nuint)needed);
            _onHeap = true;
        }

        Text = new NativeText(_data, Strict.GetBytes(text, new Span<byte>(_data, _capacity)));
    }

    public NativeText Text { get; }

    public readonly NativeBytes AsBytes => new(_data, Text.Bytes.Length);

    public readonly void Dispose()
    {
        CryptographicOperations.ZeroMemory(new Span<byte>(_data, Text.Bytes.Length));
        if (_onHeap)
        {
            NativeMemory.Free(_data);
        }
    }
}
