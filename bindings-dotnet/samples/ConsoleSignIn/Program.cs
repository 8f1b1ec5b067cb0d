#pragma warning disable CA5359
using Cis2Auth;
using System.Text.Json;
var env = (string n) => Environment.GetEnvironmentVariable("CIS2_SIM_" + n)!;
using var key = Cis2SigningKey.FromPemFile(env("KEY_FILE"), env("KID"), Enum.Parse<Cis2SigningAlgorithm>(env("ALGORITHM")));
var options = new Cis2ClientOptions { Platform = Cis2Platform.LocalSimulator, ClientId = env("CLIENT_ID"), RedirectUri = env("REDIRECT_URI"), SigningKey = key, AdditionalRootsPem = File.ReadAllText(env("CA_FILE")) };
options.ConnectTo.Add("cis2.localhost:443", env("LISTEN"));
using var client = new Cis2Client(options);
var request = await client.CreateAuthorizationRequestAsync(new() { Scope = "openid profile selectedrole" });
var handler = new SocketsHttpHandler { AllowAutoRedirect = false };
handler.SslOptions.RemoteCertificateValidationCallback = (_, _, _, _) => true;
handler.ConnectCallback = async (c, t) => { var so = new System.Net.Sockets.Socket(System.Net.Sockets.SocketType.Stream, System.Net.Sockets.ProtocolType.Tcp); await so.ConnectAsync(System.Net.IPEndPoint.Parse(env("LISTEN")), t); return new System.Net.Sockets.NetworkStream(so, true); };
using var browser = new HttpClient(handler);
var answer = await browser.GetAsync(request.Url + "&simulator_person=several-roles");
Console.WriteLine(answer.StatusCode);
var back = answer.Headers.Location!.OriginalString;
var signIn = await client.SignInAsync(client.RestoreAuthorizationRequest(request.Sealed), back);
Console.WriteLine($"{signIn} {signIn.Identity.AuthenticationLevel} {signIn.Identity.SelectedRoleId} {string.Join(",", signIn.Identity.AuthenticationMethods)}");

options.AdditionalRootsPem = null; options.ConnectTo.Clear();
using var client2 = new Cis2Client(options, browser);
request = await client2.CreateAuthorizationRequestAsync(new() { Scope = "openid profile selectedrole" });
answer = await browser.GetAsync(request.Url + "&simulator_person=several-roles");
Console.WriteLine(await client2.SignInAsync(request, answer.Headers.Location!.OriginalString));
try { Console.WriteLine(await client2.SignInAsync(request, answer.Headers.Location!.OriginalString)); } catch (Cis2ProtocolException e) { Console.WriteLine(e.Message + "|" + e.Error + "|" + e.ErrorDescription); }
client2.Dispose();
client.Dispose();
key.Dispose();
Console.WriteLine(Cis2NativeLibrary.LiveObjects);
