using System.Buffers.Binary;

namespace Cis2Auth.Interop;

/// <summary>What kind of library a file is, from its first bytes and the names in it. For explanations alone.</summary>
/// <param name="Description">For a sentence: "is ...".</param>
/// <param name="Processor">As in a runtime identifier; null if it is not known.</param>
/// <param name="NeedsGlibc">Whether it was linked against glibc.</param>
internal sealed record NativeFile(string Description, string? Processor = null, bool NeedsGlibc = false)
{
    private const int HeaderBytes = 64;

    // A path of a host's own may be anything, a device without end too.
    private const int MostBytes = 32 * 1024 * 1024;

    /// <summary>Null if there is no such file.</summary>
    public static NativeFile? Look(string file)
    {
        try
        {
            return File.Exists(file) ? Judge(Read(file)) : null;
        }
        catch (Exception unreadable) when (unreadable is IOException or UnauthorizedAccessException)
        {
            return new NativeFile("not readable: " + unreadable.Message);
        }
    }

    private static byte[] Read(string file)
    {
        using FileStream stream = File.OpenRead(file);
        byte[] bytes = new byte[Math.Min(stream.Length, MostBytes)];
        return bytes[..stream.ReadAtLeast(bytes, bytes.Length, throwOnEndOfStream: false)];
    }

    private static NativeFile Judge(ReadOnlySpan<byte> bytes)
    {
        if (bytes.StartsWith("MZ"u8))
        {
            return new NativeFile("a Windows library");
        }

        if (bytes.StartsWith((ReadOnlySpan<byte>)[0xCF, 0xFA, 0xED, 0xFE]))
        {
            return new NativeFile("a macOS library");
        }

        if (bytes.Length < HeaderBytes || !bytes.StartsWith("\u007fELF"u8))
        {
            return new NativeFile("no library at all");
        }

        // ELF: byte 5 says the order of bytes, e_machine stands at 18.
        ushort machine = bytes[5] == 2 ? BinaryPrimitives.ReadUInt16BigEndian(bytes[18..]) : BinaryPrimitives.ReadUInt16LittleEndian(bytes[18..]);
        string processor = machine switch
        {
            3 => "x86",
            40 => "arm",
            62 => "x64",
            183 => "arm64",
            _ => FormattableString.Invariant($"processor {machine}"),
        };
        bool glibc = bytes.IndexOf("libc.so.6\0"u8) >= 0;
        string libc = glibc ? " with glibc" : bytes.IndexOf("libc.musl"u8) >= 0 ? " with musl" : "";
        return new NativeFile($"a Linux library for {processor}{libc}", processor, glibc);
    }
}
