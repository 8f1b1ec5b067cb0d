using Xunit;

namespace Cis2Auth.Package.Tests;

public sealed class ConsumerTests
{
    private const string Rooted = """<TrimmerSingleWarn>false</TrimmerSingleWarn><InvariantGlobalization>true</InvariantGlobalization>""";

    [Fact]
    public void Console_RunsFromThePackage()
    {
        using var consumer = new Consumer();
        consumer.Dotnet("build");
        consumer.ExpectToWork("dotnet", Path.Combine(consumer.Output, "App.dll"));
    }

    [Fact]
    public void Transitive_RunsFromThePackage()
    {
        using Consumer consumer = Consumer.Transitive();
        consumer.Dotnet("build");
        consumer.ExpectToWork("dotnet", Path.Combine(consumer.Output, "App.dll"));
    }

    [Fact]
    public void SingleFile_SelfContained_Runs()
    {
        using var consumer = new Consumer("<PublishSingleFile>true</PublishSingleFile>");
        consumer.Dotnet("publish", "-r", "linux-x64", "--self-contained");
        consumer.ExpectToWork(Path.Combine(consumer.Output, "App"));
    }

    [Fact]
    public void Trimmed_PublishesWithoutWarning_AndRuns()
    {
        using var consumer = new Consumer("<PublishTrimmed>true</PublishTrimmed>" + Rooted);
        consumer.Dotnet("publish", "-r", "linux-x64", "--self-contained");
        consumer.ExpectToWork(Path.Combine(consumer.Output, "App"));
    }

    [Fact]
    public void NativeAot_PublishesWithoutWarning_AndRuns()
    {
        using var consumer = new Consumer("<PublishAot>true</PublishAot>" + Rooted);
        consumer.Dotnet("publish", "-r", "linux-x64");
        consumer.ExpectToWork(Path.Combine(consumer.Output, "App"));
    }

    [Fact]
    public void Build_ForASystemThatThePackageDoesNotServe_Warns()
    {
        using var consumer = new Consumer("<UseAppHost>false</UseAppHost><WarningsNotAsErrors>CIS2001</WarningsNotAsErrors>");
        string printed = consumer.Dotnet("build", "-r", "win-x64", "--no-self-contained");
        Assert.Contains("warning CIS2001: The package Cis2Auth has no native library for win-x64.", printed, StringComparison.Ordinal);
    }
}
