namespace Cis2Auth.Tests.Support;

/// <summary>An <see cref="HttpMessageHandler"/> that asks nobody.</summary>
internal sealed class CannedHandler(Provider provider) : HttpMessageHandler
{
    /// <summary>What the handler saw of each address, as text: what <see cref="Uri"/> made of it.</summary>
    public List<Uri> Addresses { get; } = [];

    /// <summary>Whether header lines of a row can be said by an <see cref="HttpResponseMessage"/> at all.</summary>
    public static bool CanSay(string headers) =>
        headers.Split("\r\n", StringSplitOptions.RemoveEmptyEntries).All(line => line.Contains(": ", StringComparison.Ordinal) && !line.StartsWith("HTTP/", StringComparison.Ordinal));

    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        Addresses.Add(request.RequestUri!);
        byte[]? body = request.Content is null ? null : await request.Content.ReadAsByteArrayAsync(cancellationToken);
        Canned canned = provider.Answer(new Asked(request.Method.Method, request.RequestUri!.OriginalString, request.RequestUri.Host, body));
        var response = new HttpResponseMessage((System.Net.HttpStatusCode)canned.Status)
        {
            Content = new ByteArrayContent(canned.Body),
            RequestMessage = canned.FinalUrl is null ? request : new HttpRequestMessage(request.Method, canned.FinalUrl),
        };
        foreach (string line in canned.Headers.Split("\r\n", StringSplitOptions.RemoveEmptyEntries))
        {
            string[] parts = line.Split(": ", 2);
            if (!response.Headers.TryAddWithoutValidation(parts[0], parts[1]))
            {
                response.Content.Headers.TryAddWithoutValidation(parts[0], parts[1]);
            }
        }

        return response;
    }
}
