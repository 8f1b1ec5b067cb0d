using System.Buffers.Binary;

namespace Cis2Auth.Interop;

/// <summary>Says what kind of library a file is, from its first bytes and the names in it. For explanations alone.</summary>
internal static class NativeFile
{
    private const int HeaderBytes = 64;

    public static string Describe(string file)
    {
        try
        {
            byte[] bytes = File.ReadAllBytes(file);
            return bytes.Length < HeaderBytes ? "too short for a library" : Describe(bytes);
        }
        catch (Exception unreadable) when (unreadable is IOException or UnauthorizedAccessException)
        {
            return "not readable: " + unreadable.Message;
        }
    }

    private static string Describe(ReadOnlySpan<byte> bytes)
    {
        if (bytes.StartsWith("MZ"u8))
        {
            return "a Windows library";
        }

        if (!bytes.StartsWith("\u007fELF"u8))
        {
            return bytes.StartsWith((ReadOnlySpan<byte>)[0xCF, 0xFA, 0xED, 0xFE]) ? "a macOS library" : "no library at all";
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
        string libc = bytes.IndexOf("libc.so.6\0"u8) >= 0 ? " with glibc" : bytes.IndexOf("libc.musl"u8) >= 0 ? " with musl" : "";
        return $"a Linux library for {processor}{libc}";
    }
}
