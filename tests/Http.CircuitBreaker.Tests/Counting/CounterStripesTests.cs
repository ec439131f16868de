using Http.CircuitBreaker.Counting;

namespace Http.CircuitBreaker.Tests.Counting;

public sealed class CounterStripesTests
{
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
        Assert.All(Enumerable.Range(0, 64), processor => Assert.Equal(processor % count, CounterStripes.IndexOf(processor, count)));
}
