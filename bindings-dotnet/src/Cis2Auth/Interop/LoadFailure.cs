using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;

namespace Cis2Auth.Interop;

/// <summary>Says why the native library could not be loaded: who asked, what was tried where, what lies there, what to do.</summary>
internal static class LoadFailure
{
    private const string Served = "linux-x64 (glibc 2.17 or newer)";
    private const string Library = NativeMethods.Library;

    internal static string FileName =>
        OperatingSystem.IsWindows() ? $"{Library}.dll" : OperatingSystem.IsMacOS() ? $"lib{Library}.dylib" : $"lib{Library}.so";

    // In the order of .NET.
    private static string Names => OperatingSystem.IsWindows()
        ? $"{FileName}, {Library}"
        : $"{FileName["lib".Length..]}, {FileName}, {Library}, lib{Library}";

    public static string Explain(Exception failure, NativePath? path) => Explain(failure, path, RuntimeInformation.RuntimeIdentifier);

    internal static string Explain(Exception failure, NativePath? path, string rid)
    {
        var (seen, found) = Look(rid, path);
        bool loaded = failure is EntryPointNotFoundException;
        return Whole(
            loaded ? "A native library was loaded, but it is none of Cis2Auth, or one of an older version." : "The native library of Cis2Auth could not be loaded.",
            rid,
            path,
            seen,
            loaded ? RemedyForAnother(path) : Remedy(rid, found, path));
    }

    public static string OtherVersion(uint wanted, uint found, string version, NativePath? path)
    {
        string rid = RuntimeInformation.RuntimeIdentifier;
        return Whole(
            $"The native library that was loaded is version {version} with interface {Interface(found)}; this assembly needs interface {Interface(wanted)}.",
            rid,
            path,
            Look(rid, path).Seen,
            RemedyForAnother(path));
    }

    private static string Whole(string headline, string rid, NativePath? path, IReadOnlyList<string> seen, string remedy)
    {
        var text = new StringBuilder();
        text.AppendLine(headline);
        text.AppendLine(CultureInfo.InvariantCulture, $"  process: {rid}, {RuntimeInformation.ProcessArchitecture}, {RuntimeInformation.FrameworkDescription}");
        text.AppendLine(path is null
            ? $"  names tried: {Names}, in the folders below and in those of the system"
            : $"  named by {path.NamedBy}: {path.File}");
        text.AppendLine("  looked at:");
        foreach (string line in seen)
        {
            text.AppendLine(CultureInfo.InvariantCulture, $"    {line}");
        }

        text.Append("  what to do: ").Append(remedy);
        return text.ToString();
    }

    private static string Interface(uint version) => FormattableString.Invariant($"{version >> 16}.{version & 0xFFFF}");

    /// <summary>What lies where it was looked for: a line for each place, and the first file that is there.</summary>
    private static (IReadOnlyList<string> Seen, NativeFile? Found) Look(string rid, NativePath? path)
    {
        if (path is not null)
        {
            NativeFile? own = NativeFile.Look(path.File);
            return ([$"{path.File} is {own?.Description ?? "not there"}"], own);
        }

        var seen = new List<string>();
        NativeFile? found = null;
        foreach (string folder in Folders(rid))
        {
            NativeFile? file = NativeFile.Look(Path.Combine(folder, FileName));
            found ??= file;
            seen.Add(file is null ? $"{folder}: no {FileName}" : $"{folder}: {FileName} is {file.Description}");
        }

        return (seen, found);
    }

    /// <summary>It did load.</summary>
    private static string RemedyForAnother(NativePath? path) => path is null
        ? $"another {FileName} lies in the way, in one of these folders or in the loader's path: remove it, or install the package Cis2Auth again."
        : $"name the {FileName} of this version of Cis2Auth. {OrLeaveItOut(path)}";

    private static string Remedy(string rid, NativeFile? found, NativePath? path)
    {
        string processor = Name(RuntimeInformation.ProcessArchitecture);
        if (found is null)
        {
            return path is not null
                ? $"name a {FileName} that is there. {OrLeaveItOut(path)}"
                : $"the package Cis2Auth brings the file for {Served}. Reference the package itself (`dotnet add package Cis2Auth`), publish with "
                  + $"`dotnet publish` instead of copying single files, or set {NativeLibraryLoader.PathVariable} to a library of your own.";
        }

        if (found.Processor is null)
        {
            return path is not null
                ? $"name a {FileName} for {processor}. {OrLeaveItOut(path)}"
                : $"the file is not what the package Cis2Auth brings: install the package again, for {Served}.";
        }

        if (found.Processor != processor)
        {
            return $"the file is for {found.Processor}, this process needs one for {processor}. " + (path is not null
                ? $"Name such a {FileName}. {OrLeaveItOut(path)}"
                : $"The package has {Served}: publish for it with `-r linux-x64`, and run it there.");
        }

        return IsMusl(rid) && found.NeedsGlibc
            ? $"this system has musl (Alpine), the file needs glibc. The package has {Served}: use an image with glibc, such as Debian's."
            : "the file is there and does not load; the inner exception has the loader's words. A library that it needs may be missing, or glibc is older than 2.17.";
    }

    private static string OrLeaveItOut(NativePath path) => $"Or leave out {path.NamedBy}: then the one of the package is taken.";

    /// <summary>Where .NET looks, as far as it says so, and where a publish puts it.</summary>
    private static IEnumerable<string> Folders(string rid)
    {
        string processor = Name(RuntimeInformation.ProcessArchitecture);
        var folders = new List<string> { AppContext.BaseDirectory };
        foreach (string one in new[] { IsMusl(rid) ? $"linux-musl-{processor}" : $"linux-{processor}", "linux-x64", rid })
        {
            folders.Add(Path.Combine(AppContext.BaseDirectory, "runtimes", one, "native"));
        }

        if (AppContext.GetData("NATIVE_DLL_SEARCH_DIRECTORIES") is string searched)
        {
            folders.AddRange(searched.Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries));
        }

        return folders.Select(Path.TrimEndingDirectorySeparator).Distinct();
    }

    private static bool IsMusl(string rid) => rid.Contains("musl", StringComparison.Ordinal) || rid.StartsWith("alpine", StringComparison.Ordinal);

    private static string Name(Architecture architecture) => architecture switch
    {
        Architecture.X64 => "x64",
        Architecture.X86 => "x86",
        Architecture.Arm64 => "arm64",
        Architecture.Arm => "arm",
        _ => architecture.ToString(),
    };
}
