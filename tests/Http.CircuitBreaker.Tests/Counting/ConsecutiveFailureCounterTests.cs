using System.Runtime.CompilerServices;
using Http.CircuitBreaker.Counting;
using Http.CircuitBreaker.Tests.Support;

namespace Http.CircuitBreaker.Tests.Counting;

public sealed class ConsecutiveFailureCounterTests
{
    private ConsecutiveFailureCounter _row;

    [Fact]
    public void It_counts_from_its_first_failure_on()
    {
        Assert.Equal((1, 0), _row.Add(1_000));
        Assert.Equal((2, 500), _row.Add(1_500));
        Assert.Equal((3, 3_000), _row.Add(4_000));
        Assert.Equal(3, _row.Count);
    }

    [Fact]
    public void A_success_ends_it()
    {
        _row.Add(1_000);
        _row.Clear();

        Assert.Equal(0, _row.Count);
        Assert.Equal((1, 0), _row.Add(9_000));
    }

    [Fact]
    public void One_that_is_as_long_as_can_be_counted_stays_so_long()
    {
        // Nobody can wait for it: one word holds the row.
        Unsafe.As<ConsecutiveFailureCounter, ulong>(ref _row) = int.MaxValue - 1;

        Assert.Equal(int.MaxValue, _row.Add(0).Count);
        Assert.Equal(int.MaxValue, _row.Add(0).Count);
    }

    [Fact]
    public void A_thread_with_an_older_clock_value_makes_it_no_longer()
    {
        _row.Add(1_000);

        Assert.Equal((2, 0), _row.Add(990));
    }

    [Theory]
    [InlineData(uint.MaxValue)]
    [InlineData(int.MaxValue)]
    [InlineData(5_000_000_000)]
    [InlineData(0)]
    public void It_lasts_across_the_wraps_of_the_clock(long start)
    {
        _row.Add(start);

        Assert.Equal((2, 86_400_000), _row.Add(start + 86_400_000));
    }

    [Fact]
    public void Under_many_threads_each_failure_counts_once()
    {
        CircuitThreads.RunTogether(8, _ =>
        {
            for (var i = 0; i < 10_000; i++)
            {
                _row.Add(i);
            }
        });

        Assert.Equal(80_000, _row.Count);
    }
}
