using System.Diagnostics;
using System.Text.Json;

namespace Cis2Auth.Interop.Tests;

/// <summary>What became of a step of the program LoadProbe.</summary>
internal sealed record Outcome(string? Exception, string Text, string? Inner);

/// <summary>A copy of the program LoadProbe in a folder of its own: what lies in it can be taken away and changed.</summary>
internal sealed class LoadProbe : IDisposable
{
    public const string FileName = "libcis2.so";

    private readonly DirectoryInfo _work = Directory.CreateTempSubdirectory("cis2-load.");

    public LoadProbe()
    {
        // Beside the tests: .../bin/LoadProbe/CONFIGURATION.
        string tests = Path.TrimEndingDirectorySeparator(AppContext.BaseDirectory);
        string built = Path.Combine(tests, "..", "..", nameof(LoadProbe), Path.GetFileName(tests));
        Folder = _work.CreateSubdirectory("program").FullName;
        foreach (string file in Directory.EnumerateFiles(built))
        {
            File.Copy(file, Path.Combine(Folder, Path.GetFileName(file)));
        }
    }

    /// <summary>Where the program lies.</summary>
    public string Folder { get; }

    /// <summary>The native library beside the program.</summary>
    public string Library => Path.Combine(Folder, FileName);

    /// <summary>The same, somewhere else.</summary>
    public string Elsewhere(string name = FileName)
    {
        string file = Path.Combine(_work.CreateSubdirectory("elsewhere").FullName, name);
        File.Copy(Library, file, overwrite: true);
        return file;
    }

    public string Write(string name, byte[] content)
    {
        string file = Path.Combine(_work.FullName, name);
        File.WriteAllBytes(file, content);
        return file;
    }

    /// <summary>A library made of C for this machine.</summary>
    public string Compile(string name, string source)
    {
        string code = Write(name + ".c", System.Text.Encoding.UTF8.GetBytes(source));
        string file = Path.Combine(_work.FullName, name + ".so");
        try
        {
            // now: what it lacks is missed when it is loaded.
            using var compiler = Process.Start("gcc", ["-shared", "-fPIC", "-Wl,-z,now", "-o", file, code]);
            compiler.WaitForExit();
            Assert.Equal(0, compiler.ExitCode);
        }
        catch (System.ComponentModel.Win32Exception)
        {
            Assert.Skip("gcc is not there to make a library of another kind");
        }

        return file;
    }

    /// <summary>The library of this tree, as it would be for another processor (e_machine of ELF).</summary>
    public byte[] ForAnotherProcessor(byte machine = 183)
    {
        byte[] bytes = File.ReadAllBytes(Library);
        bytes[18] = machine;
        return bytes;
    }

    public Outcome[] Run(params string[] steps) => RunWith(null, steps);

    /// <summary>With <c>CIS2_NATIVE_PATH</c>.</summary>
    public Outcome[] RunWith(string? path, params string[] steps)
    {
        var start = new ProcessStartInfo(Path.Combine(Folder, nameof(LoadProbe)), steps)
        {
            RedirectStandardOutput = true,
            WorkingDirectory = _work.FullName,
        };
        start.Environment.Remove("CIS2_NATIVE_PATH");
        if (path is not null)
        {
            start.Environment["CIS2_NATIVE_PATH"] = path;
        }

        using Process program = Process.Start(start)!;
        string said = program.StandardOutput.ReadToEnd();
        program.WaitForExit();
        Assert.Equal(0, program.ExitCode);
        return [.. JsonSerializer.Deserialize<string?[][]>(said)!.Select(one => new Outcome(one[0], one[1] ?? "", one.ElementAtOrDefault(2)))];
    }

    public void Dispose() => _work.Delete(recursive: true);
}
