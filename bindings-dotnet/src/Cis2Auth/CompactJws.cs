#if !NET9_0_OR_GREATER
using System.Globalization;
#endif

namespace Cis2Auth;

/// <summary>
/// The compact form of a JWS (RFC 7515 section 3.1) that the library has validated: three parts, each in its one exact form, so that
/// what is read here is what the signature covers.
/// </summary>
internal static class CompactJws
{
    /// <summary>The bytes of the payload.</summary>
    public static byte[] Payload(string validated)
    {
        int start = validated.IndexOf('.', StringComparison.Ordinal) + 1;
        ReadOnlySpan<char> symbols = validated.AsSpan(start, validated.LastIndexOf('.') - start);
#if NET9_0_OR_GREATER
        return System.Buffers.Text.Base64Url.DecodeFromChars(symbols);
#else
        string padding = (symbols.Length % 4) switch { 2 => "==", 3 => "=", _ => "" };
        return Convert.FromBase64String(string.Create(CultureInfo.InvariantCulture, $"{symbols}{padding}").Replace('-', '+').Replace('_', '/'));
#endif
    }
}
