using System.Buffers.Text;
using System.IdentityModel.Tokens.Jwt;
using System.Security.Cryptography;
using System.Text;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;

namespace Cis2Auth.Benchmarks;

/// <summary>Ways to validate one ID token as CIS2 sends it, RS256 with 2048 bits, with kept keys.</summary>
internal sealed class Validating : IDisposable
{
    public const string Ours = "Cis2Client.ValidateIdToken";
    public const string Peer = "JsonWebTokenHandler.ValidateTokenAsync";
    public const string Raw = "aws-lc, bare verification";

    private readonly Provider _provider;
    private readonly Cis2KeySet _keys;
    private readonly byte[] _signingInput;
    private readonly byte[] _signature;
    private readonly JsonWebTokenHandler _handler = new();
    private readonly JwtSecurityTokenHandler _older = new();
    private readonly TokenValidationParameters _parameters;

    public Validating(Provider provider)
    {
        _provider = provider;
        _keys = Cis2KeySet.FromJson(provider.SigningKey.JwkSet);
        int dot = provider.IdToken.LastIndexOf('.');
        _signingInput = Encoding.UTF8.GetBytes(provider.IdToken[..dot]);
        _signature = Base64Url.DecodeFromChars(provider.IdToken.AsSpan(dot + 1));
        _parameters = new TokenValidationParameters
        {
            ValidIssuer = Provider.Issuer,
            ValidAudience = Provider.ClientId,
            IssuerSigningKey = provider.SecurityKey,
            ValidAlgorithms = [SecurityAlgorithms.RsaSha256],
        };
    }

    public IReadOnlyList<Contender> Contenders()
    {
        List<Contender> contenders =
        [
            new(Ours, () => _provider.Client.ValidateIdToken(_provider.IdToken, _keys, new Cis2IdTokenExpectations(_provider.Nonce))),
            new(Peer, ByHandler),
            new("JwtSecurityTokenHandler.ValidateToken", () => _older.ValidateToken(_provider.IdToken, _parameters, out _)),
            new("jose-jwt, signature only", () => Jose.JWT.Decode(_provider.IdToken, _provider.Rsa, Jose.JwsAlgorithm.RS256)),
            new("RSA.VerifyData, signature only", ByRsa),
        ];
        if (_provider.Raw is { } raw)
        {
            contenders.Add(new(Raw, () =>
            {
                raw.Verify(_signingInput, _signature);
                return null;
            }));
        }

        return contenders;
    }

    public void Dispose() => _keys.Dispose();

    private TokenValidationResult ByHandler()
    {
        // Ends at once: its keys are at hand.
        TokenValidationResult result = _handler.ValidateTokenAsync(_provider.IdToken, _parameters).GetAwaiter().GetResult();
        return result.IsValid ? result : throw new InvalidOperationException("JsonWebTokenHandler refused the token.", result.Exception);
    }

    private byte[] ByRsa()
    {
        ReadOnlySpan<char> token = _provider.IdToken;
        int dot = token.LastIndexOf('.');
        byte[] input = Encoding.UTF8.GetBytes(_provider.IdToken, 0, dot);
        byte[] signature = Base64Url.DecodeFromChars(token[(dot + 1)..]);
        return _provider.Rsa.VerifyData(input, signature, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1)
            ? signature
            : throw new InvalidOperationException("RSA refused the signature.");
    }
}
