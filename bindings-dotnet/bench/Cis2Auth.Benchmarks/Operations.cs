using System.Diagnostics.CodeAnalysis;
using BenchmarkDotNet.Attributes;

namespace Cis2Auth.Benchmarks;

/// <summary>The same contenders for BenchmarkDotNet.</summary>
[MemoryDiagnoser]
[SuppressMessage("Design", "CA1001:Types that own disposable fields should be disposable", Justification = "BenchmarkDotNet calls Clean.")]
public class Operations
{
    private Contest _contest = null!;
    private Func<object?> _run = null!;

    [ParamsSource(nameof(Names))]
    public string Operation { get; set; } = "";

    public static IEnumerable<string> Names()
    {
        using var contest = new Contest();
        return [.. Named(contest).Keys];
    }

    [GlobalSetup]
    public void Prepare()
    {
        _contest = new Contest();
        _run = Named(_contest)[Operation];
    }

    [GlobalCleanup]
    public void Clean() => _contest.Dispose();

    [Benchmark]
    public object? Run() => _run();

    private static Dictionary<string, Func<object?>> Named(Contest contest) =>
        contest.Mint.Select(one => ("mint: " + one.Name, one.Run))
            .Concat(contest.Validate.Select(one => ("validate: " + one.Name, one.Run)))
            .ToDictionary();
}
