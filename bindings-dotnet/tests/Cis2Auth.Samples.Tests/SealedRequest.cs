using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Cis2Auth.Samples.Tests;

/// <summary>
/// Makes a sealed request older, because no test waits for a quarter of an hour. The form: <c>1.</c> and base64url of 4 bytes
/// key hint, 12 bytes nonce and AES-256-GCM, with <c>t</c> the time at which it was made.
/// </summary>
internal static class SealedRequest
{
    private const string Version = "1.";
    private const int HintBytes = 4;
    private const int NonceBytes = 12;
    private const int TagBytes = 16;

    public static string Aged(string text, byte[] secret, TimeSpan by)
    {
        byte[] bytes = Base64Url.DecodeFromChars(text.AsSpan(Version.Length));
        ReadOnlySpan<byte> nonce = bytes.AsSpan(HintBytes, NonceBytes);
        using var aes = new AesGcm(secret, TagBytes);
        byte[] plain = new byte[bytes.Length - HintBytes - NonceBytes - TagBytes];
        aes.Decrypt(nonce, bytes.AsSpan(HintBytes + NonceBytes, plain.Length), bytes.AsSpan(^TagBytes..), plain, "1."u8);

        JsonNode contents = JsonNode.Parse(plain)!;
        contents["t"] = contents["t"]!.GetValue<long>() - (long)by.TotalSeconds;
        byte[] older = JsonSerializer.SerializeToUtf8Bytes(contents);
        byte[] sealedAgain = new byte[HintBytes + NonceBytes + older.Length + TagBytes];
        bytes.AsSpan(0, HintBytes + NonceBytes).CopyTo(sealedAgain);
        aes.Encrypt(nonce, older, sealedAgain.AsSpan(HintBytes + NonceBytes, older.Length), sealedAgain.AsSpan(^TagBytes..), "1."u8);
        return Version + Base64Url.EncodeToString(sealedAgain);
    }
}
