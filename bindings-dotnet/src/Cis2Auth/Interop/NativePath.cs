namespace Cis2Auth.Interop;

/// <summary>A native library of the host's own: the file, and who named it.</summary>
internal sealed record NativePath(string File, string NamedBy)
{
    /// <summary>Null if nothing is said. A folder stands for the library in it; a relative path is one of the current folder.</summary>
    public static NativePath? Of(string? path, string namedBy)
    {
        if (string.IsNullOrEmpty(path))
        {
            return null;
        }

        // A bare name would be looked for in the loader's folders instead.
        string full = Path.GetFullPath(path);
        return new NativePath(Directory.Exists(full) ? Path.Combine(full, LoadFailure.FileName) : full, namedBy);
    }
}
