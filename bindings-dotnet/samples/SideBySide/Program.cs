// The posted class beside the one that replaces it: what each puts into header and claims, and what CIS2 says to each.
// The exit code is 1 if ours was not taken or the posted one was.
using System.Security.Cryptography;
using Cis2Auth;
using Cis2Auth.Compatibility;
using SideBySide;

const string ApiKey = "pZ4mT8xQ1vLc7RkW2yHb9NdS6gJfUe3A";

using LocalCis2 cis2 = LocalCis2.WithRegisteredClient();
Assertion posted = await Assertion.SendAsync(cis2, "As posted", Posted(ApiKey));
Assertion cured = await Assertion.SendAsync(cis2, "As posted, with the CIS2 id", Posted(LocalCis2.ClientId));
Assertion ours = await Assertion.SendAsync(cis2, "Cis2Auth, one using changed", Ours(LocalCis2.ClientId));
Assertion.Print(posted, ours);
Assertion.Print(cured, ours);
Console.WriteLine("Cis2Auth with the API key, as posted:");
string? sentence = Sentence(ApiKey);
Console.WriteLine($"  {sentence ?? "made an assertion"}");
return ours.IsTaken && !posted.IsTaken && !cured.IsTaken && sentence is not null ? 0 : 1;

static string Ours(string clientId)
{
    using var handler = new UserRestrictedJwtHandler(LocalCis2.KeyFile, LocalCis2.TokenEndpoint, clientId, LocalCis2.Kid);
    return handler.GenerateJwt();
}

static string? Sentence(string clientId)
{
    try
    {
        Ours(clientId);
        return null;
    }
    catch (Cis2ConfigurationException refusal)
    {
        return refusal.Message;
    }
}

static string Posted(string clientId)
{
    TextWriter console = Console.Out;
    string pkcs1 = WritePkcs1();
    try
    {
        // It prints its assertion, which is a credential.
        Console.SetOut(TextWriter.Null);
        return new PostedUserRestrictedJwtHandler(pkcs1, LocalCis2.TokenEndpoint, clientId, LocalCis2.Kid).GenerateJwt();
    }
    finally
    {
        Console.SetOut(console);
        File.Delete(pkcs1);
    }
}

// The posted class cannot read what OpenSSL 3 writes (PKCS#8): it gets the older form of the same key, or there would be nothing to compare.
static string WritePkcs1()
{
    using var key = RSA.Create();
    key.ImportFromPem(File.ReadAllText(LocalCis2.KeyFile));
    string file = Path.GetTempFileName();
    File.WriteAllText(file, key.ExportRSAPrivateKeyPem());
    return file;
}
