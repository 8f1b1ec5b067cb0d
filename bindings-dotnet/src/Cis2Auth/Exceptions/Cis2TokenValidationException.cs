namespace Cis2Auth;

/// <summary>A token or a claim was refused (codes 400 to 499). Nobody is signed in.</summary>
public sealed class Cis2TokenValidationException : Cis2Exception
{
    internal Cis2TokenValidationException(ErrorDetails details, Exception? inner)
        : base(details, inner)
    {
    }
}
