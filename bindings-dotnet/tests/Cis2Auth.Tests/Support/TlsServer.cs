using System.Collections.Concurrent;
using System.Globalization;
using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Text;

namespace Cis2Auth.Tests.Support;

/// <summary>
/// A server of HTTP/1.1 over TLS that writes answers byte by byte as a test says them, so that odd ones can be said at all.
/// One request a connection.
/// </summary>
internal sealed class TlsServer : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _closed = new();
    private readonly ConcurrentBag<Task> _connections = [];
    private readonly Func<Asked, Canned?> _answer;
    private readonly Certificates _certificates;
    private readonly Task _accepting;
    private int _accepted;
    private long _bodyBytes;

    /// <summary>Starts. An answer that is null is none: the connection ends.</summary>
    public TlsServer(Func<Asked, Canned?> answer, Certificates? certificates = null)
    {
        _answer = answer;
        _certificates = certificates ?? Certificates.Trusted;
        _listener.Start();
        _accepting = AcceptAsync();
    }

    public IPEndPoint Address => (IPEndPoint)_listener.LocalEndpoint;

    /// <summary>How many connections were made.</summary>
    public int Accepted => _accepted;

    /// <summary>How much of any request's body arrived, whole or not.</summary>
    public long BodyBytes => Interlocked.Read(ref _bodyBytes);

    public async ValueTask DisposeAsync()
    {
        await _closed.CancelAsync();
        await _accepting;
        _listener.Stop();
        await Task.WhenAll(_connections);
        _closed.Dispose();
    }

    private async Task AcceptAsync()
    {
        try
        {
            while (true)
            {
                TcpClient client = await _listener.AcceptTcpClientAsync(_closed.Token);
                Interlocked.Increment(ref _accepted);
                _connections.Add(ServeAsync(client));
            }
        }
        catch (OperationCanceledException)
        {
        }
    }

    private async Task ServeAsync(TcpClient client)
    {
        using (client)
        {
            try
            {
                await using var tls = new SslStream(client.GetStream());
                await tls.AuthenticateAsServerAsync(new SslServerAuthenticationOptions { ServerCertificate = _certificates.Server }, _closed.Token);
                Asked asked = await ReadAsync(tls, _closed.Token);
                if (_answer(asked) is { } canned)
                {
                    await tls.WriteAsync(Written(canned), _closed.Token);
                    await tls.ShutdownAsync();
                }
            }
            catch (Exception end) when (end is OperationCanceledException or IOException or AuthenticationException or SocketException)
            {
                // A client that goes away is what some tests are about.
            }
        }
    }

    private static byte[] Written(Canned canned)
    {
        string start = canned.Headers.StartsWith("HTTP/", StringComparison.Ordinal) ? string.Empty : $"HTTP/1.1 {canned.Status} X\r\n";
        string head = string.Create(CultureInfo.InvariantCulture, $"{start}{canned.Headers}Content-Length: {canned.Body.Length}\r\nConnection: close\r\n\r\n");
        return [.. Encoding.ASCII.GetBytes(head), .. canned.Body];
    }

    private async Task<Asked> ReadAsync(Stream stream, CancellationToken cancellationToken)
    {
        var head = new StringBuilder();
        byte[] one = new byte[1];
        while (!head.ToString().EndsWith("\r\n\r\n", StringComparison.Ordinal))
        {
            await stream.ReadExactlyAsync(one, cancellationToken);
            head.Append((char)one[0]);
        }

        string[] lines = head.ToString().Split("\r\n", StringSplitOptions.RemoveEmptyEntries);
        string[] start = lines[0].Split(' ');
        string Field(string name) => lines.FirstOrDefault(line => line.StartsWith($"{name}:", StringComparison.OrdinalIgnoreCase))?[(name.Length + 1)..].Trim() ?? string.Empty;
        byte[]? body = null;
        if (Field("Content-Length") is { Length: > 0 } length)
        {
            body = new byte[int.Parse(length, CultureInfo.InvariantCulture)];
            for (int read = 0; read < body.Length;)
            {
                int part = await stream.ReadAtLeastAsync(body.AsMemory(read), 1, throwOnEndOfStream: true, cancellationToken);
                Interlocked.Add(ref _bodyBytes, part);
                read += part;
            }
        }

        return new Asked(start[0], start[1], Field("Host"), body);
    }
}
