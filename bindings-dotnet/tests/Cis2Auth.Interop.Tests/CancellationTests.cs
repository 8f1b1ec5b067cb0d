namespace Cis2Auth.Interop.Tests;

/// <summary>A token that is cancelled before, during and after; a client that goes while something is under way.</summary>
public sealed class CancellationTests : InteropTest
{
    private const string Hang = """{"fault": "hang", "endpoint": "discovery"}""";

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task ATokenThatIsCancelledBefore_SendsNothing(bool native)
    {
        int sent = 0;
        using HttpClient http = Simulator.NewHttpClient(watch: () => sent++);
        using Cis2Client client = native ? Simulator.NewClient() : Simulator.NewClientOver(http);
        var token = new CancellationToken(canceled: true);

        var thrown = await Assert.ThrowsAnyAsync<OperationCanceledException>(() => client.CreateAuthorizationRequestAsync(cancellationToken: token));

        Assert.Equal(token, thrown.CancellationToken);
        Assert.Equal(0, sent);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task ATokenThatIsCancelledMeanwhile_EndsTheCallWithThatToken(bool native)
    {
        await using IAsyncDisposable fault = await Simulator.WithFaultAsync(Hang);
        using HttpClient http = Simulator.NewHttpClient();
        using Cis2Client client = native ? Simulator.NewClient() : Simulator.NewClientOver(http);
        using var source = new CancellationTokenSource();
        Task<Cis2AuthorizationRequest> call = client.CreateAuthorizationRequestAsync(cancellationToken: source.Token);
        Assert.False(call.IsCompleted);

        await source.CancelAsync();

        var thrown = await Assert.ThrowsAnyAsync<OperationCanceledException>(() => call);
        Assert.Equal(source.Token, thrown.CancellationToken);
        Assert.True(call.IsCanceled);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task ASignInThatIsCancelledAtTheTokenEndpoint_EndsWithThatToken_AndTheClientGoesOn(bool native)
    {
        using HttpClient http = Simulator.NewHttpClient();
        using Cis2Client client = native ? Simulator.NewClient() : Simulator.NewClientOver(http);
        Cis2AuthorizationRequest request = await client.CreateAuthorizationRequestAsync(cancellationToken: Cancellation);
        string callback = await Simulator.SignInAtAsync(request);
        await using (await Simulator.WithFaultAsync("""{"fault": "hang", "endpoint": "access_token"}"""))
        {
            using var source = new CancellationTokenSource();
            Task<Cis2SignIn> call = client.SignInAsync(request, callback, source.Token);
            await source.CancelAsync();
            var thrown = await Assert.ThrowsAnyAsync<OperationCanceledException>(() => call);
            Assert.Equal(source.Token, thrown.CancellationToken);
        }

        Cis2AuthorizationRequest again = await client.CreateAuthorizationRequestAsync(cancellationToken: Cancellation);
        Assert.NotEmpty((await client.SignInAsync(again, await Simulator.SignInAtAsync(again), Cancellation)).Identity.Subject);
    }

    [Fact]
    public async Task ATokenThatIsCancelledAfterwards_ChangesNothing()
    {
        using Cis2Client client = Simulator.NewClient();
        using var source = new CancellationTokenSource();
        Cis2AuthorizationRequest request = await client.CreateAuthorizationRequestAsync(cancellationToken: source.Token);

        await source.CancelAsync();

        Assert.NotEmpty(client.RestoreAuthorizationRequest(request.Sealed).Sealed);
        await client.CreateAuthorizationRequestAsync(cancellationToken: Cancellation);
    }

    [Fact]
    public async Task ACallThatIsCancelled_LeavesTheClientUsable()
    {
        using Cis2Client client = Simulator.NewClient();
        await using (await Simulator.WithFaultAsync(Hang))
        {
            using var source = new CancellationTokenSource();
            Task call = client.CreateAuthorizationRequestAsync(cancellationToken: source.Token);
            await source.CancelAsync();
            await Assert.ThrowsAnyAsync<OperationCanceledException>(() => call);
        }

        await client.CreateAuthorizationRequestAsync(cancellationToken: Cancellation);
    }

    [Fact]
    public async Task CancellationAndCompletion_RaceToOneOfTwoEnds()
    {
        using Cis2Client client = Simulator.NewClient();
        await client.CreateAuthorizationRequestAsync(cancellationToken: Cancellation);
        int done = 0, cancelled = 0;
        // Finds the moment by itself: later after a cancellation, earlier after an outcome.
        int delay = 0;
        for (int i = 0; i < 600; i++)
        {
            using var source = new CancellationTokenSource();
            using var start = new Barrier(2);
            int spins = delay;
            Task cancel = Task.Run(() =>
            {
                start.SignalAndWait();
                Thread.SpinWait(spins);
                source.Cancel();
            }, Cancellation);
            Task<Cis2AuthorizationRequest> call = Task.Run(() =>
            {
                start.SignalAndWait();
                return client.CreateAuthorizationRequestAsync(cancellationToken: source.Token);
            }, Cancellation);
            try
            {
                await call;
                done++;
                delay /= 2;
            }
            catch (OperationCanceledException thrown)
            {
                Assert.Equal(source.Token, thrown.CancellationToken);
                cancelled++;
                delay = (delay * 5 / 4) + 10;
            }

            await cancel;
        }

        Assert.True(done > 0 && cancelled > 0, $"{done} done, {cancelled} cancelled: no race");
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task AClientThatIsDisposed_EndsWhatIsUnderWay(bool native)
    {
        await using IAsyncDisposable fault = await Simulator.WithFaultAsync(Hang);
        using HttpClient http = Simulator.NewHttpClient();
        Cis2Client client = native ? Simulator.NewClient() : Simulator.NewClientOver(http);
        Task[] calls = [.. Enumerable.Range(0, 20).Select(_ => client.CreateAuthorizationRequestAsync(cancellationToken: Cancellation))];
        Assert.DoesNotContain(calls, call => call.IsCompleted);

        client.Dispose();

        Assert.All(await EndsAsync(calls), thrown => Assert.IsType<OperationCanceledException>(thrown, exactMatch: false));
    }

    [Fact]
    public async Task AClientThatIsDisposedAsynchronously_EndsWhatIsUnderWay()
    {
        await using IAsyncDisposable fault = await Simulator.WithFaultAsync(Hang);
        Cis2Client client = Simulator.NewClient();
        Task[] calls = [.. Enumerable.Range(0, 20).Select(_ => client.CreateAuthorizationRequestAsync(cancellationToken: Cancellation))];

        await client.DisposeAsync();

        Assert.All(await EndsAsync(calls), thrown => Assert.IsType<OperationCanceledException>(thrown, exactMatch: false));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task DisposeAndCalls_RaceToADocumentedEnd(bool native)
    {
        using HttpClient http = Simulator.NewHttpClient();
        for (int i = 0; i < 100; i++)
        {
            Cis2Client client = native ? Simulator.NewClient() : Simulator.NewClientOver(http);
            using var start = new Barrier(5);
            Task[] calls = [.. Enumerable.Range(0, 4).Select(_ => Task.Run(() =>
            {
                start.SignalAndWait();
                return client.CreateAuthorizationRequestAsync(cancellationToken: Cancellation);
            }, Cancellation))];
            int spins = i * 100;
            Task dispose = Task.Run(() =>
            {
                start.SignalAndWait();
                Thread.SpinWait(spins);
                client.Dispose();
            }, Cancellation);

            Exception?[] ends = await EndsAsync(calls);

            await dispose;
            Assert.All(ends, thrown =>
            {
                Assert.True(thrown is null or OperationCanceledException or ObjectDisposedException, thrown?.ToString());
                if (thrown is ObjectDisposedException disposed)
                {
                    Assert.Equal(typeof(Cis2Client).FullName, disposed.ObjectName);
                }
            });
        }
    }

    [Fact]
    public async Task Dispose_ByManyThreadsAtOnce_IsDoneOnce()
    {
        for (int i = 0; i < 200; i++)
        {
            Cis2Client client = Simulator.NewClient();
            using var start = new Barrier(4);
            await Task.WhenAll(Enumerable.Range(0, 4).Select(one => Task.Run(async () =>
            {
                start.SignalAndWait();
                if (one % 2 == 0)
                {
                    client.Dispose();
                }
                else
                {
                    await client.DisposeAsync();
                }
            }, Cancellation)));
        }
    }

    private static async Task<Exception?[]> EndsAsync(IEnumerable<Task> calls) =>
        await Task.WhenAll(calls.Select(async call => await Record.ExceptionAsync(() => call)));
}
