using Cis2Auth.Tests.Support;

namespace Cis2Auth.Tests.Compatibility;

/// <summary>What stands in the place of the posted constants and of the bare <c>new HttpClient()</c>: the local simulator.</summary>
internal static class PostedConstants
{
    /// <summary>What the controller passes as the handler's client id: the API key, as posted, until a test puts the cure there.</summary>
    public static string ApiKey { get; set; } = PostedApiKey;

    /// <summary>Of the shape that the API Platform gives out.</summary>
    public const string PostedApiKey = "Q7wXh2LkPz9sVtB4nRm8cYgD3fJaE6uK";

    public const string BaseAddress = "https://cis2.localhost:443";

    public static string Audience => $"{Simulator.Issuer}/access_token";

    public static string ClientId => Simulator.Rs512ClientId;

    public static string PrivateKeyFile => Simulator.KeyFile;

    public static string Kid => Simulator.Kid;

    public static HttpClient NewHttpClient() => Simulator.NewHttpClient();
}
