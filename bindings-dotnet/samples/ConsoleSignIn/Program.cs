using System.Net;
using Cis2Auth;
using ConsoleSignIn;

#region ConsoleSignIn
var settings = Settings.Read(args);
using Cis2SigningKey key = Cis2SigningKey.FromPemFile(settings.KeyFile, settings.KeyId, settings.Algorithm);
await using var client = new Cis2Client(settings.ToOptions(key));

// Before anybody is sent away: without it nobody could return.
using var listener = new HttpListener { Prefixes = { $"{settings.RedirectUri}/" } };
listener.Start();
Cis2AuthorizationRequest request = await client.CreateAuthorizationRequestAsync(new() { Scope = "openid profile selectedrole" });
Console.WriteLine($"Sign in with your browser: {request.Url}");

HttpListenerContext browser = await listener.GetContextAsync();
try
{
    Cis2Identity person = (await client.SignInAsync(request, browser.Request.RawUrl!)).Identity;
    browser.Show("You are signed in. This window can be closed.");
    Console.WriteLine($"Signed in: {person.Subject}, authentication level {person.AuthenticationLevel}, role {person.SelectedRoleId ?? "none"}");
    return 0;
}
catch (Cis2Exception refusal)
{
    browser.Show("You are not signed in. The program says why.");
    Console.Error.WriteLine($"Not signed in ({refusal.ErrorCode}): {refusal.Message}");
    return 1;
}
#endregion
