// The class as it was posted, completed so far that it compiles: with the arguments of the NHS sample from which it comes.
// Do not use it. It prints its assertions, and what is wrong with them is what this sample shows.
#nullable disable
#pragma warning disable
using System.IdentityModel.Tokens.Jwt;
using System.Security.Claims;
using System.Security.Cryptography;
using Microsoft.IdentityModel.Tokens;

namespace SideBySide;

public class PostedUserRestrictedJwtHandler
{
    private readonly SigningCredentials _signingCredentials;
    private readonly string _audience;
    private readonly string _clientId;
    private readonly string _kid;

    public PostedUserRestrictedJwtHandler(string certPath, string audience, string clientId, string kid, bool isPem = true)
    {
        _audience = audience;
        _clientId = clientId;
        _kid = kid;
        _signingCredentials = LoadCertificateFromPem(certPath, kid);
    }

    private SigningCredentials LoadCertificateFromPem(string pemPath, string kid)
    {
        var privateKey = File.ReadAllText(pemPath);
        privateKey = privateKey.Replace("-----BEGIN PRIVATE KEY-----", "")
            .Replace("-----END PRIVATE KEY-----", "")
            .Replace("-----BEGIN RSA PRIVATE KEY-----", "")
            .Replace("-----END RSA PRIVATE KEY-----", "");
        var keyBytes = Convert.FromBase64String(privateKey);
        var rsa = RSA.Create();
        rsa.ImportRSAPrivateKey(keyBytes, out _);
        var rsaSecurityKey = new RsaSecurityKey(rsa)
        {
            KeyId = kid
        };
        return new SigningCredentials(rsaSecurityKey, SecurityAlgorithms.RsaSha512)
        {
            CryptoProviderFactory = new CryptoProviderFactory { CacheSignatureProviders = false }
        };
    }

    public string GenerateJwt()
    {
        var now = DateTime.UtcNow;
        var claims = new List<Claim>
        {
            new Claim(JwtRegisteredClaimNames.Sub, _clientId),
            new Claim(JwtRegisteredClaimNames.Iss, _clientId),
            new Claim(JwtRegisteredClaimNames.Aud, _audience),
            new Claim(JwtRegisteredClaimNames.Jti, Guid.NewGuid().ToString()),
            new Claim(JwtRegisteredClaimNames.Exp, new DateTimeOffset(now.AddMinutes(5)).ToUnixTimeSeconds().ToString()),
            new Claim(JwtRegisteredClaimNames.Iat, new DateTimeOffset(now).ToUnixTimeSeconds().ToString()),
            new Claim(JwtRegisteredClaimNames.Nbf, new DateTimeOffset(now).ToUnixTimeSeconds().ToString())
        };
        var token = new JwtSecurityToken(
            issuer: _clientId,
            audience: _audience,
            claims: claims,
            notBefore: now,
            expires: now.AddMinutes(5),
            signingCredentials: _signingCredentials);
        var tokenHandler = new JwtSecurityTokenHandler();
        var jwt = tokenHandler.WriteToken(token);
        // Debug: Print the JWT to verify its structure
        Console.WriteLine("Generated JWT: " + jwt);
        return jwt;
    }
}
