using Cis2Auth.Interop.Handles;

namespace Cis2Auth.Interop;

/// <summary>Runs a flow to its end: over the library's own transport, or over an HTTP client that a host handed in.</summary>
internal interface IFlowTransport
{
    /// <summary>Afterwards the outcome of the flow can be taken.</summary>
    Task RunAsync(FlowHandle flow, CancellationToken cancellationToken);
}

/// <summary>The transport of the library.</summary>
internal sealed class NativeTransport : IFlowTransport
{
    public Task RunAsync(FlowHandle flow, CancellationToken cancellationToken) => Completion.RunAsync(flow, cancellationToken);
}
