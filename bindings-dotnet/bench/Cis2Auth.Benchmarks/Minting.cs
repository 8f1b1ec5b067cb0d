using System.Text;
using Cis2Auth.Compatibility;
using Jose;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;

namespace Cis2Auth.Benchmarks;

/// <summary>Ways to mint one client assertion with a kept key, RSA of 2048 bits.</summary>
internal sealed class Minting(Provider provider) : IDisposable
{
    public const string Ours = "Cis2SigningKey.CreateClientAssertion";
    public const string Peer = "JsonWebTokenHandler, descriptor";
    public const string Raw = "aws-lc, bare signature";

    private readonly UserRestrictedJwtHandler _compatible = new(provider.KeyFile, Provider.TokenEndpoint, Provider.ClientId, Provider.KeyId);
    private readonly SeedHandler _seed = new(provider.KeyFile);
    private readonly JsonWebTokenHandler _handler = new();
    private readonly SigningCredentials _credentials = new(provider.SecurityKey, SecurityAlgorithms.RsaSha256);
    private readonly Dictionary<string, object> _header = new() { ["kid"] = Provider.KeyId, ["typ"] = "JWT" };
    private readonly byte[] _signingInput = Encoding.UTF8.GetBytes(new string('x', 500));

    public IReadOnlyList<Contender> Contenders()
    {
        List<Contender> contenders =
        [
            new(Ours, () => provider.SigningKey.CreateClientAssertion(Provider.ClientId, Provider.TokenEndpoint).Value),
            new("Cis2Client.CreateClientAssertion", () => provider.Client.CreateClientAssertion(Provider.TokenEndpoint).Value),
            new("UserRestrictedJwtHandler (ours, RS512)", _compatible.GenerateJwt),
            new(Peer, ByDescriptor),
            new("JsonWebTokenHandler, JSON by hand", ByHand),
            new("jose-jwt", ByJose),
            new("UserRestrictedJwtHandler (posted, RS512)", _seed.GenerateJwt),
            new("the posted one, made per request", SeedPerRequest),
            new("ours in its place, made per request", OursPerRequest),
        ];
        if (provider.Raw is { } raw)
        {
            contenders.Add(new(Raw, () => raw.Sign(_signingInput)));
        }

        return contenders;
    }

    public void Dispose()
    {
        _compatible.Dispose();
        _seed.Dispose();
    }

    private string ByDescriptor()
    {
        DateTime now = DateTime.UtcNow;
        return _handler.CreateToken(new SecurityTokenDescriptor
        {
            Issuer = Provider.ClientId,
            Audience = Provider.TokenEndpoint,
            IssuedAt = now,
            Expires = now.AddSeconds(60),
            Claims = new Dictionary<string, object> { ["sub"] = Provider.ClientId, ["jti"] = Guid.NewGuid().ToString() },
            SigningCredentials = _credentials,
        });
    }

    private string ByHand()
    {
        long now = DateTimeOffset.UtcNow.ToUnixTimeSeconds();
        return _handler.CreateToken(
            $$"""{"iss":"{{Provider.ClientId}}","sub":"{{Provider.ClientId}}","aud":"{{Provider.TokenEndpoint}}","jti":"{{Guid.NewGuid()}}","iat":{{now}},"exp":{{now + 60}}}""",
            _credentials);
    }

    private string ByJose()
    {
        long now = DateTimeOffset.UtcNow.ToUnixTimeSeconds();
        var claims = new Dictionary<string, object>
        {
            ["iss"] = Provider.ClientId,
            ["sub"] = Provider.ClientId,
            ["aud"] = Provider.TokenEndpoint,
            ["jti"] = Guid.NewGuid().ToString(),
            ["iat"] = now,
            ["exp"] = now + 60,
        };
        return JWT.Encode(claims, provider.Rsa, JwsAlgorithm.RS256, _header);
    }

    private string SeedPerRequest()
    {
        using var handler = new SeedHandler(provider.KeyFile);
        return handler.GenerateJwt();
    }

    private string OursPerRequest()
    {
        using var handler = new UserRestrictedJwtHandler(provider.KeyFile, Provider.TokenEndpoint, Provider.ClientId, Provider.KeyId);
        return handler.GenerateJwt();
    }
}
