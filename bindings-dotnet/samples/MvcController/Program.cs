using Cis2Auth;
using Microsoft.AspNetCore.Authentication.Cookies;
using Microsoft.AspNetCore.Mvc;
using MvcController;

var builder = WebApplication.CreateBuilder(args);
if (builder.Configuration["ready"] is { } readyFile)
{
    builder.UseSimulator(readyFile);
}

#region Registration
// All that is wrong is said at start, not to the first nurse who signs in.
Cis2ClientOptions options = Cis2Configuration.Read(builder.Configuration);
using Cis2SigningKey? key = options.SigningKey;
builder.Services.AddSingleton(services => new Cis2Client(options, logger: services.GetRequiredService<ILogger<Cis2Client>>()));
builder.Services.AddSingleton(new PendingSignIn(options.RedirectUri!));

var secure = PendingSignIn.IsHttps(options.RedirectUri!) ? CookieSecurePolicy.Always : CookieSecurePolicy.None;
builder.Services.AddAntiforgery(forms => forms.Cookie.SecurePolicy = secure);
builder.Services.AddAuthentication(CookieAuthenticationDefaults.AuthenticationScheme).AddCookie(session =>
{
    session.Cookie.Name = "session";
    session.Cookie.SecurePolicy = secure;
    session.ExpireTimeSpan = TimeSpan.FromMinutes(30);
});
builder.Services.AddControllersWithViews(mvc => mvc.Filters.Add(new AutoValidateAntiforgeryTokenAttribute()));

// Below Warning the framework logs whole addresses: that of the callback holds the code, that of CIS2 state and nonce.
builder.Logging.AddFilter("Microsoft.AspNetCore", LogLevel.Warning);
#endregion

WebApplication app = builder.Build();
_ = app.Services.GetRequiredService<Cis2Client>();

app.Use((context, next) =>
{
    IHeaderDictionary headers = context.Response.Headers;
    headers.ContentSecurityPolicy = "default-src 'none'; style-src 'self'; base-uri 'none'; frame-ancestors 'none'";
    headers.XContentTypeOptions = "nosniff";
    headers["Referrer-Policy"] = "no-referrer";
    return next(context);
});
app.UseStaticFiles();
app.UseAuthentication();

// The redirect URI is said once, in the configuration: the callback is where it points.
app.MapControllerRoute("callback", new Uri(options.RedirectUri!).AbsolutePath, new { controller = "UserRestrictedAuth", action = "Callback" });
app.MapControllerRoute("pages", "{action=Index}", new { controller = "UserRestrictedAuth" });
await app.RunAsync();
