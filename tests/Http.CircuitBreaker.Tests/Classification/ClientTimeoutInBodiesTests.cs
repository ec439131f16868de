using System.Runtime.CompilerServices;
using Http.CircuitBreaker.Classification;

namespace Http.CircuitBreaker.Tests.Classification;

public sealed class ClientTimeoutInBodiesTests
{
    private readonly ClientTimeout _timeout = new() { Configured = TimeSpan.FromSeconds(10) };

    [Theory]
    [InlineData(9_499, 5_000, false)]
    [InlineData(9_500, 5_000, true)]
    [InlineData(10_500, 5_000, true)]
    [InlineData(10_501, 5_000, false)]
    [InlineData(10_000, 499, false)]
    [InlineData(10_000, 500, true)]
    public void A_read_ran_into_it_if_it_is_just_over_and_nothing_had_come_for_a_while(long elapsed, long waited, bool isJustOver) =>
        Assert.Equal(isJustOver, _timeout.IsJustReachedInBody(elapsed, waited));

    [Fact]
    public void An_infinite_one_is_never_over()
    {
        _timeout.Configured = Timeout.InfiniteTimeSpan;

        Assert.False(_timeout.IsJustReachedInBody(elapsed: 0, silence: 100));
        Assert.False(_timeout.IsJustReachedInBody(elapsed: 100, silence: 100));
    }

    [Fact]
    public void What_the_client_before_said_holds_if_the_newest_is_gone_before_it_was_asked()
    {
        var timeout = new ClientTimeout();
        using var older = new HttpClient { Timeout = TimeSpan.FromSeconds(10) };
        timeout.Track(older);
        RememberAndForget(timeout);
        GC.Collect();
        GC.WaitForPendingFinalizers();
        GC.Collect();

        Assert.True(timeout.IsReached(9_500));
        Assert.False(timeout.IsReached(9_499));
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void RememberAndForget(ClientTimeout timeout) => timeout.Track(new HttpClient { Timeout = TimeSpan.FromSeconds(50) });
}
