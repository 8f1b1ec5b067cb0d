using Cis2Auth.Interop;

namespace Cis2Auth;

/// <summary>The native library under this one: where it comes from, which it is, and what it holds.</summary>
public static class Cis2NativeLibrary
{
    /// <summary>
    /// A native library of your own: the file, or the folder in which it lies; a relative path is one of the current folder.
    /// Null, the default, leaves it to .NET, which finds the one of the package. The environment variable
    /// <c>CIS2_NATIVE_PATH</c> says the same; this property wins.
    /// </summary>
    /// <exception cref="InvalidOperationException">Set after the library was loaded, or after that failed.</exception>
    public static string? Path
    {
        get => NativeLibraryLoader.Path;
        set => NativeLibraryLoader.Path = value;
    }

    /// <summary>The version of the native library, such as <c>0.1.0</c>.</summary>
    /// <exception cref="Cis2NativeLibraryException">It cannot be loaded.</exception>
    public static string Version
    {
        get
        {
            NativeLibraryLoader.EnsureLoaded();
            return NativeLibraryLoader.LoadedVersion();
        }
    }

    /// <summary>How many objects of the native library this process holds: a metric of a server, and 0 at the end of a test.</summary>
    /// <exception cref="Cis2NativeLibraryException">It cannot be loaded.</exception>
    public static long LiveObjects
    {
        get
        {
            NativeLibraryLoader.EnsureLoaded();
            return (long)NativeMethods.cis2_live_objects();
        }
    }
}
