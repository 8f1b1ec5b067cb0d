using System.Security.Cryptography;
using Cis2Auth.Interop;
using Cis2Auth.Interop.Handles;

namespace Cis2Auth;

/// <summary>
/// A private key with the key id and the algorithm under which its public half is registered. Read once, kept by native code,
/// overwritten there when it is disposed. Immutable; used by any threads at once.
/// </summary>
/// <remarks>
/// <see cref="FromPemFile"/> is the best door: the text of the key never is a managed string, which nobody can overwrite.
/// All common forms are read: PKCS#8, PKCS#1, SEC1, encrypted PKCS#8. Everything else is refused with a sentence that says
/// what the file is and what to do.
/// </remarks>
public sealed class Cis2SigningKey : IDisposable
{
    private Cis2SigningKey(KeyHandle handle, string keyId, Cis2SigningAlgorithm algorithm)
    {
        Handle = handle;
        KeyId = keyId;
        Algorithm = algorithm;
    }

    private delegate int Reader(NativeBytes file, NativeBytes password, NativeText keyId, uint algorithm, out KeyHandle key, out nint error);

    /// <summary>The <c>kid</c> of every assertion, byte for byte as given.</summary>
    public string KeyId { get; }

    /// <summary>The algorithm that is registered.</summary>
    public Cis2SigningAlgorithm Algorithm { get; }

    /// <summary>The public half as a JWK (RFC 7517) with <c>kid</c>, <c>use</c> and <c>alg</c>. Nothing in it is private.</summary>
    /// <exception cref="ObjectDisposedException">The key was disposed.</exception>
    public string PublicJwk => Read(NativeMethods.cis2_key_public_jwk);

    /// <summary>The JWK set that holds the public half alone: what you register, or host under your <c>jwks_uri</c>.</summary>
    /// <exception cref="ObjectDisposedException">The key was disposed.</exception>
    public string JwkSet => Read(NativeMethods.cis2_key_jwk_set);

    /// <summary>The thumbprint of the public half (RFC 7638, SHA-256, base64url), which many use as the key id.</summary>
    /// <exception cref="ObjectDisposedException">The key was disposed.</exception>
    public string Thumbprint => Read(NativeMethods.cis2_key_thumbprint);

    internal KeyHandle Handle { get; }

    private delegate int TextReader(KeyHandle key, out NativeText text, out nint error);

    /// <summary>Reads a PEM file.</summary>
    /// <param name="path">The file.</param>
    /// <param name="keyId">The <c>kid</c> under which the public half is registered.</param>
    /// <param name="algorithm">The algorithm that is registered.</param>
    /// <param name="password">Null unless the key is encrypted.</param>
    /// <exception cref="IOException">The file cannot be read (also <see cref="FileNotFoundException"/> and the like).</exception>
    /// <exception cref="Cis2ConfigurationException">It holds no key that can sign here; the message says what it is and what to do.</exception>
    /// <exception cref="ArgumentException">The algorithm is not one.</exception>
    /// <exception cref="Cis2NativeLibraryException">The native library cannot be loaded.</exception>
    public static Cis2SigningKey FromPemFile(string path, string keyId, Cis2SigningAlgorithm algorithm, string? password = null) =>
        FromFile(NativeMethods.cis2_key_from_pem, path, keyId, algorithm, password);

    /// <summary>Reads the text of a PEM file, such as a value of a key vault.</summary>
    /// <inheritdoc cref="FromPem(ReadOnlySpan{byte}, string, Cis2SigningAlgorithm, string?)"/>
    public static Cis2SigningKey FromPem(ReadOnlySpan<char> pem, string keyId, Cis2SigningAlgorithm algorithm, string? password = null)
    {
        byte[] bytes = new byte[Utf8.Strict.GetByteCount(pem)];
        try
        {
            Utf8.Strict.GetBytes(pem, bytes);
            return FromPem(bytes, keyId, algorithm, password);
        }
        finally
        {
            CryptographicOperations.ZeroMemory(bytes);
        }
    }

    /// <summary>Reads the bytes of a PEM file. Overwrite yours afterwards.</summary>
    /// <param name="pem">The whole file.</param>
    /// <param name="keyId">The <c>kid</c> under which the public half is registered.</param>
    /// <param name="algorithm">The algorithm that is registered.</param>
    /// <param name="password">Null unless the key is encrypted.</param>
    /// <exception cref="Cis2ConfigurationException">It holds no key that can sign here; the message says what it is and what to do.</exception>
    /// <exception cref="ArgumentException">The algorithm is not one.</exception>
    /// <exception cref="Cis2NativeLibraryException">The native library cannot be loaded.</exception>
    public static Cis2SigningKey FromPem(ReadOnlySpan<byte> pem, string keyId, Cis2SigningAlgorithm algorithm, string? password = null) =>
        From(NativeMethods.cis2_key_from_pem, pem, keyId, algorithm, password);

