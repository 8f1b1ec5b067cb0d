namespace Cis2Auth;

/// <summary>
/// The native library could not be loaded, or is another version. The message names the process, the names that were
/// tried, the folders, what lies there, and what to install.
/// </summary>
public sealed class Cis2NativeLibraryException : Exception
{
    internal Cis2NativeLibraryException(string message, Exception? inner)
        : base(message, inner)
    {
    }
}
