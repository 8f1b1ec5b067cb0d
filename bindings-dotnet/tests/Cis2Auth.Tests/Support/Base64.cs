using System.Buffers.Text;

namespace Cis2Auth.Tests.Support;

/// <summary>base64url without padding (RFC 7515 section 2).</summary>
internal static class Base64
{
    public static string Url(ReadOnlySpan<byte> bytes) => Base64Url.EncodeToString(bytes);

    public static byte[] FromUrl(string text) => Base64Url.DecodeFromChars(text);
}
