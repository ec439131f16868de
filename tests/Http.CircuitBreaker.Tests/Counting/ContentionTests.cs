using Http.CircuitBreaker.Counting;

namespace Http.CircuitBreaker.Tests.Counting;

public sealed class ContentionTests
{
    [Theory]
    [InlineData("1.2.1.2.1", true)]
    [InlineData("1.2.1.2", false)]
    [InlineData("1.1.1.1.1.1.1.1", false)]
    [InlineData("1.2.1.1.2.1.2", false)]
    [InlineData("1.2.3.4.5", true)]
    public void It_is_found_where_so_many_looks_in_a_row_see_another_processor(string processors, bool expected) =>
        Assert.Equal(expected, Looks(processors, tick: 0));

    [Fact]
    public void Looks_at_different_ticks_are_too_far_apart() => Assert.False(Looks("1.2.1.2.1.2.1.2", tick: 1));

    private static bool Looks(string processors, int tick)
    {
        var contention = default(Contention);
        var now = 1_000L;
        return processors.Split('.').Select(int.Parse).Aggregate(false, (_, processor) => contention.IsFound(now += tick, processor));
    }
}
