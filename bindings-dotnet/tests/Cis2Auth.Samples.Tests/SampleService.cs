using System.Threading.Channels;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Mvc.Testing;
using Microsoft.AspNetCore.TestHost;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Testing;

namespace Cis2Auth.Samples.Tests;

/// <summary>The sample service in this process, with its log at hand.</summary>
public sealed class SampleService : WebApplicationFactory<Program>
{
    private readonly Dictionary<string, string> _settings = new() { ["ready"] = Simulator.ReadyFile };
    private readonly Channel<string> _lines = Channel.CreateUnbounded<string>();

    /// <summary>All that was logged, once a line with this word is there: the library tells its events a little later than they happen.</summary>
    public async Task<IReadOnlyList<FakeLogRecord>> LogUntilAsync(string word, CancellationToken cancellationToken)
    {
        while (!(await _lines.Reader.ReadAsync(cancellationToken)).Contains(word, StringComparison.Ordinal))
        {
        }

        return Services.GetFakeLogCollector().GetSnapshot();
    }

    /// <summary>Sets a value of the configuration, as an argument of the command line would.</summary>
    public SampleService With(string key, string value)
    {
        _settings[key] = value;
        return this;
    }

    public SampleService Without(string key)
    {
        _settings.Remove(key);
        return this;
    }

    protected override void ConfigureWebHost(IWebHostBuilder builder)
    {
        foreach ((string key, string value) in _settings)
        {
            builder.UseSetting(key, value);
        }

        builder.ConfigureLogging(logging => logging.ClearProviders().SetMinimumLevel(LogLevel.Trace).AddFakeLogging(log => log.OutputSink = line => _lines.Writer.TryWrite(line)));
        builder.ConfigureTestServices(services => services.AddDataProtection().UseEphemeralDataProtectionProvider());
    }
}
