using System.Globalization;
using System.Security.Claims;
using Cis2Auth;
using Microsoft.AspNetCore.Authentication.Cookies;

namespace MvcController.Models;

/// <summary>What the session keeps of who signed in. No tokens: a cookie is no place for them.</summary>
/// <param name="Uid">The person's id at the NHS, 12 digits.</param>
/// <param name="AssuranceLevel">How well the person proved who it is, 1 to 3.</param>
/// <param name="RoleId">The role that was picked; null for many, because a person may have none.</param>
public sealed record Person(string Uid, int AssuranceLevel, string? RoleId)
{
    private const string AssuranceLevelClaim = "authentication_assurance_level";
    private const string RoleIdClaim = "selected_roleid";

    public static Person Of(Cis2Identity identity) => new(identity.Subject, identity.AuthenticationLevel, identity.SelectedRoleId);

    public static Person Of(ClaimsPrincipal session) => new(
        session.FindFirstValue(ClaimTypes.NameIdentifier)!,
        int.Parse(session.FindFirstValue(AssuranceLevelClaim)!, CultureInfo.InvariantCulture),
        session.FindFirstValue(RoleIdClaim));

    public ClaimsPrincipal ToPrincipal()
    {
        List<Claim> claims =
        [
            new(ClaimTypes.NameIdentifier, Uid),
            new(AssuranceLevelClaim, AssuranceLevel.ToString(CultureInfo.InvariantCulture)),
        ];
        if (RoleId is not null)
        {
            claims.Add(new(RoleIdClaim, RoleId));
        }

        return new ClaimsPrincipal(new ClaimsIdentity(claims, CookieAuthenticationDefaults.AuthenticationScheme));
    }
}
