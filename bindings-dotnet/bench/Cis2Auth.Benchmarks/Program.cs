using System.Globalization;
using System.Runtime.CompilerServices;
using BenchmarkDotNet.Configs;
using BenchmarkDotNet.Jobs;
using BenchmarkDotNet.Running;
using BenchmarkDotNet.Toolchains.InProcess.Emit;
using Cis2Auth.Benchmarks;

string mode = args.Length > 0 ? args[0] : "ratios";
int? rounds = args.Length > 1 ? int.Parse(args[1], CultureInfo.InvariantCulture) : null;
switch (mode)
{
    case "ratios":
        Ratios(rounds ?? 100);
        return 0;
    case "cold":
        ColdProcesses.Print(rounds ?? 20);
        return 0;
    case "bdn":
        BenchmarkDotNetJob();
        return 0;
    default:
        Console.Error.WriteLine("Cis2Auth.Benchmarks [ratios [ROUNDS] | cold [ROUNDS] | bdn]");
        return 2;
}

static void Ratios(int rounds)
{
    using var contest = new Contest();
    Report.Print("Mint a client assertion, RS256, 2048 bits", contest.Mint, rounds, Minting.Peer, Minting.Raw);
    Report.Print(
        $"Validate an ID token of {contest.IdTokenCharacters} characters, RS256, 2048 bits",
        contest.Validate, rounds, Validating.Peer, Validating.Raw);
}

[MethodImpl(MethodImplOptions.NoInlining)]
static void BenchmarkDotNetJob()
{
    IConfig config = DefaultConfig.Instance.AddJob(Job.ShortRun.WithToolchain(InProcessEmitToolchain.Instance));
    BenchmarkRunner.Run<Operations>(config);
}
