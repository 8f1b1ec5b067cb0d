namespace Cis2Auth;

/// <summary>
/// The base of what this library refuses with. <see cref="Exception.Message"/> says in one line what is wrong, what was
/// expected, what was found and what to do next; no text holds a key, code, token, assertion, state, nonce or verifier.
/// Thrown itself only for a defect of the library: please report it.
/// </summary>
public class Cis2Exception : Exception
{
    internal Cis2Exception(ErrorDetails details, Exception? inner)
        : base(details.Message, inner)
    {
        ErrorCode = details.Code;
        Sentence = details.Sentence;
        Expected = details.Expected;
        Found = details.Found;
        Remedy = details.Remedy;
        IsRetryable = details.IsRetryable;
        ClockOffset = details.ClockOffsetSeconds == 0 ? null : TimeSpan.FromSeconds(details.ClockOffsetSeconds);
    }

    /// <summary>The one cause, as a permanent number.</summary>
    public Cis2ErrorCode ErrorCode { get; }

    /// <summary>What is wrong, in one sentence, for a page; <see cref="Exception.Message"/> has all else too, for a log.</summary>
    public string Sentence { get; }

    /// <summary>What would have been right; null if the code says it all.</summary>
    public string? Expected { get; }

    /// <summary>What was there instead; null if the code says it all.</summary>
    public string? Found { get; }

    /// <summary>What to do next.</summary>
    public string? Remedy { get; }

    /// <summary>Whether the same call, begun anew, may go well later.</summary>
    public bool IsRetryable { get; }

    /// <summary>The provider's clock minus this machine's, as the refused answer told it; null if unknown.</summary>
    public TimeSpan? ClockOffset { get; }
}
