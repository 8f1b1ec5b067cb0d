namespace Cis2Auth.Interop.Tests;

/// <summary>After each test the native library holds nothing: what is left is a leak of the wrapper.</summary>
public abstract class InteropTest : IAsyncDisposable
{
    private const int Collections = 100;

    public async ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        await CollectUntilAsync(() => Cis2NativeLibrary.LiveObjects == 0);
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

    /// <summary>Gives up after a while. The frames that called this may still hold what was awaited: they are left, and have time to end.</summary>
    protected static async Task CollectUntilAsync(Func<bool> gone)
    {
        for (int i = 0; i < Collections && !gone(); i++)
        {
            await Task.Yield();
            Collect();
        }
    }
}
