using System.Diagnostics;
using Cis2Auth.Interop;

namespace Cis2Auth.Interop.Tests;

/// <summary>What a caller may rely on of the tasks: where their continuations run, how often they end, what flows along.</summary>
public sealed class CompletionTests : InteropTest
{
    private static readonly AsyncLocal<string?> s_local = new();

    [Fact]
    public async Task AContinuation_NeverRunsOnAThreadOfTheLibrary()
    {
        using Cis2Client client = Simulator.NewClient();
        for (int i = 0; i < 200; i++)
        {
            string thread = await client.CreateAuthorizationRequestAsync(cancellationToken: Cancellation)
                .ContinueWith(_ => NativeThread.Name, Cancellation, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
            Assert.DoesNotContain("cis2-", thread, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task TheCodeAfterAnAwait_RunsOnThePool()
    {
        using Cis2Client client = Simulator.NewClient();
        for (int i = 0; i < 200; i++)
        {
            await Task.Run(() => RunAsync(client), Cancellation);
        }

        static async Task RunAsync(Cis2Client client)
        {
            await client.CreateAuthorizationRequestAsync(cancellationToken: Cancellation).ConfigureAwait(false);
            Assert.True(Thread.CurrentThread.IsThreadPoolThread);
            Assert.DoesNotContain("cis2-", NativeThread.Name, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task AFailure_RunsItsContinuationOnThePoolToo()
    {
        await using IAsyncDisposable fault = await Simulator.WithFaultAsync("""{"fault": "reset", "endpoint": "discovery"}""");
        using Cis2Client client = Simulator.NewClient();

        string thread = await client.CreateAuthorizationRequestAsync(cancellationToken: Cancellation)
            .ContinueWith(task => task.Exception is null ? "none failed" : NativeThread.Name, Cancellation, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);

        Assert.DoesNotContain("cis2-", thread, StringComparison.Ordinal);
        Assert.NotEqual("none failed", thread);
    }

    [Fact]
    public async Task TwoThousandOperations_EachEndOnceWithAnOutcomeOfItsOwn()
    {
        var urls = new System.Collections.Concurrent.ConcurrentDictionary<string, bool>();
        int ended = 0;
        using Cis2Client client = Simulator.NewClient();

        await Parallel.ForEachAsync(Enumerable.Range(0, 2000), new ParallelOptions { MaxDegreeOfParallelism = 64, CancellationToken = Cancellation }, async (_, token) =>
        {
            Cis2AuthorizationRequest request = await client.CreateAuthorizationRequestAsync(cancellationToken: token);
            Interlocked.Increment(ref ended);
            Assert.True(urls.TryAdd(request.Url, true));
        });

        Assert.Equal(2000, ended);
        Assert.Equal(2000, urls.Count);
    }

    [Fact]
    public async Task ManySignInsAtOnce_EachGetTheirOwn()
    {
        using Cis2Client client = Simulator.NewClient();
        string[] codes = await Task.WhenAll(Enumerable.Range(0, 20).Select(async _ =>
        {
            Cis2AuthorizationRequest request = await client.CreateAuthorizationRequestAsync(cancellationToken: Cancellation);
            Cis2SignIn signIn = await client.SignInAsync(request, await Simulator.SignInAtAsync(request), Cancellation);
            Markers.Add(signIn.Tokens.AccessToken);
            Markers.Add(signIn.Tokens.IdToken);
            return signIn.Tokens.AccessToken;
        }));
        Assert.Equal(20, codes.Distinct().Count());
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task WhatIsLocalToTheCaller_IsThereAfterTheAwait(bool native)
    {
        using HttpClient http = Simulator.NewHttpClient();
        using Cis2Client client = native ? Simulator.NewClient() : Simulator.NewClientOver(http);
        using var activity = new Activity("sign-in").Start();
        s_local.Value = "mine";

        Cis2AuthorizationRequest request = await client.CreateAuthorizationRequestAsync(cancellationToken: Cancellation);
        Assert.Same(activity, Activity.Current);
        Assert.Equal("mine", s_local.Value);

        await client.SignInAsync(request, await Simulator.SignInAtAsync(request), Cancellation);
        Assert.Same(activity, Activity.Current);
        Assert.Equal("mine", s_local.Value);
    }

    [Fact]
    public async Task AHandedHttpClient_SeesTheActivityOfTheCaller()
    {
        var seen = new List<string?>();
        using HttpClient http = Simulator.NewHttpClient(watch: () => seen.Add(s_local.Value));
        using Cis2Client client = Simulator.NewClientOver(http);
        s_local.Value = "mine";

        await client.CreateAuthorizationRequestAsync(cancellationToken: Cancellation);

        Assert.Equal(["mine"], seen);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task ATimeout_IsAFailureOfTheTransport_AndNoCancellation(bool native)
    {
        await using IAsyncDisposable fault = await Simulator.WithFaultAsync("""{"fault": "hang", "endpoint": "discovery"}""");
        using HttpClient http = Simulator.NewHttpClient();
        using Cis2SigningKey key = Simulator.NewKey();
        Cis2ClientOptions options = native ? Simulator.Options(key) : Simulator.OptionsForHttpClient(key);
        options.RequestTimeout = TimeSpan.FromMilliseconds(200);
        using var client = new Cis2Client(options, native ? null : http);

        var thrown = await Assert.ThrowsAsync<Cis2TransportException>(() => client.CreateAuthorizationRequestAsync(cancellationToken: Cancellation));

        Assert.Equal(Cis2ErrorCode.TransportTimeout, thrown.ErrorCode);
        Assert.True(thrown.IsRetryable);
    }

    [Fact]
    public async Task AnAnswerThatIsLate_IsTakenAllTheSame()
    {
        await using IAsyncDisposable fault = await Simulator.WithFaultAsync("""{"fault": "slow", "endpoint": "discovery", "seconds": 1}""");
        using Cis2Client client = Simulator.NewClient();
        Task<Cis2AuthorizationRequest> call = client.CreateAuthorizationRequestAsync(cancellationToken: Cancellation);
        Collect();
        Assert.NotEmpty((await call).Url);
    }

    [Fact]
    public async Task AConnectionThatEnds_IsAFailureOfTheTransport()
    {
        using Cis2Client client = Simulator.NewClient();
        Cis2AuthorizationRequest request = await client.CreateAuthorizationRequestAsync(cancellationToken: Cancellation);
        string callback = await Simulator.SignInAtAsync(request);
        await using IAsyncDisposable fault = await Simulator.WithFaultAsync("""{"fault": "reset", "endpoint": "access_token"}""");

        var thrown = await Assert.ThrowsAsync<Cis2TransportException>(() => client.SignInAsync(request, callback, Cancellation));

        Assert.Equal(Cis2ErrorCode.ConnectionLost, thrown.ErrorCode);
    }
}
