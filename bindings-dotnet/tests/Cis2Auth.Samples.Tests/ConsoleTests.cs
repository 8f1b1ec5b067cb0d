using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Reflection;
using Xunit;

namespace Cis2Auth.Samples.Tests;

/// <summary>The console programs, as processes beside a browser.</summary>
[Collection(Simulator.Alone)]
public sealed class ConsoleTests
{
    [Fact]
    public async Task ConsoleSignIn_PersonSignsIn_SaysWhoAndEndsWith0()
    {
        using SampleProgram program = StartConsoleSignIn();
        string callback = await Simulator.SignInAsync(await AddressAsync(program, "Sign in with your browser: "));
        Assert.Contains("You are signed in.", await ShowAsync(callback), StringComparison.Ordinal);
        Assert.Equal("Signed in: 656005750104, authentication level 3, role 555254242102\n", await RestAsync(program.Output));
        Assert.Equal(0, await program.EndAsync());
    }

    [Fact]
    public async Task ConsoleSignIn_PersonCancels_SaysWhyAndEndsWith1()
    {
        using SampleProgram program = StartConsoleSignIn();
        string callback = await Simulator.CancelAsync(await AddressAsync(program, "Sign in with your browser: "));
        Assert.Contains("You are not signed in.", await ShowAsync(callback), StringComparison.Ordinal);
        string said = await RestAsync(program.Error);
        Assert.StartsWith("Not signed in (AuthorizationRefused): AUTHORIZATION_REFUSED (301): ", said, StringComparison.Ordinal);
        Secrets.AssertNoneIn(said);
        Assert.Equal(1, await program.EndAsync());
    }

    [Fact]
    public async Task ConsoleSignIn_NothingSaid_NamesTheFirstVariable()
    {
        using SampleProgram program = Start("ConsoleSignIn", []);
        Assert.Contains("CIS2_PLATFORM is not set", await RestAsync(program.Error), StringComparison.Ordinal);
        Assert.NotEqual(0, await program.EndAsync());
    }

    [Fact]
    public async Task QuickStart_CallbackPasted_SaysWho()
    {
        using SampleProgram program = Start("QuickStart", []);
        string callback = await Simulator.SignInAsync(await AddressAsync(program, "Sign in at "));
        await program.Input.WriteLineAsync(callback);
        Assert.EndsWith("Signed in: 656005750104, authentication level 3\n", await RestAsync(program.Output), StringComparison.Ordinal);
        Assert.Equal(0, await program.EndAsync());
    }

    private static SampleProgram StartConsoleSignIn()
    {
        using var free = new TcpListener(IPAddress.Loopback, 0);
        free.Start();
        int port = ((IPEndPoint)free.LocalEndpoint).Port;
        free.Stop();
        return Start("ConsoleSignIn", ["--ready", Simulator.ReadyFile], ("CIS2_REDIRECT_URI", $"http://127.0.0.1:{port}/callback"));
    }

    private static SampleProgram Start(string sample, string[] arguments, params (string Name, string Value)[] environment)
    {
        var metadata = typeof(ConsoleTests).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>().ToDictionary(data => data.Key, data => data.Value!);
        var start = new ProcessStartInfo(Path.Combine(metadata["SamplesFolder"], sample, metadata["SamplesBuild"], sample), arguments)
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        foreach ((string name, string value) in environment)
        {
            start.Environment[name] = value;
        }

        return new SampleProgram(start);
    }

    private static async Task<string> AddressAsync(SampleProgram program, string before)
    {
        string? line = await program.Output.ReadLineAsync(TestContext.Current.CancellationToken);
        if (line is null)
        {
            Assert.Fail(await RestAsync(program.Error));
        }

        Assert.StartsWith(before, line, StringComparison.Ordinal);
        string address = line[before.Length..];
        Secrets.MarkQuery(address);
        return address;
    }

    private static async Task<string> ShowAsync(string callback)
    {
        using var browser = new HttpClient();
        return await browser.GetStringAsync(new Uri(callback), TestContext.Current.CancellationToken);
    }

    private static Task<string> RestAsync(StreamReader output) => output.ReadToEndAsync(TestContext.Current.CancellationToken);

    /// <summary>A process that does not outlive its test.</summary>
    private sealed class SampleProgram(ProcessStartInfo start) : IDisposable
    {
        private readonly Process _process = Process.Start(start)!;

        public StreamWriter Input => _process.StandardInput;

        public StreamReader Output => _process.StandardOutput;

        public StreamReader Error => _process.StandardError;

        public async Task<int> EndAsync()
        {
            await _process.WaitForExitAsync(TestContext.Current.CancellationToken);
            return _process.ExitCode;
        }

        public void Dispose()
        {
            _process.Kill();
            _process.Dispose();
        }
    }
}
