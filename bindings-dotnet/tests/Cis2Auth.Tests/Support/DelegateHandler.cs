namespace Cis2Auth.Tests.Support;

/// <summary>A handler of a host, as one function; <c>Next</c> is the one it wraps.</summary>
internal sealed class DelegateHandler : DelegatingHandler
{
    private readonly Func<HttpRequestMessage, Func<HttpRequestMessage, CancellationToken, Task<HttpResponseMessage>>, CancellationToken, Task<HttpResponseMessage>> _send;

    public DelegateHandler(
        HttpMessageHandler inner,
        Func<HttpRequestMessage, Func<HttpRequestMessage, CancellationToken, Task<HttpResponseMessage>>, CancellationToken, Task<HttpResponseMessage>> send)
        : base(inner) => _send = send;

    /// <summary>Whether a request asks for tokens.</summary>
    public static bool AsksForTokens(HttpRequestMessage request) => request.RequestUri!.OriginalString == Provider.TokenEndpoint;

    protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken) =>
        _send(request, base.SendAsync, cancellationToken);
}
