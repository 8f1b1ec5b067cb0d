namespace Cis2Auth.Compatibility;

/// <summary>
/// Stands in the place of the class of this name that is copied from NHS samples and forum posts: the same constructor, the
/// same <see cref="GenerateJwt"/>, one <c>using</c> to add. Its assertion is one that CIS2 takes.
/// </summary>
/// <remarks>
/// What is different: <c>exp</c> and <c>iat</c> are numbers, <c>nbf</c> is left out, <c>exp</c> is 60 seconds after
/// <c>iat</c> instead of 300. PKCS#8 files are read too, the key once and not for each call. Nothing is printed. What CIS2
/// would answer with "JWT is not valid" is refused by the constructor with a sentence that names the cure: the API key as
/// client id, an audience that lost its <c>:443</c>, an empty key id, a public key, a certificate, an encrypted key, RSA
/// under 2048 bits.
/// New code takes <see cref="Cis2Client"/>, which does the rest of the sign-in too.
/// </remarks>
public class UserRestrictedJwtHandler : IDisposable
{
    private readonly Cis2SigningKey _key;
    private readonly string _clientId;
    private readonly string _audience;

    /// <summary>Reads the key; signs with RS512, like the class it replaces. If RS256 is registered, say so with the other constructor.</summary>
    /// <param name="certPath">The private key's file.</param>
    /// <param name="audience">The token endpoint, byte for byte, with its <c>:443</c>.</param>
    /// <param name="clientId">The CIS2 client id, such as <c>NNN.apps.supplier</c>; not the API key.</param>
    /// <param name="kid">The key id under which the public key is registered.</param>
    /// <param name="isPem">False for a DER file.</param>
    /// <inheritdoc cref="UserRestrictedJwtHandler(string, string, string, string, Cis2SigningAlgorithm)"/>
    public UserRestrictedJwtHandler(string certPath, string audience, string clientId, string kid, bool isPem = true)
        : this(isPem
            ? Cis2SigningKey.FromPemFile(Given(certPath, nameof(certPath)), Given(kid, nameof(kid)), Cis2SigningAlgorithm.RS512)
            : Cis2SigningKey.FromDerFile(Given(certPath, nameof(certPath)), Given(kid, nameof(kid)), Cis2SigningAlgorithm.RS512), audience, clientId)
    {
    }

    /// <summary>Reads the key, a PEM file; signs with the algorithm that is registered.</summary>
    /// <param name="certPath">The private key's file.</param>
    /// <param name="audience">The token endpoint, byte for byte, with its <c>:443</c>.</param>
    /// <param name="clientId">The CIS2 client id, such as <c>NNN.apps.supplier</c>; not the API key.</param>
    /// <param name="kid">The key id under which the public key is registered.</param>
    /// <param name="algorithm">RS256 or RS512 at CIS2.</param>
    /// <exception cref="ArgumentNullException">A text is missing: the key id too, which the class that this one replaces left out of the header.</exception>
    /// <exception cref="IOException">The file cannot be read (also <see cref="FileNotFoundException"/> and the like).</exception>
    /// <exception cref="Cis2ConfigurationException">CIS2 would refuse what these values make; the message says why and what to do.</exception>
    /// <exception cref="Cis2NativeLibraryException">The native library cannot be loaded.</exception>
    public UserRestrictedJwtHandler(string certPath, string audience, string clientId, string kid, Cis2SigningAlgorithm algorithm)
        : this(Cis2SigningKey.FromPemFile(Given(certPath, nameof(certPath)), Given(kid, nameof(kid)), algorithm), audience, clientId)
    {
    }

    private UserRestrictedJwtHandler(Cis2SigningKey key, string audience, string clientId)
    {
        _key = key;
        _audience = audience;
        _clientId = clientId;
        try
        {
            // What would be refused later is refused here, where the values stand.
            _ = GenerateJwt();
        }
        catch
        {
            _key.Dispose();
            throw;
        }
    }

    /// <summary>A client assertion: a fresh one each call, to be sent once.</summary>
    /// <exception cref="ObjectDisposedException">The handler was disposed.</exception>
    public string GenerateJwt() => _key.CreateClientAssertion(_clientId, _audience).Value;

    /// <summary>Gives up the key.</summary>
    public void Dispose()
    {
        Dispose(disposing: true);
        GC.SuppressFinalize(this);
    }

    /// <summary>Gives up the key.</summary>
    /// <param name="disposing">True from <see cref="Dispose()"/>.</param>
    protected virtual void Dispose(bool disposing)
    {
        if (disposing)
        {
            _key.Dispose();
        }
    }

    private static string Given(string text, string name)
    {
        ArgumentNullException.ThrowIfNull(text, name);
        return text;
    }
}
