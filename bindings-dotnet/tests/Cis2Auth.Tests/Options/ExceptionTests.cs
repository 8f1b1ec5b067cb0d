using System.Reflection;
using Xunit;

namespace Cis2Auth.Tests.Options;

/// <summary>Which exception a status becomes, whoever causes it.</summary>
public sealed class ExceptionTests
{
    // Statuses below 100 that no call of the public API can cause have to be right all the same.
    private static readonly MethodInfo s_toException = typeof(Cis2Client).Assembly.GetType("Cis2Auth.Interop.NativeError", throwOnError: true)!.GetMethod("TakeException")!;

    [Theory]
    [InlineData(Cis2ErrorCode.InvalidArgument, typeof(ArgumentException))]
    [InlineData(Cis2ErrorCode.InvalidState, typeof(InvalidOperationException))]
    [InlineData(Cis2ErrorCode.Cancelled, typeof(OperationCanceledException))]
    [InlineData(Cis2ErrorCode.WaitTimeout, typeof(TimeoutException))]
    [InlineData(Cis2ErrorCode.NeedsSignature, typeof(InvalidOperationException))]
    [InlineData(Cis2ErrorCode.NotFound, typeof(KeyNotFoundException))]
    public void Status_OfAnyFunction_BecomesTheExceptionOfDotNetWithTheNumber(Cis2ErrorCode code, Type expected)
    {
        Exception exception = ToException(code);
        Assert.IsType(expected, exception);
        Assert.Equal((int)code, exception.Data["Cis2ErrorCode"]);
        Assert.NotEmpty(exception.Message);
    }

    [Theory]
    [InlineData(Cis2ErrorCode.OutOfMemory)]
    [InlineData(Cis2ErrorCode.Panic)]
    [InlineData(Cis2ErrorCode.Internal)]
    public void Status_OfADefect_BecomesTheBaseException(Cis2ErrorCode code) => Assert.Equal(code, Assert.IsType<Cis2Exception>(ToException(code)).ErrorCode);

    [Fact]
    public void Status_OfAFamily_BecomesTheExceptionOfThatFamily()
    {
        foreach (Cis2ErrorCode code in Enum.GetValues<Cis2ErrorCode>().Where(code => (int)code >= 100))
        {
            var exception = Assert.IsType<Cis2Exception>(ToException(code), exactMatch: false);
            Assert.Equal(code, exception.ErrorCode);
            Assert.Equal(
                ((int)code / 100) switch
                {
                    1 => typeof(Cis2ConfigurationException),
                    2 => typeof(Cis2TransportException),
                    3 => typeof(Cis2ProtocolException),
                    _ => typeof(Cis2TokenValidationException),
                },
                exception.GetType());
        }
    }

    [Fact]
    public void Exceptions_AreImmutable() => Assert.All(
        typeof(Cis2Exception).Assembly.GetExportedTypes().Where(type => type.IsAssignableTo(typeof(Cis2Exception)))
            .SelectMany(type => type.GetProperties(BindingFlags.Public | BindingFlags.Instance | BindingFlags.DeclaredOnly)),
        property => Assert.False(property.CanWrite, property.Name));

    private static Exception ToException(Cis2ErrorCode code) => (Exception)s_toException.Invoke(null, [(int)code, (nint)0, null])!;
}
