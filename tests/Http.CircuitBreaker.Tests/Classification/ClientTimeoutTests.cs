using System.Runtime.CompilerServices;
using Http.CircuitBreaker.Classification;

namespace Http.CircuitBreaker.Tests.Classification;

public sealed class ClientTimeoutTests
{
    private readonly ClientTimeout _timeout = new();

    [Fact]
    public void It_is_read_when_it_is_needed()
    {
        using var client = new HttpClient();
        _timeout.Track(client);
        client.Timeout = TimeSpan.FromSeconds(10);

        Assert.True(_timeout.IsReached(9_500));
        Assert.False(_timeout.IsReached(9_499));
    }

    [Fact]
    public void The_newest_client_counts()
    {
        using var older = new HttpClient { Timeout = TimeSpan.FromSeconds(10) };
        using var newer = new HttpClient { Timeout = TimeSpan.FromSeconds(50) };
        _timeout.Track(older);
        _timeout.Track(newer);

        Assert.False(_timeout.IsReached(10_000));
        Assert.True(_timeout.IsReached(50_000));
        GC.KeepAlive(newer);
    }

    [Fact]
    public void A_client_without_a_timeout_never_runs_into_it()
    {
        using var client = new HttpClient { Timeout = Timeout.InfiniteTimeSpan };
        _timeout.Track(client);

        Assert.False(_timeout.IsReached(long.MaxValue));
        GC.KeepAlive(client);
    }

    [Fact]
    public void What_a_client_said_last_holds_when_it_is_gone_and_it_is_not_kept_alive()
    {
        var gone = RememberAndForget(TimeSpan.FromSeconds(10));
        GC.Collect();
        GC.WaitForPendingFinalizers();
        GC.Collect();

        Assert.False(gone.TryGetTarget(out _));
        Assert.True(_timeout.IsReached(9_500));
        Assert.False(_timeout.IsReached(9_499));
    }

    [Fact]
    public void The_option_wins_over_the_client_until_it_is_taken_back()
    {
        using var client = new HttpClient { Timeout = TimeSpan.FromSeconds(10) };
        _timeout.Track(client);

        _timeout.Configured = TimeSpan.FromSeconds(30);
        Assert.False(_timeout.IsReached(10_000));
        Assert.True(_timeout.IsReached(30_000));

        _timeout.Configured = null;
        Assert.True(_timeout.IsReached(10_000));
        GC.KeepAlive(client);
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private WeakReference<HttpClient> RememberAndForget(TimeSpan timeout)
    {
        var client = new HttpClient { Timeout = timeout };
        _timeout.Track(client);
        Assert.True(_timeout.IsReached((long)timeout.TotalMilliseconds));
        return new WeakReference<HttpClient>(client);
    }
}
