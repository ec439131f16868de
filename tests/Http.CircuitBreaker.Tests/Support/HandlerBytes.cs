namespace Http.CircuitBreaker.Tests.Support;

/// <summary>Measures the bytes allocated on the current thread.</summary>
internal static class HandlerBytes
{
    /// <summary>Warms up, then measures. Without a synchronization context, continuations run synchronously on this thread.</summary>
    public static Task<double> PerCallAsync(int calls, Action call) => Task.Run(() =>
    {
        Repeat(calls, call);
        var before = GC.GetAllocatedBytesForCurrentThread();
        Repeat(calls, call);
        return (GC.GetAllocatedBytesForCurrentThread() - before) / (double)calls;
    });

    private static void Repeat(int calls, Action call)
    {
        for (var i = 0; i < calls; i++)
        {
            call();
        }
    }
}
