namespace Cis2Auth;

/// <summary>Times of the library: Unix seconds, 0 for unknown.</summary>
internal static class UnixTime
{
    public static DateTimeOffset? OrNull(long seconds) => seconds == 0 ? null : DateTimeOffset.FromUnixTimeSeconds(seconds);
}
