using Http.CircuitBreaker.Counting;
using Http.CircuitBreaker.Tests.Support;

namespace Http.CircuitBreaker.Tests.Counting;

public sealed class ConsecutiveFailureCounterTests
{
    private ConsecutiveFailureCounter _run = new();

    [Fact]
    public void Consecutive_failures_are_counted_with_the_time_since_the_first_of_them()
    {
        Assert.Equal(new ConsecutiveFailures(1, 0), _run.Add(1_000));
        Assert.Equal(new ConsecutiveFailures(2, 500), _run.Add(1_500));
        Assert.Equal(new ConsecutiveFailures(3, 3_000), _run.Add(4_000));
        Assert.Equal(3, _run.Count);
    }

    [Fact]
    public void Clear_resets_the_count_of_consecutive_failures()
    {
        _run.Add(1_000);
        _run.Clear();

        Assert.Equal(0, _run.Count);
        Assert.Equal(new ConsecutiveFailures(1, 0), _run.Add(9_000));
    }

    [Fact]
    public void Clock_value_from_the_past_does_not_lengthen_the_duration_of_consecutive_failures()
    {
        _run.Add(1_000);

        Assert.Equal(new ConsecutiveFailures(2, 0), _run.Add(990));
    }

    [Fact]
    public void Concurrent_failures_are_each_counted_once()
    {
        CircuitThreads.RunTogether(8, _ =>
        {
            for (var i = 0; i < 10_000; i++)
            {
                _run.Add(i);
            }
        });

        Assert.Equal(80_000, _run.Count);
    }
}
