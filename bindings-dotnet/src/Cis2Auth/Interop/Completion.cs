using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Cis2Auth.Interop.Handles;

namespace Cis2Auth.Interop;

/// <summary>
/// A flow that runs on the library's threads, as a task. The library calls back exactly once after a start that went well,
/// whatever happens; the continuation of the task never runs on its thread.
/// </summary>
internal sealed class Completion
{
    private readonly TaskCompletionSource<int> _status = new(TaskCreationOptions.RunContinuationsAsynchronously);

    private Completion()
    {
    }

    /// <summary>Runs a flow to its end over the native transport. Its outcome can be taken afterwards.</summary>
    /// <exception cref="OperationCanceledException">The token, or the end of the client, cancelled it.</exception>
    public static async Task RunAsync(FlowHandle flow, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        var completion = new Completion();
        using OperationHandle operation = completion.Start(flow);
        int status;
        CancellationTokenRegistration registration = cancellationToken.UnsafeRegister(
            static state => NativeMethods.cis2_operation_cancel((OperationHandle)state!), operation);
        // Ends before the operation is freed, and after the callback: it may wait for a cancellation that is just running.
        await using (registration.ConfigureAwait(false))
        {
            status = await completion._status.Task.ConfigureAwait(false);
        }

        if (status != 0)
        {
            throw Failure(operation, status, cancellationToken);
        }
    }

    private unsafe OperationHandle Start(FlowHandle flow)
    {
        GCHandle self = GCHandle.Alloc(this);
        int status = NativeMethods.cis2_flow_start(flow, &OnComplete, GCHandle.ToIntPtr(self), out OperationHandle operation, out nint error);
        if (status != 0)
        {
            // Then there is no callback that would do it.
            self.Free();
            operation.Dispose();
        }

        NativeError.Check(status, error);
        return operation;
    }

    private static Exception Failure(OperationHandle operation, int status, CancellationToken cancellationToken)
    {
        Exception exception = NativeError.BorrowException(status, NativeMethods.cis2_operation_error(operation), cancellationToken);
        GC.KeepAlive(operation);
        return exception;
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static void OnComplete(nint userData, nint operation, int status)
    {
        // An exception that left this method would end the process without a word.
        try
        {
            GCHandle self = GCHandle.FromIntPtr(userData);
            var completion = (Completion)self.Target!;
            self.Free();
            completion._status.SetResult(status);
        }
        catch (Exception defect)
        {
            Environment.FailFast("Cis2Auth: the completion of an operation failed", defect);
        }
    }
}
