using Microsoft.Extensions.Logging;

namespace Cis2Auth.Interop.Tests;

/// <summary>The events of the library in a logger, and what a logger may do meanwhile.</summary>
public sealed class EventTests : InteropTest
{
    private static readonly TimeSpan s_soon = TimeSpan.FromSeconds(30);

    [Fact]
    public async Task AnEvent_ArrivesWithNumberNameLevelSentenceAndFields()
    {
        var logger = new RecordingLogger();
        await using (Cis2Client client = Simulator.NewClient(logger))
        {
            await client.CreateAuthorizationRequestAsync(cancellationToken: Cancellation);
        }

        Entry answered = Assert.Single(logger.Entries, entry => entry.Id.Id == 2);
        Assert.Equal("REQUEST_ANSWERED", answered.Id.Name);
        Assert.Equal(LogLevel.Debug, answered.Level);
        Assert.Equal(["purpose", "host", "attempt", "http_status", "body_bytes", "duration_ms"], answered.Fields.Select(field => field.Key));
        Assert.Equal("discovery", answered.Fields[0].Value);
        Assert.Equal("200", answered.Fields[3].Value);
        Assert.StartsWith("REQUEST_ANSWERED (2)", answered.Text, StringComparison.Ordinal);
        Assert.Contains("The whole answer is there, whatever it says.", answered.Text, StringComparison.Ordinal);
        Assert.Equal(LogLevel.Information, Assert.Single(logger.Entries, entry => entry.Id.Name == "DISCOVERY_REFRESHED").Level);
    }

    [Fact]
    public async Task Events_ComeInOrder_OnAThreadOfTheLibrary()
    {
        var logger = new RecordingLogger();
        await using (Cis2Client client = Simulator.NewClient(logger))
        {
            await client.CreateAuthorizationRequestAsync(cancellationToken: Cancellation);
        }

        Assert.Equal(["FLOW_BEGUN", "REQUEST_SENT", "REQUEST_ANSWERED", "DISCOVERY_REFRESHED", "FLOW_DONE"], logger.Entries.Select(entry => entry.Id.Name));
        Assert.All(logger.Entries, entry => Assert.StartsWith("cis2-", entry.Thread, StringComparison.Ordinal));
    }

    [Fact]
    public async Task AfterDispose_NoEventComes()
    {
        var logger = new RecordingLogger();
        Cis2Client client = Simulator.NewClient(logger);
        Task[] calls = [.. Enumerable.Range(0, 50).Select(_ => client.CreateAuthorizationRequestAsync(cancellationToken: Cancellation))];

        client.Dispose();
        int then = logger.Entries.Count;

        await Task.WhenAll(calls.Select(async call => await Record.ExceptionAsync(() => call)));
        Collect();
        Assert.Equal(then, logger.Entries.Count);
    }

    [Fact]
    public async Task ALevelThatIsOff_IsNotMadeIntoText()
    {
        var logger = new RecordingLogger(least: LogLevel.Information);
        await using (Cis2Client client = Simulator.NewClient(logger))
        {
            await client.CreateAuthorizationRequestAsync(cancellationToken: Cancellation);
        }

        Assert.Equal(["DISCOVERY_REFRESHED", "FLOW_DONE"], logger.Entries.Select(entry => entry.Id.Name));
    }

    [Fact]
    public async Task ALoggerThatThrows_DisturbsNothing()
    {
        int told = 0;
        var logger = new RecordingLogger(_ =>
        {
            Interlocked.Increment(ref told);
            throw new InvalidOperationException("the disk is full");
        });
        await using (Cis2Client client = Simulator.NewClient(logger))
        {
            Cis2AuthorizationRequest request = await client.CreateAuthorizationRequestAsync(cancellationToken: Cancellation);
            await client.SignInAsync(request, await Simulator.SignInAtAsync(request), Cancellation);
        }

        Assert.True(told > 10, $"told {told} times");
    }

