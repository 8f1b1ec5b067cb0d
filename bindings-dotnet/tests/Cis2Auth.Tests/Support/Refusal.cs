using Xunit;

namespace Cis2Auth.Tests.Support;

/// <summary>What a refusal must look like.</summary>
internal static class Refusal
{
    /// <summary>Holds an exception against a status of the vectors: its type by its family, its code, and words that help.</summary>
    public static Cis2Exception Is(string status, Exception? thrown)
    {
        Assert.True(thrown is not null, $"accepted, where {status} was expected");
        return Is(Repository.Status(status), thrown);
    }

    public static Cis2Exception Is(Cis2ErrorCode code, Exception? thrown)
    {
        var refusal = Assert.IsType<Cis2Exception>(thrown, exactMatch: false);
        Assert.Equal(code, refusal.ErrorCode);
        Assert.IsType(TypeOf(code), thrown);
        Assert.False(string.IsNullOrWhiteSpace(refusal.Message));
        Assert.False(string.IsNullOrWhiteSpace(refusal.Remedy));
        Assert.DoesNotContain('\n', refusal.Message);
        return refusal;
    }

    private static Type TypeOf(Cis2ErrorCode code) => ((int)code / 100) switch
    {
        1 => typeof(Cis2ConfigurationException),
        2 => typeof(Cis2TransportException),
        3 => typeof(Cis2ProtocolException),
        4 => typeof(Cis2TokenValidationException),
        _ => typeof(Cis2Exception),
    };
}
