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

    public FakeLogCollector Log => Services.GetFakeLogCollector();

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

        builder.ConfigureLogging(logging => logging.ClearProviders().SetMinimumLevel(LogLevel.Trace).AddFakeLogging());
        builder.ConfigureTestServices(services => services.AddDataProtection().UseEphemeralDataProtectionProvider());
    }
}
