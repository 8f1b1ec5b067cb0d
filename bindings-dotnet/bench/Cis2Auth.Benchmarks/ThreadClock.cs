using System.Runtime.InteropServices;

namespace Cis2Auth.Benchmarks;

/// <summary>The processor time of this thread: on a machine that others use too, time on the wall is theirs as well.</summary>
internal static partial class ThreadClock
{
    private const int ThreadCpuTime = 3;

    public static double Nanoseconds
    {
        get
        {
            if (!OperatingSystem.IsLinux())
            {
                return System.Diagnostics.Stopwatch.GetElapsedTime(0).TotalNanoseconds;
            }

            _ = clock_gettime(ThreadCpuTime, out Time time);
            return (time.Seconds * 1e9) + time.Nanoseconds;
        }
    }

    [LibraryImport("libc")]
    private static partial int clock_gettime(int clock, out Time time);

    [StructLayout(LayoutKind.Sequential)]
    private struct Time
    {
        public nint Seconds;
        public nint Nanoseconds;
    }
}
