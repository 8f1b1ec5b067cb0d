namespace Cis2Auth.Interop;

/// <summary>The <c>cis2_str</c> of the header: borrowed UTF-8. A null pointer is absent, length 0 with a pointer is empty.</summary>
internal readonly unsafe struct NativeText
{
    private readonly byte* _data;
    private readonly nuint _length;

    public NativeText(byte* data, int length)
    {
        _data = data;
        _length = (nuint)length;
    }

    public bool IsEmpty => _length == 0;

    public ReadOnlySpan<byte> Bytes => new(_data, checked((int)_length));

    /// <summary>A copy that outlives the owner of the view; empty where there is none.</summary>
    public string Copy() => _length == 0 ? "" : System.Text.Encoding.UTF8.GetString(Bytes);

    /// <summary>A copy, or the text that is known already where it is the same.</summary>
    public string CopyOr(string? known) => known is not null && System.Text.Ascii.Equals(Bytes, known) ? known : Copy();

    /// <summary>A copy, or null where there is nothing.</summary>
    public string? CopyOrNull() => _length == 0 ? null : Copy();
}
