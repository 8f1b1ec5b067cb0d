using System.Diagnostics;
using System.Net;
using System.Net.Sockets;

namespace Cis2Auth.Browser;

/// <summary>The sample as a process of its own, on a port that was free.</summary>
internal sealed class Service : IAsyncDisposable
{
    private readonly Process _process;

    private Service(Process process, string address)
    {
        _process = process;
        Address = address;
    }

    public string Address { get; }

    public static async Task<Service> StartAsync(string program, string contentRoot, CancellationToken cancellationToken)
    {
        string address = $"http://127.0.0.1:{FreePort()}";
        string ready = Environment.GetEnvironmentVariable("CIS2_SIM_READY") ?? throw new InvalidOperationException("CIS2_SIM_READY is not set.");
        var start = new ProcessStartInfo(program, ["--contentRoot", contentRoot, "--ready", ready]) { RedirectStandardOutput = true };
        start.Environment["Cis2__RedirectUri"] = $"{address}/callback";
        Process process = Process.Start(start)!;
        var service = new Service(process, address);
        while (await process.StandardOutput.ReadLineAsync(cancellationToken) is { } line)
        {
            if (line.Contains("Application started", StringComparison.Ordinal))
            {
                // The rest goes nowhere, but it must be read.
                _ = process.StandardOutput.BaseStream.CopyToAsync(Stream.Null, CancellationToken.None);
                return service;
            }
        }

        throw new InvalidOperationException("The sample did not start.");
    }

    public async ValueTask DisposeAsync()
    {
        _process.Kill();
        await _process.WaitForExitAsync();
        _process.Dispose();
    }

    private static int FreePort()
    {
        using var free = new TcpListener(IPAddress.Loopback, 0);
        free.Start();
        return ((IPEndPoint)free.LocalEndpoint).Port;
    }
}