    [Theory]
    [InlineData("FLOW_BEGUN")]
    [InlineData("REQUEST_SENT")]
    [InlineData("REQUEST_ANSWERED")]
    [InlineData("FLOW_DONE")]
    public async Task Dispose_FromInsideALogger_WaitsForNobody(string at)
    {
        Cis2Client? client = null;
        var disposed = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var logger = new RecordingLogger(entry =>
        {
            if (entry.Id.Name == at)
            {
                client!.Dispose();
                disposed.TrySetResult();
            }
        });
        client = Simulator.NewClient(logger);
        Task call = client.CreateAuthorizationRequestAsync(cancellationToken: Cancellation);

        await disposed.Task.WaitAsync(s_soon, Cancellation);
        Exception? end = await Record.ExceptionAsync(() => call.WaitAsync(s_soon, Cancellation));

        Assert.True(end is null or OperationCanceledException or ObjectDisposedException, end?.ToString());
        Assert.Throws<ObjectDisposedException>(() => client.CreateClientAssertion());
    }

    [Fact]
    public async Task Dispose_FromInsideALogger_RunsNoCodeOfTheHostOnAThreadOfTheLibrary()
    {
        Cis2Client? client = null;
        var asked = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var ended = new TaskCompletionSource<string>(TaskCreationOptions.RunContinuationsAsynchronously);
        using var http = new HttpClient(new StubbornHandler(asked));
        using Cis2SigningKey key = Simulator.NewKey();
        bool dispose = false;
        var logger = new RecordingLogger(_ =>
        {
            if (Volatile.Read(ref dispose))
            {
                client!.Dispose();
            }
        });
        client = new Cis2Client(Simulator.OptionsForHttpClient(key), http, logger);
        Task first = client.CreateAuthorizationRequestAsync(cancellationToken: Cancellation);
        Task watched = first.ContinueWith(_ => ended.TrySetResult(NativeThread.Name), Cancellation, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
        await asked.Task.WaitAsync(s_soon, Cancellation);

        // The next event disposes the client on its thread.
        Volatile.Write(ref dispose, true);
        await Record.ExceptionAsync(() => client.CreateAuthorizationRequestAsync(cancellationToken: Cancellation));

        Assert.DoesNotContain("cis2-", await ended.Task.WaitAsync(s_soon, Cancellation), StringComparison.Ordinal);
        await watched;
    }

    [Fact]
    public async Task OneLoggerOfManyClients_IsToldByAll()
    {
        var logger = new RecordingLogger();
        for (int i = 0; i < 5; i++)
        {
            await using Cis2Client client = Simulator.NewClient(logger);
            await client.CreateAuthorizationRequestAsync(cancellationToken: Cancellation);
        }

        Assert.Equal(5, logger.Entries.Count(entry => entry.Id.Name == "FLOW_DONE"));
    }

    [Fact]
    public async Task ALoggerThatNobodyHoldsButTheClient_IsKeptAsLongAsTheClient_AndNoLonger()
    {
        WeakReference logger = await UseAsync();
        await CollectUntilAsync(() => !logger.IsAlive);
        Assert.False(logger.IsAlive);

        static async Task<WeakReference> UseAsync()
        {
            var weak = new WeakReference(new RecordingLogger());
            await using Cis2Client client = Simulator.NewClient((RecordingLogger)weak.Target!);
            Collect();
            Assert.True(weak.IsAlive);
            await client.CreateAuthorizationRequestAsync(cancellationToken: Cancellation);
            Collect();
            Assert.True(weak.IsAlive);
            return weak;
        }
    }

    /// <summary>Answers nothing, and ends a request on whatever thread cancels it.</summary>
    private sealed class StubbornHandler(TaskCompletionSource asked) : HttpMessageHandler
    {
        protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            // Without RunContinuationsAsynchronously on purpose: what follows runs where it is ended.
            var never = new TaskCompletionSource<HttpResponseMessage>();
            await using CancellationTokenRegistration registration = cancellationToken.Register(() => never.TrySetCanceled(cancellationToken));
            asked.TrySetResult();
            return await never.Task.ConfigureAwait(false);
        }
    }
}
