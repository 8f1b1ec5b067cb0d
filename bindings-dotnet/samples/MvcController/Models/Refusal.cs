using Cis2Auth;

namespace MvcController.Models;

/// <summary>Why nobody is signed in, for a page: no text of it holds a secret.</summary>
/// <param name="Status">The HTTP status of the page.</param>
/// <param name="Code">One word for one cause.</param>
/// <param name="Sentence">What is wrong.</param>
/// <param name="Remedy">What to do.</param>
/// <param name="ProviderWords">What CIS2 itself said, if it said something.</param>
public sealed record Refusal(int Status, string Code, string Sentence, string? Remedy, string? ProviderWords)
{
    private const string AccessDenied = "access_denied";

    public static Refusal NothingPending { get; } = new(
        StatusCodes.Status400BadRequest,
        "NothingPending",
        "This browser has no sign-in under way.",
        "Press the button again. If you reloaded the page or came back to it, the sign-in was completed or given up before. If it happens each time, the browser keeps no cookies of this site.",
        ProviderWords: null);

    public static Refusal Of(Cis2Exception exception) => new(
        StatusOf(exception),
        exception.ErrorCode.ToString(),
        exception.Sentence,
        exception.Remedy is { Length: > 0 } remedy ? char.ToUpperInvariant(remedy[0]) + remedy[1..] : null,
        exception is Cis2ProtocolException { Error: { } error } words ? $"{error}: {words.ErrorDescription}" : null);

    /// <summary>Whose turn it is: the person's, CIS2's, or ours.</summary>
    private static int StatusOf(Cis2Exception exception) => exception switch
    {
        Cis2TransportException => StatusCodes.Status502BadGateway,
        Cis2TokenValidationException or Cis2ProtocolException { Error: AccessDenied } => StatusCodes.Status403Forbidden,
        Cis2ProtocolException when IsOfTheBrowser(exception.ErrorCode) => StatusCodes.Status400BadRequest,
        Cis2ProtocolException => StatusCodes.Status502BadGateway,
        _ => StatusCodes.Status500InternalServerError,
    };

    /// <summary>The callback and the cookie; what CIS2 answers has the other numbers of the family.</summary>
    private static bool IsOfTheBrowser(Cis2ErrorCode code) => code is > Cis2ErrorCode.OAuthError and < Cis2ErrorCode.ResponseNotJson;
}
