namespace Cis2Auth.Benchmarks;

/// <summary>All that is compared, on one key and one token.</summary>
internal sealed class Contest : IDisposable
{
    private readonly Provider _provider = new();
    private readonly Minting _minting;
    private readonly Validating _validating;

    public Contest()
    {
        _minting = new Minting(_provider);
        _validating = new Validating(_provider);
        Mint = _minting.Contenders();
        Validate = _validating.Contenders();
    }

    public IReadOnlyList<Contender> Mint { get; }

    public IReadOnlyList<Contender> Validate { get; }

    public int IdTokenCharacters => _provider.IdToken.Length;

    public void Dispose()
    {
        _validating.Dispose();
        _minting.Dispose();
        _provider.Dispose();
    }
}
