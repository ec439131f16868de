using Http.CircuitBreaker.Counting;
using Http.CircuitBreaker.Tests.Support;

namespace Http.CircuitBreaker.Tests.Counting;

public sealed class CounterStripesTests
{
    private const int MostCalls = 50_000_000;

    private readonly CallCounters _counters = new();

    [Theory]
    [InlineData(1, 1)]
    [InlineData(2, 2)]
    [InlineData(3, 4)]
    [InlineData(8, 8)]
    [InlineData(128, 8)]
    public void There_is_one_for_each_processor_up_to_eight(int processors, int count) => Assert.Equal(count, CounterStripes.CountFor(processors));

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(8)]
    public void Processors_take_them_in_turn(int count) =>
        Assert.All(Enumerable.Range(0, 64), processor => Assert.Equal(processor % count * 16, CounterStripes.StartOf(processor, count)));

    [Fact]
    public void Their_sums_are_what_all_threads_counted()
    {
        var stripes = new CounterStripes();

        CircuitThreads.RunTogether(8, _ =>
        {
            for (var i = 0; i < 20_000; i++)
            {
                stripes.Start();
                stripes.Start();
                stripes.Succeed();
                stripes.SucceedAtOnce();
                stripes.SucceedAtOnce();
                stripes.SucceedAtOnce();
            }
        });

        Assert.Equal((320_000, 160_000, 480_000), (stripes.Started, stripes.Succeeded, stripes.SucceededAtOnce));
    }

    [Fact]
    public void One_thread_alone_needs_none()
    {
        for (var i = 0; i < 1_000_000; i++)
        {
            _counters.Start(now: 0);
        }

        Assert.False(_counters.IsSpread);
    }

    [Fact]
    public void Calls_far_apart_need_none()
    {
        CircuitThreads.RunTogether(4, _ =>
        {
            // A clock that has moved on at each look.
            for (var i = 0; i < 100_000; i++)
            {
                _counters.Start(now: Environment.TickCount64 + i);
            }
        });

        Assert.False(_counters.IsSpread);
    }

    [Fact]
    public void Where_processors_fight_there_are_some_and_no_call_is_lost_on_the_way()
    {
        var counted = 0L;
        CircuitThreads.RunTogether(4, _ =>
        {
            var calls = 0;
            for (var left = 10_000; left > 0 && calls < MostCalls; left -= _counters.IsSpread ? 1 : 0)
            {
                _counters.Start(now: 0);
                _counters.Succeed();
                _counters.SucceedAtOnce(now: 0);
                calls += 2;
            }

            Interlocked.Add(ref counted, calls);
        });

        Assert.True(_counters.IsSpread || Environment.ProcessorCount == 1);
        Assert.Equal((counted, counted, 0), (_counters.Started, _counters.Ended.Succeeded, _counters.InFlight));
        Assert.Equal(new CallTotals(counted, 0, 0), _counters.Fold());
    }
}
