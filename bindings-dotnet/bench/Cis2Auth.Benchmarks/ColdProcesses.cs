using System.Diagnostics;
using System.Globalization;
using System.Reflection;

namespace Cis2Auth.Benchmarks;

/// <summary>From the start of a process to its end with one assertion minted: ours, the same program over JsonWebTokenHandler, and one that mints nothing.</summary>
internal static class ColdProcesses
{
    public static void Print(int rounds)
    {
        using var provider = new Provider();
        string[] values = [provider.KeyFile, Provider.KeyId, Provider.ClientId, Provider.TokenEndpoint];
        Program[] programs =
        [
            new("Cis2Auth", PathOf("ColdCis2Auth"), values),
            new("JsonWebTokenHandler", PathOf("ColdJsonWebToken"), values),
            new("nothing but the runtime", PathOf("ColdCis2Auth"), []),
        ];
        foreach (Program program in programs)
        {
            program.Start();
            program.Forget();
        }

        for (int round = 0; round < rounds; round++)
        {
            Random.Shared.Shuffle(programs);
            foreach (Program program in programs)
            {
                program.Start();
            }
        }

        Tell(rounds, programs);
    }

    private static void Tell(int rounds, Program[] programs)
    {
        Program Named(string name) => programs.Single(program => program.Name == name);
        Program ours = Named("Cis2Auth"), peer = Named("JsonWebTokenHandler");
        Console.WriteLine();
        Console.WriteLine($"cold process to first assertion: {rounds} rounds, medians");
        Console.WriteLine();
        Console.WriteLine($"time of Cis2Auth / JsonWebTokenHandler, medians of the ratios of each round: {Ratio(ours.Cpu, peer.Cpu)} of processor time, {Ratio(ours.Wall, peer.Wall)} on the wall");
        Console.WriteLine();
        Console.WriteLine("| | processor time, ms | wall, ms |");
        Console.WriteLine("|---|--:|--:|");
        foreach (Program program in programs.OrderBy(program => Statistics.Median(program.Cpu)))
        {
            Console.WriteLine($"| {program.Name} | {Milliseconds(program.Cpu)} | {Milliseconds(program.Wall)} |");
        }
    }

    private static string Ratio(IEnumerable<double> ours, IEnumerable<double> peer) =>
        Statistics.Median(ours.Zip(peer, (own, other) => own / other)).ToString("F2", CultureInfo.InvariantCulture);

    private static string Milliseconds(IEnumerable<double> values) => Statistics.Median(values).ToString("F0", CultureInfo.InvariantCulture);

    private static string PathOf(string project)
    {
        string artifacts = Assembly.GetExecutingAssembly().GetCustomAttributes<AssemblyMetadataAttribute>().Single(value => value.Key == "ArtifactsPath").Value!;
        return Path.Combine(artifacts, "bin", project, "release", project);
    }

    private sealed record Program(string Name, string File, string[] Arguments)
    {
        public List<double> Cpu { get; } = [];

        public List<double> Wall { get; } = [];

        public void Start()
        {
            var start = new ProcessStartInfo(File, Arguments) { RedirectStandardOutput = true };
            long begun = Stopwatch.GetTimestamp();
            using Process process = Process.Start(start) ?? throw new InvalidOperationException($"{File} did not start.");
            string ticks = process.StandardOutput.ReadToEnd();
            process.WaitForExit();
            Wall.Add(Stopwatch.GetElapsedTime(begun).TotalMilliseconds);
            if (process.ExitCode != 0)
            {
                throw new InvalidOperationException($"{Name} ended with {process.ExitCode}.");
            }

            Cpu.Add(TimeSpan.FromTicks(long.Parse(ticks, CultureInfo.InvariantCulture)).TotalMilliseconds);
        }

        /// <summary>The first start found its files on the disk, the others in memory.</summary>
        public void Forget()
        {
            Cpu.Clear();
            Wall.Clear();
        }
    }
}
