namespace Http.CircuitBreaker.Tests.Support;

/// <summary>Runs two threads against each other many times with varying offsets, to reach rare interleavings.</summary>
internal static class CircuitRace
{
    /// <summary>In each round both threads act simultaneously on a new subject, which is then checked.</summary>
    public static void Run<T>(int rounds, Func<T> prepare, Action<T> first, Action<T> second, Action<T> check)
    {
        var subject = prepare();
        using var meeting = new Barrier(2, _ =>
        {
            check(subject);
            subject = prepare();
        });
        CircuitThreads.RunTogether(() => Take(first, shifts: 31), () => Take(second, shifts: 29));

        void Take(Action<T> act, int shifts)
        {
            for (var round = 0; round < rounds; round++)
            {
                Thread.SpinWait(round % shifts);
                act(subject);
                meeting.SignalAndWait();
            }
        }
    }
}
