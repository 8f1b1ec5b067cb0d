using System.Reflection;
using System.Runtime.CompilerServices;
using Cis2Auth.Compatibility;

namespace Cis2Auth.Interop.Tests;

/// <summary>In whatever order things go, by Dispose, twice, or by the finaliser: nothing is used too late, nothing is left.</summary>
public sealed class LifetimeTests : InteropTest
{
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task AWholeSignIn_SurvivesACollectionBetweenEachOfItsSteps(bool native)
    {
        for (int i = 0; i < 10; i++)
        {
            HttpClient? http = native ? null : Simulator.NewHttpClient();
            Collect();
            Cis2SigningKey key = Simulator.NewKey();
            Collect();
            var client = new Cis2Client(native ? Simulator.Options(key) : Simulator.OptionsForHttpClient(key), http, new RecordingLogger());
            Collect();
            key.Dispose();
            Collect();
            Task<Cis2AuthorizationRequest> begun = client.CreateAuthorizationRequestAsync(new() { Scope = "openid profile selectedrole" }, Cancellation);
            Collect();
            string kept = (await begun).Sealed;
            Cis2AuthorizationRequest request = await begun;
            Collect();
            string callback = await Simulator.SignInAtAsync(request);
            Collect();
            Cis2AuthorizationRequest restored = client.RestoreAuthorizationRequest(kept);
            Collect();
            Task<Cis2SignIn> completing = client.SignInAsync(restored, callback, Cancellation);
            Collect();
            Cis2SignIn signIn = await completing;
            Collect();
            await client.DisposeAsync();
            Collect();
            Assert.NotEmpty(signIn.Identity.Subject);
            Assert.NotEmpty(signIn.Tokens.AccessToken);
            Assert.Equal(signIn.Identity.Subject, signIn.Identity.Claims.GetProperty("sub").GetString());
            http?.Dispose();
        }
    }

    [Fact]
    public async Task ACall_FreesAllThatItTook_WithoutTheCollector()
    {
        using Cis2Client client = Simulator.NewClient();
        using HttpClient http = Simulator.NewHttpClient();
        using Cis2Client another = Simulator.NewClientOver(http);
        using Cis2SigningKey key = Simulator.NewKey();
        long kept = Cis2NativeLibrary.LiveObjects;
        Assert.Equal(3, kept);
        foreach (Cis2Client one in (Cis2Client[])[client, another])
        {
            Cis2AuthorizationRequest request = await one.CreateAuthorizationRequestAsync(new() { Additional = { ["login_hint"] = "x" } }, Cancellation);
            Assert.Equal(kept, Cis2NativeLibrary.LiveObjects);
            string callback = await Simulator.SignInAtAsync(request);
            await one.SignInAsync(one.RestoreAuthorizationRequest(request.Sealed), callback, Cancellation);
            Assert.Equal(kept, Cis2NativeLibrary.LiveObjects);
            await Assert.ThrowsAsync<Cis2ProtocolException>(() => one.SignInAsync(request, callback, Cancellation));
            Assert.Equal(kept, Cis2NativeLibrary.LiveObjects);
            await Assert.ThrowsAsync<Cis2ProtocolException>(() => one.SignInAsync(request, "https://example.org/callback?none", Cancellation));
            Assert.Throws<Cis2ProtocolException>(() => one.RestoreAuthorizationRequest("none"));
            Markers.Add(one.CreateClientAssertion().Value);
            Markers.Add(key.CreateClientAssertion("client", "https://example.org/").Value);
            Assert.Equal(kept, Cis2NativeLibrary.LiveObjects);
            Assert.Throws<ObjectDisposedException>(() => new Cis2Client(Simulator.Options(Disposed())));
            Assert.Equal(kept, Cis2NativeLibrary.LiveObjects);
        }

        static Cis2SigningKey Disposed()
        {
            Cis2SigningKey key = Simulator.NewKey();
            key.Dispose();
            return key;
        }
    }

    [Fact]
    public async Task EachOrderOfDisposing_LeavesNothing()
    {
        foreach (int[] order in Orders(4))
        {
            Cis2SigningKey key = Simulator.NewKey();
            var client = new Cis2Client(Simulator.Options(key));
            var another = new Cis2Client(Simulator.Options(key));
            Cis2KeySet keys = Cis2KeySet.FromJson("{\"keys\":[]}");
            Task call = another.CreateAuthorizationRequestAsync(cancellationToken: Cancellation);
            IDisposable[] all = [key, client, another, keys];

            foreach (int one in order)
            {
                all[one].Dispose();
                Collect();
            }

            _ = await Record.ExceptionAsync(() => call);
            Assert.Equal(0, Cis2NativeLibrary.LiveObjects);
        }
    }

    [Fact]
    public void WhatNobodyDisposes_IsFreedByTheFinaliser()
    {
        Forget();
        Assert.NotEqual(0, Cis2NativeLibrary.LiveObjects);
        Collect();
        Assert.Equal(0, Cis2NativeLibrary.LiveObjects);

        [MethodImpl(MethodImplOptions.NoInlining)]
        static void Forget()
        {
            for (int i = 0; i < 20; i++)
            {
                Cis2SigningKey key = Simulator.NewKey();
                _ = new Cis2Client(Simulator.Options(key), httpClient: null, new RecordingLogger());
                _ = Cis2KeySet.FromJson("{\"keys\":[]}");
            }
        }
    }

