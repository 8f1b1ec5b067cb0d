using System.Diagnostics;
using System.Globalization;
using System.Runtime.CompilerServices;
using BenchmarkDotNet.Configs;
using BenchmarkDotNet.Jobs;
using BenchmarkDotNet.Reports;
using BenchmarkDotNet.Running;
using BenchmarkDotNet.Toolchains.InProcess.Emit;
using Cis2Auth.Benchmarks;

string mode = args.Length > 0 ? args[0] : "ratios";
int? rounds = args.Length > 1 && mode != "alone" ? int.Parse(args[1], CultureInfo.InvariantCulture) : null;
switch (mode)
{
    case "ratios" or "mint" or "validate":
        Ratios(mode, rounds ?? 100);
        return 0;
    case "cold":
        ColdProcesses.Print(rounds ?? 20);
        return 0;
    case "alone" when args.Length > 1:
        Alone(args[1]);
        return 0;
    case "bdn":
        return BenchmarkDotNetJob() ? 0 : 1;
    default:
        Console.Error.WriteLine("Cis2Auth.Benchmarks [ratios [ROUNDS] | mint [ROUNDS] | validate [ROUNDS] | cold [ROUNDS] | alone CONTENDER | bdn]");
        return 2;
}

static void Ratios(string mode, int rounds)
{
    using var contest = new Contest();
    if (mode != "validate")
    {
        Report.Print("Mint a client assertion, RS256, 2048 bits", contest.Mint, rounds, Minting.Peer, Minting.Raw);
    }

    if (mode != "mint")
    {
        Report.Print(
            $"Validate an ID token of {contest.IdTokenCharacters} characters, RS256, 2048 bits",
            contest.Validate, rounds, Validating.Peer, Validating.Raw);
    }
}

// For a profiler.
static void Alone(string name)
{
    using var contest = new Contest();
    Func<object?> run = contest.Mint.Concat(contest.Validate).Single(contender => contender.Name == name).Run;
    for (long start = Stopwatch.GetTimestamp(); Stopwatch.GetElapsedTime(start) < TimeSpan.FromSeconds(10);)
    {
        GC.KeepAlive(run());
    }
}

[MethodImpl(MethodImplOptions.NoInlining)]
static bool BenchmarkDotNetJob()
{
    IConfig config = DefaultConfig.Instance
        .AddJob(Job.ShortRun.WithToolchain(InProcessEmitToolchain.Instance))
        .WithSummaryStyle(SummaryStyle.Default.WithMaxParameterColumnWidth(60));
    return BenchmarkRunner.Run<Operations>(config).Reports.All(report => report.Success);
}
