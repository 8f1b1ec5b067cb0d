// The same as ColdCis2Auth, over JsonWebTokenHandler.
using System.Security.Cryptography;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;

if (args is [string keyFile, string keyId, string clientId, string audience])
{
    using var rsa = RSA.Create();
    rsa.ImportFromPem(File.ReadAllText(keyFile));
    DateTime now = DateTime.UtcNow;
    string assertion = new JsonWebTokenHandler().CreateToken(new SecurityTokenDescriptor
    {
        Issuer = clientId,
        Audience = audience,
        IssuedAt = now,
        Expires = now.AddSeconds(60),
        Claims = new Dictionary<string, object> { ["sub"] = clientId, ["jti"] = Guid.NewGuid().ToString() },
        SigningCredentials = new SigningCredentials(new RsaSecurityKey(rsa) { KeyId = keyId }, SecurityAlgorithms.RsaSha256),
    });
    Environment.ExitCode = assertion.Length > 0 ? 0 : 1;
}

Console.WriteLine(Environment.CpuUsage.TotalTime.Ticks);
