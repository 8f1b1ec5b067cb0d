using System.Net;
using Cis2Auth;
using Cis2Auth.Compatibility;

if (args is not [var privateKeyFile, var clientId, var redirectUri, var query])
{
    Console.Error.WriteLine("The lines below are for reading; the other samples are for running.");
    return 2;
}

const string kid = "test-13";

#region SignIn
// Once, at start.
var key = Cis2SigningKey.FromPemFile(privateKeyFile, kid, Cis2SigningAlgorithm.RS512);
var cis2 = new Cis2Client(new Cis2ClientOptions
{
    Platform = Cis2Platform.Cis2Integration,
    ClientId = clientId,
    RedirectUri = redirectUri,
    SigningKey = key,
});

// The button: redirect to request.Url, keep request.Sealed in a cookie.
Cis2AuthorizationRequest request = await cis2.CreateAuthorizationRequestAsync();

// The callback: the whole query, and the cookie.
Cis2AuthorizationRequest kept = cis2.RestoreAuthorizationRequest(request.Sealed);
Cis2SignIn signIn = await cis2.SignInAsync(kept, query);
string uid = signIn.Identity.Subject;
#endregion

const string audience = "https://am.nhsint.auth-ptl.cis2.spineservices.nhs.uk:443/openam/oauth2/realms/root/realms/NHSIdentity/realms/Healthcare/access_token";

#region Compatibility
using var handler = new UserRestrictedJwtHandler(privateKeyFile, audience, clientId, kid);
string clientAssertion = handler.GenerateJwt();
#endregion

var options = new Cis2ClientOptions { Platform = Cis2Platform.Cis2Integration, ClientId = clientId, RedirectUri = redirectUri, SigningKey = key };

#region HttpClient
var http = new HttpClient(new SocketsHttpHandler
{
    AllowAutoRedirect = false,
    PooledConnectionLifetime = TimeSpan.FromMinutes(5),
    Proxy = new WebProxy("http://proxy.example:8080") { UseDefaultCredentials = true },
});
var overHttpClient = new Cis2Client(options, http);
#endregion

#region Proxy
options.Proxy = "http://proxy.example:8080";
options.AdditionalRootsPem = File.ReadAllText("proxy-root.pem");
#endregion

string pemFromVault = await File.ReadAllTextAsync(privateKeyFile);

#region Keys
using var fromFile = Cis2SigningKey.FromPemFile("cis2-key.pem", "test-13", Cis2SigningAlgorithm.RS512);
using var fromVault = Cis2SigningKey.FromPem(pemFromVault, "test-13", Cis2SigningAlgorithm.RS512);
Console.WriteLine(fromFile.JwkSet);
#endregion

#region Exceptions
try
{
    await cis2.SignInAsync(kept, query);
}
catch (Cis2ProtocolException refused) when (refused.Error == "access_denied")
{
    // The person gave up, or has no authenticator that is strong enough: offer the button again.
}
catch (Cis2TransportException failed) when (failed.IsRetryable)
{
    // CIS2 was not reached: offer the button again. The code is spent or lost; a new sign-in brings a new one.
}
catch (Cis2Exception refused)
{
    Console.Error.WriteLine($"{(int)refused.ErrorCode}: {refused.Message}");
}
#endregion

#region Level
var parameters = new Cis2AuthorizationParameters
{
    Scope = "openid profile selectedrole",
    AcrValues = "AAL2_OR_AAL3_ANY",
    MaxAge = TimeSpan.FromMinutes(15),
};
request = await cis2.CreateAuthorizationRequestAsync(parameters);
#endregion

await using (overHttpClient)
await using (cis2)
{
    Console.WriteLine($"{uid} {clientAssertion.Length} {fromVault.KeyId}");
}

http.Dispose();
key.Dispose();
return 0;
