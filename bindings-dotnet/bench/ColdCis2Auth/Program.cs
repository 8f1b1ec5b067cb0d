// From a cold process to its first assertion. Without arguments: to nothing, which is what the runtime alone takes.
using Cis2Auth;

if (args is [string keyFile, string keyId, string clientId, string audience])
{
    using Cis2SigningKey key = Cis2SigningKey.FromPemFile(keyFile, keyId, Cis2SigningAlgorithm.RS256);
    string assertion = key.CreateClientAssertion(clientId, audience).Value;
    Environment.ExitCode = assertion.Length > 0 ? 0 : 1;
}

Console.WriteLine(Environment.CpuUsage.TotalTime.Ticks);
