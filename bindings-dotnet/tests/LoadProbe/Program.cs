// Does in order what the arguments say, and prints one JSON array: for each step, the exception's type (null if there was
// none) and its message or what came out.
using System.Runtime.InteropServices;
using System.Text.Json;
using Cis2Auth;

Console.WriteLine(JsonSerializer.Serialize(args.Select(Outcome)));

static string?[] Outcome(string step)
{
    try
    {
        return [null, Run(step)];
    }
    catch (Exception thrown)
    {
        return [thrown.GetType().Name, thrown.Message, thrown.InnerException?.ToString()];
    }
}

static string? Run(string step)
{
    string[] words = step.Split('=', 2);
    switch (words[0])
    {
        case "version":
            return Cis2NativeLibrary.Version;
        case "set-path":
            return Cis2NativeLibrary.Path = words[1];
        case "read-key":
            Cis2SigningKey.FromPem("no key", "kid", Cis2SigningAlgorithm.RS256).Dispose();
            return null;
        case "read-keys":
            Cis2KeySet.FromJson("{\"keys\":[]}").Dispose();
            return null;
        case "make-config":
            _ = Cis2Platform.FromJson("{}");
            return null;
        case "collect":
            GC.Collect();
            GC.WaitForPendingFinalizers();
            GC.Collect();
            return null;
        case "resolver":
            NativeLibrary.SetDllImportResolver(typeof(Cis2Client).Assembly, (_, _, _) => NativeLibrary.Load(words[1]));
            return null;
        default:
            throw new ArgumentException(step);
    }
}
