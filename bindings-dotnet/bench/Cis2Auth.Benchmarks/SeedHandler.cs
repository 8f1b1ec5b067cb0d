using System.IdentityModel.Tokens.Jwt;
using System.Security.Claims;
using System.Security.Cryptography;
using Microsoft.IdentityModel.Tokens;

namespace Cis2Auth.Benchmarks;

/// <summary>
/// The way of the class that <see cref="Compatibility.UserRestrictedJwtHandler"/> replaces: JwtSecurityTokenHandler, RS512, a
/// list of text claims, no provider cache.
/// </summary>
internal sealed class SeedHandler : IDisposable
{
    private readonly RSA _rsa = RSA.Create();
    private readonly SigningCredentials _credentials;

    public SeedHandler(string keyFile)
    {
        string base64 = File.ReadAllText(keyFile)
            .Replace("-----BEGIN RSA PRIVATE KEY-----", "", StringComparison.Ordinal)
            .Replace("-----END RSA PRIVATE KEY-----", "", StringComparison.Ordinal);
        _rsa.ImportRSAPrivateKey(Convert.FromBase64String(base64), out _);
        _credentials = new SigningCredentials(new RsaSecurityKey(_rsa) { KeyId = Provider.KeyId }, SecurityAlgorithms.RsaSha512)
        {
            CryptoProviderFactory = new CryptoProviderFactory { CacheSignatureProviders = false },
        };
    }

    public string GenerateJwt()
    {
        DateTimeOffset now = DateTimeOffset.UtcNow;
        Claim[] claims =
        [
            new(JwtRegisteredClaimNames.Sub, Provider.ClientId),
            new(JwtRegisteredClaimNames.Iss, Provider.ClientId),
            new(JwtRegisteredClaimNames.Aud, Provider.TokenEndpoint),
            new(JwtRegisteredClaimNames.Jti, Guid.NewGuid().ToString()),
            Time(JwtRegisteredClaimNames.Exp, now.AddMinutes(5)),
            Time(JwtRegisteredClaimNames.Iat, now),
            Time(JwtRegisteredClaimNames.Nbf, now),
        ];
        return new JwtSecurityTokenHandler().WriteToken(new JwtSecurityToken(claims: claims, signingCredentials: _credentials));
    }

    public void Dispose() => _rsa.Dispose();

    private static Claim Time(string name, DateTimeOffset time) =>
        new(name, time.ToUnixTimeSeconds().ToString(System.Globalization.CultureInfo.InvariantCulture));
}
