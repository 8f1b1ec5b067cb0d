namespace Cis2Auth.Interop.Tests;

/// <summary>The thread on which the code runs, by the name that the system knows: .NET has none for the library's threads.</summary>
internal static class NativeThread
{
    public static string Name => File.ReadAllText("/proc/thread-self/comm").Trim();
}
