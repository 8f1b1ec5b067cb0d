using System.Runtime.InteropServices;
using System.Text;

namespace Cis2Auth.Interop;

/// <summary>Says why the native library could not be loaded: who asked, what was tried where, what lies there, what to do.</summary>
internal static class LoadFailure
{
    private const string Served = "linux-x64 (glibc 2.17 or newer)";

    internal static string FileName =>
        OperatingSystem.IsWindows() ? "cis2.dll" : OperatingSystem.IsMacOS() ? "libcis2.dylib" : "libcis2.so";

    public static string OtherVersion(uint wanted, uint found, string version, string? path) =>
        $"The native library that was loaded is version {version} with interface {found >> 16}.{found & 0xFFFF}; this assembly needs interface "
        + $"{wanted >> 16}.{wanted & 0xFFFF}. "
        + (string.IsNullOrEmpty(path)
            ? $"An older {FileName} lies in the way (beside the program, or in the loader's path): remove it, or install the package Cis2Auth again."
            : $"It was named by Cis2NativeLibrary.Path or {NativeLibraryLoader.PathVariable}: {path}. Name the one of this version, or leave it out.");

    public static string Explain(Exception failure, string? path)
    {
        string rid = RuntimeInformation.RuntimeIdentifier;
        List<string> folders = Folders(rid, path);
        var text = new StringBuilder();
        text.AppendLine(failure is EntryPointNotFoundException
            ? $"The native library of Cis2Auth was loaded, but it is another library or an older version: {failure.Message}"
            : "The native library of Cis2Auth could not be loaded.");
        text.AppendLine(Invariant($"  process: {rid}, {RuntimeInformation.ProcessArchitecture}, {RuntimeInformation.FrameworkDescription}"));
        text.AppendLine(Invariant($"  names tried: {FileName}, {NativeMethods.Library}"));
        text.AppendLine("  folders:");
        string? found = null;
        foreach (string folder in folders)
        {
            string file = System.IO.Path.Combine(folder, FileName);
            string? kind = File.Exists(file) ? NativeFile.Describe(file) : null;
            found ??= kind;
            text.AppendLine(Invariant($"    {folder}: {(kind is null ? "not there" : FileName + " is " + kind)}"));
        }

        text.Append("  what to do: ").Append(Remedy(rid, found, path));
        return text.ToString();
    }

    private static string Remedy(string rid, string? found, string? path)
    {
        if (!string.IsNullOrEmpty(path))
        {
            return $"Cis2NativeLibrary.Path or {NativeLibraryLoader.PathVariable} says {path}: name a {FileName} that this process can load, or leave it out.";
        }

        if (found is not null && IsMusl(rid) && found.Contains("glibc", StringComparison.Ordinal))
        {
            return $"this system has musl (Alpine), the file needs glibc. The package has {Served}: use an image with glibc, such as Debian's.";
        }

        if (found is not null && !found.Contains(Name(RuntimeInformation.ProcessArchitecture), StringComparison.Ordinal))
        {
            return $"the file is for another processor than this process. The package has {Served}: publish for it with `-r linux-x64`, and run it there.";
        }

        return found is null
            ? $"the package Cis2Auth brings the file for {Served}. Reference the package itself (`dotnet add package Cis2Auth`), publish with "
              + $"`dotnet publish` instead of copying single files, or set {NativeLibraryLoader.PathVariable} to a library of your own."
            : "the file is there and does not load; the inner exception has the loader's words. A library that it needs may be missing.";
    }

    /// <summary>Where .NET looks, as far as it says so, and where a publish puts it.</summary>
    private static List<string> Folders(string rid, string? path)
    {
        var folders = new List<string>();
        if (!string.IsNullOrEmpty(path))
        {
            folders.Add(Directory.Exists(path) ? path : System.IO.Path.GetDirectoryName(System.IO.Path.GetFullPath(path)) ?? path);
            return folders;
        }

        folders.Add(AppContext.BaseDirectory);
        string portable = IsMusl(rid) ? "linux-musl-" + Name(RuntimeInformation.ProcessArchitecture) : "linux-" + Name(RuntimeInformation.ProcessArchitecture);
        foreach (string one in new[] { portable, "linux-x64", rid }.Distinct())
        {
            folders.Add(System.IO.Path.Combine(AppContext.BaseDirectory, "runtimes", one, "native"));
        }

        if (AppContext.GetData("NATIVE_DLL_SEARCH_DIRECTORIES") is string searched)
        {
            folders.AddRange(searched.Split(System.IO.Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries));
        }

        return folders.Select(folder => System.IO.Path.TrimEndingDirectorySeparator(folder)).Distinct().ToList();
    }

    private static bool IsMusl(string rid) => rid.Contains("musl", StringComparison.Ordinal) || rid.StartsWith("alpine", StringComparison.Ordinal);

    internal static string Name(Architecture architecture) => architecture switch
    {
        Architecture.X64 => "x64",
        Architecture.X86 => "x86",
        Architecture.Arm64 => "arm64",
        Architecture.Arm => "arm",
        _ => architecture.ToString(),
    };

    private static string Invariant(FormattableString text) => FormattableString.Invariant(text);
}
