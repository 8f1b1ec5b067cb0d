using System.Globalization;

namespace Cis2Auth.Benchmarks;

/// <summary>Prints what was measured: ratios first, because they are what a shared machine can say.</summary>
internal static class Report
{
    public static void Print(string title, IReadOnlyList<Contender> contenders, int rounds, string peer, string raw)
    {
        Rounds measured = Rounds.Run(contenders, rounds);
        string peerShort = peer.Split('.', ',')[0];
        Console.WriteLine();
        Console.WriteLine($"{title}: {rounds} rounds, medians of the ratios of each round, processor time of the thread");
        Console.WriteLine();
        Console.WriteLine($"| | rate / {peerShort} | rate / {raw} |");
        Console.WriteLine("|---|--:|--:|");
        foreach (Contender contender in contenders)
        {
            Console.WriteLine($"| {contender.Name} | {Number(measured.Ratio(contender.Name, peer))} | {Number(measured.Ratio(contender.Name, raw))} |");
        }

        Console.WriteLine();
        Console.WriteLine("| | per second | µs | B allocated | B beyond the returned string |");
        Console.WriteLine("|---|--:|--:|--:|--:|");
        foreach (Contender contender in contenders)
        {
            double rate = measured.PerSecond(contender.Name);
            long bytes = measured.BytesPerOperation(contender.Name);
            string beyond = contender.Run() is string text ? Whole(bytes - SizeOf(text)) : "";
            Console.WriteLine($"| {contender.Name} | {Whole(rate)} | {(1e6 / rate).ToString("F1", CultureInfo.InvariantCulture)} | {Whole(bytes)} | {beyond} |");
        }
    }

    /// <summary>What a string takes: header and type, length, characters with a last NUL, in steps of 8.</summary>
    private static long SizeOf(string text) => (22 + (2L * text.Length) + 7) / 8 * 8;

    private static string Number(double? ratio) => ratio?.ToString("F2", CultureInfo.InvariantCulture) ?? "not built";

    private static string Whole(double number) => number.ToString("N0", CultureInfo.InvariantCulture);
}
