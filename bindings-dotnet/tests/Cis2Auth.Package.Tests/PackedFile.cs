using System.IO.Compression;
using System.Reflection;
using System.Text.RegularExpressions;

namespace Cis2Auth.Package.Tests;

/// <summary>The package that `./build.sh pack` made, and the tree that it was made from.</summary>
internal static partial class PackedFile
{
    public static string Root { get; } = typeof(PackedFile).Assembly
        .GetCustomAttributes<AssemblyMetadataAttribute>().Single(data => data.Key == "RepositoryRoot").Value!;

    public static string Feed { get; } = Path.Combine(Root, "dist", "nuget");

    public static string Version { get; } = CrateVersion().Match(File.ReadAllText(Path.Combine(Root, "Cargo.toml"))).Groups[1].Value;

    public static string Nupkg { get; } = Path.Combine(Feed, $"Cis2Auth.{Version}.nupkg");

    public static string Snupkg { get; } = Path.Combine(Feed, $"Cis2Auth.{Version}.snupkg");

    /// <summary>The names of all entries, sorted.</summary>
    public static string[] Entries(string package)
    {
        using ZipArchive archive = ZipFile.OpenRead(package);
        return [.. archive.Entries.Select(entry => entry.FullName).Order(StringComparer.Ordinal)];
    }

    public static string Read(string package, string entry)
    {
        using ZipArchive archive = ZipFile.OpenRead(package);
        using var reader = new StreamReader(archive.GetEntry(entry)!.Open());
        return reader.ReadToEnd();
    }

    public static byte[] ReadBytes(string package, string entry)
    {
        using ZipArchive archive = ZipFile.OpenRead(package);
        using Stream stream = archive.GetEntry(entry)!.Open();
        using var copy = new MemoryStream();
        stream.CopyTo(copy);
        return copy.ToArray();
    }

    [GeneratedRegex("(?m)^version = \"([^\"]+)\"")]
    private static partial Regex CrateVersion();
}
