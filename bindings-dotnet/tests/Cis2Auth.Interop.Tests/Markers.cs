namespace Cis2Auth.Interop.Tests;

/// <summary>Secrets of the tests, for the scan of all output.</summary>
internal static class Markers
{
    private static readonly Lock s_gate = new();

    public static void Add(string secret)
    {
        if (Environment.GetEnvironmentVariable("CIS2_TEST_MARKERS") is { Length: > 0 } file)
        {
            lock (s_gate)
            {
                File.AppendAllText(file, secret + "\n");
            }
        }
    }
}
