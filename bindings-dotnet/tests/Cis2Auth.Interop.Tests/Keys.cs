using System.Security.Cryptography;

namespace Cis2Auth.Interop.Tests;

/// <summary>One RSA key of the tests, in the forms in which it is read.</summary>
internal static class Keys
{
    private static readonly RSA s_key = RSA.Create(2048);

    public static string Password { get; } = Convert.ToHexString(RandomNumberGenerator.GetBytes(12));

    public static string Pem { get; } = s_key.ExportPkcs8PrivateKeyPem();

    public static byte[] Der { get; } = s_key.ExportPkcs8PrivateKey();

    public static string EncryptedPem { get; } =
        s_key.ExportEncryptedPkcs8PrivateKeyPem(Password, new PbeParameters(PbeEncryptionAlgorithm.Aes256Cbc, HashAlgorithmName.SHA256, 10_000));

    static Keys()
    {
        Markers.Add(Password);
        // A line of it finds the whole.
        Markers.Add(Pem.Split('\n')[3]);
    }
}
