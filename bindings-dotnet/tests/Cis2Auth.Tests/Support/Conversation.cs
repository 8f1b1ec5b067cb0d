using System.Text.Json.Nodes;
using Xunit;

namespace Cis2Auth.Tests.Support;

/// <summary>One sign-in from the button to the identity, with the callback and the token answer of a row.</summary>
internal sealed class Conversation(Provider provider)
{
    private const int MostTries = 20;

    private long _writtenAt;

    public JsonNode? Parameters { get; init; }

    public string Callback { get; init; } = "code=$code&state=$state";

    public Func<World, Canned> Answer { get; init; } = GoodAnswer;

    /// <summary>
    /// The library's clock is the machine's: an answer whose times lie at an edge is judged within the second in which it was
    /// written, or the sign-in is begun anew.
    /// </summary>
    public bool HasTimesAtAnEdge { get; init; }

    public static Canned GoodAnswer(World world) => new(200, "Content-Type: application/json\r\n", world.AnswerBody(row: null, world.IdToken(row: null)));

    /// <summary>Signs in; the exception, or null. What is thrown before the provider is asked counts too.</summary>
    public async Task<Exception?> RefusalAsync(Cis2Client client)
    {
        for (int tries = 1; ; tries++)
        {
            _writtenAt = 0;
            Exception? refusal = await Record.ExceptionAsync(() => SignInAsync(client));
            if (!HasTimesAtAnEdge || _writtenAt == 0 || _writtenAt == Now() || tries == MostTries)
            {
                return refusal;
            }
        }
    }

    public async Task<Cis2SignIn> SignInAsync(Cis2Client client, CancellationToken cancellationToken = default)
    {
        Cis2AuthorizationRequest request = SecretScan.Show(await client.CreateAuthorizationRequestAsync(Asking(), cancellationToken));
        IReadOnlyDictionary<string, string> query = Query.Of(request.Url);
        string state = query["state"];
        string nonce = query["nonce"];
        SecretScan.Mark("state", state);
        SecretScan.Mark("nonce", nonce);
        SecretScan.Mark("code", World.Code);
        SecretScan.Mark("access token", World.AccessToken);
        SecretScan.Mark("sealed request", request.Sealed);
        provider.Token = () =>
        {
            _writtenAt = Now();
            return Answer(new World(state, nonce, _writtenAt));
        };
        Cis2SignIn signIn = await client.SignInAsync(request, new World(state, nonce, 0).Text(Callback), cancellationToken);
        SecretScan.Mark("ID token", signIn.Tokens.IdToken);
        SecretScan.Show(signIn.Tokens);
        SecretScan.Show(signIn.Identity);
        return SecretScan.Show(signIn);
    }

    private Cis2AuthorizationParameters Asking() => new()
    {
        AcrValues = (string?)Parameters?["acr_values"],
        Prompt = (string?)Parameters?["prompt"],
        MaxAge = Parameters?["max_age_s"] is { } seconds ? TimeSpan.FromSeconds((long)seconds) : null,
    };

    private static long Now() => DateTimeOffset.UtcNow.ToUnixTimeSeconds();
}
