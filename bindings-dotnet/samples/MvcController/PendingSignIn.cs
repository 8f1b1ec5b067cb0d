using Cis2Auth;

namespace MvcController;

/// <summary>
/// The cookie that holds a sign-in while its browser is at CIS2: sealed by the library, sent to the callback alone, gone
/// after its first use or a quarter of an hour.
/// </summary>
public sealed class PendingSignIn(string redirectUri)
{
    private const string Name = "pending-sign-in";

    // Longer than the library takes it would be of no use.
    private static readonly TimeSpan s_lifetime = TimeSpan.FromMinutes(15);

    /// <summary>Keeps a sign-in that was begun; one that was begun before in the same browser is forgotten.</summary>
    public void Keep(HttpContext context, Cis2AuthorizationRequest request) => context.Response.Cookies.Append(Name, request.Sealed, Cookie(s_lifetime));

    /// <summary>The sign-in of this browser, which is deleted there, whatever comes of it; null if there is none.</summary>
    public string? Take(HttpContext context)
    {
        context.Response.Cookies.Delete(Name, Cookie(lifetime: null));
        return context.Request.Cookies[Name];
    }

    /// <summary>Whether browsers reach this service by https: as the redirect URI says, and not the last hop of a proxy.</summary>
    public static bool IsHttps(string redirectUri) => new Uri(redirectUri).Scheme == Uri.UriSchemeHttps;

    private CookieOptions Cookie(TimeSpan? lifetime) => new()
    {
        HttpOnly = true,
        IsEssential = true,
        MaxAge = lifetime,
        Path = new Uri(redirectUri).AbsolutePath,
        // Lax, not Strict: CIS2's redirect is a navigation from another site.
        SameSite = SameSiteMode.Lax,
        Secure = IsHttps(redirectUri),
    };
}
