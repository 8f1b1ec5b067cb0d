using System.Globalization;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography;
using System.Text;
using Cis2Auth.Interop.Handles;

namespace Cis2Auth.Interop;

/// <summary>
/// The transport over an <see cref="HttpClient"/> that the host handed in. Each request goes out as the flow says it; an
/// answer from another address than the one asked is refused by the flow, and a body never leaves a second time.
/// </summary>
internal sealed class HttpClientTransport(HttpClient client, TimeSpan requestTimeout) : IFlowTransport
{
    // One more than the library takes: it says what was too large.
    private const int MaxBodyBytes = (1024 * 1024) + 1;

    public async Task RunAsync(FlowHandle flow, CancellationToken cancellationToken)
    {
        while (FlowRequest.Next(flow) is { } request)
        {
            cancellationToken.ThrowIfCancellationRequested();
            await SendAsync(request, cancellationToken).ConfigureAwait(false);
        }
    }

    private async Task SendAsync(FlowRequest request, CancellationToken cancellationToken)
    {
        using var content = request.Body is null ? null : new SingleUseContent(request.Body);
        using HttpRequestMessage message = Message(request, content);
        using var timed = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        timed.CancelAfter(requestTimeout);
        byte[] body;
        HttpResponseMessage? response = null;
        try
        {
            response = await client.SendAsync(message, HttpCompletionOption.ResponseHeadersRead, timed.Token).ConfigureAwait(false);
            body = await ReadAsync(response, timed.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            response?.Dispose();
            throw new OperationCanceledException(cancellationToken);
        }
        catch (Exception failure) when (failure is HttpRequestException or IOException or OperationCanceledException or SecondUseException or AuthenticationException)
        {
            response?.Dispose();
            Fail(request, message, content, failure);
            return;
        }

        try
        {
            Answer(request, response, body);
        }
        finally
        {
            // The tokens of the answer are the library's now, or nobody's if it is refused.
            CryptographicOperations.ZeroMemory(body);
            response.Dispose();
        }
    }

    private static void Answer(FlowRequest request, HttpResponseMessage response, ReadOnlySpan<byte> body)
    {
        HttpRequestMessage? answered = response.RequestMessage;
        if (answered is not null && answered.Method.Method != request.Method)
        {
            // A redirect that turned POST into GET (RFC 9110 section 15.4.3) may have led back to the same address.
            request.Fail(Cis2ErrorCode.FinalUrlMismatch, mayHaveLeft: true, new SecondUseException(redirected: true));
            return;
        }

        request.Answer((int)response.StatusCode, answered?.RequestUri?.OriginalString ?? request.Url, HeaderLines(response), body);
    }

    private static HttpRequestMessage Message(FlowRequest request, SingleUseContent? content)
    {
        // Path and query stay as the provider published them.
        var address = new Uri(request.Url, new UriCreationOptions { DangerousDisablePathAndQueryCanonicalization = true });
        var message = new HttpRequestMessage(new HttpMethod(request.Method), address) { Content = content };
        foreach ((string name, string value) in request.Headers)
        {
            if (!message.Headers.TryAddWithoutValidation(name, value))
            {
                content?.Headers.TryAddWithoutValidation(name, value);
            }
        }

        return message;
    }

    private static async Task<byte[]> ReadAsync(HttpResponseMessage response, CancellationToken cancellationToken)
    {
        Stream stream = await response.Content.ReadAsStreamAsync(cancellationToken).ConfigureAwait(false);
        await using (stream.ConfigureAwait(false))
        {
            using var whole = new MemoryStream();
            byte[] part = new byte[16 * 1024];
            try
            {
                int read;
                while (whole.Length < MaxBodyBytes
                    && (read = await stream.ReadAsync(part.AsMemory(0, (int)Math.Min(part.Length, MaxBodyBytes - whole.Length)), cancellationToken).ConfigureAwait(false)) > 0)
                {
                    await whole.WriteAsync(part.AsMemory(0, read), cancellationToken).ConfigureAwait(false);
                }

                return whole.ToArray();
            }
            finally
            {
                CryptographicOperations.ZeroMemory(part);
                CryptographicOperations.ZeroMemory(whole.GetBuffer());
            }
        }
    }

    private static byte[] HeaderLines(HttpResponseMessage response)
    {
        var lines = new StringBuilder();
        foreach (var field in response.Headers.NonValidated.Concat(response.Content.Headers.NonValidated))
        {
            foreach (string value in field.Value)
            {
                lines.Append(CultureInfo.InvariantCulture, $"{field.Key}: {value}\r\n");
            }
        }

        return Encoding.UTF8.GetBytes(lines.ToString());
    }

    private static void Fail(FlowRequest request, HttpRequestMessage message, SingleUseContent? content, Exception failure)
    {
        if (content is { WasAskedTwice: true })
        {
            // A handler of the host wanted to send the code and the assertion again: to another address, or to the same.
            bool redirected = message.RequestUri is { } address && address.OriginalString != request.Url;
            request.Fail(redirected ? Cis2ErrorCode.FinalUrlMismatch : Cis2ErrorCode.ConnectionLost, mayHaveLeft: true, new SecondUseException(redirected));
            return;
        }

        Cis2ErrorCode kind = Kind(failure);
        bool connected = kind is not (Cis2ErrorCode.Dns or Cis2ErrorCode.Connect or Cis2ErrorCode.Tls or Cis2ErrorCode.TlsCertificate or Cis2ErrorCode.Proxy);
        request.Fail(kind, mayHaveLeft: connected || content is { WasSent: true }, failure);
    }

    private static Cis2ErrorCode Kind(Exception failure) => failure switch
    {
        OperationCanceledException => Cis2ErrorCode.TransportTimeout,
        HttpRequestException { HttpRequestError: HttpRequestError.NameResolutionError } => Cis2ErrorCode.Dns,
        HttpRequestException { InnerException: SocketException { SocketErrorCode: SocketError.HostNotFound or SocketError.NoData or SocketError.TryAgain } } => Cis2ErrorCode.Dns,
        HttpRequestException { HttpRequestError: HttpRequestError.ConnectionError } => Cis2ErrorCode.Connect,
        HttpRequestException { HttpRequestError: HttpRequestError.ProxyTunnelError } => Cis2ErrorCode.Proxy,
        HttpRequestException { HttpRequestError: HttpRequestError.ConfigurationLimitExceeded } => Cis2ErrorCode.HeadersTooLarge,
        HttpRequestException { HttpRequestError: HttpRequestError.InvalidResponse } => Cis2ErrorCode.HeadersMalformed,
        HttpRequestException { InnerException: AuthenticationException handshake } => RefusedCertificate(handshake) ? Cis2ErrorCode.TlsCertificate : Cis2ErrorCode.Tls,
        HttpRequestException { HttpRequestError: HttpRequestError.SecureConnectionError } => Cis2ErrorCode.Tls,
        _ => Cis2ErrorCode.ConnectionLost,
    };

    // .NET has one exception for every handshake that failed. Its texts are not translated; where an application has none, the
    // names of the resources stand in their place, and they say it too.
    private static bool RefusedCertificate(AuthenticationException handshake) =>
        handshake.Message.Contains("cert", StringComparison.OrdinalIgnoreCase);
}
