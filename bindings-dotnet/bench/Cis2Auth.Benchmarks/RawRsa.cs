using System.Reflection;
using System.Runtime.InteropServices;

namespace Cis2Auth.Benchmarks;

/// <summary>aws-lc's bare operations on a kept key (<c>bench/raw</c>).</summary>
internal sealed partial class RawRsa
{
    private const string Library = "cis2_bench_raw";

    private static readonly Lazy<bool> s_isBuilt = new(Find);

    private readonly nint _raw;
    private readonly int _signatureBytes;

    private unsafe RawRsa(byte[] pkcs8, int signatureBytes)
    {
        fixed (byte* der = pkcs8)
        {
            _raw = raw_new(der, (nuint)pkcs8.Length);
        }

        if (_raw == 0)
        {
            throw new ArgumentException("aws-lc does not read the key.", nameof(pkcs8));
        }

        _signatureBytes = signatureBytes;
    }

    /// <summary>Null where the library was not built.</summary>
    public static RawRsa? Load(byte[] pkcs8, int signatureBytes) =>
        s_isBuilt.Value ? new RawRsa(pkcs8, signatureBytes) : null;

    public unsafe byte[] Sign(byte[] input)
    {
        byte[] signature = new byte[_signatureBytes];
        fixed (byte* data = input, place = signature)
        {
            return raw_sign(_raw, data, (nuint)input.Length, place) == 1
                ? signature
                : throw new InvalidOperationException("aws-lc did not sign.");
        }
    }

    public unsafe void Verify(byte[] input, byte[] signature)
    {
        fixed (byte* data = input, place = signature)
        {
            if (raw_verify(_raw, data, (nuint)input.Length, place) != 1)
            {
                throw new InvalidOperationException("aws-lc refused the signature.");
            }
        }
    }

    /// <summary>Once in a process: an assembly takes no second resolver.</summary>
    private static bool Find()
    {
        string? path = Environment.GetEnvironmentVariable("CIS2_BENCH_RAW");
        if (string.IsNullOrEmpty(path))
        {
            return false;
        }

        NativeLibrary.SetDllImportResolver(
            Assembly.GetExecutingAssembly(), (name, _, _) => name == Library ? NativeLibrary.Load(path) : 0);
        return true;
    }

    [LibraryImport(Library)]
    private static unsafe partial nint raw_new(byte* der, nuint length);

    [LibraryImport(Library)]
    private static unsafe partial uint raw_sign(nint raw, byte* input, nuint length, byte* signature);

    [LibraryImport(Library)]
    private static unsafe partial uint raw_verify(nint raw, byte* input, nuint length, byte* signature);
}
