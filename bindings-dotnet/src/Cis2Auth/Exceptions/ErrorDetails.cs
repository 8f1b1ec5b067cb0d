namespace Cis2Auth;

/// <summary>What an error object of the library says. No text of it holds a key, code, token, assertion, state, nonce or verifier.</summary>
internal sealed class ErrorDetails
{
    public required Cis2ErrorCode Code { get; init; }

    public required string Message { get; init; }

    public required string Sentence { get; init; }

    public string? Expected { get; init; }

    public string? Found { get; init; }

    public string? Remedy { get; init; }

    public string? ProviderError { get; init; }

    public string? ProviderDescription { get; init; }

    public int HttpStatus { get; init; }

    public bool IsRetryable { get; init; }

    public long ClockOffsetSeconds { get; init; }
}
