using Http.CircuitBreaker.Counting;
using Http.CircuitBreaker.Tests.Support;

namespace Http.CircuitBreaker.Tests.Counting;

/// <summary>Two threads that turn slices at the same moment.</summary>
public sealed class MeetingThreadsTests
{
    private const int Rounds = 20_000;

    [Fact]
    public void Of_two_slices_that_share_a_slot_the_newer_one_is_noted() => CircuitRace.Run(
        Rounds,
        () => new Subject(),
        it => it.Ring.Note(2, 20),
        it => it.Ring.Note(2 + ReadingRing.Size, 140),
        it =>
        {
            Assert.True(it.Ring.TryRead(3, 2 + ReadingRing.Size, out var count));
            Assert.Equal(140u, count);
        });

    [Fact]
    public void Of_two_slices_the_timer_is_set_to_the_one_after_the_newer() => CircuitRace.Run(
        Rounds,
        () => new Subject(),
        it => it.Timer.Wind(2),
        it => it.Timer.Wind(3),
        it => Assert.True(!it.Timer.IsDue(299) && it.Timer.IsDue(300)));

    [Fact]
    public void A_window_that_is_read_while_its_slice_turns_shows_nothing_from_before_it()
    {
        var seen = 0L;
        CircuitRace.Run(
            Rounds,
            () => new Subject().WithOldFailure(),
            it => it.Window.Tick(5_000, it.Counters),
            it => seen += it.Window.Count(5_000, it.Counters.Ended).Failed,
            _ => Assert.Equal(0, seen));
    }

    private sealed class Subject
    {
        public ReadingRing Ring;
        public SliceTimer Timer = new(1_000, 0);

        public CallCounters Counters { get; } = new();

        public RollingWindow Window { get; } = new(1_000, 0, default);

        public Subject WithOldFailure()
        {
            Counters.Fail();
            Counters.Succeed();
            Window.Tick(150, Counters);
            return this;
        }
    }
}
