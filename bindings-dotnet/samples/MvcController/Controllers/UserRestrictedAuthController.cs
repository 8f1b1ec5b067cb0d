using Cis2Auth;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.Filters;
using MvcController.Models;

namespace MvcController.Controllers;

#region Controller
/// <summary>Signs people in with CIS2: the button, the way there, the way back, the page of who signed in.</summary>
public sealed partial class UserRestrictedAuthController(Cis2Client cis2, PendingSignIn pending, ILogger<UserRestrictedAuthController> logger) : Controller
{
    [HttpGet]
    public IActionResult Index() => User.Identity is { IsAuthenticated: true } ? View("SignedIn", Person.Of(User)) : View();

    /// <summary>The button: sends the browser to CIS2.</summary>
    [HttpPost]
    public async Task<IActionResult> Begin(CancellationToken cancellationToken)
    {
        var parameters = new Cis2AuthorizationParameters { Scope = "openid profile selectedrole" };
        Cis2AuthorizationRequest request = await cis2.CreateAuthorizationRequestAsync(parameters, cancellationToken);
        pending.Keep(HttpContext, request);
        return Redirect(request.Url);
    }

    /// <summary>The redirect URI: the browser is back.</summary>
    [HttpGet]
    public async Task<IActionResult> Callback(CancellationToken cancellationToken)
    {
        if (pending.Take(HttpContext) is not { } sealedRequest)
        {
            return Refused(Refusal.NothingPending);
        }

        Cis2AuthorizationRequest request = cis2.RestoreAuthorizationRequest(sealedRequest);
        Cis2SignIn signIn = await cis2.SignInAsync(request, Request.QueryString.Value ?? "", cancellationToken);
        await HttpContext.SignInAsync(Person.Of(signIn.Identity).ToPrincipal());
        return RedirectToAction(nameof(Index));
    }

    /// <summary>Whatever the library refuses becomes a page that says what to do.</summary>
    public override void OnActionExecuted(ActionExecutedContext context)
    {
        if (context.Exception is Cis2Exception exception)
        {
            context.ExceptionHandled = true;
            context.Result = Refused(Refusal.Of(exception));
        }
    }

    /// <summary>Ends the session here; that at CIS2 goes on.</summary>
    [HttpPost]
    public async Task<IActionResult> End()
    {
        await HttpContext.SignOutAsync();
        return RedirectToAction(nameof(Index));
    }

    private ViewResult Refused(Refusal refusal)
    {
        LogRefusal(refusal.Code, refusal.Sentence);
        Response.StatusCode = refusal.Status;
        return View("Refused", refusal);
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "Nobody is signed in ({Code}): {Sentence}")]
    private partial void LogRefusal(string code, string sentence);
}
#endregion
