namespace Cis2Auth;

/// <summary>The signing algorithms (RFC 7518 section 3.1) that the library knows. The one that is registered is said, never guessed.</summary>
public enum Cis2SigningAlgorithm
{
    /// <summary>No algorithm: refused everywhere.</summary>
    None = 0,

    /// <summary>RSASSA-PKCS1-v1_5 with SHA-256.</summary>
    RS256 = 1,

    /// <summary>RSASSA-PKCS1-v1_5 with SHA-384.</summary>
    RS384 = 2,

    /// <summary>RSASSA-PKCS1-v1_5 with SHA-512.</summary>
    RS512 = 3,

    /// <summary>RSASSA-PSS with SHA-256.</summary>
    PS256 = 4,

    /// <summary>RSASSA-PSS with SHA-384.</summary>
    PS384 = 5,

    /// <summary>RSASSA-PSS with SHA-512.</summary>
    PS512 = 6,

    /// <summary>ECDSA on P-256 with SHA-256.</summary>
    ES256 = 7,

    /// <summary>ECDSA on P-384 with SHA-384.</summary>
    ES384 = 8,

    /// <summary>ECDSA on P-521 with SHA-512.</summary>
    ES512 = 9,
}
