#region QuickStart
using Cis2Auth;

using var key = Cis2SigningKey.FromPemFile(Simulator("KEY_FILE"), Simulator("KID"), Cis2SigningAlgorithm.RS256);
await using var client = new Cis2Client(new Cis2ClientOptions
{
    Platform = Cis2Platform.LocalSimulator, // at CIS2: Cis2Integration, your own values,
    ClientId = Simulator("CLIENT_ID"),
    RedirectUri = Simulator("REDIRECT_URI"),
    SigningKey = key,
    AdditionalRootsPem = File.ReadAllText(Simulator("CA_FILE")), // and neither this line nor the next
    ConnectTo = { ["cis2.localhost:443"] = Simulator("LISTEN") },
});

Cis2AuthorizationRequest request = await client.CreateAuthorizationRequestAsync();
Console.WriteLine($"Sign in at {request.Url}\nand paste the address at which you arrive, page or no page:");
Cis2SignIn signIn = await client.SignInAsync(request, Console.ReadLine() ?? "");
Console.WriteLine($"Signed in: {signIn.Identity.Subject}, authentication level {signIn.Identity.AuthenticationLevel}");

static string Simulator(string name) => Environment.GetEnvironmentVariable($"CIS2_SIM_{name}")
    ?? throw new InvalidOperationException($"CIS2_SIM_{name} is not set: run this beside a simulator.");
#endregion
