namespace Cis2Auth.Benchmarks;

/// <summary>
/// Measures contenders against each other: in each round each runs one short slice, in an order drawn anew. A ratio is taken
/// within its round, where both met the same machine, and the median over the rounds is told.
/// </summary>
internal sealed class Rounds
{
    private const double SliceNanoseconds = 8e6;
    private const double WarmUpNanoseconds = 400e6;

    private readonly IReadOnlyList<Contender> _contenders;
    private readonly double[][] _times;
    private readonly long[] _bytes;

    private Rounds(IReadOnlyList<Contender> contenders, int count)
    {
        _contenders = contenders;
        _times = [.. contenders.Select(_ => new double[count])];
        _bytes = new long[contenders.Count];
    }

    public static Rounds Run(IReadOnlyList<Contender> contenders, int count)
    {
        var rounds = new Rounds(contenders, count);
        int[] slices = [.. contenders.Select(contender => SliceOf(contender.Run))];
        int[] order = [.. Enumerable.Range(0, contenders.Count)];
        for (int round = 0; round < count; round++)
        {
            Random.Shared.Shuffle(order);
            foreach (int index in order)
            {
                rounds._times[index][round] = Time(contenders[index].Run, slices[index]);
            }
        }

        for (int index = 0; index < contenders.Count; index++)
        {
            rounds._bytes[index] = Bytes(contenders[index].Run);
        }

        return rounds;
    }

    /// <summary>How many times the rate of the reference; none where the reference did not run.</summary>
    public double? Ratio(string contender, string reference)
    {
        int mine = IndexOf(contender), theirs = IndexOf(reference);
        return mine < 0 || theirs < 0 ? null : Statistics.Median(_times[theirs].Zip(_times[mine], (other, own) => other / own));
    }

    public double PerSecond(string contender) => 1e9 / Statistics.Median(_times[IndexOf(contender)]);

    public long BytesPerOperation(string contender) => _bytes[IndexOf(contender)];

    private int IndexOf(string name)
    {
        for (int index = 0; index < _contenders.Count; index++)
        {
            if (_contenders[index].Name == name)
            {
                return index;
            }
        }

        return -1;
    }

    /// <summary>Warms up until the code has its last form, and says how many operations fill a slice.</summary>
    private static int SliceOf(Func<object?> run)
    {
        double start = ThreadClock.Nanoseconds, last = 0;
        int operations = 0;
        while (last < WarmUpNanoseconds)
        {
            GC.KeepAlive(run());
            operations++;
            last = ThreadClock.Nanoseconds - start;
        }

        return Math.Max(1, (int)(operations * SliceNanoseconds / last));
    }

    private static double Time(Func<object?> run, int operations)
    {
        double start = ThreadClock.Nanoseconds;
        for (int i = 0; i < operations; i++)
        {
            GC.KeepAlive(run());
        }

        return (ThreadClock.Nanoseconds - start) / operations;
    }

    private static long Bytes(Func<object?> run)
    {
        const int Operations = 200;
        long start = GC.GetAllocatedBytesForCurrentThread();
        for (int i = 0; i < Operations; i++)
        {
            GC.KeepAlive(run());
        }

        return (GC.GetAllocatedBytesForCurrentThread() - start) / Operations;
    }
}
