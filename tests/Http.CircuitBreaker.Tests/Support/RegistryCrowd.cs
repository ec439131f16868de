namespace Http.CircuitBreaker.Tests.Support;

/// <summary>Runs work on many threads simultaneously.</summary>
internal static class RegistryCrowd
{
    public static async Task<T[]> RunAsync<T>(int threads, Func<int, T> work)
    {
        using var start = new Barrier(threads);
        var all = Enumerable.Range(0, threads).Select(i => Task.Factory.StartNew(
            () =>
            {
                start.SignalAndWait();
                return work(i);
            },
            CancellationToken.None,
            TaskCreationOptions.LongRunning,
            TaskScheduler.Default));
        return await Task.WhenAll(all);
    }
}
