using System.Net;

namespace Cis2Auth.Interop.Tests;

/// <summary>What an answer over a handed HTTP client held is overwritten where it was read.</summary>
public sealed class BufferTests : InteropTest
{
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task AnAnswerThatIsRefusedOrBreaksOff_IsOverwritten(bool breaksOff)
    {
        var answers = new List<Answer>();
        using var http = new HttpClient(new AnsweringHandler(() =>
        {
            answers.Add(new Answer(breaksOff));
            return answers[^1];
        }));
        using Cis2Client client = Simulator.NewClientOver(http);

        await Assert.ThrowsAnyAsync<Cis2Exception>(() => client.CreateAuthorizationRequestAsync(cancellationToken: Cancellation));

        Assert.NotEmpty(answers);
        Assert.All(answers, answer => Assert.Equal(-1, answer.Buffer.Span.IndexOfAnyExcept((byte)0)));
    }

    private sealed class AnsweringHandler(Func<Stream> answer) : HttpMessageHandler
    {
        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken) =>
            Task.FromResult(new HttpResponseMessage(HttpStatusCode.OK) { RequestMessage = request, Content = new StreamContent(answer()) });
    }

    /// <summary>Keeps the buffer into which it was read.</summary>
    private sealed class Answer(bool breaksOff) : MemoryStream("no JSON, and long enough to be seen"u8.ToArray())
    {
        public Memory<byte> Buffer { get; private set; }

        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
        {
            if (breaksOff && Position > 0)
            {
                throw new IOException("the connection ended");
            }

            Buffer = buffer;
            return base.ReadAsync(buffer, cancellationToken);
        }
    }
}
