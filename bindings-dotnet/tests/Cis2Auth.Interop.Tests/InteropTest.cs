namespace Cis2Auth.Interop.Tests;

/// <summary>After each test the native library holds nothing: what is left is a leak of the wrapper.</summary>
public abstract class InteropTest : IDisposable
{
    public void Dispose()
    {
        GC.SuppressFinalize(this);
        Collect();
        Assert.Equal(0, Cis2NativeLibrary.LiveObjects);
    }

    protected static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    /// <summary>Whatever nobody holds any more is finalised.</summary>
    protected static void Collect()
    {
        GC.Collect();
        GC.WaitForPendingFinalizers();
        GC.Collect();
    }
}
