namespace Cis2Auth;

/// <summary>The conversation with the browser or the provider went wrong (codes 300 to 399).</summary>
public sealed class Cis2ProtocolException : Cis2Exception
{
    internal Cis2ProtocolException(ErrorDetails details, Exception? inner)
        : base(details, inner)
    {
        Error = details.ProviderError;
        ErrorDescription = details.ProviderDescription;
        StatusCode = details.HttpStatus;
    }

    /// <summary>The provider's <c>error</c> (RFC 6749 section 5.2), cut to 1 KB and escaped; null if it sent none. Not part of the message.</summary>
    public string? Error { get; }

    /// <summary>The provider's <c>error_description</c>, cut to 1 KB and escaped; null if it sent none. Not part of the message.</summary>
    public string? ErrorDescription { get; }

    /// <summary>The HTTP status of the answer that was refused; 0 if there was none.</summary>
    public int StatusCode { get; }
}
