using Http.CircuitBreaker.Counting;

namespace Http.CircuitBreaker.Tests.Counting;

public sealed class WindowCountsTests
{
    [Theory]
    [InlineData(0, 0, 0.0)]
    [InlineData(4, 0, 0.0)]
    [InlineData(4, 1, 0.25)]
    [InlineData(25, 7, 0.28)]
    [InlineData(4, 4, 1.0)]
    public void Failure_ratio_is_failed_divided_by_total_and_zero_without_calls(long total, long failed, double expected) =>
        Assert.Equal(expected, new WindowCounts(total, failed).Ratio);
}
