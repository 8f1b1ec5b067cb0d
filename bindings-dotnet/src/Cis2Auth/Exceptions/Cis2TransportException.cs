namespace Cis2Auth;

/// <summary>A request got no answer that can be used (codes 200 to 299). A timeout is one of these, never a cancellation.</summary>
public sealed class Cis2TransportException : Cis2Exception
{
    internal Cis2TransportException(ErrorDetails details, Exception? inner)
        : base(details, inner)
    {
        StatusCode = details.HttpStatus;
    }

    /// <summary>The HTTP status of the answer that was refused; 0 if there was none.</summary>
    public int StatusCode { get; }
}