    /// <summary>Reads a DER file: PKCS#8, PKCS#1, SEC1 or encrypted PKCS#8.</summary>
    /// <inheritdoc cref="FromPemFile"/>
    public static Cis2SigningKey FromDerFile(string path, string keyId, Cis2SigningAlgorithm algorithm, string? password = null) =>
        FromFile(NativeMethods.cis2_key_from_der, path, keyId, algorithm, password);

    /// <summary>Reads the bytes of a DER file, such as .NET's <c>ExportPkcs8PrivateKey</c> gives them.</summary>
    /// <param name="der">The whole file.</param>
    /// <param name="keyId">The <c>kid</c> under which the public half is registered.</param>
    /// <param name="algorithm">The algorithm that is registered.</param>
    /// <param name="password">Null unless the key is encrypted.</param>
    /// <inheritdoc cref="FromPem(ReadOnlySpan{byte}, string, Cis2SigningAlgorithm, string?)"/>
    public static Cis2SigningKey FromDer(ReadOnlySpan<byte> der, string keyId, Cis2SigningAlgorithm algorithm, string? password = null) =>
        From(NativeMethods.cis2_key_from_der, der, keyId, algorithm, password);

    /// <summary>
    /// Mints a client assertion (RFC 7523) for any server that takes <c>private_key_jwt</c>: a fresh one each call, to be sent
    /// once. Without the network. Where the host of the audience is one of CIS2 or of the API Platform, its rules hold.
    /// </summary>
    /// <param name="clientId">Becomes <c>iss</c> and <c>sub</c>.</param>
    /// <param name="audience">Becomes <c>aud</c>, byte for byte: a string, because <see cref="Uri"/> drops its <c>:443</c>.</param>
    /// <param name="lifetime">10 seconds to 5 minutes, in whole seconds; null for the platform's own, 60 seconds.</param>
    /// <exception cref="Cis2ConfigurationException">What CIS2 would answer with "JWT is not valid": a client id of another platform's kind,
    /// an algorithm that cannot be registered, an audience that would not be taken.</exception>
    /// <exception cref="ObjectDisposedException">The key was disposed.</exception>
    public Cis2ClientAssertion CreateClientAssertion(string clientId, string audience, TimeSpan? lifetime = null)
    {
        ArgumentNullException.ThrowIfNull(clientId);
        ArgumentNullException.ThrowIfNull(audience);
        ObjectDisposedException.ThrowIf(Handle.IsClosed, this);
        using var id = new Utf8(clientId, stackalloc byte[Utf8.StackBytes]);
        using var aud = new Utf8(audience, stackalloc byte[Utf8.StackBytes]);
        int status = NativeMethods.cis2_assertion_mint(
            Handle, id.Text, aud.Text, Durations.Seconds(lifetime, nameof(lifetime)) ?? 0, out AssertionHandle assertion, out nint error);
        return Cis2ClientAssertion.Take(status, assertion, error);
    }

    /// <summary>Gives up the key; clients made with it keep theirs.</summary>
    public void Dispose() => Handle.Dispose();

    /// <summary>Key id and algorithm, nothing else.</summary>
    public override string ToString() => $"{nameof(Cis2SigningKey)} {KeyId} {Algorithm}";

    private static Cis2SigningKey FromFile(Reader reader, string path, string keyId, Cis2SigningAlgorithm algorithm, string? password)
    {
        ArgumentNullException.ThrowIfNull(path);
        byte[] file = File.ReadAllBytes(path);
        try
        {
            return From(reader, file, keyId, algorithm, password);
        }
        finally
        {
            CryptographicOperations.ZeroMemory(file);
        }
    }

    private static unsafe Cis2SigningKey From(Reader reader, ReadOnlySpan<byte> file, string keyId, Cis2SigningAlgorithm algorithm, string? password)
    {
        ArgumentNullException.ThrowIfNull(keyId);
        NativeLibraryLoader.EnsureLoaded();
        using var id = new Utf8(keyId, stackalloc byte[Utf8.StackBytes]);
        using var secret = new Utf8(password, stackalloc byte[Utf8.StackBytes]);
        byte none = 0;
        fixed (byte* start = file)
        {
            // A span without bytes has no address, and absent is another thing than empty.
            var bytes = new NativeBytes(start is null ? &none : start, file.Length);
            int status = reader(bytes, secret.AsBytes, id.Text, (uint)algorithm, out KeyHandle key, out nint error);
            NativeError.Check(status, error);
            return new Cis2SigningKey(key, keyId, algorithm);
        }
    }

    private string Read(TextReader reader)
    {
        ObjectDisposedException.ThrowIf(Handle.IsClosed, this);
        NativeError.Check(reader(Handle, out NativeText text, out nint error), error);
        string copy = text.Copy();
        GC.KeepAlive(Handle);
        return copy;
    }
}
