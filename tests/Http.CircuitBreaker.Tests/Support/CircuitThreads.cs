namespace Http.CircuitBreaker.Tests.Support;

/// <summary>Threads of their own, so that 64 of them are 64 also on a machine with two processors.</summary>
internal static class CircuitThreads
{
    /// <summary>Runs the action on so many threads that start together, and rethrows the first fault.</summary>
    public static void RunTogether(int count, Action<int> action)
    {
        Exception? fault = null;
        using var start = new Barrier(count);
        var threads = Enumerable.Range(0, count).Select(index => new Thread(() => Run(index), maxStackSize: 256 * 1024)).ToArray();
        Array.ForEach(threads, thread => thread.Start());
        Array.ForEach(threads, thread => thread.Join());
        if (fault is not null)
        {
            throw new InvalidOperationException("A thread failed.", fault);
        }

        void Run(int index)
        {
            try
            {
                start.SignalAndWait();
                action(index);
            }
            catch (Exception exception)
            {
                Interlocked.CompareExchange(ref fault, exception, null);
            }
        }
    }

    public static void RunTogether(params Action[] actions) => RunTogether(actions.Length, index => actions[index]());
}
