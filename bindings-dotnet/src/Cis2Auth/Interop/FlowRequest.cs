using Cis2Auth.Interop.Handles;

namespace Cis2Auth.Interop;

/// <summary>The request that a flow waits to have answered, and the two ways to answer it.</summary>
internal sealed class FlowRequest
{
    private const uint Send = 1;

    private readonly FlowHandle _flow;

    private FlowRequest(FlowHandle flow)
    {
        _flow = flow;
        Method = NativeMethods.cis2_flow_request_method(flow).Copy();
        Url = NativeMethods.cis2_flow_request_url(flow).Copy();
        NativeBytes body = NativeMethods.cis2_flow_request_body(flow);
        Body = body.IsAbsent ? null : body.Bytes.ToArray();
        int count = (int)NativeMethods.cis2_flow_request_header_count(flow);
        var headers = new KeyValuePair<string, string>[count];
        for (int i = 0; i < count; i++)
        {
            headers[i] = new(
                NativeMethods.cis2_flow_request_header_name(flow, (nuint)i).Copy(),
                NativeMethods.cis2_flow_request_header_value(flow, (nuint)i).Copy());
        }

        Headers = headers;
        GC.KeepAlive(flow);
    }

    public string Method { get; }

    public string Url { get; }

    public IReadOnlyList<KeyValuePair<string, string>> Headers { get; }

    /// <summary>Secret; null in a GET.</summary>
    public byte[]? Body { get; }

    /// <summary>What the flow needs next; null when it is done.</summary>
    public static FlowRequest? Next(FlowHandle flow)
    {
        NativeError.Check(NativeMethods.cis2_flow_next(flow, out uint step, out nint error), error);
        return step == Send ? new FlowRequest(flow) : null;
    }

    public unsafe void Answer(int httpStatus, string finalUrl, ReadOnlySpan<byte> headers, ReadOnlySpan<byte> body)
    {
        using var url = new Utf8(finalUrl, stackalloc byte[Utf8.StackBytes]);
        byte none = 0;
        fixed (byte* headersStart = headers, bodyStart = body)
        {
            // A span without bytes has no address, and absent is another thing than empty.
            int status = NativeMethods.cis2_flow_supply_response(
                _flow,
                (ushort)httpStatus,
                url.Text,
                new NativeBytes(headersStart is null ? &none : headersStart, headers.Length),
                new NativeBytes(bodyStart is null ? &none : bodyStart, body.Length),
                out nint error);
            NativeError.Check(status, error);
        }
    }

    /// <summary>There is no answer. The flow asks once more, or ends with this.</summary>
    public void Fail(Cis2ErrorCode kind, bool mayHaveLeft, Exception? cause)
    {
        int status = NativeMethods.cis2_flow_supply_failure(_flow, (uint)kind, mayHaveLeft ? 1u : 0u, out nint error);
        NativeError.Check(status, error, cause);
    }
}
