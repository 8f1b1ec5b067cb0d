// The controller as it was posted (posted-controller.txt), completed so far that it compiles. PostedTextTests compares.
#nullable disable
#pragma warning disable
using Cis2Auth.Compatibility;
using Microsoft.AspNetCore.Mvc;

namespace Cis2Auth.Tests.Compatibility;

public class UserRestrictedAuthController : ControllerBase
{
    private UserRestrictedJwtHandler userRestrictedJwtHandler;
    string audience = PostedConstants.Audience;
    string clientId = PostedConstants.ClientId;
    string apiKey = PostedConstants.ApiKey;
    string privateKeyFile = PostedConstants.PrivateKeyFile;
    string kid = PostedConstants.Kid;

    public async Task Get(string accessCode)
    {
        if (!System.IO.File.Exists(privateKeyFile))
        {
            throw new FileNotFoundException($"The private key file was not found: {privateKeyFile}");
        }

        userRestrictedJwtHandler = new UserRestrictedJwtHandler(privateKeyFile, audience, apiKey, kid);
        var clientAssertion = userRestrictedJwtHandler.GenerateJwt();
        using (var client = PostedConstants.NewHttpClient())
        {
            client.BaseAddress = new Uri(PostedConstants.BaseAddress);
            var requestData = new FormUrlEncodedContent(new[]
            {
                new KeyValuePair<string, string>("grant_type", "authorization_code"),
                new KeyValuePair<string, string>("code", accessCode),
                new KeyValuePair<string, string>("redirect_uri", "https://localhost:44358/authorise.aspx"),
                new KeyValuePair<string, string>("client_id", clientId),
                new KeyValuePair<string, string>("client_assertion_type", "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"),
                new KeyValuePair<string, string>("client_assertion", clientAssertion)
            });
            HttpResponseMessage response = await client.PostAsync("/openam/oauth2/realms/root/realms/NHSIdentity/realms/Healthcare/access_token", requestData);
            if (response.IsSuccessStatusCode)
            {
                string responseData = await response.Content.ReadAsStringAsync();
                Console.WriteLine("Response Data: " + responseData);
            }
            else
            {
                string errorResponse = await response.Content.ReadAsStringAsync();
                Console.WriteLine("Error: " + response.StatusCode + ", Response: " + errorResponse);
            }
        }
    }
}
