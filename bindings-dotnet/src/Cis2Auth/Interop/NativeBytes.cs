namespace Cis2Auth.Interop;

/// <summary>The <c>cis2_bytes</c> of the header: borrowed bytes. A null pointer is absent, length 0 with a pointer is empty.</summary>
internal readonly unsafe struct NativeBytes
{
    private readonly byte* _data;
    private readonly nuint _length;

    public NativeBytes(byte* data, int length)
    {
        _data = data;
        _length = (nuint)length;
    }

    public bool IsAbsent => _data is null;

    public ReadOnlySpan<byte> Bytes => new(_data, checked((int)_length));
}
