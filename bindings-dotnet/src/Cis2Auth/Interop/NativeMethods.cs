namespace Cis2Auth.Interop;

/// <summary>
/// The functions of <c>include/cis2.h</c>, one file for each C type, under their own names. Nothing but declarations: text
/// goes in as <see cref="Utf8"/>, comes out as <see cref="NativeText"/>, a handle is a <c>SafeHandle</c>, and an error is a
/// bare pointer only between the call and <see cref="NativeError.Check"/>. What C# does not need is named, with the reason,
/// in <c>tests/Cis2Auth.Convention.Tests/not_bound.txt</c>.
/// </summary>
internal static partial class NativeMethods
{
    internal const string Library = "cis2";
}
