using System.Reflection;
using System.Runtime.InteropServices;

namespace Cis2Auth.Interop;

/// <summary>
/// Loads the native library at first use and compares its version. .NET finds the file; a resolver is put in only where a
/// path of one's own is set. A failure is explained once and then remembered.
/// </summary>
internal static class NativeLibraryLoader
{
    /// <summary>The interface that these declarations were written for: CIS2_ABI_VERSION of the header.</summary>
    internal const uint AbiVersion = 1;

    internal const string PathVariable = "CIS2_NATIVE_PATH";

    private static readonly object s_gate = new();
    private static volatile bool s_loaded;
    private static Cis2NativeLibraryException? s_failure;
    private static string? s_path;

    public static string? Path
    {
        get => s_path;
        set
        {
            lock (s_gate)
            {
                if (s_loaded || s_failure is not null)
                {
                    throw new InvalidOperationException(
                        "Cis2NativeLibrary.Path is set after the native library was asked for. Set it before anything else of Cis2Auth is used.");
                }

                s_path = value;
            }
        }
    }

    /// <summary>Called by whatever makes the first object of a kind; all else has an object already.</summary>
    public static void EnsureLoaded()
    {
        if (!s_loaded)
        {
            Load();
        }
    }

    public static unsafe string LoadedVersion()
    {
        byte* text = NativeMethods.cis2_version();
        return System.Text.Encoding.UTF8.GetString(MemoryMarshal.CreateReadOnlySpanFromNullTerminated(text));
    }

    private static void Load()
    {
        lock (s_gate)
        {
            if (s_failure is not null)
            {
                throw s_failure;
            }

            if (s_loaded)
            {
                return;
            }

            NativePath? path = NativePath.Of(s_path, "Cis2NativeLibrary.Path")
                ?? NativePath.Of(Environment.GetEnvironmentVariable(PathVariable), PathVariable);
            try
            {
                if (path is not null)
                {
                    ResolveTo(path);
                }

                uint found = NativeMethods.cis2_abi_version();
                if (!Serves(found))
                {
                    throw new Cis2NativeLibraryException(LoadFailure.OtherVersion(AbiVersion, found, LoadedVersion(), path), inner: null);
                }
            }
            catch (Cis2NativeLibraryException failure)
            {
                s_failure = failure;
                throw;
            }
            catch (Exception failure) when (failure is DllNotFoundException or BadImageFormatException or EntryPointNotFoundException)
            {
                s_failure = new Cis2NativeLibraryException(LoadFailure.Explain(failure, path), failure);
                throw s_failure;
            }

            s_loaded = true;
        }
    }

    /// <summary>The same major version and at least this minor one.</summary>
    internal static bool Serves(uint found) => found >> 16 == AbiVersion >> 16 && (found & 0xFFFF) >= (AbiVersion & 0xFFFF);

    private static void ResolveTo(NativePath path)
    {
        try
        {
            NativeLibrary.SetDllImportResolver(
                typeof(NativeLibraryLoader).Assembly,
                (name, _, _) => name == NativeMethods.Library ? NativeLibrary.Load(path.File) : 0);
        }
        catch (InvalidOperationException taken)
        {
            throw new Cis2NativeLibraryException(
                $"{path.NamedBy} says that the native library is {path.File}, but another resolver was installed for the assembly Cis2Auth before "
                + $"(NativeLibrary.SetDllImportResolver). What to do: let one of the two say where the library is, and leave out the other.",
                taken);
        }
    }
}
