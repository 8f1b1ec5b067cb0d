using Cis2Auth.Browser;

// Arguments: the browser, the sample's program, its content root, the folder for screenshots. With CIS2_SIM_* and a HOME
// in which the simulator's CA is trusted. Prints a line for each check; ends with 1 if one failed.
string[] expected = ["BROWSER", "SERVICE", "CONTENT_ROOT", "SCREENSHOTS"];
if (args.Length != expected.Length)
{
    Console.Error.WriteLine($"usage: {string.Join(' ', expected)}");
    return 2;
}

using var patience = new CancellationTokenSource(TimeSpan.FromMinutes(3));
await using Service service = await Service.StartAsync(args[1], args[2], patience.Token);
await using Chromium browser = await Chromium.StartAsync(args[0], patience.Token);
var journey = new Journey(browser, service.Address, args[3]);
await journey.RunAsync();
return journey.Failed == 0 ? 0 : 1;
