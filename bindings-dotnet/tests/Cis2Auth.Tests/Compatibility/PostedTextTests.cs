using Cis2Auth.Tests.Support;
using Xunit;

namespace Cis2Auth.Tests.Compatibility;

/// <summary>What is compiled is what was posted: only the lines that are listed here differ.</summary>
public sealed class PostedTextTests
{
    // What the forum lost, and with it the reason that the posted lines do not compile as they stand.
    private static readonly char[] s_lost = ['{', '}', '(', ')', ';', ',', ' '];

    private static readonly Dictionary<string, string> s_constants = new()
    {
        ["string audience = “https://am.nhsint.auth-ptl.cis2.spineservices.nhs.uk:443/openam/oauth2/realms/root/realms/NHSIdentity/realms/Healthcare/access_token”"] = "string audience = PostedConstants.Audience",
        ["string clientId = “Mynumber.apps.supplier”"] = "string clientId = PostedConstants.ClientId",
        ["string apiKey = “myApiKey”"] = "string apiKey = PostedConstants.ApiKey",
        ["string privateKeyFile = @\"C:\\Users\\path\\Resources\\test-13.pem\""] = "string privateKeyFile = PostedConstants.PrivateKeyFile",
        ["string kid = \"test-13\""] = "string kid = PostedConstants.Kid",
        ["using (var client = new HttpClient"] = "using (var client = PostedConstants.NewHttpClient",
        ["client.BaseAddress = new Uri(\"https://am.nhsint.auth-ptl.cis2.spineservices.nhs.uk:443\""] = "client.BaseAddress = new Uri(PostedConstants.BaseAddress",
    };

    [Fact]
    public void Controller_IsThePostedOne_ButForItsUsingItsConstantsAndItsBareHttpClient()
    {
        string[] added =
        [
            "using Cis2Auth.Compatibility",
            "using Microsoft.AspNetCore.Mvc",
            "namespace Cis2Auth.Tests.Compatibility",
            "else",
        ];
        Compare("posted-controller.txt", "bindings-dotnet/tests/Cis2Auth.Tests/Compatibility/UserRestrictedAuthController.cs", added, s_constants);
    }

    [Fact]
    public void Handler_IsThePostedOne_ButForItsNameAndTheArgumentsThatWereLost()
    {
        string[] added =
        [
            "using System.IdentityModel.Tokens.Jwt",
            "using System.Security.Claims",
            "using System.Security.Cryptography",
            "using Microsoft.IdentityModel.Tokens",
            "namespace SideBySide",
            "issuer: _clientId",
            "audience: _audience",
            "claims: claims",
            "notBefore: now",
            "expires: now.AddMinutes(5",
            "signingCredentials: _signingCredentials",
        ];
        var renamed = new Dictionary<string, string>
        {
            ["public class UserRestrictedJwtHandler"] = "public class PostedUserRestrictedJwtHandler",
            ["public UserRestrictedJwtHandler(string certPath, string audience, string clientId, string kid, bool isPem = true"] =
                "public PostedUserRestrictedJwtHandler(string certPath, string audience, string clientId, string kid, bool isPem = true",
        };
        Compare("posted-handler.txt", "bindings-dotnet/samples/SideBySide/PostedUserRestrictedJwtHandler.cs", added, renamed);
    }

    private static void Compare(string posted, string compiled, string[] added, Dictionary<string, string> changed)
    {
        List<string> wanted = Lines($"bindings-dotnet/tests/Cis2Auth.Tests/Compatibility/{posted}");
        Assert.All(changed.Keys, line => Assert.Contains(line, wanted));
        List<string> found = Lines(compiled);
        Assert.All(added, line => Assert.True(found.Remove(line), line));
        Assert.Equal(wanted.Select(line => changed.GetValueOrDefault(line, line)), found);
    }

    /// <summary>The lines of a file without what was lost at their ends, our own first comment, and the compiler's switches.</summary>
    private static List<string> Lines(string path)
    {
        IEnumerable<string> lines = Repository.Read(path).Split('\n').Select(line => line.Trim().Trim(s_lost)).Where(line => line.Length > 0);
        return [.. lines.SkipWhile(line => line.StartsWith("//", StringComparison.Ordinal)).Where(line => !line.StartsWith('#'))];
    }
}
