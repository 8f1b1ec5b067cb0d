namespace Cis2Auth.Interop;

/// <summary>Turns a status and its error object into the exception that a caller sees.</summary>
internal static class NativeError
{
    private const int Ok = 0;

    /// <summary>The key under which exceptions that are not ours carry the number.</summary>
    internal const string DataKey = "Cis2ErrorCode";

    /// <summary>Throws unless the status is 0. Frees the error.</summary>
    public static void Check(int status, nint error, Exception? inner = null)
    {
        if (status != Ok)
        {
            throw TakeException(status, error, inner);
        }
    }

    /// <summary>The exception for a refusal; frees the error.</summary>
    public static Exception TakeException(int status, nint error, Exception? inner = null)
    {
        try
        {
            return ToException(Read(status, error), inner, CancellationToken.None);
        }
        finally
        {
            NativeMethods.cis2_error_free(error);
        }
    }

    /// <summary>The exception for a refusal whose error belongs to somebody else.</summary>
    public static Exception BorrowException(int status, nint error, CancellationToken cancellationToken) =>
        ToException(Read(status, error), inner: null, cancellationToken);

    private static ErrorDetails Read(int status, nint error) => new()
    {
        Code = (Cis2ErrorCode)status,
        // An operation that was cancelled has a status and no error.
        Message = NativeMethods.cis2_error_message(error).CopyOrNull() ?? NativeMethods.cis2_status_sentence(status).Copy(),
        Sentence = NativeMethods.cis2_status_sentence(status).Copy(),
        Expected = NativeMethods.cis2_error_expected(error).CopyOrNull(),
        Found = NativeMethods.cis2_error_found(error).CopyOrNull(),
        Remedy = NativeMethods.cis2_error_remedy(error).CopyOrNull(),
        ProviderError = NativeMethods.cis2_error_oauth_error(error).CopyOrNull(),
        ProviderDescription = NativeMethods.cis2_error_oauth_description(error).CopyOrNull(),
        HttpStatus = (int)NativeMethods.cis2_error_http_status(error),
        IsRetryable = NativeMethods.cis2_error_is_retryable(error) != 0,
        ClockOffsetSeconds = NativeMethods.cis2_error_clock_offset_s(error),
    };

    private static Exception ToException(ErrorDetails details, Exception? inner, CancellationToken cancellationToken) => (int)details.Code switch
    {
        >= 100 and < 200 => new Cis2ConfigurationException(details, inner),
        >= 200 and < 300 => new Cis2TransportException(details, inner),
        >= 300 and < 400 => new Cis2ProtocolException(details, inner),
        >= 400 and < 500 => new Cis2TokenValidationException(details, inner),
        _ => details.Code switch
        {
            Cis2ErrorCode.InvalidArgument => WithNumber(new ArgumentException(details.Message, inner), details),
            Cis2ErrorCode.InvalidState or Cis2ErrorCode.NeedsSignature => WithNumber(new InvalidOperationException(details.Message, inner), details),
            Cis2ErrorCode.Cancelled => WithNumber(new OperationCanceledException(details.Message, inner, cancellationToken), details),
            Cis2ErrorCode.WaitTimeout => WithNumber(new TimeoutException(details.Message, inner), details),
            Cis2ErrorCode.NotFound => WithNumber(new KeyNotFoundException(details.Message, inner), details),
            // A defect of the library is told, never hidden.
            _ => new Cis2Exception(details, inner),
        },
    };

    private static Exception WithNumber(Exception exception, ErrorDetails details)
    {
        exception.Data[DataKey] = (int)details.Code;
        return exception;
    }
}
