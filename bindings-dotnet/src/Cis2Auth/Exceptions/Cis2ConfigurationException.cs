namespace Cis2Auth;

/// <summary>A key, an option or a platform row cannot be used (codes 100 to 199). Nothing was sent.</summary>
public sealed class Cis2ConfigurationException : Cis2Exception
{
    internal Cis2ConfigurationException(ErrorDetails details, Exception? inner)
        : base(details, inner)
    {
    }
}
