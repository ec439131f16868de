namespace Http.CircuitBreaker.Tests.Support;

/// <summary>Uses dedicated threads instead of the thread pool, so that all of them run on any machine.</summary>
internal static class CircuitThreads
{
    /// <summary>Runs the action on this number of threads that start together, and rethrows the first exception.</summary>
    public static void RunTogether(int count, Action<int> action)
    {
        Exception? exception = null;
        using var start = new Barrier(count);
        var threads = Enumerable.Range(0, count).Select(index => new Thread(() => Run(index), maxStackSize: 256 * 1024)).ToArray();
        Array.ForEach(threads, thread => thread.Start());
        Array.ForEach(threads, thread => thread.Join());
        if (exception is not null)
        {
            throw new InvalidOperationException("A thread failed.", exception);
        }

        void Run(int index)
        {
            try
            {
                start.SignalAndWait();
                action(index);
            }
            catch (Exception thrown)
            {
                Interlocked.CompareExchange(ref exception, thrown, null);
            }
        }
    }

    public static void RunTogether(params Action[] actions) => RunTogether(actions.Length, index => actions[index]());
}
