using Http.CircuitBreaker.Counting;
using Http.CircuitBreaker.Tests.Support;

namespace Http.CircuitBreaker.Tests.Counting;

/// <summary>A thread may read the clock, lose its processor, and come back when others have turned later slices.</summary>
public sealed class StaleClockTests
{
    private const int Rounds = 20_000;

    [Fact]
    public void A_thread_that_turns_an_old_slice_late_takes_no_evidence_away()
    {
        // If the reading of slice 2 held the failure of slice 3, every window that begins with slice 2 would miss it.
        CircuitRace.Run(
            Rounds,
            () => (Counters: new CallCounters(), Window: new RollingWindow(1_000, 0, default)),
            it => it.Window.Tick(150, it.Counters),
            it =>
            {
                it.Window.Tick(250, it.Counters);
                it.Counters.Fail();
            },
            it => Assert.Equal(1, it.Window.Count(1_150, it.Counters.Ended).Failed));
    }

    [Fact]
    public void A_thread_that_turns_an_old_slice_late_makes_no_young_call_overdue()
    {
        CircuitRace.Run(
            Rounds,
            () => Log(new CallCounters()),
            it => it.Log.Turn(150, it.Counters),
            it =>
            {
                it.Log.Turn(250, it.Counters);
                it.Counters.Start(0);
            },
            it => Assert.Equal(0, it.Log.Count(1_199, it.Counters.Started, default)));
    }

    [Fact]
    public void A_call_with_a_clock_from_before_the_phase_is_counted()
    {
        var counters = new CallCounters();
        var window = new RollingWindow(1_000, 5_000, default);
        window.Tick(4_000, counters);
        counters.Fail();

        Assert.Equal(1, window.Count(5_000, counters.Ended).Failed);
        Assert.Equal(0, Log(counters).Log.Count(-100, counters.Started, default));
    }

    private static (CallCounters Counters, OverdueLog Log) Log(CallCounters counters) => (counters, new OverdueLog(1_000, 0, counters));
}
