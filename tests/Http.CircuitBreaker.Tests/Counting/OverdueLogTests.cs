using CsCheck;
using Http.CircuitBreaker.Counting;

namespace Http.CircuitBreaker.Tests.Counting;

public sealed class OverdueLogTests
{
    private const long SlowCallDuration = 1_000;
    private const long Slice = SlowCallDuration / 10;

    // Each step: time passes, then a call starts, or one of those that run ends: the oldest, the youngest or one in the middle.
    private static readonly Gen<(int Gap, int Step)[]> _histories =
        Gen.Select(Gen.Frequency((5, Gen.Int[0, 60]), (1, Gen.Int[100, 2_500])), Gen.Frequency((3, 0), (1, 1), (1, 2), (1, 3))).Array[1, 80];

    [Fact]
    public void Never_counts_more_calls_than_are_overdue() =>
        _histories.Sample(history =>
        {
            var (log, counters, running) = Start();
            var now = 0L;
            foreach (var (gap, step) in history)
            {
                now += gap;
                if (step == 0)
                {
                    log.Turn(now, counters);
                    counters.Start();
                    running.Add(now);
                }
                else if (running.Count > 0)
                {
                    running.RemoveAt(step switch { 1 => 0, 2 => running.Count - 1, _ => running.Count / 2 });
                    counters.Ignore();
                }

                var overdue = running.Count(start => now - start >= SlowCallDuration);
                Assert.InRange(log.Count(now, counters.Started, counters.Ended), 0, overdue);
            }
        });

    [Fact]
    public void Is_exact_to_a_slice_while_nothing_ends() =>
        Gen.Int[0, 400].Array[1, 60].Sample(gaps =>
        {
            var (log, counters, running) = Start();
            var now = 0L;
            foreach (var gap in gaps)
            {
                now += gap;
                log.Turn(now, counters);
                var counted = log.Count(now, counters.Started, counters.Ended);
                Assert.InRange(
                    counted, running.Count(start => now - start >= SlowCallDuration + Slice), running.Count(start => now - start >= SlowCallDuration));
                counters.Start();
                running.Add(now);
            }
        });

    [Fact]
    public void Is_exact_also_after_a_long_silence()
    {
        var (log, counters, _) = Start();
        for (var i = 0; i < 5; i++)
        {
            counters.Start();
        }

        Assert.Equal(5, log.Count(1_000_000, counters.Started, counters.Ended));
    }

    [Fact]
    public void Only_the_first_call_of_a_slice_has_to_look()
    {
        var (log, counters, _) = Start();

        Assert.False(log.Turn(Slice - 1, counters));
        Assert.True(log.Turn(Slice, counters));
        Assert.False(log.Turn(Slice + 1, counters));
        Assert.True(log.Turn(10 * Slice, counters));
    }

    private static (OverdueLog Log, CallCounters Counters, List<long> Running) Start()
    {
        var counters = new CallCounters();
        return (new OverdueLog(SlowCallDuration, 0, counters), counters, []);
    }
}
