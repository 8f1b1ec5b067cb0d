using System.Net;
using System.Security.Cryptography;

namespace Cis2Auth.Interop;

/// <summary>
/// A form with a code and an assertion, which leaves once. A redirect that is followed (307, 308) or a handler that tries
/// again asks for it a second time and does not get it.
/// </summary>
internal sealed class SingleUseContent(byte[] body) : HttpContent
{
    private int _uses;

    public bool WasSent => _uses > 0;

    public bool WasAskedTwice => _uses > 1;

    protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context) =>
        SerializeToStreamAsync(stream, context, CancellationToken.None);

    protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context, CancellationToken cancellationToken) =>
        Interlocked.Increment(ref _uses) == 1
            ? stream.WriteAsync(body, cancellationToken).AsTask()
            : Task.FromException(new SecondUseException(redirected: false));

    protected override bool TryComputeLength(out long length)
    {
        length = body.Length;
        return true;
    }

    protected override void Dispose(bool disposing)
    {
        CryptographicOperations.ZeroMemory(body);
        base.Dispose(disposing);
    }
}

/// <summary>Why a request was not sent a second time, in words for whoever handed in the HTTP client.</summary>
internal sealed class SecondUseException(bool redirected) : InvalidOperationException(redirected
    ? "The HttpClient that was handed to Cis2Client follows redirects. The request with code and assertion was not sent to the other address: "
      + "set AllowAutoRedirect = false on its handler."
    : "The HttpClient that was handed to Cis2Client has a handler that sends requests again. A code and an assertion are sent once: "
      + "leave the retry handler out of this client; the library itself tries again where that is safe.")
{
}
