namespace Http.CircuitBreaker.Tests.Support;

/// <summary>Lets two threads meet again and again, each time a little shifted, so that rare interleavings come up.</summary>
internal static class CircuitRace
{
    /// <summary>In each round both act at once on a fresh subject, which is then checked.</summary>
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
