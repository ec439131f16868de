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
    public void Silent_read_that_ends_at_the_client_timeout_is_a_timeout(long elapsed, long waited, bool isJustOver) =>
        Assert.Equal(isJustOver, _timeout.IsJustReachedInBody(elapsed, waited));

    [Fact]
    public void Infinite_client_timeout_is_never_reached_in_a_body()
    {
        _timeout.Configured = Timeout.InfiniteTimeSpan;

        Assert.False(_timeout.IsJustReachedInBody(elapsed: 0, silence: 100));
        Assert.False(_timeout.IsJustReachedInBody(elapsed: 100, silence: 100));
    }

    [Fact]
    public void Timeout_of_an_older_client_is_used_if_the_newest_was_collected()
    {
        var timeout = new ClientTimeout();
        using var older = new HttpClient { Timeout = TimeSpan.FromSeconds(10) };
        timeout.Track(older);
        TrackCollectableClient(timeout);
        GC.Collect();
        GC.WaitForPendingFinalizers();
        GC.Collect();

        Assert.True(timeout.IsReached(9_500));
        Assert.False(timeout.IsReached(9_499));
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void TrackCollectableClient(ClientTimeout timeout) =>
        timeout.Track(new HttpClient { Timeout = TimeSpan.FromSeconds(50) });
}
