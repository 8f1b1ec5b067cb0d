using System.Globalization;

namespace Cis2Auth;

/// <summary>Durations as the library takes them. What does not fit is refused here; what is out of bounds, by the library.</summary>
internal static class Durations
{
    public static uint? Seconds(TimeSpan? duration, string name) => Whole(duration, TimeSpan.TicksPerSecond, "seconds", name);

    public static uint? Milliseconds(TimeSpan? duration, string name) => Whole(duration, TimeSpan.TicksPerMillisecond, "milliseconds", name);

    private static uint? Whole(TimeSpan? duration, long ticksPerUnit, string unit, string name)
    {
        if (duration is not { } given)
        {
            return null;
        }

        if (given.Ticks < 0 || given.Ticks % ticksPerUnit != 0 || given.Ticks / ticksPerUnit > uint.MaxValue)
        {
            throw new ArgumentOutOfRangeException(name, given, string.Create(CultureInfo.InvariantCulture, $"Expected a whole number of {unit}, not negative."));
        }

        return (uint)(given.Ticks / ticksPerUnit);
    }
}