    [Fact]
    public async Task AClientThatNobodyHoldsButItsCall_LivesUntilTheCallIsOver()
    {
        using var source = new CancellationTokenSource();
        Task call;
        await using (await Simulator.WithFaultAsync("""{"fault": "hang", "endpoint": "discovery"}"""))
        {
            call = Begin(source.Token);
            Collect();
            Assert.False(call.IsCompleted);
            await source.CancelAsync();
            await Assert.ThrowsAnyAsync<OperationCanceledException>(() => call);
        }

        [MethodImpl(MethodImplOptions.NoInlining)]
        static Task Begin(CancellationToken token) => Simulator.NewClient().CreateAuthorizationRequestAsync(cancellationToken: token);
    }

    [Fact]
    public void Dispose_ASecondTime_DoesNothing()
    {
        Cis2SigningKey key = Simulator.NewKey();
        var client = new Cis2Client(Simulator.Options(key));
        Cis2KeySet keys = Cis2KeySet.FromJson("{\"keys\":[]}");
        foreach (IDisposable one in new IDisposable[] { client, key, keys })
        {
            one.Dispose();
            one.Dispose();
        }
    }

    [Fact]
    public async Task AClientThatWasDisposed_SaysSoAtEachOfItsMembers()
    {
        Cis2Client client = Simulator.NewClient();
        string request = (await client.CreateAuthorizationRequestAsync(cancellationToken: Cancellation)).Sealed;
        Cis2AuthorizationRequest restored = client.RestoreAuthorizationRequest(request);
        using Cis2KeySet keys = Cis2KeySet.FromJson("{\"keys\":[]}");
        await client.DisposeAsync();
        await client.DisposeAsync();

        object?[] samples = [null, restored, request, keys, new Cis2IdTokenExpectations(null), Cancellation];
        await AssertEachMemberIsDisposedAsync(client, samples, free: [nameof(client.ToString)]);
    }

    [Fact]
    public async Task AKeyThatWasDisposed_SaysSoAtEachOfItsMembers()
    {
        Cis2SigningKey key = Simulator.NewKey();
        key.Dispose();

        await AssertEachMemberIsDisposedAsync(key, ["https://example.org", null], free: ["get_KeyId", "get_Algorithm", nameof(key.ToString)]);
        Assert.Throws<ObjectDisposedException>(() => new Cis2Client(Simulator.Options(key)));
    }

    [Fact]
    public void AKeySetThatWasDisposed_SaysSoWhereItIsUsed()
    {
        using Cis2Client client = Simulator.NewClient();
        Cis2KeySet keys = Cis2KeySet.FromJson("{\"keys\":[]}");
        keys.Dispose();
        Assert.Throws<ObjectDisposedException>(() => client.ValidateIdToken("a.b.c", keys, new Cis2IdTokenExpectations(null)));
    }

    [Fact]
    public void TheHandlerThatWasDisposed_SaysSo()
    {
        using Cis2SigningKey key = Simulator.NewKey();
        string file = Environment.GetEnvironmentVariable("CIS2_SIM_KEY_FILE")!;
        var handler = new UserRestrictedJwtHandler(file, "https://example.org/token", "client", "kid", key.Algorithm);
        Markers.Add(handler.GenerateJwt());
        handler.Dispose();
        handler.Dispose();
        Assert.Throws<ObjectDisposedException>(handler.GenerateJwt);
    }

    [Fact]
    public async Task AnHttpClientThatWasHandedIn_StaysItsOwners()
    {
        using HttpClient http = Simulator.NewHttpClient();
        for (int i = 0; i < 2; i++)
        {
            using Cis2Client client = Simulator.NewClientOver(http);
            await client.CreateAuthorizationRequestAsync(cancellationToken: Cancellation);
        }
    }

    /// <summary>Calls each public member with a sample for each of its parameters, those to come too.</summary>
    private static async Task AssertEachMemberIsDisposedAsync(object disposed, object?[] samples, string[] free)
    {
        MethodInfo[] members = [.. disposed.GetType().GetMethods(BindingFlags.Public | BindingFlags.Instance | BindingFlags.DeclaredOnly)
            .Where(method => !free.Contains(method.Name) && method.Name is not (nameof(IDisposable.Dispose) or nameof(IAsyncDisposable.DisposeAsync)))];
        Assert.NotEmpty(members);
        foreach (MethodInfo member in members)
        {
            object?[] arguments = [.. member.GetParameters().Select(parameter =>
                samples.FirstOrDefault(sample => sample is not null && parameter.ParameterType.IsInstanceOfType(sample)))];
            Exception? thrown = await Record.ExceptionAsync(async () =>
            {
                try
                {
                    if (member.Invoke(disposed, arguments) is Task task)
                    {
                        await task;
                    }
                }
                catch (TargetInvocationException inside)
                {
                    throw inside.InnerException!;
                }
            });
            var told = Assert.IsType<ObjectDisposedException>(thrown);
            Assert.Equal(disposed.GetType().FullName, told.ObjectName);
        }
    }

    private static IEnumerable<int[]> Orders(int count) => count == 0
        ? [[]]
        : Orders(count - 1).SelectMany(rest => Enumerable.Range(0, count).Select(at => (int[])[.. rest[..at], count - 1, .. rest[at..]]));
}
