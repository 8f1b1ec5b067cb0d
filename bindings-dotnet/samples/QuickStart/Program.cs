#region QuickStart
using Cis2Auth;

string Env(string name) => Environment.GetEnvironmentVariable(name) ?? throw new InvalidOperationException($"{name} is not set.");

using var key = Cis2SigningKey.FromPemFile(Env("CIS2_SIM_KEY_FILE"), Env("CIS2_SIM_KID"), Cis2SigningAlgorithm.RS256);
var options = new Cis2ClientOptions { ClientId = Env("CIS2_SIM_CLIENT_ID"), RedirectUri = Env("CIS2_SIM_REDIRECT_URI"), SigningKey = key };
options.Platform = Cis2Platform.LocalSimulator; // at CIS2: Cis2Platform.Cis2Integration, and without the next two lines
options.AdditionalRootsPem = File.ReadAllText(Env("CIS2_SIM_CA_FILE"));
options.ConnectTo["cis2.localhost:443"] = Env("CIS2_SIM_LISTEN");
await using var client = new Cis2Client(options);

Cis2AuthorizationRequest request = await client.CreateAuthorizationRequestAsync();
Console.WriteLine($"Sign in at {request.Url}\nand paste the address at which your browser arrives, whether or not a page is there:");
Cis2SignIn signIn = await client.SignInAsync(request, Console.ReadLine() ?? "");
Console.WriteLine($"Signed in: {signIn.Identity.Subject}, authentication level {signIn.Identity.AuthenticationLevel}");
#endregion
