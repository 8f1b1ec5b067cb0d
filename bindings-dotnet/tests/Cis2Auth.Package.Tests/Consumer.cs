using System.Diagnostics;
using Xunit;

namespace Cis2Auth.Package.Tests;

/// <summary>
/// A program outside the tree that is restored from the packed file into a package folder of its own (else an older package
/// of the same version would be tested), and then run.
/// </summary>
internal sealed class Consumer : IDisposable
{
    private const string Program = """
        using Cis2Auth;

        using (var key = Cis2SigningKey.FromPemFile(args[0], "test-1", Cis2SigningAlgorithm.RS512))
        {
            Cis2ClientAssertion assertion = key.CreateClientAssertion("000000.apps.supplier",
                "https://am.nhsint.auth-ptl.cis2.spineservices.nhs.uk:443/openam/oauth2/realms/root/realms/NHSIdentity/realms/Healthcare/access_token");
            Console.WriteLine(assertion.Value.Split('.').Length + " parts");
        }

        Console.WriteLine(Cis2NativeLibrary.Version + " " + Cis2NativeLibrary.LiveObjects);
        """;

    private static readonly string s_key = Path.Combine(PackedFile.Root, "tests", "vectors", "keys", "rsa2048.pkcs8.pem");

    private readonly string _folder = Directory.CreateTempSubdirectory("cis2-consumer-").FullName;

    public Consumer(string properties = "")
    {
        Write("App", properties, $"""<PackageReference Include="Cis2Auth" Version="{PackedFile.Version}" />""", Program);
    }

    /// <summary>A program that references a library that references the package.</summary>
    public static Consumer Transitive()
    {
        var consumer = new Consumer();
        consumer.Write("Middle", "<OutputType>Library</OutputType>", $"""<PackageReference Include="Cis2Auth" Version="{PackedFile.Version}" />""", "namespace Middle; public static class Nothing;");
        consumer.Write("App", "", """<ProjectReference Include="../Middle/Middle.csproj" />""", Program);
        return consumer;
    }

    public string Output => Path.Combine(_folder, "out");

    /// <summary>Restores and builds or publishes; returns what was printed. The path of the configured sources stays; ours is added.</summary>
    public string Dotnet(string verb, params string[] arguments)
    {
        string app = Path.Combine(_folder, "App");
        (int status, string printed) = Run("dotnet", [verb, app, "-c", "Release", "-o", Output, "--nologo", "-p:RestoreAdditionalProjectSources=" + PackedFile.Feed, .. arguments]);
        Assert.True(status == 0, printed);
        return printed;
    }

    /// <summary>Runs the program and expects that it minted an assertion and left nothing behind.</summary>
    public void ExpectToWork(string program, params string[] before)
    {
        (int status, string printed) = Run(program, [.. before, s_key]);
        Assert.True(status == 0, printed);
        Assert.Equal($"3 parts\n{PackedFile.Version} 0\n", printed);
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private void Write(string project, string properties, string items, string program)
    {
        string folder = Directory.CreateDirectory(Path.Combine(_folder, project)).FullName;
        string kind = properties.Contains("OutputType", StringComparison.Ordinal) ? "" : "<OutputType>Exe</OutputType>";
        File.WriteAllText(Path.Combine(folder, project + ".csproj"), $"""
            <Project Sdk="Microsoft.NET.Sdk">
              <PropertyGroup>
                {kind}
                <TargetFramework>net10.0</TargetFramework>
                <Nullable>enable</Nullable>
                <ImplicitUsings>enable</ImplicitUsings>
                <TreatWarningsAsErrors>true</TreatWarningsAsErrors>
                {properties}
              </PropertyGroup>
              <ItemGroup>
                {items}
              </ItemGroup>
            </Project>
            """);
        File.WriteAllText(Path.Combine(folder, "Program.cs"), program);
    }

    private (int Status, string Printed) Run(string program, IReadOnlyList<string> arguments)
    {
        var start = new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true, RedirectStandardError = true, WorkingDirectory = _folder };
        start.Environment["NUGET_PACKAGES"] = Path.Combine(_folder, "packages");
        // Of this build, not of a consumer's.
        start.Environment.Remove("CARGO_TARGET_DIR");
        start.Environment.Remove("CIS2_NATIVE_PATH");
        using Process process = Process.Start(start)!;
        Task<string> errors = process.StandardError.ReadToEndAsync();
        string printed = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return (process.ExitCode, printed + errors.GetAwaiter().GetResult());
    }
}
